"""The facts of a scan do not depend on how the work is spread."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from linklint import context
from linklint.config.model import Config
from linklint.database.store import Store
from linklint.extraction import run
from linklint.files import prefilter
from linklint.scanning import gather
from linklint.text_search import addresses, daemon_settings

ROOT = Path(__file__).parents[2]
Tree = Callable[[dict[str, str]], Path]
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")


@pytest.fixture(autouse=True)
def spread_always(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "SPREAD_FROM", 0)
    monkeypatch.setattr(prefilter, "BATCHES_FROM", 0)


def facts(root: Path, jobs: int, config: Config | None = None) -> bytes:
    found = gather([str(root)], config or Config(), jobs=jobs)
    return Store(found.collector, found.sources, secrets=found.secrets).export()


@pytest.mark.parametrize("directory", ["fixtures", "rules", "docs"])
def test_the_number_of_processes(directory: str) -> None:
    alone = facts(ROOT / directory, 1)
    assert alone == facts(ROOT / directory, 2) == facts(ROOT / directory, 5)


CALLS = {
    "start.sh": ". ./lib.sh\n./db.sh one\nweb\n",
    "lib.sh": "web() { docker run --name web --link db app; }\nother() { docker run --name other x; }\n",
    "db.sh": "docker run --name db -e POSTGRES_PASSWORD=geheim4711 postgres\n",
    "circle/a.sh": "./b.sh\ndocker run --name a x\n",
    "circle/b.sh": "./a.sh\ndocker run --name b x\n",
    "compose.yml": "include: [sub/compose.yml]\nservices:\n  web: {image: app, links: [db]}\n",
    "sub/compose.yml": "services:\n  db: {image: postgres, env_file: .env}\n",
    "sub/.env": "POSTGRES_PASSWORD=geheim4712\n",
    "play/site.yml": "- hosts: all\n  roles: [db]\n",
    "play/roles/db/tasks/main.yml": "- docker_container: {name: db, image: postgres, links: [a:b]}\n",
    "broken.sh": "docker run --name 'x\n",
    "notes.txt": "docker run --link db:db app\n",
}


@pytest.mark.parametrize("jobs", [2, 3])
def test_scripts_that_call_each_other(tree: Tree, jobs: int) -> None:
    root = tree(CALLS)
    config = Config()._replace(secret_names=("!POSTGRES_PASSWORD",))
    assert facts(root, 1) == facts(root, jobs)
    assert facts(root, 1, config) == facts(root, jobs, config) != facts(root, 1)


@pytest.mark.parametrize("pool", [20_000, 50_000, 200_000])
def test_a_pool_that_is_empty(tree: Tree, monkeypatch: pytest.MonkeyPatch, pool: int) -> None:
    """Which file is cut short does not depend on who was first."""
    monkeypatch.setattr(context, "POOL", pool)
    for name in ("POOL_OF_FILE", "ALLOWANCE", "ALLOWANCE_OF_CHARACTER"):
        monkeypatch.setattr(context, name, 0)
    loops = "for a in 1 2 3 4 5 6 7 8 9; do for b in 1 2 3 4 5 6 7 8 9; do docker run --name $a$b x; done; done\n"
    root = tree({f"{name}.sh": loops for name in "abcdefgh"} | CALLS)
    assert facts(root, 1) == facts(root, 2) == facts(root, 3)
    assert b"the work limit of the scan is reached" in facts(root, 1)


def test_the_words_of_facts_that_any_text_can_have() -> None:
    assert {addresses.POOL, daemon_settings.KEEP} < set(run.IN_ANY_TEXT)
