-- Published ports.

-- Ports that are published on more than one host address: without an address, or with 0.0.0.0 or [::].
CREATE VIEW wide_bind AS
SELECT port.id AS port, port.span, port.spec, port.form, port.host_ip, called.words AS container,
    CASE WHEN port.form = 'all' THEN 'every exposed port' ELSE port.spec END AS what,
    CASE port.host_ip WHEN '0.0.0.0' THEN 'all IPv4 interfaces (0.0.0.0)' WHEN '::' THEN 'all IPv6 interfaces ([::])'
        ELSE 'all interfaces (0.0.0.0 and [::])' END AS interfaces,
    CASE WHEN port.form = 'pairs' AND port.spec LIKE '%host_ip%' THEN ': Docker ignores host_ip in this form'
        WHEN port.form = 'all' OR port.host_first IS NULL AND port.spec NOT GLOB '*[${<(%]*' AND CASE port.form
            WHEN 'api' THEN port.spec NOT LIKE '%:%'
                ELSE container.service IS NULL END THEN ', on a port that Docker chooses'
        ELSE '' END AS how,
    CASE WHEN port.host_ip IS NULL AND container.legacy THEN ', unless the daemon has --ip' ELSE '' END AS unless
FROM port JOIN container ON container.id = port.container JOIN called ON called.container = container.id
WHERE port.published AND port.host_known AND coalesce(port.host_ip, '0.0.0.0') IN ('0.0.0.0', '::')
    AND coalesce(container.network, '') NOT IN ('host', 'none')
        AND coalesce(container.network, '') NOT LIKE 'container:%'
    AND coalesce(container.network, '') NOT LIKE 'service:%';
