"""Open and list files below a directory. Whatever the names and links in it say, nothing outside is touched.

A path is resolved component by component from a descriptor of the root, with `O_NOFOLLOW`. So a directory that becomes
a symbolic link while it is used is not followed. Symbolic links that stay inside are resolved here, by hand. Systems
without `openat` (Windows) compare real paths instead, which cannot notice such a race.
"""

from __future__ import annotations

import errno
import os
import stat

OPEN = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
NO_FOLLOW: int = getattr(os, "O_NOFOLLOW", 0)
HAS_OPENAT = os.open in os.supports_dir_fd and bool(NO_FOLLOW)
MAX_DEPTH = 200  # the number of directories above a file: each is an open descriptor
MAX_LINKS = 40  # as in Linux
OUTSIDE = "the file is a symbolic link out of the tree"
GIT = frozenset({".git", "git~1"})  # on every system: trees are unpacked where case and short names count for nothing
SPECIAL = GIT | {"", ".", ".."}


class UnreadableFile(Exception):
    """A file cannot be read. The message has the reason."""


class Root:
    """A directory, and the only way to the files below it. Paths are relative, with `/`."""

    def __init__(self, path: str) -> None:
        self.path = os.path.realpath(path)
        self._names: list[str] = []  # the directories that are open, from the root to the last one used
        self._descriptors: list[int] = []
        self._last = "/"  # the last directory as it was written

    def __del__(self) -> None:
        self._close_down_to(0)

    def _close_down_to(self, count: int) -> None:
        while len(self._descriptors) > count:
            os.close(self._descriptors.pop())
        del self._names[max(count - 1, 0) :]
        self._last = "/"

    def open(self, path: str, flags: int = OPEN, *, follow: bool = True) -> int:
        """Return a descriptor of a file. `follow` allows symbolic links that stay inside.

        Raises UnreadableFile if the path leaves the root, OSError or ValueError if the file cannot be opened.
        """
        above, _, name = path.rpartition("/")
        if above == self._last and name.lower() not in SPECIAL:  # as for most files of a sorted listing
            names, directory = [], self._descriptors[-1]
        else:
            names = names_of(path)
            name = names[-1]
            if not HAS_OPENAT:
                return self._open_by_name(names, flags, follow=follow)
            directory = -1
        try:
            if names:
                directory = self._directory(names[:-1])
                self._last = above
            return os.open(name, flags | NO_FOLLOW, dir_fd=directory)
        except OSError as error:
            if error.errno not in (errno.ELOOP, errno.ENOTDIR, errno.EMLINK) or not follow:
                raise
            names = names or names_of(path)
            real = self._resolve(names)
            if real == names:
                raise
        return os.open(real[-1], flags | NO_FOLLOW, dir_fd=self._directory(real[:-1]))

    def _open_by_name(self, names: list[str], flags: int, *, follow: bool) -> int:
        full = os.path.join(self.path, *names)
        real = os.path.realpath(full)
        if real != full and (not follow or os.path.commonpath([real, self.path]) != self.path):
            raise UnreadableFile(OUTSIDE)
        return os.open(full, flags | NO_FOLLOW if not follow else flags)

    def _directory(self, names: list[str]) -> int:
        """Return the descriptor of a directory, without following links. It is closed by the next call."""
        if len(names) > MAX_DEPTH:
            raise UnreadableFile(f"more than {MAX_DEPTH} directories deep")
        flags = OPEN | os.O_DIRECTORY | NO_FOLLOW
        if not self._descriptors:
            self._descriptors.append(os.open(self.path, flags))
        if names == self._names:
            return self._descriptors[-1]
        same = 0
        for one, other in zip(names, self._names):
            if one != other:
                break
            same += 1
        self._close_down_to(same + 1)
        for name in names[same:]:
            self._descriptors.append(os.open(name, flags, dir_fd=self._descriptors[-1]))
            self._names.append(name)
        return self._descriptors[-1]

    def _resolve(self, names: list[str]) -> list[str]:
        """Return the components of a path after its symbolic links. Raises UnreadableFile, OSError."""
        waiting, links = names[::-1], 0
        found: list[str] = []
        while waiting:
            name = waiting.pop()
            if name in ("", "."):
                continue
            if name == "..":
                if not found:
                    raise UnreadableFile(OUTSIDE)
                found.pop()
                continue
            _check_name(name)
            directory = self._directory(found)
            if not stat.S_ISLNK(os.stat(name, dir_fd=directory, follow_symlinks=False).st_mode):
                found.append(name)
                continue
            links += 1
            if links > MAX_LINKS:
                raise OSError(errno.ELOOP, "too many symbolic links")
            target = os.readlink(name, dir_fd=directory)
            if target.startswith("/"):
                if not f"{target}/".startswith(self.path.rstrip("/") + "/"):
                    raise UnreadableFile(OUTSIDE)
                found.clear()
                target = target[len(self.path) :]
            waiting += target.split("/")[::-1]
        if not found:
            raise UnreadableFile("not a regular file")
        return found

    def open_directory(self, names: list[str], *, follow: bool = True) -> int:
        """Return a new descriptor of a directory. Raises UnreadableFile, OSError."""
        try:
            return os.dup(self._directory(names))
        except OSError as error:
            if error.errno not in (errno.ELOOP, errno.ENOTDIR, errno.EMLINK):
                raise
            real = self._resolve(names)  # raises if it is no link, but a file
            if not follow or real == names:
                raise UnreadableFile(
                    "its directory is a symbolic link" if real != names else "not a directory"
                ) from error
        return os.dup(self._directory(real))

    def entries(self, directory: str) -> list[os.DirEntry[str]]:
        """Return what is in a directory, which is not a symbolic link. Raises UnreadableFile, OSError."""
        names = names_of(directory) if directory else []
        if not HAS_OPENAT:
            with os.scandir(os.path.join(self.path, *names)) as entries:
                return list(entries)
        with os.scandir(self._directory(names)) as entries:
            return list(entries)

    def real_names(self, path: str) -> list[str]:
        """Return the components of a path after its symbolic links. Raises UnreadableFile, OSError."""
        names = names_of(path)
        if HAS_OPENAT:
            return self._resolve(names)
        real = os.path.realpath(os.path.join(self.path, *names))
        return names_of(os.path.relpath(real, self.path).replace(os.sep, "/"))

    def read(self, path: str, limit: int, *, follow: bool = True) -> bytes:
        """Return the bytes of a regular file. Raises UnreadableFile."""
        try:
            descriptor = self.open(path, follow=follow)
        except (OSError, ValueError) as error:
            raise UnreadableFile(f"cannot read the file: {getattr(error, 'strerror', None) or error}") from error
        try:
            return read_all(descriptor, limit)
        finally:
            os.close(descriptor)

    def exists(self, path: str) -> bool:
        """Return whether there is something at a path inside. What a symbolic link leads to does not matter."""
        try:
            names = names_of(path)
            if not HAS_OPENAT:
                return os.path.lexists(os.path.join(self.path, *names))
            os.stat(names[-1], dir_fd=self._directory(names[:-1]), follow_symlinks=False)
        except (UnreadableFile, OSError, ValueError):
            return False
        return True


def names_of(path: str) -> list[str]:
    """Return the components of a path in a tree; `..` is resolved by words. Raises UnreadableFile if it leads out."""
    if path.startswith("/") or os.path.isabs(path):
        raise UnreadableFile("the path is outside of the tree")
    found: list[str] = []
    for name in path.split("/"):
        if name in ("", "."):
            continue
        if name == "..":
            if not found:
                raise UnreadableFile("the path is outside of the tree")
            found.pop()
            continue
        _check_name(name)
        found.append(name)
    if not found:
        raise UnreadableFile("not a regular file")
    return found


def _check_name(name: str) -> None:
    if name.lower() in GIT or os.sep == "\\" and ("\\" in name or ":" in name):
        raise UnreadableFile("the path leads into the data of git" if name.lower() in GIT else f"invalid name {name}")


def read_all(descriptor: int, limit: int) -> bytes:
    """Return the bytes of an open regular file. Raises UnreadableFile."""
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableFile("not a regular file")
        if status.st_size > limit:
            raise UnreadableFile(f"larger than {limit // 1_000_000} MB")
        data = os.read(descriptor, status.st_size + 1)
        while len(data) > status.st_size and (chunk := os.read(descriptor, 1 << 20)):
            data += chunk
            if len(data) > limit:
                raise UnreadableFile("the file grows while it is read")
        return data
    except OSError as error:
        raise UnreadableFile(f"cannot read the file: {error.strerror}") from error
