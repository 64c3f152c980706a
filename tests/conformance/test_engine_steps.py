"""Every step of random sequences on a real engine, and what linklint says about it.

A certain finding on a step that the engine accepts is wrong, and fewer than 3 % of the refused steps may have no
finding. `LINKLINT_SEQUENCES=1000-2000` plays other seeds than the default; `LINKLINT_ENGINES` engines play side by
side.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest
from engine_cases import is_of_a_refusal, told
from engine_steps import MOTIFS, WEIGHTS, Sequence
from real_engine import Engine

from linklint.findings.finding import Finding

pytestmark = pytest.mark.conformance

FIRST, LAST = map(int, os.environ.get("LINKLINT_SEQUENCES", "0-100").split("-"))
ENGINES = int(os.environ.get("LINKLINT_ENGINES", "2"))
MAX_SILENT = 0.03
SECONDS = 20  # of a docker command


class Step(NamedTuple):
    """A line, what the engine said, and the confidences of the findings on it."""

    seed: int
    number: int
    line: str
    said: str | None
    findings: list[str]

    @property
    def refused(self) -> bool:
        return self.said is not None


def test_what_the_engine_refuses(engine: Engine, tmp_path: Path) -> None:
    engines = [engine, *(Engine() for _ in range(ENGINES - 1))]
    try:
        played = list(_play_all(engines, tmp_path))
    finally:
        for one in engines[1:]:
            one.stop()
    steps = [step for _, found in played for step in found]
    wrong = [step for step in steps if not step.refused and any(f.startswith("certain") for f in step.findings)]
    refused = [step for step in steps if step.refused]
    silent = [step for step in refused if not step.findings]
    likely = Counter(
        "right" if step.refused else "wrong" for step in steps if any(f.startswith("likely") for f in step.findings)
    )
    certain = sum(any(f.startswith("certain") for f in step.findings) for step in refused)
    print(
        f"\nseeds {FIRST} to {LAST - 1}: {len(steps)} steps, {len(refused)} refused; {certain} of them with a certain "
        f"finding, {len(silent)} without a finding ({len(silent) / max(len(refused), 1):.1%}); certain and false "
        f"{len(wrong)}; likely: {likely['right']} refused, {likely['wrong']} accepted"
    )
    report = "\n".join(map(_shown, [*wrong, *silent]))
    if (log := os.environ.get("LINKLINT_STEPS_LOG")) is not None:
        Path(log).write_text(report)
    assert not wrong, report
    assert len(silent) < MAX_SILENT * len(refused), report
    assert len(refused) >= len(steps) / 4
    _check_spread([sequence for sequence, _ in played])


def _check_spread(sequences: list[Sequence]) -> None:
    """Check that each verb and each motif is in at least 3 % of the sequences."""
    families = Counter(family for sequence in sequences for family in set(sequence.families))
    verbs = Counter(verb for sequence in sequences for verb in {_verb(line) for line in sequence.lines})
    if len(sequences) >= 300:
        few = {name: families[name] for name in MOTIFS if families[name] < 0.03 * len(sequences)}
        few |= {name: verbs[name] for name in WEIGHTS if verbs[name] < 0.03 * len(sequences)}
        assert not few, few


def _verb(line: str) -> str:
    found = re.search(r"docker (?:(network|container|system) )?(\w+)( --link)?", line)
    if found is None:
        return ""
    group, verb, link = found.groups()
    return f"{group}-{verb}" if group else f"{verb}-link" if verb == "rm" and link else verb


def _play_all(engines: list[Engine], directory: Path) -> list[tuple[Sequence, list[Step]]]:
    def part(number: int) -> list[tuple[Sequence, list[Step]]]:
        found = []
        for seed in range(FIRST + number, LAST, len(engines)):
            sequence = Sequence(seed)
            engines[number].clear()
            found.append((sequence, _play(engines[number], sequence, directory / f"p{seed}")))
        return found

    with ThreadPoolExecutor(len(engines)) as pool:
        return [pair for pairs in pool.map(part, range(len(engines))) for pair in pairs]


def _play(engine: Engine, sequence: Sequence, directory: Path) -> list[Step]:
    found = told(sequence.lines, sequence.compose, engine.version, directory)
    answers = engine.lines(sequence.lines, directory, SECONDS)
    return [
        Step(
            sequence.seed, number, line, said, [_words(f) for f in found.get(number, []) if said or is_of_a_refusal(f)]
        )
        for number, (line, said) in enumerate(zip(sequence.lines, answers))
    ]


def _words(finding: Finding) -> str:
    return f"{finding.confidence} {finding.rule}: {finding.message}"


def _shown(step: Step) -> str:
    said = f"the engine refuses it: {step.said}" if step.refused else "the engine accepts it"
    before = "\n".join(f"      {line}" for line in Sequence(step.seed).lines[: step.number])
    return f"seed {step.seed}, line {step.number + 1}: {step.line}\n   {said}\n   {step.findings}\n{before}"


def test_the_sequences_are_spread() -> None:
    sequences = [Sequence(seed) for seed in range(1000)]
    assert all(5 <= len(sequence.lines) <= 26 for sequence in sequences)
    _check_spread(sequences)
