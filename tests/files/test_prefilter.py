"""The search in two processes: the same answers, whatever happens to the child."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from linklint.files import prefilter
from linklint.files.root import Root
from linklint.scanning import scan

NAMES = [f"n{number}" for number in range(200)]
ODD = {name for name in NAMES if int(name[1:]) % 2}


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prefilter, "BATCHES_FROM", 100)
    monkeypatch.setattr(prefilter, "_may_fork", lambda: hasattr(os, "fork"))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_two_processes() -> None:
    """While one is busy, the other takes the rest."""
    me, asked = os.getpid(), []

    def keep(names: Sequence[str]) -> set[str]:
        asked.extend(names)
        if os.getpid() == me:
            time.sleep(0.3)
        return ODD & set(names)

    assert prefilter.kept(NAMES, keep) == ODD
    assert len(asked) < 100


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_child_that_dies() -> None:
    me = os.getpid()

    def keep(names: Sequence[str]) -> set[str]:
        if os.getpid() != me:
            os._exit(3)
        return ODD & set(names)

    assert prefilter.kept(NAMES, keep) == ODD


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_no_child_can_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> int:
        raise OSError

    monkeypatch.setattr(os, "fork", refuse)
    assert prefilter.kept(NAMES, ODD.intersection) == ODD


def test_few_and_none() -> None:
    assert prefilter.kept(NAMES[:10], ODD.intersection) == {name for name in NAMES[:10] if name in ODD}
    assert prefilter.kept([], ODD.intersection) == set()


def test_a_large_tree_has_the_same_findings(
    tree: Callable[[dict[str, str]], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {f"p/f{number}.{suffix}": "x = 1\n" for number in range(60) for suffix in ("py", "js", "go")}
    files |= {
        "p/a.js": "process.env.DB_PORT_5432_TCP_ADDR\n",
        "p/z.py": "import os\nos.environ['DB_PORT_5432_TCP_ADDR']\n",
        "r.sh": "docker run -p 1:1 x\n",
    }
    root = str(tree(files))
    found = [(f.rule, f.path) for f in scan([root]).findings]
    monkeypatch.setattr(prefilter, "BATCHES_FROM", 10_000)
    assert found == [(f.rule, f.path) for f in scan([root]).findings]
    assert len(found) == 3


def test_a_glance(tmp_path: Path) -> None:
    lacking = prefilter.batch_prefilter(Root(str(tmp_path)))
    if lacking is None:
        pytest.skip("no memmem here")
    contents = {
        "none": b"x" * 100,
        "hit": b"a_PORTb",
        "end": b"x" * 50 + b"_ENV_",
        "empty": b"",
        "large": b"x" * (prefilter.GLANCE + 1),
        "utf-16": "x".encode("utf-16"),
        "zero": b"\0_PORT",
    }
    for name, data in contents.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "link").symlink_to("none")
    (tmp_path / "directory").mkdir()
    for number in range(60):
        (tmp_path / f"many{number}").write_bytes(
            b"_PO" if number == 7 else b"RT" if number == 8 else b"_PORT" if number == 30 else b"x" * 10_000
        )
    many = {f"many{number}" for number in range(60)} - {"many30"}
    names = [*contents, "link", "directory", "absent", *(f"many{number}" for number in range(60))]
    assert lacking(names, (b"_PORT", b"_ENV_")) == {"none"} | many
    assert lacking(["none"], (b"_PORT",)) == {"none"}, "what an earlier file left in the buffer does not count"
