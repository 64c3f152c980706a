"""Which options of `linklint scan` can be combined."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from linklint.errors import UsageError
from linklint.findings.finding import FIX_GROUPS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Collection

# Options that cannot be combined: each with others, and what is said.
EXCLUDING = (
    ("diff", ("output", "output_file", "format", "prune_baseline", "write_baseline", "fix_only"), ""),
    ("write_baseline", ("output", "output_file", "format"), ""),
    (
        "write_baseline",
        ("fix", "diff", "since", "context", "prune_baseline", "min_severity", "min_confidence", "no_ignores"),
        "--write-baseline needs a full scan: ",
    ),
    ("no_baseline", ("baseline", "write_baseline", "prune_baseline"), ""),
    ("watch", ("fix", "diff", "write_baseline", "prune_baseline", "add_ignore", "output", "output_file"), ""),
    ("add_ignore", ("fix", "diff", "write_baseline", "prune_baseline", "no_ignores", "format", "output"), ""),
    ("since", ("context",), ""),
)
NOT_FOR_STDIN = {
    "fix": "--fix cannot change stdin: use --diff",
    "add_ignore": "--add-ignore cannot change stdin",
    "watch": "--watch needs files, and cannot read stdin again",
    "write_baseline": "baselines do not apply to stdin",
    "prune_baseline": "baselines do not apply to stdin",
}


def check(options: argparse.Namespace) -> None:
    """Check that the options can be combined, and add those that others imply. Raises UsageError."""
    if options.unsafe and not (options.fix or options.diff or options.fix_only):
        raise UsageError("--unsafe needs --fix or --diff")
    if options.fix_only and not options.fix:
        options.fix = "safe"
    for option, others, why in EXCLUDING:
        other = next((name for name in others if _is_given(options, name)), None)
        if _is_given(options, option) and other is not None:
            raise UsageError(f"{why}{_name(option)} cannot be combined with {_name(other)}")
    _check_stdin(options)
    if options.since and (len(options.paths) > 1 or options.paths and not os.path.isdir(options.paths[0])):
        raise UsageError("--since needs exactly one directory as PATH")
    if options.format not in (None, "text") and (
        options.group_by or options.quiet or options.statistics and options.format != "github"
    ):
        raise UsageError("--statistics, --group-by and --quiet need --format text")


def fix_groups(options: argparse.Namespace) -> Collection[str]:
    """Return the groups of fixes that are asked for; none without --fix and --diff. Raises UsageError."""
    if options.unsafe:
        sys.stderr.write("linklint: --unsafe is deprecated: use --fix=all or --diff=all, or a group\n")
        return FIX_GROUPS
    groups = f"{options.diff or ''} {options.fix or ''}".replace(",", " ").split()
    path = next((path for path in options.paths if path in (*FIX_GROUPS, "all", "links")), "")
    if groups and path and not os.path.lexists(path):
        raise UsageError(f"a group follows an equals sign: {'--diff' if options.diff else '--fix'}={path}")
    for group in groups:
        if group == "links":
            raise UsageError("links have no automatic fix: use linklint migrate")
        if group not in (*FIX_GROUPS, "all"):
            raise UsageError(f"there is no group {group} of fixes: use {', '.join(FIX_GROUPS)} or all")
    return FIX_GROUPS if "all" in groups else groups


def _check_stdin(options: argparse.Namespace) -> None:
    if "-" not in options.paths:
        if options.stdin_filename:
            raise UsageError("--stdin-filename needs - as the path")
        return
    if len(options.paths) > 1:
        raise UsageError("- must be the only path")
    for name, words in NOT_FOR_STDIN.items():
        if _is_given(options, name):
            raise UsageError(words)


def _is_given(options: argparse.Namespace, name: str) -> bool:
    value = getattr(options, name)
    return value is not None and value is not False and value != []


def _name(option: str) -> str:
    return "-o" if option == "output_file" else f"--{option.replace('_', '-')}"
