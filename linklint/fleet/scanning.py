"""Scan many repositories on this machine, local checkouts or bare clones, and add them to a data set."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator, Set
from concurrent.futures import ThreadPoolExecutor, as_completed
from queue import SimpleQueue
from typing import NamedTuple

from linklint.about import __version__
from linklint.errors import UsageError
from linklint.files.child import Child, ChildFailed
from linklint.files.git import Repository
from linklint.fleet.checkout import is_bare
from linklint.fleet.dataset import Dataset
from linklint.fleet.identity import Identity, identify
from linklint.fleet.scan_child import TREE

SECONDS = 900.0  # for one repository
PENDING = "pending"  # the directory of exports that are not added yet
BATCH = 50
KNOWN = "known"


class Place(NamedTuple):
    """A repository on this machine, and the name that the list gives it."""

    path: str
    name: str | None


class Scanned(NamedTuple):
    """How many repositories are new in the data set, how many had this commit already, and why others failed."""

    new: int
    known: int
    failed: dict[str, str]


def places(path: str) -> list[Place]:
    """Read a list of repositories: a path in each line, and after a tab a name. Raises UsageError."""
    try:
        with open(path, encoding="utf-8") as file:
            lines = [line.rstrip("\n") for line in file]
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {path}: {error}") from error
    found = []
    for line in lines:
        if line.strip() and not line.startswith("#"):
            place, _, name = line.partition("\t")
            found.append(Place(os.path.realpath(place.strip()), name.strip() or None))
    return found


def scan_all(dataset: Dataset, found: Iterable[Place], jobs: int) -> Scanned:
    """Scan repositories whose commit is not known yet. A scan that was killed goes on where it was."""
    pending = os.path.join(dataset.root, PENDING)
    os.makedirs(pending, exist_ok=True)
    for name in os.listdir(pending):
        if name.startswith(TREE):
            shutil.rmtree(os.path.join(pending, name), ignore_errors=True)
    new = _add(dataset, pending)
    known = {(row["repository"], row["commit_id"], row["linklint"]) for row in dataset.scans()}
    failed: dict[str, str] = {}
    had, waiting = 0, 0
    with _Scanner(pending, known, jobs) as scanner, ThreadPoolExecutor(jobs) as pool:
        tasks = {pool.submit(scanner.scan, place): place for place in dict.fromkeys(found)}
        for task in as_completed(tasks):
            place, reason = tasks[task], task.result()
            had += reason == KNOWN
            if reason not in (None, KNOWN):
                failed[place.path] = str(reason)
            waiting += reason is None
            if waiting == BATCH:
                new += _add(dataset, pending)
                waiting = 0
    return Scanned(new + _add(dataset, pending), had, failed)


class _Scanner:
    """Child processes that scan repositories, as many as jobs."""

    def __init__(self, pending: str, known: Set[tuple[str, str, str]], jobs: int) -> None:
        self.pending = pending
        self.known = known
        self._children: SimpleQueue[Child] = SimpleQueue()
        for _ in range(jobs):
            self._children.put(Child("linklint.fleet.scan_child"))

    def __enter__(self) -> _Scanner:
        return self

    def __exit__(self, *_: object) -> None:
        while not self._children.empty():
            self._children.get().end()

    def scan(self, place: Place) -> str | None:
        """Write the export of a repository. Return why it failed, `KNOWN`, or None."""
        child = self._children.get()
        try:
            return self._scan(place, child)
        except ChildFailed as error:
            return f"it takes longer than {SECONDS:g} s" if error.late else str(error)
        except Exception as error:  # of the repository, in any form
            return f"{type(error).__name__}: {error}"
        finally:
            self._children.put(child)

    def _scan(self, place: Place, child: Child) -> str | None:
        if not os.path.isdir(place.path):
            return "it is not a directory"
        bare = Repository(place.path, place.path) if is_bare(place.path) else None
        identity = identify(place.path, place.name, bare, own=place.path)
        if identity.commit and (identity.repository, identity.commit, __version__) in self.known:
            return KNOWN
        out = os.path.join(self.pending, f"{_digest(place, identity)}.sqlite")
        request = {"path": place.path, "identity": identity, "bare": bare is not None, "out": out}
        return str(child.ask(request, SECONDS).get("error", "")) or None


def _digest(place: Place, identity: Identity) -> str:
    return hashlib.sha256(os.fsencode("\0".join((place.path, *identity)))).hexdigest()[:32]


def _add(dataset: Dataset, pending: str) -> int:
    """Add the exports that are finished, and remove them."""
    finished = list(_finished(pending))
    added = dataset.add(finished)
    for path in finished:
        with contextlib.suppress(OSError):
            os.unlink(path)
    return added.new


def _finished(pending: str) -> Iterator[str]:
    for name in sorted(os.listdir(pending)):
        if name.endswith(".sqlite") and not name.startswith("."):
            yield os.path.join(pending, name)
