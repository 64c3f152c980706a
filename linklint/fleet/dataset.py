"""A data set of many exports: `facts/TABLE/day=YYYY-MM-DD/FIRST-LAST.parquet`, which DuckDB and Spark read as it is.

Each scan has a number, which is the upper half of its identifiers. A file holds many scans, so that thousands of
repositories are a few files. The table `scan` is written last: rows of a scan that is not in it do not count, so a kill
loses and doubles nothing. Of each repository the newest commit is current.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import pyarrow
import pyarrow.compute
import pyarrow.parquet

from linklint.errors import UsageError
from linklint.fleet.export import FORMAT
from linklint.fleet.reading import Incoming, Refused, exports_in, read, renumbered
from linklint.fleet.relations import BITS, Relation, identifiers, kept

MARK = "linklint-fleet.json"
PRUNING = "linklint-fleet-prune.json"  # while scans are taken out: which ones
FACTS = "facts"
BATCH = 200  # exports in one file
MAX_BATCH = 1 << 29  # bytes in one file, before they are compressed


class Added(NamedTuple):
    """What `add` did: how many exports are new, how many were known, and why others were refused, by path."""

    new: int
    known: int
    refused: Mapping[str, str]


class Dataset:
    """A data set in a directory."""

    def __init__(self, root: str, *, make: bool = False) -> None:
        """Open a data set. Raises UsageError if the directory is not one, or if its format is unknown."""
        self.root = os.path.abspath(root)
        path = os.path.join(self.root, MARK)
        if make and not os.path.lexists(path) and not any(files for _, _, files in os.walk(self.root)):
            os.makedirs(os.path.join(self.root, FACTS), exist_ok=True)
            _write(path, json.dumps({"format": FORMAT}).encode())
        try:
            with open(path, encoding="utf-8") as file:
                form = json.load(file)["format"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UsageError(f"{root} is not a data set: linklint fleet add makes one in a new directory") from error
        if form != FORMAT:
            raise UsageError(f"{root} has the format {form}, and this linklint reads {FORMAT}")

    def files(self, table: str) -> list[str]:
        """Return the files of a table, in the order of their days."""
        top = os.path.join(self.root, FACTS, table)
        found = []
        with contextlib.suppress(FileNotFoundError):
            for day in sorted(os.listdir(top)):
                with contextlib.suppress(NotADirectoryError):
                    names = sorted(os.listdir(os.path.join(top, day)))
                    found += [os.path.join(top, day, name) for name in names if name.endswith(".parquet")]
        return found

    def scans(self) -> list[dict[str, Any]]:
        """Return all scans, with their `number`, the oldest commit first."""
        rows: list[dict[str, Any]] = []
        for path in self.files("scan"):
            rows += pyarrow.parquet.read_table(path, partitioning=None).to_pylist()
        for row in rows:
            row["number"] = row["id"] >> BITS
        return sorted(rows, key=lambda row: (row["committed_at"] or "", row["scanned_at"], row["number"]))

    def current(self, day: str | None = None) -> list[int]:
        """Return the numbers of the scans that are current, or were on a day: one for each repository."""
        scans = [row for row in self.scans() if day is None or row["scanned_at"][:10] <= day]
        return sorted({row["repository"]: row["number"] for row in scans}.values())

    def add(self, paths: Iterable[str]) -> Added:
        """Add exports. One that is known already changes nothing."""
        with self._locked():
            self._clean()
            scans = self.scans()
            known = {_key(row) for row in scans}
            # a number that was given once is not given again
            last = (int(os.path.basename(path).partition(".")[0].partition("-")[2]) for path in self.files("scan"))
            batch = _Batch(self, max((*last, *(row["number"] for row in scans)), default=0) + 1)
            refused, again = dict[str, str](), 0
            for path in (found for given in paths for found in exports_in(given)):
                try:
                    export = read(path, lambda scan: _key(scan) in known)
                except Refused as error:
                    refused[path] = str(error)
                    continue
                if export is None:
                    again += 1
                else:
                    batch.take(export)
                    known.add(_key(export.scan))
            batch.write()
            return Added(batch.count, again, refused)

    def prune(self, before: str) -> int:
        """Remove scans of days before a date that are not current. Return how many."""
        with self._locked():
            self._clean()
            current = set(self.current())
            gone = {row["number"] for row in self.scans() if row["scanned_at"][:10] < before} - current
            _write(os.path.join(self.root, PRUNING), json.dumps({"before": before, "gone": sorted(gone)}).encode())
            self._finish_prune()
            return len(gone)

    def _finish_prune(self) -> None:
        """Do what `PRUNING` says, which may be left from a killed process, and remove it."""
        try:
            with open(os.path.join(self.root, PRUNING), encoding="utf-8") as file:
                asked = json.load(file)
        except FileNotFoundError:
            return
        # the table scan first: what is not in it does not count
        for name, relation in sorted(kept().items(), key=lambda item: item[0] != "scan"):
            for path in self.files(name):
                if os.path.basename(os.path.dirname(path)) < f"day={asked['before']}":
                    self._take_out(path, relation, set(asked["gone"]))
        os.unlink(os.path.join(self.root, PRUNING))

    def _take_out(self, path: str, relation: Relation, gone: set[int]) -> None:
        table = pyarrow.parquet.read_table(path, partitioning=None)
        found = pyarrow.compute.coalesce(*(table[column] for column in identifiers(relation)))
        numbers = pyarrow.compute.shift_right(found, BITS)
        stays = pyarrow.compute.invert(pyarrow.compute.is_in(numbers, pyarrow.array(sorted(gone), pyarrow.int64())))
        left = table.filter(stays)
        if left.num_rows == table.num_rows:
            return
        if left.num_rows:
            _write(path, _parquet([left]))
        else:
            os.unlink(path)

    def write(self, name: str, day: str, file: str, pieces: list[pyarrow.Table]) -> None:
        """Write a file of a table."""
        directory = os.path.join(self.root, FACTS, name, f"day={day}")
        os.makedirs(directory, exist_ok=True)
        _write(os.path.join(directory, file), _parquet(pieces))

    def _clean(self) -> None:
        """Finish a prune, and remove what a killed `add` has left: files of tables whose scans were not written."""
        self._finish_prune()
        written = {tuple(path.split(os.sep)[-2:]) for path in self.files("scan")}  # day and name
        for name in kept():
            for path in self.files(name):
                if tuple(path.split(os.sep)[-2:]) not in written:
                    os.unlink(path)
            for directory, _, files in os.walk(os.path.join(self.root, FACTS, name)):
                for file in files:
                    if file.endswith(".tmp"):
                        os.unlink(os.path.join(directory, file))

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the data set alone. Raises UsageError if another process does."""
        with open(os.path.join(self.root, MARK), "rb+") as file:
            try:
                import fcntl

                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except ImportError:
                pass  # Windows
            except OSError as error:
                raise UsageError(f"another process changes {self.root}") from error
            yield


class _Batch:
    """Exports that become one file of each table and day."""

    def __init__(self, dataset: Dataset, number: int) -> None:
        self.dataset = dataset
        self.number = number
        self.count = 0
        self._first = number
        self._days: dict[str, dict[str, list[pyarrow.Table]]] = defaultdict(lambda: defaultdict(list))
        self._bytes = 0

    def take(self, export: Incoming) -> None:
        """Take an export, and write all of them if there are enough."""
        day = str(export.scan["scanned_at"])[:10]
        for name, relation in kept().items():
            table = renumbered(relation, export.tables[name], self.number)
            if table.num_rows:
                self._days[day][name].append(table)
                self._bytes += table.nbytes
        self.number += 1
        self.count += 1
        if self.number - self._first >= BATCH or self._bytes > MAX_BATCH:
            self.write()

    def write(self) -> None:
        """Write the exports that are taken, the scans last."""
        file = f"{self._first:010}-{self.number - 1:010}.parquet"
        for day, tables in self._days.items():
            for name in sorted(tables, key=lambda name: name == "scan"):
                self.dataset.write(name, day, file, tables[name])
        self._first, self._bytes = self.number, 0
        self._days.clear()


def _key(scan: Mapping[str, Any]) -> tuple[Any, ...]:
    return scan["repository"], scan["commit_id"], scan["scanned_at"], scan["linklint"]


def _parquet(pieces: list[pyarrow.Table]) -> bytes:
    out = pyarrow.BufferOutputStream()
    pyarrow.parquet.write_table(pyarrow.concat_tables(pieces), out, compression="zstd")
    return bytes(out.getvalue())


def _write(path: str, data: bytes) -> None:
    """Write a file whole: what a kill leaves ends with .tmp."""
    with open(f"{path}.tmp", "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(f"{path}.tmp", path)
