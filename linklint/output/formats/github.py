"""Annotations for GitHub Actions: one workflow command per finding, on standard output of a step.

A line end ends a command, and `,` and `:` end a property, so they are percent-encoded; the runner decodes them.
"""

from __future__ import annotations

from linklint.findings.finding import Finding
from linklint.findings.result import ScanResult
from linklint.output.escape import escape
from linklint.output.summary import TextOptions, end_of_report
from linklint.output.terminal import plain

FOR = "annotations of GitHub Actions"  # in the README

LEVELS = {"error": "error", "warning": "warning", "note": "notice"}


def render(result: ScanResult, view: TextOptions = TextOptions()) -> str:
    """Return one line per finding, the most severe first (GitHub shows ten per kind and step), then the summary as
    text.
    """
    lines = [
        _command(result, finding) for finding in sorted(result.shown, key=lambda f: list(LEVELS).index(f.severity))
    ]
    for path, line, reason in result.unread:
        if not line:
            lines.append(
                f"::notice file={_property(result.tree.from_home(path))},title=linklint: unread::{_data(reason)}"
            )
    lines += map(plain, end_of_report(result, view._replace(quiet=False)))
    return "\n".join(lines) + "\n"


def _command(result: ScanResult, finding: Finding) -> str:
    properties: dict[str, str] = {}
    where = ""
    if finding.span is not None:
        path = result.tree.from_home(finding.path)
        place = finding.span.source.place(finding.span.start, finding.span.end)
        properties = {"file": path, "line": str(place.line), "endLine": str(place.end_line)}
        if place.line == place.end_line:
            properties |= {"col": str(place.column), "endColumn": str(place.end_column)}
        where = f"{path}:{place.line}:{place.column}: "
    properties["title"] = f"linklint: {finding.rule}"
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    more = "".join(
        f"\n{result.tree.from_home(span.source.path)}:{span.source.line_of(span.start)}: {words or 'see here'}"
        for span, words in finding.related[:8]
    )
    help_line = "\n" + finding.help.replace("`", "") if finding.help else ""
    return (
        f"::{LEVELS[finding.severity]} "
        f"{written}::{_data(where + finding.message + ' [' + finding.rule + ']', more + help_line)}"
    )


def _data(words: str, more: str = "") -> str:
    lines = [escape(line) for line in (words.replace("\n", " ") + more).split("\n")]
    return "%0A".join(line.replace("%", "%25") for line in lines)


def _property(value: str) -> str:
    return escape(value).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
