"""What the tests share: a tree of files made on the spot, and its facts or findings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from linklint.config import Config
from linklint.facts.store import Store
from linklint.pipeline import Report, gather, scan

Files = dict[str, str]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Slow tests are run when they are asked for."""
    if config.getoption("-m"):
        return
    for item in items:
        if "slow" in item.keywords:
            item.add_marker(pytest.mark.skip(reason="slow: run with -m slow"))


@pytest.fixture
def tree(tmp_path: Path) -> Callable[..., Path]:
    """Makes a directory with some files."""

    def write(files: Files) -> Path:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode("utf-8", "surrogateescape"))
        return tmp_path

    return write


@pytest.fixture
def ask(tree: Callable[[Files], Path]) -> Callable[[Files, str], list[tuple[Any, ...]]]:
    """The answer to a question about the facts of some files."""

    def run(files: Files, sql: str) -> list[tuple[Any, ...]]:
        facts = gather([str(tree(files))], Config())
        return Store(facts.ledger, facts.sources).ask(sql)[1]

    return run


@pytest.fixture
def report(tree: Callable[[Files], Path]) -> Callable[..., Report]:
    """The report on some files."""

    def run(files: Files, *, audit: bool = False, **config: Any) -> Report:
        return scan([str(tree(files))], config=Config(**config), audit=audit)

    return run
