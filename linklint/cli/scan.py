"""`linklint scan`"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from linklint.cli import baseline
from linklint.cli import fix as fixes
from linklint.cli.options import check_output, configured, paths_of, progress, start_of
from linklint.cli.parser import EXIT_FINDINGS, EXIT_USAGE
from linklint.errors import UsageError
from linklint.files.writing import write_report

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from linklint.findings.result import ScanResult


def scan(options: argparse.Namespace) -> int:
    """`linklint scan`"""
    from linklint.scanning import scan as run

    _check(options)
    paths, stdin = _paths(options)
    config = configured(options, options.context or start_of(paths))
    if not options.paths and config.paths:
        paths = paths_of(config)
    outputs = [_output(text) for text in options.output]
    if len({os.path.realpath(path) for _, path in outputs}) < len(outputs):
        raise UsageError("two reports cannot be written to the same file")
    path = baseline.file_of(options, config, paths)
    if path is not None and any(os.path.realpath(output) == os.path.realpath(path) for _, output in outputs):
        raise UsageError(f"--output would overwrite the baseline {path}")

    def look() -> ScanResult:
        with progress() as shown:
            return run(
                paths,
                config=config,
                audit=options.audit,
                docs=options.docs,
                context=options.context,
                since=options.since,
                baseline=path if path is not None and os.path.lexists(path) else None,
                stdin=stdin,
                show_secrets=options.show_secrets,
                progress=shown,
            )

    result = look()
    for written in (*(file for _, file in outputs), *([str(path)] if options.write_baseline else [])):
        check_output(written, result.tree, result.store.sources.values(), config)
    if options.diff:
        fixes.show(result, options.unsafe)
        return EXIT_USAGE if result.failed else 0
    if options.write_baseline:
        return baseline.write(result, str(path))
    if options.fix and fixes.write(result, options.unsafe):
        result = look()  # what is left, with current locations
    result = baseline.prune(result, options.prune_baseline)
    _print(result, options, outputs)
    return _status(result, options)


def _check(options: argparse.Namespace) -> None:
    """Check that the options can be combined. Raises UsageError."""
    if options.unsafe and not (options.fix or options.diff):
        raise UsageError("--unsafe needs --fix or --diff")
    if "-" in options.paths and options.fix:
        raise UsageError("--fix cannot change stdin: use --diff")
    if options.since and (
        options.context or len(options.paths) > 1 or options.paths and not os.path.isdir(options.paths[0])
    ):
        raise UsageError("--since needs exactly one directory as PATH, and cannot be combined with --context")
    if options.output and (options.diff or options.write_baseline):
        raise UsageError("--output cannot be combined with --diff or --write-baseline")
    if options.format and (options.diff or options.write_baseline):
        raise UsageError("--format cannot be combined with --diff or --write-baseline")
    if options.prune_baseline and options.diff:
        raise UsageError("--prune-baseline cannot be combined with --diff")
    if "-" in options.paths and (options.write_baseline or options.prune_baseline):
        raise UsageError("baselines do not apply to stdin")
    if options.format not in (None, "text") and (
        options.group_by or options.quiet or options.statistics and options.format != "github"
    ):
        raise UsageError("--statistics, --group-by and --quiet need --format text")
    if options.no_baseline and (options.baseline or options.write_baseline or options.prune_baseline):
        raise UsageError("--no-baseline cannot be combined with another baseline option")
    if options.write_baseline and (
        options.fix or options.diff or options.since or options.context or options.prune_baseline
    ):
        raise UsageError(
            "--write-baseline needs a full scan: it cannot be combined with --fix, --diff, --since, --context or "
            "--prune-baseline"
        )


def _paths(options: argparse.Namespace) -> tuple[list[str], tuple[str, bytes] | None]:
    paths = list(options.paths)
    if "-" not in paths:
        if options.stdin_filename:
            raise UsageError("--stdin-filename needs - as the path")
        return paths or [options.context or "."], None
    if len(paths) > 1 or not options.stdin_filename:
        raise UsageError("- must be the only path, and needs --stdin-filename NAME")
    if os.path.isdir(options.stdin_filename):
        raise UsageError(f"--stdin-filename {options.stdin_filename} names a directory")
    return [options.stdin_filename], (options.stdin_filename, sys.stdin.buffer.read() if sys.stdin is not None else b"")


def _output(text: str) -> tuple[str, str]:
    """Return the (format, file) of `--output FORMAT:FILE`."""
    from linklint.output.formats import names

    form, _, path = text.partition(":")
    if form not in names() or not path:
        raise UsageError(f"--output needs FORMAT:FILE, for example sarif:out.sarif; formats: {', '.join(names())}")
    if path == "-":
        raise UsageError(f"--output writes to a file; use --format {form} for standard output")
    return form, path


def _print(result: ScanResult, options: argparse.Namespace, outputs: Sequence[tuple[str, str]]) -> None:
    from linklint.output import formats
    from linklint.output.summary import TextOptions

    view = TextOptions(
        options.group_by, options.statistics, options.show_ignored, options.quiet, options.strict, options.exit_zero
    )
    on_github = os.environ.get("GITHUB_ACTIONS") == "true" and not (
        options.group_by or options.quiet or options.statistics
    )
    form = options.format or ("github" if on_github else "text")
    formats.show(result, form, view, sys.stdout)
    problems: list[str] = []
    for form, path in outputs:
        text = formats.render(result, form, view)
        try:
            write_report(path, text.encode("utf-8", "backslashreplace"), [result.tree.root])
        except UsageError as error:
            problems.append(str(error))
    if problems:
        raise UsageError("; ".join(problems))


def _status(result: ScanResult, options: argparse.Namespace) -> int:
    if result.failed:
        return EXIT_USAGE
    if options.exit_zero:
        return 0
    failing = any(map(result.fails, result.findings))
    return EXIT_FINDINGS if failing or options.strict and result.unsuppressed_unread else 0
