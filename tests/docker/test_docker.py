"""The meaning of Docker's words: the command line, ports, links, names, variables, secrets."""

from __future__ import annotations

import shlex

import pytest

from linklint.docker.cli import options as flags
from linklint.docker.cli.command import invocation, read_run
from linklint.docker.cli.options import Run
from linklint.docker.environment import read_env_file
from linklint.docker.links import parse_link, prefix_of
from linklint.docker.names import is_generated, is_reference, refused_name, repository
from linklint.docker.ports import BadPort, Binding, parse_expose, parse_publish
from linklint.secrets.patterns import redact
from linklint.secrets.variables import classify_secret
from linklint.text.source import Source
from linklint.text.word import literal


def run_of(line: str) -> Run:
    words = [literal(word) for word in shlex.split(line)]
    call = invocation(words, "podman" if words[0].string == "podman" else "docker")
    assert call is not None
    return read_run(call)


def test_every_option_is_known() -> None:
    names = set(flags.VALUED) | set(flags.BOOLEANS) | set(flags.ALIASES)
    assert {"name", "link", "publish", "env", "network", "rm"} <= names
    assert all(flags.run_options("docker", "run").kind(name) for name in names)
    assert [name for name in sorted(names) if flags.run_options("docker", "create").kind(name) is None] == [
        "detach",
        "detach-keys",
        "sig-proxy",
    ]


@pytest.mark.parametrize(
    ("line", "name", "image", "command", "detached"),
    [
        ("docker run img", None, "img", [], False),
        ("docker run -d --name x img a -b", "x", "img", ["a", "-b"], True),
        ("docker run --name=x=y img", "x=y", "img", [], False),
        ("docker run --name x --name y img", "y", "img", [], False),
        ("docker run --name x --name= img", None, "img", [], False),
        ("docker run -itd img", None, "img", [], True),
        ("docker run -dp 80:80 img", None, "img", [], True),
        ("docker run -it=false -d=true img", None, "img", [], True),
        ("docker run -d=false img", None, "img", [], False),
        ("docker run --rm true img", None, "true", ["img"], False),
        ("docker run -d false img", None, "false", ["img"], True),
        ("docker run --name x -- img -- y", "x", "img", ["--", "y"], False),
        ("docker -D -H tcp://h --tlsverify run -d img", None, "img", [], True),
        ("docker --context=c container run img", None, "img", [], False),
        ("docker -v run img", None, "img", [], False),
        ("docker run -eA=1 -e=A=2 -h host -c 5 -l a=b img", None, "img", [], False),
        ("docker run --net=app --net-alias db --dns-opt x img", None, "img", [], False),
        ("podman run --replace --pod p --name x img", "x", "img", [], False),
    ],
)
def test_command_lines(line: str, name: str | None, image: str, command: list[str], detached: bool) -> None:
    run = run_of(line)
    assert not run.refused
    found = run.last("name")
    assert (found.string if found else None) == name
    assert run.image is not None and run.image.string == image
    assert [word.string for word in run.command] == command
    assert run.switch("detach") is detached


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("docker run --nmae x img", "unknown option --nmae"),
        ("docker run --rm=yes img", "--rm is a switch"),
        ("docker run", "run needs an image"),
        ("docker run -d", "run needs an image"),
        ("docker run --name", "--name needs a value"),
        ("docker run -p", "-p needs a value"),
        ("docker run -name x img", "-name was removed in Docker 1.10: write --name"),
        ("docker run -rm img", "-rm was removed"),
        ("docker run -z img", "unknown shorthand -z"),
        ("docker run -H tcp://h img", "unknown shorthand -H"),
        ("docker run --debug img", "unknown option --debug"),
        ("docker create -d img", "unknown shorthand -d"),
        ("docker create --detach img", "unknown option --detach"),
        ("docker run Img", "invalid image name Img: it must be lower case"),
        ("docker run -e =x img", "the name is missing"),
        ("docker run -e '' img", "the name is missing"),
        ("docker run --link a:b:c img", "with at most one colon"),
        ("docker run --link '' img", "with at most one colon"),
        ("docker run -p localhost:80:80 img", "invalid IP address localhost"),
        ("docker run -m lots img", "takes a size like 512m"),
        ("docker run -c many img", "takes a whole number"),
        ("docker run --cpus some img", "takes a number like 1.5"),
        ("docker run --health-interval 5 img", "takes a duration"),
        ("docker run --blkio-weight 70000 img", "up to 65535"),
        ("docker run --dns name img", "takes an IP address"),
        ("docker run -a stdio img", "takes STDIN, STDOUT or STDERR"),
        ("docker run --rm --restart=always img", "exclude each other"),
        ("docker run --network name=a,gw-priority=high img", "takes gw-priority=NUMBER"),
        ("docker run --net host --link a:b img", "needs a user-defined network"),
        ("docker run --network container:x --link a:b img", "needs a user-defined network"),
        ("podman run --link a:b img", "podman does not support --link"),
        ("docker run --help", "runs nothing"),
    ],
)
def test_what_the_cli_refuses(line: str, reason: str) -> None:
    run = run_of(line)
    assert run.refused
    assert reason in run.problems[0].reason


@pytest.mark.parametrize(
    ("line", "misread", "image"),
    [
        ("docker run -link a:b img", "--label ink", "a:b"),
        ("docker run -expose 80 img", "--env xpose", "80"),
        ("docker run -volumes-from x img", "--volume olumes-from", "x"),
        ("docker run -entrypoint sh img", "--env ntrypoint", "sh"),
    ],
)
def test_what_the_cli_silently_misreads(line: str, misread: str, image: str) -> None:
    run = run_of(line)
    assert not run.refused
    assert [problem.misread_as for problem in run.problems] == [misread]
    assert run.image is not None and run.image.string == image


@pytest.mark.parametrize(
    ("spec", "binding"),
    [
        ("80", (None, None, (80, 80), "tcp")),
        (":80", (None, None, (80, 80), "tcp")),
        ("::80", (None, None, (80, 80), "tcp")),
        ("0:80", (None, None, (80, 80), "tcp")),
        ("8080:80/UDP", (None, (8080, 8080), (80, 80), "udp")),
        ("127.0.0.1::80", ("127.0.0.1", None, (80, 80), "tcp")),
        ("127.0.0.1:0:80", ("127.0.0.1", None, (80, 80), "tcp")),
        ("[::1]:8080:80", ("::1", (8080, 8080), (80, 80), "tcp")),
        ("[::1]::80", ("::1", None, (80, 80), "tcp")),
        ("8000-8002:80-82", (None, (8000, 8002), (80, 82), "tcp")),
        ("8000-8002:80", (None, (8000, 8002), (80, 80), "tcp")),
        ("080:80/", (None, (80, 80), (80, 80), "tcp")),
        ("80:0", (None, (80, 80), (0, 0), "tcp")),
        ("target=80,published=8080,host_ip=127.0.0.1", (None, (8080, 8080), (80, 80), "tcp")),
        ("published=127.0.0.1:8080,target=80,protocol=udp", ("127.0.0.1", (8080, 8080), (80, 80), "udp")),
    ],
)
def test_ports(spec: str, binding: tuple[object, ...]) -> None:
    found = parse_publish(literal(spec))
    assert isinstance(found, Binding)
    assert (found.host_ip, found.host, found.container, found.protocol) == binding


@pytest.mark.parametrize(
    "spec",
    ["", "65536", "-1", "++80", "0x50", " 80", "80:", "82-80", "80:80-82", "80-81:80-82", "localhost:80:80", "*:80:80",
    "127.0.1:80:80", "10.0.0.300:80:80",
     "127.0.0.1:80", "::g:8080:80", "[::1]:80", "[fe80::1%eth0]:80:80", "8080/udp:80/udp", "80:80,81:81", "80/xyz",
     "a=", "target=80,x"],
)  # fmt: skip
def test_refused_ports(spec: str) -> None:
    with pytest.raises(BadPort):
        parse_publish(literal(spec))


def test_expose() -> None:
    assert parse_expose(literal("80-82/xyz")).container == (80, 82)
    for spec in ("80:80", "", "abc"):
        with pytest.raises(BadPort):
            parse_expose(literal(spec))


@pytest.mark.parametrize(
    ("value", "target", "alias"),
    [("db", "db", "db"), ("db:pg", "db", "pg"), ("/db", "db", "db"), ("/db:al", "db", "al"), ("db:/al", "db", "al"),
    ("db:x/al", "db", "al"),
     ("db:", "db", ""), ("db:.", "db", "")],
)  # fmt: skip
def test_links(value: str, target: str, alias: str) -> None:
    word, found = parse_link(literal(value))
    assert (word.string, found) == (target, alias)


def test_prefix() -> None:
    assert prefix_of("my-db.x") == "MY_DB.X"
    assert prefix_of("é") == "É"


@pytest.mark.parametrize("name", ["ab", "Ab", "1x", "a-", "a.", "host", "none", "/ab", "", "a" * 300])
def test_good_names(name: str) -> None:
    assert refused_name(name) is None


@pytest.mark.parametrize("name", ["a", "1", "_a", "-a", ".a", "a b", "a/b", "//ab", "aé", "ab\n", "/a"])
def test_bad_names(name: str) -> None:
    assert refused_name(name)


def test_generated_names() -> None:
    assert is_generated("boring_wozniak") and is_generated("nostalgic_curie3")
    assert not any(
        is_generated(name)
        for name in ("my_db", "happy_path", "redis_master", "wozniak", "boring-wozniak", "small_redis", "db_1")
    )


def test_images() -> None:
    for image in ("nginx", "a/b:c", "h.io:5000/a/b:1", "a@sha256:" + "0" * 64, "localhost/x", "REG.io/a"):
        assert is_reference(image)
    for image in ("", "Nginx", "a:", "a b", "a//b", "-a", "a:b:c"):
        assert not is_reference(image)
    assert repository("docker.io/library/nginx:1@sha256:" + "0" * 64) == "nginx"
    assert repository("h:5000/a:1") == "h:5000/a"


@pytest.mark.parametrize(
    ("name", "value"),
    [("POSTGRES_PASSWORD", "s3cret"), ("DB_PASS", "x"), ("MYSQL_PWD", "x"), ("apiKey", "abc"),
    ("SECRET_KEY_BASE", "abc"), ("API_TOKEN", "abc"),
     ("DATABASE_URL", "postgres://u:pw@h/db"), ("X", "ghp_" + "a1" * 18), ("FERNET_KEY", "abc="), ("sa_password", "x"),
     ("AWS_SECRET_ACCESS_KEY", "x"),
     ("RABBITMQ_ERLANG_COOKIE", "abc"), ("CREDENTIALS", "u:p"), ("GITHUB_TOKEN", None)],
)  # fmt: skip
def test_secrets(name: str, value: str | None) -> None:
    found = classify_secret(name, value)
    assert found is not None and not found.placeholder


@pytest.mark.parametrize(
    ("name", "value"),
    [("POSTGRES_PASSWORD_FILE", "/run/x"), ("SSH_AUTH_SOCK", "/a"), ("TOKEN_TTL", "5"),
    ("PASSWORD_RESET_URL", "https://x"), ("ALLOW_EMPTY_PASSWORD", "yes"),
     ("MYSQL_RANDOM_ROOT_PASSWORD", "1"), ("PASSWORD", ""), ("PUBLIC_KEY", "abc"), ("KEYBOARD", "us"), ("MONKEY", "x"),
     ("COMPASS", "n"), ("TZ", "UTC"),
     ("PATH", "/bin"), ("PWD", "/x"), ("OLDPWD", "/x"), ("AUTH_MODE", "none"), ("AWS_ACCESS_KEY_ID", "AKIA"),
     ("SECRET_NAME", "x"), ("TLS_KEY", "/a/b.pem"),
     ("DATABASE_URL", "postgres://h/db"), ("URL", "postgres://u:$PW@h"), ("TOKEN", "vault:a/b#c"), ("MAX_TOKENS", "5"),
     ("USE_TOKEN", "x"),
     ("PASSWORD_POLICY", "strict"), ("REGISTRY_AUTH_TOKEN_REALM", "https://x"), ("BYPASS", "x"),
     ("PASSENGER_APP_ENV", "x"), ("HASH_KEYS", "x")],
)  # fmt: skip
def test_no_secrets(name: str, value: str) -> None:
    assert classify_secret(name, value) is None


@pytest.mark.parametrize(
    "value",
    [
        "V_MYSQL_PASSWORD",
        "sk_live_xxx",
        "<password>",
        "changeme",
        "change-me-please",
        "xxx",
        "xxxxxx",
        "***",
        "your-password",
        "YOUR_PASSWORD",
        "PASSWORD",
        "...",
        "TODO",
        "my-secret-pw",
        "example",
    ],
)
def test_placeholders(value: str) -> None:
    found = classify_secret("DB_PASSWORD", value)
    assert found is not None and found.placeholder


def test_a_secret_is_shown_by_its_first_characters() -> None:
    assert redact("correct-horse-battery") == "cor…"
    assert redact("pw") == "…"
    assert redact("postgres://u:hunter22@h/db") == "postgres://u:…@h/db"


def test_env_files() -> None:
    text = Source("e", "\ufeffA=1\n# x\n  B= 2 \nC\nD = 3\nexport E=1\n\nF='q'\r\n".replace("\ufeff", "")).whole()
    lines = [
        (line.name.string, line.value.string if line.value else None, bool(line.error)) for line in read_env_file(text)
    ]
    assert lines == [
        ("A", "1", False),
        ("B", " 2 ", False),
        ("C", None, False),
        ("D ", " 3", True),
        ("export E", "1", True),
        ("F", "'q'", False),
    ]
