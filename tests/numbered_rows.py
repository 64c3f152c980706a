"""The rows of a collector as the database has them: numbers of other facts are those of the whole scan."""

from __future__ import annotations

from linklint.facts.collector import AnyRow, FactCollector


def numbered_rows(collector: FactCollector, table: type[AnyRow]) -> list[AnyRow]:
    found = []
    for _, rows, shifts in collector.batches(table):
        for row in rows:
            found.append(
                row.changed(**{name: old + shift for name, shift in shifts.items() if (old := getattr(row, name))})
            )
    return found  # type: ignore[return-value]
