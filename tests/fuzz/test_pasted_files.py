"""Random names, texts and queries in the playground, for LINKLINT_FUZZ_SECONDS: each message has an answer."""

from __future__ import annotations

import json
import os
import random
import time
from pathlib import Path

import pytest
from play import Session

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.fuzz
SECONDS = float(os.environ.get("LINKLINT_FUZZ_SECONDS", "30"))
PART = os.environ.get("LINKLINT_FUZZ_PART", "0/1").partition("/")[0]
SEED = int(os.environ.get("LINKLINT_FUZZ_SEED", PART))  # each part has its own
NAMES = (
    *("run.sh", "bin/run.sh", "compose.yaml", "docker-compose.yml", "Dockerfile", "Makefile", "app.py", "README.md"),
    *(".env", ".linklint.toml", ".gitignore", ".git/config", "..", "../x", "/etc/x", "a/../../x", "a", "a/b", "\0"),
    *("<script>alert(1)</script>.sh", "x" * 200, "é😀.sh", "\ud800.sh", "CON", "-rf", "$(touch x)", "a\\..\\..\\x"),
)
QUERIES = (
    *("SELECT * FROM containers", "SELECT", "", "x" * 200_000, "WITH RECURSIVE r(n) AS (SELECT 1) SELECT * FROM r"),
    *("DELETE FROM link", "ATTACH 'x' AS y", "PRAGMA x", "SELECT load_extension('x')", "VACUUM INTO '/tmp/x'"),
    *("SELECT readfile('/etc/passwd')", "SELECT '\ud800'", "SELECT \0", "SELECT * FROM sqlite_master; SELECT 1"),
)
PIECES = (
    *("<script>alert(1)</script>", "\u202e", "\x1b]8;;http://x\x07", "\0", "\ud800", "(" * 3000, "${", "{{", "'", '"'),
    *("docker run --link db:db -p 80:80 web\n", "services: {web: {links: [db], external_links: [x]}}\n", "eval ", "\n"),
    *('rules = ["../x/*.md", "/etc/*"]\n', "baseline = '../../x'\n", "&a [*a]", "!!python/object/apply:os.system [x]"),
)


def files(chance: random.Random, texts: list[str]) -> list[tuple[str, str]]:
    """Return names and texts: parts of real files, with something strange in between."""
    found = []
    for _ in range(chance.choice([0, 1, 1, 2, 3, 8])):
        text = chance.choice(texts)
        for _ in range(chance.randrange(4)):
            at = chance.randrange(len(text) + 1)
            text = text[:at] + chance.choice(PIECES) * chance.choice([1, 1, 30]) + text[at + chance.randrange(9) :]
        found.append((chance.choice(NAMES[:11] if chance.random() < 0.85 else NAMES), text))
    return found


def test_each_message_has_an_answer(tmp_path: Path) -> None:
    texts = [path.read_text() for path in sorted((ROOT / "fixtures").rglob("*")) if path.is_file()]
    chance, number, slowest, errors = random.Random(SEED), 0, 0.0, 0
    session = Session(tmp_path / "playground")
    ends = time.monotonic() + SECONDS
    while time.monotonic() < ends:
        number += 1
        message = {"sql": chance.choice(QUERIES)} if chance.random() < 0.2 else {"files": files(chance, texts)}
        begun = time.monotonic()
        answer = json.loads(session.answer(json.dumps(message)))
        slowest = max(slowest, time.monotonic() - begun)
        errors += "error" in answer
        assert answer.get("error", "x").isprintable(), (SEED, number, answer)
        report = answer.get("report", "<script>")
        assert report.count("<script") == 1 and "\u202e" not in report and "\x1b" not in report, (SEED, number)
        assert [path.name for path in tmp_path.iterdir()] in ([], ["playground"]), (SEED, number)
    print(f"messages of the playground: {number} inputs, {errors} errors, at most {slowest:.1f} s")
    assert errors < number * 0.9 and number > 20 and slowest < 30
