"""A finding: its location, its message, and an identity that survives reworded messages and moved lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import NamedTuple

from linklint.text.digest import digest
from linklint.text.source import Span

FIX_GROUPS = ("safe", "readers", "ports", "engine")  # only safe ones do not change who connects, or what is printed


class Edit(NamedTuple):
    """Replace the text of `span` with `text`; `rewrite` names a rewriter if a text edit is not enough."""

    span: Span
    text: str
    rewrite: str = ""


class Suppression(NamedTuple):
    """What suppresses a finding (`comment`, `config` or `baseline`), and the reason given there.

    `by_line`: it names the text of the line, or stands beside it, so that it does not hold for another line.
    """

    by: str
    reason: str
    by_line: bool = True


class Finding(NamedTuple):
    """A finding.

    `span` is None only for a failed rule, which has no file. `rule_severity` is the severity of the rule before the
    configuration overrides it. `identity` depends only on rule and subject; `fingerprint` identifies this finding
    in its file. `fix_group` is one of FIX_GROUPS, that of its fix; `no_fix` says why a rule that has a fix has none
    here. `folded` is the part of the noise policy that folds it (`docs/noise.md`), or empty;
    `folded_into` is the fingerprint of the finding that stands for it.
    """

    rule: str
    severity: str
    confidence: str
    message: str
    subject: str
    span: Span | None
    related: tuple[tuple[Span, str], ...] = ()
    edits: tuple[Edit, ...] = ()
    fingerprint: str = ""
    identity: str = ""
    rule_severity: str = ""
    help: str = ""
    fix_group: str = ""
    no_fix: str = ""
    suppression: Suppression | None = None
    folded: str = ""
    folded_into: str = ""

    @property
    def path(self) -> str:
        """The path of its file in the tree; empty without a file."""
        return self.span.source.path if self.span else ""

    @property
    def line(self) -> int:
        """The line where it starts, from 1; 0 without a file."""
        return self.span.source.line_of(self.span.start) if self.span else 0

    @property
    def order(self) -> tuple[str, int, str]:
        """The sort key of reports: file by file, top to bottom."""
        return self.path, self.span.start if self.span else 0, self.rule

    def suppressed_by(self, kind: str) -> bool:
        """Return whether a `comment`, the `config` or the `baseline` suppresses it."""
        return self.suppression is not None and self.suppression.by == kind


def with_fingerprints(findings: Iterable[Finding], location: Callable[[str], str] = str) -> list[Finding]:
    """Return the findings with identity, fingerprint and rule severity set.

    The fingerprint is computed from rule, path, subject, and the position among equal ones, not from the message, the
    line or a secret. `location` maps a path in the tree to one that does not depend on where the scan started.
    """
    findings = list(findings)
    if not findings:
        return findings
    locations = {path: location(path) for path in {finding.path for finding in findings}}
    seen: Counter[tuple[str, str, str]] = Counter()
    found: list[Finding] = []
    for finding in findings:
        key = (finding.rule, locations[finding.path], finding.subject)
        seen[key] += 1
        found.append(
            finding._replace(
                fingerprint=digest(*key, str(seen[key])),
                identity=digest(finding.rule, finding.subject),
                rule_severity=finding.severity,
            )
        )
    return found
