"""Damaged exports, for LINKLINT_FUZZ_SECONDS: each is taken or refused with a reason, and costs seconds at most."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest
from program import linklint

pytest.importorskip("pyarrow", reason="NOT FUZZED: pip install docker-linklint[fleet]")

from linklint.fleet.reading import Refused, read

pytestmark = pytest.mark.fuzz
ROOT = Path(__file__).parents[2]
SECONDS = float(os.environ.get("LINKLINT_FUZZ_SECONDS", "30"))
PART = os.environ.get("LINKLINT_FUZZ_PART", "0/1").partition("/")[0]
SEED = int(os.environ.get("LINKLINT_FUZZ_SEED", PART))  # each part has its own


def damaged(chance: random.Random, data: bytes) -> bytes:
    found = bytearray(data)
    for _ in range(chance.choice([1, 1, 3, 20, 200])):
        found[chance.randrange(len(found))] = chance.choice([0, 1, 127, 128, 255, chance.randrange(256)])
    return bytes(found[: chance.randrange(len(found))] if chance.random() < 0.1 else found)


def test_a_damaged_export_is_taken_or_refused(tmp_path: Path) -> None:
    for target in ("whole.sqlite", "whole/"):
        shop = ROOT / "fixtures" / "shop-scripts"
        done = linklint("query", "--export", f"{tmp_path}/{target}", cwd=shop)
        assert done.returncode == 0, done.stderr
    tables = {path.name: path.read_bytes() for path in (tmp_path / "whole").iterdir()}
    database = (tmp_path / "whole.sqlite").read_bytes()
    chance, number, taken, slowest = random.Random(SEED), 0, 0, 0.0
    ends = time.monotonic() + SECONDS
    while time.monotonic() < ends:
        number += 1
        begun = time.monotonic()
        name = chance.choice(sorted(tables))
        path = tmp_path / "whole" / name if chance.random() < 0.5 else tmp_path / "damaged.sqlite"
        path.write_bytes(damaged(chance, tables[name] if path.name == name else database))
        try:
            read(str(path.parent if path.name == name else path))
            taken += 1
        except Refused as error:
            assert str(error), (SEED, number)
        if path.name == name:
            path.write_bytes(tables[name])
        slowest = max(slowest, time.monotonic() - begun)
    print(f"exports: {number} inputs, {taken} taken, at most {slowest:.1f} s")
    assert number > 50 and taken < number and slowest < 30
