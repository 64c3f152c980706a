"""`linklint upgrade`"""

from __future__ import annotations

import os
import sys
from collections import Counter
from typing import TYPE_CHECKING

from linklint.cli import baseline
from linklint.cli.options import answers_for, asked, progress
from linklint.cli.parser import EXIT_USAGE
from linklint.output import terminal

if TYPE_CHECKING:
    import argparse

    from linklint.findings.result import ScanResult
    from linklint.queries.upgrade import Upgrade


def upgrade(options: argparse.Namespace) -> int:
    """`linklint upgrade`"""
    from linklint.output.answers import upgrade as answer
    from linklint.queries.mentions import files_not_read
    from linklint.scanning import scan

    paths, config = asked(options)
    known = baseline.file_of(options, config, paths)
    answers = answers_for(options, paths, config, known)
    if answers is not None and (status := answers.repeat()) is not None:
        return status
    with progress() as shown:
        result = scan(
            paths,
            config=config,
            audit=True,
            baseline=known if known is not None and os.path.lexists(known) else None,
            show_secrets=options.show_secrets,
            progress=shown,
            jobs=options.jobs,
            cache=options.cache,
            files=answers.files if answers is not None else None,
        )
    if options.mentions:
        return _mentions(result, options)
    found = _answer(result, options)
    unread = {place.path for place in found.of("unread")}
    listed = [path for path in result.listed if result.tree.display(path) not in unread]
    left = dict(files_not_read(result.store, result.tree, listed).most_common())
    lines = answer.render(result, found, left, options.to)
    report: terminal.Report = lines
    if options.format == "json":
        from linklint.output.escape import dump

        report = dump(answer.as_dict(result, found, left))
    elif options.format == "markdown":
        from linklint.output.formats.markdown import answer as as_comment

        report = as_comment(result, found, left, options.to)
    elif options.format == "html":
        from linklint.output.formats.html import render

        report = render(result)
    terminal.put(report, sys.stdout)
    status = EXIT_USAGE if result.failed else found.answers[options.to].status
    if answers is not None and not result.failed:
        answers.keep(report, status)
    return status


def _answer(result: ScanResult, options: argparse.Namespace) -> Upgrade:
    from linklint.output.answers.upgrade import answer_for

    return answer_for(
        result,
        documents=not options.no_docs,
        strict=options.strict,
        paths_of_config=not options.paths,
        links_only=options.not_asked == "engine",
    )


def _mentions(result: ScanResult, options: argparse.Namespace) -> int:
    """Print every mention with its class, and how many each class has."""
    from linklint.output.answers.upgrade import mentions_lines
    from linklint.output.escape import dump
    from linklint.queries.mentions import all_mentions

    rows = sorted(set(all_mentions(result.store, result.tree, result.listed)))
    classes = Counter(row.reading for row in rows)
    if options.format == "json":
        names = ("path", "line", "column", "text", "class", "rule")
        terminal.write_plain(
            dump({"mentions": [dict(zip(names, row, strict=True)) for row in rows], "classes": dict(classes)}),
            sys.stdout,
        )
        return 0
    terminal.write(mentions_lines(rows), sys.stdout)
    total = ", ".join(f"{number} {name}" for name, number in classes.most_common())
    number = "1 mention" if len(rows) == 1 else f"{len(rows)} mentions"
    terminal.write([[], [(f"{number}: {total}" if rows else "no mentions", "bold")]], sys.stdout)
    return 0
