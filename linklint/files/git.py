"""Ask git which files a repository has. A repository can be hostile: its settings may name programs, servers and pipes.

git runs with the file system monitor off, cannot fetch anything, and gets one deadline for all of its work in a scan.
The repository is named explicitly, so a bare repository inside the tree is a directory like any other. Pipes and
devices in the places that git opens are found first.
"""

from __future__ import annotations

import os
import re
import stat
import time
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from linklint.files.ending import actions
from linklint.text.regex import lazy_compile

SECONDS = 30.0
MAX_CONFIG = 1_000_000
NAMES_FILE = lazy_compile(
    r"^[ \t]*(?:path|excludesfile|attributesfile)[ \t]*=[ \t]*\"?(?P<path>[^\"\n]{1,4000})",
    re.IGNORECASE | re.MULTILINE,
)
MAX_POINTER = 4096  # bytes of a `.git` file, and of `commondir`
SAFE = (
    "core.fsmonitor=false",
    "core.untrackedCache=false",
    "protocol.allow=never",
    *(f"protocol.{name}.allow=never" for name in ("ext", "file", "git", "http", "https", "ssh")),
    "safe.directory=*",  # git reads the files of any owner
)
ENVIRONMENT = {
    "LC_ALL": "C",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",  # since git 2.44; with an older one, no protocol is allowed
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_PROTOCOL_FROM_USER": "0",
}
ELSEWHERE = frozenset(
    f"GIT_{word}"
    for word in (
        "DIR WORK_TREE INDEX_FILE COMMON_DIR OBJECT_DIRECTORY ALTERNATE_OBJECT_DIRECTORIES NAMESPACE PREFIX "
        "SHALLOW_FILE GRAFT_FILE"
    ).split()
)


class Repository(NamedTuple):
    """A repository: the real paths of its data and of its files."""

    data: str
    top: str


class GitFailed(Exception):
    """git cannot be used. The message has the reason; empty if there is nothing to report."""


class Git:
    """git, for one scan."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self._spent = 0.0

    def ask(self, repository: Repository, start: str, *arguments: str, data: bytes = b"") -> tuple[bytes, list[bytes]]:
        """Return the output and the warnings of git in a directory of a repository; `data` is its input.

        Raises GitFailed.
        """
        import subprocess

        program = find_git()
        if program is None:
            raise GitFailed("")
        left = self.seconds - self._spent
        if left <= 0:
            raise GitFailed(f"git needs more than {self.seconds:g} seconds")
        command = [program, *(word for setting in SAFE for word in ("-c", setting)), f"--git-dir={repository.data}",
                   f"--work-tree={repository.top}", "-C", start, *arguments]  # fmt: skip
        environment = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
        begun = time.monotonic()
        try:
            process = subprocess.Popen(
                command, stdin=subprocess.PIPE if data else subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**environment, **ENVIRONMENT},
            )  # fmt: skip
        except OSError as error:
            raise GitFailed("") from error
        actions[process] = process.kill
        try:
            output, warnings = process.communicate(data or None, timeout=left)
        except subprocess.TimeoutExpired as error:
            raise GitFailed(f"git needs more than {self.seconds:g} seconds") from error
        finally:
            process.kill()
            process.wait()
            del actions[process]
            self._spent += time.monotonic() - begun
        if process.returncode:
            raise GitFailed("")
        return output, warnings.splitlines()


@lru_cache(maxsize=1)
def find_git() -> str | None:
    """Return the path of git. Relative directories of PATH are left out: they may be in the scanned tree."""
    import shutil

    directories = [path for path in os.environ.get("PATH", os.defpath).split(os.pathsep) if os.path.isabs(path)]
    return next((found for path in directories if (found := shutil.which(os.path.join(path, "git")))), None)


def repository_above(start: str) -> Repository | None:
    """Return the repository that contains a directory, or None."""
    top = os.path.realpath(start)
    while not os.path.lexists(os.path.join(top, ".git")):
        parent = os.path.dirname(top)
        if parent == top:
            return None
        top = parent
    data = _data_of(top)
    return Repository(data, top) if data is not None else None


def repository_inside(directory: str, outer: str) -> Repository | None:
    """Return the repository of a directory in a tree, or None. Its data must be below the directory `outer`."""
    if os.path.islink(os.path.join(directory, ".git")):
        return None
    data = _data_of(directory)
    if data is None or not all(f"{place}/".startswith(outer.rstrip("/") + "/") for place in _places(data)):
        return None
    return Repository(data, directory)


def _places(data: str) -> list[str]:
    """Return the directories with a repository's data: that of a work tree shares another one."""
    common = _pointer(os.path.join(data, "commondir"))
    return [data, *([os.path.realpath(os.path.join(data, common))] if common else [])]


def _data_of(top: str) -> str | None:
    """Return the real path of a repository's data. In submodules and work trees, `.git` is a file with the path."""
    path = os.path.join(top, ".git")
    if os.path.isdir(path):
        return os.path.realpath(path)
    text = _pointer(path)
    if text is None or not text.startswith("gitdir:"):
        return None
    return os.path.realpath(os.path.join(top, text.removeprefix("gitdir:").strip()))


def _pointer(path: str) -> str | None:
    """Return the text of a small regular file, or None."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return None
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            text = file.read(MAX_POINTER).strip()
            return None if "\0" in text else text
    except (OSError, ValueError):
        return None


def find_pipe(repository: Repository, start: str, *, whole: bool = False) -> str | None:
    """Return the path of a pipe or device that git would open, and wait for. `whole` looks at all data of git."""
    for data in _places(repository.data):
        for directory in [data, os.path.join(data, "info"), os.path.join(data, "objects", "info")]:
            for entry in _entries(directory):
                if _is_pipe(entry):
                    return entry.path
        if (path := _named_pipe(data, whole=whole)) is not None:
            return path
        if whole and (path := _pipe_below(data, "")) is not None:
            return path
    above = os.path.realpath(start)
    while above.startswith(repository.top) and above != repository.top:
        above = os.path.dirname(above)
        for entry in _entries(above):
            if entry.name == ".gitignore" and _is_pipe(entry):
                return entry.path
    return _pipe_below(start, ".gitignore")


def _named_pipe(data: str, *, whole: bool) -> str | None:
    """Return the path of a pipe that the settings of a repository name, or its other object directories."""
    try:
        with open(os.path.join(data, "config"), encoding="utf-8", errors="surrogateescape") as file:
            text = file.read(MAX_CONFIG)
    except (OSError, ValueError):
        text = ""
    named = [os.path.join(data, os.path.expanduser(match["path"])) for match in NAMES_FILE.finditer(text)]
    alternates = _pointer(os.path.join(data, "objects", "info", "alternates")) or ""
    others = [os.path.join(data, "objects", line) for line in alternates.splitlines()[:20]]
    for path in [*named, *(os.path.join(other, "info", "alternates") for other in others)]:
        if _is_pipe(path):
            return path
    return next(filter(None, (_pipe_below(other, "") for other in others if whole)), None)


def _pipe_below(start: str, name: str) -> str | None:
    """Return the path of a pipe or device below a directory, of one name or (without a name) of any."""
    waiting = [start]
    while waiting:
        for entry in _entries(waiting.pop()):
            if entry.name == ".git" and name:
                if (path := _pipe_in_data(entry)) is not None:
                    return path
            elif entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)
            elif entry.name == (name or entry.name) and _is_pipe(entry):
                return entry.path
    return None


def _pipe_in_data(entry: os.DirEntry[str]) -> str | None:
    """Return the path of a pipe in a nested repository's data: git opens them to see whether it is one."""
    data = entry.path if entry.is_dir() else _data_of(os.path.dirname(entry.path))
    if data is None:
        return entry.path if _is_pipe(entry) else None
    return next((inner.path for inner in _entries(data) if _is_pipe(inner)), None)


def _entries(directory: str) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(directory) as entries:
            yield from entries
    except OSError:
        return


def _is_pipe(path: str | os.DirEntry[str]) -> bool:
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError):
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode) or stat.S_ISBLK(mode)
