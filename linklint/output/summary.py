"""The end of a text report: counts, suppressed findings, the baseline, the upgrade answer, the summary."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from linklint.config.model import SEVERITIES
from linklint.findings.result import OF_DOCUMENTS
from linklint.output.escape import escape
from linklint.output.finding_lines import COLOURS, head, plural
from linklint.output.terminal import Line
from linklint.text.suggest import listed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linklint.findings.finding import Finding
    from linklint.findings.result import ScanResult

# What the parts of the noise policy count, outside of documents.
NOUNS = {
    "vendored": "finding{} in vendored or generated code",
    "tests": "finding{} about ports and secrets in tests, CI and examples",
    "example-secrets": "secret{} with example values",
    "ports": "published port{} of low risk",
    "compose-links": "unnecessary link{} inside Compose projects",
    "mentions": "further mention{} of links that could not be followed",
    "looked-up": "look-up{} of an address with docker inspect",
    "implied": "implied finding",
    "copies": "finding{} in copies",
}


class TextOptions(NamedTuple):
    """Options of the text format: group by `file` or `rule`, only counts, suppressed findings, or one line per
    finding.
    """

    group_by: str = ""
    statistics: bool = False
    show_ignored: bool = False
    quiet: bool = False
    strict: bool = False
    exit_zero: bool = False


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
    return [*lines, *_baseline(result), *folded_lines(result), summary(result), *_failing(result, view)]


def folded_lines(result: ScanResult) -> list[Line]:
    """Return how many findings the noise policy folds, and how to list them."""
    lines: list[Line] = []
    pages = [finding for finding in result.folded if finding.folded in OF_DOCUMENTS]
    if pages:
        words = _enumerated(Counter(_noun(finding) for finding in pages))
        documents = plural(len({finding.path for finding in pages}), "document")
        lines.append([(f"+ {words} in {documents}", ""), (" (--docs lists them)", "dim")])
    others = Counter(NOUNS[finding.folded] for finding in result.folded if finding.folded not in OF_DOCUMENTS)
    if others:
        lines.append([(f"+ {_enumerated(others)}", ""), (" (--audit lists them)", "dim")])
    return lines


def _noun(finding: Finding) -> str:
    if finding.folded == "documents":
        return "published port" if finding.rule == "all-interfaces-bind" else "example secret"
    return "further read{} of link variables" if finding.rule.startswith("link-env") else "further link"


def _enumerated(counts: Mapping[str, int]) -> str:
    """Return `3 ports, 2 links and 1 secret`; in a noun, `{}` is where its s goes."""
    words = [
        f"{count} {noun.format('' if count == 1 else 's')}" if "{}" in noun else plural(count, noun)
        for noun, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]
    return listed(words)


def _failing(result: ScanResult, view: TextOptions) -> list[Line]:
    """Return why the exit status is not 0."""
    if view.exit_zero:
        return []
    failing = sorted(filter(result.fails, result.findings), key=lambda f: SEVERITIES.index(f.severity))
    if failing:
        counts = Counter(finding.severity for finding in failing)
        lines = list(dict.fromkeys(f"{escape(result.tree.display(f.path))}:{f.line}" for f in failing if f.span))
        places, more = lines[:3], f" and {plural(len(lines) - 3, 'more place')}" if len(lines) > 3 else ""
        words = listed([plural(count, severity) for severity, count in counts.items()])
        return [[(f"Exit status 1 because of {words}: {', '.join(places)}{more}", "dim")]]
    if view.strict and result.unsuppressed_unread:
        count = plural(len(result.unsuppressed_unread), "part")
        return [[(f"Exit status 1 because of {count} that could not be read (--strict)", "dim")]]
    return []


def _statistics(result: ScanResult) -> list[Line]:
    """Return the number of findings, files and fixable findings for each rule and severity."""
    titles = {rule.slug: rule.title for rule in result.rules}
    by_rule: dict[tuple[str, str], list[Finding]] = {}
    for finding in result.shown:
        by_rule.setdefault((finding.rule, finding.severity), []).append(finding)
    lines: list[Line] = []
    for (slug, severity), findings in sorted(by_rule.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        files = len({finding.path for finding in findings})
        groups = {finding.fix_group for finding in findings if finding.edits}
        fixable = f"  ({sum(bool(f.edits) for f in findings)} with --fix={','.join(sorted(groups))})" if groups else ""
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
                (fixable, "green"),
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
    total = len(result.shown)
    found = Counter(finding.severity for finding in result.shown)
    counts = [plural(found[severity], severity) for severity in COLOURS if found[severity]]
    style = "bold red" if found["error"] else "bold yellow" if found["warning"] else "bold green"
    head = f"{plural(total, 'finding')} ({', '.join(counts)})" if total else "No findings"
    holding = len({finding.path for finding in result.shown})
    files = (
        f"{holding} of {plural(result.files, 'scanned file')}"
        if 0 < holding < result.files
        else plural(max(result.files, holding), "file")
    )
    line: Line = [(head, style), (f" in {files}", "")]
    if result.folded:
        line.append((f"; {len(result.folded)} folded", "dim"))
    if result.below:
        line.append((f"; {result.below} below --min-severity or --min-confidence", "dim"))
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
