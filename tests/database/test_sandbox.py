"""Untrusted SQL: none of these statements writes, escapes, or exceeds its time limit."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from machine import in_time

from linklint.config.model import Config
from linklint.database.sandbox import FUNCTIONS, QueryError, Sandbox, check_question, check_quotes, lock
from linklint.database.store import Store
from linklint.errors import ConfigError
from linklint.facts.collector import FactCollector
from linklint.findings.rule_file import BadRule, parse
from linklint.findings.rule_selection import select_rules
from linklint.scanning import scan

ATTACKS = {
    "write": "INSERT INTO container (name) VALUES ('x')",
    "update": "UPDATE container SET name = 'x'",
    "delete": "DELETE FROM span",
    "drop": "DROP TABLE container",
    "create": "CREATE TABLE mine (x)",
    "temporary": "CREATE TEMP TABLE mine AS SELECT 1",
    "attach": "ATTACH DATABASE '/tmp/linklint-attack.db' AS mine",
    "detach": "DETACH DATABASE main",
    "vacuum into": "VACUUM INTO '/tmp/linklint-attack.db'",
    "pragma": "PRAGMA database_list",
    "pragma function": "SELECT * FROM pragma_database_list",
    "schema": "SELECT sql FROM sqlite_master",
    "schema, the other name": "SELECT sql FROM sqlite_schema",
    "temporary schema": "SELECT * FROM sqlite_temp_master",
    "transaction": "BEGIN",
    "savepoint": "SAVEPOINT mine",
    "second statement": "SELECT 1; DROP TABLE container",
    "second statement behind a comment": "SELECT 1; /* */ SELECT 2",
    "explain": "EXPLAIN SELECT 1",
    "load_extension": "SELECT load_extension('/tmp/x.so')",
    "readfile": "SELECT readfile('/etc/passwd')",
    "writefile": "SELECT writefile('/tmp/x', 'y')",
    "function not on the list": "SELECT randomblob(10)",
    "zeroblob": "SELECT hex(zeroblob(100000000))",
    "printf bomb": "SELECT printf('%100000000d', 1)",
    "format bomb": "SELECT format('%100000000d', 1)",
    "sqlite_version": "SELECT sqlite_version()",
    "fts": "SELECT * FROM fts3tokenize('simple')",
    "double-quoted column": 'SELECT "nmae" FROM container',
    "backquoted column": "SELECT `name` FROM container",
    "bracketed column": "SELECT [name] FROM container",
    "unknown column": "SELECT nmae FROM container",
    "empty": "",
    "comment": "-- nothing",
    "NUL": "SELECT 1\0; DROP TABLE container",
    "surrogate": "SELECT '\ud800'",
}

SLOW = {
    "endless CTE": "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n",
    "endless rows": "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n",
    "cross join": "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 5000) SELECT count(*) "
    "FROM n a, n b, n c",
    "string bomb": "WITH RECURSIVE n (x) AS (SELECT 'aaaaaaaaaa' UNION ALL SELECT x || x FROM n) SELECT length(x) "
    "FROM n",
    "replace bomb": "SELECT length(replace(replace(replace('aaaaaaaaaa', 'a', "
    "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'),"
    " 'a', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'),"
    " 'a', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'))",
    "group_concat bomb": "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 3000000) SELECT "
    "length(group_concat('aaaaaaaaaa')) FROM n",
    "like bomb": "SELECT 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' LIKE '"
    + "%a" * 60
    + "b'",
}


ATTACKS_ON_THE_MACHINE = {
    **SLOW,
    "ltrim": "WITH RECURSIVE n (x) AS (SELECT 'ab' UNION ALL SELECT x || x FROM n LIMIT 18), m AS (SELECT max(x) AS x "
    "FROM n) SELECT ltrim(x, replace(substr(x, 1, 80000), 'b', 'c') || 'b') FROM m",
    "instr": "WITH RECURSIVE n (x) AS (SELECT 'a' UNION ALL SELECT x || x FROM n LIMIT 19), m AS (SELECT max(x) AS x "
    "FROM n) SELECT max(instr(m.x || a.x || 'b', substr(m.x, 1, 100000) || b.x || 'c')) FROM m, n a, n b, n c",
    "like": "WITH RECURSIVE n (x) AS (SELECT 'a' UNION ALL SELECT x || x FROM n LIMIT 20), m AS (SELECT max(x) AS x "
    "FROM n) SELECT count(*) FROM m, n a, n b, n c, n d WHERE m.x || a.x LIKE "
    "'%aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab'",
    "names that double": "WITH a0 AS (SELECT 1), "
    + ", ".join(f"a{i} AS (SELECT 1 UNION ALL SELECT l.* FROM a{i - 1} l, a{i - 1} r)" for i in range(1, 30))
    + " SELECT * FROM a29",
    "window": "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(y) FROM (SELECT "
    "first_value(x || 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa') OVER (ORDER BY x ROWS BETWEEN "
    "UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS y FROM n)",
    "distinct": "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM (SELECT "
    "DISTINCT x || 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' FROM n)",
    "group by": "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n GROUP BY x || "
    "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'",
    "union": "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n UNION ALL SELECT x + 1 FROM n) "
    "SELECT count(*) FROM n",
    "large rows": "WITH RECURSIVE n (x) AS (SELECT 'a' UNION ALL SELECT x || x FROM n LIMIT 20) SELECT a.x, b.x, c.x "
    "FROM n a, n b, n c",
}


def children() -> tuple[float, int]:
    """Return the CPU seconds and the peak kilobytes of ended child processes."""
    import resource

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime, used.ru_maxrss


@pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")
@pytest.mark.parametrize(
    "sql",
    [
        pytest.param(sql, id=name, marks=[] if name in ("ltrim", "names that double") else pytest.mark.slow)
        for name, sql in ATTACKS_ON_THE_MACHINE.items()
    ],
)
def test_sql_from_outside_cannot_take_the_machine(store: Store, sql: str) -> None:
    sandbox = Sandbox(store.export(), 0.5)
    cpu, begun = children()[0], time.monotonic()
    with pytest.raises(QueryError) as refusal:
        sandbox.ask(sql)
    print(f"{time.monotonic() - begun:.2f} s: {refusal.value}")
    assert time.monotonic() - begun < 3
    sandbox.child.end()
    used, peak = children()
    assert used - cpu < 3
    assert peak < 600_000  # kilobytes
    assert not [name for name in os.listdir("/tmp") if name.startswith("etilqs_")]


def test_checking_the_text_of_a_query_is_linear() -> None:
    begun = time.process_time()
    for text in (
        "/*" * 50_000,
        "'" + "a''" * 33_000,
        "--" * 50_000,
        "'" * 99_999,
        '"' * 99_999,
        "select 1 " + "/*" * 49_000,
    ):
        with contextlib.suppress(QueryError):
            check_question(text)
            check_quotes(text)
    assert in_time(time.process_time() - begun, 1)
    with pytest.raises(QueryError, match="longer than"):
        check_question("select 1" + " " * 200_000)


def test_all_queries_from_outside_have_one_deadline(store: Store) -> None:
    sandbox = Sandbox(store.export(), 0.6)
    begun, reasons = time.monotonic(), []
    for _ in range(20):
        with pytest.raises(QueryError) as refusal:
            sandbox.ask(SLOW["endless CTE"])
        reasons.append(str(refusal.value))
    assert time.monotonic() - begun < 3
    assert reasons[-1] == "no time is left: queries from outside may take 0.6 s together"


@pytest.mark.parametrize("sql", ATTACKS.values(), ids=ATTACKS.keys())
def test_an_attack_is_refused_in_the_child(sandbox: Sandbox, sql: str) -> None:
    with pytest.raises(QueryError):
        sandbox.ask(sql)
    assert sandbox.ask("SELECT count(*) AS n, x'00ff' AS b, 1.5 AS f, NULL AS z FROM container") == (
        ["n", "b", "f", "z"],
        [(0, b"\x00\xff", 1.5, None)],
    )


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    found = Sandbox(Store(FactCollector(), []).export(), 60)
    yield found
    found.child.end()


@pytest.fixture
def store() -> Store:
    """Return a store with the limits for SQL from outside."""
    found = Store(FactCollector(), [])
    lock(found.connection)
    return found


@pytest.mark.parametrize("sql", ATTACKS.values(), ids=ATTACKS.keys())
def test_attack_is_refused(store: Store, sql: str) -> None:
    before = store.connection.total_changes
    with pytest.raises(QueryError):
        store.ask(sql)
    assert store.connection.total_changes == before
    assert store.ask("SELECT count(*) FROM container")[1] == [(0,)]
    assert not Path("/tmp/linklint-attack.db").exists()


@pytest.mark.parametrize("sql", SLOW.values(), ids=SLOW.keys())
def test_nothing_runs_past_its_deadline(store: Store, sql: str) -> None:
    begun = time.monotonic()
    with pytest.raises(QueryError):
        store.ask(sql, seconds=0.5)
    assert time.monotonic() - begun < 3


def test_the_store_still_answers_after_a_deadline(store: Store) -> None:
    with pytest.raises(QueryError):
        store.ask(SLOW["endless CTE"], seconds=0.1)
    assert store.ask("SELECT 1 + 1 AS two") == (["two"], [(2,)])


def test_functions_that_read_or_make_anything_large_are_not_on_the_list() -> None:
    assert not FUNCTIONS & {
        "load_extension",
        "readfile",
        "writefile",
        "zeroblob",
        "randomblob",
        "printf",
        "format",
        "char",
        "hex",
        "edit",
        "fts3_tokenizer",
    }


HEAD = "---\nseverity: note\nmessage: {message}\nsince: 0.1\n---\n\n# A rule\n\n## Rule\n\n```sql\n{sql}\n```\n"


@pytest.mark.parametrize("message", ["{x.__class__}", "{x!r}", "{0}", "{x[0]}", "{x:>10000000}", "{{x}}", "{", "}"])
def test_message_words_are_nothing_but_words(message: str) -> None:
    with pytest.raises(BadRule, match="braces are only allowed"):
        parse(HEAD.format(message=message, sql="SELECT 1"), "mine", "mine.md")


def test_a_failing_rule_of_the_tree_is_a_finding_and_says_why(tmp_path: Path) -> None:
    (tmp_path / "run.sh").write_text("docker run -p 80:80 nginx\n")
    (tmp_path / "lint").mkdir()
    (tmp_path / "lint" / "mine.md").write_text(HEAD.format(message="x {name}", sql="SELECT nmae FROM container"))
    report = scan([str(tmp_path)], config=Config(rules=("lint/*.md",), directory=str(tmp_path)))
    assert report.failed
    failed = [finding for finding in report.findings if finding.rule == "failed-rule"]
    assert [finding.message for finding in failed] == ["the rule mine failed: no such column: nmae"]
    assert any(finding.rule == "all-interfaces-bind" for finding in report.findings), "the others still speak"


def test_a_rule_of_the_tree_finds_and_takes_no_built_in_name(tmp_path: Path) -> None:
    (tmp_path / "run.sh").write_text("docker run --name web nginx\n")
    (tmp_path / "lint").mkdir()
    rule = HEAD.format(
        message="the container {name}", sql="SELECT name_span AS at, name, name AS subject FROM container"
    )
    (tmp_path / "lint" / "mine.md").write_text(rule)
    config = Config(rules=("lint/*.md",), directory=str(tmp_path))
    assert [finding.message for finding in scan([str(tmp_path)], config=config).findings] == ["the container web"]
    (tmp_path / "lint" / "duplicate-name.md").write_text(rule)
    with pytest.raises(ConfigError, match="the name of another rule"):
        select_rules(config)
