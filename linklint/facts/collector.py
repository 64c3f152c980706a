"""Collect facts as they are found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from linklint.facts.schema import REFERENCES_OF, TABLES, Env, InBranch, Row

AnyRow = TypeVar("AnyRow", bound=Row)


class FactCollector:
    """Collects facts. Numbers are assigned at once, so that facts can refer to each other.

    `is_named` says what `secret-names` says about a name. `unflagged` are the variables that the configuration does
    not call secrets, by number: they are masked all the same. `forks` counts the forks of the control flow.
    """

    def __init__(self) -> None:
        self.is_named: Callable[[str], bool | None] | None = None
        self.unflagged: set[int] = set()
        self.forks = 0
        self._rows: dict[type[Row], list[Row]] = {table: [] for table in TABLES.values()}

    def add(self, row: Row) -> int:
        """Add a fact and return its number, from 1."""
        rows = self._rows[type(row)]
        rows.append(row)
        return len(rows)

    def change(self, table: type[Row], number: int, **columns: Any) -> None:
        """Set columns of a fact."""
        self._rows[table][number - 1] = self._rows[table][number - 1].changed(**columns)

    def extend(self, other: FactCollector) -> None:
        """Add the facts of another collector, which is not used any more: its rows get new numbers."""
        before = {table: len(rows) for table, rows in self._rows.items()}
        for table, rows in other._rows.items():
            for column, target in REFERENCES_OF[table].items() if rows else ():
                if start := before[target]:
                    for row in rows:
                        if number := getattr(row, column):
                            setattr(row, column, number + start)
            self._rows[table] += rows
        for branch in other.rows(InBranch):
            branch.node += self.forks  # type: ignore[misc]
        self.unflagged |= {number + before[Env] for number in other.unflagged}
        self.forks += other.forks

    def numbered(self, table: type[AnyRow]) -> Iterator[tuple[int, AnyRow]]:
        """Yield the facts of a table with their numbers."""
        return enumerate(self.rows(table), 1)

    def rows(self, table: type[AnyRow]) -> list[AnyRow]:
        """Return the facts of a table."""
        return self._rows[table]  # type: ignore[return-value]
