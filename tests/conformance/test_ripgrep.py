"""The mentions that `linklint upgrade --mentions` lists are those that ripgrep finds: no class is missing."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from linklint.text_search.texts import PATTERNS

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "queries"))
from shapes import HIDDEN, INNOCENT, SHOWN, filled

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.conformance
@pytest.mark.needs("rg")
def test_the_classes_add_up(tmp_path: Path) -> None:
    chance = random.Random(3)
    for number, (path, text) in enumerate((*SHOWN.values(), *HIDDEN.values(), *INNOCENT.values())):
        target = tmp_path / f"d{number}" / path
        target.parent.mkdir(parents=True)
        target.write_text(filled(text, chance)[0])
    for source in [
        *(ROOT / "rules").glob("*.md"),
        *(ROOT / "tests/kinds").glob("*.py"),
        *(ROOT / "tests/text_search").glob("*.py"),
    ]:
        if source.name != "test_programs.py":  # more than MAX_JUDGED, which is reported
            (tmp_path / source.name).write_text(source.read_text())
    command = [sys.executable, "-m", "linklint", "upgrade", "--mentions", "--format", "json", "."]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    listed = json.loads(done.stdout)
    assert sum(listed["classes"].values()) == len(listed["mentions"])
    assert set(listed["classes"]) <= {"fact", "comment", "prose", "other", "not followed"}
    pattern = "|".join(f"(?:{pattern})" for pattern in PATTERNS.values())
    # a mention only because a link of the tree has the alias: DB_PORT, DB_NAME, DB_
    by_alias = re.compile(r"[A-Z][A-Z0-9_]*_(?:PORT|NAME|(?:PORT|ENV)_)?")
    listed["mentions"] = [
        one
        for one in listed["mentions"]
        if not by_alias.fullmatch(one["text"]) or re.search(pattern, one["text"]) is not None
    ]
    mine = Counter((mention["path"], mention["line"]) for mention in listed["mentions"])
    found = subprocess.run(
        ["rg", "-uuu", "--no-config", "--only-matching", "--line-number", "--no-heading", "-e", pattern, "."],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    rows = (line.split(":", 2) for line in found.stdout.splitlines())
    theirs = Counter((path.removeprefix("./"), int(number)) for path, number, _ in rows)
    assert mine == theirs, (mine - theirs, theirs - mine)
    assert len(listed["mentions"]) > 200
