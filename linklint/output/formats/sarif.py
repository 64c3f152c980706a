"""SARIF 2.1.0 (OASIS), for code scanning and viewers: rules with their pages, regions, fixes, fingerprints,
suppressions.

Columns count code points. Paths are relative to the root of the repository. The fingerprint `linklint/v1` depends on
neither messages nor lines.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from linklint.about import REPOSITORY, __version__, page_of
from linklint.findings.finding import Edit, Finding
from linklint.findings.result import ScanResult
from linklint.findings.rule_file import Rule, is_built_in
from linklint.output.escape import dump, escape
from linklint.output.summary import TextOptions
from linklint.secrets.redaction import Redactor
from linklint.text.regex import lazy_compile
from linklint.text.source import Source, Span

FOR = "code scanning and viewers: SARIF 2.1.0, with rule pages, fixes, and suppressed findings"  # in the README

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LINK = lazy_compile(r"(?<!\\)\[(?=[^\[\]]*\]\()")  # in a message, [words](target) is a link
SUPPRESSED_IN = {"comment": "inSource", "config": "external", "baseline": "external"}
SECURITY = {"secret-in-env": "7.5", "all-interfaces-bind": "6.5", "published-link-source": "4.0"}
MAX_RELATED = 20
MAX_CONTEXT = 10


def render(result: ScanResult, _: TextOptions = TextOptions()) -> str:
    """The report as SARIF."""
    redactor = result.store.redactor
    rules = {rule.slug: number for number, rule in enumerate(result.rules)}
    findings = sorted([*result.findings, *result.suppressed], key=lambda finding: finding.order)
    run = {
        "tool": {
            "driver": {
                "name": "linklint",
                "version": __version__,
                "semanticVersion": __version__,
                "informationUri": REPOSITORY,
                "rules": [_rule(rule) for rule in result.rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The root of the repository."}}},
        "invocations": [
            {
                "executionSuccessful": not result.failed,
                "toolConfigurationNotifications": [_failed(finding) for finding in findings if finding.span is None],
                "toolExecutionNotifications": [_unread(result, *entry) for entry in result.unread],
            }
        ],
        "results": [
            _result(result, finding, finding.span, rules, redactor) for finding in findings if finding.span is not None
        ],
    }
    return dump({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(rule: Rule) -> dict[str, Any]:
    page = {"helpUri": page_of(rule.slug)} if is_built_in(rule) else {}
    return {
        "id": rule.slug,
        "name": "".join(word.capitalize() for word in rule.slug.split("-")),
        "shortDescription": {"text": escape(rule.title)},
        "fullDescription": {"text": escape(rule.about or rule.title)},
        "help": {"text": escape(rule.help or rule.title), "markdown": "\n".join(map(escape, rule.manual.split("\n")))},
        **page,
        "defaultConfiguration": {"level": rule.severity},
        "properties": _properties(rule),
    }


def _properties(rule: Rule) -> dict[str, Any]:
    """Return the tags of a rule; for GitHub, a rule about security has a severity from 0 to 10."""
    score = SECURITY.get(rule.slug)
    if score is None:
        return {"tags": ["docker", *filter(None, [rule.group])]}
    return {"tags": ["docker", rule.group, "security"], "security-severity": score}


def _result(
    result: ScanResult, finding: Finding, span: Span, rules: Mapping[str, int], redactor: Redactor
) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "ruleId": finding.rule,
        "level": finding.severity,
        "message": {"text": _text(finding.message)},
        "partialFingerprints": {"linklint/v1": finding.fingerprint},
        "properties": {"confidence": finding.confidence, **({"folded": finding.folded} if finding.folded else {})},
        "locations": [{"physicalLocation": _place(result, span, redactor)}],
    }
    if finding.rule in rules:
        entry["ruleIndex"] = rules[finding.rule]
    if finding.related:
        entry["relatedLocations"] = [
            {
                "id": number,
                "message": {"text": _text(words or "see here")},
                "physicalLocation": _place(result, span, redactor),
            }
            for number, (span, words) in enumerate(finding.related[:MAX_RELATED], 1)
        ]
    fix = _fix(result, finding, redactor)
    if fix is not None:
        entry["fixes"] = [fix]
    if finding.suppression is not None:
        reason = {"justification": _text(finding.suppression.reason)} if finding.suppression.reason else {}
        entry["suppressions"] = [{"kind": SUPPRESSED_IN[finding.suppression.by], **reason}]
    return entry


def _place(result: ScanResult, span: Span, redactor: Redactor | None = None) -> dict[str, Any]:
    found: dict[str, Any] = {"artifactLocation": _artifact(result, span.source.path), "region": _region(span)}
    if redactor is not None:
        first, last = found["region"]["startLine"], found["region"]["endLine"]
        numbers = range(first, last + 1) if last - first < MAX_CONTEXT else range(0)
        if numbers and sum(len(span.source.line_text(number)) for number in numbers) < 500:
            shown = "\n".join(escape(redactor.whole_line(span.source, number)) for number in numbers)
            found["contextRegion"] = {"startLine": first, "endLine": last, "snippet": {"text": shown}}
    return found


def _artifact(result: ScanResult, path: str) -> dict[str, Any]:
    return {"uri": quote(result.tree.from_home(path).encode("utf-8", "surrogateescape")), "uriBaseId": "SRCROOT"}


def _region(span: Span) -> dict[str, int]:
    place = span.source.place(span.start, span.end)
    return {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }


def _fix(result: ScanResult, finding: Finding, redactor: Redactor) -> dict[str, Any] | None:
    """Return the edits, if all of them are plain text and show no secret."""
    if not finding.edits or any(edit.rewrite or redactor.cell(edit.text) != edit.text for edit in finding.edits):
        return None
    by_source: dict[Source, list[Edit]] = {}
    for edit in finding.edits:
        by_source.setdefault(edit.span.source, []).append(edit)
    words = finding.help.replace("`", "") or "Fix it"
    return {
        "description": {
            "text": _text(words if finding.fix_group == "safe" else f"{words} (This may change behaviour.)")
        },
        "artifactChanges": [
            {
                "artifactLocation": _artifact(result, source.path),
                "replacements": [
                    {"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.text}} for edit in edits
                ],
            }
            for source, edits in by_source.items()
        ],
    }


def _failed(finding: Finding) -> dict[str, Any]:
    """Return a failed rule as a notification: code scanning accepts no result without a location."""
    return {"level": "error", "message": {"text": _text(finding.message)}, "associatedRule": {"id": finding.subject}}


def _unread(result: ScanResult, path: str, line: int, reason: str) -> dict[str, Any]:
    region = {"region": {"startLine": line}} if line else {}
    return {
        "level": "warning" if line else "note",
        "message": {"text": _text(reason)},
        "locations": [{"physicalLocation": {"artifactLocation": _artifact(result, path), **region}}],
    }


def _text(words: str) -> str:
    return LINK.sub(r"\\[", escape(words))
