"""Env files as Compose reads them: quotes, `export`, blanks around the `=`, `:` for it, and interpolation.

Source: Compose 2.26 (compose-go's dotenv), which is not what `docker run --env-file` takes.
"""

from __future__ import annotations

from linklint.docker.env import Setting, form_of
from linklint.extract.compose.interpolate import LINE, interpolate
from linklint.extract.parts import add_env
from linklint.extract.reading import Reading
from linklint.facts.tables import EnvFile
from linklint.word import Word


def add_compose_env_file(reading: Reading, container: int, word: Word, directory: str, variables: dict[str, str]) -> None:
    """An item of `env_file:`, and the variables in it where the tree has it."""
    source = None if word.open else reading.open(directory, word.string)
    number = reading.add(EnvFile(word.span, container, word.string, source.path if source else None))
    if source is None:
        return
    whole = source.whole()
    for match in LINE.finditer(source.text):
        group = next(group for group in ("single", "double", "plain") if match[group] is not None)
        value = Word(whole.slice(match.start(group), match.end(group)), quoted=group != "plain")
        if group != "single":
            value = interpolate(value, variables)
        span = whole.span(match.start("name"), match.end(group), value.span.confidence)
        add_env(reading, Setting(match["name"], value, form_of(value)), span, "env-file", container=container, env_file=number)
