"""String literals of Python, with the location of each character of the value.

Source: the Python language reference, lexical analysis. It reads prefixes, escapes, adjacent literals, and f-strings of
all versions, whose fields are holes. `ast` gives the location and the value of a literal, but not the location of each
character.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from linklint.text.regex import lazy_compile
from linklint.text.source import MappedText, concat
from linklint.text.word import CAPTURED, VARIABLE, Hole, Word

OPENING = lazy_compile(r"(?P<prefix>[rRbBuUfFtT]{0,2})(?P<quote>'''|\"\"\"|'|\")|#[^\n]*")
ESCAPE = lazy_compile(
    r"\\(?:(?P<line>\r?\n)|x(?P<x>[0-9a-fA-F]{2})|u(?P<u4>[0-9a-fA-F]{4})|U(?P<u8>[0-9a-fA-F]{8})"
    r"|(?P<octal>[0-7]{1,3})|N\{(?P<named>[^}\n]*)\}|(?P<one>.))",
    re.DOTALL,
)
ESCAPED = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\", "'": "'", '"': '"'}
MAX_LENGTH = 50_000  # the length at which a value is cut
FIELD = lazy_compile(r"'''|\"\"\"|['\"]|[{}()\[\]]")

Fill = Callable[[str], Word | None]


def read(text: MappedText, start: int, end: int, fill: Fill) -> Word:
    """Return the value of the literals between two offsets;

    `fill` returns what is known of an expression in a field.
    """
    reader = _Reader(text, end, fill)
    at = start
    while at < end:
        opening = OPENING.search(text.string, at, end)
        if opening is None:
            break
        at = reader.literal(opening) if opening["quote"] else opening.end()
    return reader.word(start)


class _Reader:
    def __init__(self, text: MappedText, end: int, fill: Fill) -> None:
        self.text = text
        self.end = end
        self.fill = fill
        self.pieces: list[MappedText] = []
        self.holes: list[Hole] = []
        self.length = 0
        self.captured: int | None = None

    def word(self, start: int) -> Word:
        joined = concat(self.text.source, self.pieces) if self.pieces else self.text.slice(start, start)
        return Word(joined, tuple(self.holes), captured=self.captured, quoted=True)

    def put(self, piece: MappedText) -> None:
        if piece.string and self.length <= MAX_LENGTH:
            self.pieces.append(piece)
            self.length += len(piece)

    def literal(self, opening: re.Match[str]) -> int:
        """Read one literal. Return the offset after it."""
        prefix, quote, string = opening["prefix"].lower(), opening["quote"], self.text.string
        special = re.compile(re.escape(quote) + r"|\\" + (r"|[{}]" if "f" in prefix or "t" in prefix else ""))
        at = opening.end()
        while (match := special.search(string, at, self.end)) is not None:
            self.put(self.text.slice(at, match.start()))
            at = match.start()
            if match[0] == quote:
                return match.end()
            if match[0] == "\\":
                at = self.escape(at, "r" in prefix)
            elif string.startswith(match[0] * 2, at):
                self.put(self.text.replaced(at, at + 2, match[0]))
                at += 2
            elif match[0] == "{":
                at = self.field(at)
            else:
                at += 1
        self.put(self.text.slice(at, self.end))
        return self.end

    def escape(self, at: int, raw: bool) -> int:
        match = ESCAPE.match(self.text.string, at, self.end)
        if raw or match is None:
            stop = min(at + 2, self.end)
            self.put(self.text.slice(at, stop))
            return stop
        plain = self.unescaped(match)
        if plain == match[0]:
            self.put(self.text.slice(at, match.end()))
        else:
            self.put(self.text.replaced(at, match.end(), plain))
        return match.end()

    def unescaped(self, match: re.Match[str]) -> str:
        if match["line"]:
            return ""
        if match["named"] is not None:
            import unicodedata

            try:
                return unicodedata.lookup(match["named"])
            except KeyError:
                return match[0]
        for group, base in (("x", 16), ("u4", 16), ("u8", 16), ("octal", 8)):
            if match[group]:
                return chr(min(int(match[group], base), 0x10FFFF))
        return ESCAPED.get(match["one"], match[0])

    def field(self, at: int) -> int:
        """Read `{expression!r:format}`: a hole, or the known value of the expression."""
        level, stop, string = 0, at, self.text.string
        while (match := FIELD.search(string, stop, self.end)) is not None:
            stop = match.end()
            if match[0][0] in "'\"":
                close = string.find(match[0], stop, self.end)
                stop = close + len(match[0]) if close >= 0 else self.end
                continue
            level += 1 if match[0] in "{([" else -1
            if level == 0:
                break
        else:
            stop = self.end
        if self.length > MAX_LENGTH:
            return stop
        inner = string[at + 1 : stop - 1].strip()
        known = self.fill(inner) if re.fullmatch(r"[A-Za-z_][\w.]*", inner) else None
        if known is None or known.captured is not None:
            kind = VARIABLE if known is None else CAPTURED
            known = Word(self.text.slice(at, stop), ((0, stop - at, kind),), captured=known.captured if known else None)
        self.holes += [(self.length + a, self.length + b, kind) for a, b, kind in known.holes]
        self.captured = known.captured if known.captured is not None else self.captured
        self.put(known.text)
        return stop
