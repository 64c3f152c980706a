"""The command line: parses arguments, and hands them on.  What a command needs is imported when it runs."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NoReturn

from linklint import __version__

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from linklint.config import Config

EXIT_FINDINGS, EXIT_USAGE = 1, 2
FORMATS = ("text", "json", "sarif", "github", "gitlab", "junit", "markdown")
SEVERITIES = ("error", "warning", "note")
SHELLS = ("bash", "zsh", "tcsh")

WELCOME = """\
linklint finds Docker container links, published ports and handed-on secrets, and says what is wrong with them.

  linklint scan .                     scan this directory
  linklint scan --audit .             everything it can think of, also what is only possible
  linklint explain RULE               a rule's page: what happens, why it matters, how to mend it
  linklint rules                      all rules
  linklint env CONTAINER              what a container gets from its links
  linklint graph                      who links to whom, and what leaks
  linklint query "select path, line, name, image from containers"
  linklint config                     which configuration is in force, and from where
  linklint scan --help                all options of a command
"""


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """Run the command line, and exit with its status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed
            setattr(sys, name, open(os.devnull, "w"))
    try:
        if not arguments or arguments == ["--version"]:
            sys.stdout.write(f"linklint {__version__}\n" if arguments else WELCOME)
            status = 0
        else:
            status = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 141
    except KeyboardInterrupt:
        status = 130
    except OSError as error:  # the disk is full, the current directory is gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.stderr.write(f"linklint: {error.strerror or error}\n")
        status = EXIT_USAGE
    sys.exit(status)


def _run(arguments: list[str]) -> int:
    options = parse(arguments)
    from linklint.commands import run
    from linklint.errors import BadConfig, BadUsage, Refused

    try:
        return run(options)
    except (BadUsage, BadConfig, Refused) as error:
        from linklint.report.escape import escape

        sys.stderr.write(f"linklint: {escape(str(error))}\n")
        return EXIT_USAGE


def parse(arguments: list[str]) -> argparse.Namespace:
    """Parse the arguments; paths may stand before and behind options, which argparse alone does not take."""
    top = parser()
    options, rest = top.parse_known_args(arguments)
    behind = [path for path in rest if path != "--"]
    if behind and (not hasattr(options, "paths") or any(path.startswith("-") and path != "-" for path in behind)):
        top.error(f"unrecognized arguments: {' '.join(behind)}")
    if behind:
        options.paths = [*options.paths, *behind]
    return options


def parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    import argparse

    top = argparse.ArgumentParser(
        prog="linklint", description="A static linter for Docker container links.", allow_abbrev=False
    )
    top.add_argument("--version", action="version", version=f"linklint {__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_scan(commands)
    explain = commands.add_parser("explain", help="print a rule's page", allow_abbrev=False)
    explain.add_argument("rule", metavar="RULE")
    commands.add_parser("rules", help="list all rules", allow_abbrev=False)
    env = commands.add_parser(
        "env", help="what a container gets from its links: variables, lines of /etc/hosts", allow_abbrev=False
    )
    env.add_argument("container", metavar="CONTAINER", help="a container's name, a service, or project/service")
    _add_question(env, ("text", "json"))
    graph = commands.add_parser(
        "graph", help="who links to whom, and what leaks: a tree, Mermaid or DOT", allow_abbrev=False
    )
    _add_question(graph, ("tree", "mermaid", "dot"))
    query = commands.add_parser("query", help="ask the facts a question in SQL", allow_abbrev=False)
    query.add_argument(
        "sql",
        metavar="SQL",
        nargs="?",
        help="one SELECT; linklint explain facts has the tables, and questions worth asking",
    )
    query.add_argument(
        "--export", metavar="FILE", help="write all facts to a new SQLite file instead of asking a question"
    )
    _add_question(query, ("table", "json", "csv"))
    config = commands.add_parser("config", help="which configuration is in force, and from where", allow_abbrev=False)
    config.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="the directory whose configuration it is; the default is the current one",
    )
    config.add_argument("--config", metavar="FILE", help="read this configuration instead of searching for one")
    config.add_argument("--format", choices=("text", "json"), default="text")
    config.add_argument("--schema", action="store_true", help="print the JSON schema of the configuration, for editors")
    completion = commands.add_parser(
        "completion", help="print what makes a shell complete commands and options", allow_abbrev=False
    )
    completion.add_argument("shell", choices=SHELLS)
    return top


def _add_question(command: argparse.ArgumentParser, formats: tuple[str, ...]) -> None:
    """What every command takes that answers from the facts."""
    command.add_argument(
        "paths", nargs="*", metavar="PATH", help="files and directories; the default is the current directory"
    )
    command.add_argument("--format", choices=formats, default=formats[0])
    command.add_argument(
        "--engine", metavar="V", help="the Docker Engine that is meant: any (default), 27, 28, 29, 29+env, 30"
    )
    command.add_argument("--config", metavar="FILE", help="read this configuration instead of searching for one")
    command.add_argument("--show-secrets", action="store_true", help="show secrets in full")


def _add_scan(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    scan = commands.add_parser(
        "scan",
        help="find what is wrong",
        allow_abbrev=False,
        description="Scan files and directories. Exit status: 0 none, 1 findings at or above --fail-on, 2 bad "
        "usage, bad config or a failed rule.",
    )
    scan.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="files and directories; the default is the current directory; - is stdin",
    )
    show = scan.add_argument_group("what is shown, and how")
    show.add_argument(
        "--format", choices=FORMATS, help="on standard output: text (default; in GitHub Actions github), or another"
    )
    show.add_argument(
        "--output",
        metavar="FORMAT:FILE",
        action="append",
        default=[],
        help="write a report to a file, too (repeatable): sarif:out.sarif",
    )
    show.add_argument(
        "--audit", action="store_true", help="also what is only possible; ends with: can this tree go to Engine 30?"
    )
    show.add_argument(
        "--group-by", choices=("rule", "file"), default="", help="findings under a heading for each rule or file"
    )
    show.add_argument(
        "--statistics", action="store_true", help="how many findings each rule has, instead of the findings"
    )
    show.add_argument(
        "--show-ignored",
        action="store_true",
        help="also what a comment, the configuration or the baseline ignores, and why",
    )
    show.add_argument("--show-secrets", action="store_true", help="show secrets in full")
    show.add_argument("-q", "--quiet", action="store_true", help="a line a finding, nothing else")
    what = scan.add_argument_group("what is asked")
    what.add_argument(
        "--engine", metavar="V", help="the Docker Engines it has to work on: any (default), 27, 28, 29, 29+env, 30"
    )
    what.add_argument(
        "--select",
        metavar="RULE",
        action="append",
        default=[],
        help="only these rules (repeatable, or separated by commas)",
    )
    what.add_argument(
        "--ignore",
        metavar="RULE",
        action="append",
        default=[],
        help="not these rules (repeatable, or separated by commas)",
    )
    what.add_argument("--context", metavar="DIR", help="know all of DIR, and report what concerns the PATHs")
    what.add_argument(
        "--since",
        metavar="REV",
        help="know all of PATH, and report what concerns the files changed since a git revision",
    )
    what.add_argument("--config", metavar="FILE", help="read this configuration instead of searching for one")
    what.add_argument("--stdin-filename", metavar="NAME", help="with -: the name that says what kind of file stdin is")
    old = scan.add_argument_group("an old tree")
    old.add_argument(
        "--baseline",
        metavar="FILE",
        help="the findings that were there before (default: .linklint-baseline.json, if there is one)",
    )
    old.add_argument("--no-baseline", action="store_true", help="show what the baseline holds, too")
    old.add_argument("--write-baseline", action="store_true", help="write what is found now to the baseline")
    old.add_argument("--prune-baseline", action="store_true", help="take out of the baseline what is fixed")
    mend = scan.add_argument_group("mending")
    mend.add_argument("--fix", action="store_true", help="mend what has a safe fix")
    mend.add_argument("--diff", action="store_true", help="print what --fix would change, and change nothing")
    mend.add_argument(
        "--unsafe",
        action="store_true",
        help="with --fix or --diff: also fixes that change who can connect or what a program sees",
    )
    status = scan.add_argument_group("exit status")
    status.add_argument("--fail-on", choices=SEVERITIES, help="the severity from which on it is 1 (default: warning)")
    status.add_argument("--exit-zero", action="store_true", help="0 whatever was found")
    status.add_argument("--strict", action="store_true", help="1 where something could not be read, too")


def configured(options: argparse.Namespace, start: str) -> Config:
    """The configuration of the tree, with what the command line says laid upon it."""
    from linklint import config

    found = config.read(options.config) if options.config else config.find(start)
    changed: dict[str, object] = {}
    origins = dict(found.origins)
    for key in ("engine", "fail_on"):
        if getattr(options, key, None):
            changed[key] = getattr(options, key)
    select, ignore = (
        [slug for item in getattr(options, key, []) for slug in item.replace(",", " ").split()]
        for key in ("select", "ignore")
    )
    if select:
        changed |= {
            "select": tuple(select),
            "ignore": (),
        }  # what is asked for here is meant, whatever the configuration ignores
    if ignore:
        changed["ignore"] = (*(found.ignore if not select else ()), *ignore)
    origins |= {key.replace("_", "-"): f"--{key.replace('_', '-')}" for key in changed}
    return found._replace(**changed, origins=origins)  # type: ignore[arg-type]
