"""Bugs that a review found, each in its smallest form."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from machine import in_time
from program import linklint

from linklint.cli import main
from linklint.findings.result import ScanResult

Reporter = Callable[..., ScanResult]


def told(report: ScanResult) -> list[str]:
    return [f"{f.rule} {f.confidence}" for f in report.findings if f.rule != "legacy-link"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("docker run -e DATABASE_URL=mysql://root:secret1@db/x?ssl=true img", ["secret-in-env certain"]),
        ("docker run -e DB_PASSWORD=pa*ss123 img", ["secret-in-env certain"]),
        (
            'f() { local name=$1; shift; docker run -d --name "$name" "$@"; }; f web -p 80:80 nginx',
            ["all-interfaces-bind certain"],
        ),
        ('f() { docker run -d --name "$1" "${@:2}"; }; f web -p 80:80 nginx', ["all-interfaces-bind certain"]),
        ("docker run -e PGPASSWORD=hunter22 img", ["secret-in-env certain"]),
        ("docker run -e CSRF_TOKEN_COOKIE=csrf -e PASS_THROUGH=abc -e PASSWORD_AUTH=plain img", []),
        ("eval docker run -p 80:80 nginx", ["all-interfaces-bind certain"]),
        ('su - app -c "docker run -p 80:80 nginx"', ["all-interfaces-bind certain"]),
        ('echo "docker run -p 80:80 img" | sh', ["all-interfaces-bind certain"]),
        ("psql -h $(printenv DB_PORT_5432_TCP_ADDR)", ["link-env-address likely"]),
        ("echo docker; app --port $APP_PORT --broker tcp://mqtt.local:1883", []),
        ("docker run -e DOCKER_HOST=tcp://10.0.0.1:2375 x $WEB_PORT  # tcp://", []),
        ("docker ps; echo $DB_PORT | sed 's|tcp://||'", ["link-env-address likely"]),
        ('docker ps; [[ "$DB_PORT" =~ ^tcp://(.*) ]]', ["link-env-address likely"]),
        ("docker ps; case $DB_PORT in tcp://*) ;; esac", ["link-env-address likely"]),
        ("docker ps; [[ $DB_PORT == tcp://* ]] && DB_PORT=${DB_PORT##*:}", ["link-env-address likely"]),
        ("docker ps; echo ${DB_PORT/tcp:\\/\\//}", ["link-env-address likely"]),
        (
            'docker run -d --name db pg; docker run -d --name app --link db:db x; docker exec app sh -c "psql -h '
            '$DB_PORT_5432_TCP_ADDR"',
            ["link-env-never-set certain"],
        ),
        (
            "docker run -d --name db pg; docker run -d --name app --link db:db x; docker-compose exec web psql -h "
            "$DB_PORT_5432_TCP_ADDR",
            ["link-env-never-set certain"],
        ),
        ("curl https://$KUBERNETES_PORT_443_TCP_ADDR/", []),
        ("docker run -e C_PORT_80_TCP_ADDR=q x sh -c 'echo $C_PORT_80_TCP_ADDR'", []),
        ("read X_PORT_1_TCP_ADDR; echo $X_PORT_1_TCP_ADDR", []),
        ("for Y_PORT_1_TCP_ADDR in a b; do echo $Y_PORT_1_TCP_ADDR; done", []),
        ("echo '${T_PORT_1_TCP_ADDR}'; awk '{print $Q_PORT_1_TCP_ADDR}'", []),
        ('for h in a1 b1; do eval "$(docker-machine env $h)"; docker run -d --name agent img; done', []),
        ("docker run -d --name agent img; docker context use two; docker run -d --name agent img", []),
        ("docker run -d --name web img; docker rm --force=true web; docker run -d --name web img", []),
        ("docker run -d --name db img; echo db web | xargs -n1 docker rm -f; docker run -d --name db img", []),
        ("docker-compose up -d db; docker run -d --name cc x; docker run --link myproj_db_1:db x", []),
        ("docker run -d --rm --name job img; docker logs -f job; docker run -d --rm --name job img", []),
        ("docker run -d --rm --name job img ./job; docker run -d --rm --name job img ./job", []),
        ("docker run -d --rm --name web img; docker run -d --rm --name web img", ["duplicate-name likely"]),
        (
            "docker network create n1; docker run -d --name db --net n1 -e DB_PASSWORD=Tr0ub4dor pg; docker run -d "
            "--name web --link db:db x",
            ["secret-in-env certain", "link-across-networks certain"],
        ),
        ("docker run -e LDAP_PASS_FILTER='(uid=x)' -e BIND_PASS='(&(a=b)(c=d))' x", []),
        ("docker run -e DB_PASSWORD=change-to-your-own -e KEY_SECRET='%(secret)s' -e P_PASS='**Random**' x", []),
        ("echo >&2 '  Did you forget to --link some_db:db ?'; docker ps", []),
        ("docker run -d -p 172.17.0.1:53:53 --name dns img; docker run -d --name web --link dns:dns img", []),
        ("export DB_PORT_5432_TCP=tcp://172.17.0.2:5432; docker ps", []),
    ],
)
def test_shell(report: Reporter, text: str, expected: list[str]) -> None:
    assert told(report({"a.sh": text + "\n"})) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ENV DB_PORT_5432_TCP_ADDR=db\nCMD app $DB_PORT_5432_TCP_ADDR", []),
        ("RUN echo $DB_PORT_5432_TCP_ADDR", []),
        ("ENV B=$B_PORT_80_TCP_ADDR", ["link-env-never-set certain"]),
        ("RUN echo 'app $DB_PORT_5432_TCP_ADDR' > /run.sh", ["link-env-address likely"]),
        (
            "RUN sed -i \"s/host:.*/host: <%= ENV['DB_PORT_5432_TCP_ADDR'] %>/\" database.yml",
            ["link-env-address likely"],
        ),
        ("RUN ruby -e \"puts ENV['DB_PORT_5432_TCP_ADDR']\"", []),
        ('ENTRYPOINT ["docker", "run", "-p", "84:80", "img"]', ["all-interfaces-bind certain"]),
    ],
)
def test_dockerfile(report: Reporter, text: str, expected: list[str]) -> None:
    assert told(report({"Dockerfile": f"FROM a\n{text}\n"})) == expected


OTHER_FILES = {
    "a comment in a Vagrantfile": (
        {
            "Vagrantfile": "config.vm.provision 'docker' do |d|\n  d.run 'db', args: '-p 5432:5432'\n"
            "  # d.run 'web',\n  #   args: '-p 27017:27017'\nend\n"
        },
        ["all-interfaces-bind likely"],
    ),
    "a command of a unit that may fail": (
        {
            "a.service": "[Service]\nExecStartPre=-/usr/bin/docker rm -f job\nExecStartPre=-/usr/bin/docker kill job\n"
            "ExecStart=/usr/bin/docker run --rm --name job img\n"
        },
        [],
    ),
    "a wait of the SDK": (
        {"a.py": "import docker\nc = client.create_container('x', ['y'])\nclient.start(c)\nclient.wait(c)\n"
            "client.remove_container(c)\n"},
        [],
    ),
    "recorded data": ({"testdata/env.conf": "db = 172.17.0.3 docker\n"}, []),
    "examples of a document": (
        {"README.md": "```sh\ndocker run -d --name db a\n```\n\n```sh\ndocker run -d --name db b\n```\n"}, []
    ),
    "one example of a document": (
        {"README.md": "```sh\ndocker run -d --name db a\ndocker run -d --name db b\n```\n"},
        ["duplicate-name certain"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("files", "expected"), OTHER_FILES.values(), ids=OTHER_FILES)
def test_other_files(report: Reporter, files: dict[str, str], expected: list[str]) -> None:
    assert told(report(files)) == expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {
                "compose.yaml": "services:\n  a:\n    image: x\n    environment: {F_PORT_80_TCP_ADDR: f}\n    "
                "command: app $$F_PORT_80_TCP_ADDR\n"
            },
            [],
        ),
        (
            {"compose.yaml": "services:\n  a:\n    image: x\n    environment: {DB: '${DB_PORT_5432_TCP_ADDR}'}\n"},
            ["link-env-never-set likely"],
        ),
        (
            {
                "compose.yaml": "services:\n  a:\n    image: x\n    environment: {DB: '${DB_PORT_5432_TCP_ADDR}'}\n",
                ".env": "DB_PORT_5432_TCP_ADDR=db\n",
            },
            [],
        ),
        (  # the process of the client is no container
            {
                "a.py": "import subprocess\np = subprocess.Popen(['docker', 'run', '--rm', 'a'])\np.kill()\np.wait()\n",
            },
            [],
        ),
        (
            {
                "a.py": "import docker\nc = docker.from_env().containers.run('a', remove=True, detach=True)\nc.stop()\n"
                "c.start()\n",
            },
            ["missing-container certain"],
        ),
        (
            {
                "compose.yaml": "include: [a.yaml, b.yaml]\n",
                "a.yaml": "services:\n  a:\n    image: x\n    container_name: thedb\n",
                "b.yaml": "services:\n  b:\n    image: x\n    container_name: thedb\n",
            },
            ["duplicate-name certain"],
        ),
        (
            {
                "compose.yaml": "services:\n  a: {extends: {file: c.yml, service: base}}\n  b: {extends: {file: "
                "c.yml, service: base}}\n",
                "c.yml": "services:\n  base:\n    image: x\n    container_name: nm\n",
            },
            ["duplicate-name certain"],
        ),
        (
            {
                "docker-compose.yml": "services:\n  w1: {image: x}\n",
                "docker-compose.ci.yml": "services:\n  w2: {build: ., links: ['w1:one', 'other:two']}\n",
            },
            [],
        ),
        (
            {
                "compose.yaml": "services:\n  a:\n    image: x\n    env_file: e.env\n",
                "e.env": "H_TOKEN=${DB_PASSWORD}\n",
            },
            [],
        ),
        (
            {
                "compose.yaml": "services:\n  a:\n    image: x\n    env_file: e.env\n",
                "e.env": "export B_TOKEN=abcdefgh1234\nD_TOKEN = abcdefgh12\nE_TOKEN: abcdefgh12\n",
            },
            ["secret-in-env certain"] * 3,
        ),
    ],
)
def test_compose(report: Reporter, files: dict[str, str], expected: list[str]) -> None:
    assert told(report(files)) == expected


PROJECT = "app:\n  build: app\n  links: ['{0}:db']\n{0}:\n  image: {0}\n"
READER = {
    "app/Dockerfile": "FROM python\nCOPY . /\n",
    "app/app.py": "import os\nh = os.environ['DB_PORT_5432_TCP_ADDR']\n",
}


def test_what_asks_for_the_value_of_a_link_works_with_another_one(report: Reporter) -> None:
    asks = 'if [[ "$DB_PORT" =~ "tcp://" ]]; then\n  DB_PORT=5432\nfi\n'
    assert [f.severity for f in report({"run.sh": asks}).findings] == ["warning"]
    assert [f.severity for f in report({"run.sh": "host=${DB_PORT#tcp://}\n"}).findings] == ["error"]


def test_each_project_of_a_tree_has_its_own_links(report: Reporter) -> None:
    files = {f"{name}/{path}": text for name in "abc" for path, text in READER.items()}
    services = "\n".join("  " + line for line in PROJECT.format("mongo").splitlines())
    files |= {"a/docker-compose.yml": PROJECT.format("mysql"), "b/docker-compose.yml": PROJECT.format("postgres")}
    files["c/docker-compose.yml"] = f"version: '3'\nservices:\n{services}\n"
    found = [f for f in report(files).findings if f.path.endswith(".py")]
    assert [(f.path[0], f.rule) for f in found] == [
        ("a", "link-env-address"),
        ("b", "link-env-address"),
        ("c", "link-env-never-set"),
    ]


@pytest.mark.parametrize(
    ("image", "options", "expected"),
    [
        ("", "", ["link-env-address likely"]),
        ("", "-e DB_PORT_5432_TCP_ADDR=db", []),
        ("", "--env-file app.env", []),
        ("ENV DB_PORT_5432_TCP_ADDR db\n", "", []),
        ("ENV DB_PORT_3306_TCP_ADDR db\n", "-e DB_HOST=db", ["link-env-address likely"]),
    ],
)
def test_what_a_container_sets_itself_is_no_link_s(
    report: Reporter, image: str, options: str, expected: list[str]
) -> None:
    run = f"docker build -t app app\ndocker run -d --name db pg\ndocker run -d --link db:db {options} app\n"
    files = {
        **READER,
        "app/Dockerfile": f"FROM python\n{image}COPY . /\n",
        "run.sh": run,
        "app.env": "DB_PORT_5432_TCP_ADDR=db\n",
    }
    assert [line for line in told(report(files)) if "env" in line] == expected


@pytest.mark.parametrize(
    ("read", "image", "environment", "is_read"),
    [
        ("${DB_HOST:-$DB_PORT_5432_TCP_ADDR}", "", "DB_HOST: db", False),
        ("${DB_HOST:=${DB_PORT_5432_TCP_ADDR:-}}", "", "DB_HOST: $HOST", False),
        ('"${DB_HOST:-"$DB_PORT_5432_TCP_ADDR"}"', "", "DB_HOST: '${HOST:-db}'", False),
        ("${DB_HOST-$DB_PORT_5432_TCP_ADDR}", "ENV DB_HOST=db\n", "A: b", False),
        ("${DB_NAME:-$DB_PORT_5432_TCP}", "", "DB_NAME: app", False),
        ("${DB_HOST:-$DB_PORT_5432_TCP_ADDR}", "", "DB_HOST: ''", True),
        ("${DB_HOST:-$DB_PORT_5432_TCP_ADDR}", "ENV DB_HOST=\n", "A: b", True),
        ("${DB_NAME:-$DB_PORT_5432_TCP}", "", "DB_NAME: ''", True),
        ("${DB_HOST:-$DB_PORT_5432_TCP_ADDR}", "", "DB_HOST:", True),
        ("${DB_HOST:-$DB_PORT_5432_TCP_ADDR}", "", "DB_HOSTS: db", True),
        ("${DB_PORT_5432_TCP_ADDR:-$DB_HOST}", "", "DB_HOST: db", True),
        ("${DB_HOST:+$DB_PORT_5432_TCP_ADDR}", "", "DB_HOST: db", True),
        ("$DB_HOST-$DB_PORT_5432_TCP_ADDR", "", "DB_HOST: db", True),
        ("HOST=$DB_PORT_5432_TCP_ADDR", "", "HOST: db", True),
    ],
)
@pytest.mark.parametrize("project", ["services:\n  web: {}\n  db: {{image: x}}\n", "web: {}\ndb: {{image: x}}\n"])
def test_a_default_of_what_the_container_sets_is_not_read(
    report: Reporter, project: str, read: str, image: str, environment: str, is_read: bool
) -> None:
    files = {
        "compose.yaml": project.format(f"{{build: ., links: [db], environment: {{{environment}}}}}"),
        "Dockerfile": f'FROM debian\n{image}COPY start.sh /\nENTRYPOINT ["/start.sh"]\n',
        "start.sh": f"#!/bin/sh\nexec app --db {read}\n",
    }
    assert any(finding.path == "start.sh" for finding in report(files).findings) is is_read


def test_crlf_in_markdown(report: Reporter) -> None:
    assert (
        told(
            report({"a.md": "A\r\n\r\n```sh\r\ndocker run -p 80:80 img\r\n```\r\n\r\n    docker run -p 81:81 img\r\n"})
        )
        == ["all-interfaces-bind certain"] * 2
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "# linklint: ignore[all-interface-bind] x\ndocker run -p 83:80 img",
            ["unused-ignore certain", "all-interfaces-bind certain"],
        ),
        ("# linklint: ignore[all-interfaces-bind] two\nfor i in 1 2; do\n  docker run -p 86:80 img\ndone", []),
        ('echo "# linklint: ignore[all-interfaces-bind]"', []),
        (
            "docker run -p 80:80 img  # linklint: ignore[all-interfaces-bind] until=someday",
            ["all-interfaces-bind certain", "unread certain"],
        ),
    ],
)
def test_ignores(report: Reporter, text: str, expected: list[str]) -> None:
    assert told(report({"a.sh": text + "\n"})) == expected


def test_octal_ports_are_not_fixed(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text("services:\n  a:\n    image: x\n    ports: [0100]\n")
    done = linklint("scan", "--fix=all", "--audit", cwd=tmp_path)
    assert "64 is published" in done.stdout
    assert "[0100]" in (tmp_path / "compose.yaml").read_text()


def test_a_positional_parameter_in_a_word_has_a_place(report: Reporter) -> None:
    found = report(
        {"a.sh": 's() { docker run -d --name w1 --link "$1:db" img; }\ns db\n'}, select=("legacy-link",)
    ).findings
    assert [(f.span.start, f.span.end) for f in found if f.span] == [(38, 43)]


def test_a_line_that_doubles_itself_is_bounded(report: Reporter) -> None:
    begun = time.process_time()
    report({"a.sh": "x=docker\n" + 'x="$x$x"\n' * 60 + "$x run -p 80:80 img\n"})
    assert in_time(time.process_time() - begun, 2)


def test_a_command_of_many_words_is_bounded(report: Reporter) -> None:
    begun = time.process_time()
    outcome = report({"a.sh": "docker run -p 80:80 " + "-e A=b " * 20_000 + "img\n"})
    assert in_time(time.process_time() - begun, 5)
    assert any("more than 2000 words" in reason for _, _, reason in outcome.unread)


@pytest.mark.parametrize(
    "text",
    [
        "docker run -d -p 80:80 -e DB_PASSWORD=hunter2hunter2 nginx",
        "docker run -p 80:80 -e DB_PASSWORD=hun nginx",
        'PW2="hunter3333"; docker run -p 81:80 -e DB_PASSWORD="$PW2" img --pw hunter3333',
        'args="-e DB_PASSWORD=hunter6666"; docker run -p 81:81 $args img',
        "docker run -p 80:80 -e DATABASE_URL=postgres://u:hunter@7777@host/db img",
        "docker run -p 80:80 -e 'DATABASE_URL=mysql://root:hunter1@db/x?password=hunter22' img",
    ],
)
@pytest.mark.parametrize(
    "arguments", [["scan", "--audit"], ["scan", "--diff=all", "--audit"], ["query", "select value, name from env"]]
)
def test_secrets_stay_hidden(tmp_path: Path, text: str, arguments: list[str]) -> None:
    (tmp_path / "a.sh").write_text(text + "\n")
    done = linklint(*arguments, cwd=tmp_path)
    assert done.stdout
    for secret in ("hunter2hunter2", "=hun ", "hunter3333", "hunter6666", "7777", "hunter1", "hunter22"):
        assert secret not in done.stdout


def test_a_weak_secret_does_not_blank_every_word_like_it(tmp_path: Path) -> None:
    (tmp_path / "a.sh").write_text(
        "PW=gerrit\ndocker run -p 80:80 --name gerrit -e DB_PASSWORD=gerrit -e DB_USER=gerrit example/gerrit\n"
    )
    shown = linklint("scan", "--diff=all", "--audit", cwd=tmp_path).stdout
    assert "--name gerrit" in shown and "DB_USER=gerrit" in shown and "example/gerrit" in shown
    assert "PASSWORD=gerrit" not in shown and "PW=gerrit" not in shown


NETWORKS = (
    "services:\n  web: {image: x, networks: [front], links: ['db:pg']}\n  db: {image: y, networks: [back]}\nnetworks:\n"
)
ELSEWHERE = {
    "a signal that stops nothing": "docker run -d --name web nginx\ndocker kill -s HUP web\ndocker run -d --name "
    "api --link web x\n",
    "a context": "DOCKER_CONTEXT=a docker run --name db x\nDOCKER_CONTEXT=b docker run --name db x\n",
    "an exported context": "export DOCKER_CONTEXT=a\ndocker run --name db x\nexport DOCKER_CONTEXT=b\ndocker run "
    "--name db x\n",
    "env": "docker run --name db x\nenv DOCKER_HOST=tcp://b:1 docker run --name db x\nsudo DOCKER_HOST=tcp://c:1 "
    "docker run --name db x\n",
    "minikube": "docker run --name db x\neval $(minikube docker-env)\ndocker run --name db x\n",
    "a machine that a function takes": "use() { eval $(docker-machine env $1); }\nuse a\ndocker run --name db "
    "x\nuse b\ndocker run --name db x\n",
    "sshpass": "sshpass -p x ssh one docker run --name db x\nsshpass -e ssh two docker run --name db x\n",
    "vagrant": "vagrant ssh one -c 'docker run --name db x'\nvagrant ssh two -c 'docker run --name db x'\n",
    "lxc": "lxc exec one -- docker run --name db x\nlxc exec two -- docker run --name db x\nmultipass exec one -- "
    "docker run --name db x\n",
    "placeholders of ports": "docker run -p @PORT@:80 x\ndocker run -p __PORT__:80 x\ndocker run -p %PORT%:80 "
    "x\ndocker run -p HOST:80 x\n",
    "a stop in the background": "docker run -d --name db x\ndocker stop db &\ndocker run --link db y\n",
}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_what_a_review_found_to_be_fine(report: Reporter, name: str) -> None:
    wrong = {"duplicate-name", "link-before-source", "invalid-port", "refused-command"}
    assert not [finding for finding in report({"run.sh": ELSEWHERE[name]}).findings if finding.rule in wrong]


@pytest.mark.parametrize(
    "top",
    [
        "  front: {external: true, name: one}\n  back: {external: true, name: one}\n",
        "  front: {name: one}\n  back: {external: {name: one}}\n",
    ],
)
def test_networks_of_one_name(report: Reporter, top: str) -> None:
    assert told(report({"compose.yaml": NETWORKS + top})) == []
    assert told(report({"compose.yaml": NETWORKS + top.replace("one", "two", 1)})) == ["link-across-networks certain"]


REFUSED = {
    "-name": "docker run -d -name x -e PASSWORD=Leak7Secret y\n",
    "a port": "docker run -d --name a1 -e PASSWORD=Leak7Secret -p localhost:80:80 y\n",
    "a network": "docker run -d --net host --link a1 -e PASSWORD=Leak7Secret y\n",
    "podman": "podman run --link a1 -e PASSWORD=Leak7Secret y\n",
    "an option": "docker run -d --bogus 1 -e PASSWORD=Leak7Secret y\n",
    "an assignment": "PASSWORD=Leak7Secret docker run -e PASSWORD -p 81:80 y\n",
    "another command of the line": "docker run -p 1:1 x; docker exec -e PASSWORD=Leak7Secret x; mysql "
        "-pLeak7Secret; curl -u me:Leak7Secret http://x\n",
    "a URL": "docker -H ssh://me:Leak7Secret@host run -p 1:1 x\n",
    "a short name": "docker run -p 1:1 -e PASS=Leak7Secret -e PGPASS=Leak7Secret x\n",
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_secret_is_hidden_whatever_becomes_of_the_command(
    tree: Callable[..., Path], capsys: pytest.CaptureFixture[str], name: str
) -> None:
    path = str(tree({"run.sh": REFUSED[name]}))
    for words in (
        ["scan", "--audit", path],
        ["scan", "--diff=all", "--audit", path],
        ["graph", path],
        ["query", "SELECT * FROM scope, env", path],
    ):
        with pytest.raises(SystemExit):
            main(words)
    out = capsys.readouterr()
    assert "Leak7Secret" not in out.out + out.err
    assert "run.sh" in out.out


def test_many_findings_on_one_line_are_printed_in_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It took five seconds when each finding searched the whole line for secrets."""
    (tmp_path / "a.sh").write_text("# docker\n" + "; ".join(f"echo $DB{n}_PORT_1_TCP_ADDR" for n in range(3000)) + "\n")
    begun = time.process_time()
    with pytest.raises(SystemExit):
        main(["scan", str(tmp_path)])
    assert in_time(time.process_time() - begun, 2.0)
    assert capsys.readouterr().out.count("[link-env-address]") == 3000


@pytest.mark.parametrize(
    ("read", "severity"),
    [
        ("${DB_ENV_POSTGRES_USER:=${POSTGRES_USER:=app}}", "warning"),
        ("${DB_ENV_POSTGRES_USER:-app}", "warning"),
        ("${DB_PORT_5432_TCP_ADDR:=db}", "warning"),
        ("${DB_PORT_5432_TCP_ADDR:-localhost}", "error"),
        ("${DB_ENV_POSTGRES_USER:-}", "error"),
        ("$DB_ENV_POSTGRES_USER", "error"),
    ],
)
def test_a_default_that_is_used_already_is_a_warning(report: Reporter, read: str, severity: str) -> None:
    files = {
        "compose.yaml": "services:\n  web:\n    build: .\n  db:\n    image: postgres:16\n",
        "Dockerfile": 'FROM debian\nCOPY start.sh /\nENTRYPOINT ["/start.sh"]\n',
        "start.sh": f"#!/bin/sh\nexec app --db $DB_PORT_5432_TCP_PORT {read}\n",
    }
    found = [finding for finding in report(files).findings if finding.path == "start.sh"]
    assert [finding.severity for finding in found if "_PORT_5432_TCP_PORT" not in finding.message] == [severity]
