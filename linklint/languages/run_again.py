"""Repeat a run after a file has changed, if the change matters only to the roots that read the file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from linklint.languages.mentions.judge import Mentions, Said
from linklint.languages.mentions.texts import read_text
from linklint.languages.root_memory import RootMemory
from linklint.languages.roots import Root, RootFacts, extract_root
from linklint.languages.run import Extraction, Run
from linklint.text.names import by_bytes, names_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linklint.facts.collector import FactCollector
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
        if isinstance(run.kept, RootMemory):
            run.kept.replace(root, new, found, included)
    for source, kind in run.found.sources:
        if (other := replaced.get(source)) is not None:
            run.texts[other] = read_text(other, kind, run.found.collector.is_named)
    parts = _mentions_again(run, replaced, changed)
    for number, found in changed.items():
        path, old_facts = run.graph.roots[number]
        del run.taken[id(old_facts)]
        run.graph.roots[number] = (path, found)
    _put_together(run, replaced, changed, parts)
    return True


def _put_together(
    run: Run,
    replaced: Mapping[Source, Source],
    changed: Mapping[int, RootFacts],
    parts: Mapping[int, FactCollector] | None,
) -> None:
    """Put the facts together again: with other mentions in some parts, or with all mentions judged again."""
    old, run.found = run.found, Extraction(run.found.files, run.found.stride)
    run.found.listed = old.listed
    run.found.sources = [(replaced.get(source, source), kind) for source, kind in old.sources if kind]
    roots = {number: facts.collector for number, facts in changed.items()}
    if parts is None:
        run.found.collector = old.collector.with_parts(roots, len(run.graph.roots))
    else:
        run.found.collector = old.collector.with_parts({**roots, **parts})
        run.mentions_at = {replaced.get(source, source): at for source, at in run.mentions_at.items()}
    run.finish([run.texts[source] for source, _ in run.found.sources], mentions=parts is None)


def _mentions_again(
    run: Run, replaced: Mapping[Source, Source], changed: Mapping[int, RootFacts]
) -> dict[int, FactCollector] | None:
    """Return the mentions of the sources whose facts have changed, by part; None if it may matter to other sources."""
    old, new = Said(), Said()
    for number, facts in changed.items():
        old.add(run.graph.roots[number][1].collector)
        new.add(facts.collector)
    if (
        run.said is None
        or old.shared != new.shared
        or not all(_signs_the_same(run, *pair) for pair in replaced.items())
    ):
        return None
    touched = old.sources | new.sources | {id(source) for pair in replaced.items() for source in pair}
    sources = [(replaced.get(source, source), kind) for source, kind in run.found.sources if kind]
    judged = [(source, kind) for source, kind in sources if id(source) in touched]
    paths = {source.path for source, _ in judged}
    for number, (_, facts) in enumerate(run.graph.roots):
        if number not in changed:
            own = run.taken[id(facts)][0].sources
            if not paths.isdisjoint(facts.opened) or any(id(source) in touched for source in own):
                new.add(facts.collector)
    new.elsewhere, new.prefixes, new.services = run.said.shared
    mentions = Mentions(run.context.for_root(), sources, [run.texts[source] for source, _ in sources], new)
    back = {new_source: old_source for old_source, new_source in replaced.items()}
    found: dict[int, FactCollector] = {}
    for source, kind in judged:
        at = run.mentions_at.get(back.get(source, source))
        if at is None and run.texts[source].mentions:
            return None
        if at is not None:
            found[at] = mentions.part(source, kind, run.texts[source])
    return found


def _signs_the_same(run: Run, old: Source, new: Source) -> bool:
    """Return whether a text says the same to the mentions of other files: that it is about Docker, and their names."""
    before, after = run.texts.get(old), run.texts.get(new)
    if before is None or after is None:
        return before is after  # a file that is only opened
    if before.signed != after.signed:
        return False
    unsigned = [source for source in run.mentions_at if not run.texts[source].signed and source is not old]
    if not unsigned:
        return True
    wanted = by_bytes({os.path.basename(source.path) for source in unsigned})
    return names_in(old.text, wanted) == names_in(new.text, wanted)


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
