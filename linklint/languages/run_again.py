"""Repeat a run after a file has changed, if the change matters only to the roots that read the file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from linklint.languages.mentions.texts import read_text
from linklint.languages.roots import Root, RootFacts, extract_root
from linklint.languages.run import Extraction, Run
from linklint.text.names import by_bytes, names_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linklint.text.source import Source


def run_again(run: Run, replaced: Mapping[Source, Source]) -> bool:
    """Replace sources of a run, and extract the roots that read them again.

    Return whether the result is right: these roots call and open the same files as before. Otherwise a new run is
    needed. The run has a memory, and its collector a stride.
    """
    if not all(_names_the_same(run, old, new) for old, new in replaced.items()):
        return False
    paths = {source.path for source in replaced}
    for path in paths:
        run.context.scanned.pop(path, None)
    changed: dict[int, RootFacts] = {}
    for number, (_, facts) in enumerate(run.graph.roots):
        root, included = run.taken[id(facts)]
        if paths.isdisjoint(facts.opened) and not any(source in replaced for source in root.sources):
            continue
        if root.functions is not None:
            return False
        pool = run.context.meter.pool
        pool.left += facts.work
        new = Root(root.kind, tuple(replaced.get(source, source) for source in root.sources))
        found = extract_root(new, run.context, included)
        if not _reads_the_same(facts, found) or pool.left < 0:
            return False
        run.taken[id(found)] = (new, included)
        changed[number] = found
        if run.kept is not None:
            run.kept.keep(new, found, included)
    for number, found in changed.items():
        path, old_facts = run.graph.roots[number]
        del run.taken[id(old_facts)]
        run.graph.roots[number] = (path, found)
    _put_together(run, replaced, changed)
    return True


def _put_together(run: Run, replaced: Mapping[Source, Source], changed: Mapping[int, RootFacts]) -> None:
    old, run.found = run.found, Extraction(run.found.files, run.found.stride)
    run.found.listed = old.listed
    run.found.sources = [(replaced.get(source, source), kind) for source, kind in old.sources if kind]
    run.found.collector = old.collector.with_parts({n: facts.collector for n, facts in changed.items()})
    for source, kind in run.found.sources:
        if source not in run.texts:
            run.texts[source] = read_text(source, kind, run.found.collector.is_named)
    run.finish([run.texts[source] for source, _ in run.found.sources])


def _reads_the_same(one: RootFacts, other: RootFacts) -> bool:
    calls, others = one.calls, other.calls
    return (calls.called, calls.functions, one.included, one.opened) == (
        others.called,
        others.functions,
        other.included,
        other.opened,
    )


def _names_the_same(run: Run, old: Source, new: Source) -> bool:
    """Return whether a script names the same scripts as before, which decides in which order they are read."""
    if old.path not in run.context.scripts:
        return True
    wanted = by_bytes({os.path.basename(path) for path in run.context.scripts})
    return names_in(old.text, wanted) == names_in(new.text, wanted)
