"""What is made when the package is built says the same as what it was made from, and works from a zipapp."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import zipapp
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from operator import contains
from pathlib import Path
from types import ModuleType

import pytest

from linklint import prebuilt as reader
from linklint.build import build
from linklint.database import layout
from linklint.facts.schema import TABLES
from linklint.findings import rule_file
from linklint.findings.rule_file import parsed
from linklint.kinds.kind import Kind, declared, decoded

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = [(rule.slug, example) for rule in parsed() for example in [*rule.bad, *rule.good]]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    directory = tmp_path_factory.mktemp("built")
    build(str(directory))
    spec = spec_from_file_location("prebuilt_data", directory / "prebuilt_data.py")
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    module.IMAGE = (directory / "prebuilt.sqlite").read_bytes()
    return module


@pytest.fixture
def fresh() -> Iterator[None]:
    cached = (rule_file.built_in, layout.layout, reader.prebuilt)
    for function in cached:
        function.cache_clear()
    yield
    for function in cached:
        function.cache_clear()


def test_the_image_has_what_the_scripts_create(data: ModuleType) -> None:
    made = sqlite3.connect(":memory:")
    made.deserialize(data.IMAGE)
    scripts = sqlite3.connect(":memory:")
    scripts.create_function("prefix", 1, str, deterministic=True)
    for _, text in layout.scripts():
        scripts.executescript(text)
    kinds = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name"
    assert made.execute(kinds).fetchall() == scripts.execute(kinds).fetchall()
    tables = {name for kind, name, *_ in made.execute(kinds) if kind == "table"}
    facts = {"file", "span", "target_engine", "engine_change", "ignore_state", *TABLES}
    constant = {name for name in tables if made.execute(f"SELECT 1 FROM {name}").fetchone()}
    assert {fill[0] for fill in data.FILLS} == tables - facts - constant - {"engine_state"}  # filled with step_outcome


def test_the_rules_are_those_of_the_files(data: ModuleType) -> None:
    made = [rule_file.Rule(path="", **values) for values in data.RULES]
    for one, other in zip(made, parsed(), strict=True):
        fields = set(rule_file.Rule.fields) - {"path", "examples"}
        assert {name: getattr(one, name) for name in fields} == {name: getattr(other, name) for name in fields}
        assert [example.files for example in one.bad] == [example.files for example in other.bad]


@pytest.mark.usefixtures("fresh")
def test_an_edited_rule_of_a_checkout_counts(data: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "import_module", lambda _: data)
    rules = shutil.copytree(ROOT / "rules", tmp_path / "rules")
    text = (rules / "legacy-link.md").read_text()
    (rules / "legacy-link.md").write_text(text.replace("severity: warning", "severity: error", 1))
    for module in (reader, rule_file):
        monkeypatch.setattr(module, "RULES", str(rules))
    reader.prebuilt.cache_clear()
    rule_file.built_in.cache_clear()
    assert {rule.severity for rule in rule_file.built_in() if rule.slug == "legacy-link"} == {"error"}


def test_the_kinds_are_those_that_the_modules_declare(data: ModuleType) -> None:
    rows = [decoded(row) for row in data.KINDS]
    assert [kind.name for kind in rows] == [kind.name for kind in declared()]
    for kind, known in zip(rows, declared(), strict=True):
        plain = Kind.fields.keys() - {"by_content", "matters"}
        assert {name: getattr(kind, name) for name in plain} == {name: getattr(known, name) for name in plain}
        assert kind.by_content.keys() == known.by_content.keys()
        for text in (
            b"services:\n  web:\n    image: x\n",
            b"#!/bin/sh\ndocker run x\n",
            b"kind: Service\n",
            b"FROM x\n",
        ):
            assert all(kind.by_content[form](text) == known.by_content[form](text) for form in kind.by_content)
            if kind.matters is not None and known.matters is not None:
                assert kind.matters(text, contains) == known.matters(text, contains)


def test_a_zipapp(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "linklint", tmp_path / "app" / "linklint", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "rules", tmp_path / "app" / "linklint" / "rules")
    build(str(tmp_path / "app" / "linklint"))
    zipapp.create_archive(tmp_path / "app", tmp_path / "linklint.pyz", main="linklint.__main__:main")
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "run.sh").write_text("docker run -d --name db -e POSTGRES_PASSWORD=hunter2 postgres\n")
    (tree / "rule.md").write_text((ROOT / "rules" / "legacy-link.md").read_text())
    (tree / ".linklint.toml").write_text('rules = ["rule.md"]\n')
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if "site-packages" in path)}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-P", str(tmp_path / "linklint.pyz"), *arguments]
        return subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)

    for arguments in (
        ["explain", "facts"],
        ["explain", "legacy-link"],
        ["rules"],
        ["query", "SELECT 1 AS one"],
        ["upgrade"],
    ):
        assert run(*arguments).returncode == 0, arguments
    assert "secret-in-env" in run("scan", "run.sh").stdout
    assert "secret-in-env" in run("scan", "--format", "sarif", "run.sh").stdout
