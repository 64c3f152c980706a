"""Suppression comments: `# linklint: ignore[RULE, RULE] reason`, in the comment syntax of the file.

A comment after code covers the statement that ends on that line. A comment alone on a line covers the next statement.
`ignore-begin[…] reason` covers everything up to `ignore-end`, `ignore-file[…] reason` the whole file; both need a
reason, and must be comments of the file itself, not of a text inside it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from linklint.context import ExtractionContext
from linklint.facts.schema import Ignore
from linklint.kinds.kind import TEMPLATES, kind_named
from linklint.text.regex import lazy_compile
from linklint.text.source import Source, is_within

if TYPE_CHECKING:
    from linklint.shell.tree import Script

Lines = tuple[int, int]
LINE = 5  # the work of looking at a line
MAX_LINES = 60  # the number of lines that a statement may continue
MAX_HEREDOC = 500
QUOTES = lazy_compile(r"\\.|[\"']")
PROSE_QUOTES = lazy_compile(r"\\.|(?<!\w)'|'(?!\w)|\"")  # it's, don't
ESCAPING = (
    ".py",
    ".js",
    ".ts",
    ".go",
    ".java",
    ".rb",
    ".php",
    ".json",
)  # where a backslash escapes a quote in single quotes
HEREDOC = lazy_compile(r"(?<!<)<<(?:[-~]?|<)[ \t]*([\"']?)([A-Za-z_]\w*)\1")
FENCE = lazy_compile(r"[ \t>]*(`{3,}|~{3,})[ \t]*(?P<language>\w*)")
OPENS_BLOCK = lazy_compile(r":(?:[ \t]{1,50}[&!]\S{0,100}){0,3}(?:[ \t]*[|>][+-]?\d?)?[ \t]*\Z|[ \t]*-[ \t]")  # of YAML
BLOCK_SCALAR = lazy_compile(r"(?:^|[\s:-])[|>][+-]?\d?[+-]?[ \t]*(?:#[^\n]*)?\Z")
TARGET = lazy_compile(r"[^\s#:=][^#:=]*::?(?!=)")
BRANCH = lazy_compile(r"\s*\(?[^()]*\)")  # of a case


def _spend_nothing(_: int) -> None:
    """Charge nothing: only a scan has limits."""


class Extents:
    """Statement ranges of an unknown type of file: backslashes continue lines, heredocs belong to the line that starts
    them.
    """

    quotes = QUOTES
    continuing: tuple[str, ...] = ("\\", "&&", "||", "|")

    def __init__(self, source: Source) -> None:
        self.source = source
        self.count = len(source.lines)
        self.spend: Callable[[int], None] = _spend_nothing

    def line_text(self, line: int) -> str:
        """Return a line, from 1. Every walk over lines is charged here. Raises BudgetExceeded."""
        self.spend(LINE)
        return self.source.line_text(line)

    def is_comment(self, at: int) -> bool:
        """Return whether a `#` starts a comment: it is neither inside open quotes nor in the middle of a word."""
        before = self.source.text[self.source.text.rfind("\n", 0, at) + 1 : at]
        opened = ""
        escapes = self.source.path.endswith(ESCAPING)
        for match in self.quotes.finditer(before):
            if match[0] == opened or opened == "'" and match[0] == "\\'" and not escapes:
                opened = ""
            elif not opened and len(match[0]) == 1:
                opened = match[0]
        return not opened and (not before or before[-1].isspace() or not before.strip(" \t>-*@"))

    def is_own(self, at: int) -> bool:
        """Return whether a comment belongs to the file itself, not to a script or another file inside it."""
        return not is_within(self.inner, self.source.line_of(at))

    @cached_property
    def inner(self) -> list[Lines]:
        """Return the first line and the one after the last of each text inside the file: of heredocs."""
        ends: dict[str, list[int]] = {}
        for line in range(1, self.count + 1):
            ends.setdefault(self.line_text(line).strip().rstrip(";"), []).append(line)
        found: list[Lines] = []
        behind = 0
        for line in range(1, self.count + 1):
            for match in HEREDOC.finditer(self.line_text(line)) if line >= behind else ():
                following = ends.get(match[2], [])
                at = bisect_right(following, line)
                if at < len(following):
                    behind = following[at]
                    found.append((line + 1, behind))
        return found

    def below(self, comment: int, at: int) -> Lines:
        """Return the lines of the statement below a comment line, which starts at a column. Other comments between are
        skipped.
        """
        line = self.next_code[comment]
        if line not in self._reaches:
            self._reaches[line] = self.reach(line) if line <= self.count else line
        return line, self._reaches[line]

    @cached_property
    def next_code(self) -> list[int]:
        """Return, for each line, the next one that is neither empty nor a comment; else the last one."""
        found = [self.count + 1] * (self.count + 1)
        following = self.count
        for line in range(self.count - 1, -1, -1):
            found[line] = following if line + 1 <= self.count else self.count + 1
            text = self.line_text(line).strip() if line else ""
            if text and not text.startswith(("#", "<!--", "//", ";")):
                following = line
        return found

    @cached_property
    def _reaches(self) -> dict[int, int]:
        return {}

    def behind(self, line: int, code: str) -> Lines:
        """Return the lines of the statement that ends on a line with code."""
        first = line
        while first > 1 and self.line_text(first - 1).rstrip().endswith("\\"):
            first -= 1
        return first, self.heredoc(first, line)

    def reach(self, first: int) -> int:
        """Return the last line of the statement that starts on a line."""
        last = first
        while last < self.count and self.line_text(last).rstrip().endswith(self.continuing):
            last += 1
            while last < self.count and self.line_text(last).lstrip().startswith("#"):
                last += 1  # comments between continued lines
        return self.heredoc(first, last)

    def heredoc(self, first: int, last: int) -> int:
        """Return the line on which the heredocs of some lines end."""
        for word in (match[2] for line in range(first, last + 1) for match in HEREDOC.finditer(self.line_text(line))):
            for line in range(last + 1, min(self.count, last + MAX_HEREDOC) + 1):
                if self.line_text(line).strip() == word:
                    last = line
                    break
        return last

    def indented(self, line: int, code: str) -> int:
        """Return the last line that is indented below a line. Items of a list may have the indentation of their key."""
        last, indent, is_key = line, _indent(code), code.rstrip().endswith(":")
        while last < self.count:
            following = self.line_text(last + 1)
            deeper = _indent(following)
            if following.strip() and (
                deeper < indent or deeper == indent and not (is_key and following.lstrip().startswith("- "))
            ):
                break
            last += 1
        return last


class ScriptExtents(Extents):
    """Statement ranges of a shell script."""

    def __init__(self, source: Source, script: Script) -> None:
        super().__init__(source)
        self.script = script

    @cached_property
    def statements(self) -> list[tuple[int, int, int]]:
        """Return the lines on which each statement starts, its words end, and its heredocs end."""
        from linklint.shell.tree import descendants

        found = []
        for node in descendants(self.script.items):
            last = max(node.end, *(redirect.body_end for redirect in getattr(node, "redirects", ())), 0)
            found.append((self.source.line_of(node.start), self.source.line_of(node.end), self.source.line_of(last)))
        return found

    @cached_property
    def ends(self) -> dict[int, int]:
        """For each line on which statements start, return the line on which the last of them ends."""
        found: dict[int, int] = {}
        for first, _, last in self.statements:
            found[first] = max(found.get(first, first), last)
        return found

    @cached_property
    def ending(self) -> dict[int, Lines]:
        """For each line on which words of statements end, return the first and the last line of these statements."""
        found: dict[int, Lines] = {}
        for first, end, last in self.statements:
            known = found.get(end, (end, end))
            found[end] = min(known[0], first), max(known[1], last)
        return found

    def is_comment(self, at: int) -> bool:
        return self.is_own(at) or super().is_comment(at)

    def is_own(self, at: int) -> bool:
        return is_within(self.script.comments, at)

    def behind(self, line: int, code: str) -> Lines:
        return self.ending[line] if line in self.ending else super().behind(line, code)

    def reach(self, first: int) -> int:
        if first in self.ends:
            return self.ends[first]
        if BRANCH.match(self.line_text(first)):
            for line in range(first, min(self.count, first + MAX_LINES) + 1):
                if ";;" in self.line_text(line):
                    return line
        return super().reach(first)


class YamlExtents(Extents):
    """Statement ranges of YAML, with scripts in it."""

    quotes = PROSE_QUOTES
    continuing = ("\\",)

    @cached_property
    def inner(self) -> list[Lines]:
        """Return the texts inside the file: its block scalars."""
        found: list[Lines] = []
        scalar = first = 0
        inside = False
        for line in range(1, self.count + 1):
            text = self.line_text(line)
            if inside and text.strip() and _indent(text) <= scalar:
                found.append((first, line))
                inside = False
            if not inside and BLOCK_SCALAR.search(text):
                inside, scalar, first = True, _indent(text), line + 1
        return [*found, (first, self.count + 1)] if inside else found

    def below(self, comment: int, at: int) -> Lines:
        first, last = super().below(comment, at)
        if first > self.count or _indent(self.line_text(first)) < at:
            return comment, comment  # its block ends here
        return first, last if last > first else self.indented(first, self.line_text(first))

    def behind(self, line: int, code: str) -> Lines:
        return (line, self.indented(line, code)) if OPENS_BLOCK.search(code) else super().behind(line, code)


class MarkdownExtents(YamlExtents):
    """Statement ranges of a document: fences, indented blocks, paragraphs."""

    def is_own(self, at: int) -> bool:
        line = self.source.line_of(at)
        before = self.source.text[self.source.lines[line - 1] : at]
        return before.count("`") % 2 == 0 and _indent(before) < 4 and not self.language(line)

    def below(self, comment: int, at: int) -> Lines:
        if not self.line_text(comment).lstrip(" \t>").startswith("<!--"):
            language = self.language(comment)
            return (
                YamlExtents.below(self, comment, at)
                if language in ("yaml", "yml")
                else Extents.below(self, comment, at)
            )
        first = comment + 1
        while first < self.count and not self.line_text(first).strip():
            first += 1
        fence = FENCE.match(self.line_text(first)) if first <= self.count else None
        is_code = first <= self.count and _indent(self.line_text(first)) >= 4
        last = first
        while last < self.count:
            following = self.line_text(last + 1)
            if fence:
                if following.lstrip(" \t>").startswith(fence[1]):
                    break
            elif _indent(following) < 4 and following.strip() if is_code else not following.strip():
                break
            last += 1
        return first, last

    def language(self, line: int) -> str:
        """Return the language of the fence around a line."""
        return self.languages[line - 1]

    @cached_property
    def languages(self) -> list[str]:
        """Return the language of the fence around each line; empty outside of one."""
        found, languages = "", []
        for number in range(1, self.count + 1):
            languages.append(found)
            fence = FENCE.match(self.line_text(number))
            if fence:
                found = "" if found else (fence["language"] or "?").lower()
        return languages


class MakefileExtents(Extents):
    """Statement ranges of a Makefile: targets with their recipes."""

    @cached_property
    def inner(self) -> list[Lines]:
        """Return the texts inside the file: heredocs and `define`."""
        words = [(line, self.line_text(line).split(maxsplit=1)[:1]) for line in range(1, self.count + 1)]
        begins = [line for line, word in words if word == ["define"]]
        ends = [line for line, word in words if word == ["endef"]]
        defined = [(line, ends[at]) for line in begins if (at := bisect_right(ends, line)) < len(ends)]
        return sorted([*super().inner, *defined])

    def behind(self, line: int, code: str) -> Lines:
        return (line, self.reach(line)) if TARGET.match(code) else super().behind(line, code)

    def reach(self, first: int) -> int:
        last = super().reach(first)
        if TARGET.match(self.line_text(first)):
            while last < self.count and (
                self.line_text(last + 1).startswith("\t") or not self.line_text(last + 1).strip()
            ):
                last += 1
        return last


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())


TRIPLE = r"\"\"\".*?(?:\"\"\"|\Z)|'''.*?(?:'''|\Z)"
GOES_ON = lazy_compile(r"(?:[=*/,|&.]|(?<!\+)\+|(?<!-)-|(?<!\w)\?|=>|\breturn)\s*\Z")  # not n++, not empty?
WENT_ON = lazy_compile(r"\s*(?:\?|:(?!:)|\.|\+|&&|\|\||\|>)")


class ProgramExtents(Extents):
    """Statement ranges of a program in any language: brackets, strings over lines, operators at line ends."""

    def __init__(self, source: Source, kind: str) -> None:
        super().__init__(source)
        self.is_python = kind_named(kind).comment_style == "python"
        self.comments: list[Lines] = []  # as offsets
        self.down: dict[int, int] = {}  # strings over lines: from their first line to the last
        self.up: dict[int, int] = {}

    @cached_property
    def bare(self) -> list[str]:
        """Return the lines without strings and comments."""
        from linklint.lexer import languages as code

        language = code.language_of(self.source.path, self.source.text)
        pattern = language.comments.pattern if not self.is_python else code.HASH.pattern
        if self.is_python or language is code.LANGUAGES[""]:
            pattern = rf"{TRIPLE}|{pattern if self.is_python else code.SLASHES.pattern}"

        def blank(match: re.Match[str]) -> str:
            text = match[0]
            if match["c"] is not None:
                self.comments.append(match.span())
                return re.sub(r"[^\n]", " ", text)
            if "\n" in text:
                first, last = self.source.line_of(match.start()), self.source.line_of(match.end() - 1)
                self.down[first], self.up[last] = (
                    max(last, self.down.get(first, 0)),
                    min(first, self.up.get(last, first)),
                )
            kept = (
                text.index("/") if text[0] not in "\"'`r@" and "/" in text else 0
            )  # what comes before a regular expression
            return text[:kept] + re.sub(r"[^\n]", "x", text[kept:])

        return re.sub(pattern, blank, self.source.text, flags=re.DOTALL | re.MULTILINE).split("\n")

    @cached_property
    def depths(self) -> list[int]:
        """Return how many more brackets each line opens than it closes."""
        return [sum(map(line.count, "([{")) - sum(map(line.count, ")]}")) for line in self.bare]

    def is_inside(self, at: int) -> bool:
        """Return whether an offset is inside a comment."""
        return bool(self.bare) and is_within(self.comments, at)

    def is_comment(self, at: int) -> bool:
        return self.is_inside(at) or super().is_comment(at)

    def is_own(self, at: int) -> bool:
        return self.is_inside(at) and super().is_own(at)

    def behind(self, line: int, code: str) -> Lines:
        first, least = line, max(1, line - MAX_LINES)
        depth = self.depths[line - 1]
        while first > least:
            if first in self.up and self.up[first] < first:
                depth += sum(self.depths[self.up[first] - 1 : first - 1])
                first = self.up[first]
            elif depth < 0 or self._continues(first - 1):
                first -= 1
                depth += self.depths[first - 1]
            else:
                break
        return first, line

    def reach(self, first: int) -> int:
        last, most = first, min(self.count, first + MAX_LINES)
        depth = self.depths[first - 1]
        while last < most:
            if self.down.get(last, last) > last:
                depth += sum(self.depths[last : self.down[last]])
                last = self.down[last]
            elif depth > 0 or self._continues(last):
                last += 1
                depth += self.depths[last - 1]
            else:
                break
        return last if depth <= 0 else first

    def _continues(self, line: int) -> bool:
        """Return whether a line continues on the next."""
        text, following = self.bare[line - 1].rstrip(), self.bare[line] if line < len(self.bare) else ""
        return (
            text.endswith("\\")
            or not self.is_python
            and bool(text)
            and (bool(GOES_ON.search(text)) or bool(WENT_ON.match(following)))
        )


CLOSERS = r"-->|\]\]|\*/|-?#\}|%>|#>"
ANOTHER = r"[ \t](?:#|//)[ \t]*linklint:"
COMMENT = lazy_compile(
    rf"(?P<leader>(?<!#)#+|(?<!/)//+|<!--|/\*+|--(?:\[\[)?|;|\{{#-?|<%#|<#)[ \t]*linklint:[ "
    rf"\t]*(?P<word>[\w-]*)(?:\[(?P<slugs>[^\]\n]{{0,1000}})\])?"
    rf"[ \t]*(?P<reason>(?:(?!{CLOSERS}|{ANOTHER})[^\n])*?)[ \t]{{0,50}}(?:{CLOSERS}|(?={ANOTHER}|\r?$))",
    re.MULTILINE,
)
LEADERS = {
    "--": (".lua",),
    "--[[": (".lua",),
    "<#": (".ps1", ".psm1"),
    ";": (".service", ".container", ".conf", ".ini", ".cfg", ".cnf"),
}  # start a comment only there
UNTIL = lazy_compile(r"\buntil=([^\s,;.)]*)")
OPENED = lazy_compile(r"\{\{?-?[ \t]*\Z")  # {{/* … */}} of Helm, {/* … */} of JSX
MAX_OPEN = 50


def extents_of(source: Source, kind: str, context: ExtractionContext) -> Extents:
    """Return the statement ranges of a file."""
    syntax = kind_named(kind).syntax
    if syntax == "shell":
        from linklint.shell.scanner import scan_file

        return ScriptExtents(source, scan_file(context, source.whole(), 0))
    if syntax == "program":
        return ProgramExtents(source, kind)
    if source.path.endswith((".yml", ".yaml")) or syntax == "yaml":
        return YamlExtents(source)
    return {"markdown": MarkdownExtents, "makefile": MakefileExtents}.get(syntax, Extents)(source)


def extract_ignores(source: Source, kind: str, context: ExtractionContext) -> None:
    """Extract the suppression comments of a file."""
    extents = extents_of(source, kind, context)
    extents.spend = context.spend
    begun: list[tuple[re.Match[str], str]] = []
    for match in COMMENT.finditer(source.text):
        if (
            not _is_comment(match, source, kind, extents)
            or match["word"] != "ignore"
            and not extents.is_own(match.start())
        ):
            continue
        span = source.whole().span(match.start(), match.end())
        slugs = (match["slugs"] or "").replace(",", " ").split()
        if "RULE" in slugs and kind_named(kind).is_example:
            continue  # a page about linklint itself
        word, line = match["word"], source.line_of(match.start())
        if word == "ignore-end" and begun:
            first, its_slugs = begun.pop()
            _add(first, its_slugs, source.line_of(first.start()), line, source, context)
            continue
        problem = _problem(match, slugs)
        if problem:
            context.unread(span, f"linklint: {problem}")
            if word != "ignore" or not slugs:
                continue
        if word == "ignore-begin" and len(begun) < MAX_OPEN:
            begun.append((match, " ".join(slugs)))
        elif word == "ignore-begin":
            continue
        elif word == "ignore-file":
            _add(match, " ".join(slugs), 1, len(source.lines), source, context)
        else:
            before = source.text[source.lines[line - 1] : match.start()]
            before = OPENED.sub("", before) if match["leader"].startswith("/*") else before
            covered = extents.behind(line, before) if before.strip(" \t>-*@") else extents.below(line, len(before))
            _add(match, " ".join(slugs), *covered, source, context)
    for match, slugs_text in begun:
        span = source.whole().span(match.start(), match.end())
        context.unread(span, "linklint: ignore-end is missing; everything to the end of the file is suppressed")
        _add(match, slugs_text, source.line_of(match.start()), len(source.lines), source, context)


def _is_comment(match: re.Match[str], source: Source, kind: str, extents: Extents) -> bool:
    """Return whether this is a comment in the language of the file."""
    leader, at, path = match["leader"], match.start(), source.path
    if leader.startswith("#"):
        return extents.is_comment(at)
    if leader in LEADERS:
        inner, _, suffix = path.rpartition(".")
        return (inner if suffix in TEMPLATES else path).endswith(LEADERS[leader])
    if leader.startswith(("{#", "<%")):
        return True
    if leader == "<!--":
        return leader in kind_named(kind).comments
    if "//" in kind_named(kind).comments:
        return not isinstance(extents, ProgramExtents) or extents.is_inside(at)
    return path.endswith((".json", ".jsonc")) or source.text[max(0, at - 4) : at].rstrip(" -").endswith("{{")


def _add(match: re.Match[str], slugs: str, first: int, last: int, source: Source, context: ExtractionContext) -> None:
    context.add(
        Ignore(
            source.whole().span(match.start(), match.end()),
            slugs=slugs,
            reason=match["reason"],
            first_line=first,
            last_line=last,
        )
    )


def _problem(match: re.Match[str], slugs: list[str]) -> str | None:
    """Return what is wrong with a comment."""
    word = match["word"]
    if word == "ignore-end":
        return "ignore-end without ignore-begin"
    if word not in ("ignore", "ignore-begin", "ignore-file") or not slugs:
        return "invalid comment: write ignore[RULE] reason"
    until = UNTIL.search(match["reason"])
    if until and not _is_date(until[1]):
        return "until= needs a date like 2027-06-30; the comment has no effect"
    if word != "ignore" and not UNTIL.sub("", match["reason"]).strip():
        return f"{word} needs a reason: {word}[{', '.join(slugs)}] reason"
    return None


def _is_date(text: str) -> bool:
    try:
        return len(text) == 10 and bool(date.fromisoformat(text))
    except ValueError:
        return False
