-- Control flow: where facts apply, and which branches exclude each other.
--
-- In all these files, the comment before a view or table says what one row is; relations that are queried often are
-- tables, the others views. The weaker of two confidences is their max(): certain < likely < possible.

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
CREATE INDEX option_of_container ON container_option (container, name);
CREATE INDEX env_of_container ON env (container);
CREATE INDEX env_of_image ON env (image);
CREATE INDEX env_secret ON env (secret) WHERE secret IS NOT NULL;
CREATE INDEX port_of_container ON port (container);
CREATE INDEX port_of_image ON port (image);
CREATE INDEX step_container ON step (container);
CREATE INDEX attachment_container ON attachment (container);
CREATE INDEX attachment_name ON attachment (container_name);
CREATE INDEX extra_host_container ON extra_host (container);
CREATE INDEX image_file ON image (dockerfile, last);

-- Two steps that never happen on one path: they are on different arms of one fork. A loop or a function has one arm.
-- rows: step other
CREATE VIEW exclusive AS
SELECT a.step AS step, b.step AS other
FROM in_branch AS a JOIN in_branch AS b ON b.node = a.node AND b.arm <> a.arm
WHERE a.kind IN ('if', 'case', 'and', 'or', 'retry', 'target')
    AND b.kind IN ('if', 'case', 'and', 'or', 'retry', 'target');

-- A condition of a step: it happens only if this arm is taken.
-- rows: step node
-- numbers: arm
CREATE TABLE condition AS
SELECT step, node, arm FROM in_branch
WHERE kind IN ('if', 'case', 'or', 'loop', 'retry', 'function', 'example', 'target', 'unit');
CREATE INDEX condition_of_step ON condition (step, node, arm);

-- Where a fact applies: the directory, the host and the flags of a scope.
-- rows: scope
-- numbers: is_example on_host is_project is_pipeline
CREATE TABLE place AS
SELECT scope.id AS scope, file.directory AS directory, scope.host AS host, scope.kind AS kind, scope.is_example,
    scope.on_host, scope.is_project, scope.is_pipeline
FROM scope JOIN span ON span.id = scope.span JOIN file ON file.id = span.file;
CREATE UNIQUE INDEX place_of_scope ON place (scope);

-- The calls through which a step is reached, including outer ones, in words.
-- rows: step call span
CREATE TABLE step_call AS
WITH RECURSIVE chain (step, call) AS (
    SELECT id, call FROM step WHERE call IS NOT NULL
    UNION
    SELECT chain.step, call.parent FROM chain JOIN call ON call.id = chain.call WHERE call.parent IS NOT NULL
)
SELECT chain.step, chain.call, call.span, call.script || CASE call.how WHEN 'run' THEN ' is run here'
    ELSE ' is sourced here' END AS words
FROM chain JOIN call ON call.id = chain.call;
CREATE INDEX step_call_step ON step_call (step, call);

-- What people call a container: its name, its service, or its image.
-- rows: container
CREATE VIEW called AS
SELECT id AS container, coalesce(CASE WHEN name_how <> 'none' THEN name END, service, 'the container of ' || image,
    'a container') AS words FROM container;
