"""JSON with a stable schema, for programs."""

from __future__ import annotations

from typing import Any

from linklint.config.model import SEVERITIES
from linklint.findings.finding import Finding
from linklint.findings.result import ScanResult
from linklint.output.escape import dump
from linklint.output.summary import TextOptions
from linklint.text.source import Span

FOR = "programs; `linklint/output/formats/schema.json` describes it"  # in the README


def render(result: ScanResult, _: TextOptions = TextOptions()) -> str:
    """The report as JSON, version 1."""
    return dump(as_dict(result))


def as_dict(result: ScanResult) -> dict[str, Any]:
    """Return the report as plain values; `schema.json` in this directory describes them."""
    found = _report(result)
    if result.baseline is not None:
        found["baseline"] = {
            "left": len(result.baseline.left),
            "fixed": [
                {key: _clean(value) for key, value in entry._asdict().items()} for entry in result.baseline.fixed
            ],
        }
    if result.taken_away:
        found["configuration"] = {"file": _clean(result.config.file) or None, "takes_away": dict(result.taken_away)}
    if result.audit:
        from linklint.output.answers.upgrade import answer_for
        from linklint.output.answers.upgrade import as_dict as upgrade

        found["upgrade"] = upgrade(result, answer_for(result))
    return found


def _report(result: ScanResult) -> dict[str, Any]:
    return {
        "version": 1,
        "engine": result.engine,
        "files": result.files,
        "unread": [
            {"path": _clean(result.tree.display(path)), "line": line or None, "reason": _clean(reason)}
            for path, line, reason in result.unread
        ],
        "findings": [_finding(result, finding) for finding in result.findings],
        "ignored": [
            {**_finding(result, finding), "by": finding.suppression.by, "reason": _clean(finding.suppression.reason)}
            for finding in result.suppressed
            if finding.suppression is not None
        ],
        "summary": {
            **{severity: result.count(severity) for severity in SEVERITIES},
            "folded": sum(bool(finding.folded) for finding in result.findings),
            "ignored": len(result.suppressed),
        },
    }


def _finding(result: ScanResult, finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "confidence": finding.confidence,
        "message": _clean(finding.message),
        **_place(result, finding.span),
        "related": [{**_start(result, span), "message": _clean(words)} for span, words in finding.related],
        "fixable": bool(finding.edits),
        "folded": bool(finding.folded),
        "folded_by": finding.folded or None,
        "fingerprint": finding.fingerprint,
    }


def _place(result: ScanResult, span: Span | None) -> dict[str, Any]:
    if span is None:
        return {"path": None, "line": None, "column": None, "end_line": None, "end_column": None}
    place = span.source.place(span.start, span.end)
    return {"path": _clean(result.tree.display(span.source.path)), **place._asdict()}


def _start(result: ScanResult, span: Span) -> dict[str, Any]:
    place = span.source.place(span.start, span.end)
    return {"path": _clean(result.tree.display(span.source.path)), "line": place.line, "column": place.column}


def _clean(text: str) -> str:
    """Return text with invalid characters replaced; JSON itself escapes control characters."""
    return text.encode("utf-8", "replace").decode("utf-8")
