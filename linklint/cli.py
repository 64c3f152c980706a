"""The command line: parses arguments, and hands them on.  What a command needs is imported when it runs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NoReturn

from linklint import __version__

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from linklint.config import Config

EXIT_FINDINGS, EXIT_USAGE = 1, 2

WELCOME = """\
linklint finds Docker container links, published ports and handed-on secrets, and says what is wrong with them.

  linklint scan .                     scan this directory
  linklint scan --audit .             everything it can think of, also what is only possible
  linklint explain RULE               a rule's page: what happens, why it matters, how to mend it
  linklint rules                      all rules
  linklint env CONTAINER              what a container gets from its links
  linklint graph                      who links to whom, and what leaks
  linklint query "select path, line, name, image from containers"
  linklint scan --help                all options of a command
"""


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """Run the command line, and exit with its status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not arguments:
        sys.stdout.write(WELCOME)
        sys.exit(0)
    if arguments == ["--version"]:
        sys.stdout.write(f"linklint {__version__}\n")
        sys.exit(0)
    try:
        status = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        import os

        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 141
    except KeyboardInterrupt:
        status = 130
    sys.exit(status)


def _run(arguments: list[str]) -> int:
    options = parse(arguments)
    from linklint.commands import COMMANDS
    from linklint.errors import BadConfig, BadUsage, Refused

    try:
        return COMMANDS[options.command](options)
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

    top = argparse.ArgumentParser(prog="linklint", description="A static linter for Docker container links.", allow_abbrev=False)
    top.add_argument("--version", action="version", version=f"linklint {__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_scan(commands)
    explain = commands.add_parser("explain", help="print a rule's page", allow_abbrev=False)
    explain.add_argument("rule", metavar="RULE")
    commands.add_parser("rules", help="list all rules", allow_abbrev=False)
    env = commands.add_parser("env", help="what a container gets from its links: variables, lines of /etc/hosts", allow_abbrev=False)
    env.add_argument("container", metavar="CONTAINER", help="a container's name, a service, or project/service")
    _add_question(env, ("text", "json"))
    graph = commands.add_parser("graph", help="who links to whom, and what leaks: a tree, Mermaid or DOT", allow_abbrev=False)
    _add_question(graph, ("tree", "mermaid", "dot"))
    query = commands.add_parser("query", help="ask the facts a question in SQL", allow_abbrev=False)
    query.add_argument(
        "sql", metavar="SQL", nargs="?", help="one SELECT; linklint explain facts has the tables, and questions worth asking"
    )
    query.add_argument("--export", metavar="FILE", help="write all facts to a new SQLite file instead of asking a question")
    _add_question(query, ("table", "json", "csv"))
    return top


def _add_question(command: argparse.ArgumentParser, formats: tuple[str, ...]) -> None:
    """What every command takes that answers from the facts."""
    command.add_argument("paths", nargs="*", metavar="PATH", help="files and directories; the default is the current directory")
    command.add_argument("--format", choices=formats, default=formats[0])
    command.add_argument("--engine", metavar="V", help="the Docker Engine that is meant: any (default), 27, 28, 29, 29+env, 30")
    command.add_argument("--config", metavar="FILE", help="read this configuration instead of searching for one")
    command.add_argument("--show-secrets", action="store_true", help="show secrets in full")


def _add_scan(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    scan = commands.add_parser(
        "scan", help="find what is wrong", allow_abbrev=False,
        description="Scan files and directories. Exit status: 0 none, 1 findings at or above --fail-on, 2 bad usage, bad config or a failed rule.",
    )  # fmt: skip
    scan.add_argument("paths", nargs="*", metavar="PATH", help="files and directories; the default is the current directory; - is stdin")
    scan.add_argument("--format", choices=("text", "json"), default="text")
    scan.add_argument("--audit", action="store_true", help="show findings that are only possible, too")
    scan.add_argument("--engine", metavar="V", help="the Docker Engines it has to work on: any (default), 27, 28, 29, 29+env, 30")
    scan.add_argument("--select", metavar="RULE", action="append", default=[], help="only these rules (repeatable, or separated by commas)")
    scan.add_argument("--ignore", metavar="RULE", action="append", default=[], help="not these rules (repeatable, or separated by commas)")
    scan.add_argument(
        "--fail-on", choices=("error", "warning", "note"), help="the severity from which on the exit status is 1 (default: warning)"
    )
    scan.add_argument("--exit-zero", action="store_true", help="exit with 0 whatever was found")
    scan.add_argument("--strict", action="store_true", help="exit with 1 where something could not be read, too")
    scan.add_argument("--fix", action="store_true", help="mend what has a safe fix")
    scan.add_argument(
        "--unsafe", action="store_true", help="with --fix or --diff: also fixes that change who can connect or what a program sees"
    )
    scan.add_argument("--diff", action="store_true", help="print what --fix would change, and change nothing")
    scan.add_argument("--context", metavar="DIR", help="know all of DIR, and report what concerns the PATHs")
    scan.add_argument("--config", metavar="FILE", help="read this configuration instead of searching for one")
    scan.add_argument("--show-secrets", action="store_true", help="show secrets in full")
    scan.add_argument("--quiet", action="store_true", help="a line a finding, nothing else")
    scan.add_argument("--stdin-filename", metavar="NAME", help="with -: the name that says what kind of file stdin is")


def configured(options: argparse.Namespace, start: str) -> Config:
    """The configuration of the tree, with what the command line says laid upon it."""
    from linklint import config

    found = config.read(options.config) if options.config else config.find(start)
    changed: dict[str, object] = {}
    for key in ("engine", "fail_on"):
        if getattr(options, key, None):
            changed[key] = getattr(options, key)
    for key in ("select", "ignore"):
        slugs = [slug for item in getattr(options, key, []) for slug in item.split(",") if slug]
        if slugs:
            changed[key] = tuple(slugs) if key == "select" else (*found.ignore, *slugs)
    return found._replace(**changed)  # type: ignore[arg-type]
