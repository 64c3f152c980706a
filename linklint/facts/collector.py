"""Collect facts as they are found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TypeVar

from linklint.facts.schema import REFERENCES_OF, TABLES, Env, InBranch, Row

AnyRow = TypeVar("AnyRow", bound=Row)


class Batch(NamedTuple):
    """Rows of a table. The first has the number `before` + 1. `shifts` is what is added to the numbers in a column, if
    they are not 0 or null: rows refer to others of their collector.
    """

    before: int
    rows: list[Row]
    shifts: dict[str, int]


class FactCollector:
    """Collects facts. Numbers are assigned at once, so that facts can refer to each other.

    Other collectors come first (`extend`), which stay as they are: only their numbers are others here. `is_named` says
    what `secret-names` says about a name. `unflagged` are the variables that the configuration does not call secrets,
    by number: they are masked all the same. `forks` counts the forks of the control flow.
    """

    def __init__(self) -> None:
        self.is_named: Callable[[str], bool | None] | None = None
        self.unflagged: set[int] = set()
        self.forks = 0
        self._rows: dict[type[Row], list[Row]] = {table: [] for table in TABLES.values()}
        self._before: dict[type[Row], int] = dict.fromkeys(TABLES.values(), 0)
        self._batches: dict[type[Row], list[Batch]] = {}

    def add(self, row: Row) -> int:
        """Add a fact and return its number, from 1."""
        rows = self._rows[type(row)]
        rows.append(row)
        return self._before[type(row)] + len(rows)

    def change(self, table: type[Row], number: int, **columns: Any) -> None:
        """Set columns of a fact of this collector."""
        rows, index = self._rows[table], number - self._before[table] - 1
        rows[index] = rows[index].changed(**columns)

    def extend(self, other: FactCollector) -> None:
        """Take the facts of another collector, before any of its own."""
        before = dict(self._before)
        for table, rows in other._rows.items():
            if rows:
                shifts = {column: before[target] for column, target in REFERENCES_OF[table].items() if before[target]}
                if table is InBranch:
                    shifts["node"] = self.forks
                self._batches.setdefault(table, []).append(Batch(before[table], rows, shifts))
                self._before[table] += len(rows)
        self.unflagged |= {number + before[Env] for number in other.unflagged}
        self.forks += other.forks

    def batches(self, table: type[Row]) -> Iterator[Batch]:
        """Yield the facts of a table: those of the other collectors, and its own."""
        yield from self._batches.get(table, ())
        if self._rows[table]:
            yield Batch(self._before[table], self._rows[table], {})

    def numbered(self, table: type[AnyRow]) -> Iterator[tuple[int, AnyRow]]:
        """Yield the facts of a table with their numbers."""
        for before, rows, _ in self.batches(table):
            yield from enumerate(rows, before + 1)

    def rows(self, table: type[AnyRow]) -> list[AnyRow]:
        """Return the facts of a table. Those of other collectors refer to facts by the numbers that they have there."""
        if table not in self._batches:
            return self._rows[table]  # type: ignore[return-value]
        return [row for _, row in self.numbered(table)]
