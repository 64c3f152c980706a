"""A tree that changes while it is read, and names and values that contain control characters."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from linklint.findings.result import ScanResult
from linklint.scanning import scan

GOOD = "docker run -p 80:80 nginx\n"


def found(report: ScanResult) -> list[str]:
    return sorted({finding.path for finding in report.findings if finding.rule == "all-interfaces-bind"})


def test_a_file_that_vanishes(tmp_path: Path) -> None:
    for name in ("a.sh", "b.sh"):
        (tmp_path / name).write_text(GOOD)
    report = scan([str(tmp_path)], progress=lambda _done, _total: (tmp_path / "a.sh").unlink(missing_ok=True))
    assert found(report) == ["b.sh"]
    assert list(report.unread) == [("a.sh", 0, "cannot read the file: No such file or directory")]


def test_a_folder_that_vanishes(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.sh").write_text(GOOD)
    (tmp_path / "b.sh").write_text(GOOD)

    def gone(_done: int, _total: int) -> None:
        if (tmp_path / "sub").exists():
            (tmp_path / "sub" / "a.sh").unlink()
            (tmp_path / "sub").rmdir()

    assert found(scan([str(tmp_path)], progress=gone)) == ["b.sh"]


def test_a_file_that_grows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.sh").write_text(GOOD)
    (tmp_path / "b.sh").write_text(GOOD)
    real, grown = os.read, []

    def growing(descriptor: int, count: int) -> bytes:
        if os.readlink(f"/proc/self/fd/{descriptor}").endswith("a.sh"):
            grown.append(count)
            return b"docker run x\n" * 90_000  # more at every read
        return real(descriptor, count)

    monkeypatch.setattr(os, "read", growing)
    report = scan([str(tmp_path)])
    assert found(report) == ["b.sh"]
    assert list(report.unread) == [("a.sh", 0, "the file grows while it is read")]
    assert len(grown) < 20


def test_a_file_that_shrinks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.sh").write_text(GOOD + "# " + "x" * 5000)
    real = os.read
    monkeypatch.setattr(os, "read", lambda descriptor, count: real(descriptor, min(count, len(GOOD))))
    assert found(scan([str(tmp_path)])) == ["a.sh"]


def test_a_file_that_becomes_another(tmp_path: Path) -> None:
    outside = tmp_path / "outside.sh"
    outside.write_text(GOOD)
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "a.sh").write_text(GOOD)

    def swap(_done: int, _total: int) -> None:
        (tree / "a.sh").unlink(missing_ok=True)
        (tree / "a.sh").symlink_to(outside)

    report = scan([str(tree)], progress=swap)
    assert found(report) == []
    assert report.unread[0][2].startswith("the file is a symbolic link out of the tree")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes devices")
def test_devices(tmp_path: Path) -> None:
    (tmp_path / "good.sh").write_text(GOOD)
    try:
        os.mknod(tmp_path / "zero.sh", stat.S_IFCHR | 0o666, os.makedev(1, 5))
    except OSError as error:
        pytest.skip(f"no device can be made here: {error}")
    report = scan([str(tmp_path)])
    assert found(report) == ["good.sh"]
    assert list(report.unread) == [("zero.sh", 0, "not a regular file")] or report.unread[0][2].startswith(
        "it cannot be read"
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_folder_without_permission(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir()
    (tmp_path / "closed" / "a.sh").write_text(GOOD)
    (tmp_path / "good.sh").write_text(GOOD)
    (tmp_path / "closed").chmod(0)
    try:
        assert found(scan([str(tmp_path)])) == ["good.sh"]
    finally:
        (tmp_path / "closed").chmod(0o755)


# Text for the terminal, the pager, or a browser

HOSTILE = {
    "terminal": "\x1b[31mred\x1b[0m\x1b]0;title\x07",
    "C1": "\x9b31m\x85",
    "backspace": "a\x08b\x7f",
    "bidirectional": "\u202egnp.\u202c\u2066x\u2069\u200f",
    "invisible": "a\u200bb\ufeffc\u2060",
    "HTML": "<script>alert(1)</script>&amp;",
    "separators": "a\u2028b\u2029c",
    "surrogate": "a\udcffb",
    "markup": "[bold red]x[/] [link=http://evil]y[/link]",
    "line ends": "a\rb\x0bc\x0cd",
}
RAW = [c for text in HOSTILE.values() for c in text if not c.isprintable() and c != "\n"]


def linklint(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "linklint", *arguments], cwd=cwd, capture_output=True, text=True, encoding="utf-8",
        errors="surrogateescape", timeout=60, check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8:surrogateescape", "PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip


@pytest.mark.parametrize(
    "options",
    [
        ["scan", "--audit", "."],
        ["scan", "--audit", "--format", "json", "."],
        ["scan", "--diff=all", "--audit", "."],
        ["query", "select * from containers"],
    ],
    ids=lambda o: " ".join(o[:3]),
)
def test_nothing_is_printed_raw(options: list[str], tmp_path: Path) -> None:
    for number, text in enumerate(HOSTILE.values()):
        write_hostile(tmp_path / str(number), text)
    done = linklint(*options, cwd=tmp_path)
    assert done.returncode in (0, 1), done.stderr
    printed: Any = done.stdout + done.stderr
    assert [c for c in RAW if c in printed] == []
    if options[0] == "scan" and "json" not in options:
        assert printed.count("80:80") >= len(HOSTILE)


def write_hostile(directory: Path, text: str) -> None:
    """Write a script, a Compose file and, if possible, a file name with a text everywhere."""
    directory.mkdir()
    quoted = "'" + text.replace("'", "") + "'"
    (directory / "a.sh").write_bytes(
        f"docker run -d --name {quoted} -p 80:80 -e PASSWORD={quoted} --link {quoted}:{quoted} nginx\ndocker run "
        f"--name {quoted} nginx\n".encode("utf-8", "surrogateescape")
    )
    safe = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\n", " ")
    (directory / "compose.yaml").write_text(
        f"services:\n  web:\n    image: nginx\n    container_name: {json.dumps(safe)}\n    links: "
        f"[{json.dumps(safe)}]\n    ports: ['80:80']\n"
    )
    if "/" not in text:
        (directory / f"{text}.sh").write_bytes(GOOD.encode())


def test_a_nul_that_yaml_writes_out(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text(
        'services:\n  web:\n    image: "a\\0b"\n    container_name: "x\\0y"\n    ports: ["80:80"]\n'
    )
    for options in (["scan", "--audit", "."], ["query", "select name, image from containers"]):
        done = linklint(*options, cwd=tmp_path)
        assert done.returncode in (0, 1), done.stderr
        assert "\0" not in done.stdout + done.stderr
