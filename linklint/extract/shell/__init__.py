"""Shell scripts, and shell text inside of other files."""

from __future__ import annotations

from linklint.extract.reading import Order, Reading, directory_of
from linklint.source import Source


def extract(sources: list[Source], reading: Reading) -> None:
    """Take the facts of shell scripts: each is a scope."""
    from linklint.extract.shell.interpreter import Interpreter

    for source in sources:
        order = Order(reading, source.whole().span(), "shell", source.path)
        interpreter = Interpreter(reading, order, directory_of(source.path))
        interpreter.run(source.whole())
        interpreter.finish()
