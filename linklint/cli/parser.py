"""The parser of the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linklint import __version__

if TYPE_CHECKING:
    import argparse

EXIT_FINDINGS, EXIT_USAGE = 1, 2
SEVERITIES = ("error", "warning", "note")
SHELLS = ("bash", "zsh", "tcsh")


def parse(arguments: list[str]) -> argparse.Namespace:
    """Parse the arguments. Paths may come before and after options, which argparse alone does not support."""
    top = parser()
    options, rest = top.parse_known_args(arguments)
    behind = [path for path in rest if path != "--"]
    if behind and (not hasattr(options, "paths") or any(path.startswith("-") and path != "-" for path in behind)):
        top.error(f"unrecognized arguments: {' '.join(behind)}")
    if behind:
        options.paths = [*options.paths, *behind]
    return options


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    import argparse

    top = argparse.ArgumentParser(
        prog="linklint", description="A static linter for Docker container links.", allow_abbrev=False
    )
    top.add_argument("--version", action="version", version=f"linklint {__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_scan(commands)
    _add_upgrade(commands)
    _add_migrate(commands)
    explain = commands.add_parser("explain", help="print a rule's page", allow_abbrev=False)
    explain.add_argument("rule", metavar="RULE")
    commands.add_parser("rules", help="list all rules", allow_abbrev=False)
    env = commands.add_parser(
        "env", help="show what a container gets from its links: variables and lines of /etc/hosts", allow_abbrev=False
    )
    env.add_argument("container", metavar="CONTAINER", help="a container name, a service, or project/service")
    _add_question(env, ("text", "json"))
    graph = commands.add_parser(
        "graph",
        help="show which container links to which, and which secrets leak: as a tree, Mermaid or DOT",
        allow_abbrev=False,
    )
    _add_question(graph, ("tree", "mermaid", "dot"))
    _add_query(commands)
    _add_config(commands)
    completion = commands.add_parser("completion", help="print a completion script for a shell", allow_abbrev=False)
    completion.add_argument("shell", choices=SHELLS)
    return top


def _add_query(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    query = commands.add_parser("query", help="query the facts with SQL", allow_abbrev=False)
    query.add_argument(
        "sql",
        metavar="SQL",
        nargs="?",
        help="one SELECT; linklint explain facts has the tables, and questions worth asking",
    )
    query.add_argument(
        "--export", metavar="FILE", help="write all facts to a new SQLite file instead of running a query"
    )
    _add_question(query, ("table", "json", "csv"))


def _add_config(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    config = commands.add_parser(
        "config", help="show the configuration and where each value comes from", allow_abbrev=False
    )
    config.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="the directory to show the configuration for (default: the current one)",
    )
    config.add_argument("--config", metavar="FILE", help="use this configuration file instead of searching for one")
    config.add_argument("--format", choices=("text", "json"), default="text")
    config.add_argument("--schema", action="store_true", help="print the JSON schema of the configuration, for editors")


def _add_question(command: argparse.ArgumentParser, formats: tuple[str, ...]) -> None:
    """Add the arguments of every command that answers from the facts."""
    command.add_argument(
        "paths", nargs="*", metavar="PATH", help="files and directories (default: the current directory)"
    )
    command.add_argument("--format", choices=formats, default=formats[0])
    command.add_argument(
        "--engine", metavar="V", help="the Docker Engine to assume: any (default), 27, 28, 29, 29+env, 30"
    )
    command.add_argument("--config", metavar="FILE", help="use this configuration file instead of searching for one")
    command.add_argument("--show-secrets", action="store_true", help="show secrets in full")


def _add_scan(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:

    scan = commands.add_parser(
        "scan",
        help="scan files and report findings",
        allow_abbrev=False,
        description="Scan files and directories. Exit status: 0 no findings, 1 findings at or above --fail-on, 2 "
        "invalid usage or configuration, or a failed rule.",
    )
    scan.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="files and directories (default: the current directory); - is stdin",
    )
    _add_display(scan)
    _add_selection(scan)
    _add_baseline(scan)
    _add_fixes(scan)


def _add_upgrade(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    upgrade = commands.add_parser(
        "upgrade",
        help="answer whether the code can move to Docker Engine 29 and 30, and what to do first",
        allow_abbrev=False,
        description="Answer what breaks with Docker Engine 29 and 30. Exit status, for the engine of --to: 0 yes, "
        "1 no, 3 unknown, 2 invalid usage or configuration, or a failed rule.",
    )
    _add_question(upgrade, ("text", "json", "markdown"))
    upgrade.add_argument("--to", choices=("29", "30"), default="30", help="the engine of the exit status (default: 30)")
    upgrade.add_argument("--no-docs", action="store_true", help="leave out what only documents show")
    upgrade.add_argument("--strict", action="store_true", help="count mentions again that somebody vouches for")
    upgrade.add_argument(
        "--mentions", action="store_true", help="list every mention of links instead, with its class and the rule"
    )
    upgrade.add_argument("--baseline", metavar="FILE", help="the file of known findings, which vouches for mentions")
    upgrade.add_argument("--no-baseline", action="store_true", help="do not use the baseline")
    upgrade.set_defaults(write_baseline=False, prune_baseline=False, context=None)


def _add_migrate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    migrate = commands.add_parser(
        "migrate",
        help="move linked containers to networks of their own, which work with and without links",
        allow_abbrev=False,
        description="Print the plan that replaces links by networks. Exit status: 0 nothing to do, or all written; 1 "
        "changes pending; 3 something is not migrated; 2 invalid usage.",
    )
    migrate.add_argument(
        "paths", nargs="*", metavar="PATH", help="files and directories (default: the current directory)"
    )
    migrate.add_argument("--diff", action="store_true", help="print the changes instead, with secrets masked")
    migrate.add_argument("--patch", metavar="FILE", help="write the changes to a new file for git apply")
    migrate.add_argument("--write", action="store_true", help="make the changes")
    migrate.add_argument("--force", action="store_true", help="with --write: also in files that are not committed")
    migrate.add_argument("--format", choices=("text", "json", "markdown"), default="text")
    migrate.add_argument("--config", metavar="FILE", help="use this configuration file instead of searching for one")
    choices = migrate.add_argument_group("decisions")
    choices.add_argument(
        "--network-name",
        metavar="[COMPONENT=]NAME",
        action="append",
        default=[],
        help="the name of the network (repeatable); a component is called by the network that the plan shows",
    )
    choices.add_argument("--component", metavar="NAME", help="migrate only this component")
    choices.add_argument("--keep-links", action="store_true", help="keep links beside the network: the smallest change")
    choices.add_argument(
        "--network-of",
        metavar="VARIABLE=NAME",
        action="append",
        default=[],
        help="the network that a variable holds (repeatable)",
    )
    choices.add_argument(
        "--accept-icc",
        action="store_true",
        help="migrate although the daemon has icc=false, which networks do not keep",
    )
    choices.add_argument("--strict", action="store_true", help="refuse what needs something to be done by hand")
    choices.add_argument(
        "--strict-order",
        action="store_true",
        help="in Compose files, keep that a source that restarts takes its recipient along",
    )


def _add_display(scan: argparse.ArgumentParser) -> None:
    from linklint.output.formats import names

    show = scan.add_argument_group("output")
    show.add_argument(
        "--format", choices=names(), help="format of standard output (default: text; github in GitHub Actions)"
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
    show.add_argument(
        "--docs", action="store_true", help="list what is folded in documents, too: ports and example secrets"
    )
    show.add_argument("--group-by", choices=("rule", "file"), default="", help="group findings by rule or by file")
    show.add_argument(
        "--statistics", action="store_true", help="print the number of findings of each rule instead of the findings"
    )
    show.add_argument(
        "--show-ignored",
        action="store_true",
        help="include findings that a comment, the configuration or the baseline suppresses, and why",
    )
    show.add_argument("--show-secrets", action="store_true", help="show secrets in full")
    show.add_argument(
        "-q",
        "--quiet",
        action="store_true",
        help="print one line for each finding and unreadable file, without source lines and summary",
    )


def _add_selection(scan: argparse.ArgumentParser) -> None:
    what = scan.add_argument_group("selection")
    what.add_argument(
        "--engine",
        metavar="V",
        help="the Docker Engines that the code must work on: any (default), 27, 28, 29, 29+env, 30",
    )
    what.add_argument(
        "--select",
        metavar="RULE",
        action="append",
        default=[],
        help="run only these rules (repeatable, or separated by commas)",
    )
    what.add_argument(
        "--ignore",
        metavar="RULE",
        action="append",
        default=[],
        help="do not run these rules (repeatable, or separated by commas)",
    )
    what.add_argument("--context", metavar="DIR", help="analyse all of DIR, but report only findings that involve PATH")
    what.add_argument(
        "--since",
        metavar="REV",
        help="analyse all of PATH, but report only findings that involve files changed since a git revision",
    )
    what.add_argument("--config", metavar="FILE", help="use this configuration file instead of searching for one")
    what.add_argument("--stdin-filename", metavar="NAME", help="with -: the file name that decides how stdin is read")


def _add_baseline(scan: argparse.ArgumentParser) -> None:
    old = scan.add_argument_group("baseline")
    old.add_argument(
        "--baseline",
        metavar="FILE",
        help="the file of known findings (default: .linklint-baseline.json, if it exists)",
    )
    old.add_argument("--no-baseline", action="store_true", help="report the findings of the baseline, too")
    old.add_argument("--write-baseline", action="store_true", help="write all current findings to the baseline")
    old.add_argument("--prune-baseline", action="store_true", help="remove fixed findings from the baseline")


def _add_fixes(scan: argparse.ArgumentParser) -> None:
    fix = scan.add_argument_group("automatic fixes")
    fix.add_argument("--fix", action="store_true", help="apply all safe fixes")
    fix.add_argument("--diff", action="store_true", help="print what --fix would change, without changing it")
    fix.add_argument(
        "--unsafe",
        action="store_true",
        help="with --fix or --diff: include fixes that may change behaviour",
    )
    status = scan.add_argument_group("exit status")
    status.add_argument(
        "--fail-on", choices=SEVERITIES, help="exit with 1 if any finding has at least this severity (default: warning)"
    )
    status.add_argument("--exit-zero", action="store_true", help="exit with 0 whatever was found")
    status.add_argument("--strict", action="store_true", help="exit with 1 if a file could not be read completely")
