"""`linklint scan --add-ignore`: add a comment for each listed finding, which suppresses it.

The edited files are scanned again before anything is written: in each file exactly the listed findings must be gone.
"""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from typing import TYPE_CHECKING

from linklint.cli.parser import EXIT_USAGE
from linklint.errors import UsageError
from linklint.facts.collector import FactCollector
from linklint.fixes.edits import Change
from linklint.fixes.edits import write as put
from linklint.languages.any_text.suppression_comments import extents_of
from linklint.languages.context import ExtractionContext
from linklint.languages.statement_ranges import FENCE, TARGET, Extents, MakefileExtents, MarkdownExtents, YamlExtents
from linklint.output.escape import escape
from linklint.output.finding_lines import plural
from linklint.text.source import Source, encode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from linklint.findings.finding import Finding
    from linklint.findings.result import ScanResult

SLASHES = tuple(
    f".{suffix}" for suffix in "js mjs cjs jsx ts tsx go java kt scala cs php rs groovy jenkinsfile".split()
)
NO_COMMENTS = tuple(".json .jsonc .html .htm .rst .adoc .asciidoc .org .txt".split())
KNOWN = "known"  # the reason if none is given


def add_ignores(result: ScanResult, reason: str, look: Callable[..., ScanResult]) -> int:
    """Add the comments, also for findings that a listed one stands for, and report what was done.

    Returns the exit status. Raises UsageError.
    """
    if "\n" in reason or "linklint:" in reason or "-->" in reason or "*/" in reason:
        raise UsageError("the reason of --add-ignore must be one line of text")
    by_file: dict[str, list[Finding]] = defaultdict(list)
    folded = (other for finding in result.shown for other in result.stands_for.get(finding.fingerprint, ()))
    for finding in (*result.shown, *folded):
        if finding.span is not None and (result.reported_files is None or finding.path in result.reported_files):
            by_file[finding.path].append(finding)
    kinds = {str(path): str(kind) for path, kind in result.store.ask("SELECT inside, kind FROM file")[1]}
    made = {path: _edited(result, findings, kinds.get(path, ""), reason or KNOWN) for path, findings in by_file.items()}
    edited = {path: change for path, change in made.items() if change is not None}
    after = look(replaced={path: encode(change.after) for path, change in edited.items()})
    added = files = 0
    for path, findings in by_file.items():
        change, shown = edited.get(path), escape(result.tree.display(path))
        problem = "comments are not possible there" if change is None else _problem(after, path, findings)
        if change is not None and not problem:
            problem, _ = put(result.tree.disk, change)
        if problem:
            sys.stderr.write(f"linklint: did not change {shown}: {escape(problem)}; use per-path or the baseline\n")
        else:
            added, files = added + len(findings), files + 1
    sys.stderr.write(f"Added comments for {plural(added, 'finding')} in {plural(files, 'file')}.\n")
    return EXIT_USAGE if result.failed else int(added < sum(map(len, by_file.values())))


def _problem(after: ScanResult, path: str, findings: Sequence[Finding]) -> str:
    """Return what is wrong with the edited file: a finding is still there, or there is a new one."""
    wanted = {finding.fingerprint for finding in findings}
    gone = {finding.fingerprint for finding in after.suppressed if finding.suppressed_by("comment")}
    if not wanted <= gone:
        return "a comment would not cover its finding"
    left = {finding.fingerprint for finding in after.shown if finding.path == path}
    return "the comments would change what the file means" if left else ""


def _edited(result: ScanResult, findings: Sequence[Finding], kind: str, reason: str) -> Change | None:
    """Return a file with its comments; None where comments are not possible."""
    span = findings[0].span
    assert span is not None
    source = span.source
    if source.path.endswith(NO_COMMENTS) or not source.exact:
        return None
    context = ExtractionContext(FactCollector(), result.tree.open, os.path.basename(result.tree.root), ())
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
