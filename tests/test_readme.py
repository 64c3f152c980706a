"""What the README shows is true: its commands run, its output is printed, its picture is the terminal's."""

from __future__ import annotations

import html
import io
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console
from rich.text import Text

from linklint.config.load import read
from linklint.output.formats import text
from linklint.scanning import scan

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()
PICTURE = ROOT / "docs" / "scan.svg"
FENCES = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
COMMANDS = [
    line
    for language, block in FENCES
    if language == "sh"
    for line in block.splitlines()
    if line.startswith("linklint ")
]
WIDTH = 132


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository with the fixtures."""
    root = tmp_path_factory.mktemp("checkout")
    shutil.copytree(ROOT / "fixtures", root / "fixtures")
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    return root


def run(command: str, directory: Path) -> subprocess.CompletedProcess[str]:
    """Run a command as a user types it, with linklint of this environment."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {
        name: value for name, value in os.environ.items() if name not in ("GITHUB_ACTIONS", "FORCE_COLOR", "COLUMNS")
    }
    return subprocess.run(
        ["bash", "-c", command],
        cwd=directory,
        capture_output=True,
        text=True,
        env={**environment, "PATH": path},
        check=False,
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_does_what_it_says(command: str, checkout: Path) -> None:
    done = run(command, checkout)
    may_find = command.startswith(("linklint scan", "linklint upgrade", "linklint migrate"))
    assert done.returncode in ((0, 1) if may_find else (0,)), done.stderr
    assert (done.stdout or done.stderr) and "Traceback" not in done.stderr or ">" in command


def test_there_are_commands() -> None:
    assert len(COMMANDS) > 15 and all(line.startswith(("linklint ", "pip install ", "docker ",
        "python3 -m venv ")) for language,
        block in FENCES if language == "sh" for line in block.splitlines())  # fmt: skip


def test_output_that_is_shown(checkout: Path) -> None:
    (checkout / ".linklint-baseline.json").unlink(missing_ok=True)
    shown = [block for language, block in FENCES if language == "console"]
    assert shown
    for block in shown:
        command, _, output = block.partition("\n")
        head, _, tail = output.partition("…\n")
        printed = run(command.removeprefix("$ "), checkout).stdout
        assert head in printed and tail.strip() in printed


def test_the_configuration_is_one(tmp_path: Path) -> None:
    (toml,) = [block for language, block in FENCES if language == "toml"]
    (tmp_path / ".linklint.toml").write_text(toml)
    (tmp_path / "base.toml").write_text("")
    assert read(str(tmp_path / ".linklint.toml")).per_path


def test_the_program(checkout: Path) -> None:
    (program,) = [block for language, block in FENCES if language == "python"]
    done = subprocess.run([sys.executable, "-c", program], cwd=checkout, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "link-env-address" in done.stdout


def lines_of(svg: str) -> list[str]:
    """Return the text of an SVG picture of rich, line by line."""
    by_height: dict[float, list[tuple[float, str]]] = {}
    for x, y, words in re.findall(r'<text class="linklint-r\d+" x="([\d.]+)" y="([\d.]+)"[^>]*>(.*?)</text>', svg):
        by_height.setdefault(float(y), []).append((float(x), html.unescape(words).replace("\xa0", " ")))
    return ["".join(words for _, words in sorted(parts)).rstrip() for _, parts in sorted(by_height.items())]


def test_the_picture_is_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """LINKLINT_UPDATE=1 draws it; its text must be what is printed, whatever version of rich drew it."""
    monkeypatch.chdir(ROOT)
    console = Console(
        record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, color_system="truecolor", highlight=False
    )
    console.print(Text.assemble(("$ ", "dim"), "linklint scan fixtures/quickstart"))
    for line in text.lines(scan(["fixtures/quickstart"]), width=WIDTH):
        console.print(Text.assemble(*line), overflow="fold")
    drawn = re.sub(
        r"@font-face \{.*?\}\s*", "", console.export_svg(title="linklint", unique_id="linklint"), flags=re.DOTALL
    )
    assert "http" not in drawn.replace("http://www.w3.org/2000/svg", "").replace("https://www.textualize.io", "")
    if os.environ.get("LINKLINT_UPDATE"):
        PICTURE.write_text(drawn)
    assert lines_of(PICTURE.read_text()) == lines_of(drawn)
    assert len(lines_of(drawn)) > 15
