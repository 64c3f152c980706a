"""`linklint scan --show-files`: which files are read, and as what."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from linklint.cli.options import asked
from linklint.output import terminal
from linklint.output.escape import escape

if TYPE_CHECKING:
    import argparse


def show_files(options: argparse.Namespace) -> int:
    """Print the files that a scan would read, with their types. Return the exit status."""
    from linklint.extraction.classify import classify
    from linklint.files.selection import select
    from linklint.scanning import restrictions

    paths, config = asked(options)
    files = select(paths, restrictions(config), options.context)
    groups = classify(files)
    rows = sorted((files.tree.display(source.path), kind) for (_, kind), group in groups.items() for source in group)
    terminal.write([[(escape(path), ""), (f"  {kind}", "dim")] for path, kind in rows], sys.stdout)
    sys.stderr.write(f"{len(rows)} of {len({*files.listed, *files.named})} files are read\n")
    return 0
