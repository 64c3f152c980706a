"""What a review found once, each in the smallest form that showed it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from test_cli import linklint

from linklint.pipeline import Report

Reporter = Callable[..., Report]


def told(report: Report) -> list[str]:
    return [f"{f.rule} {f.confidence}" for f in report.findings if f.rule != "legacy-link"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("docker run -e DATABASE_URL=mysql://root:secret1@db/x?ssl=true img", ["secret-in-env certain"]),
        ("docker run -e DB_PASSWORD=pa*ss123 img", ["secret-in-env certain"]),
        ('f() { local name=$1; shift; docker run -d --name "$name" "$@"; }; f web -p 80:80 nginx', ["all-interfaces-bind certain"]),
        ('f() { docker run -d --name "$1" "${@:2}"; }; f web -p 80:80 nginx', ["all-interfaces-bind certain"]),
        ("docker run -e PGPASSWORD=hunter22 img", ["secret-in-env certain"]),
        ("docker run -e CSRF_TOKEN_COOKIE=csrf -e PASS_THROUGH=abc -e PASSWORD_AUTH=plain img", []),
        ("eval docker run -p 80:80 nginx", ["all-interfaces-bind certain"]),
        ('su - app -c "docker run -p 80:80 nginx"', ["all-interfaces-bind certain"]),
        ('echo "docker run -p 80:80 img" | sh', ["all-interfaces-bind certain"]),
        ("psql -h $(printenv DB_PORT_5432_TCP_ADDR)", ["link-env-address likely"]),
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
    ],
)
def test_shell(report: Reporter, text: str, expected: list[str]) -> None:
    assert told(report({"a.sh": text + "\n"})) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ENV DB_PORT_5432_TCP_ADDR=db\nCMD app $DB_PORT_5432_TCP_ADDR", []),
        ("RUN echo $DB_PORT_5432_TCP_ADDR", []),
        ("ENV B=$B_PORT_80_TCP_ADDR", []),
        ("RUN echo 'app $DB_PORT_5432_TCP_ADDR' > /run.sh", ["link-env-address likely"]),
        ('ENTRYPOINT ["docker", "run", "-p", "84:80", "img"]', ["all-interfaces-bind certain"]),
    ],
)
def test_dockerfile(report: Reporter, text: str, expected: list[str]) -> None:
    assert told(report({"Dockerfile": f"FROM a\n{text}\n"})) == expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {
                "compose.yaml": "services:\n  a:\n    image: x\n    environment: {F_PORT_80_TCP_ADDR: f}\n    command: app $$F_PORT_80_TCP_ADDR\n"
            },
            [],
        ),
        ({"compose.yaml": "services:\n  a:\n    image: x\n    environment: {DB: '${DB_PORT_5432_TCP_ADDR}'}\n"}, []),
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
                "compose.yaml": "services:\n  a: {extends: {file: c.yml, service: base}}\n  b: {extends: {file: c.yml, service: base}}\n",
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
        ({"compose.yaml": "services:\n  a:\n    image: x\n    env_file: e.env\n", "e.env": "H_TOKEN=${DB_PASSWORD}\n"}, []),
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


def test_crlf_in_markdown(report: Reporter) -> None:
    assert (
        told(report({"a.md": "A\r\n\r\n```sh\r\ndocker run -p 80:80 img\r\n```\r\n\r\n    docker run -p 81:81 img\r\n"}))
        == ["all-interfaces-bind certain"] * 2
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# linklint: ignore[all-interface-bind] x\ndocker run -p 83:80 img", ["unused-ignore certain", "all-interfaces-bind certain"]),
        ("# linklint: ignore[all-interfaces-bind] two\nfor i in 1 2; do\n  docker run -p 86:80 img\ndone", []),
        ('echo "# linklint: ignore[all-interfaces-bind]"', []),
        (
            "docker run -p 80:80 img  # linklint: ignore[all-interfaces-bind] until=someday",
            ["all-interfaces-bind certain", "unread certain", "unused-ignore certain"],
        ),
    ],
)
def test_ignores(report: Reporter, text: str, expected: list[str]) -> None:
    assert told(report({"a.sh": text + "\n"})) == expected


def test_octal_ports_are_not_mended(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text("services:\n  a:\n    image: x\n    ports: [0100]\n")
    done = linklint("scan", "--fix", "--unsafe", cwd=tmp_path)
    assert "64 is published" in done.stdout
    assert "[0100]" in (tmp_path / "compose.yaml").read_text()


def test_a_positional_parameter_in_a_word_has_a_place(report: Reporter) -> None:
    found = report({"a.sh": 's() { docker run -d --name w1 --link "$1:db" img; }\ns db\n'}, select=("legacy-link",)).findings
    assert [(f.span.start, f.span.end) for f in found if f.span] == [(38, 43)]


def test_a_line_that_doubles_itself_is_bounded(report: Reporter) -> None:
    begun = time.process_time()
    report({"a.sh": "x=docker\n" + 'x="$x$x"\n' * 60 + "$x run -p 80:80 img\n"})
    assert time.process_time() - begun < 2


def test_a_command_of_many_words_is_bounded(report: Reporter) -> None:
    begun = time.process_time()
    outcome = report({"a.sh": "docker run -p 80:80 " + "-e A=b " * 20_000 + "img\n"})
    assert time.process_time() - begun < 5
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
@pytest.mark.parametrize("arguments", [["scan", "--audit"], ["scan", "--diff", "--unsafe"], ["query", "select value, name from env"]])
def test_secrets_stay_hidden(tmp_path: Path, text: str, arguments: list[str]) -> None:
    (tmp_path / "a.sh").write_text(text + "\n")
    done = linklint(*arguments, cwd=tmp_path)
    assert done.stdout
    for secret in ("hunter2hunter2", "=hun ", "hunter3333", "hunter6666", "7777", "hunter1", "hunter22"):
        assert secret not in done.stdout


def test_a_weak_secret_does_not_blank_every_word_like_it(tmp_path: Path) -> None:
    (tmp_path / "a.sh").write_text("PW=gerrit\ndocker run -p 80:80 --name gerrit -e DB_PASSWORD=gerrit -e DB_USER=gerrit example/gerrit\n")
    shown = linklint("scan", "--diff", "--unsafe", cwd=tmp_path).stdout
    assert "--name gerrit" in shown and "DB_USER=gerrit" in shown and "example/gerrit" in shown
    assert "PASSWORD=gerrit" not in shown and "PW=gerrit" not in shown
