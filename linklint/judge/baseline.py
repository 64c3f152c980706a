"""The baseline: the findings that were there when linklint came, by their fingerprints, so that only new ones are shown.

A file of JSON with a line for each, sorted, so that a difference of two versions reads well.  A line that moves and a message that is
reworded change nothing; what has been mended is told, and falls out with `--prune-baseline`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Set
from typing import Any, NamedTuple

from linklint.errors import BadConfig
from linklint.judge.finding import Finding, Ignored

MAX_SIZE = 20_000_000


class Entry(NamedTuple):
    """A finding as a baseline remembers it; the path is seen from the root of the repository."""

    fingerprint: str
    rule: str
    path: str
    message: str


class Baseline:
    """The entries of a file.

    `left` are those that are still found, `fixed` those that are not any more, `elsewhere` those of rules and files that were not looked at.
    """

    def __init__(self, path: str, entries: Iterable[Entry] = ()) -> None:
        self.path = path
        self.entries = list(entries)
        self.left: list[Entry] = []
        self.fixed: list[Entry] = []
        self.elsewhere: list[Entry] = []

    def apply(
        self, findings: Iterable[Finding], shown: Iterable[Finding], rules: Set[str], covered: Callable[[str], bool]
    ) -> list[Finding]:
        """Mark those of the shown findings that it holds; the others.

        `findings` are all, also those that are only possible; `covered` says of an entry's path that all of it would have been found.
        """
        known = {entry.fingerprint for entry in self.entries}
        found = {finding.fingerprint for finding in findings}
        for entry in self.entries:
            here = entry.rule in rules and covered(entry.path)
            (self.left if entry.fingerprint in found else self.fixed if here else self.elsewhere).append(entry)
        new: list[Finding] = []
        for finding in shown:
            if finding.fingerprint in known:
                finding.ignored = Ignored("baseline", f"it stands in {os.path.basename(self.path)}")
            else:
                new.append(finding)
        return new

    def prune(self) -> None:
        """Take out of the file what is fixed.  Raises BadConfig."""
        gone = set(self.fixed)
        write(self.path, [entry for entry in self.entries if entry not in gone])


def read(path: str) -> Baseline:
    """Read a baseline.  Raises BadConfig."""
    try:
        if not os.path.isfile(path) and os.path.exists(path):
            raise BadConfig(f"{path}: it is no regular file")
        if os.stat(path).st_size > MAX_SIZE:
            raise BadConfig(f"{path}: it is larger than {MAX_SIZE // 1_000_000} MB")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        if "\n<<<<<<<" in text:
            raise BadConfig(f"{path}: a merge has left its marks in it: keep the lines of both sides")
        data: Any = json.loads(text)
        if data["version"] != 1:
            raise BadConfig(f"{path}: it is a baseline of version {data['version']}; this linklint knows version 1")
        return Baseline(path, [Entry(*(str(entry[name]) for name in Entry._fields)) for entry in data["findings"]])
    except BadConfig:
        raise
    except OSError as error:
        raise BadConfig(f"{path}: {error.strerror}; linklint scan --write-baseline makes one") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadConfig(f"{path}: it is no baseline: without it, linklint scan --write-baseline makes one") from error


def entries_of(findings: Iterable[Finding], place: Callable[[str], str]) -> list[Entry]:
    """The entries of some findings; `place` makes of a path the one that is seen from the root of the repository."""
    return [Entry(f.fingerprint, f.rule, place(f.path), f.message) for f in findings]


def write(path: str, entries: Iterable[Entry]) -> None:
    """Write a baseline.  Raises BadConfig."""
    lines = [json.dumps(entry._asdict()) for entry in sorted(set(entries), key=lambda entry: (entry.path, entry.rule, entry.fingerprint))]
    if os.path.lexists(path) and not os.path.isfile(path):
        raise BadConfig(f"{path}: it is no regular file")
    text = '{"version": 1, "findings": [\n' + ",\n".join(lines) + "\n]}\n"
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise BadConfig(f"{path} cannot be written: {error.strerror}") from error
