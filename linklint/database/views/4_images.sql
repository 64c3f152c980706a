-- Images that the tree builds, and the containers that run them.

-- A build: the stage of a Dockerfile, the name (a:latest is a), the Compose service, and the directory.
-- rows: id container scope span final
CREATE TABLE build AS
SELECT made.id AS id, CASE WHEN made.name LIKE '%:latest' THEN substr(made.name, 1, length(made.name) - 7)
    ELSE made.name END AS name,
    made.container, made.scope, made.span, final.id AS final, final.dockerfile, place.directory
FROM image AS made JOIN place ON place.scope = made.scope
JOIN image AS final ON final.dockerfile = made.dockerfile AND final.base IS NOT NULL
    AND (final.last AND made.stage IS NULL OR final.stage = made.stage)
WHERE made.base IS NULL;
CREATE INDEX build_name ON build (name, directory);

-- Names that exactly one Dockerfile of the tree builds: elsewhere they may mean another image.
-- rows: build
-- numbers: finals
CREATE TABLE image_name AS
SELECT name, min(id) AS build, count(DISTINCT final) AS finals FROM build WHERE name IS NOT NULL GROUP BY name;
CREATE INDEX image_name_name ON image_name (name);

-- The image that a stage is built from: the last earlier stage of that name in the same Dockerfile, else an image that
-- the tree builds.
CREATE INDEX image_of_stage ON image (dockerfile, scope, stage);
-- rows: image base build
CREATE TABLE parent_image AS
WITH based AS (
    SELECT image.id, image.dockerfile, image.scope, image.base, place.directory,
        CASE WHEN image.base LIKE '%:latest' THEN substr(image.base, 1, length(image.base) - 7)
            ELSE image.base END AS name,
        (SELECT max(older.id) FROM image AS older WHERE older.dockerfile = image.dockerfile
            AND older.scope = image.scope AND older.stage = image.base AND older.id < image.id) AS older
    FROM image JOIN place ON place.scope = image.scope WHERE image.base IS NOT NULL
)
SELECT id AS image, older AS base, 'certain' AS confidence, NULL AS build FROM based WHERE older IS NOT NULL
UNION ALL
SELECT based.id, build.final, CASE
        WHEN image_name.finals = 1 AND (instr(build.name, '/') OR build.directory = '' OR based.directory = ''
            OR build.directory = based.directory
            OR substr(based.directory, 1, length(build.directory) + 1) = build.directory || '/'
            OR substr(build.directory, 1, length(based.directory) + 1) = based.directory || '/') THEN 'likely'
        ELSE 'possible' END, build.id
FROM based JOIN image_name ON image_name.name = based.name JOIN build ON build.id = image_name.build
    AND build.final <> based.id
WHERE based.older IS NULL;
CREATE INDEX parent_image_image ON parent_image (image);

-- The stages in an image: itself, the stages of the same Dockerfile that it is built from, and images that the tree
-- builds.
-- rows: image ancestor build
-- numbers: depth
CREATE TABLE image_stage AS
WITH RECURSIVE stage (image, ancestor, depth, confidence, build) AS (
    SELECT id, id, 0, 'certain', CAST(NULL AS BIGINT) FROM image WHERE base IS NOT NULL
    UNION
    SELECT stage.image, parent_image.base, stage.depth + 1, CASE WHEN stage.confidence > parent_image.confidence
        THEN stage.confidence ELSE parent_image.confidence END,
        coalesce(parent_image.build, stage.build)
    FROM stage JOIN parent_image ON parent_image.image = stage.ancestor WHERE stage.depth < 8
)
SELECT image, ancestor, depth, confidence, build FROM stage;
CREATE INDEX image_stage_image ON image_stage (image);

-- The first build of an image in each scope.
-- rows: id scope final span
CREATE TABLE first_build AS
SELECT min(id) AS id, name, directory, scope, final, min(span) AS span FROM build
GROUP BY name, directory, scope, final;
CREATE INDEX first_build_name ON first_build (name, directory, scope);

-- The build of the image that a container runs: its service's own, one of the scope, one of the directory, or the only
-- one of that name in the tree.
-- rows: container build final
CREATE TABLE container_build AS
SELECT container, id AS build, final, 'certain' AS confidence FROM build WHERE container IS NOT NULL;
INSERT INTO container_build
WITH runs AS (
    SELECT container.id, container.scope, place.directory,
        CASE WHEN container.image LIKE '%:latest' THEN substr(container.image, 1, length(container.image) - 7)
            ELSE container.image END AS name
    FROM container JOIN place ON place.scope = container.scope
    WHERE container.image IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM container_build WHERE container_build.container = container.id)
), near AS (
    SELECT runs.id, build.id AS build, build.final, build.scope = runs.scope AS same,
        row_number() OVER (PARTITION BY runs.id ORDER BY build.scope = runs.scope DESC,
            abs(build.span - runs.id)) AS rank
    FROM runs JOIN image_name ON image_name.name = runs.name
    JOIN first_build AS build ON build.name = runs.name AND build.directory = runs.directory
        AND (image_name.finals < 9 OR build.scope = runs.scope)
)
SELECT id, build, final, CASE WHEN same THEN 'certain' ELSE 'likely' END FROM near WHERE rank = 1
UNION ALL
SELECT runs.id, build.id, build.final, CASE
        WHEN image_name.finals = 1 AND (instr(build.name, '/') OR build.directory = '' OR runs.directory = ''
            OR substr(runs.directory, 1, length(build.directory) + 1) = build.directory || '/'
            OR substr(build.directory, 1, length(runs.directory) + 1) = runs.directory || '/') THEN 'likely'
        ELSE 'possible' END
FROM runs JOIN image_name ON image_name.name = runs.name JOIN build ON build.id = image_name.build
WHERE NOT EXISTS (SELECT 1 FROM near WHERE near.id = runs.id);
CREATE INDEX container_build_container ON container_build (container);
CREATE INDEX container_build_final ON container_build (final);

-- The stages that give a container variables and ports, the nearest first. `base` is the build that made one of them
-- elsewhere.
-- rows: container image build base
-- numbers: depth
CREATE TABLE container_stage AS
SELECT container_build.container, image_stage.ancestor AS image, image_stage.depth, container_build.build,
    image_stage.build AS base,
    CASE WHEN container_build.confidence > image_stage.confidence THEN container_build.confidence
        ELSE image_stage.confidence END AS confidence
FROM container_build JOIN image_stage ON image_stage.image = container_build.final;
CREATE INDEX container_stage_image ON container_stage (image);
CREATE INDEX container_stage_container ON container_stage (container);
