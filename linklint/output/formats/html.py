"""One page of HTML, which works offline: the upgrade answer, the graph of links, the findings."""

from __future__ import annotations

from linklint.findings.result import ScanResult
from linklint.output.page.report import page
from linklint.output.summary import TextOptions

FOR = (
    "one page for people without a terminal: the upgrade answer, the graph "
    "of links, the findings with filters; it works offline"
)  # in the README


def render(result: ScanResult, _: TextOptions = TextOptions()) -> str:
    """The report as HTML."""
    return page(result)
