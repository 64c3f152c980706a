"""Fixes in `linklint scan`: `--diff` and `--fix`, by group."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING

from linklint.fixes.edits import BOM, Change, changes, diff
from linklint.fixes.edits import write as put
from linklint.fixes.importers import Importers
from linklint.output import terminal
from linklint.output.escape import escape
from linklint.output.finding_lines import plural

if TYPE_CHECKING:
    from collections.abc import Collection

    from linklint.findings.finding import Finding
    from linklint.findings.result import ScanResult

STYLES = {"+": "green", "-": "red", "@": "cyan"}


def show(result: ScanResult, groups: Collection[str]) -> None:
    """Print what would be written, as a diff."""
    redactor = result.store.redactor
    fixed: set[str] = set()
    hides = escaped = False
    lines: list[terminal.Line] = []
    for change in changes(_requested(result), groups, importers=Importers(result.tree)):
        _report_problem(result, change)
        shown = result.tree.display(change.source.path)
        if shown.startswith(("/", "..")):
            shown = result.tree.from_home(change.source.path)
        masked = diff(change, shown, redactor.ranges(change.source), redactor.cell)
        hides |= masked != diff(change, shown)
        for line in masked:
            line_end = "\r" if line.endswith("\r") else ""
            mark = line[:2] if line[1:2] == BOM else ""  # the mark belongs to the file's first line and is invisible
            text = escape(line.removesuffix("\r").removeprefix(mark))
            escaped |= mark + text + line_end != line
            lines.append([(mark + text + line_end, STYLES.get(line[:1], ""))])
        fixed |= {finding.fingerprint for finding in change.fixed}
    terminal.write(lines, sys.stdout, wrap=False)
    if hides:
        sys.stderr.write("The diff hides secrets, so it cannot be applied. Use --show-secrets.\n")
    if escaped:
        sys.stderr.write("The diff escapes control characters and text that is not UTF-8, so it cannot be applied.\n")
    more = _waiting(result, groups, "--diff")
    if more or not fixed:
        sys.stderr.write(("; ".join(more) or "Nothing to fix.") + "\n")
    _explain(result, groups, fixed)


def write(result: ScanResult, groups: Collection[str], *, listed: bool) -> int:
    """Write all fixes of some groups, and report what was done; by file and rule if `listed` (--show-fixes).

    Returns the number of changed files.
    """
    files = 0
    found: Counter[tuple[str, str]] = Counter()  # findings by file and rule
    done: set[str] = set()
    for change in list(changes(_requested(result), groups, importers=Importers(result.tree))):
        _report_problem(result, change)
        if not change.fixed:
            continue
        reason, note = put(result.tree.disk, change)
        path = escape(result.tree.display(change.source.path))
        if reason:
            sys.stderr.write(f"linklint: did not change {path}: {escape(reason)}\n")
            continue
        if note:
            sys.stderr.write(f"linklint: {path}: {note}\n")
        files += 1
        found.update((path, finding.rule) for finding in change.fixed)
        done |= {finding.fingerprint for finding in change.fixed}
    more = "; ".join(_waiting(result, groups, "--fix", done))
    count = plural(found.total(), "finding")
    sys.stderr.write(f"Fixed {count} in {plural(files, 'file')}{more and f' ({more})'}.\n")
    for (path, rule), number in sorted(found.items()) if listed else ():
        sys.stderr.write(f"  {path}: {number} × {rule}\n")
    _explain(result, groups, done)
    return files


def _requested(result: ScanResult) -> list[Finding]:
    """Return the listed findings in the requested files.

    Findings that only involve these files do not change their own file, and what is folded is not changed.
    """
    return [
        finding for finding in result.shown if result.reported_files is None or finding.path in result.reported_files
    ]


def _report_problem(result: ScanResult, change: Change) -> None:
    if change.problem:
        path = escape(result.tree.display(change.source.path))
        sys.stderr.write(f"linklint: {path}: did not change its reads of link variables: {escape(change.problem)}\n")


def _waiting(
    result: ScanResult, groups: Collection[str], option: str, done: Collection[str] = frozenset()
) -> list[str]:
    """Return what could be fixed but is not: it is in another group, folded, or in the baseline."""
    others = Counter(
        finding.fix_group
        for finding in _requested(result)
        if finding.edits and finding.fix_group not in groups and finding.fingerprint not in done
    )
    found = [
        f"{count} more with {option}" + (f"={group}, which may change behaviour" if group != "safe" else "")
        for group, count in others.items()
    ]
    folded = sum(bool(f.edits) and f.fix_group in groups for f in result.folded)
    known = sum(bool(f.edits) and f.fix_group in groups and f.suppressed_by("baseline") for f in result.suppressed)
    wider = " or ".join(name for name, given in (("--audit", result.audit), ("--docs", result.docs)) if not given)
    found += [f"{folded} more in what is folded: use {wider}"] if folded else []
    return found + ([f"{known} more in the baseline: use --no-baseline"] if known else [])


def _explain(result: ScanResult, groups: Collection[str], done: Collection[str]) -> None:
    """Report why findings of the groups were not fixed, with the first place of each reason."""
    reasons: dict[tuple[str, str], list[Finding]] = {}
    for finding in _requested(result):
        if finding.no_fix and finding.fix_group in groups and finding.fingerprint not in done:
            reasons.setdefault((finding.rule, finding.no_fix), []).append(finding)
    for (rule, reason), findings in reasons.items():
        place = f"{escape(result.tree.display(findings[0].path))}:{findings[0].line}"
        more = f" and {len(findings) - 1} more" if len(findings) > 1 else ""
        sys.stderr.write(f"  no fix for {rule} at {place}{more}: {escape(reason)}\n")
