"""The result of a query: a table for people, JSON or CSV for programs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from linklint.output.escape import dump, escape

MAX_CELL = 60


def render(columns: Sequence[str], rows: Sequence[Sequence[Any]], form: str) -> str:
    """Return the result as `table`, `json` (an array of objects keyed by column; a repeated name gets `_2`) or
    `csv`.
    """
    if form == "json":
        before = [columns[:at].count(column) for at, column in enumerate(columns)]
        names = [f"{column}_{count + 1}" if count else column for column, count in zip(columns, before, strict=True)]
        return dump([dict(zip(names, map(_plain, row), strict=True)) for row in rows])
    if form == "csv":
        import csv
        import io

        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([["" if cell is None else escape(str(cell)) for cell in row] for row in rows])
        return out.getvalue()
    return _table(columns, rows)


def _plain(value: Any) -> Any:
    """Return a value that JSON can express: bytes as hexadecimal digits, infinity as null."""
    if isinstance(value, bytes):
        return value.hex()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    cells = [[_cell(cell) for cell in row] for row in rows]
    widths = [max([len(column), *(len(row[index]) for row in cells)]) for index, column in enumerate(columns)]
    lines = ["  ".join(column.ljust(width) for column, width in zip(columns, widths)).rstrip()]
    lines.append("  ".join("-" * width for width in widths))
    lines += ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in cells]
    lines.append(f"({len(rows)} row{'' if len(rows) == 1 else 's'})")
    return "\n".join(lines) + "\n"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = escape(str(value))
    return text if len(text) <= MAX_CELL else text[: MAX_CELL - 1] + "…"
