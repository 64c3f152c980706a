"""The tables of an export, and the type of each column: text, a number, or the identifier of a row.

An identifier is unique in one export. Where many are put together, the number of the repository times 2³² is added, so
that the same SQL holds for one repository and for all. What the database derives, also in a view, is a table here: it
was judged for the tree that it belongs to, and no name of another repository can change it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from linklint.database.layout import layout, views_for_people
from linklint.docker.engines import target_row
from linklint.facts.schema import TABLES

TEXT, NUMBER, IDENTIFIER = "text", "number", "identifier"
BITS = 32  # of an identifier in one export
IDENTIFIERS = frozenset(
    """id span head_span name_span new_name_span image_span scale_span network_span target_span host_ip_span insert_span
    value_span cause_span scope step container target_container cause_container link source recipient image env env_file
    env_read call parent node build final file ancestor base first at also earlier since until by cause origin ignore
    finding""".split()
)
NUMBERS = frozenset(
    """line column start end end_line end_column verbatim seq arm nth rank depth aliases finals written legacy shared
    is_example on_host is_project is_pipeline guarded settled exported outside never unlinked unseen lone lone_env
    breaks one_alias tested bound_elsewhere exposes_more links links_removed link_variables link_variables_unset port
    format files unread""".split()
)
# Where a name has another meaning than elsewhere.
EXCEPTIONS = {
    "container": {"image": TEXT},
    "loopback_bind": {"image": TEXT},
    "image": {"base": TEXT},
    "env": {"origin": TEXT},
    "env_file": {"file": TEXT},
    "step_outcome": {"port": IDENTIFIER},
    "wide_bind": {"port": IDENTIFIER, "container": TEXT},
    "exclusive": {"other": IDENTIFIER},
    "apart_link": {"recipient": TEXT},
    "moved_source": {"recipient": TEXT},
    "repeated_alias": {"recipient": TEXT},
    "dangling_link": {"recipient": TEXT},
    "passed_on_secret": {"recipient": TEXT},
    "bare_secret": {"recipient": TEXT},
    "early_link_way": {"source": TEXT},
    "env_read": {"written": TEXT},
    "known_read": {"written": TEXT},
    "every_read": {"written": TEXT},
    "judged_read": {"written": TEXT},
    "document": {"id": IDENTIFIER},
}
CONSTANT = frozenset({"target_engine", "sensitive_port", "sensitive_image", "web_port", "proxy_image"})
OF_A_SCAN = {
    "scan": "id format repository commit_id committed_at scanned_at linklint engine files unread upgrade_29 upgrade_30",
    "finding": "id rule severity confidence message subject span path line column end_line end_column fingerprint "
    "identity state by_what reason",
    "related": "id finding span words",
}


class Relation(NamedTuple):
    """A table of an export: its name, and its columns with their types, in order."""

    name: str
    columns: tuple[tuple[str, str], ...]


def type_of(relation: str, column: str) -> str:
    """Return the type of a column."""
    exception = EXCEPTIONS.get(relation, {}).get(column)
    if exception is not None:
        return exception
    if column in IDENTIFIERS:
        return IDENTIFIER
    known = TABLES[relation].columns.get(column) if relation in TABLES else None
    is_number = known.is_number if known is not None else column in NUMBERS
    return NUMBER if is_number else TEXT


@lru_cache(maxsize=1)
def relations() -> dict[str, Relation]:
    """Return all tables of an export by name. The views for people, links of link, are not among them."""
    connection = sqlite3.connect(":memory:")
    connection.deserialize(layout().image)
    for_people = views_for_people()
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")]
    found = {
        name: [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
        for name in names
        if name not in for_people
    }
    connection.close()
    found |= {name: columns.split() for name, columns in OF_A_SCAN.items()}
    return {
        name: Relation(name, tuple((column, type_of(name, column)) for column in columns))
        for name, columns in found.items()
    }


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
    connection.execute("INSERT INTO target_engine VALUES (?, ?, ?, ?, ?, ?, ?)", target_row(engine))
    return [(relations()[name], list(connection.execute(f"SELECT * FROM {name}"))) for name in sorted(CONSTANT)]


def numbered(relation: Relation, rows: Iterable[tuple[Any, ...]], number: int) -> Iterator[tuple[Any, ...]]:
    """Yield rows with the identifiers of a repository: its number times 2³² is added."""
    more = number << BITS
    which = [kind == IDENTIFIER for _, kind in relation.columns]
    for row in rows:
        yield tuple(cell + more if adds and cell is not None else cell for cell, adds in zip(row, which))
