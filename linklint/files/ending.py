"""What must be undone when this process ends at once: temporary files, child processes."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

actions: dict[object, Callable[[], object]] = {}


def undo_all() -> None:
    """Run all actions. None can stop the others."""
    for action in list(actions.values()):
        with contextlib.suppress(Exception):
            action()
