"""What files say, remembered in one process that reads a tree again and again.

A source that has not changed stays the same object. So what a root says holds as long as its sources, and those that it
opened, are the same objects. Which sources are the same is decided by `workspace.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from linklint.extraction import cache
from linklint.extraction.roots import UNKNOWN_WORK, Root, RootFacts

if TYPE_CHECKING:
    from linklint.context import ExtractionContext
    from linklint.extraction.cache import Status
    from linklint.text.source import Source
    from linklint.text_search.texts import TextFacts

Key = tuple[Root, frozenset[str]]


class RootMemory:
    """What roots and texts say, and the types of files that no editor has, by their status.

    `begun` is when the files were listed, in nanoseconds.
    """

    def __init__(self) -> None:
        self.begun = 0
        self.texts: dict[Source, TextFacts] = {}
        self._types: dict[str, tuple[Status, Any]] = {}
        self._known: dict[Key, tuple[RootFacts, dict[str, Any]]] = {}
        self._used: dict[Key, tuple[RootFacts, dict[str, Any]]] = {}
        self._context: ExtractionContext | None = None

    def begin(self, context: ExtractionContext) -> None:
        """Begin a run. What the last one did not use is forgotten."""
        self._context = context
        self._known, self._used = self._used, {}

    def end(self, sources: Iterable[Source]) -> None:
        """Forget the texts of other sources."""
        for source in self.texts.keys() - set(sources):
            del self.texts[source]

    def type_of(self, path: str, status: Status) -> Any:
        """Return what was noted of a file with this status. Raises KeyError."""
        known, type_ = self._types[path]
        if known != status:
            raise KeyError(path)
        return type_

    def note_type(self, path: str, status: Status, type_: Any) -> None:
        """Note the type of a file with this status."""
        if self.is_settled(status):
            self._types[path] = (status, type_)

    def is_settled(self, status: Status) -> bool:
        """Return whether a file with this status cannot change any more without another status."""
        return max(status[1:3]) < self.begun - cache.RACY

    def get(self, root: Root, included: Iterable[str] = ()) -> RootFacts | None:
        """Return what a root says, if that is known."""
        key = (root, frozenset(included))
        found = self._known.get(key)
        if found is None or any(self._state(path) != state for path, state in found[1].items()):
            return None
        self._used[key] = found
        return found[0]

    def keep(self, root: Root, facts: RootFacts | None, included: Iterable[str] = ()) -> None:
        """Remember what a root says. Of a script that only its callers need (None), the text is enough."""
        if facts is not None and facts.work != UNKNOWN_WORK:
            opened = {path: self._state(path) for path in facts.opened}
            self._used[root, frozenset(included)] = (facts, opened)

    def _state(self, path: str) -> tuple[Source | None, bool]:
        """Return what a root that opened a file knows of it."""
        assert self._context is not None
        return self._context.opener(path), path in self._context.scripts
