"""The code blocks of documents in other markup than Markdown: reStructuredText, AsciiDoc, Org, HTML and plain text.

Each markup is a row of `READERS`. Only what shows code is read: literal blocks and `code-block` of reStructuredText,
delimited and indented blocks of AsciiDoc, `#+BEGIN_SRC` and `: ` of Org, `<pre>` of HTML. Plain text is read like
Markdown, and its lines that start with a docker command are code, too.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator

from linklint.lexer.markdown_blocks import Block, blocks
from linklint.lexer.signs import RUN_COMMAND
from linklint.text.regex import lazy_compile
from linklint.text.source import MappedText, Source, concat

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
