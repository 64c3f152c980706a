"""What the columns of the tables hold: spans, ids of rows, or values."""

from __future__ import annotations

from dataclasses import fields

from linklint.facts.schema import TABLES, Row

# The columns that hold the id of a row, with the table of that row. `node` holds the number of a fork.
REFERENCES = {
    "scope": "scope",
    "step": "step",
    "container": "container",
    "target_container": "container",
    "image": "image",
    "env_file": "env_file",
    "call": "call",
    "parent": "call",
}


_columns: dict[type[Row], dict[str, bool]] = {}
_references: dict[type[Row], dict[str, type[Row]]] = {}


def columns_of(table: type[Row]) -> dict[str, bool]:
    """Return the columns of a table in order, and whether each holds a span."""
    if table not in _columns:
        _columns[table] = {f.name: str(f.type).startswith("Span") for f in fields(table)}
    return _columns[table]


def references_of(table: type[Row]) -> dict[str, type[Row]]:
    """Return the columns of a table that refer to rows, with the tables of these rows."""
    if table not in _references:
        numbers = [f.name for f in fields(table) if str(f.type).startswith("int")]
        _references[table] = {name: TABLES[REFERENCES[name]] for name in numbers if name in REFERENCES}
    return _references[table]
