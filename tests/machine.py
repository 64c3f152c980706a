"""Measure the speed of the machine while the tests run, so that a budget in seconds does not depend on its load."""

from __future__ import annotations

import re
import time

REFERENCE = 0.0105  # CPU seconds of `work` on the machine of the budgets: two cores of an idle server
TOLERANCE = 1.25


def work() -> None:
    """Do some typical work: patterns over text, small objects, dictionaries."""
    pattern, text, found = (
        re.compile(r"(?P<name>[A-Za-z_]\w*)=(?:\"[^\"]*\"|\S*)"),
        'a_name="some value" other=1 -p 80:80 img\n' * 20,
        {},
    )
    for number in range(400):
        for match in pattern.finditer(text):
            found[match["name"] + str(number)] = (match.start(), match.end(), [match[0]])
    assert len(found) == 800


def slowness() -> float:
    """Return how many times slower this machine is now; at least 1."""
    times = []
    for _ in range(7):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return max(1.0, sorted(times)[3] / REFERENCE)


def in_time(seconds: float, budget: float) -> bool:
    """Return whether CPU seconds are within a budget, on a slow or busy machine, too.

    Caches slow down each program differently, so the measured slowness is only exact to about a quarter.
    """
    return seconds < budget or seconds < budget * slowness() * TOLERANCE
