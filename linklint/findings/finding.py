"""What a rule found: its place, its words, and an identity that survives a reworded message and a moved line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from linklint.text.source import Span


@dataclass(frozen=True, slots=True)
class Edit:
    """`text` in place of what the span covers; `rewrite` names who puts it there, where plain text will not do."""

    span: Span
    text: str
    rewrite: str = ""


class Ignored(NamedTuple):
    """Who ignores a finding (`comment`, `config` or `baseline`), and why."""

    by: str
    reason: str


@dataclass(slots=True)
class Finding:
    """A finding; `span` is None only for what concerns no file of the tree (a failed rule).

    `weight` is the severity that its rule gives it, before a configuration gives it another; `identity` says what it
    is, whichever file it is in and however many are alike; `fingerprint` is that of this one alone.
    """

    rule: str
    severity: str
    confidence: str
    message: str
    subject: str
    span: Span | None
    related: list[tuple[Span, str]] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    fingerprint: str = ""
    identity: str = ""
    weight: str = ""
    mend: str = ""
    safe_fix: bool = False
    ignored: Ignored | None = None

    @property
    def path(self) -> str:
        """The path of its file in the tree."""
        return self.span.source.path if self.span else ""

    @property
    def line(self) -> int:
        """The line of its place, from 1; 0 for what concerns no file."""
        return self.span.source.line_of(self.span.start) if self.span else 0

    @property
    def order(self) -> tuple[str, int, str]:
        """Findings are told file by file, from the top."""
        return self.path, self.span.start if self.span else 0, self.rule


def number(findings: Sequence[Finding], place: Callable[[str], str] = str) -> None:
    """Give each its identity: rule and subject; and its fingerprint: path, too, and which of several alike it is.

    Never prose, lines or secrets.

    `place` makes of a path one that is the same wherever the scan began.
    """
    if not findings:
        return
    from hashlib import blake2b

    def digest(*words: str) -> str:
        return blake2b("\0".join(words).encode("utf-8", "replace"), digest_size=16).hexdigest()

    seen: dict[tuple[str, str, str], int] = {}
    for finding in findings:
        key = (finding.rule, place(finding.path), finding.subject)
        seen[key] = seen.get(key, 0) + 1
        finding.fingerprint = digest(*key, str(seen[key]))
        finding.identity, finding.weight = digest(finding.rule, finding.subject), finding.severity
