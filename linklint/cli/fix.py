"""Fixes in `linklint scan`: `--diff` and `--fix`."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

from linklint.output import terminal

if TYPE_CHECKING:
    from collections.abc import Set

    from linklint.findings.finding import Finding
    from linklint.findings.result import ScanResult
    from linklint.fixes.edits import Change
    from linklint.text.source import Source


def show(report: ScanResult, unsafe: bool) -> None:
    """Print what would be written, as a diff."""
    from linklint.fixes.edits import BOM, changes, diff
    from linklint.fixes.importers import Importers
    from linklint.output.escape import escape
    from linklint.output.redactor import Redactor

    redactor = Redactor(report.store)
    mended = 0
    hidden: list[str] = []

    def hide(source: Source, line: str) -> str:
        shown = redactor.text(source, line)
        hidden.extend([line] if shown != line else [])
        return shown

    lines: list[terminal.Line] = []
    written_out = False
    for change in changes(_meant(report), unsafe=unsafe, importers=Importers(report.tree)):
        _tell_problem(report, change)
        styles = {"+": "green", "-": "red", "@": "cyan"}
        shown = report.tree.display(change.source.path)
        if shown.startswith(("/", "..")):
            shown = report.tree.from_home(change.source.path)
        for line in diff(change, shown, partial(hide, change.source)):
            ending = "\r" if line.endswith("\r") else ""
            mark = line[:2] if line[1:2] == BOM else ""  # the mark belongs to the file's first line and is invisible
            text = escape(line.removesuffix("\r").removeprefix(mark))
            written_out |= mark + text + ending != line
            lines.append([(mark + text + ending, styles.get(line[:1], ""))])
        mended += len(change.mended)
    terminal.write(lines, sys.stdout)
    if hidden:
        sys.stderr.write("The diff hides secrets, so it cannot be applied. Use --show-secrets.\n")
    if written_out:
        sys.stderr.write("The diff escapes control characters and text that is not UTF-8, so it cannot be applied.\n")
    more = _waiting(report, unsafe)
    if more or not mended:
        sys.stderr.write(("; ".join(more) or "Nothing to fix.") + "\n")


def write(report: ScanResult, unsafe: bool) -> bool:
    """Write all fixes. Return whether there were any."""
    from linklint.fixes.edits import changes
    from linklint.fixes.edits import write as put
    from linklint.fixes.importers import Importers
    from linklint.output.escape import escape
    from linklint.output.finding_lines import plural

    mended, files = 0, 0
    done: set[int] = set()
    for change in list(changes(_meant(report), unsafe=unsafe, importers=Importers(report.tree))):
        _tell_problem(report, change)
        if not change.mended:
            continue
        reason = put(report.tree.root, change)
        if reason:
            sys.stderr.write(
                f"linklint: did not change {escape(report.tree.display(change.source.path))}: {escape(reason)}\n"
            )
            continue
        mended, files = mended + len(change.mended), files + 1
        done |= {id(finding) for finding in change.mended}
    more = "; ".join(_waiting(report, unsafe, done))
    sys.stderr.write(f"Fixed {plural(mended, 'finding')} in {plural(files, 'file')}{more and f' ({more})'}.\n")
    return files > 0


def _meant(report: ScanResult) -> list[Finding]:
    """Return the findings in the requested files.

    Findings that only involve these files do not change their own file.
    """
    return [
        finding for finding in report.findings if report.reported_files is None or finding.path in report.reported_files
    ]


def _tell_problem(report: ScanResult, change: Change) -> None:
    from linklint.output.escape import escape

    if change.problem:
        path = escape(report.tree.display(change.source.path))
        sys.stderr.write(f"linklint: {path}: did not change its reads of link variables: {escape(change.problem)}\n")


def _waiting(report: ScanResult, unsafe: bool, done: Set[int] = frozenset()) -> list[str]:
    """Return what could be fixed but is not: it needs --unsafe, or it is in the baseline."""
    waiting = sum(
        bool(finding.edits) and not finding.safe_fix and id(finding) not in done for finding in _meant(report)
    )
    known = sum(bool(f.edits) and (f.safe_fix or unsafe) and f.suppressed_by("baseline") for f in report.suppressed)
    found = [f"{waiting} more with --unsafe, which may change behaviour"] if waiting and not unsafe else []
    return found + ([f"{known} more in the baseline: use --no-baseline"] if known else [])
