"""What every extractor gets: the collector of facts, safe access to other files, and the work limits."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from typing import Any, NoReturn

from linklint.facts.collector import FactCollector
from linklint.facts.schema import Env, Row, Unread
from linklint.files.patterns import compile_name
from linklint.secrets.variables import by_own_names
from linklint.text.confidence import CERTAIN, weakest
from linklint.text.source import Source, Span

MAX_STATEMENTS = 1000
MAX_WORK = 4_500_000
MAX_COMMANDS = 200_000
MAX_FOLLOWED = 8
ALLOWANCE = 100_000  # of a small file
ALLOWANCE_OF_CHARACTER = 60
POOL = 12_000_000
POOL_OF_FILE = 5_000  # of 7,600 roots of 51 public repositories, 57 need a pool, together 31 million
ROW = 150  # the work of a row
COMMAND = 60  # the work of a command of a shell
DEPTH = 5  # the work of a branch around a command


class BudgetExceeded(Exception):
    """The work limit of a file or of the scan is exceeded."""


class Pool:
    """The work that the files of a scan share."""

    __slots__ = ("left",)

    def __init__(self, files: int = 0) -> None:
        self.left = POOL + POOL_OF_FILE * files


class Budget:
    """The work left for one file: statements and containers, commands, and work (characters, words, variables)."""

    __slots__ = ("allowance", "commands", "exhausted", "followed", "left", "pool", "statements")

    def __init__(self, pool: Pool | None = None, size: int = 0) -> None:
        self.left = MAX_WORK
        self.allowance = ALLOWANCE + size * ALLOWANCE_OF_CHARACTER
        self.pool = pool or Pool()
        self.statements = self.commands = 0
        self.exhausted = False
        self.followed: dict[tuple[str, ...], int] = {}

    @property
    def why(self) -> str:
        """Which limit is exceeded."""
        if self.statements > MAX_STATEMENTS:
            return f"more than {MAX_STATEMENTS} docker statements"
        if self.pool.left < 0:
            return "the work limit of the scan is reached"
        return "the work limit of the file is reached"

    def follow(self, path: str, arguments: list[str]) -> bool:
        """Return whether a script that the file calls is read once more: with the same arguments at most twice."""
        for key in ((path,), (path, *arguments)):
            self.followed[key] = self.followed.get(key, 0) + 1
        often = self.followed[path,] > MAX_FOLLOWED or bool(arguments) and self.followed[path, *arguments] > 2
        return not often and self.left > MAX_WORK // 8 and not self.exhausted

    @contextmanager
    def half(self) -> Iterator[list[bool]]:
        """Give half of the remaining work to a part, so that the rest of the file can still be read.

        The list that it yields contains True afterwards if that was not enough.
        """
        kept, statements, commands = self.left // 2, self.statements, self.commands
        self.left -= kept
        exceeded: list[bool] = []
        try:
            yield exceeded
        except BudgetExceeded:
            exceeded.append(True)
            self.statements, self.commands = statements, commands
        finally:
            self.left = kept + max(self.left, 0)

    def spend(self, amount: int) -> None:
        """Charge work. Raises BudgetExceeded."""
        self.left -= amount
        self.allowance -= amount
        if self.allowance < 0:
            self.pool.left += max(self.allowance, -amount)
            if self.pool.left < 0:
                self.exceed()
        if self.left < 0:
            self.exceed()

    def run_command(self, depth: int) -> None:
        """Charge one command in so many branches: calls deep in the stack take longer. Raises BudgetExceeded."""
        self.spend(COMMAND + DEPTH * depth)
        self.commands += 1
        if self.commands > MAX_COMMANDS:
            self.exceed()

    def admit(self) -> None:
        """Charge one docker statement or container. Raises BudgetExceeded."""
        self.statements += 1
        if self.statements > MAX_STATEMENTS:
            self.exceed()

    def exceed(self) -> NoReturn:
        """Raise BudgetExceeded."""
        raise BudgetExceeded


Opener = Callable[[str], Source | None]


class CallRecord:
    """What the extraction of one root read of other scripts.

    `called` maps the path of a script to how it is called (`run`, `source`); `functions` are the called functions, by
    file and offset of their body.
    """

    __slots__ = ("called", "functions")

    def __init__(self) -> None:
        self.called: dict[str, set[str]] = {}
        self.functions: set[tuple[str, int]] = set()


class Meter:
    """Who pays for work: the budget of the file that is extracted, whatever other files it reads."""

    __slots__ = ("budget", "pool")

    def __init__(self, pool: Pool | None = None) -> None:
        self.pool = pool or Pool()
        self.budget = Budget(self.pool)


class ExtractionContext:
    """The extraction of one scan.

    `opener` opens a path in the tree (with `/`), or returns None: outside of the tree, missing, unreadable. `root` is
    the name of the tree's directory, after which Compose names a project. `scripts` are the paths of relevant shell
    scripts. `secret_names` are the configuration's patterns for names of secrets. `scanned` keeps scanned scripts for
    all roots. If `record` is given, it gets the docker commands of shells instead of the collector.

    Of the current root: `calls` records what it calls, `opened` which files it asked for and whether they can be read.
    `included` are files that another file includes, so they are not projects of their own. `cache` keeps parsed files.
    """

    def __init__(
        self,
        collector: FactCollector,
        opener: Opener,
        root: str = "",
        secret_names: Sequence[str] = (),
        record: Callable[..., Any] | None = None,
    ) -> None:
        self.collector = collector
        self.opener = opener
        self.root = root
        self._secret_names = [
            (not pattern.startswith("!"), compile_name(pattern.removeprefix("!"))) for pattern in reversed(secret_names)
        ]
        self._said: dict[str, bool | None] = {}  # what the patterns say about a name
        if self._secret_names:
            collector.is_named = self._is_named
        self.record = record
        self.included: set[str] = set()
        self.max_confidence = CERTAIN
        self.scripts: frozenset[str] = frozenset()
        self.calls = CallRecord()
        self.cache: dict[str, object] = {}
        self.meter = Meter()
        self.scanned: dict[str, object] = {}
        self.opened: dict[str, bool] = {}
        self._budgets: dict[str, Budget] = {}

    def for_root(self, included: Iterable[str] = ()) -> ExtractionContext:
        """Return the context of a root. It shares only what does not depend on other roots, and the pool of work."""
        found = copy(self)
        found.collector, found.calls, found.included = FactCollector(), CallRecord(), set(included)
        found.cache, found.opened, found._budgets, found.meter = {}, {}, {}, Meter(self.meter.pool)
        return found

    def with_max_confidence(self, confidence: str) -> ExtractionContext:
        """Return the same context, in which facts have at most this confidence."""
        found = copy(self)
        found.max_confidence = confidence
        return found

    def budget(self, source: Source) -> Budget:
        """Return the remaining work for a file, shared by all who read it."""
        found = self._budgets.get(source.path)
        if found is None:
            found = self._budgets[source.path] = Budget(self.meter.pool, len(source.text))
        return found

    @contextmanager
    def limited(self, source: Source) -> Iterator[None]:
        """Let a file pay for the work, and stop when its limit is exceeded. Facts until then stay."""
        before, self.meter.budget = self.meter.budget, self.budget(source)
        try:
            yield
        except BudgetExceeded:
            self.exhaust(source, source.whole().span(0, 0))
        finally:
            self.meter.budget = before

    def spend(self, amount: int) -> None:
        """Charge work to the file that is extracted. Raises BudgetExceeded."""
        self.meter.budget.spend(amount)

    def admits(self, source: Source, span: Span) -> bool:
        """Return whether one more container of a file is read. The limit is reported once."""
        budget = self.budget(source)
        if not budget.exhausted:
            try:
                budget.admit()
            except BudgetExceeded:
                self.exhaust(source, span)
        return not budget.exhausted

    def exhaust(self, source: Source, span: Span) -> None:
        """Report once that the limit of a file is exceeded. The rest of it is not read."""
        budget = self.budget(source)
        if not budget.exhausted:
            budget.exhausted = True
            self.unread(span, f"{budget.why}: the rest of the file is not read")

    def fork(self) -> int:
        """Return a new number for a fork of the control flow, shared by its arms."""
        self.collector.forks += 1
        return self.collector.forks

    def add(self, row: Row) -> int:
        """Add a fact and return its number. Raises BudgetExceeded."""
        self.meter.budget.spend(ROW)
        is_unflagged = False
        if self._secret_names and isinstance(row, Env) and (named := self._is_named(row.name)) is not None:
            secret = by_own_names(row.value, named=named, known=row.secret)
            is_unflagged = row.secret is not None and secret is None
            row = row.changed(secret=secret)
        row = row if self.max_confidence == CERTAIN else capped(row, self.max_confidence)
        number = self.collector.add(row)
        if is_unflagged:
            self.collector.unflagged.add(number)
        return number

    def _is_named(self, name: str) -> bool | None:
        """Return what the last pattern of `secret-names` that matches a name says; None if none matches."""
        if name not in self._said:
            found = (named for named, pattern in self._secret_names if pattern.match(name))
            self._said[name] = next(found, None)
        return self._said[name]

    def unread(self, span: Span, reason: str) -> None:
        """Report that something was not read, so that silence never looks like success."""
        if self.max_confidence == CERTAIN:
            self.collector.add(Unread(span, reason=reason))

    def open(self, directory: str, path: str) -> Source | None:
        """Open a file that a file in `directory` names."""
        joined = posixpath.normpath(posixpath.join(directory, path))
        if posixpath.isabs(path) or joined.startswith(".."):
            return None
        source = self.opener(joined)
        self.opened[joined] = source is not None
        return source


def capped(row: Row, confidence: str) -> Row:
    """Return the fact with at most this confidence in all its spans."""
    spans = {name: getattr(row, name) for name, is_span in type(row).spans.items() if is_span}
    changed = {
        name: span._replace(confidence=weakest(span.confidence, confidence))
        for name, span in spans.items()
        if span is not None
    }
    return row.changed(**changed)


def directory_of(path: str) -> str:
    """Return the directory of a path in the tree; empty at its root."""
    return posixpath.dirname(path)
