"""Addresses of files in the editor (`file:///tree/run.sh`) and paths."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit


def path_of(address: str) -> str | None:
    """Return the path of an address; None if it is not that of a file on this machine (`untitled:Untitled-1`)."""
    try:
        parts = urlsplit(address)
        if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
            return None
        path = os.fsdecode(unquote_to_bytes(parts.path))
        if os.name == "nt":  # /c:/tree
            path = path.lstrip("/").replace("/", os.sep)
    except ValueError:
        return None
    return path if os.path.isabs(path) and "\0" not in path else None


def address_of(path: str) -> str:
    """Return the address of a path."""
    return Path(os.path.abspath(path)).as_uri()


def real_path(path: str) -> str:
    """Return the path of a file with its directory resolved: a link keeps its own name, as in a scan."""
    return os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
