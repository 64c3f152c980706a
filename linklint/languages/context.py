"""What every extractor is given: the ledger that takes facts, and a safe way to files that a file names."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from linklint.docker.secrets import by_own_names
from linklint.facts.collector import FactCollector
from linklint.facts.schema import Env, InBranch, Row, Scope, Unread, columns_of
from linklint.text.source import CERTAIN, MappedText, Source, Span, weakest

if TYPE_CHECKING:
    from linklint.languages.shell.tree import Script

Opener = Callable[[str], Source | None]


MAX_STATEMENTS = 1000
MAX_WORK = 4_500_000
MAX_FOLLOWED = 8


class BudgetExceeded(Exception):
    """A file asks for more than is worked out of one."""


class Budget:
    """How much is taken of one file: docker statements and containers, commands, and work (characters, words and
    copied variables).
    """

    __slots__ = ("commands", "exhausted", "followed", "left", "statements")

    def __init__(self) -> None:
        self.left = MAX_WORK
        self.statements = self.commands = 0
        self.exhausted = False
        self.followed: dict[tuple[str, ...], int] = {}

    def follow(self, path: str, arguments: list[str]) -> bool:
        """Whether a script that the file calls is walked once more: with the same arguments twice at most."""
        for key in ((path,), (path, *arguments)):
            self.followed[key] = self.followed.get(key, 0) + 1
        often = self.followed[path,] > MAX_FOLLOWED or bool(arguments) and self.followed[path, *arguments] > 2
        return not often and self.left > MAX_WORK // 8 and not self.exhausted

    @contextmanager
    def half(self) -> Iterator[Callable[[], bool]]:
        """Half of what is left, for a part whose end is no end of the file; the answer says afterwards whether it
        was enough.
        """
        kept, statements, commands = self.left // 2, self.statements, self.commands
        self.left -= kept
        enough = True
        try:
            yield lambda: enough
        except BudgetExceeded:
            enough = False
            self.statements, self.commands = statements, commands
        finally:
            self.left = kept + max(self.left, 0)

    def spend(self, amount: int) -> None:
        """Work something out.  Raises TooMuch."""
        self.left -= amount
        if self.left < 0:
            raise BudgetExceeded

    def admit(self) -> None:
        """Take one more statement or container.  Raises TooMuch."""
        self.statements += 1
        if self.statements > MAX_STATEMENTS:
            raise BudgetExceeded


class ExtractionContext:
    """One scan's extraction.

    `opener` reads a path of the tree (with `/`), or gives None: outside of it, absent, unreadable. `root` is the name
    of the tree's own directory: Compose names a project by it. `included` are the files that a Compose project
    includes: they are no projects of their own. `scripts` are those that hold something of ours, or call one that does;
    `called` says of a script how others call it (run, source), and `walked` which functions, by file and offset,
    somebody has called. `secret_names` are patterns of variables that hold a secret, or with `!` none, as the
    configuration says.
    """

    def __init__(
        self, collector: FactCollector, opener: Opener, root: str = "", secret_names: Sequence[str] = ()
    ) -> None:
        self.collector = collector
        self.opener = opener
        self.root = root
        self.secret_names = secret_names
        self.included: set[str] = set()
        self.doubt = CERTAIN
        self.scripts: set[str] = set()
        self.called: dict[str, set[str]] = {}
        self.walked: set[tuple[str, int]] = set()
        self._scripts: dict[str, Script] = {}
        self._forks = count(1)
        self._budgets: dict[str, Budget] = {}

    def budget(self, source: Source) -> Budget:
        """What is left to take of a file, whoever takes it."""
        return self._budgets.setdefault(source.path, Budget())

    def admits(self, source: Source, span: Span) -> bool:
        """Whether one more container is taken of a file; that there are too many is said once."""
        budget = self.budget(source)
        if not budget.exhausted:
            try:
                budget.admit()
            except BudgetExceeded:
                self.exhaust(source, span)
        return not budget.exhausted

    def exhaust(self, source: Source, span: Span) -> None:
        """Say once what there is too much of; the rest of the file is passed over."""
        budget = self.budget(source)
        if not budget.exhausted:
            budget.exhausted = True
            many = budget.statements > MAX_STATEMENTS
            what = f"more than {MAX_STATEMENTS} docker statements" if many else "more than is worked out of one file"
            self.unread(span, f"{what}: the rest of the file is not read")

    def scanned(self, text: MappedText, depth: int) -> Script:
        """A whole file as a script: scanned once, however many others call it."""
        from linklint.languages.shell.scanner import scan

        path = text.source.path
        if path not in self._scripts:
            self._scripts[path] = scan(text.string, depth=depth)
        return self._scripts[path]

    def fork(self) -> int:
        """A number for a fork in the path, the same for all its arms."""
        return next(self._forks)

    def with_max_confidence(self, confidence: str) -> ExtractionContext:
        """The same reading, of which every fact is at most as sure as this."""
        found = copy(self)
        found.doubt = confidence
        return found

    def add(self, row: Row) -> int:
        """Take a fact; its id."""
        if self.secret_names and isinstance(row, Env):
            row = replace(row, secret=by_own_names(row.name, row.value, self.secret_names, row.secret))
        return self.collector.add(row if self.doubt == CERTAIN else capped(row, self.doubt))

    def unread(self, span: Span, reason: str) -> None:
        """Say that something could not be understood, so that silence is never mistaken for health."""
        if self.doubt == CERTAIN:
            self.collector.add(Unread(span, reason))

    def open(self, directory: str, path: str) -> Source | None:
        """A file that a file in `directory` names."""
        joined = posixpath.normpath(posixpath.join(directory, path))
        if posixpath.isabs(path) or joined.startswith(".."):
            return None
        return self.opener(joined)


def capped(row: Row, confidence: str) -> Row:
    """The fact with all its places at most as sure as this."""
    places = {name: getattr(row, name) for name, is_span in columns_of(type(row)).items() if is_span}
    doubted = {
        name: span._replace(confidence=weakest(span.confidence, confidence))
        for name, span in places.items()
        if span is not None
    }
    return replace(row, **doubted)


class BranchArm:
    """A way taken at a fork: what a step's `in_branch` rows are made of."""

    __slots__ = ("arm", "kind", "node")

    def __init__(self, node: int, arm: int, kind: str) -> None:
        self.node = node
        self.arm = arm
        self.kind = kind

    def row(self, span: Span, step: int) -> InBranch:
        """The fact that the step lies on this way."""
        return InBranch(span, step, self.node, self.arm, self.kind)


class StepRecorder:
    """One run of instructions: its scopes (one a host, made when first needed) and the order of its steps."""

    def __init__(self, context: ExtractionContext, span: Span, kind: str, name: str) -> None:
        self.context = context
        self.span = span
        self.kind = kind
        self.name = name
        self._scopes: dict[str, int] = {}
        self.seq = 0

    def scope(self, host: str = "") -> int:
        """The scope of a host."""
        if host not in self._scopes:
            self._scopes[host] = self.context.add(Scope(self.span, self.kind, self.name, host))
        return self._scopes[host]

    def next(self) -> int:
        """The number of the next step."""
        self.seq += 1
        return self.seq


def directory_of(path: str) -> str:
    """The directory of a path of the tree; empty at its root."""
    return posixpath.dirname(path)
