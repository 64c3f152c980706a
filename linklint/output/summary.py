"""The end of a text report: counts, suppressed findings, the baseline, the upgrade answer, the summary."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from linklint.output.escape import escape
from linklint.output.finding_lines import COLOURS, head, plural
from linklint.output.terminal import Line

if TYPE_CHECKING:
    from linklint.findings.finding import Finding
    from linklint.findings.result import ScanResult


class TextOptions(NamedTuple):
    """Options of the text format: group by `file` or `rule`, only counts, suppressed findings, or one line per
    finding.
    """

    group_by: str = ""
    statistics: bool = False
    show_ignored: bool = False
    quiet: bool = False
    strict: bool = False


def end_of_report(result: ScanResult, view: TextOptions) -> list[Line]:
    """Return what follows the findings: counts, suppressed findings, the upgrade answer, the baseline, the summary."""
    lines = _statistics(result) if view.statistics else []
    if view.show_ignored:
        lines.extend(_ignored(result))
    if view.quiet:
        return [line for line in lines if line]
    if result.audit:
        from linklint.output.answers.upgrade import answer_for, one_line

        lines.extend(one_line(answer_for(result)))
    return [*lines, *_baseline(result), summary(result)]


def _statistics(result: ScanResult) -> list[Line]:
    """Return the number of findings, files and fixable findings for each rule and severity."""
    titles = {rule.slug: rule.title for rule in result.rules}
    by_rule: dict[tuple[str, str], list[Finding]] = {}
    for finding in result.findings:
        by_rule.setdefault((finding.rule, finding.severity), []).append(finding)
    lines: list[Line] = []
    for (slug, severity), findings in sorted(by_rule.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        files = len({finding.path for finding in findings})
        fixable = sum(bool(finding.edits) for finding in findings)
        line: Line = [
            (f"{len(findings):>6}", "bold"),
            (f"  in {plural(files, 'file'):<10}", ""),
            (f"  {severity:<8} ", COLOURS[severity]),
            (f"{slug:<26}", ""),
        ]
        lines.append(
            [
                *line,
                (f"  {escape(titles.get(slug, ''))}", "dim"),
                (f"  ({fixable} fixable)" if fixable else "", "green"),
            ]
        )
    return [*lines, []] if lines else []


def _ignored(result: ScanResult) -> list[Line]:
    """Return the suppressed findings, with what suppresses them and why."""
    words = {"comment": "by a comment", "config": "by the configuration", "baseline": "by the baseline"}
    lines: list[Line] = []
    for finding in result.suppressed:
        if finding.suppression is not None:
            reason = f": {escape(finding.suppression.reason)}" if finding.suppression.reason else ""
            lines.append([*head(result, finding), (f"  suppressed {words[finding.suppression.by]}{reason}", "dim")])
    return [*lines, []] if lines else []


def _baseline(result: ScanResult) -> list[Line]:
    """Return which baseline findings are fixed."""
    known = result.baseline
    if known is None or not known.fixed:
        return []
    name = escape(known.path)
    lines: list[Line] = [
        [
            (
                f"{plural(len(known.fixed), 'finding')} of the baseline {'is' if len(known.fixed) == 1 else 'are'} "
                f"fixed",
                "bold green",
            ),
            (f" (--prune-baseline removes them from {name})", "dim"),
        ]
    ]
    lines += [
        [("      ", ""), (f"{escape(entry.path)}: {escape(entry.message)}  [{escape(entry.rule)}]", "dim")]
        for entry in known.fixed[:10]
    ]
    if len(known.fixed) > 10:
        lines.append([(f"      … and {len(known.fixed) - 10} more", "dim")])
    return [*lines, []]


def _taken_away(result: ScanResult) -> str:
    """Return how many findings the configuration takes away, and which file says so."""
    words = {
        "ignore": "{} left out by ignore",
        "select": "{} left out by select",
        "per-path": "{} suppressed by per-path",
        "severity": "{} made less severe",
        "secret-names": "{} no secrets by secret-names",
    }
    counts = ", ".join(text.format(result.taken_away[key]) for key, text in words.items() if key in result.taken_away)
    return f"{escape(result.config.file or 'configuration')}: {counts}"


def summary(result: ScanResult) -> Line:
    """Return the last line: what was found, what is not shown, and how to see it."""
    total = len(result.findings)
    counts = [plural(result.count(severity), severity) for severity in COLOURS if result.count(severity)]
    style = "bold red" if result.count("error") else "bold yellow" if result.count("warning") else "bold green"
    head = f"{plural(total, 'finding')} ({', '.join(counts)})" if total else "No findings"
    holding = len({finding.path for finding in result.findings})
    files = (
        f"{holding} of {plural(result.files, 'file')}"
        if 0 < holding < result.files
        else plural(max(result.files, holding), "file")
    )
    line: Line = [(head, style), (f" in {files}", "")]
    if result.possible:
        line.append((f"; {result.possible} possible (--audit shows them)", "dim"))
    here = [finding for finding in result.suppressed if finding.suppressed_by("comment")]
    if here:
        line.append((f"; {len(here)} suppressed", "dim"))
    if result.taken_away:
        line.append((f"; {_taken_away(result)}", "yellow"))
    if result.baseline is not None:
        fixed = f", {len(result.baseline.fixed)} fixed" if result.baseline.fixed else ""
        elsewhere = f", {len(result.baseline.elsewhere)} not scanned" if result.baseline.elsewhere else ""
        line.append((f"; baseline: {len(result.baseline.left)} left{fixed}{elsewhere}", "dim"))
    if result.unread:
        line.append((f"; {plural(len(result.unread), 'part')} not understood", "magenta"))
    if not result.files and not result.unread and not total:
        why = (
            f"no file that linklint reads has changed since {escape(result.since)}"
            if result.since
            else "no file that linklint reads"
        )
        line.append(
            (
                ": the configuration excludes all files" if result.excluded and not result.since else f": {why}",
                "yellow",
            )
        )
    return line
