"""Migrations on a real engine: cases and random topologies, old and new files compared."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from real_engine import Engine

from linklint.config.model import Config
from linklint.migration.plan import Options, plan

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "migration"))
from cases import CASES, Case
from engine_proof import Prover
from topologies import make

pytestmark = pytest.mark.conformance
COUNT = int(os.environ.get("LINKLINT_TOPOLOGIES", "25"))
SEED = int(os.environ.get("LINKLINT_TOPOLOGY", "0"))
MAX_REFUSED = 0.05


@pytest.fixture(scope="session")
def prover(engine: Engine) -> Iterator[Prover]:
    yield Prover(engine)
    engine.clear()


def trees(directory: Path, files: dict[str, str]) -> tuple[Path, Path, list[str]]:
    """Write the files twice and migrate one of the trees. Return both, and why something is refused."""
    old, new = directory / "old", directory / "new"
    old.mkdir(parents=True)
    for name, text in files.items():
        (old / name).write_text(text)
    shutil.copytree(old, new)
    made = plan([str(new)], Config(), Options())
    for path in made.texts:
        (new / path).write_bytes(made.encoded(path))
    again = plan([str(new)], Config(), Options())
    assert not again.texts, "a second run changes something"
    return old, new, [note.words for component in made.components for note in component.refusals]


@pytest.mark.parametrize("name", CASES)
def test_case(prover: Prover, tmp_path: Path, name: str) -> None:
    case: Case = CASES[name]
    old, new, refused = trees(tmp_path, case.files)
    assert not refused
    assert prover.differences(old, new, case.start, set(case.lost), case.times) == []


def test_random_topologies(prover: Prover, tmp_path: Path) -> None:
    refused = 0
    for seed in range(SEED, SEED + COUNT):
        made = make(seed)
        old, new, reasons = trees(tmp_path / str(seed), made.files)
        if reasons:
            assert all("is renamed" in words for words in reasons), (seed, reasons)
            refused += 1
            continue
        found = prover.differences(old, new, made.start, made.lost, made.times)
        assert not found, (seed, made.form, found)
    print(f"{COUNT} topologies proven, {refused} of them refused")
    assert refused <= max(3, COUNT * MAX_REFUSED)  # of 500, 7 are refused: two of them are among the first 25


def test_first_format(prover: Prover, tmp_path: Path) -> None:
    """Compose 2 does not start a file of the first format; what it starts of the new one is looked at."""
    text = (
        "db:\n  image: srv\nweb:\n  image: srv\n  ports: ['127.0.0.1:8080:80']\n  links:\n    - db\n    - db:database\n"
    )
    _, new, refused = trees(tmp_path, {"docker-compose.yml": text})
    assert not refused
    done, seen = prover.run(new, "docker compose -p shop up -d")
    assert done.returncode == 0, done.stderr
    assert {name: facts["status"] for name, facts in seen.containers.items()} == {
        "shop-db-1": "running",
        "shop-web-1": "running",
    }
    assert seen.containers["shop-web-1"]["published"] == ["('127.0.0.1', '8080', '80/tcp')"]
    assert [prover.who(seen, "shop-web-1", name, "80") for name in ("db", "database")] == ["shop-db-1"] * 2
    prover.engine.clear()
