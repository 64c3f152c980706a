"""One folder of the editor: its files with what the editor has of them, and the findings of the last scan."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

from linklint.config.load import find, paths_of
from linklint.config.model import Config
from linklint.errors import ConfigError
from linklint.files.selection import tree_of
from linklint.scanning import restrictions
from linklint.server.positions import path_of, real_path
from linklint.server.workspace import Workspace
from linklint.text.regex import lazy_compile
from linklint.text.source import decode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linklint.extraction.classify import Progress
    from linklint.findings.finding import Finding
    from linklint.findings.result import ScanResult
    from linklint.text.source import Source

# A ConfigError starts with a file, perhaps with a line; a mistake in TOML tells the line at its end.
PLACED = lazy_compile(r"(?P<path>[^\n:]*?\.(?:toml|md))(?::(?P<line>\d+))?: (?P<words>.*)", re.DOTALL)
AT_LINE = lazy_compile(r"\(at line (?P<line>\d+), column \d+\)")


class Mistake(NamedTuple):
    """A mistake in the configuration: the file, the line from 1, and the reason."""

    path: str
    line: int
    words: str


class Folder:
    """A folder, or a single file, that is judged as a whole. All methods but those that ask belong to one thread.

    `mistake` is what is wrong with the configuration. Until it is right, the last one that was right counts; without
    one there is no result.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.real = os.path.realpath(path)
        self.result: ScanResult | None = None
        self.mistake: Mistake | None = None
        self.texts: dict[str, str] = {}  # of open files, by their real path
        self._workspace: Workspace | None = None
        self._root = ""
        self._is_new = True  # the configuration has to be read

    def has(self, path: str) -> bool:
        """Return whether a file, by its real path, is in the folder."""
        return path == self.real or path.startswith(self.real.rstrip(os.sep) + os.sep)

    def has_address(self, address: str) -> bool:
        """Return whether a file, by its address, is in the folder."""
        path = path_of(address)
        return path is not None and self.has(real_path(path))

    def is_configured_by(self, path: str) -> bool:
        """Return whether a file may be the configuration, one that it extends, or a rule of the project."""
        is_near = self.has(path) or self.real.startswith(os.path.dirname(path).rstrip(os.sep) + os.sep)
        return is_near and (path.endswith(".toml") or path.endswith(".md") and bool(self.config.rules))

    def set_text(self, path: str, text: str | None) -> None:
        """Take the text that the editor has of a file, by its real path; None if the file is closed."""
        if text is None:
            self.texts.pop(path, None)
        else:
            self.texts[path] = text
        if self._workspace is not None:
            self._give(self._workspace, path, self._root)

    def forget(self) -> None:
        """Read the configuration and all files again with the next scan."""
        self._is_new = True

    def fail(self) -> None:
        """Have no result: what was found does not fit the files any more."""
        self.result, self._workspace, self._is_new = None, None, True

    def scan(self, changed: Iterable[str] | None = None, progress: Progress | None = None) -> None:
        """Judge the folder. `changed`: only these open files, by their real path, have changed since the last scan.

        A mistake in the configuration is noted. Raises UsageError.
        """
        if self._is_new:
            self._is_new, changed = False, None
            try:
                workspace, root = self._new_workspace()
                self.result = workspace.scan(None, progress)
                self._workspace, self._root, self.mistake = workspace, root, None
                return
            except ConfigError as error:
                self.mistake = self._placed(str(error))
        if self._workspace is not None:
            inside = None if changed is None else [_inside(path, self._root) for path in changed]
            try:
                self.result = self._workspace.scan(inside, progress)
            except ConfigError as error:  # in a rule of the project
                self.mistake, self.result = self._placed(str(error)), None

    def _new_workspace(self) -> tuple[Workspace, str]:
        """Return a workspace with the configuration as it is now, and the root of its tree."""
        config = find(self.real if os.path.isdir(self.real) else os.path.dirname(self.real))
        paths = paths_of(config) if os.path.isdir(self.real) and config.directory == self.real else []
        workspace = Workspace(paths or [self.path], config)
        root = tree_of(workspace.paths, restrictions(config)).root
        for path in self.texts:
            self._give(workspace, path, root)
        return workspace, root

    def _give(self, workspace: Workspace, path: str, root: str) -> None:
        if path in self.texts:
            workspace.given[_inside(path, root)] = self.texts[path].encode("utf-8", "replace")
        else:
            workspace.given.pop(_inside(path, root), None)

    def _placed(self, words: str) -> Mistake:
        match = PLACED.fullmatch(words)
        if match is None:
            return Mistake(self.configuration, 1, words)
        at = AT_LINE.search(match["words"])
        return Mistake(os.path.abspath(match["path"]), int(match["line"] or (at["line"] if at else 1)), match["words"])

    @property
    def configuration(self) -> str:
        """The path of the configuration, or of where it would be."""
        return os.path.abspath(self.config.file) if self.config.file else os.path.join(self.real, ".linklint.toml")

    @property
    def config(self) -> Config:
        """The configuration of the last scan."""
        return self.result.config if self.result is not None else Config()

    def path_of(self, source: Source) -> str:
        """Return the path of a source on disk, below the path of the folder as the editor has it."""
        full = os.path.join(self._root, source.path)
        return os.path.join(self.path, os.path.relpath(full, self.real)) if self.has(full) else full

    def source(self, path: str) -> Source | None:
        """Return a file of the last scan by its real path; None if the scan has not read it as the editor has it."""
        if self.result is None:
            return None
        inside = _inside(path, self._root)
        found = next((one for one in self.result.store.sources.values() if one.path == inside), None)
        if found is not None and path in self.texts:
            data = self.texts[path].encode("utf-8", "replace")
            return found if b"\0" not in data and decode(data)[0] == found.text else None
        return found

    def listed(self) -> dict[str, list[Finding]]:
        """Return the findings that the editor shows, by path in the tree: those that `linklint scan` lists."""
        found: dict[str, list[Finding]] = {}
        for finding in self.result.findings if self.result is not None else ():
            if finding.span is not None and not finding.folded and finding.confidence != "possible":
                found.setdefault(finding.path, []).append(finding)
        return found

    def in_file(self, source: Source) -> list[Finding]:
        """Return the findings that the editor shows for a file."""
        return self.listed().get(source.path, [])

    @property
    def workspace_paths(self) -> list[str]:
        """The paths that are scanned."""
        return self._workspace.paths if self._workspace is not None else [self.path]

    def replaced(self) -> dict[str, bytes]:
        """Return the contents of open files, by path in the tree."""
        return dict(self._workspace.given) if self._workspace is not None else {}


def _inside(path: str, root: str) -> str:
    return os.path.relpath(path, root).replace(os.sep, "/")
