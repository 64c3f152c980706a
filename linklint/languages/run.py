"""Run the extractors over the files of a scan."""

from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linklint.facts.collector import FactCollector
    from linklint.files.selection import Selection
    from linklint.languages.classify import Groups, Progress
    from linklint.languages.context import ExtractionContext
    from linklint.text.source import Source


class Extraction:
    """The facts of a selection of files.

    `sources` are the files that were read, each with its kind (empty for a file that another one names); `listed` are
    the paths of those that an extractor read for their own sake.
    """

    def __init__(self, files: Selection) -> None:
        self.files = files
        self.tree = files.tree
        self.sources: list[tuple[Source, str]] = []
        self.listed: set[str] = set()
        self._collector: FactCollector | None = None

    @property
    def collector(self) -> FactCollector:
        """The facts themselves."""
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
    """Extract the facts of all groups; those further up come first: a file that includes, before what it includes."""
    from linklint.languages.context import ExtractionContext

    root = os.path.basename(found.tree.root)
    context = ExtractionContext(found.collector, found.tree.open, root, secret_names)
    context.scripts = {source.path for (_, kind), sources in groups.items() if kind == "shell" for source in sources}
    for kind, sources in _in_order(groups):
        found.sources.extend((source, kind) for source in sources)
        _extract(kind, sources, context)


def _in_order(groups: Groups) -> list[tuple[str, list[Source]]]:
    """Return the groups, those further up first; scripts come last, one by one, a caller before what it calls."""
    found = sorted(groups.items(), key=lambda group: group[0][0].count("/") + bool(group[0][0]))
    scripts = [source for (_, kind), sources in found if kind == "shell" for source in sources]
    order = [(kind, sources) for (_, kind), sources in found if kind != "shell"]
    if scripts:
        from linklint.languages.shell.script_paths import callers_first

        order += [("shell", [source]) for source in callers_first(scripts)]
    return order


def _extract(kind: str, sources: list[Source], context: ExtractionContext) -> None:
    """Extract the facts of a group; a defect of linklint in one file must not cost the others their facts."""
    from linklint.languages import extract
    from linklint.languages.any_text.addresses import POOL, extract_addresses
    from linklint.languages.any_text.daemon_settings import KEEP, extract_settings

    try:
        extract(kind, sources, context)
    except Exception as error:
        for source in sources:
            span = source.whole().span(0, 0)
            context.unread(span, f"linklint stumbled ({type(error).__name__}: {error}): please report it")
    for source in sources:
        if "linklint:" in source.text:
            from linklint.languages.any_text.suppression_comments import extract_ignores

            extract_ignores(source, kind, context)
        if POOL in source.text or "IPAddress" in source.text:
            extract_addresses(source, kind, context)
        if KEEP in source.text:
            extract_settings(source, kind, context)
