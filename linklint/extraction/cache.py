"""Keep what files say from one run to the next: one file for each tree, outside of it.

A tree is hostile, and so may be whoever can write near the cache. So a file of the cache counts only if nobody else can
write it and its HMAC, with a key of the user, is right. An entry of facts may hold secrets of the files that it was
made from: it is encrypted with a key that is derived from the contents of these files, which the cache does not have.
An answer is masked. Nothing in the cache is ever executed: it is JSON.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256, shake_256
from hmac import compare_digest
from hmac import digest as hmac_digest
from importlib.util import find_spec
from typing import Any, NamedTuple

MAGIC = b"linklint cache 1\n"
KEY = "key"
KEY_SIZE = 32
FACTS, ANSWERS = ".facts", ".answers"  # suffixes of files
MAX_FILE = 128_000_000  # bytes
MAX_ALL = 512_000_000  # bytes of all trees: the oldest are removed
RACY = 2_000_000_000  # nanoseconds: a file system may not tell two changes within two seconds apart
Status = tuple[int, int, int, int]  # size, times of the content and of the inode in nanoseconds, inode


class Entry(NamedTuple):
    """An encrypted value with its nonce."""

    nonce: bytes
    text: bytes


class Cache:
    """The entries of one tree, and the types of its files when they were read last (null for one that is not read).

    `begun` is when this run began, in nanoseconds: what changed shortly before may change again unnoticed.
    `unused` is how many entries that this run does not use are kept, the newest ones.
    """

    def __init__(self, path: str, key: bytes, begun: int, unused: int = 0) -> None:
        self.path = path
        self._key = key
        self._begun = begun
        self._known: dict[bytes, Entry] = {}
        self._types: dict[str, tuple[Status, Any]] = {}
        self._found: dict[str, tuple[Status, Any]] = {}
        self._changed = False
        self._load()
        self._used = dict(list(self._known.items())[-unused:] if unused else ())

    def type_of(self, path: str, status: Status) -> Any:
        """Return what was noted of a file with this status. Raises KeyError."""
        known = self._types[path]
        if known[0] != status:
            raise KeyError(path)
        self._found[path] = known
        return known[1]

    def note_type(self, path: str, status: Status, type_: Any) -> None:
        """Note the type of a file with this status, unless it may change again without another status."""
        if not self.is_racy(status):
            self._found[path] = (status, type_)
            self._changed = True

    def is_racy(self, status: Sequence[int]) -> bool:
        """Return whether a file with this status may change again without another status."""
        return max(status[1:3]) >= self._begun - RACY

    def get(self, parts: Mapping[str, Any]) -> Any:
        """Return the entry that was made from these parts (the contents among them), or None."""
        secret = self._secret(parts)
        entry = self._known.get(_name_of(secret))
        if entry is None:
            return None
        self._used[_name_of(secret)] = entry
        return json.loads(_cipher(secret, entry.nonce, entry.text))

    def put(self, parts: Mapping[str, Any], value: Any) -> None:
        """Remember what was made from these parts."""
        secret, nonce = self._secret(parts), os.urandom(16)
        self._used[_name_of(secret)] = Entry(nonce, _cipher(secret, nonce, json.dumps(value).encode()))
        self._changed = True

    def _secret(self, parts: Mapping[str, Any]) -> bytes:
        return hmac_digest(self._key, json.dumps(parts, sort_keys=True).encode(), "sha256")

    def _load(self) -> None:
        written = _read_own(self.path, MAX_FILE)
        if written is None or not written.startswith(MAGIC):
            return
        signature, body = written[len(MAGIC) :][:32], memoryview(written)[len(MAGIC) + 32 :]
        if not compare_digest(signature, hmac_digest(self._key, body, "sha256")):
            return
        at = 4 + int.from_bytes(body[:4])
        for path, *status, type_ in json.loads(bytes(body[4:at])):
            self._types[path] = (tuple(status), type_)
        while at < len(body):
            size = int.from_bytes(body[at : at + 4])
            name, nonce = bytes(body[at + 4 : at + 20]), bytes(body[at + 20 : at + 36])
            self._known[name] = Entry(nonce, bytes(body[at + 36 : at + 36 + size]))
            at += 36 + size

    def save(self) -> None:
        """Write what this run used, if it differs from what was there. A failure costs the next run its cache."""
        if not self._changed and self._used.keys() == self._known.keys() and len(self._found) == len(self._types):
            return
        table = json.dumps([[path, *status, type_] for path, (status, type_) in self._found.items()]).encode()
        body = [len(table).to_bytes(4), table]
        for name, entry in self._used.items():
            body += [len(entry.text).to_bytes(4), name, entry.nonce, entry.text]
        whole = b"".join(body)
        if len(whole) < MAX_FILE:
            _write_own(self.path, MAGIC + hmac_digest(self._key, whole, "sha256") + whole)
            _prune(os.path.dirname(self.path))


def _name_of(secret: bytes) -> bytes:
    return sha256(b"name" + secret).digest()[:16]


def _cipher(secret: bytes, nonce: bytes, text: bytes) -> bytes:
    """Encrypt or decrypt: the bits of the text are flipped where a stream that only the key gives has ones."""
    stream = shake_256(b"text" + secret + nonce).digest(len(text))
    return (int.from_bytes(stream) ^ int.from_bytes(text)).to_bytes(len(text))


def status_of(path: str) -> Status | None:
    """Return what shows whether a file changed; None for anything but a regular file."""
    try:
        found = os.lstat(path)
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


def directory() -> str:
    """Return the directory of the cache; empty if the environment names none."""
    given = os.environ.get("LINKLINT_CACHE_DIR", "")
    if given:
        return os.path.abspath(given)
    home = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(home):
        home = os.path.expanduser("~/.cache")
    return os.path.join(home, "linklint") if os.path.isabs(home) else ""


def open_cache(tree: str, suffix: str = FACTS, unused: int = 0) -> Cache | None:
    """Return the cache of the tree at a real path; None if it is not safe to have one."""
    begun, place = time.time_ns(), directory()
    if not place:
        return None
    try:
        os.makedirs(place, 0o700, exist_ok=True)
        if not _is_own(os.lstat(place), stat.S_ISDIR):
            return None
        key = _key(os.path.join(place, KEY))
    except OSError:
        return None
    if key is None:
        return None
    name = hmac_digest(key, json.dumps([tree, _program()]).encode(), "sha256").hex()[:32]
    return Cache(os.path.join(place, name + suffix), key, begun, unused)


def clean() -> tuple[int, int]:
    """Remove the cache. Return how many files there were, and their bytes."""
    count = size = 0
    for path, status in _files(directory()):
        os.unlink(path)
        count, size = count + 1, size + status.st_size
    return count, size


def _files(place: str) -> Iterator[tuple[str, os.stat_result]]:
    """Yield the files of the cache, with their status."""
    with contextlib.suppress(OSError), os.scandir(place) as entries:
        for entry in entries:
            if entry.name == KEY or entry.name.endswith((FACTS, ANSWERS, ".new")):
                yield entry.path, entry.stat(follow_symlinks=False)


def _key(path: str) -> bytes | None:
    """Return the key of the user. Write a new one if it is missing or broken; older files are then ignored."""
    key = _read_own(path, KEY_SIZE)
    if key is None or len(key) != KEY_SIZE:
        _write_own(path, os.urandom(KEY_SIZE))
        key = _read_own(path, KEY_SIZE)
    return key if key is not None and len(key) == KEY_SIZE else None


@lru_cache(maxsize=1)
def _program() -> list[Any]:
    """Return what this program is: any change of it makes the cache useless."""
    top = os.path.dirname(os.path.abspath(__file__))
    while not os.path.exists(top):  # in a zipapp
        top = os.path.dirname(top)
    parser = find_spec("yaml")
    found: list[Any] = [sys.version]
    waiting = [top, *([parser.origin] if parser is not None and parser.origin is not None else [])]
    while waiting:
        place = waiting.pop()
        if os.path.isfile(place):
            found.append([place, *(status_of(place) or ())])
            continue
        with os.scandir(place) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                if entry.is_dir() and entry.name != "__pycache__":
                    waiting.append(entry.path)
                elif entry.name.endswith((".py", ".sql")):
                    status = entry.stat()
                    found.append([entry.path, status.st_size, status.st_mtime_ns])
    return found


def _is_own(status: os.stat_result, is_kind: Any) -> bool:
    """Return whether something is of a kind, and only this user can write it."""
    owner = os.geteuid() if hasattr(os, "geteuid") else status.st_uid
    return is_kind(status.st_mode) and status.st_uid == owner and not status.st_mode & 0o022


def _read_own(path: str, limit: int) -> bytes | None:
    """Return the bytes of a file that only this user can write, or None."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not _is_own(status, stat.S_ISREG) or status.st_size > limit:
            return None
        return file.read(limit + 1)


def _write_own(path: str, data: bytes) -> None:
    """Write a file that only this user can read, all of it or nothing."""
    new = f"{path}.{os.getpid()}.new"
    with contextlib.suppress(OSError):
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
        with os.fdopen(os.open(new, flags, 0o600), "wb") as file:
            file.write(data)
        os.replace(new, path)
        return
    with contextlib.suppress(OSError):
        os.unlink(new)


def _prune(place: str) -> None:
    """Remove the files that were written first, until the rest is small enough."""
    files = sorted(_files(place), key=lambda pair: pair[1].st_mtime_ns, reverse=True)
    size = 0
    for path, status in files:
        size += status.st_size
        if size > MAX_ALL and not path.endswith(KEY):
            with contextlib.suppress(OSError):
                os.unlink(path)
