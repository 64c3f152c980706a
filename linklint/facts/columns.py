"""Declare a table as a class: its annotations are the columns.

`dataclasses` would generate and compile the methods of each table when the module is imported, in every run.
"""

from __future__ import annotations

from typing import Any, NamedTuple, dataclass_transform


class Column(NamedTuple):
    """A column: its description, its default, and its annotation."""

    words: str
    default: Any
    type: str = ""

    @property
    def is_span(self) -> bool:
        """Whether it holds a span, in SQL the id of a row of `span`."""
        return self.type.startswith("Span")

    @property
    def is_number(self) -> bool:
        """Whether it holds a number, which may be the id of a row."""
        return self.type.startswith("int")


def col(words: str, default: Any = None) -> Any:
    """Define a column: its description, and its default."""
    return Column(words, default)


@dataclass_transform(frozen_default=True, eq_default=False, kw_only_default=True)
class Table(type):
    """The class of tables. `columns` are those of a table, in order.

    Rows are frozen for type checkers only: rows that really are cost a tenth of a scan.
    """

    columns: dict[str, Column]
    spans: dict[str, bool]

    def __new__(mcls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **_: Any) -> Table:
        types = {column: str(type_) for column, type_ in namespace.get("__annotations__", {}).items()}
        own = {column: namespace.pop(column, Column("", None))._replace(type=type_) for column, type_ in types.items()}
        cls = super().__new__(mcls, name, bases, {**namespace, "__slots__": tuple(own)})
        cls.columns = {**getattr(bases[0], "columns", {}), **own} if bases else own
        cls.spans = {column: known.is_span for column, known in cls.columns.items()}
        return cls

    def __init__(cls, *_: Any, **__: Any) -> None:
        """Take the keyword arguments of a class, which are for type checkers."""
