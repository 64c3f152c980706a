-- Secrets, and the links that pass them on.

-- A secret that a link passes on: the recipient gets it as `variable`. A link between networks passes nothing on.
-- rows: env link span recipient source
CREATE TABLE leak AS
SELECT DISTINCT link_variable.env, link_variable.link, link.span, link_variable.recipient, link_variable.source,
    link_variable.name AS variable, link_variable.confidence
FROM link_variable JOIN env ON env.id = link_variable.env JOIN link ON link.id = link_variable.link
WHERE env.secret IS NOT NULL AND link_variable.written AND link_variable.state <> 'overridden'
    AND NOT EXISTS (SELECT 1 FROM apart_link WHERE apart_link.link = link.id AND apart_link.confidence <> 'possible');
CREATE INDEX leak_env ON leak (env);

-- The related locations of a secret: the file or image that holds it, who builds that, who runs it.
-- rows: env span
CREATE VIEW secret_way AS
SELECT leak.env, container.head_span AS span, called.words || ' gets it from ' || CASE
    WHEN env.image IS NULL THEN 'that file' ELSE 'its image' END AS way, leak.confidence
FROM leak JOIN env ON env.id = leak.env JOIN container ON container.id = leak.source
JOIN called ON called.container = container.id
WHERE env.image IS NOT NULL OR env.env_file IS NOT NULL
UNION
SELECT leak.env, image.span, 'the image ' || coalesce(image.name,
    'of ' || coalesce(image.context, 'the service')) || ' is built here', leak.confidence
FROM leak JOIN env ON env.id = leak.env JOIN container_stage ON container_stage.container = leak.source
    AND container_stage.image = env.image
JOIN image ON image.id IN (container_stage.build, container_stage.base)
UNION
SELECT leak.env, step_call.span, step_call.words, leak.confidence
FROM leak JOIN container AS source ON source.id = leak.source
JOIN container AS recipient ON recipient.id = leak.recipient
JOIN step_call ON step_call.step IN (source.step, recipient.step)
WHERE NOT EXISTS (SELECT 1 FROM step_call AS near WHERE near.call = step_call.call
    AND near.step = CASE step_call.step WHEN source.step THEN recipient.step ELSE source.step END);

-- Secrets in the environment of a container, an image, or an env file that nothing uses.
-- rows: span also
CREATE VIEW bare_secret AS
SELECT env.span, NULL AS also, env.name,
    CASE WHEN env.form IN ('literal', 'default') AND NOT env.placeholder THEN 'is a plain-text secret: '
        ELSE 'is a secret in the environment: ' END || env.secret AS state,
    NULL AS recipient, NULL AS way, '' AS engines, 'warning' AS severity, env.origin || ' ' || env.name AS subject,
    CASE WHEN env.placeholder OR env.form IN ('variable', 'passthrough') OR env.origin = 'env-file'
        AND env.container IS NULL THEN 'possible'
        WHEN env.form = 'default' THEN 'likely' ELSE 'certain' END AS confidence
FROM env WHERE env.secret IS NOT NULL;

-- Secrets that a link passes on with an engine that the code must work on: one row per related location.
-- rows: span also
CREATE VIEW passed_on_secret AS
SELECT env.span, way.span AS also, env.name, 'is a secret that a link passes on to ' AS state, way.recipient,
    way.words AS way,
    CASE target_engine.name WHEN 'any' THEN ', on engines up to 28 and 29+env'
        ELSE ', on engine ' || target_engine.name END AS engines,
    'error' AS severity, env.origin || ' ' || env.name AS subject,
    CASE WHEN way.confidence = 'possible' OR env.placeholder THEN 'possible' WHEN env.form <> 'literal' THEN 'likely'
        ELSE way.confidence END AS confidence
FROM (
    SELECT leak.env, leak.span, called.words AS recipient, called.words || ' gets it as ' || leak.variable AS words,
        leak.confidence
    FROM leak JOIN called ON called.container = leak.recipient
    UNION ALL
    SELECT env, span, NULL, way, confidence FROM secret_way
) AS way JOIN env ON env.id = way.env CROSS JOIN target_engine
WHERE target_engine.link_variables;
