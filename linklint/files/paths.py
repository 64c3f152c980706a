"""Paths as people and forges know them: patterns of a configuration, and a file's place in its repository."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from linklint.errors import ConfigError

BASELINE = ".linklint-baseline.json"


def matcher(patterns: Sequence[str], directory: str, origin: str) -> Callable[[str], bool]:
    """`matches(path)` for absolute paths: whether patterns of .gitignore, written in a directory, take a file.

    Raises BadConfig with their origin.
    """
    if not patterns:
        return lambda path: False
    import re
    import warnings

    from pathspec import GitIgnoreSpec

    for pattern in patterns:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter(
                    "error"
                )  # of Python's patterns, about what they take for something else: [[:alpha:]]
                spec = GitIgnoreSpec.from_lines([pattern])
        except (ValueError, re.error) as error:
            raise ConfigError(f"{origin}: {pattern!r} is not a valid .gitignore pattern") from error
        except Warning as error:
            raise ConfigError(
                f"{origin}: pattern {pattern!r} is not supported: write the characters of the set"
            ) from error
    spec = GitIgnoreSpec.from_lines(patterns)
    root = os.path.realpath(directory or ".")

    def matches(path: str) -> bool:
        relative = os.path.relpath(path, root).replace(os.sep, "/")
        return not relative.startswith("../") and spec.match_file(relative)

    return matches


def home_of(root: str, otherwise: Sequence[str] = ()) -> str:
    """From where the paths of a tree are seen, wherever a scan begins: the root of its repository.

    Where there is none, the first of some other directories that hold the tree; else the tree's own root.
    """
    current = root
    while not os.path.exists(os.path.join(current, ".git")):
        parent = os.path.dirname(current)
        if parent == current:
            return next((path for path in otherwise if is_below(root, path)), root)
        current = parent
    return current


def holding_baseline(root: str, until: Sequence[str]) -> list[str]:
    """The directory that holds a baseline: a tree's root, or the nearest above it that lies in one of some others."""
    current = root
    while not os.path.isfile(os.path.join(current, BASELINE)):
        parent = os.path.dirname(current)
        if parent == current or not any(is_below(parent, directory) for directory in until):
            return []
        current = parent
    return [current]


def is_below(path: str, directory: str) -> bool:
    """Whether a path is a directory, or lies in it; links are followed."""
    path, directory = os.path.realpath(path), os.path.realpath(directory)
    return path == directory or path.startswith(directory.rstrip(os.sep) + os.sep)


def shown_path(path: str) -> str:
    """A path as the user would type it: relative, where it lies below the current directory."""
    found = os.path.relpath(path)
    return path if found.startswith("..") else found
