"""The variables of a shell script.

A variable is known only while one literal value is certain. If paths join with different values, it is unknown; if one
path leaves it empty (`OPTS=""; if …; then OPTS="--link db"; fi`), the value is kept as unsure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from linklint.context import Budget
from linklint.flow.branches import meet
from linklint.shell.tree import Item, Loop, Node, Simple, Test, descendants
from linklint.text.regex import lazy_compile
from linklint.text.word import DEFAULT, VARIABLE, Word

TOKEN = lazy_compile(r"\s*(?:(0[xX][0-9a-fA-F]+|\d+)|\$?\{?([A-Za-z_]\w*)\}?|([-+*/%()]))")
ARITHMETIC = lazy_compile(
    r"([A-Za-z_]\w*)\s*(?:\[[^\]]*\])?\s*(?:(?:[-+*/%&|^]|<<|>>)?=(?!=)|\+\+|--)|(?:\+\+|--)\s*([A-Za-z_]\w*)"
)


def calculate(expression: str, known: dict[str, str]) -> int | None:
    """Return the value of an expression of whole numbers, `+ - * / %` and parentheses; None for anything else."""
    if len(expression) > 100:
        return None
    tokens: list[str] = []
    at = 0
    while expression[at:].strip():
        match = TOKEN.match(expression, at)
        number = match[1] or known.get(match[2] or "", match[2] or "") if match else ""
        if not match or not match[3] and not re.fullmatch(r"0|[1-9]\d{0,9}", number):
            return None
        tokens.append(match[3] or number)
        at = match.end()
    try:
        value, rest = _sum(tokens)
    except (IndexError, ValueError, ZeroDivisionError, RecursionError):
        return None
    return value if not rest else None


def _sum(tokens: list[str]) -> tuple[int, list[str]]:
    value, rest = _product(tokens)
    while rest and rest[0] in "+-":
        sign = 1 if rest[0] == "+" else -1
        term, rest = _product(rest[1:])
        value += sign * term
    return value, rest


def _product(tokens: list[str]) -> tuple[int, list[str]]:
    value, rest = _factor(tokens)
    while rest and rest[0] in "*/%":
        op = rest[0]
        factor, rest = _factor(rest[1:])
        quotient = 0 if op == "*" else abs(value) // abs(factor) * (1 if (value < 0) == (factor < 0) else -1)
        value = value * factor if op == "*" else quotient if op == "/" else value - quotient * factor
    return value, rest


def _factor(tokens: list[str]) -> tuple[int, list[str]]:
    if tokens[0] == "(":
        value, rest = _sum(tokens[1:])
        if rest[0] != ")":
            raise ValueError
        return value, rest[1:]
    if tokens[0] in "+-":
        value, rest = _factor(tokens[1:])
        return (-value if tokens[0] == "-" else value), rest
    return int(tokens[0]), tokens[1:]


def calculated_in(expression: str) -> list[str]:
    """Return the variables that an arithmetic expression assigns."""
    return [match[1] or match[2] for match in ARITHMETIC.finditer(expression)]


class ShellValue:
    """The value of a variable: a string, the items of an array, the ID of a container (`captured`), or a directory in
    the tree (`place`).

    `words` are options with holes, `--link $ID:db`: one word for a string, a word for each item of an array. `string`
    and `items` are None then.
    """

    __slots__ = ("captured", "items", "kind", "place", "string", "sure", "words")

    def __init__(
        self,
        string: str | None = None,
        *,
        items: list[str] | None = None,
        kind: str = "literal",
        captured: int | None = None,
        sure: bool = True,
        place: str | None = None,
        words: tuple[Word, ...] | None = None,
    ) -> None:
        self.string = string
        self.items = items
        self.kind = kind
        self.captured = captured
        self.sure = sure
        self.place = place
        self.words = words

    def unsure(self) -> ShellValue:
        """Return the same value, which the variable may have."""
        return ShellValue(
            self.string, items=self.items, kind=self.kind, captured=self.captured, sure=False, words=self.words
        )

    def same(self, other: ShellValue) -> bool:
        """Return whether both have the same value, however sure."""
        mine, yours = (
            (self.string, self.items, self.kind, self.captured),
            (other.string, other.items, other.kind, other.captured),
        )
        return mine == yours and self.place == other.place and _written(self) == _written(other)


def _written(value: ShellValue) -> list[str]:
    return [word.string for word in value.words or ()]


UNKNOWN = ShellValue(None, kind=VARIABLE)
UNSET = ShellValue("", kind="unset", sure=False)
Variables = dict[str, ShellValue]


def meeting(arms: Sequence[Variables]) -> Variables:
    """Return the variables where several paths meet."""
    return meet(arms, _joined) if arms else {}


def _joined(values: list[ShellValue | None]) -> ShellValue:
    first = values[0]
    if first is not None and all(value is not None and (value is first or value.same(first)) for value in values):
        return first if all(value.sure for value in values if value) else first.unsure()
    full = [value for value in values if value is not None and value.string != "" and value.items != []]
    one = full[0] if full and all(value.same(full[0]) for value in full) else None
    return one.unsure() if one else UNKNOWN


READERS = frozenset("read local export declare unset mapfile readarray getopts let".split())


NODE = 60  # the work of looking at a node
EVALUATED = lazy_compile(r"\b([A-Za-z_]\w*)\+?=")


def assigned_in(items: list[Item], functions: dict[str, Node], budget: Budget) -> set[str]:
    """Return the variables that some commands may assign, which a loop makes unknown; `@` for `shift` and `set`.

    It includes the commands of functions that are called there. Each node is charged: loops in loops look at theirs
    again and again.
    """
    names: set[str] = set()
    waiting = list(descendants(items))
    called: set[str] = set()
    for node in waiting:
        budget.spend(NODE)
        if isinstance(node, Loop):
            names.add(node.variable)
        if isinstance(node, Test):
            names.update(calculated_in("".join(part.value for word in node.words for part in word.parts)))
        if not isinstance(node, Simple):
            continue
        names.update(assignment.name for assignment in node.assignments)
        names.update(part.value for word in node.words for part in word.parts if part.op in (":=", "="))
        words = [word.literal or "" for word in node.words]
        if words and words[0] in READERS:
            names.update(words[1:])
        if words and words[0] == "let":
            names.update(calculated_in(" ".join(words)))
        elif words and words[0] == "eval":
            names.update(EVALUATED.findall(" ".join(words)))
        elif words[:2] == ["printf", "-v"]:
            names.update(words[2:3])
        elif words and words[0] in ("shift", "set"):
            names.add("@")
        elif words and words[0] in functions and words[0] not in called:
            called.add(words[0])
            waiting.extend(descendants([Item(functions[words[0]], False)]))
    return names


def is_pattern(string: str) -> bool:
    """Return whether the shell may replace it by file names. With `=` or `:` in it, such files are unlikely."""
    return ("*" in string or "?" in string) and "=" not in string and ":" not in string


def positional_parameters(words: list[Word]) -> list[Word]:
    """Return `$1`, `$2`, …: after a word that the shell may have split, a number is only likely."""
    doubtful, found = False, []
    for word in words:
        found.append(
            Word(word.text, word.holes or ((0, len(word.string), DEFAULT),), quoted=word.quoted) if doubtful else word
        )
        doubtful = doubtful or word.open and not word.quoted
    return found
