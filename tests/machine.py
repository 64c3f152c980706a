"""How fast the machine is while the tests run, so that a budget in seconds speaks of the code and not of what else
the machine does.
"""

from __future__ import annotations

import re
import time

REFERENCE = 0.0105  # CPU seconds of `work` where the budgets were set: two cores of a server, nothing else running


def work() -> None:
    """A bit of what linklint does most: patterns over text, small objects, dictionaries."""
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
    """How many times longer work takes here and now than where the budgets were set; at least 1."""
    times = []
    for _ in range(7):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return max(1.0, sorted(times)[3] / REFERENCE)


def in_time(seconds: float, budget: float) -> bool:
    """Whether CPU seconds are within a budget, on a machine that may be slow or busy."""
    return seconds < budget or seconds < budget * slowness()
