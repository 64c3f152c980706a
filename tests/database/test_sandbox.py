"""Untrusted SQL: none of these statements writes, escapes, or exceeds its time limit."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from linklint.config.model import Config
from linklint.database.sandbox import FUNCTIONS, QueryError
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


@pytest.fixture
def store() -> Store:
    return Store(FactCollector(), [])


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
