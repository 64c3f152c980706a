"""Mark the secrets whose values are only examples, once all facts are known."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from linklint.facts.schema import Container, Env, Scope
from linklint.secrets.examples import is_example, words_of
from linklint.text.regex import lazy_compile
from linklint.text.source import Source

if TYPE_CHECKING:
    from linklint.facts.collector import FactCollector

# Variables whose value is a name that a careless password repeats: users, databases, hosts, organisations.
NAMING = lazy_compile(
    r"(?:user(?:name)?|login|db|database|dbname|name|host|org(?:anization)?|domain)\d?\Z", re.IGNORECASE
)


def mark_examples(collector: FactCollector) -> None:
    """Set `env.example` where the value of a secret consists of words of examples and of names in its file."""
    secrets = [row for row in collector.rows(Env) if row.secret is not None and row.value and row.form != "variable"]
    if not secrets:
        return
    files = {row.span.source for row in secrets}
    names: dict[Source, set[str | None]] = defaultdict(set)
    for container in collector.rows(Container):
        if (file := container.span.source) in files:
            names[file] |= {container.name, container.service, container.image}
    for row in collector.rows(Env):
        if row.secret is None and (file := row.span.source) in files and NAMING.search(row.name):
            names[file].add(row.value)
    words = {file: words_of(names[file]) for file in files}
    documents = {scope.span.source for scope in collector.rows(Scope) if scope.is_example}
    for row in secrets:
        file = row.span.source
        shown = file in documents or row.form == "default"  # `${PASSWORD:-x}` shows what to replace, too
        row.example = int(is_example(row.value or "", words[file], shown=shown))  # type: ignore[misc]
