"""Writing: the old file or the new one, never a part, never through a link, and nothing left behind."""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from program import linklint

from linklint.errors import UsageError
from linklint.files.writing import write_report

ROOT = Path(__file__).parents[2]
GOOD = "docker run -d -p 80:80 nginx\n"
LEFT = re.compile(r"\.linklint-")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "run.sh").write_text(GOOD)
    (tmp_path / "victim").write_text("precious\n")
    subprocess.run(["git", "init", "-q", str(tmp_path / "tree")], check=True)
    return tmp_path / "tree"


OUTPUTS = {
    "report": ["scan", "--exit-zero", "--output", "sarif:{}"],
    "export": ["query", "--export", "{}"],
    "baseline": ["scan", "--write-baseline", "--baseline", "{}"],
}


@pytest.mark.parametrize("target", ["link", "dangling", "dir/file", "fifo", "directory"])
@pytest.mark.parametrize("output", OUTPUTS)
def test_no_link_is_followed(tree: Path, output: str, target: str) -> None:
    (tree / "link").symlink_to("../victim")
    (tree / "dangling").symlink_to("../new")
    (tree / "dir").symlink_to("..")
    (tree / "directory").mkdir()
    os.mkfifo(tree / "fifo")
    done = linklint(*(word.format(target) for word in OUTPUTS[output]), cwd=tree)
    assert done.returncode == 2 and done.stderr.startswith("linklint: "), done.stderr
    assert (tree.parent / "victim").read_text() == "precious\n"
    assert sorted(path.name for path in tree.parent.iterdir()) == ["tree", "victim"]
    assert (tree / "link").is_symlink() and (tree / "dangling").is_symlink()


def test_a_link_above_the_repository_is_the_users_own(tree: Path) -> None:
    (tree.parent / "alias").symlink_to("tree")
    (tree.parent / "reports").mkdir()
    (tree.parent / "elsewhere").symlink_to("reports")
    for target, found in (("alias/a.json", "tree/a.json"), ("elsewhere/b.json", "reports/b.json")):
        done = linklint("scan", "--exit-zero", "--output", f"json:{tree.parent / target}", cwd=tree)
        assert done.returncode == 0, done.stderr
        assert (tree.parent / found).read_text().startswith("{")


@pytest.mark.parametrize("output", OUTPUTS)
def test_an_output_that_is_an_input_is_refused(tree: Path, output: str) -> None:
    os.link(tree / "run.sh", tree / "same")
    (tree / ".linklint.toml").write_text("")
    for target in ("run.sh", "./run.sh", "same", ".linklint.toml"):
        done = linklint(*(word.format(target) for word in OUTPUTS[output]), cwd=tree)
        assert done.returncode == 2, (target, done.stderr)
        assert (tree / "run.sh").read_text() == GOOD and (tree / ".linklint.toml").read_text() == ""


def test_mode_owner_attributes_and_hard_links(tree: Path) -> None:
    path = tree / "run.sh"
    path.chmod(0o751)
    os.link(path, tree / "other")
    if hasattr(os, "setxattr"):
        with contextlib.suppress(OSError):  # the file system has none
            os.setxattr(path, "user.note", b"kept")
    if os.geteuid() == 0:
        os.chown(path, 1000, 1001)
    before = path.stat()
    attributes = os.listxattr(path) if hasattr(os, "listxattr") else []
    done = linklint("scan", "--fix=all", "--audit", "run.sh", cwd=tree)
    after = path.stat()
    assert "127.0.0.1:80:80" in path.read_text()
    assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid)
    assert (os.listxattr(path) if hasattr(os, "listxattr") else []) == attributes
    assert "run.sh: it had 2 hard links: the others keep the old content\n" in done.stderr
    assert (tree / "other").read_text() == GOOD


def test_a_report_keeps_the_mode_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "report"
    path.write_text("old")
    path.chmod(0o640)
    write_report(str(path), b"new")
    assert path.read_text() == "new" and path.stat().st_mode & 0o777 == 0o640


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "report"
    path.write_text("old")
    real = os.write
    written = 0

    def full(descriptor: int, data: bytes) -> int:
        nonlocal written
        if written:
            raise OSError(28, "No space left on device")
        written = real(descriptor, bytes(data)[:10])
        return written

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(UsageError, match="No space left on device"):
        write_report(str(path), b"new" * 100)
    monkeypatch.undo()
    assert path.read_text() == "old" and os.listdir(tmp_path) == ["report"]


def test_the_file_of_a_running_process_is_left_alone(tmp_path: Path) -> None:
    import fcntl

    live, dead = tmp_path / f".linklint-{'1' * 16}.tmp", tmp_path / f".linklint-{'2' * 16}.tmp"
    other = tmp_path / ".linklint-mine.tmp"
    for path in (live, dead, other):
        path.write_text("x")
    with live.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        write_report(str(tmp_path / "report"), b"new")
    assert sorted(os.listdir(tmp_path)) == sorted([live.name, other.name, "report"])


SLOW = """
import os, sys, time
real = os.write
def slow(descriptor, data):
    if len(data) < 200:
        return real(descriptor, data)
    for part in range(10):
        real(descriptor, bytes(data)[len(data) * part // 10 : len(data) * (part + 1) // 10])
        time.sleep(0.004)
    return len(data)
os.write = slow
rename = os.replace
def replace(*arguments, **options):
    time.sleep(0.01)
    rename(*arguments, **options)
    time.sleep(0.01)
os.replace = replace
from linklint.cli import main
main(sys.argv[1:])
"""


def run(tree: Path, arguments: list[str], kill_after: float | None = None, kind: int = signal.SIGKILL) -> int:
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW, *arguments], cwd=tree, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    if kill_after is not None:
        ends = time.monotonic() + 20
        while process.poll() is None and time.monotonic() < ends:
            if any(LEFT.match(name) for name in os.listdir(tree)):
                time.sleep(kill_after)
                process.send_signal(kind)
                break
            time.sleep(0.0005)
    return process.wait(30)


KILLS = int(os.environ.get("LINKLINT_KILLS", "25"))
BIG = "".join(f"docker run -d --name n{n} -p {n}:{n} -e A{n}=1 nginx\n" for n in range(100, 160))


@pytest.mark.slow
@pytest.mark.parametrize("command", ["--fix", "--write-baseline", "--export"])
def test_a_kill_in_the_act(tree: Path, command: str) -> None:
    """`LINKLINT_KILLS=100 pytest tests/files/test_writing.py -k kill` makes a hundred kills of each (with `-m
    slow`).
    """
    target, arguments = {
        "--fix": (tree / "run.sh", ["scan", "--fix=all", "--audit", "run.sh"]),
        "--write-baseline": (tree / ".linklint-baseline.json", ["scan", "--write-baseline"]),
        "--export": (tree / "facts.sqlite", ["query", "--export", "facts.sqlite"]),
    }[command]
    (tree / "run.sh").write_text(BIG)
    run(tree, arguments)
    complete = target.read_bytes() if command != "--export" else b""
    chance = random.Random(KILLS)
    torn = hit = old = new = 0
    for _ in range(KILLS):
        if command == "--fix":
            target.write_text(BIG)
        elif command == "--write-baseline":
            target.write_text('{"version": 1, "baseline": [\n\n]}\n')
        else:
            target.unlink(missing_ok=True)
        before = target.read_bytes() if target.exists() else b""
        hit += run(tree, arguments, chance.random() * 0.12) == -signal.SIGKILL
        after = target.read_bytes() if target.exists() else b""
        if after == before:
            old += 1
        elif command == "--export":
            new += 1
            assert sqlite3.connect(target).execute("select count(*) from container").fetchone() == (60,)
        else:
            new += 1
            torn += after != complete
    print(f"{command}: {KILLS} runs, {hit} killed in the act, {old} left the old file, {new} the new one, {torn} torn")
    assert hit > KILLS // 4 and torn == 0
    if command == "--fix":
        target.write_text(BIG)
    if command == "--export":
        target.unlink(missing_ok=True)
    run(tree, arguments)
    assert [name for name in os.listdir(tree) if LEFT.match(name) and name.endswith(".tmp")] == []


def test_ctrl_c_in_the_act_leaves_nothing(tree: Path) -> None:
    (tree / "run.sh").write_text(BIG)
    for _ in range(2):
        assert run(tree, ["scan", "--fix=all", "--audit", "run.sh"], 0.01, signal.SIGINT) == 130
        assert (tree / "run.sh").read_text() == BIG
        assert [name for name in os.listdir(tree) if LEFT.match(name)] == []
