"""The code blocks of a Markdown document, as CommonMark finds them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from linklint.text.source import MappedText, Source, concat

FENCE = re.compile(r"[ \t]*(?P<mark>`{3,}(?=[^`\n]*\Z)|~{3,})(?P<info>[^\n]*)")
MARKER = re.compile(r"(?P<mark>[-*+]|(?P<number>\d{1,9})[.)])(?:[ \t]+(?P<body>\S)?|(?P<empty>\Z))")
HEADING = re.compile(r"[ \t]*#{1,6}(?:[ \t]|\Z)")
RULE = re.compile(r"[ \t]*(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})\Z")
UNDERLINE = re.compile(r"[ \t]*(?:=+|-+)[ \t]*\Z")
HTML_COMMENT = re.compile(r" {0,3}<!--.*-->")  # a block that ends on its line
INLINE = re.compile(r"(?P<ticks>`{1,3})(?P<code>(?:sudo )?(?:docker|podman) [^`\n]*)(?P=ticks)(?!`)")
MENTION = re.compile(r"docker|podman|nerdctl|_PORT|_ENV_")
MAX_CONTAINERS = 50


class Block(NamedTuple):
    """A code block: the first word of its info string in lower case, its text, whether it is fenced;

    `code` for a span inside of a line.
    """

    language: str
    text: MappedText
    fenced: bool


def blocks(source: Source) -> Iterator[Block]:
    """The code blocks of a document, in order, as CommonMark has them.

    Two things are read all the same: code that a list item indents by four columns only, and a fence in an HTML block.
    """
    return _Blocks(source).read()


class _Cursor:
    """A place in a line, and the column of it: a tab leads to the next multiple of four."""

    __slots__ = ("at", "column", "line")

    def __init__(self, line: str) -> None:
        self.line = line
        self.at = self.column = 0

    def blanks(self, most: int = 8) -> int:
        """How many columns of blanks stand here; it does not look further than `most`."""
        at, column = self.at, self.column
        while at < len(self.line) and self.line[at] in " \t" and column - self.column < most:
            column += 4 - column % 4 if self.line[at] == "\t" else 1
            at += 1
        return column - self.column

    def skip(self, columns: int) -> None:
        """Pass over at most so many columns of blanks; a tab that is wider stays, and counts as what is left of it."""
        while columns > 0 and self.at < len(self.line) and self.line[self.at] in " \t":
            width = 4 - self.column % 4 if self.line[self.at] == "\t" else 1
            self.column += min(width, columns)
            self.at += width <= columns
            columns -= width

    def rest(self) -> str:
        return self.line[self.at :]


class _Blocks:
    """The containers that are open, and what stands in the innermost.

    A container is the number of columns that the lines of a list item are indented by, or 0 for a quote.
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
                self.paragraph = True  # most lines
            else:
                yield from self.line(number, _Cursor(line))
            if self.fence and not self.containers and not self.fence_indent and not self.pieces:
                number = self.whole_fence(self.fence["mark"], number)
                yield from self.close()
            elif not self.fence and "`" in line and ("docker " in line or "podman " in line):
                yield from _inline(self.source, number, line)
        yield from self.close()

    def whole_fence(self, mark: str, number: int) -> int:
        """The text of a fence that stands in no container, at once: the number of the line that closes it."""
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
                return  # a lazy line of the paragraph
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
        """How many of the containers go on in this line, which is passed over so far."""
        for number, offset in enumerate(self.containers):
            blanks = cursor.blanks(max(offset, 8))
            if offset and not cursor.rest().strip():
                if number == len(self.containers) - 1 and self.empty:
                    return number  # an item may begin with one blank line, not with two
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
        """Whether the line opens quotes or list items; they are passed over."""
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
        """Whether a line that lacks the marks of its containers begins something new, and so is no lazy line of a
        paragraph.
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
        """The block that is open, where there is one."""
        if self.fence:
            info = self.fence["info"].strip().strip("{}").lstrip(".").split()
            yield Block(info[0].lower().split(",")[0] if info else "", concat(self.source, self.pieces), True)
        elif self.pieces:
            yield Block("", concat(self.source, self.pieces), False)
        self.fence, self.pieces = None, []


def _inline(source: Source, number: int, line: str) -> Iterator[Block]:
    """The commands in code spans of a line of prose."""
    start = source.lines[number - 1]
    for match in INLINE.finditer(line):
        yield Block("code", source.whole().slice(start + match.start("code"), start + match.end("code")), True)
