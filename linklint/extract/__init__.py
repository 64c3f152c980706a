"""Text → facts, one module a kind of file.

An extractor is a module with `extract(sources, reading)`; it is given all files of its kind in one directory.  Adding a
kind is adding its module here and its names in `walk.py`.
"""

from __future__ import annotations

from importlib import import_module

from linklint.extract.reading import Reading
from linklint.source import Source

KINDS = {
    "shell": "linklint.extract.shell",
    "dockerfile": "linklint.extract.dockerfile",
    "compose": "linklint.extract.compose",
    "env": "linklint.extract.env_file",
    "markdown": "linklint.extract.markdown",
    "ci": "linklint.extract.ci",
    "makefile": "linklint.extract.makefile",
    "kubernetes": "linklint.extract.kubernetes",
}


def extract(kind: str, sources: list[Source], reading: Reading) -> None:
    """Take the facts of the files of one kind in one directory."""
    import_module(KINDS[kind]).extract(sources, reading)
