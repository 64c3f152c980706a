"""Every mention of links has one class, by written rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Ask = Callable[[dict[str, str], str], list[tuple[Any, ...]]]
CLASSES = "SELECT reading FROM mention ORDER BY id"
DOCKER = "docker ps\n"


@pytest.mark.parametrize(
    ("path", "text", "classes"),
    [
        ("run.sh", "docker run --link db:db app\n", ["fact"]),
        ("run.sh", "docker run --network n --link db:db app\n", ["fact"]),
        ("run.sh", "L='--link db:db'\ndocker run $L app\n", ["fact"]),
        ("run.sh", "docker rm --link web/db\ndocker network connect --link db:db n web\n", ["fact", "fact"]),
        ("run.sh", f"# --link db:db\n{DOCKER}", ["comment"]),
        ("run.sh", f"echo 'give it --link'\n{DOCKER}", ["prose"]),
        ("run.sh", f"echo '--link db:db' > options\n{DOCKER}", ["fact"]),
        ("run.sh", f"cp --link a b\nrsync --link-dest=a b c\n{DOCKER}", ["other", "other"]),
        ("run.sh", "docker run --link-local-ip 169.254.8.8 app\n", ["other"]),
        ("run.sh", "docker run app pg_upgrade --link\n", ["other"]),
        ("run.sh", f"case $1 in --link) shift ;; esac\n{DOCKER}", ["not followed"]),
        ("run.sh", "case $1 in --link) shift ;; esac\n", ["other"]),
        ("Dockerfile", "FROM a\nCOPY --link b c\n", ["other"]),
        ("CHANGELOG", "docker run --link db:db app\n", ["prose"]),
        ("README.md", "Use `docker run --link`.\n\n```sh\ndocker run --link a:b c\n```\n", ["prose", "fact"]),
        ("help.txt", "docker run\n      --link list    Add link to another container\n", ["prose"]),
        ("compose.yaml", "services:\n  a:\n    image: b\n    links: [c]\n  c:\n    image: d\n", ["fact"]),
        ("a.yml", "# docker\nlinks:\n  - title: Home\n    url: /\n", ["other"]),
        ("a.yml", "# docker\nlinks: []\n", ["other"]),
        ("a.json", '{"docker": 1, "links": {"self": "/a"}}', ["other"]),
        ("a.js", "// docker\nconst links = document.all;\n", ["other"]),
        ("a.tf", 'resource "docker_container" "a" {\n  image = "b"\n  links = ["c:d"]\n}\n', ["fact"]),
        ("a.tf", 'resource "docker_container" "a" {\n  image = "b"\n  links = var.links\n}\n', ["not followed"]),
        ("vendor/a.go", '// docker\nvar h = HostConfig{Links: []string{"a:b"}}\n', ["vendored"]),
        ("a.erl", 'os:getenv("DB_PORT_5432_TCP_ADDR").\n', ["fact"]),
        ("a.erl", '% os:getenv("DB_PORT_5432_TCP_ADDR").\n', ["comment"]),
        ("a.py", 'import docker\nc.start(x, links=[("db", "pg")])\n', ["fact"]),
        ("spec/a_spec.rb", "run_docker_container('a').with(repo: 'a', links: ['db:pg'])\n", ["not followed"]),
        ("a.py", "import docker\nlinks = [one for one in page]\n", ["other"]),
        ("a.java", "package com.docker;\nbuilder.links(tokenize(links));\n", ["not followed"]),
        ("a_test.go", '// docker\nvar x = envVars{\n\t"DB_PORT_5432_TCP": "tcp://db:5432",\n}\n', ["other", "other"]),
        ("a.yml", "# docker\nhost: <%= ENV['DB_PORT_5432_TCP_ADDR'] %>\n", ["fact"]),
        (
            "nginx.conf",
            'env DB_PORT_80_TCP_ADDR;\nset $DB_PORT_80_TCP_ADDR "";\nset_by_lua $DB_PORT_80_TCP_ADDR '
            "'return os.getenv(\"DB_PORT_80_TCP_ADDR\")';\nproxy_pass http://$DB_PORT_80_TCP_ADDR; # docker\n",
            ["fact", "other", "other", "fact", "other"],
        ),
        ("nginx.conf", "proxy_pass http://$DB_PORT_80_TCP_ADDR;\n", ["fact"]),
        ("Dockerfile", "FROM a\nRUN sed -i \"s/'pass'/getenv('DB_ENV_MYSQL_ROOT_PASSWORD')/\" a.php\n", ["fact"]),
        ("Dockerfile", "FROM a\nRUN php -r \"echo getenv('DB_PORT_80_TCP_ADDR');\"\n", ["other"]),
        (
            "README.md",
            "Unit:\n\n    # `--link mysql` links to mysql\n    ExecStart=/usr/bin/docker run --link mysql app\n",
            ["comment", "fact"],
        ),
        ("README.md", "```console\n# docker run --link db:db app\n```\n", ["fact"]),
        ("a.ps1", "docker run --name web @links app\n", []),
        ("a.py", 'import os\nhost = os.environ["DB_PORT_5432_"\n                  "TCP_ADDR"]\n', ["fact", "fact"]),
        ("a.sh", "env | grep '^WEB.*_PORT=' | sed 's,.*//,,'\n", ["not followed"]),
        ("a.rb", "Docker::Container.create('Image' => 'a', 'HostConfig' => { 'Links' => %w[db:db] })\n", ["fact"]),
        (
            "compose.yaml",
            'services:\n  a:\n    image: b\n    command: ["run", "--link", "https://x.example"]\n',
            ["other"],
        ),
        ("a.go", '// docker\nvar links = []string{"db"}\n', ["not followed"]),
        ("a.go", "// docker\nlinks := c.Links()\n", ["other"]),
        ("a.py", "# docker\nlinks['x'] = join(y)\n", ["other"]),
        ("a.json", '{"docker": 1, "bin-links": ["a"]}', ["other"]),
        ("a.json", '{"docker": 1, "node_modules/@x/addon-web-links": {"version": "0.11"}}', ["other"]),
        ("a.json", '{"docker": 1, "links": {"db": "database"}, "image": "x"}', ["fact"]),
        ("a.groovy", "// docker\nnote 'a major upgrade, by pg_tde_upgrade --link. Then docker ps'\n", ["other"]),
        ("a.py", "# docker\nstart(name, links=links)\n", ["not followed"]),
        ("test/a.bats", "@test x {\n  docker run app grep $alias /etc/hosts\n}\n", ["not followed"]),
        ("test/a.bats", "@test x {\n  docker run -v /a:/etc/hosts app\n}\n", ["other"]),
        (
            "a.py",
            'run("docker exec a sh -c \\"grep x.example /etc/hosts || echo 1 x.example >> /etc/hosts\\"")\n',
            ["other", "other"],
        ),
        ("a.sh", "grep intranet /etc/hosts\n", ["other"]),
        ("a.go", '// docker\nx := "run it with --link db:db to use the database of this host"\n', ["fact"]),
        ("a.go", '// docker\nx := "the option --link is deprecated, and to be used by nobody for this"\n', ["prose"]),
        (
            "a.py",
            "# docker\nclass A:\n    Links: Optional[list[str]] = None\n    image: str\n",
            ["other"],
        ),
        ("a.ps1", 'Write-Host "Starting"; docker run --link db:db app\n', ["fact"]),
        ("a.tcl", "puts [exec docker run --link $db:db x]\n", ["fact"]),
        ("a.tcl", "puts {docker run --link db:db x}\n", ["prose"]),
        ("a.sh", ". lib.sh\nlog_and_run docker run --link db:db app\n", ["fact"]),
        ("a.tcl", "# for docker: DB_PORT_80_TCP_ADDR\nset host $env(DB_PORT_80_TCP_ADDR)\n", ["comment", "fact"]),
        ("a.py", "# docker\nhc['Links'] = ['db:db']\n", ["fact"]),
        ("a.cs", '// docker\nhc.Links.Add("db:db");\n', ["fact"]),
        ("a.sh", 'curl -d "{\\"HostConfig\\":{\\"Links\\":[\\"db:db\\"]}}" http://docker/\n', ["fact"]),
        ("a.json", '{"docker": {"image": "a", "parameters": [{"key": "link", "value": "db:db"}]}}', ["fact"]),
        ("recipes/a.rb", "docker_container 'a' do\n  repo 'b'\n  links %w(db:db x:y)\nend\n", ["fact"]),
        ("a.sls", "web:\n  docker_container.running:\n    - image: a\n    - links:\n      - db: db\n", ["fact"]),
        ("a.c", '// docker\nsprintf(buf, "%s_PORT_%d_TCP_ADDR", n, p); h = getenv(buf);\n', ["not followed"]),
        ("Dockerfile.sh", "env | grep tcp:// | cut -d/ -f3 # docker\n", ["not followed"]),
        ("tasks.json", '{"label": "docker", "command": "docker run --link db:db a"}', ["fact"]),
        ("tasks.json", '{"docker": 1, "description": "use --link db:db"}', ["prose"]),
        ("a.css", "/* x */ .docker a { color: var(--link, blue); }\n", ["other"]),
        ("a.sh", "docker build .\nvercel --link x\n", ["not followed"]),
        ("Makefile", "links: clean\n\tdocker build .\n", ["other"]),
        ("a.java", "// docker\nvoid setLinks(List<String> links) { this.links = links; }\n", ["other", "other"]),
        ("talks.yml", "- title: Docker\n  image: a.png\n  links: [slides, video]\n", ["other"]),
        (
            ".github/workflows/a.yml",
            "jobs:\n  a:\n    container:\n      image: a\n      options: --link a:b\n    steps:\n"
            "      - run: docker ps\n",
            ["other"],
        ),
        ("CHANGELOG.md", "```sh\ndocker run --link db:db x\n```\n", ["prose"]),
        ("crontab", "0 * * * * root docker run --link db:db app\n* * * * * docker run --link=a b\n", ["fact", "fact"]),
        ("a.env", "DOCKER_ARGS=--link db:db\nDB_PORT_5432_TCP_ADDR=10.0.0.1\n", ["fact", "fact"]),
        ("a.list", "DB_PORT_5432_TCP_ADDR=10.0.0.1\n", ["other"]),
        ("a.xq", "unset DB_PORT_5432_TCP_ADDR\n", ["other"]),
        ("test/a.erl", 'os:getenv("DB_PORT_5432_TCP_ADDR").\n', ["fact"]),
        ("a.py", "# docker\nimport os\nos.environ['KUBERNETES_PORT_443_TCP_ADDR']\n", ["other"]),
        ("a.sh", "X_ENV_Y=1 # docker\n", ["other"]),
        ("a.sh", "echo 127.0.0.1 a >> /etc/hosts # docker\n", ["other"]),
        ("a.sh", "IP=$(grep db /etc/hosts | cut -f1) # docker\n", ["not followed"]),
        ("a.sh", "docker run --link db:db app\nIP=$(grep db /etc/hosts | cut -f1)\n", ["fact", "fact"]),
        ("a.sh", "IP=$(grep $(hostname) /etc/hosts | cut -f1) # docker\n", ["other"]),
    ],
)
def test_classes(ask: Ask, path: str, text: str, classes: list[str]) -> None:
    assert [reading for (reading,) in ask({path: text}, CLASSES)] == classes


def test_a_file_that_a_file_with_docker_names_has_a_sign(ask: Ask) -> None:
    files = {"options.cfg": "options = --link\nx_PORT_ = 1\nlinks(\n", "run.sh": "docker run $(cat options.cfg) app\n"}
    assert ("not followed",) in ask(files, "SELECT reading FROM mention WHERE kind = 'option'")


def test_a_kubernetes_service_of_that_name_sets_the_variable(ask: Ask) -> None:
    files = {"s.yaml": "kind: Service\nmetadata:\n  name: db\n", "a.erl": 'os:getenv("DB_PORT_5432_TCP_ADDR").\n'}
    assert ask(files, CLASSES) == [("other",)]
    files["run.sh"] = "docker run --link pg:db app\n"
    assert ("fact",) in ask(files, "SELECT reading FROM mention WHERE kind = 'variable'")


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("x --link $A:db y # docker", [("$A", "db")]),
        ("x --link={{ a }}:db # docker", [("{{ a }}", "db")]),
        ('["--link", "a:b"] # docker', [("a", "b")]),
        ("'--link' => 'a:b' # docker", [("a", "b")]),
        ("<argument>--link</argument><argument>c:d</argument> docker", [("c", "d")]),
        ("--link -v # docker", []),
        ("--link and others # docker", []),
    ],
)
def test_links_of_a_text(ask: Ask, text: str, links: list[tuple[str, str]]) -> None:
    assert ask({"a.zz": text + "\n"}, "SELECT target, alias FROM link") == links


def test_the_network_beside_it_decides(ask: Ask) -> None:
    legacy = "SELECT legacy FROM container WHERE tool = 'options'"
    assert ask({"a.zz": "docker --link a:b x\n"}, legacy) == [(1,)]
    assert ask({"a.zz": "docker --network n --link a:b x\n"}, legacy) == [(0,)]
    assert ask({"a.zz": "docker --network bridge --link a:b x\n"}, legacy) == [(1,)]


def test_huge_input_stays_cheap(ask: Ask) -> None:
    lines = "docker x --link $a\n" * 6000
    found = ask({"a.zz": lines}, "SELECT reason FROM unread")
    assert found == [("more than 300 mentions of links: the rest is not read",)]


@pytest.mark.parametrize("links", ['[("db", "pg"), ("x", "y")]', '{"db": "pg", "x": "y"}', "{'db': 'pg',\n 'x': 'y'}"])
def test_pairs_of_a_program_are_links(ask: Any, links: str) -> None:
    text = f"import docker\nclient.start(container, links={links})\n"
    assert ask({"a.py": text}, "SELECT target, alias FROM link ORDER BY id") == [("db", "pg"), ("x", "y")]
