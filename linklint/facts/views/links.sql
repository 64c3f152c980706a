-- Where links lead.

-- Containers by the names that other scopes of a directory and host may know them by; of several the first.
CREATE TABLE named_source AS
SELECT container.name, place.directory, place.host, min(container.id) AS container
FROM container JOIN place ON place.scope = container.scope WHERE container.name_how IN ('literal', 'generated', 'id')
GROUP BY container.name, place.directory, place.host;
CREATE INDEX named_source_name ON named_source (name, directory, host);

-- Containers by the names that Compose makes for them, project_service_1 and project-service-1; null where several have one.
CREATE TABLE composed_source AS
SELECT name, CASE WHEN count(*) = 1 THEN min(id) END AS container FROM (
    SELECT project || '_' || service || '_1' AS name, id FROM container WHERE tool = 'compose' AND name IS NULL
    UNION ALL SELECT project || '-' || service || '-1', id FROM container WHERE tool = 'compose' AND name IS NULL
) GROUP BY name;
CREATE UNIQUE INDEX composed_source_name ON composed_source (name);

-- Which container a link leads to (rank 1 is the best guess): a service, a captured ID, a name of the scope, else of another scope of the directory.
CREATE TABLE resolved_link AS
SELECT link.id AS link, recipient.id AS recipient, source.id AS source, 'certain' AS confidence, 1 AS rank
FROM link JOIN container AS recipient ON recipient.id = link.container
JOIN container AS source ON source.scope = recipient.scope AND source.service = link.target
WHERE link.kind = 'link' AND recipient.service IS NOT NULL
UNION ALL
SELECT link.id, link.container, link.target_container, 'certain', 1 FROM link WHERE link.target_container IS NOT NULL
UNION ALL
SELECT link, recipient, source, confidence, rank FROM (
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
SELECT link.id, recipient.id, coalesce(named_source.container, composed_source.container), 'possible', 1
FROM link JOIN container AS recipient ON recipient.id = link.container JOIN place AS here ON here.scope = recipient.scope
LEFT JOIN named_source ON named_source.name = link.target AND named_source.directory = here.directory AND named_source.host = here.host
LEFT JOIN composed_source ON composed_source.name = link.target
WHERE coalesce(named_source.container, composed_source.container) <> recipient.id AND link.target_container IS NULL
    AND (recipient.service IS NULL OR link.kind <> 'link')
    AND NOT EXISTS (SELECT 1 FROM container AS near WHERE near.scope = recipient.scope AND near.name = link.target);
CREATE INDEX resolved_by_link ON resolved_link (link);
CREATE INDEX resolved_by_source ON resolved_link (source);

-- The names by which a recipient on the default bridge knows its sources: the alias as written (of two sources the first has it), and those that
-- Compose adds for a service.
CREATE TABLE link_alias AS
SELECT link, recipient, alias, alias_path, prefix(alias) AS prefix, 1 AS written FROM (
    SELECT link.id AS link, link.container AS recipient, link.alias, link.alias_path, row_number() OVER (PARTITION BY link.container, link.alias_path ORDER BY link.id) AS nth
    FROM link JOIN container ON container.id = link.container WHERE container.legacy AND link.alias <> '' AND link.kind <> 'endpoint'
) WHERE nth = 1
UNION
SELECT link.id, link.container, made.alias, made.alias, prefix(made.alias), 0
FROM link JOIN container AS recipient ON recipient.id = link.container
JOIN resolved_link ON resolved_link.link = link.id AND resolved_link.rank = 1 JOIN container AS source ON source.id = resolved_link.source
JOIN (SELECT container.id, CASE WHEN whole THEN project || sign ELSE '' END || service || sign || '1' AS alias
    FROM container JOIN (SELECT 0 AS whole UNION SELECT 1) JOIN (SELECT '_' AS sign UNION SELECT '-')
    WHERE tool = 'compose' AND name IS NULL AND (network IS NULL) = (sign = '_')) AS made ON made.id = source.id
WHERE recipient.legacy AND recipient.tool = 'compose' AND link.kind = 'link' AND made.alias <> link.alias;
CREATE INDEX link_alias_link ON link_alias (link);
CREATE INDEX link_alias_prefix ON link_alias (recipient, prefix);

-- A link that the default bridge makes: it sets variables (engines up to 28) and goes with Engine 30.
CREATE VIEW legacy_link AS
SELECT link.id, link.container AS recipient, link.span, link.target, link.alias, prefix(link.alias) AS prefix
FROM link JOIN container ON container.id = link.container
WHERE container.legacy AND link.alias <> '';

-- The prefixes of variables that links of the tree make; of several links the surest one.
CREATE TABLE link_prefix AS
SELECT prefix, span FROM (
    SELECT upper(link_alias.prefix) AS prefix, link.span, row_number() OVER (PARTITION BY upper(link_alias.prefix)
        ORDER BY span.confidence, link_alias.written DESC, link.id) AS rank
    FROM link_alias JOIN link ON link.id = link_alias.link JOIN span ON span.id = link.span
) WHERE rank = 1;
CREATE INDEX link_prefix_prefix ON link_prefix (prefix);

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
