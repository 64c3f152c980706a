"""Random trees of several files that name each other: time, memory, failures, and a secret that no output may show.

    LINKLINT_FUZZ_SECONDS=600 pytest -s -m fuzz tests/fuzz/test_trees.py
    LINKLINT_FUZZ_SEED=1234 LINKLINT_FUZZ_INPUTS=1 pytest -s -m fuzz tests/fuzz/test_trees.py

A failure says its seed.
"""

from __future__ import annotations

import contextlib
import os
import random
import re
import sqlite3
import tempfile
import time
from pathlib import Path

import pytest
from input_kinds import KINDS, NAMED_BY_CONFIGURATION, SETTINGS, Kind
from machine import in_time

from linklint.config import load
from linklint.config.model import KEYS, Config
from linklint.errors import ConfigError, UsageError
from linklint.facts.schema import TABLES
from linklint.findings.baseline import entries_of
from linklint.findings.result import ScanResult
from linklint.fixes.edits import changes, diff
from linklint.kinds.kind import kinds
from linklint.output.answers import env as env_answer
from linklint.output.answers import graph as graph_answer
from linklint.output.formats import FORMATS, render
from linklint.output.summary import TextOptions
from linklint.queries.env import names as containers
from linklint.queries.env import recipients
from linklint.queries.graph import graph
from linklint.scanning import scan

CANARY = "cAn4ryXq77"
SECONDS = 3.0  # of CPU for any tree: the pool of a scan, and its start
MICROSECONDS = 25.0  # for each character
MEGABYTES = 250
TIME = float(os.environ.get("LINKLINT_FUZZ_SECONDS", "30"))
TREES = int(os.environ.get("LINKLINT_FUZZ_INPUTS", "0"))
PART = int(os.environ.get("LINKLINT_FUZZ_PART", "1/1").partition("/")[0])
SEED = int(os.environ.get("LINKLINT_FUZZ_SEED", str((PART - 1) * 1_000_000)))


@pytest.mark.fuzz
def test_trees_of_files_that_name_each_other() -> None:
    ends, seed = time.monotonic() + TIME, SEED
    worst: dict[str, float] = {"seconds": 0.0, "megabytes": 0.0, "microseconds of a character": 0.0, "files": 0}
    while seed - SEED < TREES if TREES else time.monotonic() < ends:
        chance = random.Random(seed)
        kinds = chance.choices(list(KINDS.values()), k=chance.randint(2, 8))
        settings = chance.choices(list(SETTINGS.values()), k=chance.choice([0, 0, 1, 2]))
        try:
            check(tree_of(kinds, settings, chance), worst)
        except BaseException:
            print(f"LINKLINT_FUZZ_SEED={seed} LINKLINT_FUZZ_INPUTS=1")
            raise
        seed += 1
    print(f"{seed - SEED} trees, at most: {', '.join(f'{key} {value:.2f}' for key, value in worst.items())}")
    assert seed > SEED


@pytest.mark.parametrize("kind", [*KINDS, *SETTINGS])
def test_a_tree_of_each_kind(kind: str) -> None:
    """The list is complete, and its lines can be filled."""
    chance = random.Random(kind)
    pair = [{**KINDS, **SETTINGS}[kind], KINDS["shell"]]
    check(
        tree_of(pair, [], chance), dict.fromkeys(("seconds", "megabytes", "microseconds of a character", "files"), 0.0)
    )


def test_every_kind_of_input_is_in_the_list() -> None:
    assert set(kinds()) == set(KINDS)
    files = {key for key, entry in KEYS.items() if entry.takes in ("text", "texts")} - {
        "engine",
        "fail-on",
        "select",
        "ignore",
        "exclude",
        "secret-names",
        "unfold",
        "sensitive-ports",
        "test-paths",
    }
    assert files == set(NAMED_BY_CONFIGURATION)


def tree_of(kinds: list[Kind], settings: list[Kind], chance: random.Random) -> dict[str, str]:
    """Return the files of a tree: each has lines of its kind that name the others."""
    paths = [kind.path.replace("#", str(number)) for number, kind in enumerate([*kinds, *settings])]
    found: dict[str, str] = {}
    for kind, path in zip([*kinds, *settings], paths, strict=True):
        found[path] = text_of(kind, paths, chance)
    return found


def text_of(kind: Kind, paths: list[str], chance: random.Random) -> str:
    """Return a file of a kind; now and then with one line many times."""
    pick, number = chance.choice, chance.randint
    lines = [pick(kind.lines) for _ in range(number(0, 14))]
    if lines and number(0, 3) == 0:
        lines += [pick(lines)] * pick([30, 200, 600])

    def fill(line: str) -> str:
        return line.format(f=pick(paths), n=pick("abcd"), m=pick("abcd"), p=number(1, 70000), s=CANARY)

    return fill(kind.begin) + "".join(fill(line) + "\n" for line in lines)


def check(tree: dict[str, str], worst: dict[str, float]) -> None:
    """Scan a tree, and look at everything that comes out of it."""
    with tempfile.TemporaryDirectory() as name:
        for path, text in tree.items():
            full = Path(name, path)
            full.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(OSError):  # a directory has the name
                full.write_text(text)
        config = Config()
        with contextlib.suppress(ConfigError):
            config = load.find(name)
        before = memory(reset=True)
        begun = time.process_time()
        try:
            result = scan([name], config=config, audit=True)
        except (UsageError, ConfigError):
            result = scan([name], audit=True)
        spent, grown = time.process_time() - begun, memory() - before
        size = sum(map(len, tree.values()))
        found = {"seconds": spent, "megabytes": grown, "files": worst["files"] + len(tree),
                 "microseconds of a character": spent / max(size, 20_000) * 1e6}  # fmt: skip
        worst |= {key: max(value, worst[key]) for key, value in found.items()}
        assert in_time(spent, SECONDS + size * MICROSECONDS / 1e6), f"{spent:.2f} s for {size} characters"
        assert grown < MEGABYTES, f"{grown:.0f} MB"
        assert not [part for part in result.unread if "internal error" in part.reason], result.unread
        assert not result.failed, [f.message for f in result.findings if f.rule == "failed-rule"]
        for output, text in outputs(result).items():
            assert CANARY not in text, f"{output}: {shown(text)}"


def memory(*, reset: bool = False) -> float:
    """Return the peak of the memory of this process in MB (Linux), since the last reset."""
    try:
        if reset:
            Path("/proc/self/clear_refs").write_text("5")
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0.0
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def shown(text: str) -> str:
    at = text.index(CANARY)
    return text[max(at - 200, 0) : at + 50]


def outputs(result: ScanResult) -> dict[str, str]:
    """Return everything that linklint can print of a scan."""
    store = result.store
    found = {f"format {name}": render(result, name, TextOptions(show_ignored=True)) for name in FORMATS}
    for table in TABLES:
        found[f"table {table}"] = str(store.ask(f"SELECT * FROM {table}")[1])
    found["link variables"] = str(store.ask("SELECT * FROM link_variable")[1])
    found["export"] = exported(store.export())
    graphed = graph(store, result.engine)
    found["graph"] = str(graph_answer.tree(graphed)) + graph_answer.mermaid(graphed) + graph_answer.dot(graphed)
    for name in containers(store)[:5]:
        given = recipients(store, name, result.engine)
        found[f"env {name}"] = str(env_answer.render(given, result.engine)) + env_answer.render_json(
            given, result.engine
        )
    found["baseline"] = str(entries_of(result.findings, str))
    lines: list[str] = []
    with contextlib.suppress(UsageError):
        for change in changes([f for f in result.findings if not any(e.rewrite for e in f.edits)]):
            lines += diff(change, "x", store.redactor.ranges(change.source), store.redactor.cell)
    found["diff"] = "\n".join(lines)
    return found


def exported(data: bytes) -> str:
    connection = sqlite3.connect(":memory:")
    connection.deserialize(data)
    found = "\n".join(connection.iterdump())
    connection.close()
    return re.sub(r"\s+", " ", found)
