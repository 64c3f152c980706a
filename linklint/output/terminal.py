"""Write lines of (text, style) to a stream: through rich for colours, otherwise plain."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable
from typing import TextIO

Line = list[tuple[str, str]]
COMMAND = re.compile(r"^(\s*):(?=:)")


def wants_colour(stream: TextIO) -> bool:
    """Return whether to use colours: NO_COLOR turns them off, FORCE_COLOR on; otherwise a terminal has them."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or stream.isatty() and os.environ.get("TERM") != "dumb"


def width_of(stream: TextIO) -> int:
    """Return the columns of the terminal; 100 in a pipe."""
    if not stream.isatty():
        columns = os.environ.get("COLUMNS", "")
        return int(columns) if columns.isdecimal() and 0 < len(columns) < 5 else 100
    return os.get_terminal_size(stream.fileno()).columns or 100


def plain(line: Line) -> str:
    """Return a line without styles. A line that CI logs read as a command (`::error::`) is changed."""
    text = "".join(part for part, _ in line)
    return COMMAND.sub(r"\1\\x3a", text)


def write(lines: Iterable[Line], stream: TextIO = sys.stdout) -> None:
    """Write escaped lines. On a terminal they are broken between words."""
    colour, terminal = wants_colour(stream), stream.isatty()
    if not colour and not terminal:
        for line in lines:
            write_plain(plain(line) + "\n", stream)
        return
    from rich.console import Console
    from rich.text import Text

    width = width_of(stream)
    console = Console(
        file=stream,
        width=width,
        highlight=False,
        markup=False,
        emoji=False,
        force_terminal=colour,
        soft_wrap=not terminal,
    )
    for line in lines:
        if COMMAND.match("".join(part for part, _ in line)):
            line = [(plain(line), "")]
        console.print(Text.assemble(*(part if colour else part[0] for part in line)), overflow="fold")


def write_plain(text: str, stream: TextIO) -> None:
    """Write text in whatever encoding the stream has."""
    try:
        stream.write(text)
    except UnicodeEncodeError:
        encoding = stream.encoding or "ascii"
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
