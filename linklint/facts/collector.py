"""Collect facts as they are found."""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import Any, NamedTuple, TypeVar

from linklint.facts.schema import REFERENCES_OF, Env, InBranch, Row

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
    by number: they are masked all the same. `forks` counts the forks of the control flow. With a `stride`, the numbers
    of each of the other collectors (`parts`) start at a multiple of it, so that one can be replaced alone.
    """

    def __init__(self, stride: int = 0) -> None:
        self.stride = stride
        self.parts: list[FactCollector] = []
        self.is_named: Callable[[str], bool | None] | None = None
        self.unflagged: set[int] = set()
        self.forks = 0
        self._rows: dict[type[Row], list[Row]] = {}
        self._count: dict[type[Row], int] = defaultdict(int)  # of the facts of other collectors
        self._batches: dict[type[Row], list[Batch]] = {}

    def add(self, row: Row) -> int:
        """Add a fact and return its number, from 1."""
        rows = self._rows.setdefault(type(row), [])
        rows.append(row)
        return self._start_of(type(row)) + len(rows)

    def change(self, table: type[Row], number: int, **columns: Any) -> None:
        """Set columns of a fact of this collector."""
        rows, index = self._rows[table], number - self._start_of(table) - 1
        rows[index] = rows[index].changed(**columns)

    def extend(self, other: FactCollector) -> None:
        """Take the facts of another collector, before any of its own."""
        starts = {table: self._start_of(table) for table in other._rows}
        for table, rows in other._rows.items():
            references = REFERENCES_OF[table].items()
            shifts = {column: start for column, target in references if (start := starts.get(target, 0))}
            if table is InBranch:
                shifts["node"] = self.forks
            self._batches.setdefault(table, []).append(Batch(starts[table], rows, shifts))
            self._count[table] += len(rows)
        self.unflagged |= {number + starts[Env] for number in other.unflagged}
        self.parts.append(other)
        self.forks = len(self.parts) * self.stride if self.stride else self.forks + other.forks

    def with_parts(self, changed: Mapping[int, FactCollector], count: int | None = None) -> FactCollector:
        """Return a collector with other parts in the place of some, by index, and without facts of its own; with a
        `count`, only of the first parts.
        """
        found = FactCollector(self.stride)
        found.is_named, found.parts = self.is_named, self.parts[:count]
        starts, end = {index * self.stride for index in changed}, len(found.parts) * self.stride
        for table, batches in self._batches.items():
            found._batches[table] = [one for one in batches if one.before < end and one.before not in starts]
        for index, other in changed.items():
            start, found.parts[index] = index * self.stride, other
            for table, rows in other._rows.items():
                shifts = dict.fromkeys(REFERENCES_OF[table], start) | ({"node": start} if table is InBranch else {})
                insort(found._batches.setdefault(table, []), Batch(start, rows, shifts), key=_before)
        own = {n for n in self.unflagged if n < end and n // self.stride * self.stride not in starts}
        found.unflagged = own.union(*({i * self.stride + n for n in part.unflagged} for i, part in changed.items()))
        found.forks = len(found.parts) * self.stride
        return found

    def _start_of(self, table: type[Row]) -> int:
        """Return how many numbers of a table come before the facts that are added next."""
        return len(self.parts) * self.stride if self.stride else self._count[table]

    def batches(self, table: type[Row]) -> Iterator[Batch]:
        """Yield the facts of a table: those of the other collectors, and its own."""
        yield from self._batches.get(table, ())
        if table in self._rows:
            yield Batch(self._start_of(table), self._rows[table], {})

    def numbered(self, table: type[AnyRow]) -> Iterator[tuple[int, AnyRow]]:
        """Yield the facts of a table with their numbers."""
        for before, rows, _ in self.batches(table):
            yield from enumerate(rows, before + 1)

    def rows(self, table: type[AnyRow]) -> list[AnyRow]:
        """Return the facts of a table. Those of other collectors refer to facts by the numbers that they have there."""
        if table not in self._batches:
            return self._rows.get(table, [])  # type: ignore[return-value]
        found: list[Any] = list(chain.from_iterable(rows for _, rows, _ in self.batches(table)))
        return found


def _before(batch: Batch) -> int:
    return batch.before
