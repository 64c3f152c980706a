"""Brace expansion of bash, which comes before all others: `a{b,c}d` and `{1..3}`."""

from __future__ import annotations

import itertools
import re

from linklint.shell.tree import Part
from linklint.text.regex import lazy_compile

MAX_BRACED = 200
RANGE = lazy_compile(r"(?:(-?\d+)\.\.(-?\d+)|([A-Za-z])\.\.([A-Za-z]))(?:\.\.(-?\d+))?")


def expand_braces(parts: list[Part]) -> list[list[Part]] | None:
    """Return the words that `a{b,c}d` and `{1..3}` become; None if there are too many."""
    if not any(part.kind == "text" and not part.quoted and "{" in part.value for part in parts):
        return [parts]
    atoms: list[Part] = []
    for part in parts:
        if part.kind == "text" and not part.quoted and len(part.value) == part.end - part.start < MAX_BRACED:
            atoms.extend(
                Part("text", part.start + number, part.start + number + 1, c) for number, c in enumerate(part.value)
            )
        else:
            atoms.append(part)
    try:
        return [_joined(variant) for variant in _braced(atoms, 0)]
    except OverflowError:
        return None


def _braced(atoms: list[Part], depth: int) -> list[list[Part]]:
    stack: list[tuple[int, list[int]]] = []
    pairs: dict[int, tuple[int, list[int]]] = {}
    for number, atom in enumerate(atoms):
        c = atom.value if atom.kind == "text" and not atom.quoted and atom.end - atom.start == 1 else ""
        if c == "{":
            stack.append((number, []))
        elif c == "," and stack:
            stack[-1][1].append(number)
        elif c == "}" and stack:
            first, commas = stack.pop()
            pairs[first] = (number, commas)
    for first in sorted(pairs):
        last, commas = pairs[first]
        inside = _alternatives(atoms, first, last, commas, depth) if depth < 8 else None
        if inside:
            rests = _braced(atoms[last + 1 :], depth + 1)
            if len(inside) * len(rests) > MAX_BRACED:
                raise OverflowError
            return [[*atoms[:first], *middle, *rest] for middle in inside for rest in rests]
    return [atoms]


def _alternatives(atoms: list[Part], first: int, last: int, commas: list[int], depth: int) -> list[list[Part]] | None:
    if commas:
        ends = [first, *commas, last]
        return [variant for a, b in itertools.pairwise(ends) for variant in _braced(atoms[a + 1 : b], depth + 1)]
    inside = atoms[first + 1 : last]
    match = (
        RANGE.fullmatch("".join(atom.value for atom in inside))
        if all(a.kind == "text" and not a.quoted for a in inside)
        else None
    )
    if not match:
        return None
    letters = match[3] is not None
    begin, end = (ord(match[3]), ord(match[4])) if letters else (int(match[1][:12]), int(match[2][:12]))
    step = abs(int((match[5] or "1")[:12])) or 1
    numbers = range(begin, end + 1, step) if begin <= end else range(begin, end - 1, -step)
    if len(numbers) > MAX_BRACED:
        raise OverflowError
    width = max(len(match[1]), len(match[2])) if not letters and re.search(r"(^|\.)-?0\d", match[0]) else 0
    start, stop = atoms[first].start, atoms[last].end
    return [
        [Part("text", start, stop, chr(number) if letters else str(number).zfill(width), quoted=True)]
        for number in numbers
    ]


def _joined(atoms: list[Part]) -> list[Part]:
    """Join adjacent single characters to one part."""
    parts: list[Part] = []
    for atom in atoms:
        last = parts[-1] if parts else None
        if (
            last is not None
            and last.kind == atom.kind == "text"
            and not last.quoted
            and not atom.quoted
            and last.end == atom.start
        ):
            parts[-1] = Part("text", last.start, atom.end, last.value + atom.value)
        else:
            parts.append(atom)
    return parts
