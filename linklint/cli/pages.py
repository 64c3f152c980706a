"""The commands that print a page: `explain`, `rules`, `config`, `completion`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from linklint.cli import baseline
from linklint.cli.options import below, configured, paths_of, start_of
from linklint.errors import UsageError
from linklint.output import terminal

if TYPE_CHECKING:
    import argparse

    from linklint.findings.rule_file import Rule


def explain(options: argparse.Namespace) -> int:
    """`linklint explain`"""
    from linklint.findings.rule_file import REMARK_LINES
    from linklint.output.escape import escape
    from linklint.text.suggest import nearest

    if options.rule == "facts":
        return _print_page((Path(__file__).parent.parent / "facts" / "README.md").read_text("utf-8"))
    found = {rule.slug: rule for rule in _rules_here()}
    rule = found.get(options.rule)
    if rule is None:
        raise UsageError(
            f"unknown rule {options.rule}{nearest(options.rule, found) or ': linklint rules lists all rules'}"
        )
    page = REMARK_LINES.sub("", rule.text.split("\n---\n", 1)[-1]).strip()
    return _print_page("".join(f"{escape(line)}\n" for line in page.split("\n")))


def _rules_here() -> list[Rule]:
    """Return the built-in rules and the custom rules of the current directory's configuration."""
    from linklint.config.load import find
    from linklint.findings.rule_selection import select_rules

    return select_rules(find(".")._replace(select=(), ignore=()))


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
    from linklint.output.escape import escape

    found = _rules_here()
    width = max(len(rule.slug) for rule in found)
    lines: list[terminal.Line] = []
    for rule in found:
        fix = f"  (fix: {rule.fix})" if rule.fix else ""
        lines.append(
            [
                (rule.slug.ljust(width), "bold"),
                ("  ", ""),
                (rule.severity.ljust(7), ""),
                ("  " + escape(rule.title), ""),
                (fix, "dim"),
            ]
        )
    terminal.write(lines, sys.stdout)
    return 0


def config(options: argparse.Namespace) -> int:
    """`linklint config`"""
    from linklint.config.schema import schema
    from linklint.files.patterns import matcher
    from linklint.findings.rule_selection import select_rules
    from linklint.output.answers import config as result
    from linklint.output.escape import dump

    if options.schema:
        sys.stdout.write(dump(schema()))
        return 0
    paths = options.paths or ["."]
    missing = next((path for path in paths if not os.path.lexists(path)), None)
    if missing is not None:
        raise UsageError(f"{missing} does not exist")
    found = configured(options, start_of(paths))
    select_rules(found)
    paths_of(found)
    for key, patterns in (("exclude", found.exclude), *(("per-path", section.paths) for section in found.per_path)):
        matcher(patterns, found.directory, found.origin(key))
    if found.baseline and not os.path.isfile(below(found, "baseline", found.baseline)):
        raise UsageError(f"baseline {found.baseline} does not exist: create it with linklint scan --write-baseline")
    usual = baseline.usual(paths, found)
    if not found.baseline and os.path.isfile(usual) and not os.path.islink(usual):
        found = found._replace(baseline=usual, origins={**found.origins, "baseline": "found"})
    if options.format == "json":
        sys.stdout.write(result.render_json(found))
    else:
        terminal.write(result.render(found), sys.stdout)
    return 0


def completion(options: argparse.Namespace) -> int:
    """`linklint completion`"""
    import shtab

    from linklint.cli.parser import parser

    completed = parser()
    _complete(completed)
    sys.stdout.write(shtab.complete(completed, shell=options.shell) + "\n")
    return 0


def _complete(parser: argparse.ArgumentParser) -> None:
    """Declare what each argument of a parser completes to: a path, a rule, an engine."""
    import argparse

    import shtab

    from linklint.docker.engines import ENGINES
    from linklint.findings.rule_file import built_in

    slugs = [rule.slug for rule in built_in()]
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                _complete(command)
        elif action.metavar in ("PATH", "FILE"):
            action.complete = shtab.FILE  # type: ignore[attr-defined]
        elif action.metavar == "DIR":
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
        elif action.metavar == "RULE":
            action.choices = [*slugs, "facts"] if action.dest == "rule" else slugs
        elif action.metavar == "V":
            action.choices = ENGINES
