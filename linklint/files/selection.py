"""Select the files of a scan: those below its paths, minus what the configuration excludes.

Modules that only relevant files need are imported late: a tree without any costs no more than reading it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from linklint.errors import UsageError
from linklint.files.listing import Lister
from linklint.files.paths import holding_baseline, home_of, is_below
from linklint.files.patterns import matcher
from linklint.files.tree import Tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


CACHED_FROM = 100  # files: what a smaller selection says is not kept for the next run


class Restrictions(NamedTuple):
    """What a configuration says about the files of a scan.

    `paths` are scanned by default and `exclude` are patterns, both relative to `directory`; `origin` is the origin of
    the patterns; `custom_rules` are the real paths of rule files; `exclude_here` are patterns relative to the current
    directory.
    """

    directory: str = ""
    paths: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    origin: str = ""
    custom_rules: Sequence[str] = ()
    exclude_here: tuple[str, ...] = ()


class Selection:
    """The files of a scan, as paths in its tree.

    `listed` were found below a directory, `named` were given by name. `scope` are the directories that the scan covers
    completely: the root of the repository, or the paths of the configuration. `given` are contents that replace those
    on disk. `unread` are files that could not be read, with the reason. `excluded` counts the files that the
    configuration excludes, `excluded_paths` are those below a directory.
    """

    def __init__(
        self,
        tree: Tree,
        directories: Sequence[str],
        files: Sequence[str],
        rules: Restrictions,
        given: tuple[str, bytes] | None = None,
    ) -> None:
        self.tree = tree
        self.unread: list[tuple[str, str]] = []
        self.given = tree.given
        if given:
            self.given[_in_tree(tree, given[0])] = given[1]
        self.left_out = _left_out(tree, rules)
        self.scope = _scope(tree, directories, rules)
        lister = Lister(tree.disk)
        found = {name for directory in directories for name in lister.files(_in_tree(tree, directory))}
        self.unread += [(path, reason) for path, reason in dict.fromkeys(lister.closed) if not self.left_out(path)]
        self.listed = [name for name in sorted(found) if not self.left_out(name)]
        self.named = [_in_tree(tree, path) for path in files]
        self.excluded_paths = sorted(found.difference(self.listed))
        self.excluded = len(self.excluded_paths)

    @property
    def is_cached(self) -> bool:
        """Whether there are so many files that what they say is kept for the next run."""
        return len(self.listed) >= CACHED_FROM


def select(
    paths: Sequence[str],
    rules: Restrictions,
    context: str | None = None,
    given: tuple[str, bytes] | None = None,
    baseline: str | None = None,
) -> Selection:
    """Return the files of some paths, or of a whole context. A file that is given need not exist. Raises UsageError."""
    for path in [*paths, *([context] if context else [])]:
        if not os.path.lexists(path) and not (given and path == given[0]):
            raise UsageError(f"{path} does not exist")
    if context:
        if not os.path.isdir(context):
            raise UsageError(f"--context needs a directory, and {context} is not one")
        files = [path for path in paths if not os.path.isdir(path) and is_below(os.path.dirname(path) or ".", context)]
        return _in_context(Selection(tree_of([context], rules, baseline), [context], files, rules, given))
    directories = [path for path in paths if os.path.isdir(path)]
    files = [path for path in paths if not os.path.isdir(path)]
    tree = tree_of([path for path in paths if not given or path != given[0]] or ["."], rules, baseline)
    return Selection(tree, directories, files, rules, given)


def _in_context(files: Selection) -> Selection:
    """Return the requested files that the listing of the context does not have: new ones, links, ignored ones."""
    listed = set(files.listed)
    files.excluded = sum(map(files.left_out, files.named))
    files.named = [
        name
        for name in files.named
        if not files.left_out(name)
        and (name not in listed or name in files.given or os.path.islink(os.path.join(files.tree.root, name)))
    ]
    return files


def requested_files(tree: Tree, paths: Sequence[str], context: str, known: Iterable[str]) -> set[str]:
    """Return the files of a context that some paths mean; below a directory, only the known ones.

    Raises UsageError for a path outside of it.
    """
    outside = next(
        (
            path
            for path in paths
            if not is_below(os.path.dirname(path) or "." if not os.path.isdir(path) else path, context)
        ),
        None,
    )
    if outside is not None:
        raise UsageError(f"{outside} is outside {context}")
    directories = tuple(_in_tree(tree, path) for path in paths if os.path.isdir(path))
    below = tuple(f"{directory}/" if directory else "" for directory in directories)
    return {_in_tree(tree, path) for path in paths if not os.path.isdir(path)} | {
        path for path in known if path.startswith(below) or path in directories
    }


def tree_of(paths: Sequence[str], rules: Restrictions, baseline: str | None = None) -> Tree:
    """Return the tree whose root contains all the paths.

    Outside of a repository, paths are relative to the directory of a baseline or a configuration.
    """
    tops = [path if os.path.isdir(path) else os.path.dirname(path) or "." for path in paths]
    root = os.path.commonpath([os.path.realpath(top) for top in tops])
    prefix = os.path.relpath(root, os.path.realpath("."))
    prefix = root if prefix.startswith(os.path.join("..", "..", "..")) else prefix
    if len(tops) == 1 and os.path.isabs(tops[0]):
        prefix = os.path.normpath(tops[0])
    here = [os.getcwd()] if not os.path.isabs(prefix) and not prefix.startswith("..") else []
    beside = [os.path.dirname(baseline) or "."] if baseline else holding_baseline(root, here)
    home = home_of(root, [*beside, *([rules.directory] if rules.directory else []), *here])
    return Tree(root, "" if prefix == "." else prefix.replace(os.sep, "/"), home)


def _in_tree(tree: Tree, path: str) -> str:
    """Return a path as the tree has it: a symbolic link to a file keeps its own name."""
    full = (
        os.path.join(os.path.realpath(os.path.dirname(path) or "."), os.path.basename(path))
        if not os.path.isdir(path)
        else os.path.realpath(path)
    )
    relative = os.path.relpath(full, tree.root).replace(os.sep, "/")
    return "" if relative == "." else relative


def _scope(tree: Tree, directories: Sequence[str], rules: Restrictions) -> list[str]:
    scanned = {os.path.realpath(directory) for directory in directories}
    if tree.home in scanned:
        return [""]
    said = (
        {os.path.realpath(os.path.join(rules.directory, path)) for path in rules.paths or [""]}
        if rules.directory
        else {""}
    )
    return (
        [tree.from_home(_in_tree(tree, directory)).removesuffix("/.") for directory in directories]
        if said <= scanned
        else []
    )


def _left_out(tree: Tree, rules: Restrictions) -> Callable[[str], bool]:
    """Return which paths of the tree the configuration leaves out: excluded files and custom rules."""
    if not rules.exclude and not rules.custom_rules and not rules.exclude_here:
        return lambda name: False
    excluded = matcher(rules.exclude, rules.directory or tree.root, rules.origin)
    excluded_here = matcher(rules.exclude_here, ".", "--exclude")
    custom = set(rules.custom_rules)

    def left_out(name: str) -> bool:
        full = os.path.join(tree.root, name)
        return excluded(full) or excluded_here(full) or full in custom

    return left_out
