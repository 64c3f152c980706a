"""Words of messages: suggestions for an unknown word, and lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def nearest(word: str, known: Iterable[str], before: str = ": ") -> str:
    """Return `: did you mean exclude?`, or `: use one of …` if nothing is similar."""
    import difflib

    choices = list(known)
    near = difflib.get_close_matches(word, choices, 1)
    if near:
        return f"{before}did you mean {near[0]}?"
    return f"{before}use one of {', '.join(choices)}" if before == ": " and len(choices) < 20 else ""


def listed(words: Sequence[str], between: str = "and") -> str:
    """Return `a, b and c`; the empty text for no word."""
    return f"{', '.join(words[:-1])} {between} {words[-1]}" if len(words) > 1 else "".join(words)
