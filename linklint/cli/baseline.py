"""The baseline in `linklint scan`: which file it is, and what is written to it."""

from __future__ import annotations

import os
import sys
from collections import Counter
from typing import TYPE_CHECKING

from linklint.cli.parser import EXIT_USAGE
from linklint.errors import UsageError
from linklint.scanning import default_baseline, known_baseline

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
    else:
        known = known_baseline(paths, config, options.context)
        if known is None and not wanted:
            return None
        path = known or default_baseline(paths, config, options.context)
    if os.path.islink(path) and not options.baseline:
        raise UsageError(f"{path} is a symbolic link: use --baseline FILE")
    if not options.write_baseline and not os.path.exists(path):
        raise UsageError(f"baseline {path} does not exist: create it with linklint scan --write-baseline")
    return path


def write(result: ScanResult, path: str) -> int:
    """Write all current findings to the baseline, also what is folded or only possible. Return the exit status."""
    from linklint.findings.baseline import entries_of
    from linklint.findings.baseline import write as save
    from linklint.output.escape import escape
    from linklint.output.finding_lines import plural

    if result.failed:
        sys.stderr.write("linklint: a rule failed, so no baseline was written\n")
        return EXIT_USAGE
    before = result.baseline
    held = [*result.findings, *(f for f in result.suppressed if f.suppressed_by("baseline"))]
    elsewhere = before.elsewhere if before is not None else []
    save(path, [*entries_of(held, result.tree.from_home), *elsewhere])
    kinds = Counter("possible" if f.confidence == "possible" else "folded" if f.folded else "listed" for f in held)
    parts = [f"{kinds[kind]} {kind}" for kind in ("listed", "folded", "possible") if kinds[kind]]
    parts = [] if len(parts) == 1 and kinds["listed"] else parts
    parts += [f"{len(elsewhere)} in files that were not scanned"] if elsewhere else []
    sys.stderr.write(
        f"Wrote {plural(len(held) + len(elsewhere), 'finding')} to {escape(path)}"
        f"{' (' + ', '.join(parts) + ')' if parts else ''}. Commit it: from now on only new findings are reported, "
        "also with --audit.\n"
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
        return result.changed(baseline=pruned)
    return result
