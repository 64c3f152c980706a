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
    from collections.abc import Iterator

    from linklint.findings.result import ScanResult

Row = tuple[str, int, int, str, str, str]


def upgrade(options: argparse.Namespace) -> int:
    """`linklint upgrade`"""
    from linklint.output.answers import upgrade as answer
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
    found = answer.answer_for(result, documents=not options.no_docs, strict=options.strict)
    left = dict(_not_read(result).most_common())
    lines = answer.render(result, found, left, options.to)
    report: terminal.Report = lines
    if options.format == "json":
        from linklint.output.escape import dump

        report = dump(answer.as_dict(result, found, left))
    elif options.format == "markdown":
        from linklint.output.formats.markdown import as_list

        report = as_list("Docker Engine 29 and 30", lines)
    elif options.format == "html":
        from linklint.output.formats.html import render

        report = render(result)
    terminal.put(report, sys.stdout)
    status = EXIT_USAGE if result.failed else found.answers[options.to].status
    if answers is not None and not result.failed:
        answers.keep(report, status)
    return status


def _not_read(result: ScanResult) -> Counter[str]:
    """Return how many files mention Docker but were not read, by suffix."""
    from linklint.files.root import UnreadableFile
    from linklint.kinds.contents import DOCKER, mentions, plain

    found: Counter[str] = Counter()
    read = {source.path for source in result.store.sources.values()}
    for path in result.listed:
        if path not in read:
            try:
                if mentions(plain(result.tree.read(path)), DOCKER):
                    suffix = os.path.splitext(path)[1]
                    found[f"*{suffix}" if suffix else os.path.basename(path)] += 1
            except UnreadableFile:
                continue
    return found


def _mentions(result: ScanResult, options: argparse.Namespace) -> int:
    """Print every mention with its class, and how many each class has."""
    from linklint.output.answers.upgrade import mentions_lines
    from linklint.output.escape import dump

    rows = sorted({*_read_mentions(result), *_other_mentions(result)})
    classes = Counter(row[4] for row in rows)
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


def _read_mentions(result: ScanResult) -> Iterator[Row]:
    store = result.store
    for at, reading, why in store.ask("SELECT span, reading, why FROM mention")[1]:
        span = store.spans[int(at)]
        place = span.source.place(span.start, span.end)
        word = span.source.text[span.start : span.end]
        yield result.tree.display(span.source.path), place.line, place.column, word, str(reading), str(why)


def _other_mentions(result: ScanResult) -> Iterator[Row]:
    """Yield the mentions in text files that no extractor reads, because nothing in them has to do with Docker."""
    from linklint.files.root import UnreadableFile
    from linklint.text_search.patterns import mentions_in

    read = {source.path for source in result.store.sources.values()}
    for path in result.listed:
        if path in read:
            continue
        try:
            source = result.tree.source(path)
        except UnreadableFile:
            continue
        for match in mentions_in(source.text):
            place = source.place(*match.span())
            yield (
                result.tree.display(path),
                place.line,
                place.column,
                match[0],
                "other",
                "no sign of Docker in the file",
            )
