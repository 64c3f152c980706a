"""The second look: files that matter only because a link of the tree has a certain alias.

Which names links set is known only after extraction. `DB_PORT` is a setting like any other in most trees; where a link
has the alias `db`, it is what the link sets. So the files that were passed over are searched for the names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linklint.extraction.cache import status_of
from linklint.files import prefilter
from linklint.files.root import UnreadableFile
from linklint.kinds.contents import is_own_output
from linklint.kinds.kind import kind_by_name, kind_named
from linklint.lexer.languages import PROGRAM_SHEBANG, PYTHON_SHEBANG, SHEBANG
from linklint.text.regex import lazy_compile
from linklint.text_search.texts import LIBRARIES, MADE_OF_PARTS, OF_LIBRARY, TESTED_FOR_TCP

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Set

    from linklint.extraction.memory import Memory
    from linklint.files.selection import Selection
    from linklint.text.source import Source

NEEDLES = (
    b"_PORT",
    b"_NAME",
    b"_ENV_",
    b"_TCP",
    b"TCP_ADDR",
    b"'TCP'",
    b'"TCP"',
    b"port_",
    b"tcp:",
    *map(str.encode, LIBRARIES),
)
MAX_NEEDLES = 100
ENDING = lazy_compile(rb"_(?:PORT|NAME|(?:PORT|ENV)_)?(?![A-Za-z0-9_])|_ENV_")
OF_A_LIBRARY = lazy_compile(OF_LIBRARY.encode())
PART = lazy_compile(f"{MADE_OF_PARTS}|{TESTED_FOR_TCP}".encode())
BEFORE = lazy_compile(rb"(?<![A-Za-z0-9_])[A-Z][A-Z0-9_]*\Z")
MADE = lazy_compile(rb"(?:(?<![A-Za-z0-9_])|%[sdv])\Z")  # a name that is put together: f"{name}_PORT", '%s_PORT'
MAX_PREFIX = 220
SHEBANGS = ((SHEBANG, "shell"), (PYTHON_SHEBANG, "python"), (PROGRAM_SHEBANG, "code"))


def files_with_names(
    files: Selection, read: Set[str], aliases: Iterable[str], kept: Memory | None
) -> list[tuple[Source, str]]:
    """Return the files that were passed over and have a name that a link sets, each with its kind. `read` are the
    paths of the others, `aliases` what such names start with.
    """
    tree = files.tree
    prefixes = {alias.encode("utf-8", "replace") for alias in aliases}
    chosen: list[tuple[Source, str]] = []
    for path in _with_needles(files, read, prefixes):
        kind = kind_by_name(f"{tree.root}/{path}")
        if kind is None:
            continue
        try:
            in_file = _prefixes_in(files, path, kept)
            if b"" in in_file or not in_file.isdisjoint(prefixes):
                source = tree.source(path)
                chosen.append((source, _kind_of(kind, source)))
        except UnreadableFile:
            continue  # classifying it has said so
    return chosen


def _with_needles(files: Selection, read: Set[str], prefixes: Set[bytes]) -> Iterable[str]:
    passed = sorted({*files.listed, *files.named} - read)
    without = prefilter.batch_prefilter(files.tree.disk)
    needles = (*NEEDLES, *sorted(prefix + b"_" for prefix in prefixes)) if len(prefixes) <= MAX_NEEDLES else (b"_",)
    lacking = without([path for path in passed if path not in files.given], needles) if without is not None else set()
    return (path for path in passed if path not in lacking)


def _prefixes_in(files: Selection, path: str, kept: Memory | None) -> frozenset[bytes]:
    """Return the prefixes of names in a file, empty for one that is put together."""
    status = status_of(f"{files.tree.root}/{path}") if path not in files.given else None
    if kept is not None and status is not None and path in kept.prefixes and kept.prefixes[path][0] == status:
        return kept.prefixes[path][1]
    data = files.tree.read(path)
    is_read = b"\0" not in data and not is_own_output(kind_by_name(path) or "", data)
    prefixes = frozenset(_prefixes(data)) if is_read else frozenset()
    if kept is not None and status is not None:
        kept.prefixes[path] = (status, prefixes)
    return prefixes


def _prefixes(data: bytes) -> Iterator[bytes]:
    for match in ENDING.finditer(data):
        start = max(0, match.start() - MAX_PREFIX)
        if (name := BEFORE.search(data, start, match.start())) is not None:
            yield name[0]
        elif match[0] == b"_PORT" and MADE.search(data, start, match.start()):
            yield b""
    if PART.search(data) is not None:
        yield b""
    for match in OF_A_LIBRARY.finditer(data):
        yield match["library"].upper()


def _kind_of(by_name: str, source: Source) -> str:
    """Return the kind whose extractor reads a file that has nothing else of Docker."""
    if not by_name.endswith("?"):
        return "text" if kind_named(by_name).together else by_name
    start = source.text[:200].encode("utf-8", "replace")
    return next(
        (kind for pattern, kind in SHEBANGS if pattern.match(start)), "code" if by_name == "template?" else "text"
    )
