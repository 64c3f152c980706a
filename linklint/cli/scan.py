"""`linklint scan`"""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Any

from linklint.cli import baseline, checks
from linklint.cli.options import answers_for, asked, check_output, progress
from linklint.cli.parser import EXIT_FINDINGS, EXIT_USAGE
from linklint.errors import ConfigError, UsageError
from linklint.files.writing import write_report
from linklint.output import terminal
from linklint.output.escape import escape

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Collection, Iterator, Sequence

    from linklint.findings.result import ScanResult
    from linklint.output.terminal import Report

OF_SCANS = (
    "docs",
    "no_ignores",
    "min_severity",
    "min_confidence",
    "context",
    "since",
    "show_secrets",
    "jobs",
    "cache",
)


def scan(options: argparse.Namespace) -> int:
    """`linklint scan`"""
    checks.check(options)
    if options.show_files:
        return show_files(options)
    return _watch(options) if options.watch else _scan(options)


def _scan(options: argparse.Namespace) -> int:
    from linklint.scanning import scan as run

    groups = checks.fix_groups(options)
    stdin = _stdin(options)
    paths, config = asked(options, [stdin[0]] if stdin is not None else ())
    outputs = _outputs(options)
    path = baseline.file_of(options, config, paths)
    if path is not None and any(os.path.realpath(output) == os.path.realpath(path) for _, output in outputs):
        raise UsageError(f"a report would overwrite the baseline {path}")

    answers = answers_for(options, paths, config, path)
    if answers is not None and (status := answers.repeat()) is not None:
        return status

    def look(**more: Any) -> ScanResult:
        with progress() as shown:
            return run(
                paths,
                config=config,
                audit=options.audit or options.write_baseline,
                baseline=path if path is not None and os.path.lexists(path) else None,
                stdin=stdin,
                progress=shown,
                files=more.pop("files", None),
                **{name: getattr(options, name) for name in OF_SCANS},
                **more,
            )

    result = look(files=answers.files if answers is not None else None)
    for written in (*(file for _, file in outputs), *([str(path)] if options.write_baseline else [])):
        check_output(written, result.tree, result.store.sources.values(), config)
    if options.diff:
        from linklint.cli import fix

        fix.show(result, groups)
        return EXIT_USAGE if result.failed else 0
    if options.write_baseline:
        return baseline.write(result, str(path))
    if options.add_ignore is not None:
        from linklint.cli.add_ignore import add_ignores

        return add_ignores(result, options.add_ignore, look)
    if options.fix:
        return _fix(result, options, groups, outputs, look)
    report = _print(baseline.prune(result, options.prune_baseline), options, outputs)
    status = _status(result, options)
    if answers is not None and report is not None and not result.failed:
        answers.keep(report, status)
    return status


def _fix(
    result: ScanResult,
    options: argparse.Namespace,
    groups: Collection[str],
    outputs: Sequence[tuple[str, str]],
    look: Callable[[], ScanResult],
) -> int:
    """Write the fixes, and report what is left."""
    from linklint.cli import fix

    fixed = fix.write(result, groups, listed=options.show_fixes)
    if fixed:
        result = look()  # what is left, with current locations
    of_fixes = int(fixed > 0 and options.exit_non_zero_on_fix)
    if options.fix_only:
        return EXIT_USAGE if result.failed else of_fixes
    _print(baseline.prune(result, options.prune_baseline), options, outputs)
    return _status(result, options) or of_fixes


def _watch(options: argparse.Namespace) -> int:
    """Scan whenever a file of the listing changes, until Ctrl-C."""
    for _ in changes_of(options):
        if sys.stdout.isatty():
            sys.stdout.write("\x1b[2J\x1b[H")
        try:
            _scan(options)
        except (UsageError, ConfigError) as error:  # the file is being edited
            sys.stderr.write(f"linklint: {escape(str(error))}\n")
        sys.stderr.write("Watching for changes (Ctrl-C ends).\n")
        sys.stdout.flush()
    return 0


def _stdin(options: argparse.Namespace) -> tuple[str, bytes] | None:
    """Return the (name, content) of standard input, if it is scanned; the content says the name if no option does."""
    if "-" not in options.paths:
        return None
    content = sys.stdin.buffer.read() if sys.stdin is not None else b""
    if options.stdin_filename:
        if os.path.isdir(options.stdin_filename):
            raise UsageError(f"--stdin-filename {options.stdin_filename} names a directory")
        return options.stdin_filename, content
    from linklint.extraction.classify import name_for

    return name_for(content), content


def _outputs(options: argparse.Namespace) -> list[tuple[str, str]]:
    """Return the (format, file) of each report to write: of `--output FORMAT:FILE`, and of -o."""
    found = [_output(text) for text in options.output]
    if options.output_file:
        found.append((options.format or "text", options.output_file))
    if len({os.path.realpath(path) for _, path in found}) < len(found):
        raise UsageError("two reports cannot be written to the same file")
    return found


def _output(text: str) -> tuple[str, str]:
    """Return the (format, file) of `--output FORMAT:FILE`."""
    from linklint.output.formats import FORMATS

    form, _, path = text.partition(":")
    if form not in FORMATS or not path:
        raise UsageError(f"--output needs FORMAT:FILE, for example sarif:out.sarif; formats: {', '.join(FORMATS)}")
    if path == "-":
        raise UsageError(f"--output writes to a file; use --format {form} for standard output")
    return form, path


def _print(result: ScanResult, options: argparse.Namespace, outputs: Sequence[tuple[str, str]]) -> Report | None:
    """Print the report, and write those that are asked for. Return what was printed."""
    from linklint.output import formats
    from linklint.output.summary import TextOptions
    from linklint.output.terminal import put

    view = TextOptions(
        options.group_by, options.statistics, options.show_ignored, options.quiet, options.strict, options.exit_zero
    )
    on_github = os.environ.get("GITHUB_ACTIONS") == "true" and not (
        options.group_by or options.quiet or options.statistics
    )
    form = options.format or ("github" if on_github else "text")
    report = formats.report(result, form, view, sys.stdout) if not options.output_file else None
    if report is not None:
        put(report, sys.stdout)
    problems: list[str] = []
    for form, path in outputs:
        text = formats.render(result, form, view)
        try:
            write_report(path, text.encode("utf-8", "backslashreplace"), [result.tree.root])
        except UsageError as error:
            problems.append(str(error))
    if problems:
        raise UsageError("; ".join(problems))
    return report


def _status(result: ScanResult, options: argparse.Namespace) -> int:
    if result.failed:
        return EXIT_USAGE
    if options.exit_zero:
        return 0
    failing = any(map(result.fails, result.findings))
    return EXIT_FINDINGS if failing or options.strict and result.unsuppressed_unread else 0


def show_files(options: argparse.Namespace) -> int:
    """Print the files that a scan would read, with their types. Return the exit status."""
    from linklint.extraction.classify import classify
    from linklint.files.selection import select
    from linklint.scanning import restrictions

    paths, config = asked(options)
    files = select(paths, restrictions(config), options.context)
    groups = classify(files)
    rows = sorted((files.tree.display(source.path), kind) for (_, kind), group in groups.items() for source in group)
    terminal.write([[(escape(path), ""), (f"  {kind}", "dim")] for path, kind in rows], sys.stdout)
    sys.stderr.write(f"{len(rows)} of {len({*files.listed, *files.named})} files are read\n")
    return 0


SECONDS = 1.0
Stamps = dict[str, tuple[int, int]]


def changes_of(options: argparse.Namespace) -> Iterator[None]:
    """Yield at once, and then whenever a file that a scan would read, or its configuration, has changed."""
    before: Stamps | None = None
    while True:
        now = _stamps(options)
        if now != before:
            before = now
            yield
        time.sleep(SECONDS)


def _stamps(options: argparse.Namespace) -> Stamps:
    """Return size and time of each file. A mistake in the configuration is reported by the scan."""
    from linklint.errors import ConfigError, UsageError
    from linklint.files.selection import select
    from linklint.scanning import restrictions

    try:
        paths, config = asked(options)
        files = select(paths, restrictions(config), options.context)
    except (ConfigError, UsageError):
        return {}
    found: Stamps = {}
    for path in (*(os.path.join(files.tree.root, name) for name in (*files.listed, *files.named)), config.file):
        try:
            stat = os.stat(path)
            found[path] = stat.st_size, stat.st_mtime_ns
        except OSError:
            continue
    return found
