"""The layout of the database: its tables, views and indexes, and how the tables that are not facts are filled.

Making it takes longer than all else that a scan of one file does with the database. So it is made when the package is
built: `linklint/prebuilt.py` keeps it, and a database starts as a copy of its image.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from linklint.database.link_variables import LINK_VARIABLE_TABLE
from linklint.engine.tables import ENGINE_TABLES
from linklint.facts.schema import PLURALS, TABLES, rows_of
from linklint.prebuilt import VIEWS, files_of, prebuilt, text_of
from linklint.text.records import Column
from linklint.text.regex import lazy_compile

SPAN_COLUMNS = "id, file, start, end, line, column, end_line, end_column, verbatim, confidence"
# Tables that Python fills, before the views in a file, with the script that creates them.
FILLED = {
    "step_outcome": ("2_container_names", ENGINE_TABLES),
    "link_variable": ("6_secrets", LINK_VARIABLE_TABLE),
}
PLACE = ("path", "line", "column")
RELATION = lazy_compile(
    r"(?P<kind>CREATE (?:TABLE|VIEW)|INSERT INTO) (?P<name>\w+)(?: AS)?\s+(?P<query>(?:SELECT|WITH)\b.*);", re.DOTALL
)


DECLARED = lazy_compile(r"^-- (?P<type>rows|numbers): (?P<columns>[\w ]+)$", re.MULTILINE)
CREATED = lazy_compile(r"^CREATE (?:TABLE|VIEW) (?P<name>\w+)", re.MULTILINE)


class Fill(NamedTuple):
    """Fill a table with the rows of a query; without a query, Python fills it."""

    table: str
    query: str


class Layout(NamedTuple):
    """An SQLite file without facts, how its tables are filled, in order, and the columns of each table and view that
    hold rows (`rows`) and other numbers (`numbers`); all others hold text.
    """

    image: bytes
    fills: tuple[Fill, ...]
    columns: Mapping[str, Mapping[str, Sequence[str]]]


@lru_cache(maxsize=1)
def layout() -> Layout:
    """Return the layout, made now or when the package was built."""
    made = prebuilt()
    return lay_out() if made is None else Layout(made.image(), tuple(Fill(*fill) for fill in made.fills), made.columns)


def lay_out() -> Layout:
    """Make the layout: run the scripts on an empty database."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    fills: list[Fill] = []
    columns: dict[str, dict[str, list[str]]] = {}
    for name, script in scripts():
        if name in FILLED:
            fills.append(Fill(name, ""))
        for statement in statements(script):
            columns |= declared_columns(statement)
            match = RELATION.search(statement)
            if match is None or match["kind"] != "INSERT INTO":
                connection.execute(statement)
            if match is None:
                continue
            table, query = match["name"], match["query"]
            if not match["kind"].endswith("VIEW"):
                fills.append(Fill(table, query))
    return Layout(connection.serialize(), tuple(fills), columns)


def declared_columns(statement: str) -> dict[str, dict[str, list[str]]]:
    """Return {name: {"rows": …, "numbers": …}} of a statement that creates a table or a view, by the comments before
    it: `-- rows: span link` and `-- numbers: line nth`.
    """
    created = CREATED.search(statement)
    declared = {one["type"]: one["columns"].split() for one in DECLARED.finditer(statement)}
    return {created["name"]: declared} if created is not None and declared else {}


def scripts() -> Iterator[tuple[str, str]]:
    """Yield the SQL scripts that create the database, with their names, in order."""
    yield "facts", _tables_of_facts()
    for name, path in files_of(VIEWS):
        for table, (before, script) in FILLED.items():
            if before == name:
                yield table, script
        yield name, text_of(path)


def statements(script: str) -> Iterator[str]:
    """Yield the statements of a script, each with the comments before it."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if line.rstrip().endswith(";") and sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _tables_of_facts() -> str:
    """Return the script of the tables of `facts/schema.py`, with a plural view of each for people."""
    script = [
        "-- rows: id\nCREATE TABLE file (id INTEGER PRIMARY KEY, path, kind, directory, digest, inside)",
        "-- rows: id file\n-- numbers: start end line column end_line end_column verbatim\n"
        f"CREATE TABLE span ({SPAN_COLUMNS.replace('id,', 'id INTEGER PRIMARY KEY,', 1)})",
        "-- numbers: links links_removed link_variables link_variables_unset\n"
        "CREATE TABLE target_engine (name, links, links_removed, link_variables, link_variables_unset, removal, "
        "ignores_setting)",
        "-- numbers: breaks\nCREATE TABLE engine_change (code, holds, engines, breaks)",
        "-- rows: ignore\nCREATE TABLE ignore_state (ignore INTEGER, state)",
    ]
    for name, table in TABLES.items():
        columns = ", ".join(f"{column}{_type_of(known)}" for column, known in table.columns.items())
        rows = rows_of(table)
        numbers = [column for column, known in table.columns.items() if known.is_number and column not in rows]
        declared = f"-- rows: {' '.join(['id', *rows])}\n" + (f"-- numbers: {' '.join(numbers)}\n" if numbers else "")
        script.append(f"{declared}CREATE TABLE {name} (id INTEGER PRIMARY KEY, {columns})")
    script += [f"CREATE VIEW {name} AS {query}" for name, query in views_for_people().items()]
    return ";\n".join([*script, ""])


def views_for_people() -> dict[str, str]:
    """Return the queries of the views that join each fact with its place, by name: `links` of `link`."""
    found = {"files": "SELECT * FROM file"}
    for name, table in TABLES.items():
        # `path` of env_file is `own_path` there
        own = (f"{name}.{one}{f' AS own_{one}' if one in PLACE else ''}" for one in ("id", *table.columns))
        head = "head_span" if "head_span" in table.spans else "span"
        found[PLURALS.get(name, f"{name}s")] = (
            f"SELECT file.path, span.line, span.column, {', '.join(own)} FROM {name} "
            f"LEFT JOIN span ON span.id = {name}.{head} LEFT JOIN file ON file.id = span.file"
        )
    return found


def _type_of(column: Column) -> str:
    """Return the column type. Numbers get an affinity, so that an index on ids serves comparisons with ids."""
    return " INTEGER" if column.is_number or column.is_span else ""
