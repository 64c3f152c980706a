"""Asks a question of many files in two processes: most files of a tree concern nobody here, and only reading them
tells.

Both take the next batch from one pipe until it is empty, so that neither waits for the other. What a child that fails
did not answer is asked again; where no child can be had, all is asked here.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from operator import contains

from linklint.files.tree import OPEN

GLANCE = 1 << 18
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
MANY_FILES = 300
MANY = 4000
BATCHES = 128  # as many bytes as the smallest of pipes holds
Keep = Callable[[Sequence[str]], Set[str]]


def kept(paths: Sequence[str], keep: Keep) -> set[str]:
    """The paths that are kept, as `keep` says of parts of them.

    `keep` must not change anything that the caller goes on with.
    """
    if len(paths) < MANY or not _may_fork():
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
    """A pipe that gives each number below a count once, whoever asks."""
    reader, writer = os.pipe()
    os.write(writer, bytes(range(count)))
    os.close(writer)
    return reader


def _taken(queue: int) -> Iterator[int]:
    while number := os.read(queue, 1):
        yield number[0]


def _ask(batches: Sequence[Sequence[str]], queue: int, keep: Keep) -> tuple[int, int] | None:
    """(process, pipe) of a child that writes, for each batch that it takes, its number, and 1 or 0 for each path;

    None where none can be had.
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
    """(number of a batch, an answer for each path of it) as the child gave them."""
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
    """`contains(data, needle)`; for many files by the C library's memmem, where it has one, which takes a third of
    the time.
    """
    if files >= MANY_FILES:
        try:
            import ctypes

            memmem = ctypes.CDLL(None).memmem
            memmem.restype = ctypes.c_void_p
            memmem.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t]
            return lambda data, needle: memmem(data, len(data), needle, len(needle)) is not None
        except (ImportError, AttributeError, OSError, TypeError):
            pass
    return contains


def batch_prefilter(root: str) -> Callable[[Iterable[str], Sequence[bytes]], set[str]] | None:
    """`lacking(paths, needles)`: which listed files surely have none of the needles, told by reading many of them
    into one buffer.

    It is for large trees, where what Python does for each file is most of the cost; None where the C library has no
    memmem. What is not told at a glance (a large file, an empty one, a link) is not lacking. No needle has a zero byte:
    one stands between two files.
    """
    try:
        import ctypes

        memmem = ctypes.CDLL(None).memmem
        memmem.restype = ctypes.c_void_p
        memmem.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t]
        readv, nofollow = os.readv, os.O_NOFOLLOW
    except (ImportError, AttributeError, OSError, TypeError):
        return None
    return _Batch(root, memmem, readv, OPEN | nofollow).without


class _Batch:
    """Reads many files into one buffer, and searches all of them at once."""

    def __init__(self, root: str, memmem: Callable[..., object], readv: Callable[..., int], flags: int) -> None:
        import ctypes

        self.buffer = bytearray(2 * GLANCE)
        self.address = ctypes.addressof((ctypes.c_char * len(self.buffer)).from_buffer(self.buffer))
        self.view = memoryview(self.buffer)
        self.above, self.memmem, self.readv, self.flags = root + "/", memmem, readv, flags

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
        """Read the beginning of a file into the buffer; return how many bytes, 0 where it cannot be read."""
        try:
            descriptor = os.open(self.above + path, self.flags)
        except (OSError, ValueError):
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
    """Of the files that lie in the buffer, those that lack the needles: mostly all of them."""
    all_lack = not read or lacks(read[0][1], read[-1][2], needles)
    return (path for path, start, end in read if all_lack or lacks(start, end, needles))
