"""The commands that answer from the facts: `env`, `graph`, `query`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from linklint.cli.options import asked, progress
from linklint.docker.engines import engine_named
from linklint.errors import QueryError, UsageError
from linklint.output import terminal

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from linklint.database.store import Store


def _asked(options: argparse.Namespace) -> tuple[Store, str]:
    """Return the store to query, and the name of the engine."""
    from linklint.scanning import gather, store_of

    paths, config = asked(options)
    engine_named(config.engine)  # or it is a UsageError
    with progress() as shown:
        facts = gather(paths, config, progress=shown, jobs=options.jobs, cache=options.cache)
    return store_of(facts, config.engine, show_secrets=options.show_secrets), config.engine


def env(options: argparse.Namespace) -> int:
    """`linklint env`"""
    from linklint.output.answers import env as result
    from linklint.queries.env import names, recipients

    store, engine = _asked(options)
    found = recipients(store, options.container, engine)
    if not found:
        import difflib

        known = names(store)
        near = difflib.get_close_matches(options.container, known, 1)
        hint = (
            f": did you mean {near[0]}?"
            if near
            else f": containers with links: {', '.join(known[:12])}"
            if known
            else ", and no container has links"
        )
        raise UsageError(f"unknown container {options.container}{hint}")
    if options.format == "json":
        terminal.write_plain(result.render_json(found, engine), sys.stdout)
    else:
        terminal.write(result.render(found, engine), sys.stdout)
    return 0


def graph(options: argparse.Namespace) -> int:
    """`linklint graph`"""
    from linklint.output.answers import graph as result
    from linklint.queries.graph import around, linked
    from linklint.queries.graph import graph as ask
    from linklint.text.suggest import nearest

    if options.depth is not None and (options.around is None or options.depth < 1):
        raise UsageError("--depth needs --around, and a number from 1")
    store, engine = _asked(options)
    found = ask(store, engine)
    if options.linked:
        found = linked(found)
    if options.around is not None:
        known = sorted({node.name for node in found.nodes()})
        found = around(found, options.around, options.depth)
        if not found.groups:
            raise UsageError(f"unknown container {options.around}{nearest(options.around, known)}")
    if options.format == "tree":
        terminal.write(result.tree(found), sys.stdout)
    else:
        terminal.write_plain((result.mermaid if options.format == "mermaid" else result.dot)(found), sys.stdout)
    return 0


def _export(options: argparse.Namespace) -> int:
    """Write the facts of a scan to a new file, or to a new directory."""
    from linklint.files.writing import write_directory, write_report
    from linklint.fleet.export import Export, to_parquet, to_sqlite
    from linklint.fleet.identity import identify
    from linklint.scanning import known_baseline, scan

    options.paths = [path for path in (options.sql, *options.paths) if path is not None]
    paths, config = asked(options)
    target: str = options.export
    if os.path.lexists(target.rstrip("/")):
        raise UsageError(f"{target} exists already: remove it, or use another name")
    with progress() as shown:
        result = scan(
            paths, config=config, baseline=known_baseline(paths, config), progress=shown, jobs=options.jobs,
            cache=options.cache, show_secrets=options.show_secrets, audit=True,
        )  # fmt: skip
    export = Export(result, identify(result.tree.home, options.repository))
    if target.endswith("/"):
        write_directory(target, {f"{name}.parquet": data for name, data in to_parquet(export).items()}, paths)
    else:
        write_report(target, to_sqlite(export), paths)
    sys.stderr.write(f"Wrote the facts to {target}\n")
    return 0


def query(options: argparse.Namespace) -> int:
    """`linklint query`"""
    from linklint.output.answers import tables

    if options.export is not None:
        return _export(options)
    if options.tables:
        terminal.write(tables.render(), sys.stdout)
        return 0
    if options.sql is None:
        raise UsageError("query needs an SQL statement, --tables, or --export FILE")
    store, _ = _asked(options)
    return answer(store.ask_untrusted, options)


def answer(ask: Callable[[str], tuple[list[str], list[tuple[Any, ...]]]], options: argparse.Namespace) -> int:
    """Ask the query of the command line, and print its rows."""
    from linklint.output.answers import table, tables

    try:
        columns, rows = ask(options.sql)
    except QueryError as error:
        raise QueryError(f"{error}{tables.hint(str(error), options.sql)}") from error
    width = terminal.width_of(sys.stdout) if sys.stdout.isatty() else None
    terminal.write_plain(table.render(columns, rows, options.format, width), sys.stdout)
    return 0
