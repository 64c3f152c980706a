"""Annotations for Azure Pipelines: one logging command per finding, on standard output of a step.

Source: Azure Pipelines, logging commands: `%`, line ends, `;` and `]` are encoded in properties, `%` and line ends in
the message.
"""

from __future__ import annotations

from linklint.findings.finding import Finding
from linklint.findings.result import ScanResult
from linklint.output.escape import escape
from linklint.output.summary import TextOptions, end_of_report
from linklint.output.terminal import plain

FOR = "annotations of Azure Pipelines"  # in the README

TYPES = {"error": "error", "warning": "warning", "note": "warning"}  # there is no third one


def render(result: ScanResult, view: TextOptions = TextOptions()) -> str:
    """Return one command per listed finding, the most severe first, then the summary as text."""
    lines = [_command(result, f) for f in sorted(result.shown, key=lambda f: list(TYPES).index(f.severity))]
    lines += map(plain, end_of_report(result, view._replace(quiet=False)))
    return "\n".join(lines) + "\n"


def _command(result: ScanResult, finding: Finding) -> str:
    properties = {"type": TYPES[finding.severity]}
    if finding.span is not None:
        place = finding.span.source.place(finding.span.start, finding.span.end)
        properties |= {
            "sourcepath": result.tree.from_home(finding.path),
            "linenumber": str(place.line),
            "columnnumber": str(place.column),
        }
    properties["code"] = finding.rule
    written = "".join(f"{name}={_property(value)};" for name, value in properties.items())
    return f"##vso[task.logissue {written}]{_data(finding.message)}"


def _data(text: str) -> str:
    return escape(text).replace("%", "%AZP25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(";", "%3B").replace("]", "%5D")
