"""Suppression comments: hide findings on the lines that they cover."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from linklint.database.store import Store
from linklint.findings.finding import Finding, Suppression
from linklint.text.regex import lazy_compile
from linklint.text.source import Source

MAX_SHORT = 100  # the number of lines that a comment on a statement may cover
UNTIL = lazy_compile(r"\buntil=([^\s,;.)]*)")


def apply(
    store: Store, findings: Iterable[Finding], active: set[str], known: set[str], today: date | None = None
) -> tuple[list[Finding], list[Finding]]:
    """Return (findings that stay, findings that a comment suppresses), and record in the store which comments were
    used.
    """
    _, rows = store.ask(
        "SELECT ignore.id, span.file, ignore.slugs, ignore.reason, ignore.first_line, ignore.last_line"
        " FROM ignore JOIN span ON span.id = ignore.span"
    )
    by_file: dict[Source, Comments] = {}
    used: set[int] = set()
    states: dict[int, str] = {}
    for number, file, slugs, reason, first, last in rows:
        names = set(slugs.split())
        until = _until(reason)
        if until is None:
            used.add(number)  # an invalid date is already reported
        elif until < (today or date.today()):
            states[number] = "expired"
        else:
            by_file.setdefault(store.sources[file], Comments()).add(Comment(number, names, reason, first, last))
        if not names <= known:
            states.setdefault(number, f"no rule {min(names - known)}")
        if names & known - active:
            used.add(number)  # some of its rules were not run
    kept: list[Finding] = []
    suppressed: list[Finding] = []
    for finding in findings:
        matched = _matching(finding, by_file)
        used.update(comment.number for comment in matched)
        if matched:
            suppressed.append(finding._replace(suppression=_suppression(matched)))
        else:
            kept.append(finding)
    store.note_ignores([*states.items(), *((number, "used") for number in used)])
    return kept, suppressed


class Comment(NamedTuple):
    """A comment that suppresses some rules on some lines."""

    number: int
    slugs: set[str]
    reason: str
    first_line: int
    last_line: int


class Comments:
    """The comments of a file: those on statements by covered line, those of blocks and of the file in a list."""

    def __init__(self) -> None:
        self.by_line: dict[int, list[Comment]] = {}
        self.long: list[Comment] = []

    def add(self, comment: Comment) -> None:
        """Add a comment."""
        if comment.last_line - comment.first_line > MAX_SHORT:
            self.long.append(comment)
        else:
            for line in range(comment.first_line, comment.last_line + 1):
                self.by_line.setdefault(line, []).append(comment)

    def of(self, rule: str, line: int) -> list[Comment]:
        """Yield the comments that suppress a rule on a line."""
        here = [*self.long, *self.by_line.get(line, ())]
        return [
            comment for comment in here if rule in comment.slugs and comment.first_line <= line <= comment.last_line
        ]


def _matching(finding: Finding, by_file: Mapping[Source, Comments]) -> list[Comment]:
    comments = by_file.get(finding.span.source) if finding.span is not None else None
    return comments.of(finding.rule, finding.line) if comments is not None else []


def _suppression(matched: list[Comment]) -> Suppression:
    """Return what suppresses a finding: a comment of its statement, or else one of a block or of the file."""
    shortest = min(matched, key=lambda comment: comment.last_line - comment.first_line)
    return Suppression("comment", shortest.reason, shortest.last_line - shortest.first_line <= MAX_SHORT)


def _until(reason: str) -> date | None:
    """Return the last day of a comment, or None if it is not a date."""
    match = UNTIL.search(reason)
    try:
        return date.fromisoformat(match[1]) if match is not None else date.max
    except ValueError:
        return None
