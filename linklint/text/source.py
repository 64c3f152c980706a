"""Text in which every character has a location.

A `Source` is one file as read. A `MappedText` is a string (a file, a Markdown fence, a shell word without its quotes)
in which each character knows its offset in the source, so that a finding in a script inside a string inside a YAML file
still points at the right bytes. A `Span` is such a location.

Offsets are characters of the decoded text; bytes, lines and columns are computed for output.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from operator import itemgetter
from typing import NamedTuple

from linklint.text.confidence import CERTAIN

UTF_16 = (b"\xff\xfe", b"\xfe\xff")  # its byte order marks


class Span(NamedTuple):
    """A range of a source, `text[start:end]`, and how confident the extractor is in what it read there."""

    source: Source
    start: int
    end: int
    confidence: str = CERTAIN


class Region(NamedTuple):
    """The start and end of a span for people: lines and columns from 1, columns in characters."""

    line: int
    column: int
    end_line: int
    end_column: int


class Source:
    """One file: its path in the tree (with `/`), its text, and its encoding.

    `exact`: the text can be encoded back to the same bytes, so edits are possible. `bom`: the length of the byte order
    mark.
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
            self._lines = _starts(self.text.split("\n"), 0)
        return self._lines

    def line_of(self, offset: int) -> int:
        """Return the line, from 1, of an offset."""
        return bisect_right(self.lines, offset)

    def line_text(self, line: int) -> str:
        """Return the text of a line, from 1, without its end."""
        starts = self.lines
        end = starts[line] if line < len(starts) else len(self.text)
        return self.text[starts[line - 1] : end].rstrip("\r\n")

    def place(self, start: int, end: int) -> Region:
        """Return the lines and columns of a span."""
        lines = self.lines
        line, end_line = bisect_right(lines, start), bisect_right(lines, end)
        return Region(line, start - lines[line - 1] + 1, end_line, end - lines[end_line - 1] + 1)

    def byte(self, offset: int) -> int:
        """Return the byte offset of a character offset."""
        if self.text.isascii():
            return offset + self.bom
        if self._bytes_at is None:
            self._bytes_at = _starts(encode(self.text).split(b"\n"), self.bom)
        line = self.line_of(offset)
        return self._bytes_at[line - 1] + len(encode(self.text[self.lines[line - 1] : offset]))

    def whole(self) -> MappedText:
        """Return the text of the file, each character at its own offset."""
        return MappedText(self, self.text, ((0, 0, len(self.text)),))


def is_within(spans: Sequence[tuple[int, int]], at: int) -> bool:
    """Return whether one of some ordered spans (start, end) contains an offset."""
    index = bisect_right(spans, at, key=itemgetter(0)) - 1
    return index >= 0 and spans[index][0] <= at < spans[index][1]


def _starts(lines: Sequence[str | bytes], first: int) -> list[int]:
    """Return where each line starts, if the first one does at an offset."""
    starts = list(accumulate(map((1).__add__, map(len, lines)), initial=first))  # a million lines: no loop in Python
    starts.pop()
    return starts


def encode(text: str) -> bytes:
    """Return the bytes of a text that `decode` returned."""
    return text.encode("utf-8", "surrogateescape")


def is_utf_16(data: bytes) -> bool:
    """Return whether data is UTF-16 with a byte order mark. Its line ends and spaces have zero bytes: a shell runs a
    script that only starts like UTF-16.
    """
    return data.startswith(UTF_16) and b"\0" in data


def decode(data: bytes) -> tuple[str, bool, int]:
    """Return (text, exact, length of the byte order mark). Invalid UTF-8 becomes surrogates.

    Raises ValueError, with a reason for people, if it is not text.
    """
    if is_utf_16(data):
        try:
            return data.decode("utf-16"), False, 0
        except UnicodeDecodeError as error:
            raise ValueError("it starts like UTF-16 but is not") from error
    if b"\0" in data:
        raise ValueError("the file is binary")
    bom = 3 if data.startswith(b"\xef\xbb\xbf") else 0
    return data[bom:].decode("utf-8", "surrogateescape"), True, bom


class MappedText:
    """A string in which each character knows its offset in a source.

    `segments` are `(at, origin, width)`, in order: the characters from `at` to the next segment came from
    `source.text[origin:origin + width]`, one by one if both have the same length, otherwise all from the whole range.
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
        """Return (start, end) of each line, without line ends."""
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
        """Return the source offset of the character at `index`."""
        at, origin, _, one_for_one = self._segment(index)
        return origin + index - at if one_for_one else origin

    def span(self, start: int = 0, end: int | None = None, confidence: str = CERTAIN) -> Span:
        """Return the span of `string[start:end]` in the source."""
        end = len(self.string) if end is None else end
        if not self.segments:
            return Span(self.source, 0, 0, confidence)
        if len(self.segments) == 1 and self.segments[0][2] == len(self.string):  # most texts, so it has to be fast
            at, origin, _ = self.segments[0]
            return Span(self.source, origin + start - at, origin + max(start, end) - at, confidence)
        first = self.origin(start)
        if end <= start:
            return Span(self.source, first, first, confidence)
        at, origin, width, one_for_one = self._segment(end - 1)
        last = origin + end - at if one_for_one else origin + width
        if last < first:  # the segments are not in source order: use the start
            at, origin, width, one_for_one = self._segment(start)
            last = origin + width
        return Span(self.source, first, max(first, last), confidence)

    def slice(self, start: int, end: int) -> MappedText:
        """Return `string[start:end]`, each character still at its offset."""
        if end < start:
            end = start
        if len(self.segments) == 1:
            at, origin, width = self.segments[0]
            segment = (0, origin + start - at, end - start) if width == len(self.string) else (0, origin, width)
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
        """Return `string` as if all of it came from `self.string[start:end]`."""
        _, first, last, _ = self.span(start, end)
        return MappedText(self.source, string, ((0, first, last - first),))


def concat(source: Source, texts: Iterable[MappedText]) -> MappedText:
    """Concatenate texts of one source."""
    strings: list[str] = []
    segments: list[tuple[int, int, int]] = []
    at = 0
    for text in texts:
        for start, origin, width in text.segments:
            segments.append((at + start, origin, width))
        strings.append(text.string)
        at += len(text.string)
    return MappedText(source, "".join(strings), tuple(segments))
