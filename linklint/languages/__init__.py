"""Extract facts from text: one module or package for each type of file, and what they share."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linklint.languages.context import ExtractionContext
    from linklint.text.source import Source


def extract(kind: str, sources: list[Source], context: ExtractionContext) -> None:
    """Extract the facts of the files of one type in one directory."""
    from linklint.languages.file_types import FILE_TYPES

    import_module(f"linklint.languages.{FILE_TYPES[kind].module}").extract(sources, context)
