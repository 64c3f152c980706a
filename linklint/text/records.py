"""Declare a class by its fields, like `dataclasses`.

`dataclasses` takes a tenth of a short run: it imports `inspect`, and compiles methods for each class.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Self, dataclass_transform

REQUIRED: Any = object()


class Made(NamedTuple):
    """A default that is made anew for each record."""

    maker: Callable[[], Any]


def new(factory: Callable[[], Any]) -> Any:
    """Define a field whose default is made anew for each record."""
    return Made(factory)


class Fields(type):
    """The class of records. `fields` are the defaults by name, in order; `makers` those made for each record."""

    fields: dict[str, Any]
    defaults: dict[str, Any]
    makers: dict[str, Made]

    def __new__(mcls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> Fields:
        own = {field: namespace.pop(field, REQUIRED) for field in namespace.get("__annotations__", {})}
        cls = super().__new__(mcls, name, bases, namespace)
        cls.fields = {**getattr(bases[0], "fields", {}), **own} if bases else own
        cls.defaults = {field: default for field, default in cls.fields.items() if default is not REQUIRED}
        cls.makers = {field: default for field, default in cls.fields.items() if type(default) is Made}
        return cls


@dataclass_transform(eq_default=False, field_specifiers=(new,))
class Record(metaclass=Fields):
    """A record: its annotations are its fields, by position and by name. Records are compared by identity."""

    def __init__(self, *values: Any, **named: Any) -> None:
        cls, state = type(self), self.__dict__
        state.update(cls.defaults)
        state.update(zip(cls.fields, values))
        state.update(named)
        for name, made in cls.makers.items():
            if state[name] is made:
                state[name] = made.maker()
        if len(values) > len(cls.fields) or state.keys() != cls.fields.keys():
            raise TypeError(f"{cls.__name__} does not take these values, or needs others")

    def changed(self, **given: Any) -> Self:
        """Return a copy with other values."""
        return type(self)(**{name: getattr(self, name) for name in type(self).fields} | given)


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
