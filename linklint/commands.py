"""What each command does with its arguments."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from linklint.cli import EXIT_FINDINGS, EXIT_USAGE, FORMATS, configured
from linklint.config import ENGINES
from linklint.errors import BadUsage
from linklint.report import terminal

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from linklint.config import Config
    from linklint.facts.store import Store
    from linklint.pipeline import Progress, Report


def scan(options: argparse.Namespace) -> int:
    """`linklint scan`"""
    from linklint.pipeline import scan as run

    _check(options)
    paths, stdin = _paths(options)
    config = configured(options, options.context or _start(paths))
    if not options.paths and config.paths:
        paths = [_below(config, path) for path in config.paths]
    outputs = [_output(text) for text in options.output]
    baseline = _baseline_of(options, config, paths)
    with _progress() as progress:
        report = run(
            paths,
            config=config,
            audit=options.audit,
            context=options.context,
            since=options.since,
            baseline=baseline if baseline is not None and os.path.lexists(baseline) and not options.write_baseline else None,
            stdin=stdin,
            show_secrets=options.show_secrets,
            progress=progress,
        )
    if options.diff:
        _print_diff(report, options.unsafe)
        return EXIT_USAGE if report.failed else 0
    if options.write_baseline:
        return _write_baseline(report, str(baseline))
    if options.fix:
        _fix(report, options.unsafe)
    _prune_baseline(report, options.prune_baseline)
    _print(report, options, outputs)
    return _status(report, options)


def _check(options: argparse.Namespace) -> None:
    """What does not go together.  Raises BadUsage."""
    if options.unsafe and not (options.fix or options.diff):
        raise BadUsage("--unsafe goes with --fix or --diff")
    if "-" in options.paths and options.fix:
        raise BadUsage("--fix cannot write to stdin: use --diff")
    if options.since and (options.context or len(options.paths) > 1 or options.paths and not os.path.isdir(options.paths[0])):
        raise BadUsage("--since takes one directory as PATH, and no --context")
    if options.no_baseline and (options.baseline or options.write_baseline or options.prune_baseline):
        raise BadUsage("--no-baseline goes with no other option of a baseline")
    if options.write_baseline and (options.fix or options.diff or options.since or options.context or options.prune_baseline):
        raise BadUsage("--write-baseline takes what a whole scan finds: not with --fix, --diff, --since, --context or --prune-baseline")


def _below(config: Config, path: str) -> str:
    """A path of the configuration as seen from here."""
    found = os.path.relpath(os.path.join(config.directory, path))
    return os.path.join(config.directory, path) if found.startswith("..") else found


def _baseline_of(options: argparse.Namespace, config: Config, paths: Sequence[str]) -> str | None:
    """The file of the baseline: the one that is named, else the usual one at the root of the repository."""
    from linklint.paths import BASELINE, home_of

    if options.no_baseline or "-" in options.paths:
        return None
    if options.baseline or config.baseline:
        path = options.baseline or _below(config, config.baseline)
        if not os.path.exists(path) and not options.write_baseline:
            raise BadUsage(f"there is no baseline {path}: linklint scan --write-baseline makes one")
        return path
    start = os.path.realpath(options.context or _start(paths))
    usual = os.path.join(home_of(start) if not config.directory else home_of(config.directory), BASELINE)
    shown = os.path.relpath(usual)
    path = usual if shown.startswith("..") else shown
    if options.prune_baseline and not os.path.exists(path):
        raise BadUsage(f"there is no baseline {path}: linklint scan --write-baseline makes one")
    return path if os.path.isfile(path) and not os.path.islink(path) or options.write_baseline else None


def _output(text: str) -> tuple[str, str]:
    """(format, file) of `--output FORMAT:FILE`."""
    form, _, path = text.partition(":")
    if form not in FORMATS or not path:
        raise BadUsage(f"--output takes FORMAT:FILE, like sarif:out.sarif; the formats are {', '.join(FORMATS)}")
    return form, path


def _write_baseline(report: Report, path: str) -> int:
    from linklint.judge.baseline import entries_of, write
    from linklint.report.escape import escape

    if report.failed:
        sys.stderr.write("linklint: a rule failed: no baseline is written\n")
        return EXIT_USAGE
    write(path, entries_of(report.findings, [report.tree.from_home(finding.path) for finding in report.findings]))
    count = len(report.findings)
    sys.stderr.write(f"{count} finding{'' if count == 1 else 's'} in {escape(path)}: from now on only new ones are shown; commit it\n")
    return 0


def _prune_baseline(report: Report, wanted: bool) -> None:
    from linklint.report.escape import escape

    if wanted and report.baseline is not None and report.baseline.fixed:
        report.baseline.prune()
        gone = len(report.baseline.fixed)
        sys.stderr.write(f"{gone} fixed finding{'' if gone == 1 else 's'} taken out of {escape(report.baseline.path)}\n")
        report.baseline.fixed = []


def _paths(options: argparse.Namespace) -> tuple[list[str], tuple[str, bytes] | None]:
    paths = list(options.paths)
    if "-" not in paths:
        if options.stdin_filename:
            raise BadUsage("--stdin-filename goes with - for a path")
        return paths or ["."], None
    if len(paths) > 1 or not options.stdin_filename:
        raise BadUsage("- stands alone, and needs --stdin-filename NAME")
    return [options.stdin_filename], (options.stdin_filename, sys.stdin.buffer.read())


def _start(paths: Sequence[str]) -> str:
    first = paths[0] if paths else "."
    return first if os.path.isdir(first) else os.path.dirname(first) or "."


class _progress:
    """Shows how far a long scan is, on stderr, where that is a terminal."""

    def __init__(self) -> None:
        self.begun: float | None = None
        self.shown = False

    def __enter__(self) -> Progress | None:
        if not sys.stderr.isatty():
            return None
        import time

        self.begun = time.monotonic()

        def show(done: int, total: int) -> None:
            if self.begun is not None and time.monotonic() - self.begun > 0.7:
                sys.stderr.write(f"\r\x1b[2Kreading {done} of {total} files")
                sys.stderr.flush()
                self.shown = True

        return show

    def __exit__(self, *_: object) -> None:
        if self.shown:
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()


def _print(report: Report, options: argparse.Namespace, outputs: Sequence[tuple[str, str]]) -> None:
    from linklint.report import formats
    from linklint.report.text import View

    report.strict = options.strict
    view = View(options.group_by, options.statistics, options.show_ignored, options.quiet)
    form = options.format or ("github" if os.environ.get("GITHUB_ACTIONS") == "true" else "text")
    formats.show(report, form, view, sys.stdout)
    for form, path in outputs:
        text = formats.render(report, form, view)
        try:
            with open(path, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
                file.write(text)
        except OSError as error:
            raise BadUsage(f"{path} cannot be written: {error.strerror}") from error


def _status(report: Report, options: argparse.Namespace) -> int:
    if report.failed:
        return EXIT_USAGE
    if options.exit_zero:
        return 0
    failing = any(map(report.fails, report.findings))
    return EXIT_FINDINGS if failing or options.strict and report.unread else 0


def _print_diff(report: Report, unsafe: bool) -> None:
    from functools import partial

    from linklint.fix.edits import changes, diff
    from linklint.report.escape import escape
    from linklint.report.secrets import Curtain

    curtain = Curtain(report.store)
    mended = 0
    lines: list[terminal.Line] = []
    for change in changes(report.findings, unsafe=unsafe):
        if change.problem:
            sys.stderr.write(
                f"linklint: {report.tree.display(change.source.path)}: its reads are left as they are: {escape(change.problem)}\n"
            )
        styles = {"+": "green", "-": "red", "@": "cyan"}
        for line in diff(change, report.tree.display(change.source.path), partial(curtain.text, change.source)):
            lines.append([(escape(line), styles.get(line[:1], ""))])
        mended += len(change.mended)
    terminal.write(lines, sys.stdout)
    waiting = sum(bool(f.edits) and not f.safe_fix for f in report.findings)
    if waiting and not unsafe:
        sys.stderr.write(f"{waiting} more with --unsafe: they change who can connect, or what a program sees\n")
    elif not mended:
        sys.stderr.write("nothing to mend\n")


def _fix(report: Report, unsafe: bool) -> None:
    from linklint.fix.edits import changes, write
    from linklint.report.escape import escape

    mended, files = 0, 0
    for change in list(changes(report.findings, unsafe=unsafe)):
        shown = escape(report.tree.display(change.source.path))
        if change.problem:
            sys.stderr.write(f"linklint: {shown}: its reads are left as they are: {escape(change.problem)}\n")
        if not change.mended:
            continue
        reason = write(report.tree.root, change)
        if reason:
            sys.stderr.write(f"linklint: {shown} is left as it was: {escape(reason)}\n")
            continue
        mended, files = mended + len(change.mended), files + 1
        done = {id(finding) for finding in change.mended}
        report.findings = [finding for finding in report.findings if id(finding) not in done]
    waiting = sum(bool(f.edits) and not f.safe_fix for f in report.findings)
    more = f"; {waiting} more with --unsafe" if waiting and not unsafe else ""
    sys.stderr.write(f"mended {mended} finding{'' if mended == 1 else 's'} in {files} file{'' if files == 1 else 's'}{more}\n")


def explain(options: argparse.Namespace) -> int:
    """`linklint explain`"""
    from importlib import resources

    from linklint.judge.rule import built_in

    rules = {rule.slug: rule for rule in built_in()}
    rule = rules.get(options.rule)
    if options.rule == "facts":
        return _print_page(resources.files("linklint.facts").joinpath("README.md").read_text("utf-8"))
    if rule is None:
        import difflib

        near = difflib.get_close_matches(options.rule, rules, 1)
        raise BadUsage(f"there is no rule {options.rule}" + (f": do you mean {near[0]}?" if near else ": linklint rules lists them"))
    return _print_page(rule.text.split("\n---\n", 1)[-1].strip() + "\n")


def _print_page(page: str) -> int:
    if terminal.wants_colour(sys.stdout):
        from rich.console import Console
        from rich.markdown import Markdown

        Console(force_terminal=True).print(Markdown(page))
    else:
        sys.stdout.write(page)
    return 0


def rules(_: argparse.Namespace) -> int:
    """`linklint rules`"""
    from linklint.judge.rule import built_in

    found = built_in()
    width = max(len(rule.slug) for rule in found)
    lines: list[terminal.Line] = []
    for rule in found:
        fix = f"  (fix: {rule.fix})" if rule.fix else ""
        lines.append([(rule.slug.ljust(width), "bold"), ("  ", ""), (rule.severity.ljust(7), ""), ("  " + rule.title, ""), (fix, "dim")])
    terminal.write(lines, sys.stdout)
    return 0


def _asked(options: argparse.Namespace) -> tuple[Store, str]:
    """The facts that a question is about, and the engine that is meant."""
    from linklint.facts.store import Store
    from linklint.pipeline import gather

    paths = options.paths or ["."]
    config = configured(options, _start(paths))
    if config.engine not in ENGINES:
        raise BadUsage(f"there is no engine {config.engine}: it is one of {', '.join(ENGINES)}")
    with _progress() as progress:
        facts = gather(paths, config, progress=progress)
    return Store(facts.ledger, facts.sources, config.engine, show_secrets=options.show_secrets, display=facts.tree.display), config.engine


def env(options: argparse.Namespace) -> int:
    """`linklint env`"""
    from linklint.ask.env import names, recipients
    from linklint.report import env as report

    store, engine = _asked(options)
    found = recipients(store, options.container, engine)
    if not found:
        import difflib

        known = names(store)
        near = difflib.get_close_matches(options.container, known, 1)
        hint = (
            f": do you mean {near[0]}?"
            if near
            else f": those with links are {', '.join(known[:12])}"
            if known
            else ", and no container has links"
        )
        raise BadUsage(f"there is no container {options.container} here{hint}")
    if options.format == "json":
        terminal.write_plain(report.render_json(found, engine), sys.stdout)
    else:
        terminal.write(report.render(found, engine), sys.stdout)
    return 0


def graph(options: argparse.Namespace) -> int:
    """`linklint graph`"""
    from linklint.ask.graph import graph as ask
    from linklint.report import graph as report

    store, engine = _asked(options)
    found = ask(store, engine)
    if options.format == "tree":
        terminal.write(report.tree(found), sys.stdout)
    else:
        terminal.write_plain((report.mermaid if options.format == "mermaid" else report.dot)(found), sys.stdout)
    return 0


def query(options: argparse.Namespace) -> int:
    """`linklint query`"""
    from linklint.report import table

    if options.export is not None:
        options.paths = [path for path in (options.sql, *options.paths) if path is not None]
        store, _ = _asked(options)
        store.export(options.export)
        sys.stderr.write(f"the facts are in {options.export}\n")
        return 0
    if options.sql is None:
        raise BadUsage("query takes a question in SQL, or --export FILE")
    store, _ = _asked(options)
    columns, rows = store.ask(options.sql)
    terminal.write_plain(table.render(columns, rows, options.format), sys.stdout)
    return 0


def config(options: argparse.Namespace) -> int:
    """`linklint config`"""
    from linklint.config import schema
    from linklint.report import config as report
    from linklint.report.escape import dump

    if options.schema:
        sys.stdout.write(dump(schema()))
        return 0
    found = configured(options, _start(options.paths or ["."]))
    if options.format == "json":
        sys.stdout.write(report.render_json(found))
    else:
        terminal.write(report.render(found), sys.stdout)
    return 0


def completion(options: argparse.Namespace) -> int:
    """`linklint completion`"""
    import shtab

    from linklint.cli import parser

    sys.stdout.write(shtab.complete(parser(), shell=options.shell) + "\n")
    return 0


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "scan": scan,
    "explain": explain,
    "rules": rules,
    "env": env,
    "graph": graph,
    "query": query,
    "config": config,
    "completion": completion,
}
