"""Asks a question of many files in two processes: most files of a tree concern nobody here, and only reading them tells.

The answers of a child that fails are asked again; where no child can be had, all are asked here.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence, Set

MANY = 4000
Keep = Callable[[Sequence[str]], Set[str]]


def kept(paths: Sequence[str], keep: Keep) -> set[str]:
    """The paths that are kept, as `keep` says of parts of them.  `keep` must not change anything that the caller goes on with."""
    middle = len(paths) // 2 if len(paths) >= MANY and _may_fork() else len(paths)
    here, there = paths[:middle], paths[middle:]
    child = _ask(there, keep) if there else None
    found = set(keep(here))
    answers = _answers(*child) if child is not None else b""
    if len(answers) == len(there):
        found.update(path for path, answer in zip(there, answers) if answer == 49)
    else:
        found |= keep(there)
    return found


def _may_fork() -> bool:
    return hasattr(os, "fork") and (os.cpu_count() or 1) > 1 and threading.active_count() == 1


def _ask(paths: Sequence[str], keep: Keep) -> tuple[int, int] | None:
    """(process, pipe) of a child that writes 1 or 0 for each path."""
    try:
        reader, writer = os.pipe()
        child = os.fork()
    except OSError:
        return None
    if child:
        os.close(writer)
        return child, reader
    status = 1
    try:
        os.close(reader)
        found = keep(paths)
        answer = b"".join(b"1" if path in found else b"0" for path in paths)
        while answer:
            answer = answer[os.write(writer, answer) :]
        status = 0
    finally:
        os._exit(status)


def _answers(child: int, reader: int) -> bytes:
    with os.fdopen(reader, "rb") as pipe:
        answer = pipe.read()
    _, status = os.waitpid(child, 0)
    return answer if status == 0 else b""
