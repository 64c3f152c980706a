"""A workspace after edits says what a new scan says."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from test_cache import CONTENTS, FILES, SECRET

from linklint.config.model import Config
from linklint.extraction import cache
from linklint.extraction.roots import Root, RootFacts, extract_root
from linklint.facts.schema import TABLES
from linklint.findings.result import ScanResult
from linklint.scanning import scan
from linklint.server.workspace import Workspace

MORE = [
    "docker rm -f db\ndocker run --name db -p 8080:80 postgres\ndocker run --name web --link db:db app\n",
    "docker run --name db postgres\ndocker compose up\n",
    f"export TOKEN={SECRET}x1\ndocker run -e TOKEN app\n",
    "# linklint: ignore[legacy-link] known\ndocker run --name web --link db app\n",
    "echo $DB_ENV_POSTGRES_PASSWORD $DB_PORT_5432_TCP_ADDR\n",
    ". ./new.sh\n. ./lib.sh\n",
]


@pytest.fixture
def root(tree: Callable[[dict[str, str]], Path]) -> Path:
    return tree(FILES)


def said(result: ScanResult) -> list[Any]:
    """Return all that a report has of the findings, and how many facts there are."""
    found: list[Any] = [
        (
            *finding._replace(span=None, related=(), edits=()),
            finding.path,
            finding.span and finding.span[1:],
            [(span.source.path, *span[1:], words) for span, words in finding.related],
            [(edit.span.source.path, *edit.span[1:], *edit[1:]) for edit in finding.edits],
        )
        for finding in (*result.findings, *result.suppressed)
    ]
    if result.store is not None:
        names = (*TABLES, "span", "file", "step_outcome", "engine_state", "link_variable", "leak")
        found += [(name, result.store.ask(f"SELECT count(*) FROM {name}")[1]) for name in names]
        found += [result.store.ask("SELECT sum(verbatim), sum(start), sum(file) FROM span")[1]]
    return [*found, *result.unread, result.files]


def expected(root: Path, given: dict[str, bytes]) -> list[Any]:
    return said(scan([str(root)], config=Config(), audit=True, replaced=given))


@pytest.fixture(autouse=True)
def ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the status of a file count soon: time stamps of Linux have ticks of at most 10 ms."""
    monkeypatch.setattr(cache, "RACY", 20_000_000)


def edit_at_random(root: Path, seed: int, count: int) -> None:
    chance = random.Random(seed)
    time.sleep(0.03)
    space = Workspace([str(root)], Config())
    assert said(space.scan()) == expected(root, {})
    waiting: list[str] = []
    for number in range(count):
        path = chance.choice(sorted(FILES))
        kind = chance.choice(["type", "type", "type", "replace", "close", "disk"])
        text = space.given.get(path, FILES[path].encode()).decode()
        if kind == "type":
            at = chance.randrange(len(text) + 1)
            text = text[:at] + chance.choice(["\n", "x", "# a\n", "'", " --link db:db", "docker run x\n"]) + text[at:]
        elif kind == "replace":
            text = chance.choice([*CONTENTS, *MORE])
        if kind == "close":
            space.given.pop(path, None)
        elif kind == "disk":
            (root / chance.choice([path, "new.sh"])).write_text(chance.choice([*CONTENTS, *MORE]))
        else:
            space.given[path] = text.encode()
        waiting.append(path)
        if kind == "disk" or chance.random() < 0.1:
            time.sleep(0.03)
            waiting.clear()
            assert said(space.scan()) == expected(root, space.given), (seed, number, kind, path)
        elif chance.random() < 0.8:  # otherwise more files change before the next scan
            assert said(space.scan(waiting)) == expected(root, space.given), (seed, number, kind, waiting)
            waiting.clear()


@pytest.mark.parametrize("seed", range(3))
def test_edits(root: Path, seed: int) -> None:
    edit_at_random(root, seed, 25)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 110))
def test_many_edits(root: Path, seed: int) -> None:
    edit_at_random(root, seed, 100)


def test_only_what_changed_is_extracted(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    space = Workspace([str(root)], Config())
    space.scan()
    extracted: list[str] = []

    def recorded(root: Root, *more: Any) -> RootFacts:
        extracted.extend(root.paths)
        return extract_root(root, *more)

    monkeypatch.setattr("linklint.extraction.roots.extract_root", recorded)
    space.given["app.js"] = b"process.env.DB_PORT_5432_TCP_ADDR || 'db'\n"
    assert any(finding.path == "app.js" for finding in space.scan(["app.js"]).findings)
    space.scan(["app.js"])  # still open, but unchanged
    assert extracted == ["app.js"]


def test_a_file_that_is_not_saved_yet(root: Path) -> None:
    space = Workspace([str(root)], Config())
    space.scan()
    space.given["unsaved.sh"] = b"docker run --name web --link db:db app\n"
    assert any(finding.path == "unsaved.sh" for finding in space.scan(["unsaved.sh"]).findings)
    del space.given["unsaved.sh"]
    assert not any(finding.path == "unsaved.sh" for finding in space.scan(["unsaved.sh"]).findings)


def test_a_file_that_is_closed_is_that_on_disk(root: Path) -> None:
    """Also if the scan looks at all files, or another path makes it do so."""
    time.sleep(0.05)
    for again in (None, ["new.sh", "db.sh"]):
        space = Workspace([str(root)], Config())
        space.given["db.sh"] = b"docker run z\n"
        space.scan()
        del space.given["db.sh"]
        space.given["new.sh"] = b"hello\n"
        assert said(space.scan(again))[:5] == expected(root, {})[:5]


def test_an_unsaved_file_is_judged_like_a_saved_one(root: Path) -> None:
    space = Workspace([str(root)], Config())
    space.scan()
    for name, text in (("new.yml", b"hello: 1\n"), ("new.sh", b"# linklint: ignore\nFROM x\n")):
        space.given[name] = text
        unsaved = said(space.scan([name]))
        (root / name).write_bytes(text)
        assert said(space.scan()) == unsaved == expected(root, {})
        (root / name).unlink()
        del space.given[name]


def test_mentions_of_other_files_are_judged_again_if_it_matters(tmp_path: Path) -> None:
    """A link gives a prefix, by which another file reads a variable; a file about Docker names another one."""
    (tmp_path / "run.sh").write_text("docker run --name db x\n")
    (tmp_path / "app.rb").write_text('puts ENV["DB_ENV_USER"]\n')
    (tmp_path / "notes").write_text("# start with links\nlinks: [db]\n")
    space = Workspace([str(tmp_path)], Config())
    space.scan()
    for text in ("docker run --name db x; docker run --link db:db y\n", "docker run x # notes\n", "true\n"):
        space.given["run.sh"] = text.encode()
        assert said(space.scan(["run.sh"])) == expected(tmp_path, space.given)
