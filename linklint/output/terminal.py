"""Write lines of (text, style) to a stream: through rich for colours, otherwise plain."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import TextIO

from linklint.text.regex import lazy_compile

Line = list[tuple[str, str]]
Report = list[Line] | str
COMMAND = lazy_compile(r"^(\s*):(?=:)")
LINK = "link="  # the last word of a style: what the text leads to
# Where the text of a line starts, which its continuation lines are aligned with.
TEXT = lazy_compile(r"\s*(?:= [a-z]+: |\+ )?(?:\w[\w ]{0,12}\S {2,})?(?:(?:yes|no|unknown) {2,})?(?:\d+\. )?")
INDENT = 6
MAX_INDENT = 24
_color = "auto"


def use_color(when: str) -> None:
    """Use colours `always`, `never`, or as streams and variables say (`auto`): --color."""
    global _color
    _color = when


def wants_colour(stream: TextIO) -> bool:
    """Return whether to use colours: NO_COLOR turns them off, FORCE_COLOR on; otherwise a terminal has them."""
    if _color != "auto":
        return _color == "always"
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or stream.isatty() and os.environ.get("TERM") != "dumb"


def has_links(stream: TextIO) -> bool:
    """Return whether the terminal shows hyperlinks (OSC 8)."""
    if (forced := os.environ.get("FORCE_HYPERLINK")) is not None:
        return forced not in ("", "0")
    known = os.environ.get("TERM_PROGRAM", "") in ("iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "Tabby", "rio")
    vte = os.environ.get("VTE_VERSION", "")
    terminal = os.environ.get("TERM", "").startswith(("xterm-kitty", "alacritty", "foot", "xterm-ghostty"))
    return stream.isatty() and (known or terminal or vte.isdecimal() and int(vte) >= 5000 or "WT_SESSION" in os.environ)


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


def write(lines: Iterable[Line], stream: TextIO = sys.stdout, *, wrap: bool = True) -> None:
    """Write escaped lines. On a terminal they are broken between words, and continue below their text, if `wrap`."""
    colour, terminal = wants_colour(stream), stream.isatty() and wrap
    if not colour and not terminal:
        write_plain("".join(plain(line) + "\n" for line in lines), stream)
        return
    from rich.console import Console
    from rich.text import Text

    width, links = width_of(stream), has_links(stream)
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
        whole = Text.assemble(*((part, _style(style, colour=colour, links=links)) for part, style in line))
        if not terminal or whole.cell_len <= width:
            console.print(whole, overflow="fold")
            continue
        indent = indent_of(whole.plain, width)
        first = whole.wrap(console, width, overflow="fold")[0]
        behind = whole.plain[len(first.plain) :]
        first.rstrip()
        console.print(first, overflow="fold")
        rest = whole[len(whole.plain) - len(behind.lstrip(" ")) :]
        for part in rest.wrap(console, width - indent, overflow="fold"):
            part.rstrip()
            console.print(Text(" " * indent).append_text(part), overflow="fold")


def put(report: Report, stream: TextIO) -> None:
    """Write a report."""
    if isinstance(report, str):
        write_plain(report, stream)
    else:
        write(report, stream)


def as_terminal(lines: Iterable[Line], stream: TextIO) -> str:
    """Return lines as a terminal would show them, for a pager."""
    from io import StringIO

    class Shown(StringIO):
        def isatty(self) -> bool:
            return True

        def fileno(self) -> int:
            return stream.fileno()

    shown = Shown()
    write(lines, shown)
    return shown.getvalue()


def indent_of(text: str, width: int) -> int:
    """Return how far the continuation lines of a line are indented."""
    match = TEXT.match(text)
    indent = match.end() if match is not None else 0
    return indent if 0 < indent <= min(MAX_INDENT, width // 2) else INDENT


def _style(style: str, *, colour: bool, links: bool) -> str:
    """Return the style of a part, with its link where the terminal has these."""
    shown, _, address = style.partition(LINK)
    if not colour:
        return ""
    return f"{shown}link {address}" if address and links else shown.strip()


def write_plain(text: str, stream: TextIO) -> None:
    """Write text in whatever encoding the stream has."""
    try:
        stream.write(text)
    except UnicodeEncodeError:
        encoding = stream.encoding or "ascii"
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
