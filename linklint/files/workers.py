"""Do independent work in several processes, of which this one is one.

All take the next batch from one pipe until it is empty, so that none waits for the others. Work that a failed child did
not answer is done here; where a process cannot fork, all of it is. So the result never depends on the number of
processes. Answers come back as JSON.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")
MAX_BATCHES = 128  # their numbers are bytes, and fit into the smallest pipe buffer


def processes(asked: int | None) -> int:
    """Return how many processes do the work: as asked, or one for each core; 1 where it is not safe to fork."""
    threading = sys.modules.get("threading")  # not imported: there are no others
    if not hasattr(os, "fork") or threading is not None and threading.active_count() > 1:
        return 1
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(asked or cores or 1, 1)


def batches_of(items: Sequence[Item], weight: Callable[[Item], int] = lambda _: 1) -> list[list[Item]]:
    """Return the items in order, in batches of about the same weight."""
    limit = sum(map(weight, items)) // MAX_BATCHES + 1
    found: list[list[Item]] = []
    left = 0
    for item in items:
        if left <= 0 and len(found) < MAX_BATCHES:
            found.append([])
            left = limit
        found[-1].append(item)
        left -= weight(item)
    return found


def spread(
    batches: Sequence[Item],
    work: Callable[[Item], Answer],
    jobs: int,
    encode: Callable[[Answer], Any] = lambda answer: answer,
    decode: Callable[[Any], Answer] = lambda answer: answer,
) -> list[Answer]:
    """Return what `work` answers to each batch. `encode` makes of an answer what JSON can hold.

    `work` runs in several processes, so it must not change the caller's data.
    """
    if jobs < 2 or len(batches) < 2:
        return [work(batch) for batch in batches]
    queue = _queue(len(batches))
    children = [child for _ in range(jobs - 1) if (child := _child(batches, queue, work, encode)) is not None]
    answers: dict[int, Answer] = {number: work(batches[number]) for number in _taken(queue)}
    os.close(queue)
    for child in children:
        answers.update((number, decode(answer)) for number, answer in _answers(*child))
    return [answers[number] if number in answers else work(batch) for number, batch in enumerate(batches)]


def _queue(count: int) -> int:
    """Return a pipe that yields each number below a count once, to whichever process reads it."""
    reader, writer = os.pipe()
    os.write(writer, bytes(range(count)))
    os.close(writer)
    return reader


def _taken(queue: int) -> Iterator[int]:
    while number := os.read(queue, 1):
        yield number[0]


def _child(
    batches: Sequence[Item], queue: int, work: Callable[[Item], Answer], encode: Callable[[Answer], Any]
) -> tuple[int, int] | None:
    """Start a child that writes the answers to the batches that it takes. Return (process, pipe), or None."""
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
        import json  # most trees need no child

        os.close(reader)
        answers = [(number, encode(work(batches[number]))) for number in _taken(queue)]
        left = memoryview(json.dumps(answers).encode())
        while left:
            left = left[os.write(writer, left) :]
        status = 0
    finally:
        os._exit(status)


def _answers(process: int, reader: int) -> list[tuple[int, Any]]:
    """Return (number of the batch, answer) that a child wrote; nothing if it failed."""
    import json

    with os.fdopen(reader, "rb") as pipe:
        written = pipe.read()
    _, status = os.waitpid(process, 0)
    return json.loads(written) if status == 0 else []
