"""Suggestions for an unknown word."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest(word: str, known: Iterable[str], before: str = ": ") -> str:
    """Return `: did you mean exclude?`, or `: use one of …` if nothing is similar."""
    import difflib

    choices = list(known)
    near = difflib.get_close_matches(word, choices, 1)
    if near:
        return f"{before}did you mean {near[0]}?"
    return f"{before}use one of {', '.join(choices)}" if before == ": " and len(choices) < 20 else ""
