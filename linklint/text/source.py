"""Text with a place for every character of it.

A `Source` is one file as it was read. A `MappedText` is a string (a whole file, the inside of a Markdown fence, a shell
word after its quotes are gone) of which each character knows where in the source it came from, so that what is found in
a script inside a string inside a YAML file still points at the right bytes. A `Span` is such a place.

Offsets are characters of the decoded text; bytes, lines and columns are computed on the way out.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple

from linklint.text.confidence import CERTAIN


class Span(NamedTuple):
    """A piece of a source: `text[start:end]`, and how sure the extractor is of what it read there."""

    source: Source
    start: int
    end: int
    confidence: str = CERTAIN


class Region(NamedTuple):
    """Where a span begins and ends for people: lines and columns count from 1, columns in characters."""

    line: int
    column: int
    end_line: int
    end_column: int


class Source:
    """One file: its path (with `/`, as the user would type it), its text, and how text and bytes hang together.

    `exact` says that the bytes can be made from the text again, so that edits are possible; `bom` is how many bytes a
    mark of their order takes.
    """

    __slots__ = ("_bytes_at", "_lines", "bom", "digest", "exact", "path", "text")

    def __init__(self, path: str, text: str, digest: str = "", *, exact: bool = True, bom: int = 0) -> None:
        self.path = path
        self.text = text
        self.digest = digest
        self.exact = exact
        self.bom = bom
        self._lines: list[int] | None = None
        self._bytes_at: list[int] | None = None

    @property
    def lines(self) -> list[int]:
        """The offset at which each line starts."""
        if self._lines is None:
            starts, at = [0], self.text.find("\n")
            while at >= 0:
                starts.append(at + 1)
                at = self.text.find("\n", at + 1)
            self._lines = starts
        return self._lines

    def line_of(self, offset: int) -> int:
        """The line, from 1, that holds the offset."""
        return bisect_right(self.lines, offset)

    def line_text(self, line: int) -> str:
        """The text of a line, from 1, without its end."""
        starts = self.lines
        end = starts[line] if line < len(starts) else len(self.text)
        return self.text[starts[line - 1] : end].rstrip("\r\n")

    def place(self, start: int, end: int) -> Region:
        """The lines and columns of a span."""
        line, end_line = self.line_of(start), self.line_of(end)
        return Region(line, start - self.lines[line - 1] + 1, end_line, end - self.lines[end_line - 1] + 1)

    def byte(self, offset: int) -> int:
        """The offset in the file's bytes of an offset in its text."""
        if self.text.isascii():
            return offset + self.bom
        if self._bytes_at is None:
            at, starts = self.bom, []
            for number in range(1, len(self.lines) + 1):
                starts.append(at)
                last = self.lines[number] if number < len(self.lines) else len(self.text)
                at += len(encode(self.text[self.lines[number - 1] : last]))
            self._bytes_at = starts
        line = self.line_of(offset)
        return self._bytes_at[line - 1] + len(encode(self.text[self.lines[line - 1] : offset]))

    def whole(self) -> MappedText:
        """The text of the file, each character at its own place."""
        return MappedText(self, self.text, ((0, 0, len(self.text)),))


def encode(text: str) -> bytes:
    """The bytes of a text that `decode` made."""
    return text.encode("utf-8", "surrogateescape")


def decode(data: bytes) -> tuple[str, bool, int]:
    """(text, exact, length of the byte order mark).  Bytes that are no UTF-8 survive as surrogates.

    Raises ValueError, with a reason for people, for what is no text at all.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16"), False, 0
        except UnicodeDecodeError as error:
            raise ValueError("it starts like UTF-16 but is not") from error
    if b"\0" in data:
        raise ValueError("the file is binary")
    bom = 3 if data.startswith(b"\xef\xbb\xbf") else 0
    return data[bom:].decode("utf-8", "surrogateescape"), True, bom


class MappedText:
    """A string of which each character knows where in a source it came from.

    `segments` are `(at, origin, width)`, in order: the characters from `at` to the next piece came from
    `source.text[origin:origin + width]`, one for one where both have the same length, else all from all of it.
    """

    __slots__ = ("_ats", "segments", "source", "string")

    def __init__(self, source: Source, string: str, segments: tuple[tuple[int, int, int], ...]) -> None:
        self.source = source
        self.string = string
        self.segments = segments
        self._ats: list[int] | None = None

    def __len__(self) -> int:
        return len(self.string)

    def lines(self) -> list[tuple[int, int]]:
        """(start, end) of each line, ends of lines left out."""
        found, start, string = [], 0, self.string
        while start < len(string):
            end = string.find("\n", start)
            end = len(string) if end < 0 else end
            found.append((start, end - 1 if end > start and string[end - 1] == "\r" else end))
            start = end + 1
        return found

    def _segment(self, index: int) -> tuple[int, int, int, bool]:
        if len(self.segments) == 1:
            at, origin, width = self.segments[0]
            return at, origin, width, width == len(self.string)
        if self._ats is None:
            self._ats = [segment[0] for segment in self.segments]
        number = max(bisect_right(self._ats, index) - 1, 0)
        at, origin, width = self.segments[number]
        end = self._ats[number + 1] if number + 1 < len(self.segments) else len(self.string)
        return at, origin, width, end - at == width

    def origin(self, index: int) -> int:
        """The offset in the source of the character at `index`."""
        at, origin, _, one_for_one = self._segment(index)
        return origin + index - at if one_for_one else origin

    def span(self, start: int = 0, end: int | None = None, confidence: str = CERTAIN) -> Span:
        """The place in the source of `string[start:end]`."""
        end = len(self.string) if end is None else end
        if not self.segments:
            return Span(self.source, 0, 0, confidence)
        first = self.origin(start)
        if end <= start:
            return Span(self.source, first, first, confidence)
        at, origin, width, one_for_one = self._segment(end - 1)
        last = origin + end - at if one_for_one else origin + width
        if last < first:  # made of pieces in another order: where it begins
            at, origin, width, one_for_one = self._segment(start)
            last = origin + width
        return Span(self.source, first, max(first, last), confidence)

    def slice(self, start: int, end: int) -> MappedText:
        """`string[start:end]`, each character still at its place."""
        end = max(start, end)
        if len(self.segments) == 1:
            at, origin, width, one_for_one = self._segment(0)
            segment = (0, origin + start - at, end - start) if one_for_one else (0, origin, width)
            return MappedText(self.source, self.string[start:end], (segment,))
        segments: list[tuple[int, int, int]] = []
        index = start
        while index < end:
            at, origin, width, one_for_one = self._segment(index)
            number = bisect_right(self._ats or [], index)
            stop = min(self.segments[number][0] if number < len(self.segments) else len(self.string), end)
            segments.append(
                (index - start, origin + index - at, stop - index) if one_for_one else (index - start, origin, width)
            )
            index = max(stop, index + 1)
        if not segments:
            segments.append((0, self.origin(start), 0))
        return MappedText(self.source, self.string[start:end], tuple(segments))

    def replaced(self, start: int, end: int, string: str) -> MappedText:
        """`string`, all of which came from `self.string[start:end]`."""
        _, first, last, _ = self.span(start, end)
        return MappedText(self.source, string, ((0, first, last - first),))


def concat(source: Source, texts: Iterable[MappedText]) -> MappedText:
    """Texts of one source, one behind the other."""
    strings: list[str] = []
    segments: list[tuple[int, int, int]] = []
    at = 0
    for text in texts:
        for start, origin, width in text.segments:
            segments.append((at + start, origin, width))
        strings.append(text.string)
        at += len(text.string)
    return MappedText(source, "".join(strings), tuple(segments))
