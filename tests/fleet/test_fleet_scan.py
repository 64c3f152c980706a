"""Many repositories are scanned on one machine: checkouts and bare clones, each at its own risk."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from program import linklint

pytest.importorskip("pyarrow", reason="pip install docker-linklint[fleet]")
pytest.importorskip("duckdb", reason="pip install docker-linklint[fleet]")

from linklint.files.git import GitFailed, Repository
from linklint.fleet.checkout import write_files
from linklint.fleet.dataset import Dataset
from linklint.fleet.questions import Fleet
from linklint.fleet.scanning import PENDING, Place, places, scan_all

RUN = "docker run --name db redis\ndocker run --link db:db web\n"
Repo = Callable[..., Path]


def git(root: Path, *arguments: str) -> str:
    person = ["-c", "user.name=x", "-c", "user.email=x@x", "-c", "init.defaultBranch=main"]
    command = ["git", *person, "-C", str(root), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """Return a function that makes a repository, bare or not."""

    def make(name: str, files: dict[str, str] | None = None, *, bare: bool = False) -> Path:
        root = tmp_path / "work" / name
        root.mkdir(parents=True)
        git(root, "init", "-q")
        for path, text in ({"run.sh": RUN} if files is None else files).items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        git(root, "add", "-A")
        git(root, "commit", "-q", "--allow-empty", "-m", "x")
        if not bare:
            return root
        subprocess.run(["git", "clone", "-q", "--bare", str(root), str(tmp_path / f"{name}.git")], check=True)
        return tmp_path / f"{name}.git"

    return make


@pytest.fixture
def data(tmp_path: Path) -> Dataset:
    return Dataset(str(tmp_path / "fleet"), make=True)


def asked(data: Dataset, sql: str) -> list[tuple[Any, ...]]:
    with Fleet(data) as fleet:
        return fleet.ask(sql)[1]


def test_checkouts_and_bare_clones(repo: Repo, data: Dataset, tmp_path: Path) -> None:
    one, two = repo("one"), repo("two", bare=True)
    found = [Place(str(one), None), Place(str(two), "acme/two")]
    assert scan_all(data, found, 2) == (2, 0, {})
    rows = asked(data, "SELECT repository, commit_id, files FROM scan ORDER BY repository")
    heads = [git(one, "rev-parse", "HEAD").strip(), git(two, "rev-parse", "HEAD").strip()]
    assert rows == [(str(one), heads[0], 1), ("acme/two", heads[1], 1)]
    assert asked(data, "SELECT path, line FROM links ORDER BY 1") == [("run.sh", 2), ("run.sh", 2)]
    assert scan_all(data, found, 2) == (0, 2, {}), "their commits are known"
    (one / "new.sh").write_text(RUN)
    git(one, "add", ".")
    git(one, "commit", "-q", "-m", "y")
    assert scan_all(data, found, 2) == (1, 1, {})
    assert os.listdir(os.path.join(data.root, PENDING)) == []


def test_one_bad_repository_costs_only_itself(repo: Repo, data: Dataset, tmp_path: Path) -> None:
    good = repo("good")
    wrong = repo("wrong", {".linklint.toml": "select = 1", "run.sh": RUN})
    empty = tmp_path / "empty.git"
    subprocess.run(["git", "init", "-q", "--bare", str(empty)], check=True)
    broken = repo("broken", bare=True)
    for path in (broken / "objects").rglob("*"):
        if path.is_file():
            path.chmod(0o644)
            path.write_bytes(b"x")
    pointer = tmp_path / "pointer"
    pointer.mkdir()
    (pointer / ".git").write_bytes(b"gitdir: /x\0y\n")
    found = [Place(str(path), None) for path in (wrong, empty, broken, tmp_path / "none", good, pointer)]
    scanned = scan_all(data, found, 2)
    assert set(scanned.failed) - {str(pointer)} == {str(place.path) for place in found[:4]}
    assert "select must be a list" in scanned.failed[str(wrong)]
    assert scanned.failed[str(tmp_path / "none")] == "it is not a directory"
    assert scanned.failed[str(empty)] == scanned.failed[str(broken)] == "git cannot read its HEAD"
    assert (str(good),) in asked(data, "SELECT repository FROM scan")


def test_a_checkout_that_looks_like_a_bare_clone(repo: Repo, data: Dataset) -> None:
    """What a tree has at its top cannot give it the name and the commit of another repository."""
    other = repo("other", bare=True)
    evil = repo("evil")
    for name in ("HEAD", "objects", "refs", "config"):
        (shutil.copytree if (other / name).is_dir() else shutil.copy)(other / name, evil / name)
    git(evil, "add", "-f", ".")
    git(evil, "commit", "-q", "-m", "y")
    assert scan_all(data, [Place(str(evil), None)], 1).new == 1
    assert asked(data, "SELECT repository, commit_id FROM scan") == [
        (str(evil), git(evil, "rev-parse", "HEAD").strip())
    ]


def test_a_child_that_dies(repo: Repo, data: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    """The child is killed at one repository, and takes too long at another one."""
    ask = "linklint.fleet.scanning.Child.ask"
    from linklint.files.child import Child, ChildFailed

    whole = Child.ask

    def dying(self: Child, request: dict[str, Any], seconds: float, data: bytes = b"") -> dict[str, object]:
        if request["path"].endswith("dies"):
            raise ChildFailed()
        return whole(self, request, 0.0 if request["path"].endswith("slow") else seconds, data)

    monkeypatch.setattr(ask, dying)
    found = [Place(str(repo(name)), None) for name in ("dies", "slow", "good")]
    scanned = scan_all(data, found, 1)
    assert scanned.failed == {found[0].path: "it exited early", found[1].path: "it takes longer than 900 s"}
    assert scanned.new == 1


def test_a_hostile_bare_clone(repo: Repo, data: Dataset, tmp_path: Path) -> None:
    """No filter runs, and nothing is written outside: symbolic links and strange names are left out."""
    root = repo("work")
    (root / ".gitattributes").write_text("*.sh filter=evil export-ignore\n")
    (root / "up").symlink_to("/tmp")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "x")
    bare = tmp_path / "evil.git"
    subprocess.run(["git", "clone", "-q", "--bare", str(root), str(bare)], check=True)
    proof = tmp_path / "ran"
    git(bare, "config", "filter.evil.smudge", f"touch {proof}")
    git(bare, "config", "core.hooksPath", str(tmp_path))
    blob = git(root, "hash-object", "-w", "run.sh").strip()
    listed = "".join(f"100644 blob {blob}\t{name}\n" for name in ("a b.sh", "x\\..\\y"))
    tree = subprocess.run(["git", "-C", str(bare), "mktree", "--missing"], input=listed, capture_output=True, text=True)
    assert tree.returncode == 0
    target = tmp_path / "target"
    target.mkdir()
    write_files(Repository(str(bare), str(bare)), str(target))
    assert sorted(path.name for path in target.iterdir()) == [".git", ".gitattributes", "run.sh"]
    assert (target / "run.sh").read_text() == RUN and not proof.exists()


def test_a_file_that_is_too_large_is_said(repo: Repo, data: Dataset) -> None:
    bare = repo("large", {"run.sh": RUN + "#" * 10_000_001}, bare=True)
    assert scan_all(data, [Place(str(bare), None)], 1).new == 1
    assert asked(data, "SELECT unread, upgrade_30 FROM scan") == [(1, "unknown")]


def test_a_configuration_above_a_bare_clone_does_not_count(
    repo: Repo, data: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    (Path(data.root) / ".linklint.toml").write_text('engine = "28"\n')
    assert scan_all(data, [Place(str(repo("x", bare=True)), None)], 1).new == 1
    assert asked(data, "SELECT engine FROM scan") == [("any",)]
    monkeypatch.setattr("linklint.fleet.checkout.MAX_FILES", 0)
    with pytest.raises(GitFailed, match="more than 0 files"):
        write_files(Repository(str(repo("y", bare=True)), str(repo("y2", bare=True))), data.root)


@pytest.mark.slow
def test_a_kill_and_again(repo: Repo, tmp_path: Path) -> None:
    names = [str(repo(f"r{number}")) for number in range(30)]
    (tmp_path / "list").write_text("# mine\n\n" + "\n".join(names) + "\n")
    command = [sys.executable, "-m", "linklint", "fleet", "scan", "--repos", "list", "--jobs", "2"]
    for wait in (0.5, 1.0, 1.5):
        process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE)
        time.sleep(wait)
        process.kill()
        process.communicate()
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    data = Dataset(str(tmp_path / "fleet"))
    assert asked(data, "SELECT count(*), count(DISTINCT repository) FROM all_scan") == [(30, 30)]
    assert asked(data, "SELECT count(*), count(DISTINCT id) FROM all_link") == [(30, 30)]


def test_the_command(repo: Repo, tmp_path: Path) -> None:
    path = repo("one")
    (tmp_path / "list").write_text(f"# a comment\n{path}\tacme/one\n{tmp_path}/none\n")
    assert places(str(tmp_path / "list")) == [Place(str(path), "acme/one"), Place(f"{tmp_path}/none", None)]
    done = linklint("fleet", "scan", "--repos", "list", "--jobs", "1", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr == f"linklint: {tmp_path}/none: it is not a directory\nAdded 1 repository, failed 1.\n"
    for wrong in (["--repos", "no"], ["--repos", "list", "--jobs", "0"]):
        done = linklint("fleet", "scan", *wrong, cwd=tmp_path)
        assert done.returncode == 2 and done.stderr.startswith("linklint: ")
