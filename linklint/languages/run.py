"""Run the extractors over the files of a scan."""

from __future__ import annotations

import gc
import os
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from linklint.facts.collector import FactCollector
    from linklint.files.selection import Selection
    from linklint.languages.call_graph import CallGraph
    from linklint.languages.classify import Groups, Progress
    from linklint.languages.context import ExtractionContext
    from linklint.text.source import Source


class Extraction:
    """The facts of a selection of files.

    `sources` are the files that were read, each with its type (empty for a file that another one names); `listed` are
    the paths of files that were extracted on their own.
    """

    def __init__(self, files: Selection) -> None:
        self.files = files
        self.tree = files.tree
        self.sources: list[tuple[Source, str]] = []
        self.listed: set[str] = set()
        self._collector: FactCollector | None = None

    @property
    def collector(self) -> FactCollector:
        """The collector of the facts."""
        from linklint.facts.collector import FactCollector

        if self._collector is None:
            self._collector = FactCollector()
        return self._collector


def extract_selection(files: Selection, secret_names: Sequence[str], progress: Progress | None = None) -> Extraction:
    """Read the files of a selection and extract their facts."""
    from linklint.languages.classify import classify

    found = Extraction(files)
    collecting = gc.isenabled()
    gc.disable()
    try:
        groups = classify(files, progress)
        found.listed = {source.path for sources in groups.values() for source in sources}
        if groups:
            _extract_all(found, groups, secret_names)
    finally:
        if collecting:
            gc.enable()
    known = {id(source) for source, _ in found.sources}
    others = (source for source in found.tree.cache.values() if source is not None and id(source) not in known)
    found.sources.extend((source, "") for source in others)
    return found


def _extract_all(found: Extraction, groups: Groups, secret_names: Sequence[str]) -> None:
    """Extract the facts of all groups, those higher up first: a file that includes, before what it includes."""
    from linklint.languages.call_graph import CallGraph
    from linklint.languages.context import ExtractionContext
    from linklint.languages.file_types import FILE_TYPES

    order = sorted(((kind, sorted(sources, key=_path)) for (_, kind), sources in groups.items()), key=_depth)
    scripts = [source for kind, sources in order if kind == "shell" for source in sources]
    context = ExtractionContext(found.collector, found.tree.open, os.path.basename(found.tree.root), secret_names)
    context.scripts = frozenset(source.path for source in scripts)
    graph = CallGraph()
    for kind, sources in order:
        found.sources.extend((source, kind) for source in sources)
        if kind == "shell":
            continue
        for root in [sources] if FILE_TYPES[kind].together else [[source] for source in sources]:
            _extract_root(graph, kind, root, context)
    if scripts:
        _extract_scripts(graph, scripts, context)
    for source, kind in found.sources:
        with context.limited(source):
            _extract_any_text(kind, source, context)
    from linklint.languages.mentions import Mentions

    Mentions(context, found.sources).take()
    from linklint.languages.example_values import mark_examples

    mark_examples(found.collector)


def _path(source: Source) -> str:
    return source.path


def _depth(group: tuple[str, list[Source]]) -> tuple[int, str, str]:
    kind, sources = group
    return sources[0].path.count("/"), sources[0].path, kind


def _extract_scripts(graph: CallGraph, scripts: list[Source], context: ExtractionContext) -> None:
    """Extract the facts of shell scripts. A script that others call is extracted only where it is called."""
    from linklint.languages.shell import extract_uncalled_functions
    from linklint.languages.shell.script_paths import callers_first

    ordered = waiting = callers_first(scripts)
    while waiting:
        for source in waiting:
            if not graph.is_called(source.path):
                _extract_root(graph, "shell", [source], context)
        graph.drop_called(context.collector)
        done = {root.path for root in graph.roots}
        left = [source for source in ordered if source.path not in done and not graph.is_called(source.path)]
        waiting = left if len(left) < len(waiting) else []
    functions = graph.functions
    for source in ordered:
        if graph.is_only_sourced(source.path):
            extract = partial(extract_uncalled_functions, source, called=functions)
            _record_root(graph, "", [source], context, extract)
    graph.drop_called(context.collector)


def _extract_root(graph: CallGraph, kind: str, sources: list[Source], context: ExtractionContext) -> None:
    from linklint.languages import extract

    path = sources[0].path if kind == "shell" else ""
    _record_root(graph, path, sources, context, partial(extract, kind, sources))


def _record_root(
    graph: CallGraph,
    path: str,
    sources: list[Source],
    context: ExtractionContext,
    extract: Callable[[ExtractionContext], None],
) -> None:
    """Run the extractor of a root. A bug of linklint in one file must not cost the facts of the others."""
    from linklint.languages.call_graph import Root

    since, context = context.collector.mark() if path else {}, context.for_root()
    try:
        with context.limited(sources[0]):
            extract(context)
    except MemoryError:
        raise
    except Exception as error:
        for source in sources:
            span = source.whole().span(0, 0)
            context.unread(span, f"internal error ({type(error).__name__}: {error}): please report it")
    if path or context.calls.called or context.calls.functions:
        graph.roots.append(Root(path, context.calls, since, context.collector.mark() if path else {}))


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
