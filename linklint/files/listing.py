"""List the files of a tree, and those that a branch has changed.

In a git repository, git lists the files; elsewhere directories are walked, except the usual build folders.
"""

from __future__ import annotations

import os
import posixpath
import re
import stat
from collections.abc import Iterable, Iterator
from functools import partial

from linklint.errors import UsageError
from linklint.files.git import Git, GitFailed, Repository, find_git, find_pipe, repository_above, repository_inside
from linklint.files.paths import home_of
from linklint.files.root import Root, UnreadableFile
from linklint.files.tree import Tree
from linklint.text.regex import lazy_compile

MAX_NESTED = 5
LEFT_OUT = frozenset(
    ".git .hg .svn .bzr node_modules bower_components .venv venv .tox .nox __pycache__ .mypy_cache .pytest_cache "
    ".ruff_cache .cache"
    " .eggs .gradle .terraform".split()
)


CLOSED = lazy_compile(rb"warning: could not open directory '(?P<path>.*?)/?': (?P<why>.*)")

OUTSIDE = lazy_compile(r"(?:\A|/)(?:\.{0,2}|\.git|git~1)(?:/|\Z)", re.IGNORECASE)


class Lister:
    """Lists the files below directories of a root.

    `closed` has the paths that cannot be listed, with the reason.
    """

    def __init__(self, root: Root) -> None:
        self.root = root
        self.git = Git()
        self.closed: list[tuple[str, str]] = []
        self._home = home_of(root.path)

    def files(self, directory: str = "") -> list[str]:
        """Return the files below a directory, as sorted paths in the tree."""
        repository = repository_above(os.path.join(self.root.path, directory))
        return sorted(self._files(directory, repository))

    def _files(self, directory: str, repository: Repository | None) -> Iterable[str]:
        if repository is None:
            return self._walk(directory)
        start = os.path.join(self.root.path, directory)
        pipe = find_pipe(repository, start)
        if pipe is not None:
            shown = os.path.relpath(pipe, self.root.path).replace(os.sep, "/")
            self._close(shown, "it is a pipe or a device, so git cannot list files here: all files are read")
            return self._walk(directory)
        try:
            listed, warnings = self.git.ask(repository, start, "ls-files", "-z", "-co", "--exclude-standard")
        except GitFailed as error:
            if str(error):
                self._close(directory or ".", f"{error}: all files are read, also ignored ones")
            return self._walk(directory)
        for line in warnings:
            if match := CLOSED.match(line):
                self._close(
                    _join(directory, os.fsdecode(match["path"])), f"cannot read the file: {match['why'].decode()}"
                )
        return self._checked(directory, [os.fsdecode(name) for name in dict.fromkeys(listed.split(b"\0")) if name])

    def _close(self, path: str, reason: str) -> None:
        self.closed.append((path.rstrip("/") or ".", reason))

    def _checked(self, directory: str, names: list[str]) -> Iterator[str]:
        """Yield the paths of names that git lists, and what is in repositories among them."""
        start = os.path.join(self.root.path, directory)
        for name in names:
            path = _join(directory, name)
            if not _is_inside(name):
                self._close(name, "git lists a path outside of the tree")
                continue
            try:
                mode = os.lstat(os.path.join(start, name)).st_mode
            except PermissionError as error:
                self._close(_join(directory, posixpath.dirname(name)), f"cannot read the file: {error.strerror}")
                continue
            except (OSError, ValueError):
                continue  # git knows it, but it was deleted
            if stat.S_ISDIR(mode):
                path = path.rstrip("/")
                yield from self._files(path, repository_inside(os.path.join(self.root.path, path), self._home))
            else:
                yield path

    def _walk(self, start: str) -> Iterator[str]:
        waiting = [start]
        while waiting:
            directory = waiting.pop()
            try:
                entries = self.root.entries(directory)
            except (OSError, UnreadableFile) as error:
                self._close(directory, f"cannot read the file: {getattr(error, 'strerror', None) or error}")
                continue
            for entry in entries:
                path = _join(directory, entry.name)
                try:
                    if entry.is_dir(follow_symlinks=False):
                        if entry.name not in LEFT_OUT:
                            waiting.append(path)
                    else:
                        yield path
                except OSError:
                    continue


def _join(directory: str, name: str) -> str:
    return f"{directory}/{name}" if directory else name


def _is_inside(name: str) -> bool:
    """Return whether a name of git's is a path of files: a crafted index holds any text."""
    return OUTSIDE.search(name.rstrip("/")) is None


def changed(tree: Tree, revision: str, paths: Iterable[str]) -> set[str]:
    """Return the paths that differ from a revision, or from where the branch left it. Raises UsageError.

    Contents are compared here, byte by byte: `git diff` would run the filters that a repository names.
    """
    repository = repository_above(tree.root)
    if revision.startswith("-") or repository is None:
        raise UsageError(f"--since {revision}: {'not a git repository' if repository is None else 'unknown revision'}")
    if find_git() is None:
        raise UsageError(f"--since {revision}: git is not installed")
    history = _History(tree, repository)
    commit = history.ask(tree.root, "rev-parse", "--verify", "-q", "--end-of-options", f"{revision}^{{commit}}")
    if commit is None:
        reason = history.why or "unknown revision (in CI, fetch it: a shallow clone has only the last one)"
        raise UsageError(f"--since {revision}: {reason}")
    start = history.ask(tree.root, "merge-base", commit.decode().strip(), "HEAD") or commit
    before = history.held(repository, tree.root, start.decode().strip())
    if before is None:
        raise UsageError(f"--since {revision}: {history.why or 'git cannot list its files'}")
    return {path for path in paths if _differs(tree, path, before.get(path))}


class _History:
    """The commits of a repository and of its submodules. `why` is the reason of the last failure, if it is known."""

    def __init__(self, tree: Tree, repository: Repository) -> None:
        self.git = Git()
        self.tree = tree
        self.home = home_of(tree.root)
        self.repository = repository
        self.why = ""

    def ask(self, start: str, *arguments: str, repository: Repository | None = None) -> bytes | None:
        """Return the output of git, or None if it fails."""
        repository = repository or self.repository
        try:
            pipe = find_pipe(repository, repository.data, whole=True)
            if pipe is not None:
                raise GitFailed(f"{pipe} is a pipe or a device")
            return self.git.ask(repository, start, *arguments)[0]
        except GitFailed as error:
            self.why = str(error)
            return None

    def held(self, repository: Repository, start: str, commit: str, depth: int = 0) -> dict[str, str] | None:
        """Return the files of a commit below a directory, including submodules, each with git's object name."""
        listed = self.ask(start, "ls-tree", "-r", "-z", commit, repository=repository)
        if listed is None:
            return None
        found: dict[str, str] = {}
        for line in listed.split(b"\0"):
            head, _, name = line.partition(b"\t")
            if not name:
                continue
            path, (_, kind, known) = os.fsdecode(name), head.decode().split()
            found[path] = known
            if kind == "commit" and depth < MAX_NESTED and _is_inside(path):
                directory = os.path.join(start, path)
                inner = repository_inside(directory, self.home)
                below = self.held(inner, directory, known, depth + 1) if inner is not None else None
                found |= {f"{path}/{file}": blob for file, blob in (below or {}).items()}
        return found


def _differs(tree: Tree, path: str, known: str | None) -> bool:
    """Return whether a file differs from the content of an object name. Line ends may be those of the checkout."""
    try:
        data = tree.read(path)
    except UnreadableFile:
        return True
    return known is None or known not in (_blob(data, len(known)), _blob(data.replace(b"\r\n", b"\n"), len(known)))


def _blob(data: bytes, length: int) -> str:
    """Return git's object name of contents, with the length that the repository uses."""
    import hashlib

    digest = hashlib.sha256 if length == 64 else partial(hashlib.sha1, usedforsecurity=False)
    return digest(b"blob %d\0" % len(data) + data).hexdigest()
