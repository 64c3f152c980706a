"""Comments that ignore findings: `# linklint: ignore[slug, slug] reason`, in the comment style of the file.

Behind code it covers the statement that ends on its line; on a line of its own the statement below, continuations and, in YAML,
what is indented below it; before a fence in Markdown the whole block.  `ignore-begin[…] reason` covers all up to `ignore-end`, `ignore-file[…] reason`
the whole file; both need the reason.
"""

from __future__ import annotations

import re
from functools import lru_cache

from linklint.extract.reading import Reading
from linklint.facts.tables import Ignore
from linklint.source import Source

COMMENT = re.compile(
    r"(?P<leader>#|//|<!--)[ \t]*linklint:[ \t]*(?P<word>[\w-]*)(?:\[(?P<slugs>[^\]\n]*)\])?[ \t]*(?P<reason>(?:(?!-->)[^\n])*?)[ \t]*(?:-->[^\n]*)?\r?$",
    re.MULTILINE,
)


OPENER = re.compile(r"\s*(if|for|while|until|case|select|function|\{|\(|[\w.-]+\s*\(\))")
UNTIL = re.compile(r"\buntil=([^\s,;.)]*)")
ESCAPING = (".py", ".js", ".ts", ".go", ".java", ".rb", ".php", ".json")  # where a backslash hides a quote in single quotes
QUOTES = re.compile(r"\\.|[\"']")
MAX_OPEN = 50
MAX_LINES = 60  # that a call may go on over
SHEBANG = re.compile(r"#![^\n]*\b(?:ba|da|z|k|a)?sh\b")
SHELL = (".sh", ".bash", ".zsh", ".ksh", ".bats")
DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")


def extract_ignores(source: Source, reading: Reading) -> None:
    """Take the ignores of a file."""
    begun: list[tuple[re.Match[str], str]] = []
    for match in COMMENT.finditer(source.text):
        if match["leader"] == "#" and _in_quotes(source, match.start()):
            continue
        span = source.whole().span(match.start(), match.end())
        slugs = (match["slugs"] or "").replace(",", " ").split()
        if "RULE" in slugs and source.path.endswith((".md", ".markdown")):
            continue  # a page about linklint
        word, line = match["word"], source.line_of(match.start())
        if word == "ignore-end" and begun:
            first, its_slugs = begun.pop()
            _add(first, its_slugs, source.line_of(first.start()), line, source, reading)
            continue
        problem = _problem(match, slugs)
        if problem:
            reading.unread(span, f"linklint: {problem}")
            if word != "ignore" or not slugs:
                continue
        if word == "ignore-begin" and len(begun) < MAX_OPEN:
            begun.append((match, " ".join(slugs)))
        elif word == "ignore-begin":
            continue
        elif word == "ignore-file":
            _add(match, " ".join(slugs), 1, len(source.lines), source, reading)
        else:
            own_line = not source.text[source.lines[line - 1] : match.start()].strip(" \t>-*")
            _add(match, " ".join(slugs), *(_below(source, line + 1) if own_line else _ending(source, line)), source, reading)
    for match, slugs_text in begun:
        span = source.whole().span(match.start(), match.end())
        reading.unread(span, "linklint: no ignore-end follows; it ignores up to the end of the file")
        _add(match, slugs_text, source.line_of(match.start()), len(source.lines), source, reading)


def _add(match: re.Match[str], slugs: str, first: int, last: int, source: Source, reading: Reading) -> None:
    reading.add(Ignore(source.whole().span(match.start(), match.end()), slugs, match["reason"], first, last))


def _problem(match: re.Match[str], slugs: list[str]) -> str | None:
    """What is wrong with a comment."""
    word = match["word"]
    if word == "ignore-end":
        return "no ignore-begin stands before this"
    if word not in ("ignore", "ignore-begin", "ignore-file") or not slugs:
        return "the comment is ignore[RULE] reason, with the rules that it ignores"
    until = UNTIL.search(match["reason"])
    if until and not DATE.fullmatch(until[1]):
        return "until= takes a date like 2027-06-30; the ignore has no effect"
    if word != "ignore" and not UNTIL.sub("", match["reason"]).strip():
        return f"{word} needs a reason behind it: {word}[{', '.join(slugs)}] why"
    return None


def _statement_end(source: Source, line: int) -> int:
    """The last line of the shell statement that begins on a line."""
    return _statements(source.text).get(line, line)


@lru_cache(maxsize=1)
def _statements(text: str) -> dict[int, int]:
    """Of each line on which statements begin, the line on which the last of them ends."""
    from linklint.extract.shell.scanner import scan
    from linklint.extract.shell.tree import descendants

    lines = Source("", text)
    found: dict[int, int] = {}
    for node in descendants(scan(text).items):
        line = lines.line_of(node.start)
        end = max(node.end, *(redirect.body_end for redirect in getattr(node, "redirects", ())), 0)
        found[line] = max(found.get(line, line), lines.line_of(end))
    return found


def _in_quotes(source: Source, at: int) -> bool:
    """Whether a `#` stands inside of quotes that are open on its line, or in the middle of a word."""
    before = source.text[source.text.rfind("\n", 0, at) + 1 : at]
    opened = ""
    escapes = source.path.endswith(ESCAPING)
    for match in QUOTES.finditer(before):
        if match[0] == opened or opened == "'" and match[0] == "\\'" and not escapes:
            opened = ""
        elif not opened and len(match[0]) == 1:
            opened = match[0]
    return opened != "" or bool(before) and not before[-1].isspace() and before.strip(" >-*") != ""


def _ending(source: Source, line: int) -> tuple[int, int]:
    """The lines of the statement that ends on a line."""
    first = line
    while first > 1 and source.line_text(first - 1).rstrip().endswith("\\"):
        first -= 1
    if not source.path.endswith((".yml", ".yaml", ".md")):
        depths = _depths(source.text)
        depth = sum(depths[first - 1 : line])
        while depth < 0 and first > max(1, line - MAX_LINES):
            first -= 1
            depth += depths[first - 1]
    return first, line


def _closed(source: Source, first: int, last: int) -> int:
    """The line on which all brackets are closed that some lines open; the last of these where that is too far."""
    depths = _depths(source.text)
    end, depth, furthest = last, sum(depths[first - 1 : last]), min(len(source.lines), last + MAX_LINES)
    while depth > 0 and end < furthest:
        end += 1
        depth += depths[end - 1]
    return last if depth > 0 else end


@lru_cache(maxsize=1)
def _depths(text: str) -> list[int]:
    """How many more brackets each line opens than it closes; roughly, for strings are not told apart."""
    return [sum(map(line.count, "([{")) - sum(map(line.count, ")]}")) for line in text.split("\n")]


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
    continues = ("\\",) if source.path.endswith((".yml", ".yaml", ".md")) else ("\\", "&&", "||", "|")
    while last < count and source.line_text(last).rstrip().endswith(continues):
        last += 1
    if (
        OPENER.match(text)
        and not source.path.endswith((".yml", ".yaml", ".md"))
        or source.path.endswith(SHELL)
        or SHEBANG.match(source.text)
    ):
        last = max(last, _statement_end(source, line))
    if not source.path.endswith((".yml", ".yaml", ".md")):
        last = _closed(source, line, last)
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
