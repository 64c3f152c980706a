"""Variables: the value of `-e`, and env files.

Source: docker CLI 26.1. `-e NAME` takes the value from the client's environment. In an env file, `#` starts a comment
only at the start of a line; there are no quotes and no interpolation, leading blanks are trimmed, and a blank inside
the name is an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from linklint.text.source import MappedText
from linklint.text.word import DEFAULT, FILLED, Word


class EnvAssignment(NamedTuple):
    """One variable: its name, its value (None if passed through), and its form."""

    name: str
    value: Word | None
    form: str


def parse_env(word: Word) -> EnvAssignment:
    """Parse the value of `-e`, or an item of a Compose list."""
    equals = word.find("=")
    if equals < 0:
        return EnvAssignment(word.string, None, "passthrough" if not word.open else "variable")
    value = word.slice(equals + 1)
    return EnvAssignment(word.string[:equals], value, form_of(value))


def form_of(value: Word) -> str:
    """Return `literal`, `variable` or `default`."""
    if value.open or any(kind == FILLED for _, _, kind in value.holes):
        return "variable"
    return "default" if any(kind == DEFAULT for _, _, kind in value.holes) else "literal"


class Line(NamedTuple):
    """A line of an env file: `name=value`, a bare name, or an error."""

    name: MappedText
    value: MappedText | None
    error: str | None = None


MAX_LINES = 10_000


def read_env_file(text: MappedText) -> Iterator[Line]:
    """Return the lines of an env file as `docker run --env-file` reads them. Above the limit, the last line is an
    error.
    """
    at = count = 0
    for raw in text.string.split("\n"):
        start, end = at, at + len(raw.rstrip("\r"))
        at += len(raw) + 1
        line = text.string[start:end]
        stripped = line.lstrip()
        if not stripped or stripped.startswith("#"):
            continue
        start = end - len(stripped)
        count += 1
        if count > MAX_LINES:
            yield Line(
                text.slice(start, end), None, f"more than {MAX_LINES} variables: the rest of the file is not read"
            )
            return
        equals = text.string.find("=", start, end)
        name = text.slice(start, end if equals < 0 else equals)
        value = None if equals < 0 else text.slice(equals + 1, end)
        if not name.string or any(c.isspace() for c in name.string):
            yield Line(name, value, "the name is empty" if not name.string else f"the name {name.string!r} has a blank")
        else:
            yield Line(name, value)
