"""`env_file:` of a service: the variables of the file, if the tree has it."""

from __future__ import annotations

from linklint.context import ExtractionContext
from linklint.definition.containers import variable_of
from linklint.docker.environment import EnvAssignment, form_of
from linklint.facts.schema import EnvFile, Refusal
from linklint.kinds.compose.dotenv import BadLine, read
from linklint.text.confidence import LIKELY
from linklint.text.word import Word


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
