"""Repeat the answer of a command, if nothing has changed since the same command gave it.

That a file is as it was is told by its size, its times and its inode, as git does: a file that changed within two
seconds before the command may change again unnoticed, so no answer is kept then. Answers have no secret in full.
"""

from __future__ import annotations

import os
import sys
from datetime import date
from typing import TYPE_CHECKING, Any

from linklint import cache
from linklint.files.selection import select
from linklint.output import terminal
from linklint.prebuilt import IN_CHECKOUT, digest_of_sources
from linklint.scanning import restrictions

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from linklint.config.model import Config
    from linklint.files.tree import Tree

MAX_ANSWERS = 32  # of a tree


class Answers:
    """The answers that are kept for a command. `files` are those that it reads."""

    def __init__(self, options: argparse.Namespace, paths: Sequence[str], config: Config) -> None:
        rules = restrictions(config)
        self.files = select(paths, rules, getattr(options, "context", None))
        self._cache = None
        tree = self.files.tree
        if not self.files.is_cached:
            return
        self._cache = cache.open_cache(tree.root, cache.ANSWERS, MAX_ANSWERS)
        statuses = [_status(tree, path) for path in (*self.files.listed, *self.files.named)]
        self._parts = {
            "options": sorted((name, repr(value)) for name, value in vars(options).items() if name != "jobs"),
            "paths": list(paths),
            "config": repr(config),
            "rules": [[path, cache.status_of(path)] for path in rules.custom_rules],
            "built-in": digest_of_sources() if IN_CHECKOUT else "",
            "place": [os.getcwd(), tree.root, tree.home, tree.prefix, self.files.scope, self.files.excluded],
            "output": [terminal.width_of(sys.stdout), os.environ.get("GITHUB_ACTIONS")],
            "day": str(date.today()),
            "files": [*zip(self.files.listed, statuses), *zip(self.files.named, statuses[len(self.files.listed) :])],
            "unread": list(self.files.unread),
        }
        if self._cache is not None and any(status and self._cache.is_racy(status) for status in statuses):
            self._cache = None

    def repeat(self) -> int | None:
        """Write the answer again and return the exit status; None if there is none."""
        known = self._cache.get(self._parts) if self._cache is not None else None
        if known is None or any(_status(self.files.tree, path) != status for path, status in known["opened"]):
            return None
        terminal.put(known["report"], sys.stdout)
        return int(known["status"])

    def keep(self, report: terminal.Report, status: int) -> None:
        """Keep an answer, with the other files that were opened for it, or were looked for."""
        if self._cache is None:
            return
        listed = {*self.files.listed, *self.files.named}
        opened = [[path, _status(self.files.tree, path)] for path in self.files.tree.cache if path not in listed]
        self._cache.put(self._parts, {"report": report, "status": status, "opened": opened})
        self._cache.save()


def _status(tree: Tree, path: str) -> list[Any] | None:
    """Return what shows whether a file changed, or the file that a symbolic link leads to."""
    try:
        found = os.stat(os.path.join(tree.root, path))
    except (OSError, ValueError):
        return None
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]
