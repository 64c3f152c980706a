"""List the files of a tree, and those that a branch has changed.

In a git repository, git lists the files (with `core.fsmonitor` off, because a repository can name a program there);
elsewhere directories are walked, except the usual build folders.
"""

from __future__ import annotations

import os
import posixpath
import re
import shutil
import stat
from collections.abc import Iterable, Iterator
from functools import partial

from linklint.errors import UsageError
from linklint.files.tree import Tree, UnreadableFile

MAX_NESTED = 5
LEFT_OUT = frozenset(
    ".git .hg .svn .bzr node_modules bower_components .venv venv .tox .nox __pycache__ .mypy_cache .pytest_cache "
    ".ruff_cache .cache"
    " .eggs .gradle .terraform .idea".split()
)


CLOSED = re.compile(rb"warning: could not open directory '(?P<path>.*?)/?': (?P<why>.*)")


def list_files(root: str, directory: str = "", closed: list[tuple[str, str]] | None = None) -> list[str]:
    """Return the files below a directory of the root, as sorted paths in the tree.

    `closed` collects the directories that cannot be read, with the reason.
    """
    start = os.path.join(root, directory)
    shut: list[tuple[str, str]] = []
    names = _from_git(start, shut)
    if names is None:
        names = list(_walk(start, shut))
    prefix = directory + "/" if directory else ""
    if closed is not None:
        closed += [((prefix + name).rstrip("/") or ".", reason) for name, reason in shut]
    return sorted(prefix + name for name in names)


def _git(start: str, *arguments: str, said: list[bytes] | None = None) -> bytes | None:
    """Return the output of git, and add its errors to `said`.

    None if git fails. No program that a repository names is run, and nothing is fetched.
    """
    import subprocess

    safe = (
        "core.fsmonitor=false",
        "core.untrackedCache=false",
        "protocol.allow=never",
        "safe.directory=*",
    )  # git reads the files of any owner
    command = ["git", *(word for setting in safe for word in ("-c", setting)), "-C", start, *arguments]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            check=False,
            timeout=60,
            env={
                **_environment(),
                "LC_ALL": "C",
                "GIT_OPTIONAL_LOCKS": "0",
                "GIT_TERMINAL_PROMPT": "0",
                "GIT_NO_LAZY_FETCH": "1",
            },
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if said is not None:
        said += done.stderr.splitlines()
    return None if done.returncode else done.stdout


def _environment() -> dict[str, str]:
    """Return the environment without variables that point git at another repository."""
    elsewhere = (
        "DIR WORK_TREE INDEX_FILE COMMON_DIR OBJECT_DIRECTORY ALTERNATE_OBJECT_DIRECTORIES NAMESPACE PREFIX".split()
    )
    return {name: value for name, value in os.environ.items() if name not in {f"GIT_{word}" for word in elsewhere}}


def changed(tree: Tree, revision: str, paths: Iterable[str]) -> set[str]:
    """Return the paths that differ from a revision, or from where the branch left it. Raises UsageError.

    Contents are compared here, byte by byte: `git diff` would run the filters that a repository names.
    """
    if revision.startswith("-") or not _in_repository(tree.root):
        raise UsageError(
            f"--since {revision}: {'unknown revision' if revision.startswith('-') else 'not a git repository'}"
        )
    commit = _git(tree.root, "rev-parse", "--verify", "-q", "--end-of-options", f"{revision}^{{commit}}")
    if commit is None and shutil.which("git") is None:
        raise UsageError(f"--since {revision}: git is not installed")
    if commit is None:
        raise UsageError(
            f"--since {revision}: unknown revision (in CI, fetch it: a shallow clone has only the last one)"
        )
    start = _git(tree.root, "merge-base", commit.decode().strip(), "HEAD") or commit
    before = _held(tree.root, start.decode().strip())
    if before is None:
        raise UsageError(f"--since {revision}: git cannot list its files")
    return {path for path in paths if _differs(tree, path, before.get(path))}


def _held(directory: str, commit: str, depth: int = 0) -> dict[str, str] | None:
    """Return the files of a commit below a directory, including submodules, each with git's object name."""
    listed = _git(directory, "ls-tree", "-r", "-z", commit)
    if listed is None:
        return None
    found: dict[str, str] = {}
    for line in listed.split(b"\0"):
        head, _, name = line.partition(b"\t")
        if name:
            path, (_, kind, known) = os.fsdecode(name), head.decode().split()
            found[path] = known
            inner = os.path.join(directory, path)
            if kind == "commit" and depth < MAX_NESTED and os.path.exists(os.path.join(inner, ".git")):
                found |= {f"{path}/{below}": blob for below, blob in (_held(inner, known, depth + 1) or {}).items()}
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


def _from_git(start: str, closed: list[tuple[str, str]]) -> list[str] | None:
    """Return the files that git lists below a directory, or None if there is no repository or no git."""
    if not _in_repository(start):
        return None
    said: list[bytes] = []
    listed = _git(start, "ls-files", "-z", "-co", "--exclude-standard", said=said)
    closed += [
        (os.fsdecode(match["path"]), f"cannot read the file: {match['why'].decode()}")
        for line in said
        if (match := CLOSED.match(line))
    ]
    if listed is None:
        return None
    names = [os.fsdecode(name) for name in dict.fromkeys(listed.split(b"\0")) if name]
    found: list[str] = []
    for name in names:
        full = os.path.join(start, name)
        try:
            mode = os.lstat(full).st_mode
        except PermissionError as error:
            closed.append((posixpath.dirname(name), f"cannot read the file: {error.strerror}"))
            continue
        except (OSError, ValueError):
            continue  # git knows it, but it was deleted
        if stat.S_ISDIR(mode):
            inside: list[tuple[str, str]] = []
            found.extend(f"{name.rstrip('/')}/{inner}" for inner in _inside(full, inside))
            closed += [(f"{name.rstrip('/')}/{inner}", reason) for inner, reason in inside]
        else:
            found.append(name)
    return found


def _inside(start: str, closed: list[tuple[str, str]]) -> Iterable[str]:
    """Return the files of a submodule, or of a repository inside the repository."""
    names = _from_git(start, closed) if os.path.exists(os.path.join(start, ".git")) else None
    return _walk(start, closed) if names is None else names


def _in_repository(start: str) -> bool:
    current = os.path.realpath(start)
    while True:
        if os.path.exists(os.path.join(current, ".git")):
            return True
        parent = os.path.dirname(current)
        if parent == current:
            return False
        current = parent


def _walk(start: str, closed: list[tuple[str, str]]) -> Iterator[str]:
    waiting = [""]
    while waiting:
        directory = waiting.pop()
        try:
            entries = list(os.scandir(os.path.join(start, directory)))
        except OSError as error:
            closed.append((directory, f"cannot read the file: {error.strerror}"))
            continue
        for entry in entries:
            path = f"{directory}/{entry.name}" if directory else entry.name
            try:
                if entry.is_dir(follow_symlinks=False):
                    if entry.name not in LEFT_OUT:
                        waiting.append(path)
                else:
                    yield path
            except OSError:
                continue
