"""The one door: whatever names and links say, nothing outside of the root is read or written."""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
from pathlib import Path

import pytest
from program import linklint

from linklint.files import git as git_module
from linklint.files.root import Root, UnreadableFile
from linklint.scanning import scan

GOOD = "docker run -p 80:80 nginx\n"
OUT = "docker run -p 8888:8888 outside\n"


def git(directory: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(directory), *arguments], check=True, capture_output=True)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a tree beside a directory `outside`, with a script in it."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "run.sh").write_text(OUT)
    (tmp_path / "tree" / "d").mkdir(parents=True)
    (tmp_path / "tree" / "d" / "run.sh").write_text(GOOD)
    return tmp_path / "tree"


def untouched(tree: Path, *, options: tuple[str, ...] = ()) -> None:
    """Scan a tree in each way that reads or writes. Nothing of the file outside may appear or change."""
    for command in (
        ["scan", "--audit"],
        ["scan", "--format", "json"],
        ["scan", "--diff=all", "--audit"],
        ["query", "select * from ports"],
        ["graph"],
        ["scan", "--fix=all", "--audit"],
    ):
        done = linklint(*command, *options, cwd=tree)
        assert "8888" not in done.stdout + done.stderr, command
        assert done.returncode in (0, 1), done.stderr
    assert (tree.parent / "outside" / "run.sh").read_text() == OUT


@pytest.mark.parametrize(
    "path",
    ["../outside/run.sh", "d/../../outside/run.sh", "/etc/passwd", ".git/config", "d/.GIT/x", ".git", "", ".", "d/..",
    "x/GIT~1/a",
     "out/run.sh", "link.sh", "chain.sh", "absolute.sh", "into-git"],
)  # fmt: skip
def test_what_leads_out_is_refused(tree: Path, path: str) -> None:
    git(tree, "init", "-q")
    (tree / "out").symlink_to("../outside")
    (tree / "link.sh").symlink_to("../outside/run.sh")
    (tree / "chain.sh").symlink_to("d/../link.sh")
    (tree / "absolute.sh").symlink_to(tree.parent / "outside" / "run.sh")
    (tree / "into-git").symlink_to(".git/config")
    with pytest.raises((UnreadableFile, OSError)):
        os.close(Root(str(tree)).open(path))


def test_what_stays_inside_is_read(tree: Path) -> None:
    (tree / "link.sh").symlink_to("d/run.sh")
    (tree / "e").symlink_to("d")
    (tree / "d" / "up.sh").symlink_to("../e/../d/./run.sh")
    (tree / "d" / "absolute.sh").symlink_to(tree / "e" / "run.sh")
    root = Root(str(tree))
    for path in (
        "d/run.sh",
        "./d//run.sh",
        "x/../d/run.sh",
        "link.sh",
        "e/run.sh",
        "d/up.sh",
        "e/up.sh",
        "d/absolute.sh",
    ):
        assert root.read(path, 1000) == GOOD.encode(), path
    with pytest.raises(OSError):
        root.open("link.sh", follow=False)
    with pytest.raises(UnreadableFile, match="larger"):
        root.read("d/run.sh", 5)


def test_many_directories_deep(tmp_path: Path) -> None:
    root = Root(str(tmp_path))
    with pytest.raises(UnreadableFile, match="directories deep"):
        root.read("a/" * 3000 + "b", 10)


def test_a_listing_that_names_files_outside(tree: Path) -> None:
    """A crafted index: git prints the paths as they are in it."""
    git(tree, "init", "-q")
    git(tree, "add", "-A")
    blob = "ce013625030ba8dba906f756967f9e9ca394464a"
    for path in ("../outside/run.sh", str(tree.parent / "outside" / "run.sh"), "d/../../outside/run.sh", ".git/config"):
        index = tree / ".git" / "index"
        write_index(index, [path], blob)
        plain = subprocess.run(["git", "-C", str(tree), "ls-files", "-c"], capture_output=True, text=True, check=False)
        assert path in plain.stdout, "the trap is a real one: git itself lists the path"
        report = scan([str(tree)])
        assert [finding.path for finding in report.findings] == ["d/run.sh"]
        assert [part.reason for part in report.unread] == ["git lists a path outside of the tree"]
    untouched(tree)


def write_index(index: Path, paths: list[str], blob: str) -> None:
    """Write an index of git, version 2, with any paths."""
    import hashlib
    import struct

    data = b"DIRC" + struct.pack(">II", 2, len(paths))
    for path in paths:
        name = path.encode()
        entry = struct.pack(">10I", *[0] * 6, 0o100644, 0, 0, 0) + bytes.fromhex(blob)
        entry += struct.pack(">H", min(len(name), 0xFFF)) + name
        data += entry + b"\0" * (8 - len(entry) % 8)
    index.write_bytes(data + hashlib.sha1(data).digest())


def test_a_bare_repository_inside_the_tree(tree: Path) -> None:
    """All of it can be committed, so that a clone brings it. git takes it for a repository of its own."""
    inner = tree / "emb"
    for name in ("objects", "refs"):
        (inner / name).mkdir(parents=True)
        (inner / name / "x").write_text("")
    (inner / "HEAD").write_text("ref: refs/heads/x\n")
    (inner / "config").write_text("[core]\n\trepositoryformatversion=0\n\tbare=false\n\tworktree=..\n")
    write_index(inner / "index", ["emb/../../outside/run.sh"], "ce013625030ba8dba906f756967f9e9ca394464a")
    (inner / "ok.sh").write_text(GOOD)
    (tree / ".linklint.toml").write_text('paths = ["emb"]\n')
    git(tree, "init", "-q")
    git(tree, "add", "-A")
    git(tree, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x")
    clone = tree.parent / "clone"
    git(tree, "clone", "-q", ".", str(clone))
    assert [finding.path for finding in scan([str(clone / "emb")]).findings] == ["ok.sh"]
    untouched(clone)


def test_a_tracked_directory_that_became_a_link(tree: Path) -> None:
    git(tree, "init", "-q")
    git(tree, "add", "-A")
    (tree / "d" / "run.sh").unlink()
    (tree / "d").rmdir()
    (tree / "d").symlink_to("../outside")
    assert scan([str(tree)]).findings == ()
    untouched(tree)


def test_a_directory_that_becomes_a_link_while_it_is_scanned(tree: Path) -> None:
    """One thread swaps a directory for a link and back, as fast as it can, while it is scanned."""
    (tree / "link").symlink_to("../outside")
    stop = threading.Event()
    thread = threading.Thread(target=swap, args=(tree, stop))
    thread.start()
    seen: set[bytes] = set()
    refused = 0
    try:
        for _ in range(3000):
            try:
                seen.add(Root(str(tree)).read("d/run.sh", 1000))
            except UnreadableFile:
                refused += 1
    finally:
        stop.set()
        thread.join()
    assert seen == {GOOD.encode()} and refused > 0


def swap(tree: Path, stop: threading.Event) -> None:
    """Exchange `d` and `link` until told to stop; each is the directory or the link in turn."""
    while not stop.is_set():
        os.rename(tree / "d", tree / "aside")
        os.rename(tree / "link", tree / "d")
        os.rename(tree / "aside", tree / "link")


@pytest.mark.skipif(os.name != "posix", reason="pipes")
@pytest.mark.parametrize(
    "name", [".gitignore", "d/.gitignore", ".git/HEAD", ".git/config", ".git/index", ".git/info/exclude"]
)
def test_a_pipe_where_git_looks(tree: Path, name: str) -> None:
    git(tree, "init", "-q")
    (tree / name).unlink(missing_ok=True)
    os.mkfifo(tree / name)
    report = scan([str(tree)])
    assert [finding.path for finding in report.findings] == ["d/run.sh"]
    assert [part.path for part in report.unread if "pipe" in part.reason] == [name]


def test_a_pipe_where_since_looks(tree: Path) -> None:
    git(tree, "init", "-q")
    os.mkfifo(tree / ".git" / "refs" / "heads" / "x")
    done = linklint("scan", "--since", "x", cwd=tree)
    assert done.returncode == 2 and "is a pipe or a device" in done.stderr


def test_git_has_one_deadline(tree: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    git(tree, "init", "-q")
    slow = tmp_path / "bin" / "git"
    slow.parent.mkdir()
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o755)
    monkeypatch.setattr(git_module, "find_git", lambda: str(slow))
    monkeypatch.setattr(git_module.Git.__init__, "__defaults__", (0.3,))
    report = scan([str(tree)])
    assert [finding.path for finding in report.findings] == ["d/run.sh"]
    assert [part.reason for part in report.unread] == [
        "git needs more than 0.3 seconds: all files are read, also ignored ones"
    ]


@pytest.mark.parametrize("forgets", ["", "GIT_NO_LAZY_FETCH", "GIT_ALLOW_PROTOCOL"])
def test_nothing_is_fetched_also_by_an_old_git(
    tree: Path, tmp_path: Path, forgets: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A partial clone whose promisor is a program. An old git does not know one of the variables."""
    git(tree, "init", "-q")
    git(tree, "add", "-A")
    git(tree, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x")
    witness, program = tmp_path / "ran", tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {witness}\n")
    program.chmod(0o755)
    for key, value in (
        ("core.repositoryFormatVersion", "1"),
        ("extensions.partialClone", "origin"),
        ("remote.origin.url", f"ext::{program}"),
        ("remote.origin.promisor", "true"),
        ("protocol.ext.allow", "always"),
        ("protocol.allow", "always"),
    ):
        git(tree, "config", key, value)
    real = git_module.find_git()
    wrapper = tmp_path / "bin" / "git"
    wrapper.parent.mkdir()
    wrapper.write_text(f'#!/bin/sh\nunset {forgets or "NOTHING"}\nexec {real} "$@"\n')
    wrapper.chmod(0o755)
    monkeypatch.setattr(git_module, "find_git", lambda: str(wrapper))
    missing = "1234567890123456789012345678901234567890"
    subprocess.run(
        [str(real), "-C", str(tree), "cat-file", "-e", missing],
        capture_output=True,
        check=False,
        env={**os.environ, "GIT_ALLOW_PROTOCOL": "ext"},
    )
    assert witness.exists(), "the trap is a real one: git itself would run the program"
    witness.unlink()
    repository = git_module.repository_above(str(tree))
    assert repository is not None
    for arguments in (("cat-file", "-e", missing), ("ls-tree", "-r", missing), ("ls-files", "-z", "-co")):
        with contextlib.suppress(git_module.GitFailed):
            git_module.Git().ask(repository, str(tree), *arguments)
    assert not witness.exists()


def test_git_is_not_taken_from_the_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "git"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", os.pathsep.join(["", ".", "sub/..", os.environ["PATH"]]))
    git_module.find_git.cache_clear()
    try:
        assert str(git_module.find_git()).startswith("/") and not str(git_module.find_git()).startswith(str(tmp_path))
    finally:
        git_module.find_git.cache_clear()


def test_a_nested_repository_whose_data_is_elsewhere(tree: Path) -> None:
    """A `.git` file or link may name any repository of the machine."""
    other = tree.parent / "other"
    other.mkdir()
    git(other, "init", "-q")
    git(tree, "init", "-q")
    for name in ("file", "link"):
        (tree / name).mkdir()
        (tree / name / "ignored.sh").write_text(GOOD)
    (tree / "file" / ".git").write_text(f"gitdir: {other}/.git\n")
    (tree / "link" / ".git").symlink_to(other / ".git")
    (tree / "common" / ".git").mkdir(parents=True)
    (tree / "common" / "ignored.sh").write_text(GOOD)
    (tree / "common" / ".git" / "HEAD").write_text("ref: refs/heads/x\n")
    (tree / "common" / ".git" / "commondir").write_text(f"{other}/.git\n")
    (other / ".git" / "info" / "exclude").write_text("ignored.sh\n")
    assert sorted({finding.path for finding in scan([str(tree)]).findings}) == [
        "common/ignored.sh", "d/run.sh", "file/ignored.sh", "link/ignored.sh",
    ]  # fmt: skip


@pytest.mark.parametrize("name", [".linklint.toml", "pyproject.toml", ".linklint-baseline.json", "rules/x.md"])
def test_settings_that_are_links_out_of_the_repository(tree: Path, name: str) -> None:
    git(tree, "init", "-q")
    secret = tree.parent / "outside" / "secret"
    secret.write_text("canary = [tool.linklint] linklint\n")
    (tree / name).parent.mkdir(exist_ok=True)
    (tree / name).symlink_to(secret)
    if name.startswith("rules"):
        (tree / ".linklint.toml").write_text('rules = ["rules/*.md"]\n')
    done = linklint("scan", cwd=tree)
    assert "canary" not in done.stdout + done.stderr
    if name != ".linklint-baseline.json":
        assert done.returncode == 2 and "symbolic link out of the tree" in done.stderr


def test_settings_that_name_paths_outside_say_nothing_about_them(tree: Path) -> None:
    said = set()
    for place in ("../../../../../../etc/ho*", "../outside/*", "../nowhere/*", "/etc/ho*"):
        (tree / ".linklint.toml").write_text(f'rules = ["{place}"]\n')
        done = linklint("scan", cwd=tree)
        assert done.returncode == 2
        said.add(done.stderr.replace(place, ""))
    assert len(said) == 1, "whether the file exists is not said"


def test_a_git_file_with_a_null_character(tmp_path: Path) -> None:
    """The pointer of a work tree is no path: the directory is no repository, and is scanned."""
    (tmp_path / ".git").write_bytes(b"gitdir: /x\0y\n")
    (tmp_path / "run.sh").write_text("docker run -p 6379:6379 redis\n")
    done = linklint("scan", ".", cwd=tmp_path)
    assert done.returncode == 1 and "run.sh:1" in done.stdout, done.stderr
