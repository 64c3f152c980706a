"""Facts as plain data, so that they can leave the process that found them: lists, strings and numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from linklint.facts.collector import FactCollector
from linklint.facts.schema import TABLES
from linklint.text.source import Source, Span

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
