"""The commands that answer from the facts: `env`, `graph`, `query`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from linklint.cli import configured
from linklint.commands.start import progress, start_of
from linklint.config import ENGINES
from linklint.errors import BadUsage
from linklint.report import terminal

if TYPE_CHECKING:
    import argparse

    from linklint.facts.store import Store


def _asked(options: argparse.Namespace) -> tuple[Store, str]:
    """The facts that a question is about, and the engine that is meant."""
    from linklint.facts.store import Store
    from linklint.pipeline import gather

    paths = options.paths or ["."]
    config = configured(options, start_of(paths))
    if config.engine not in ENGINES:
        raise BadUsage(f"there is no engine {config.engine}: it is one of {', '.join(ENGINES)}")
    with progress() as shown:
        facts = gather(paths, config, progress=shown)
    return Store(
        facts.ledger, facts.sources, config.engine, show_secrets=options.show_secrets, display=facts.tree.display
    ), config.engine


def env(options: argparse.Namespace) -> int:
    """`linklint env`"""
    from linklint.ask.env import names, recipients
    from linklint.report import env as report

    store, engine = _asked(options)
    found = recipients(store, options.container, engine)
    if not found:
        import difflib

        known = names(store)
        near = difflib.get_close_matches(options.container, known, 1)
        hint = (
            f": do you mean {near[0]}?"
            if near
            else f": those with links are {', '.join(known[:12])}"
            if known
            else ", and no container has links"
        )
        raise BadUsage(f"there is no container {options.container} here{hint}")
    if options.format == "json":
        terminal.write_plain(report.render_json(found, engine), sys.stdout)
    else:
        terminal.write(report.render(found, engine), sys.stdout)
    return 0


def graph(options: argparse.Namespace) -> int:
    """`linklint graph`"""
    from linklint.ask.graph import graph as ask
    from linklint.report import graph as report

    store, engine = _asked(options)
    found = ask(store, engine)
    if options.format == "tree":
        terminal.write(report.tree(found), sys.stdout)
    else:
        terminal.write_plain((report.mermaid if options.format == "mermaid" else report.dot)(found), sys.stdout)
    return 0


def query(options: argparse.Namespace) -> int:
    """`linklint query`"""
    from linklint.report import table

    if options.export is not None:
        options.paths = [path for path in (options.sql, *options.paths) if path is not None]
        store, _ = _asked(options)
        store.export(options.export)
        sys.stderr.write(f"the facts are in {options.export}\n")
        return 0
    if options.sql is None:
        raise BadUsage("query takes a question in SQL, or --export FILE")
    store, _ = _asked(options)
    columns, rows = store.ask(options.sql)
    terminal.write_plain(table.render(columns, rows, options.format), sys.stdout)
    return 0
