"""The program `linklint`, also as `python -m linklint`.

Ctrl-C ends it with status 130 at any moment, without a traceback: so the handler comes before all other imports
(`signal` itself imports for milliseconds, `_signal` does not).
"""

from __future__ import annotations

import os
import sys
from _signal import SIGINT, default_int_handler, getsignal, signal  # type: ignore[import-not-found]


def _end(_signal: int, _frame: object) -> None:
    ending = sys.modules.get("linklint.files.ending")
    if ending is not None:
        getattr(ending, "undo_all", int)()  # it may be half imported
    os._exit(130)


def main() -> None:
    """Run the command line, and exit with its status."""
    from contextlib import suppress

    from linklint.cli import main as run

    try:
        run()
    except SystemExit as end:
        for name in ("stdout", "stderr"):
            with suppress(OSError, ValueError, AttributeError):
                getattr(sys, name).flush()
        os._exit(end.code if isinstance(end.code, int) else 2)  # nothing can interrupt what Python does at its end


if getsignal(SIGINT) is default_int_handler:  # in the background, a shell ignores it
    signal(SIGINT, _end)

if __name__ == "__main__":
    main()
