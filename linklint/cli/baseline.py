"""The baseline in `linklint scan`: which file it is, and what is written to it."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from linklint.cli.options import below
from linklint.cli.parser import EXIT_USAGE
from linklint.errors import UsageError
from linklint.files.paths import BASELINE, shown_path

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from linklint.config.model import Config
    from linklint.findings.result import ScanResult


def file_of(options: argparse.Namespace, config: Config, paths: Sequence[str]) -> str | None:
    """Return the path of the baseline: the given one, or the default at the root of the repository.

    Raises UsageError, ConfigError.
    """
    if options.no_baseline or "-" in options.paths:
        return None
    wanted = options.write_baseline or options.prune_baseline
    if options.baseline:
        path = str(options.baseline)
    elif config.baseline:
        path = below(config, "baseline", config.baseline)
    else:
        path = usual([options.context] if options.context else paths, config)
        if not wanted and (not os.path.isfile(path) or os.path.islink(path)):
            return None
    if os.path.islink(path) and not options.baseline:
        raise UsageError(f"{path} is a symbolic link: use --baseline FILE")
    if not options.write_baseline and not os.path.exists(path):
        raise UsageError(f"baseline {path} does not exist: create it with linklint scan --write-baseline")
    return path


def usual(paths: Sequence[str], config: Config) -> str:
    """Return the default path of the baseline for some paths."""
    from linklint.files.selection import tree_of
    from linklint.scanning import restrictions

    return shown_path(os.path.join(tree_of(paths, restrictions(config)).home, BASELINE))


def write(result: ScanResult, path: str) -> int:
    """Write all current findings to the baseline. Return the exit status."""
    from linklint.findings.baseline import entries_of
    from linklint.findings.baseline import write as save
    from linklint.output.escape import escape

    if result.failed:
        sys.stderr.write("linklint: a rule failed, so no baseline was written\n")
        return EXIT_USAGE
    before = result.baseline
    shown = [*result.findings, *(f for f in result.suppressed if f.suppressed_by("baseline"))]
    shown = [finding for finding in shown if result.audit or finding.confidence != "possible"]
    elsewhere = before.elsewhere if before is not None else []
    save(path, [*entries_of(shown, result.tree.from_home), *elsewhere])
    count = len(shown)
    others = f" (and {len(elsewhere)} in files that were not scanned)" if elsewhere else ""
    sys.stderr.write(
        f"Wrote {count} finding{'' if count == 1 else 's'} to {escape(path)}{others}. Commit it: from now on only "
        f"new findings are reported.\n"
    )
    return 0


def prune(result: ScanResult, wanted: bool) -> ScanResult:
    """Remove fixed findings from the baseline if `wanted`."""
    from linklint.output.escape import escape

    if wanted and result.baseline is not None and result.baseline.fixed:
        pruned = result.baseline.prune()
        gone = len(result.baseline.fixed)
        sys.stderr.write(
            f"Removed {gone} fixed finding{'' if gone == 1 else 's'} from {escape(result.baseline.path)}.\n"
        )
        return replace(result, baseline=pruned)
    return result
