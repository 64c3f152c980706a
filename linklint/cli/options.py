"""What commands share: the directory whose configuration applies, and the progress display."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING

from linklint.errors import ConfigError, UsageError
from linklint.files.paths import is_below, shown_path
from linklint.files.root import GIT
from linklint.scanning import restrictions

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Sequence

    from linklint.config.model import Config
    from linklint.files.tree import Tree
    from linklint.languages.classify import Progress
    from linklint.text.source import Source


def start_of(paths: Sequence[str]) -> str:
    """Return the directory where the search for the configuration starts: the one that contains all paths."""
    tops = [path if os.path.isdir(path) else os.path.dirname(path) or "." for path in paths or ["."]]
    return tops[0] if len(tops) == 1 else shown_path(os.path.commonpath([os.path.realpath(top) for top in tops]))


def below(config: Config, key: str, path: str) -> str:
    """Return a path from the configuration, relative to the current directory. It must be inside the directory of the
    configuration.

    Raises ConfigError.
    """
    full = os.path.join(config.directory, path)
    if not is_below(full, config.directory):
        raise ConfigError(f"{config.origin(key)}: {path} is outside the directory of the configuration")
    inside = os.path.relpath(os.path.realpath(full), os.path.realpath(config.directory))
    if GIT & {part.lower() for part in (*path.split("/"), *inside.split(os.sep))}:
        raise ConfigError(f"{config.origin(key)}: {path} leads into the data of git")
    return shown_path(full)


def check_output(path: str, tree: Tree, sources: Iterable[Source], config: Config) -> None:
    """Check that a file to write is not one that was read: a scanned file, the configuration or a custom rule.

    Raises UsageError.
    """
    try:
        target = os.stat(path)
    except OSError:
        return
    read = [os.path.join(tree.root, source.path) for source in sources]
    read += [config.file, *restrictions(config).custom_rules]
    for other in filter(None, read):
        with contextlib.suppress(OSError):
            if os.path.samestat(target, os.stat(other)):
                raise UsageError(f"cannot write {path}: the scan reads it")


def paths_of(config: Config) -> list[str]:
    """Return the paths that the configuration names. Raises ConfigError."""
    paths = [below(config, "paths", path) for path in config.paths]
    missing = next((path for path in paths if not os.path.lexists(path)), None)
    if missing is not None:
        raise ConfigError(f"{config.origin('paths')}: {missing} does not exist")
    return paths


def configured(options: argparse.Namespace, start: str) -> Config:
    """Return the configuration of the tree, overridden by the command line."""
    from linklint.config import load as config

    found = config.read(options.config) if options.config else config.find(start)
    changed: dict[str, object] = {}
    origins = dict(found.origins)
    for key in ("engine", "fail_on"):
        if getattr(options, key, None):
            changed[key] = getattr(options, key)
    select, ignore = (
        [slug for item in getattr(options, key, []) for slug in item.replace(",", " ").split()]
        for key in ("select", "ignore")
    )
    if select:
        changed |= {
            "select": tuple(select),
            "ignore": (),
        }  # --select on the command line overrides `ignore` in the configuration
    if ignore:
        changed["ignore"] = (*(found.ignore if not select else ()), *ignore)
    origins |= {key.replace("_", "-"): f"--{key.replace('_', '-')}" for key in changed}
    return found._replace(**changed, origins=origins)  # type: ignore[arg-type]


class progress:
    """Show the progress of a long scan on stderr, if that is a terminal."""

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
