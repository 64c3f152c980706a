"""The baseline: the findings that were there when linklint came, so that only new ones are shown.

A file of JSON with a line for each, sorted, so that a difference of two versions reads well. A finding is known by its
rule and subject in its file, however many of them are alike: a line that moves, a message that is reworded and a file
that is renamed change nothing, what becomes more severe is new. What has been mended is told, and falls out with
`--prune-baseline`.
"""

from __future__ import annotations

import json
import os
import posixpath
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Set
from itertools import takewhile
from typing import Any, NamedTuple

from linklint.config.load import SEVERITIES
from linklint.errors import BadConfig
from linklint.findings.finding import Finding, Ignored

MAX_SIZE = 20_000_000
VERSION = 1
ALIKE = 0.5  # the share of common findings from which on a new file is an old one under another name
UNSEPARATED = re.compile(r"\}(\s*\n\s*\{)")  # what a merge leaves where both sides had a last line


class Entry(NamedTuple):
    """A finding as a baseline remembers it; the path is seen from the root of the repository."""

    identity: str
    rule: str
    severity: str
    path: str
    message: str


class Known(NamedTuple):
    """What a scan has to say to a baseline.

    `findings` are all, also those that are only possible or that somebody ignores; `place` makes of a path of the tree
    the one that entries have; `rules` are those that were asked; `covered` says of an entry's path that all of it would
    have been found, `gone` that there is no such file.
    """

    findings: list[Finding]
    place: Callable[[str], str]
    rules: Set[str]
    covered: Callable[[str], bool]
    gone: Callable[[str], bool]


class Baseline:
    """The entries of a file.

    `left` are those that are still found, `fixed` those that are not any more, `elsewhere` those of rules and files
    that were not looked at.
    """

    def __init__(self, path: str, entries: Iterable[Entry] = ()) -> None:
        self.path = path
        self.entries = list(entries)
        self.left: list[Entry] = []
        self.fixed: list[Entry] = []
        self.elsewhere: list[Entry] = []

    def apply(self, known: Known, shown: Iterable[Finding]) -> list[Finding]:
        """Mark those of the shown findings that it holds; the others."""
        moved = self._moved(known)
        held: dict[tuple[str, str], list[Entry]] = defaultdict(list)
        for entry in self.entries:
            held[entry.identity, moved.get(entry.path, entry.path)].append(entry)
        found = Counter((finding.identity, known.place(finding.path)) for finding in known.findings)
        for key, entries in held.items():
            for number, entry in enumerate(entries):
                looked_at = entry.rule in known.rules and known.covered(entry.path)
                (self.left if number < found[key] else self.fixed if looked_at else self.elsewhere).append(entry)
        new: list[Finding] = []
        for finding in sorted(
            shown, key=lambda finding: finding.confidence == "possible"
        ):  # which is written nowhere, and takes no entry first
            entries = held.get((finding.identity, known.place(finding.path)), [])
            worst = SEVERITIES.index(finding.weight)
            fitting = [entry for entry in entries if SEVERITIES.index(entry.severity) <= worst]
            if fitting:
                entries.remove(max(fitting, key=lambda entry: SEVERITIES.index(entry.severity)))
                finding.ignored = Ignored("baseline", f"it stands in {os.path.basename(self.path)}")
            else:
                new.append(finding)
        return new

    def _moved(self, known: Known) -> dict[str, str]:
        """Where files have gone that are no longer there: to one of which the baseline knows nothing, and which
        holds most of the same, and little else.
        """
        paths = {entry.path for entry in self.entries}
        vanished = {path for path in paths if known.gone(path)}
        if not vanished:
            return {}
        there: dict[str, Counter[str]] = defaultdict(Counter)
        for finding in known.findings:
            place = known.place(finding.path)
            if finding.confidence != "possible" and place not in paths:
                there[place][finding.identity] += 1
        had: dict[str, Counter[str]] = defaultdict(Counter)
        for entry in self.entries:
            if entry.path in vanished:
                had[entry.path][entry.identity] += 1
        pairs: list[tuple[float, int, int, str, str]] = []
        for path in sorted(vanished):
            for place, has in there.items():
                common = (has & had[path]).total()
                share = common / (has | had[path]).total()
                named = posixpath.basename(path) == posixpath.basename(place)
                if share >= ALIKE or common and named and has <= had[path]:
                    pairs.append((share, _tail(path, place), common, path, place))
        moved: dict[str, str] = {}
        for _, _, _, path, place in sorted(pairs, reverse=True):
            if path not in moved and place not in moved.values():
                moved[path] = place
        return moved

    def prune(self) -> None:
        """Take out of the file what is fixed.  Raises BadConfig."""
        gone = Counter(self.fixed)
        kept = Counter(self.entries) - gone
        write(self.path, kept.elements())


def _tail(one: str, other: str) -> int:
    """How many names two paths have in common, from the last on, and how many of the letters before."""
    names = zip(reversed(one.split("/")), reversed(other.split("/")))
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], names))


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
        data: Any = json.loads(UNSEPARATED.sub(r"},\1", text))
        if data["version"] != VERSION:
            raise BadConfig(
                f"{path}: it is a baseline of version {data['version']}; this linklint knows version {VERSION}"
            )
        entries = [Entry(*(str(entry[name]) for name in Entry._fields)) for entry in data["baseline"]]
        if any(entry.severity not in SEVERITIES for entry in entries):
            raise ValueError
        return Baseline(path, entries)
    except BadConfig:
        raise
    except OSError as error:
        raise BadConfig(f"{path}: {error.strerror}; linklint scan --write-baseline makes one") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadConfig(f"{path}: it is no baseline: without it, linklint scan --write-baseline makes one") from error


def entries_of(findings: Iterable[Finding], place: Callable[[str], str]) -> list[Entry]:
    """The entries of some findings; `place` makes of a path the one that is seen from the root of the repository."""
    return [Entry(f.identity, f.rule, f.weight, place(f.path), f.message) for f in findings]


def write(path: str, entries: Iterable[Entry]) -> None:
    """Write a baseline.  Raises BadConfig."""
    lines = [
        json.dumps(entry._asdict())
        for entry in sorted(entries, key=lambda entry: (entry.path, entry.rule, entry.identity, entry))
    ]
    if os.path.lexists(path) and not os.path.isfile(path):
        raise BadConfig(f"{path}: it is no regular file")
    text = f'{{"version": {VERSION}, "baseline": [\n' + ",\n".join(lines) + "\n]}\n"
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise BadConfig(f"{path} cannot be written: {error.strerror}") from error
