"""The baseline: a file of known findings, so that only new ones are reported.

The file is sorted JSON, one line per finding, so that its diffs are readable. A finding is known by its rule and
subject in its file, and by how many there are. Moved lines, reworded messages and renamed files change nothing; a
finding that becomes more severe is new. Fixed entries are reported, and removed with `--prune-baseline`.
"""

from __future__ import annotations

import json
import os
import posixpath
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Set
from itertools import takewhile
from typing import Any, NamedTuple

from linklint.config.model import SEVERITIES
from linklint.errors import ConfigError
from linklint.files.paths import read_named
from linklint.files.root import UnreadableFile
from linklint.files.writing import write_report
from linklint.findings.finding import Finding, Suppression
from linklint.text.regex import lazy_compile

MAX_SIZE = 20_000_000
VERSION = 1
ALIKE = 0.5  # the share of common findings that makes a new file the renamed old one
UNSEPARATED = lazy_compile(r"\}(\s*\n\s*\{)")  # left by a merge if both sides had a last line


class BaselineEntry(NamedTuple):
    """A finding in the baseline. Its path is relative to the root of the repository.

    An entry whose `confidence` is `possible` covers only possible findings; for others it is empty.
    """

    identity: str
    rule: str
    severity: str
    path: str
    message: str
    confidence: str = ""

    def covers(self, finding: Finding) -> bool:
        """Return whether a finding is no more severe and no more certain than this one."""
        worse = SEVERITIES.index(self.severity) > SEVERITIES.index(finding.rule_severity)
        return not worse and (self.confidence != "possible" or finding.confidence == "possible")


class BaselineScope(NamedTuple):
    """What a scan covers, for a comparison with a baseline.

    `findings` are all findings, also possible and suppressed ones; `place` maps a path in the tree to the path in
    entries; `rules` were evaluated; `covered` returns whether everything at an entry's path was scanned, `gone` whether
    the file no longer exists.
    """

    findings: list[Finding]
    place: Callable[[str], str]
    rules: Set[str]
    covered: Callable[[str], bool]
    gone: Callable[[str], bool]


class BaselineComparison(NamedTuple):
    """The result of comparing a scan with a baseline.

    `new` are reported findings that it does not contain, `suppressed` those that it contains. Of its entries, `left`
    are still found, `fixed` are no longer found, `elsewhere` belong to rules and files that were not scanned.
    """

    path: str
    entries: tuple[BaselineEntry, ...]
    new: list[Finding]
    suppressed: list[Finding]
    left: list[BaselineEntry]
    fixed: list[BaselineEntry]
    elsewhere: list[BaselineEntry]

    def prune(self) -> BaselineComparison:
        """Remove fixed entries from the file. Raises UsageError."""
        write(self.path, (Counter(self.entries) - Counter(self.fixed)).elements())
        return self._replace(fixed=[])


class Baseline(NamedTuple):
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
        # Possible findings must not use up the entry of another.
        for finding in sorted(shown, key=lambda finding: finding.confidence == "possible"):
            entries = held.get((finding.identity, scope.place(finding.path)), [])
            fitting = [entry for entry in entries if entry.covers(finding)]
            if fitting:
                entries.remove(max(fitting, key=lambda entry: (entry.confidence, SEVERITIES.index(entry.severity))))
                reason = f"listed in {os.path.basename(self.path)}"
                found.suppressed.append(finding._replace(suppression=Suppression("baseline", reason)))
            else:
                found.new.append(finding)
        return found

    def _moved(self, scope: BaselineScope) -> dict[str, str]:
        """Return where missing files have moved: to a file without entries that has most of the same findings and few
        others.
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
    """Return how many trailing names two paths share, and how many characters before them."""
    names = zip(reversed(one.split("/")), reversed(other.split("/")))
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], names))


def read(path: str) -> Baseline:
    """Read a baseline. Raises ConfigError."""
    try:
        text = read_named(path, MAX_SIZE).decode("utf-8")
        if "\n<<<<<<<" in text:
            raise ConfigError(f"{path}: the file has merge conflict markers: keep the lines of both sides")
        data: Any = json.loads(UNSEPARATED.sub(r"},\1", text))
        if data["version"] != VERSION:
            raise ConfigError(
                f"{path}: the baseline has version {data['version']}; this linklint reads version {VERSION}"
            )
        needed = BaselineEntry._fields[:-1]
        entries = [
            BaselineEntry._make([*(str(entry[name]) for name in needed), str(entry.get("confidence", ""))])
            for entry in data["baseline"]
        ]
        if any(entry.severity not in SEVERITIES for entry in entries):
            raise ValueError
        return Baseline(path, tuple(entries))
    except ConfigError:
        raise
    except UnreadableFile as error:
        raise ConfigError(f"{path}: {error}; create it with linklint scan --write-baseline") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ConfigError(f"{path}: not a baseline; delete it and run linklint scan --write-baseline") from error


def entries_of(findings: Iterable[Finding], place: Callable[[str], str]) -> list[BaselineEntry]:
    """Return the entries of some findings; `place` maps a path to one relative to the root of the repository."""
    return [
        BaselineEntry(
            f.identity,
            f.rule,
            f.rule_severity,
            place(f.path),
            f.message,
            f.confidence if f.confidence == "possible" else "",
        )
        for f in findings
    ]


def write(path: str, entries: Iterable[BaselineEntry]) -> None:
    """Write a baseline. Raises UsageError."""
    lines = [
        json.dumps({key: value for key, value in entry._asdict().items() if value or key != "confidence"})
        for entry in sorted(entries, key=lambda entry: (entry.path, entry.rule, entry.identity, entry))
    ]
    text = f'{{"version": {VERSION}, "baseline": [\n' + ",\n".join(lines) + "\n]}\n"
    write_report(path, text.encode())
