"""What linklint writes into a tree is not read by its next run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PAIR = "docker run -d --name db -e POSTGRES_PASSWORD=hunter2secret postgres\ndocker run --name web --link db:pg app\n"
READER = 'import os\nhost = os.environ["PG_PORT_5432_TCP_ADDR"]\n'
OUTPUTS = {
    "report.html": ["scan", "--format", "html"], "report.json": ["scan", "--format", "json"],
    "report.sarif": ["scan", "--format", "sarif"], "report.xml": ["scan", "--format", "junit"],
    "report.md": ["scan", "--format", "markdown"], "gitlab.json": ["scan", "--format", "gitlab"],
    "rdjson.json": ["scan", "--format", "rdjson"], "upgrade.json": ["upgrade", "--format", "json"],
    "upgrade.md": ["upgrade", "--format", "markdown"], "plan.json": ["migrate", "--format", "json"],
    "plan.md": ["migrate", "--format", "markdown"], "upgrade.html": ["upgrade", "--format", "html"],
}  # fmt: skip


def run(directory: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "linklint", *words], cwd=directory, capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 1, 3), done.stderr
    return done.stdout


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    (tmp_path / "run.sh").write_text(PAIR)
    (tmp_path / "app.py").write_text(READER)
    return tmp_path


def test_outputs_are_not_read(directory: Path) -> None:
    asked = (["scan", "--format", "json", "--audit", "--no-cache"], ["upgrade", "--mentions", "--no-cache"])
    asked = (*asked, ["migrate", "--format", "json"], ["upgrade", "--format", "json", "--no-cache"])
    before = [run(directory, *words) for words in asked]
    outputs = {name: run(directory, *words) for name, words in OUTPUTS.items()}
    for name, text in outputs.items():
        assert "--link" in text or "link" in text, name
        (directory / name).write_text(text)
    run(directory, "migrate", "--patch", "links.patch")
    after = [run(directory, *words) for words in asked]
    assert [text.replace('"files": 17', '"files": 2') for text in after] == before


@pytest.mark.parametrize("first", ["## linklint\n\n", "Written by linklint migrate\n--- a\n"])
def test_a_first_line_hides_no_script(tmp_path: Path, first: str) -> None:
    (tmp_path / "run.sh").write_text(first + PAIR)
    assert "--link" in run(tmp_path, "scan", "--no-cache")
