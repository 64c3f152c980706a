"""`linklint migrate`: the plan, the edits, the refusals, and the proof inside the program."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from linklint.cli import migrate as command
from linklint.cli.parser import parse
from linklint.config.model import Config
from linklint.errors import UsageError
from linklint.files.root import Root
from linklint.findings.rule_file import built_in
from linklint.fixes import edits
from linklint.migration.plan import Options, Plan, plan
from linklint.migration.proof import Proof, new_findings
from linklint.queries.components import EDITED, named_components
from linklint.scanning import scan

sys.path.insert(0, str(Path(__file__).resolve().parent))
from cases import CASES
from topologies import SHELL, make

Write = Callable[[dict[str, str]], Path]
PAIR = "docker run -d --name db postgres\ndocker run -d --name web --link db:pg app\n"
NETWORK = "docker network create n >/dev/null 2>&1 || docker network inspect n >/dev/null\n"
COUNT = int(os.environ.get("LINKLINT_SCRIPTS", "60"))
ADDED = re.compile(
    r"^[^\n]*network create \S+ >/dev/null 2>&1 \|\| [^\n]*network inspect \S+ >/dev/null(?:; |\n)|"
    r"\S+ network create \S+ >/dev/null 2>&1 \|\| \S+(?: docker)? network inspect \S+ >/dev/null; "
    r"|\s(?:\\\s*)?--network(?:-alias)? \S+|--link[ =]\"?[^\s\"]+\"?|\\\n\s*|[ \t]+",
    re.MULTILINE,
)


def made(directory: Path, **options: object) -> Plan:
    return plan([str(directory)], Config(), Options(**{"networks": {"": "n"}, **options}))  # type: ignore[arg-type]


def text(found: Plan, path: str = "run.sh") -> str:
    return found.texts[path][1] if path in found.texts else ""


def reasons(found: Plan) -> list[str]:
    return [note.words for component in found.components for note in component.refusals]


@pytest.mark.parametrize("name", CASES)
def test_every_case_moves_whole_and_a_second_run_changes_nothing(tree: Write, name: str) -> None:
    directory = tree(CASES[name].files)
    found = made(directory)
    assert not reasons(found)
    for path in found.texts:
        (directory / path).write_bytes(found.encoded(path))
    again = made(directory)
    assert not again.texts and not again.components


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (PAIR, f"{NETWORK}docker run -d --name db --network n --network-alias pg postgres\n"
               "docker run -d --name web --network n app\n"),
        ("#!/bin/sh\n# a comment\nset -e\n\n" + PAIR.replace("\n", "\r\n"),
         "#!/bin/sh\n# a comment\nset -e\n\n" + NETWORK.replace("\n", "\r\n")
         + "docker run -d --name db --network n --network-alias pg postgres\r\ndocker run -d --name web --network "
           "n app\r\n"),
        ("docker run --name=db postgres &\ndocker run --link=\"db\" -d app # why\n",
         f"{NETWORK}docker run --name=db --network n postgres &\ndocker run --network n -d app # why\n"),
        ("docker run -d \\\n  --name db \\\n  postgres\ndocker run \\\n  --link db:pg \\\n  --name web \\\n  app\n",
         f"{NETWORK}docker run -d \\\n  --name db \\\n  --network n \\\n  --network-alias pg \\\n  postgres\n"
         "docker run \\\n  --name web \\\n  --network n \\\n  app\n"),
        ("sudo docker run --name db a\nsudo docker run --link db b\n",
         f"sudo {NETWORK.replace('|| ', '|| sudo ')}sudo docker run --name db --network n a\nsudo docker run "
         f"--network n b\n"),
        ("docker -H tcp://h:1 run --name db a\ndocker -H tcp://h:1 run --link db b\n",
         f"{NETWORK.replace('docker', 'docker -H tcp://h:1')}docker -H tcp://h:1 run --name db --network n a\n"
         "docker -H tcp://h:1 run --network n b\n"),
        ("ssh h docker run --name db a\nssh h 'docker run --link db b'\n",
         f"ssh h '{NETWORK.strip()}'\nssh h docker run --name db --network n a\nssh h 'docker run --network n b'\n"),
        ("f() {\n  docker run --name db a\n  docker run --link db b\n}\n",
         f"f() {{\n  {NETWORK}  docker run --name db --network n a\n  docker run --network n b\n}}\n"),
        ("for i in 1 2; do\n  docker run --name db$i a\n  docker run --link db$i:x b\ndone\n",
         f"{NETWORK}for i in 1 2; do\n  docker run --name db$i --network n a\n  docker run --network n --link "
         f"db$i:x b\ndone\n"),
        ("X=$(docker run -d a)\ndocker run --link $X:db b\ndocker run --name db c\n",
         f"{NETWORK}X=$(docker run --network n -d a)\ndocker run --network n --link ${{X:0:12}}:db b\ndocker run "
         f"--name db c\n"),
    ],
)  # fmt: skip
def test_scripts(tree: Write, before: str, after: str) -> None:
    found = made(tree({"run.sh": before}))
    if "--name db c" not in before:  # not a member
        assert reasons(found) == []
        assert text(found) == after


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("Makefile", "db:\n\t@docker run --name db a\nweb: db\n\t-docker run --link db b\n",
         "db: network\n\t@docker run --name db --network n a\nweb: db network\n\t-docker run --network n b\n\n"
         f".PHONY: network\nnetwork:\n\t@{NETWORK}"),
        (".travis.yml", "script:\n  - docker run --name db a\n  - docker run --link db b\n",
         f"script:\n  - {NETWORK}  - docker run --name db --network n a\n  - docker run --network n b\n"),
        (".gitlab-ci.yml", "t:\n  script:\n    - |\n      docker run --name db a\n      docker run --link db b\n",
         f"t:\n  script:\n    - |\n      {NETWORK}      docker run --name db --network n a\n      docker run "
         f"--network n b\n"),
        ("web.service", "[Service]\nExecStartPre=-/usr/bin/docker run --name db a\nExecStart=/usr/bin/docker run "
                        "--link db b\n",
         "[Service]\nExecStartPre=-/usr/bin/docker network create n\nExecStartPre=-/usr/bin/docker run --name db "
         "--network n a\n"
         "ExecStart=/usr/bin/docker run --network n b\n"),
        ("README.md", "```sh\n$ docker run --name db a\n$ docker run --link db b\n```\n",
         f"```sh\n$ {NETWORK}$ docker run --name db --network n a\n$ docker run --network n b\n```\n"),
        ("site.yml", "- hosts: a\n  tasks:\n    - docker_container:\n        name: db\n        image: a\n"
         "    - name: web\n      docker_container:\n        name: web\n        image: b\n        links: ['db:pg'] "
         " # old\n",
         "- hosts: a\n  tasks:\n    - name: make the network n\n      docker_network: {name: \"n\"}\n    - "
         "docker_container:\n"
         "        name: db\n        image: a\n        networks: [{name: \"n\", aliases: [pg]}]\n"
         "    - name: web\n      docker_container:\n        name: web\n        image: b\n        networks: "
         "[{name: \"n\"}]  # old\n"),
        ("Jenkinsfile", "node {\n  docker.image('a').withRun('--name db') { c ->\n    docker.image('b')"
         ".inside(\"--link ${c.id}:db\") "
         "{ sh 'x' }\n  }\n}\n",
         f"node {{\n  sh '{NETWORK.strip()}'\n  docker.image('a').withRun('--name db --network n') {{ c ->\n"
         "    docker.image('b').inside(\"--network n\") { sh 'x' }\n  }\n}\n"),
        ("compose.yaml", "db:\n  image: a\nweb:\n  image: b\n  links:\n    - db:pg\n  net: bridge\n",
         "version: \"2.4\"\nservices:\n  db:\n    image: a\n    networks: {default: {aliases: [pg]}}\n"
         "  web:\n    image: b\n    depends_on: [db]\n"),
        ("compose.yaml", "services:\n  db:\n    image: a\n    network_mode: bridge\n  web:\n    image: b\n    "
                         "network_mode: bridge\n"
         "    depends_on:\n      - x\n    links: [db]\n  x:\n    image: c\n",
         "services:\n  db:\n    image: a\n  web:\n    image: b\n    depends_on: [x, db]\n  x:\n    image: c\n"),
        ("a.py", "import docker\nc = docker.from_env()\ndef f():\n    c.containers.run('a', name='db')\n"
         "    c.containers.run('b', links={'db': 'pg'}, detach=True)\n",
         "import docker\nc = docker.from_env()\ndef f():\n    if not c.networks.list(names=[\"^n$\"]):\n"
         "        c.networks.create(\"n\")\n    c.containers.run('a', name='db', network=\"n\", networking_config="
         "{\"n\": c.api.create_endpoint_config(aliases=[\"pg\"])})\n    c.containers.run('b', network=\"n\", "
         "detach=True)\n"),
    ],
)  # fmt: skip
def test_other_files(tree: Write, path: str, before: str, after: str) -> None:
    found = made(tree({path: before}))
    assert reasons(found) == []
    assert text(found, path) == after


def test_a_development_container_makes_the_network_first(tree: Write) -> None:
    files = {"run.sh": "docker run -d --name db a\n", ".devcontainer/devcontainer.json":
             '{\n  "image": "b",\n  "runArgs": ["--link", "db:pg"]\n}\n'}  # fmt: skip
    found = made(tree(files))
    assert reasons(found) == []
    made_by = json.dumps(NETWORK.strip())
    expected = f'{{\n  "image": "b",\n  "runArgs": ["--network", "n"],\n  "initializeCommand": {made_by}\n}}\n'
    assert text(found, ".devcontainer/devcontainer.json") == expected


REFUSED = {
    "a network in a variable": ({"run.sh": PAIR.replace("--name db", "--net $NET --name db")},
        'db: --network "$NET" may be any network: not migrated; set it to n, or say --network-of NET=n'),
    "a source in a variable": ({"run.sh": PAIR.replace("db:pg", "$1:pg")},
        "web links to $1: which container that is, nothing here says; not migrated"),
    "options built "
    "elsewhere": ({"run.sh": "docker run -d --name db a\nO=$(cat o)\ndocker run -d --name web $O --link db:pg b\n",
        "more.sh": 'docker run $LINKS b # "--link $X:y"\n'}, None),
    "two hosts": ({"run.sh": "docker -H tcp://h:1 run -d --name db a\ndocker run -d --name web --link db:pg b\n"},
        "db runs on tcp://h:1, web on this host: a link never went from one host to another; not migrated"),
    "renamed and private": ({"run.sh": "docker run --name a x\ndocker run --name b x\ndocker run --link a:d "
                                       "--link b x\n"
        "docker run --link b:d x\ndocker rename a c\n"},
        "a is renamed, and a link on a network goes by name: give one of the aliases d another name"),
    "icc": ({"run.sh": PAIR, "daemon.json": '{"icc": false}'},
        "the daemon has icc=false: links opened single ports, a network opens all ports between its members; not "
        "migrated without --accept-icc"),
    "a search": ({"run.sh": PAIR, "start.sh": "#!/bin/sh\n# docker\nenv | grep _TCP_ADDR= | cut -d= -f2\n"},
        "start.sh searches the environment for _TCP_ADDR: no rewrite makes those; not migrated"),
    "the hosts file": ({"run.sh": PAIR, "start.sh": "#!/bin/sh\n# docker\nX=$(grep pg /etc/hosts | cut -f1)\n"},
        "start.sh reads the alias from /etc/hosts: a network writes no such line; not migrated"),
    "an address": ({"run.sh": PAIR + "echo $(docker inspect -f '{{.NetworkSettings.IPAddress}}' db)\n"
        "IP=$(docker inspect db | grep IPAddress)\ndocker run -e H=$IP x\n"},
        "run.sh has the address of db (docker inspect): fix hardcoded-container-address first"),
    "networks are pruned": ({"run.sh": PAIR, "stop.sh": "docker stop db\ndocker network prune -f\n"},
        "stop.sh stops db and removes or prunes networks: db could not be started again; not migrated"),
    "links at run time": ({"a.py": "import docker\nc = docker.from_env()\nl = {}\nfor n in x:\n    l[n] = n\n"
        "c.containers.run('x', name='w', links=l)\nc.create_host_config(links={'db': 'pg'})\n"}, None),
    "ECS": ({"t.json": '{"family": "shop", "containerDefinitions": [{"name": "db", "image": "a"}, '
        '{"name": "web", "image": "b", "links": ["db"]}]}'},
        "task web: links are ECS's own in bridge mode, and there are no other networks: left; the alternative "
        "is awsvpc "
        "with localhost"),
    "generated": ({"run.sh": "# generated by x\n" + PAIR}, "run.sh is generated: not written"),
    "vendored": ({"vendor/x/run.sh": PAIR}, "vendor/x/run.sh is vendored: not written"),
    "itself": ({"run.sh": "docker run --name db --link db:x a\n"}, "db links to itself: fix link-to-self first"),
    "two ways": ({"run.sh": "docker run -d --name db a\nif [ \"$OLD\" ]; then docker run --name web --link db b\n"
        "else docker network create m; docker run --net m --name "
        "web b; fi\n"}, "web is made in two ways: not migrated"),
    "podman": ({"run.sh": PAIR.replace("docker", "podman")}, "podman has no links: see link-on-podman"),
    "a daemon for each round": ({"Makefile": "up:\n\tfor h in a b; do docker -H $$h run --name db a; docker -H $$h "
        "run --name web --link db:pg b; done\n"},
        "the daemon of db is decided in its recipe: make the network there; not migrated"),
    "a daemon from a pipe": ({"run.sh": "echo $H | while read h; do docker -H $h run --name db a; docker -H $h run "
        "--name web --link db:pg b; done\n"},
        "the daemon or the words that run db are set in the same statement: not migrated"),
    "the middle of a statement": ({"play.yml": "- hosts: all\n  tasks:\n    - shell: if ! docker run --name db a; then "
        "exit 1; fi\n    - shell: docker run --name web --link db:pg b\n"},
        "db is run in the middle of a statement: make the network before it; not migrated"),
    "ssh in a step": ({".gitlab-ci.yml": "a:\n  script:\n    - ssh h docker run --name db a\n"
        "    - ssh h docker run --name web --link db:pg b\n"},
        "db is run in the middle of a statement: make the network before it; not migrated"),
    "an agent": ({"Jenkinsfile": "pipeline {\n  agent { docker { image 'node'; args '--link db:pg' } }\n  stages { "
        "stage('x') {\n    steps { sh 'docker run -d --name db a' }\n  } }\n}\n"},
        "the container of node is the agent of the pipeline: make the network n before it"),
    "Windows": ({"run.bat": PAIR.replace("\n", "\r\n")}, "run.bat is a script for Windows: not written"),
    "an ambassador": ({"run.sh": PAIR.replace(" app", " svendowideit/ambassador")},
        "web runs svendowideit/ambassador, which searches the environment for link variables: not migrated"),
    "an address of the bridge": ({"run.sh": PAIR + "docker run --link db:pg -e DB=172.17.0.2 app\n"},
        "run.sh has an address of the default bridge, 172.17.0.2: fix hardcoded-container-address first"),
    "an address for "
    "the host": ({"run.sh": PAIR + "IP=$(docker inspect --format '{{ .NetworkSettings.IPAddress }}' web)\n"
        "curl http://$IP/\n"},
        "run.sh has the address of web (docker inspect): fix hardcoded-container-address first"),
    "everything is stopped": ({"run.sh": PAIR, "stop.sh": "docker stop $(docker ps -q)\ndocker network prune -f\n"},
        "stop.sh stops db and removes or prunes networks: db could not be started again; not migrated"),
    "a mode in a "
    "variable": ({"compose.yaml": "services:\n  db: {image: a, network_mode: bridge}\n  web:\n    image: b\n"
        "    network_mode: ${MODE:-bridge}\n    links: ['db:pg']\n"},
        "web: network_mode ${MODE:-bridge} may be any network: not migrated"),
    "another Compose file": ({"a.yml": "services:\n  db: {image: a, network_mode: bridge}\n",
        "b.yml": "services:\n  web: {image: b, network_mode: bridge, links: ['db:pg']}\n",
        "run.sh": "docker compose -f a.yml -f b.yml up -d\n"},
        "web links to db, which is no service of b.yml: not migrated"),
    "a stranger for Ansible": ({"play.yml": "- hosts: all\n  tasks:\n    - docker_container:\n        name: web\n"
        "        image: b\n        links: ['old:pg']\n"},
        'old is created by nothing here: not migrated; it needs "docker network connect --alias pg n old"; whoever '
        "makes old has to do it again"),
    "ports of the daemon's address": ({"daemon.json": '{"ip": "10.0.0.5"}', "compose.yaml": "services:\n"
        "  db: {image: a, network_mode: bridge}\n  web: {image: b, network_mode: bridge, links: ['db:pg']}\n"},
        "the daemon publishes on 10.0.0.5 by default, a network of its own on all interfaces: write the address of "
        "each port first; not migrated"),
    "a full ID in a Makefile": ({"Makefile": "up:\n\tID=$$(docker run -d a); docker run --link $$ID:db b\n"},
        "the container of b links to $ID, which nobody can shorten here, and a full ID does not resolve on a network: "
        "give the container of a a name (--name) and link to that; not migrated"),
    "a default that the caller may override": ({"run.sh": "#!/bin/sh\nsrc=${1:-db}\n" + PAIR.replace(" db:", " $src:")},
        "web links to a variable, which is db only if the caller sets nothing else: write --link db:pg, or name db by "
        "the same variable; not migrated"),
    "half an example": ({"README.md": "```sh\ndocker run --link db:pg app\n```\n"},
        "the other half of this example is not here: not migrated"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refusals(tree: Write, name: str) -> None:
    files, words = REFUSED[name]
    found = made(tree(files))
    assert found.texts == {}
    assert words in reasons(found) if words else reasons(found)


CREATED = {
    "the host of a recipe": ({"Makefile": PAIR.replace("docker", "\tdocker -H $(H)")}, "Makefile",
        "\t@docker -H $(H) network create n "),
    "a setting of a recipe": ({"Makefile": PAIR.replace("docker", "\tDOCKER_HOST=$(H) docker")}, "Makefile",
        "\t@DOCKER_HOST=$(H) docker network create n "),
    "the socket of a unit": ({"web.service": "[Service]\nExecStartPre=/bin/docker -H unix:///x run -d --name db a\n"
        "ExecStart=/bin/docker -H unix:///x run --link db:pg b\n"}, "web.service",
        "\nExecStartPre=-/bin/docker -H unix:///x network create n\nExecStartPre=/bin/docker"),
    "the host of a step": ({".gitlab-ci.yml": "a:\n  script:\n" + PAIR.replace("docker", "    - docker -H tcp://x:1")},
        ".gitlab-ci.yml", "  script:\n    - docker -H tcp://x:1 network create n "),
    "a machine in words": ({"run.sh": PAIR.replace("docker", "docker $(docker-machine config a)")}, "run.sh",
        "docker $(docker-machine config a) network create n "),
    "sudo in a variable": ({"run.sh": "SUDO=sudo\n" + PAIR.replace("docker", "$SUDO docker")}, "run.sh",
        "sudo\n$SUDO docker network create n "),
    "behind a variable of a function": ({"run.sh": "up() {\n  local h=$1\n" + PAIR.replace("docker", "  docker -H $h")
        + "}\nup x\n"}, "run.sh", "  local h=$1\n  docker -H $h network create n "),
    "behind an export in a loop": ({"run.sh": "for m in a b; do\n  export DOCKER_HOST=$m\n"
        + PAIR.replace("docker", "  docker") + "done\n"}, "run.sh", "$m\n  docker network create n "),
    "behind the environment of a machine": ({"run.sh": "for m in a b; do\n  eval $(docker-machine env $m)\n"
        + PAIR.replace("docker", "  docker") + "done\n"}, "run.sh", "$m)\n  docker network create n "),
    "before both branches "
    "of Python": ({"a.py": "import docker\nc = docker.from_env()\nif x:\n    c.containers.run('a', "
        "name='db')\nelse:\n    c.containers.run('b', links={'db': 'pg'})\n"}, "a.py",
        'c = docker.from_env()\nif not c.networks.list(names=["^n$"]):\n    c.networks.create("n")\nif x:\n'),
    "behind the client of a round": ({"a.py": "import docker\nfor u in us:\n    c = docker.DockerClient(u)\n"
        "    c.containers.run('a', name='db')\n    c.containers.run('b', links={'db': 'pg'})\n"}, "a.py",
        "    c = docker.DockerClient(u)\n    if not c.networks.list("),
    "before a block with a condition": ({"play.yml": "- hosts: all\n  tasks:\n    - when: x\n      become: true\n"
        "      block:\n        - docker_container: {name: db, image: a, docker_host: 'tcp://h:1'}\n"
        "    - docker_container: {name: web, image: b, links: ['db:pg'], docker_host: 'tcp://h:1'}\n"}, "play.yml",
        "  tasks:\n    - name: make the network n\n      docker_network: {name: \"n\", docker_host: 'tcp://h:1'}\n"
        "      become: true\n    - when: x\n"),
    "also behind a step with a condition": ({".github/workflows/a.yml": "on: push\njobs:\n  a:\n    steps:\n"
        "      - if: x\n        run: docker run -d --name db a\n      - run: docker run -d --link db:pg b\n"},
        ".github/workflows/a.yml", "null\n      - run: docker run --network n -d b\n"),
    "before a statement "
    "of a step": ({".gitlab-ci.yml": "a:\n  script:\n    - if ! docker run --name db a; then exit 1; fi\n"
        "    - docker run -d --link db:pg b\n"}, ".gitlab-ci.yml",
        "    - docker network create n >/dev/null 2>&1 || docker network inspect n >/dev/null\n    - if ! docker run"),
    "behind a condition of "
    "several lines": ({".gitlab-ci.yml": "a:\n  script: |\n    if x; then\n      docker run --name db a"
        "\n    fi\n    docker run -d --link db:pg b\n"}, ".gitlab-ci.yml",
        "    fi\n    docker network create n >/dev/null 2>&1 || docker network inspect n >/dev/null\n    docker run"),
    "by a key": ({".github/workflows/a.yml": "on: push\njobs:\n  a:\n    steps:\n      - name: x\n        run: "
                                             "docker run "
        "-d --name db a\n      - run: docker run -d --link db:pg b\n"},
        ".github/workflows/a.yml", "        run: docker network create n >/dev/null 2>&1 || docker network inspect n"),
    "in a folded text": ({".gitlab-ci.yml": "a:\n  script:\n    - >\n      docker run --name db\n      a\n"
        "    - docker run --link db:pg b\n"}, ".gitlab-ci.yml", "network inspect n >/dev/null; docker run --name db"),
    "once behind a key": ({"play.yml": "- hosts: all\n  tasks:\n    - name: x\n      shell: docker run --name db a\n"
        "    - shell: docker run --link db:pg b\n"}, "play.yml", "a\n    - shell: docker run --network n b\n"),
    "for a variable of make": ({"Makefile": "LINKS = --link db:pg\nall:\nifdef X\n\tdocker run --name db a\nendif\n"
        "\tdocker run $(LINKS) b\n"}, "Makefile", "\nall: network\nifdef X\n\tdocker run --name db --network n "
        "--network-alias pg a\nendif\n\tdocker run --network n $(LINKS) b\n"),
    "behind another command": ({"play.yml": "- hosts: all\n  tasks:\n    - shell: cd x && docker run -d --name db a\n"
        "    - shell: docker run -d --link db:pg b\n"}, "play.yml",
        "cd x && { docker network create n >/dev/null 2>&1 || docker network inspect n >/dev/null; } && docker run"),
    "by a shell "
    "of Ansible": ({"play.yml": "- hosts: all\n  tasks:\n" + PAIR.replace("docker", "    - command: docker")},
        "play.yml", "    - shell: docker network create n "),
    "beside Compose by sudo": ({"compose.yaml": "services:\n  web: {image: b, network_mode: bridge, external_links: "
        "['db:pg']}\n", "run.sh": "docker run --name db a\n", "up.sh": "sudo docker-compose up -d\n"}, "up.sh",
        "sudo docker network create n >/dev/null 2>&1 || sudo docker network inspect n >/dev/null\nsudo"),
    "options of Jenkins": ({"Jenkinsfile": "node {\n  docker.image('a').withRun('-e \"A=x\"') { c ->\n    docker.image"
        "('b').inside(\"--link ${c.id}:db\") {\n      sh 'x'\n    }\n  }\n}\n"}, "Jenkinsfile",
        "inside(\"--network n --link ${c.id.substring(0, 12)}:db\")"),
    "one source for "
    "each round": ({"run.sh": "for i in 1 2; do\n  ID=$(docker run -d a)\n  docker run --name web$i --link "
        "$ID:db b\ndone\n"}, "run.sh", "--network n --link ${ID:0:12}:db b\n"),
    "a comment that stays": ({"compose.yaml": "services:\n  db: {image: a, network_mode: bridge}\n  web:\n    "
                                              "image: b\n"
        "    network_mode: bridge\n    links:\n      - db:pg\n    # the port\n    ports: ['80']\n"}, "compose.yaml",
        "    # the port\n    ports: ['80']\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", CREATED)
def test_the_network_is_made_where_it_is_needed(tree: Write, name: str) -> None:
    files, path, words = CREATED[name]
    if "Makefile" in files:
        files = {"Makefile": "up:\n" + files["Makefile"]}
    found = made(tree(files))
    assert reasons(found) == []
    assert words in text(found, path)


TOLD = {
    "a stranger": ({"run.sh": "docker run -d --name web --link old:db app\n"},
        'old is created by nothing here: migrated by "docker network connect --alias db n old"; whoever makes '
        'old has to '
        "do it again"),
    "one alias for two": ({"run.sh": "docker run --name db1 a\ndocker run --name db2 a\n"
        "docker run --name web --link db1:db --link db2:db a\n"},
        "web calls db1 and db2 both db: only db1 was ever linked; the link to db2 is left out"),
    "replicas": ({"compose.yaml": "services:\n  db: {image: a, network_mode: bridge, scale: 3}\n"
        "  web: {image: b, network_mode: bridge, links: ['db:pg']}\n"},
        "db has 3 replicas: on the network the name is all of them, the link was one"),
    "an address of the daemon": ({"run.sh": PAIR, "daemon.json": '{"ip": "127.0.0.1"}'},
        "the daemon publishes on 127.0.0.1 by default, but not for user networks: the network is made with "
        "host_binding_ipv4=127.0.0.1"),
}  # fmt: skip


@pytest.mark.parametrize("name", TOLD)
def test_what_is_told(tree: Write, name: str) -> None:
    files, words = TOLD[name]
    found = made(tree(files))
    assert found.texts and words in [note.words for component in found.components for note in component.notes]


def test_decisions(tree: Write) -> None:
    directory = tree({"run.sh": PAIR, "daemon.json": '{"icc": false}'})
    assert reasons(made(directory)) and not reasons(made(directory, accept_icc=True))
    directory = tree({"run.sh": "docker run -d --name web --link old:db app\n"})
    (directory / "daemon.json").unlink(missing_ok=True)
    assert not reasons(made(directory)) and reasons(made(directory, strict=True))
    directory = tree({"run.sh": PAIR})
    assert "--link db:pg" in text(made(directory, keep_links=True))
    files = {"compose.yaml": "services:\n  db: {image: a, network_mode: bridge}\n  x: {image: a}\n  web:\n"
        "    image: b\n    network_mode: bridge\n    depends_on: [x, db]\n    links: ['db:pg']\n"}  # fmt: skip
    wanted = "{x: {condition: service_started}, db: {condition: service_started, restart: true}}"
    assert f"depends_on: {wanted}\n" in text(made(tree(files), strict_order=True), "compose.yaml")
    assert "depends_on: [x, db]\n" in text(made(tree(files)), "compose.yaml")
    (tree({}) / "compose.yaml").unlink()
    directory = tree({"run.sh": "NET=n\n" + PAIR.replace("--name db", "--net $1 --name db")})
    assert "--net $1 --name db --network-alias pg" in text(made(directory, variables={"1": "n"}))


def test_the_names_of_networks(tree: Write) -> None:
    """Named after the repository or the Compose project, never after the deepest directory."""
    directory = tree({"a/en/run.sh": PAIR, "b/run.sh": PAIR})
    name = directory.name.lower()

    def names(networks: dict[str, str] | None = None, only: tuple[str, ...] = ()) -> list[str]:
        return [one.network for one in made(directory, networks=networks or {}, only=only).components]

    assert names() == [name, f"{name}-2"]
    assert names(networks={f"{name}-2": "shop"}) == [name, "shop"]
    assert names(networks={"": "n"}) == ["n", "n-2"]
    assert names(only=(f"{name}-2",)) == [f"{name}-2"]
    for networks in ({name: "x", f"{name}-2": "x"}, {"c": "x"}):
        with pytest.raises(UsageError):
            made(directory, networks=networks)


def test_the_help_of_legacy_link_promises_what_migrate_can_edit() -> None:
    (rule,) = (rule for rule in built_in() if rule.slug == "legacy-link")
    (listed,) = re.findall(r"container\.tool IN \(([^)]*)\)", rule.sql)
    assert set(re.findall(r"'([^']*)'", listed)) == EDITED


def test_the_network_of_a_compose_project_has_its_name(tree: Write) -> None:
    compose = "name: shop\nservices:\n  db: {image: a, network_mode: bridge}\n"
    files = {"compose.yaml": compose, "run.sh": "docker run --name w --link shop-db-1:db app\n"}
    assert [one.network for one in made(tree(files), networks={}).components] == ["shop"]


def test_the_strict_order_of_compose(tree: Write) -> None:
    files = {"compose.yaml": "services:\n  db: {image: a, network_mode: bridge}\n"
             "  web: {image: b, network_mode: bridge, links: [db]}\n"}  # fmt: skip
    found = made(tree(files), strict_order=True)
    assert "depends_on: {db: {condition: service_started, restart: true}}" in text(found, "compose.yaml")


WRONG = {
    "a member is left": (PAIR, f"{NETWORK}docker run -d --name db postgres\ndocker run -d --name web --net n --link "
                               f"db:pg app\n"),
    "a port is widened": ("docker run -d --name db -p 127.0.0.1:1:1 a\ndocker run --link db a\n",
        f"{NETWORK}docker run -d --name db --net n -p 1:1 a\ndocker run --net n a\n"),
    "a source in another network": (
        "docker run -d --name pod a\ndocker run -d --name db --net container:pod a\ndocker run -d --name web --link "
        "db:pg a\n",
        f"{NETWORK}docker run -d --name pod --net n a\ndocker run -d --name db --net container:pod a\n"
        "docker run -d --name web --net n --link db:pg a\n"),
    "a private alias and a rename": (f"{PAIR}docker rename db old\n",
        f"{NETWORK}docker run -d --name db --net n postgres\ndocker run -d --name web --net n --link db:pg app\n"
        "docker rename db old\n"),
    "a full ID": ("X=$(docker run -d a)\ndocker run -d --name web --link $X:db a\n",
        f"{NETWORK}X=$(docker run -d --net n a)\ndocker run -d --name web --net n --link $X:db a\n"),
    "the second network": (PAIR, f"docker network create m\n{NETWORK}docker run -d --name db --net n postgres\n"
        "docker run -d --name web --net m --link db:pg app\ndocker network connect n web\n"),
    "the network is removed": (f"{PAIR}docker stop -t0 web db\ndocker start db web\n",
        "docker network create n\ndocker run -d --name db --net n --network-alias pg postgres\n"
        "docker run -d --name web --net n app\ndocker stop -t0 web db\ndocker network rm n\ndocker start db web\n"),
    "the last of two": ("docker run -d --name db1 a\ndocker run -d --name db2 a\n"
        "docker run -d --name web --link db1:db --link db2:db a\n",
        f"{NETWORK}docker run -d --name db1 --net n a\ndocker run -d --name db2 --net n a\n"
        "docker run -d --name web --net n --link db1:db --link db2:db a\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_wrong_rewrites_are_caught(tree: Write, name: str) -> None:
    """The ninth, a private alias in other letters than the look-up, needs the engine: no fact has the look-up."""
    before, after = WRONG[name]
    directory = tree({"run.sh": before})
    config = Config()._replace(engine="30")
    old = scan([str(directory)], config=config, audit=True)
    (component,), members = named_components(old.store, "n", {"": "n"})
    new = scan([str(directory)], config=config, audit=True, replaced={"run.sh": after.encode()})
    problems = list(Proof(old.store, new.store, members).problems(component))
    assert problems or new_findings(list(old.findings), list(new.findings), {"run.sh"})


def test_nothing_but_the_intended_words_changes(tree: Write) -> None:
    count = 0
    for seed in range(COUNT):
        topology = make(seed, SHELL)
        directory = tree(topology.files)
        for other in set(os.listdir(directory)) - set(topology.files):
            (directory / other).unlink()
        found = plan([str(directory)], Config(), Options())
        for source, new in found.texts.values():
            done = subprocess.run(["bash", "-n"], input=new, text=True, capture_output=True, check=False)
            assert done.returncode == 0, (seed, new, done.stderr)
            assert ADDED.sub("", source.text) == ADDED.sub("", new), (seed, source.text, new)
            count += 1
    assert count >= COUNT * 0.9


# The command line


def run(directory: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "linklint", "migrate", *words],
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
    )


def committed(directory: Path) -> None:
    for words in (["init", "-q"], ["add", "-A"], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "a"]):
        subprocess.run(["git", *words], cwd=directory, check=True)


def test_statuses(tree: Write) -> None:
    directory = tree({"run.sh": PAIR, "other.sh": "docker run x\n"})
    committed(directory)
    assert run(directory).returncode == 1
    assert "1 of 1 link can move to 1 network: 1 file would change." in run(directory).stdout
    written = run(directory, "--network-name", "shop", "--write")
    assert written.returncode == 0
    assert "then     docker rm -f web db" in written.stderr and "Changed 1 file, 1 network." in written.stderr
    assert "--network shop" in (directory / "run.sh").read_text()
    assert run(directory, "--write").returncode == 0
    assert run(directory).stdout == "Nothing to do: no link on the default bridge was found.\n"
    (directory / "run.sh").write_text("docker run --link $1:x a\n")
    assert run(directory).returncode == 3
    assert run(directory, "--only", "nobody").returncode == 2
    assert run(directory, "--network-name", "=").returncode == 2
    assert run(directory, "--network-name", "a b").returncode == 2
    assert run(directory, "--network-name", "host").returncode == 2


def test_write_is_all_or_nothing(tree: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = tree({"a.sh": PAIR.splitlines(keepends=True)[0], "z.sh": PAIR.splitlines(keepends=True)[1]})
    real = edits.write

    def failing(root: Root, change: edits.Change) -> tuple[str, str]:
        return ("no space", "") if change.source.path == "z.sh" else real(root, change)

    monkeypatch.setattr(edits, "write", failing)
    with pytest.raises(UsageError, match=r"did not change .*z\.sh: no space, and nothing else"):
        command.migrate(parse(["migrate", "--write", "--force", str(directory)]))
    assert "--network" not in (directory / "a.sh").read_text()


def test_write_wants_a_clean_file_or_force(tree: Write) -> None:
    directory = tree({"run.sh": PAIR})
    committed(directory)
    (directory / "run.sh").write_text(PAIR + "# more\n")
    refused = run(directory, "--write")
    assert refused.returncode == 2 and "not committed" in refused.stderr
    assert (directory / "run.sh").read_text() == PAIR + "# more\n"
    assert run(directory, "--write", "--force").returncode == 0


def test_write_outside_of_git_wants_force(tree: Write) -> None:
    directory = tree({"run.sh": PAIR})
    refused = run(directory, "--write")
    assert refused.returncode == 2 and "no git repository" in refused.stderr and "--force" in refused.stderr
    assert (directory / "run.sh").read_text() == PAIR
    assert run(directory, "--write", "--force").returncode == 0


def test_only_names_a_network_or_a_path(tree: Write) -> None:
    other = PAIR.replace("db", "store").replace("web", "portal").replace(":pg", ":store")
    reader = "echo $STORE_PORT_5432_TCP_ADDR\n"
    directory = tree({"a/run.sh": PAIR, "b/run.sh": other, "b/read.sh": reader, "c/read.sh": "echo $DB_PORT_1_TCP\n"})
    found = json.loads(run(directory, "--format", "json").stdout)
    assert len(found["components"]) == 2
    network = found["components"][0]["network"]
    for only in (network, "a", "a/run.sh", str(directory / "a")):
        assert json.loads(run(directory, "--format", "json", "--only", only).stdout)["files"] == ["a/run.sh"], only
    both = run(directory, "--format", "json", "--only", "a", "--only", "b/run.sh")
    assert json.loads(both.stdout)["files"] == ["a/run.sh", "b/read.sh", "b/run.sh"]
    assert run(directory, "--only", "c").returncode == 2


def test_a_patch_is_private_and_applies(tree: Write, tmp_path: Path) -> None:
    secret = PAIR.replace("--name db", "--name db -e DB_PASSWORD=hunter2secret")
    directory = tree({"sub/run.sh": secret})
    committed(directory)
    patch = tmp_path / "links.patch"
    written = run(directory, "--patch", str(patch))
    assert written.returncode == 0
    assert f"Wrote {patch}: 1 file, 1 network. It has secrets in full." in written.stderr
    assert stat.S_IMODE(patch.stat().st_mode) == 0o600
    assert "hunter2secret" in patch.read_text()
    subprocess.run(["git", "apply", str(patch)], cwd=directory, check=True)
    assert "--link" not in (directory / "sub/run.sh").read_text()
    before = patch.read_text()
    again = run(directory, "--patch", str(patch))
    assert again.returncode == 0 and "is not written" in again.stderr and patch.read_text() == before
    shown = run(directory, "--diff")
    assert shown.stdout == ""


@pytest.mark.parametrize("name", ["a b.sh", 'q"uo\\te.sh', "tab\there.sh", "r\u00fcn.sh", "line\nend.sh"])
def test_a_patch_quotes_names_as_git_does(tree: Write, tmp_path: Path, name: str) -> None:
    directory = tree({name: PAIR})
    committed(directory)
    patch = tmp_path / "links.patch"
    assert run(directory, "--patch", str(patch)).returncode == 0
    subprocess.run(["git", "apply", str(patch)], cwd=directory, check=True)
    assert "--link" not in (directory / name).read_text()


def test_a_secret_that_is_left_is_said_by_every_output(tree: Write, tmp_path: Path) -> None:
    reader = PAIR.replace("--name db", "--name db -e PASSWORD=hunter2secret") + "echo $PG_ENV_PASSWORD\n"
    directory = tree({"run.sh": reader})
    committed(directory)
    words = "PG_ENV_PASSWORD is a secret that the link copied"
    for asked in ([], ["--diff"], ["--patch", str(tmp_path / "p.patch")], ["--format", "json"], ["--write"]):
        done = run(directory, *asked)
        assert done.returncode == 3 and words in done.stdout + done.stderr, asked
        assert "hunter2secret" not in done.stdout + done.stderr


def test_a_diff_hides_secrets_and_says_so(tree: Write) -> None:
    directory = tree({"run.sh": PAIR.replace("--name db", "--name db -e DB_PASSWORD=hunter2secret")})
    committed(directory)
    shown = run(directory, "--diff")
    assert "hunter2secret" not in shown.stdout and "cannot be applied" in shown.stderr
    assert run(directory, "--write").returncode == 0
    assert "hunter2secret" in (directory / "run.sh").read_text()


def test_formats(tree: Write) -> None:
    directory = tree({"run.sh": PAIR})
    found = json.loads(run(directory, "--format", "json").stdout)
    assert [component["moves"] for component in found["components"]] == [True] and found["files"] == ["run.sh"]
    assert run(directory, "--format", "markdown").stdout.startswith("## Links become networks")


def test_shuffled_bytes_do_no_harm(tree: Write) -> None:
    """Whatever the bytes, the answer is a plan or a refusal."""
    chance = random.Random(7)
    for name in sorted(CASES):
        files = {}
        for path, content in CASES[name].files.items():
            letters = list(content)
            for _ in range(3):
                at = chance.randrange(len(letters))
                letters[at] = chance.choice("\"'`$(){}[]\\\n\t #;&|<>x")
            files[path] = "".join(letters)
        directory = tree(files)
        found = plan([str(directory)], Config(), Options())
        assert len(found.components) >= 0
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(exist_ok=True)
