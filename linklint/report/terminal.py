"""Lines of (text, style) onto a stream: through rich where colours are wanted, else plain."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import TextIO

Line = list[tuple[str, str]]


def wants_colour(stream: TextIO) -> bool:
    """Whether to colour: NO_COLOR forbids, FORCE_COLOR demands, else a terminal decides."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or stream.isatty() and os.environ.get("TERM") != "dumb"


def width_of(stream: TextIO) -> int:
    """The columns of the terminal; 100 in a pipe."""
    if not stream.isatty():
        return int(os.environ.get("COLUMNS", "0") or 0) or 100
    return os.get_terminal_size(stream.fileno()).columns or 100


def write(lines: Iterable[Line], stream: TextIO = sys.stdout) -> None:
    """Write the lines; the text has been escaped before.  On a terminal they are broken between words."""
    colour, terminal = wants_colour(stream), stream.isatty()
    if not colour and not terminal:
        for line in lines:
            write_plain("".join(text for text, _ in line) + "\n", stream)
        return
    from rich.console import Console
    from rich.text import Text

    width = width_of(stream)
    console = Console(file=stream, width=width, highlight=False, markup=False, emoji=False, force_terminal=colour, soft_wrap=not terminal)
    for line in lines:
        console.print(Text.assemble(*(part if colour else part[0] for part in line)), overflow="fold")


def write_plain(text: str, stream: TextIO) -> None:
    """Write text whatever the stream's encoding."""
    try:
        stream.write(text)
    except UnicodeEncodeError:
        encoding = stream.encoding or "ascii"
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
