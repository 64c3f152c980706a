"""Compose: versions, overrides, extends, include, anchors, interpolation, and the facts that follow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from linklint.kinds.compose.project import normalised

Ask = Callable[[dict[str, str], str], list[tuple[Any, ...]]]
SERVICES = "SELECT service, image FROM container ORDER BY id"
PORTS = "SELECT service, spec FROM port JOIN container ON container.id = port.container ORDER BY port.id"
ENV = "SELECT name, value FROM env ORDER BY id"


def test_versions(ask: Ask) -> None:
    files = {
        "one/docker-compose.yml": "db:\n  image: a\n",
        "two/docker-compose.yml": "version: '2'\nservices:\n  db:\n    image: b\n",
        "three/compose.yaml": "name: My_App\nservices:\n  db:\n    image: c\n",
    }
    sql = "SELECT project, image, legacy, network FROM container ORDER BY image"
    assert ask(files, sql) == [
        ("one", "a", 1, None),
        ("two", "b", 0, "two_default"),
        ("my_app", "c", 0, "my_app_default"),
    ]


def test_override_is_merged_as_compose_does(ask: Ask) -> None:
    files = {
        "compose.yaml": "services:\n  web:\n    image: a\n    ports: ['80:80']\n    environment: {X: '1', Y: "
        "'1'}\n    command: one\n",
        "compose.override.yaml": "services:\n  web:\n    image: b\n    ports: ['81:81', '80:80']\n    environment: "
        "[Y=2]\n  db:\n    image: c\n",
    }
    assert ask(files, SERVICES) == [("web", "b"), ("db", "c")]
    assert ask(files, PORTS) == [("web", "80:80"), ("web", "81:81")]
    assert sorted(ask(files, ENV)) == [("X", "1"), ("Y", "2")]


def test_reset_and_override_tags(ask: Ask) -> None:
    files = {
        "compose.yaml": "services:\n  web:\n    image: a\n    ports: ['80:80']\n    links: [db]\n  db:\n    image: "
        "b\n    ports: ['5:5']\n",
        "compose.override.yaml": "services:\n  web:\n    ports: !override ['81:81']\n    links: !reset []\n  db:\n "
        "   ports: !reset null\n",
    }
    assert ask(files, PORTS) == [("web", "81:81")]
    assert ask(files, "SELECT count(*) FROM link") == [(0,)]


def test_extends_from_another_file_and_itself(ask: Ask) -> None:
    files = {
        "compose.yaml": "services:\n  web:\n    extends: {file: common/base.yml, service: app}\n    ports: "
        "['81:81']\n  one:\n    extends: web\n  loop:\n    extends: loop\n    image: z\n",
        "common/base.yml": "services:\n  app:\n    extends: root\n    ports: ['80:80']\n  root:\n    image: a\n    "
        "environment: [X=1]\n",
    }
    rows = ask(files, "SELECT service, image FROM container WHERE project IS NOT NULL ORDER BY service, id")
    assert ("web", "a") in rows and ("one", "a") in rows and ("loop", "z") in rows
    sql = "SELECT spec FROM port JOIN container ON container.id = port.container WHERE service = 'web'"
    assert ask(files, sql) == [("80:80",), ("81:81",)]


def test_each_value_stands_in_the_file_that_holds_it(ask: Ask) -> None:
    files = {
        "compose.yaml": "services:\n  web:\n    extends: {file: base.yml, service: app}\n",
        "base.yml": "services:\n  app:\n    image: a\n    ports:\n      - '80:80'\n",
    }
    sql = (
        "SELECT DISTINCT file.path, span.line, span.column FROM port JOIN span ON span.id = port.span JOIN file "
        "ON file.id = span.file"
    )
    assert ask(files, sql) == [("base.yml", 5, 10)]


def test_include(ask: Ask) -> None:
    files = {
        "compose.yaml": "include:\n  - db/compose.yaml\n  - path: [cache.yml]\nservices:\n  web:\n    image: a\n   "
        " links: [db, cache]\n",
        "db/compose.yaml": "services:\n  db:\n    image: b\n",
        "cache.yml": "services:\n  cache:\n    image: c\n",
    }
    assert ask(files, "SELECT target, source.image FROM resolved_link JOIN link ON link.id = link JOIN container "
        "AS source ON source.id = source ORDER BY 1") == [
        ("cache", "c"), ("db", "b"),
    ]  # fmt: skip


def test_anchors_and_merge_keys(ask: Ask) -> None:
    text = (
        "x-base: &base\n  image: a\n  ports: ['80:80']\nservices:\n  one:\n    <<: *base\n  two:\n    <<: "
        "[*base]\n    image: b\n"
    )
    assert ask({"compose.yaml": text}, SERVICES) == [("one", "a"), ("two", "b")]
    assert ask({"compose.yaml": text}, PORTS) == [("one", "80:80"), ("two", "80:80")]


@pytest.mark.parametrize(
    ("value", "image"),
    [
        ("${TAG}", "x1"), ("$TAG", "x1"), ("${TAG:-y}", "x1"), ("${NONE:-y}", "y"), ("${NONE-y}", "y"),
        ("${EMPTY:-y}", "y"), ("${EMPTY-y}", ""),
        ("a$$b", "a$b"), ("${NONE:-${TAG}}", "x1"), ("${NONE:-${ALSO:-z}}", "z"), ("${NONE}", "${NONE}"),
        ("${NONE:?why}", "${NONE:?why}"),
        ("pre-${TAG}-post", "pre-x1-post"), ("pre-${TAG:+set}", "pre-set"), ("${NONE:+set}", "${NONE:+set}"),
    ],
)  # fmt: skip
def test_interpolation(ask: Ask, value: str, image: str) -> None:
    files = {
        "compose.yaml": f'services:\n  a:\n    image: "{value}"\n',
        ".env": "# x\nTAG=x1 # comment\nEMPTY=\nexport QUOTED='q q'\n",
    }
    assert ask(files, "SELECT image FROM container") == [(image,)]


def test_ports_in_all_forms(ask: Ask) -> None:
    text = (
        "services:\n  a:\n    image: i\n    ports:\n      - 80\n      - '81:81/udp'\n      - 127.0.0.1:82:82\n     "
        " - target: 83\n        published: '8083'\n"
        "        host_ip: 127.0.0.1\n        protocol: udp\n      - {target: 84}\n    expose: [85, '86/udp']\n"
    )
    sql = "SELECT form, host_ip, host_first, container_first, protocol, published FROM port ORDER BY id"
    assert ask({"compose.yaml": text}, sql) == [
        ("short", None, None, 80, "tcp", 1), ("short", None, 81, 81, "udp", 1),
        ("short", "127.0.0.1", 82, 82, "tcp", 1),
        ("long", "127.0.0.1", 8083, 83, "udp", 1), ("long", None, None, 84, "tcp", 1),
        ("expose", None, None, 85, "tcp", 0),
        ("expose", None, None, 86, "udp", 0),
    ]  # fmt: skip


def test_environment_in_all_forms(ask: Ask) -> None:
    files = {
        "compose.yaml": "services:\n  a:\n    image: i\n    environment:\n      A: b\n      C:\n      D: 1\n    "
        "env_file:\n      - one.env\n      - path: two.env\n  b:\n    image: i\n    env_file: one.env\n    "
        "environment:\n      - E=f=g\n      - H\n",
        "one.env": "ONE=1\n",
        "two.env": "TWO=2\n",
    }
    sql = (
        "SELECT env.name, value, form FROM env JOIN container ON container.id = env.container WHERE service = ? "
        "ORDER BY env.id"
    )
    assert ask(files, sql.replace("?", "'a'")) == [
        ("A", "b", "literal"), ("C", None, "passthrough"), ("D", "1", "literal"), ("ONE", "1", "literal"),
        ("TWO", "2", "literal"),
    ]  # fmt: skip
    assert ask(files, sql.replace("?", "'b'")) == [
        ("E", "f=g", "literal"),
        ("H", None, "passthrough"),
        ("ONE", "1", "literal"),
    ]


def test_networks_and_aliases(ask: Ask) -> None:
    text = (
        "services:\n  a:\n    image: i\n    networks:\n      back:\n        aliases: [db]\n  b:\n    image: i\n "
        "   network_mode: bridge\n    external_links: [c:d]\n  c:\n    image: i\n    network_mode: "
        "host\nnetworks:\n  back:\n    driver: overlay\n"
    )
    files = {"app/compose.yaml": text}
    assert ask(files, "SELECT service, network, legacy FROM container ORDER BY service") == [
        ("a", "app_back", 0),
        ("b", "bridge", 1),
        ("c", "host", 0),
    ]
    assert ask(files, "SELECT network, alias FROM attachment") == [("app_back", "db")]
    assert ask(files, "SELECT kind, target, alias FROM link") == [("external", "c", "d")]


def test_templates_are_read_with_their_holes(ask: Ask) -> None:
    text = (
        "services:\n{% if x %}\n  a:\n    image: {{ image }}\n    container_name: web\n    ports: ['80:80']\n{% "
        "endif %}\n"
    )
    assert ask({"docker-compose.yml": text}, "SELECT name FROM container") == [("web",)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("services:\n  a: [\n", "YAML"),
        ("services:\n  a:\n    image: i\n   ports: x\n", "YAML"),
        ("services: {a: " + "[" * 30_000 + "\n", "nested deeper than 500"),
        ("services:\n  a:\n    image: *nothing\n", "YAML: found undefined alias"),
        ("\x01services:\n", "YAML"),
    ],
)
def test_what_is_broken_is_unread(ask: Ask, text: str, reason: str) -> None:
    ((found,),) = ask({"compose.yaml": text}, "SELECT reason FROM unread")
    assert reason in found


def test_an_alias_bomb_costs_nothing(ask: Ask) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"] + [
        f"a{n}: &a{n} [" + ", ".join([f"*a{n - 1}"] * 10) + "]" for n in range(1, 12)
    ]
    text = "services:\n  web:\n    image: i\n    environment: *a11\n"
    assert ask({"compose.yaml": "\n".join(lines) + "\n" + text}, SERVICES) == [("web", "i")]


@pytest.mark.parametrize(
    ("name", "project"), [("My_Proj.X", "my_projx"), ("_Foo", "foo"), ("Foo Bar", "foobar"), ("日本", "")]
)
def test_project_names(name: str, project: str) -> None:
    assert normalised(name) == project


# Projects that Compose refuses, with what to write instead; tests/conformance compares with the real Compose.
REFUSED = {
    "services:\n  a: {image: x, linkz: [b]}\n": "unknown service key linkz: did you mean links?",
    "services:\n  a: {image: x, links: b}\n": "links takes a list, not one value",
    "services:\n  a: {image: x, links: ['b:c:d']}\n  b: {image: x}\n": "links takes NAME or NAME:ALIAS, not b:c:d",
    "services:\n  a: {image: x, links: [nothing]}\n": "unknown service nothing: use one of a",
    "services:\n  a: {image: x, image: y}\n": "duplicate key image: keep one",
    "services: [a]\n": "services must be a mapping, not a list: write NAME: below it",
    "services:\n  a: nginx\n  b: {image: x}\n": "a service must be a mapping, not one value: write image: below it",
    "services:\n  a: {image: x, environment: {A: [1]}}\n": "environment: A must be one value, not a list",
    "services:\n  a: {image: x, ports: [{published: 80}]}\n": "the long form of a port needs target: with "
    "the container port, a number",
    "services:\n  a: {image: x, ports: ['80:x']}\n": "ports takes a port like 127.0.0.1:8080:80, not 80:x (invalid "
    "container port x)",
    "services:\n  a: {image: x, network_mode: host, networks: [n]}\nnetworks: {n: {}}\n": "network_mode and networks "
    "exclude "
    "each "
    "other: "
    "keep one",
    "services:\n  a: {image: 'x:${TAG'}\n": "$ starts a variable: close the brace, or write $$ for a literal $",
    "services:\n  a: {extends: a}\n": "a extends itself, directly or indirectly: remove one extends:",
    "services:\n  a: {image: x, links: [b]}\n  b: {image: x, depends_on: [a]}\n": "these services depend on each "
    "other: a → "
    "b → a",
    "services:\n  a: {image: x, volumes: ['data:/x']}\n": "data is not defined in volumes: at the top level: add it",
    "services:\n  a: {image: x, container_name: n, scale: 2}\n": "container_name and scale: 2 exclude each other: "
    "keep one",
    "a: {image: x}\n": "Compose 2 does not read the first file format: put the services under services:",
    "version: 3\nservices: {a: {image: x}}\n": 'version must be a string: write "3", or remove it',
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_compose_refuses(ask: Ask, text: str) -> None:
    assert ask({"docker-compose.yml": text}, "SELECT reason FROM refusal") == [(REFUSED[text],)]


def test_env_files_of_compose(ask: Ask) -> None:
    files = {
        "compose.yaml": "services:\n  a: {image: x, env_file: sub/a.env}\n",
        "sub/a.env": '# c\nA=1\nB="$A\\n"\nC=\'$A\'\nexport D: x # c\nBARE\nE="two\nlines"\nbad line\nF=last',
    }
    assert ask(files, "SELECT name, value FROM env WHERE container = 1") == [
        ("A", "1"), ("B", "1\n"), ("C", "$A"), ("D", "x"), ("E", "two\nlines"), ("F", "last")
    ]  # fmt: skip
    assert ask(files, "SELECT reason, line FROM refusal JOIN span ON span.id = refusal.span") == [
        ("a line of an env file must be NAME=VALUE, with closed quotes", 9)
    ]


def test_an_included_file_is_no_project_of_its_own(ask: Ask) -> None:
    files = {
        "compose.yaml": "include: [lib/compose.yaml]\nservices:\n  web: {image: nginx}\n",
        "lib/compose.yaml": "services:\n  db: {image: 'pg:${TAG}', env_file: db.env}\n",
        "lib/db.env": "A=1\n",
        "lib/.env": "TAG=lib\n",
        ".env": "TAG=mine\n",
    }
    assert ask(files, "SELECT service, image FROM container ORDER BY service") == [("db", "pg:mine"), ("web", "nginx")]
    assert ask(files, "SELECT name FROM env WHERE container IS NOT NULL") == [("A",)]


@pytest.mark.parametrize(
    ("plain", "value"),
    [("010", "8"), ("0x1F", "31"), ("1.50", "1.5"), ("True", "true"), ("yes", "yes"), ("1_000", "1000"), ("1.0", "1"),
    ("2001-01-01", "2001-01-01 00:00:00 +0000 UTC")],
)  # fmt: skip
def test_plain_scalars_are_what_go_makes_of_them(ask: Ask, plain: str, value: str) -> None:
    assert ask({"compose.yaml": f"services:\n  a: {{image: x, environment: {{A: {plain}, B: '{plain}'}}}}\n"},
        "SELECT value FROM env") == [
        (value,), (plain,)
    ]  # fmt: skip


def test_a_dockerfile_in_the_compose_file(ask: Ask) -> None:
    text = (
        "services:\n  web:\n    build:\n      dockerfile_inline: |\n        FROM nginx\n        ENV A_TOKEN=hunter22\n"
    )
    assert ask({"compose.yaml": text}, "SELECT base FROM image WHERE base IS NOT NULL") == [("nginx",)]
    assert ask({"compose.yaml": text}, "SELECT name FROM env WHERE secret IS NOT NULL") == [("A_TOKEN",)]
