"""`linklint fleet`: what is asked of many repositories at once."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING

from linklint.errors import UsageError
from linklint.output import terminal
from linklint.output.escape import escape
from linklint.output.finding_lines import plural

if TYPE_CHECKING:
    import argparse

    from linklint.fleet.dataset import Dataset
    from linklint.fleet.questions import Fleet

DAY = re.compile(r"\d{4}-\d\d-\d\d")


def fleet(options: argparse.Namespace) -> int:
    """`linklint fleet ACTION`"""
    try:
        import duckdb  # noqa: F401
        import pyarrow  # noqa: F401
        import sqlglot  # noqa: F401
    except ImportError as error:
        raise UsageError(f"the fleet needs {error.name}: pip install 'docker-linklint[fleet]'") from error
    actions = {"add": _add, "scan": _scan, "query": _query, "report": _report, "rule": _rule, "prune": _prune}
    return actions[options.action](options)


def _data(options: argparse.Namespace, *, make: bool = False) -> Dataset:
    from linklint.fleet.dataset import Dataset

    return Dataset(options.data, make=make)


def _fleet(options: argparse.Namespace, day: str | None = None) -> Fleet:
    from linklint.fleet.questions import Fleet

    return Fleet(_data(options), options.engine or "any", day)


def _add(options: argparse.Namespace) -> int:
    missing = [path for path in options.exports if not os.path.lexists(path)]
    if missing:
        raise UsageError(f"{missing[0]} does not exist")
    added = _data(options, make=True).add(options.exports)
    for path, reason in added.refused.items():
        sys.stderr.write(f"linklint: {escape(path)}: {escape(reason)}\n")
    known = f", {added.known} known already" if added.known else ""
    sys.stderr.write(f"Added {plural(added.new, 'export')}{known}, refused {len(added.refused)}.\n")
    return 1 if added.refused else 0


def _scan(options: argparse.Namespace) -> int:
    from linklint.fleet.scanning import places, scan_all

    jobs = options.jobs if options.jobs is not None else os.cpu_count() or 1
    if jobs < 1:
        raise UsageError("--jobs needs a number from 1")
    found = places(options.repos)
    scanned = scan_all(_data(options, make=True), found, jobs)
    for path, reason in scanned.failed.items():
        sys.stderr.write(f"linklint: {escape(path)}: {escape(reason)}\n")
    known = f", {scanned.known} known already" if scanned.known else ""
    sys.stderr.write(f"Added {plural(scanned.new, 'repository')}{known}, failed {len(scanned.failed)}.\n")
    return 1 if scanned.failed else 0


def _query(options: argparse.Namespace) -> int:
    from linklint.cli.queries import answer

    with _fleet(options, options.day) as asked:
        return answer(asked.ask, options)


def _report(options: argparse.Namespace) -> int:
    from linklint.fleet.report import FORMATS, report, teams_of

    for day in (options.day, options.since):
        if day is not None and DAY.fullmatch(day) is None:
            raise UsageError(f"{day} is not a day: write 2026-11-27")
    teams = teams_of(options.teams) if options.teams is not None else None
    with _fleet(options, options.day) as now, _fleet(options, options.since) as then:
        found = report(now, then if options.since is not None else None, teams)
    terminal.write_plain(FORMATS[options.format](found), sys.stdout)
    return 0


def _rule(options: argparse.Namespace) -> int:
    from linklint.files.root import Root
    from linklint.findings.rule_file import BadRule, read
    from linklint.fleet.judging import judge
    from linklint.output.escape import dump

    rules = []
    for path in options.rules:
        try:
            rules.append(read(path, Root(os.path.dirname(path) or ".")))
        except BadRule as error:
            raise UsageError(str(error)) from error
    with _fleet(options, options.day) as asked:
        found = [finding for rule in rules for finding in judge(asked, rule)]
    if options.format == "json":
        terminal.write_plain(dump([finding._asdict() for finding in found]), sys.stdout)
        return 1 if found else 0
    for one in found:
        sure = "" if one.confidence == "certain" else f" ({one.confidence})"
        place = f"{escape(one.repository)}: {escape(one.path)}:{one.line}:{one.column}"
        terminal.write_plain(f"{place}  {one.severity}{sure}  {escape(one.message)}  [{one.rule}]\n", sys.stdout)
    repositories = len({finding.repository for finding in found})
    sys.stderr.write(f"{plural(len(found), 'finding')} in {plural(repositories, 'repository')}.\n")
    return 1 if found else 0


def _prune(options: argparse.Namespace) -> int:
    if DAY.fullmatch(options.before) is None:
        raise UsageError(f"{options.before} is not a day: write 2026-11-27")
    removed = _data(options).prune(options.before)
    sys.stderr.write(f"Removed {plural(removed, 'scan')}.\n")
    return 0
