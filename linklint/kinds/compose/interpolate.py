"""`${NAME:-default}` in Compose files.

Source: Compose 2.26: `$NAME`, `${NAME}`, `-` `:-` `?` `:?` `+` `:+`, nested defaults, `$$` for a dollar. The
environment of the shell overrides `.env`, so a value of `.env` is a default.
"""

from __future__ import annotations

import re

from linklint.text.regex import lazy_compile
from linklint.text.source import MappedText
from linklint.text.word import DEFAULT, FILLED, VARIABLE, Word, WordBuilder

REFERENCE = lazy_compile(
    r"\$(?:(?P<escaped>\$)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|\{(?P<braced>[A-Za-z_][A-Za-z0-9_]*)(?P<op>:?[-?+])?)"
)
MAX_REFERENCES = 1000
MAX_LENGTH = 20_000  # of a value: then variables are no longer filled in
BRACE = lazy_compile(r"\$(?:\$|\{(?P<good>[A-Za-z_][A-Za-z0-9_]*(?=[}:?+-]))?)")


def is_broken(string: str) -> bool:
    """Return whether a `${` starts no variable, or is not closed: Compose refuses it."""
    return any(
        match[0] != "$$" and (match["good"] is None or _closing(string, match.end()) < 0)
        for match in BRACE.finditer(string)
    )


def interpolate(word: Word, variables: dict[str, str]) -> Word:
    """Return the word with known variables filled in; unknown ones are holes."""
    if "$" not in word.string:
        return word
    if word.string.count("$") > MAX_REFERENCES:
        return Word(word.text, ((0, len(word.string), VARIABLE),), quoted=word.quoted)
    return _interpolate(word.text, variables, 0) or word


def _interpolate(text: MappedText, variables: dict[str, str], depth: int) -> Word | None:
    made = WordBuilder(text)
    at = 0
    for match in REFERENCE.finditer(text.string):
        if match.start() < at:
            continue
        made.put(text.slice(at, match.start()))
        at = match.end()
        if match["escaped"]:
            made.put(text.replaced(match.start(), at, "$"))
            continue
        if match["braced"]:
            at = _closing(text.string, at)
            if at < 0:
                return None
        argument = text.slice(match.end(), max(match.end(), at - 1))
        _reference(made, match, text.slice(match.start(), at), argument, variables, depth)
    made.put(text.slice(at, len(text)))
    return made.word()


def _reference(
    made: WordBuilder,
    match: re.Match[str],
    whole: MappedText,
    argument: MappedText,
    variables: dict[str, str],
    depth: int,
) -> None:
    """Append `$NAME`, `${NAME}`, `${NAME:-argument}` or `${NAME:+argument}`."""
    value = variables.get(match["name"] or match["braced"])
    op = match["op"] or ""
    inner = _interpolate(argument, variables, depth + 1) if op[-1:] in ("+", "-") and depth < 16 else None
    taken = argument.string if inner is None else inner.string
    is_known = inner is None or not inner.open
    if made.length > MAX_LENGTH:
        made.put(whole, VARIABLE)
    elif value is not None and (value or not op.startswith(":")) and not op.endswith("+"):
        made.put(whole.replaced(0, len(whole), value), FILLED if value else None)
    elif value is not None and op.endswith("+") and depth < 16:
        used = taken if value or op == "+" else ""
        kind = FILLED if is_known else VARIABLE
        made.put(whole.replaced(0, len(whole), used), kind if used else None)
    elif op.endswith("-") and depth < 16:
        shown = whole.replaced(0, len(whole), taken)
        if is_known or inner is None:
            made.put(shown, DEFAULT if taken else None)
        else:
            made.put_word(shown, inner.holes)
    else:
        made.put(whole, VARIABLE)


def _closing(string: str, at: int) -> int:
    """Return the offset after the brace that closes a reference, or -1."""
    level = 1
    for match in re.compile(r"\$\{|\}").finditer(string, at):
        level += 1 if match[0] == "${" else -1
        if level == 0:
            return match.end()
    return -1
