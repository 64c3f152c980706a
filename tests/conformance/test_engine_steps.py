"""Sequences of commands on a real engine, up to the first that it refuses: linklint must have a certain finding there,
and no such finding before.

Refusals that no rule is about (a name that no longer exists, a network that a container is already on) are not
generated on purpose; if they happen, the sequence ends without a verdict, and is counted.
"""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from engine_steps import make
from real_engine import Engine

from linklint.findings.finding import Finding
from linklint.findings.rule_file import built_in
from linklint.scanning import scan

pytestmark = pytest.mark.conformance

SEQUENCES = 80
REFUSING = {rule.slug for rule in built_in() if rule.refused}
NO_RULE = re.compile(
    r"No such container: c\d+-\d+$|endpoint with name|is already attached|container is not running", re.MULTILINE
)


def test_what_the_engine_refuses(engine: Engine, tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(lambda seed: _compare(engine, seed, tmp_path / str(seed)), range(SEQUENCES)))
    kinds = [kind for kind, _ in outcomes]
    wrong = [words for _, words in outcomes if words]
    print(
        f"\n{SEQUENCES} sequences: {kinds.count('accepted')} accepted, {kinds.count('refused')} refused, "
        f"{kinds.count('no rule')} without a verdict, {len(wrong)} told otherwise"
    )
    assert not wrong, "\n\n".join(wrong[:12])
    assert kinds.count("refused") >= 25 and kinds.count("accepted") >= 15


def _compare(engine: Engine, seed: int, directory: Path) -> tuple[str, str]:
    lines = make(seed)
    failed, said = _run(engine, lines, directory)
    engine.script(
        f"docker ps -aq --filter name=^c{seed}- | xargs -r docker rm -f; docker network rm n{seed}", directory
    )
    kept = lines if failed is None else lines[: failed + 1]
    (directory / "run.sh").write_text("\n".join(kept) + "\n")
    findings = [f for f in scan([str(directory)], audit=True).findings if f.rule in REFUSING or f.severity == "error"]
    verdict = (
        "accepted"
        if failed is None
        else "no rule"
        if NO_RULE.search(said) and "could not get" not in said and not _on(findings, failed)
        else "refused"
    )
    early = [
        f
        for f in findings
        if f.rule in REFUSING and f.confidence == "certain" and (failed is None or _line(f) != failed)
    ]
    script = "\n".join(kept)
    if early:
        return (
            verdict,
            f"seed {seed}: {early[0].rule} on line {_line(early[0]) + 1}, which the engine takes: "
            f"{early[0].message}\n{script}",
        )
    removed = failed is not None and any(
        " --rm " in line and f.rule == "duplicate-name" for f in _on(findings, failed) for line in lines[:failed]
    )
    enough = (
        ("certain", "likely") if removed else ("certain",)
    )  # a container run with -d --rm may have ended, and then its name is free
    if verdict == "refused" and failed is not None and not any(f.confidence in enough for f in _on(findings, failed)):
        return (
            verdict,
            f"seed {seed}: the engine refuses line {failed + 1}: "
            f"{said}\n{[(f.rule, f.confidence) for f in _on(findings, failed)]}\n{script}",
        )
    return verdict, ""


def _run(engine: Engine, lines: list[str], directory: Path) -> tuple[int | None, str]:
    """Return (the index of the first line that the engine refuses, its message)."""
    directory.mkdir()
    for index, line in enumerate(lines):
        done = engine.script(line, directory)
        if done.returncode:
            return index, done.stderr.strip()
    return None, ""


def _line(finding: Finding) -> int:
    return finding.span.source.line_of(finding.span.start) - 1 if finding.span is not None else -1


def _on(findings: list[Finding], line: int) -> list[Finding]:
    return [finding for finding in findings if _line(finding) == line]
