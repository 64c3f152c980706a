"""What roots say, kept from one run to the next.

An entry counts only for the same contents of the root's files, and of all files that it opened; both are read and
compared each time. So the entry of a file that changed and changed back is right again, and no clock matters.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from linklint.extraction.roots import UNKNOWN_WORK, Root, RootFacts, decoded, encoded
from linklint.text_search.texts import TextFacts

if TYPE_CHECKING:
    from linklint.context import ExtractionContext
    from linklint.extraction.cache import Cache
    from linklint.text.source import Source


class KeptRoots:
    """The entries of the roots of a scan. `secret_names` is that of the configuration."""

    def __init__(self, cache: Cache, context: ExtractionContext, secret_names: Sequence[str]) -> None:
        self.cache = cache
        self.context = context
        self.secret_names = list(secret_names)
        self.texts: dict[Source, TextFacts] = {}
        self._digests: dict[Source, str] = {}

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
