"""The formats of a report by name, each a module that is imported when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from linklint.cli import FORMATS
from linklint.report import terminal
from linklint.report.ending import View
from linklint.report.text import render as text

if TYPE_CHECKING:
    from typing import TextIO

    from linklint.pipeline import Report


def render(report: Report, name: str, view: View = View()) -> str:
    """The report in a format, as it stands in a file.

    The formats are a list of this module's: no name of a tree chooses a module.
    """
    if name == "text":
        return "".join(terminal.plain(line) + "\n" for line in text(report, view=view))
    module = import_module(f"linklint.report.{FORMATS[FORMATS.index(name)]}")
    rendered = module.render(report, view) if name == "github" else module.render(report)
    return str(rendered).rstrip("\n") + "\n"


def show(report: Report, name: str, view: View, stream: TextIO) -> None:
    """Write the report to a stream; text with the colours and the width of a terminal."""
    if name == "text":
        terminal.write(text(report, width=terminal.width_of(stream), view=view), stream)
    else:
        terminal.write_plain(render(report, name, view), stream)
