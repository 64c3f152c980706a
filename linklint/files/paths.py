"""Paths as people and forges use them: patterns of a configuration, and the path of a file in its repository."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from linklint.errors import ConfigError

BASELINE = ".linklint-baseline.json"


def matcher(patterns: Sequence[str], directory: str, origin: str) -> Callable[[str], bool]:
    """Return `matches(path)` for absolute paths: whether .gitignore patterns, relative to a directory, match a file.

    Raises ConfigError with their origin.
    """
    if not patterns:
        return lambda path: False
    import re
    import warnings

    from pathspec import GitIgnoreSpec

    for pattern in patterns:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")  # Python warns about [[:alpha:]] in its own patterns
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
    """Return the directory that reported paths are relative to, wherever a scan starts: the root of the repository.

    Without a repository, the first of some other directories that contains the tree; else the tree's own root.
    """
    current = root
    while not os.path.exists(os.path.join(current, ".git")):
        parent = os.path.dirname(current)
        if parent == current:
            return next((path for path in otherwise if is_below(root, path)), root)
        current = parent
    return current


def holding_baseline(root: str, until: Sequence[str]) -> list[str]:
    """Return the directory that contains a baseline: a tree's root, or the nearest parent inside one of some
    directories.
    """
    current = root
    while not os.path.isfile(os.path.join(current, BASELINE)):
        parent = os.path.dirname(current)
        if parent == current or not any(is_below(parent, directory) for directory in until):
            return []
        current = parent
    return [current]


def is_below(path: str, directory: str) -> bool:
    """Return whether a path is a directory or inside it. Symbolic links are followed."""
    path, directory = os.path.realpath(path), os.path.realpath(directory)
    return path == directory or path.startswith(directory.rstrip(os.sep) + os.sep)


def shown_path(path: str) -> str:
    """Return a path as the user would type it: relative if it is below the current directory."""
    found = os.path.relpath(path)
    return path if found.startswith("..") else found
