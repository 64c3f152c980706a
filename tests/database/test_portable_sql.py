"""The SQL of views, rules and questions uses what other databases have, too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from linklint.findings.rule_file import built_in

PACKAGE = Path(__file__).parents[2] / "linklint"
RESERVED = frozenset(
    "all and any as asc between both by call case check collate column condition constraint create cross current "
    "default "
    "delete desc distinct do drop else end except exists for foreign from full function grant group having if in index "
    "inner insert into is join key lateral leading left like limit match natural not null of on or order outer over "
    "partition primary range references right row rows select set some start table then to trailing trigger union "
    "unique "
    "update user using values view when where window with".split()
)
FORBIDDEN = {
    "a reserved word as a column": re.compile(rf"\bAS '?({'|'.join(sorted(RESERVED))})\b(?! *\()", re.IGNORECASE),
    "IS without NULL": re.compile(r"\bIS\s+(?:NOT\s+)?(?!NULL\b|NOT\s+NULL\b|DISTINCT\b)\w"),
    "a scalar max or min": re.compile(r"\b(?:max|min)\((?:[^(),]|\([^()]*\))+,"),
    "GLOB with a negated set": re.compile(r"GLOB '[^']*\[\^"),
    "a function written in Python": re.compile(r"\bprefix\("),
}
CONDITION = re.compile(r"\b(ON|USING)\b")


def texts() -> Iterator[tuple[str, str]]:
    for path in sorted((PACKAGE / "database").rglob("*.sql")):
        yield path.name, path.read_text()
    for rule in built_in():
        yield rule.slug, rule.sql


def joins_without_condition(sql: str) -> int:
    """Count JOINs without ON or USING before the next JOIN or the end of the FROM clause, and CROSS JOINs with one."""
    count = 0
    for join in re.finditer(r"(?P<cross>\bCROSS\s+)?\bJOIN\b", sql):
        depth, rest = 0, sql[join.end() :]
        for token in re.finditer(r"[()]|\b(?:ON|USING|JOIN|WHERE|GROUP|ORDER|UNION|WINDOW)\b", rest):
            word = token[0]
            depth += (word == "(") - (word == ")")
            if depth < 0 or depth == 0 and word not in "()":
                count += (word in ("ON", "USING")) == (join["cross"] is not None)
                break
        else:
            count += join["cross"] is None
    return count


def found_in(sql: str) -> dict[str, int]:
    bare = re.sub(r"--[^\n]*", "", sql)
    counts = {name: len(pattern.findall(bare)) for name, pattern in FORBIDDEN.items()}
    counts["a JOIN without ON"] = joins_without_condition(re.sub(r"'[^']*'", "''", bare))
    return {name: count for name, count in counts.items() if count}


@pytest.mark.parametrize(("name", "sql"), [pytest.param(name, sql, id=name) for name, sql in texts()])
def test_sql_is_portable(name: str, sql: str) -> None:
    assert found_in(sql) == {}


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ("SELECT 1 AS end", "a reserved word as a column"),
        ("SELECT * FROM a WHERE a.x IS a.y", "IS without NULL"),
        ("SELECT max(a, b) FROM c", "a scalar max or min"),
        ("SELECT * FROM a WHERE x GLOB '*[^a]*'", "GLOB with a negated set"),
        ("SELECT prefix(alias) FROM link", "a function written in Python"),
        ("SELECT * FROM a JOIN b WHERE a.x = b.x", "a JOIN without ON"),
        ("SELECT * FROM a JOIN b JOIN c ON c.x = a.x", "a JOIN without ON"),
        ("SELECT * FROM a CROSS JOIN b ON b.x = a.x", "a JOIN without ON"),
    ],
)
def test_what_is_refused(sql: str, what: str) -> None:
    assert found_in(sql) == {what: 1}


def test_what_is_accepted() -> None:
    sql = (
        "SELECT max(a) AS words FROM (SELECT x AS a FROM b JOIN c ON c.x = b.x CROSS JOIN e WHERE b.y IS NOT NULL) "
        "JOIN d USING (x) WHERE d.z IS NULL AND d.w GLOB '*[${]*'"
    )
    assert found_in(sql) == {}
