"""The part of `linklint scan` that mends: `--diff` and `--fix`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from linklint.report import terminal

if TYPE_CHECKING:
    from linklint.pipeline import Report


def show(report: Report, unsafe: bool) -> None:
    """Print what would be written, as a diff."""
    from functools import partial

    from linklint.fix.edits import changes, diff
    from linklint.report.escape import escape
    from linklint.report.secrets import Curtain

    curtain = Curtain(report.store)
    mended = 0
    lines: list[terminal.Line] = []
    for change in changes(report.findings, unsafe=unsafe):
        if change.problem:
            sys.stderr.write(
                f"linklint: {report.tree.display(change.source.path)}: its reads are left as they are: {escape(change.problem)}\n"
            )
        styles = {"+": "green", "-": "red", "@": "cyan"}
        for line in diff(change, report.tree.display(change.source.path), partial(curtain.text, change.source)):
            lines.append([(escape(line), styles.get(line[:1], ""))])
        mended += len(change.mended)
    terminal.write(lines, sys.stdout)
    waiting = sum(bool(f.edits) and not f.safe_fix for f in report.findings)
    if waiting and not unsafe:
        sys.stderr.write(f"{waiting} more with --unsafe: they change who can connect, or what a program sees\n")
    elif not mended:
        sys.stderr.write("nothing to mend\n")


def write(report: Report, unsafe: bool) -> None:
    """Write what can be mended, and take it out of the findings."""
    from linklint.fix.edits import changes, write
    from linklint.report.escape import escape

    mended, files = 0, 0
    for change in list(changes(report.findings, unsafe=unsafe)):
        shown = escape(report.tree.display(change.source.path))
        if change.problem:
            sys.stderr.write(f"linklint: {shown}: its reads are left as they are: {escape(change.problem)}\n")
        if not change.mended:
            continue
        reason = write(report.tree.root, change)
        if reason:
            sys.stderr.write(f"linklint: {shown} is left as it was: {escape(reason)}\n")
            continue
        mended, files = mended + len(change.mended), files + 1
        done = {id(finding) for finding in change.mended}
        report.findings = [finding for finding in report.findings if id(finding) not in done]
    waiting = sum(bool(f.edits) and not f.safe_fix for f in report.findings)
    more = f"; {waiting} more with --unsafe" if waiting and not unsafe else ""
    sys.stderr.write(f"mended {mended} finding{'' if mended == 1 else 's'} in {files} file{'' if files == 1 else 's'}{more}\n")
