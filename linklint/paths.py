"""Paths as people and forges know them: patterns of a configuration, and a file's place in its repository."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

BASELINE = ".linklint-baseline.json"


def matcher(patterns: Sequence[str], directory: str) -> Callable[[str], bool]:
    """`matches(path)` for absolute paths: whether patterns of .gitignore, written in a directory, take a file."""
    if not patterns:
        return lambda path: False
    from pathspec import GitIgnoreSpec

    spec = GitIgnoreSpec.from_lines(patterns)
    root = os.path.realpath(directory or ".")

    def matches(path: str) -> bool:
        relative = os.path.relpath(path, root).replace(os.sep, "/")
        return not relative.startswith("../") and spec.match_file(relative)

    return matches


def home_of(root: str) -> str:
    """The root of the repository that a directory lies in; the directory itself where there is none."""
    current = root
    while not os.path.exists(os.path.join(current, ".git")):
        parent = os.path.dirname(current)
        if parent == current:
            return root
        current = parent
    return current
