"""Read files safely: nothing outside of the root is read."""

from __future__ import annotations

import errno
import os
import stat

from linklint.text.source import Source, decode

MAX_SIZE = 10_000_000
OPEN = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)


class UnreadableFile(Exception):
    """A file cannot be read. The message has the reason."""


class Tree:
    """A root on disk, below which files are read.

    `prefix` comes before a path in the tree as the user would type it; `home` is the directory that reported paths are
    relative to.
    """

    def __init__(self, root: str, prefix: str = "", home: str = "") -> None:
        self.root = os.path.realpath(root)
        self.prefix = prefix
        self.cache: dict[str, Source | None] = {}
        self.home = os.path.realpath(home or root)

    def from_home(self, path: str) -> str:
        """Return a path relative to the root of the repository, wherever the scan started."""
        return (
            os.path.relpath(os.path.join(self.root, path), self.home).replace(os.sep, "/")
            if self.home != self.root
            else path
        )

    def inside(self, place: str) -> str:
        """Return the path in the tree of a path relative to the root of the repository."""
        return (
            os.path.relpath(os.path.join(self.home, place), self.root).replace(os.sep, "/")
            if self.home != self.root
            else place
        )

    def display(self, path: str) -> str:
        """Return a path in the tree as the user would type it."""
        return f"{self.prefix}/{path}" if self.prefix else path

    def read(self, path: str, *, listed: bool = False) -> bytes:
        """Return the bytes of a regular file inside the root. A listed file has no symbolic link above it.

        Raises UnreadableFile.
        """
        full = os.path.join(self.root, path)
        try:
            descriptor = self._open_listed(full) if listed else None
            if descriptor is None:
                real = os.path.realpath(full)
                if real != full and os.path.commonpath([real, self.root]) != self.root:
                    raise UnreadableFile("the file is a symbolic link out of the tree")
                descriptor = os.open(full, OPEN)
        except (OSError, ValueError) as error:
            raise UnreadableFile(f"cannot read the file: {getattr(error, 'strerror', None) or error}") from error
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise UnreadableFile("not a regular file")
            if status.st_size > MAX_SIZE:
                raise UnreadableFile(f"larger than {MAX_SIZE // 1_000_000} MB")
            data = os.read(descriptor, status.st_size + 1)
            while len(data) > status.st_size and (chunk := os.read(descriptor, 1 << 20)):
                data += chunk
                if len(data) > MAX_SIZE:
                    raise UnreadableFile("the file grows while it is read")
            return data
        except OSError as error:
            raise UnreadableFile(f"cannot read the file: {error.strerror}") from error
        finally:
            os.close(descriptor)

    def _open_listed(self, full: str) -> int | None:
        """Open a file that is not a symbolic link. Return None if it is one, or if that cannot be checked."""
        if not hasattr(os, "O_NOFOLLOW"):
            return None
        try:
            return os.open(full, OPEN | os.O_NOFOLLOW)
        except OSError as error:
            if error.errno == errno.ELOOP:
                return None
            raise

    def source(self, path: str, data: bytes | None = None) -> Source:
        """Return a file as text, the same object each time. Raises UnreadableFile."""
        known = self.cache.get(path)
        if known is not None:
            return known
        data = self.read(path) if data is None else data
        try:
            text, exact, bom = decode(data)
        except ValueError as error:
            raise UnreadableFile(str(error)) from error
        source = Source(path, text, f"{len(data)}-{hash_of(data)}", exact=exact, bom=bom)
        self.cache[path] = source
        return source

    def open(self, path: str) -> Source | None:
        """Return a file that another one names, or None if it cannot be read."""
        if path in self.cache:
            return self.cache[path]
        try:
            return self.source(path)
        except UnreadableFile:
            self.cache[path] = None
            return None


def hash_of(data: bytes) -> str:
    """Return a digest of the contents."""
    from zlib import adler32, crc32

    return f"{crc32(data):08x}{adler32(data):08x}"
