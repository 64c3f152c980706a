"""Where a command begins: the directory whose configuration holds, and how far a long scan is."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from linklint.errors import BadConfig
from linklint.paths import is_below, shown_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linklint.config import Config
    from linklint.selection import Progress


def start_of(paths: Sequence[str]) -> str:
    """The directory from which on the configuration is searched: the one that holds all the paths."""
    tops = [path if os.path.isdir(path) else os.path.dirname(path) or "." for path in paths or ["."]]
    return tops[0] if len(tops) == 1 else shown_path(os.path.commonpath([os.path.realpath(top) for top in tops]))


def below(config: Config, key: str, path: str) -> str:
    """A path that a key of the configuration names, as seen from here; it lies beside the configuration, or below.

    Raises BadConfig.
    """
    full = os.path.join(config.directory, path)
    if not is_below(full, config.directory):
        raise BadConfig(f"{config.origin(key)}: {path} lies outside of the configuration's directory")
    return shown_path(full)


def paths_of(config: Config) -> list[str]:
    """What the configuration says is scanned.  Raises BadConfig."""
    paths = [below(config, "paths", path) for path in config.paths]
    missing = next((path for path in paths if not os.path.lexists(path)), None)
    if missing is not None:
        raise BadConfig(f"{config.origin('paths')}: there is no {missing}")
    return paths


class progress:
    """Shows how far a long scan is, on stderr, where that is a terminal."""

    def __init__(self) -> None:
        self.begun: float | None = None
        self.shown = False

    def __enter__(self) -> Progress | None:
        if not sys.stderr.isatty():
            return None
        import time

        self.begun = time.monotonic()

        def show(done: int, total: int) -> None:
            if self.begun is not None and time.monotonic() - self.begun > 0.7:
                sys.stderr.write(f"\r\x1b[2Kreading {done} of {total} files")
                sys.stderr.flush()
                self.shown = True

        return show

    def __exit__(self, *_: object) -> None:
        if self.shown:
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()
