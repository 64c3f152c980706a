"""The tables of an export, and the type of each column: text, a number, or the identifier of a row. Where a view is
written, a comment says which columns are not text.

An identifier is unique in one export. Where many are put together, the number of the repository times 2³² is added, so
that the same SQL holds for one repository and for all. What the database derives, also in a view, is a table here: it
was judged for the tree that it belongs to, and no name of another repository can change it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from linklint.database.layout import declared_columns, layout, views_for_people
from linklint.docker.engines import fill_target

TEXT, NUMBER, IDENTIFIER = "text", "number", "identifier"
BITS = 32  # of an identifier in one export
CONSTANT = frozenset({"target_engine", "engine_change", "sensitive_port", "sensitive_image", "web_port", "proxy_image"})
OF_A_SCAN = """
-- rows: id
-- numbers: format files unread
CREATE TABLE scan (id, format, repository, commit_id, committed_at, scanned_at, linklint, engine, files, unread,
    upgrade_29, upgrade_30);

-- rows: id span
-- numbers: line column end_line end_column
CREATE TABLE finding (id, rule, severity, confidence, message, subject, span, path, line, column, end_line, end_column,
    fingerprint, identity, state, by_what, reason);

-- rows: id finding span
CREATE TABLE related (id, finding, span, words);
"""


OWN_TABLES = frozenset({"scan", "finding", "related"})  # those of OF_A_SCAN


class Relation(NamedTuple):
    """A table of an export: its name, and its columns with their types, in order."""

    name: str
    columns: tuple[tuple[str, str], ...]


@lru_cache(maxsize=1)
def relations() -> dict[str, Relation]:
    """Return all tables of an export by name. The views for people, links of link, are not among them."""
    empty = layout()
    connection = sqlite3.connect(":memory:")
    connection.deserialize(empty.image)
    connection.executescript(OF_A_SCAN)
    declared = {**empty.columns}
    for statement in OF_A_SCAN.split("\n\n"):
        declared |= declared_columns(statement)
    for_people = views_for_people()
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")]
    columns = {
        name: [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
        for name in names
        if name not in for_people
    }
    connection.close()
    return {name: _relation(name, found, declared.get(name, {})) for name, found in columns.items()}


def _relation(name: str, columns: Iterable[str], declared: Mapping[str, Sequence[str]]) -> Relation:
    rows, numbers = declared.get("rows", ()), declared.get("numbers", ())
    types = ((column, IDENTIFIER if column in rows else NUMBER if column in numbers else TEXT) for column in columns)
    return Relation(name, tuple(types))


@lru_cache(maxsize=1)
def kept() -> dict[str, Relation]:
    """Return the tables of a data set. What has no identifier cannot be told apart, and is in other tables, too."""
    return {name: one for name, one in relations().items() if name not in CONSTANT and identifiers(one)}


def identifiers(relation: Relation) -> list[str]:
    """Return the columns that are identifiers: the upper half of any of them tells the scan."""
    return [column for column, kind in relation.columns if kind == IDENTIFIER]


def columns_of(relation: Relation, number: str, text: str, quote: str = '"') -> str:
    """Return the columns of a table with their types, as a database calls them."""
    types = {TEXT: text, NUMBER: number, IDENTIFIER: number}
    return ", ".join(f"{quote}{column}{quote} {types[kind]}" for column, kind in relation.columns)


def constants(engine: str) -> list[tuple[Relation, list[tuple[Any, ...]]]]:
    """Return the tables that are the same for all repositories, with their rows."""
    connection = sqlite3.connect(":memory:")
    connection.deserialize(layout().image)
    fill_target(connection, engine)
    return [(relations()[name], list(connection.execute(f"SELECT * FROM {name}"))) for name in sorted(CONSTANT)]


def numbered(relation: Relation, rows: Iterable[tuple[Any, ...]], number: int) -> Iterator[tuple[Any, ...]]:
    """Yield rows with the identifiers of a repository: its number times 2³² is added."""
    more = number << BITS
    which = [kind == IDENTIFIER for _, kind in relation.columns]
    for row in rows:
        yield tuple(cell + more if adds and cell is not None else cell for cell, adds in zip(row, which))
