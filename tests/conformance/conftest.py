"""A real engine for the tests that need one: started once, skipped with a message if none can start."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from real_engine import Engine, NoEngine


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    try:
        found = Engine()
    except NoEngine as error:
        pytest.skip(f"NOT COMPARED with the real engine: {error}")
    yield found
    found.stop()
