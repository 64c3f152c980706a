"""The Diagnostic Format of reviewdog as JSON, for comments in reviews: `reviewdog -f=rdjson`.

Lines count from 1. Columns count bytes of UTF-8 from 1, and a range ends before its end.
"""

from __future__ import annotations

from typing import Any

from linklint.about import REPOSITORY, page_of
from linklint.findings.finding import Finding
from linklint.findings.result import ScanResult
from linklint.output.escape import dump, escape
from linklint.output.summary import TextOptions
from linklint.secrets.redaction import Redactor
from linklint.text.source import Span

FOR = "reviewdog, with suggestions"  # in the README

SEVERITIES = {"error": "ERROR", "warning": "WARNING", "note": "INFO"}


def render(result: ScanResult, _: TextOptions = TextOptions()) -> str:
    """Return the listed findings."""
    slugs = {rule.slug for rule in result.rules}
    return dump(
        {
            "source": {"name": "linklint", "url": REPOSITORY},
            "diagnostics": [
                _diagnostic(result, finding, finding.span, slugs)
                for finding in result.shown
                if finding.span is not None
            ],
        }
    )


def _diagnostic(result: ScanResult, finding: Finding, span: Span, slugs: set[str]) -> dict[str, Any]:
    url = {"url": page_of(finding.rule)} if finding.rule in slugs else {}
    help_line = "\n" + finding.help.replace("`", "") if finding.help else ""
    found: dict[str, Any] = {
        "message": escape(finding.message) + "".join(f"\n{escape(line)}" for line in help_line.split("\n") if line),
        "location": {"path": escape(result.tree.from_home(finding.path)), "range": _range(span)},
        "severity": SEVERITIES[finding.severity],
        "code": {"value": finding.rule, **url},
    }
    suggestions = _suggestions(finding, result.store.redactor)
    return {**found, "suggestions": suggestions} if suggestions else found


def _suggestions(finding: Finding, redactor: Redactor) -> list[dict[str, Any]]:
    """Return the edits of the finding's own file, if all of them are plain text and show no secret."""
    plain = all(
        not edit.rewrite and edit.span.source.path == finding.path and redactor.cell(edit.text) == edit.text
        for edit in finding.edits
    )
    return [{"range": _range(edit.span), "text": edit.text} for edit in finding.edits] if plain else []


def _range(span: Span) -> dict[str, Any]:
    place = span.source.place(span.start, span.end)

    def position(line: int, column: int) -> dict[str, int]:
        before = span.source.line_text(line)[: column - 1]
        return {"line": line, "column": len(before.encode("utf-8", "surrogateescape")) + 1}

    return {"start": position(place.line, place.column), "end": position(place.end_line, place.end_column)}
