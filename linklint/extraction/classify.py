"""Choose the extractor of each file of a selection.

Modules that only relevant files need are imported late: a tree without any costs no more than reading it.
"""

from __future__ import annotations

import contextlib
import os
import posixpath
import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from operator import contains
from typing import TYPE_CHECKING, NamedTuple

from linklint.files import prefilter
from linklint.files.root import UnreadableFile
from linklint.files.workers import batches_of, spread
from linklint.kinds import contents
from linklint.kinds.contents import Contains
from linklint.kinds.kind import kind_by_name, kind_named, kinds, kinds_by_suffix
from linklint.lexer.languages import SHEBANG
from linklint.text.regex import lazy_compile
from linklint.text.source import is_utf_16

if TYPE_CHECKING:
    from linklint.extraction.cache import Status
    from linklint.extraction.memory import Memory
    from linklint.files.selection import Selection
    from linklint.text.source import Source

    Progress = Callable[[int, int], None]
    Groups = dict[tuple[str, str], list[Source]]

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
    if contents.is_own_output(kind, data):
        return None
    if kind == "template?":  # of a script, or of a configuration file
        script = kind_by_content("script?", data, contains)
        return script if script not in (None, "text") else kind_by_content("code", data, contains)
    if kind_named(kind).is_example and contents.is_cloud_config(data):
        return "cloud-init"
    if kind.endswith("?"):
        if contents.CLOUD_CONFIG.match(data) and not contents.mentions(data):
            return "text" if b"links:" in data else None  # services of RancherOS
        searched = f"hosts {kind_named('text').searched}" if SHEBANG.match(data) else kind_named("text").searched
        return _by_content(kind[:-1], data) or ("text" if contents.mentions_links(data, searched, contains) else None)
    declared = kinds()[kind]
    if declared.matters is None or declared.matters(data, contains):
        return kind
    return kind if contents.mentions_links(data, declared.searched, contains) else None


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


AMBIGUOUS_TYPES = (None, "yaml?", "json?", "script?", "text?")


NOT_READ = (None, None, "")


class Verdict(NamedTuple):
    """What the name and the content of a file say: its type, the type that it has if it calls a script that matters,
    or why it is not read. `data` is its content, which does not leave the process that read it.
    """

    path: str
    kind: str | None
    caller: str | None = None
    unread: str = ""
    data: bytes | None = None


def classify(files: Selection, jobs: int = 1, progress: Progress | None = None, cache: Memory | None = None) -> Groups:
    """Return the files of a selection that an extractor reads, by directory and type."""
    tree = files.tree
    groups: Groups = {}

    def choose(path: str, kind: str, data: bytes | None) -> None:
        try:
            source = tree.source(path, data)
        except UnreadableFile as error:
            files.unread.append((path, str(error)))
        else:
            groups.setdefault((posixpath.dirname(path), kind), []).append(source)

    left: list[tuple[str, str, bytes]] = []  # matters only if it calls a script that matters
    for verdict in _verdicts(files, jobs, progress, cache):
        if verdict.kind is not None:
            choose(verdict.path, verdict.kind, verdict.data)
        if verdict.unread:
            files.unread.append((verdict.path, verdict.unread))
        if verdict.caller is not None:
            with contextlib.suppress(UnreadableFile):
                data = tree.read(verdict.path) if verdict.data is None else verdict.data
                left.append((verdict.path, verdict.caller, data))
    scripts = [source.path for (_, kind), sources in groups.items() if kind_named(kind).is_script for source in sources]
    for path, caller, data in callers(left, scripts):
        with contextlib.suppress(UnreadableFile):
            groups.setdefault((posixpath.dirname(path), caller), []).append(tree.source(path, data))
    return groups


def _verdicts(files: Selection, jobs: int, progress: Progress | None, cache: Memory | None) -> list[Verdict]:
    """Return the verdicts of all files that matter, or that are named."""
    named = set(files.named)
    listed = [path for path in files.listed if path not in named]
    known: list[Verdict] = []
    statuses: dict[str, Status] = {}
    if cache is not None:
        statuses = _statuses(files.tree.root, [path for path in listed if path not in files.given])
        known, listed = _known(cache, statuses, listed)
    judge = _Judge(files, len(listed))
    batches = batches_of(listed)

    process = os.getpid()

    def work(number: int) -> list[Verdict]:
        if progress and os.getpid() == process:
            progress(number * len(batches[0]), len(listed))
        return judge.listed(batches[number])

    jobs = jobs if len(listed) >= prefilter.BATCHES_FROM else 1
    answers = spread(range(len(batches)), work, jobs, _without_data, lambda found: [Verdict(*v) for v in found])
    found = [verdict for answer in answers for verdict in answer]
    if cache is not None:
        types = {verdict.path: verdict[1:4] for verdict in found}
        for path in listed:
            kind, caller, unread = types.get(path, NOT_READ)
            if path in statuses and not unread:
                cache.note_type(path, statuses[path], [kind, caller] if kind or caller else None)
    return known + found + [judge.named(path) for path in dict.fromkeys(files.named)]


def _statuses(root: str, paths: Sequence[str]) -> dict[str, Status]:
    from linklint.extraction.cache import status_of

    return {path: status for path in paths if (status := status_of(f"{root}/{path}")) is not None}


def _without_data(found: list[Verdict]) -> list[tuple[str, str | None, str | None, str]]:
    return [verdict[:4] for verdict in found]


def _known(cache: Memory, statuses: dict[str, Status], paths: Sequence[str]) -> tuple[list[Verdict], list[str]]:
    """Return the verdicts of files that matter and are as before, and the files that are not as before."""
    known, left = [], []
    for path in paths:
        try:
            type_ = cache.type_of(path, statuses[path])
        except KeyError:
            left.append(path)
            continue
        if type_ is not None:
            known.append(Verdict(path, *type_))
    return known, left


class _Judge:
    def __init__(self, files: Selection, count: int) -> None:
        self.given = files.given
        self.tree = files.tree
        self.contains = prefilter.fast_contains(count)
        self.lacking = prefilter.batch_prefilter(files.tree.disk) if count >= prefilter.BATCHES_FROM else None

    def listed(self, paths: Sequence[str]) -> list[Verdict]:
        """Return the verdicts of files that matter, of those found below a directory."""
        found = []
        passed = self._passed_over(paths)
        for path in paths:
            by_name = kind_by_name(f"{self.tree.root}/{path}") if path not in passed else None
            if by_name is not None and any((verdict := self._judged(path, by_name))[1:4]):
                found.append(verdict)
        return found

    def _passed_over(self, paths: Sequence[str]) -> set[str]:
        """Return the irrelevant files among the programs of a large tree, which are most of its files."""
        if self.lacking is None:
            return set()
        by_hints: dict[tuple[bytes, ...], list[str]] = {}
        hints_of = hinted()
        for path in paths:
            if hints := hints_of.get(path[path.rfind(".") :]):
                by_hints.setdefault(hints, []).append(path)
        found: set[str] = set()
        for hints, with_hints in by_hints.items():
            found |= self.lacking(with_hints, hints)
        return found - self.given.keys()

    def _judged(self, path: str, by_name: str) -> Verdict:
        kind: str | None = by_name
        try:
            data = self.tree.read(path)
            kind = kind_by_content(by_name, data, self.contains)
        except UnreadableFile as error:
            return Verdict(path, None, unread="" if by_name.endswith("?") else str(error))
        is_caller = kind is None and by_name is not None and may_call(by_name) and len(data) <= MAX_CALLER
        if (kind is not None or is_caller) and os.path.islink(os.path.join(self.tree.root, path)):
            return Verdict(path, None)
        return Verdict(path, kind, by_name if is_caller else None, data=data if kind is not None or is_caller else None)

    def named(self, path: str) -> Verdict:
        """Return the verdict of a file that the user named."""
        by_name = kind_by_name(f"{self.tree.root}/{path}")
        kind = by_name
        try:
            data = self.tree.read(path)
        except UnreadableFile as error:
            return Verdict(path, None, unread=str(error))
        kind = kind_by_content(kind, data, self.contains) if kind else None
        by_content = kind_of_named(path, data)
        if kind in (None, "text"):
            kind = by_content or kind
        is_unknown = kind is None and by_name in AMBIGUOUS_TYPES
        is_caller = kind is None and by_name is not None and may_call(by_name) and len(data) <= MAX_CALLER
        is_caller = is_caller and not os.path.islink(os.path.join(self.tree.root, path))
        unread = "unknown kind of file" if is_unknown else ""
        return Verdict(path, kind, str(by_name) if is_caller else None, unread, data)
