"""One line per finding, as compilers write it: `path:line:column: severity[rule] message`. Editors and grep read it."""

from __future__ import annotations

from linklint.findings.finding import Finding
from linklint.findings.result import ScanResult
from linklint.output.escape import escape
from linklint.output.summary import TextOptions
from linklint.output.terminal import plain

FOR = "editors and problem matchers: `path:line:column: severity[rule] message`"  # in the README


def render(result: ScanResult, _: TextOptions = TextOptions()) -> str:
    """Return the listed findings and the unreadable files."""
    lines = [_line(result, finding) for finding in result.shown]
    lines += [
        f"{escape(result.tree.display(path))}:1:1: note[unread] {escape(reason)}"
        for path, line, reason in result.unread
        if not line
    ]
    return "".join(plain([(line, "")]) + "\n" for line in lines)


def _line(result: ScanResult, finding: Finding) -> str:
    place = "linklint"
    if finding.span is not None:
        start = finding.span.source.place(finding.span.start, finding.span.end)
        place = f"{escape(result.tree.display(finding.path))}:{start.line}:{start.column}"
    return f"{place}: {finding.severity}[{finding.rule}] {escape(finding.message)}"
