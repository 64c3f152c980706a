"""The commands that print about rules: `explain` and `rules`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from linklint.errors import UsageError
from linklint.output import terminal
from linklint.output.answers import rules as result
from linklint.prebuilt import file_of_package

if TYPE_CHECKING:
    import argparse

    from linklint.findings.rule_file import Rule


def explain(options: argparse.Namespace) -> int:
    """`linklint explain`"""
    from linklint.output.escape import dump
    from linklint.text.suggest import nearest

    if options.rule == "facts":
        return _print_page(file_of_package(os.path.join("facts", "README.md")).decode())
    if (options.rule is None) != options.all:
        raise UsageError("explain takes one RULE, or --all; linklint rules lists all rules")
    found = {rule.slug: rule for rule in _rules_here()}
    if options.rule is not None and options.rule not in found:
        raise UsageError(
            f"unknown rule {options.rule}{nearest(options.rule, found) or ': linklint rules lists all rules'}"
        )
    wanted = [found[options.rule]] if options.rule is not None else list(found.values())
    parts = (options.examples, options.query)
    if options.format == "json":
        pages = [result.as_dict(rule, *parts) for rule in wanted]
        sys.stdout.write(dump(pages if options.all else pages[0]))
        return 0
    if options.format == "markdown":
        sys.stdout.write("\n".join(result.as_markdown(rule, *parts) for rule in wanted))
        return 0
    lines = [line for rule in wanted for line in result.explained(rule, *parts, terminal.width_of(sys.stdout))]
    _page(lines)
    return 0


def rules(options: argparse.Namespace) -> int:
    """`linklint rules`"""
    from linklint.findings.rule_selection import named
    from linklint.output.escape import dump

    found = _rules_here()
    for name in options.filters:
        if not named([name], found):
            raise UsageError(f"there is no rule or group {name}: linklint rules lists all rules")
    slugs = named(options.filters, found) if options.filters else {rule.slug for rule in found}
    found = [
        rule
        for rule in found
        if rule.slug in slugs and options.severity in (None, rule.severity) and (rule.fix or not options.fixable)
    ]
    if options.format == "json":
        sys.stdout.write(dump([result.summary_of(rule) for rule in found]))
    else:
        terminal.write(result.table(found), sys.stdout)
    return 0


def _rules_here() -> list[Rule]:
    """Return the built-in rules and the custom rules of the current directory's configuration."""
    from linklint.config.load import find
    from linklint.findings.rule_selection import select_rules

    return select_rules(find(".")._replace(select=(), ignore=()))


def _page(lines: list[terminal.Line]) -> None:
    """Print lines; through a pager if they are more than the terminal has."""
    if not sys.stdout.isatty() or len(lines) < os.get_terminal_size(sys.stdout.fileno()).lines:
        terminal.write(lines, sys.stdout)
        return
    from pydoc import pager

    os.environ.setdefault("LESS", "-FRX")
    pager(terminal.as_terminal(lines, sys.stdout))


def _print_page(page: str) -> int:
    if terminal.wants_colour(sys.stdout):
        from rich.console import Console
        from rich.markdown import Markdown

        Console(force_terminal=True).print(Markdown(page))
    else:
        sys.stdout.write(page)
    return 0
