"""`--link SOURCE[:ALIAS]` and `links:`.

Source: docker CLI 26.1 and engine 26.1/29.0. The CLI refuses only an empty value and a second colon. The alias is what
stands behind the last `/`; without one it is the source's name. `db:` and `db:.` make no link at all, silently.
"""

from __future__ import annotations

import re

from linklint.text.word import Word

SHORT_ID = re.compile(r"[0-9a-f]{12}|[0-9a-f]{64}")


def parse_link(word: Word) -> tuple[Word, str]:
    """(the source, the alias); an empty alias is a link that Docker drops."""
    colon = word.find(":")
    target = word if colon < 0 else word.slice(0, colon)
    alias = target.string if colon < 0 else word.slice(colon + 1).string
    if target.string.startswith("/") and not target.string.startswith("//"):
        target = target.slice(1)
    alias = alias.rsplit("/", 1)[-1] if "$" not in alias else alias
    return target, "" if alias == "." else alias


def alias_path(word: Word) -> str:
    """The alias as the engine files it: `x/db` and `db` are two links with one alias."""
    colon = word.find(":")
    return word.string if colon < 0 else word.string[colon + 1 :].strip("/")


def prefix_of(alias: str) -> str:
    """The prefix of the variables that a link makes: upper case, `-` becomes `_`, nothing else changes."""
    return alias.upper().replace("-", "_")


def is_id(target: str) -> bool:
    """Whether a source is named by a container ID, short or long."""
    return SHORT_ID.fullmatch(target) is not None and not target.isdigit()
