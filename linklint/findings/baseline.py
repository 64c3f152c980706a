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
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any, NamedTuple

from linklint.config.model import SEVERITIES
from linklint.errors import ConfigError
from linklint.findings.finding import Finding, Suppression

MAX_SIZE = 20_000_000
VERSION = 1
ALIKE = 0.5  # the share of common findings from which on a new file is an old one under another name
UNSEPARATED = re.compile(r"\}(\s*\n\s*\{)")  # what a merge leaves where both sides had a last line


class BaselineEntry(NamedTuple):
    """A finding as a baseline remembers it; the path is seen from the root of the repository."""

    identity: str
    rule: str
    severity: str
    path: str
    message: str


class BaselineScope(NamedTuple):
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


@dataclass(frozen=True)
class BaselineComparison:
    """What a scan found of a baseline.

    `new` are the shown findings that it does not hold, `suppressed` those that it holds. Of its entries, `left` are
    still found, `fixed` are not any more, `elsewhere` are those of rules and files that were not looked at.
    """

    path: str
    entries: tuple[BaselineEntry, ...]
    new: list[Finding]
    suppressed: list[Finding]
    left: list[BaselineEntry]
    fixed: list[BaselineEntry]
    elsewhere: list[BaselineEntry]

    def prune(self) -> BaselineComparison:
        """Take out of the file what is fixed. Raises ConfigError."""
        write(self.path, (Counter(self.entries) - Counter(self.fixed)).elements())
        return replace(self, fixed=[])


@dataclass(frozen=True)
class Baseline:
    """The entries of a file."""

    path: str
    entries: tuple[BaselineEntry, ...] = ()

    def compare(self, scope: BaselineScope, shown: Iterable[Finding]) -> BaselineComparison:
        """Compare the entries with what a scan found."""
        moved = self._moved(scope)
        held: dict[tuple[str, str], list[BaselineEntry]] = defaultdict(list)
        for entry in self.entries:
            held[entry.identity, moved.get(entry.path, entry.path)].append(entry)
        found = BaselineComparison(self.path, self.entries, [], [], [], [], [])
        count = Counter((finding.identity, scope.place(finding.path)) for finding in scope.findings)
        for key, entries in held.items():
            for number, entry in enumerate(entries):
                looked_at = entry.rule in scope.rules and scope.covered(entry.path)
                (found.left if number < count[key] else found.fixed if looked_at else found.elsewhere).append(entry)
        # A finding that is only possible is in no baseline: it takes no entry first.
        for finding in sorted(shown, key=lambda finding: finding.confidence == "possible"):
            entries = held.get((finding.identity, scope.place(finding.path)), [])
            worst = SEVERITIES.index(finding.rule_severity)
            fitting = [entry for entry in entries if SEVERITIES.index(entry.severity) <= worst]
            if fitting:
                entries.remove(max(fitting, key=lambda entry: SEVERITIES.index(entry.severity)))
                reason = f"listed in {os.path.basename(self.path)}"
                found.suppressed.append(replace(finding, suppression=Suppression("baseline", reason)))
            else:
                found.new.append(finding)
        return found

    def _moved(self, scope: BaselineScope) -> dict[str, str]:
        """Where files have gone that are no longer there: to one of which the baseline knows nothing, and which
        holds most of the same, and little else.
        """
        paths = {entry.path for entry in self.entries}
        vanished = {path for path in paths if scope.gone(path)}
        if not vanished:
            return {}
        there: dict[str, Counter[str]] = defaultdict(Counter)
        for finding in scope.findings:
            place = scope.place(finding.path)
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


def _tail(one: str, other: str) -> int:
    """How many names two paths have in common, from the last on, and how many of the letters before."""
    names = zip(reversed(one.split("/")), reversed(other.split("/")))
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], names))


def read(path: str) -> Baseline:
    """Read a baseline.  Raises BadConfig."""
    try:
        if not os.path.isfile(path) and os.path.exists(path):
            raise ConfigError(f"{path}: not a regular file")
        if os.stat(path).st_size > MAX_SIZE:
            raise ConfigError(f"{path}: larger than {MAX_SIZE // 1_000_000} MB")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        if "\n<<<<<<<" in text:
            raise ConfigError(f"{path}: the file has merge conflict markers: keep the lines of both sides")
        data: Any = json.loads(UNSEPARATED.sub(r"},\1", text))
        if data["version"] != VERSION:
            raise ConfigError(
                f"{path}: the baseline has version {data['version']}; this linklint reads version {VERSION}"
            )
        entries = [BaselineEntry(*(str(entry[name]) for name in BaselineEntry._fields)) for entry in data["baseline"]]
        if any(entry.severity not in SEVERITIES for entry in entries):
            raise ValueError
        return Baseline(path, tuple(entries))
    except ConfigError:
        raise
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}; create it with linklint scan --write-baseline") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ConfigError(f"{path}: not a baseline; delete it and run linklint scan --write-baseline") from error


def entries_of(findings: Iterable[Finding], place: Callable[[str], str]) -> list[BaselineEntry]:
    """The entries of some findings; `place` makes of a path the one that is seen from the root of the repository."""
    return [BaselineEntry(f.identity, f.rule, f.rule_severity, place(f.path), f.message) for f in findings]


def write(path: str, entries: Iterable[BaselineEntry]) -> None:
    """Write a baseline.  Raises BadConfig."""
    lines = [
        json.dumps(entry._asdict())
        for entry in sorted(entries, key=lambda entry: (entry.path, entry.rule, entry.identity, entry))
    ]
    if os.path.lexists(path) and not os.path.isfile(path):
        raise ConfigError(f"{path}: not a regular file")
    text = f'{{"version": {VERSION}, "baseline": [\n' + ",\n".join(lines) + "\n]}\n"
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise ConfigError(f"cannot write {path}: {error.strerror}") from error
