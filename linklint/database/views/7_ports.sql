-- Published ports.

-- Container ports where a service listens that trusts everyone who reaches it, or that is not meant for outsiders.
-- numbers: port
CREATE TABLE sensitive_port (port INTEGER PRIMARY KEY, what);
INSERT INTO sensitive_port VALUES
    (389, 'database'), (636, 'database'), (1433, 'database'), (1521, 'database'), (3050, 'database'),
    (3306, 'database'), (5432, 'database'), (5984, 'database'), (6379, 'database'), (6380, 'database'),
    (6432, 'database'), (7474, 'database'), (7687, 'database'), (8086, 'database'), (8123, 'database'),
    (8529, 'database'), (8983, 'database'), (9042, 'database'), (9160, 'database'), (9200, 'database'),
    (9300, 'database'), (11210, 'database'), (11211, 'database'), (16379, 'database'), (26257, 'database'),
    (26379, 'database'), (27017, 'database'), (27018, 'database'), (27019, 'database'), (28015, 'database'),
    (28017, 'database'), (29015, 'database'), (33060, 'database'),
    (1883, 'queue'), (4150, 'queue'), (4151, 'queue'), (4160, 'queue'), (4161, 'queue'), (4222, 'queue'),
    (4730, 'queue'), (5671, 'queue'), (5672, 'queue'), (6222, 'queue'), (9092, 'queue'), (9093, 'queue'),
    (9094, 'queue'), (11300, 'queue'), (25672, 'queue'), (29092, 'queue'), (61613, 'queue'), (61616, 'queue'),
    (111, 'cluster'), (2049, 'cluster'), (2181, 'cluster'), (2379, 'cluster'), (2380, 'cluster'),
    (2888, 'cluster'), (3888, 'cluster'), (4001, 'cluster'), (4369, 'cluster'), (4646, 'cluster'),
    (4647, 'cluster'), (4648, 'cluster'), (5050, 'cluster'), (5051, 'cluster'), (6443, 'cluster'),
    (7000, 'cluster'), (7001, 'cluster'), (7077, 'cluster'), (7199, 'cluster'), (7946, 'cluster'),
    (8020, 'cluster'), (8032, 'cluster'), (8088, 'cluster'), (8300, 'cluster'), (8301, 'cluster'),
    (8302, 'cluster'), (8400, 'cluster'), (8500, 'cluster'), (9864, 'cluster'), (9870, 'cluster'),
    (10250, 'cluster'), (10255, 'cluster'), (16000, 'cluster'), (16010, 'cluster'), (50070, 'cluster'),
    (50075, 'cluster'), (60000, 'cluster'), (60010, 'cluster'),
    (1936, 'admin'), (2375, 'admin'), (2376, 'admin'), (3389, 'admin'), (4171, 'admin'), (4444, 'admin'),
    (4848, 'admin'), (9043, 'admin'), (9060, 'admin'),
    (8761, 'admin'), (16686, 'admin'), (16687, 'admin'), (5555, 'admin'), (5601, 'admin'),
    (5900, 'admin'), (5901, 'admin'), (8161, 'admin'), (8200, 'admin'),
    (8222, 'admin'), (9990, 'admin'), (10000, 'admin'), (15672, 'admin'),
    (1099, 'debug'), (2345, 'debug'), (5005, 'debug'), (5858, 'debug'), (9010, 'debug'), (9222, 'debug'),
    (9229, 'debug'),
    (5775, 'agent'), (5778, 'agent'), (6831, 'agent'), (6832, 'agent'), (9411, 'agent'), (14250, 'agent'),
    (14267, 'agent'), (14268, 'agent'), (14269, 'agent'),
    (514, 'agent'), (2003, 'agent'), (2004, 'agent'), (5044, 'agent'), (8125, 'agent'), (8126, 'agent'),
    (9100, 'agent'), (9600, 'agent'), (12201, 'agent'), (24224, 'agent'), (50000, 'agent');

-- Words at the start of a part of an image's name, whose service is of that kind on any port. An administration
-- interface is also one on a port of the web.
CREATE TABLE sensitive_image (name, what);
INSERT INTO sensitive_image VALUES
    ('postgres', 'database'), ('postgresql', 'database'), ('postgis', 'database'), ('pgvector', 'database'),
    ('timescale', 'database'), ('mysql', 'database'), ('mariadb', 'database'), ('percona', 'database'),
    ('mongo', 'database'), ('redis', 'database'), ('valkey', 'database'), ('keydb', 'database'),
    ('memcached', 'database'), ('elasticsearch', 'database'), ('opensearch', 'database'),
    ('cassandra', 'database'), ('scylla', 'database'), ('couchdb', 'database'), ('couchbase', 'database'),
    ('neo4j', 'database'), ('influxdb', 'database'), ('clickhouse', 'database'), ('cockroach', 'database'),
    ('mssql', 'database'), ('sqlserver', 'database'), ('azure/sql', 'database'), ('oracle/xe', 'database'),
    ('oracle/free', 'database'), ('rethinkdb', 'database'), ('arangodb', 'database'), ('dynamodb', 'database'),
    ('minio', 'database'), ('solr', 'database'), ('dgraph', 'database'), ('firebird', 'database'),
    ('openldap', 'database'),
    ('rabbitmq', 'queue'), ('kafka', 'queue'), ('nats', 'queue'), ('activemq', 'queue'), ('artemis', 'queue'),
    ('mosquitto', 'queue'), ('emqx', 'queue'), ('nsqd', 'queue'), ('beanstalk', 'queue'), ('gearman', 'queue'),
    ('pulsar', 'queue'), ('redpanda', 'queue'),
    ('zookeeper', 'cluster'), ('etcd', 'cluster'), ('consul', 'cluster'), ('nomad', 'cluster'),
    ('mesos', 'cluster'), ('hadoop', 'cluster'), ('spark/master', 'cluster'), ('hbase', 'cluster'),
    ('phpmyadmin', 'admin'), ('pgadmin', 'admin'), ('adminer', 'admin'), ('pgweb', 'admin'),
    ('mongo/express', 'admin'), ('redis/commander', 'admin'), ('redisinsight', 'admin'),
    ('rediscommander', 'admin'), ('portainer', 'admin'), ('kibana', 'admin'), ('kafdrop', 'admin'),
    ('kafka/ui', 'admin'), ('akhq', 'admin'), ('cmak', 'admin'), ('kafka/manager', 'admin'), ('cadvisor', 'admin'),
    ('flower', 'admin'), ('rabbitmq/management', 'admin'), ('dockerui', 'admin'), ('shipyard', 'admin'),
    ('dozzle', 'admin'), ('jenkins', 'admin'), ('jupyter', 'admin'), ('rundeck', 'admin'),
    ('elasticsearch/head', 'admin'),
    ('cerebro', 'admin'), ('dejavu', 'admin'), ('opensearch/dashboards', 'admin'), ('selenium', 'admin'),
    ('prometheus', 'admin'), ('alertmanager', 'admin'), ('node/exporter', 'admin'), ('pushgateway', 'admin'),
    ('jaeger', 'admin'), ('zipkin', 'admin'), ('linkerd', 'admin'), ('namerd', 'admin'), ('eureka', 'admin'),
    ('jhipster/registry', 'admin'),
    ('docker/socket/proxy', 'admin'), ('webmin', 'admin'), ('code/server', 'admin');
-- numbers: port
CREATE TABLE web_port (port INTEGER PRIMARY KEY);
INSERT INTO web_port VALUES (22), (80), (443), (3000), (4200), (5000), (8000), (8080), (8081), (8443), (8888);

CREATE TABLE proxy_image (name);
INSERT INTO proxy_image VALUES ('nginx'), ('haproxy'), ('traefik'), ('caddy'), ('envoy'), ('varnish'), ('proxy');

-- Ports that are bound to loopback: where the same service publishes them on all interfaces, nobody means that.
-- numbers: port
CREATE TABLE loopback_bind AS
SELECT DISTINCT port.container_first AS port, container.service, container.image
FROM port JOIN container ON container.id = port.container WHERE port.host_ip LIKE '127.%';
CREATE INDEX loopback_bind_port ON loopback_bind (port);

-- Containers that a reverse proxy of their scope, or nginx-proxy or traefik elsewhere, serves: a port of theirs that is
-- published bypasses it.
-- rows: container
CREATE TABLE proxied AS
SELECT container.id AS container
FROM (SELECT DISTINCT container.scope, container.id FROM container JOIN port ON port.container = container.id
    WHERE port.published AND port.host_first IN (80, 443) AND EXISTS (SELECT 1 FROM proxy_image
        WHERE '/' || coalesce(container.image, container.service) LIKE '%/' || proxy_image.name || '%')) AS proxy
JOIN container ON container.scope = proxy.scope AND container.id <> proxy.id
JOIN place ON place.scope = container.scope AND place.is_project
UNION
SELECT container FROM env WHERE name IN ('VIRTUAL_HOST', 'VIRTUAL_PORT') AND container IS NOT NULL
UNION
SELECT container FROM container_option WHERE name = 'label' AND value LIKE 'traefik.%';
CREATE INDEX proxied_container ON proxied (container);

-- Ports that are published on more than one host address: without an address, or with 0.0.0.0 or [::].
-- rows: port span
-- numbers: bound_elsewhere exposes_more
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
    CASE WHEN port.host_ip IS NULL AND container.legacy THEN ', unless the daemon has --ip' ELSE '' END AS unless,
    coalesce((SELECT what FROM sensitive_port WHERE sensitive_port.port BETWEEN port.container_first
            AND port.container_last AND sensitive_port.port <= port.container_first + 10),
        (SELECT what FROM sensitive_image
            WHERE '/' || replace(replace(container.image, '-', '/'), '_', '/') LIKE '%/' || name || '%'
            AND (what = 'admin' OR port.container_first NOT IN (SELECT port FROM web_port)))
        ) AS sensitive,
    EXISTS (SELECT 1 FROM loopback_bind WHERE loopback_bind.port = port.container_first
        AND (loopback_bind.service = container.service OR loopback_bind.image = container.image)) AS bound_elsewhere,
    container.id IN (SELECT container FROM proxied) OR EXISTS (SELECT 1 FROM container_option
        WHERE container_option.container = container.id AND container_option.name = 'volume'
            AND container_option.value LIKE '%/docker.sock%' AND port.container_first NOT IN (80, 443))
        OR container.id IN (SELECT source FROM resolved_link
            WHERE recipient <> source AND confidence <> 'possible') AS exposes_more
FROM port JOIN container ON container.id = port.container JOIN called ON called.container = container.id
WHERE port.published AND port.host_known AND coalesce(port.host_ip, '0.0.0.0') IN ('0.0.0.0', '::')
    AND coalesce(container.network, '') NOT IN ('host', 'none')
        AND coalesce(container.network, '') NOT LIKE 'container:%'
    AND coalesce(container.network, '') NOT LIKE 'service:%';
