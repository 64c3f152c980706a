"""Wait for changes of files: `linklint scan --watch`.

The listing of the scan is compared each second, by size and time: a library would watch more directories than the scan
reads, and nothing here needs to know within a second.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from linklint.cli.options import asked

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

SECONDS = 1.0
Stamps = dict[str, tuple[int, int]]


def changes_of(options: argparse.Namespace) -> Iterator[None]:
    """Yield at once, and then whenever a file that a scan would read, or its configuration, has changed."""
    before: Stamps | None = None
    while True:
        now = _stamps(options)
        if now != before:
            before = now
            yield
        time.sleep(SECONDS)


def _stamps(options: argparse.Namespace) -> Stamps:
    """Return size and time of each file. A mistake in the configuration is reported by the scan."""
    from linklint.errors import ConfigError, UsageError
    from linklint.files.selection import select
    from linklint.scanning import restrictions

    try:
        paths, config = asked(options)
        files = select(paths, restrictions(config), options.context)
    except (ConfigError, UsageError):
        return {}
    found: Stamps = {}
    for path in (*(os.path.join(files.tree.root, name) for name in (*files.listed, *files.named)), config.file):
        try:
            stat = os.stat(path)
            found[path] = stat.st_size, stat.st_mtime_ns
        except OSError:
            continue
    return found
