"""Detect the kind of a file by its name and, if that is ambiguous, by its content."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from operator import contains

from linklint.kinds import contents
from linklint.kinds.contents import Contains
from linklint.kinds.kind import kind_named, kinds, kinds_by_suffix
from linklint.lexer.languages import SHEBANG
from linklint.text.regex import lazy_compile
from linklint.text.source import is_utf_16

MAX_CALLER = 100_000
MARKDOWN = lazy_compile(rb"^[ \t]*(?:```|~~~)|^#{1,6} [^\n]+\n\n?[A-Z]", re.MULTILINE)
YAML_KEY = lazy_compile(rb"(?:#[^\n]*\n|---[^\n]*\n|\s)*(?:- )?[\w.-]+:(?:[ \t]|\r?\n)")


@lru_cache(maxsize=1)
def hinted() -> dict[str, tuple[bytes, ...]]:
    """Return the hints of kinds by suffix, with the dot: a file with such a suffix and no hint never matters."""
    return {f".{suffix}": kind.hints for suffix, kind in kinds_by_suffix().items() if kind.hints}


def may_call(kind: str) -> bool:
    """Return whether a file whose name tells this kind matters if it only calls scripts that matter."""
    return kind == "script?" or kind_named(kind).calls_scripts


def kind_by_content(kind: str, data: bytes, contains: Contains = contains) -> str | None:
    """Return the type by content if the name is ambiguous; None if the file does not matter.

    `contains` searches bytes for bytes; a fast one pays off for the most common types.
    """
    data = contents.plain(data)
    if is_utf_16(data):  # it is broken: reading it says so
        return kind if kind in kinds() else None
    if kind == "template?":  # of a script, or of a configuration file
        script = kind_by_content("script?", data, contains)
        return script if script not in (None, "text") else kind_by_content("code", data, contains)
    if kind_named(kind).is_example and contents.is_cloud_config(data):
        return "cloud-init"
    if kind.endswith("?"):
        if contents.CLOUD_CONFIG.match(data) and not contents.mentions(data):
            return None
        return _by_content(kind[:-1], data) or (
            "text" if contents.mentions_links(data, kind_named("text").searched, contains) else None
        )
    known = kinds()[kind]
    if known.matters is None or known.matters(data, contains):
        return kind
    return kind if contents.mentions_links(data, known.searched, contains) else None


def _by_content(form: str, data: bytes) -> str | None:
    """Return the first kind that the content of a file of some form shows."""
    tests = ((kind.name, kind.by_content.get(form)) for kind in kinds().values())
    return next((name for name, is_one in tests if is_one is not None and is_one(data)), None)


def callers(files: Sequence[tuple[str, str, bytes]], scripts: Iterable[str]) -> list[tuple[str, str, bytes]]:
    """Return those of (path, type, data) that name one of the scripts, or a script that does."""
    wanted = {_name(script) for script in scripts}
    if not wanted or not files:
        return []
    named = [(file, frozenset(contents.CALLED_NAME.findall(file[2]))) for file in files]
    found: list[tuple[str, str, bytes]] = []
    new = wanted
    while new and named:
        chosen = [file for file, names in named if names & new]
        named = [(file, names) for file, names in named if not names & new]
        new = {_name(path) for path, kind, _ in chosen if kind_named(kind).is_script} - wanted
        wanted |= new
        found += [
            (path, "shell" if kind == "script?" else kind, data)
            for path, kind, data in chosen
            if kind != "script?" or SHEBANG.match(data)
        ]
    return found


def _name(path: str) -> bytes:
    return path.rpartition("/")[2].encode("utf-8", "surrogateescape")


def kind_of_named(path: str, data: bytes) -> str | None:
    """Return the type of a file that the user named, if its name says nothing."""
    data = contents.plain(data)
    if (kind := _by_content("named", data)) is not None:
        return kind
    return "shell" if path.endswith((".txt", ".in")) and contents.RUNS_CONTAINERS.search(data) else None


def name_for(data: bytes) -> str:
    """Return a file name for what comes from standard input without one, told by its content."""
    kind = kind_of_named("stdin.txt", data)
    if kind is not None:
        return kind_named(kind).stdin
    start = data.lstrip()[:1]
    if start in (b"{", b"["):
        return "stdin.json"
    if MARKDOWN.search(data):
        return "README.md"
    return "stdin.yaml" if YAML_KEY.match(data.lstrip()) else "stdin.sh"
