-- What follows from the facts.  Heavy questions are tables, made once a scan; the rest are views.  Each says what a row is.

CREATE INDEX step_in_scope ON step (scope, seq);
CREATE INDEX branch_of_step ON in_branch (step, node, arm);
CREATE INDEX branch_of_node ON in_branch (node, arm);
CREATE INDEX container_in_scope ON container (scope, name);
CREATE INDEX container_service ON container (scope, service);
CREATE INDEX container_name ON container (name);
CREATE INDEX container_how_named ON container (scope, name_how);
CREATE INDEX step_verb ON step (scope, verb);
CREATE INDEX step_name ON step (name, scope);
CREATE INDEX container_step ON container (step);
CREATE INDEX container_image ON container (image);
CREATE INDEX link_of_container ON link (container);
CREATE INDEX link_at ON link (target_span);
CREATE INDEX span_in_file ON span (file, line);
CREATE INDEX env_read_name ON env_read (name);
CREATE INDEX env_read_span ON env_read (span);
CREATE INDEX env_of_container ON env (container) WHERE secret IS NOT NULL;
CREATE INDEX env_of_image ON env (image) WHERE secret IS NOT NULL;
CREATE INDEX image_file ON image (dockerfile, last);

-- Two steps that never happen on one path: they lie on different arms of one fork.
CREATE VIEW exclusive AS
SELECT a.step AS step, b.step AS other
FROM in_branch AS a JOIN in_branch AS b ON b.node = a.node AND b.arm <> a.arm
WHERE a.kind IN ('if', 'case', 'and', 'or', 'retry', 'target') AND b.kind IN ('if', 'case', 'and', 'or', 'retry', 'target');

-- What a step depends on: happening at all only if this arm is taken.
CREATE TABLE condition AS
SELECT step, node, arm FROM in_branch WHERE kind IN ('if', 'case', 'or', 'loop', 'retry', 'function', 'example', 'target', 'unit');
CREATE INDEX condition_of_step ON condition (step, node, arm);

-- Where a fact lies: the directory and host of a scope.
CREATE TABLE place AS
SELECT scope.id AS scope, file.directory AS directory, scope.host AS host, scope.kind AS kind
FROM scope JOIN span ON span.id = scope.span JOIN file ON file.id = span.file;
CREATE UNIQUE INDEX place_of_scope ON place (scope);

-- What happens to a container's name, in order: take, free, stop, end (wait), and weak: rm without -f of one that runs.
CREATE TABLE name_event AS
WITH event AS (
    SELECT step.scope, step.seq, 1 AS half, container.name, 'take' AS kind, step.id AS step, container.id AS container,
        container.name_span AS span, 1 - (container.auto_remove AND NOT container.detached AND NOT step.background) AS holds,
        container.detached AND step.verb = 'run' AS runs, 0 AS force, container.auto_remove
    FROM container JOIN step ON step.id = container.step
    WHERE container.name_how IN ('literal', 'generated', 'id')
    UNION ALL
    SELECT scope, seq, 1, new_name, 'take', id, container, new_name_span, 1, 0, 0, 0
    FROM step WHERE verb = 'rename' AND new_name IS NOT NULL
    UNION ALL
    SELECT step.scope, step.seq, 0, coalesce(container.name, step.name),
        CASE WHEN step.verb IN ('rm', 'rename') THEN 'free' WHEN step.verb IN ('stop', 'kill') THEN 'stop' ELSE 'end' END,
        step.id, step.container, step.name_span, 0, 0, step.force OR step.verb = 'rename', 0
    FROM step LEFT JOIN container ON container.id = step.container
    WHERE step.verb IN ('rm', 'rename', 'stop', 'kill', 'wait') AND NOT step.everything
        AND coalesce(container.name, step.name) IS NOT NULL
        AND (step.name_how IN ('literal', 'generated', 'id') OR container.name IS NOT NULL)
), numbered AS (
    SELECT *, lag(kind) OVER of_name AS before, lag(runs) OVER of_name AS ran, row_number() OVER of_name AS nth
    FROM event WINDOW of_name AS (PARTITION BY scope, name ORDER BY seq, half)
)
SELECT row_number() OVER () AS id, scope, seq, nth, name,
    CASE WHEN kind = 'free' AND NOT force AND before = 'take' AND ran THEN 'weak' ELSE kind END AS kind,
    step, container, span, holds, auto_remove
FROM numbered;
CREATE INDEX name_event_order ON name_event (scope, name, nth);
CREATE INDEX name_event_step ON name_event (step);

-- Steps after which any name of the scope may be free: rm of all, prune, rm of something that cannot be known.
CREATE TABLE name_sweep AS
SELECT scope, seq, id AS step FROM step
WHERE verb = 'prune' OR verb = 'rm' AND (everything OR name_how IN ('variable', 'command', 'captured') AND container IS NULL);
CREATE INDEX name_sweep_order ON name_sweep (scope, seq);

-- A name that is taken (event) although an earlier step of the same path (holder) has it still: the previous holder, not all pairs.
CREATE TABLE taken_again AS
SELECT taken.id AS event, taken.name, taken.span AS at, holder.span AS also, taken.step, holder.step AS held_by, taken.scope, holder.auto_remove,
    EXISTS (SELECT 1 FROM name_event AS stop WHERE stop.scope = taken.scope AND stop.name = taken.name
        AND stop.nth BETWEEN holder.nth AND taken.nth AND stop.kind = 'stop') AS stopped,
    CASE
        WHEN EXISTS (SELECT node, arm FROM condition WHERE step = taken.step EXCEPT SELECT node, arm FROM condition WHERE step = holder.step)
            OR EXISTS (SELECT node, arm FROM condition WHERE step = holder.step EXCEPT SELECT node, arm FROM condition WHERE step = taken.step)
        THEN 'possible'
        WHEN EXISTS (SELECT 1 FROM name_event AS weak WHERE weak.scope = taken.scope AND weak.name = taken.name
            AND weak.nth BETWEEN holder.nth AND taken.nth AND weak.kind = 'weak') OR holder.auto_remove THEN 'likely'
        ELSE 'certain'
    END AS confidence
FROM name_event AS taken
JOIN name_event AS holder ON holder.id = (
    SELECT earlier.id FROM name_event AS earlier
    WHERE earlier.scope = taken.scope AND earlier.name = taken.name AND earlier.nth BETWEEN taken.nth - 16 AND taken.nth - 1
        AND (earlier.kind = 'free' OR earlier.kind = 'take' AND earlier.holds)
        AND NOT EXISTS (SELECT 1 FROM exclusive WHERE exclusive.step = earlier.step AND exclusive.other = taken.step)
    ORDER BY earlier.nth DESC LIMIT 1)
JOIN place ON place.scope = taken.scope
WHERE taken.kind = 'take' AND holder.kind = 'take'
    AND NOT (place.host LIKE '%$%' AND taken.span = holder.span)
    AND NOT EXISTS (SELECT 1 FROM name_sweep WHERE name_sweep.scope = taken.scope AND name_sweep.seq > holder.seq AND name_sweep.seq < taken.seq);

-- A name that is taken after stop or kill without rm: the stopped container keeps it, and --rm frees it only some time later.
CREATE VIEW still_held AS
SELECT taken.name, taken.span AS at, stop.span AS also,
    CASE WHEN EXISTS (SELECT node, arm FROM condition WHERE step = taken.step EXCEPT SELECT node, arm FROM condition WHERE step = stop.step)
        OR EXISTS (SELECT node, arm FROM condition WHERE step = stop.step EXCEPT SELECT node, arm FROM condition WHERE step = taken.step)
        THEN 'possible' ELSE 'certain' END AS confidence
FROM name_event AS taken
JOIN name_event AS stop ON stop.id = (
    SELECT earlier.id FROM name_event AS earlier
    WHERE earlier.scope = taken.scope AND earlier.name = taken.name AND earlier.nth BETWEEN taken.nth - 16 AND taken.nth - 1
        AND earlier.kind <> 'end'
        AND NOT EXISTS (SELECT 1 FROM exclusive WHERE exclusive.step = earlier.step AND exclusive.other = taken.step)
    ORDER BY earlier.nth DESC LIMIT 1)
WHERE taken.kind = 'take' AND stop.kind = 'stop'
    AND NOT EXISTS (SELECT 1 FROM taken_again WHERE taken_again.event = taken.id AND NOT taken_again.auto_remove)
    AND NOT EXISTS (SELECT 1 FROM name_sweep WHERE name_sweep.scope = taken.scope AND name_sweep.seq > stop.seq AND name_sweep.seq < taken.seq);

-- A name that a loop takes anew on each turn without freeing it.
CREATE VIEW taken_in_loop AS
SELECT taken.name, taken.span AS at, taken.step,
    CASE WHEN EXISTS (SELECT 1 FROM condition WHERE condition.step = taken.step AND condition.node <> loop.node) THEN 'possible'
        ELSE 'likely' END AS confidence
FROM name_event AS taken
JOIN in_branch AS loop ON loop.step = taken.step AND loop.kind = 'loop'
JOIN place ON place.scope = taken.scope
WHERE taken.kind = 'take' AND taken.holds AND place.host NOT LIKE '%$%'
    AND NOT EXISTS (SELECT 1 FROM name_event AS freed JOIN in_branch ON in_branch.step = freed.step AND in_branch.node = loop.node
        WHERE freed.scope = taken.scope AND freed.name = taken.name AND freed.kind = 'free')
    AND NOT EXISTS (SELECT 1 FROM name_sweep JOIN in_branch ON in_branch.step = name_sweep.step AND in_branch.node = loop.node
        WHERE name_sweep.scope = taken.scope);

-- Names that exist somewhere in the tree: given ones, and those that Compose makes (project_service_1, project-service-1).
CREATE TABLE known_name AS
SELECT name, scope FROM container WHERE name_how IN ('literal', 'generated', 'id')
UNION SELECT new_name, scope FROM step WHERE new_name IS NOT NULL
UNION SELECT project || '_' || service || '_1', scope FROM container WHERE service IS NOT NULL AND name IS NULL
UNION SELECT project || '-' || service || '-1', scope FROM container WHERE service IS NOT NULL AND name IS NULL;
CREATE INDEX known_name_name ON known_name (name);

-- Which container a link leads to: a service, a captured ID, a name of the scope, else of another scope of the directory.
CREATE TABLE resolved_link AS
SELECT link.id AS link, recipient.id AS recipient, source.id AS source, 'certain' AS confidence
FROM link JOIN container AS recipient ON recipient.id = link.container
JOIN container AS source ON source.scope = recipient.scope AND source.service = link.target
WHERE link.kind = 'link' AND recipient.service IS NOT NULL
UNION ALL
SELECT link.id, link.container, link.target_container, 'certain' FROM link WHERE link.target_container IS NOT NULL
UNION ALL
SELECT link, recipient, source, confidence FROM (
    SELECT link.id AS link, recipient.id AS recipient, source.id AS source,
        row_number() OVER (PARTITION BY link.id ORDER BY source.id > recipient.id, abs(source.id - recipient.id)) AS rank,
        CASE WHEN EXISTS (SELECT node, arm FROM condition WHERE step = source.step EXCEPT SELECT node, arm FROM condition WHERE step = recipient.step)
            THEN 'likely' ELSE 'certain' END AS confidence
    FROM link JOIN container AS recipient ON recipient.id = link.container
    JOIN container AS source ON source.scope = recipient.scope AND source.name = link.target AND source.id <> recipient.id
    WHERE recipient.service IS NULL AND source.id BETWEEN recipient.id - 2000 AND recipient.id + 2000
        AND NOT EXISTS (SELECT 1 FROM exclusive WHERE exclusive.step = source.step AND exclusive.other = recipient.step)
) WHERE rank <= 4
UNION ALL
SELECT link, recipient, source, 'possible' FROM (
    SELECT link.id AS link, recipient.id AS recipient, source.id AS source, row_number() OVER (PARTITION BY link.id ORDER BY source.id) AS rank
    FROM link JOIN container AS recipient ON recipient.id = link.container JOIN place AS here ON here.scope = recipient.scope
    JOIN container AS source ON source.name = link.target AND source.scope <> recipient.scope
    JOIN place AS there ON there.scope = source.scope AND there.directory = here.directory AND there.host = here.host
    WHERE NOT EXISTS (SELECT 1 FROM container AS near WHERE near.scope = recipient.scope AND near.name = link.target)
) WHERE rank = 1;
CREATE INDEX resolved_by_link ON resolved_link (link);
CREATE INDEX resolved_by_source ON resolved_link (source);

-- A link that the default bridge makes: it sets variables (engines up to 28) and goes with Engine 30.
CREATE VIEW legacy_link AS
SELECT link.id, link.container AS recipient, link.span, link.target, link.alias, replace(upper(link.alias), '-', '_') AS prefix
FROM link JOIN container ON container.id = link.container
WHERE container.legacy AND link.alias <> '';

-- The stages that an image is made of: itself and, in the same Dockerfile, the stages it is built from.
CREATE TABLE image_stage AS
WITH RECURSIVE stage (image, ancestor, depth) AS (
    SELECT id, id, 0 FROM image WHERE base IS NOT NULL
    UNION
    SELECT stage.image, older.id, stage.depth + 1
    FROM stage JOIN image AS younger ON younger.id = stage.ancestor
    JOIN image AS older ON older.dockerfile = younger.dockerfile AND older.scope = younger.scope AND older.stage = younger.base AND older.id < younger.id
    WHERE stage.depth < 8
)
SELECT image, ancestor FROM stage;
CREATE INDEX image_stage_image ON image_stage (image);

-- The Dockerfile stages whose variables and ports a container has: by build: of its service, or the docker build -t of its directory.
CREATE TABLE container_stage AS
WITH built AS (
    SELECT made.id, made.container, made.name, made.scope, image_stage.ancestor AS image
    FROM image AS made
    JOIN image AS final ON final.dockerfile = made.dockerfile AND final.base IS NOT NULL AND (final.last AND made.stage IS NULL OR final.stage = made.stage)
    JOIN image_stage ON image_stage.image = final.id
    WHERE made.base IS NULL
)
SELECT container, image FROM built WHERE container IS NOT NULL
UNION
SELECT container.id, built.image
FROM built JOIN place AS here ON here.scope = built.scope
JOIN container ON container.image = built.name
JOIN place AS there ON there.scope = container.scope AND there.directory = here.directory
WHERE built.container IS NULL;
CREATE INDEX container_stage_image ON container_stage (image);

-- A secret that a link hands on: the recipient gets it as `variable`.
CREATE TABLE leak AS
WITH holder AS (
    SELECT env.id AS env, env.container AS container FROM env WHERE env.secret IS NOT NULL AND env.container IS NOT NULL
    UNION
    SELECT env.id, container_stage.container FROM env JOIN container_stage ON container_stage.image = env.image WHERE env.secret IS NOT NULL
)
SELECT env.id AS env, legacy_link.id AS link, legacy_link.span AS span, legacy_link.recipient AS recipient, legacy_link.prefix || '_ENV_' || env.name AS variable,
    resolved_link.confidence AS confidence
FROM holder JOIN env ON env.id = holder.env
JOIN resolved_link ON resolved_link.source = holder.container
JOIN legacy_link ON legacy_link.id = resolved_link.link;
CREATE INDEX leak_env ON leak (env);

-- What people call a container: its name, its service, its image.
CREATE VIEW called AS
SELECT id AS container, coalesce(CASE WHEN name_how <> 'none' THEN name END, service, 'the container of ' || image, 'a container') AS words FROM container;

-- The prefixes of variables that links of the tree make.
CREATE TABLE link_prefix AS
SELECT prefix, span FROM (
    SELECT legacy_link.prefix, legacy_link.span, row_number() OVER (PARTITION BY legacy_link.prefix ORDER BY span.confidence, legacy_link.id) AS rank
    FROM legacy_link JOIN span ON span.id = legacy_link.span
) WHERE rank = 1;
CREATE INDEX link_prefix_prefix ON link_prefix (prefix);

-- Two services of one Compose project with one container_name; with profiles that differ they need not meet.
CREATE VIEW same_container_name AS
SELECT name, name_span, earlier, CASE WHEN profiles <> other_profiles THEN 'possible' ELSE 'certain' END AS confidence
FROM (
    SELECT name, name_span, profiles, service, lag(name_span) OVER same AS earlier, lag(profiles) OVER same AS other_profiles
    FROM container WHERE service IS NOT NULL AND name_how IN ('literal', 'generated', 'id') WINDOW same AS (PARTITION BY scope, name ORDER BY id)
) WHERE earlier IS NOT NULL;

-- A name that another scope of the directory takes on the same host, or another Compose project anywhere.
CREATE VIEW taken_elsewhere AS
SELECT name, name_span AS at, earlier AS also FROM (
    SELECT container.name, container.name_span, container.scope, lag(container.name_span) OVER same AS earlier, lag(container.scope) OVER same AS other
    FROM container JOIN place ON place.scope = container.scope
    WHERE container.name_how = 'literal' AND container.service IS NULL AND NOT container.auto_remove AND NOT container.replaces
    WINDOW same AS (PARTITION BY place.directory, place.host, container.name ORDER BY container.id)
) WHERE earlier IS NOT NULL AND other <> scope AND earlier <> name_span
UNION ALL
SELECT name, name_span, earlier FROM (
    SELECT name, name_span, scope, project, service, lag(name_span) OVER same AS earlier, lag(project || ' ' || service) OVER same AS other
    FROM container WHERE name_how = 'literal' AND service IS NOT NULL WINDOW same AS (PARTITION BY name ORDER BY id)
) WHERE earlier IS NOT NULL AND other <> project || ' ' || service AND earlier <> name_span;

-- Ports that are published beyond one host address: with nothing said, or with 0.0.0.0 or [::] written out.
CREATE VIEW wide_bind AS
SELECT port.id AS port, port.span, port.spec, port.form, port.host_ip, called.words AS container,
    CASE WHEN port.form = 'all' THEN 'every exposed port' ELSE port.spec END AS what,
    CASE port.host_ip WHEN '0.0.0.0' THEN 'every IPv4 interface (0.0.0.0)' WHEN '::' THEN 'every IPv6 interface ([::])'
        ELSE 'every interface (0.0.0.0 and [::])' END AS interfaces,
    CASE WHEN port.form = 'pairs' AND port.spec LIKE '%host_ip%' THEN ': in this form Docker passes over host_ip'
        WHEN port.form = 'all' OR port.host_first IS NULL AND port.spec NOT GLOB '*[${<(%]*' AND CASE port.form WHEN 'api' THEN port.spec NOT LIKE '%:%' ELSE container.service IS NULL END THEN ', at a port that Docker chooses'
        ELSE '' END AS how,
    CASE WHEN port.host_ip IS NULL AND container.legacy THEN ', unless the daemon has --ip' ELSE '' END AS unless
FROM port JOIN container ON container.id = port.container JOIN called ON called.container = container.id
WHERE port.published AND port.host_known AND coalesce(port.host_ip, '0.0.0.0') IN ('0.0.0.0', '::')
    AND coalesce(container.network, '') NOT IN ('host', 'none') AND coalesce(container.network, '') NOT LIKE 'container:%'
    AND coalesce(container.network, '') NOT LIKE 'service:%';

-- Links whose source is started only later in the same scope, on the same path, and is known from nowhere before.
CREATE VIEW early_link AS
SELECT link.id AS link, link.target, link.target_span AS at, source.head_span AS also,
    CASE WHEN EXISTS (SELECT node, arm FROM condition WHERE step = recipient.step EXCEPT SELECT node, arm FROM condition WHERE step = source.step)
        OR EXISTS (SELECT node, arm FROM condition WHERE step = source.step EXCEPT SELECT node, arm FROM condition WHERE step = recipient.step)
        THEN 'possible' ELSE 'certain' END AS confidence
FROM legacy_link JOIN link ON link.id = legacy_link.id
JOIN container AS recipient ON recipient.id = link.container
JOIN resolved_link ON resolved_link.link = link.id
JOIN container AS source ON source.id = resolved_link.source AND source.scope = recipient.scope
JOIN step AS late ON late.id = source.step JOIN step AS early ON early.id = recipient.step
WHERE late.seq > early.seq AND early.verb = 'run'
    AND (link.target_how = 'literal' OR NOT EXISTS (SELECT 1 FROM container AS other JOIN step ON step.id = other.step
        WHERE other.scope = recipient.scope AND other.name_how = 'variable' AND other.id <> recipient.id AND step.seq < early.seq))
    AND NOT EXISTS (SELECT 1 FROM container AS before JOIN step ON step.id = before.step
        WHERE before.scope = recipient.scope AND before.name = link.target AND step.seq < early.seq)
    AND NOT EXISTS (SELECT 1 FROM step WHERE step.scope = recipient.scope AND step.seq < early.seq
        AND (step.name = link.target AND step.verb NOT IN ('rm', 'stop', 'kill') OR step.new_name = link.target));

-- Links to a name that nothing in the tree creates.
CREATE VIEW dangling_link AS
SELECT link.id AS link, link.target, link.target_span AS at, recipient.service, called.words AS recipient,
    CASE WHEN link.kind = 'external' OR NOT recipient.legacy AND recipient.service IS NULL THEN 'possible'
        WHEN recipient.service IS NOT NULL THEN CASE WHEN scope.complete THEN 'certain' ELSE 'possible' END
        WHEN EXISTS (SELECT 1 FROM container AS other WHERE other.scope = recipient.scope AND other.id <> recipient.id AND other.name_how = 'literal'
                AND NOT EXISTS (SELECT node, arm FROM condition WHERE step = other.step EXCEPT SELECT node, arm FROM condition WHERE step = recipient.step))
            AND NOT EXISTS (SELECT 1 FROM container AS other WHERE other.scope = recipient.scope AND other.name_how = 'variable')
            AND NOT EXISTS (SELECT 1 FROM step WHERE step.scope = recipient.scope AND step.verb = 'compose-up')
        THEN 'likely' ELSE 'possible' END AS confidence
FROM link JOIN container AS recipient ON recipient.id = link.container JOIN scope ON scope.id = recipient.scope
JOIN called ON called.container = recipient.id
WHERE link.target_how = 'literal' AND link.target <> '' AND link.target NOT LIKE '%/%'
    AND (recipient.network IS NULL OR recipient.network NOT LIKE 'container:%')
    AND NOT EXISTS (SELECT 1 FROM link AS same JOIN resolved_link ON resolved_link.link = same.id WHERE same.target_span = link.target_span)
    AND CASE WHEN recipient.service IS NOT NULL AND link.kind = 'link'
        THEN NOT EXISTS (SELECT 1 FROM container AS other WHERE other.scope = recipient.scope AND other.service = link.target)
        ELSE NOT EXISTS (SELECT 1 FROM known_name WHERE known_name.name = link.target)
            AND NOT EXISTS (SELECT 1 FROM step WHERE step.scope = recipient.scope AND step.name = link.target AND step.verb IN ('start', 'restart')) END;

-- Secrets in the environment of a container, an image, or an env file that nothing uses.
CREATE VIEW bare_secret AS
SELECT env.span, NULL AS also, env.name,
    CASE WHEN env.form IN ('literal', 'default') AND NOT env.placeholder THEN 'is a secret in plain text: ' ELSE 'is a secret in the environment: ' END || env.secret AS state,
    NULL AS recipient, NULL AS variable, '' AS engines, 'warning' AS severity, env.origin || ' ' || env.name AS subject,
    CASE WHEN env.placeholder OR env.form IN ('variable', 'passthrough') OR env.origin = 'env-file' AND env.container IS NULL THEN 'possible'
        WHEN env.form = 'default' THEN 'likely' ELSE 'certain' END AS confidence
FROM env WHERE env.secret IS NOT NULL;

-- Secrets that a link hands on, where an engine that the tree has to work on does that.
CREATE VIEW handed_on_secret AS
SELECT env.span, leak.span AS also, env.name, 'is a secret that a link hands on to ' AS state, called.words AS recipient, leak.variable,
    CASE target_engine.name WHEN 'any' THEN ', on engines up to 28 and on 29+env' ELSE ', on engine ' || target_engine.name END AS engines,
    'error' AS severity, env.origin || ' ' || env.name AS subject,
    CASE WHEN leak.confidence = 'possible' OR env.placeholder THEN 'possible' WHEN env.form <> 'literal' THEN 'likely' ELSE leak.confidence END AS confidence
FROM leak JOIN env ON env.id = leak.env JOIN called ON called.container = leak.recipient JOIN target_engine
WHERE target_engine.link_variables;

-- Reads of an address that a link set, with what is known of the link that makes it.
CREATE VIEW address_read AS
SELECT env_read.span, env_read.name, link_prefix.span AS link, link_prefix.prefix,
    CASE WHEN link_prefix.prefix IS NOT NULL THEN 'certain'
        WHEN EXISTS (SELECT 1 FROM kubernetes_service WHERE replace(upper(kubernetes_service.name), '-', '_') = env_read.prefix) THEN 'possible'
        ELSE 'likely' END AS confidence,
    CASE WHEN link_prefix.prefix IS NULL
        AND EXISTS (SELECT 1 FROM kubernetes_service WHERE replace(upper(kubernetes_service.name), '-', '_') = env_read.prefix)
        THEN ' (if no Kubernetes Service sets it)' ELSE '' END AS unless,
    EXISTS (SELECT 1 FROM place WHERE place.scope = env_read.scope AND place.kind = 'compose')
        AND NOT EXISTS (SELECT 1 FROM container WHERE container.scope = env_read.scope AND container.legacy) AS never
FROM env_read JOIN span ON span.id = env_read.span LEFT JOIN link_prefix ON link_prefix.prefix = upper(env_read.prefix)
WHERE env_read.part IN ('address', 'url') AND env_read.id = (
    SELECT other.id FROM env_read AS other JOIN span AS there ON there.id = other.span
    WHERE there.file = span.file AND there.line = span.line AND +other.name = env_read.name ORDER BY there.confidence, there.start LIMIT 1);
