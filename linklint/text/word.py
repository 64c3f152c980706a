"""A value as a program gets it, with its place, and with the holes that a static reader cannot fill.

`docker run --name web-$N` gives the word `web-$N` with a hole over `$N`: what is known of a word is used, what is not
is never guessed. A hole of kind `default` shows a default (`${PORT:-80}`), one of kind `filled` what another file says
(`.env`): both hold unless somebody sets the variable.
"""

from __future__ import annotations

from linklint.text.confidence import CERTAIN, LIKELY
from linklint.text.source import MappedText, Source, Span, concat

VARIABLE, COMMAND, CAPTURED, DEFAULT, FILLED = "variable", "command", "captured", "default", "filled"
KNOWN = (DEFAULT, FILLED)

Hole = tuple[int, int, str]


class Word:
    """A text with holes `(start, end, kind)`.

    `many` says that it may become no word, one, or several (an unquoted variable, `"$@"`); `captured` is the container
    whose ID fills the hole; `quoted` says that some of it stood in quotes.
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
        """The value; a hole is kept as written, a default is filled in."""
        return self.text.string

    @property
    def open(self) -> bool:
        """Whether some of it cannot be known."""
        return any(kind not in KNOWN for _, _, kind in self.holes)

    @property
    def how(self) -> str:
        """`literal`, or what keeps it from being so."""
        kinds = {kind for _, _, kind in self.holes}
        for kind in (CAPTURED, COMMAND, VARIABLE):
            if kind in kinds:
                return kind
        return VARIABLE if kinds else "literal"

    @property
    def span(self) -> Span:
        """Its place; what hangs on a variable is at most likely."""
        return self.text.span(confidence=LIKELY if self.holes else CERTAIN)

    def slice(self, start: int, end: int | None = None) -> Word:
        """A part of it, with the holes that lie there."""
        end = len(self.string) if end is None else end
        if start == 0 and end == len(self.string):
            return self
        holes = tuple(
            (max(a, start) - start, min(b, end) - start, kind) for a, b, kind in self.holes if a < end and b > start
        )
        return Word(self.text.slice(start, end), holes, captured=self.captured if holes else None, quoted=self.quoted)

    def find(self, character: str, start: int = 0) -> int:
        """Where the character stands outside of the holes; -1 where it does not."""
        at = self.string.find(character, start)
        while at >= 0 and any(a <= at < b for a, b, kind in self.holes if kind not in KNOWN):
            at = self.string.find(character, at + 1)
        return at

    def split(self, character: str) -> list[Word]:
        """Its fields, as `str.split` has them, but never inside a hole."""
        fields, start = [], 0
        while (at := self.find(character, start)) >= 0:
            fields.append(self.slice(start, at))
            start = at + 1
        fields.append(self.slice(start))
        return fields

    def __repr__(self) -> str:
        return f"Word({self.string!r}{', open' if self.open else ''})"


class WordBuilder:
    """Puts a word together from parts of a text, some of them holes."""

    def __init__(self, text: MappedText) -> None:
        self.text = text
        self.parts: list[MappedText] = []
        self.holes: list[Hole] = []
        self.length = 0

    def put(self, part: MappedText, hole: str | None = None) -> None:
        """Append a part; `hole` is its kind where it is one."""
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
    """A word that stands nowhere: for values that a caller already holds as a string."""
    return Word(Source("", string).whole())
