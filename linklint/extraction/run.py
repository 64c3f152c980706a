"""Run the extractors over the files of a scan."""

from __future__ import annotations

import gc
import os
import re
from collections import defaultdict
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

from linklint.docker.engine_changes import USE_WORDS
from linklint.docker.engines import HATCH
from linklint.facts.schema import Container, Env, Link, Scope
from linklint.secrets.variables import is_example, words_of
from linklint.text.regex import lazy_compile
from linklint.text.source import Source

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence, Set

    from linklint.context import ExtractionContext
    from linklint.extraction.classify import Groups, Progress
    from linklint.extraction.memory import Memory
    from linklint.extraction.roots import Root, RootFacts
    from linklint.facts.collector import FactCollector
    from linklint.files.selection import Selection
    from linklint.secrets.patterns import Hidden
    from linklint.text_search.texts import TextFacts

    Item = Root | tuple[Source, str]

SPREAD_FROM = 500_000  # the weight of roots that pays for a second process
WEIGHT_OF_ROOT = 1000
# A text that `_extract_any_text` reads has one of these words.
IN_ANY_TEXT = ("linklint:", "172.17.", "IPAddress", HATCH, *USE_WORDS)


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
        self.secrets: dict[Source, list[Hidden]] = {}

    @cached_property
    def collector(self) -> FactCollector:
        """The collector of the facts."""
        from linklint.facts.collector import FactCollector

        return FactCollector()


def extract_selection(
    files: Selection,
    secret_names: Sequence[str],
    progress: Progress | None = None,
    jobs: int | None = None,
    cache: str | None = None,
) -> Extraction:
    """Read the files of a selection and extract their facts, in `jobs` processes, or one for each core.

    `cache`: keep what files say from one run to the next; `status` or `digest` tells which files are as before.
    """
    from linklint.extraction.classify import classify
    from linklint.files.workers import processes

    jobs = processes(jobs)
    kept = None
    if cache and files.is_cached:
        from linklint.extraction.cache import open_cache
        from linklint.extraction.memory import DiskMemory

        opened = open_cache(files.tree.root)
        kept = DiskMemory(opened) if opened is not None else None
    groups = classify(files, jobs, progress, kept if cache == "status" else None)
    extraction = Extraction(files)
    if groups:
        run_groups(extraction, groups, secret_names, jobs, kept)
    if kept is not None:
        kept.save()
    return extraction


def run_groups(
    found: Extraction,
    groups: Groups,
    secret_names: Sequence[str],
    jobs: int = 1,
    kept: Memory | None = None,
) -> None:
    """Extract the facts of groups of files. `kept` is what they said before."""
    found.listed = {source.path for sources in groups.values() for source in sources}
    collecting = gc.isenabled()
    gc.disable()
    try:
        Run(found, groups, secret_names, jobs, kept).take()
    finally:
        if collecting:
            gc.enable()


class Run:
    """Extracts the facts of all groups, those higher up first: a file that includes, before what it includes.

    What a root says is the same in whichever process it was extracted. Here the roots are put together in order.
    """

    def __init__(
        self,
        found: Extraction,
        groups: Groups,
        secret_names: Sequence[str],
        jobs: int,
        kept: Memory | None,
    ) -> None:
        from linklint.context import ExtractionContext, Pool
        from linklint.extraction.roots import CallGraph, Root
        from linklint.kinds.kind import kind_named

        self.found = found
        self.jobs = jobs
        self.graph = CallGraph()
        self.ready: dict[Root, RootFacts] = {}
        self.texts: dict[Source, TextFacts] = {}
        self.unknown: set[Root] = set()  # of which nothing is kept
        self.included: set[str] = set()
        self.opened: dict[str, None] = {}
        self.aliases: Mapping[str, Set[str]] = {}
        self.context = ExtractionContext(
            found.collector, found.tree.open, os.path.basename(found.tree.root), secret_names
        )
        self.roots: list[Root] = []
        self.scripts: list[Root] = []
        order = sorted(((kind, sorted(sources, key=_path)) for (_, kind), sources in groups.items()), key=_depth)
        for kind, sources in order:
            found.sources.extend((source, kind) for source in sources)
            declared = kind_named(kind)
            together = declared.together
            roots = [Root(kind, tuple(part)) for part in ([sources] if together else [[s] for s in sources])]
            (self.scripts if declared.is_script else self.roots).extend(roots)
        self.kept = kept
        if kept is not None:
            kept.begin(self.context, secret_names)
        self.context.meter.pool = Pool(len(found.sources))
        self.context.scripts = frozenset(root.sources[0].path for root in self.scripts)

    def take(self) -> None:
        found = self.found
        self.prepare()
        for root in self.roots:
            self.graph.add("", self.facts_of(root))
        if self.scripts:
            self.take_scripts()
        if self.kept is not None:
            for root in self.unknown:
                self.kept.keep(root, None)
        for _, facts in self.graph.roots:
            found.collector.extend(facts.collector)
        self.look_again()
        self.finish([self.texts[source] for source, _ in found.sources])

    def look_again(self) -> None:
        """Learn which names links of the tree set, and extract the files that matter only because of them."""
        collector = self.found.collector
        if not collector.rows(Link):
            return
        from linklint.extraction.aliases import files_with_names
        from linklint.extraction.roots import CallGraph, Root
        from linklint.shell.script_paths import callers_first
        from linklint.text_search.said import aliases_of
        from linklint.text_search.texts import read_text

        self.aliases = aliases_of(collector)
        if not self.aliases:
            return
        read = {source.path for source, _ in self.found.sources}
        chosen = files_with_names(self.found.files, read, self.aliases, self.kept)
        again, by_path = CallGraph(), {source.path: (source, kind) for source, kind in chosen}
        for source, kind in chosen:
            self.texts[source] = read_text(source, kind, collector.is_named)
        for path in callers_first([source for source, _ in chosen])[0]:
            source, kind = by_path[path]
            if path not in self.graph.called and path not in again.called:
                again.add(path, self.facts_of(Root(kind, (source,))))
        again.drop_called()
        for _, facts in again.roots:
            collector.extend(facts.collector)
        self.found.sources.extend(chosen)
        self.found.listed |= by_path.keys()

    def finish(self, texts: Sequence[TextFacts]) -> None:
        """Add the facts that no root says by itself."""
        found, context = self.found, self.context.for_root()
        context.collector = found.collector
        if any(text.mentions for text in texts) or self.aliases:
            from linklint.text_search.mentions import Mentions
            from linklint.text_search.said import Said

            said = Said(self.aliases)
            said.add(found.collector)
            Mentions(context, found.sources, texts, said).take()
        for source, kind in found.sources:
            if any(word in source.text for word in IN_ANY_TEXT):
                with context.limited(source):
                    _extract_any_text(kind, source, context)
        mark_examples(found.collector)
        known = {source.path for source, _ in found.sources}
        others = [found.tree.open(path) for path in self.opened if path not in known]
        found.secrets = {source: text.secrets for (source, _), text in zip(found.sources, texts)}
        found.sources.extend((source, "") for source in others if source is not None)

    def prepare(self) -> None:
        """Learn what is known of the roots, and extract the others in several processes, if there is enough to do.

        A script that another one names is left until it is known whether that one calls it.
        """
        from linklint.shell.script_paths import callers_first

        paths, named = callers_first([root.sources[0] for root in self.scripts])
        position = {path: number for number, path in enumerate(paths)}
        self.scripts.sort(key=lambda root: position[root.sources[0].path])
        if self.kept is not None:
            known = ((root, self.kept.get(root)) for root in (*self.roots, *self.scripts))
            self.ready = {root: facts for root, facts in known if facts is not None}
            self.texts = self.kept.texts
            self.unknown = {root for root in (*self.roots, *self.scripts) if root.sources[0] not in self.texts}
        left = [root for root in (*self.roots, *self.scripts) if root not in self.ready]
        jobs = self.jobs if sum(map(_weight, left)) >= SPREAD_FROM else 1
        is_named = {root for root in self.scripts if root.sources[0].path in named}
        self.spread(
            [root for root in left if root not in is_named] if jobs > 1 else [],
            [(source, kind) for source, kind in self.found.sources if source not in self.texts],
            jobs,
        )
        if jobs > 1:
            called = {path for facts in self.ready.values() for path in facts.calls.called}
            self.spread([root for root in left if root in is_named and root.sources[0].path not in called], [], jobs)
        if self.kept is not None:
            for root in left:
                if root in self.ready:
                    self.kept.keep(root, self.ready[root])
                    self.unknown.discard(root)

    def spread(self, roots: Sequence[Root], sources: Sequence[tuple[Source, str]], jobs: int) -> None:
        """Extract roots, and read the texts of sources, in several processes."""
        from linklint.extraction.roots import Root, decoded, encoded, extract_root
        from linklint.files.workers import batches_of, spread
        from linklint.text_search.texts import TextFacts, read_text

        named = self.found.collector.is_named

        def work(batch: list[Item]) -> list[RootFacts | TextFacts]:
            return [
                extract_root(item, self.context) if isinstance(item, Root) else read_text(*item, named)
                for item in batch
            ]

        def encode(answers: list[RootFacts | TextFacts]) -> list[Any]:
            return [list(answer) if isinstance(answer, TextFacts) else encoded(answer) for answer in answers]

        items: list[Item] = [*roots, *sources]
        batches = batches_of(items, _weight)
        pool = self.context.meter.pool.left
        answers = spread(batches, work, jobs, encode, list)
        self.context.meter.pool.left = pool
        for item, answer in zip(items, chain.from_iterable(answers)):
            if not isinstance(item, Root):
                self.texts[item[0]] = TextFacts(*answer)
            elif facts := decoded(answer, self.context) if isinstance(answer, list) else answer:
                self.ready[item] = facts

    def facts_of(self, root: Root) -> RootFacts:
        """Return what a root says after the roots before it: it may be included, and the pool may be empty."""
        from linklint.extraction.roots import extract_root

        included = frozenset(self.included & root.paths)
        facts, pool = self.ready.pop(root, None), self.context.meter.pool
        if self.kept is not None and (included or root.functions is not None):
            facts = self.kept.get(root, included)
        if facts is None or included and self.kept is None or facts.work > pool.left:
            facts = extract_root(root, self.context, included)
            if self.kept is not None:
                self.kept.keep(root, facts, included)
                if not included:
                    self.unknown.discard(root)
        else:
            pool.left -= facts.work
        self.included |= facts.included
        self.opened.update((path, None) for path, is_there in facts.opened.items() if is_there)
        return facts

    def take_scripts(self) -> None:
        """Extract the facts of shell scripts. A script that others call is extracted only where it is called."""
        from linklint.extraction.roots import Root

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
        called: dict[str, set[tuple[str, int]]] = {}
        for function in graph.functions:
            called.setdefault(function[0], set()).add(function)
        for root in [root for root in self.scripts if graph.is_only_sourced(root.sources[0].path)]:
            functions = frozenset(called.get(root.sources[0].path, ()))
            graph.add("", self.facts_of(Root("shell", root.sources, functions)))
        graph.drop_called()


def _path(source: Source) -> str:
    return source.path


def _weight(item: Item) -> int:
    """Return about what it costs to extract a root, or to read a text."""
    from linklint.extraction.roots import Root
    from linklint.kinds.kind import kind_named

    if not isinstance(item, Root):
        return len(item[0].text) + WEIGHT_OF_ROOT
    return sum(len(source.text) for source in item.sources) * kind_named(item.kind).weight + WEIGHT_OF_ROOT


def _depth(group: tuple[str, list[Source]]) -> tuple[int, str, str]:
    kind, sources = group
    return sources[0].path.count("/"), sources[0].path, kind


def _extract_any_text(kind: str, source: Source, context: ExtractionContext) -> None:
    """Extract the facts that files of any type can have."""
    from linklint.text_search.addresses import POOL, extract_addresses
    from linklint.text_search.daemon_settings import KEEP, extract_settings
    from linklint.text_search.engine_uses import extract_engine_uses

    if "linklint:" in source.text:
        from linklint.text_search.suppression_comments import extract_ignores

        extract_ignores(source, kind, context)
    if POOL in source.text or "IPAddress" in source.text:
        extract_addresses(source, kind, context)
    if KEEP in source.text:
        extract_settings(source, kind, context)
    if any(word in source.text for word in USE_WORDS):
        extract_engine_uses(source, kind, context)


# Variables whose value is a name that a careless password repeats: users, databases, hosts, organisations.
NAMING = lazy_compile(
    r"(?:user(?:name)?|login|db|database|dbname|name|host|org(?:anization)?|domain)\d?\Z", re.IGNORECASE
)


def mark_examples(collector: FactCollector) -> None:
    """Set `env.example` where the value of a secret consists of words of examples and of names in its file."""
    secrets = [row for row in collector.rows(Env) if row.secret is not None and row.value and row.form != "variable"]
    if not secrets:
        return
    files = {row.span.source for row in secrets}
    names: dict[Source, set[str | None]] = defaultdict(set)
    for container in collector.rows(Container):
        if (file := container.span.source) in files:
            names[file] |= {container.name, container.service, container.image}
    for row in collector.rows(Env):
        if row.secret is None and (file := row.span.source) in files and NAMING.search(row.name):
            names[file].add(row.value)
    words = {file: words_of(names[file]) for file in files}
    documents = {scope.span.source for scope in collector.rows(Scope) if scope.is_example}
    for row in secrets:
        file = row.span.source
        shown = file in documents or row.form == "default"  # `${PASSWORD:-x}` shows what to replace, too
        row.example = int(is_example(row.value or "", words[file], shown=shown))  # type: ignore[misc]
