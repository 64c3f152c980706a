-- Links: where they lead, and whether they work.

-- Containers by the names that other scopes of a directory and host may use for them. Of several, the first.
-- rows: container
CREATE TABLE named_source AS
SELECT container.name, place.directory, place.host, min(container.id) AS container
FROM container JOIN place ON place.scope = container.scope WHERE container.name_how IN ('literal', 'generated', 'id')
GROUP BY container.name, place.directory, place.host;
CREATE INDEX named_source_name ON named_source (name, directory, host);

-- Containers by the names that Compose generates, project_service_1 and project-service-1; null if several have one.
-- rows: container
CREATE TABLE composed_source AS
SELECT name, CASE WHEN count(*) = 1 THEN min(id) END AS container FROM (
    SELECT project || '_' || service || '_1' AS name, id FROM container WHERE tool = 'compose' AND name IS NULL
    UNION ALL SELECT project || '-' || service || '-1', id FROM container WHERE tool = 'compose' AND name IS NULL
) GROUP BY name;
CREATE INDEX composed_source_name ON composed_source (name);

-- The containers of a scope with the same name, in order: a link leads to one that is near.
-- rows: id scope step
-- numbers: nth
CREATE TABLE namesake AS
SELECT id, scope, name, step, row_number() OVER (PARTITION BY scope, name ORDER BY id) AS nth
FROM container WHERE name IS NOT NULL;
CREATE INDEX namesake_order ON namesake (scope, name, nth);
CREATE INDEX namesake_id ON namesake (scope, name, id);

-- A link that the engine binds to another container than the one that was created under that name: it was renamed, or
-- it has the network of another one.
-- rows: link recipient source
CREATE TABLE bound_link AS
SELECT held.link, held.container AS recipient, held.source
FROM engine_state AS held JOIN link ON link.id = held.link JOIN container AS source ON source.id = held.source
JOIN container AS recipient ON recipient.id = held.container
WHERE held.kind = 'link' AND (source.name IS NULL OR source.name <> link.target) AND link.target_container IS NULL
    AND recipient.service IS NULL;
CREATE UNIQUE INDEX bound_link_link ON bound_link (link);

-- The container that a link leads to (rank 1 is the best guess): a service, a captured ID, a name of the scope, or of
-- another scope of the directory.
-- rows: link recipient source
-- numbers: rank
CREATE TABLE resolved_link AS
SELECT link.id AS link, recipient.id AS recipient, source.id AS source, 'certain' AS confidence, 1 AS rank
FROM link JOIN container AS recipient ON recipient.id = link.container
JOIN container AS source ON source.id = (SELECT min(one.id) FROM container AS one
    WHERE one.scope = recipient.scope AND one.service = link.target)
WHERE link.kind = 'link' AND recipient.service IS NOT NULL
UNION ALL
SELECT link.id, link.container, link.target_container, 'certain', 1 FROM link WHERE link.target_container IS NOT NULL
UNION ALL
SELECT link, recipient, source, confidence, rank FROM (
    SELECT link.id AS link, recipient.id AS recipient, source.id AS source,
        row_number() OVER (PARTITION BY link.id ORDER BY source.id > recipient.id,
            abs(source.id - recipient.id)) AS rank,
        CASE WHEN EXISTS (SELECT node, arm FROM condition WHERE step = source.step EXCEPT SELECT node, arm
            FROM condition WHERE step = recipient.step)
            THEN 'likely' ELSE 'certain' END AS confidence
    FROM link JOIN container AS recipient ON recipient.id = link.container
    JOIN namesake AS source ON source.scope = recipient.scope AND source.name = link.target
        AND source.id <> recipient.id
        AND source.nth BETWEEN (SELECT coalesce(max(nth), 0) FROM namesake AS near WHERE near.scope = recipient.scope
            AND near.name = link.target AND near.id <= recipient.id) - 16
        AND (SELECT coalesce(max(nth), 0) FROM namesake AS near WHERE near.scope = recipient.scope
            AND near.name = link.target AND near.id <= recipient.id) + 16
    WHERE recipient.service IS NULL
        AND NOT EXISTS (SELECT 1 FROM bound_link WHERE bound_link.link = link.id)
        AND NOT EXISTS (SELECT 1 FROM exclusive WHERE exclusive.step = source.step AND exclusive.other = recipient.step)
) WHERE rank <= 4
UNION ALL
SELECT link.id, link.container, named.container, 'certain', 1
FROM link JOIN container AS recipient ON recipient.id = link.container
JOIN engine_state AS named ON named.id = (SELECT max(one.id) FROM engine_state AS one WHERE one.kind = 'name'
    AND one.what = link.target AND one.scope = recipient.scope AND one.container <> recipient.id)
WHERE recipient.service IS NULL AND link.target_container IS NULL
    AND NOT EXISTS (SELECT 1 FROM bound_link WHERE bound_link.link = link.id)
    AND NOT EXISTS (SELECT 1 FROM container AS near WHERE near.scope = recipient.scope AND near.name = link.target)
UNION ALL
SELECT link, recipient, source, 'certain', 1 FROM bound_link
UNION ALL
SELECT link.id, recipient.id, coalesce(named_source.container, composed_source.container), 'possible', 1
FROM link JOIN container AS recipient ON recipient.id = link.container
JOIN place AS here ON here.scope = recipient.scope
LEFT JOIN named_source ON named_source.name = link.target AND named_source.directory = here.directory
    AND named_source.host = here.host
LEFT JOIN composed_source ON composed_source.name = link.target
WHERE coalesce(named_source.container, composed_source.container) <> recipient.id AND link.target_container IS NULL
    AND NOT EXISTS (SELECT 1 FROM bound_link WHERE bound_link.link = link.id)
    AND (recipient.service IS NULL OR link.kind <> 'link')
    AND NOT EXISTS (SELECT 1 FROM known_name AS near WHERE near.name = link.target AND near.scope = recipient.scope)
    AND NOT EXISTS (SELECT 1 FROM engine_state AS near WHERE near.kind = 'name' AND near.what = link.target
        AND near.scope = recipient.scope);
CREATE INDEX resolved_by_link ON resolved_link (link);
CREATE INDEX resolved_by_source ON resolved_link (source);

-- Links that the script removes for certain: docker rm --link.
-- rows: link
CREATE VIEW cut_link AS
SELECT held.link FROM engine_state AS held JOIN step ON step.id = held.until
WHERE held.kind = 'link' AND held.confidence = 'certain' AND step.verb = 'rm-link';

-- The names that a recipient on the default bridge has for its sources: the alias as written (of two sources the first
-- has it), and those that Compose adds for a service.
-- rows: link recipient
-- numbers: written
CREATE TABLE link_alias AS
SELECT link, recipient, alias, alias_path, prefix, 1 AS written FROM (
    SELECT link.id AS link, link.container AS recipient, link.alias, link.alias_path, link.prefix,
        row_number() OVER (PARTITION BY link.container, link.alias_path ORDER BY link.id) AS nth
    FROM link JOIN container ON container.id = link.container WHERE container.legacy AND link.alias <> ''
        AND link.kind <> 'endpoint'
) WHERE nth = 1
UNION
SELECT link.id, link.container, made.alias, made.alias, upper(replace(made.alias, '-', '_')), 0
FROM link JOIN container AS recipient ON recipient.id = link.container
JOIN resolved_link ON resolved_link.link = link.id AND resolved_link.rank = 1
JOIN container AS source ON source.id = resolved_link.source
JOIN (SELECT container.id, CASE WHEN whole THEN project || sign ELSE '' END || service || sign || '1' AS alias
    FROM container CROSS JOIN (SELECT 0 AS whole UNION SELECT 1) AS part
    CROSS JOIN (SELECT '_' AS sign UNION SELECT '-') AS mark
    WHERE tool = 'compose' AND name IS NULL AND (network IS NULL) = (sign = '_')) AS made ON made.id = source.id
WHERE recipient.legacy AND recipient.tool = 'compose' AND link.kind = 'link' AND made.alias <> link.alias;
CREATE INDEX link_alias_link ON link_alias (link);
CREATE INDEX link_alias_prefix ON link_alias (recipient, prefix, link);

-- A link on the default bridge with an alias. Engines up to 28, and 29+env, set variables for it.
-- rows: id recipient span
CREATE VIEW legacy_link AS
SELECT link.id, link.container AS recipient, link.span, link.target, link.alias, link.prefix
FROM link JOIN container ON container.id = link.container
WHERE container.legacy AND link.alias <> '';

-- The prefixes of variables that links of the tree set. Of several links, the most certain one.
-- rows: span
-- numbers: aliases
CREATE TABLE link_prefix AS
SELECT prefix, span, alias, target, aliases FROM (
    SELECT upper(link_alias.prefix) AS prefix, link.span, link_alias.alias, link.target,
        count(*) OVER (PARTITION BY upper(link_alias.prefix),
            link_alias.alias) = count(*) OVER (PARTITION BY upper(link_alias.prefix)) AS aliases,
                row_number() OVER (PARTITION BY upper(link_alias.prefix)
        ORDER BY span.confidence, link_alias.written DESC, link.id) AS rank
    FROM link_alias JOIN link ON link.id = link_alias.link JOIN span ON span.id = link.span
) WHERE rank = 1;
CREATE INDEX link_prefix_prefix ON link_prefix (prefix);

-- Links on the default bridge whose source does not run when the engine looks for it, with the related locations.
-- rows: span also
CREATE VIEW early_link_way AS
SELECT span, also, subject AS target, way, confidence, stage, CASE code
    WHEN 'source-later' THEN 'before it starts'
    WHEN 'source-missing' THEN 'after it was removed or renamed'
    WHEN 'source-gone' THEN 'after it was removed'
    WHEN 'source-anew' THEN 'after it was created again'
    WHEN 'source-created' THEN 'while it is created but not started'
    WHEN 'source-ended' THEN 'after it has ended'
    ELSE 'while it is stopped' END || CASE WHEN stage = 'exec' THEN ': docker exec is refused' ELSE '' END AS moment
FROM refused_way
WHERE code IN ('source-later', 'source-missing', 'source-gone', 'source-anew', 'source-created', 'source-ended',
    'source-stopped');

-- A link whose alias an earlier link of the recipient has for another source.
-- rows: at also
-- numbers: legacy
CREATE VIEW repeated_alias AS
SELECT at, also, alias, recipient, other, legacy FROM (
    SELECT link.span AS at, link.alias, link.target, container.legacy, called.words AS recipient,
        first_value(link.span) OVER same AS also, first_value(link.target) OVER same AS other,
            first_value(link.target_how) OVER same AS other_how, link.target_how
    FROM link JOIN container ON container.id = link.container JOIN called ON called.container = container.id
    WHERE link.alias <> '' AND link.alias NOT GLOB '*[${]*' AND link.kind <> 'endpoint'
    WINDOW same AS (PARTITION BY link.container, link.alias_path ORDER BY link.id)
) WHERE other <> target AND 'literal' = target_how AND 'literal' = other_how;

-- The networks of a container: by its definition, and by docker network connect from step `seq` on.
-- rows: container
-- numbers: seq
CREATE TABLE member AS
SELECT id AS container, 'bridge' AS network, 0 AS seq FROM container WHERE legacy AND network_how IN ('none', 'literal')
UNION
SELECT id, network, 0 FROM container WHERE NOT legacy AND network_how = 'literal'
    AND network NOT IN ('default', 'host', 'none') AND network NOT LIKE '%:%'
UNION
SELECT container, CASE network WHEN 'default' THEN 'bridge' ELSE network END, 0 FROM attachment
WHERE container IS NOT NULL AND step IS NULL AND network NOT IN ('host', 'none') AND network NOT LIKE '%:%'
UNION
SELECT container.id, attachment.network, step.seq FROM attachment JOIN step ON step.id = attachment.step
JOIN container ON container.scope = step.scope
    AND (container.id = attachment.container OR container.name = attachment.container_name)
WHERE coalesce(container.network, '') NOT IN ('host', 'none')
    AND coalesce(container.network, '') NOT LIKE 'container:%';
CREATE INDEX member_container ON member (container, network);

-- The same with the names as in the Compose file.
-- rows: container
-- numbers: seq
CREATE VIEW named_member AS
SELECT member.container, member.seq, CASE
    WHEN substr(member.network, 1, length(container.project) + 1) = container.project || '_'
    THEN substr(member.network, length(container.project) + 2) ELSE member.network END AS name
FROM member JOIN container ON container.id = member.container;

-- Links between containers that share no network: on the default bridge the source must be on it; elsewhere the name
-- does not resolve.
-- rows: link at also
-- numbers: legacy shared
CREATE TABLE apart_link AS
SELECT link.id AS link, link.span AS at, source.head_span AS also, link.target, link.alias,
    recipient_called.words AS recipient, recipient.legacy,
    coalesce((SELECT group_concat(name, ', ') FROM (SELECT DISTINCT name FROM named_member
        WHERE named_member.container = source.id)), source.network, 'none') AS there,
    CASE WHEN recipient.step IS NULL
        THEN coalesce((SELECT group_concat(name, ', ') FROM named_member WHERE named_member.container = recipient.id),
            recipient.network)
        ELSE recipient.network END AS here,
    recipient.step IS NOT NULL AND EXISTS (SELECT 1 FROM member AS one JOIN member AS other
        ON other.network = one.network WHERE one.container = recipient.id AND other.container = source.id) AS shared,
    CASE WHEN place.is_example AND resolved_link.confidence <> 'certain' THEN 'possible'
        WHEN recipient.legacy AND step.verb = 'create' AND resolved_link.confidence = 'certain' THEN 'likely'
        WHEN source.name IS NOT NULL AND
            EXISTS (SELECT 1 FROM attachment JOIN step AS connect ON connect.id = attachment.step
            -- perhaps from another script
            WHERE attachment.container_name = source.name AND connect.scope <> source.scope) THEN 'possible'
        ELSE resolved_link.confidence END AS confidence
FROM link JOIN container AS recipient ON recipient.id = link.container
JOIN resolved_link ON resolved_link.link = link.id AND resolved_link.rank = 1
JOIN container AS source ON source.id = resolved_link.source
JOIN called AS recipient_called ON recipient_called.container = recipient.id
LEFT JOIN step ON step.id = recipient.step JOIN place ON place.scope = recipient.scope
WHERE link.kind = 'link' AND recipient.network_how IN ('none', 'literal') AND source.network_how IN ('none', 'literal')
    AND coalesce(recipient.network, '') NOT IN ('host', 'none') AND coalesce(recipient.network, '') NOT LIKE '%:%'
        AND coalesce(source.network, '') NOT LIKE '%:%'
    AND recipient.tool NOT LIKE 'ci %' AND NOT (recipient.tool IN ('docker sdk', 'ansible') AND NOT recipient.legacy)
        AND EXISTS (SELECT 1 FROM member WHERE member.container = recipient.id)
    AND NOT EXISTS (SELECT 1 FROM member AS one JOIN member AS other ON other.network = one.network
        WHERE one.container = recipient.id AND other.container = source.id
            AND (CASE WHEN recipient.legacy THEN one.network = 'bridge' AND other.seq <= coalesce(step.seq, 0)
                WHEN recipient.step IS NULL THEN 1
                -- a link belongs to the first network
                ELSE one.network = recipient.network END))
    AND NOT EXISTS (SELECT 1 FROM attachment WHERE attachment.container IN (recipient.id, source.id)
        AND attachment.network GLOB '*[${]*')
    AND NOT EXISTS (SELECT 1 FROM link AS same JOIN resolved_link AS other ON other.link = same.id AND other.rank > 1
        WHERE same.id = link.id);
CREATE INDEX apart_link_link ON apart_link (link);

-- Steps that the engine refuses because the source of a link was taken off the default bridge after the recipient was
-- created.
-- rows: at also
CREATE VIEW moved_source AS
SELECT refused_way.span AS at, refused_way.also, called.words AS recipient, refused_way.subject AS target,
    refused_way.confidence,
    coalesce((SELECT group_concat(name, ', ') FROM (SELECT DISTINCT named_member.name FROM named_member
        WHERE named_member.container = step_outcome.cause_container AND named_member.name <> 'bridge')),
        'no network') AS there
FROM refused_way JOIN step_outcome ON step_outcome.id = refused_way.id JOIN step ON step.id = refused_way.step
JOIN called ON called.container = refused_way.container
WHERE refused_way.code = 'source-apart'
    AND NOT (step.verb IN ('run', 'create')
        AND EXISTS (SELECT 1 FROM apart_link WHERE apart_link.link = refused_way.link));

-- Links to a name that nothing in the tree creates.
-- rows: link at
CREATE VIEW dangling_link AS
SELECT link.id AS link, link.target, link.target_span AS at, recipient.service, called.words AS recipient,
    CASE WHEN link.kind = 'external' OR NOT recipient.legacy AND recipient.service IS NULL
        OR recipient.tool = 'options' THEN 'possible' -- the containers of tools that only the text shows are no facts
        WHEN recipient.service IS NOT NULL THEN CASE WHEN scope.complete THEN 'certain' ELSE 'possible' END
        WHEN EXISTS (SELECT 1 FROM container AS other WHERE other.scope = recipient.scope AND other.id <> recipient.id
            AND other.name_how = 'literal' AND other.id BETWEEN recipient.id - 50 AND recipient.id + 50
                AND NOT EXISTS (SELECT node, arm FROM condition WHERE step = other.step EXCEPT SELECT node, arm
                    FROM condition WHERE step = recipient.step))
            AND NOT EXISTS (SELECT 1 FROM container AS other WHERE other.scope = recipient.scope
                AND other.name_how = 'variable')
            AND recipient.scope NOT IN (SELECT compose_scope.scope FROM compose_scope)
        THEN 'likely' ELSE 'possible' END AS confidence
FROM link JOIN container AS recipient ON recipient.id = link.container JOIN scope ON scope.id = recipient.scope
JOIN called ON called.container = recipient.id
WHERE link.target_how = 'literal' AND link.target <> '' AND link.target NOT LIKE '%/%'
    AND (recipient.network IS NULL OR recipient.network NOT LIKE 'container:%')
    AND NOT EXISTS (SELECT 1 FROM link AS same JOIN resolved_link ON resolved_link.link = same.id
        WHERE same.target_span = link.target_span)
    AND CASE WHEN recipient.service IS NOT NULL AND link.kind = 'link'
        THEN NOT EXISTS (SELECT 1 FROM container AS other WHERE other.scope = recipient.scope
            AND other.service = link.target)
        ELSE NOT EXISTS (SELECT 1 FROM known_name WHERE known_name.name = link.target)
            AND NOT EXISTS (SELECT 1 FROM step WHERE step.scope = recipient.scope AND step.name = link.target
                AND step.verb IN ('start', 'restart')
                AND step.seq + 0 < coalesce((SELECT own.seq FROM step AS own WHERE own.id = recipient.step),
                    step.seq + 1)) END;
