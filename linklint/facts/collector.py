"""Collect facts as they are found."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from linklint.facts.schema import TABLES, Row


class FactCollector:
    """Facts as they are found; ids are given at once, so that facts can name each other."""

    def __init__(self) -> None:
        self.rows: dict[type[Row], list[Row]] = {table: [] for table in TABLES.values()}

    def add(self, row: Row) -> int:
        """Take a fact; its id."""
        rows = self.rows[type(row)]
        rows.append(row)
        return len(rows)

    def change(self, table: type[Row], number: int, **columns: Any) -> None:
        """Say more of a fact that was added before."""
        self.rows[table][number - 1] = replace(self.rows[table][number - 1], **columns)
