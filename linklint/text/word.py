"""A value as a program receives it, with its location, and with holes that static analysis cannot fill.

`docker run --name web-$N` gives the word `web-$N` with a hole at `$N`: the known part is used, the unknown part is
never guessed. A hole of kind `default` has a default (`${PORT:-80}`); one of kind `filled` has the value of another
file (`.env`). Both hold unless somebody sets the variable.
"""

from __future__ import annotations

from linklint.text.confidence import CERTAIN, LIKELY
from linklint.text.source import MappedText, Source, Span, concat

VARIABLE, COMMAND, CAPTURED, DEFAULT, FILLED = "variable", "command", "captured", "default", "filled"
KNOWN = (DEFAULT, FILLED)

Hole = tuple[int, int, str]


class Word:
    """A text with holes `(start, end, kind)`.

    `many`: it may become no word, one or several (an unquoted variable, `"$@"`). `captured`: the container whose ID
    fills the hole. `quoted`: a part of it was in quotes.
    """

    __slots__ = ("captured", "holes", "many", "quoted", "text")

    def __init__(
        self,
        text: MappedText,
        holes: tuple[Hole, ...] = (),
        *,
        many: bool = False,
        captured: int | None = None,
        quoted: bool = False,
    ) -> None:
        self.text = text
        self.holes = holes
        self.many = many
        self.captured = captured
        self.quoted = quoted

    @property
    def string(self) -> str:
        """The value. A hole is kept as written; a default is filled in."""
        return self.text.string

    @property
    def open(self) -> bool:
        """Whether a part of it is unknown."""
        return any(kind not in KNOWN for _, _, kind in self.holes)

    @property
    def has_gap(self) -> bool:
        """Whether nothing is filled in at a place where somebody may give something: `${TAG:-}`."""
        return any(start == end for start, end, _ in self.holes)

    @property
    def how(self) -> str:
        """`literal`, or the reason why it is not."""
        kinds = {kind for _, _, kind in self.holes}
        for kind in (CAPTURED, COMMAND, VARIABLE):
            if kind in kinds:
                return kind
        return VARIABLE if kinds else "literal"

    @property
    def span(self) -> Span:
        """Its span. A word that depends on a variable is at most likely."""
        return self.text.span(confidence=LIKELY if self.holes else CERTAIN)

    def slice(self, start: int, end: int | None = None) -> Word:
        """Return a part of it, with its holes."""
        end = len(self.string) if end is None else end
        if start == 0 and end == len(self.string):
            return self
        holes = tuple(
            (max(a, start) - start, min(b, end) - start, kind) for a, b, kind in self.holes if a < end and b > start
        )
        return Word(self.text.slice(start, end), holes, captured=self.captured if holes else None, quoted=self.quoted)

    def find(self, character: str, start: int = 0) -> int:
        """Return the offset of a character outside of holes, or -1."""
        at = self.string.find(character, start)
        while at >= 0 and any(a <= at < b for a, b, kind in self.holes if kind not in KNOWN):
            at = self.string.find(character, at + 1)
        return at

    def split(self, character: str) -> list[Word]:
        """Split it like `str.split`, but never inside a hole."""
        fields, start = [], 0
        while (at := self.find(character, start)) >= 0:
            fields.append(self.slice(start, at))
            start = at + 1
        fields.append(self.slice(start))
        return fields

    def __repr__(self) -> str:
        return f"Word({self.string!r}{', open' if self.open else ''})"


class WordBuilder:
    """Builds a word from parts of a text, some of them holes."""

    def __init__(self, text: MappedText) -> None:
        self.text = text
        self.parts: list[MappedText] = []
        self.holes: list[Hole] = []
        self.length = 0

    def put(self, part: MappedText, hole: str | None = None) -> None:
        """Append a part; `hole` is its kind if it is a hole."""
        if hole:
            self.holes.append((self.length, self.length + len(part), hole))
        self.parts.append(part)
        self.length += len(part)

    def put_word(self, part: MappedText, holes: tuple[Hole, ...]) -> None:
        """Append a part with holes of its own."""
        self.holes += [(self.length + start, self.length + end, kind) for start, end, kind in holes]
        self.put(part)

    def word(self, *, quoted: bool = False) -> Word:
        """Return the word."""
        parts = [part for part in self.parts if part.string]
        whole = concat(self.text.source, parts) if parts else self.text.replaced(0, len(self.text), "")
        return Word(parts[0] if len(parts) == 1 else whole, tuple(self.holes), quoted=quoted)


def literal(string: str) -> Word:
    """Return a word without a location, for values that are not in a file."""
    return Word(Source("", string).whole())
