"""Fixes in `linklint scan`: `--diff` and `--fix`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from linklint.output import terminal

if TYPE_CHECKING:
    from collections.abc import Set

    from linklint.findings.finding import Finding
    from linklint.findings.result import ScanResult
    from linklint.fixes.edits import Change


def show(result: ScanResult, unsafe: bool) -> None:
    """Print what would be written, as a diff."""
    from linklint.fixes.edits import BOM, changes, diff
    from linklint.fixes.importers import Importers
    from linklint.output.escape import escape

    redactor = result.store.redactor
    fixed = 0
    hides = False
    lines: list[terminal.Line] = []
    escaped = False
    for change in changes(_requested(result), unsafe=unsafe, importers=Importers(result.tree)):
        _report_problem(result, change)
        styles = {"+": "green", "-": "red", "@": "cyan"}
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
            lines.append([(mark + text + line_end, styles.get(line[:1], ""))])
        fixed += len(change.fixed)
    terminal.write(lines, sys.stdout)
    if hides:
        sys.stderr.write("The diff hides secrets, so it cannot be applied. Use --show-secrets.\n")
    if escaped:
        sys.stderr.write("The diff escapes control characters and text that is not UTF-8, so it cannot be applied.\n")
    more = _waiting(result, unsafe)
    if more or not fixed:
        sys.stderr.write(("; ".join(more) or "Nothing to fix.") + "\n")


def write(result: ScanResult, unsafe: bool) -> bool:
    """Write all fixes. Return whether there were any."""
    from linklint.fixes.edits import changes
    from linklint.fixes.edits import write as put
    from linklint.fixes.importers import Importers
    from linklint.output.escape import escape
    from linklint.output.finding_lines import plural

    fixed, files = 0, 0
    done: set[int] = set()
    for change in list(changes(_requested(result), unsafe=unsafe, importers=Importers(result.tree))):
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
        fixed, files = fixed + len(change.fixed), files + 1
        done |= {id(finding) for finding in change.fixed}
    more = "; ".join(_waiting(result, unsafe, done))
    sys.stderr.write(f"Fixed {plural(fixed, 'finding')} in {plural(files, 'file')}{more and f' ({more})'}.\n")
    return files > 0


def _requested(result: ScanResult) -> list[Finding]:
    """Return the findings in the requested files.

    Findings that only involve these files do not change their own file.
    """
    return [
        finding for finding in result.findings if result.reported_files is None or finding.path in result.reported_files
    ]


def _report_problem(result: ScanResult, change: Change) -> None:
    from linklint.output.escape import escape

    if change.problem:
        path = escape(result.tree.display(change.source.path))
        sys.stderr.write(f"linklint: {path}: did not change its reads of link variables: {escape(change.problem)}\n")


def _waiting(result: ScanResult, unsafe: bool, done: Set[int] = frozenset()) -> list[str]:
    """Return what could be fixed but is not: it needs --unsafe, or it is in the baseline."""
    waiting = sum(
        bool(finding.edits) and not finding.safe_fix and id(finding) not in done for finding in _requested(result)
    )
    known = sum(bool(f.edits) and (f.safe_fix or unsafe) and f.suppressed_by("baseline") for f in result.suppressed)
    found = [f"{waiting} more with --unsafe, which may change behaviour"] if waiting and not unsafe else []
    return found + ([f"{known} more in the baseline: use --no-baseline"] if known else [])
