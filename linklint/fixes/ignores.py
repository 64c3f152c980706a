"""Write a comment for findings that suppresses them, above the statement that it covers."""

from __future__ import annotations

import os
from collections import defaultdict
from typing import TYPE_CHECKING

from linklint.context import ExtractionContext
from linklint.facts.collector import FactCollector
from linklint.fixes.edits import Change
from linklint.text.source import Source
from linklint.text_search.suppression_comments import (
    FENCE,
    TARGET,
    Extents,
    MakefileExtents,
    MarkdownExtents,
    YamlExtents,
    extents_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linklint.files.tree import Tree
    from linklint.findings.finding import Finding

SLASHES = tuple(
    f".{suffix}" for suffix in "js mjs cjs jsx ts tsx go java kt scala cs php rs groovy jenkinsfile".split()
)
NO_COMMENTS = tuple(".json .jsonc .html .htm .rst .adoc .asciidoc .org .txt".split())
KNOWN = "known"  # the reason if none is given


def with_comments(tree: Tree, findings: Sequence[Finding], kind: str, reason: str) -> Change | None:
    """Return a file of type `kind` with comments for findings in it; None where comments are not possible."""
    span = findings[0].span
    assert span is not None
    source = span.source
    if source.path.endswith(NO_COMMENTS) or not source.exact:
        return None
    context = ExtractionContext(FactCollector(), tree.open, os.path.basename(tree.root), ())
    extents = extents_of(source, kind, context)
    rules: dict[int, set[str]] = defaultdict(set)
    for finding in findings:
        rules[_first_line(extents, finding.line)].add(finding.rule)
    newline = "\r\n" if "\r\n" in source.text else "\n"
    pieces = tuple(
        (
            source.lines[line - 1],
            source.lines[line - 1],
            _comment(source, extents, line, sorted(rules[line]), reason) + newline,
        )
        for line in sorted(rules)
    )
    text, at = "", 0
    for start, _, new in pieces:
        text, at = text + source.text[at:start] + new, start
    return Change(source, text + source.text[at:], pieces, tuple(findings))


def _first_line(extents: Extents, line: int) -> int:
    """Return the line above which a comment covers the statement of a line."""
    if isinstance(extents, MarkdownExtents):
        return _first_of_block(extents, line)
    if isinstance(extents, MakefileExtents):
        while line > 1 and not TARGET.match(extents.line_text(line)):
            line -= 1
    elif not isinstance(extents, YamlExtents):
        while line > 1 and extents.reach(line - 1) >= line:
            line -= 1
    return line


def _first_of_block(extents: Extents, line: int) -> int:
    """Return the first line of the fence or the paragraph of a document that has a line."""
    opened = 0
    for number in range(1, line + 1):
        if FENCE.match(extents.line_text(number)):
            opened = 0 if opened else number
    if opened:
        return opened
    while line > 1 and extents.line_text(line - 1).strip():
        line -= 1
    return line


def _comment(source: Source, extents: Extents, line: int, rules: Sequence[str], reason: str) -> str:
    text = source.line_text(line)
    indent = text[: len(text) - len(text.lstrip())]
    words = f"linklint: ignore[{', '.join(rules)}] {reason}"
    if isinstance(extents, MarkdownExtents):
        return f"{indent}<!-- {words} -->"
    slashes = source.path.endswith(SLASHES) or source.path.rpartition("/")[2].startswith("Jenkinsfile")
    return f"{indent}{'//' if slashes else '--' if source.path.endswith('.lua') else '#'} {words}"
