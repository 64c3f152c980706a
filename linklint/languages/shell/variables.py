"""What a shell script has assigned so far, and the words that its expansions give.

A variable is known only while one literal value is certain. Where paths meet with different values it is unknown; where
one path leaves it empty (`OPTS=""; if …; then OPTS="--link db"; fi`) the value is kept, unsure.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from linklint.languages.budget import Budget
from linklint.languages.shell.arithmetic import calculate, calculated_in
from linklint.languages.shell.braces import expand_braces
from linklint.languages.shell.tree import Item, Loop, Node, Part, ShellWord, Simple, Test, descendants
from linklint.text.source import MappedText, concat
from linklint.text.word import CAPTURED, COMMAND, DEFAULT, VARIABLE, Hole, Word

TILDE = re.compile(r"(?P<name>[A-Za-z_]\w*=)?~[\w.-]*(?=/|\Z)")


class ShellValue:
    """What a variable holds: a string, the items of an array, the ID of a container (`captured`), or a directory of
    the tree (`place`).
    """

    __slots__ = ("captured", "items", "kind", "place", "string", "sure")

    def __init__(
        self,
        string: str | None = None,
        *,
        items: list[str] | None = None,
        kind: str = "literal",
        captured: int | None = None,
        sure: bool = True,
        place: str | None = None,
    ) -> None:
        self.string = string
        self.items = items
        self.kind = kind
        self.captured = captured
        self.sure = sure
        self.place = place

    def same(self, other: ShellValue) -> bool:
        """Whether both hold the same, however sure."""
        mine, yours = (
            (self.string, self.items, self.kind, self.captured),
            (other.string, other.items, other.kind, other.captured),
        )
        return mine == yours and self.place == other.place


MAX_WRITTEN = 200
UNKNOWN = ShellValue(None, kind=VARIABLE)
UNSET = ShellValue("", kind="unset", sure=False)
Variables = dict[str, ShellValue]


def meet(before: Variables, arms: list[Variables]) -> Variables:
    """The variables where several paths come together."""
    if not arms:
        return {}
    head, *rest = arms
    changed: set[str] = set()
    result = dict(head)
    for arm in rest:
        known = arm.get
        changed.update(name for name, value in head.items() if known(name) is not value)
        changed.update(arm.keys() - head.keys())
    for name in changed:
        values = [arm.get(name) for arm in arms]
        first = values[0]
        if first is not None and all(value is not None and (value is first or value.same(first)) for value in values):
            result[name] = (
                first
                if all(value.sure for value in values if value)
                else ShellValue(first.string, items=first.items, kind=first.kind, captured=first.captured, sure=False)
            )
            continue
        full = [value for value in values if value is not None and value.string != "" and value.items != []]
        one = full[0] if full and all(value.same(full[0]) for value in full) else None
        result[name] = (
            ShellValue(one.string, items=one.items, kind=one.kind, captured=one.captured, sure=False)
            if one
            else UNKNOWN
        )
    return result


MAX_PARTS = 2000


def is_pattern(string: str) -> bool:
    """Whether the shell may put file names in its place; with a `=` or `:` in it there will hardly be such files."""
    return ("*" in string or "?" in string) and "=" not in string and ":" not in string


class Expander:
    """Makes words of shell words.  `substitute` runs the commands in `$(…)` and says what kind of hole they leave."""

    def __init__(
        self,
        text: MappedText,
        variables: Variables,
        positional: list[Word] | None,
        substitute: Callable[[Part], ShellValue],
        budget: Budget,
    ) -> None:
        self.budget = budget
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
            if part.quoted or not ("{" in part.value or "~" in part.value or is_pattern(part.value)):
                return [Word(self._piece(part), quoted=word.quoted)]
        found: list[Word] = []
        variants = expand_braces(word.parts) if len(word.parts) <= MAX_PARTS else None
        if variants is None:
            text = self.text.slice(word.start, word.end)
            return [Word(text, ((0, len(text), VARIABLE),), many=True, quoted=word.quoted)]
        self.budget.spend(100 * (len(variants) - 1))
        for parts in variants:
            builder = _Builder(self, word)
            for part in parts:
                builder.add(part)
            found.extend(builder.finish())
        return found

    def one(self, parts: list[Part], quoted: bool = True) -> Word:
        """One word of pieces that are not split: an assignment's value, the inside of `${X:-…}`."""
        if not parts:
            return Word(MappedText(self.text.source, "", ()))
        word = ShellWord(parts[0].start, parts[-1].end, parts, quoted)
        builder = _Builder(self, word, split=False)
        for part in parts:
            builder.add(part)
        fields = builder.finish(keep_empty=True)
        return fields[0]

    def _piece(self, part: Part) -> MappedText:
        if part.end - part.start == len(part.value):
            return self.text.slice(part.start, part.end)
        return self.text.replaced(part.start, part.end, part.value)

    def written(self, part: Part) -> MappedText:
        """A part as the file has it: how a hole is shown, also one that only another program reads (`{{ x }}`,
        `$(X)` of make).
        """
        text = self.text.slice(part.start, part.end)
        if len(text.segments) == 1:
            span = text.span()
            own = span.source.text[span.start : span.end]
            if own != text.string and 0 < len(own) <= MAX_WRITTEN and "\n" not in own:
                return text.source.whole().slice(span.start, span.end)
        return text

    def value_of(self, part: Part) -> ShellValue:
        """What `$NAME` or `${NAME…}` holds, before its operator."""
        name = part.value
        if name.isdigit() and name != "0" and self.positional is not None:
            number = int(name) - 1
            if number < len(self.positional):
                word = self.positional[number]
                return UNKNOWN if word.holes else ShellValue(word.string)
            return ShellValue("")
        value = self.variables.get(name, UNKNOWN)
        if part.index and part.index not in "@*":
            if (
                value.items is not None
                and re.fullmatch(r"-?\d{1,6}", part.index)
                and -len(value.items) <= int(part.index) < len(value.items)
            ):
                return ShellValue(value.items[int(part.index)], sure=value.sure)
            return UNKNOWN
        return value


def _split(word: Word) -> list[Word]:
    """The pieces of a word between blanks; what hides in a hole is not split."""
    if word.string and not word.open and not any(c in " \t\n*?" for c in word.string):
        return [word]
    if word.open:
        kind = word.holes[0][2] if len(word.holes) == 1 and word.holes[0][:2] == (0, len(word.string)) else VARIABLE
        return [Word(word.text, ((0, len(word.string), kind),), many=True, captured=word.captured, quoted=word.quoted)]
    pieces = [word.slice(*match.span()) for match in re.finditer(r"[^ \t\n]+", word.string)]
    return [Word(p.text, ((0, len(p.string), VARIABLE),), many=True) if is_pattern(p.string) else p for p in pieces]


class _Builder:
    """Collects the fields of one shell word."""

    def __init__(self, expander: Expander, word: ShellWord, *, split: bool = True) -> None:
        self.expander = expander
        self.word = word
        self.split = split
        self.done: list[Word] = []
        self.texts: list[MappedText] = []
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
        elif part.kind == "arith" and (changed := calculated_in(part.value)):
            self.add_hole(part, UNKNOWN)
            self.expander.variables.update(dict.fromkeys(changed, UNKNOWN))
        elif part.kind == "arith" and part.value and (number := self.calculated(part)) is not None:
            self.add_string(part, str(number), True)
        else:
            self.add_hole(part, UNKNOWN)

    def calculated(self, part: Part) -> int | None:
        """`$((…))` of numbers and of variables that hold one for certain."""
        known = {name: value.string for name, value in self.expander.variables.items() if value.string and value.sure}
        return calculate(part.value, known)

    def add_text(self, part: Part) -> None:
        tilde = TILDE.match(part.value) if not part.quoted and not self.begun else None
        if tilde:
            name = tilde["name"] or ""
            if name:
                self.put(self.expander.text.slice(part.start, part.start + len(name)), None)
            self.put(self.expander.text.slice(part.start + len(name), part.start + tilde.end()), VARIABLE)
            if tilde.end() < len(part.value):
                self.put(self.expander.text.slice(part.start + tilde.end(), part.end), None)
            return
        pattern = not part.quoted and self.split and is_pattern(part.value)
        self.many = self.many or pattern
        self.put(self.expander._piece(part), VARIABLE if pattern else None)

    def put(self, text: MappedText, hole: str | None) -> None:
        if hole:
            self.holes.append((self.length, self.length + len(text), hole))
        self.expander.budget.spend(len(text) + 25)
        self.texts.append(text)
        self.length += len(text)
        self.begun = True

    def add_hole(self, part: Part, value: ShellValue) -> None:
        self.put(self.expander.written(part), value.kind if value.kind != "literal" else VARIABLE)
        self.captured = value.captured or self.captured
        several = part.kind == "param" and (part.index == "@" or part.value == "@" and part.op != "length")
        self.many = self.many or self.split and (several or not part.quoted)

    def add_string(self, part: Part, string: str, sure: bool) -> None:
        """A known value; unquoted, it is split at blanks."""
        hole = None if sure else DEFAULT
        whole = self.expander.text.replaced(part.start, part.end, string)
        if part.quoted or not self.split:
            self.put(whole, hole)
            return None
        if "IFS" in self.expander.variables and string:
            return self.add_hole(part, UNKNOWN)
        pieces = string.split()
        if not sure and len(pieces) > 1 and len(self.word.parts) > 1:
            return self.add_hole(part, UNKNOWN)
        if not sure and not pieces:
            self.holes.append((self.length, self.length, DEFAULT))
        if string[:1].isspace():
            self.close()
        for number, piece in enumerate(pieces):
            if number:
                self.close()
            pattern = is_pattern(piece)
            self.many = self.many or pattern
            self.put(self.expander.text.replaced(part.start, part.end, piece), VARIABLE if pattern else hole)
        if pieces and string[-1:].isspace():
            self.close()

    def add_words(self, words: list[Word], joined: bool, *, quoted: bool = True) -> None:
        """`"$@"` and `"${A[@]}"`: each item a word of its own; unquoted, the items are split again."""
        if not quoted and self.split:
            words = [piece for word in words for piece in _split(word)]
        self.begun = self.begun or joined and quoted
        for number, word in enumerate(words):
            if number and not joined:
                self.close()
            elif number:
                self.put(MappedText(self.expander.text.source, " ", ()), None)
            for a, b, kind in word.holes:
                self.holes.append((self.length + a, self.length + b, kind))
            self.captured = word.captured or self.captured
            self.many = self.many or word.many
            self.expander.budget.spend(len(word.string) + 60)
            self.texts.append(word.text)
            self.length += len(word.string)
            self.begun = True

    def add_argument(self, part: Part, word: Word) -> None:
        """`$1`: alone it stands where the caller wrote it, as a piece of a word where the function uses it."""
        if not part.quoted and self.split:
            return self.add_words([word], False, quoted=False)
        if len(self.word.parts) == 1:
            return self.add_words([word], True)
        whole = self.expander.text.replaced(part.start, part.end, word.string)
        self.add_words([Word(whole, word.holes, captured=word.captured)], True)

    def add_param(self, part: Part) -> None:
        """`$X`, `${X…}`, `$@`, `$#`, `${A[@]}`."""
        if self.add_positional(part):
            return
        value = self.expander.value_of(part)
        if self.add_array(part, value):
            return
        if value.items is not None:
            value = ShellValue(value.items[0] if value.items else "", sure=value.sure) if not part.index else UNKNOWN
        positional = self.expander.positional
        if part.value.isdigit() and part.value != "0" and not part.op and positional is not None:
            if int(part.value) - 1 < len(positional):
                self.add_argument(part, positional[int(part.value) - 1])
                return
        string, sure, as_default = _operate(self.expander, part, value)
        quoted_argument = not part.quoted and self.split and any(arg.quoted for arg in part.args)
        if as_default is not None:
            self.add_default(part, as_default)
        elif string is None or part.op in (":+", "+") and quoted_argument and any(c.isspace() for c in string):
            self.add_hole(part, value)
        else:
            self.add_string(part, string, sure)

    def add_positional(self, part: Part) -> bool:
        """`$@`, `${@:2}`, `$*`; whether it was one of these and the arguments are known."""
        expander = self.expander
        if part.value == "#" and not part.op and expander.positional is not None:
            sure = all(not word.open or word.quoted for word in expander.positional)
            self.add_string(part, str(len(expander.positional)), sure)
            return True
        if part.value not in ("@", "*") or expander.positional is None or part.op not in ("", ":"):
            return False
        first = expander.one(part.args).string if part.op else "1"
        if not first.isdigit() or first == "0":
            return False
        joined = part.value == "*" and part.quoted or not self.split
        self.add_words(expander.positional[int(first) - 1 :], joined, quoted=part.quoted)
        return True

    def add_array(self, part: Part, value: ShellValue) -> bool:
        """`${#A[@]}`, `${A[@]}`; whether it was one of these and the items are known."""
        if not part.index or part.index not in ("@", "*"):
            return False
        if part.op == "length" and value.items is not None:
            self.add_string(part, str(len(value.items)), value.sure)
            return True
        items = _operate_on_items(self.expander, part, value)
        if items is None:
            return False
        joined = part.index == "*" and part.quoted or not self.split
        if joined and "IFS" in self.expander.variables:
            self.add_hole(part, UNKNOWN)
            return True
        items = [" ".join(items)] if joined and items else items
        whole = self.expander.text
        words = [
            Word(whole.replaced(part.start, part.end, item), () if value.sure else ((0, len(item), DEFAULT),))
            for item in items
        ]
        self.add_words(words, joined, quoted=part.quoted)
        return True

    def add_default(self, part: Part, default: Word) -> None:
        """`${X:-default}`, where nothing is known of X."""
        whole = self.expander.text.replaced(part.start, part.end, default.string)
        word = Word(whole, default.holes or ((0, len(default.string), DEFAULT),))
        bare = not part.quoted and self.split
        alone = len(self.word.parts) == 1
        if bare and any(arg.quoted for arg in part.args) and any(c.isspace() for c in default.string):
            return self.add_hole(part, UNKNOWN)
        if bare and (not alone and any(c.isspace() for c in default.string) or alone and not default.string):
            return self.add_hole(part, UNKNOWN)
        if default.string:
            self.add_words([word], False, quoted=not bare or any(arg.quoted for arg in part.args))
        else:
            self.holes.append((self.length, self.length, DEFAULT))
        self.begun = self.begun or part.quoted
        self.many = self.many or bare and not default.string

    def close(self) -> None:
        """End the field, where there is one."""
        if self.begun:
            self.done.append(self.field())
        self.texts, self.holes, self.length, self.begun, self.many, self.captured = [], [], 0, False, False, None

    def field(self) -> Word:
        text = self.texts[0] if len(self.texts) == 1 else concat(self.expander.text.source, self.texts)
        whole = any(a == 0 and b == self.length for a, b, _ in self.holes)
        return Word(text, tuple(self.holes), many=self.many and whole, captured=self.captured, quoted=self.word.quoted)

    def finish(self, *, keep_empty: bool = False) -> list[Word]:
        if self.begun or keep_empty:
            self.begun = True
            self.close()
        return self.done


def _operate_on_items(expander: Expander, part: Part, value: ShellValue) -> list[str] | None:
    """The items of `${A[@]}`, `${A[@]:1}`, `${A[@]%x}`; None where they are not known."""
    items = (
        value.items
        if value.items is not None
        else []
        if value.kind == "unset"
        else [value.string]
        if value.string is not None
        else None
    )
    if items is None or part.op in ("length", "!") or part.op.strip(":") in ("-", "+", "=", "?"):
        return None
    argument = expander.one(part.args)
    if not part.op:
        return items
    if part.op == ":":
        match = re.fullmatch(r" ?(\d{1,6})(?::(\d{1,6}))?", argument.string)
        if not match or argument.open:
            return None
        return items[int(match[1]) :][: int(match[2]) if match[2] else None]
    changed = [_operate(expander, part, ShellValue(item))[0] for item in items]
    return [item for item in changed if item is not None] if None not in changed else None


Operated = tuple[str | None, bool, Word | None]


def _operate(expander: Expander, part: Part, value: ShellValue) -> Operated:
    """Return (value or None, sure, default) of a parameter with its operator."""
    op, known = part.op, value.string
    if op == "":
        return known, value.sure, None
    if op in (":-", "-", ":=", "=", ":?", "?"):
        return _or_default(expander, part, value)
    if op in (":+", "+"):
        inside = expander.one(part.args)
        if value.kind == "unset" or known == "" and op == ":+":
            return "", True, None
        return (inside.string, value.sure, None) if known is not None and not inside.open else (None, False, None)
    if known is None:
        return None, False, None
    expander.budget.spend(min(len(known), MAX_WORKED_OUT))
    argument = expander.one(part.args)
    if op.startswith("/") and any(arg.quoted for arg in part.args):
        return None, False, None
    if argument.open or any(arg.quoted and GLOB.search(arg.value) for arg in part.args if arg.kind == "text"):
        return None, False, None
    return apply_operator(op, known, argument.string), value.sure, None


def _or_default(expander: Expander, part: Part, value: ShellValue) -> Operated:
    """`${X:-default}`, `${X:=default}`, `${X:?message}`, and the same without the colon."""
    op, known = part.op, value.string
    if known is not None and (known or not op.startswith(":")) and value.kind != "unset":
        if not value.sure:
            expander.one(part.args)  # its commands may run all the same
        return known, value.sure, None
    if op in (":?", "?") or value.kind in (CAPTURED, COMMAND):
        return None, False, None
    default = expander.one(part.args)
    if op in (":=", "=") and not part.index:
        assigned = UNKNOWN if default.open else ShellValue(default.string, sure=known is not None)
        expander.variables[part.value] = assigned
    if known is not None:
        return (default.string, True, None) if not default.holes else (None, False, default)
    return None, False, default


MAX_WORKED_OUT = 2000


def apply_operator(op: str, value: str, argument: str) -> str | None:
    """`${value op argument}`; None where it is not worked out: of long values, and of patterns that could be costly."""
    if len(value) > MAX_WORKED_OUT or argument.count("*") > 2 or argument.count("*") == 2 and len(value) > 200:
        return None
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
        if not pattern or "&" in new:
            return value if not pattern and op in ("/", "//") else None
        return re.sub(anchored, lambda _: new, value, count=0 if op == "//" else 1)
    if op == ":" and re.fullmatch(r" +-[0-9]{1,6}", argument):
        return value[int(argument) :] if -int(argument) <= len(value) else ""
    if op == ":" and re.fullmatch(r"[0-9]{1,6}(:[0-9]{1,6})?", argument):
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


GLOB = re.compile(r"[*?\[\]\\()]")
CLASS = re.compile(r"\[[!^]?\]?[^\]\[]*\]")


def _glob(pattern: str) -> str:
    """A pattern of the shell as a regular expression."""
    pattern = re.sub(r"\*+", "*", pattern)
    found, at = "", 0
    while at < len(pattern):
        match = CLASS.match(pattern, at)
        if match:
            inside = match[0][1:-1]
            found += (
                f"[{'^' if inside[0] in '!^' else ''}"
                f"{re.sub(r'([^ -~]|[&~|])', lambda m: re.escape(m[1]), inside.lstrip('!^'))}]"
            )
            at = match.end()
        else:
            found += {"*": "(?s:.*)", "?": "(?s:.)"}.get(pattern[at], re.escape(pattern[at]))
            at += 1
    return found


READERS = frozenset("read local export declare unset mapfile readarray getopts let".split())


EVALUATED = re.compile(r"\b([A-Za-z_]\w*)\+?=")


def assigned_in(items: list[Item], functions: dict[str, Node] | None = None) -> set[str]:
    """The variables that some commands may assign, what a loop makes unknown; `@` for `shift` and `set`.

    The commands of the functions that are called there count too.
    """
    names: set[str] = set()
    waiting = list(descendants(items))
    called: set[str] = set()
    for node in waiting:
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
        elif words and functions and words[0] in functions and words[0] not in called:
            called.add(words[0])
            waiting.extend(descendants([Item(functions[words[0]], False)]))
    return names


def positional_parameters(words: list[Word]) -> list[Word]:
    """`$1`, `$2`: behind a word that the shell may have split, the number of a word is likely, not certain."""
    doubtful, found = False, []
    for word in words:
        found.append(
            Word(word.text, word.holes or ((0, len(word.string), DEFAULT),), quoted=word.quoted) if doubtful else word
        )
        doubtful = doubtful or word.open and not word.quoted
    return found
