"""A tree that is scanned again and again in one process, as an editor needs it: only what changed is read and judged.

A file that an editor has open replaces the one on disk. Other files are told by their status (size, times, inode) to be
as before; one that changed within two seconds before it was read is read again.
"""

from __future__ import annotations

import gc
import os
import posixpath
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from linklint.cache import Status, status_of
from linklint.database.live_store import STRIDE, CannotUpdate, LiveStore
from linklint.files.root import UnreadableFile
from linklint.files.selection import Selection, select
from linklint.languages.classify import classify, judged
from linklint.languages.root_memory import RootMemory
from linklint.languages.run import Extraction, Run, run_groups
from linklint.languages.run_again import run_again
from linklint.scanning import judge, restrictions

if TYPE_CHECKING:
    from linklint.config.model import Config
    from linklint.findings.result import ScanResult
    from linklint.languages.classify import Groups, Progress
    from linklint.text.source import Source


class Workspace:
    """The files below some paths, and what is known of them.

    `given` are contents that replace those on disk, by path in the tree.
    """

    def __init__(self, paths: Sequence[str], config: Config) -> None:
        self.paths = list(paths)
        self.config = config
        self.given: dict[str, bytes] = {}
        self.memory = RootMemory()
        self.groups: Groups = {}
        self._new: set[str] = set()  # files that only the editor has
        self._statuses: dict[str, Status] = {}
        self._run: Run | None = None
        self._store: LiveStore | None = None

    def scan(self, changed: Iterable[str] | None = None, progress: Progress | None = None) -> ScanResult:
        """Return the findings of the tree. `changed`: only these files, which the editor has, have changed since.

        Raises UsageError, ConfigError.
        """
        collecting = gc.isenabled()
        gc.disable()
        try:
            return self._scan(changed, progress)
        finally:
            if collecting:
                gc.enable()

    def _scan(self, changed: Iterable[str] | None, progress: Progress | None) -> ScanResult:
        found = self._again(self._run, changed) if self._run is not None and changed is not None else None
        if found is None:
            selected = Extraction(self._select(progress), STRIDE)
            self._run = run_groups(selected, self.groups, self.config.secret_names, kept=self.memory)
            found = self._run.found
        self.memory.end(source for source, _ in found.sources)
        return judge(found, self.paths, self.config, store=self._stored(found), audit=True)

    def _select(self, progress: Progress | None) -> Selection:
        """Select and classify all files. A source that is as before stays the same object."""
        self.memory.begun = time.time_ns()
        files = select(self.paths, restrictions(self.config))
        tree, old = files.tree, self._run.found.tree.cache if self._run is not None else {}
        files.given.update(self.given)
        listed = {*files.listed, *files.named}
        self._new = {path for path in self.given if path not in listed and self._is_new(files, path)}
        files.listed = sorted({*files.listed, *self._new})
        statuses = {
            path: status for path in {*listed, *old} if (status := status_of(f"{tree.root}/{path}")) is not None
        }
        for path, source in old.items():
            if source is not None and path not in self.given and path in statuses:
                if statuses[path] == self._statuses.get(path):
                    tree.keep(source)
        settled = ((path, status) for path, status in statuses.items() if self.memory.is_settled(status))
        self._statuses = {path: status for path, status in settled if path not in self.given}
        self.groups = classify(files, progress=progress, cache=self.memory)
        return files

    def _is_new(self, files: Selection, path: str) -> bool:
        """Return whether only the editor has a file."""
        is_there = os.path.lexists(os.path.join(files.tree.root, path))
        return path in self.given and not is_there and not files.left_out(path) and _is_beside(path, files.listed)

    def _again(self, run: Run, changed: Iterable[str]) -> Extraction | None:
        """Return the facts with the contents of changed files; None if a new run is needed."""
        replaced = self._replaced(run.found.files, changed)
        return run.found if replaced is not None and run_again(run, replaced) else None

    def _replaced(self, files: Selection, changed: Iterable[str]) -> dict[Source, Source] | None:
        """Return the sources that replace others; None if a file appears, disappears, or has another type."""
        replaced: dict[Source, Source] = {}
        changed = dict.fromkeys(changed)
        for path in changed:
            self._statuses.pop(path, None)
        for path in changed:
            is_new = (path not in files.listed or path in self._new) and self._is_new(files, path)
            if is_new != (path in self._new):
                return None
            was_missing = files.tree.cache.get(path, path) is None
            old = files.tree.forget(path)
            files.given.pop(path, None)
            if path in self.given:
                files.given[path] = self.given[path]
            verdict = judged(files, path)
            key = (posixpath.dirname(path), str(verdict.kind))
            before = [known for known, sources in self.groups.items() if any(source is old for source in sources)]
            if was_missing or verdict.caller is not None or verdict.unread:
                return None
            if before != ([key] if verdict.kind is not None else []):
                return None
            if old is not None:
                try:
                    new = files.tree.source(path, verdict.data)
                except UnreadableFile:
                    return None
                replaced[old] = new
                if before:
                    self.groups[key] = [new if known is old else known for known in self.groups[key]]
        return replaced

    def _stored(self, found: Extraction) -> LiveStore:
        """Return the facts in the database: of the last scan, with what has changed, or in a new one."""
        if self._store is not None:
            try:
                self._store.update(found.collector, found.sources, found.secrets)
                return self._store
            except CannotUpdate:
                pass
        self._store = LiveStore(
            found.collector, found.sources, self.config.engine, display=found.tree.display, secrets=found.secrets
        )
        return self._store


def _is_beside(path: str, listed: Sequence[str]) -> bool:
    """Return whether a scan reads the directory of a file: one that git ignores, or outside of the paths, has no other
    file. A file at the root is beside all.
    """
    directory = posixpath.dirname(path)
    return not directory or any(other.startswith(f"{directory}/") for other in listed)
