"""All mentions of links in the files of a scan, and the files that mention Docker and were not read."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from linklint.database.store import Store
from linklint.files.root import UnreadableFile
from linklint.files.tree import Tree
from linklint.kinds.contents import DOCKER, is_own_output, mentions, plain
from linklint.kinds.kind import kind_by_name
from linklint.text.source import encode
from linklint.text_search.texts import mentions_in


class Mentioned(NamedTuple):
    """A mention: its place, its text, its class, and the rule that says so."""

    path: str
    line: int
    column: int
    text: str
    reading: str
    rule: str


def all_mentions(store: Store, tree: Tree, listed: Sequence[str]) -> Iterator[Mentioned]:
    """Yield the mentions in the files that were read, and in those that nothing in them has to do with Docker."""
    for at, reading, why in store.ask("SELECT span, reading, why FROM mention")[1]:
        span = store.spans[int(at)]
        place = span.source.place(span.start, span.end)
        word = span.source.text[span.start : span.end]
        yield Mentioned(tree.display(span.source.path), place.line, place.column, word, str(reading), str(why))
    for path in _not_read(store, listed):
        try:
            source = tree.source(path)
        except UnreadableFile:
            continue
        if is_own_output(kind_by_name(path) or "", encode(source.text)):
            continue
        for match in mentions_in(source.text):
            place = source.place(*match.span())
            path, why = tree.display(source.path), "no sign of Docker in the file"
            yield Mentioned(path, place.line, place.column, match[0], "other", why)


def files_not_read(store: Store, tree: Tree, listed: Sequence[str]) -> Counter[str]:
    """Return how many files mention Docker but were not read, by suffix."""
    by_suffix: Counter[str] = Counter()
    for path in _not_read(store, listed):
        try:
            data = plain(tree.read(path))
            if mentions(data, DOCKER) and not is_own_output(kind_by_name(path) or "", data):
                suffix = os.path.splitext(path)[1]
                by_suffix[f"*{suffix}" if suffix else os.path.basename(path)] += 1
        except UnreadableFile:
            continue
    return by_suffix


def _not_read(store: Store, listed: Sequence[str]) -> Iterator[str]:
    read = {source.path for source in store.sources.values()}
    return (path for path in listed if path not in read)
