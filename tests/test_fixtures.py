"""Each directory of fixtures/ is a small repository as found in life; its findings.txt is what linklint says of it, a finding a line.

LINKLINT_UPDATE=1 writes the files anew.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from linklint.pipeline import scan

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
CASES = sorted(path.name for path in FIXTURES.iterdir() if path.is_dir())


def told(case: str) -> str:
    lines = []
    for finding in scan([str(FIXTURES / case)], audit=True).findings:
        assert finding.span is not None, finding.message
        place = finding.span.source.place(finding.span.start, finding.span.end)
        lines.append(
            f"{finding.path}:{place.line}:{place.column} {finding.severity} {finding.confidence} [{finding.rule}] {finding.message}\n"
        )
        for span, words in finding.related:
            lines.append(f"  {span.source.path}:{span.source.line_of(span.start)} {words}\n")
    return "".join(lines)


@pytest.mark.parametrize("case", CASES)
def test_fixture(case: str) -> None:
    expected = FIXTURES / case / "findings.txt"
    found = told(case)
    if os.environ.get("LINKLINT_UPDATE"):
        expected.write_text(found)
    assert found == expected.read_text()


def test_the_quiet_twins_are_quiet() -> None:
    quiet = [case for case in CASES if case.endswith("-quiet")]
    assert quiet
    for case in quiet:
        assert case.removesuffix("-quiet") in CASES
        assert told(case) == ""
