"""The cache: the same facts as without it, and nothing that somebody else wrote is believed."""

from __future__ import annotations

import os
import random
import shutil
import stat
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from program import linklint, linklint_process

from linklint.cli import answers
from linklint.config.model import Config
from linklint.database.store import Store
from linklint.extraction import cache
from linklint.extraction.cache import Cache, clean, directory, open_cache
from linklint.files import selection
from linklint.prebuilt import RULES
from linklint.scanning import gather

Tree = Callable[[dict[str, str]], Path]
SECRET = "kV9x2mQp7Lr4Tz"
FILES = {
    "start.sh": ". ./lib.sh\n./db.sh\nweb\n",
    "lib.sh": "web() { docker run --name web --link db -e A=$DB_PORT app; }\nother() { docker run x; }\n",
    "db.sh": f"docker run --name db -e POSTGRES_PASSWORD={SECRET} postgres\n",
    "plain.sh": "echo nothing\n",
    "compose.yml": "include: [sub/compose.yml]\nservices:\n  web: {image: app, links: [db], env_file: .env}\n",
    "sub/compose.yml": "services:\n  db: {image: postgres, ports: ['5432:5432']}\n",
    ".env": f"TOKEN={SECRET}\n",
    "site.yml": "- hosts: all\n  roles: [db]\n",
    "roles/db/tasks/main.yml": "- docker_container: {name: db, image: postgres, links: [a:b]}\n",
    "app.js": "process.env.DB_PORT_5432_TCP_ADDR\n",
    "other.js": "nothing()\n",
    "README.md": "# App\n\n```sh\ndocker run --link db:db app\n```\n",
}
CONTENTS = [*FILES.values(), "", "echo $DB_PORT_80_TCP_ADDR docker\n", "docker run 'x\n", "services: [\n", "A=1\n"]


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Cache small trees, too, in a directory of the test."""
    monkeypatch.setattr(selection, "CACHED_FROM", 0)
    monkeypatch.setattr(cache, "RACY", 0)
    monkeypatch.setenv("LINKLINT_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "tree" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "tree"


def facts(root: Path, mode: str | None, config: Config | None = None, jobs: int = 1) -> bytes:
    found = gather([str(root)], config or Config(), cache=mode, jobs=jobs)
    return Store(found.collector, found.sources, secrets=found.secrets).export()


def written(place: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in place.iterdir()}


@pytest.mark.parametrize("mode", ["status", "digest"])
def test_warm_is_cold(root: Path, place: Path, mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    cold = facts(root, None)
    assert facts(root, mode) == cold
    before = written(place)
    monkeypatch.setattr("linklint.extraction.roots.extract_root", None)  # nothing is extracted again
    assert facts(root, mode) == cold
    assert written(place) == before, "nothing changed, so nothing is written"


def test_files_that_matter_are_not_detected_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    facts(root, "status")
    monkeypatch.setattr("linklint.extraction.classify.kind_by_content", None)
    facts(root, "status")
    with pytest.raises(TypeError):
        facts(root, "digest")


def test_configuration(root: Path) -> None:
    config = Config()._replace(secret_names=("!TOKEN",))
    facts(root, "status")
    assert facts(root, "status", config) == facts(root, None, config) != facts(root, None)


EDITS = ("write", "rename", "delete", "swap", "restore", "twice", "touch", "link")


def edit(chance: random.Random, root: Path, kind: str) -> None:
    """Change a tree in one of the ways that a cache may miss."""
    files = sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    path, other = chance.choice(files), chance.choice(files)
    if kind == "write":
        path.write_text(chance.choice(CONTENTS))
    elif kind == "rename":
        path.rename(path.with_name(chance.choice(["new.sh", "new.js", "compose.override.yml", ".env", "lib.sh"])))
    elif kind == "delete" and len(files) > 6:
        path.unlink()
    elif kind == "swap" and path != other:
        path.rename(root / "swapped")
        other.rename(path)
        (root / "swapped").rename(other)
    elif kind == "restore":
        status = path.stat()
        path.write_text(path.read_text()[::-1])
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    elif kind == "twice":
        path.write_text("echo nothing\n")
        facts(root, "status")
        path.write_text("docker ps # 1\n")
    elif kind == "touch":
        path.touch()
    elif kind == "link":
        (root / "link.sh").unlink(missing_ok=True)
        (root / "link.sh").symlink_to(path)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_edits(root: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """Fifty edits in a row: warm equals cold after each."""
    monkeypatch.setattr(cache, "RACY", 20_000_000)  # time stamps of Linux have ticks of at most 10 ms
    chance = random.Random(seed)
    for number in range(50):
        kind = chance.choice(EDITS)
        edit(chance, root, kind)
        if chance.random() < 0.5:
            time.sleep(0.04)  # so that the status counts
        assert facts(root, "status", jobs=chance.choice([1, 2])) == facts(root, None), (seed, number, kind)
        answers = [linklint("scan", *more, ".", cwd=root).stdout for more in ([], [], ["--no-cache"])]
        assert len(set(answers)) == 1, (seed, number, kind)
        if not (root / "start.sh").exists():
            shutil.rmtree(root)
            for name, text in FILES.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text)


def test_a_file_that_just_changed_is_read_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system may give two changes within two seconds the same time."""
    monkeypatch.setattr(cache, "RACY", 3_600_000_000_000)
    facts(root, "status")
    monkeypatch.setattr("linklint.extraction.classify.kind_by_content", lambda *_: None)
    assert facts(root, "status") == Store(gather([str(root)], Config()).collector, []).export()


def test_modes(root: Path, place: Path) -> None:
    facts(root, "status")
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert [stat.S_IMODE(path.stat().st_mode) for path in place.iterdir()] == [0o600] * 2


def test_no_secret_in_full(root: Path, place: Path) -> None:
    """Not even in the texts that only other files show to be secrets."""
    facts(root, "status")
    for path in place.iterdir():
        data = path.read_bytes()
        for words in (SECRET, "POSTGRES_PASSWORD", "docker run", "image"):
            assert words.encode() not in data


def test_the_key_alone_does_not_open_an_entry(root: Path, place: Path) -> None:
    facts(root, "status")
    kept = open_cache(str(root))
    assert kept is not None
    assert kept.get({"kind": "shell", "files": [["db.sh", "another digest"]]}) is None
    (name, entry), *_ = kept._known.items()
    assert SECRET.encode() not in entry.text
    assert name


@pytest.mark.parametrize("at", [0, 10, 20, 40, 100, -1])
def test_a_broken_file(root: Path, place: Path, at: int) -> None:
    cold = facts(root, "status")
    (path,) = place.glob("*.facts")
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)
    assert not Cache(str(path), (place / "key").read_bytes(), 0)._known
    assert facts(root, "status") == cold
    path.write_bytes(data[: len(data) // 2])
    assert facts(root, "status") == cold
    path.write_bytes(b"")
    assert facts(root, "status") == cold


def test_a_file_with_another_key(root: Path, place: Path) -> None:
    cold = facts(root, "status")
    (place / "key").write_bytes(b"x" * 32)
    assert facts(root, "status") == cold
    assert len(list(place.glob("*.facts"))) == 2


@pytest.mark.parametrize("what", ["place", "key", "facts"])
def test_what_others_can_write_does_not_count(root: Path, place: Path, what: str) -> None:
    cold = facts(root, "status")
    (path,) = place.glob("*.facts")
    shared = {"place": place, "key": place / "key", "facts": path}[what]
    shared.chmod(0o777)
    kept = open_cache(str(root))
    assert kept is None if what == "place" else kept is not None and not kept._known
    assert facts(root, "status") == cold


@pytest.mark.parametrize("key", [b"", b"short", b"x" * 33])
def test_a_key_of_another_size_is_replaced(root: Path, place: Path, key: bytes) -> None:
    """For example the empty one that a full disk left."""
    cold = facts(root, "status")
    (place / "key").write_bytes(key)
    assert facts(root, "status") == cold
    assert len((place / "key").read_bytes()) == 32


def test_links_are_not_followed(root: Path, place: Path, tmp_path: Path) -> None:
    facts(root, "status")
    (path,) = place.glob("*.facts")
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    before = (tmp_path / "elsewhere").read_bytes()
    facts(root, "status")
    assert not path.is_symlink()
    assert (tmp_path / "elsewhere").read_bytes() == before
    shutil.rmtree(place)
    place.symlink_to(tmp_path / "nowhere")
    assert facts(root, "status") == facts(root, None)
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("value", ["/proc/none", "/dev/null", ""])
def test_a_place_that_cannot_be_had(root: Path, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setattr(cache, "directory", lambda: value)
    assert facts(root, "status") == facts(root, None)


def test_a_disk_that_is_full(root: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert facts(root, "status") == facts(root, None)
    assert list(place.iterdir()) == []


def test_the_oldest_tree_is_removed(root: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    facts(root, "status")
    (old,) = place.glob("*.facts")
    monkeypatch.setattr(cache, "MAX_ALL", old.stat().st_size + 200)
    facts(root / "sub", "status")
    assert not old.exists()
    assert len(list(place.glob("*.facts"))) == 1
    assert (place / "key").exists()


def test_what_is_not_used_is_forgotten(root: Path, place: Path) -> None:
    facts(root, "status")
    (path,) = place.glob("*.facts")
    size = path.stat().st_size
    for name in ("compose.yml", "db.sh", "README.md"):
        (root / name).unlink()
    facts(root, "status")
    assert path.stat().st_size < size


def test_two_at_once(root: Path, place: Path) -> None:
    """Each writes the whole file: the last one wins, and what it wrote is right."""
    first, second = open_cache(str(root)), open_cache(str(root))
    assert first is not None and second is not None
    first.put({"a": 1}, "first")
    second.put({"b": 2}, "second")
    first.save()
    second.save()
    third = open_cache(str(root))
    assert third is not None
    assert (third.get({"a": 1}), third.get({"b": 2})) == (None, "second")


def test_the_program_counts(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    facts(root, "status")
    kept = open_cache(str(root))
    assert kept is not None and kept._known
    monkeypatch.setattr(cache, "_program", lambda: ["another"])
    other = open_cache(str(root))
    assert other is not None and not other._known


def test_commands(root: Path, place: Path) -> None:
    cold = linklint("scan", "--no-cache", ".", cwd=root)
    assert not place.exists()
    assert linklint("scan", ".", cwd=root).stdout == cold.stdout
    assert linklint("scan", "--cache=digest", ".", cwd=root).stdout == cold.stdout
    assert linklint("cache", "dir", cwd=root).stdout == f"{place}\n"
    assert linklint("cache", "clean", cwd=root).stdout.startswith("removed 3 files, 0.0 MB, from ")
    assert list(place.iterdir()) == []
    assert linklint("cache", "clean", cwd=root).stdout.startswith("removed 0 files")
    assert clean() == (0, 0)


def said(root: Path, *options: str, command: str = "scan") -> tuple[str, str, int]:
    found = linklint(command, *options, ".", cwd=root)
    return found.stdout, found.stderr, found.returncode


def test_an_answer_is_repeated(root: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found, ready = said(root), said(root, "--format", "json", command="upgrade")
    monkeypatch.setattr("linklint.scanning.gather", None)  # nothing is scanned again
    assert (said(root), said(root, "--format", "json", command="upgrade")) == (found, ready)
    assert SECRET.encode() not in b"".join(path.read_bytes() for path in place.iterdir())
    for option in (
        "--audit",
        "--engine=28",
        "--format=json",
        "--show-secrets",
        "--fix",
        "--no-cache",
        "--cache=digest",
    ):
        with pytest.raises(TypeError):
            said(root, option)


def test_an_edited_built_in_rule_counts(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said(root)
    monkeypatch.setattr("linklint.cli.answers.digest_of_sources", lambda: "another")
    monkeypatch.setattr("linklint.scanning.gather", None)
    with pytest.raises(TypeError):
        said(root)


CHANGES = {
    "a file": lambda root: (root / "db.sh").write_text("docker run --name db postgres # x\n"),
    "its inode": lambda root: (shutil.copy2(root / "db.sh", root / "new"), (root / "new").rename(root / "db.sh")),
    "a new file": lambda root: (root / "new.sh").write_text("echo\n"),
    "a file less": lambda root: (root / "other.js").unlink(),
    "a file that git ignores": lambda root: (root / ".env").write_text("TOKEN=x\n"),
    "a file that was missing": lambda root: (root / "compose.override.yml").write_text("services: {}\n"),
    "a directory that becomes a link": lambda root: (
        (root / "sub").rename(root.parent / "elsewhere"),
        (root / "sub").symlink_to(root.parent / "elsewhere"),
    ),
    "a directory that git ignores": lambda root: (
        (root / "ignored").rename(root.parent / "outside"),
        (root / "ignored").symlink_to(root.parent / "outside"),
    ),
    "a link that leads elsewhere": lambda root: (
        (root / "link.sh").unlink(),
        (root / "link.sh").symlink_to("lib.sh"),
    ),
    "the configuration": lambda root: (root / ".linklint.toml").write_text('select = ["legacy-link"]\n'),
    "a baseline": lambda root: linklint("scan", "--write-baseline", ".", cwd=root),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_an_answer_holds_only_as_long_as_nothing_changes(
    root: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], object]
) -> None:
    (root / ".gitignore").write_text(".env\nignored\n")
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    (root / "ignored").mkdir()
    (root / "ignored" / "base.yml").write_text("services:\n  db: {image: postgres, ports: ['5432:5432']}\n")
    (root / "extended.compose.yml").write_text(
        "include: [ignored/base.yml]\nservices:\n  web: {image: x, links: [db]}\n"
    )
    (root / "link.sh").symlink_to("db.sh")
    said(root)
    change(root)
    assert said(root) == said(root, "--no-cache")


def test_the_path_of_a_context_may_be_a_link(root: Path) -> None:
    link = root.parent / "link"
    link.symlink_to(root / "sub")
    linklint("scan", "--context", str(root), str(link), cwd=root)
    link.unlink()
    link.symlink_to(root / "roles")
    found, cold = (
        linklint("scan", *more, "--context", str(root), str(link), cwd=root) for more in ([], ["--no-cache"])
    )
    assert found.stdout == cold.stdout


def test_no_answer_is_kept_of_what_changes_meanwhile(root: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "RACY", 20_000_000)
    time.sleep(0.05)
    keep = answers.Answers.keep

    def late(self: Any, *more: Any) -> None:
        (root / "compose.yml").touch()
        (root / ".env").touch()
        keep(self, *more)

    (root / ".gitignore").write_text(".env\n")
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    time.sleep(0.05)
    monkeypatch.setattr(answers.Answers, "keep", late)
    said(root)
    assert not list(place.glob("*.answers"))


def test_no_answer_is_kept_with_custom_rules_or_if_a_rule_failed(
    root: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / ".linklint.toml").write_text('rules = ["lint/*.md"]\n')
    (root / "lint").mkdir()
    shutil.copy(Path(RULES) / "legacy-link.md", root / "lint" / "own.md")
    said(root)
    (root / ".linklint.toml").unlink()
    monkeypatch.setattr("linklint.findings.result.ScanResult.failed", True)
    said(root)
    assert not list(place.glob("*.answers"))


def test_no_answer_is_kept_of_a_file_that_just_changed(
    root: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "RACY", 3_600_000_000_000)
    linklint("scan", ".", cwd=root)
    assert not list(place.glob("*.answers"))


def test_only_the_last_answers_stay(root: Path, place: Path) -> None:
    for number in range(40):
        linklint("scan", "--exclude", f"x{number}", ".", cwd=root)
    (path,) = place.glob("*.answers")
    assert len(Cache(str(path), (place / "key").read_bytes(), 0)._known) == 33


def test_where(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LINKLINT_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", "/x/cache")
    assert directory() == "/x/cache/linklint"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")  # invalid: the specification says to ignore it
    monkeypatch.setenv("HOME", "/home/x")
    assert directory() == "/home/x/.cache/linklint"


def test_the_tree_is_not_changed(root: Path) -> None:
    before = sorted((path, path.stat().st_mtime_ns) for path in root.rglob("*"))
    assert linklint_process("scan", "--quiet", ".", cwd=root).returncode == 1
    assert sorted((path, path.stat().st_mtime_ns) for path in root.rglob("*")) == before
