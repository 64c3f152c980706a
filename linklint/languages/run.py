"""Run the extractors over the files of a scan."""

from __future__ import annotations

import gc
import os
from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linklint.docker.secret_patterns import Hidden
    from linklint.facts.collector import FactCollector
    from linklint.files.selection import Selection
    from linklint.languages.classify import Groups, Progress
    from linklint.languages.context import ExtractionContext
    from linklint.languages.mentions.texts import TextFacts
    from linklint.languages.roots import Root, RootFacts
    from linklint.text.source import Source

SPREAD_FROM = 500_000  # the weight of roots that pays for a second process
WEIGHTS = {"shell": 12, "makefile": 20, "python": 5, "ansible": 10}  # what a character costs, beside one of a document
WEIGHT_OF_ROOT = 1000


class Extraction:
    """The facts of a selection of files.

    `sources` are the files that were read, each with its type (empty for a file that another one names); `listed` are
    the paths of files that were extracted on their own. `secrets` are the secrets that are written in sources.
    """

    def __init__(self, files: Selection) -> None:
        self.files = files
        self.tree = files.tree
        self.sources: list[tuple[Source, str]] = []
        self.listed: set[str] = set()
        self.secrets: dict[int, list[Hidden]] = {}
        self._collector: FactCollector | None = None

    @property
    def collector(self) -> FactCollector:
        """The collector of the facts."""
        from linklint.facts.collector import FactCollector

        if self._collector is None:
            self._collector = FactCollector()
        return self._collector


def extract_selection(
    files: Selection, secret_names: Sequence[str], progress: Progress | None = None, jobs: int | None = None
) -> Extraction:
    """Read the files of a selection and extract their facts, in `jobs` processes, or one for each core."""
    from linklint.files.workers import processes
    from linklint.languages.classify import classify

    jobs = processes(jobs)
    found = Extraction(files)
    collecting = gc.isenabled()
    gc.disable()
    try:
        groups = classify(files, jobs, progress)
        found.listed = {source.path for sources in groups.values() for source in sources}
        if groups:
            _Run(found, groups, secret_names, jobs).take()
    finally:
        if collecting:
            gc.enable()
    return found


class _Run:
    """Extracts the facts of all groups, those higher up first: a file that includes, before what it includes.

    What a root says is the same in whichever process it was extracted. Here the roots are put together in order.
    """

    def __init__(self, found: Extraction, groups: Groups, secret_names: Sequence[str], jobs: int) -> None:
        from linklint.languages.budget import Pool
        from linklint.languages.call_graph import CallGraph
        from linklint.languages.context import ExtractionContext
        from linklint.languages.file_types import FILE_TYPES
        from linklint.languages.roots import Root

        self.found = found
        self.jobs = jobs
        self.graph = CallGraph()
        self.ready: dict[Root, RootFacts] = {}
        self.included: set[str] = set()
        self.opened: dict[str, None] = {}
        self.context = ExtractionContext(
            found.collector, found.tree.open, os.path.basename(found.tree.root), secret_names
        )
        self.roots: list[Root] = []
        self.scripts: list[Root] = []
        order = sorted(((kind, sorted(sources, key=_path)) for (_, kind), sources in groups.items()), key=_depth)
        for kind, sources in order:
            found.sources.extend((source, kind) for source in sources)
            together = FILE_TYPES[kind].together
            roots = [Root(kind, tuple(part)) for part in ([sources] if together else [[s] for s in sources])]
            (self.scripts if kind == "shell" else self.roots).extend(roots)
        self.context.meter.pool = Pool(len(found.sources))
        self.context.scripts = frozenset(root.sources[0].path for root in self.scripts)

    def take(self) -> None:
        found = self.found
        texts = self.prepare()
        for root in self.roots:
            self.graph.add("", self.facts_of(root))
        if self.scripts:
            self.take_scripts()
        for _, facts in self.graph.roots:
            found.collector.extend(facts.collector)
        for source, kind in found.sources:
            with self.context.limited(source):
                _extract_any_text(kind, source, self.context)
        from linklint.languages.mentions import Mentions

        Mentions(self.context, found.sources, texts).take()
        from linklint.languages.example_values import mark_examples

        mark_examples(found.collector)
        known = {source.path for source, _ in found.sources}
        others = [found.tree.open(path) for path in self.opened if path not in known]
        found.sources.extend((source, "") for source in others if source is not None)
        found.secrets = {id(source): text.secrets for (source, _), text in zip(found.sources, texts)}

    def prepare(self) -> list[TextFacts]:
        """Extract roots in several processes, if there is enough to do. Return what the texts of all sources say.

        A script that another one names is left until it is known whether that one calls it.
        """
        from linklint.languages.shell.script_paths import callers_first

        sources = [source for source, _ in self.found.sources]
        paths, named = callers_first([root.sources[0] for root in self.scripts])
        position = {path: number for number, path in enumerate(paths)}
        self.scripts.sort(key=lambda root: position[root.sources[0].path])
        first = [*self.roots, *(root for root in self.scripts if root.sources[0].path not in named)]
        jobs = self.jobs if sum(map(_weight, first)) >= SPREAD_FROM else 1
        texts = self.spread(first if jobs > 1 else [], sources, jobs)
        if jobs > 1:
            called = {path for facts in self.ready.values() for path in facts.calls.called}
            self.spread([root for root in self.scripts if root.sources[0].path in named - called], [], jobs)
        return texts

    def spread(self, roots: Sequence[Root], sources: Sequence[Source], jobs: int) -> list[TextFacts]:
        """Extract roots in several processes. Return what the texts of sources say."""
        from linklint.files.workers import batches_of, spread
        from linklint.languages.mentions.texts import TextFacts, read_text
        from linklint.languages.roots import Root, decoded, encoded, extract_root

        named = self.found.collector.is_named

        def work(batch: list[Root | Source]) -> list[RootFacts | TextFacts]:
            return [
                extract_root(item, self.context) if isinstance(item, Root) else read_text(item, named) for item in batch
            ]

        def encode(answers: list[RootFacts | TextFacts]) -> list[Any]:
            return [list(answer) if isinstance(answer, TextFacts) else encoded(answer) for answer in answers]

        items: list[Root | Source] = [*roots, *sources]
        batches = batches_of(items, _weight)
        pool = self.context.meter.pool.left
        answers = spread(batches, work, jobs, encode, list)
        self.context.meter.pool.left = pool
        texts = []
        for item, answer in zip(items, chain.from_iterable(answers)):
            if isinstance(item, Root):
                facts = decoded(answer, self.context) if isinstance(answer, list) else answer
                if facts is not None:
                    self.ready[item] = facts
            else:
                texts.append(TextFacts(*answer))
        return texts

    def facts_of(self, root: Root) -> RootFacts:
        """Return what a root says after the roots before it: it may be included, and the pool may be empty."""
        from linklint.languages.roots import extract_root

        included = frozenset(self.included & root.paths)
        facts, pool = self.ready.pop(root, None), self.context.meter.pool
        if facts is None or included or facts.work > pool.left:
            facts = extract_root(root, self.context, included)
        else:
            pool.left -= facts.work
        self.included |= facts.included
        self.opened.update((path, None) for path, is_there in facts.opened.items() if is_there)
        return facts

    def take_scripts(self) -> None:
        """Extract the facts of shell scripts. A script that others call is extracted only where it is called."""
        from linklint.languages.roots import Root

        graph, done = self.graph, set[str]()
        waiting = self.scripts
        while waiting:
            for root in waiting:
                path = root.sources[0].path
                if path not in graph.called:
                    graph.add(path, self.facts_of(root))
            graph.drop_called()
            done = {path for path, _ in graph.roots}
            left = [root for root in self.scripts if (path := root.sources[0].path) not in done | graph.called.keys()]
            waiting = left if len(left) < len(waiting) else []
        functions = frozenset(graph.functions)
        for root in self.scripts:
            if graph.is_only_sourced(root.sources[0].path):
                graph.add("", self.facts_of(Root("shell", root.sources, functions)))
        graph.drop_called()


def _path(source: Source) -> str:
    return source.path


def _weight(item: Root | Source) -> int:
    """Return about what it costs to extract a root, or to read a text."""
    from linklint.languages.roots import Root

    if not isinstance(item, Root):
        return len(item.text) + WEIGHT_OF_ROOT
    return sum(len(source.text) for source in item.sources) * WEIGHTS.get(item.kind, 2) + WEIGHT_OF_ROOT


def _depth(group: tuple[str, list[Source]]) -> tuple[int, str, str]:
    kind, sources = group
    return sources[0].path.count("/"), sources[0].path, kind


def _extract_any_text(kind: str, source: Source, context: ExtractionContext) -> None:
    """Extract the facts that files of any type can have."""
    from linklint.languages.any_text.addresses import POOL, extract_addresses
    from linklint.languages.any_text.daemon_settings import KEEP, extract_settings

    if "linklint:" in source.text:
        from linklint.languages.any_text.suppression_comments import extract_ignores

        extract_ignores(source, kind, context)
    if POOL in source.text or "IPAddress" in source.text:
        extract_addresses(source, kind, context)
    if KEEP in source.text:
        extract_settings(source, kind, context)
