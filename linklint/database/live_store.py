"""A store of facts that are replaced root by root, for a process that judges a tree again and again.

The numbers of the facts of a root start at a multiple of `STRIDE`. So the order of the facts is that of the roots, and
the rows of one root are replaced without a change of the others. What is computed from facts is computed again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from itertools import chain
from typing import Any

from linklint.database.engine_facts import EngineFacts
from linklint.database.engine_state import PlayedScope, holds, insert_played, played_scopes
from linklint.database.layout import layout
from linklint.database.store import Result, Store, is_verbatim
from linklint.docker.secret_patterns import Hidden
from linklint.facts.collector import Batch, FactCollector
from linklint.facts.schema import TABLES, Row
from linklint.text.source import Source, Span

STRIDE = 1 << 24  # more rows than the limits of work allow a root
MAX_CHANGED = 100  # roots that are played alone; of more, all are


class CannotUpdate(Exception):
    """The facts have other roots or files, so that a new store is needed."""


class LiveStore(Store):
    """A store that can be updated. Its facts come from a collector with this `STRIDE`."""

    def _prepare(self) -> None:
        self._results: dict[Any, Any] = {}
        self._before: dict[Any, Any] = {}  # the results of the judging before
        self._parts: list[FactCollector] = []
        self._kinds: list[str] = []
        self._played: dict[int, PlayedScope] = {}
        self._using: list[tuple[int, bool]] = []  # the spans of the root that is stored, and whether each is verbatim
        self._uses: dict[int, list[tuple[int, bool]]] = {}  # the same of each root, by its first number
        self._counts: dict[int, list[int]] = {}  # how many cells have a span, and how many of them its text
        self._in_file: Counter[int] = Counter()  # the spans in each file
        self._changed: set[int] = set()  # the first numbers of the roots that have changed; empty for all
        self._last_unread = 0

    def _commit(self, collector: FactCollector, sources: Sequence[tuple[Source, str]]) -> None:
        super()._commit(collector, sources)
        self._parts = [*collector.parts]
        self._kinds = [kind for _, kind in sources]

    def update(
        self,
        collector: FactCollector,
        sources: Sequence[tuple[Source, str]],
        secrets: Mapping[int, Iterable[Hidden]],
    ) -> None:
        """Take other facts, of which only some roots have changed, and judge them. Raises CannotUpdate."""
        known = [self.sources[number] for number in range(1, len(self.sources) + 1)]
        if (
            len(collector.parts) != len(self._parts)
            or [source.path for source in known] != [source.path for source, _ in sources]
            or self._kinds != [kind for _, kind in sources]
        ):
            raise CannotUpdate
        replaced = [
            number for number, (old, (new, _)) in enumerate(zip(known, sources, strict=True), 1) if old is not new
        ]
        pairs = enumerate(zip(self._parts, collector.parts, strict=True))
        changed = {number * STRIDE for number, (old, new) in pairs if old is not new}
        changed.add(len(self._parts) * STRIDE)  # what no root says by itself
        self._sandbox, self._changed = None, changed if len(changed) <= MAX_CHANGED else set()
        self.connection.set_authorizer(None)
        self.connection.execute("BEGIN")
        self.connection.execute("DELETE FROM unread WHERE id > ?", (self._last_unread,))  # what judging added
        self._remove(changed)
        self._replace_files(replaced, sources)
        learned = self._learn(collector, secrets, show=self.redactor.show)
        self._before, self._results = self._results, {}  # what is not used again is forgotten
        if not learned.take_over(self.redactor):
            self._before = {}
        self.redactor = learned
        for table in TABLES.values():
            batches = [batch for batch in collector.batches(table) if batch.before in changed]
            self._insert(table, self._rows_of(table, batches, collector))
        self._insert_spans()
        for name in {"ignore_state", *(fill.table for fill in layout().fills)} - {"step_outcome"}:
            self.connection.execute(f"DELETE FROM {name}")
        self._fill()
        self._commit(collector, sources)

    def _rows_of(self, table: type[Row], batches: Iterable[Batch], collector: FactCollector) -> Iterator[list[Any]]:
        for batch in batches:
            self._using = self._uses.setdefault(batch.before, [])
            yield from super()._rows_of(table, [batch], collector)

    def _span(self, span: Span, cells: Sequence[Any]) -> int:
        number, verbatim = super()._span(span, cells), is_verbatim(span, cells)
        count = self._counts.get(number)
        if count is None:
            count = self._counts[number] = [0, 0]
            self._in_file[self._files[id(span.source)]] += 1
        count[0] += 1
        count[1] += verbatim
        self._using.append((number, verbatim))
        return number

    def _note_verbatim(self, number: int) -> None:
        if number in self._span_rows:
            super()._note_verbatim(number)
        else:
            self.connection.execute("UPDATE span SET verbatim = 1 WHERE id = ?", (number,))

    def once(self, key: Callable[..., Any], function: Callable[..., Result], *arguments: Any) -> Result:
        known = key(*arguments)
        if known not in self._results:
            before = self._before
            self._results[known] = before[known] if known in before else function(*arguments)
        found: Result = self._results[known]
        return found

    def _remove(self, changed: Set[int]) -> None:
        """Remove the rows of roots, and the spans that no other row has."""
        starts = sorted(changed)
        begins = [first for first in starts if first - STRIDE not in changed]
        ends = [first + STRIDE for first in starts if first + STRIDE not in changed]
        for name in TABLES:
            for first, end in zip(begins, ends, strict=True):  # roots side by side together
                self.connection.execute(f"DELETE FROM {name} WHERE id > ? AND id < ?", (first, end))
        unused, differs = set(), set()
        for number, verbatim in chain.from_iterable(self._uses.pop(first, ()) for first in starts):
            count = self._counts[number]
            count[0] -= 1
            count[1] -= verbatim
            if not count[0]:
                unused.add(number)
            elif verbatim and not count[1]:
                differs.add(number)
        for number in unused:
            span = self.spans.pop(number)
            file = self._files[id(span.source)]
            self._in_file[file] -= 1
            del self._counts[number], self._spans[file, span.start, span.end, span.confidence]
        self.connection.executemany("DELETE FROM span WHERE id = ?", ((number,) for number in unused))
        self.connection.executemany("UPDATE span SET verbatim = 0 WHERE id = ?", ((number,) for number in differs))

    def _replace_files(self, replaced: Iterable[int], sources: Sequence[tuple[Source, str]]) -> None:
        """Replace files that have changed. What opened them has changed, too, so that nothing is in them any more."""
        old = {self._files.pop(id(self.sources[number])) for number in replaced}
        if any(self._in_file[file] for file in old):
            raise CannotUpdate
        self.connection.executemany("DELETE FROM file WHERE id = ?", ((number,) for number in old))
        self._load_files((number, sources[number - 1]) for number in sorted(old))

    def _fill(self) -> None:
        (self._last_unread,) = self.connection.execute("SELECT coalesce(max(id), 0) FROM unread").fetchone()
        super()._fill()

    def _fill_by_python(self, table: str) -> None:
        if table == "step_outcome":
            self._play()
        else:
            super()._fill_by_python(table)

    def _play(self) -> None:
        """Play the scopes of roots that have changed; all, if the change matters to others."""
        facts, where = EngineFacts(self.connection, self._is_in_changed("id")), self._is_in_changed("scope")
        others: dict[int, PlayedScope] = {}
        if self._changed:
            others = {
                scope: old for scope, old in self._played.items() if scope // STRIDE * STRIDE not in self._changed
            }
            matters = any(old.facts is None or not holds(facts, scope, old) for scope, old in others.items())
            if matters or facts.run_compose:
                facts, others, where = EngineFacts(self.connection), {}, "1"
        played = played_scopes(facts, self._played)
        for name in ("step_outcome", "engine_state"):
            self.connection.execute(f"DELETE FROM {name} WHERE {where}")
        insert_played(self.connection, played.values())
        self._played = others | played

    def _is_in_changed(self, column: str) -> str:
        """Return the condition for numbers of roots that have changed."""
        ranges = [f"{column} BETWEEN {first + 1} AND {first + STRIDE - 1}" for first in sorted(self._changed)]
        return f"({' OR '.join(ranges)})" if ranges else "1"
