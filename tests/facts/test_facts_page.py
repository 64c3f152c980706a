"""The page of the facts matches the code, and every query on it runs.

LINKLINT_UPDATE=1 writes it.
"""

from __future__ import annotations

import os
import re
import sqlite3
from pathlib import Path

import pytest

from linklint.cli import main
from linklint.config.model import Config
from linklint.database.layout import DECLARED, declared_columns, layout, scripts
from linklint.database.link_variables import COLUMNS
from linklint.database.store import Store
from linklint.facts.schema import PLURALS, TABLES
from linklint.output.answers.table import render
from linklint.scanning import gather

ROOT = Path(__file__).resolve().parents[2]
FACTS = ROOT / "linklint" / "facts"
DATABASE = ROOT / "linklint" / "database"
PAGE = FACTS / "README.md"
FIXTURE = ROOT / "fixtures" / "shop-scripts"
QUESTIONS = re.findall(
    r"^-- ([^\n]+\?)\n(SELECT.+?;)$", (DATABASE / "questions.sql").read_text(), re.MULTILINE | re.DOTALL
)


def store(directory: Path = FIXTURE) -> Store:
    facts = gather([str(directory)], Config())
    return Store(facts.collector, facts.sources, display=lambda path: path)


def page() -> str:
    parts = [HEAD]
    for name, table in TABLES.items():
        parts.append(f"### `{name}`\n\n{(table.__doc__ or '').strip()}\n\n| column | contents |\n| --- | --- |\n"
        + "".join(
            f"| `{name}` | {column.words if name != 'span' else 'the location of all of it'} |\n"
            for name, column in table.columns.items()
        ))  # fmt: skip
    parts.append(MIDDLE)
    rows = "".join(f"| `{name}` | {words} |\n" for name, words in COLUMNS.items())
    parts.append(
        f"### `link_variable`\n\nA variable that a link on the default bridge sets.\n\n| column | contents "
        f"|\n| --- | --- |\n{rows}"
    )
    for subject, text in scripts():
        if not subject[0].isdecimal():
            continue
        declarations = re.findall(r"((?:^-- [^\n]*\n)+)(CREATE (?:VIEW|TABLE) (\w+) AS)", text, re.MULTILINE)
        rows = ""
        for words, created, name in declarations:
            lines = [line[3:] for line in words.splitlines() if not DECLARED.match(line)]
            columns = declared_columns(words + created).get(name, {})
            said = "; ".join(f"{kind}: {', '.join(columns[kind])}" for kind in ("rows", "numbers") if kind in columns)
            rows += f"| `{name}` | {' '.join(lines)} | {said} |\n"
        parts.append(
            f"### {subject[2:].replace('_', ' ')}\n\n| table | a row is | columns that are not text |\n"
            f"| --- | --- | --- |\n{rows}"
        )
    facts = store()
    parts.append(QUESTIONS_HEAD)
    for question, sql in QUESTIONS:
        parts.append(
            f"### {question}\n\n```sql\n{sql}\n```\n\n```\n{render(*facts.ask(sql.rstrip(';')), 'table')}```\n"
        )
    return "\n".join(parts).rstrip() + "\n"


HEAD = """# The facts

linklint stores what it reads in a tree as facts, in SQLite tables.
`linklint query "SELECT …"` queries them, `linklint query --export facts.sqlite` writes them to a file for other \
tools, and rules are such queries, too.

A fact has a location: `span`, the number of a row of `span`, and a column `…_span` for each column that a finding may \
point at.
Every table `noun` has a view `nouns` with `path`, `line` and `column` before its columns, for people: `SELECT path, \
line, name FROM containers`.
A column named like a table holds the number of one of its rows.
`…_how` is `literal`, `variable`, `command`, `captured` (a variable that holds an ID), `id`, `generated` (a name that \
Docker generated) or `none`.
The tables hold only the first characters of a secret, and `…`, unless `--show-secrets` is given.

This page is generated from the code (`facts/schema.py`, `database/views/`, `database/questions.sql`); `linklint \
explain facts` prints it.

## What extractors say

### `file`

A file that was read: `path`, `kind`, `directory`, `digest`, and `inside`, its path from the root of the tree.

### `span`

A location: `file`, `start` and `end` in bytes, `line`, `column`, `end_line`, `end_column` from 1, `verbatim` (1 if \
the bytes there are the value), and `confidence`: `certain`, `likely` or `possible`.
"""
MIDDLE = """## What follows from them

The weaker of two confidences is their `max()`: certain < likely < possible.
"""
QUESTIONS_HEAD = """## Useful queries

The results are those of `fixtures/shop-scripts`.
"""


def test_the_page_is_up_to_date() -> None:
    if os.environ.get("LINKLINT_UPDATE"):
        PAGE.write_text(page())
    assert PAGE.read_text() == page(), "LINKLINT_UPDATE=1 pytest tests/facts writes it"


def test_every_table_is_on_the_page() -> None:
    text = PAGE.read_text()
    assert all(f"### `{name}`" in text for name in [*TABLES, "file", "span", "link_variable"])
    assert len(QUESTIONS) >= 10


@pytest.mark.parametrize(("question", "sql"), QUESTIONS, ids=[question for question, _ in QUESTIONS])
def test_question(question: str, sql: str) -> None:
    _, rows = store().ask(sql.rstrip(";"))
    assert rows, "a question with an answer"


def without_prefix(rows: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """Return rows with paths relative to the fixture: the export has them relative to the repository."""
    return [tuple(str(cell).replace("fixtures/shop-scripts/", "") for cell in row) for row in rows]


def test_export(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "facts.sqlite"
    with pytest.raises(SystemExit) as ended:
        main(["query", "--export", str(target), str(FIXTURE)])
    assert ended.value.code == 0
    connection = sqlite3.connect(target)
    for _, sql in QUESTIONS:
        exported, asked = connection.execute(sql).fetchall(), store().ask(sql.rstrip(";"))[1]
        assert without_prefix(exported) == without_prefix(asked)
    for name in TABLES:
        connection.execute(f"SELECT path, line FROM {PLURALS.get(name, name + 's')}").fetchall()
    assert "Kw7-ruby-lane" not in target.read_bytes().decode("latin-1"), "no secret in full"
    with pytest.raises(SystemExit) as again:
        main(["query", "--export", str(target), str(FIXTURE)])
    assert again.value.code == 2 and "already" in capsys.readouterr().err


def test_names_that_are_equal_when_masked(tmp_path: Path) -> None:
    """Two services are called like secrets with the same first characters."""
    (tmp_path / "compose.yml").write_text(
        "services:\n  geheim4711aaa: {image: a, environment: {A_TOKEN: geheim4711aaa, B_TOKEN: geheim4711bbb}}\n"
        "  geheim4711bbb: {image: a}\n"
    )
    facts = gather([str(tmp_path)], Config())
    image = Store(facts.collector, facts.sources).export()
    assert b"geheim4711" not in image


def test_export_where_nothing_can_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["query", str(FIXTURE), "--export", str(tmp_path / "no" / "facts.sqlite")])
    assert ended.value.code == 2 and "cannot write" in capsys.readouterr().err


@pytest.mark.parametrize("fixture", ["shop-scripts", "wiki", "node-app"])
def test_the_declared_columns_are_those_that_hold_numbers(fixture: str) -> None:
    """`-- rows:` and `-- numbers:` before a view say what fleet, exports and this page read."""
    facts = store(ROOT / "fixtures" / fixture)
    filled = 0
    for name, columns in layout().columns.items():
        numbers = {*columns.get("rows", ()), *columns.get("numbers", ())}
        names, rows = facts.ask(f"SELECT * FROM {name}")
        assert numbers <= set(names), name
        for row in rows:
            for column, cell in zip(names, row, strict=True):
                filled += 1
                assert cell is None or isinstance(cell, int) == (column in numbers), (name, column, cell)
    assert filled > 1000
