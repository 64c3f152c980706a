"""What the upgrade question has to look at beside the scan: nothing that a tree leaves out may turn its answer to yes.

A configuration of the tree excludes paths, or names only some; outside of git, build folders are not walked; a suffix
says that a file is binary. Such files are searched for mentions of links, and nothing else: a mention makes the answer
"unknown", unless somebody has marked the path as reviewed, in a `per-path` section with a reason.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from linklint.files import prefilter
from linklint.files.listing import LEFT_OUT, Lister
from linklint.files.paths import BASELINE, VENDORED, shown_path
from linklint.files.patterns import matcher
from linklint.files.root import UnreadableFile
from linklint.files.tree import Tree
from linklint.kinds.contents import DOCKER, is_own_output, mentions, plain
from linklint.kinds.kind import kind_by_name, kind_named
from linklint.text.regex import lazy_compile
from linklint.text.source import decode
from linklint.text_search.reasons import PRINTED
from linklint.text_search.texts import mentions_in, short_names

if TYPE_CHECKING:
    from linklint.config.model import Config
    from linklint.database.store import Store
    from linklint.text.source import Span as SourceSpan

MAX_SEARCHED = 20_000  # files of folders that a walk leaves out
ALIASES = "SELECT DISTINCT upper(prefix) FROM link_alias"
Reviewed = Sequence[tuple[Callable[[str], bool], str]]
WORDS = (b"--link", b"_PORT_", b"_ENV_", b"inks")
REPORTS = (BASELINE, ".sarif.json")  # of linklint and others
MARKUP = (b"<!", b"<?xml", b"<html", b"<svg")  # a page that was saved as a picture: nobody runs it
NO_RUNNERS = tuple(".gitmodules .gitignore .c .h .cc .cpp .hpp .rs .go .java .js .ts .css .svg".split())
MAX_SUBMODULES = 100
PRINTED_LINKS = f"SELECT span FROM mention WHERE kind = 'option' AND why = '{PRINTED.why}' ORDER BY span"
MAX_PROGRAMS = 100
GLANCE = 2048  # bytes that show that a file is binary
SUBMODULE = lazy_compile(r"^[ \t]*path[ \t]*=[ \t]*(?P<path>[^\n]+?)[ \t]*$", re.MULTILINE)


class PassedOver(NamedTuple):
    """A file that was not read and mentions links: its path in the tree, the line (0 for the whole file), and why it
    was not read; `reviewed` is the reason of the `per-path` section that marks it as reviewed, or None. `kind`:
    `unread`, or `mentions` for a link in a text that was read.
    """

    path: str
    line: int
    why: str
    reviewed: str | None = None
    kind: str = "unread"


class ScannedFiles(NamedTuple):
    """What a scan knows of its files: those that it listed, those that the configuration excludes, and (whether a real
    path matches, reason) of each section that marks paths as reviewed. `aliases` are the prefixes of variables that
    links of the tree set.
    """

    tree: Tree
    config: Config
    store: Store
    listed: Sequence[str]
    excluded: Sequence[str]
    reviewed: Reviewed
    aliases: Set[str] = frozenset()


def passed_over(scanned: ScannedFiles, *, paths_of_config: bool = False) -> Iterator[PassedOver]:
    """Yield the files that the scan left out and that mention links: those that the tree's configuration excludes,
    those whose suffix says that they are binary, links to such files, and those in folders that are not walked.
    What the command line excludes is not searched: the caller knows. `paths_of_config`: the paths of the scan come
    from the configuration, so what is beside them is searched, too.
    """
    tree, config = scanned.tree, scanned.config
    scanned = scanned._replace(aliases={str(row[0]) for row in scanned.store.ask(ALIASES)[1]})
    read = {source.path for source in scanned.store.sources.values()}
    if config.exclude and not (origin := config.origin("exclude")).startswith("--"):
        is_excluded = matcher(config.exclude, config.directory or tree.root, origin)
        for path in scanned.excluded:
            if is_excluded(os.path.join(tree.root, path)):
                yield from _searched(scanned, tree, path, f"excluded by {shown_path(origin)}")
    if paths_of_config and config.paths and not config.origin("paths").startswith("--"):
        yield from _beside(scanned)
    yield from _by_name(scanned, read)
    for path in _in_folders(tree, scanned.listed):
        yield from _searched(scanned, tree, path, "in a folder that is not scanned outside of git")
    yield from _submodules(scanned)
    yield from _given_on(scanned)


def _beside(scanned: ScannedFiles) -> Iterator[PassedOver]:
    """Yield what is beside the paths of the configuration."""
    top, origin = scanned.config.directory or ".", shown_path(scanned.config.origin("paths"))
    beside = Tree(top, os.path.relpath(top, scanned.tree.root).replace(os.sep, "/"))
    listed = {os.path.relpath(os.path.join(scanned.tree.root, path), beside.root) for path in scanned.listed}
    for path in Lister(beside.disk).files():
        if path not in listed:
            for one in _searched(scanned, beside, path, f"not among the paths of {origin}"):
                yield one._replace(path=beside.display(path))


def _by_name(scanned: ScannedFiles, read: Set[str]) -> Iterator[PassedOver]:
    """Yield links to files that were not read, and texts with a suffix of binary files."""
    tree = scanned.tree
    for path in scanned.listed:
        full = f"{tree.root}/{path}"
        if path in read:
            continue
        if os.path.islink(full):
            target = os.path.relpath(os.path.realpath(full), tree.root).replace(os.sep, "/")
            if target not in read:
                yield from _searched(scanned, tree, path, f"a link to {target}")
        elif kind_by_name(full) is None:
            yield from _searched(scanned, tree, path, "a suffix of binary files")


def _submodules(scanned: ScannedFiles) -> Iterator[PassedOver]:
    """Yield the submodules that are not there, and of which a file names a path."""
    tree = scanned.tree
    source = tree.open(".gitmodules")
    if source is None:
        return
    lines = {match["path"].strip('"'): source.line_of(match.start()) for match in SUBMODULE.finditer(source.text)}
    present = {parent for name in scanned.listed for parent in _parents(name)}
    missing = [path for path in lines if path and path not in present][:MAX_SUBMODULES]
    for path, named in _naming(scanned, missing).items():
        yield PassedOver(".gitmodules", lines[path], f"the submodule {path} is not there, and {named} uses it")


def _parents(path: str) -> Iterator[str]:
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


def _naming(scanned: ScannedFiles, directories: Sequence[str]) -> dict[str, str]:
    """Return directories that a file builds, or below which it names a path, each with that file: one that was read, or
    another that runs, sources or enters something there.
    """
    named: dict[str, str] = {}
    for directory in directories:
        path = rf"(?<![\w/.-])(?:\./)?{re.escape(directory)}/?"
        below = re.compile(
            rf"{path}(?<=/)[\w.-]"
            rf"|\b(?:build|context)\b[\"']?(?::[ \t]{{0,20}}|[^\n#:]{{0,200}}\s)[\"']?{path}(?![\w./-])"
        )
        for source in scanned.store.sources.values():
            if below.search(source.text):
                named[directory] = source.path
                break
    left = {one.encode("utf-8", "surrogateescape"): (one, _runs(one)) for one in directories if one not in named}
    paths = (path for path in scanned.listed if not path.endswith(NO_RUNNERS))
    for path, needle, data in _having(scanned, paths, list(left)):
        directory, runs = left[needle]
        if directory not in named and runs.search(data):
            named[directory] = path
    return named


def _having(
    scanned: ScannedFiles, paths: Iterable[str], needles: Sequence[bytes]
) -> Iterator[tuple[str, bytes, bytes]]:
    """Yield the files that have a needle: the path, the needle and the data of each."""
    if not needles:
        return
    without = prefilter.batch_prefilter(scanned.tree.disk)
    chosen = list(islice(paths, MAX_SEARCHED))
    lacking = without(chosen, needles) if without is not None else set()
    for path in chosen:
        try:
            data = scanned.tree.read(path) if path not in lacking else b""
        except (UnreadableFile, ValueError):
            continue
        if b"\0" not in data[:GLANCE]:
            yield from ((path, needle, data) for needle in needles if needle in data)


def _given_on(scanned: ScannedFiles) -> Iterator[PassedOver]:
    """Yield the links in what a program prints, where another file gives that on: `python gen.py | sh`."""
    printed: dict[bytes, SourceSpan] = {}
    for row in scanned.store.ask(PRINTED_LINKS)[1]:
        span = scanned.store.spans[int(row[0])]
        printed.setdefault(os.path.basename(span.source.path).encode("utf-8", "surrogateescape"), span)
    found: set[bytes] = set()
    for path, name, data in _having(scanned, scanned.listed, list(islice(printed, MAX_PROGRAMS))):
        span = printed[name]
        kind = (kind_by_name(path) or "").rstrip("?")
        gives_on = _shows_in_shell if kind and kind_named(kind).is_example else _gives_on
        if name not in found and path != span.source.path and gives_on(name).search(data):
            found.add(name)
            line = span.source.place(span.start, span.end).line
            yield PassedOver(
                span.source.path,
                line,
                f"option --link in what {name.decode(errors='replace')} prints and {path} gives on",
                _reviewed(scanned, scanned.tree, span.source.path),
                "mentions",
            )


def _shows_in_shell(name: bytes) -> re.Pattern[bytes]:
    """Return what a document says of it: not a row of a table, or a name in back quotes."""
    program = rb"(?<![\w.-])" + re.escape(name) + rb"\b"
    return re.compile(program + rb"[^\n]{0,200}?\|[ \t]*(?:sudo[ \t]+)?(?:[\w/]*/)?(?:ba|da|k|z)?sh\b")


def _gives_on(name: bytes) -> re.Pattern[bytes]:
    """Return what a file does with it that another command or a file gets: a pipe, a redirection, a substitution."""
    program = rb"(?<![\w.-])" + re.escape(name) + rb"\b"
    return re.compile(
        program
        + rb"(?:[^\n|;&>]|\\\n|[0-9]?>&[0-9]){0,200}(?:\|(?!\|)[ \t]*(?!grep\b|less\b|more\b|tee\b[^\n]{0,100}\.log)"
        rb"|(?<=[\w \t])>>?[ \t]*(?![&/]dev/null|[^\s&]{0,100}\.log\b)[\w$./\"'{(@])"
        rb"|(?:\$\(|[<(= ]`|<\(|\b(?:check_output|getoutput|popen|execSync|shell_exec|qx)\b)"
        rb"(?![ \t]*(?:basename|dirname|realpath|readlink|which|cat|grep|head)\b)[^\n)`]{0,200}" + program
    )


def _runs(directory: str) -> re.Pattern[bytes]:
    at = re.escape(directory)
    return re.compile(
        rf"(?:^[ \t]*|[;&|(][ \t]*|\b(?:sh|bash|source|exec|sudo|include)[ \t]+|(?:^|\s)\.[ \t]+)@?(?:\./)?{at}/[\w.]"
        rf"|(?:\bcd|\s-C|\bpushd|--directory|\s-f)[ \t=]+(?:\./)?{at}(?![\w-])".encode("utf-8", "surrogateescape"),
        re.MULTILINE,
    )


def _searched(scanned: ScannedFiles, tree: Tree, path: str, why: str) -> Iterator[PassedOver]:
    """Yield a file with its first mention of a link, if it has one."""
    if VENDORED.search(path):
        return
    words = (*WORDS, b"_PORT", b"_NAME") if scanned.aliases else WORDS
    try:
        if _is_binary(tree, path) or not mentions(data := plain(tree.read(path)), words):
            return
        if data.lstrip().startswith(MARKUP) or path.endswith(REPORTS) and data.lstrip().startswith(b"{"):
            return
        if is_own_output(kind_by_name(path) or "", data):
            return
        text, _, _ = decode(data)
    except (UnreadableFile, ValueError):
        return  # no text, or outside of the tree
    mention = min(_that_count(text, scanned.aliases, mentions(data, DOCKER)), default=None)
    if mention is not None:
        line = text.count("\n", 0, mention[0]) + 1
        said = f"it mentions links ({text[slice(*mention)]}), and was not read: {why}"
        yield PassedOver(path, line, said, _reviewed(scanned, tree, path))


def _reviewed(scanned: ScannedFiles, tree: Tree, path: str) -> str | None:
    full = os.path.join(tree.root, path)
    return next((reason for matches, reason in scanned.reviewed if matches(full)), None)


def _that_count(text: str, aliases: Set[str], speaks_of_docker: bool) -> Iterator[tuple[int, int]]:
    """Yield the first mention of a link that counts in a file that was not read, and the first short name."""
    for match in mentions_in(text):
        is_key_of_other = match.lastgroup == "key" and not speaks_of_docker
        if match.lastgroup != "hosts" and not is_key_of_other and not match[0].endswith("_PORT"):
            yield match.span()
            break
    yield from ((start, end) for start, end, _ in islice(short_names(text, aliases), 1))


def _is_binary(tree: Tree, path: str) -> bool:
    if path in tree.given:
        return False
    try:
        descriptor = tree.disk.open(path)
    except (OSError, ValueError) as error:
        raise UnreadableFile(str(error)) from error
    try:
        return b"\0" in plain(os.read(descriptor, GLANCE))
    except OSError as error:
        raise UnreadableFile(str(error)) from error
    finally:
        os.close(descriptor)


def _in_folders(tree: Tree, listed: Iterable[str]) -> Iterator[str]:
    """Yield the files of folders that a walk leaves out: outside of git, nobody has said that they do not belong."""
    if os.path.lexists(os.path.join(tree.home, ".git")):
        return
    folders = {os.path.dirname(path) for path in listed} | {""}
    parents = {folder[:at] for folder in folders for at in range(len(folder)) if folder[at] == "/"}
    count = 0
    for folder in sorted(folders | parents):
        for name in sorted(LEFT_OUT - {".git", ".hg", ".svn", ".bzr"}):
            for path in _below(tree, f"{folder}/{name}" if folder else name):
                count += 1
                if count > MAX_SEARCHED:
                    return
                yield path


def _below(tree: Tree, directory: str) -> Iterator[str]:
    waiting = [directory]
    while waiting:
        here = waiting.pop()
        try:
            entries = sorted(tree.disk.entries(here), key=lambda entry: entry.name)
        except (OSError, UnreadableFile):
            continue
        for entry in entries:
            path = f"{here}/{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                waiting.append(path)
            elif entry.is_file(follow_symlinks=False):
                yield path
