"""Text → facts, one module a kind of file.

An extractor is a module with `extract(sources, reading)`; it is given all files of its kind in one directory.  Adding a
kind is adding its module here, and a row and its names in `kinds.py`.
"""

from __future__ import annotations

from importlib import import_module

from linklint.languages.context import ExtractionContext
from linklint.languages.detect import KINDS
from linklint.text.source import Source


def extract(kind: str, sources: list[Source], context: ExtractionContext) -> None:
    """Take the facts of the files of one kind in one directory."""
    import_module(f"linklint.languages.{KINDS[kind].module}").extract(sources, context)
