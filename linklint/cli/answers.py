"""Repeat the answer of a command, if nothing has changed since the same command gave it.

That a file is as it was is told by its size, its times and its inode, as git does: a file that changed within two
seconds before the command may change again unnoticed, so no answer is kept then. Answers have no secret in full.
"""

from __future__ import annotations

import os
import posixpath
import sys
from datetime import date
from typing import TYPE_CHECKING, Any

from linklint.extraction import cache
from linklint.files.selection import select
from linklint.output import terminal
from linklint.prebuilt import IN_CHECKOUT, digest_of_sources
from linklint.scanning import restrictions

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Sequence

    from linklint.config.model import Config
    from linklint.files.tree import Tree

MAX_ANSWERS = 32  # of a tree


class Answers:
    """The answers that are kept for a command. `files` are those that it reads."""

    def __init__(self, options: argparse.Namespace, paths: Sequence[str], config: Config) -> None:
        self.files = select(paths, restrictions(config), getattr(options, "context", None))
        self._cache = None
        tree = self.files.tree
        if not self.files.is_cached or config.rules:  # whose contents and names would count, too
            return
        self._cache = cache.open_cache(tree.root, cache.ANSWERS, MAX_ANSWERS)
        read = [*self.files.listed, *self.files.named]
        statuses = [_status(tree, path) for path in read]
        self._parts = {
            "options": sorted((name, repr(value)) for name, value in vars(options).items() if name != "jobs"),
            "paths": [[path, os.path.realpath(path), os.path.isdir(path)] for path in paths],
            "config": repr(config),
            "built-in": digest_of_sources() if IN_CHECKOUT else "",
            "place": [os.getcwd(), tree.root, tree.home, tree.prefix, self.files.scope, self.files.excluded],
            "output": [terminal.width_of(sys.stdout), os.environ.get("GITHUB_ACTIONS")],
            "day": str(date.today()),
            "listed": [*zip(self.files.listed, statuses)],
            "named": [*zip(self.files.named, statuses[len(self.files.listed) :])],
            "directories": _directories(tree, read),
            "unread": list(self.files.unread),
        }
        if self._cache is not None and any(status and self._cache.is_racy(status) for status in statuses):
            self._cache = None

    def repeat(self) -> int | None:
        """Print the kept report and return its exit status. Return None if no report is kept."""
        known = self._cache.get(self._parts) if self._cache is not None else None
        if known is None or known["opened"] != self._opened([path for path, _ in known["opened"][0]]):
            return None
        terminal.put(known["report"], sys.stdout)
        return int(known["status"])

    def keep(self, report: terminal.Report, status: int) -> None:
        """Keep an answer, with the other files that were opened for it, or were looked for."""
        if self._cache is None:
            return
        listed = {*self.files.listed, *self.files.named}
        opened = self._opened([path for path in self.files.tree.cache if path not in listed])
        if not any(found and self._cache.is_racy(found) for _, found in opened[0]):
            self._cache.put(self._parts, {"report": report, "status": status, "opened": opened})
            self._cache.save()

    def _opened(self, paths: Sequence[str]) -> list[list[Any]]:
        tree = self.files.tree
        return [[[path, _status(tree, path)] for path in paths], _directories(tree, paths)]


def _status(tree: Tree, path: str) -> list[Any] | None:
    """Return what shows whether a file changed; of a symbolic link also where it leads."""
    full = os.path.join(tree.root, path)
    if (found := cache.status_of(full)) is not None:
        return [*found]
    real = os.path.realpath(full)
    found = cache.status_of(real)
    return [*found, real] if found is not None else None


def _directories(tree: Tree, paths: Iterable[str]) -> list[list[Any]]:
    """Return what shows whether the directories above some files are the same, and can be read as before."""
    above = {posixpath.dirname(path) for path in paths}
    waiting = list(above)
    while waiting:
        if (parent := posixpath.dirname(waiting.pop())) not in above:
            above.add(parent)
            waiting.append(parent)
    found: list[list[Any]] = []
    for directory in sorted(above):
        try:
            status = os.lstat(os.path.join(tree.root, directory))
        except (OSError, ValueError):
            found.append([directory])
        else:
            found.append([directory, status.st_mode, status.st_ino])
    return found
