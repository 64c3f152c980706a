"""The arguments of each command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linklint.output.formats import FORMATS
from linklint.text.regex import lazy_compile

if TYPE_CHECKING:
    import argparse

    Commands = argparse._SubParsersAction[Any]
    import argparse


def add_configuration(command: argparse._ActionsContainer) -> None:
    """Add the options that choose the configuration."""
    command.add_argument(
        "--config",
        metavar="FILE|KEY=VALUE",
        action="append",
        default=[],
        help="use this configuration file instead of searching for one, or set a key of it (repeatable)",
    )
    command.add_argument("--isolated", action="store_true", help="use no configuration file")


def add_speed(command: argparse._ActionsContainer) -> None:
    """Add the options of commands that read a tree."""
    command.add_argument(
        "--jobs", type=int, metavar="N", help="read large trees in N processes (default: one for each core)"
    )
    command.add_argument(
        "--cache",
        choices=("status", "digest"),
        default="status",
        help="how to detect that a file did not change: by its size and times, or by reading it (default: status)",
    )
    command.add_argument(
        "--no-cache", action="store_const", const=None, dest="cache", help="do not use or write the cache"
    )


SHELLS = ("bash", "zsh", "tcsh", "fish", "powershell")
PREFIX = lazy_compile(r"argument .*?: invalid choice: '(?P<given>[^']*)' \(choose from (?P<choices>.*)\)\Z")


def _add_question(command: argparse.ArgumentParser, formats: tuple[str, ...]) -> None:
    """Add the arguments of every command that answers from the facts."""
    command.add_argument(
        "paths", nargs="*", metavar="PATH", help="files and directories (default: the current directory)"
    )
    command.add_argument("--format", choices=formats, default=formats[0])
    command.add_argument(
        "--engine",
        metavar="V",
        help="the Docker Engine to assume: any (default), 26 to 30, 29+env, or a release such as 29.2",
    )
    command.add_argument("--show-secrets", action="store_true", help="show secrets in full")
    add_configuration(command)
    add_speed(command)


def _add_pages(commands: Commands) -> None:
    explain = commands.add_parser("explain", help="explain a rule: what it finds, why, and how to fix it")
    explain.add_argument("rule", metavar="RULE", nargs="?", help="a rule; facts: the tables of facts")
    explain.add_argument("--all", action="store_true", help="explain all rules")
    explain.add_argument("--examples", action="store_true", help="show the examples, too")
    explain.add_argument("--query", action="store_true", help="show the query, too")
    explain.add_argument("--format", choices=("text", "json", "markdown"), default="text")
    rules = commands.add_parser("rules", help="list all rules")
    rules.add_argument("filters", metavar="RULE|GROUP", nargs="*", help="only these rules and groups")
    rules.add_argument("--severity", choices=("error", "warning", "note"), help="only rules of this severity")
    rules.add_argument("--fixable", action="store_true", help="only rules that have an automatic fix")
    rules.add_argument("--format", choices=("text", "json"), default="text")


def _add_env(commands: Commands) -> None:
    env = commands.add_parser(
        "env", help="show what a container gets from its links: variables and lines of /etc/hosts"
    )
    env.add_argument("container", metavar="CONTAINER", help="a container name, a service, or project/service")
    _add_question(env, ("text", "json"))


def _add_graph(commands: Commands) -> None:
    graph = commands.add_parser(
        "graph", help="show which container links to which, and which secrets leak: as a tree, Mermaid or DOT"
    )
    _add_question(graph, ("tree", "mermaid", "dot"))
    graph.add_argument("--linked", action="store_true", help="leave out containers without links")
    graph.add_argument("--around", metavar="CONTAINER", help="only this container and what is linked with it")
    graph.add_argument("--depth", type=int, metavar="N", help="with --around: at most N links away (default: no limit)")


def _add_query(commands: Commands) -> None:
    query = commands.add_parser("query", help="query the facts with SQL")
    query.add_argument(
        "sql",
        metavar="SQL",
        nargs="?",
        help="one SELECT; linklint explain facts has the tables, and questions worth asking",
    )
    query.add_argument("--tables", action="store_true", help="list the tables and their columns")
    query.add_argument(
        "--export",
        metavar="FILE",
        help="write all facts and findings to a new SQLite file instead of running a query; to a new directory of "
        "Parquet files if it ends with /",
    )
    query.add_argument(
        "--repository", metavar="NAME", help="with --export: the name of the repository (default: from its remote)"
    )
    _add_question(query, ("table", "json", "csv"))


def _add_config(commands: Commands) -> None:
    config = commands.add_parser("config", help="show the configuration and where each value comes from")
    config.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="the directory to show the configuration for (default: the current one)",
    )
    add_configuration(config)
    config.add_argument("--format", choices=("text", "json"), default="text")
    config.add_argument("--schema", action="store_true", help="print the JSON schema of the configuration, for editors")
    init = commands.add_parser("init", help="write a configuration file with all keys, explained")
    init.add_argument("directory", metavar="DIR", nargs="?", default=".", help="where (default: here)")


def _add_custom_rules(commands: Commands) -> None:
    test = commands.add_parser("test-rules", help="run the examples of rules, and report what differs")
    test.add_argument("rules", metavar="FILE", nargs="+", help="rule files, such as lint/*.md")
    new = commands.add_parser("new-rule", help="write the skeleton of a custom rule")
    new.add_argument("rule", metavar="SLUG", help="the name of the rule: lower case and dashes")
    new.add_argument("directory", metavar="DIR", nargs="?", default="lint", help="where (default: lint)")


def _add_others(commands: Commands) -> None:
    cache = commands.add_parser("cache", help="show where linklint keeps what it read, or remove it")
    cache.add_argument("action", choices=("dir", "clean"), help="dir: print the directory; clean: remove its files")
    server = commands.add_parser("server", help="serve an editor with the Language Server Protocol")
    server.add_argument("--stdio", action="store_true", help="on stdin and stdout, which is the only way")
    completion = commands.add_parser("completion", help="print a completion script for a shell")
    completion.add_argument("shell", choices=SHELLS)


def _add_upgrade(commands: Commands) -> None:
    upgrade = commands.add_parser(
        "upgrade",
        help="answer whether the code can move to Docker Engine 29 and 30, and what to do first",
        description="Answer what breaks with Docker Engine 29 and 30. Exit status, for the engine of --to: 0 yes, "
        "1 no, 3 unknown, 2 invalid usage or configuration, or a failed rule.",
    )
    _add_question(upgrade, ("text", "json", "markdown", "html"))
    upgrade.add_argument("--to", choices=("29", "30"), default="30", help="the engine of the exit status (default: 30)")
    upgrade.add_argument("--no-docs", action="store_true", help="leave out what only documents show")
    upgrade.add_argument("--strict", action="store_true", help="count mentions again that somebody vouches for")
    upgrade.add_argument(
        "--ignore",
        dest="not_asked",
        choices=("engine",),
        help="engine: answer for links alone, without inspect and old clients",
    )
    upgrade.add_argument(
        "--mentions", action="store_true", help="list every mention of links instead, with its class and the rule"
    )
    upgrade.add_argument("--baseline", metavar="FILE", help="the file of known findings, which vouches for mentions")
    upgrade.add_argument("--no-baseline", action="store_true", help="do not use the baseline")
    upgrade.set_defaults(write_baseline=False, prune_baseline=False, context=None)


def _add_migrate(commands: Commands) -> None:
    migrate = commands.add_parser(
        "migrate",
        help="move linked containers to networks of their own, which work with and without links",
        description="Print the plan that replaces links by networks. Exit status: 0 nothing to do, or all written; 1 "
        "changes pending; 3 something is left to do by hand; 2 invalid usage.",
    )
    migrate.add_argument(
        "paths", nargs="*", metavar="PATH", help="files and directories (default: the current directory)"
    )
    migrate.add_argument("--diff", action="store_true", help="print the changes instead, with secrets masked")
    migrate.add_argument("--patch", metavar="FILE", help="write the changes to a file for git apply")
    migrate.add_argument("--write", action="store_true", help="make the changes")
    migrate.add_argument("--force", action="store_true", help="with --write: also in files that are not committed")
    migrate.add_argument("--format", choices=("text", "json", "markdown"), default="text")
    add_configuration(migrate)
    choices = migrate.add_argument_group("decisions")
    choices.add_argument(
        "--network-name",
        metavar="[COMPONENT=]NAME",
        action="append",
        default=[],
        help="the name of the network (repeatable); a component is called by the network that the plan shows",
    )
    choices.add_argument(
        "--only",
        metavar="NAME|PATH",
        action="append",
        default=[],
        help="move only the containers of this network, or those in this file or directory (repeatable)",
    )
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


def _add_fleet(commands: Commands) -> None:
    fleet = commands.add_parser("fleet", help="ask many repositories at once: gather exports, query, report")
    actions = fleet.add_subparsers(dest="action", required=True, metavar="ACTION")

    def action(name: str, words: str, *, asks: bool = True) -> argparse.ArgumentParser:
        added: argparse.ArgumentParser = actions.add_parser(name, help=words, description=f"{words}.")
        added.add_argument("--data", metavar="DIR", default="fleet", help="the data set (default: fleet)")
        if asks:
            added.add_argument("--day", metavar="DAY", help="count only scans until this day (2026-11-27)")
            added.add_argument("--engine", metavar="V", help="the Docker Engine to assume (default: any)")
        return added

    add = action("add", "Add exports of linklint query --export to the data set; the first one makes it", asks=False)
    add.add_argument("exports", nargs="+", metavar="PATH", help="exports, and directories with exports")
    scan = action("scan", "Scan repositories on this machine, and add them to the data set", asks=False)
    scan.add_argument(
        "--repos",
        metavar="LIST",
        required=True,
        help="a file with a checkout or a bare clone in each line; a name may follow a tab",
    )
    scan.add_argument("--jobs", type=int, metavar="N", help="scan N at once (default: the number of cores)")
    query = action("query", "Query the current scan of every repository with SQL")
    query.add_argument("sql", metavar="SQL", help="one SELECT; all_TABLE also has the scans of earlier days")
    query.add_argument("--format", choices=("table", "json", "csv"), default="table")
    report = action("report", "Report who is ready for Docker Engine 29 and 30, and what is left to do")
    report.add_argument("--format", choices=("text", "markdown", "html"), default="text")
    report.add_argument("--since", metavar="DAY", help="compare with this day")
    report.add_argument("--teams", metavar="FILE", help="a CSV file with the columns repository and team")
    rule = action("rule", "Ask a rule of every repository, without scanning again")
    rule.add_argument("rules", nargs="+", metavar="FILE", help="rule files, such as lint/*.md")
    rule.add_argument("--format", choices=("text", "json"), default="text")
    prune = action("prune", "Remove old scans that are not current", asks=False)
    prune.add_argument("--before", metavar="DAY", required=True, help="remove scans of days before this one")


COMMANDS = {  # in the order of the help
    ("scan",): lambda commands: add_scan(commands.add_parser("scan", help="scan files and report findings")),
    ("upgrade",): _add_upgrade,
    ("migrate",): _add_migrate,
    ("explain", "rules"): _add_pages,
    ("env",): _add_env,
    ("graph",): _add_graph,
    ("query",): _add_query,
    ("fleet",): _add_fleet,
    ("config", "init"): _add_config,
    ("test-rules", "new-rule"): _add_custom_rules,
    ("cache", "server", "completion"): _add_others,
}


def add_commands(commands: Commands, wanted: str = "") -> bool:
    """Add all commands, or only the wanted one and its neighbours. Return whether there are any."""
    adding = [add for names, add in COMMANDS.items() if not wanted or wanted in names]
    for add in adding:
        add(commands)
    return bool(adding)


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
    words = "groups, after =: safe (default), readers, ports, engine, all"
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
