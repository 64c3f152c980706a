"""The code blocks of documents in other markup than Markdown: reStructuredText, AsciiDoc, Org, HTML and plain text.

Each markup is a row of `READERS`. Only what shows code is read: literal blocks and `code-block` of reStructuredText,
delimited and indented blocks of AsciiDoc, `#+BEGIN_SRC` and `: ` of Org, `<pre>` of HTML. Plain text is read like
Markdown, and its lines that start with a docker command are code, too.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from linklint.lexer.languages import RUN_COMMAND
from linklint.text.regex import lazy_compile
from linklint.text.source import MappedText, Source, concat

FENCE = lazy_compile(r"[ \t]*(?P<mark>`{3,}(?=[^`\n]*\Z)|~{3,})(?P<info>[^\n]*)")
MARKER = lazy_compile(r"(?P<mark>[-*+]|(?P<number>\d{1,9})[.)])(?:[ \t]+(?P<body>\S)?|(?P<empty>\Z))")
HEADING = lazy_compile(r"[ \t]*#{1,6}(?:[ \t]|\Z)")
RULE = lazy_compile(r"[ \t]*(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})\Z")
UNDERLINE = lazy_compile(r"[ \t]*(?:=+|-+)[ \t]*\Z")
HTML_COMMENT = lazy_compile(r" {0,3}<!--.*-->")  # a block that ends on its line
OPEN_COMMENT = lazy_compile(r" {0,3}<!--(?!.*-->)")
INLINE = lazy_compile(r"(?P<ticks>`{1,3})(?P<code>(?:sudo )?(?:docker|podman) [^`\n]*)(?P=ticks)(?!`)")
MENTION = lazy_compile(r"docker|podman|nerdctl|_PORT|_ENV_")
MAX_CONTAINERS = 50
MAX_INDENTED = 200  # lines of a fence that is indented behind a paragraph


class Block(NamedTuple):
    """A code block: the first word of its info string in lower case, its text, whether it is fenced.

    `code` marks a code span inside a line.
    """

    language: str
    text: MappedText
    fenced: bool


def blocks(source: Source) -> Iterator[Block]:
    """Yield the code blocks of a document, in order, as CommonMark defines them.

    There are three exceptions: code that a list item indents by only four columns, a fence in an HTML block, and a
    fence that is indented behind a line of a paragraph (in an admonition, say) are read, too.
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
            elif not self.fence and "<!--" in line and (end := _end_of_comment(self.source, number, line)):
                yield from self.close()
                self.paragraph = False
                number = end
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
            self.fence = FENCE.match(rest)
            if indent >= 4 and not (self.fence and self.closes(number, self.fence["mark"])):
                self.fence = None
            self.fence_indent = indent
            ends = (
                HEADING.match(rest)
                or RULE.match(rest)
                or HTML_COMMENT.match(rest)
                or self.paragraph
                and UNDERLINE.match(rest)
            )
            self.paragraph = not (self.fence or ends)

    def closes(self, number: int, mark: str) -> bool:
        """Return whether an indented line closes the fence of an indented line, with only indented lines between."""
        for following in range(number + 1, min(number + MAX_INDENTED, len(self.source.lines)) + 1):
            line = self.source.line_text(following)
            if self.containers or line.strip() and not line.startswith(("    ", "\t")):
                return False
            if len(line.strip()) >= len(mark) and set(line.strip()) == {mark[0]}:
                return True
        return False

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
        most = 4 if self.fence_indent < 4 else self.fence_indent + 4
        if cursor.blanks(most) < most and len(rest) >= len(mark) and set(rest) == {mark[0]}:
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


def _end_of_comment(source: Source, number: int, line: str) -> int:
    """Return the line that ends the HTML comment that a line starts; 0 if the line starts none, or ends it, too."""
    start = OPEN_COMMENT.match(line)
    if start is None:
        return 0
    at = source.text.find("-->", source.lines[number - 1] + start.end())
    return source.line_of(at) if at >= 0 else len(source.lines)


def _inline(source: Source, number: int, line: str) -> Iterator[Block]:
    """Yield the commands in code spans of a line of prose."""
    start = source.lines[number - 1]
    for match in INLINE.finditer(line):
        yield Block("code", source.whole().slice(start + match.start("code"), start + match.end("code")), True)


RST_BLOCK = lazy_compile(
    r"[ \t]*\.\.[ \t]+(?:code|code-block|sourcecode|prompt|parsed-literal|highlight)::[ \t]*(?P<language>[\w-]*)"
)
RST_OPTION = lazy_compile(r"[ \t]+:[\w-]+:")
ADOC_FENCE = lazy_compile(r"(?P<mark>-{4,}|\.{4,}|`{3,})(?P<language>[\w-]*)[ \t]*\Z")
ADOC_SOURCE = lazy_compile(r"\[(?:source|listing)?[ \t]*,[ \t]*(?:language=)?\"?(?P<language>[\w-]+)")
ORG_BEGIN = lazy_compile(r"[ \t]*#\+begin_(?P<kind>src|example)\b[ \t]*(?P<language>[\w-]*)", re.IGNORECASE)
ORG_END = lazy_compile(r"[ \t]*#\+end_(?:src|example)\b", re.IGNORECASE)
ORG_LINE = lazy_compile(r"[ \t]*:[ \t]")
PRE = lazy_compile(r"<pre\b[^>]{0,500}>(?P<body>.{0,20000}?)</pre\s*>", re.IGNORECASE | re.DOTALL)
TAG_OR_ENTITY = lazy_compile(r"<(?:[^<>\"']|\"[^\"<>]*\"|'[^'<>]*'){0,500}>|&(?:#\d{1,6}|[a-z]{2,6});", re.IGNORECASE)
IN_LINE = lazy_compile(
    r"(?P<mark>``|[`=~+])(?P<code>(?:sudo )?(?:docker|podman) (?:run|create|container) [^`\n]*?)(?P=mark)(?!\w)"
)
COMMAND_LINE = lazy_compile(rf"[ \t]*(?:[$#%][ \t]+)?{RUN_COMMAND}")
CONTINUED = lazy_compile(r"\\[ \t]*\Z")
LOOKS_LIKE_RST = lazy_compile(r"^\.\. [\w-]+::|[^:\s]::[ \t]*\r?$", re.MULTILINE)


def code_blocks(source: Source) -> Iterator[Block]:
    """Yield the code blocks of a document, in the order of their lines, by the markup that its name tells."""
    suffix = source.path.rpartition("/")[2].lower().rpartition(".")[2]
    yield from READERS.get(suffix, _markdown)(source)


def _markdown(source: Source) -> Iterator[Block]:
    """Yield the blocks of Markdown, and the `<pre>` outside of them."""
    fences: list[tuple[int, int]] = []
    for block in blocks(source):
        span = block.text.span()
        fences.append((span.start, span.end))
        yield block
    if "<pre" in source.text:
        for block in _html(source):
            span = block.text.span()
            if not any(start < span.end and span.start < end for start, end in fences):
                yield block


class _Lines:
    """The lines of a document, and blocks of them."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.whole()
        self.count = len(source.lines)

    def line(self, number: int) -> str:
        return self.source.line_text(number)

    def piece(self, number: int, indent: int = 0) -> MappedText:
        """Return a line with its end, without its indentation."""
        start = self.source.lines[number - 1]
        end = self.source.lines[number] if number < self.count else len(self.source.text)
        return self.text.slice(min(start + indent, end), end)

    def block(self, language: str, numbers: range, indent: int = 0, *, fenced: bool = True) -> Iterator[Block]:
        pieces = [self.piece(number, min(indent, _indent(self.line(number)))) for number in numbers]
        if pieces:
            yield Block(language.lower(), concat(self.source, pieces), fenced)

    def inside(self, number: int) -> Iterator[Block]:
        """Yield the commands in code of a line of prose."""
        line = self.line(number)
        for match in IN_LINE.finditer(line) if "docker" in line or "podman" in line else ():
            start = self.source.lines[number - 1]
            yield Block("code", self.text.slice(start + match.start("code"), start + match.end("code")), True)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _rst(source: Source) -> Iterator[Block]:
    lines = _Lines(source)
    number = 1
    while number <= lines.count:
        line = lines.line(number)
        directive = RST_BLOCK.match(line)
        literal = line.rstrip().endswith("::") and not line.lstrip().startswith("..")
        number += 1
        if not directive and not literal:
            if line[:1] in (" ", "\t") and COMMAND_LINE.match(line):  # in a quotation
                first = number - 1
                while number <= lines.count and CONTINUED.search(lines.line(number - 1)):
                    number += 1
                yield from lines.block("", range(first, number), _indent(line))
            else:
                yield from lines.inside(number - 1)
            continue
        level, start = _indent(line), number
        while number <= lines.count and (not lines.line(number).strip() or _indent(lines.line(number)) > level):
            number += 1
        while start < number and (not lines.line(start).strip() or directive and RST_OPTION.match(lines.line(start))):
            start += 1
        indent = _indent(lines.line(start)) if start < number else 0
        language = directive["language"] if directive else ""
        yield from lines.block("" if language in ("text", "none") else language, range(start, number), indent)


def _adoc(source: Source) -> Iterator[Block]:
    lines = _Lines(source)
    number, language = 1, ""
    while number <= lines.count:
        line = lines.line(number)
        number += 1
        fence = ADOC_FENCE.match(line)
        start = number
        if fence:
            while number <= lines.count and lines.line(number).rstrip() != fence["mark"]:
                number += 1
            yield from lines.block(fence["language"] or language, range(start, number))
            number, language = number + 1, ""
        elif line[:1] in (" ", "\t") and line.strip() and not line.lstrip().startswith(("*", "-", ".")):
            while number <= lines.count and lines.line(number)[:1] in (" ", "\t"):
                number += 1
            yield from lines.block(language, range(start - 1, number), _indent(line))
            language = ""
        else:
            source_line = ADOC_SOURCE.match(line)
            language = source_line["language"] if source_line else language if line.startswith((".", "[")) else ""
            yield from lines.inside(number - 1)


def _org(source: Source) -> Iterator[Block]:
    lines = _Lines(source)
    number = 1
    while number <= lines.count:
        line = lines.line(number)
        number += 1
        start, begin = number, ORG_BEGIN.match(line)
        if begin:
            while number <= lines.count and not ORG_END.match(lines.line(number)):
                number += 1
            yield from lines.block(begin["language"] if begin["kind"].lower() == "src" else "", range(start, number))
            number += 1
        elif mark := ORG_LINE.match(line):
            while number <= lines.count and ORG_LINE.match(lines.line(number)):
                number += 1
            pieces = [lines.piece(n, mark.end()) for n in range(start - 1, number)]
            yield Block("", concat(source, pieces), True)
        else:
            yield from lines.inside(number - 1)


def _html(source: Source) -> Iterator[Block]:
    """Yield the text of `<pre>`, without tags, with entities replaced."""
    whole = source.whole()
    for match in PRE.finditer(source.text):
        pieces, at = [], match.start("body")
        for inner in TAG_OR_ENTITY.finditer(source.text, *match.span("body")):
            pieces.append(whole.slice(at, inner.start()))
            if inner[0][0] == "&":
                pieces.append(whole.replaced(inner.start(), inner.end(), html.unescape(inner[0])))
            at = inner.end()
        pieces.append(whole.slice(at, match.end("body")))
        yield Block("", concat(source, pieces), True)


def _plain(source: Source) -> Iterator[Block]:
    """Yield the blocks of a text in an unknown markup, and its lines that start with a docker command."""
    if LOOKS_LIKE_RST.search(source.text):
        yield from _rst(source)
        return
    covered: set[int] = set()
    for block in blocks(source):
        span = block.text.span()
        covered.update(range(source.line_of(span.start), source.line_of(max(span.start, span.end - 1)) + 1))
        yield block
    lines = _Lines(source)
    number = 1
    while number <= lines.count:
        start = number
        number += 1
        if start not in covered and COMMAND_LINE.match(lines.line(start)):
            while number <= lines.count and CONTINUED.search(lines.line(number - 1)):
                number += 1
            yield from lines.block("", range(start, number))


READERS: dict[str, Callable[[Source], Iterator[Block]]] = {
    "rst": _rst,
    "rest": _rst,
    **dict.fromkeys(("adoc", "asciidoc", "asc"), _adoc),
    "org": _org,
    **dict.fromkeys(("html", "htm"), _html),
    **dict.fromkeys(("txt", "text", "readme", "install", "hacking", "contributing", "usage"), _plain),
}
