"""Collect facts as they are found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from linklint.facts.schema import REFERENCES_OF, TABLES, Env, InBranch, Row
from linklint.text.source import Source, Span

AnyRow = TypeVar("AnyRow", bound=Row)


class FactCollector:
    """Collects facts. Numbers are assigned at once, so that facts can refer to each other.

    Other collectors come first (`extend`): their facts get the numbers that they have here. `is_named` says what
    `secret-names` says about a name. `unflagged` are the variables that the configuration does not call secrets, by
    number: they are masked all the same. `forks` counts the forks of the control flow.
    """

    def __init__(self) -> None:
        self.is_named: Callable[[str], bool | None] | None = None
        self.unflagged: set[int] = set()
        self.forks = 0
        self._rows: dict[type[Row], list[Row]] = {}
        self._before: dict[type[Row], int] = {}  # how many numbers come before, where the facts are now
        self._forks_before = 0

    def add(self, row: Row) -> int:
        """Add a fact and return its number, from 1."""
        rows = self._rows.setdefault(type(row), [])
        rows.append(row)
        return len(rows)

    def change(self, table: type[Row], number: int, **columns: Any) -> None:
        """Set columns of a fact of this collector."""
        rows = self._rows[table]
        rows[number - 1] = rows[number - 1].changed(**columns)

    def extend(self, other: FactCollector) -> None:
        """Take the facts of another collector. From then on, they refer to each other by their numbers here.

        The rows are shared. A collector whose facts another run has taken can be taken again.
        """
        other._renumber({table: len(self._rows.get(table, ())) for table in other._rows}, self.forks)
        for table, rows in other._rows.items():
            self._rows.setdefault(table, []).extend(rows)
        self.unflagged |= {number + other._before.get(Env, 0) for number in other.unflagged}
        self.forks += other.forks

    def _renumber(self, before: dict[type[Row], int], forks: int) -> None:
        """Let the facts refer to each other by numbers that come after some others."""
        shifts = {table: number - self._before.get(table, 0) for table, number in before.items()}
        for table, rows in self._rows.items():
            for column, target in REFERENCES_OF[table].items():
                _shift(rows, column, shifts.get(target, 0))
            if table is InBranch:
                _shift(rows, "node", forks - self._forks_before)
        self._before, self._forks_before = before, forks

    def numbered(self, table: type[AnyRow]) -> Iterator[tuple[int, AnyRow]]:
        """Yield the facts of a table with their numbers."""
        return enumerate(self.rows(table), 1)

    def rows(self, table: type[AnyRow]) -> list[AnyRow]:
        """Return the facts of a table."""
        return self._rows.get(table, [])  # type: ignore[return-value]


def _shift(rows: list[Row], column: str, amount: int) -> None:
    """Add an amount to a column that refers to facts; 0 and null refer to none."""
    if amount:
        for row in rows:
            if number := getattr(row, column):
                setattr(row, column, number + amount)


Encoded = list[Any]


def encode(collector: FactCollector) -> Encoded:
    """Return the facts of a collector. A span becomes (number of its file, start, end, confidence)."""
    paths: dict[str, int] = {}
    tables = {}
    for name, table in TABLES.items():
        if rows := collector.rows(table):
            columns = table.spans
            tables[name] = [
                [
                    _span(cell, paths) if is_span and (cell := getattr(row, column)) else getattr(row, column)
                    for column, is_span in columns.items()
                ]
                for row in rows
            ]
    return [list(paths), tables, sorted(collector.unflagged), collector.forks]


def _span(span: Span, paths: dict[str, int]) -> list[Any]:
    return [paths.setdefault(span.source.path, len(paths)), *span[1:]]


def decode(encoded: Encoded, open_source: Callable[[str], Source | None]) -> FactCollector | None:
    """Return the collector of encoded facts; None if a file cannot be read any more."""
    paths, tables, unflagged, forks = encoded
    sources = [source for path in paths if (source := open_source(path)) is not None]
    if len(sources) < len(paths):
        return None
    collector = FactCollector()
    for name, rows in tables.items():
        table = TABLES[name]
        columns = list(table.columns)
        spans = [at for at, is_span in enumerate(table.spans.values()) if is_span]
        for cells in rows:
            for at in spans:
                if cells[at]:
                    file, *rest = cells[at]
                    cells[at] = Span(sources[file], *rest)
            row = table.__new__(table)
            for column, cell in zip(columns, cells, strict=True):
                setattr(row, column, cell)
            collector.add(row)
    collector.unflagged, collector.forks = set(unflagged), forks
    return collector
