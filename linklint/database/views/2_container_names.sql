-- Container names, and what the command line and the engine refuse.

-- What is refused by engines that the code must work on: by all of them, or only by some, which `engines` names. What
-- only some refuse is possible, and a warning.
-- rows: id scope container span
CREATE VIEW refused_option AS
SELECT refusal.id, refusal.scope, refusal.container, refusal.option, refusal.reason, refusal.misread_as, refusal.code,
    refusal.change, refusal.instead, refusal.word, refusal.span,
    CASE engine_change.holds WHEN 'some' THEN 'possible' ELSE 'certain' END AS confidence,
    CASE engine_change.holds WHEN 'some' THEN 'warning' ELSE 'error' END AS severity,
    coalesce(' (' || engine_change.engines || ')', '') AS engines
FROM refusal LEFT JOIN engine_change ON engine_change.code = refusal.change
WHERE refusal.change = '' OR engine_change.holds <> 'none';

-- A step that the engine refuses, or a container of a project that it does not start, with the related locations: what
-- led to it, and the calls that lead to only one of the two. What the script expects is only possible.
-- rows: id scope step link container span also
-- numbers: guarded
CREATE VIEW refused_way AS
SELECT id, scope, step, code, stage, subject, reason, link, container, guarded,
    CASE WHEN guarded THEN 'possible' ELSE confidence END AS confidence, span, cause_span AS also, way
FROM step_outcome WHERE outcome = 'refused'
UNION ALL
SELECT refused.id, refused.scope, refused.step, refused.code, refused.stage, refused.subject, refused.reason,
    refused.link, refused.container, refused.guarded,
    CASE WHEN refused.guarded THEN 'possible' ELSE refused.confidence END, refused.span, step_call.span, step_call.words
FROM step_outcome AS refused JOIN step_call ON step_call.step IN (refused.step, refused.cause)
WHERE refused.outcome = 'refused'
    AND NOT EXISTS (SELECT 1 FROM step_call AS shared WHERE shared.call = step_call.call
        AND shared.step = CASE step_call.step WHEN refused.step THEN refused.cause ELSE refused.step END);

-- A refused step that no rule about names or links reports, with the related locations. What follows from another
-- refusal, also one of the command line, is only possible, and so is a container that is missing when its name is
-- cleared for a later one.
-- rows: id step span also
CREATE VIEW other_refusal AS
SELECT refused_way.id, refused_way.step, refused_way.code, refused_way.subject, refused_way.reason, refused_way.span,
    refused_way.also, refused_way.way, CASE
        WHEN place.is_example OR place.host LIKE '%$%'
            OR EXISTS (SELECT 1 FROM step_outcome AS refused JOIN step_outcome AS first ON first.step = refused.cause
                AND first.outcome = 'refused' WHERE refused.id = refused_way.id)
            OR NOT place.is_project AND EXISTS (SELECT 1 FROM container WHERE container.scope = refused_way.scope
                AND container.name = refused_way.subject AND container.step IS NULL)
            OR refused_way.code = 'container-missing' AND EXISTS (SELECT 1 FROM step JOIN step AS later
                ON later.scope = step.scope AND later.name = refused_way.subject AND later.seq > step.seq
                AND later.verb IN ('run', 'create')
                WHERE step.id = refused_way.step AND step.verb IN ('stop', 'kill', 'rm'))
        THEN 'possible'
        WHEN refused_way.code = 'still-running' AND refused_way.confidence = 'certain' THEN 'likely'
        WHEN refused_way.code = 'still-running' THEN 'possible'
        ELSE refused_way.confidence END AS confidence
FROM refused_way JOIN place ON place.scope = refused_way.scope;

-- Scopes with a command of Compose.
-- rows: scope
CREATE TABLE compose_scope AS
SELECT DISTINCT scope FROM step WHERE verb LIKE 'compose-%';

-- Scopes with a command of Compose whose project is not known.
-- rows: scope
CREATE TABLE unknown_project AS
SELECT DISTINCT step.scope FROM step
WHERE step.verb LIKE 'compose-%' AND NOT EXISTS (SELECT 1 FROM step_outcome WHERE step_outcome.step = step.id);

-- A step of a shell script on a container or network that nothing in the tree creates.
-- rows: step span
CREATE VIEW unseen_subject AS
SELECT step_outcome.step, step_outcome.code, step_outcome.subject, step_outcome.span
FROM step_outcome JOIN place ON place.scope = step_outcome.scope
JOIN step AS own ON own.id = step_outcome.step
WHERE step_outcome.outcome = 'unknown' AND own.verb NOT LIKE 'compose-%'
    AND NOT step_outcome.guarded AND place.kind = 'shell'
    AND step_outcome.subject <> '' AND step_outcome.code <> 'source-unseen'
    AND step_outcome.scope NOT IN (SELECT scope FROM unknown_project)
    AND CASE WHEN step_outcome.code = 'network-unseen'
        THEN NOT EXISTS (SELECT 1 FROM network WHERE network.name = step_outcome.subject)
            AND NOT EXISTS (SELECT 1 FROM step WHERE step.verb = 'network-create' AND step.name = step_outcome.subject)
        WHEN step_outcome.code IN ('container-unsure', 'container-doubtful', 'name-doubtful') THEN 1
        ELSE NOT EXISTS (SELECT 1 FROM known_name WHERE known_name.name = step_outcome.subject)
            AND EXISTS (SELECT 1 FROM container WHERE container.scope = step_outcome.scope
                AND container.name_how = 'literal')
            AND NOT EXISTS (SELECT 1 FROM container WHERE container.scope = step_outcome.scope
                AND container.name_how = 'variable') END;

-- A name that is taken although a container has it, with the same related locations; also where that one is stopped.
-- rows: span also
-- numbers: is_example
CREATE VIEW taken_way AS
SELECT span, also, subject AS name, way, confidence, is_example FROM refused_way
JOIN place ON place.scope = refused_way.scope WHERE code IN ('name-taken', 'same-name')
UNION ALL
SELECT refused.span, coalesce(stop.name_span, stop.span), refused.subject,
    refused.subject || ' is stopped here, which does not free the name', refused.confidence, place.is_example
FROM step_outcome AS refused JOIN step AS taken ON taken.id = refused.step
JOIN place ON place.scope = refused.scope
JOIN engine_state AS idle ON idle.kind = 'state' AND idle.container = refused.cause_container AND idle.what = 'exited'
JOIN step AS stop ON stop.id = idle.since AND stop.verb IN ('stop', 'kill') AND stop.seq < taken.seq
LEFT JOIN step AS later ON later.id = idle.until
WHERE refused.code = 'name-taken' AND (later.seq IS NULL OR later.seq >= taken.seq);

-- A name that a loop takes again on each iteration without freeing it.
-- rows: name_span step
CREATE VIEW taken_in_loop AS
SELECT taken.name, taken.name_span, taken.id AS step,
    CASE WHEN EXISTS (SELECT 1 FROM condition WHERE condition.step = taken.id AND condition.node <> loop.node)
        THEN 'possible'
        ELSE 'likely' END AS confidence
FROM step AS taken JOIN in_branch AS loop ON loop.step = taken.id AND loop.kind = 'loop'
JOIN container ON container.id = taken.container JOIN place ON place.scope = taken.scope
WHERE taken.verb IN ('run', 'create') AND taken.name_how IN ('literal', 'generated', 'id')
    AND NOT (container.auto_remove AND NOT container.detached AND NOT taken.background)
    AND place.host NOT LIKE '%$%'
    AND NOT EXISTS (SELECT 1 FROM step AS freed JOIN in_branch ON in_branch.step = freed.id
        WHERE in_branch.node = loop.node AND freed.scope = taken.scope
        AND (freed.name = taken.name AND freed.verb IN ('rm', 'rename')
            OR freed.verb IN ('prune', 'system-prune')
            OR freed.verb = 'rm' AND (freed.everything OR freed.name_how IN ('variable', 'command', 'captured')
                AND freed.container IS NULL)));

-- Names that exist somewhere in the tree: given ones, and those that Compose generates (project_service_1,
-- project-service-1).
-- rows: scope
CREATE TABLE known_name AS
SELECT name, scope FROM container WHERE name_how IN ('literal', 'generated', 'id')
UNION SELECT new_name, scope FROM step WHERE new_name IS NOT NULL
UNION SELECT project || '_' || service || '_1', scope FROM container WHERE service IS NOT NULL AND name IS NULL
UNION SELECT project || '-' || service || '-1', scope FROM container WHERE service IS NOT NULL AND name IS NULL;
CREATE INDEX known_name_name ON known_name (name);

-- Two services of one Compose project with one container_name. With different profiles they may never run together,
-- nor if one is in a file that is perhaps the base of the other's.
-- rows: name_span earlier
CREATE VIEW same_container_name AS
SELECT name, name_span, earlier, CASE WHEN profiles <> other_profiles OR NOT complete AND file <> other_file
    THEN 'possible' ELSE 'certain' END AS confidence
FROM (
    SELECT container.name, name_span, profiles, service, scope.complete, file, lag(name_span) OVER same AS earlier,
        lag(profiles) OVER same AS other_profiles, lag(file) OVER same AS other_file
    FROM container JOIN scope ON scope.id = container.scope JOIN span ON span.id = container.name_span
    WHERE service IS NOT NULL AND name_how IN ('literal', 'generated', 'id')
    WINDOW same AS (PARTITION BY container.scope, container.name ORDER BY container.id)
) WHERE earlier IS NOT NULL;

-- A name that another scope of the directory takes on the same host, or another Compose project anywhere.
-- rows: at also
CREATE VIEW taken_elsewhere AS
SELECT name, name_span AS at, earlier AS also FROM (
    SELECT container.name, container.name_span, container.scope, lag(container.name_span) OVER same AS earlier,
        lag(container.scope) OVER same AS other
    FROM container JOIN place ON place.scope = container.scope
    WHERE container.name_how = 'literal' AND container.service IS NULL AND NOT container.auto_remove
        AND NOT container.replaces AND NOT place.is_example
    WINDOW same AS (PARTITION BY place.directory, place.host, container.name ORDER BY container.id)
) WHERE earlier IS NOT NULL AND other <> scope AND earlier <> name_span
UNION ALL
SELECT name, name_span, earlier FROM (
    SELECT name, name_span, scope, project, service, lag(name_span) OVER same AS earlier,
        lag(project || ' ' || service) OVER same AS other
    FROM container WHERE name_how = 'literal' AND service IS NOT NULL WINDOW same AS (PARTITION BY name ORDER BY id)
) WHERE earlier IS NOT NULL AND other <> project || ' ' || service AND earlier <> name_span;
