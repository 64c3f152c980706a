"""The recorded answers of the engine are still its answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from real_engine import Engine
from recorded_scripts import SCRIPTS

pytestmark = pytest.mark.conformance


@pytest.mark.parametrize("title", [title for title, script in SCRIPTS.items() if script.live])
def test_what_the_engine_refuses(engine: Engine, tmp_path: Path, title: str) -> None:
    script = SCRIPTS[title]
    engine.clear()
    if script.compose:
        (tmp_path / "docker-compose.yml").write_text(script.compose)
    lines = [
        line.removesuffix(" || true").replace("docker-compose", "docker compose").replace("docker restart",
        "docker restart -t 0")
        .replace("docker stop", "docker stop -t 0") for line in script.text.splitlines()
    ]  # fmt: skip
    answers = engine.lines(lines, tmp_path, 30)
    assert [number for number, said in enumerate(answers, 1) if said is not None] == list(script.refused)
