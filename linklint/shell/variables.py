"""The variables of a shell script.

A variable is known only while one literal value is certain. If paths join with different values, it is unknown; if one
path leaves it empty (`OPTS=""; if …; then OPTS="--link db"; fi`), the value is kept as unsure.
"""

from __future__ import annotations

from collections.abc import Sequence

from linklint.budget import Budget
from linklint.flow.branches import meet
from linklint.shell.arithmetic import calculated_in
from linklint.shell.tree import Item, Loop, Node, Simple, Test, descendants
from linklint.text.regex import lazy_compile
from linklint.text.word import DEFAULT, VARIABLE, Word


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
