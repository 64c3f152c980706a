"""The shell scanner and the interpreter: what runs, in which order, on which path, at which location."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from machine import in_time

from linklint.scanning import scan as scan_tree
from linklint.shell.scanner import scan
from linklint.shell.tree import Script, Simple

Ask = Callable[[dict[str, str], str], list[tuple[Any, ...]]]

STEPS = "SELECT verb, name FROM step ORDER BY scope, seq"
NAMES = "SELECT name FROM container ORDER BY id"


def words_of(script: Script) -> list[list[str | None]]:
    return [[word.literal for word in item.node.words] for item in script.items if isinstance(item.node, Simple)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a b  c", [["a", "b", "c"]]),
        ("a 'b c' \"d e\" f\\ g", [["a", "b c", "d e", "f g"]]),
        ("a \\\n b\nc", [["a", "b"], ["c"]]),
        ("a \\\r\n b\r\nc\r\n", [["a", "b"], ["c"]]),
        ("a # b\nc", [["a"], ["c"]]),
        ("a b#c", [["a", "b#c"]]),
        ("a $'b\\tc' $'\\x41\\u00e9'", [["a", "b\tc", "Aé"]]),
        ('a "b\\"c\\d"', [["a", 'b"c\\d']]),
        ("a >f 2>&1 <g b", [["a", "b"]]),
        ("a; b & c", [["a"], ["b"], ["c"]]),
        ("a <<'E' b\ndocker run\nE\nc", [["a", "b"], ["c"]]),
        ("a <<-E\n\tx\n\tE\nc", [["a"], ["c"]]),
        ("a <<E <<F\n1\nE\n2\nF\nc", [["a"], ["c"]]),
        ("a =b c=d", [["a", "=b", "c=d"]]),
        ("a ''", [["a", ""]]),
    ],
)
def test_words(text: str, words: list[list[str]]) -> None:
    script = scan(text)
    assert words_of(script) == words
    assert not script.problems


@pytest.mark.parametrize(
    "text",
    [
        "if [[ a == (b|c) && $x =~ ^[a-z]+$ ]]; then x; elif y; then z; else w; fi",
        "case $1 in a|b) x ;; (c) y ;& *) z ;; esac",
        "for ((i=0;i<3;i++)); do x; done; for x in a b; do y; done; for x; do y; done",
        "while read -r l; do x; done < <(cat f)",
        "f() { x; }; function g { y; }; function h() ( z )",
        'DIR="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"',
        "a=(1 2 'x y'); a+=(z); declare -A m=([k]=v [l]=w)",
        "x=$((1 + (2 * 3))); (( i++ )); echo $[1+2]",
        "echo ${x:-${y:-$(z)}} ${x//a/b} ${#x} ${!x} ${x[@]:1:2} ${x^^}",
        "{ a; b; } 2>&1 | tee f; ( c; d ) &",
        "! a && b || c; time d; coproc e",
        "a `b \\`c\\`` d",
        "select x in a b; do y; done; until x; do y; done",
        '@test "name" {\n run a\n}',
        "cat <<EOF\n$(a) `b` ${c} it's \"fine\nEOF\n",
        "x=${y%%*(a|b)}; echo !(*.txt) @(a|b)",
        "[ -n \"$x\" ] && echo 'it'\\''s'",
    ],
)
def test_no_problem_with_what_bash_takes(text: str) -> None:
    assert scan(text).problems == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a 'b", "the quote ' is not closed"),
        ('a "b', 'the quote " is not closed'),
        ("a `b", "the quote ` is not closed"),
        ("a $(b", "$( is not closed"),
        ("if a; then b", "if is not closed by fi"),
        ("a; fi", "unexpected 'fi'"),
        ("a )", "unexpected ')'"),
        ("cat <<E\nx", "the heredoc has no end line 'E'"),
    ],
)
def test_what_is_broken_is_said_with_its_place(text: str, reason: str) -> None:
    assert reason in [words for _, words in scan(text).problems]


def test_what_stands_behind_a_broken_line_is_still_read(ask: Ask) -> None:
    files = {"a.sh": "echo \"unclosed\necho it's\nfi\n)\ndocker run --name web nginx\n"}
    assert ask(files, NAMES) == [("web",)]


HOSTILE = {
    "$(": "$(" * 10_000,
    "((": "((" * 10_000,
    "{": "{ " * 10_000,
    "[": "[[ " * 10_000,
    '"': '" ' * 10_001,
    "'": "'" * 10_001,
    "`": "`" * 10_001,
    '"$(': '"$(' * 10_000,
    "${": "${a:-" * 10_000,
    "$((": "$((a " * 20_000,
    "if": "if " * 10_000,
    "case": "case x in " * 10_000,
    "heredocs": "cat <<A\n" * 10_000,
    "one line": "docker run " + "a" * 1_000_000,
    "functions": "f() " * 10_000,
    "closers": ")" * 50_000,
    "for": "for x in " * 10_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_nothing_is_expensive(text: str) -> None:
    begun = time.process_time()
    scan(text)
    assert in_time(time.process_time() - begun, 1.5)


# The interpreter


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("NAME=web; docker run --name $NAME img", ["web"]),
        ("A=x; B=$A-y; docker run --name ${B}1 img", ["x-y1"]),
        ("OPTS='-d --name web'; docker run $OPTS img", ["web"]),
        ('OPTS="-d"; OPTS="$OPTS --name web"; OPTS+=" -i"; docker run $OPTS img', ["web"]),
        ('A=(-d --name web); docker run "${A[@]}" img', ["web"]),
        ("for n in aa bb; do docker run --name $n img; done", ["aa", "bb"]),
        ('f() { docker run --name "$1" img; }; f aa; f bb', ["aa", "bb"]),
        ('f() { docker run "$@"; }; f --name aa img', ["aa"]),
        ("NAME=a; NAME=bb; docker run --name $NAME img", ["bb"]),
        ("if x; then N=aa; else N=bb; fi; docker run --name $N img", ["$N"]),
        ("N=aa; if x; then N=aa; fi; docker run --name $N img", ["aa"]),
        ("N=aa; while x; do docker run --name $N img; N=bb; done", ["$N"]),
        ("read N; docker run --name $N img", ["$N"]),
        ("N=a.b.c; docker run --name ${N%%.*}1 img; docker run --name x-${N##*.} img", ["a1", "x-c"]),
        ("N=Ab; docker run --name ${N,,} img; docker run --name ${N/A/x} img", ["ab", "xb"]),
        ("docker run --name ${N:-web} img", ["web"]),
        ("bash -c 'docker run --name aa img'", ["aa"]),
        ('sudo -E sh -ec "docker run --name aa img"', ["aa"]),
        ('eval "docker run --name aa img"', ["aa"]),
        ("ssh -p 22 me@h 'docker run --name aa img'", ["aa"]),
        ("ssh h docker run --name aa img", ["aa"]),
        ("bash <<E\ndocker run --name aa img\nE", ["aa"]),
        ("cat <<'E' | ssh h\ndocker run --name aa img\nE", ["aa"]),
        ("cat > run.sh <<'E'\n#!/bin/sh\ndocker run --name aa img\nE", ["aa"]),
        ("X=$(docker run -d --name aa img)", ["aa"]),
        ("! docker run --name aa img && docker run --name bb img || docker run --name cc img", ["aa", "bb", "cc"]),
        ("timeout -k 5 10 sudo -u me nice -n 5 docker run --name aa img", ["aa"]),
        (
            "DOCKER=docker; $DOCKER run --name aa img; ${DOCKER_BIN:-docker} run --name bb img; $DOCKER_CMD run "
            "--name cc img",
            ["aa", "bb", "cc"],
        ),
        ("assert_ok docker run --name aa img", ["aa"]),
        ("/usr/bin/docker container run --name aa img; podman run --name bb img", ["aa", "bb"]),
        ("echo docker run --name aa img; grep docker run; # docker run --name bb img", []),
        ("log_info docker run --name aa img; apt-get install docker run", []),
        ("cat <<E\ndocker run --name aa img\nE", []),
        ("docker run img --name aa", [None]),
        ("docker run --name aa --nmae bb img", ["aa"]),
    ],
)
def test_names(ask: Ask, text: str, names: list[str | None]) -> None:
    assert [name for (name,) in ask({"a.sh": text + "\n"}, NAMES)] == names


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("docker stop a1 b1; docker rm -fv a1", [("stop", "a1"), ("stop", "b1"), ("rm", "a1")]),
        (
            "docker stop -t 5 a1; docker kill -s HUP a1; docker kill --signal=USR1 a1; docker kill -s KILL a1",
            [("stop", "a1"), ("signal", "a1"), ("signal", "a1"), ("kill", "a1")],
        ),
        ("docker container prune -f; docker system prune", [("prune", None), ("system-prune", None)]),
        ("docker rename a1 b1; docker network connect n a1", [("rename", "a1"), ("network-connect", "a1")]),
        ("docker build -t app:1 .; docker network create n", [("build", "app:1"), ("network-create", "n")]),
        ("f() { docker stop a1; }; docker start b1; f", [("start", "b1"), ("stop", "a1")]),
        ("trap 'docker rm -f a1' EXIT; docker start b1", [("start", "b1"), ("rm", "a1")]),
        ("trap clean EXIT; clean() { docker rm -f a1; }; docker start b1", [("start", "b1"), ("rm", "a1")]),
        ("f() { docker stop a1; }", [("stop", "a1")]),
        ("f() { f; docker stop a1; }; f", [("stop", "a1")]),
        ("docker rm --link a1/b1", [("rm-link", "a1/b1")]),
        ("docker ps -q -f name=web | xargs docker rm -f", [("rm", "web")]),
    ],
)
def test_steps(ask: Ask, text: str, steps: list[tuple[str, str | None]]) -> None:
    assert ask({"a.sh": text + "\n"}, STEPS) == steps


def test_all_containers(ask: Ask) -> None:
    text = (
        "docker rm -f $(docker ps -aq)\ndocker ps -aq | xargs docker rm -f\ndocker rm $(docker ps -q -f "
        "status=exited)\n"
    )
    assert ask({"a.sh": text}, "SELECT everything FROM step ORDER BY seq") == [(1,), (1,), (0,)]


def test_branches(ask: Ask) -> None:
    text = (
        "if x; then docker stop a1; else docker stop b1; fi\ncase y in 1) docker stop c1;; esac\n[ z ] && "
        "docker stop d1\ncd x && docker stop e1\n"
    )
    sql = (
        "SELECT step.name, in_branch.kind, in_branch.arm FROM in_branch JOIN step ON step.id = in_branch.step "
        "ORDER BY step.id"
    )
    assert ask({"a.sh": text}, sql) == [
        ("a1", "if", 0),
        ("b1", "if", 1),
        ("c1", "case", 0),
        ("d1", "if", 1),
        ("e1", "and", 1),
    ]


def test_what_exit_cuts_off_is_the_other_arm(ask: Ask) -> None:
    text = "if x; then docker run --name aa img; exit; fi\ndocker run --name aa img\n"
    assert ask({"a.sh": text}, "SELECT count(*) FROM exclusive") == [(2,)]


def test_hosts_are_scopes(ask: Ask) -> None:
    text = (
        "docker -H tcp://a run img\nDOCKER_HOST=tcp://b docker run img\nexport DOCKER_HOST=tcp://c\ndocker run img\n"
        'eval "$(docker-machine env d)"\ndocker run img\nssh e docker run img\n'
    )
    hosts = ask(
        {"a.sh": text}, "SELECT host FROM scope JOIN container ON container.scope = scope.id ORDER BY container.id"
    )
    assert hosts == [("tcp://a",), ("tcp://b",), ("tcp://c",), ("docker-machine d",), ("ssh e",)]


def test_a_captured_id_leads_to_its_container(ask: Ask) -> None:
    text = "CID=$(docker run -d --name db postgres)\ndocker run --link $CID:db app\ndocker rm -f $CID\n"
    assert ask(
        {"a.sh": text},
        "SELECT target_how, source.name FROM link JOIN container AS source ON source.id = target_container",
    ) == [("captured", "db")]
    assert ask({"a.sh": text}, "SELECT captured_in FROM container WHERE name = 'db'") == [("CID",)]
    assert ask({"a.sh": text}, "SELECT what, since, until FROM engine_state WHERE kind = 'name'") == [("db", 1, 3)]


@pytest.mark.parametrize(
    ("text", "column", "places"),
    [
        ("docker run --name=web img", "name_span", ["1:19-22"]),
        ("docker run --name 'web' img", "name_span", ["1:20-23"]),
        ("docker run \\\n  --name \\\n  web img", "name_span", ["3:3-6"]),
        ('docker run --name w"e"b img', "name_span", ["1:19-24"]),
        ("bash -c 'docker run --name web img'", "name_span", ["1:28-31"]),
        ('bash -c "docker run --name \\"web\\" img"', "name_span", ["1:30-33"]),
        ("é=1; docker run --name wéb1 img", "name_span", ["1:24-28"]),
        ("sh <<E\n docker run --name web img\nE", "name_span", ["2:20-23"]),
        ("N=web; docker run --name $N img", "name_span", ["1:26-28"]),
    ],
)
def test_places(ask: Ask, text: str, column: str, places: list[str]) -> None:
    sql = f"SELECT line || ':' || column || '-' || end_column FROM container JOIN span ON span.id = container.{column}"
    assert [place for (place,) in ask({"a.sh": text + "\n"}, sql)] == places


def test_only_what_stands_there_to_the_letter_may_be_edited(ask: Ask) -> None:
    text = 'docker run -p 80:80 img\nP=81:81\ndocker run -p $P img\ndocker run -p 8"2":82 img\n'
    assert ask({"a.sh": text}, "SELECT spec, verbatim FROM port JOIN span ON span.id = port.span ORDER BY spec") == [
        ("80:80", 1),
        ("81:81", 0),
        ("82:82", 0),
    ]


def test_after_1000_statements_the_rest_is_unread(ask: Ask) -> None:
    text = "docker run --name web img\n" * 6000
    assert ask({"a.sh": text}, "SELECT count(*) FROM container") == [(1000,)]
    assert ask({"a.sh": text}, "SELECT reason FROM unread") == [
        ("more than 1000 docker statements: the rest of the file is not read",)
    ]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("env | grep _TCP_ADDR", ["address"]),
        ("for h in $(printenv | grep -E '_PORT_[0-9]+_TCP_ADDR' | cut -d= -f2); do echo $h; done", ["address"]),
        ("env | grep '^WEB_.*_PORT_80_TCP_ADDR'", ["address"]),
        ("env | awk -F= '/_PORT_80_TCP=/ {print $2}'", ["url"]),
        ("env | grep PATH; grep _TCP_ADDR file", []),
        ("# env | grep _TCP_ADDR", []),
        ("if [[ -v WEB_PORT_80_TCP_ADDR ]]; then echo linked; fi", ["address"]),
        ("test -v WEB_PORT_80_TCP_ADDR && echo linked", ["address"]),
        ("docker run -v WEB_PORT_80_TCP_ADDR:/x img", []),
        ("docker run --link web:web img 'echo $WEB_PORT_80_TCP_ADDR >> /etc/hosts'", ["address"]),
        ("docker run --link web:web img echo $HOME", []),
    ],
)
def test_searches_through_the_environment(ask: Ask, text: str, parts: list[str]) -> None:
    assert [
        part
        for (part,) in ask(
            {"run.sh": text + "\n# docker\n"},
            "SELECT DISTINCT part FROM env_read JOIN span ON span.id = env_read.span WHERE span.confidence <> "
            "'possible'",
        )
    ] == parts


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            'H="${A_PORT_1_TCP_ADDR:-${B_PORT_1_TCP_ADDR:-}}"',
            ["${A_PORT_1_TCP_ADDR:-${B_PORT_1_TCP_ADDR:-}}", "${B_PORT_1_TCP_ADDR:-}"],
        ),
        ('H="${OWN:-${B_ENV_USER:-}}"', ["${B_ENV_USER:-}"]),
        ("H=${A_PORT_1_TCP_ADDR:-a\\}b}", ["${A_PORT_1_TCP_ADDR:-a\\}b}"]),
        ("H=${A_PORT_1_TCP_ADDR}${B_PORT_1_TCP_ADDR}", ["${A_PORT_1_TCP_ADDR}", "${B_PORT_1_TCP_ADDR}"]),
        ("H=${A_PORT_1_TCP_ADDR:-not closed", []),
    ],
)
def test_expansions_inside_of_expansions(ask: Ask, text: str, found: list[str]) -> None:
    assert [
        written
        for (written,) in ask(
            {"run.sh": text + "\n# docker\n"},
            "SELECT substr(text.whole, span.start + 1, span.end - span.start) FROM env_read JOIN span ON span.id = "
            "env_read.span JOIN text ORDER BY env_read.id".replace(
                "JOIN text", f"JOIN (SELECT '{text}' AS whole) AS text"
            ),
        )
    ] == found


@pytest.mark.parametrize(
    "head", ["bash", "sudo bash", "sudo -u x bash", "sudo -E -u root env X=1 sh -s", "A=b bash", "timeout 5 bash"]
)
def test_heredocs_into_a_shell_behind_wrappers(ask: Ask, head: str) -> None:
    assert ask({"run.sh": f"{head} <<EOF\ndocker run --name aa img\nEOF\n"}, "SELECT name FROM container") == [("aa",)]


X = "DB_PORT_5432_TCP_ADDR"
NOT_SET = [  # a link's value, or perhaps: reported where it is read after this
    f"# docker sets for instance {X}=172.17.0.5", f'echo "usage: set {X}=1.2.3.4, or link"',
    f'grep -q "^{X}=" /etc/environment', f"# read {X} from the link",
    f"for h in ${X}; do :; done", f'if [ -z "${X}" ]; then {X}=localhost; fi', f"{X}=foo ./child.sh",
    f"env {X}=foo ./child.sh", f"( {X}=foo )", f": ${{{X}:=localhost}}",
    f'[ -n "${X}" ] || {X}=localhost', f"{X}=${{{X}:-localhost}}", f"export {X}=${{{X}:-db}}",
]  # fmt: skip
SET = [
    f"{X}=localhost", f"export {X}=localhost", f"export A {X}=localhost", f"read {X}", f"read -r -p 'host? ' {X}",
    f"for {X} in a b; do :; done", f"if [ \"$1\" ]; then {X}=$1; fi",
    f"unset {X}", f"printf -v {X} %s db", f"f() {{ local {X}=$1; }}", f"case $1 in a) {X}=b;; esac",
    f"while read -r {X}; do :; done", f"[ -n \"$1\" ] && {X}=$1",
]  # fmt: skip


@pytest.mark.parametrize(("line", "told"), [(line, True) for line in NOT_SET] + [(line, False) for line in SET])
def test_what_a_script_sets_itself_is_no_links(report: Callable[..., Any], line: str, told: bool) -> None:
    found = report({"a.sh": f"# docker\n{line}\npsql -h ${X}\n"}).findings
    assert bool([finding for finding in found if finding.line == 3]) is told


def test_a_command_with_too_many_words_does_not_change_how_others_are_read(tmp_path: Path) -> None:
    for count in (1900, 2100):
        (tmp_path / "run.sh").write_text(f"docker run {'-e A=1 ' * (count // 2)}app\ndocker run --name\n")
        rules = {finding.rule for finding in scan_tree([str(tmp_path)], audit=True).findings}
        assert "refused-command" in rules, count
