"""The part of `linklint scan` that keeps the baseline: which file it is, and what is written to it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from linklint.cli import EXIT_USAGE
from linklint.commands.start import below, start_of
from linklint.errors import BadConfig, BadUsage

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from linklint.config import Config
    from linklint.pipeline import Report


def file_of(options: argparse.Namespace, config: Config, paths: Sequence[str]) -> str | None:
    """The file of the baseline: the one that is named, else the usual one at the root of the repository."""
    from linklint.paths import BASELINE, home_of

    if options.no_baseline or "-" in options.paths:
        return None
    if options.baseline or config.baseline:
        path = options.baseline or below(config, config.baseline)
        if not os.path.exists(path) and not options.write_baseline:
            raise BadUsage(f"there is no baseline {path}: linklint scan --write-baseline makes one")
        return path
    start = os.path.realpath(options.context or start_of(paths))
    usual = os.path.join(home_of(start) if not config.directory else home_of(config.directory), BASELINE)
    shown = os.path.relpath(usual)
    path = usual if shown.startswith("..") else shown
    if options.prune_baseline and not os.path.exists(path):
        raise BadUsage(f"there is no baseline {path}: linklint scan --write-baseline makes one")
    return path if os.path.isfile(path) and not os.path.islink(path) or options.write_baseline else None


def known(path: str | None, options: argparse.Namespace) -> str | None:
    """The file that is read before the scan: none where there is none yet, nor where a new one takes the place of a broken one."""
    from linklint.judge.baseline import read

    if path is None or not os.path.lexists(path):
        return None
    if options.write_baseline:
        try:
            read(path)
        except BadConfig:
            return None
    return path


def write(report: Report, path: str) -> int:
    """Write what is found now to the baseline; the exit status."""
    from linklint.judge.baseline import entries_of
    from linklint.judge.baseline import write as save
    from linklint.report.escape import escape

    if report.failed:
        sys.stderr.write("linklint: a rule failed: no baseline is written\n")
        return EXIT_USAGE
    before = report.baseline
    shown = sorted(
        [*report.findings, *(f for f in report.ignored if f.ignored is not None and f.ignored.by == "baseline")], key=lambda f: f.order
    )
    shown = [finding for finding in shown if report.audit or finding.confidence != "possible"]
    elsewhere = before.elsewhere if before is not None else []
    save(path, [*entries_of(shown, [report.tree.from_home(finding.path) for finding in shown]), *elsewhere])
    count = len(shown)
    others = f" (beside {len(elsewhere)} of what was not scanned)" if elsewhere else ""
    sys.stderr.write(
        f"{count} finding{'' if count == 1 else 's'} in {escape(path)}{others}: from now on only new ones are shown; commit it\n"
    )
    return 0


def prune(report: Report, wanted: bool) -> None:
    """Take what is fixed out of the baseline, where that is wanted."""
    from linklint.report.escape import escape

    if wanted and report.baseline is not None and report.baseline.fixed:
        report.baseline.prune()
        gone = len(report.baseline.fixed)
        sys.stderr.write(f"{gone} fixed finding{'' if gone == 1 else 's'} taken out of {escape(report.baseline.path)}\n")
        report.baseline.fixed = []
