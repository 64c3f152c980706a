"""The arguments of `linklint scan`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linklint.cli.configuration_arguments import add_configuration, add_speed
from linklint.output.formats import FORMATS

if TYPE_CHECKING:
    import argparse

SEVERITIES = ("error", "warning", "note")
CONFIDENCES = ("certain", "likely", "possible")


def add_scan(scan: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    scan.description = (
        "Scan files and directories. Exit status: 0 no findings, 1 findings at or above --fail-on, 2 invalid usage or "
        "configuration, or a failed rule."
    )
    scan.usage = "linklint scan [OPTION ...] [PATH ...]"
    scan.add_argument(
        "paths", nargs="*", metavar="PATH", help="files and directories (default: the current directory); - is stdin"
    )
    _add_output(scan.add_argument_group("output"))
    _add_rules(scan.add_argument_group("rules and findings"))
    _add_files(scan.add_argument_group("files and configuration"))
    _add_baseline(scan.add_argument_group("baseline and suppression"))
    _add_fixes(scan.add_argument_group("automatic fixes"))
    _add_status(scan.add_argument_group("exit status"))


def _add_output(show: argparse._ArgumentGroup) -> None:
    show.add_argument(
        "--format", choices=FORMATS, help="format of standard output (default: text; github in GitHub Actions)"
    )
    show.add_argument(
        "-o", "--output-file", metavar="FILE", help="write the report to a file, in the format of --format"
    )
    show.add_argument(
        "--output",
        metavar="FORMAT:FILE",
        action="append",
        default=[],
        help="also write a report to a file (repeatable): sarif:out.sarif",
    )
    show.add_argument(
        "--audit",
        action="store_true",
        help="include possible and folded findings, and report whether the code can move to Engine 30",
    )
    show.add_argument("--docs", action="store_true", help="list what is folded in documents: ports, example secrets")
    show.add_argument("--group-by", choices=("rule", "file"), default="", help="group findings by rule or by file")
    show.add_argument(
        "--statistics", action="store_true", help="print the number of findings of each rule instead of the findings"
    )
    show.add_argument(
        "--show-ignored",
        action="store_true",
        help="include findings that a comment, the configuration or the baseline suppresses, and why",
    )
    show.add_argument("--show-files", action="store_true", help="list the files that would be read, with their types")
    show.add_argument("--show-secrets", action="store_true", help="show secrets in full")
    show.add_argument(
        "-q",
        "--quiet",
        action="store_true",
        help="print one line for each finding and unreadable file, without source lines and summary",
    )
    show.add_argument(
        "--color", choices=("auto", "always", "never"), default="auto", help="use colours (default: on a terminal)"
    )
    show.add_argument("--watch", action="store_true", help="scan again when a file changes, until Ctrl-C")


def _add_rules(what: argparse._ArgumentGroup) -> None:
    what.add_argument(
        "--engine",
        metavar="V",
        help="the Docker Engines that the code must work on: any (default), 27, 28, 29, 29+env, 30",
    )
    for name, words in (
        ("--select", "run only these rules"),
        ("--extend-select", "run these rules, too, although the configuration does not select them"),
        ("--ignore", "do not run these rules"),
    ):
        what.add_argument(
            name,
            metavar="RULE",
            action="append",
            default=[],
            help=f"{words}: names, groups, the beginning of a name, or ALL (repeatable, or separated by commas)",
        )
    what.add_argument(
        "--per-file-ignores",
        metavar="PATTERN:RULE",
        action="append",
        default=[],
        help="do not report these rules in files of a .gitignore pattern (repeatable)",
    )
    what.add_argument("--min-severity", choices=SEVERITIES, help="leave out findings of a lower severity")
    what.add_argument("--min-confidence", choices=CONFIDENCES, help="leave out findings of a lower confidence")


def _add_files(files: argparse._ArgumentGroup) -> None:
    files.add_argument(
        "--exclude", metavar="PATTERN", action="append", default=[], help="skip these paths, too (repeatable)"
    )
    files.add_argument(
        "--context", metavar="DIR", help="analyse all of DIR, but report only findings that involve PATH"
    )
    files.add_argument(
        "--since",
        metavar="REV",
        help="analyse all of PATH, but report only findings that involve files changed since a git revision",
    )
    add_configuration(files)
    add_speed(files)
    files.add_argument("--stdin-filename", metavar="NAME", help="with -: the file name that decides how stdin is read")


def _add_baseline(old: argparse._ArgumentGroup) -> None:
    old.add_argument(
        "--baseline",
        metavar="FILE",
        help="the file of known findings (default: .linklint-baseline.json, if it exists)",
    )
    old.add_argument("--no-baseline", action="store_true", help="report the findings of the baseline, too")
    old.add_argument("--write-baseline", action="store_true", help="write all current findings to the baseline")
    old.add_argument("--prune-baseline", action="store_true", help="remove fixed findings from the baseline")
    old.add_argument(
        "--no-ignores", action="store_true", help="report what comments and per-path sections suppress, too"
    )
    old.add_argument(
        "--add-ignore",
        metavar="=REASON",
        nargs="?",
        help="add a comment to the files for each listed finding, which suppresses it",
    )


def _add_fixes(fix: argparse._ArgumentGroup) -> None:
    words = "groups, after =: safe (default), readers, ports, all"
    fix.add_argument("--fix", metavar="=GROUP", nargs="?", help=f"apply fixes; {words}")
    fix.add_argument("--diff", metavar="=GROUP", nargs="?", help=f"print what --fix would change; {words}")
    fix.add_argument("--fix-only", action="store_true", help="apply fixes, and report nothing else")
    fix.add_argument("--show-fixes", action="store_true", help="list what was fixed, by file and rule")
    fix.add_argument("--unsafe", action="store_true", help="deprecated: --fix=all, --diff=all")


def _add_status(status: argparse._ArgumentGroup) -> None:
    status.add_argument(
        "--fail-on", choices=SEVERITIES, help="exit with 1 if any finding has at least this severity (default: warning)"
    )
    status.add_argument("--exit-zero", action="store_true", help="exit with 0 whatever was found")
    status.add_argument(
        "--exit-non-zero-on-fix",
        action="store_true",
        help="exit with 1 if something was fixed",
    )
    status.add_argument("--strict", action="store_true", help="exit with 1 if a file could not be read completely")
