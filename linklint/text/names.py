"""Words of a text that may be the name of a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from linklint.text.regex import lazy_compile

NAME = lazy_compile(r"[\w.+-]+")
BETWEEN_NAMES = bytes(code if chr(code).isalnum() or chr(code) in "_.+-" else ord(" ") for code in range(256))


def by_bytes(names: Iterable[str]) -> dict[bytes, str]:
    """Return names as `names_in` wants them."""
    return {name.encode("utf-8", "surrogateescape"): name for name in names}


def names_in(text: str, wanted: Mapping[bytes, str]) -> set[str]:
    """Return which of the wanted names are words of a text. A pattern takes three times as long."""
    words = set(text.encode("ascii", "replace").translate(BETWEEN_NAMES).split())
    found = {wanted[name] for name in wanted.keys() & words}
    if not text.isascii():
        found.update(name for written, name in wanted.items() if not written.isascii() and name in text)
    return found
