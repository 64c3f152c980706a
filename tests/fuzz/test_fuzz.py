"""Random input, for some time (half a minute per target; 20 seconds in CI) or for a number of inputs:

    pytest -m fuzz
    LINKLINT_FUZZ_INPUTS=20000 pytest -m fuzz tests/fuzz
    LINKLINT_FUZZ_SECONDS=600 pytest -m fuzz -k scanner
    LINKLINT_FUZZ_PART=1/2 pytest -m fuzz       (every second target, from the first)

A failure prints the input and the seed; the input becomes a case of tests/test_fuzzed.py.
"""

from __future__ import annotations

import os
import time

import pytest

hypothesis = pytest.importorskip("hypothesis", reason="NOT FUZZED: pip install docker-linklint[conformance]")

from hypothesis import HealthCheck, Phase, given, settings  # noqa: E402
from hypothesis import seed as seeded  # noqa: E402
from targets import TARGETS  # noqa: E402

pytestmark = pytest.mark.fuzz

SECONDS = float(os.environ.get("LINKLINT_FUZZ_SECONDS", "30"))
INPUTS = int(os.environ.get("LINKLINT_FUZZ_INPUTS", "0"))
SEED = int(os.environ.get("LINKLINT_FUZZ_SEED", "0"))
PART, PARTS = (int(number) for number in os.environ.get("LINKLINT_FUZZ_PART", "1/1").split("/"))
BATCH = 250


@pytest.mark.parametrize("name", list(TARGETS)[PART - 1 :: PARTS])
def test_nothing_breaks(name: str) -> None:
    target = TARGETS[name]
    ends, done, batch = time.monotonic() + SECONDS, 0, SEED
    while done < INPUTS if INPUTS else time.monotonic() < ends:

        @seeded(batch)
        @settings(
            max_examples=BATCH,
            database=None,
            deadline=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        )
        @given(target.inputs)
        def check(value: object) -> None:
            target.check(value)

        check()
        done += BATCH
        batch += 1
    print(f"{name}: {done} inputs")
    assert done > 0
