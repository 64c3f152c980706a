"""Reads of link variables in Python: `os.environ["DB_PORT_5432_TCP_ADDR"]`, `os.getenv(…)`, `env("DB_ENV_USER")`, names that are put together."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

from linklint.docker.link_variable import PORT_SHAPE, link_variable
from linklint.docker.link_variable import Reads as Shape
from linklint.extract.python.values import Places, Values
from linklint.extract.reading import Reading
from linklint.facts.tables import EnvRead
from linklint.source import CERTAIN, LIKELY, POSSIBLE
from linklint.word import Word

SETS = re.compile(
    r"(?:set|put|del|unset)_?env\w*|setdefault|setattr|print|log\w*|debug|info|warn\w*|error|append|add|assert\w*|\w*(?:Error|Exception)|skip\w*|startswith|endswith|replace|format",
    re.IGNORECASE,
)
ENVIRON = re.compile(r"(?:^|\.)(?:environ|environb|getenv)\b")
MADE = re.compile(r".*_PORT_\S+_(?P<protocol>TCP|UDP)(?:_(?P<part>ADDR|PORT|PROTO))?", re.DOTALL)
URL = re.compile(r"\b(?:tcp|udp):|urlparse|urlsplit|(?:split|partition)\(\s*['\"](?:://|//)")
LIKE_ENV = re.compile(r"env|conf|settings|vars|getenv", re.IGNORECASE)


class Reads:
    """Takes the reads of a module."""

    def __init__(self, places: Places, values: Values, scope: Callable[[str], int], reading: Reading) -> None:
        self.places = places
        self.values = values
        self.scope = scope
        self.reading = reading

    def look(self, node: ast.AST) -> None:
        """Take what an expression reads."""
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            self.read(node, node.slice, ast.unparse(node.value) if isinstance(node.value, (ast.Name, ast.Attribute)) else "", None)
        elif isinstance(node, ast.Call) and node.args and isinstance(node.func, (ast.Name, ast.Attribute)):
            called = _dotted(node.func)
            if not SETS.fullmatch(called.rpartition(".")[2]):
                self.read(node, node.args[0], called, node.args[1] if len(node.args) > 1 else None)

    def read(self, node: ast.expr, key: ast.expr, what: str, fallback: ast.expr | None) -> None:
        environ = ENVIRON.search(what) is not None
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            found = link_variable(key.value)
            if found is None and environ and PORT_SHAPE.fullmatch(key.value):
                found = self.url(node, key.value)
                if found is not None:
                    self.add(node, key.value, found, fallback, LIKELY)
            elif found is not None and (environ or what):
                self.add(node, key.value, found, fallback, CERTAIN if environ else LIKELY if LIKE_ENV.search(what) else POSSIBLE)
        elif environ:
            word = self.values.of(key).word
            if word is not None and word.holes:
                self.put_together(node, word, fallback)

    def url(self, node: ast.expr, name: str) -> Shape | None:
        """`DB_PORT` alone counts where the line takes a URL apart."""
        start, _ = self.places.of(node)
        line = self.places.line_of(start)
        match = PORT_SHAPE.fullmatch(name)
        text = self.places.string[
            self.places.lines[line - 1] : self.places.lines[line] if line < len(self.places.lines) else len(self.places.string)
        ]
        return Shape(match["prefix"], "url", None, None) if match and URL.search(text) and "int(" not in text else None

    def put_together(self, node: ast.expr, word: Word, fallback: ast.expr | None) -> None:
        """`"%s_PORT_%s_TCP_ADDR" % (alias, port)`: whose address it is stands nowhere."""
        known = link_variable(word.string) if not word.open else None
        match = MADE.fullmatch(word.string)
        if known is not None:
            self.add(node, word.string, known, fallback, LIKELY)
        elif match:
            part = {"ADDR": "address", "PORT": "port", "PROTO": "proto", None: "url"}[match["part"]]
            self.add(node, word.string, Shape("", part, None, match["protocol"].lower()), fallback, LIKELY)

    def add(self, node: ast.expr, name: str, found: Shape, fallback: ast.expr | None, confidence: str) -> None:
        span = self.places.slice(node).span(confidence=confidence)
        default = self.places.slice(fallback).string if fallback is not None else None
        self.reading.add(EnvRead(span, self.scope(""), name, found.prefix, found.part, found.port, found.protocol, default, "python"))


def _dotted(node: ast.expr) -> str:
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        names.append(node.id)
    return ".".join(reversed(names))
