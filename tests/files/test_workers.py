"""Work in several processes: the same answers, whatever happens to a child."""

from __future__ import annotations

import os
import time

import pytest

from linklint.files.workers import MAX_BATCHES, batches_of, spread

BATCHES = [[f"n{number}", f"m{number}"] for number in range(40)]
LONGER = [[f"{name}!" for name in batch] for batch in BATCHES]
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")


def longer(batch: list[str]) -> list[str]:
    return [f"{name}!" for name in batch]


@pytest.mark.parametrize("jobs", [1, 2, 3, 60])
def test_the_number_of_processes(jobs: int) -> None:
    assert spread(BATCHES, longer, jobs) == LONGER


def test_all_take_from_one_queue() -> None:
    """While one is busy, the other takes the rest."""
    me, done = os.getpid(), []

    def work(batch: list[str]) -> list[str]:
        done.append(batch)
        if os.getpid() == me:
            time.sleep(0.3)
        return longer(batch)

    assert spread(BATCHES, work, 2) == LONGER
    assert len(done) < 20


def test_a_child_that_dies() -> None:
    me = os.getpid()

    def work(batch: list[str]) -> list[str]:
        if os.getpid() != me:
            os._exit(3)
        return longer(batch)

    assert spread(BATCHES, work, 3) == LONGER


def test_no_child_can_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> int:
        raise OSError

    monkeypatch.setattr(os, "fork", refuse)
    assert spread(BATCHES, longer, 2) == LONGER


def test_an_answer_that_no_pipe_holds() -> None:
    assert spread(BATCHES, lambda batch: "x" * 1_000_000 + batch[0], 2)[-1].endswith("n39")


def test_an_answer_that_is_encoded() -> None:
    assert spread(BATCHES, set, 2, sorted, set) == [set(batch) for batch in BATCHES]


def test_batches() -> None:
    numbers = list(range(10_000))
    batches = batches_of(numbers)
    assert [number for batch in batches for number in batch] == numbers
    assert len(batches) <= MAX_BATCHES
    heavy = batches_of([1, 1_000_000, *[1] * 5000], lambda weight: weight)
    assert heavy[0] == [1, 1_000_000]
    assert len(heavy) <= MAX_BATCHES
    assert batches_of([]) == []
    assert spread([], longer, 2) == []
