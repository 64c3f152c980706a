"""Known values of expressions: a text, a list of texts, a created container; otherwise a hole.

Nothing is run. Names hold the values that earlier statements on the same path assigned.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_right

from linklint.context import Budget
from linklint.kinds.python import literals
from linklint.text.records import Record
from linklint.text.regex import lazy_compile
from linklint.text.source import MappedText, Source, concat
from linklint.text.word import CAPTURED, DEFAULT, VARIABLE, Hole, Word


def as_dict(node: ast.Call) -> ast.expr:
    """Return `dict(a=b)` as `{"a": b}`, each key at the location of its name."""
    keys: list[ast.expr | None] = []
    for keyword in node.keywords:
        if keyword.arg is not None:
            key = ast.copy_location(ast.Constant(keyword.arg), keyword)
            key.end_lineno, key.end_col_offset = keyword.lineno, keyword.col_offset + len(keyword.arg.encode())
            keys.append(key)
    values = [keyword.value for keyword in node.keywords if keyword.arg is not None]
    return ast.copy_location(ast.Dict(keys, values), node)


def last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def is_get(node: ast.expr | None) -> bool:
    """Match `client.containers.get(NAME)`."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "get"
        and last_name(node.func.value) == "containers"
        and bool(node.args)
    )


def first_argument(node: ast.Call, name: str) -> ast.expr | None:
    return next(
        (keyword.value for keyword in node.keywords if keyword.arg == name), node.args[0] if node.args else None
    )


PERCENT = lazy_compile(r"%(?:\((?P<key>\w+)\))?(?P<spec>[-+ #0]*(?:\d+|\*)?(?:\.\d+)?)(?P<type>[a-zA-Z%])")
BRACES = lazy_compile(r"\{\{|\}\}|\{(?P<key>\w*)(?P<rest>[^{}]*)\}")
SAME = frozenset({"decode", "encode", "copy"})
STRIPS = frozenset({"strip", "lstrip", "rstrip"})
MAX_WORDS = 2000


class AbstractValue(Record):
    """The value of a name or an expression; `node` is the expression it came from."""

    word: Word | None = None
    words: list[Word] | None = None
    container: int | None = None
    node: ast.expr | None = None


UNKNOWN = AbstractValue()


class Places:
    """Converts lines and columns of `ast`, which count bytes, to offsets in the text."""

    def __init__(self, source: Source) -> None:
        self.text = source.whole()
        safe = re.sub("[\ud800-\udfff\0]", "?", source.text)
        self.string = safe
        self.lines = [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", safe))]

    def offset(self, line: int, column: int) -> int:
        start = self.lines[min(line, len(self.lines)) - 1]
        end = self.lines[line] if line < len(self.lines) else len(self.string)
        row = self.string[start:end]
        return min(
            start + (column if row.isascii() else len(row.encode("utf-8")[:column].decode("utf-8", "ignore"))),
            len(self.string),
        )

    def of(self, node: ast.expr | ast.stmt | ast.keyword) -> tuple[int, int]:
        """Return the start and end of a node."""
        start = self.offset(node.lineno, node.col_offset)
        return start, max(start, self.offset(node.end_lineno or node.lineno, node.end_col_offset or node.col_offset))

    def slice(self, node: ast.expr | ast.stmt | ast.keyword) -> MappedText:
        return self.text.slice(*self.of(node))

    def line_of(self, offset: int) -> int:
        return bisect_right(self.lines, offset)


class Values:
    """Evaluates expressions; `names` and `made` are what the interpretation of the module has found so far."""

    def __init__(self, places: Places, budget: Budget) -> None:
        self.places = places
        self.budget = budget
        self.names: dict[str, AbstractValue] = {}
        self.made: dict[ast.expr, int] = {}
        self.given: dict[int, str | None] = {}

    def of(self, node: ast.expr) -> AbstractValue:
        """Return what is known of an expression."""
        if node in self.made:
            container = self.made[node]
            return AbstractValue(self.hole(node, container), container=container)
        method = getattr(self, "on_" + type(node).__name__.lower(), None)
        found: AbstractValue = method(node) if method else UNKNOWN
        for word in [found.word] if found.word is not None else found.words or ():
            self.budget.spend(10 + len(word.string) // 16 + len(word.text.segments))
        return (
            found
            if found.word is not None or found.words is not None or found.node is not None
            else AbstractValue(self.hole(node))
        )

    def word(self, node: ast.expr) -> Word:
        """Return an expression as a text; a list is a hole."""
        return self.of(node).word or self.hole(node)

    def hole(self, node: ast.expr, container: int | None = None) -> Word:
        text = self.places.slice(node)
        return Word(text, ((0, len(text), CAPTURED if container is not None else VARIABLE),), captured=container)

    # Expressions

    def on_constant(self, node: ast.Constant) -> AbstractValue:
        if isinstance(node.value, (str, bytes)) and len(node.value) > literals.MAX_LENGTH:
            return AbstractValue(self.hole(node), node=node)
        if isinstance(node.value, (str, bytes)):
            word = literals.read(self.places.text, *self.places.of(node), lambda _: None)
            if isinstance(node.value, str) and word.string != node.value and "?" not in node.value:
                word = Word(self.places.slice(node).replaced(0, len(self.places.slice(node)), node.value), quoted=True)
            return AbstractValue(word, node=node)
        if isinstance(node.value, (int, float)):
            text = self.places.slice(node)
            string = str(node.value) if not isinstance(node.value, int) or abs(node.value) < 10**15 else text.string
            return AbstractValue(
                Word(text if text.string == string else text.replaced(0, len(text), string)), node=node
            )
        return AbstractValue(node=node)

    def on_joinedstr(self, node: ast.JoinedStr) -> AbstractValue:
        return AbstractValue(literals.read(self.places.text, *self.places.of(node), self.field))

    def field(self, expression: str) -> Word | None:
        """Return the expression of a field, if it is a name or `container.id`."""
        name, _, rest = expression.partition(".")
        known = self.names.get(name)
        if known is None:
            return None
        if known.container is not None and rest in ("", "id", "short_id"):
            return known.word
        if known.container is not None and rest == "name":
            return self.name_of(known.container)
        return known.word if not rest else None

    def name_of(self, container: int) -> Word | None:
        given = self.given.get(container)
        return (
            None if given is None else Word(MappedText(self.places.text.source, given, ()), ((0, len(given), DEFAULT),))
        )

    def on_name(self, node: ast.Name) -> AbstractValue:
        known = self.names.get(node.id, UNKNOWN)
        return (
            known
            if known.container is None
            else AbstractValue(self.hole(node, known.container), container=known.container)
        )

    def on_attribute(self, node: ast.Attribute) -> AbstractValue:
        """Read `container.id`, `container.name`, and what a class holds as `self.NAME`."""
        if isinstance(node.value, ast.Name) and node.value.id in ("self", "cls"):
            return self.names.get(f"self.{node.attr}", UNKNOWN)
        known = self.of(node.value)
        if known.container is not None and node.attr in ("id", "short_id", "name"):
            name = self.given.get(known.container) if node.attr == "name" else None
            if name is not None:
                text = self.places.slice(node)
                return AbstractValue(Word(text.replaced(0, len(text), name), ((0, len(name), DEFAULT),)))
            return AbstractValue(self.hole(node, known.container), container=known.container)
        return UNKNOWN

    def on_subscript(self, node: ast.Subscript) -> AbstractValue:
        """Read `container["Id"]` of the low-level client."""
        known = self.of(node.value)
        key = node.slice.value if isinstance(node.slice, ast.Constant) else None
        if known.container is not None and key in ("Id", "id"):
            return AbstractValue(self.hole(node, known.container), container=known.container)
        return UNKNOWN

    def on_list(self, node: ast.List | ast.Tuple) -> AbstractValue:
        words: list[Word] = []
        for item in node.elts[:MAX_WORDS]:
            if isinstance(item, ast.Starred):
                inner = self.of(item.value)
                words += inner.words if inner.words is not None else [_many(self.hole(item.value))]
            else:
                words.append(self.word(item))
            if len(words) > MAX_WORDS:
                break
        return AbstractValue(words=words, node=node)

    on_tuple = on_list

    def on_dict(self, node: ast.Dict) -> AbstractValue:
        return AbstractValue(node=node)

    def on_binop(self, node: ast.BinOp) -> AbstractValue:
        left = self.of(node.left)
        if isinstance(node.op, ast.Mod) and left.word is not None and not left.word.open:
            return AbstractValue(self.percent(left.word, node.right))
        if not isinstance(node.op, ast.Add):
            return UNKNOWN
        right = self.of(node.right)
        if left.words is not None or right.words is not None:
            halves = [
                h.words if h.words is not None else [_many(self.hole(n))]
                for h, n in ((left, node.left), (right, node.right))
            ]
            return AbstractValue(words=(halves[0] + halves[1])[:MAX_WORDS])
        if left.word is not None and right.word is not None and (left.word.quoted or right.word.quoted):
            return AbstractValue(joined([left.word, right.word]))
        return UNKNOWN

    def percent(self, word: Word, right: ast.expr) -> Word:
        """Evaluate `"…%s…" % values`."""
        given = iter(right.elts) if isinstance(right, ast.Tuple) else iter([right])
        named = (
            {k.value: v for k, v in zip(right.keys, right.values) if isinstance(k, ast.Constant)}
            if isinstance(right, ast.Dict)
            else {}
        )

        def fill(match: re.Match[str]) -> ast.expr | str | None:
            if match["type"] == "%":
                return "%"
            if match["spec"] or match["type"] not in "sdi":
                next(given, None)
                return None
            return named.get(match["key"]) if match["key"] else next(given, None)

        return self.substituted(word, PERCENT, fill)

    def substituted(self, word: Word, pattern: re.Pattern[str], fill: object) -> Word:
        words, at = [], 0
        for match in pattern.finditer(word.string):
            words.append(word.slice(at, match.start()))
            filled = fill(match)  # type: ignore[operator]
            if isinstance(filled, str):
                words.append(Word(word.text.replaced(match.start(), match.end(), filled)))
            else:
                known = self.word(filled) if filled is not None else None
                raw = word.text.slice(match.start(), match.end())
                usable = known is not None and (not known.open or known.captured is not None)
                words.append(known if usable and known is not None else Word(raw, ((0, len(raw), VARIABLE),)))
            at = match.end()
        words.append(word.slice(at))
        return joined(words)

    def on_call(self, node: ast.Call) -> AbstractValue:
        """Evaluate methods of texts: `format`, `join`, `split`, `strip`; `str(x)`, `shlex.split(x)`."""
        function = node.func
        if isinstance(function, ast.Name) and function.id == "str" and len(node.args) == 1:
            return AbstractValue(self.word(node.args[0]))
        if not isinstance(function, ast.Attribute):
            return UNKNOWN
        if (
            function.attr == "split"
            and isinstance(function.value, ast.Name)
            and function.value.id == "shlex"
            and node.args
        ):
            return self.of(node.args[0])
        if function.attr in STRIPS and not node.args and not node.keywords:
            return _stripped(self.of(function.value), function.attr)
        if (
            function.attr in SAME
            or function.attr == "split"
            and all(isinstance(a, ast.Constant) and a.value == " " for a in node.args)
        ):
            return self.of(function.value)
        receiver = self.of(function.value).word
        if receiver is None or receiver.open and not receiver.quoted:
            return UNKNOWN
        if function.attr == "format" and not receiver.open:
            return AbstractValue(self.formatted(receiver, node))
        if function.attr == "join" and len(node.args) == 1:
            items = self.of(node.args[0]).words
            if items is not None:
                self.budget.spend(len(items) * (10 + len(receiver.string) // 16))
                parts = [part for item in items for part in (receiver, item)][1:]
                return AbstractValue(joined(parts)) if parts else UNKNOWN
        return UNKNOWN

    def formatted(self, word: Word, node: ast.Call) -> Word:
        given = iter(node.args)
        named = {keyword.arg: keyword.value for keyword in node.keywords}

        def fill(match: re.Match[str]) -> ast.expr | str | None:
            key = match["key"]
            if key is None:
                return match[0][0]
            if match["rest"]:
                if not key:
                    next(given, None)
                return None
            if key.isdigit():
                return node.args[int(key)] if int(key) < len(node.args) else None
            return named.get(key) if key else next(given, None)

        return self.substituted(word, BRACES, fill)


def _stripped(known: AbstractValue, how: str) -> AbstractValue:
    """Return a text without blanks at its ends; unknown parts at an end stay."""
    word = known.word
    if word is None or word.holes:
        return known
    string = word.string
    start = len(string) - len(string.lstrip()) if how != "rstrip" else 0
    return AbstractValue(word.slice(start, max(start, len(string.rstrip()) if how != "lstrip" else len(string))))


def _many(word: Word) -> Word:
    return Word(word.text, word.holes, many=True)


def joined(words: list[Word]) -> Word:
    """Concatenate texts."""
    holes: list[Hole] = []
    at, captured = 0, None
    kept: list[Word] = []
    for word in words:
        if at > literals.MAX_LENGTH:
            break
        holes += [(at + start, at + end, kind) for start, end, kind in word.holes]
        captured = word.captured if word.captured is not None else captured
        at += len(word.string)
        kept.append(word)
    return Word(
        concat(words[0].text.source, [word.text for word in kept]), tuple(holes), captured=captured, quoted=True
    )
