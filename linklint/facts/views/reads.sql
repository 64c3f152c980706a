-- Reads of link variables.

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
WHERE env_read.part IN ('address', 'url') AND (NOT env_read.weak OR link_prefix.prefix IS NOT NULL) AND env_read.id = (
    SELECT other.id FROM env_read AS other JOIN span AS there ON there.id = other.span
    WHERE there.file = span.file AND there.line = span.line AND +other.name = env_read.name ORDER BY there.confidence, there.start LIMIT 1);
