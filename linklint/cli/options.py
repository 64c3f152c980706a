"""What commands share: the directory whose configuration applies, and the progress display."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING

from linklint.config.load import paths_of
from linklint.config.model import KEYS, Config, PerPath
from linklint.errors import UsageError
from linklint.files.paths import start_of
from linklint.scanning import restrictions
from linklint.text.suggest import nearest

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Sequence

    from linklint.cli.answers import Answers
    from linklint.extraction.classify import Progress
    from linklint.files.tree import Tree
    from linklint.text.source import Source


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


def asked(options: argparse.Namespace, paths: Sequence[str] = ()) -> tuple[list[str], Config]:
    """Return the paths that a command reads, and their configuration, which names them if the command line does not.

    `paths` replaces the paths of the command line. Raises ConfigError, UsageError.
    """
    context = getattr(options, "context", None)
    given = list(paths or options.paths)
    config = configured(options, context or start_of(given))
    return given or paths_of(config) or [context or "."], config


def configured(options: argparse.Namespace, start: str) -> Config:
    """Return the configuration of the tree, overridden by the command line. Raises ConfigError, UsageError."""
    from linklint.config import load

    settings = [text for text in options.config if load.is_setting(text)]
    files = [text for text in options.config if not load.is_setting(text)]
    if len(files) > 1 or files and options.isolated:
        raise UsageError("--config takes one file, and none with --isolated")
    if files and "=" in files[0] and not os.path.lexists(files[0]):
        key = files[0].partition("=")[0]
        raise UsageError(f"--config {files[0]}: there is no such file, and no key {key}{nearest(key, KEYS)}")
    found = load.read(files[0]) if files else Config() if options.isolated else load.find(start)
    for text in settings:
        found = load.with_setting(found, text)
    changed: dict[str, object] = {}
    for key in ("engine", "fail_on"):
        if getattr(options, key, None):
            changed[key] = getattr(options, key)
    select, extend, ignore = (_listed(options, key) for key in ("select", "extend_select", "ignore"))
    if select:  # on the command line it overrides `ignore` in the configuration
        changed |= {"select": select, "ignore": ()}
    if extend and (select or found.select):
        changed["select"] = (*(select or found.select), *extend)
    if extend or ignore:
        kept = [name for name in found.ignore if not select and name not in extend]
        changed["ignore"] = (*kept, *ignore)
    origins = {**found.origins, **{key.replace("_", "-"): f"--{key.replace('_', '-')}" for key in changed}}
    return found._replace(
        **changed,  # type: ignore[arg-type]
        exclude_here=tuple(getattr(options, "exclude", ())),
        per_path=(*found.per_path, *map(_per_file, getattr(options, "per_file_ignores", ()))),
        origins=origins,
    )


def _listed(options: argparse.Namespace, key: str) -> tuple[str, ...]:
    return tuple(name for item in getattr(options, key, ()) for name in item.replace(",", " ").split())


def _per_file(text: str) -> PerPath:
    """Return the section of `--per-file-ignores PATTERN:RULE,RULE`."""
    pattern, colon, rules = text.rpartition(":")
    if not colon or not pattern or not rules:
        raise UsageError(f"--per-file-ignores {text}: write PATTERN:RULE, for example tests/:ports")
    names = tuple(rules.replace(",", " ").split())
    return PerPath((pattern,), "--per-file-ignores", names, directory=os.getcwd())


# An answer is kept only without these options.
CHANGING = "fix diff add_ignore write_baseline prune_baseline watch since show_secrets output output_file".split()


def answers_for(
    options: argparse.Namespace, paths: Sequence[str], config: Config, baseline: str | None
) -> Answers | None:
    """Return the answers that are kept for a command; None if it does more than report, or reads no directory."""
    changes = baseline is not None or any(getattr(options, name, None) not in (None, False, []) for name in CHANGING)
    directories = [name for name in (*paths, options.context or "") if os.path.isdir(name)]
    if changes or options.cache != "status" or not directories or "-" in paths:
        return None
    from linklint.cli.answers import Answers

    return Answers(options, paths, config)


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
