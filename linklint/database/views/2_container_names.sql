-- Container names: which container takes, frees and holds a name.

-- What happens to a container's name, in order: take, free, stop, end (wait), start, and weak (rm without -f of a
-- running container). `holder` is the container that has the name then, if it is known.
CREATE TABLE name_event AS
WITH event AS (
    SELECT step.scope, step.seq, 1 AS half, container.name, 'take' AS kind, step.id AS step, container.id AS container,
        container.name_span AS span, 1 - (container.auto_remove AND NOT container.detached
            AND NOT step.background) AS holds,
        container.detached AND step.verb = 'run' AS runs, 0 AS force, container.auto_remove
    FROM container JOIN step ON step.id = container.step
    WHERE container.name_how IN ('literal', 'generated', 'id')
    UNION ALL
    SELECT scope, seq, 1, new_name, 'take', id, container, new_name_span, 1, 0, 0, 0
    FROM step WHERE verb = 'rename' AND new_name IS NOT NULL
    UNION ALL
    SELECT step.scope, step.seq, 0, coalesce(container.name, step.name),
        CASE WHEN step.verb IN ('rm', 'rename') THEN 'free' WHEN step.verb IN ('stop', 'kill') THEN 'stop'
            WHEN step.verb = 'wait' THEN 'end' ELSE 'start' END,
        step.id, step.container, step.name_span, 0, 0, step.force OR step.verb = 'rename', 0
    FROM step LEFT JOIN container ON container.id = step.container
    WHERE step.verb IN ('rm', 'rename', 'stop', 'kill', 'wait', 'start', 'restart') AND NOT step.everything
        AND coalesce(container.name, step.name) IS NOT NULL
        AND (step.name_how IN ('literal', 'generated', 'id') OR container.name IS NOT NULL)
), numbered AS (
    SELECT *, lag(kind) OVER of_name AS before, lag(runs) OVER of_name AS ran, row_number() OVER of_name AS nth,
        sum(kind = 'take') OVER of_name AS life
    FROM event WINDOW of_name AS (PARTITION BY scope, name ORDER BY seq, half)
)
SELECT CAST(row_number() OVER () AS INTEGER) AS id, scope, seq, nth, name,
    CASE WHEN kind = 'free' AND NOT force AND (before = 'take' AND ran OR before = 'start') THEN 'weak'
        ELSE kind END AS kind,
    step, container, span, holds, auto_remove, life,
    CAST(max(CASE WHEN kind = 'take' THEN coalesce(container, -1) END) OVER (PARTITION BY scope, name,
        life) AS INTEGER) AS holder
FROM numbered;
CREATE UNIQUE INDEX name_event_id ON name_event (id);
CREATE INDEX name_event_order ON name_event (scope, name, nth);
CREATE INDEX name_event_seq ON name_event (scope, name, seq);
CREATE INDEX name_event_step ON name_event (step);
CREATE INDEX name_event_renamed ON name_event (step) WHERE holder = -1;

-- A renamed container keeps its history: the steps of the old name apply to the new one.
UPDATE name_event SET holder = (SELECT old.holder FROM name_event AS old WHERE old.step = name_event.step
    AND old.kind = 'free')
WHERE holder = -1 AND kind = 'take'
    AND EXISTS (SELECT 1 FROM name_event AS old WHERE old.step = name_event.step AND old.kind = 'free'
        AND old.holder > 0);
UPDATE name_event SET holder = (SELECT taken.holder FROM name_event AS taken
    WHERE taken.scope = name_event.scope AND taken.name = name_event.name AND taken.life = name_event.life
        AND taken.kind = 'take')
WHERE holder = -1 AND kind <> 'take' AND life > 0;

-- Steps after which any name of the scope may be free: rm of all, prune, rm of something unknown.
CREATE TABLE name_sweep AS
SELECT scope, seq, id AS step FROM step
WHERE verb = 'prune' OR verb = 'rm'
    AND (everything OR name_how IN ('variable', 'command', 'captured') AND container IS NULL);
CREATE INDEX name_sweep_order ON name_sweep (scope, seq);

-- A name that is taken (event) although an earlier step of the same path (holder) still has it. Only the previous
-- holder, not all pairs.
CREATE TABLE taken_again AS
SELECT taken.id AS event, taken.name, taken.span AS at, holder.span AS also, taken.step, holder.step AS held_by,
    taken.scope, holder.auto_remove,
    (SELECT stop.span FROM name_event AS stop WHERE stop.scope = taken.scope AND stop.name = taken.name
        AND stop.nth BETWEEN holder.nth AND taken.nth AND stop.kind = 'stop' ORDER BY stop.nth DESC LIMIT 1) AS stopped,
    CASE
        WHEN EXISTS (SELECT node, arm FROM condition WHERE step = taken.step EXCEPT SELECT node, arm FROM condition
            WHERE step = holder.step)
            OR EXISTS (SELECT node, arm FROM condition WHERE step = holder.step EXCEPT SELECT node, arm FROM condition
                WHERE step = taken.step)
        THEN 'possible'
        WHEN EXISTS (SELECT 1 FROM name_event AS weak WHERE weak.scope = taken.scope AND weak.name = taken.name
            AND weak.nth BETWEEN holder.nth AND taken.nth AND weak.kind = 'weak') OR holder.auto_remove THEN 'likely'
        ELSE 'certain'
    END AS confidence
FROM name_event AS taken
JOIN name_event AS holder ON holder.id = (
    SELECT earlier.id FROM name_event AS earlier
    WHERE earlier.scope = taken.scope AND earlier.name = taken.name
        AND earlier.nth BETWEEN taken.nth - 16 AND taken.nth - 1
        AND (earlier.kind = 'free' OR earlier.kind = 'take' AND earlier.holds)
        AND NOT EXISTS (SELECT 1 FROM exclusive WHERE exclusive.step = earlier.step AND exclusive.other = taken.step)
    ORDER BY earlier.nth DESC LIMIT 1)
JOIN place ON place.scope = taken.scope
WHERE taken.kind = 'take' AND holder.kind = 'take'
    AND NOT (place.host LIKE '%$%' AND taken.span = holder.span)
    AND NOT EXISTS (SELECT 1 FROM name_sweep WHERE name_sweep.scope = taken.scope AND name_sweep.seq > holder.seq
        AND name_sweep.seq < taken.seq);

CREATE INDEX taken_again_event ON taken_again (event);

-- The same with the related locations: where the name is taken, and the calls that lead to only one of the two.
CREATE VIEW taken_way AS
SELECT event, name, at, also, name || ' is used here' AS way, auto_remove, stopped, confidence FROM taken_again
UNION ALL
SELECT event, name, at, stopped, name || ' is stopped here, which does not free the name', auto_remove, stopped,
    confidence FROM taken_again WHERE stopped IS NOT NULL
UNION ALL
SELECT event, name, at, step_call.span, step_call.words, auto_remove, stopped, confidence
FROM taken_again JOIN step_call ON step_call.step IN (taken_again.step, taken_again.held_by)
WHERE NOT EXISTS (SELECT 1 FROM step_call AS both WHERE both.call = step_call.call
    AND both.step = CASE step_call.step WHEN taken_again.step THEN taken_again.held_by ELSE taken_again.step END);

-- A name that is taken after stop or kill without rm: the stopped container keeps it, and --rm frees it only later.
CREATE VIEW still_held AS
SELECT taken.name, taken.span AS at, stop.span AS also,
    CASE WHEN EXISTS (SELECT node, arm FROM condition WHERE step = taken.step EXCEPT SELECT node, arm FROM condition
        WHERE step = stop.step)
        OR EXISTS (SELECT node, arm FROM condition WHERE step = stop.step EXCEPT SELECT node, arm FROM condition
            WHERE step = taken.step)
        THEN 'possible' ELSE 'certain' END AS confidence
FROM name_event AS taken
JOIN name_event AS stop ON stop.id = (
    SELECT earlier.id FROM name_event AS earlier
    WHERE earlier.scope = taken.scope AND earlier.name = taken.name
        AND earlier.nth BETWEEN taken.nth - 16 AND taken.nth - 1
        AND earlier.kind <> 'end'
        AND NOT EXISTS (SELECT 1 FROM exclusive WHERE exclusive.step = earlier.step AND exclusive.other = taken.step)
    ORDER BY earlier.nth DESC LIMIT 1)
WHERE taken.kind = 'take' AND stop.kind = 'stop'
    AND NOT EXISTS (SELECT 1 FROM taken_again WHERE taken_again.event = taken.id AND NOT taken_again.auto_remove)
    AND NOT EXISTS (SELECT 1 FROM name_sweep WHERE name_sweep.scope = taken.scope AND name_sweep.seq > stop.seq
        AND name_sweep.seq < taken.seq);

-- A name that a loop takes again on each iteration without freeing it.
CREATE VIEW taken_in_loop AS
SELECT taken.name, taken.span AS at, taken.step,
    CASE WHEN EXISTS (SELECT 1 FROM condition WHERE condition.step = taken.step AND condition.node <> loop.node)
        THEN 'possible'
        ELSE 'likely' END AS confidence
FROM name_event AS taken
JOIN in_branch AS loop ON loop.step = taken.step AND loop.kind = 'loop'
JOIN place ON place.scope = taken.scope
WHERE taken.kind = 'take' AND taken.holds AND place.host NOT LIKE '%$%'
    AND NOT EXISTS (SELECT 1 FROM name_event AS freed JOIN in_branch ON in_branch.step = freed.step
        AND in_branch.node = loop.node
        WHERE freed.scope = taken.scope AND freed.name = taken.name AND freed.kind = 'free')
    AND NOT EXISTS (SELECT 1 FROM name_sweep JOIN in_branch ON in_branch.step = name_sweep.step
        AND in_branch.node = loop.node
        WHERE name_sweep.scope = taken.scope);

-- Names that exist somewhere in the tree: given ones, and those that Compose generates (project_service_1,
-- project-service-1).
CREATE TABLE known_name AS
SELECT name, scope FROM container WHERE name_how IN ('literal', 'generated', 'id')
UNION SELECT new_name, scope FROM step WHERE new_name IS NOT NULL
UNION SELECT project || '_' || service || '_1', scope FROM container WHERE service IS NOT NULL AND name IS NULL
UNION SELECT project || '-' || service || '-1', scope FROM container WHERE service IS NOT NULL AND name IS NULL;
CREATE INDEX known_name_name ON known_name (name);

-- Two services of one Compose project with one container_name. With different profiles they may never run together.
CREATE VIEW same_container_name AS
SELECT name, name_span, earlier, CASE WHEN profiles <> other_profiles THEN 'possible' ELSE 'certain' END AS confidence
FROM (
    SELECT name, name_span, profiles, service, lag(name_span) OVER same AS earlier,
        lag(profiles) OVER same AS other_profiles
    FROM container WHERE service IS NOT NULL AND name_how IN ('literal', 'generated', 'id')
    WINDOW same AS (PARTITION BY scope, name ORDER BY id)
) WHERE earlier IS NOT NULL;

-- A name that another scope of the directory takes on the same host, or another Compose project anywhere.
CREATE VIEW taken_elsewhere AS
SELECT name, name_span AS at, earlier AS also FROM (
    SELECT container.name, container.name_span, container.scope, lag(container.name_span) OVER same AS earlier,
        lag(container.scope) OVER same AS other
    FROM container JOIN place ON place.scope = container.scope
    WHERE container.name_how = 'literal' AND container.service IS NULL AND NOT container.auto_remove
        AND NOT container.replaces
    WINDOW same AS (PARTITION BY place.directory, place.host, container.name ORDER BY container.id)
) WHERE earlier IS NOT NULL AND other <> scope AND earlier <> name_span
UNION ALL
SELECT name, name_span, earlier FROM (
    SELECT name, name_span, scope, project, service, lag(name_span) OVER same AS earlier,
        lag(project || ' ' || service) OVER same AS other
    FROM container WHERE name_how = 'literal' AND service IS NOT NULL WINDOW same AS (PARTITION BY name ORDER BY id)
) WHERE earlier IS NOT NULL AND other <> project || ' ' || service AND earlier <> name_span;
