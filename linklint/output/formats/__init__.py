"""The formats of a report: each module here is one, with `render(result, view) -> str`, and `FOR`, what it is for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from linklint.prebuilt import formats_of_package

if TYPE_CHECKING:
    from typing import TextIO

    from linklint.findings.result import ScanResult
    from linklint.output.summary import TextOptions
    from linklint.output.terminal import Report


# The default comes first.
FORMATS = ("text", *(name for name in formats_of_package() if name != "text"))


def render(result: ScanResult, name: str, view: TextOptions | None = None) -> str:
    """Return the report in a format, as it is written to a file.

    `name` is one of `FORMATS`: a scanned tree cannot select a module.
    """
    from linklint.output.summary import TextOptions

    module = import_module(f"linklint.output.formats.{name}")
    text = str(module.render(result, view or TextOptions())).rstrip("\n")
    return text and text + "\n"


def report(result: ScanResult, name: str, view: TextOptions, stream: TextIO) -> Report:
    """Return the report for a stream; text has the colours and the width of a terminal."""
    from linklint.output import terminal
    from linklint.output.formats import text

    if name == "text":
        return text.lines(result, view, width=terminal.width_of(stream))
    return render(result, name, view)
