"""What a platform team asks of its fleet: who is ready for Engine 29 and 30, what is left to do, what has changed."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from linklint.errors import UsageError
from linklint.fleet.questions import Fleet
from linklint.output.answers import table
from linklint.output.finding_lines import plural
from linklint.output.formats.markdown import table as markdown_table
from linklint.output.page.document import Html, document, element
from linklint.queries.upgrade import NO, UNKNOWN, YES

SUMMARY = """
SELECT scan.repository, scan.upgrade_29, scan.upgrade_30, coalesce(links.found, 0) AS links,
    coalesce(reads.found, 0) AS reads, coalesce(uses.found, 0) AS uses, coalesce(secrets.found, 0) AS secrets,
    coalesce(ports.found, 0) AS ports, scan.unread
FROM scan
LEFT JOIN (SELECT at >> 32 AS number, count(*) AS found FROM upgrade_link
    WHERE confidence <> 'possible' GROUP BY at >> 32) AS links ON links.number = scan.id >> 32
LEFT JOIN (SELECT at >> 32 AS number, count(*) AS found FROM upgrade_read
    WHERE confidence <> 'possible' GROUP BY at >> 32) AS reads ON reads.number = scan.id >> 32
LEFT JOIN (SELECT at >> 32 AS number, count(*) AS found FROM upgrade_incompatibility
    WHERE confidence <> 'possible' GROUP BY at >> 32) AS uses ON uses.number = scan.id >> 32
LEFT JOIN (SELECT env >> 32 AS number, count(DISTINCT env) AS found FROM leak
    WHERE confidence <> 'possible' GROUP BY env >> 32) AS secrets ON secrets.number = scan.id >> 32
LEFT JOIN (SELECT port >> 32 AS number, count(DISTINCT port) AS found FROM wide_bind
    WHERE sensitive IS NOT NULL GROUP BY port >> 32) AS ports ON ports.number = scan.id >> 32
ORDER BY scan.repository
"""
SECRETS = """
SELECT env.name, count(DISTINCT env.id >> 32) AS repositories, count(DISTINCT leak.recipient) AS recipients
FROM leak JOIN env ON env.id = leak.env WHERE leak.confidence <> 'possible'
GROUP BY env.name ORDER BY 2 DESC, 3 DESC, 1 LIMIT 20
"""
PORTS = """
SELECT wide_bind.sensitive AS kind, coalesce(container.image, '?') AS image, count(DISTINCT wide_bind.port >> 32)
    AS repositories, count(DISTINCT wide_bind.port) AS ports
FROM wide_bind JOIN port ON port.id = wide_bind.port JOIN container ON container.id = port.container
WHERE wide_bind.sensitive IS NOT NULL
GROUP BY wide_bind.sensitive, coalesce(container.image, '?') ORDER BY 3 DESC, 4 DESC, 2 LIMIT 20
"""
MAX_WORST = 25
NOBODY = "(no team)"
COUNTED = ("repositories", "ready for 29", "ready for 30", "links", "reads", "uses", "secrets", "ports")


class Repository(NamedTuple):
    """A repository: its answers, and how many links, reads of link variables, uses of what Engine 29 refuses or no
    longer has, secrets that links pass on, and sensitive ports on all interfaces it has.
    """

    name: str
    upgrade_29: str
    upgrade_30: str
    links: int
    reads: int
    uses: int
    secrets: int
    ports: int
    unread: int

    @property
    def has_work(self) -> bool:
        """Whether something is left to do."""
        return self.upgrade_30 != YES or bool(self.secrets or self.ports)


class Section(NamedTuple):
    """A part of the report: a title, and a table."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]


class Report(NamedTuple):
    """The report: one line that says all, and its sections."""

    line: str
    sections: tuple[Section, ...]


def report(fleet: Fleet, before: Fleet | None = None, teams: dict[str, str] | None = None) -> Report:
    """Return the report of a fleet; `before` is the same one at an earlier day, `teams` the team of each repository."""
    found = _repositories(fleet)
    ready = Counter(one.upgrade_30 for one in found)
    can = f"{ready[YES]} of {plural(len(found), 'repository')} can move to Docker Engine 30"
    line = f"{can}: {ready[NO]} no, {ready[UNKNOWN]} unknown."
    sections = [_ready(found)]
    if before is not None:
        rows = [(before.day, *_counts(_repositories(before))), ("now", *_counts(found))]
        sections.append(Section("Since then", ("day", *COUNTED), rows))
    if teams is not None:
        sections.append(_by_team(found, teams))
    worst = [one[:8] for one in sorted(found, key=_worst) if one.has_work][:MAX_WORST]
    unread = [(one.name, one.unread) for one in found if one.unread][:MAX_WORST]
    sections += [
        Section("Most left to do", ("repository", "29", "30", "links", "reads", "uses", "secrets", "ports"), worst),
        Section("Secrets that links pass on", ("variable", "repositories", "recipients"), fleet.ask(SECRETS)[1]),
        Section(
            "Databases and other services for insiders, on all interfaces",
            ("kind", "image", "repositories", "ports"),
            fleet.ask(PORTS)[1],
        ),
        Section("Not read whole", ("repository", "parts"), unread),
    ]
    return Report(line, tuple(section for section in sections if section.rows))


def _repositories(fleet: Fleet) -> list[Repository]:
    return [Repository(*row) for row in fleet.ask(SUMMARY)[1]]


def _ready(found: Sequence[Repository]) -> Section:
    answers = {
        "29": Counter(one.upgrade_29 for one in found),
        "30 (announced)": Counter(one.upgrade_30 for one in found),
    }
    rows = [(engine, counts[YES], counts[NO], counts[UNKNOWN]) for engine, counts in answers.items()]
    return Section("Ready", ("engine", "yes", "no", "unknown"), rows)


def _worst(one: Repository) -> tuple[Any, ...]:
    return -(one.links + one.reads + one.uses), -one.secrets, -one.ports, one.name


def _by_team(found: Sequence[Repository], teams: dict[str, str]) -> Section:
    by_team: dict[str, list[Repository]] = defaultdict(list)
    for one in found:
        by_team[teams.get(one.name, NOBODY)].append(one)
    return Section("Teams", ("team", *COUNTED), [(team, *_counts(own)) for team, own in sorted(by_team.items())])


def _counts(found: Sequence[Repository]) -> tuple[int, ...]:
    """Return what `COUNTED` says about several repositories."""
    ready = (sum(one[place] == YES for one in found) for place in (1, 2))
    return len(found), *ready, *(sum(int(one[place]) for one in found) for place in range(3, 8))


def teams_of(path: str) -> dict[str, str]:
    """Return the team of each repository, from a CSV file with the columns repository and team. Raises UsageError."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            if not {"repository", "team"} <= set(rows.fieldnames or ()):
                raise UsageError(f"{path}: the first line must name the columns repository and team")
            return {row["repository"]: row["team"] or NOBODY for row in rows if row["repository"]}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"cannot read {path}: {error}") from error


def as_text(found: Report) -> str:
    """Return the report for a terminal."""
    parts = [f"{found.line}\n"]
    parts += [f"\n{one.title}\n{table.render(one.columns, one.rows, 'table')}" for one in found.sections]
    return "".join(parts)


def as_markdown(found: Report) -> str:
    """Return the report as Markdown."""
    parts = ["## linklint: the fleet", "", found.line, ""]
    for one in found.sections:
        parts += [f"### {one.title}", "", *markdown_table(one.columns, one.rows), ""]
    return "\n".join(parts)


def as_html(found: Report) -> str:
    """Return the report as one page."""
    parts = [element("h1", "The fleet"), element("p", found.line, class_="answer")]
    for number, one in enumerate(found.sections):
        head = element("tr", *(element("th", column, scope="col") for column in one.columns))
        rows = (element("tr", *map(_cell, row)) for row in one.rows)
        title = element("h2", one.title, id=f"s{number}")
        body = element("table", element("thead", head), element("tbody", *rows))
        scroll = element("div", body, class_="wide", tabindex=0, role="region", aria_labelledby=f"s{number}")
        parts.append(element("section", title, scroll))
    return document("The fleet: Docker links", [Html(element("main", *parts).markup)])


def _cell(cell: Any) -> Html:
    return element("td", "" if cell is None else str(cell), class_="number" if isinstance(cell, int) else None)


FORMATS: dict[str, Callable[[Report], str]] = {"text": as_text, "markdown": as_markdown, "html": as_html}
