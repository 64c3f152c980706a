"""The result of a query: a table for people, JSON or CSV for programs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from linklint.output.escape import dump, escape

MAX_CELL = 60
MIN_WIDTH = 9  # of a column that is cut


def render(columns: Sequence[str], rows: Sequence[Sequence[Any]], form: str, width: int | None = None) -> str:
    """Return the result as `table`, `json` (an array of objects keyed by column; a repeated name gets `_2`) or `csv`.

    A table fits into a `width` in columns of a terminal: its cells are cut, or each row becomes a block of lines.
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
    return _table(columns, rows, width)


def _plain(value: Any) -> Any:
    """Return a value that JSON can express: bytes as hexadecimal digits, infinity as null."""
    if isinstance(value, bytes):
        return value.hex()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _table(columns: Sequence[str], rows: Sequence[Sequence[Any]], width: int | None) -> str:
    cells = [[_cell(cell) for cell in row] for row in rows]
    widths = [max([len(column), *(len(row[index]) for row in cells)]) for index, column in enumerate(columns)]
    gaps = 2 * (len(columns) - 1)
    if width is not None and sum(widths) + gaps > width:
        if MIN_WIDTH * len(columns) + gaps > width:
            return _blocks(columns, cells)
        while sum(widths) + gaps > width:
            widest = max(range(len(widths)), key=lambda index: widths[index])
            widths[widest] -= 1
    lines = ["  ".join(_cut(column, size) for column, size in zip(columns, widths)).rstrip()]
    lines.append("  ".join("-" * size for size in widths))
    lines += ["  ".join(_cut(cell, size) for cell, size in zip(row, widths)).rstrip() for row in cells]
    lines.append(f"({len(rows)} row{'' if len(rows) == 1 else 's'})")
    return "\n".join(lines) + "\n"


def _cut(text: str, size: int) -> str:
    return text.ljust(size) if len(text) <= size else text[: size - 1] + "…"


def _blocks(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    """Return each row as lines of a column and its value."""
    width = max(map(len, columns))
    blocks = [
        "\n".join(f"{column.ljust(width)}  {cell}".rstrip() for column, cell in zip(columns, row)) for row in cells
    ]
    return "\n\n".join([*blocks, f"({len(cells)} row{'' if len(cells) == 1 else 's'})"]) + "\n"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = escape(str(value))
    return text if len(text) <= MAX_CELL else text[: MAX_CELL - 1] + "…"
