"""Comments that ignore findings: `# linklint: ignore[slug, slug] reason`, in the comment style of the file.

Behind code it covers the statement that ends on its line; on a line of its own the statement below, continuations and, in YAML,
what is indented below it; before a fence in Markdown the whole block.  `ignore-begin[…] reason` covers all up to `ignore-end`, `ignore-file[…] reason`
the whole file; both need the reason.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from linklint.extract.reading import Reading
from linklint.facts.tables import Ignore
from linklint.source import Source

if TYPE_CHECKING:
    from linklint.extract.shell.tree import Script

COMMENT = re.compile(
    r"(?P<leader>#|//|<!--)[ \t]*linklint:[ \t]*(?P<word>[\w-]*)(?:\[(?P<slugs>[^\]\n]*)\])?[ \t]*(?P<reason>(?:(?!-->)[^\n])*?)[ \t]*(?:-->[^\n]*)?\r?$",
    re.MULTILINE,
)


UNTIL = re.compile(r"\buntil=([^\s,;.)]*)")
ESCAPING = (".py", ".js", ".ts", ".go", ".java", ".rb", ".php", ".json")  # where a backslash hides a quote in single quotes
DOCUMENTS = (".yml", ".yaml", ".md")
QUOTES = re.compile(r"\\.|[\"']")
PROSE_QUOTES = re.compile(r"\\.|(?<!\w)'|'(?!\w)|\"")  # it's, don't
MAX_OPEN = 50
MAX_LINES = 60  # that a call may go on over
DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")


def extract_ignores(source: Source, kind: str, reading: Reading) -> None:
    """Take the ignores of a file of a kind."""
    lines = _Lines(source, reading.scanned(source.whole(), 0) if kind == "shell" else None)
    begun: list[tuple[re.Match[str], str]] = []
    for match in COMMENT.finditer(source.text):
        if match["leader"] == "#" and not lines.is_comment(match.start()):
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
            _add(match, " ".join(slugs), *(lines.below(line + 1) if own_line else lines.ending(line)), source, reading)
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


class _Lines:
    """What the lines of a file belong to: comments and statements, as exactly as its kind allows; `script` is what a shell makes of it."""

    def __init__(self, source: Source, script: Script | None) -> None:
        self.source = source
        self.script = script
        self.count = len(source.lines)
        self.is_document = source.path.endswith(DOCUMENTS)

    @cached_property
    def comments(self) -> set[int]:
        """Where the comments of a script begin."""
        return {start for start, _ in self.script.comments} if self.script else set()

    @cached_property
    def statements(self) -> list[tuple[int, int, int]]:
        """The statements of a script: the lines on which each begins, on which its words end, and on which its heredocs do."""
        from linklint.extract.shell.tree import descendants

        found = []
        for node in descendants(self.script.items) if self.script else ():
            last = max(node.end, *(redirect.body_end for redirect in getattr(node, "redirects", ())), 0)
            found.append((self.source.line_of(node.start), self.source.line_of(node.end), self.source.line_of(last)))
        return found

    @cached_property
    def from_above(self) -> dict[int, int]:
        """Of each line on which statements of a script begin, the line on which the last of them ends."""
        found: dict[int, int] = {}
        for first, _, last in self.statements:
            found[first] = max(found.get(first, first), last)
        return found

    @cached_property
    def from_behind(self) -> dict[int, tuple[int, int]]:
        """Of each line on which the words of statements end, the first and the last line of these."""
        found: dict[int, tuple[int, int]] = {}
        for first, end, last in self.statements:
            known = found.get(end, (end, end))
            found[end] = min(known[0], first), max(known[1], last)
        return found

    @cached_property
    def depths(self) -> list[int]:
        """How many more brackets each line opens than it closes; roughly, for strings are not told apart."""
        return [sum(map(line.count, "([{")) - sum(map(line.count, ")]}")) for line in self.source.text.split("\n")]

    def is_comment(self, at: int) -> bool:
        """Whether a `#` begins a comment: it stands neither inside of quotes that are open on its line, nor in the middle of a word."""
        if at in self.comments:
            return True
        before = self.source.text[self.source.text.rfind("\n", 0, at) + 1 : at]
        opened = ""
        escapes = self.source.path.endswith(ESCAPING)
        for match in (PROSE_QUOTES if self.is_document else QUOTES).finditer(before):
            if match[0] == opened or opened == "'" and match[0] == "\\'" and not escapes:
                opened = ""
            elif not opened and len(match[0]) == 1:
                opened = match[0]
        return not opened and (not before or before[-1].isspace() or not before.strip(" >-*"))

    def ending(self, line: int) -> tuple[int, int]:
        """The lines of the statement that ends on a line."""
        if line in self.from_behind:
            return self.from_behind[line]
        first = line
        while first > 1 and self.source.line_text(first - 1).rstrip().endswith("\\"):
            first -= 1
        if not self.is_document:
            depth = sum(self.depths[first - 1 : line])
            while depth < 0 and first > max(1, line - MAX_LINES):
                first -= 1
                depth += self.depths[first - 1]
        return first, line

    def below(self, line: int) -> tuple[int, int]:
        """The lines of the statement that begins at or after a line; other comments between are passed over."""
        text_of = self.source.line_text
        while line < self.count and (not text_of(line).strip() or text_of(line).lstrip().startswith(("#", "<!--", "//"))):
            line += 1
        text = text_of(line) if line <= self.count else ""
        fence = re.match(r"[ \t>]*(`{3,}|~{3,})", text)
        last = line
        if fence:
            while last < self.count and not text_of(last + 1).lstrip(" \t>").startswith(fence[1]):
                last += 1
            return line, last
        continues = ("\\",) if self.is_document else ("\\", "&&", "||", "|")
        while last < self.count and text_of(last).rstrip().endswith(continues):
            last += 1
        last = max(last, self.from_above.get(line, line))
        if not self.is_document:
            last = self._closed(line, last)
        elif last == line and not self.source.path.endswith(".md"):
            last = self._indented(line)
        return line, last

    def _closed(self, first: int, last: int) -> int:
        """The line on which all brackets are closed that some lines open; the last of these where that is too far."""
        end, depth, furthest = last, sum(self.depths[first - 1 : last]), min(self.count, last + MAX_LINES)
        while depth > 0 and end < furthest:
            end += 1
            depth += self.depths[end - 1]
        return last if depth > 0 else end

    def _indented(self, line: int) -> int:
        """The last line of what is indented below a line of YAML; the items of a list may stand as far out as its key."""
        text, last = self.source.line_text(line), line
        indent = len(text) - len(text.lstrip())
        is_key = text.rstrip().endswith(":")
        while last < self.count:
            following = self.source.line_text(last + 1)
            deeper = len(following) - len(following.lstrip())
            if following.strip() and (deeper < indent or deeper == indent and not (is_key and following.lstrip().startswith("- "))):
                break
            last += 1
        return last
