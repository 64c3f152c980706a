"""The branches on the way to a statement, and what is known where they meet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple, TypeVar

from linklint.context import ExtractionContext
from linklint.facts.schema import InBranch
from linklint.text.source import Span

Known = TypeVar("Known")


class BranchArm(NamedTuple):
    """An arm of a fork of the control flow; `kind` is that of `in_branch`."""

    fork: int
    arm: int
    kind: str


class Flow:
    """The branch arms around a statement, outermost first."""

    __slots__ = ("_arms", "_context")

    def __init__(self, context: ExtractionContext, arms: Sequence[BranchArm] = ()) -> None:
        self._context = context
        self._arms = list(arms)

    def copy(self) -> Flow:
        """Return a copy: entering and leaving arms of the copy does not change this flow."""
        return Flow(self._context, self._arms)

    @property
    def depth(self) -> int:
        """The number of arms around the statement."""
        return len(self._arms)

    def fork(self) -> int:
        """Return the number of a new fork, for the arms that exclude each other."""
        return self._context.fork()

    def enter(self, kind: str, arm: int = 0, fork: int | None = None) -> int:
        """Enter an arm until the enclosing part ends; without a fork, of a new one. Return the fork."""
        fork = self.fork() if fork is None else fork
        self._arms.append(BranchArm(fork, arm, kind))
        return fork

    def leave(self, depth: int) -> None:
        """Leave the arms that were entered after this depth."""
        del self._arms[depth:]

    @contextmanager
    def part(self) -> Iterator[None]:
        """Leave, at the end of the block, the arms that were entered in it."""
        depth = self.depth
        try:
            yield
        finally:
            self.leave(depth)

    @contextmanager
    def arm(self, fork: int, arm: int, kind: str) -> Iterator[None]:
        """Enter an arm of a fork for the block."""
        with self.part():
            self.enter(kind, arm, fork)
            yield

    def record(self, span: Span, step: int) -> None:
        """Record on which arms a step is. Raises BudgetExceeded."""
        for fork, arm, kind in self._arms:
            self._context.add(InBranch(span, step=step, node=fork, arm=arm, kind=kind))


def meet(arms: Sequence[Mapping[str, Known]], join: Callable[[list[Known | None]], Known | None]) -> dict[str, Known]:
    """Return the values by name that are known where several ways meet.

    `join` returns what is known of a name whose values differ (None: one way does not have it), None for nothing.
    """
    first, *others = arms
    met = dict(first)
    changed: set[str] = set()
    for other in others:
        get = other.get
        changed.update(name for name, value in first.items() if get(name) is not value)
        changed.update(other.keys() - first.keys())
    for name in changed:
        joined = join([arm.get(name) for arm in arms])
        if joined is None:
            met.pop(name, None)
        else:
            met[name] = joined
    return met
