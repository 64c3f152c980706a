"""`.env`, and the files of `env_file:`, as Compose reads them: quotes, escapes, `export`, `:` for `=`, comments,
interpolation.

Source: Compose 2.26 (compose-go's dotenv), which differs from `docker run --env-file`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from linklint.context import ExtractionContext
from linklint.definition.containers import variable_of
from linklint.docker.environment import EnvAssignment, form_of
from linklint.facts.schema import EnvFile, Refusal
from linklint.text.confidence import LIKELY
from linklint.text.regex import lazy_compile
from linklint.text.source import MappedText, Source, Span, concat
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


LINE = lazy_compile(
    r"""^[ \t]*(?:export[ \t]+)?(?P<name>[\w.\[\]-]+)[ \t]*[=:][ \t]*
    (?:(?:'(?P<single>(?:[^'\\]|\\.)*)'|"(?P<double>(?:[^"\\]|\\.)*)")[ \t]*(?:\#[^\n]*)?\r?$
    |(?P<plain>(?!['"])[^\n]*)$)""",
    re.MULTILINE | re.VERBOSE | re.DOTALL,
)
ESCAPE = lazy_compile(r"\\([nrtabfv\"\\$])")
COMMENT_START = lazy_compile(r"(?:^|[ \t])#")
PLAIN = {"n": "\n", "r": "\r", "t": "\t", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
COMMENT = lazy_compile(r"[ \t]*(#[^\n]*)?\r?\n|[ \t]*(export[ \t]+)?[\w.-]+[ \t]*\r?\n")


MAX_VALUE = 20_000
MAX_ENTRIES = 10_000
Spend = Callable[[int], None]


class EnvLine(NamedTuple):
    """A variable of the file: its value with known variables filled in, and the spans of both."""

    name: str
    value: Word
    span: Span


class BadLine(NamedTuple):
    """A line that Compose refuses, together with the whole file."""

    span: Span


def read(source: Source, variables: dict[str, str], spend: Spend) -> Iterator[EnvLine | BadLine]:
    """Return the entries of a file. An entry may use earlier ones, unless `variables` has the name.

    `spend` is charged for what is produced.
    """
    spend(len(source.text))
    whole, known, at = source.whole(), dict(variables), 0
    for match in itertools.islice(LINE.finditer(source.text), MAX_ENTRIES):
        if bad := _between(whole, at, match.start()):
            yield bad
        at = match.end()
        group = next(group for group in ("single", "double", "plain") if match[group] is not None)
        end = match.end(group) if group != "plain" else match.start(group) + _plain_end(match[group])
        value = Word(_unescaped(whole.slice(match.start(group), end), group), quoted=group != "plain")
        if group != "single":
            value = interpolate(value, known)
        spend(10 + len(value.string) // 8 + len(value.text.segments))
        if not value.open and len(value.string) < MAX_VALUE:
            known.setdefault(match["name"], value.string)
        yield EnvLine(match["name"], value, whole.span(match.start("name"), end, value.span.confidence))
    if not LINE.search(source.text, at) and (bad := _between(whole, at, len(source.text))):
        yield bad


def _plain_end(string: str) -> int:
    """Return where a value without quotes ends: before blanks and a comment."""
    comment = COMMENT_START.search(string)
    return len((string[: comment.start()] if comment else string).rstrip(" \t\r"))


def _between(whole: MappedText, start: int, end: int) -> BadLine | None:
    """Return the first line between two entries that is neither a comment nor a bare name."""
    if start:
        newline = whole.string.find("\n", start, end)
        start = newline + 1 if newline >= 0 else end
    while start < end:
        line = COMMENT.match(whole.string + "\n" if end == len(whole.string) else whole.string, start)
        if not line:
            stop = whole.string.find("\n", start)
            return BadLine(whole.span(start, stop if stop >= 0 else end))
        start = line.end()
    return None


def _unescaped(text: MappedText, group: str) -> MappedText:
    if group != "double" or "\\" not in text.string:
        return text
    pieces, at = [], 0
    for match in ESCAPE.finditer(text.string):
        pieces.append(text.slice(at, match.start()))
        plain = "$$" if match[1] == "$" else PLAIN.get(match[1], match[1])
        pieces.append(text.replaced(match.start(), match.end(), plain))
        at = match.end()
    pieces.append(text.slice(at, len(text)))
    return concat(text.source, pieces)


def read_variables(source: Source | None, spend: Spend, variables: dict[str, str] | None = None) -> dict[str, str]:
    """Return the variables whose values in the file are certain."""
    if source is None:
        return {}
    return {
        entry.name: entry.value.string
        for entry in read(source, variables or {}, spend)
        if isinstance(entry, EnvLine) and not entry.value.open
    }


def add_compose_env_file(
    context: ExtractionContext, scope: int, container: int, word: Word, directory: str, variables: dict[str, str]
) -> int:
    """Add an item of `env_file:`, and the variables in it. Return how many."""
    source = None if word.open else context.open(directory, word.string)
    number = context.add(
        EnvFile(word.span, container=container, path=word.string, file=source.path if source else None)
    )
    count = 0
    for entry in read(source, variables, context.spend) if source is not None else ():
        count += 1
        if isinstance(entry, BadLine):
            reason = "a line of an env file must be NAME=VALUE, with closed quotes"
            context.add(
                Refusal(
                    entry.span._replace(confidence=LIKELY),
                    scope=scope,
                    container=container,
                    option="env_file",
                    reason=reason,
                )
            )
        else:
            setting = EnvAssignment(entry.name, entry.value, form_of(entry.value))
            context.add(variable_of(setting, entry.span, "env-file", container=container, env_file=number))
    return count
