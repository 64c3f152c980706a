"""`linklint migrate`"""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING

from linklint.cli.options import asked
from linklint.errors import UsageError
from linklint.output import terminal
from linklint.output.escape import escape
from linklint.output.finding_lines import plural
from linklint.text.regex import lazy_compile

if TYPE_CHECKING:
    import argparse

    from linklint.files.tree import Tree
    from linklint.fixes.edits import Change
    from linklint.migration.plan import Options, Plan

PENDING, REFUSED = 1, 3
NETWORK = lazy_compile(r"[A-Za-z0-9][\w.-]*", re.ASCII)


def migrate(options: argparse.Namespace) -> int:
    """`linklint migrate`"""
    from linklint.migration.plan import plan

    paths, config = asked(options)
    if options.patch is not None and os.path.lexists(options.patch):
        raise UsageError(f"{options.patch} exists: --patch writes a new file")
    made = plan(paths, config, _choices(options))
    if options.component is not None and not made.components:
        raise UsageError(f"no component is called {options.component}")
    if options.patch is not None:
        _write_patch(made, options.patch)
    if options.diff:
        _show_diff(made)
    if options.write:
        return _write(made, force=options.force)
    if not options.diff and (options.patch is None or options.format != "text"):
        _show(made, options.format)
    return _status(made)


def _status(made: Plan) -> int:
    if any(component.refusals for component in made.components):
        return REFUSED
    return PENDING if made.texts else 0


def _choices(options: argparse.Namespace) -> Options:
    """Return what the user decides. Raises UsageError."""
    from linklint.migration.plan import Options

    networks: dict[str, str] = {}
    for given in options.network_name:
        component, equals, name = given.rpartition("=")
        if not name or equals and not component:
            raise UsageError(f"--network-name {given}: write NAME or COMPONENT=NAME")
        if NETWORK.fullmatch(name) is None or name in ("bridge", "default", "host", "none"):
            raise UsageError(f"--network-name {given}: {name} cannot be the name of a network")
        networks[component] = name
    variables: dict[str, str] = {}
    for given in options.network_of:
        variable, equals, name = given.partition("=")
        if not equals or not variable or not name:
            raise UsageError(f"--network-of {given}: write VARIABLE=NAME")
        variables[variable.lstrip("$").strip("{}")] = name
    return Options(
        networks,
        options.component,
        options.keep_links,
        variables,
        options.accept_icc,
        options.strict,
        options.strict_order,
    )


def _show(made: Plan, form: str) -> None:
    from linklint.migration.report import as_dict, render

    if form == "json":
        from linklint.output.escape import dump

        terminal.write_plain(dump(as_dict(made)), sys.stdout)
    elif form == "markdown":
        from linklint.output.formats.markdown import as_list

        terminal.write_plain(as_list("Links become networks", render(made)), sys.stdout)
    else:
        terminal.write(render(made), sys.stdout)
        if made.texts:
            terminal.write(
                [[], [("linklint migrate --diff shows the changes, --write makes them.", "dim")]], sys.stdout
            )


def _show_diff(made: Plan) -> None:
    from linklint.migration.report import as_diff

    masked, real = as_diff(made, masked=True), as_diff(made, masked=False)
    styles = {"+": "green", "-": "red", "@": "cyan"}
    shown = [(line, escape(line.removesuffix("\r")) + "\r" * line.endswith("\r")) for line in masked]
    terminal.write([[(text, styles.get(line[:1], ""))] for line, text in shown], sys.stdout, wrap=False)
    hidden = sum(line.startswith(("+", "-", " ")) for line in masked) and _bodies(masked) != _bodies(real)
    if hidden or any(line != text for line, text in shown):
        sys.stderr.write("The diff hides secrets or escapes characters, so it cannot be applied: use --patch FILE.\n")
    _say_refusals(made)


def _bodies(lines: list[str]) -> list[str]:
    return [line for line in lines if not line.startswith(("---", "+++"))]


def _say_refusals(made: Plan) -> None:
    for component in made.components:
        for note in component.refusals:
            sys.stderr.write(f"linklint: {escape(component.network)}: {escape(note.place)}: {escape(note.words)}\n")


def _write_patch(made: Plan, path: str) -> None:
    """Write the diff to a new file that only the user can read: it has secrets in full. Raises UsageError."""
    from linklint.migration.report import as_diff
    from linklint.text.source import encode

    data = encode("".join(f"{line}\n" for line in as_diff(made, masked=False)))
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    try:
        with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
            file.write(data)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}") from error


def _write(made: Plan, *, force: bool) -> int:
    """Write all changes, or none."""
    from linklint.fixes.edits import write
    from linklint.migration.report import changes_of, summary

    if not made.texts:
        sys.stderr.write(f"{summary(made)}\n")
        _say_refusals(made)
        return _status(made)
    tree = made.before.tree
    dirty = [] if force else _uncommitted(made)
    if dirty:
        names = ", ".join(escape(tree.display(path)) for path in dirty)
        raise UsageError(f"{names}: not committed; commit first, so that git shows the change, or use --force")
    left = [path for path in made.texts if tree.read(path) != made.original(path)]
    if left:
        raise UsageError(f"{escape(tree.display(left[0]))} has changed since it was read")
    done: list[Change] = []
    for change in changes_of(made):
        reason, note = write(tree.disk, change)
        path = escape(tree.display(change.source.path))
        if reason:
            stuck = ", ".join(escape(shown) for one in done if (shown := _undo(tree, one)))
            also = f"; {stuck} could not be changed back" if stuck else ", and nothing else"
            raise UsageError(f"did not change {path}: {reason}{also}")
        done.append(change)
        if note:
            sys.stderr.write(f"linklint: {path}: {note}\n")
    moved = sum(not component.refusals for component in made.components)
    sys.stderr.write(f"Changed {plural(len(made.texts), 'file')}: {plural(moved, 'network')}.\n")
    _say_refusals(made)
    return REFUSED if any(component.refusals for component in made.components) else 0


def _undo(tree: Tree, change: Change) -> str:
    """Write the text before a change again. Return the path if that fails."""
    from linklint.fixes.edits import Change, write
    from linklint.text.source import Source

    path = change.source.path
    reason, _ = write(tree.disk, Change(Source(path, change.after), change.source.text, (), ()))
    return tree.display(path) if reason else ""


def _uncommitted(made: Plan) -> list[str]:
    """Return the files that git does not have as they are; none outside of a repository."""
    from linklint.files.git import find_git, repository_above
    from linklint.files.listing import changed

    tree = made.before.tree
    if repository_above(tree.root) is None or find_git() is None:
        return []
    try:
        return sorted(changed(tree, "HEAD", made.texts))
    except UsageError:  # no commit yet
        return sorted(made.texts)
