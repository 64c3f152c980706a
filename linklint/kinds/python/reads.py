"""Reads of link variables in Python.

`os.environ["DB_PORT_5432_TCP_ADDR"]`, `os.getenv(…)`, `env("DB_ENV_USER")`, names built from parts.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

from linklint.context import ExtractionContext
from linklint.docker.link_variables import Reads as Shape
from linklint.docker.link_variables import link_variable, short_variable
from linklint.facts.schema import EnvRead
from linklint.kinds.python.values import Places, Values
from linklint.lexer.url_uses import is_taken_apart
from linklint.text.confidence import CERTAIN, LIKELY, POSSIBLE
from linklint.text.regex import lazy_compile
from linklint.text.word import Word

SETS = lazy_compile(
    r"(?:set|put|add|with|stub|mock|patch|override|del|delete|remove|unset|clear|update)_?env\w*|setdefault|setitem"
    r"|delitem|setattr|print|log\w*|debug|info|warn\w*|error|append|add|assert\w*|\w*(?:Error|Exception)|skip\w*"
    r"|startswith|endswith|replace|format",
    re.IGNORECASE,
)
ENVIRON = lazy_compile(r"(?:^|\.)(?:environ|environb|getenv)\b")
MADE = lazy_compile(
    r".*_PORT_\S+?_(?:(?P<protocol>TCP|UDP)(?:_(?P<part>ADDR|PORT|PROTO))?|\S*_(?P<any>ADDR))", re.DOTALL
)
URL = lazy_compile(r"\b(?:tcp|udp):|urlparse|urlsplit|(?:split|partition)\(\s*['\"](?:://|//)")
ALIAS = lazy_compile(
    r"^[ \t]*from[ \t]+os[ \t]+import[ \t(][^\n]*?\b(?:environb?|getenv)[ \t]+as[ \t]+(?P<name>\w+)", re.MULTILINE
)
NAMED = lazy_compile(
    r"^[ \t]*(?P<name>[A-Za-z_]\w*)[ \t]*=[ \t]*(?:\w+\.)?(?:environb?(?:\.get)?|getenv)[ \t]*(?:#[^\n]*)?$",
    re.MULTILINE,
)
GIVEN = (
    lazy_compile(  # environ["X"] = …, setdefault("X", …), update({"X": …}), patch.dict(environ, X=…), setenv("X", …)
        r"environ\[\s*[\"'](\w++)[\"']\s*\]\s*=(?!=)|\.setdefault\(\s*[\"'](\w++)|[\"'](\w++)[\"']\s*:"
        r"|(?<![\w.])(\w++)=(?=[bru]?[\"'])"
        r"|\b(?:setenv|putenv|setitem)\([^)\n]{0,100}?[\"'](\w++)[\"']"
    )
)
MAX_NAME = 300
ASKED = frozenset({"endswith", "match", "search", "fullmatch", "findall", "finditer", "compile", "startswith"})
SCAN = lazy_compile(r"_(?:TCP|UDP)(?:_ADDR)?\)?\$?\Z|_PORT_.*_(?:TCP|UDP)")
IN_TEXT = lazy_compile(r"%\((?P<percent>\w+)\)|\{(?P<brace>\w+)\}|\$\{?(?P<dollar>\w+)\}?")
BUILT = lazy_compile(  # host:port
    r"(?:%s|\{[^{}]*\}|['\"][ \t]*\+[^\n]*?)[ \t]*['\"]?:(?:%[sd]|\{|['\"][ \t]*\+)|[\w*\]]:(?:%[sd]|\{|['\"][ "
    r"\t]*[+,%])"
)
BY_NAME = lazy_compile(  # environ[name], getenv(name), name in os.environ
    r"\benvironb?(?:\.get\(|\[)\s*[a-z_]\w*\s*[\]),]|\bgetenv\(\s*[a-z_]\w*\s*[),]|\bin\s+(?:os\.)?environb?\b"
)
LIKE_ENV = lazy_compile(r"env|conf|settings|vars|getenv", re.IGNORECASE)


class Reads:
    """Extracts the reads of a module."""

    def __init__(self, places: Places, values: Values, scope: Callable[[str], int], context: ExtractionContext) -> None:
        self.places = places
        self.values = values
        self.scope = scope
        self.context = context
        self.aliases = {match["name"] for pattern in (ALIAS, NAMED) for match in pattern.finditer(places.string)}
        self.given: dict[str, int] = {}  # what the program sets itself, from where it first does so
        for match in GIVEN.finditer(places.string):
            self.given.setdefault(next(name for name in match.groups() if name), match.end())
        self.scans = "environ" in places.string
        self.by_name = BY_NAME.search(places.string) is not None
        self.otherwise: dict[ast.expr, ast.expr] = {}  # what `or` gives if that is empty
        self.tests: set[ast.expr] = set()  # of which only the truth counts: env("X") and "db"

    def look(self, node: ast.AST) -> None:
        """Record what an expression reads."""
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            asked = ast.unparse(node.value) if isinstance(node.value, (ast.Name, ast.Attribute)) else ""
            self.read(node, node.slice, asked, None)
        elif isinstance(node, ast.Call):
            if node.args and isinstance(node.func, (ast.Name, ast.Attribute)):
                self.call(node, _dotted(node.func))
            self.keywords(node)
        elif isinstance(node, ast.Compare):
            self.membership(node)
        elif isinstance(node, ast.BinOp):
            self.formatted(node)
        elif isinstance(node, (ast.List, ast.Tuple, ast.Set)) and self.by_name:
            self.listed(node)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found = link_variable(node.target.id.upper())
            if found is not None and found.port is not None:  # a field of pydantic settings
                self.add(node.target, node.target.id.upper(), found, node.value, LIKELY)

    def call(self, node: ast.Call, called: str) -> None:
        """Read `os.environ.get("X")`, `os.path.expandvars("$X")`, a search through the environment."""
        last = called.rpartition(".")[2]
        if last in ASKED and self.scans:
            self.scan(node, node.args[0])
        elif last == "expandvars" and isinstance(node.args[0], ast.Constant):
            self.in_text(node, str(node.args[0].value))
        elif not SETS.fullmatch(last):
            default = next((keyword.value for keyword in node.keywords if keyword.arg == "default"), None)
            self.read(node, node.args[0], called, node.args[1] if len(node.args) > 1 else default)

    def membership(self, node: ast.Compare) -> None:
        """Read `"X" in os.environ`."""
        if not isinstance(node.left, ast.Constant) or not isinstance(node.ops[0], (ast.In, ast.NotIn)):
            return
        found = link_variable(node.left.value) if isinstance(node.left.value, str) else None
        if found is not None and ENVIRON.search(ast.unparse(node.comparators[0])):
            self.add(node, str(node.left.value), found, None, CERTAIN, tested=True)
        elif self.scans:
            self.scan(node, node.left)

    def formatted(self, node: ast.BinOp) -> None:
        """Read `"… %(X)s" % os.environ`."""
        if isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Constant) and isinstance(node.left.value, str):
            if ENVIRON.search(ast.unparse(node.right)[:80]):
                self.in_text(node, node.left.value)

    def listed(self, node: ast.List | ast.Tuple | ast.Set) -> None:
        """Read `for name in ("DB_PORT_5432_TCP_ADDR", "DB_HOST"):`, if the environment is read by a name."""
        for item in node.elts:
            name = item.value if isinstance(item, ast.Constant) else None
            found = link_variable(name) if isinstance(name, str) else None
            if found is not None and found.port is not None:
                self.add(item, str(name), found, None, LIKELY)

    def keywords(self, node: ast.Call) -> None:
        """Read `Field(env="DB_PORT_5432_TCP_ADDR")`, `"{DB_PORT_5432_TCP_ADDR}".format(**os.environ)`."""
        for keyword in node.keywords:
            if (
                keyword.arg in ("env", "validation_alias", "envvar", "env_var")
                and isinstance(keyword.value, ast.Constant)
                and isinstance(keyword.value.value, str)
            ):
                found = link_variable(keyword.value.value)
                if found is not None:
                    self.add(keyword.value, keyword.value.value, found, None, LIKELY)
            elif (
                keyword.arg is None
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Constant)
                and ENVIRON.search(ast.unparse(keyword.value)[:80])
            ):
                self.in_text(node, str(node.func.value.value))

    def scan(self, node: ast.expr, key: ast.expr) -> None:
        """Read `k.endswith("_TCP_ADDR")`: a search through the environment; the address it finds is unknown."""
        word = self.values.of(key).word
        if (
            word is not None
            and len(word.string) <= MAX_NAME
            and SCAN.search(word.string)
            and link_variable(word.string) is None
        ):
            part = "url" if word.string.rstrip("$)").endswith(("_TCP", "_UDP")) else "address"
            self.add(node, word.string, Shape("", part, None, "udp" if "_UDP" in word.string else "tcp"), None, LIKELY)

    def in_text(self, node: ast.expr, string: str) -> None:
        """Read a text that is expanded from the environment."""
        for match in IN_TEXT.finditer(string):
            name = match["percent"] or match["brace"] or match["dollar"]
            found = link_variable(name)
            if found is not None:
                self.add(node, name, found, None, LIKELY)

    def read(self, node: ast.expr, key: ast.expr, what: str, fallback: ast.expr | None) -> None:
        environ = ENVIRON.search(what) is not None or what.partition(".")[0] in self.aliases
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            found = link_variable(key.value)
            short = short_variable(key.value) if found is None and environ else None
            if short is not None:
                is_weak = short.part == "name" or not self.is_url(node)
                self.add(node, key.value, short, fallback, LIKELY, weak=is_weak)
            elif found is not None and (environ or LIKE_ENV.search(what)):
                self.add(node, key.value, found, fallback, CERTAIN if environ else LIKELY)
            elif found is not None and what:  # the meaning of the second argument of such a function is unknown
                self.add(node, key.value, found, None, POSSIBLE)
        elif environ:
            word = self.values.of(key).word
            if word is not None and len(word.string) <= MAX_NAME:
                self.put_together(node, word, fallback)

    def is_url(self, node: ast.expr) -> bool:
        """Return whether a bare `DB_PORT` is taken apart as a URL, there or anywhere on its line."""
        start, end = self.places.of(node)
        line, starts = self.places.line_of(start), self.places.lines
        text = self.places.string[starts[line - 1] : starts[line] if line < len(starts) else len(self.places.string)]
        on_line = URL.search(text) is not None and "int(" not in text and not BUILT.search(text)
        return on_line or is_taken_apart(self.places.string, start, end)

    def put_together(self, node: ast.expr, word: Word, fallback: ast.expr | None) -> None:
        """Read `"%s_PORT_%s_TCP_ADDR" % (alias, port)`: the address it finds is unknown."""
        known = link_variable(word.string) if not word.open else None
        match = MADE.fullmatch(word.string)
        if known is not None:
            self.add(node, word.string, known, fallback, LIKELY)
        elif match:
            part = {"ADDR": "address", "PORT": "port", "PROTO": "proto", None: "url"}[match["part"] or match["any"]]
            self.add(
                node,
                word.string,
                Shape("", part, None, match["protocol"].lower() if match["protocol"] else None),
                fallback,
                LIKELY,
            )

    def add(
        self,
        node: ast.expr,
        name: str,
        found: Shape,
        fallback: ast.expr | None,
        confidence: str,
        *,
        weak: bool = False,
        tested: bool = False,
    ) -> None:
        written = self.places.slice(node)
        start, _ = self.places.of(node)
        line = self.places.lines[self.places.line_of(start) - 1]
        is_own = self.given.get(name, len(self.places.string)) < line
        span = written.span(confidence=POSSIBLE if is_own else confidence)
        fallback = fallback if fallback is not None else self.otherwise.get(node)
        default = self.places.slice(fallback).string if fallback is not None else None
        self.context.add(
            EnvRead(
                span,
                scope=self.scope(""),
                name=name,
                prefix=found.prefix,
                part=found.part,
                port=found.port,
                protocol=found.protocol,
                fallback=default,
                language="python",
                written=None if name in self.given else written.string,
                weak=int(weak),
                tested=int(tested or node in self.tests),
            )
        )


def takes_out(node: ast.expr) -> bool:
    """Match `os.environ.pop("X", None)` as a statement."""
    return isinstance(node, ast.Call) and _dotted(node.func).endswith("environ.pop")


def _dotted(node: ast.expr) -> str:
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        names.append(node.id)
    return ".".join(reversed(names))
