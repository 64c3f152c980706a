"""The commands that print a page: `explain`, `rules`, `config`, `completion`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from linklint.cli import configured
from linklint.commands.start import start_of
from linklint.errors import BadUsage
from linklint.report import terminal

if TYPE_CHECKING:
    import argparse


def explain(options: argparse.Namespace) -> int:
    """`linklint explain`"""
    from importlib import resources

    from linklint.judge.rule import built_in

    rules = {rule.slug: rule for rule in built_in()}
    rule = rules.get(options.rule)
    if options.rule == "facts":
        return _print_page(resources.files("linklint.facts").joinpath("README.md").read_text("utf-8"))
    if rule is None:
        import difflib

        near = difflib.get_close_matches(options.rule, rules, 1)
        raise BadUsage(f"there is no rule {options.rule}" + (f": do you mean {near[0]}?" if near else ": linklint rules lists them"))
    return _print_page(rule.text.split("\n---\n", 1)[-1].strip() + "\n")


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
    from linklint.judge.rule import built_in

    found = built_in()
    width = max(len(rule.slug) for rule in found)
    lines: list[terminal.Line] = []
    for rule in found:
        fix = f"  (fix: {rule.fix})" if rule.fix else ""
        lines.append([(rule.slug.ljust(width), "bold"), ("  ", ""), (rule.severity.ljust(7), ""), ("  " + rule.title, ""), (fix, "dim")])
    terminal.write(lines, sys.stdout)
    return 0


def config(options: argparse.Namespace) -> int:
    """`linklint config`"""
    from linklint.config import schema
    from linklint.report import config as report
    from linklint.report.escape import dump

    if options.schema:
        sys.stdout.write(dump(schema()))
        return 0
    found = configured(options, start_of(options.paths or ["."]))
    if options.format == "json":
        sys.stdout.write(report.render_json(found))
    else:
        terminal.write(report.render(found), sys.stdout)
    return 0


def completion(options: argparse.Namespace) -> int:
    """`linklint completion`"""
    import shtab

    from linklint.cli import parser

    sys.stdout.write(shtab.complete(parser(), shell=options.shell) + "\n")
    return 0
