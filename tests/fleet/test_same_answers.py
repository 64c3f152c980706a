"""Rules and questions have the same answers for one repository and for many, in SQLite, DuckDB and Spark."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import tempfile
from functools import lru_cache
from pathlib import Path

import pytest
from program import linklint

sys.path.insert(0, str(Path(__file__).parent))

from databases import FIXTURES, QUERIES, ROOT, Part, examples, in_duckdb, in_order, in_spark, part, together

from linklint.database.layout import RELATION, scripts, statements
from linklint.findings.rule_file import built_in
from linklint.fleet.dialects import translated
from linklint.fleet.relations import CONSTANT, IDENTIFIER, OWN_TABLES, TEXT, relations


@lru_cache(maxsize=1)
def parts() -> list[Part]:
    return [part(tree) for tree in FIXTURES]


@lru_cache(maxsize=1)
def all_fixtures() -> sqlite3.Connection:
    return together(parts())


@lru_cache(maxsize=1)
def every_example() -> list[Part]:
    with tempfile.TemporaryDirectory() as root:
        return parts() + [part(tree) for tree in examples(built_in(), Path(root))]


def counts(database: sqlite3.Connection) -> dict[str, int]:
    return {name: len(database.execute(sql).fetchall()) for name, sql in QUERIES.items()}


def test_there_are_rules_and_questions() -> None:
    assert len(QUERIES) > 45 and sum(counts(all_fixtures()).values()) > 200


def test_a_repository_under_two_names_has_each_finding_twice() -> None:
    rules = [rule for rule in built_in() if rule.sql.strip()]
    for one in parts():
        single, twice = together([one]), together([one, one])
        for rule in rules:
            found = len(single.execute(rule.sql).fetchall())
            assert len(twice.execute(rule.sql).fetchall()) == 2 * found, rule.slug


def assert_nothing_is_mixed(found: list[Part]) -> None:
    """Check that no name of one repository changes a finding of another one."""
    rules = [rule for rule in built_in() if rule.sql.strip()]
    expected = {rule.slug: 0 for rule in rules}
    for one in found:
        single = together([one])
        for rule in rules:
            expected[rule.slug] += len(single.execute(rule.sql).fetchall())
    database = together(found)
    assert {rule.slug: len(database.execute(rule.sql).fetchall()) for rule in rules} == expected


def test_repositories_do_not_mix() -> None:
    assert_nothing_is_mixed(parts())


@pytest.mark.slow
def test_the_examples_of_rules_do_not_mix() -> None:
    assert_nothing_is_mixed(every_example())


def test_identifiers_and_types() -> None:
    """Each identifier is one of a row of the same repository, and each column has one type."""
    for relation in relations().values():
        for column, kind in relation.columns:
            expected = "text" if kind == TEXT else "integer"
            found = {kind for (kind,) in all_fixtures().execute(f'SELECT typeof("{column}") FROM {relation.name}')}
            assert found <= {expected, "null"}, (relation.name, column)
            if kind == IDENTIFIER:
                numbers = {
                    n for (n,) in all_fixtures().execute(f'SELECT DISTINCT "{column}" >> 32 FROM {relation.name}')
                }
                assert numbers <= {None, *range(1, len(parts()) + 1)}, (relation.name, column)


def test_every_row_is_of_a_repository() -> None:
    """Only these have no identifier that is always there: what they say is in the others, for each repository."""
    loose = {
        relation.name
        for relation in relations().values()
        if not any(kind == IDENTIFIER for _, kind in relation.columns)
    }
    assert loose == {
        *("target_engine", "engine_change", "sensitive_port", "sensitive_image", "web_port", "proxy_image"),
        *("loopback_bind", "stray_prefix", "settled_name", "exported_name", "overridden_name"),
    }
    for table in OWN_TABLES:
        assert not set(QUERIES) & {table}


def assert_same(database: sqlite3.Connection, other: object, ask: str) -> None:
    for name, sql in QUERIES.items():
        rows = getattr(other, "execute" if ask == "duckdb" else "sql")(translated(sql, ask))
        found = rows.fetchall() if ask == "duckdb" else rows.collect()
        assert in_order(found) == in_order(database.execute(sql)), name


def test_duckdb_answers_the_same() -> None:
    assert_same(all_fixtures(), in_duckdb(all_fixtures()), "duckdb")


def derived_queries() -> dict[str, str]:
    """Return the queries of views and filled tables by name; an empty one where several fill a table."""
    found: dict[str, str] = {}
    for _, script in scripts():
        for match in filter(None, map(RELATION.search, statements(script))):
            found[match["name"]] = match["query"] if match["kind"] != "INSERT INTO" else ""
    return found


@pytest.mark.slow
def test_views_answer_the_same() -> None:
    """What SQLite derives, DuckDB derives, too: each table and view, from the tables before it."""
    derived = {name: sql for name, sql in derived_queries().items() if sql and name not in CONSTANT}
    assert len(derived) > 75
    for one in parts():
        database = together([one])
        duck = in_duckdb(database)
        for name, sql in derived.items():
            found = duck.execute(translated(sql, "duckdb")).fetchall()
            assert in_order(found) == in_order(database.execute(f"SELECT * FROM {name}")), name


@pytest.mark.slow
def test_duckdb_answers_the_same_for_the_examples() -> None:
    database = together(every_example())
    assert all(database.execute(rule.sql).fetchall() for rule in built_in() if rule.sql.strip()), "every rule finds"
    assert_same(database, in_duckdb(database), "duckdb")


@pytest.mark.conformance
@pytest.mark.needs("java")
def test_spark_answers_the_same(tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="NOT COMPARED with Spark: pip install docker-linklint[conformance]")
    database = together(every_example())
    spark = in_spark(database, tmp_path)
    try:
        assert_same(database, spark, "spark")
    finally:
        spark.stop()


@pytest.mark.conformance
@pytest.mark.needs("java")
def test_spark_reads_the_data_set(tmp_path: Path) -> None:
    """As the page of the fleet says: spark-submit, on the same files and with the same SQL."""
    pytest.importorskip("pyspark", reason="NOT COMPARED with Spark: pip install docker-linklint[conformance]")
    from linklint.fleet import spark
    from linklint.fleet.dataset import Dataset
    from linklint.fleet.questions import Fleet

    for tree in FIXTURES:
        done = linklint("query", "--export", f"{tmp_path}/{tree.name}.sqlite", "--repository", tree.name, cwd=tree)
        assert done.returncode == 0
    data = Dataset(str(tmp_path / "fleet"), make=True)
    data.add([str(tmp_path)])
    sql = (
        "SELECT scan.repository, links.path, links.line, links.alias "
        "FROM links JOIN scan ON scan.id >> 32 = links.id >> 32"
    )
    with Fleet(data) as fleet:
        expected = in_order(fleet.ask(sql)[1])

    def submit(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, spark.__file__, data.root, *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=300)

    done = submit(sql)
    assert done.returncode == 0, done.stderr[-2000:]
    assert in_order(json.loads(line).values() for line in done.stdout.splitlines()) == expected and expected
    rule = tmp_path / "custom.md"
    rule.write_text((ROOT / "rules" / "legacy-link.md").read_text())
    assert submit("--rule", str(rule)).returncode == 2 and "--trust" in submit("--rule", str(rule)).stderr
    assert len(submit("--rule", str(rule), "--trust").stdout.splitlines()) == len(all_fixtures().execute(
        QUERIES["legacy-link"]
    ).fetchall())  # fmt: skip
