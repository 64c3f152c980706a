"""What engines of several versions answered, replayed: nothing certain is false, and refusals are told."""

from __future__ import annotations

from pathlib import Path

import pytest
from engine_cases import CASES, is_of_a_refusal, lines_of, recorded, told
from engine_steps import Sequence

RECORDED = recorded()
# Refusals without a finding, by title and number of the line (from 0).
UNTOLD: dict[str, set[int]] = {}
MAX_UNTOLD = 0.02


def test_the_recorded_answers_are_complete() -> None:
    assert {"26.1.5", "27.5.1", "28.5.2", "29.7.2"} <= set(RECORDED)
    for answers in RECORDED.values():
        assert {title: len(answer) for title, answer in answers["cases"].items()} == {
            title: len(lines_of(script)) for title, script in CASES.items()
        }
    assert sum(len(lines_of(script)) for script in CASES.values()) >= 60


@pytest.mark.parametrize("title", CASES)
@pytest.mark.parametrize("version", RECORDED)
def test_a_case(version: str, title: str, tmp_path: Path) -> None:
    lines, answers = lines_of(CASES[title]), RECORDED[version]["cases"][title]
    found = told(lines, "", version, tmp_path / "case")
    for number, (line, answer) in enumerate(zip(lines, answers, strict=True)):
        findings = [finding for finding in found.get(number, []) if is_of_a_refusal(finding) or answer == "R"]
        if answer == ".":
            assert not [finding for finding in findings if finding.confidence == "certain"], line
        else:
            assert findings or number in UNTOLD.get(title, ()), line


@pytest.mark.parametrize("version", RECORDED)
def test_random_sequences(version: str, tmp_path: Path) -> None:
    false, untold, refused = [], [], 0
    for seed, answers in RECORDED[version]["sequences"].items():
        sequence = Sequence(int(seed))
        found = told(sequence.lines, sequence.compose, version, tmp_path / seed)
        for number, (line, answer) in enumerate(zip(sequence.lines, answers, strict=True)):
            findings = [finding for finding in found.get(number, []) if is_of_a_refusal(finding) or answer == "R"]
            refused += answer == "R"
            if answer == "." and any(finding.confidence == "certain" for finding in findings):
                false.append((seed, number, line))
            if answer == "R" and not findings:
                untold.append((seed, number, line))
    assert not false
    assert len(untold) <= MAX_UNTOLD * refused, untold
