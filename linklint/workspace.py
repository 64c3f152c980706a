"""A tree that is scanned again and again in one process, as an editor needs it: only what changed is read and judged.

A file that an editor has open replaces the one on disk. Other files are told by their status (size, times, inode) to be
as before; one that changed within two seconds before it was read is read again.
"""

from __future__ import annotations

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
from linklint.languages.run import Extraction, extract_groups
from linklint.scanning import judge, restrictions

if TYPE_CHECKING:
    from linklint.config.model import Config
    from linklint.findings.result import ScanResult
    from linklint.languages.classify import Groups


class Workspace:
    """The files below some paths, and what is known of them.

    `given` are contents that replace those on disk, by path in the tree.
    """

    def __init__(self, paths: Sequence[str], config: Config) -> None:
        self.paths = list(paths)
        self.config = config
        self.given: dict[str, bytes] = {}
        self.memory = RootMemory()
        self.files: Selection | None = None
        self.groups: Groups = {}
        self._statuses: dict[str, Status] = {}
        self._store: LiveStore | None = None

    def scan(self, changed: Iterable[str] | None = None) -> ScanResult:
        """Return the findings of the tree. `changed`: only these files, which the editor has, have changed since.

        Raises UsageError, ConfigError.
        """
        files = self.files
        if files is None or changed is None or not self._replace(files, changed):
            files = self._select()
        found = extract_groups(Extraction(files, STRIDE), self.groups, self.config.secret_names, kept=self.memory)
        self.memory.end(source for source, _ in found.sources)
        return judge(found, self.paths, self.config, store=self._stored(found), audit=True)

    def _select(self) -> Selection:
        """Select and classify all files. A source that is as before stays the same object."""
        self.memory.begun = time.time_ns()
        files = select(self.paths, restrictions(self.config))
        tree, old = files.tree, self.files.tree.cache if self.files is not None else {}
        files.given.update(self.given)
        listed = {*files.listed, *files.named}
        new = [path for path in self.given if path not in listed and not os.path.lexists(os.path.join(tree.root, path))]
        files.named += [path for path in new if not files.left_out(path)]
        statuses = {
            path: status for path in {*listed, *old} if (status := status_of(f"{tree.root}/{path}")) is not None
        }
        for path, source in old.items():
            if source is not None and path not in self.given and path in statuses:
                if statuses[path] == self._statuses.get(path):
                    tree.keep(source)
        self._statuses = {path: status for path, status in statuses.items() if self.memory.is_settled(status)}
        self.groups = classify(files, cache=self.memory)
        self.files = files
        return files

    def _replace(self, files: Selection, changed: Iterable[str]) -> bool:
        """Take the contents of files that have changed. Return whether each has the same type as before."""
        for path in changed:
            old = files.tree.forget(path)
            self._statuses.pop(path, None)
            files.given.pop(path, None)
            if path in self.given:
                files.given[path] = self.given[path]
            verdict = judged(files, path)
            key = (posixpath.dirname(path), str(verdict.kind))
            before = [known for known, sources in self.groups.items() if any(source is old for source in sources)]
            if verdict.caller is not None or verdict.unread or before != ([key] if verdict.kind is not None else []):
                return False
            if before:
                try:
                    source = files.tree.source(path, verdict.data)
                except UnreadableFile:
                    return False
                self.groups[key] = [source if known is old else known for known in self.groups[key]]
        return True

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
