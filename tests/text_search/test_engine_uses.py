# ruff: noqa: E501 (a text is one line)
"""Uses of what newer engines refuse or no longer have, and what only looks like one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from program import linklint

from linklint.docker.engine_changes import instead_of, refused_api

Ask = Callable[[dict[str, str], str], list[tuple[Any, ...]]]
Write = Callable[[dict[str, str]], Path]
FACTS = (
    "SELECT what, CASE change WHEN 'first-api-floor' THEN '29.2' END, span.confidence FROM incompatibility"
    " JOIN span ON span.id = incompatibility.span"
    " ORDER BY span.start"
)
ADDRESS = ".NetworkSettings.IPAddress"

USES: dict[str, tuple[str, str, list[tuple[str, str | None, str]]]] = {
    "template": ("a.sh", "docker inspect -f '{{ .NetworkSettings.IPAddress }}' db\n", [(ADDRESS, None, "likely")]),
    "format": ("a.sh", 'ip=$(docker inspect --format="{{.NetworkSettings.Gateway}}" $ID)\n',
               [(".NetworkSettings.Gateway", None, "likely")]),
    "two": ("a.sh", "docker inspect -f '{{.Name}} {{.NetworkSettings.MacAddress}} {{.Config.MacAddress}}' db\n",
            [(".NetworkSettings.MacAddress", None, "likely"), (".Config.MacAddress", None, "likely")]),
    "log option": ("daemon.json", '{"log-opts": {"fluentd-async-connect": "true"}}\n',
                   [("fluentd-async-connect", None, "likely")]),
    "content trust": ("a.sh", "export DOCKER_CONTENT_TRUST=1\n", [("DOCKER_CONTENT_TRUST", None, "likely")]),
    "content trust, dockerfile": ("Dockerfile", "FROM docker\nENV DOCKER_CONTENT_TRUST 1\n",
                                  [("DOCKER_CONTENT_TRUST", None, "likely")]),
    "content trust, yaml": (".gitlab-ci.yml", "variables:\n  DOCKER_CONTENT_TRUST: 'true'\n",
                            [("DOCKER_CONTENT_TRUST", None, "likely")]),
    "trust, command": ("a.sh", "docker trust key load key.pem\n", [("docker trust key", None, "likely")]),
    "trust, list of commands": (".gitlab-ci.yml", "a:\n  script:\n    - docker trust sign img\n", [("docker trust sign", None, "likely")]),
    "trust, program": ("a.py", "os.system('docker trust revoke img')\n", [("docker trust revoke", None, "likely")]),
    "trust, behind another": ("a.sh", "docker login && sudo docker trust sign img\n",
                              [("docker trust sign", None, "likely")]),
    "trust, document": ("README.md", "```console\n$ docker trust inspect img\n```\n",
                        [("docker trust inspect", None, "likely")]),
    "trust, in a sentence": ("README.md", "Sign it with `docker trust sign`.\n", [("docker trust sign", None, "possible")]),
    "log option, in a table": ("README.md", "| Removed | `fluentd-async-connect` | v20.10 |\n",
                               [("fluentd-async-connect", None, "possible")]),
    "daemon option": ("docker.service", "[Service]\nExecStart=/usr/bin/dockerd --api-cors-header=x\n",
                      [("--api-cors-header", None, "likely")]),
    "jq": ("a.sh", "docker inspect db | jq -r '.[0].NetworkSettings.IPAddress'\n", [(ADDRESS, None, "likely")]),
    "jq, subscripts": ("a.sh", "docker inspect db | jq '.[0][\"NetworkSettings\"][\"IPAddress\"]'\n",
                       [(ADDRESS, None, "likely")]),
    "document": ("README.md", "```sh\ndocker inspect -f '{{.NetworkSettings.IPAddress}}' db\n```\n",
                 [(ADDRESS, None, "likely")]),
    "make": ("Makefile", "ip:\n\tdocker inspect -f '{{.NetworkSettings.IPAddress}}' db\n", [(ADDRESS, None, "likely")]),
    "python": ("a.py", "import docker\nip = c.attrs['NetworkSettings']['IPAddress']\n", [(ADDRESS, None, "possible")]),
    "python, get": ("a.py", "import docker\nip = c.attrs['NetworkSettings'].get('IPAddress')\n",
                    [(ADDRESS, None, "possible")]),
    "ruby": ("a.rb", "ip = container.json['NetworkSettings']['IPAddress']\n", [(ADDRESS, None, "possible")]),
    "javascript": ("a.js", "c.inspect((e, data) => use(data.NetworkSettings.IPAddress))\n",
                   [(ADDRESS, None, "possible")]),
    "template in go": ("a.go", 'package a\n\nvar f = "{{ .NetworkSettings.IPAddress }}"\n', [(ADDRESS, None, "likely")]),
    "api, shell": ("a.sh", "export DOCKER_API_VERSION=1.35\n", [("API version 1.35", None, "certain")]),
    "api, compose": ("compose.yaml", "services:\n  a:\n    image: b\n    environment:\n      DOCKER_API_VERSION: 1.22\n",
                     [("API version 1.22", None, "certain")]),
    "api, dockerfile": ("Dockerfile", "FROM docker\nENV DOCKER_API_VERSION 1.39\n",
                        [("API version 1.39", None, "certain")]),
    "api, 29.2": ("a.sh", "DOCKER_API_VERSION=1.41 docker ps\n", [("API version 1.41", "29.2", "certain")]),
    "api, python": ("a.py", "import docker\nc = docker.from_env(version='1.30')\n",
                    [("API version 1.30", None, "certain")]),
    "api, go": ("a.go", 'package docker\n\nvar c, _ = client.NewClientWithOpts(client.WithVersion("1.38"))\n',
                [("API version 1.38", None, "certain")]),
    "api, java": ("A.java", 'DockerClientConfig c = builder.withDockerHost("x").withApiVersion("1.23").build();\n',
                  [("API version 1.23", None, "certain")]),
    "api, node": ("a.js", "const d = new Docker({socketPath: '/var/run/docker.sock', version: 'v1.25'});\n",
                  [("API version 1.25", None, "certain")]),
    "api, curl": ("a.sh", "curl --unix-socket /var/run/docker.sock http://localhost/v1.24/containers/json\n",
                  [("API version 1.24", None, "certain")]),
    "compose, download": (
        "a.sh", "curl -L https://github.com/docker/compose/releases/download/1.29.2/docker-compose-Linux-x86_64 -o x\n",
        [("docker-compose 1.29.2", None, "certain")]),
    "compose, image": (".gitlab-ci.yml", "a:\n  image: docker/compose:1.25.4\n  script: [docker-compose up]\n",
                       [("docker-compose 1.25.4", None, "certain")]),
    "compose, pip": ("Dockerfile", "FROM python\nRUN pip install docker-compose==1.24.1\n",
                     [("docker-compose 1.24.1", None, "likely")]),
    "compose, below": ("Dockerfile", "FROM python\nRUN pip install 'docker-compose<2'\n",
                       [("docker-compose before 2", None, "likely")]),
    "api, in a test of a program": ("client_test.go", 'package docker\n\nvar c, err = NewVersionedClient(url, "1.12")\n',
                                    [("API version 1.12", None, "possible")]),
    "a template of a page": ("container.html", "<p>{{ container.NetworkSettings.IPAddress }}</p><!-- docker -->\n",
                             [(".NetworkSettings.IPAddress", None, "possible")]),
    "a variable of a template": ("a.tmpl", "{{range $c := .}}{{$c.NetworkSettings.IPAddress}}{{end}} docker\n",
                                 [(".NetworkSettings.IPAddress", None, "likely")]),
    "compose, variable": (".travis.yml", "services: [docker]\nenv:\n  - DOCKER_COMPOSE_VERSION=1.23.2\n",
                          [("docker-compose 1.23.2", None, "likely")]),
}  # fmt: skip
NONE: dict[str, tuple[str, str]] = {
    "networks": ("a.sh", "docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' db\n"),
    "one network": ("a.sh", "docker inspect -f '{{.NetworkSettings.Networks.app.IPAddress}}' db\n"),
    "ports": ("a.sh", "docker inspect -f '{{.NetworkSettings.Ports}} {{.NetworkSettings.SandboxKey}}' db\n"),
    "grep": ("a.sh", "docker inspect db | grep IPAddress\n"),
    "comment": ("a.sh", "# docker inspect -f '{{.NetworkSettings.IPAddress}}' db\ndocker ps\n"),
    "trust off": ("a.sh", "export DOCKER_CONTENT_TRUST=0\n"),
    "trust is asked": ("a.sh", 'docker ps\nif [ "$DOCKER_CONTENT_TRUST" = "1" ]; then echo signed; fi\n'),
    "trust is asked, with braces": ("a.sh", 'docker ps\ntest "${DOCKER_CONTENT_TRUST}" = 1 && echo signed\n'),
    "trust in a variable": ("a.sh", "export DOCKER_CONTENT_TRUST=$TRUST\n"),
    "trust in a message": ("a.sh", 'echo "No secret: skipping docker trust key extraction."\n'),
    "trust as a word": ("a.sh", "echo docker trust in numbers\n"),
    "log option, new": ("a.sh", "docker run --log-driver fluentd --log-opt fluentd-async=true x\n"),
    "cors of something else": ("a.yaml", "api-cors: {header: x}\n"),
    "podman": ("a.sh", "podman inspect -f '{{.NetworkSettings.IPAddress}}' db\n"),
    "history": ("CHANGELOG.md", "```\ndocker inspect -f '{{.NetworkSettings.IPAddress}}' db\n```\n"),
    "vendored": ("vendor/a.go", "// docker\nip := c.NetworkSettings.IPAddress\n"),
    "networks in python": ("a.py", "import docker\nip = c.attrs['NetworkSettings']['Networks']['a']['IPAddress']\n"),
    "mac of something else": ("a.py", "import docker\nx = nic.Config.MacAddress\n"),
    "newer api": ("a.sh", "export DOCKER_API_VERSION=1.44\n"),
    "api in a variable": ("a.sh", "export DOCKER_API_VERSION=$VERSION\n"),
    "another api": ("a.sh", "docker ps\nexport KUBE_API_VERSION=1.24 APP_API_VERSION=1.20\n"),
    "negotiated": ("a.py", "import docker\nc = docker.DockerClient(version='auto')\n"),
    "version of an image": ("a.py", "import docker\nc = docker.from_env()\nbuild(version='1.30')\n"),
    "output of a program": ("a.md", "```\nGet http:///var/run/docker.sock/v1.18/containers/json: no such file\n```\n"),
    "compose 2": ("a.sh", "curl -L https://github.com/docker/compose/releases/download/v2.40.0/docker-compose-linux-x86_64\n"),
    "compose, newest": ("Dockerfile", "FROM python\nRUN pip install docker-compose\n"),
    "compose file": ("compose.yaml", 'version: "1.5"\nservices:\n  a:\n    image: b\n'),
    "another compose": ("a.sh", "docker ps\nJETPACK_COMPOSE_VERSION=1.4.0\n"),
    "plugin": ("Dockerfile", "FROM docker\nENV DOCKER_COMPOSE_VERSION=2.20.3\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", USES)
def test_uses(ask: Ask, name: str) -> None:
    path, text, facts = USES[name]
    assert ask({path: text}, FACTS) == facts


@pytest.mark.parametrize("name", NONE)
def test_no_uses(ask: Ask, name: str) -> None:
    path, text = NONE[name]
    assert ask({path: text}, FACTS) == []


@pytest.mark.parametrize(
    ("version", "until"),
    [("1.12", None), ("1.39", None), ("v1.24", None), ("1.40", "29.2"), ("1.43", "29.2")],
)
def test_api_versions_that_engine_29_refuses(version: str, until: str | None) -> None:
    change = refused_api(version)
    assert change is not None and change.since == "29.0" and change.until == ("29.3" if until else "")


@pytest.mark.parametrize("version", ["1.44", "1.52", "2.0", "auto", "1", "1.x", "", "0.9"])
def test_api_versions_that_no_engine_refuses(version: str) -> None:
    assert refused_api(version) is None


def test_what_works_on_all_engines() -> None:
    assert instead_of("NetworkSettings.IPAddress") == "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
    assert instead_of("Config.MacAddress") == "{{range .NetworkSettings.Networks}}{{.MacAddress}}{{end}}"
    assert instead_of("NetworkSettings.Bridge") is None
    assert instead_of("HostConfig.KernelMemory") is None


def test_the_upgrade_answer_counts_them(tree: Write) -> None:
    root = tree({"a.sh": USES["template"][1] + USES["api, shell"][1], "b.sh": USES["api, 29.2"][1]})
    done = linklint("upgrade", "--format", "json", cwd=root)
    found = json.loads(done.stdout)
    assert done.returncode == 1
    assert [(place["kind"], place["path"], place["line"]) for place in found["engines"]["29"]["breaks"]] == [
        ("uses", "a.sh", 1),
        ("uses", "a.sh", 2),
    ]
    assert found["first"] == [
        f"a.sh:1: use {instead_of('NetworkSettings.IPAddress')} instead of .NetworkSettings.IPAddress",
        "a.sh:2: use a newer version or none instead of API version 1.35",
    ]
    narrow = linklint("upgrade", "--ignore", "engine", cwd=root)
    assert narrow.returncode == 0 and narrow.stdout.startswith("Yes, as far as links go: nothing in 2 files")


def test_a_use_that_is_only_possible_makes_the_answer_unknown(tree: Write) -> None:
    path, text, _ = USES["python"]
    done = linklint("upgrade", cwd=tree({path: text}))
    assert done.returncode == 3 and done.stdout.startswith("Unknown: 1 use of what Engine 29 refuses or no longer has")


def test_large_input_stays_cheap(ask: Ask) -> None:
    text = "docker " + "{{.NetworkSettings." * 20_000 + "\n" + "DockerClient(" * 20_000 + "\ndocker/compose:1." * 2_000
    assert len(ask({"a.sh": text}, FACTS)) <= 200


NEW = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"


@pytest.mark.parametrize(
    ("line", "edit"),
    [
        ("docker inspect -f '{{.NetworkSettings.IPAddress}}' db", NEW),
        ("docker inspect -f {{.NetworkSettings.IPAddress}} db", f"'{NEW}'"),
        ("x=`docker inspect --format {{.NetworkSettings.IPAddress}} db`", f"'{NEW}'"),
        ('x="$(docker inspect --format={{.NetworkSettings.IPAddress}} db)"', f"'{NEW}'"),
        ("docker inspect db -f {{.NetworkSettings.IPAddress}}", f"'{NEW}'"),
        ("docker inspect -f {{.Name}}:{{.NetworkSettings.IPAddress}} db", None),
        ("docker inspect -f {{.NetworkSettings.IPAddress}}:{{.Name}} db", None),
        ("docker inspect -f '{{.Name}} {{.NetworkSettings.IPAddress}}' db", NEW),
        ('docker inspect -f "{{.NetworkSettings.IPAddress}}" db', NEW),
        ("sh -c 'docker inspect -f {{.NetworkSettings.IPAddress}} db'", None),
        ('sh -c "docker inspect -f \\"{{.NetworkSettings.IPAddress}}\\" db"', NEW),
        ("T='{{.NetworkSettings.IPAddress}}'; docker inspect -f \"$T\" db", NEW),
        ("docker inspect db | jq -r '.[0].NetworkSettings.IPAddress'", ".NetworkSettings.Networks[].IPAddress"),
        ("docker inspect db | jq -r .[0].NetworkSettings.IPAddress", ".NetworkSettings.Networks[].IPAddress"),
        ("docker inspect db | jq -r .NetworkSettings.IPAddress", "'.NetworkSettings.Networks[].IPAddress'"),
        ("tail -f log | docker inspect -f {{.NetworkSettings.IPAddress}} db", f"'{NEW}'"),
    ],
)
def test_the_edit_stays_one_word(ask: Ask, line: str, edit: str | None) -> None:
    assert ask({"a.sh": line + "\n"}, "SELECT edit FROM incompatibility") == [(edit,)]
