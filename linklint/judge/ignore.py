"""Ignores: a comment takes findings away from the lines that it covers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from linklint.facts.store import Store
from linklint.judge.finding import Finding

UNTIL = re.compile(r"\buntil=(\S*)")


def apply(
    store: Store, findings: Iterable[Finding], active: set[str], known: set[str], today: date | None = None
) -> tuple[list[Finding], int]:
    """(the findings that stay, how many were ignored); tells the store which ignores were of use."""
    _, rows = store.ask(
        "SELECT ignore.id, span.file, ignore.slugs, ignore.reason, ignore.first_line, ignore.last_line"
        " FROM ignore JOIN span ON span.id = ignore.span"
    )
    by_file: dict[int, list[tuple[int, set[str], int, int]]] = {}
    used: set[int] = set()
    for number, file, slugs, reason, first, last in rows:
        names = set(slugs.split())
        if not _expired(reason, today or date.today()):
            by_file.setdefault(id(store.sources[file]), []).append((number, names, first, last))
        if names <= known - active:
            used.add(number)  # its rules were not asked
    kept: list[Finding] = []
    ignored = 0
    for finding in findings:
        matched = _matching(finding, by_file)
        used.update(matched)
        ignored += bool(matched)
        if not matched:
            kept.append(finding)
    store.use_ignores(used)
    return kept, ignored


def _matching(finding: Finding, by_file: dict[int, list[tuple[int, set[str], int, int]]]) -> list[int]:
    if finding.span is None:
        return []
    ignores = by_file.get(id(finding.span.source))
    if not ignores:
        return []
    line = finding.span.source.line_of(finding.span.start)
    return [number for number, names, first, last in ignores if finding.rule in names and first <= line <= last]


def _expired(reason: str, today: date) -> bool:
    match = UNTIL.search(reason)
    try:
        return match is not None and date.fromisoformat(match[1]) < today
    except ValueError:
        return True
