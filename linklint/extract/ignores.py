"""Comments that ignore findings: `# linklint: ignore[slug, slug] reason`, in the comment style of the file.

Behind code it covers the statement that ends on its line; on a line of its own the statement below, continuations and, in YAML,
what is indented below it; before a fence in Markdown the whole block.
"""

from __future__ import annotations

import re

from linklint.extract.reading import Reading
from linklint.facts.tables import Ignore
from linklint.source import Source

COMMENT = re.compile(
    r"(?P<leader>#|//|<!--)[ \t]*linklint:[ \t]*(?P<word>[\w-]*)(?:\[(?P<slugs>[^\]\n]*)\])?[ \t]*(?P<reason>[^\n]*?)[ \t]*(?:-->)?[ \t]*\r?$",
    re.MULTILINE,
)


OPENER = re.compile(r"\s*(if|for|while|until|case|select|function|\{|\(|[\w.-]+\s*\(\))")
UNTIL = re.compile(r"\buntil=(\S*)")
DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")


def extract_ignores(source: Source, reading: Reading) -> None:
    """Take the ignores of a file."""
    for match in COMMENT.finditer(source.text):
        if match["leader"] == "#" and _in_quotes(source, match.start()):
            continue
        span = source.whole().span(match.start(), match.end())
        slugs = (match["slugs"] or "").replace(",", " ").split()
        if "RULE" in slugs and source.path.endswith((".md", ".markdown")):
            continue  # a page about linklint
        if match["word"] != "ignore" or not slugs:
            reading.unread(span, "linklint: the comment is ignore[RULE] reason, with the rules that it ignores")
            continue
        until = UNTIL.search(match["reason"])
        if until and not DATE.fullmatch(until[1]):
            reading.unread(span, "linklint: until= takes a date like 2027-06-30; the ignore has no effect")
        line = source.line_of(match.start())
        own_line = not source.text[source.lines[line - 1] : match.start()].strip(" \t>-*")
        first, last = _below(source, line + 1) if own_line else _ending(source, line)
        reading.add(Ignore(span, " ".join(slugs), match["reason"], first, last))


def _statement_end(source: Source, line: int) -> int:
    """The last line of the shell statement that begins on a line."""
    from linklint.extract.shell.scanner import scan
    from linklint.extract.shell.tree import descendants

    ends = [node.end for node in descendants(scan(source.text).items) if source.line_of(node.start) == line]
    return source.line_of(max(ends, default=source.lines[line - 1]))


def _in_quotes(source: Source, at: int) -> bool:
    """Whether a `#` stands inside of quotes that are open on its line, or in the middle of a word."""
    before = source.text[source.text.rfind("\n", 0, at) + 1 : at].replace('\\"', "")
    return (
        before.count('"') % 2 == 1 or before.count("'") % 2 == 1 or bool(before) and not before[-1].isspace() and before.strip(" >-*") != ""
    )


def _ending(source: Source, line: int) -> tuple[int, int]:
    """The lines of the statement that ends on a line."""
    first = line
    while first > 1 and source.line_text(first - 1).rstrip().endswith("\\"):
        first -= 1
    return first, line


def _below(source: Source, line: int) -> tuple[int, int]:
    """The lines of the statement that begins at or after a line; other comments between are passed over."""
    count = len(source.lines)
    while line < count and (not source.line_text(line).strip() or source.line_text(line).lstrip().startswith(("#", "<!--", "//"))):
        line += 1
    text = source.line_text(line) if line <= count else ""
    fence = re.match(r"[ \t>]*(`{3,}|~{3,})", text)
    last = line
    if fence:
        while last < count and not source.line_text(last + 1).lstrip(" \t>").startswith(fence[1]):
            last += 1
        return line, last
    while last < count and source.line_text(last).rstrip().endswith("\\"):
        last += 1
    if not source.path.endswith((".yml", ".yaml", ".md")) and OPENER.match(text):
        last = max(last, _statement_end(source, line))
    if last == line and source.path.endswith((".yml", ".yaml")):
        indent = len(text) - len(text.lstrip())
        while last < count:
            following = source.line_text(last + 1)
            deeper = len(following) - len(following.lstrip())
            if (
                following.strip()
                and deeper <= indent
                and not (deeper == indent and text.rstrip().endswith(":") and following.lstrip().startswith("- "))
            ):
                break
            last += 1
    return line, last
