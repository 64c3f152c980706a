"""Paths as people and forges use them: where a repository begins, and files that the user names."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

from linklint.files.root import OPEN, Root, UnreadableFile, read_all
from linklint.text.regex import lazy_compile

BASELINE = ".linklint-baseline.json"
# Tests, and the data of tests.
TEST_DATA = lazy_compile(
    r"(?:^|/)(?:tests?|specs?|__tests__|testdata|test_data|testing|mocks?|unit|features|cassettes)/"
    r"|(?:^|/)(?:test_[^/]*|[^/]*(?:_test|_spec|[.-](?:test|spec)|Tests?|Spec))\.\w+\Z"
)
# Directories and files of other people's code, of those that linguist lists: the names that mean nothing else.
VENDORED = lazy_compile(
    r"(?:^|/)(?:vendors?|Godeps|node_modules|(?:third|3rd)[-_]?party|bower_components|jspm_packages|site-packages"
    r"|Pods|\.yarn/(?:releases|plugins|sdks|versions|unplugged))/|\.min\.js\Z"
)
# How files say that they are generated, in their first lines.
GENERATED = lazy_compile(
    r"@generated\b|\b(?:auto-?)?generated\b[\s\S]{0,80}?\bdo not (?:edit|modify)\b"
    r"|\bdo not (?:edit|modify)\b[\s\S]{0,80}?\b(?:auto-?)?generated\b",
    re.IGNORECASE,
)
HEAD = 1000  # characters: the first lines


def is_generated(text: str) -> bool:
    """Return whether the first lines of a file say that it is generated."""
    head = text[:HEAD]
    return "generated" in head.lower() and GENERATED.search(head) is not None


def read_named(path: str, limit: int) -> bytes:
    """Return the bytes of a file that the user names. Raises UnreadableFile.

    In a repository, a symbolic link that leads out of it is not followed: it may have come with the repository.
    """
    full = os.path.abspath(path)
    home = home_of(os.path.dirname(full))
    if os.path.lexists(os.path.join(home, ".git")):
        return Root(home).read(os.path.relpath(full, home).replace(os.sep, "/"), limit)
    try:
        descriptor = os.open(full, OPEN)
    except OSError as error:
        raise UnreadableFile(f"cannot read the file: {error.strerror}") from error
    try:
        return read_all(descriptor, limit)
    finally:
        os.close(descriptor)


def start_of(paths: Sequence[str]) -> str:
    """Return the directory where the search for the configuration starts: the one that contains all paths."""
    tops = [path if os.path.isdir(path) else os.path.dirname(path) or "." for path in paths or ["."]]
    return tops[0] if len(tops) == 1 else shown_path(os.path.commonpath([os.path.realpath(top) for top in tops]))


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
