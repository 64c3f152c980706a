"""The code blocks of a Markdown document, as CommonMark defines them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from linklint.text.regex import lazy_compile
from linklint.text.source import MappedText, Source, concat

FENCE = lazy_compile(r"[ \t]*(?P<mark>`{3,}(?=[^`\n]*\Z)|~{3,})(?P<info>[^\n]*)")
MARKER = lazy_compile(r"(?P<mark>[-*+]|(?P<number>\d{1,9})[.)])(?:[ \t]+(?P<body>\S)?|(?P<empty>\Z))")
HEADING = lazy_compile(r"[ \t]*#{1,6}(?:[ \t]|\Z)")
RULE = lazy_compile(r"[ \t]*(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})\Z")
UNDERLINE = lazy_compile(r"[ \t]*(?:=+|-+)[ \t]*\Z")
HTML_COMMENT = lazy_compile(r" {0,3}<!--.*-->")  # a block that ends on its line
INLINE = lazy_compile(r"(?P<ticks>`{1,3})(?P<code>(?:sudo )?(?:docker|podman) [^`\n]*)(?P=ticks)(?!`)")
MENTION = lazy_compile(r"docker|podman|nerdctl|_PORT|_ENV_")
MAX_CONTAINERS = 50


class Block(NamedTuple):
    """A code block: the first word of its info string in lower case, its text, whether it is fenced.

    `code` marks a code span inside a line.
    """

    language: str
    text: MappedText
    fenced: bool


def blocks(source: Source) -> Iterator[Block]:
    """Yield the code blocks of a document, in order, as CommonMark defines them.

    There are two exceptions: code that a list item indents by only four columns, and a fence in an HTML block, are
    read, too.
    """
    return _Blocks(source).read()


class _Cursor:
    """A position in a line, and its column: a tab goes to the next multiple of four."""

    __slots__ = ("at", "column", "line")

    def __init__(self, line: str) -> None:
        self.line = line
        self.at = self.column = 0

    def blanks(self, most: int = 8) -> int:
        """Return the columns of blanks here, at most `most`."""
        at, column = self.at, self.column
        while at < len(self.line) and self.line[at] in " \t" and column - self.column < most:
            column += 4 - column % 4 if self.line[at] == "\t" else 1
            at += 1
        return column - self.column

    def skip(self, columns: int) -> None:
        """Skip at most so many columns of blanks. The rest of a wider tab stays."""
        while columns > 0 and self.at < len(self.line) and self.line[self.at] in " \t":
            width = 4 - self.column % 4 if self.line[self.at] == "\t" else 1
            self.column += min(width, columns)
            self.at += width <= columns
            columns -= width

    def rest(self) -> str:
        return self.line[self.at :]


class _Blocks:
    """The open containers, and the content of the innermost.

    A container is the number of columns by which the lines of a list item are indented, or 0 for a quote.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.whole()
        self.containers: list[int] = []
        self.paragraph = False
        self.empty = False
        self.fence: re.Match[str] | None = None
        self.fence_indent = 0
        self.pieces: list[MappedText] = []

    def read(self) -> Iterator[Block]:
        number = 0
        while number < len(self.source.lines):
            number += 1
            line = self.source.line_text(number)
            if not self.containers and not self.fence and not self.pieces and line[:1].isalpha():
                self.paragraph = True  # the most common lines
            else:
                yield from self.line(number, _Cursor(line))
            if self.fence and not self.containers and not self.fence_indent and not self.pieces:
                number = self.whole_fence(self.fence["mark"], number)
                yield from self.close()
            elif not self.fence and "`" in line and ("docker " in line or "podman " in line):
                yield from _inline(self.source, number, line)
        yield from self.close()

    def whole_fence(self, mark: str, number: int) -> int:
        """Read a fence outside of containers at once. Return the number of the line that closes it."""
        string = self.source.text
        start = self.source.lines[number] if number < len(self.source.lines) else len(string)
        close = re.compile(rf"^[ ]{{0,3}}{re.escape(mark[0])}{{{len(mark)},}}[ \t]*\r?$", re.MULTILINE).search(
            string, start
        )
        end = close.start() if close else len(string)
        if end > start:
            self.pieces.append(self.text.slice(start, end))
        return self.source.line_of(end) if close else len(self.source.lines)

    def line(self, number: int, cursor: _Cursor) -> Iterator[Block]:
        matched = self.match(cursor)
        if matched < len(self.containers):
            if self.paragraph and not self.begins(cursor):
                return  # a lazy continuation line of the paragraph
            yield from self.close()
            del self.containers[matched:]
            self.paragraph = False
        if self.fence:
            yield from self.fenced(number, cursor)
            return
        opened = self.open(cursor)
        self.empty = opened and any(self.containers[-1:]) and not cursor.rest().strip()
        if opened:
            yield from self.close()
        rest = cursor.rest()
        indent = cursor.blanks()
        lenient = cursor.line.startswith(("    ", "\t")) and any(self.containers) and not opened
        if not rest.strip():
            self.paragraph = False
            if self.pieces:
                self.add(number, cursor)
        elif indent >= 4 and not self.paragraph:
            cursor.skip(4)
            self.add(number, cursor)
        elif lenient and (not self.paragraph or self.pieces) and not FENCE.match(rest):
            cursor.skip(indent)
            self.add(number, cursor)
            self.paragraph = not (HEADING.match(rest) or RULE.match(rest))
        else:
            yield from self.close()
            self.fence = FENCE.match(rest) if indent < 4 else None
            self.fence_indent = indent
            ends = (
                HEADING.match(rest)
                or RULE.match(rest)
                or HTML_COMMENT.match(rest)
                or self.paragraph
                and UNDERLINE.match(rest)
            )
            self.paragraph = not (self.fence or ends)

    def match(self, cursor: _Cursor) -> int:
        """Return how many of the containers continue in this line, and skip their marks."""
        for number, offset in enumerate(self.containers):
            blanks = cursor.blanks(max(offset, 8))
            if offset and not cursor.rest().strip():
                if number == len(self.containers) - 1 and self.empty:
                    return number  # an item may start with one blank line, not two
                continue
            if offset and blanks >= offset:
                cursor.skip(offset)
            elif not offset and blanks < 4 and cursor.rest().lstrip(" \t").startswith(">"):
                self.quote(cursor)
            else:
                return number
        return len(self.containers)

    def quote(self, cursor: _Cursor) -> None:
        cursor.skip(3)
        cursor.at += 1
        cursor.column += 1
        cursor.skip(1)

    def open(self, cursor: _Cursor) -> bool:
        """Return whether the line opens quotes or list items, and skip their marks."""
        before = len(self.containers)
        while cursor.blanks() < 4 and len(self.containers) < MAX_CONTAINERS:
            rest = cursor.rest().lstrip(" \t")
            item = MARKER.match(rest)
            if rest.startswith(">"):
                self.quote(cursor)
                self.containers.append(0)
            elif (
                item
                and not RULE.match(rest)
                and not (self.paragraph and (not item["body"] or item["number"] not in (None, "1")))
            ):
                start = cursor.column
                cursor.skip(3)
                cursor.at += len(item["mark"])
                cursor.column += len(item["mark"])
                blanks = cursor.blanks()
                cursor.skip(1 if blanks > 4 or not item["body"] else blanks)
                self.containers.append(cursor.column - start if item["body"] else cursor.column - start + (blanks == 0))
            else:
                break
            self.paragraph = False
        return len(self.containers) > before

    def begins(self, cursor: _Cursor) -> bool:
        """Return whether a line without the marks of its containers starts something new, so that it is not a lazy
        continuation.
        """
        rest = cursor.rest().lstrip(" \t")
        if not rest or cursor.blanks() >= 4:
            return not rest
        return rest.startswith(">") or any(pattern.match(rest) for pattern in (MARKER, FENCE, HEADING, RULE))

    def fenced(self, number: int, cursor: _Cursor) -> Iterator[Block]:
        assert self.fence is not None
        mark, rest = self.fence["mark"], cursor.rest().strip(" \t")
        if cursor.blanks() < 4 and len(rest) >= len(mark) and set(rest) == {mark[0]}:
            yield from self.close()
        else:
            cursor.skip(self.fence_indent)
            self.add(number, cursor)

    def add(self, number: int, cursor: _Cursor) -> None:
        start, following = self.source.lines[number - 1], number < len(self.source.lines)
        end = self.source.lines[number] if following else len(self.source.text)
        self.pieces.append(self.text.slice(start + cursor.at, end))

    def close(self) -> Iterator[Block]:
        """Yield the open block, if there is one."""
        if self.fence:
            info = self.fence["info"].strip().strip("{}").lstrip(".").split()
            yield Block(info[0].lower().split(",")[0] if info else "", concat(self.source, self.pieces), True)
        elif self.pieces:
            yield Block("", concat(self.source, self.pieces), False)
        self.fence, self.pieces = None, []


def _inline(source: Source, number: int, line: str) -> Iterator[Block]:
    """Yield the commands in code spans of a line of prose."""
    start = source.lines[number - 1]
    for match in INLINE.finditer(line):
        yield Block("code", source.whole().slice(start + match.start("code"), start + match.end("code")), True)
