"""Positions of the Language Server Protocol, and offsets in a text.

Source: the specification, version 3.17. A line ends at LF, CRLF or CR, and a character counts in the units that client
and server agree on (UTF-16 by default).
"""

from __future__ import annotations

import os
from bisect import bisect_right
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes, urlsplit

from lsprotocol import types

from linklint.text.regex import lazy_compile

if TYPE_CHECKING:
    from pygls.workspace import PositionCodec

LINE_END = lazy_compile(r"\r\n|\n|\r")


class Positions:
    """The positions of one text."""

    def __init__(self, text: str, codec: PositionCodec) -> None:
        self._text = text
        self._codec = codec
        self._starts = [0, *(match.end() for match in LINE_END.finditer(text))]

    def position(self, offset: int) -> types.Position:
        """Return the position of an offset."""
        line = bisect_right(self._starts, offset) - 1
        before = self._text[self._starts[line] : offset]
        units = len(before) if before.isascii() else self._codec.client_num_units(before)
        return types.Position(line, units)

    def range(self, start: int, end: int) -> types.Range:
        """Return the range of two offsets."""
        return types.Range(self.position(start), self.position(end))

    def offset(self, position: types.Position) -> int:
        """Return the offset of a position. What is behind the end of a line is at its end."""
        line = min(max(position.line, 0), len(self._starts) - 1)
        start = self._starts[line]
        end = self._starts[line + 1] if line + 1 < len(self._starts) else len(self._text)
        text = self._text[start:end].rstrip("\r\n")
        if text.isascii():
            return start + min(max(position.character, 0), len(text))
        units = 0
        for at, character in enumerate(text):
            if units >= position.character:
                return start + at
            units += self._codec.client_num_units(character)
        return start + len(text)


def path_of(address: str) -> str | None:
    """Return the path of an address; None if it is not that of a file on this machine (`untitled:Untitled-1`)."""
    try:
        parts = urlsplit(address)
        if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
            return None
        path = os.fsdecode(unquote_to_bytes(parts.path))
        if os.name == "nt":  # /c:/tree
            path = path.lstrip("/").replace("/", os.sep)
    except ValueError:
        return None
    return path if os.path.isabs(path) and "\0" not in path else None


def address_of(path: str) -> str:
    """Return the address of a path."""
    return Path(os.path.abspath(path)).as_uri()


def real_path(path: str) -> str:
    """Return the path of a file with its directory resolved: a link keeps its own name, as in a scan."""
    return os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
