"""Compose projects, each a small tree, to compare linklint with the real Compose."""

from __future__ import annotations

from itertools import product

Files = dict[str, str]

WEB = "services:\n  web:\n    image: nginx\n"
DB = "  db:\n    image: postgres\n"


def service(body: str, more: str = "") -> str:
    """Return a project of one service with these lines."""
    return WEB + "".join(f"    {line}\n" for line in body.strip("\n").split("\n")) + more


def one(body: str, more: str = "") -> Files:
    return {"compose.yaml": service(body, more)}


GOOD: dict[str, Files] = {
    "the least": one("restart: always"),
    "names": one("container_name: the-web", DB),
    "links": one('links: [db, "db:alias", "db:alias"]', DB),
    "links with extra blanks": one('links:\n  - "db:a"\n  - db', DB),
    "external links": one("external_links: [other, 'other:x', 'a_b_1:c']"),
    "ports short": one('ports: ["80", "8080:80", "127.0.0.1:81:81", "0.0.0.0:82:82", "[::1]:83:83", ":84", '
        '"127.0.0.1::85"]'),
    "ports protocols": one('ports: ["80/udp", "8080:80/tcp", "53:53/udp", "53:53/tcp"]'),
    "ports ranges": one('ports: ["3000-3002", "8000-8002:80-82", "9090-9091:8080-8081/udp", '
        '"127.0.0.1:5000-5001:5000-5001", "7000-7005:70"]'),
    "ports bare numbers": one("ports:\n  - 80\n  - 8080:8080\n  - 22:22\n  - 443:443"),
    "ports long": one("ports:\n  - target: 80\n  - {target: 81, published: 8081}\n  - {target: 82, published: "
        "'8082', host_ip: 127.0.0.1, protocol: udp}\n  - {target: 83, mode: host}"),
    "ports long with a range": one("ports:\n  - {target: 80, published: '8080-8089'}"),
    "ports twice": one('ports: ["80:80", "80:80", "81:80"]'),
    "ports with quotes": one("ports:\n  - '80:80'\n  - \"81:81\""),
    "expose": one('expose: ["80", 81, "82/udp", "90-92", "70/tcp"]'),
    "environment map": one("environment:\n  A: 1\n  B: x\n  C:\n  D: ''\n  E: 'a b'\n  F: \"q\\\"q\"\n  G: true\n  "
        "H: null"),
    "environment list": one("environment:\n  - A=1\n  - B\n  - C=\n  - D=a=b\n  - 'E= spaced '\n  - F=\"quoted\""),
    "environment numbers": one("environment:\n  A: 1.50\n  B: 010\n  C: 0x10\n  D: 1e3\n  E: 1_000\n  F: .5\n  G: "
        "12345678901234567890\n  H: 0o17\n  I: -3\n  J: +4\n  K: 1.0"),
    "environment words": one("environment:\n  A: yes\n  B: on\n  C: No\n  D: True\n  E: FALSE\n  F: 2001-01-01\n  "
        "G: ~\n  H: 12:30\n  I: 1.2.3\n  J: y"),
    "environment twice": one("environment:\n  - A=1\n  - A=2\n  - B=1"),
    "block scalars": one("environment:\n  A: |\n    one\n    two\n  B: >\n    one\n    two\n  C: |-\n    end\n  D: "
        ">-\n    f\n    g"),
    "env file": {"compose.yaml": service("env_file: app.env"),
    "app.env": "A=1\n# c\nB='single $X'\nC=\"double ${A}\"\nexport D=4\nE = spaced\nF: colon\nG=a # c\nH=a#b\nI\n"},
    "env files": {"compose.yaml": service("env_file: [a.env, ./sub/b.env]\nenvironment: {B: over}"),
    "a.env": "A=1\nB=1\nC=1\n", "sub/b.env": "C=2\nD=2\n"},
    "env file of the long form": {"compose.yaml": service("env_file:\n  - path: a.env\n    required: true\n  - "
        "path: none.env\n    required: false"), "a.env": "A=1\n"},
    "env file quotes": {"compose.yaml": service("env_file: a.env"),
    "a.env": "A='it is'\nB=\"a\\nb\"\nC='a\\nb'\nD=\"\"\nE=''\nF=a'b\nG=x y\nH=  lead\nI=trail  "
        "\nJ=\"multi\nline\"\nK=after\n"},
    "interpolation from .env": {"compose.yaml": service("container_name: ${NAME}\nports: ['${PORT}:80', "
        "'${IP}:81:81']\nenvironment: {A: '$NAME-$$x', B: '${NONE:-d}', C: \"${PORT}0\"}"),
        ".env": "NAME=n1\nPORT=8080\nIP=127.0.0.1\n"},
    "interpolation defaults": one("container_name: ${A-a}${B:-b}\nenvironment: {X: '${Q:-${R:-deep}}', Y: "
        "'${E:+set}', Z: '${Z-}', W: '${W:-a:b}', V: '${V:-}'}"),
    "interpolation of names": {"compose.yaml": WEB.replace("nginx", "${REG:-docker.io}/${IMG:-nginx}:${TAG}"),
    ".env": "TAG=9\n"},
    "interpolation plus": {"compose.yaml": service("environment: {A: '${NAME:+yes}', B: '${NONE:+yes}', C: "
        "'${EMPTY+set}', D: '${EMPTY:+set}', E: '${EMPTY:-d}', F: '${EMPTY-d}'}"), ".env": "NAME=1\nEMPTY=\n"},
    ".env refers to itself": {"compose.yaml": service("environment: {A: '${B}', C: '${D}', E: '${F}'}"),
    ".env": "A=1\nB=${A}2\nD='${A}'\nF=\"${A} x\"\n"},
    "env file that shadows .env": {"compose.yaml": service("env_file: a.env"), ".env": "X=outer\nZ=z\n",
    "a.env": "X=inner\nY=$X-$Z\n"},
    "dollars": one("environment:\n  A: '$$HOME'\n  B: 'a$$b$$'\n  C: '$$$$'\n  D: '$${X}'"),
    "override": {"compose.yaml": service("links: [db]\nports: ['80:80']\nenvironment: {A: 1, B: 1}\nexpose: ['1']", DB),
    "compose.override.yaml": service("links: ['db:x']\nports: ['81:81']\nenvironment: [B=2, C=3]\nexpose: ['2']")},
    "override of a name": {"compose.yaml": service("container_name: a"),
    "compose.override.yaml": "services: {web: {container_name: b, image: caddy}, extra: {image: x}}\n"},
    "override of links that are the same": {"compose.yaml": service("links: [db, 'db:a']\nports: ['80:80', '81:81']",
    DB), "compose.override.yaml": service("links: ['db:a', 'db:b']\nports: ['80:80', '82:82']")},
    "override of the long form": {"compose.yaml": service("ports: ['80:80', '81:81/udp']"),
    "compose.override.yaml": service("ports: [{target: 80, published: 80}, {target: 90, published: 80}]")},
    "docker-compose.override.yml": {"docker-compose.yml": service("links: [db]", DB),
    "docker-compose.override.yml": service("environment: {A: 1}")},
    "reset": {"compose.yaml": service("links: [db]\nports: ['80:80']\nenvironment: {A: 1, B: 1}", DB),
    "compose.override.yaml": "services:\n  web:\n    ports: !reset []\n    environment:\n      A: !reset null\n"},
    "reset of links": {"compose.yaml": service("links: [db, 'db:x']", DB),
    "compose.override.yaml": "services:\n  web:\n    links: !reset []\n"},
    "reset of a service": {"compose.yaml": service("restart: always", DB),
    "compose.override.yaml": "services:\n  db: !reset null\n"},
    "reset of an item": {"compose.yaml": service("environment: [A=1, B=2]"),
    "compose.override.yaml": "services:\n  web:\n    environment:\n      - !reset A=1\n"},
    "override tag": {"compose.yaml": service("links: [db]\nports: ['80:80', '81:81']\nenvironment: {A: 1, B: 1}", DB),
    "compose.override.yaml": "services:\n  web:\n    ports: !override ['90:90']\n    environment: !override {C: "
        "1}\n    links: !override ['db:z']\n"},
    "override tag on a service": {"compose.yaml": service("ports: ['80:80']"),
    "compose.override.yaml": "services:\n  web: !override\n    image: other\n    expose: ['5']\n"},
    "extends": {"compose.yaml": "services:\n  base:\n    image: nginx\n    ports: ['80:80']\n    environment: {A: "
        "1, B: 1}\n    container_name: base\n  web:\n    extends: base\n    container_name: web\n    ports: "
        "['81:81']\n    environment: {B: 2}\n"},
    "extends of a file": {"compose.yaml": "services:\n  web:\n    extends: {file: common.yml, service: app}\n    "
        "environment: {C: 1}\n",
        "common.yml": "services:\n  app:\n    image: nginx\n    environment: [A=1, C=0]\n    ports: ['80:80']\n"},
    "extends of a file in a folder": {"compose.yaml": "services:\n  web:\n    extends: {file: lib/common.yml, "
        "service: app}\n", "lib/common.yml": "services:\n  app:\n    image: nginx\n    env_file: app.env\n    "
            "expose: ['9']\n", "lib/app.env": "L=1\n"},
    "extends of extends": {"compose.yaml": "services:\n  a: {image: x, environment: {A: 1}, expose: ['1']}\n  b: "
        "{extends: a, environment: {B: 1}, expose: ['2']}\n  c: {extends: {service: b}, environment: {A: 3}, "
        "expose: ['3']}\n"},
    "extends with links": {"compose.yaml": "services:\n  db: {image: pg}\n  base: {image: x, links: [db]}\n  web: "
        "{extends: base, links: ['db:two']}\n"},
    "extends with a file that extends": {"compose.yaml": "services:\n  web:\n    extends: {file: a.yml, service: a}\n",
    "a.yml": "services:\n  a:\n    extends: {file: b.yml, service: b}\n    environment: {A: 1}\n",
    "b.yml": "services:\n  b: {image: x, environment: {A: 0, B: 1}}\n"},
    "include": {"compose.yaml": "include:\n  - other.yaml\nservices:\n  web: {image: nginx, links: [db]}\n",
    "other.yaml": "services:\n  db: {image: pg, ports: ['5432:5432']}\n"},
    "include of a folder": {"compose.yaml": "include:\n  - path: lib/compose.yaml\nservices:\n  web: {image: nginx}\n",
    "lib/compose.yaml": "services:\n  db: {image: pg, env_file: db.env}\n", "lib/db.env": "P=1\n"},
    "include of several": {"compose.yaml": "include:\n  - path: [a.yaml, b.yaml]\nservices:\n  web: {image: nginx}\n",
    "a.yaml": "services:\n  db: {image: pg, environment: {A: 1}}\n",
    "b.yaml": "services:\n  db: {environment: {B: 1}}\n"},
    "include of include": {"compose.yaml": "include: [a.yaml]\nservices:\n  web: {image: nginx}\n",
    "a.yaml": "include: [b.yaml]\nservices:\n  a: {image: a}\n", "b.yaml": "services:\n  b: {image: b}\n"},
    "include with its own .env": {"compose.yaml": "include:\n  - path: lib/compose.yaml\nservices:\n  web: {image: "
        "'x:${TAG:-none}'}\n", "lib/compose.yaml": "services:\n  db: {image: 'pg:${TAG:-none}'}\n",
        "lib/.env": "TAG=lib\n"},
    "include with an env_file": {"compose.yaml": "include:\n  - path: lib/compose.yaml\n    env_file: "
        "my.env\nservices:\n  web: {image: nginx}\n",
        "lib/compose.yaml": "services:\n  db: {image: 'pg:${TAG:-none}'}\n", "my.env": "TAG=mine\n"},
    "profiles": {"compose.yaml": "services:\n  web: {image: nginx}\n  dbg: {image: dbg, profiles: [debug], links: "
        "[web]}\n  two: {image: t, profiles: [a, b]}\n"},
    "anchors": {"compose.yaml": "x-base: &base\n  image: nginx\n  environment: &env {A: 1}\n  ports: "
        "['80']\nservices:\n  web: *base\n  two:\n    <<: *base\n    environment:\n      <<: *env\n      B: 2\n    "
        "ports: ['81']\n"},
    "anchors in lists": {"compose.yaml": "x-l: &l\n  - db\n  - db:x\nservices:\n  db: {image: pg}\n  web: {image: "
        "nginx, links: *l}\n  two: {image: nginx, links: *l, expose: ['1']}\n"},
    "merge of several": {"compose.yaml": "x-a: &a {image: a, restart: always}\nx-b: &b {image: b, expose: "
        "['5']}\nservices:\n  web:\n    <<: [*a, *b]\n    container_name: w\n"},
    "extensions": {"compose.yaml": "x-anything: [1, {a: b}]\nservices:\n  web:\n    image: nginx\n    x-note: hello\n"},
    "version 2": {"docker-compose.yml": "version: '2'\nservices:\n  web: {image: nginx, links: [db]}\n  db: "
        "{image: pg}\n"},
    "version 2.4": {"docker-compose.yml": "version: '2.4'\nservices:\n  web: {image: nginx, external_links: "
        "['x:y'], mem_limit: 1g}\n"},
    "version 3": {"docker-compose.yml": "version: '3.8'\nservices:\n  web:\n    image: nginx\n    deploy: "
        "{replicas: 2}\n    ports: ['80']\n"},
    "named project": {"compose.yaml": "name: my-project\nservices:\n  web: {image: nginx}\n"},
    "named by a variable": {"compose.yaml": "name: ${P:-fallback}\nservices:\n  web: {image: nginx}\n"},
    "named by .env": {"compose.yaml": "services:\n  web: {image: nginx}\n", ".env": "COMPOSE_PROJECT_NAME=from-env\n"},
    "compose.yml wins": {"compose.yml": "services:\n  web: {image: new}\n",
    "docker-compose.yml": "services:\n  web: {image: old}\n"},
    "builds": {"compose.yaml": "services:\n  web: {build: .}\n  two: {build: {context: ./x, dockerfile: D}}\n  "
        "three: {image: t, build: .}\n", "Dockerfile": "FROM x\n", "x/D": "FROM x\n"},
    "network modes": {"compose.yaml": "services:\n  a: {image: x, network_mode: host}\n  b: {image: x, "
        "network_mode: bridge}\n  c: {image: x, network_mode: 'service:a'}\n  d: {image: x, network_mode: none}\n"},
    "networks": {"compose.yaml": "services:\n  web: {image: x, networks: [front, back]}\n  db: {image: x, "
        "networks: {back: {aliases: [d]}}}\nnetworks: {front: {}, back: {driver: bridge}}\n"},
    "depends_on": {"compose.yaml": "services:\n"
    "  web: {image: x, depends_on: [db], links: ['db:x']}\n  db: {image: x}\n"},
    "ports of variables": {"compose.yaml": service("ports: ['${P:-8080}:80', '${Q}:81', '${R:-127.0.0.1:82}:82', "
        "'127.0.0.1:${S:-83}:83']"), ".env": "Q=8181\n"},
    "several documents of comments": {"compose.yaml": "# only\n---\nservices:\n  web: {image: x}\n"},
    "windows line ends": {"compose.yaml": service("links: [db]\nports:\n  - '80:80'\nenvironment:\n  - A=1",
    DB).replace("\n", "\r\n")},
    "byte order mark": {"compose.yaml": "\ufeff" + service("ports: ['80:80']")},
    "quoted keys": {"compose.yaml": "\"services\":\n  'web':\n    \"image\": nginx\n    'ports': [\"80:80\"]\n"},
    "flow": {"compose.yaml": "{services: {web: {image: nginx, ports: ['80:80'], environment: {A: b}, links: [db]}, "
        "db: {image: pg}}}\n"},
    "null parts": {"compose.yaml": "services:\n  web:\n    image: nginx\nvolumes:\n  data:\n"},
    "labels and the rest": one("labels: {a: b}\nvolumes: ['/x:/y', 'data:/z']\nhealthcheck: {test: [CMD, x], "
        "interval: 5s}\nlogging: {driver: none}\ncap_add: [ALL]\nulimits: {nofile: 5}", "volumes: {data: {}}\n"),
    "scale": one("scale: 3"),
    "command and entrypoint": one("command: ['a', 'b c']\nentrypoint: sh -c 'x'"),
    "several documents": {"compose.yaml": "services: {a: {image: x, ports: ['80:80']}}\n---\nservices: {b: {image: "
        "y}, a: {ports: ['81:81']}}\n"},
    "a name in another document": {"compose.yaml": "name: one\n---\nservices: {a: {image: x}}\n"},
    "a name in the override": {"compose.yaml": "name: one\nservices: {a: {image: x}}\n",
    "compose.override.yaml": "name: two\nservices: {b: {image: x}}\n"},
    "unicode": {"compose.yaml": "services:\n  web:\n    image: nginx\n    environment: {ä: ö, E: '日本'}\n"},
    "long lines": one("environment: {A: " + "x" * 3000 + "}"),
}  # fmt: skip

for protocol, host, address in product(("", "/tcp", "/udp"), ("", "8080:", "8080-8081:"), ("", "127.0.0.1:")):
    inside = "80-81" if "-" in host else "80"
    spec = f"{address}{host or (':' if address else '')}{inside}{protocol}"
    GOOD[f"port {spec}"] = one(f'ports: ["{spec}"]')

BROKEN: dict[str, Files] = {
    "version as a number": {"docker-compose.yml": "version: 3\nservices:\n  web: {image: nginx}\n"},
    "labels without a value": one("labels:"),
    "networks without a value": one("restart: always", "networks:\n"),
    "external links twice in a file": one("external_links: [a, a]"),
    "a long port that is none": one("ports: [{target: x}]"),
    "a service that is null": {"compose.yaml": "services:\n  web:\n"},
    "a digit in braces": one("environment: {COST: '${5}'}"),
    "an operator that is none": one("environment: {A: '${A!x}'}"),
    "a default that is left open": one("environment: {A: '${A:-${B}'}"),
    "an empty name in braces": one("environment: {A: '${}'}"),
    "profiles twice": one("profiles: [a, a]"),
    "a dollar too few": one("environment: {COST: $5}"),
    "an unknown config": one("configs: [c]"),
    "an empty link": one("links: ['']", DB),
    "an empty port": one("ports: ['']"),
    "an unknown service in network_mode": one("network_mode: service:nothing"),
    "an unknown service in volumes_from": one("volumes_from: [nothing]"),
    "a link of a link": {"compose.yaml": "services:\n  a: {image: x, links: [b]}\n  b: {image: x, depends_on: "
        "[c]}\n  c: {image: x, links: [a]}\n"},
    "a link to itself": {"compose.yaml": "services:\n  a: {image: x, links: [a]}\n"},
    "a protocol that is none": one("ports: ['80:80/xyz']"),
    "host port ranges that differ": one("ports: ['80-85:90-91']"),
    "an environment item that is a map": one("environment: [{A: 1}]"),
    "a blank in a name": one("environment: ['A B=1']"),
    "a name that the engine refuses": one("container_name: 'a b'"),
    "an image that is none": one("image: UPPER").copy() | {"compose.yaml": "services:\n  web: {image: UPPER}\n"},
    "environment without a value": one("environment:"),
    "a wrong line in an env file": {"compose.yaml": service("env_file: a.env"), "a.env": "A='it''s'\n"},
    "no YAML": {"compose.yaml": "services:\n  web: [unclosed\n"},
    "a tab": {"compose.yaml": "services:\n\tweb:\n\t\timage: x\n"},
    "a key twice": {"compose.yaml": "services:\n  web:\n    image: a\n    image: b\n"},
    "a service twice": {"compose.yaml": "services:\n  web: {image: a}\n  web: {image: b}\n"},
    "services is a list": {"compose.yaml": "services:\n  - web\n"},
    "a service is a string": {"compose.yaml": "services:\n  web: nginx\n"},
    "an unknown key of a service": one("linkz: [db]", DB),
    "an unknown key at the top": {"compose.yaml": WEB + "servces: {}\n"},
    "links is a map": one("links: {db: alias}", DB),
    "links is a string": one("links: db", DB),
    "a link to nothing": one("links: [database]", DB),
    "a link to a service in a profile": {"compose.yaml": "services:\n  web: {image: x, links: [db]}\n  db: {image: "
        "y, profiles: [p]}\n"},
    "depends_on nothing": one("depends_on: [database]", DB),
    "depends_on each other": {"compose.yaml": "services:\n  a: {image: x, links: [b]}\n  b: {image: x, links: [a]}\n"},
    "an unknown network": one("networks: [nowhere]"),
    "an unknown volume": one("volumes: ['data:/x']"),
    "a bad port": one("ports: ['80:x']"),
    "a port backwards": one("ports: ['90-80:90-80']"),
    "ports is a string": one("ports: '80:80'"),
    "a port without its target": one("ports: [{published: 80}]"),
    "environment is a string": one("environment: A=1"),
    "environment holds a list": one("environment: {A: [1]}"),
    "a missing variable": one("container_name: ${NAME:?is needed}"),
    "a variable that is none": one("container_name: ${NAME"),
    "extends nothing": {"compose.yaml": "services:\n  web: {extends: base}\n"},
    "extends itself": {"compose.yaml": "services:\n  web: {extends: web}\n"},
    "extends in a circle": {"compose.yaml": "services:\n  a: {extends: b}\n  b: {extends: a}\n"},
    "extends a missing file": {"compose.yaml": "services:\n  web: {extends: {file: no.yml, service: x}}\n"},
    "include of nothing": {"compose.yaml": "include: [no.yaml]\n" + WEB},
    "an env file that is missing": one("env_file: no.env"),
    "a service without an image": {"compose.yaml": "services:\n  web: {ports: ['80']}\n"},
    "external links twice": {"compose.yaml": service("external_links: ['a:b']"),
    "compose.override.yaml": service("external_links: ['a:b']")},
    "network_mode and networks": {"compose.yaml": "services:\n  web: {image: x, network_mode: host, networks: "
        "[a]}\nnetworks: {a: {}}\n"},
    "an unknown secret": one("secrets: [token]"),
    "container_name is a list": one("container_name: [a]"),
    "the first format": {"docker-compose.yml": "web:\n  image: nginx\n  links: [db]\ndb:\n  image: pg\n"},
    "an unknown anchor": {"compose.yaml": "services:\n  web: *nothing\n"},
    "a bad project name": {"compose.yaml": "name: My Project\n" + WEB},
    "a bad service name": {"compose.yaml": "services:\n  'my web': {image: x}\n"},
    "expose of nothing": one("expose: ['80:80']"),
    "nothing at all": {"compose.yaml": "\n"},
    "no services": {"compose.yaml": "volumes: {a: {}}\n"},
    "a container's name with a scale": one("container_name: a\nscale: 2"),
    "a bad volume": one("volumes: ['/a::/b']"),
    "links with two colons": one("links: ['db:a:b']", DB),
    "an include of itself": {"compose.yaml": "include: [compose.yaml]\n" + WEB},
}  # fmt: skip
