"""Facts that travel: an SQLite file or Parquet, with the findings, the scan, and nothing that must stay at home."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from program import linklint

from linklint.fleet.export import FORMAT
from linklint.fleet.identity import Identity, identify, name_of
from linklint.fleet.relations import relations

pytest.importorskip("pyarrow", reason="pip install docker-linklint[fleet]")
import pyarrow.parquet

Tree = Callable[[dict[str, str]], Path]
RUN = "docker run --name db -e DB_PASSWORD=Kw7-ruby-lane redis\ndocker run --link db:db -p 80:80 web\n"


def git(root: Path, *arguments: str) -> str:
    person = ["-c", "user.name=x", "-c", "user.email=x@x", "-c", "init.defaultBranch=main"]
    return subprocess.run(
        ["git", *person, "-C", str(root), *arguments], check=True, capture_output=True, text=True
    ).stdout


def exported(root: Path, target: Path, *options: str) -> dict[str, list[dict[str, Any]]]:
    """Return the tables of an export, by name."""
    sign = "/" if target.suffix != ".sqlite" else ""
    done = linklint("query", "--export", f"{target}{sign}", *options, cwd=root)
    assert done.returncode == 0, done.stderr
    if target.is_dir():
        return {path.stem: pyarrow.parquet.read_table(path).to_pylist() for path in target.iterdir()}
    connection = sqlite3.connect(target)
    connection.row_factory = sqlite3.Row
    return {name: [dict(row) for row in connection.execute(f"SELECT * FROM {name}")] for name in relations()}


def test_both_formats_hold_the_same(tree: Tree, tmp_path: Path) -> None:
    root = tree({"repo/run.sh": RUN, "repo/.env": "A=1\n"}) / "repo"
    sqlite, parquet = exported(root, tmp_path / "a.sqlite"), exported(root, tmp_path / "b")
    assert set(sqlite) == set(parquet) == set(relations())
    for found in (sqlite, parquet):
        assert found["scan"][0].pop("scanned_at").endswith("Z")
    assert sqlite == parquet
    assert {row["name"] for row in parquet["container"]} == {"db", None}
    assert "Kw7-ruby-lane" not in json.dumps(parquet)


def test_the_scan(tree: Tree, tmp_path: Path) -> None:
    root = tree({"repo/run.sh": RUN}) / "repo"
    git(root, "init", "-q")
    git(root, "remote", "add", "origin", "https://me:ghp_secret@github.com/acme/Shop.git")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "x", "--date", "2001-01-01T00:00:00Z")
    (scan,) = exported(root, tmp_path / "a")["scan"]
    assert (scan["format"], scan["repository"], scan["engine"]) == (FORMAT, "github.com/acme/Shop", "any")
    assert scan["commit_id"] == git(root, "rev-parse", "HEAD").strip()
    date = git(root, "log", "-1", "--format=%cd", "--date=format-local:%Y-%m-%dT%H:%M:%SZ")
    assert scan["committed_at"][:10] == date[:10] > "2001"
    assert (scan["files"], scan["unread"], scan["upgrade_29"], scan["upgrade_30"]) == (1, 0, "yes", "no")
    (scan,) = exported(root, tmp_path / "b", "--repository", "shop")["scan"]
    assert scan["repository"] == "shop"


def test_findings_and_why_some_are_suppressed(tree: Tree, tmp_path: Path) -> None:
    ignored = "docker run -p 81:81 redis # linklint: ignore[all-interfaces-bind] it is a test\n"
    root = tree({"repo/run.sh": RUN + ignored}) / "repo"
    tables = exported(root, tmp_path / "a")
    found = {(row["rule"], row["line"]): row for row in tables["finding"]}
    assert found["legacy-link", 2]["state"] == "shown" and found["legacy-link", 2]["path"] == "run.sh"
    reason = found["all-interfaces-bind", 3]
    assert (reason["state"], reason["by_what"], reason["reason"]) == ("suppressed", "comment", "it is a test")
    spans = {row["id"]: row for row in tables["span"]}
    for row in tables["finding"]:
        assert spans[row["span"]]["line"] == row["line"]
    numbers = {row["id"] for row in tables["finding"]}
    assert tables["related"] and all(row["finding"] in numbers and row["words"] for row in tables["related"])


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://github.com/acme/shop.git", "github.com/acme/shop"),
        ("https://me:token@github.com/acme/shop", "github.com/acme/shop"),
        ("https://token@GitHub.com:443/acme/shop.git/", "github.com/acme/shop"),
        ("ssh://git@host.example:2222/team/a/b.git", "host.example/team/a/b"),
        ("git@github.com:acme/shop.git", "github.com/acme/shop"),
        ("me:pass@host:a/b", "host/a/b"),
        ("https://me@corp.example:token@host/a", "host/a"),
        ("https://host/a?private_token=x#y", "host/a"),
        ("https://host/a@b", ""),
        ("/srv/git/shop.git", ""),
        ("../shop", ""),
        ("file:///srv/shop", ""),
        ("C:\\repos\\shop", ""),
        ("", ""),
        ("https://host/\u202egnp", ""),
    ],
)
def test_a_remote_has_no_user_and_no_token(url: str, name: str) -> None:
    assert name_of(url) == name


def test_a_directory_without_git_has_its_name(tree: Tree) -> None:
    root = tree({"shop/run.sh": RUN}) / "shop"
    assert identify(str(root)) == Identity("shop")
    assert identify(str(root), "given") == Identity("given")


def test_a_hostile_repository_runs_nothing(tree: Tree, tmp_path: Path) -> None:
    """git can be told to check signatures with a program, and to include other settings."""
    root = tree({"repo/run.sh": RUN}) / "repo"
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "x")
    proof = tmp_path / "ran"
    program = tmp_path / "evil"
    program.write_text(f"#!/bin/sh\ntouch {proof}\n")
    program.chmod(0o755)
    for key in ("log.showSignature", "gpg.program", "core.fsmonitor", "core.pager", "core.sshCommand"):
        git(root, "config", key, "true" if key.startswith("log") else str(program))
    proof.unlink(missing_ok=True)
    assert len(identify(str(root)).commit) == 40 and not proof.exists()


def test_a_target_that_exists_stays(tree: Tree, tmp_path: Path) -> None:
    root = tree({"repo/run.sh": RUN}) / "repo"
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "x").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for target in ("there/", "there", "link/", "link"):
        done = linklint("query", "--export", str(tmp_path / target.rstrip("/")) + target[5:], cwd=root)
        assert done.returncode == 2 and "exists already" in done.stderr, target
    done = linklint("query", "--export", f"{tmp_path}/no/such/", cwd=root)
    assert done.returncode == 2 and "cannot write" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "repo", "there"]
    assert [path.name for path in (tmp_path / "there").iterdir()] == ["x"]


def test_parquet_has_declared_types(tree: Tree, tmp_path: Path) -> None:
    """Also where a table is empty."""
    root = tree({"repo/x.txt": "nothing\n"}) / "repo"
    exported(root, tmp_path / "a")
    for path in (tmp_path / "a").iterdir():
        schema = pyarrow.parquet.read_schema(path)
        assert {str(field.type) for field in schema} <= {"int64", "string"} and len(schema) > 0
