"""Choose the extractor of each file of a selection.

Modules that only relevant files need are imported late: a tree without any costs no more than reading it.
"""

from __future__ import annotations

import contextlib
import os
import posixpath
from typing import TYPE_CHECKING

from linklint.files import prefilter
from linklint.files.root import UnreadableFile
from linklint.languages import detect

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence, Set

    from linklint.files.selection import Selection
    from linklint.files.tree import Tree
    from linklint.text.source import Source

    Progress = Callable[[int, int], None]
    Groups = dict[tuple[str, str], list[Source]]

AMBIGUOUS_TYPES = (None, "yaml?", "json?", "script?", "text?")


def classify(files: Selection, progress: Progress | None = None) -> Groups:
    """Return the files of a selection that an extractor reads, by directory and type."""
    tree = files.tree
    groups: Groups = {}
    paths = list(dict.fromkeys([*files.listed, *files.named]))
    named = set(files.named)
    contains = prefilter.fast_contains(len(paths))
    passed = _passed_over(tree, files.listed, contains) if len(files.listed) >= prefilter.BATCHES_FROM else frozenset()
    left: list[tuple[str, str, bytes]] = []  # matters only if it calls a script that matters
    for done, path in enumerate(paths):
        if path in passed and path not in named:
            continue
        if progress and done % 64 == 0:
            progress(done, len(paths))
        by_name = detect.kind_of(f"{tree.root}/{path}")
        is_named = path in named
        if by_name is None and not is_named:
            continue
        kind: str | None = by_name
        try:
            data = files.given[path] if path in files.given else tree.read(path)
            kind = detect.kind_by_content(kind, data, contains) if kind else None
            if is_named and kind in (None, "text"):
                kind = detect.kind_of_named(path, data) or kind
            is_link = os.path.islink(os.path.join(tree.root, path))
            if kind is None and by_name in detect.CALLERS and len(data) <= detect.MAX_CALLER and not is_link:
                left.append((path, str(by_name), data))
            if kind is None and is_named and by_name in AMBIGUOUS_TYPES and detect.kind_of_named(path, data) is None:
                files.unread.append((path, "unknown kind of file"))
            if kind is not None and (is_named or not is_link):
                source = tree.source(path, data)
                groups.setdefault((posixpath.dirname(path), kind), []).append(source)
        except UnreadableFile as error:
            if is_named or not str(kind).endswith("?"):
                files.unread.append((path, str(error)))
    scripts = [source.path for (_, kind), sources in groups.items() if kind == "shell" for source in sources]
    for path, caller, data in detect.callers(left, scripts):
        with contextlib.suppress(UnreadableFile):
            source = tree.source(path, data)
            groups.setdefault((posixpath.dirname(path), caller), []).append(source)
    return groups


def _passed_over(tree: Tree, chosen: Sequence[str], contains: Callable[[bytes, bytes], bool]) -> Set[str]:
    """Return the irrelevant files among the programs of a large tree, which are most of its files."""
    found = {path: kind for path in chosen if (kind := detect.HINTED.get(path[path.rfind(".") :]))}
    lacking = prefilter.batch_prefilter(tree.disk)

    def kept(paths: Sequence[str]) -> Set[str]:
        left = set(paths)
        if lacking is not None:
            for kind, hints in detect.HINTS.items():
                left -= lacking([path for path in paths if found[path] == kind], hints)
        return {path for path in left if keep(path)}

    def keep(path: str) -> bool:
        try:
            return detect.kind_by_content(found[path], tree.read(path), contains) is not None
        except UnreadableFile:
            return True

    return found.keys() - prefilter.kept(list(found), kept)
