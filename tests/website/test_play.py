"""What the playground's page asks of Python, without a browser."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from play import MAX_FILES, MAX_TEXT, Session

from linklint.config.model import Config
from linklint.scanning import scan

ROOT = Path(__file__).parents[2]

RUN = "docker run --name db -e DB_PASSWORD=correct-horse-battery redis\ndocker run --name web --link db:db web\n"


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Session(tmp_path / "playground")


def ask(session: Session, *files: tuple[str, str], **message: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(session.answer(json.dumps(message or {"files": files})))
    return found


@pytest.mark.parametrize("name", ["quickstart", "wiki", "shop-scripts"])
def test_the_findings_are_those_of_a_scan(session: Session, name: str) -> None:
    fixture = ROOT / "fixtures" / name
    files = [(str(path.relative_to(fixture)), path.read_text()) for path in fixture.rglob("*") if path.is_file()]
    answer = ask(session, *files)
    shutil.copytree(fixture, session.root.parent / "copy")
    expected = scan([str(session.root.parent / "copy")], config=Config())
    assert answer["findings"] == len(expected.shown) > 0
    shown = re.findall(r'<li id="f-(\w+)"', answer["report"])
    assert shown == [finding.fingerprint for finding in expected.shown]


def test_the_migration_has_words_a_diff_and_the_texts(session: Session) -> None:
    moved = ask(session, ("bin/run.sh", RUN))["migration"]
    assert moved["summary"] == "1 of 1 link can move to 1 network: 1 file would change."
    assert "--link" not in moved["files"]["bin/run.sh"] and "correct-horse-battery" in moved["files"]["bin/run.sh"]
    assert any(line.startswith("+docker run --name web --network playground") for line in moved["diff"])
    again = ask(session, ("bin/run.sh", moved["files"]["bin/run.sh"]))
    assert again["migration"]["summary"].startswith("Nothing to do") and not again["migration"]["diff"]


def test_no_secret_but_in_the_new_texts(session: Session) -> None:
    answer = ask(session, ("run.sh", RUN))
    del answer["migration"]["files"]
    rows = [ask(session, sql=f"SELECT * FROM {table}") for table, _ in answer["tables"]]
    assert "correct-horse" not in json.dumps([answer, rows]) and "cor\\u2026" in json.dumps(rows)


def test_the_facts_can_be_asked(session: Session) -> None:
    assert ask(session, sql="SELECT 1") == {"error": "there are no facts yet"}
    assert ["containers", 2] in ask(session, ("run.sh", RUN))["tables"]
    found = ask(session, sql="SELECT path, line, alias FROM links")
    assert found == {"columns": ["path", "line", "alias"], "rows": [["run.sh", "2", "db"]], "count": 1}
    assert ask(session, sql="SELECT line FROM link")["error"].endswith("which has path, line and column")
    for sql in ("DELETE FROM link", "PRAGMA table_info(link)", "ATTACH 'x' AS y", "SELECT load_extension('x')", ""):
        assert set(ask(session, sql=sql)) == {"error"}, sql


@pytest.mark.parametrize(
    "name", ["", " ", "/etc/passwd", "../x", "a/../b", "a//b", "a/", ".", "x\0y", "x\ny", "x" * 201, "\u202egnp.sh"]
)
def test_a_name_that_is_none(session: Session, name: str) -> None:
    answer = ask(session, (name, RUN))
    assert "is not the name of a file" in answer["error"] and answer["error"].isprintable()
    assert sorted(path.name for path in session.root.parent.iterdir()) == ["playground"]


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([("a", ""), ("a", "")], "two files are called a"),
        ([("a", ""), ("a/b", "")], "a/b cannot be written: "),
        ([("a/b", ""), ("a", "")], "two files are called a"),
        ([(str(number), "") for number in range(MAX_FILES + 1)], f"{MAX_FILES + 1} files"),
        ([("a", "x" * (MAX_TEXT + 1))], f"more than {MAX_TEXT} characters"),
        ([(".linklint.toml", "select = 1")], ".linklint.toml:1: "),
        ([(".linklint.toml", 'select = ["no-such-rule"]')], "no-such-rule"),
    ],
    ids=range(7),
)
def test_what_the_user_can_change_is_told(session: Session, files: list[tuple[str, str]], words: str) -> None:
    assert words in ask(session, *files)["error"]
    assert ask(session, ("run.sh", RUN))["findings"] > 0


def test_the_configuration_names_paths_and_a_baseline(session: Session) -> None:
    both = ask(session, ("run.sh", RUN), ("bin/a.sh", RUN))["findings"]
    one = ask(session, ("run.sh", RUN), ("bin/a.sh", RUN), (".linklint.toml", 'paths = ["bin"]'))["findings"]
    assert 0 < one < both
    answer = ask(session, ("run.sh", RUN), (".linklint.toml", 'baseline = "b.json"'))
    assert "b.json" in answer["error"]


def test_no_files(session: Session) -> None:
    assert ask(session)["findings"] == 0


def test_broken_text(session: Session) -> None:
    """JavaScript has texts with half a character; they are bytes that are not UTF-8 here."""
    answer = ask(session, ("run.sh", "# \ud800\n" + RUN), ("x.py", "\0"), ("compose.yaml", "{" * 500))
    assert answer["findings"] > 0
