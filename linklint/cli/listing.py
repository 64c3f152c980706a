"""`linklint scan --show-files`: which files are read, and as what."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from linklint.cli.options import configured, paths_of
from linklint.files.paths import start_of
from linklint.output import terminal
from linklint.output.escape import escape

if TYPE_CHECKING:
    import argparse


def show_files(options: argparse.Namespace) -> int:
    """Print the files that a scan would read, with their types. Return the exit status."""
    from linklint.scanning import gather

    paths = options.paths or [options.context or "."]
    config = configured(options, options.context or start_of(paths))
    if not options.paths and config.paths:
        paths = paths_of(config)
    found = gather(paths, config, context=options.context)
    rows = sorted((found.tree.display(source.path), kind) for source, kind in found.sources if kind)
    terminal.write([[(escape(path), ""), (f"  {kind}", "dim")] for path, kind in rows], sys.stdout)
    sys.stderr.write(f"{len(rows)} of {len(found.listed)} files are read\n")
    return 0
