"""The container that a link in any text belongs to: a name beside the link, or the title of its block.

Blocks are read by their indentation, as people read them, whatever the language: `docker_container 'web' do`,
`"name": "web"` above `HostConfig`, `web:` above `run:`. The name is for people: nothing follows the container.
"""

from __future__ import annotations

import re
from functools import lru_cache

from linklint.text.regex import lazy_compile
from linklint.text.source import Source
from linklint.text.word import Word

KEY = r"(?:[wW]ith_?|[sS]et)?(?:[cC]ontainer_?)?[nN]ame"
NAME = r"[\"'`:]?(?P<name>[A-Za-z0-9][\w.-]*)[\"'`]?"
BESIDE = lazy_compile(  # a line: name 'web', - name: web, .withName("web"), "name": "web",
    rf"(?:-[ \t]+|\w+(?=\.))?[\"'.]?{KEY}(?:\.set)?[\"']?[ \t]*(?:\([ \t]*|:(?![:=])|=>?|:=|[ \t])[ \t]*"
    rf"{NAME}[ \t]*[)]*[ \t]*[,;]?\s*"
    r"|<alias>(?P<alias>[\w.-]+)</alias>\s*"
)
ON_LINE = lazy_compile(  # on the line of the link: {name: "web", links: […]}, --name web --link db
    rf"(?:[{{(,\s.][\"']?{KEY}[\"']?[ \t]*(?:\(|:(?![:=])|=>?)[ \t]*[\"'`](?P<name>[A-Za-z0-9][\w.-]*)[\"'`]"
    r"|--name[= ][\"']?(?P<option>[A-Za-z0-9][\w.-]*)|\brun[ (]+[\"'](?P<run>[\w.-]+)[\"'],)"
)
TITLE = lazy_compile(
    r"[^\n]*[\"'](?P<ruby>[\w.-]+)[\"'](?:[ \t]*,[^\n]*)?[ \t]+do\b[^\n]*"  # docker_container 'web' do
    r"|[^\n]*[\"'](?P<block>[\w.-]+)[\"'][ \t]*\{[ \t]*"  # resource "docker_container" "web" {
    r"|[^\n]*\([ \t]*[\"'`](?P<call>[\w.-]+)[\"'`][ \t]*,[^\"'`\n]*[({\[][ \t]*"  # new Container("web", {
    r"|(?:[^\n]*\{[ \t]*)?(?:-[ \t]+)?[\"']?(?P<key>[\w-]+)[\"']?:[ \t]*[{]?[ \t]*"  # web:
)
GENERAL = frozenset(  # titles of blocks that are a part of a container, or many containers
    "args body config container containerdefinitions containers create default docker driver env external_links groups "
    "host_config hostconfig instances link links linkto options params parameters properties provider provisioner run "
    "service services settings spec template".split()
)
MAX_LINES, MAX_LEVELS = 40, 4
MAX_WIDTH = 400  # characters of a line on either side of the link; a longer line has no title, and no name beside it


def recipient_of(source: Source, start: int, end: int) -> Word | None:
    """Return the name of the container that the link in a range of a text belongs to."""
    text = source.text
    line, last = source.line_of(start), source.line_of(max(start, end - 1))
    before = list(ON_LINE.finditer(text, max(source.lines[line - 1], start - MAX_WIDTH), start))
    if before:
        return _word(source, before[-1])
    behind = min(end + MAX_WIDTH, source.lines[last - 1] + len(source.line_text(last)))
    if (match := ON_LINE.search(text, end, behind)) is not None:
        return _word(source, match)
    for _ in range(MAX_LEVELS):
        beside, opener = _block(source, line, last)
        for number in (*beside, *([opener] if opener is not None else ())):
            if (name := _beside(source, number)) is not None:
                return name
        if opener is None:
            return None
        if (title := _title(source, opener)) is not None:
            return title
        line = last = opener
    return None


def _title(source: Source, number: int) -> Word | None:
    """Return the title of the block that a line opens."""
    text = source.line_text(number)
    if len(text) > MAX_WIDTH:
        return None
    at = source.lines[number - 1]
    match = TITLE.fullmatch(source.text, at + _indent(text), at + len(text))
    title = _word(source, match) if match is not None else None
    return title if title is not None and title.string.lower() not in GENERAL else None


def _word(source: Source, match: re.Match[str]) -> Word:
    """Return the group that has matched as a word."""
    group = match.lastgroup or 0
    return Word(source.whole().slice(*match.span(group)))


def _block(source: Source, line: int, last: int) -> tuple[list[int], int | None]:
    """Return the lines of the block of some lines that have their indentation, and the line above it that opens it."""
    depth = _indent(source.line_text(line))
    same: list[int] = []
    opener = None
    for number in range(line - 1, max(0, line - MAX_LINES), -1):
        text = source.line_text(number)
        if text.strip() and (indent := _indent(text)) <= depth:
            if indent < depth:
                opener = number
                break
            same.append(number)
            if text.lstrip().startswith("- ") and not source.line_text(line).lstrip().startswith("- "):
                break
    for number in range(last + 1, min(len(source.lines), last + MAX_LINES)):
        text = source.line_text(number)
        if text.strip() and (indent := _indent(text)) <= depth:
            if indent < depth:
                break
            same.append(number)
    return same, opener


@lru_cache(maxsize=4 * MAX_LINES)
def _beside(source: Source, number: int) -> Word | None:
    """Return the name that a line gives the container of its block."""
    at = source.lines[number - 1]
    text = source.line_text(number)
    if len(text) > MAX_WIDTH:
        return None
    match = BESIDE.fullmatch(source.text, at + len(text) - len(text.lstrip()), at + len(text))
    match = match or ON_LINE.search(source.text, at, at + len(text))
    return _word(source, match) if match is not None else None


def _indent(text: str) -> int:
    """Return the depth of a line; the key behind the sign of an item is as deep as those below it."""
    bare = text.lstrip(" \t")
    return len(text) - len(bare) + (2 if bare.startswith("- ") else 0)
