"""Suppression comments: `# linklint: ignore[RULE, RULE] reason`, in the comment syntax of the file.

After code, a comment covers the statement that ends on its line; on a line of its own, the next statement.
`ignore-begin[…] reason` covers everything up to `ignore-end`, `ignore-file[…] reason` the whole file; both need a
reason, and must be comments of the file itself, not of a text inside it.
"""

from __future__ import annotations

import re
from datetime import date

from linklint.context import ExtractionContext
from linklint.facts.schema import Ignore
from linklint.kinds.kind import TEMPLATES, kind_named
from linklint.text.regex import lazy_compile
from linklint.text.source import Source
from linklint.text_search.statement_ranges import (
    Extents,
    MakefileExtents,
    MarkdownExtents,
    ProgramExtents,
    ScriptExtents,
    YamlExtents,
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
