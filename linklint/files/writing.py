"""Replace files as a whole: reports, exports, baselines and fixes.

The new content goes to a file with a random name in the same directory, which is opened exclusively, and is renamed
over the old one. So a full disk or a kill leaves the old file. What a killed process leaves is removed by the next
write in that directory: a lock tells such a file from that of a running process. Symbolic links are never followed.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from linklint.errors import UsageError
from linklint.files.ending import actions
from linklint.files.paths import home_of
from linklint.files.root import HAS_OPENAT, NO_FOLLOW, OPEN, Root, UnreadableFile
from linklint.text.regex import lazy_compile

TEMPORARY = lazy_compile(r"\.linklint-[0-9a-f]{16}\.tmp")
CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0) | NO_FOLLOW
MAX_ATTRIBUTE = 1 << 16
ATTEMPTS = 5


class Directory:
    """A directory in which files are replaced. Names have no `/`."""

    def __init__(self, root: Root, names: list[str], *, follow: bool) -> None:
        self._root, self._names = root, names
        self._path = os.path.join(root.path, *names)
        self._at: dict[str, int] = {"dir_fd": root.open_directory(names, follow=follow)} if HAS_OPENAT else {}

    def close(self) -> None:
        """Close the descriptor."""
        if self._at:
            os.close(self._at.pop("dir_fd"))

    def _name(self, name: str) -> str:
        return name if self._at else os.path.join(self._path, name)

    def open(self, name: str, flags: int) -> int:
        """Open a file. Raises OSError."""
        return os.open(self._name(name), flags, 0o600, **self._at)

    def status(self, name: str) -> os.stat_result | None:
        """Return the status of a file without following links, or None if it does not exist. Raises OSError."""
        try:
            return os.stat(self._name(name), follow_symlinks=False, **self._at)
        except FileNotFoundError:
            return None

    def rename(self, name: str, to: str) -> None:
        """Rename a file over another one. Raises OSError."""
        both: dict[str, Any] = {"src_dir_fd": self._at["dir_fd"], "dst_dir_fd": self._at["dir_fd"]} if self._at else {}
        os.replace(self._name(name), self._name(to), **both)

    def remove(self, name: str) -> None:
        """Remove a file, if it exists."""
        with contextlib.suppress(OSError):
            os.unlink(self._name(name), **self._at)

    def make(self, name: str) -> Directory:
        """Make a directory in this one, and open it. Raises OSError."""
        os.mkdir(self._name(name), **self._at)
        return Directory(self._root, [*self._names, name], follow=False)

    def remove_all(self, name: str, inside: Iterable[str]) -> None:
        """Remove a directory with the files that this process has made in it."""
        with contextlib.suppress(OSError):
            directory = Directory(self._root, [*self._names, name], follow=False)
            for file in inside:
                directory.remove(file)
            directory.close()
            os.rmdir(self._name(name), **self._at)

    def clean(self) -> None:
        """Remove what killed processes have left."""
        with contextlib.suppress(OSError):
            for name in os.listdir(self._at.get("dir_fd", self._path)):
                if TEMPORARY.fullmatch(name) and name not in actions:
                    self._remove_abandoned(name)

    def _remove_abandoned(self, name: str) -> None:
        with contextlib.suppress(OSError):
            descriptor = self.open(name, OPEN | NO_FOLLOW)
            try:
                if _lock(descriptor):
                    self.remove(name)
            finally:
                os.close(descriptor)


def write_report(path: str, data: bytes, protected: Iterable[str] = (), *, private: bool = False) -> None:
    """Write a file that the user names; `private`: nobody else can read it. Raises UsageError.

    No symbolic link is followed below the repository of the current directory, and below other directories.
    """
    try:
        directory, name, is_inside = _target(path, protected)
        try:
            if is_inside or not _is_stream(path):
                _replace(directory, name, data, private=private)
            else:
                with open(path, "wb") as stream:
                    stream.write(data)
        finally:
            directory.close()
    except (UnreadableFile, ValueError) as error:
        raise UsageError(f"cannot write {path}: {error}") from error
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}") from error


def write_directory(path: str, files: Mapping[str, bytes], protected: Iterable[str] = ()) -> None:
    """Write a new directory that the user names, whole or not at all. Raises UsageError."""
    try:
        above, name, _ = _target(path.rstrip("/"), protected)
        temporary = f".linklint-{os.urandom(8).hex()}.tmp"
        actions[temporary] = partial(above.remove_all, temporary, files)
        try:
            inside = above.make(temporary)
            for file, data in files.items():
                _replace_once(inside, file, data, None)
            inside.close()
            if above.status(name) is not None:
                raise UnreadableFile("it exists")
            above.rename(temporary, name)
        except BaseException:
            above.remove_all(temporary, files)
            raise
        finally:
            del actions[temporary]
            above.close()
    except (UnreadableFile, ValueError) as error:
        raise UsageError(f"cannot write {path}: {error}") from error
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}") from error


def _is_stream(path: str) -> bool:
    """Return whether the user names a terminal, a pipe or a device: /dev/stdout, /dev/null."""
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode) or stat.S_ISSOCK(mode)


def _target(path: str, protected: Iterable[str]) -> tuple[Directory, str, bool]:
    """Return the directory and the name of a path, and whether it is in a repository or a scanned directory.

    Raises UnreadableFile, OSError.
    """
    full = os.path.abspath(path)
    if not os.path.basename(full) or path.endswith(("/", os.sep)):
        raise UnreadableFile("it is a directory")
    here = home_of(os.getcwd())
    roots = {*([here] if os.path.lexists(os.path.join(here, ".git")) else []), *map(os.path.realpath, protected)}
    above, names = os.path.dirname(full), [os.path.basename(full)]
    best = None
    while True:
        if os.path.realpath(above) in roots:
            best = above, list(reversed(names))
        parent = os.path.dirname(above)
        if parent == above:
            break
        names.append(os.path.basename(above))
        above = parent
    above, names = best or (os.path.dirname(full), [os.path.basename(full)])
    return Directory(Root(above), names[:-1], follow=False), names[-1], best is not None


def write_inside(root: Root, path: str, data: bytes, before: bytes) -> str:
    """Replace a file of a tree if it still has the content `before`. Return a note for the user, or nothing.

    Raises UnreadableFile, OSError.
    """
    names = root.real_names(path)
    directory = Directory(root, names[:-1], follow=True)
    try:
        if root.read("/".join(names), len(before) + 1, follow=False) != before:
            raise UnreadableFile("the file has changed since it was read")
        return _replace(directory, names[-1], data)
    finally:
        directory.close()


def _replace(directory: Directory, name: str, data: bytes, *, private: bool = False) -> str:
    """Replace a file, or make a new one. Owner, mode and extended attributes stay, but for the mode of a private one.
    Return a note for the user.
    """
    old = directory.status(name)
    if old is not None and not stat.S_ISREG(old.st_mode):
        link = stat.S_ISLNK(old.st_mode)
        raise UnreadableFile("it is a symbolic link: name the file itself" if link else "it is not a regular file")
    directory.clean()
    for attempt in range(ATTEMPTS):
        try:
            _replace_once(directory, name, data, old, private=private)
            break
        except FileNotFoundError:  # another linklint took the new file for one of a killed process
            if attempt == ATTEMPTS - 1:
                raise
    if old is not None and old.st_nlink > 1:
        return f"it had {old.st_nlink} hard links: the others keep the old content"
    return ""


def _replace_once(
    directory: Directory, name: str, data: bytes, old: os.stat_result | None, *, private: bool = False
) -> None:
    temporary = f".linklint-{os.urandom(8).hex()}.tmp"
    actions[temporary] = partial(directory.remove, temporary)
    try:
        descriptor = directory.open(temporary, CREATE)
        try:
            _lock(descriptor)
            if old is not None:
                _keep(descriptor, directory, name, old)
            _write_all(descriptor, data)
            if hasattr(os, "fchmod"):  # until now, only the owner could read it
                mode = stat.S_IMODE(old.st_mode) if old is not None else 0o666 & ~_umask()
                os.fchmod(descriptor, mode & 0o600 if private else mode)
        finally:
            os.close(descriptor)
        directory.rename(temporary, name)
    except BaseException:
        directory.remove(temporary)
        raise
    finally:
        del actions[temporary]


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view[: 1 << 20]) :]


def _keep(descriptor: int, directory: Directory, name: str, old: os.stat_result) -> None:
    """Give a new file the owner and the extended attributes of the old one. Raises UnreadableFile if it cannot."""
    if not hasattr(os, "fchown"):
        return
    new = os.fstat(descriptor)
    try:
        if (new.st_uid, new.st_gid) != (old.st_uid, old.st_gid):
            os.fchown(descriptor, old.st_uid, old.st_gid)
        if hasattr(os, "listxattr"):
            before = directory.open(name, OPEN | NO_FOLLOW)
            try:
                for attribute, value in _attributes(before):
                    os.setxattr(descriptor, attribute, value)
            finally:
                os.close(before)
    except PermissionError as error:
        raise UnreadableFile("its owner or its extended attributes cannot be kept") from error


def _attributes(descriptor: int) -> Iterator[tuple[str, bytes]]:
    try:
        names = os.listxattr(descriptor)
    except OSError:
        return  # the file system has none
    for name in names:
        with contextlib.suppress(OSError):
            if len(value := os.getxattr(descriptor, name)) <= MAX_ATTRIBUTE:
                yield name, value


def _lock(descriptor: int) -> bool:
    """Lock a file for this process, without waiting. Windows needs no lock: open files cannot be removed there."""
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
