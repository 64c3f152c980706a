"""Scripts that other files of the tree run or source: which are found, with which arguments, and which are not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Ask = Callable[[dict[str, str], str], list[tuple[Any, ...]]]

RUN = "docker run -d --name ${1:-unnamed}-$X img\n"


def called(ask: Ask, files: dict[str, str]) -> list[tuple[Any, ...]]:
    """Return (path, line of the call, how, script) of every call."""
    sql = (
        "SELECT file.path, span.line, call.how, call.script FROM call JOIN span ON span.id = call.span JOIN file "
        "ON file.id = span.file ORDER BY call.id"
    )
    return ask(files, sql)


FOUND = {
    "beside it": ("run.sh", "./db.sh\n", "db.sh"),
    "by a shell": ("run.sh", "sudo bash -x db.sh one\n", "db.sh"),
    "below it": ("run.sh", "bin/db.sh\n", "bin/db.sh"),
    "read in": ("run.sh", ". ./db.sh\n", "db.sh"),
    "read in, by its name alone": ("run.sh", "source db.sh\n", "db.sh"),
    "own directory": ("bin/run.sh", '"$(dirname "$0")/db.sh"\n', "bin/db.sh"),
    "own directory, in a variable": ("bin/run.sh",
    'HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)\n"$HERE"/db.sh\n', "bin/db.sh"),
    "own directory, cut": ("bin/run.sh", '. "${BASH_SOURCE%/*}/db.sh"\n', "bin/db.sh"),
    "up from its own directory": ("bin/run.sh", 'ROOT=$(cd "$(dirname "$0")/.." && pwd)\n$ROOT/lib/db.sh\n',
    "lib/db.sh"),
    "the directory of the directory": ("a/b/run.sh", 'D=$(dirname "$(dirname "$0")")\n$D/db.sh\n', "a/db.sh"),
    "the root of the repository": ("a/run.sh", '$(git rev-parse --show-toplevel)/ops/db.sh\n', "ops/db.sh"),
    "after cd": ("run.sh", "cd ops\n./db.sh\n", "ops/db.sh"),
    "after cd to its own directory": ("ops/run.sh", 'cd "$(dirname "$0")"\n./db.sh\n', "ops/db.sh"),
    "from the root": ("ops/run.sh", "ops/db.sh\n", "ops/db.sh"),
    "a directory that nobody knows": ("ops/run.sh", '"$WORKSPACE/ops/db.sh"\n', "ops/db.sh"),
    "behind exec": ("run.sh", 'exec ./db.sh "$@"\n', "db.sh"),
    "in a function": ("run.sh", "up() { ./db.sh; }\nup\n", "db.sh"),
    "a Makefile": ("Makefile", "up:\n\t@./db.sh\n", "db.sh"),
    "a Makefile of a directory": ("ops/Makefile", "up:\n\tbash db.sh\n", "ops/db.sh"),
    "a job": (".github/workflows/ci.yml", "jobs:\n  a:\n    steps:\n      - run: ./ops/db.sh\n", "ops/db.sh"),
    "a job in a directory": (".github/workflows/ci.yml",
    "jobs:\n  a:\n    steps:\n      - run: ./db.sh\n        working-directory: ops\n", "ops/db.sh"),
    "npm": ("package.json", '{"scripts": {"up": "./db.sh"}}', "db.sh"),
}  # fmt: skip

LEFT = {
    "another host": ("run.sh", "ssh host ./db.sh\n", "db.sh"),
    "another host's shell": ("run.sh", "ssh host 'cd app && ./db.sh'\n", "db.sh"),
    "a container": ("run.sh", "docker exec web ./db.sh\n", "db.sh"),
    "the system's": ("run.sh", "/usr/local/bin/db.sh\n", "usr/local/bin/db.sh"),
    "on the path": ("run.sh", "db.sh\n", "db.sh"),
    "an argument": ("run.sh", "chmod +x ./db.sh\ncp ./db.sh /tmp\necho ./db.sh\n", "db.sh"),
    "a comment": ("run.sh", "# ./db.sh\ntrue\n", "db.sh"),
    "another directory": ("a/run.sh", "./db.sh\n", "b/db.sh"),
    "an image's own": ("Dockerfile", "FROM docker\nCOPY db.sh /\nCMD ./db.sh\n", "db.sh"),
    "a document": ("README.md", "```sh\n./db.sh\n```\n", "db.sh"),
    "out of the tree": ("run.sh", "../db.sh\n", "db.sh"),
    "no script": ("run.sh", "./db.py\n", "db.py"),
}


@pytest.mark.parametrize("name", FOUND)
def test_found(ask: Ask, name: str) -> None:
    caller, text, script = FOUND[name]
    files = {caller: text, script: RUN}
    assert [(path, where) for path, _, _, where in called(ask, files)] == [(caller, script)]
    assert ask(files, "SELECT count(*) FROM container") == [(1,)]


@pytest.mark.parametrize("name", LEFT)
def test_left_alone(ask: Ask, name: str) -> None:
    caller, text, script = LEFT[name]
    assert called(ask, {caller: text + "# docker\n", script: RUN}) == []


NAMES = "SELECT name FROM container ORDER BY id"


def test_what_a_script_is_given(ask: Ask) -> None:
    files = {"run.sh": "X=own\nexport Y=out\n./db.sh one\n./db.sh two\n", "db.sh": "docker run --name $1-$X-$Y img\n"}
    assert ask(files, NAMES) == [("one-$X-out",), ("two-$X-out",)]


def test_what_is_read_in_shares_everything(ask: Ask) -> None:
    files = {
        "run.sh": "X=a\n. ./lib.sh\nup $Y\n",
        "lib.sh": "Y=$X-b\nup() { docker run --name $1 img; }\ndown() { docker rm -f $Y; }\n",
    }
    assert ask(files, "SELECT name, verb, call FROM step ORDER BY id") == [("a-b", "run", 1), ("$Y", "rm", None)]


def test_a_function_is_reported_once_however_many_read_it_in(ask: Ask) -> None:
    files = {f"run{n}.sh": ". ./lib.sh\ntrue docker\n" for n in range(5)} | {
        "lib.sh": "up() { docker run --name web img; }\n"
    }
    assert ask(files, NAMES) == [("web",)]


def test_an_env_file_that_is_read_in(ask: Ask) -> None:
    files = {"run.sh": ". ./settings.env\ndocker run --name $NAME img\n", "settings.env": "NAME=web\n"}
    assert ask(files, NAMES) == [("web",)]


def test_scripts_that_call_each_other_come_to_an_end(ask: Ask) -> None:
    files = {
        "a.sh": "./b.sh\ndocker run --name one img\n",
        "b.sh": "./a.sh\n. ./b.sh\ndocker run --name two img\n",
        "c.sh": "./c.sh\n./a.sh\n",
    }
    assert {name for (name,) in ask(files, NAMES)} == {"one", "two"}


EARLY = "SELECT DISTINCT target, moment FROM early_link_way"


@pytest.mark.parametrize(
    ("order", "early"), [("./web.sh\n./db.sh\n", [("db", "before it starts")]), ("./db.sh\n./web.sh\n", [])]
)
def test_the_order_of_steps_is_that_of_the_calls(ask: Ask, order: str, early: list[tuple[str, str]]) -> None:
    files = {
        "all.sh": order,
        "db.sh": "docker run -d --name db img\n",
        "web.sh": "docker run -d --name web --link db:db img\n",
    }
    assert ask(files, EARLY) == early


def test_a_job_is_a_host_of_its_own(ask: Ask) -> None:
    files = {
        ".github/workflows/ci.yml": "jobs:\n  a:\n    steps:\n      - run: ./db.sh\n  b:\n    steps:\n      - run: "
        "./db.sh\n",
        "db.sh": "docker run -d --name db -p 1:1 img\n",
    }
    assert ask(files, "SELECT count(DISTINCT scope) FROM container") == [(2,)]
    assert ask(files, "SELECT count(*) FROM refused_way") == [(0,)]
