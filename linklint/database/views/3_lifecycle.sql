-- The lifecycle of containers: which of them run when, and which ports they hold.

-- What happens to a container, in order: created, up (run detached, start), ended (run in the foreground, wait),
-- stopped, removed, unsure.
CREATE TABLE life_event AS
SELECT container.id AS container, step.scope, step.seq, step.id AS step,
    coalesce(container.name_span, container.head_span) AS span,
    CASE WHEN step.verb = 'create' THEN 'created' WHEN container.detached OR step.background
        OR NOT place.on_host THEN 'up'
        WHEN container.auto_remove THEN 'removed' ELSE 'ended' END AS kind
FROM container JOIN step ON step.id = container.step JOIN place ON place.scope = container.scope
UNION ALL
SELECT holder, scope, seq, step, span,
    CASE WHEN (SELECT background FROM step WHERE step.id = name_event.step) THEN 'unsure' WHEN kind = 'start' THEN 'up'
        WHEN kind = 'stop' THEN 'stopped'
        WHEN kind = 'free' THEN 'removed' WHEN kind = 'end' THEN 'ended' ELSE 'unsure' END
FROM name_event WHERE holder > 0 AND kind <> 'take'
    AND NOT (kind = 'free' AND EXISTS (SELECT 1 FROM step WHERE step.id = name_event.step AND step.verb = 'rename'))
UNION ALL
SELECT container, scope, seq, id, coalesce(name_span, span),
    CASE WHEN verb IN ('start', 'restart') THEN 'up' WHEN verb IN ('stop', 'kill') THEN 'stopped'
        WHEN verb = 'wait' THEN 'ended' WHEN force THEN 'removed' ELSE 'unsure' END
FROM step WHERE container IS NOT NULL AND verb IN ('start', 'restart', 'stop', 'kill', 'wait', 'rm')
    AND NOT EXISTS (SELECT 1 FROM name_event WHERE name_event.step = step.id);
DELETE FROM life_event WHERE rowid IN (  -- docker start of one that runs does nothing
    SELECT number FROM (
        SELECT life_event.rowid AS number, life_event.kind, step.verb,
            lag(life_event.kind) OVER (PARTITION BY life_event.container ORDER BY life_event.seq) AS before
        FROM life_event JOIN step ON step.id = life_event.step
    ) WHERE verb = 'start' AND before = 'up');
CREATE INDEX life_event_order ON life_event (container, seq, kind);
CREATE INDEX life_event_kind ON life_event (container, kind);

-- The first starts of a container, in order: of hundreds, a few say everything.
CREATE TABLE start_event AS
SELECT container, seq, step, span FROM (
    SELECT container, seq, step, span, row_number() OVER (PARTITION BY container ORDER BY seq) AS nth
    FROM life_event WHERE kind = 'up'
) WHERE nth <= 12;
CREATE INDEX start_event_container ON start_event (container);

-- Steps that may start, stop or remove any container of the scope.
CREATE TABLE life_sweep AS
SELECT scope, seq, verb FROM step
WHERE verb = 'prune' OR verb IN ('stop', 'kill', 'rm', 'start', 'restart')
    AND (everything OR name_how IN ('variable', 'command', 'captured') AND container IS NULL);
CREATE INDEX life_sweep_order ON life_sweep (scope, seq);

-- A host port that a container takes when it starts, one row per port, at most 500 for a container. Ranges from which
-- Docker takes the first free port are left out.
CREATE TABLE port_claim AS
WITH claim AS (
    SELECT port.id AS port, port.container, port.host_first AS number,
        min(port.host_last, port.host_first + 99) AS last, port.protocol, port.span,
        coalesce(port.host_ip, '') AS address
    FROM port JOIN container ON container.id = port.container
    WHERE port.published AND port.host_first IS NOT NULL AND port.host_known
        AND coalesce(container.network, '') NOT IN ('host', 'none')
        AND (port.host_first = port.host_last OR port.container_first < port.container_last)
    UNION ALL
    SELECT port, container, number + 1, last, protocol, span, address FROM claim WHERE number < last
)
SELECT CAST(row_number() OVER () AS INTEGER) AS id, claim.port, claim.container, claim.number, claim.protocol,
    claim.address, container.scope, coalesce(start_event.seq, 0) AS seq,
    start_event.step, CASE WHEN start_event.step = container.step OR start_event.step IS NULL THEN claim.span
        ELSE start_event.span END AS span,
    row_number() OVER (PARTITION BY container.scope, claim.protocol, claim.number ORDER BY start_event.seq,
        claim.container, claim.port) AS nth
FROM (SELECT *, row_number() OVER (PARTITION BY container ORDER BY port, number) AS rank FROM claim) AS claim
JOIN container ON container.id = claim.container AND claim.rank <= 500
LEFT JOIN start_event ON start_event.container = container.id
WHERE start_event.step IS NOT NULL OR container.step IS NULL;
CREATE UNIQUE INDEX port_claim_id ON port_claim (id);
CREATE INDEX port_claim_order ON port_claim (scope, protocol, number, nth);

-- A host port that is taken while another container, or another port of the same one, has it. Of several, the nearest
-- before.
CREATE TABLE port_taken_again AS
SELECT taken.span AS at, holder.span AS also, taken.step, holder.step AS held_by, taken.number, taken.protocol,
    taken.container, holder.container AS holder,
    CASE WHEN taken.container = holder.container THEN 'certain'
        -- by extends
        WHEN place.is_example OR one.profiles <> other.profiles OR one.service IS NOT NULL
            AND taken.span = holder.span
            OR EXISTS (SELECT node, arm FROM condition WHERE step = taken.step EXCEPT SELECT node, arm FROM condition
                WHERE step = holder.step)
            OR EXISTS (SELECT node, arm FROM condition WHERE step = holder.step EXCEPT SELECT node, arm FROM condition
                WHERE step = taken.step)
        THEN 'possible' ELSE 'certain' END AS confidence
FROM port_claim AS taken
JOIN port_claim AS holder ON holder.id = (
    SELECT earlier.id FROM port_claim AS earlier
    WHERE earlier.scope = taken.scope AND earlier.protocol = taken.protocol AND earlier.number = taken.number
        AND earlier.nth BETWEEN taken.nth - 8 AND taken.nth - 1
        AND (taken.address = earlier.address OR taken.address = '' OR earlier.address = ''
            OR instr(taken.address, ':') AND instr(earlier.address, ':') AND '::' IN (taken.address, earlier.address)
            OR NOT instr(taken.address, ':') AND NOT instr(earlier.address, ':')
                AND '0.0.0.0' IN (taken.address, earlier.address))
        AND (earlier.container <> taken.container OR earlier.step IS taken.step AND earlier.port <> taken.port)
        AND NOT EXISTS (SELECT 1 FROM exclusive WHERE exclusive.step = earlier.step AND exclusive.other = taken.step)
    ORDER BY earlier.nth DESC LIMIT 1)
JOIN place ON place.scope = taken.scope JOIN container AS one ON one.id = taken.container
JOIN container AS other ON other.id = holder.container
WHERE taken.container = holder.container
    AND (one.service IS NULL OR (SELECT spec FROM port WHERE id = taken.port) <> (SELECT spec FROM port
        WHERE id = holder.port))
    OR (one.name IS NULL OR one.name IS NOT other.name) AND one.id <> other.id
        AND (one.service IS NULL OR one.service IS NOT other.service)
    AND NOT EXISTS (SELECT 1 FROM life_event WHERE life_event.container = holder.container
        AND life_event.seq BETWEEN holder.seq + 1 AND taken.seq AND life_event.kind <> 'up')
    AND NOT EXISTS (SELECT 1 FROM life_sweep WHERE life_sweep.scope = taken.scope AND life_sweep.seq > holder.seq
        AND life_sweep.seq < taken.seq AND life_sweep.verb <> 'start')
    AND NOT (place.is_example
        AND EXISTS (SELECT node, arm FROM condition WHERE step = taken.step EXCEPT SELECT node, arm FROM condition
            WHERE step = holder.step))
    AND (one.name_how NOT IN ('variable', 'command') OR other.name_how NOT IN ('variable', 'command'));

-- The same with the related locations: where the port is published, and the calls that lead to only one of the two.
CREATE VIEW port_taken_way AS
SELECT at, also, 'it is published here' AS way, number, protocol, confidence FROM port_taken_again
UNION ALL
SELECT at, step_call.span, step_call.words, number, protocol, confidence
FROM port_taken_again JOIN step_call ON step_call.step IN (port_taken_again.step, port_taken_again.held_by)
WHERE NOT EXISTS (SELECT 1 FROM step_call AS both WHERE both.call = step_call.call
    AND both.step = CASE step_call.step WHEN port_taken_again.step THEN port_taken_again.held_by
        ELSE port_taken_again.step END);
