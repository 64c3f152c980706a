"""What linklint says about scripts whose steps were played on a real engine."""

from __future__ import annotations

from pathlib import Path

import pytest
from recorded_scripts import SCRIPTS

from linklint.findings.rule_file import built_in
from linklint.scanning import scan

REFUSING = {rule.slug for rule in built_in() if rule.refused}
SAYING = REFUSING | {"unknown-link-target", "unnamed-link-target", "link-across-networks"}


@pytest.mark.parametrize("title", SCRIPTS)
def test_what_is_said_about_each_line(tmp_path: Path, title: str) -> None:
    script = SCRIPTS[title]
    (tmp_path / "run.sh").write_text(script.text)
    if script.compose:
        (tmp_path / "docker-compose.yml").write_text(script.compose)
    said: dict[int, set[str]] = {}
    for finding in scan([str(tmp_path)], audit=True).findings:
        is_refusal = finding.rule in SAYING and "does not resolve" not in finding.message
        if is_refusal and finding.span is not None:
            said.setdefault(finding.span.source.line_of(finding.span.start), set()).add(finding.confidence)
    lines = range(1, script.text.count("\n") + 1)
    assert not [line for line in lines if line in script.refused and line not in said]
    assert not [line for line in lines if line not in script.refused and "certain" in said.get(line, ())]
