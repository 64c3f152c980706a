"""A tree that is scanned again and again in one process, for an editor.

Content that an editor has open replaces the file on disk. Other files are unchanged if their status (size, times,
inode) is; a file that changed within two seconds before it was read is read again. Only roots that read a changed file
are extracted again; the database is filled again from all facts.
"""

from __future__ import annotations

import gc
import os
import posixpath
import time
from collections.abc import Iterable, Sequence, Set
from typing import TYPE_CHECKING

from linklint.extraction.cache import status_of
from linklint.extraction.classify import classify
from linklint.extraction.memory import ProcessMemory
from linklint.extraction.run import Extraction, run_groups
from linklint.files.selection import Selection, select
from linklint.scanning import judge, restrictions

if TYPE_CHECKING:
    from linklint.config.model import Config
    from linklint.extraction.cache import Status
    from linklint.extraction.classify import Progress
    from linklint.findings.result import ScanResult


class Workspace:
    """The files below some paths, and what is known of them.

    `given` are contents that replace those on disk, by path in the tree.
    """

    def __init__(self, paths: Sequence[str], config: Config) -> None:
        self.paths = list(paths)
        self.config = config
        self.given: dict[str, bytes] = {}
        self.memory = ProcessMemory()
        self._files: Selection | None = None  # those of the last scan
        self._given: dict[str, bytes] = {}
        self._statuses: dict[str, Status] = {}

    def scan(self, changed: Iterable[str] | None = None, progress: Progress | None = None) -> ScanResult:
        """Return the findings of the tree. `changed`: only these files, which the editor has, have changed since.

        Raises UsageError, ConfigError.
        """
        collecting = gc.isenabled()
        gc.disable()
        try:
            files = self._select(frozenset(changed) if changed is not None else None)
            found = Extraction(files)
            groups = classify(files, progress=progress, cache=self.memory)
            if groups:
                run_groups(found, groups, self.config.secret_names, kept=self.memory)
            self.memory.end(source for source, _ in found.sources)
            return judge(found, self.paths, self.config, audit=True)
        finally:
            if collecting:
                gc.enable()

    def _select(self, changed: Set[str] | None) -> Selection:
        """Select all files. Reuse the source object of each unchanged file."""
        self.memory.begun = time.time_ns()
        files = select(self.paths, restrictions(self.config))
        tree, old = files.tree, self._files.tree.cache if self._files is not None else {}
        listed = {*files.listed, *files.named}
        new = {path for path in self.given if path not in listed and self._is_new(files, path)}
        files.listed = sorted({*files.listed, *new})
        files.given.update(self.given)
        statuses = {
            path: status for path in {*listed, *old} if (status := status_of(f"{tree.root}/{path}")) is not None
        }
        for path, source in old.items():
            if source is not None and self._is_as_before(path, statuses.get(path), changed):
                tree.keep(source)
        settled = ((path, status) for path, status in statuses.items() if self.memory.is_settled(status))
        self._statuses = {path: status for path, status in settled if path not in self.given}
        self._given, self._files = dict(self.given), files
        return files

    def _is_as_before(self, path: str, status: Status | None, changed: Set[str] | None) -> bool:
        """Return whether the file is unchanged since the last scan."""
        if path in self.given:
            return self._given.get(path) == self.given[path]
        if path in self._given or status is None:
            return False
        return status == self._statuses.get(path) or changed is not None and path not in changed

    def _is_new(self, files: Selection, path: str) -> bool:
        """Return whether only the editor has a file."""
        is_there = os.path.lexists(os.path.join(files.tree.root, path))
        return path in self.given and not is_there and not files.left_out(path) and _is_beside(path, files.listed)


def _is_beside(path: str, listed: Sequence[str]) -> bool:
    """Return whether a scan reads the directory of a file: one that git ignores, or outside of the paths, has no other
    file. A file at the root is beside all.
    """
    directory = posixpath.dirname(path)
    return not directory or any(other.startswith(f"{directory}/") for other in listed)
