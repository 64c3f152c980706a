"""`--link SOURCE[:ALIAS]` and `links:`.

Source: docker CLI 26.1, engines 26.1 and 29.0. The CLI refuses only an empty value and a second colon. The alias is the
part after the last `/`; the default alias is the source's name. `db:` and `db:.` silently create no link.
"""

from __future__ import annotations

from linklint.text.regex import lazy_compile
from linklint.text.word import Word

SHORT_ID = lazy_compile(r"[0-9a-f]{12}|[0-9a-f]{64}")


def parse_link(word: Word) -> tuple[Word, str]:
    """Return (source, alias). Docker ignores a link with an empty alias."""
    colon = word.find(":")
    target = word if colon < 0 else word.slice(0, colon)
    alias = target.string if colon < 0 else word.slice(colon + 1).string
    if target.string.startswith("/") and not target.string.startswith("//"):
        target = target.slice(1)
    alias = alias.rsplit("/", 1)[-1] if "$" not in alias else alias
    return target, "" if alias == "." else alias


def alias_path(word: Word) -> str:
    """Return the alias as the engine stores it: `x/db` and `db` are two links with one alias."""
    colon = word.find(":")
    return word.string if colon < 0 else word.string[colon + 1 :].strip("/")


def prefix_of(alias: str) -> str:
    """Return the prefix of the link's variables: upper case, `_` for `-`, everything else unchanged."""
    return alias.upper().replace("-", "_")


def is_id(target: str) -> bool:
    """Return whether a source is a container ID, short or long."""
    return SHORT_ID.fullmatch(target) is not None and not target.isdigit()
