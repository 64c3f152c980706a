"""Which repository and commit a tree is: without the user and the token of a remote URL."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from typing import NamedTuple

from linklint.files.git import Git, GitFailed, Repository, repository_above
from linklint.text.regex import lazy_compile

MAX_NAME = 300
# https://user:token@host:443/team/shop.git, ssh://git@host/team/shop, and git@host:team/shop.git as scp writes it
URL = lazy_compile(
    r"[a-z][a-z0-9+.-]*://(?:[^/]*@)?(?P<host>[^/@:]+|\[[^\]/]*\])(?::\d+)?/+(?P<path>.+)", re.IGNORECASE
)
SCP = lazy_compile(r"(?:[^/]*@)?(?P<host>[^/@:\\]{2,}):(?!//)(?P<path>.+)")
COMMITTER = lazy_compile(rb"^committer .*> (?P<seconds>\d{1,15}) [+-]\d{4}$", re.MULTILINE)
LAST = 253402300799  # the last second of the year 9999


class Identity(NamedTuple):
    """The name of a repository, its commit, and the date of the committer. Without git, the last two are empty."""

    repository: str
    commit: str = ""
    committed: str = ""


def identify(root: str, name: str | None = None, bare: Repository | None = None, own: str | None = None) -> Identity:
    """Return the identity of a tree, or of a bare repository.

    Its name is the given one, the one of the remote `origin`, or its `own`: that of the directory.
    """
    git, repository = Git(), bare or repository_above(root)
    own = own or os.path.basename(root) or "/"

    def ask(*arguments: str) -> bytes:
        if repository is None:
            return b""
        try:
            return git.ask(repository, root, *arguments)[0]
        except GitFailed:
            return b""

    commit = ask("rev-parse", "--verify", "--quiet", "HEAD^{commit}").decode("ascii", "replace").strip()
    committer = COMMITTER.search(ask("cat-file", "commit", commit)) if commit else None
    seconds = min(int(committer["seconds"]), LAST) if committer else None
    if name is None:
        name = name_of(ask("config", "--local", "--get", "remote.origin.url").decode("utf-8", "replace").strip()) or own
    return Identity(name[:MAX_NAME], commit, as_date(seconds) if seconds is not None else "")


def name_of(url: str) -> str:
    """Return `host/path` of the URL of a remote; empty for a directory or an unusable URL."""
    match = URL.fullmatch(url) or SCP.fullmatch(url)
    if match is None or url.lower().startswith("file:"):
        return ""
    path = re.split(r"[?#]", match["path"], maxsplit=1)[0].strip("/").removesuffix(".git").rstrip("/")
    if not path or "@" in path or not path.isprintable():
        return ""
    return f"{match['host'].lower()}/{path}"


def as_date(seconds: float) -> str:
    """Return a time in UTC as ISO 8601, whose order as text is that of time."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
