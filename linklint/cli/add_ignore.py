"""`linklint scan --add-ignore`: add a comment for each listed finding, which suppresses it.

The edited files are scanned again before anything is written: in each file exactly the listed findings must be gone.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from typing import TYPE_CHECKING

from linklint.cli.parser import EXIT_USAGE
from linklint.errors import UsageError
from linklint.fixes.edits import write as put
from linklint.fixes.ignores import KNOWN, with_comments
from linklint.output.escape import escape
from linklint.output.finding_lines import plural
from linklint.text.source import encode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from linklint.findings.finding import Finding
    from linklint.findings.result import ScanResult


def add_ignores(result: ScanResult, reason: str, look: Callable[..., ScanResult]) -> int:
    """Add the comments, also for findings that a listed one stands for, and report what was done.

    Returns the exit status. Raises UsageError.
    """
    if "\n" in reason or "linklint:" in reason or "-->" in reason or "*/" in reason:
        raise UsageError("the reason of --add-ignore must be one line of text")
    by_file: dict[str, list[Finding]] = defaultdict(list)
    folded = (other for finding in result.shown for other in result.stands_for.get(finding.fingerprint, ()))
    for finding in (*result.shown, *folded):
        if finding.span is not None and (result.reported_files is None or finding.path in result.reported_files):
            by_file[finding.path].append(finding)
    kinds = {str(path): str(kind) for path, kind in result.store.ask("SELECT inside, kind FROM file")[1]}
    made = {
        path: with_comments(result.tree, findings, kinds.get(path, ""), reason or KNOWN)
        for path, findings in by_file.items()
    }
    edited = {path: change for path, change in made.items() if change is not None}
    after = look(replaced={path: encode(change.after) for path, change in edited.items()})
    added = files = 0
    for path, findings in by_file.items():
        change, shown = edited.get(path), escape(result.tree.display(path))
        problem = "comments are not possible there" if change is None else _problem(after, path, findings)
        if change is not None and not problem:
            problem, _ = put(result.tree.disk, change)
        if problem:
            sys.stderr.write(f"linklint: did not change {shown}: {escape(problem)}; use per-path or the baseline\n")
        else:
            added, files = added + len(findings), files + 1
    sys.stderr.write(f"Added comments for {plural(added, 'finding')} in {plural(files, 'file')}.\n")
    return EXIT_USAGE if result.failed else int(added < sum(map(len, by_file.values())))


def _problem(after: ScanResult, path: str, findings: Sequence[Finding]) -> str:
    """Return what is wrong with the edited file: a finding is still there, or there is a new one."""
    wanted = {finding.fingerprint for finding in findings}
    gone = {finding.fingerprint for finding in after.suppressed if finding.suppressed_by("comment")}
    if not wanted <= gone:
        return "a comment would not cover its finding"
    left = {finding.fingerprint for finding in after.shown if finding.path == path}
    return "the comments would change what the file means" if left else ""
