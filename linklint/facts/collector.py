"""Collect facts as they are found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, TypeVar

from linklint.facts.schema import TABLES, Row

AnyRow = TypeVar("AnyRow", bound=Row)


class FactCollector:
    """Collects facts. Numbers are assigned at once, so that facts can refer to each other."""

    def __init__(self) -> None:
        self.is_named: Callable[[str], bool | None] | None = None  # what `secret-names` says about a name
        self.unflagged: set[int] = set()  # variables that the configuration does not call secrets: masked all the same
        self._rows: dict[type[Row], list[Row | None]] = {table: [] for table in TABLES.values()}

    def add(self, row: Row) -> int:
        """Add a fact and return its number, from 1."""
        rows = self._rows[type(row)]
        rows.append(row)
        return len(rows)

    def change(self, table: type[Row], number: int, **columns: Any) -> None:
        """Set columns of a fact."""
        row = self._rows[table][number - 1]
        if row is not None:
            self._rows[table][number - 1] = replace(row, **columns)

    def numbered(self, table: type[AnyRow]) -> Iterator[tuple[int, AnyRow]]:
        """Yield the facts of a table with their numbers."""
        for number, row in enumerate(self._rows[table], 1):
            if row is not None:
                yield number, row  # type: ignore[misc]

    def rows(self, table: type[AnyRow]) -> list[AnyRow]:
        """Return the facts of a table."""
        return [row for _, row in self.numbered(table)]

    def mark(self) -> dict[type[Row], int]:
        """Return the current number of facts of each table."""
        return {table: len(rows) for table, rows in self._rows.items()}

    def drop(self, since: dict[type[Row], int], until: dict[type[Row], int]) -> None:
        """Remove the facts that were added between two marks. Numbers are not reused."""
        for table, start in since.items():
            self._rows[table][start : until[table]] = [None] * (until[table] - start)
