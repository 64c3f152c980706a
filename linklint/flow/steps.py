"""Scopes, and the order of the steps in them."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

from linklint.context import ExtractionContext
from linklint.docker.names import canonical, how_named
from linklint.facts.schema import Scope, Step
from linklint.flow.branches import Flow
from linklint.text.source import Span
from linklint.text.word import Word


class ScopeKind(Protocol):
    """What a scope takes from the kind of its file."""

    @property
    def name(self) -> str: ...
    @property
    def is_example(self) -> bool: ...
    @property
    def on_host(self) -> bool: ...
    @property
    def is_project(self) -> bool: ...
    @property
    def is_pipeline(self) -> bool: ...


class PlainScope(NamedTuple):
    """The kind of a scope that is not a whole file, such as a heredoc."""

    name: str
    is_example: bool = False
    on_host: bool = False
    is_project: bool = False
    is_pipeline: bool = False


def add_scope(
    context: ExtractionContext, span: Span, kind: ScopeKind, name: str, host: str = "", *, complete: bool = False
) -> int:
    """Add a scope, with the flags of its kind."""
    return context.add(
        Scope(
            span,
            kind=kind.name,
            name=name,
            host=host,
            complete=int(complete),
            is_example=int(kind.is_example),
            on_host=int(kind.on_host),
            is_project=int(kind.is_project),
            is_pipeline=int(kind.is_pipeline),
        )
    )


class StepRecorder:
    """Orders the steps of one script, and creates its scopes (one per host, when first needed)."""

    def __init__(self, context: ExtractionContext, span: Span, kind: ScopeKind, name: str) -> None:
        self.context = context
        self.span = span
        self.kind = kind
        self.name = name
        self._scopes: dict[str, int] = {}
        self.seq = 0

    def scope(self, host: str = "") -> int:
        """Return the scope of a host."""
        if host not in self._scopes:
            self._scopes[host] = add_scope(self.context, self.span, self.kind, self.name, host)
        return self._scopes[host]

    def next(self) -> int:
        """Return the number of the next step."""
        self.seq += 1
        return self.seq


class StatementContext(Protocol):
    """Where a statement is: what the interpreter knows about the way to it.

    In a `document`, readers may have to fill in words; `is_fragment`: a program builds the command from parts;
    `guarded`: the script expects that the command may fail.
    """

    context: ExtractionContext
    directory: str
    document: bool
    flow: Flow
    background: bool
    guarded: bool
    call_id: int | None
    is_fragment: bool
    seen: dict[tuple[object, ...], int]

    def scope(self, host: str) -> int: ...
    def next(self) -> int: ...
    def paths(self, word: Word) -> list[str]: ...


class CreatedContainer:
    """The container that a statement creates, and whose ID it prints."""

    __slots__ = ("container", "name")

    def __init__(self, container: int | None, name: str | None) -> None:
        self.container = container
        self.name = name


def add_step(place: StatementContext, span: Span, verb: str, word: Word | None = None, **columns: Any) -> int:
    """Add a step on the branches that lead to it, and return its number.

    `word` names the container, network or image; `columns` are other columns of `Step`, of which `scope` is required.
    """
    given: dict[str, Any] = {"seq": place.next(), "verb": verb, "background": int(place.background)}
    given["guarded"] = int(place.guarded)
    if word is not None:
        given |= {"name": canonical(word.string), "name_span": word.span}
    number = place.context.add(Step(span, **{**given, "name_how": how_named(word), "call": place.call_id, **columns}))
    place.flow.record(span, number)
    return number
