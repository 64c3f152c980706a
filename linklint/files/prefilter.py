"""Search many files for a few words at once: most files of a tree are irrelevant, and only their bytes show it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from operator import contains

from linklint.files.root import Root, UnreadableFile
from linklint.text.source import UTF_16

GLANCE = 1 << 18
FAST_SEARCH_FROM = 300  # the number of files that pays for loading the C library
BATCHES_FROM = 4000  # the number of files that pays for reading many into one buffer


def fast_contains(files: int) -> Callable[[bytes, bytes], bool]:
    """Return `contains(data, needle)`.

    For many files it uses memmem of the C library, which takes a third of the time.
    """
    if files >= FAST_SEARCH_FROM:
        try:
            import ctypes

            memmem = ctypes.CDLL(None).memmem
            memmem.restype = ctypes.c_void_p
            memmem.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t]
            return lambda data, needle: memmem(data, len(data), needle, len(needle)) is not None
        except (ImportError, AttributeError, OSError, TypeError):
            pass
    return contains


def batch_prefilter(root: Root) -> Callable[[Iterable[str], Sequence[bytes]], set[str]] | None:
    """Return `without(paths, needles)`: the listed files that surely contain none of the needles.

    It reads many files into one buffer, because in large trees the work of Python for each file costs most. Return None
    if the C library has no memmem. Large files, empty files and links are never "without". No needle contains a zero
    byte, which separates files in the buffer.
    """
    try:
        import ctypes

        memmem = ctypes.CDLL(None).memmem
        memmem.restype = ctypes.c_void_p
        memmem.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t]
        readv = os.readv
    except (ImportError, AttributeError, OSError, TypeError):
        return None
    return _Batch(root, memmem, readv).without


class _Batch:
    """Reads many files into one buffer, and searches all of them at once."""

    def __init__(self, root: Root, memmem: Callable[..., object], readv: Callable[..., int]) -> None:
        import ctypes

        self.buffer = bytearray(2 * GLANCE)
        self.address = ctypes.addressof((ctypes.c_char * len(self.buffer)).from_buffer(self.buffer))
        self.view = memoryview(self.buffer)
        self.root, self.memmem, self.readv = root, memmem, readv

    def lacks(self, start: int, end: int, needles: Sequence[bytes]) -> bool:
        address, memmem = self.address, self.memmem
        return all(memmem(address + start, end - start, needle, len(needle)) is None for needle in needles)

    def without(self, paths: Iterable[str], needles: Sequence[bytes]) -> set[str]:
        """Return those of the paths whose files surely have none of the needles."""
        found: set[str] = set()
        read: list[tuple[str, int, int]] = []
        end = 0
        for path in paths:
            length = self.read(path, end)
            if not 0 < length < GLANCE or self.buffer.startswith(UTF_16, end):
                continue
            read.append((path, end, end + length))
            end += length
            self.buffer[end] = 0
            end += 1
            if end > GLANCE:
                found.update(_lacking(read, self.lacks, needles))
                read, end = [], 0
        found.update(_lacking(read, self.lacks, needles))
        return found

    def read(self, path: str, at: int) -> int:
        """Read the beginning of a file into the buffer. Return the number of bytes, 0 if it cannot be read."""
        try:
            descriptor = self.root.open(path, follow=False)
        except (UnreadableFile, OSError, ValueError):
            return 0
        try:
            return self.readv(descriptor, [self.view[at : at + GLANCE]])
        except OSError:
            return 0
        finally:
            os.close(descriptor)


def _lacking(
    read: Sequence[tuple[str, int, int]], lacks: Callable[[int, int, Sequence[bytes]], bool], needles: Sequence[bytes]
) -> Iterable[str]:
    """Return the files in the buffer without the needles. Mostly, that is all of them."""
    all_lack = not read or lacks(read[0][1], read[-1][2], needles)
    return (path for path, start, end in read if all_lack or lacks(start, end, needles))
