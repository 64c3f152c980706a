-- What the answer to the upgrade question rests on. A place counts once, however often it is called.

-- Files whose commands are shown, not run. Their blocks have scopes of the type of the block.
-- rows: id
CREATE VIEW document AS
SELECT id FROM file WHERE kind = 'markdown';

-- Links on the default bridge.
-- rows: at link
-- numbers: is_example
CREATE VIEW upgrade_link AS
SELECT min(link.span) AS at, min(link.id) AS link, min(span.confidence) AS confidence,
    min(span.file IN (SELECT id FROM document)) AS is_example
FROM link JOIN container ON container.id = link.container JOIN span ON span.id = link.span
WHERE link.alias <> '' AND container.legacy
GROUP BY span.file, span.start;

-- Commands that remove a link on the default bridge: `docker rm --link`.
-- rows: at
-- numbers: is_example
CREATE VIEW upgrade_removed_link AS
SELECT step.span AS at, span.confidence, span.file IN (SELECT id FROM document) AS is_example
FROM step JOIN span ON span.id = step.span WHERE step.verb = 'rm-link';

-- Reads of link variables that a link, or the name alone, at least possibly speaks of. Neither Kubernetes nor a
-- container of the tree sets them. `lone_env`: only the name `<X>_ENV_<Y>` speaks of a link.
-- rows: at env_read
-- numbers: lone_env is_example
CREATE VIEW upgrade_read AS
SELECT judged_read.span AS at, judged_read.id AS env_read, judged_read.name, judged_read.part,
    -- on a user-defined network nothing sets it, but the program may run elsewhere, too
    CASE WHEN judged_read.never OR judged_read.loose OR 'possible' IN (span.confidence, judged_read.confidence)
        THEN 'possible' ELSE 'likely' END AS confidence,
    judged_read.confidence = 'possible' AND judged_read.link IS NULL AND judged_read.part = 'env' AS lone_env,
    span.file IN (SELECT id FROM document) AS is_example
FROM judged_read JOIN span ON span.id = judged_read.span
WHERE judged_read.filled IS NULL AND NOT judged_read.outside
    -- its default is what it would hold: the link's host name, which Engine 29 still has, or the port. Only as
    -- ${DB_PORT_5432_TCP_ADDR:-db}, alone on its line: in other forms, something else may depend on the variable
    AND NOT coalesce(judged_read.on_line = 1 AND judged_read.language = 'shell' AND judged_read.one_alias
        AND replace(judged_read.written, ':-', '-') = '${' || judged_read.name || '-' || CASE judged_read.part
            WHEN 'port' THEN CAST(judged_read.port AS TEXT) WHEN 'address' THEN judged_read.alias END || '}', 0)
    AND (judged_read.confidence <> 'possible'
    OR judged_read.link IS NOT NULL OR NOT (judged_read.service IS NOT NULL OR judged_read.settled))
UNION ALL -- `DB_PORT`, and a link that has the alias on a network that nothing shows
SELECT env_read.span, env_read.id, env_read.name, env_read.part, 'possible', 0,
    span.file IN (SELECT id FROM document)
FROM env_read JOIN span ON span.id = env_read.span
WHERE env_read.weak AND env_read.filled IS NULL AND upper(env_read.prefix) IN (
    SELECT upper(link.prefix) FROM link JOIN container ON container.id = link.container
    WHERE NOT container.legacy AND container.network_how = 'variable')
    AND env_read.id NOT IN (SELECT id FROM known_read)
    AND env_read.name NOT IN (SELECT name FROM overridden_name);

-- Settings of the daemon that keep the variables.
-- rows: at
-- numbers: is_example
CREATE VIEW upgrade_hatch AS
SELECT setting.span AS at, span.confidence, span.file IN (SELECT id FROM document) AS is_example
FROM setting JOIN span ON span.id = setting.span
WHERE setting.name = 'DOCKER_KEEP_DEPRECATED_LEGACY_LINKS_ENV_VARS' AND setting.value = '1';

-- Uses of what newer engines do not have, or refuse, beside links, with what to do. What only some releases of 29
-- refuse does not count.
-- rows: at
-- numbers: is_example
CREATE VIEW upgrade_incompatibility AS
SELECT incompatibility.span AS at, span.confidence, incompatibility.what, CASE WHEN incompatibility.instead IS NULL
        THEN 'do without ' || incompatibility.what
        ELSE 'use ' || incompatibility.instead || ' instead of ' || incompatibility.what END AS advice,
    span.file IN (SELECT id FROM document) AND file.path NOT LIKE '%requirements%' AS is_example
FROM incompatibility JOIN span ON span.id = incompatibility.span JOIN file ON file.id = span.file
JOIN engine_change ON engine_change.code = incompatibility.change WHERE engine_change.breaks
UNION ALL
SELECT refusal.span, span.confidence, refusal.reason, refusal.reason, span.file IN (SELECT id FROM document)
FROM refusal JOIN span ON span.id = refusal.span
JOIN engine_change ON engine_change.code = refusal.change WHERE engine_change.breaks;

-- Mentions of links that could not be followed.
-- rows: at
-- numbers: is_example
CREATE VIEW upgrade_mention AS
SELECT mention.span AS at, mention.kind, mention.word, span.file IN (SELECT id FROM document) AS is_example
FROM mention JOIN span ON span.id = mention.span
WHERE mention.reading = 'not followed';
