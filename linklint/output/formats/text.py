"""Text for people: the findings, one after the other or grouped, the files that could not be read, and the summary."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from linklint.output.escape import escape
from linklint.output.finding_lines import body, head
from linklint.output.summary import TextOptions, ending
from linklint.output.terminal import Line, plain

if TYPE_CHECKING:
    from linklint.findings.finding import Finding
    from linklint.findings.result import ScanResult


def render(report: ScanResult, view: TextOptions = TextOptions()) -> str:
    """Return the report as plain text."""
    return "".join(plain(line) + "\n" for line in lines(report, view))


def lines(report: ScanResult, view: TextOptions = TextOptions(), *, width: int = 100) -> list[Line]:
    """Return the whole report, line by line."""
    shown = _findings(report, width, view) if report.findings and not view.statistics else []
    return [*shown, *_unread(report, view), *ending(report, view)]


def _findings(report: ScanResult, width: int, view: TextOptions) -> list[Line]:
    from linklint.output.redactor import Redactor

    lines: list[Line] = []
    redactor = Redactor(report.store)
    told: set[tuple[str, str]] = set()
    titles = {rule.slug: rule.title for rule in report.rules} if view.group_by == "rule" else {}

    def group_of(finding: Finding) -> str:
        return (
            finding.rule
            if view.group_by == "rule"
            else report.tree.display(finding.path)
            if finding.path
            else "linklint"
        )

    findings = sorted(report.findings, key=lambda f: f.rule) if view.group_by == "rule" else report.findings
    counts = Counter(map(group_of, findings)) if view.group_by else Counter()
    last = None
    for finding in findings:
        group = group_of(finding) if view.group_by else None
        if group is not None and group != last:
            lines += [[]] if last is not None and view.quiet else []
            title = f"  {escape(titles[group])}" if group in titles else ""
            lines.append([(escape(group), "bold underline"), (title, ""), (f"  ({counts[group]})", "dim")])
            last = group
        lines.append(head(report, finding))
        if not view.quiet:
            lines += [*body(report, finding, redactor, width, told), []]
    return lines


def _unread(report: ScanResult, view: TextOptions) -> list[Line]:
    """Return the files that could not be read at all. A part of a file is a finding of the rule `unread`."""
    lines: list[Line] = []
    whole = [(path, reason) for path, line, reason in report.unread if not line]
    for path, reason in whole[:20]:
        lines.append(
            [
                (escape(report.tree.display(path)), "bold"),
                ("  ", ""),
                ("unread", "magenta"),
                ("  " + escape(reason), ""),
            ]
        )
    if len(whole) > 20:
        lines.append([(f"… and {len(whole) - 20} more files that could not be read (--format json lists them)", "dim")])
    if lines and not view.quiet:
        lines.append([])
    return lines
