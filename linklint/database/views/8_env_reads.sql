-- Reads of link variables.

-- The containers that run a read: by their own command, by the Dockerfile that contains it, or by the directory that
-- their image is built from.
-- rows: env_read container
CREATE TABLE reader AS
SELECT id AS env_read, container, 'certain' AS confidence FROM env_read WHERE container IS NOT NULL
UNION
SELECT env_read.id, container_stage.container, container_stage.confidence
FROM env_read JOIN span ON span.id = env_read.span JOIN file ON file.id = span.file
JOIN image ON image.dockerfile = file.inside AND image.base IS NOT NULL
JOIN container_stage ON container_stage.image = image.id WHERE env_read.container IS NULL
UNION
SELECT env_read.id, container_build.container, CASE container_build.confidence WHEN 'certain' THEN 'likely'
    ELSE container_build.confidence END
FROM env_read JOIN span ON span.id = env_read.span JOIN file ON file.id = span.file
JOIN image ON image.base IS NULL AND image.context IS NOT NULL
    AND (image.context IN ('', '.') OR substr(file.inside, 1, length(image.context) + 1) = image.context || '/')
JOIN container_build ON container_build.build = image.id
WHERE env_read.container IS NULL AND env_read.language NOT IN ('compose', 'env', 'dockerfile');
CREATE INDEX reader_read ON reader (env_read);

-- The link that gives a container its variable for a read.
-- rows: env_read link
CREATE TABLE own_link AS
SELECT reader.env_read, min(link_alias.link) AS link
FROM reader JOIN env_read ON env_read.id = reader.env_read
JOIN link_alias ON link_alias.recipient = reader.container AND upper(link_alias.prefix) = upper(env_read.prefix)
    AND link_alias.written
GROUP BY reader.env_read;
CREATE INDEX own_link_read ON own_link (env_read);

-- The prefixes that links set for containers of images from elsewhere: these may contain what is built here under
-- another name.
CREATE TABLE stray_prefix AS
SELECT DISTINCT upper(prefix) AS prefix FROM link_alias
WHERE recipient NOT IN (SELECT container FROM container_build)
    AND recipient NOT IN (SELECT container FROM container_stage);
CREATE INDEX stray_prefix_prefix ON stray_prefix (prefix);

-- Variables with names like those of links, or used instead of one, that a container, an image or an env file sets.
-- rows: container env_file image
CREATE TABLE settled_env AS
SELECT name, container, env_file, image FROM env WHERE origin <> 'script'
    AND CASE WHEN name IN (SELECT instead FROM env_read) THEN value <> '' OR form = 'variable'
        ELSE name GLOB '*_PORT*' OR name GLOB '*_ENV_*' OR name GLOB '*_NAME' END;
CREATE INDEX settled_env_name ON settled_env (name);
CREATE INDEX settled_env_container ON settled_env (container, name);
CREATE INDEX settled_env_file ON settled_env (env_file, name);
CREATE INDEX settled_env_image ON settled_env (image, name);
CREATE INDEX env_file_of_container ON env_file (container);
CREATE VIEW settled_name AS
SELECT DISTINCT name FROM settled_env;

-- Link variables that a script exports: what it runs reads the script's value.
CREATE VIEW exported_name AS
SELECT DISTINCT name FROM env WHERE origin = 'script';

-- Reads of variables that every container that runs them sets itself, which overrides a link's; or it sets the one
-- whose default the read is.
-- rows: env_read
CREATE TABLE settled_read AS
SELECT reader.env_read FROM reader JOIN env_read ON env_read.id = reader.env_read
WHERE env_read.name IN (SELECT name FROM settled_env) OR env_read.instead IN (SELECT name FROM settled_env)
GROUP BY reader.env_read
HAVING min(EXISTS (SELECT 1 FROM settled_env WHERE settled_env.container = reader.container
        AND settled_env.name IN (env_read.name, env_read.instead))
    OR EXISTS (SELECT 1 FROM env_file CROSS JOIN settled_env WHERE settled_env.env_file = env_file.id
        AND settled_env.name IN (env_read.name, env_read.instead) AND env_file.container = reader.container)
    OR EXISTS (SELECT 1 FROM container_stage CROSS JOIN settled_env WHERE settled_env.image = container_stage.image
        AND settled_env.name IN (env_read.name, env_read.instead) AND container_stage.container = reader.container));
CREATE INDEX settled_read_read ON settled_read (env_read);

-- The docker commands of scripts, by location: the shell expands variables in them before docker runs.
-- rows: file
-- numbers: start end
CREATE TABLE docker_command AS
SELECT span.file, span.start, span.end FROM container JOIN span ON span.id = container.span
JOIN place ON place.scope = container.scope
WHERE container.tool GLOB 'docker *' AND place.on_host
UNION ALL
SELECT span.file, span.start, span.end FROM step JOIN span ON span.id = step.span
WHERE step.verb = 'exec' OR step.verb LIKE 'compose-%';
CREATE INDEX docker_command_place ON docker_command (file, start);

-- Short names (`DB_PORT`) that every recipient of a link with that alias sets itself, which overrides the link's.
CREATE VIEW overridden_name AS
SELECT settled_env.name FROM link_alias JOIN settled_env ON settled_env.name IN (
    upper(link_alias.prefix) || '_PORT', upper(link_alias.prefix) || '_NAME')
WHERE link_alias.written
GROUP BY settled_env.name
HAVING count(DISTINCT link_alias.recipient)
    = count(DISTINCT CASE WHEN settled_env.container = link_alias.recipient THEN link_alias.recipient END);

-- Each read with the link that sets such a name, who else may set it, and whether a network of its readers has link
-- variables. Of several reads of one name on a line, nth 1 stands for all, at `first`. `unlinked`: those who run it get
-- no link of that prefix. `loose`: only the alias of a link gives the name a meaning, and nothing shows that who gets
-- that link runs it.
-- rows: id span first link container
-- numbers: port tested nth on_line one_alias settled exported outside never loose unlinked unseen
CREATE TABLE known_read AS
SELECT env_read.id, env_read.span, env_read.name, env_read.prefix, env_read.part, env_read.port, env_read.protocol,
    env_read.fallback, env_read.language, env_read.written, env_read.tested, env_read.filled, env_read.nth,
        env_read.first, env_read.on_line, link_prefix.aliases AS one_alias,
    coalesce(own.span, link_prefix.span) AS link, coalesce(own.alias, link_prefix.alias) AS alias,
        coalesce(own.target, link_prefix.target) AS target, kubernetes.name AS service,
            settled_name.name IS NOT NULL AS settled, exported_name.name IS NOT NULL AS exported,
    outside AND link_prefix.prefix IS NOT NULL AS outside, env_read.filled IS NOT NULL OR outside
        AND link_prefix.prefix IS NOT NULL OR place.is_project
            AND NOT EXISTS (SELECT 1 FROM container WHERE container.scope = env_read.scope AND container.legacy)
        OR EXISTS (SELECT 1 FROM reader JOIN container ON container.id = reader.container
            WHERE reader.env_read = env_read.id AND container.network_how <> 'variable')
            AND NOT EXISTS (SELECT 1 FROM reader JOIN container ON container.id = reader.container
                WHERE reader.env_read = env_read.id AND (container.legacy OR container.network_how = 'variable'))
            AND stray_prefix.prefix IS NULL AS never,
    env_read.weak AND own_link.link IS NULL AS loose,
    own_link.link IS NULL AND (place.is_pipeline
        OR EXISTS (SELECT 1 FROM reader WHERE reader.env_read = env_read.id)) AS unlinked,
    EXISTS (SELECT 1 FROM reader JOIN env_file ON env_file.container = reader.container
        WHERE reader.env_read = env_read.id AND env_file.file IS NULL) AS unseen,
    (SELECT min(reader.container) FROM reader WHERE reader.env_read = env_read.id) AS container
FROM (
    SELECT read_place.*, row_number() OVER line AS nth, first_value(span) OVER line AS first,
        count(*) OVER (PARTITION BY file, line, name) AS on_line
    FROM (
        SELECT env_read.*, span.file, span.line, span.start, span.confidence,
            env_read.container IS NULL AND env_read.language = 'shell' AND span.confidence = 'certain'
                AND EXISTS (SELECT 1 FROM docker_command
                WHERE docker_command.file = span.file
                    AND docker_command.start BETWEEN span.start - 20000 AND span.start
                        AND docker_command.end >= span.end) AS outside
        FROM env_read JOIN span ON span.id = env_read.span
    ) AS read_place
    WINDOW line AS (PARTITION BY file, line, name ORDER BY confidence, outside DESC, filled IS NULL, tested, start)
) AS env_read JOIN place ON place.scope = env_read.scope
LEFT JOIN link_prefix ON link_prefix.prefix = upper(env_read.prefix)
LEFT JOIN stray_prefix ON stray_prefix.prefix = upper(env_read.prefix)
LEFT JOIN own_link ON own_link.env_read = env_read.id LEFT JOIN link AS own ON own.id = own_link.link
LEFT JOIN (SELECT upper(replace(name, '-', '_')) AS prefix, min(name) AS name FROM kubernetes_service
    GROUP BY 1) AS kubernetes ON kubernetes.prefix = env_read.prefix
    AND env_read.part NOT IN ('env', 'name') -- which the kubelet never sets
-- a shell script is judged by itself
LEFT JOIN exported_name ON exported_name.name = env_read.name AND env_read.language <> 'shell'
LEFT JOIN settled_name ON settled_name.name = env_read.name
-- a script that sets DB_PORT anywhere has a variable of that name
WHERE env_read.id NOT IN (SELECT env_read FROM settled_read)
    AND (NOT env_read.weak OR link_prefix.prefix IS NOT NULL AND NOT unlinked
        AND env_read.name NOT IN (SELECT name FROM overridden_name));
CREATE INDEX known_read_prefix ON known_read (prefix, part);

-- The same with the confidence that a link is meant: certain if a link of the tree sets the name. A `lone`
-- `<X>_ENV_<Y>`, without another read of that prefix, may be any variable. `otherwise` is what is used if the variable
-- is not set; a read `breaks` if nothing is, or only the host itself, or another value than the link set.
-- rows: id span first link container
-- numbers: port tested nth on_line one_alias settled exported outside never loose unlinked unseen lone
CREATE VIEW every_read AS
SELECT known_read.*, CASE
        WHEN loose THEN 'possible'
        WHEN part = 'env' AND unlinked AND NOT never AND lone THEN 'possible'
        WHEN known_read.link IS NOT NULL THEN CASE WHEN settled OR exported OR part = 'env' AND lone THEN 'likely'
            ELSE 'certain' END
        WHEN service IS NOT NULL OR settled OR unseen THEN 'possible'
        WHEN part = 'env' AND lone THEN 'possible'
        ELSE 'likely' END AS confidence,
    CASE WHEN known_read.link IS NULL AND service IS NOT NULL THEN ' (if no Kubernetes Service sets it)'
        ELSE '' END AS unless,
    CASE WHEN trim(coalesce(fallback, ''), '''"` ') IN ('', 'null', 'undefined', 'None', 'nil', 'false', 'False')
        THEN NULL
        WHEN part = 'env' OR length(fallback) > 60
            OR trim(fallback, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:/''"`-') <> ''
            OR fallback GLOB '[A-Za-z_]*' AND language NOT IN ('shell', 'template', 'dockerfile', 'compose', 'env')
        THEN 'its default' ELSE 'its default (' || trim(fallback, '''"`') || ')' END AS otherwise
FROM (
    SELECT *, instr(name, prefix || '_ENV_' || prefix || '_') <> 1 -- MYSQL_ENV_MYSQL_USER is no accident
        AND NOT EXISTS (SELECT 1 FROM known_read AS other WHERE other.prefix = known_read.prefix
        AND other.part IN ('address', 'url', 'port', 'proto')) AS lone
    FROM known_read
) AS known_read;
-- rows: id span first link container
-- numbers: port tested nth on_line one_alias settled exported outside never loose unlinked unseen lone breaks
CREATE VIEW judged_read AS
SELECT *, otherwise IS NULL OR part IN ('address', 'url')
    AND (otherwise GLOB '*localhost*' OR otherwise GLOB '*127.0.0.1*' OR otherwise GLOB '*0.0.0.0*')
        OR part = 'env' AND NOT never AS breaks
FROM every_read WHERE nth = 1;

-- Reads of an address that a link sets.
-- rows: span link
-- numbers: breaks tested
CREATE VIEW address_read AS
SELECT span, name, link, CASE WHEN link IS NOT NULL THEN upper(prefix) END AS prefix, alias, target, confidence, unless,
    otherwise, breaks, language, part, tested FROM judged_read
WHERE part IN ('address', 'url') AND NOT never AND NOT (loose AND settled);

-- The replacement for a read, if it is certain: a link of the tree sets the name, and every such link has this alias.
-- rows: span first
CREATE VIEW read_fix AS
SELECT judged_read.span, judged_read.first, CASE
        WHEN language = 'python' THEN '"' || host || '"'
        WHEN language = 'javascript' THEN '''' || host || ''''
        ELSE host END AS text,
    CASE language WHEN 'python' THEN 'python_env_read' END AS rewrite
FROM (
    SELECT *, CASE part WHEN 'address' THEN alias ELSE protocol || '://' || alias || ':' || port END AS host
    FROM every_read WHERE part IN ('address', 'url')
) AS judged_read JOIN span ON span.id = judged_read.span
WHERE link IS NOT NULL AND one_alias AND judged_read.confidence = 'certain' AND span.confidence = 'certain'
    AND span.verbatim AND NOT never
    AND coalesce(port, 0) <> 53 -- who asks a server for names has to know its address
    AND trim(host, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:/-') = ''
    AND name NOT LIKE '%\_START' ESCAPE '\'
        AND name NOT LIKE '%\_END' ESCAPE '\'
    AND CASE language
        WHEN 'python' THEN written LIKE '%environ%' OR written LIKE '%getenv%'
        WHEN 'javascript' THEN written LIKE 'process.env%' AND written NOT LIKE '%}'
        WHEN 'template' THEN written IN ('${' || name || '}', '$' || name)
        WHEN 'shell' THEN written IN ('${' || name || '}', '$' || name) OR written LIKE '${' || name || ':-%}'
            OR written LIKE '${' || name || '-%}'
        ELSE 0 END;
