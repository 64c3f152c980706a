"""`linklint migrate`"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from linklint.cli.options import asked, check_output
from linklint.errors import UsageError
from linklint.output import terminal
from linklint.output.escape import escape
from linklint.output.finding_lines import plural
from linklint.text.regex import lazy_compile

if TYPE_CHECKING:
    import argparse

    from linklint.config.model import Config
    from linklint.files.tree import Tree
    from linklint.fixes.edits import Change
    from linklint.migration.plan import Options, Plan

PENDING, LEFT = 1, 3
PATCH = "Written by linklint migrate"  # git apply skips what comes before the first file; the next scan skips it all
NETWORK = lazy_compile(r"[A-Za-z0-9][\w.-]*", re.ASCII)


def migrate(options: argparse.Namespace) -> int:
    """`linklint migrate`"""
    from linklint.migration.plan import plan

    paths, config = asked(options)
    made = plan(paths, config, _choices(options))
    if options.patch is not None:
        _write_patch(made, options.patch, config)
    if options.diff:
        _show_diff(made)
    if options.write:
        _write(made, force=options.force)
    elif not options.diff and (options.patch is None or options.format != "text"):
        _show(made, options.format)
    if any(component.refusals or component.left for component in made.components):
        return LEFT
    return PENDING if made.texts and not options.write and options.patch is None else 0


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
        options.only,
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
    _say_left(made)


def _bodies(lines: list[str]) -> list[str]:
    return [line for line in lines if not line.startswith(("---", "+++"))]


def _say_left(made: Plan) -> None:
    from linklint.migration.report import head_and_rest

    for component in made.components:
        terminal.write([[], *head_and_rest(made, component)], sys.stderr)


def _write_patch(made: Plan, path: str, config: Config) -> None:
    """Write the diff to a file that only the user can read: it has secrets in full. Raises UsageError."""
    from linklint.files.writing import write_report
    from linklint.migration.report import as_diff, summary
    from linklint.text.source import encode

    if not made.texts:
        sys.stderr.write(f"{summary(made)} {path} is not written.\n")
        return
    check_output(path, made.before.tree, made.before.store.sources.values(), config)
    real = as_diff(made, masked=False)
    write_report(path, encode("".join(f"{line}\n" for line in [PATCH, *real])), [made.before.tree.root], private=True)
    secrets = " It has secrets in full." if _bodies(as_diff(made, masked=True)) != _bodies(real) else ""
    sys.stderr.write(f"Wrote {path}: {_counts(made)}.{secrets}\n")
    _say_left(made)


def _counts(made: Plan) -> str:
    moved = sum(not component.refusals for component in made.components)
    return f"{plural(len(made.texts), 'file')}, {plural(moved, 'network')}"


def _write(made: Plan, *, force: bool) -> None:
    """Write all changes, or none."""
    from linklint.fixes.edits import write
    from linklint.migration.report import changes_of, summary

    if not made.texts:
        sys.stderr.write(f"{summary(made)}\n")
        _say_left(made)
        return
    tree = made.before.tree
    if not force:
        _check_committed(made)
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
    sys.stderr.write(f"Changed {_counts(made)}.\n")
    _say_left(made)


def _undo(tree: Tree, change: Change) -> str:
    """Write the text before a change again. Return the path if that fails."""
    from linklint.fixes.edits import Change, write
    from linklint.text.source import Source

    path = change.source.path
    reason, _ = write(tree.disk, Change(Source(path, change.after), change.source.text, (), ()))
    return tree.display(path) if reason else ""


def _check_committed(made: Plan) -> None:
    """Check that git has the files as they are, so that it can show and undo the change. Raises UsageError."""
    from linklint.files.git import find_git, repository_above
    from linklint.files.listing import changed

    tree = made.before.tree
    if repository_above(tree.root) is None or find_git() is None:
        why = "git is not installed" if find_git() is None else "this is no git repository"
        raise UsageError(f"{why}, so that nothing could undo the change: use --force, or --patch FILE")
    try:
        dirty = sorted(changed(tree, "HEAD", made.texts))
    except UsageError:  # no commit yet
        dirty = sorted(made.texts)
    if dirty:
        names = ", ".join(escape(tree.display(path)) for path in dirty)
        raise UsageError(f"{names}: not committed; commit first, so that git shows the change, or use --force")
