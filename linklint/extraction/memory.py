"""What is kept from one run to the next: on disk, or in a process that stays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Protocol

from linklint.extraction import cache
from linklint.extraction.roots import UNKNOWN_WORK, Root, RootFacts, decoded, encoded
from linklint.text_search.texts import TextFacts

if TYPE_CHECKING:
    from linklint.context import ExtractionContext
    from linklint.extraction.cache import Cache, Status
    from linklint.text.source import Source

Key = tuple[Root, frozenset[str]]


class Memory(Protocol):
    """What a run asks, and tells, of earlier and later ones. `texts` is what the texts of sources say."""

    texts: dict[Source, TextFacts]
    prefixes: dict[str, tuple[Status, frozenset[bytes]]]  # of names in files that were passed over

    def begin(self, context: ExtractionContext, secret_names: Sequence[str]) -> None: ...
    def type_of(self, path: str, status: Status) -> Any: ...
    def note_type(self, path: str, status: Status, type_: Any) -> None: ...
    def get(self, root: Root, included: Iterable[str] = ()) -> RootFacts | None: ...
    def keep(self, root: Root, facts: RootFacts | None, included: Iterable[str] = ()) -> None: ...


class DiskMemory:
    """What roots say, kept on disk from one run to the next.

    An entry counts only for the same contents of the root's files, and of all files that it opened; both are read and
    compared each time. So the entry of a file that changed and changed back is right again, and no clock matters.
    """

    def __init__(self, cache: Cache) -> None:
        self.cache = cache
        self.texts: dict[Source, TextFacts] = {}
        self.prefixes: dict[str, tuple[Status, frozenset[bytes]]] = {}
        self.type_of, self.note_type, self.save = cache.type_of, cache.note_type, cache.save
        self._digests: dict[Source, str] = {}

    def begin(self, context: ExtractionContext, secret_names: Sequence[str]) -> None:
        """Begin a run; `secret_names` is that of the configuration."""
        self.context, self.secret_names = context, list(secret_names)

    def get(self, root: Root, included: Iterable[str] = ()) -> RootFacts | None:
        """Return what a root says, if that is known; learn what its texts say."""
        entry = self.cache.get(self._parts(root, included))
        if entry is None:
            return None
        facts, opened, texts = entry
        self.texts.update((source, TextFacts(*text)) for source, text in zip(root.sources, texts, strict=True))
        if facts is None or any(self._state(path) != state for path, state in opened.items()):
            return None
        return decoded(facts, self.context)

    def keep(self, root: Root, facts: RootFacts | None, included: Iterable[str] = ()) -> None:
        """Keep what a root says, before its facts get other numbers; None for a script that only its callers need."""
        if facts is not None and facts.work == UNKNOWN_WORK:
            facts = None
        opened = {path: self._state(path) for path in facts.opened} if facts is not None else {}
        texts = [list(self.texts[source]) for source in root.sources]
        self.cache.put(self._parts(root, included), [facts and encoded(facts), opened, texts])

    def _parts(self, root: Root, included: Iterable[str]) -> dict[str, Any]:
        return {
            "kind": root.kind,
            "files": [[source.path, self._digest(source)] for source in root.sources],
            "functions": None if root.functions is None else sorted(root.functions),
            "included": sorted(included),
            "secret-names": self.secret_names,
        }

    def _digest(self, source: Source) -> str:
        if source not in self._digests:
            text = source.text.encode("utf-8", "surrogatepass")
            self._digests[source] = f"{sha256(text).hexdigest()} {source.exact} {source.bom}"
        return self._digests[source]

    def _state(self, path: str) -> list[Any]:
        """Return what a root that opened a file knows of it."""
        source = self.context.opener(path)
        return [self._digest(source) if source is not None else None, path in self.context.scripts]


class ProcessMemory:
    """What roots and texts say in one process that reads a tree again and again, and the types of files that no editor
    has, by their status.

    A source that has not changed stays the same object. So what a root says holds as long as its sources, and those
    that it opened, are the same objects; `server/workspace.py` decides that.

    `begun` is when the files were listed, in nanoseconds.
    """

    def __init__(self) -> None:
        self.begun = 0
        self.texts: dict[Source, TextFacts] = {}
        self.prefixes: dict[str, tuple[Status, frozenset[bytes]]] = {}
        self._types: dict[str, tuple[Status, Any]] = {}
        self._known: dict[Key, tuple[RootFacts, dict[str, Any]]] = {}
        self._used: dict[Key, tuple[RootFacts, dict[str, Any]]] = {}
        self._context: ExtractionContext | None = None

    def begin(self, context: ExtractionContext, _: Sequence[str]) -> None:
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
