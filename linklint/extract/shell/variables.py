"""What a shell script has assigned so far, and the words that its expansions give.

A variable is known only while one literal value is certain.  Where paths meet with different values it is unknown; where one
path leaves it empty (`OPTS=""; if …; then OPTS="--link db"; fi`) the value is kept, unsure.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from linklint.extract.shell.tree import Item, Loop, Part, ShellWord, Simple, descendants
from linklint.source import Text, join
from linklint.word import CAPTURED, COMMAND, DEFAULT, VARIABLE, Hole, Word

BRACES = re.compile(r"\{[^{}\s]*(?:,|\.\.)[^{}\s]*\}")


class Value:
    """What a variable holds: a string, the items of an array, or the ID of a container (`captured`)."""

    __slots__ = ("captured", "items", "kind", "string", "sure")

    def __init__(
        self,
        string: str | None = None,
        *,
        items: list[str] | None = None,
        kind: str = "literal",
        captured: int | None = None,
        sure: bool = True,
    ) -> None:
        self.string = string
        self.items = items
        self.kind = kind
        self.captured = captured
        self.sure = sure

    def same(self, other: Value) -> bool:
        return (self.string, self.items, self.kind, self.captured) == (other.string, other.items, other.kind, other.captured)


UNKNOWN = Value(None, kind=VARIABLE)
Variables = dict[str, Value]


def meet(before: Variables, arms: list[Variables]) -> Variables:
    """The variables where several paths come together."""
    result: Variables = {}
    for name in set().union(*arms) if arms else set():
        values = [arm.get(name) for arm in arms]
        first = values[0]
        if first is not None and all(value is not None and (value is first or value.same(first)) for value in values):
            result[name] = (
                first
                if all(value.sure for value in values if value)
                else Value(first.string, items=first.items, kind=first.kind, captured=first.captured, sure=False)
            )
            continue
        full = [value for value in values if value is not None and value.string != "" and value.items != []]
        one = full[0] if full and all(value.same(full[0]) for value in full) else None
        result[name] = Value(one.string, items=one.items, kind=one.kind, captured=one.captured, sure=False) if one else UNKNOWN
    return result


class Expander:
    """Makes words of shell words.  `substitute` runs the commands in `$(…)` and says what kind of hole they leave."""

    def __init__(self, text: Text, variables: Variables, positional: list[Word] | None, substitute: Callable[[Part], Value]) -> None:
        self.text = text
        self.variables = variables
        self.positional = positional
        self.substitute = substitute

    def words(self, shell_words: list[ShellWord]) -> list[Word]:
        """The words that the shell would hand to a program."""
        found: list[Word] = []
        for word in shell_words:
            found.extend(self.fields(word))
        return found

    def fields(self, word: ShellWord) -> list[Word]:
        """The words that one shell word becomes: mostly one, after splitting none or several."""
        if len(word.parts) == 1 and word.parts[0].kind == "text":
            part = word.parts[0]
            if part.quoted or not ("{" in part.value or part.value[:1] == "~"):
                return [Word(self._piece(part), quoted=word.quoted)]
        builder = _Builder(self, word)
        for part in word.parts:
            builder.add(part)
        return builder.finish()

    def one(self, parts: list[Part], quoted: bool = True) -> Word:
        """One word of pieces that are not split: an assignment's value, the inside of `${X:-…}`."""
        if not parts:
            return Word(Text(self.text.source, "", ()))
        word = ShellWord(parts[0].start, parts[-1].end, parts, quoted)
        builder = _Builder(self, word, split=False)
        for part in parts:
            builder.add(part)
        fields = builder.finish(keep_empty=True)
        return fields[0]

    def _piece(self, part: Part) -> Text:
        if part.end - part.start == len(part.value):
            return self.text.slice(part.start, part.end)
        return self.text.replaced(part.start, part.end, part.value)

    def written(self, part: Part) -> Text:
        """A part as the script has it: how a hole is shown."""
        return self.text.slice(part.start, part.end)

    def value_of(self, part: Part) -> Value:
        """What `$NAME` or `${NAME…}` holds, before its operator."""
        name = part.value
        if name.isdigit() and name != "0" and self.positional is not None:
            number = int(name) - 1
            if number < len(self.positional):
                word = self.positional[number]
                return UNKNOWN if word.holes else Value(word.string)
            return Value("")
        value = self.variables.get(name, UNKNOWN)
        if part.index and part.index not in "@*":
            if value.items is not None and part.index.isdigit() and int(part.index) < len(value.items):
                return Value(value.items[int(part.index)], sure=value.sure)
            return UNKNOWN
        return value


class _Builder:
    """Collects the fields of one shell word."""

    def __init__(self, expander: Expander, word: ShellWord, *, split: bool = True) -> None:
        self.expander = expander
        self.word = word
        self.split = split
        self.done: list[Word] = []
        self.texts: list[Text] = []
        self.holes: list[Hole] = []
        self.length = 0
        self.begun = False
        self.many = False
        self.captured: int | None = None

    def add(self, part: Part) -> None:
        if part.kind == "text":
            self.add_text(part)
        elif part.kind == "param":
            self.add_param(part)
        elif part.kind == "command":
            value = self.expander.substitute(part)
            if value.string is not None and part.value != "<":
                self.add_string(part, value.string, value.sure)
            else:
                self.add_hole(part, value)
        else:
            self.add_hole(part, UNKNOWN)

    def add_text(self, part: Part) -> None:
        value = part.value
        if not part.quoted and self.split:
            if value.startswith("~") and not self.begun:
                return self.put(self.expander.written(part), VARIABLE)
            braces = BRACES.search(value)
            if braces and part.end - part.start == len(value):
                self.many = True
                for start, end, hole in ((0, braces.start(), None), (*braces.span(), VARIABLE), (braces.end(), len(value), None)):
                    if start < end:
                        self.put(self.expander.text.slice(part.start + start, part.start + end), hole)
                return None
        self.put(self.expander._piece(part), None)

    def put(self, text: Text, hole: str | None) -> None:
        if hole:
            self.holes.append((self.length, self.length + len(text), hole))
        self.texts.append(text)
        self.length += len(text)
        self.begun = True

    def add_hole(self, part: Part, value: Value) -> None:
        self.put(self.expander.written(part), value.kind if value.kind != "literal" else VARIABLE)
        self.captured = value.captured or self.captured
        self.many = self.many or (not part.quoted and self.split)

    def add_string(self, part: Part, string: str, sure: bool) -> None:
        """A known value; unquoted, it is split at blanks."""
        hole = None if sure else DEFAULT
        whole = self.expander.text.replaced(part.start, part.end, string)
        if part.quoted or not self.split:
            self.put(whole, hole if string else None)
            return
        pieces = string.split()
        if string[:1].isspace():
            self.close()
        for number, piece in enumerate(pieces):
            if number:
                self.close()
            self.put(self.expander.text.replaced(part.start, part.end, piece), hole)
        if pieces and string[-1:].isspace():
            self.close()

    def add_words(self, words: list[Word], joined: bool) -> None:
        """`"$@"` and `"${A[@]}"`: each item a word of its own."""
        for number, word in enumerate(words):
            if number and not joined:
                self.close()
            elif number:
                self.put(Text(self.expander.text.source, " ", ()), None)
            for a, b, kind in word.holes:
                self.holes.append((self.length + a, self.length + b, kind))
            self.captured = word.captured or self.captured
            self.texts.append(word.text)
            self.length += len(word.string)
            self.begun = True

    def add_argument(self, part: Part, word: Word) -> None:
        """`$1`: alone it stands where the caller wrote it, as a piece of a word where the function uses it."""
        if len(self.word.parts) == 1:
            return self.add_words([word], True)
        whole = self.expander.text.replaced(part.start, part.end, word.string)
        self.add_words([Word(whole, word.holes, captured=word.captured)], True)

    def add_param(self, part: Part) -> None:
        expander = self.expander
        if part.value in "@*" and expander.positional is not None and part.op in ("", ":"):
            first = expander.one(part.args).string if part.op else "1"
            if first.isdigit() and first != "0":
                return self.add_words(expander.positional[int(first) - 1 :], part.value == "*" and part.quoted or not self.split)
        value = expander.value_of(part)
        if value.items is not None and part.index and part.index in "@*" and not part.op:
            words = [
                Word(expander.text.replaced(part.start, part.end, item), () if value.sure else ((0, len(item), DEFAULT),))
                for item in value.items
            ]
            return self.add_words(words, part.index == "*" and part.quoted or not self.split)
        if value.items is not None:
            value = Value(value.items[0] if value.items else "", sure=value.sure) if not part.index else UNKNOWN
        if (
            part.value.isdigit()
            and not part.op
            and expander.positional is not None
            and int(part.value) - 1 < len(expander.positional)
            and part.value != "0"
        ):
            return self.add_argument(part, expander.positional[int(part.value) - 1])
        string, sure, as_default = _operate(expander, part, value)
        if as_default is not None:
            start = self.length
            for text_hole in as_default.holes:
                self.holes.append((start + text_hole[0], start + text_hole[1], text_hole[2]))
            if not as_default.holes:
                self.holes.append((start, start + len(as_default.string), DEFAULT))
            self.texts.append(expander.text.replaced(part.start, part.end, as_default.string))
            self.length += len(as_default.string)
            self.begun = self.begun or part.quoted or bool(as_default.string)
            self.many = self.many or not part.quoted and self.split and not as_default.string
        elif string is not None:
            self.add_string(part, string, sure)
        else:
            self.add_hole(part, value)

    def close(self) -> None:
        """End the field, where there is one."""
        if self.begun:
            self.done.append(self.field())
        self.texts, self.holes, self.length, self.begun, self.many, self.captured = [], [], 0, False, False, None

    def field(self) -> Word:
        text = self.texts[0] if len(self.texts) == 1 else join(self.expander.text.source, self.texts)
        whole = any(a == 0 and b == self.length for a, b, _ in self.holes)
        return Word(text, tuple(self.holes), many=self.many and whole, captured=self.captured, quoted=self.word.quoted)

    def finish(self, *, keep_empty: bool = False) -> list[Word]:
        if self.begun or keep_empty:
            self.begun = True
            self.close()
        return self.done


def _operate(expander: Expander, part: Part, value: Value) -> tuple[str | None, bool, Word | None]:
    """(value or None, sure, default) of a parameter with its operator."""
    op, known = part.op, value.string
    if op == "":
        return known, value.sure, None
    if op in (":-", "-", ":=", "=", ":?", "?"):
        if known is not None and (known or not op.startswith(":")):
            return known, value.sure, None
        if op in (":?", "?") or value.kind in (CAPTURED, COMMAND):
            return None, False, None
        default = expander.one(part.args)
        if known is not None:
            return (default.string, True, None) if not default.holes else (None, False, default)
        return None, False, default
    if op in (":+", "+"):
        inside = expander.one(part.args)
        if known and not inside.open:
            return inside.string, value.sure, None
        return ("", True, None) if known == "" and op == ":+" else (None, False, None)
    if known is None:
        return None, False, None
    argument = expander.one(part.args)
    if argument.open:
        return None, False, None
    return apply_operator(op, known, argument.string), value.sure, None


def apply_operator(op: str, value: str, argument: str) -> str | None:
    """`${value op argument}`; None where it is not worked out."""
    if op == "length":
        return str(len(value))
    if op in ("^^", ",,", "^", ",") and not argument:
        changed = value.upper() if op[0] == "^" else value.lower()
        return changed if len(op) == 2 else changed[:1] + value[1:]
    if op in ("#", "##", "%", "%%"):
        return _strip(op, value, argument)
    if op in ("/", "//", "/#", "/%"):
        pattern, _, new = argument.partition("/")
        found = _glob(pattern)
        anchored = {"/#": r"\A" + found, "/%": found + r"\Z"}.get(op, found)
        return re.sub(anchored, lambda _: new, value, count=0 if op == "//" else 1) if pattern else value
    if op == ":" and re.fullmatch(r"[0-9]+(:[0-9]+)?", argument):
        first, _, count = argument.partition(":")
        return value[int(first) :][: int(count)] if count else value[int(first) :]
    return None


def _strip(op: str, value: str, pattern: str) -> str:
    glob = re.compile(_glob(pattern))
    ends = range(len(value) + 1) if len(op) == 1 else range(len(value), -1, -1)
    for length in ends:
        piece = value[:length] if op[0] == "#" else value[len(value) - length :]
        if glob.fullmatch(piece):
            return value[length:] if op[0] == "#" else value[: len(value) - length]
    return value


def _glob(pattern: str) -> str:
    return "".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in pattern)


READERS = frozenset("read local export declare unset mapfile readarray getopts let".split())


def assigned_in(items: list[Item]) -> set[str]:
    """The variables that some commands may assign, what a loop makes unknown; `@` for `shift` and `set`."""
    names: set[str] = set()
    for node in descendants(items):
        if isinstance(node, Loop):
            names.add(node.variable)
        if not isinstance(node, Simple):
            continue
        names.update(assignment.name for assignment in node.assignments)
        words = [word.literal or "" for word in node.words]
        if words and words[0] in READERS:
            names.update(words[1:])
        elif words[:2] == ["printf", "-v"]:
            names.update(words[2:3])
        elif words and words[0] in ("shift", "set"):
            names.add("@")
    return names
