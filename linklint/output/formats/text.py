"""Text for people: the findings, one after the other or grouped, the files that could not be read, and the summary."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from linklint.output.escape import escape
from linklint.output.finding_lines import body, head
from linklint.output.summary import TextOptions, end_of_report
from linklint.output.terminal import Line, plain

if TYPE_CHECKING:
    from linklint.findings.finding import Finding
    from linklint.findings.result import ScanResult

FOR = "people; one line for each finding with `--quiet`"  # in the README


def render(result: ScanResult, view: TextOptions = TextOptions()) -> str:
    """Return the report as plain text."""
    return "".join(plain(line) + "\n" for line in lines(result, view))


def lines(result: ScanResult, view: TextOptions = TextOptions(), *, width: int = 100) -> list[Line]:
    """Return the whole report, line by line."""
    shown = _findings(result, width, view) if result.shown and not view.statistics else []
    return [*shown, *_unread(result, view), *end_of_report(result, view)]


def _findings(result: ScanResult, width: int, view: TextOptions) -> list[Line]:
    lines: list[Line] = []
    redactor = result.store.redactor
    shown: set[tuple[str, str]] = set()
    titles = {rule.slug: rule.title for rule in result.rules} if view.group_by == "rule" else {}

    def group_of(finding: Finding) -> str:
        return (
            finding.rule
            if view.group_by == "rule"
            else result.tree.display(finding.path)
            if finding.path
            else "linklint"
        )

    findings = sorted(result.shown, key=lambda f: f.rule) if view.group_by == "rule" else result.shown
    counts = Counter(map(group_of, findings)) if view.group_by else Counter()
    last = None
    for finding in findings:
        group = group_of(finding) if view.group_by else None
        if group is not None and group != last:
            lines += [[]] if last is not None and view.quiet else []
            title = f"  {escape(titles[group])}" if group in titles else ""
            lines.append([(escape(group), "bold underline"), (title, ""), (f"  ({counts[group]})", "dim")])
            last = group
        lines.append(head(result, finding))
        if not view.quiet:
            lines += [*body(result, finding, redactor, width, shown), []]
    return lines


def _unread(result: ScanResult, view: TextOptions) -> list[Line]:
    """Return the files that could not be read at all. A part of a file is a finding of the rule `unread`."""
    lines: list[Line] = []
    whole = [(path, reason) for path, line, reason in result.unread if not line]
    for path, reason in whole[:20]:
        lines.append(
            [
                (escape(result.tree.display(path)), "bold"),
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
