"""The confidence of a fact: certain, likely or possible."""

from __future__ import annotations

CERTAIN, LIKELY, POSSIBLE = CONFIDENCES = ("certain", "likely", "possible")


def weakest(*confidences: str) -> str:
    """Return the weakest of the given confidences: their alphabetical order is that of their strength."""
    return max(confidences)
