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
    _add_display(scan)
    _add_selection(scan)
    _add_baseline(scan)
    _add_fixes(scan)


def _add_display(scan: argparse.ArgumentParser) -> None:
    from linklint.output.formats import names

    show = scan.add_argument_group("what is shown, and how")
    show.add_argument(
        "--format", choices=names(), help="on standard output: text (default; in GitHub Actions github), or another"
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


def _add_selection(scan: argparse.ArgumentParser) -> None:
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


def _add_baseline(scan: argparse.ArgumentParser) -> None:
    old = scan.add_argument_group("an old tree")
    old.add_argument(
        "--baseline",
        metavar="FILE",
        help="the findings that were there before (default: .linklint-baseline.json, if there is one)",
    )
    old.add_argument("--no-baseline", action="store_true", help="show what the baseline holds, too")
    old.add_argument("--write-baseline", action="store_true", help="write what is found now to the baseline")
    old.add_argument("--prune-baseline", action="store_true", help="take out of the baseline what is fixed")


def _add_fixes(scan: argparse.ArgumentParser) -> None:
    fix = scan.add_argument_group("mending")
    fix.add_argument("--fix", action="store_true", help="mend what has a safe fix")
    fix.add_argument("--diff", action="store_true", help="print what --fix would change, and change nothing")
    fix.add_argument(
        "--unsafe",
        action="store_true",
        help="with --fix or --diff: also fixes that change who can connect or what a program sees",
    )
    status = scan.add_argument_group("exit status")
    status.add_argument("--fail-on", choices=SEVERITIES, help="the severity from which on it is 1 (default: warning)")
    status.add_argument("--exit-zero", action="store_true", help="0 whatever was found")
    status.add_argument("--strict", action="store_true", help="1 where something could not be read, too")
