"""Which files there are, and their bytes.

In a git repository git says which files there are (with `core.fsmonitor` off, since a repository can name a program
there); elsewhere the tree is walked, the usual folders left out.  Nothing outside of the root is read.
"""

from __future__ import annotations

import errno
import os
import posixpath
import re
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from operator import contains

from linklint.errors import BadUsage
from linklint.source import Source, decode

MAX_SIZE = 10_000_000
GLANCE = 1 << 18
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
MANY_FILES = 300
MAX_NESTED = 5
OPEN = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)

LEFT_OUT = frozenset(
    ".git .hg .svn .bzr node_modules bower_components .venv venv .tox .nox __pycache__ .mypy_cache .pytest_cache "
    ".ruff_cache .cache"
    " .eggs .gradle .terraform .idea".split()
)


CLOSED = re.compile(rb"warning: could not open directory '(?P<path>.*?)/?': (?P<why>.*)")


class Trouble(Exception):
    """A file that cannot be read, with the reason for people."""


class Tree:
    """A root on disk, below which paths are read.

    `prefix` is what stands before a path of the tree as the user would type it; `home` is the directory from which
    reports see it.
    """

    def __init__(self, root: str, prefix: str = "", home: str = "") -> None:
        self.root = os.path.realpath(root)
        self.prefix = prefix
        self.cache: dict[str, Source | None] = {}
        self.home = os.path.realpath(home or root)

    def from_home(self, path: str) -> str:
        """A path of the tree as it is seen from the root of the repository, wherever the scan began."""
        return (
            os.path.relpath(os.path.join(self.root, path), self.home).replace(os.sep, "/")
            if self.home != self.root
            else path
        )

    def inside(self, place: str) -> str:
        """The path in the tree of what is seen so from the root of the repository."""
        return (
            os.path.relpath(os.path.join(self.home, place), self.root).replace(os.sep, "/")
            if self.home != self.root
            else place
        )

    def display(self, path: str) -> str:
        """A path of the tree as the user would type it."""
        return f"{self.prefix}/{path}" if self.prefix else path

    def read(self, path: str, *, listed: bool = False) -> bytes:
        """The bytes of a regular file inside of the root; one that a listing gave has no link above it.

        Raises Trouble.
        """
        full = os.path.join(self.root, path)
        try:
            descriptor = self._open_listed(full) if listed else None
            if descriptor is None:
                real = os.path.realpath(full)
                if real != full and os.path.commonpath([real, self.root]) != self.root:
                    raise Trouble("it is a link that leads out of the tree")
                descriptor = os.open(full, OPEN)
        except (OSError, ValueError) as error:
            raise Trouble(f"it cannot be read: {getattr(error, 'strerror', None) or error}") from error
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise Trouble("it is no regular file")
            if status.st_size > MAX_SIZE:
                raise Trouble(f"it is larger than {MAX_SIZE // 1_000_000} MB")
            data = os.read(descriptor, status.st_size + 1)
            while len(data) > status.st_size and (chunk := os.read(descriptor, 1 << 20)):
                data += chunk
                if len(data) > MAX_SIZE:
                    raise Trouble("it grows while it is read")
            return data
        except OSError as error:
            raise Trouble(f"it cannot be read: {error.strerror}") from error
        finally:
            os.close(descriptor)

    def _open_listed(self, full: str) -> int | None:
        """Open what is no link; None where it is one, or links cannot be told."""
        if not hasattr(os, "O_NOFOLLOW"):
            return None
        try:
            return os.open(full, OPEN | os.O_NOFOLLOW)
        except OSError as error:
            if error.errno == errno.ELOOP:
                return None
            raise

    def source(self, path: str, data: bytes | None = None) -> Source:
        """A file as text; the same object each time.  Raises Trouble."""
        known = self.cache.get(path)
        if known is not None:
            return known
        data = self.read(path) if data is None else data
        try:
            text, exact, bom = decode(data)
        except ValueError as error:
            raise Trouble(str(error)) from error
        source = Source(path, text, f"{len(data)}-{hash_of(data)}", exact=exact, bom=bom)
        self.cache[path] = source
        return source

    def open(self, path: str) -> Source | None:
        """A file that another one names; None where it cannot be had."""
        if path in self.cache:
            return self.cache[path]
        try:
            return self.source(path)
        except Trouble:
            self.cache[path] = None
            return None


def searcher(files: int) -> Callable[[bytes, bytes], bool]:
    """`contains(data, needle)`; for many files by the C library's memmem, where it has one, which takes a third of
    the time.
    """
    if files >= MANY_FILES:
        try:
            import ctypes

            memmem = ctypes.CDLL(None).memmem
            memmem.restype = ctypes.c_void_p
            memmem.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t]
            return lambda data, needle: memmem(data, len(data), needle, len(needle)) is not None
        except (ImportError, AttributeError, OSError, TypeError):
            pass
    return contains


def glancer(root: str) -> Callable[[Iterable[str], Sequence[bytes]], set[str]] | None:
    """`lacking(paths, needles)`: which listed files surely have none of the needles, told by reading many of them
    into one buffer.

    It is for large trees, where what Python does for each file is most of the cost; None where the C library has no
    memmem. What is not told at a glance (a large file, an empty one, a link) is not lacking. No needle has a zero byte:
    one stands between two files.
    """
    try:
        import ctypes

        memmem = ctypes.CDLL(None).memmem
        memmem.restype = ctypes.c_void_p
        memmem.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t]
        readv, nofollow = os.readv, os.O_NOFOLLOW
    except (ImportError, AttributeError, OSError, TypeError):
        return None
    buffer = bytearray(2 * GLANCE)
    address = ctypes.addressof((ctypes.c_char * len(buffer)).from_buffer(buffer))
    view, flags, above = memoryview(buffer), OPEN | nofollow, root + "/"

    def lacks(start: int, end: int, needles: Sequence[bytes]) -> bool:
        return all(memmem(address + start, end - start, needle, len(needle)) is None for needle in needles)

    def lacking(paths: Iterable[str], needles: Sequence[bytes]) -> set[str]:
        found: set[str] = set()
        read: list[tuple[str, int, int]] = []
        end = 0
        for path in paths:
            try:
                descriptor = os.open(above + path, flags)
            except (OSError, ValueError):
                continue
            try:
                length = readv(descriptor, [view[end : end + GLANCE]])
            except OSError:
                continue
            finally:
                os.close(descriptor)
            if not 0 < length < GLANCE or buffer.startswith(UTF_16, end):
                continue
            read.append((path, end, end + length))
            end += length
            buffer[end] = 0
            end += 1
            if end > GLANCE:
                found.update(_lacking(read, lacks, needles))
                read, end = [], 0
        found.update(_lacking(read, lacks, needles))
        return found

    return lacking


def _lacking(
    read: Sequence[tuple[str, int, int]], lacks: Callable[[int, int, Sequence[bytes]], bool], needles: Sequence[bytes]
) -> Iterable[str]:
    """Of the files that lie in the buffer, those that lack the needles: mostly all of them."""
    all_lack = not read or lacks(read[0][1], read[-1][2], needles)
    return (path for path, start, end in read if all_lack or lacks(start, end, needles))


def hash_of(data: bytes) -> str:
    """A digest that tells contents apart."""
    from zlib import adler32, crc32

    return f"{crc32(data):08x}{adler32(data):08x}"


def list_files(root: str, directory: str = "", closed: list[tuple[str, str]] | None = None) -> list[str]:
    """The files below a directory of the root, as paths of the tree, sorted;

    `closed` gets the directories that cannot be read, with the reason.
    """
    start = os.path.join(root, directory)
    shut: list[tuple[str, str]] = []
    names = _from_git(start, shut)
    if names is None:
        names = list(_walk(start, shut))
    prefix = directory + "/" if directory else ""
    if closed is not None:
        closed += [((prefix + name).rstrip("/") or ".", reason) for name, reason in shut]
    return sorted(prefix + name for name in names)


def _git(start: str, *arguments: str, said: list[bytes] | None = None) -> bytes | None:
    """What git answers, and in `said` what it complains of;

    None where it fails. Nothing that a repository names is run, and nothing is fetched.
    """
    import subprocess

    safe = (
        "core.fsmonitor=false",
        "core.untrackedCache=false",
        "protocol.allow=never",
        "safe.directory=*",
    )  # whoever owns the files
    command = ["git", *(word for setting in safe for word in ("-c", setting)), "-C", start, *arguments]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            check=False,
            timeout=60,
            env={
                **_environment(),
                "LC_ALL": "C",
                "GIT_OPTIONAL_LOCKS": "0",
                "GIT_TERMINAL_PROMPT": "0",
                "GIT_NO_LAZY_FETCH": "1",
            },
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if said is not None:
        said += done.stderr.splitlines()
    return None if done.returncode else done.stdout


def _environment() -> dict[str, str]:
    """The environment without what points git at another repository than the one that is scanned."""
    elsewhere = (
        "DIR WORK_TREE INDEX_FILE COMMON_DIR OBJECT_DIRECTORY ALTERNATE_OBJECT_DIRECTORIES NAMESPACE PREFIX".split()
    )
    return {name: value for name, value in os.environ.items() if name not in {f"GIT_{word}" for word in elsewhere}}


def changed(tree: Tree, revision: str, paths: Iterable[str]) -> set[str]:
    """Those of the tree's paths that differ from what a revision (or where the branch left it) had.  Raises BadUsage.

    The contents are compared here, byte for byte: `git diff` would run the filters that a repository names.
    """
    if revision.startswith("-") or not _in_repository(tree.root):
        raise BadUsage(
            f"--since {revision}: {'it is no revision' if revision.startswith('-') else 'this is no git repository'}"
        )
    commit = _git(tree.root, "rev-parse", "--verify", "-q", "--end-of-options", f"{revision}^{{commit}}")
    if commit is None and shutil.which("git") is None:
        raise BadUsage(f"--since {revision}: git is not installed")
    if commit is None:
        raise BadUsage(
            f"--since {revision}: git knows no such revision (in CI, fetch it: a shallow clone has none but the last)"
        )
    start = _git(tree.root, "merge-base", commit.decode().strip(), "HEAD") or commit
    before = _held(tree.root, start.decode().strip())
    if before is None:
        raise BadUsage(f"--since {revision}: git cannot list what it held")
    return {path for path in paths if _differs(tree, path, before.get(path))}


def _held(directory: str, commit: str, depth: int = 0) -> dict[str, str] | None:
    """The files of a commit below a directory, those of submodules too, each with git's name for its contents."""
    listed = _git(directory, "ls-tree", "-r", "-z", commit)
    if listed is None:
        return None
    found: dict[str, str] = {}
    for line in listed.split(b"\0"):
        head, _, name = line.partition(b"\t")
        if name:
            path, (_, kind, known) = os.fsdecode(name), head.decode().split()
            found[path] = known
            inner = os.path.join(directory, path)
            if kind == "commit" and depth < MAX_NESTED and os.path.exists(os.path.join(inner, ".git")):
                found |= {f"{path}/{below}": blob for below, blob in (_held(inner, known, depth + 1) or {}).items()}
    return found


def _differs(tree: Tree, path: str, known: str | None) -> bool:
    """Whether a file is not what git knows by a name; line ends may be those of the checkout."""
    try:
        data = tree.read(path)
    except Trouble:
        return True
    return known is None or known not in (_blob(data, len(known)), _blob(data.replace(b"\r\n", b"\n"), len(known)))


def _blob(data: bytes, length: int) -> str:
    """The name that git gives to contents; as long as those of the repository are."""
    import hashlib

    digest = hashlib.sha256 if length == 64 else partial(hashlib.sha1, usedforsecurity=False)
    return digest(b"blob %d\0" % len(data) + data).hexdigest()


def _from_git(start: str, closed: list[tuple[str, str]]) -> list[str] | None:
    """What git lists below a directory; None where it is no repository, or there is no git."""
    if not _in_repository(start):
        return None
    said: list[bytes] = []
    listed = _git(start, "ls-files", "-z", "-co", "--exclude-standard", said=said)
    closed += [
        (os.fsdecode(match["path"]), f"it cannot be read: {match['why'].decode()}")
        for line in said
        if (match := CLOSED.match(line))
    ]
    if listed is None:
        return None
    names = [os.fsdecode(name) for name in dict.fromkeys(listed.split(b"\0")) if name]
    found: list[str] = []
    for name in names:
        full = os.path.join(start, name)
        try:
            mode = os.lstat(full).st_mode
        except PermissionError as error:
            closed.append((posixpath.dirname(name), f"it cannot be read: {error.strerror}"))
            continue
        except (OSError, ValueError):
            continue  # git knows it, and it is gone
        if stat.S_ISDIR(mode):
            inside: list[tuple[str, str]] = []
            found.extend(f"{name.rstrip('/')}/{inner}" for inner in _inside(full, inside))
            closed += [(f"{name.rstrip('/')}/{inner}", reason) for inner, reason in inside]
        else:
            found.append(name)
    return found


def _inside(start: str, closed: list[tuple[str, str]]) -> Iterable[str]:
    """The files of a submodule, or of a repository inside of the repository."""
    names = _from_git(start, closed) if os.path.exists(os.path.join(start, ".git")) else None
    return _walk(start, closed) if names is None else names


def _in_repository(start: str) -> bool:
    current = os.path.realpath(start)
    while True:
        if os.path.exists(os.path.join(current, ".git")):
            return True
        parent = os.path.dirname(current)
        if parent == current:
            return False
        current = parent


def _walk(start: str, closed: list[tuple[str, str]]) -> Iterator[str]:
    waiting = [""]
    while waiting:
        directory = waiting.pop()
        try:
            entries = list(os.scandir(os.path.join(start, directory)))
        except OSError as error:
            closed.append((directory, f"it cannot be read: {error.strerror}"))
            continue
        for entry in entries:
            path = f"{directory}/{entry.name}" if directory else entry.name
            try:
                if entry.is_dir(follow_symlinks=False):
                    if entry.name not in LEFT_OUT:
                        waiting.append(path)
                else:
                    yield path
            except OSError:
                continue
