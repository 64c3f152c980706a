"""Shared fixtures: a tree of files, and its facts or findings."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from linklint.config.model import Config
from linklint.database.store import Store
from linklint.findings.result import ScanResult
from linklint.scanning import gather, scan

Files = dict[str, str]

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # a child would compile all modules each time


ON_DEMAND = {
    "slow": "takes minutes",
    "conformance": "asks the real docker, bash, Compose and BuildKit",
    "fuzz": "feeds chance input for half a minute a target",
}


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Use all cores for the fast tests as a whole. One file is faster alone, and the real engine is shared."""
    chosen = config.option.markexpr or config.option.keyword or config.args != config.getini("testpaths")
    return 0 if chosen else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip slow tests unless requested. A test without its program is skipped with a message, and fails in CI."""
    for item in items:
        for name, why in ON_DEMAND.items():
            if name in item.keywords and not config.getoption("-m"):
                item.add_marker(pytest.mark.skip(reason=f"{why}: run with -m {name}"))
        for marker in item.iter_markers("needs"):
            missing = [program for program in marker.args if shutil.which(program) is None]
            if missing and not os.environ.get("LINKLINT_CI"):
                item.add_marker(
                    pytest.mark.skip(reason=f"NOT COMPARED with the real thing: {', '.join(missing)} is not installed")
                )


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fail in CI if a test was skipped because a program or a package is missing."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not os.environ.get("LINKLINT_CI") or reporter is None:
        return
    left_out = {
        str(report.longrepr[2]) for report in reporter.stats.get("skipped", []) if isinstance(report.longrepr, tuple)
    }
    missing = sorted(
        reason for reason in left_out if "NOT COMPARED" in reason or "NOT FUZZED" in reason or "NOT TRIED" in reason
    )
    for reason in missing:
        reporter.write_line(f"ERROR: {reason}")
    if missing:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(autouse=True)
def _no_forge(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the GitHub format from being chosen where the tests run, and the cache of the user as it is."""
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.setenv("LINKLINT_CACHE_DIR", "/dev/null/none")


@pytest.fixture
def tree(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes files to a directory."""

    def write(files: Files) -> Path:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode("utf-8", "surrogateescape"))
        return tmp_path

    return write


@pytest.fixture
def ask(tree: Callable[[Files], Path]) -> Callable[[Files, str], list[tuple[Any, ...]]]:
    """Return a function that queries the facts of some files."""

    def run(files: Files, sql: str) -> list[tuple[Any, ...]]:
        facts = gather([str(tree(files))], Config())
        return Store(facts.collector, facts.sources).ask(sql)[1]

    return run


@pytest.fixture(scope="module")
def names_read(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Files], dict[str, list[str]]]:
    """Return a function that lists, for many files at once, the link variables that each surely reads."""

    def run(files: Files) -> dict[str, list[str]]:
        root = tmp_path_factory.mktemp("files")
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(text.encode())
        facts = gather([str(root)], Config())
        sql = (
            "SELECT file.path, env_read.name FROM env_read JOIN span ON span.id = env_read.span JOIN file ON "
            "file.id = span.file"
            " WHERE NOT weak AND span.confidence <> 'possible' ORDER BY env_read.id"
        )
        found: dict[str, list[str]] = {name: [] for name in files}
        for path, name in Store(facts.collector, facts.sources).ask(sql)[1]:
            found[path].append(name)
        return found

    return run


@pytest.fixture
def report(tree: Callable[[Files], Path]) -> Callable[..., ScanResult]:
    """Return a function that scans some files."""

    def run(files: Files, *, audit: bool = False, **config: Any) -> ScanResult:
        return scan([str(tree(files))], config=Config(**config), audit=audit)

    return run
