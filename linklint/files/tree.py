"""Read files safely: nothing outside of the root is read."""

from __future__ import annotations

import os
import posixpath
import sys

from linklint.files.root import Root, UnreadableFile
from linklint.text.source import Source, decode

MAX_SIZE = 10_000_000
MAX_HELD = 400_000_000


class Tree:
    """A root on disk, below which files are read.

    `prefix` comes before a path in the tree as the user would type it; `home` is the directory that reported paths are
    relative to. `given` are contents that replace those on disk.
    """

    def __init__(self, root: str, prefix: str = "", home: str = "") -> None:
        self.disk = Root(root)
        self.root = self.disk.path
        self.prefix = prefix
        self.held = 0  # bytes of memory for the texts of files
        self.cache: dict[str, Source | None] = {}
        self.given: dict[str, bytes] = {}
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
        shown = f"{self.prefix}/{path}" if self.prefix else path
        return posixpath.normpath(shown) if path.startswith("../") else shown

    def read(self, path: str) -> bytes:
        """Return the bytes of a regular file inside the root. Raises UnreadableFile."""
        return self.given[path] if path in self.given else self.disk.read(path, MAX_SIZE)

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
        self.held += sys.getsizeof(text)
        if self.held > MAX_HELD:
            raise UnreadableFile(f"the files of the scan take more than {MAX_HELD // 1_000_000} MB of memory")
        source = Source(path, text, f"{len(data)}-{hash_of(data)}", exact=exact, bom=bom)
        self.cache[path] = source
        return source

    def keep(self, source: Source) -> None:
        """Take a source that another tree has read."""
        self.held += sys.getsizeof(source.text)
        self.cache[source.path] = source

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
