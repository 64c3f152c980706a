-- What the answer to the upgrade question rests on. A place counts once, however often it is called.

-- Links on the default bridge.
CREATE VIEW upgrade_link AS
SELECT min(legacy_link.span) AS at, min(legacy_link.id) AS link, min(span.confidence) AS confidence,
    min(place.is_example OR file.kind = 'markdown') AS is_example
FROM legacy_link JOIN container ON container.id = legacy_link.recipient JOIN place ON place.scope = container.scope
JOIN span ON span.id = legacy_link.span JOIN file ON file.id = span.file GROUP BY span.file, span.start;

-- Reads of link variables that a link, or the name alone, at least possibly speaks of. Neither Kubernetes nor a
-- container of the tree sets them. `lone_env`: only the name `<X>_ENV_<Y>` speaks of a link.
CREATE VIEW upgrade_read AS
SELECT judged_read.span AS at, judged_read.id AS env_read, judged_read.name, judged_read.part,
    -- on a user-defined network nothing sets it, but the program may run elsewhere, too
    CASE WHEN judged_read.never OR span.confidence = 'possible' OR judged_read.confidence = 'possible' THEN 'possible'
        ELSE 'likely' END AS confidence,
    judged_read.confidence = 'possible' AND judged_read.link IS NULL AND judged_read.part = 'env' AS lone_env,
    place.is_example OR file.kind = 'markdown' AS is_example
FROM judged_read JOIN env_read ON env_read.id = judged_read.id JOIN place ON place.scope = env_read.scope
JOIN span ON span.id = judged_read.span JOIN file ON file.id = span.file
WHERE judged_read.filled IS NULL AND NOT judged_read.outside AND (judged_read.confidence <> 'possible'
    OR judged_read.link IS NOT NULL OR NOT (judged_read.service IS NOT NULL OR judged_read.settled));

-- Settings of the daemon that keep the variables.
CREATE VIEW upgrade_hatch AS
SELECT setting.span AS at, span.confidence, place.is_example OR file.kind = 'markdown' AS is_example
FROM setting JOIN span ON span.id = setting.span JOIN file ON file.id = span.file
JOIN place ON place.scope = setting.scope
WHERE setting.name = 'DOCKER_KEEP_DEPRECATED_LEGACY_LINKS_ENV_VARS' AND setting.value = '1';

-- Mentions of links that could not be followed.
CREATE VIEW upgrade_mention AS
SELECT mention.span AS at, mention.kind, mention.word, file.kind = 'markdown' AS is_example
FROM mention JOIN span ON span.id = mention.span JOIN file ON file.id = span.file
WHERE mention.reading = 'not followed';
