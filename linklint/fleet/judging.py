"""A rule that is asked of all repositories at once, without scanning them again."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, NamedTuple

from linklint.config.model import SEVERITIES
from linklint.errors import QueryError
from linklint.findings.evaluate import fill
from linklint.findings.rule_file import Rule
from linklint.fleet.questions import Fleet
from linklint.text.confidence import CONFIDENCES, weakest

PLACED = """
SELECT found.*, scan.repository AS its_repository, file.path AS its_path, span.line AS its_line,
    span.column AS its_column, span.confidence AS its_confidence
FROM (
{sql}
) AS found JOIN span ON span.id = found.at JOIN file ON file.id = span.file JOIN scan ON scan.id >> 32 = span.id >> 32
ORDER BY scan.repository, file.path, span.line, span.column
"""


class FleetFinding(NamedTuple):
    """A finding in a repository; the message has no secret in full."""

    repository: str
    path: str
    line: int
    column: int
    rule: str
    severity: str
    confidence: str
    message: str


def judge(fleet: Fleet, rule: Rule) -> list[FleetFinding]:
    """Return the findings of a rule in all repositories, one for each place. Raises QueryError."""
    columns, rows = fleet.ask(PLACED.format(sql=rule.sql.strip().rstrip(";")))
    places: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found = dict(zip(columns, row))
        if found.get("severity") not in (None, *SEVERITIES) or found.get("confidence") not in (None, *CONFIDENCES):
            raise QueryError("the query returned an unknown severity or confidence")
        places[found["at"]].append(found)
    return [_finding(rule, place) for place in places.values()]


def _finding(rule: Rule, rows: list[dict[str, Any]]) -> FleetFinding:
    """Return one finding for the rows of a place: of the most severe, and of these the most confident."""

    def weight(row: dict[str, Any]) -> tuple[int, int]:
        return SEVERITIES.index(row.get("severity") or rule.severity), CONFIDENCES.index(_confidence(row))

    best = min(map(weight, rows))
    rows = [row for row in rows if weight(row) == best]
    first = rows[0]
    place = first["its_repository"], first["its_path"], first["its_line"], first["its_column"]
    return FleetFinding(*place, rule.slug, SEVERITIES[best[0]], CONFIDENCES[best[1]], fill(rule.message, rows))


def _confidence(row: dict[str, Any]) -> str:
    return weakest(row.get("confidence") or "certain", row["its_confidence"])
