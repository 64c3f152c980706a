"""SQL of SQLite for DuckDB and Spark."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from linklint.errors import QueryError
from linklint.fleet.dialects import DUCKDB, SPARK, regex_of, translated

duckdb = pytest.importorskip("duckdb", reason="pip install docker-linklint[fleet]")
ROWS = [(1, "Web", "a-b"), (2, "db", "$x"), (3, None, "a_b"), (0, "", "[z]"), (7, "a\\b", "ä")]
CONDITIONS = (
    *("name LIKE 'w%'", "name NOT LIKE '%B'", r"other LIKE 'a\_b' ESCAPE '\'", "name IS 'db'", "name IS NOT 'db'"),
    *(
        "other GLOB '*[${]*'",
        "other NOT GLOB '*[^a-z]*'",
        "name GLOB '[A-Z]*'",
        "other GLOB '?_b'",
        "other GLOB '[[]*'",
    ),
    *("other GLOB '?_b'", "n", "NOT n", "n >> 1 = 3", "n / 2 = 3", "n / 2.0 = 3.5", "n / 0 IS NULL", "max(n, 2) = 2"),
    *("instr(other, '-') > 0", "trim(other, '[]') = 'z'", "ifnull(name, 'q') = 'q'", "substr(name, 2, 1) = 'e'"),
    *("CASE WHEN n THEN n = 1 ELSE 1 END", "CASE n WHEN 1 THEN 1 ELSE 0 END", "n IN (SELECT max(n) FROM t)"),
    *("(n, name) IN (SELECT n, name FROM t WHERE n > 1)", "(n, name) = (3, NULL)", "(n, name) <> (2, 'db')"),
    *("(n = 1) || '' = '1'", "'a' || (n > 2) = 'a0'", "CAST(n AS INTEGER) / 2 = 3", "CAST(n AS REAL) / 2 = 3.5"),
    *(
        "(SELECT count(*) FROM t WHERE name LIKE 'D%') || 'x' = '1x'",
        "(SELECT count(*) FROM t WHERE name LIKE 'D%') = 1",
    ),
    *(
        "CASE WHEN name LIKE 'DB' THEN 'a' ELSE 'b' END LIKE 'A'",
        "(SELECT max(n / 2) FROM t WHERE name LIKE 'D%') / 1 = 1",
    ),
    *("'x' || (n IN (1, 2)) || (name IS NULL) = 'x10'", "CAST(n = 1 AS TEXT) = '1'"),
    *("round(n) / 2 = 3.5", "(n + 0) / 2 * 2 = 6"),
)


@pytest.fixture(scope="module")
def databases() -> tuple[sqlite3.Connection, Any]:
    both = sqlite3.connect(":memory:"), duckdb.connect()
    for database in both:
        database.execute("CREATE TABLE t (n BIGINT, name TEXT, other TEXT)")
        database.executemany("INSERT INTO t VALUES (?, ?, ?)", ROWS)
    return both


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1 FROM (WITH duckdb_settings AS (SELECT 1 AS a) SELECT a FROM duckdb_settings) AS x, duckdb_settings",
        "SELECT * FROM (WITH x AS (SELECT 1 AS a) SELECT a FROM x) AS y CROSS JOIN x",
        "WITH x AS (SELECT * FROM sqlite_master) SELECT * FROM x",
        "SELECT (SELECT count(*) FROM current_number)",
        "SELECT 1 FROM t WHERE EXISTS (SELECT 1 FROM pragma_database_list)",
        "SELECT * FROM t UNION SELECT 1, 2, 3 FROM u",
        "SELECT * FROM t WHERE n IN (SELECT 1 FROM u)",
    ],
)  # fmt: skip
def test_tables_that_are_none(sql: str) -> None:
    with pytest.raises(QueryError, match="there is no table"):
        translated(sql, DUCKDB, {"t"})


def test_tables_that_are_some() -> None:
    for sql in ("WITH x AS (SELECT n FROM T) SELECT n FROM x", "SELECT t.n FROM t JOIN t AS u ON u.n = t.n",
                "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT r.n + 1 FROM r JOIN t ON t.n = r.n) SELECT 1",
                "SELECT n FROM t WHERE EXISTS (WITH x AS (SELECT n FROM t) SELECT 1 FROM x)"):  # fmt: skip
        assert translated(sql, DUCKDB, {"t"})


def test_decimals_are_numbers() -> None:
    from linklint.fleet.duck_child import ask

    assert ask(duckdb.connect(), "SELECT 1.5, 0.1 + 0.2, 2 > 1")["rows"] == [[1.5, pytest.approx(0.3), 1]]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_the_rows_are_the_same(databases: tuple[sqlite3.Connection, Any], condition: str) -> None:
    sql = f"SELECT n FROM t WHERE {condition} ORDER BY n"
    sqlite, duck = databases
    assert duck.execute(translated(sql, DUCKDB)).fetchall() == sqlite.execute(sql).fetchall()


def test_concatenations_are_sorted(databases: tuple[sqlite3.Connection, Any]) -> None:
    sql = "SELECT group_concat(name, ', '), group_concat(DISTINCT n) FROM (SELECT * FROM t ORDER BY name, n)"
    assert databases[1].execute(translated(sql, DUCKDB)).fetchone() == (", Web, a\\b, db", "0,1,2,3,7")


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT a FROM t WHERE b", "SELECT a FROM t AS t_row WHERE (b) <> 0"),
        ("SELECT t.* FROM t WHERE NOT (b OR c = 1)", "SELECT t_row.* FROM t AS t_row WHERE NOT ((b) <> 0 OR c = 1)"),
        (
            "SELECT link.id FROM link WHERE EXISTS (SELECT 1 FROM x AS y WHERE y.link = link.id)",
            "SELECT link_row.id FROM link AS link_row WHERE EXISTS(SELECT 1 FROM x AS y_row "
            "WHERE y_row.link = link_row.id)",
        ),
        ("SELECT CASE WHEN a THEN 1 END FROM t", "SELECT CASE WHEN (a) <> 0 THEN 1 END FROM t AS t_row"),
        (
            r"SELECT 1 FROM t WHERE a LIKE 'x\_' ESCAPE '\'",
            r"SELECT 1 FROM t AS t_row WHERE a ILIKE 'x\\_' ESCAPE '\\'",
        ),
    ],
)
def test_spark(sql: str, expected: str) -> None:
    assert translated(sql, SPARK) == expected


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM t", "SELECT 1; SELECT 2", "SELECT 1; DROP TABLE t", "", "WITH x AS (SELECT 1) DELETE FROM t",
        "PRAGMA x", "ATTACH 'x' AS y", "SELECT \"a\" FROM t", "SELECT FROM WHERE", "SELECT a FROM t WHERE a GLOB b",
        "(" * 5000, "COPY t TO 'x'", "INSTALL httpfs", "select " + "(" * 3000 + "1" + ")" * 3000,
    ],
)  # fmt: skip
@pytest.mark.parametrize("dialect", [DUCKDB, SPARK])
def test_only_one_select(sql: str, dialect: str) -> None:
    with pytest.raises(QueryError):
        translated(sql, dialect)


@pytest.mark.parametrize(
    "glob", ["*", "a?b", "*[^a-z]*", "[]]x", "[a^]", "a.b", "a\\b", "[\\]", "[^]]", "[", "a[b", "[a-"]
)
def test_patterns_match_as_in_sqlite(glob: str) -> None:
    import re

    database = sqlite3.connect(":memory:")
    for text in ("", "a", "ab", "a-b", "]x", "^", "a.b", "aXb", "a\\b", "\\", "]", "[", "a[b", "x\ny", "z", "-"):
        expected = bool(database.execute("SELECT ? GLOB ?", (text, glob)).fetchone()[0])
        assert (re.search(regex_of(glob), text) is not None) == expected, (glob, text)
