"""`linklint query --tables`, and hints for queries that fail: which table has a column."""

from __future__ import annotations

import re

from linklint.facts.schema import PLURALS, TABLES
from linklint.output.terminal import Line
from linklint.text.regex import lazy_compile

UNKNOWN = lazy_compile(r"no such (?P<what>column|table): (?:\w+\.)?(?P<name>\w+)")
OF_PLACES = ("path", "line", "column")


def render() -> list[Line]:
    """Return each table with its view for people, and its columns."""
    lines: list[Line] = []
    for name, table in TABLES.items():
        view = PLURALS.get(name, name + "s")
        lines.append([(name, "bold"), (f"  (with path, line and column: {view})", "dim")])
        columns = ["id", *table.columns]
        lines.append([(f"    {', '.join(columns)}", "")])
    return [*lines, [], [("linklint explain facts describes every column.", "dim")]]


def hint(error: str, sql: str) -> str:
    """Return where an unknown column or table of a query is: `: the view links has path`, or nothing."""
    match = UNKNOWN.search(error)
    if match is None:
        return ""
    name = match["name"]
    if match["what"] == "table":
        return ": linklint query --tables lists the tables"
    asked = set(re.findall(r"\w+", sql))
    views = [PLURALS.get(table, table + "s") for table in TABLES if table in asked]
    if name in OF_PLACES and views:
        return f": use {views[0]} instead of {next(t for t in TABLES if t in asked)}, which has path, line and column"
    has = [table for table, row in TABLES.items() if name in row.columns]
    return f": {name} is a column of {', '.join(has[:4])}" if has else ": linklint query --tables lists the columns"
