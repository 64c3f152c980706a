"""The files of a bare repository, without a checkout: git only lists and prints them, so that no filter of it runs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from linklint.files.git import Git, GitFailed, Repository
from linklint.files.tree import MAX_SIZE

PIECE = 50_000_000  # bytes that git prints at once
MAX_PIECE = 2000  # files
MAX_FILES = 500_000
MAX_BYTES = 4_000_000_000  # of the files that are read
MAX_DEPTH = 100
SPECIAL = frozenset({"", ".", "..", ".git"})


class Blob(NamedTuple):
    """A file of a commit."""

    name: str
    size: int
    path: str


def is_bare(path: str) -> bool:
    """Return whether a directory is a bare repository, and not a checkout with such files in it."""
    if os.path.lexists(os.path.join(path, ".git")):
        return False
    return os.path.isfile(os.path.join(path, "HEAD")) and os.path.isdir(os.path.join(path, "objects"))


def write_files(repository: Repository, target: str) -> None:
    """Write the regular files of HEAD below a new directory. Raises GitFailed.

    Symbolic links and submodules are left out, and so are names that lead elsewhere: nothing is written outside.
    """
    with open(os.path.join(target, ".git"), "xb"):
        pass  # the search for a configuration ends here, and not in the directories above
    git, left = Git(), MAX_BYTES
    listed, _ = git.ask(repository, repository.data, "ls-tree", "-r", "-z", "-l", "--full-tree", "HEAD")
    piece: list[Blob] = []
    for number, blob in enumerate(_blobs(listed)):
        left -= min(blob.size, MAX_SIZE)
        if left < 0 or number == MAX_FILES:
            raise GitFailed(f"it has more than {MAX_FILES} files or {MAX_BYTES} bytes")
        if blob.size > MAX_SIZE:  # it is not read, and the scan says so
            with _new(target, blob) as file:
                file.truncate(blob.size)
            continue
        if sum(one.size for one in piece) + blob.size > PIECE or len(piece) == MAX_PIECE:
            _write(git, repository, piece, target)
            piece = []
        piece.append(blob)
    _write(git, repository, piece, target)


def _blobs(listed: bytes) -> Iterator[Blob]:
    for entry in listed.split(b"\0"):
        head, tab, path = entry.partition(b"\t")
        words = head.split()
        if not tab or len(words) != 4 or words[0] not in (b"100644", b"100755", b"100664"):
            continue
        name = os.fsdecode(path)
        parts = name.split("/")
        if len(parts) > MAX_DEPTH or any(part.lower() in SPECIAL or "\\" in part for part in parts):
            continue
        yield Blob(words[2].decode(), int(words[3]), name)


def _write(git: Git, repository: Repository, blobs: list[Blob], target: str) -> None:
    asked = "".join(f"{blob.name}\n" for blob in blobs).encode()
    printed, _ = git.ask(repository, repository.data, "cat-file", "--batch", data=asked)
    at = 0
    for blob in blobs:
        line = printed.index(b"\n", at)
        name, kind, size = printed[at:line].split()
        if name.decode() != blob.name or kind != b"blob":
            raise GitFailed("git printed another file")
        content = printed[line + 1 : line + 1 + int(size)]
        at = line + 2 + int(size)
        with _new(target, blob) as file:
            file.write(content)


def _new(target: str, blob: Blob) -> BinaryIO:
    """Return a new file. What this system cannot hold, such as two names that are one here, is thrown away."""
    path = os.path.join(target, *blob.path.split("/"))
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return open(path, "xb")
    except OSError:
        return open(os.devnull, "wb")
