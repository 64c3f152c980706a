"""The order and the branches of steps: which come before which, and which exclude each other."""

from __future__ import annotations

from linklint.facts.schema import InBranch, Scope
from linklint.languages.context import ExtractionContext
from linklint.text.source import Span


class BranchArm:
    """An arm taken at a fork: what a step's `in_branch` rows are made of."""

    __slots__ = ("arm", "kind", "node")

    def __init__(self, node: int, arm: int, kind: str) -> None:
        self.node = node
        self.arm = arm
        self.kind = kind

    def row(self, span: Span, step: int) -> InBranch:
        """Return the fact that a step lies on this arm."""
        return InBranch(span, step=step, node=self.node, arm=self.arm, kind=self.kind)


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
        """Return the scope of a host."""
        if host not in self._scopes:
            self._scopes[host] = self.context.add(Scope(self.span, kind=self.kind, name=self.name, host=host))
        return self._scopes[host]

    def next(self) -> int:
        """Return the number of the next step."""
        self.seq += 1
        return self.seq
