"""Reading safely: nothing in the tree is run, nothing outside of it is read, and no file stops the scan."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from machine import in_time

from linklint.files.listing import Lister
from linklint.files.root import Root
from linklint.findings.result import ScanResult
from linklint.scanning import scan

Files = dict[str, str]
GOOD = "docker run -p 80:80 nginx\n"


def git(directory: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(directory), *arguments], check=True, capture_output=True)


def found(report: ScanResult) -> list[str]:
    return sorted({finding.path for finding in report.findings if finding.rule == "all-interfaces-bind"})


def test_git_runs_no_program_that_the_repository_names(tmp_path: Path) -> None:
    witness, program = tmp_path / "witness", tmp_path / "program"
    program.write_text(f"#!/bin/sh\necho ran >> {witness}\n")
    program.chmod(0o755)
    repository = tmp_path / "repository"
    repository.mkdir()
    (repository / "run.sh").write_text(GOOD)
    git(repository, "init", "-q")
    for key in (
        "core.fsmonitor",
        "core.sshCommand",
        "core.pager",
        "core.editor",
        "diff.external",
        "core.alternateRefsCommand",
        "credential.helper",
    ):
        git(repository, "config", key, str(program))
    git(repository, "config", "core.hooksPath", str(tmp_path))
    git(repository, "config", "filter.evil.clean", str(program))
    (repository / ".gitattributes").write_text("* filter=evil\n")
    plain = subprocess.run(
        ["git", "-C", str(repository), "ls-files", "-co"], capture_output=True, text=True, check=False
    )
    assert plain.returncode == 0
    assert witness.exists(), "the trap is a real one: git itself would run the program"
    witness.unlink()
    assert found(scan([str(repository)])) == ["run.sh"]
    assert not witness.exists()


def test_git_says_which_files_there_are(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / ".gitignore").write_text("ignored/\n.env\n")
    for name in ("tracked.sh", "untracked.sh", "ignored/a.sh", ".github/run.sh", "node_modules/b.sh"):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text(GOOD)
    git(tmp_path, "add", "tracked.sh", "node_modules/b.sh")
    assert found(scan([str(tmp_path)])) == [".github/run.sh", "node_modules/b.sh", "tracked.sh", "untracked.sh"]


def test_without_git_the_usual_folders_are_left_out(tmp_path: Path) -> None:
    for name in ("a.sh", ".github/b.sh", "node_modules/c.sh", ".venv/d.sh", ".git2/e.sh", "x/__pycache__/f.sh"):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text(GOOD)
    assert found(scan([str(tmp_path)])) == [".git2/e.sh", ".github/b.sh", "a.sh"]


def test_a_submodule_that_is_not_there(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / "sub").mkdir()
    git(tmp_path, "update-index", "--add", "--cacheinfo", "160000,1234567890123456789012345678901234567890,sub")
    (tmp_path / "a.sh").write_text(GOOD)
    assert Lister(Root(str(tmp_path))).files() == ["a.sh"]


@pytest.mark.parametrize("path", ["../outside.env", "/etc/outside.env", "link.env", "folder/outside.env"])
def test_files_outside_are_not_read(tmp_path: Path, path: str) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    (tmp_path / "outside.env").write_text("PASSWORD=outside-value\n")
    (tree / "link.env").symlink_to(tmp_path / "outside.env")
    (tree / "folder").symlink_to(tmp_path)
    (tree / "compose.yaml").write_text(
        f"services:\n  web:\n    image: nginx\n    env_file: {path}\n    extends: {{file: {path}, service: x}}\n"
    )
    (tree / "run.sh").write_text(f"docker run --env-file {path} nginx\n")
    report = scan([str(tree)], audit=True)
    assert report.store.ask("SELECT count(*) FROM env")[1] == [(0,)]
    assert report.store.ask("SELECT DISTINCT file FROM env_file")[1] == [(None,)]


def test_what_git_ignores_serves_and_is_not_reported_on(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / ".gitignore").write_text(".env\napp.env\n")
    (tmp_path / ".env").write_text("PORT=8080\nPASSWORD=hunter22\n")
    (tmp_path / "app.env").write_text("PASSWORD=hunter22\n")
    (tmp_path / "compose.yaml").write_text(
        "services:\n  web:\n    image: nginx\n    env_file: app.env\n    ports: ['${PORT}:80']\n"
    )
    report = scan([str(tmp_path)], audit=True)
    assert [(finding.path, finding.rule) for finding in report.findings] == [("compose.yaml", "all-interfaces-bind")]
    assert "8080:80" in report.findings[0].message


def strange(directory: Path) -> dict[str, str]:
    """Write files that cannot be read. Return the expected reason of each."""
    (directory / "binary.sh").write_bytes(b"#!/bin/sh\n\0\1\2docker run\n")
    (directory / "utf16.sh").write_bytes(b"\xff\xfe\x00\xd8")
    (directory / "large.sh").write_bytes(b"docker\n" * 2_000_000)
    os.mkfifo(directory / "fifo.sh")
    (directory / "out.sh").symlink_to("/etc/hostname")
    (directory / "loop.sh").symlink_to("loop.sh")
    (directory / "gone.sh").symlink_to("nowhere.sh")
    return {
        "binary.sh": "the file is binary", "utf16.sh": "it starts like UTF-16 but is not",
        "large.sh": "larger than 10 MB",
        "fifo.sh": "not a regular file", "out.sh": "the file is a symbolic link out of the tree",
        "loop.sh": "cannot read the file", "gone.sh": "cannot read the file",
    }  # fmt: skip


def test_what_cannot_be_read_is_said_and_the_rest_is_scanned(tmp_path: Path) -> None:
    expected = strange(tmp_path)
    (tmp_path / "good.sh").write_text(GOOD)
    (tmp_path / "folder.sh").mkdir()
    (tmp_path / "a\nb.sh").write_text(GOOD)
    (tmp_path / "circle").symlink_to(tmp_path)
    report = scan([str(tmp_path)])
    assert found(report) == ["a\nb.sh", "good.sh"]
    reasons = {path: reason for path, _, reason in report.unread}
    assert set(reasons) == set(expected)
    for path, reason in expected.items():
        assert reasons[path].startswith(reason)


def test_unreadable_files_and_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "closed.sh").write_text(GOOD)
    (tmp_path / "good.sh").write_text(GOOD)
    real = os.open

    def closed(path: Any, *arguments: Any, **options: Any) -> int:
        if str(path).endswith("closed.sh"):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path, *arguments, **options)

    monkeypatch.setattr(os, "open", closed)
    report = scan([str(tmp_path)])
    assert found(report) == ["good.sh"]
    assert list(report.unread) == [("closed.sh", 0, "cannot read the file: Permission denied")]


@pytest.mark.parametrize(
    ("data", "line", "column"),
    [
        (b"\xef\xbb\xbf# x\ndocker run -p 80:80 nginx\n", 2, 15),
        ("# \u00e9\ndocker run -e X=é -p 80:80 nginx\n".encode("latin-1"), 2, 22),
        ("docker run -p 80:80 nginx\n".encode("utf-16"), 1, 15),
        (b"\xff\xfe# as a shell reads it\ndocker run -p 80:80 nginx\n", 2, 15),
        (b"# x\r\ndocker run \\\r\n  -p 80:80 nginx\r\n", 3, 6),
        ("docker run -e X=日本 -p 80:80 nginx".encode(), 1, 23),
    ],
)
def test_encodings(tmp_path: Path, data: bytes, line: int, column: int) -> None:
    (tmp_path / "a.sh").write_bytes(data)
    (finding,) = scan([str(tmp_path)]).findings
    assert finding.span is not None
    assert finding.span.source.place(finding.span.start, finding.span.end)[:2] == (line, column)


@pytest.mark.parametrize(
    "name", ["run.ps1", "run.bat", "start.erl", "run", "compose", "task.json", "notes.txt", "a.py"]
)
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_of_any_type(tmp_path: Path, name: str, encoding: str) -> None:
    texts = {
        "compose": "services:\n  web:\n    image: a\n    network_mode: bridge\n    external_links: [db]\n",
        "task.json": '{"containerDefinitions": [{"image": "a", "name": "web", "links": ["db"]}]}\n',
        "a.py": 'import os\nos.system("docker run --link db:db a")\n',
    }
    text = "\ufeff" + texts.get(name, "docker run --link db:db a\n")
    (tmp_path / name.replace("compose", "web.yml")).write_bytes(text.encode(encoding))
    report = scan([str(tmp_path)])
    assert report.store.ask("SELECT target FROM link")[1] == [("db",)]


def test_byte_offsets(tmp_path: Path) -> None:
    data = "\ufeff# é\ndocker run -e X=日本 -p 80:80 nginx\n".encode()
    (tmp_path / "a.sh").write_bytes(data)
    report = scan([str(tmp_path)])
    ((start, end),) = report.store.ask("SELECT span.start, span.end FROM port JOIN span ON span.id = port.span")[1]
    assert data[start:end] == b"80:80"


def test_a_defect_of_ours_costs_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "Dockerfile").write_text("FROM a\nENV PASSWORD=hunter22\n")
    (tmp_path / "a.sh").write_text(GOOD)
    monkeypatch.setattr("linklint.kinds.dockerfile.extract_text", lambda *_: 1 / 0)
    report = scan([str(tmp_path)])
    assert found(report) == ["a.sh"]
    assert [reason for _, _, reason in report.unread] == [
        "internal error (ZeroDivisionError: division by zero): please report it"
    ]


def test_many_statements_are_bounded(report: Callable[..., ScanResult]) -> None:
    begun = time.process_time()
    outcome = report({"a.sh": "docker run -d --name web -p 80:80 --link db:db nginx\n" * 20_000})
    assert outcome.unread[0][2].startswith("more than 1000 docker statements")
    assert in_time(time.process_time() - begun, 15)
