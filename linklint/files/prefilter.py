"""Search many files for a few words, in two processes and in batches: most files of a tree are irrelevant, and only
their bytes show it.

Both processes take the next batch from one pipe until it is empty, so that neither waits for the other. Batches that a
failed child did not answer are searched again here; without a child, all are searched here.

What it gains, measured on 15,000 files without Docker on two cores: 0.17 s with both; 0.22 s without the second
process; 0.21 s without batches; 0.31 s without either.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from operator import contains

from linklint.files.root import Root, UnreadableFile
from linklint.text.source import UTF_16

GLANCE = 1 << 18
FAST_SEARCH_FROM = 300  # the number of files that pays for loading the C library
BATCHES_FROM = 4000  # the number of files that pays for batches and a second process
BATCHES = 128  # no more bytes than the smallest pipe buffer holds
Keep = Callable[[Sequence[str]], Set[str]]


def kept(paths: Sequence[str], keep: Keep) -> set[str]:
    """Return the paths that `keep` keeps; `keep` gets parts of them.

    `keep` runs in two processes, so it must not change the caller's data.
    """
    if len(paths) < BATCHES_FROM or not _may_fork():
        return set(keep(paths))
    size = -(-len(paths) // BATCHES)
    batches = [paths[start : start + size] for start in range(0, len(paths), size)]
    queue = _queue(len(batches))
    child = _ask(batches, queue, keep)
    found: set[str] = set()
    left = set(range(len(batches)))
    for number in _taken(queue):
        found |= keep(batches[number])
        left.discard(number)
    os.close(queue)
    for number, answers in _answers(child, batches):
        found.update(path for path, answer in zip(batches[number], answers) if answer == 49)
        left.discard(number)
    for number in left:
        found |= keep(batches[number])
    return found


def _may_fork() -> bool:
    return hasattr(os, "fork") and (os.cpu_count() or 1) > 1 and threading.active_count() == 1


def _queue(count: int) -> int:
    """Return a pipe that yields each number below a count once, to whichever process reads it."""
    reader, writer = os.pipe()
    os.write(writer, bytes(range(count)))
    os.close(writer)
    return reader


def _taken(queue: int) -> Iterator[int]:
    while number := os.read(queue, 1):
        yield number[0]


def _ask(batches: Sequence[Sequence[str]], queue: int, keep: Keep) -> tuple[int, int] | None:
    """Start a child that writes, for each batch it takes, its number, and 1 or 0 for each path. Return (process, pipe),
    or None.
    """
    try:
        reader, writer = os.pipe()
    except OSError:
        return None
    try:
        child = os.fork()
    except OSError:
        os.close(reader)
        os.close(writer)
        return None
    if child:
        os.close(writer)
        return child, reader
    status = 1
    try:
        os.close(reader)
        answer = b""
        for number in _taken(queue):
            found = keep(batches[number])
            answer += bytes([number]) + b"".join(b"1" if path in found else b"0" for path in batches[number])
        while answer:
            answer = answer[os.write(writer, answer) :]
        status = 0
    finally:
        os._exit(status)


def _answers(child: tuple[int, int] | None, batches: Sequence[Sequence[str]]) -> Iterator[tuple[int, bytes]]:
    """Yield (batch number, answers for its paths) that the child wrote."""
    if child is None:
        return
    process, reader = child
    with os.fdopen(reader, "rb") as pipe:
        answer = pipe.read()
    _, status = os.waitpid(process, 0)
    at = 0
    while status == 0 and at < len(answer):
        end = at + 1 + len(batches[answer[at]])
        yield answer[at], answer[at + 1 : end]
        at = end


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
