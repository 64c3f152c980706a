"""The face of the product: for each finding its place, the source line with a caret, the related places, and how to mend it.

A line is a list of (text, style); styles become colours on a terminal and nothing in a pipe.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from linklint.report.escape import escape, pad

if TYPE_CHECKING:
    from linklint.judge.finding import Finding
    from linklint.pipeline import Report
    from linklint.report.secrets import Curtain
    from linklint.source import Span

Line = list[tuple[str, str]]
COLOURS = {"error": "bold red", "warning": "bold yellow", "note": "bold cyan"}


class View(NamedTuple):
    """What is shown, and how: findings by `file` or `rule`, only counts, also what is ignored, or a line a finding and nothing else."""

    group_by: str = ""
    statistics: bool = False
    show_ignored: bool = False
    quiet: bool = False


def render(report: Report, *, width: int = 100, view: View = View()) -> list[Line]:
    """The whole report, line by line."""
    lines = _findings(report, width, view) if report.findings and not view.statistics else []
    return [*lines, *([] if view.quiet else _unread(report)), *ending(report, view)]


def ending(report: Report, view: View) -> list[Line]:
    """What follows the findings: counts, what is ignored, the answer to the question of the upgrade, the baseline, the summary."""
    lines = _statistics(report) if view.statistics else []
    if view.show_ignored:
        lines.extend(_ignored(report))
    if view.quiet:
        return [line for line in lines if line]
    if report.audit:
        lines.extend(_upgrade(report))
    return [*lines, *_baseline(report), summary(report)]


def plain(report: Report, finding: Finding, width: int = 100) -> str:
    """One finding as text."""
    from linklint.report.secrets import Curtain

    lines = [_head(report, finding), *_body(report, finding, Curtain(report.store), width, set())]
    return "\n".join("".join(text for text, _ in line) for line in lines)


def _findings(report: Report, width: int, view: View) -> list[Line]:
    from linklint.report.secrets import Curtain

    lines: list[Line] = []
    curtain = Curtain(report.store)
    told: set[tuple[str, str]] = set()
    titles = {rule.slug: rule.title for rule in report.rules} if view.group_by == "rule" else {}
    group = None
    for finding in sorted(report.findings, key=lambda f: f.rule) if view.group_by == "rule" else report.findings:
        name = finding.rule if view.group_by == "rule" else report.tree.display(finding.path) if view.group_by else None
        if name != group:
            if group is not None and view.quiet:
                lines.append([])
            group = name
            count = sum((f.rule if view.group_by == "rule" else report.tree.display(f.path)) == name for f in report.findings)
            lines.append(
                [
                    (escape(name or "linklint"), "bold underline"),
                    (f"  {escape(titles.get(name or '', ''))}".rstrip(), ""),
                    (f"  ({count})", "dim"),
                ]
            )
        lines.append(_head(report, finding))
        if not view.quiet:
            lines += [*_body(report, finding, curtain, width, told), []]
    return lines


def _body(report: Report, finding: Finding, curtain: Curtain, width: int, told: set[tuple[str, str]]) -> list[Line]:
    """Below a finding's head: its source line, the related places, how to mend it."""
    lines: list[Line] = []
    if finding.span is not None:
        lines.extend(_source(finding.span, curtain, width, COLOURS[finding.severity], "^"))
    for span, words in finding.related[:8]:
        place = f"{report.tree.display(span.source.path)}:{span.source.line_of(span.start)}"
        lines.append([("      ", ""), (escape(place), "bold"), (": " + escape(words or "see here"), "")])
        lines.extend(_source(span, curtain, width, "cyan", "-"))
    if len(finding.related) > 8:
        lines.append([(f"      … and {len(finding.related) - 8} more places", "dim")])
    return lines + _mend(finding, told)


def _statistics(report: Report) -> list[Line]:
    """How many findings each rule has of a severity, in how many files, and how many of them can be mended by --fix."""
    titles = {rule.slug: rule.title for rule in report.rules}
    by_rule: dict[tuple[str, str], list[Finding]] = {}
    for finding in report.findings:
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
        lines.append([*line, (f"  {escape(titles.get(slug, ''))}", "dim"), (f"  ({fixable} fixable)" if fixable else "", "green")])
    return [*lines, []] if lines else []


def _ignored(report: Report) -> list[Line]:
    """What is ignored, by whom and why."""
    words = {"comment": "by a comment", "config": "by the configuration", "baseline": "by the baseline"}
    lines: list[Line] = []
    for finding in report.ignored:
        if finding.ignored is not None:
            reason = f": {escape(finding.ignored.reason)}" if finding.ignored.reason else ""
            lines.append([*_head(report, finding), (f"  ignored {words[finding.ignored.by]}{reason}", "dim")])
    return [*lines, []] if lines else []


def _baseline(report: Report) -> list[Line]:
    """What is left of the baseline, and what has fallen out of it."""
    known = report.baseline
    if known is None or not known.fixed:
        return []
    name = escape(known.path)
    lines: list[Line] = [
        [
            (f"{plural(len(known.fixed), 'finding')} of the baseline {'is' if len(known.fixed) == 1 else 'are'} fixed", "bold green"),
            (f" (--prune-baseline takes them out of {name})", "dim"),
        ]
    ]
    lines += [
        [("      ", ""), (f"{escape(entry.path)}: {escape(entry.message)}  [{escape(entry.rule)}]", "dim")] for entry in known.fixed[:10]
    ]
    if len(known.fixed) > 10:
        lines.append([(f"      … and {len(known.fixed) - 10} more", "dim")])
    return [*lines, []]


def _upgrade(report: Report) -> list[Line]:
    from linklint.report.upgrade import render as upgrade

    return upgrade(report)


def _head(report: Report, finding: Finding) -> Line:
    line: Line = []
    if finding.span is not None:
        place = finding.span.source.place(finding.span.start, finding.span.end)
        line.append((f"{escape(report.tree.display(finding.path))}:{place.line}:{place.column}", "bold"))
        line.append(("  ", ""))
    line.append((finding.severity, COLOURS[finding.severity]))
    if finding.confidence != "certain":
        line.append((f" ({finding.confidence})", "dim"))
    line.append(("  " + escape(finding.message) + "  ", ""))
    line.append((f"[{finding.rule}]", "dim"))
    return line


def _source(span: Span, curtain: Curtain, width: int, colour: str, mark: str) -> list[Line]:
    """The line of a span, and the mark below it; a long line is cut around the place."""
    source = span.source
    place = source.place(span.start, span.end)
    text = source.line_text(place.line)
    start = place.column - 1
    end = place.end_column - 1 if place.end_line == place.line else len(text.rstrip())
    shown, start, end = _hidden(text, curtain.line(source, place.line), start, end)
    gutter = f"{place.line:>5}"
    room = max(width - 10, 30)
    cut = 0
    if len(shown) > room:
        cut = max(0, min(start - room // 4, len(shown) - room))
        shown = ("…" if cut else "") + shown[cut : cut + room] + ("…" if cut + room < len(shown) else "")
        start, end = start - cut + bool(cut), min(end - cut + bool(cut), len(shown))
    shown = shown.replace("\t", " ")
    before, marked, after = escape(shown[:start]), escape(shown[start:end]), escape(shown[end:])
    return [
        [(f"{gutter} | ", "dim"), (before, ""), (marked, colour), (after, "")],
        [("      | ", "dim"), (pad(before) + mark * max(len(pad(marked)), 1), colour)],
    ]


def _hidden(text: str, hidden: list[tuple[int, int, str]], start: int, end: int) -> tuple[str, int, int]:
    """The line with secrets hidden, and where the marked part then stands."""
    out, at = "", 0
    new_start, new_end = -1, -1
    for first, last, shown in [*hidden, (len(text), len(text), "")]:
        for wanted in (start, end):
            if at <= wanted < first or wanted == len(text) == first:
                position = len(out) + wanted - at
                new_start, new_end = (position if wanted == start and new_start < 0 else new_start), position if wanted == end else new_end
        out += text[at:first]
        if first <= start < last:
            new_start = len(out)
        out += shown
        if first < end <= last:
            new_end = len(out)
        at = last
    return out, max(new_start, 0), new_end if new_end > new_start else max(new_start, 0) + 1


def _mend(finding: Finding, told: set[tuple[str, str]]) -> list[Line]:
    """How to mend it: the edit itself where there is one, else what the rule says, once a file."""
    lines: list[Line] = []
    if finding.edits and "\n" not in finding.edits[0].text:
        unsafe = "" if finding.safe_fix else " --unsafe"
        lines.append(
            [("      = fix: ", "green"), (escape(finding.edits[0].text), "bold green"), (f"   (linklint scan --fix{unsafe})", "dim")]
        )
    if finding.mend and (finding.rule, finding.path) not in told:
        told.add((finding.rule, finding.path))
        lines.append([("      = help: ", "green"), (escape(finding.mend.replace("`", "")), "")])
    return lines


def _unread(report: Report) -> list[Line]:
    """The files that could not be read at all; a place inside of a file is a finding of the rule `unread`."""
    lines: list[Line] = []
    whole = [(path, reason) for path, line, reason in report.unread if not line]
    for path, reason in whole[:20]:
        lines.append([(escape(report.tree.display(path)), "bold"), ("  ", ""), ("unread", "magenta"), ("  " + escape(reason), "")])
    if len(whole) > 20:
        lines.append([(f"… and {len(whole) - 20} more that could not be read (--format json lists them)", "dim")])
    if lines:
        lines.append([])
    return lines


def plural(count: int, word: str) -> str:
    """`1 file`, `2 files`."""
    return f"{count} {word}" + ("" if count == 1 else "s")


def summary(report: Report) -> Line:
    """The last line: what was found, what is not shown, and how to see it."""
    total = len(report.findings)
    counts = [plural(report.count(severity), severity) for severity in COLOURS if report.count(severity)]
    style = "bold red" if report.count("error") else "bold yellow" if report.count("warning") else "bold green"
    head = f"{plural(total, 'finding')} ({', '.join(counts)})" if total else "No findings"
    holding = len({finding.path for finding in report.findings})
    files = f"{holding} of {plural(report.files, 'file')}" if 0 < holding < report.files else plural(report.files, "file")
    line: Line = [(head, style), (f" in {files}", "")]
    if report.possible:
        line.append((f"; {report.possible} possible, shown with --audit", "dim"))
    here = [finding for finding in report.ignored if finding.ignored is not None and finding.ignored.by != "baseline"]
    if here:
        line.append((f"; {len(here)} ignored", "dim"))
    if report.baseline is not None:
        fixed = f", {len(report.baseline.fixed)} fixed" if report.baseline.fixed else ""
        line.append((f"; baseline: {len(report.baseline.left)} left{fixed}", "dim"))
    if report.unread:
        line.append((f"; {plural(len(report.unread), 'place')} unread", "magenta"))
    if not report.files:
        line.append((": nothing of what linklint reads is there", "yellow"))
    return line
