"""`linklint init`, and completion scripts."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from program import linklint

from linklint.cli.arguments import SHELLS
from linklint.cli.parser import parser
from linklint.config.load import read
from linklint.config.model import KEYS


def test_init_writes_every_key_and_changes_nothing(tmp_path: Path) -> None:
    done = linklint("init", cwd=tmp_path)
    path = tmp_path / ".linklint.toml"
    assert done.returncode == 0 and done.stderr.startswith("Wrote ") and ".linklint.toml" in done.stderr
    assert tomllib.loads(path.read_text()) == {}
    assert read(str(path))._replace(directory="", file="") == read(str(path)).__class__(), "all defaults"
    again = linklint("init", cwd=tmp_path)
    assert again.returncode == 2 and "exists already" in again.stderr


@pytest.mark.parametrize("key", [key for key, entry in KEYS.items() if entry.takes != "sections"])
def test_every_line_of_it_can_be_used(tmp_path: Path, key: str) -> None:
    linklint("init", cwd=tmp_path)
    path = tmp_path / ".linklint.toml"
    text = path.read_text().partition("# [[per-path]]")[0]
    assert len(re.findall(rf"^# {key} = ", text, re.MULTILINE)) == 1
    path.write_text(re.sub(rf"^# ({key} = )", r"\1", text, flags=re.MULTILINE))
    assert list(tomllib.loads(path.read_text())) == [key]
    (base,) = re.findall(r'^# extend = "(.*)"$', text, re.MULTILINE)
    if key == "extend":
        (tmp_path / ".git").mkdir()
        sub = tmp_path / "sub"
        sub.mkdir()
        (tmp_path / base).resolve().parent.mkdir(exist_ok=True)
        shutil.move(path, sub / ".linklint.toml")
        path = sub / ".linklint.toml"
        (sub / base).resolve().write_text("engine = '30'\n")
        assert read(str(path)).engine == "30"
    else:
        assert read(str(path)).origin(key).endswith(f":{text[: text.index(f'# {key} = ')].count(chr(10)) + 1}")


def test_the_section_can_be_used(tmp_path: Path) -> None:
    linklint("init", cwd=tmp_path)
    path = tmp_path / ".linklint.toml"
    head, mark, section = path.read_text().partition("# [[per-path]]")
    path.write_text(head + re.sub(r"^# ", "", mark + section, flags=re.MULTILINE))
    assert len(read(str(path)).per_path) == 1


@pytest.mark.parametrize("shell", SHELLS)
def test_completion_names_every_command_and_option(tmp_path: Path, shell: str) -> None:
    script = linklint("completion", shell, cwd=tmp_path).stdout
    for name, command in parser()[1].items():
        assert name in script
        for option in (o for o in command.options() if o.startswith("--")):
            assert {"fish": f"-l {option[2:]}", "tcsh": option[2:]}.get(shell, option) in script, option
    assert "legacy-link" in script and "29+env" in script
    program = shutil.which(shell)
    if program is not None:
        (tmp_path / "script").write_text(script)
        assert subprocess.run([program, "-n", "script"], cwd=tmp_path, check=False).returncode == 0
