"""GitLab's Code Quality report: the JSON of `artifacts: reports: codequality`, shown in merge requests and their
diffs.
"""

from __future__ import annotations

import hashlib
from typing import Any

from linklint.findings.finding import Finding
from linklint.findings.result import ScanResult
from linklint.output.escape import dump, escape
from linklint.output.summary import TextOptions

FOR = "GitLab Code Quality"  # in the README

SEVERITIES = {"error": "critical", "warning": "major", "note": "info"}


def render(result: ScanResult, _: TextOptions = TextOptions()) -> str:
    """Return the findings and the unreadable files; GitLab recognises each by its fingerprint."""
    unread = [_unread(result.tree.from_home(path), reason) for path, line, reason in result.unread if not line]
    return dump([*(_issue(result, finding) for finding in result.findings), *unread])


def _unread(path: str, reason: str) -> dict[str, Any]:
    return {
        "description": escape(reason),
        "check_name": "unread",
        "fingerprint": hashlib.sha256(f"unread {path}".encode("utf-8", "surrogateescape")).hexdigest()[:32],
        "severity": SEVERITIES["note"],
        "location": {"path": escape(path), "lines": {"begin": 1, "end": 1}},
    }


def _issue(result: ScanResult, finding: Finding) -> dict[str, Any]:
    path, lines = "linklint", {"begin": 1, "end": 1}
    if finding.span is not None:
        place = finding.span.source.place(finding.span.start, finding.span.end)
        path, lines = escape(result.tree.from_home(finding.path)), {"begin": place.line, "end": place.end_line}
    return {
        "description": escape(finding.message),
        "check_name": finding.rule,
        "fingerprint": finding.fingerprint,
        "severity": SEVERITIES["note" if finding.folded else finding.severity],
        "location": {"path": path, "lines": lines},
    }
