"""Expand words as a shell does."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable

from linklint.context import Budget
from linklint.shell.tree import Part, ShellWord
from linklint.shell.variables import UNKNOWN, ShellValue, Variables, calculate, calculated_in, is_pattern
from linklint.text.regex import lazy_compile
from linklint.text.source import MappedText, concat
from linklint.text.word import CAPTURED, COMMAND, DEFAULT, KNOWN, VARIABLE, Hole, Word

MAX_WORKED_OUT = 2000


def apply_operator(op: str, value: str, argument: str) -> str | None:
    """Return `${value op argument}`; None for long values, and for patterns that could be slow."""
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


GLOB = lazy_compile(r"[*?\[\]\\()]")
CLASS = lazy_compile(r"\[[!^]?\]?[^\]\[]*\]")


def _glob(pattern: str) -> str:
    """Return a shell pattern as a regular expression."""
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


OPTION = lazy_compile(r"(?:\A|[ \t\n])--?[A-Za-z]")


def has_options(string: str) -> bool:
    """Return whether a value has options, so that it was made to be split into words."""
    return OPTION.search(string) is not None


def _masked(word: Word) -> str:
    """Return the text with holes, which are not split, as crosses."""
    pieces, at = [], 0
    for start, end, kind in sorted(word.holes):
        if start >= at and kind not in KNOWN:
            pieces += [word.string[at:start], "x" * (end - start)]
            at = end
    return "".join((*pieces, word.string[at:]))


def split_unquoted(word: Word) -> list[Word]:
    """Return the parts of a word between blanks. Holes are not split, and only options have known text around them."""
    if word.string and not word.open and not any(c in " \t\n*?" for c in word.string):
        return [word]
    if word.holes and has_options(word.string):
        blanks = [match.span() for match in re.finditer(r"[ \t\n]+", _masked(word))]
        starts, ends = [0, *(end for _, end in blanks)], [*(start for start, _ in blanks), len(word.string)]
        found = [word.slice(start, end) for start, end in zip(starts, ends, strict=True) if start < end]
        return [
            Word(p.text, p.holes, many=p.holes[:1] == ((0, len(p.string), VARIABLE),))
            if p.open and not p.captured
            else p
            for p in found
        ]
    if word.open:
        kind = word.holes[0][2] if len(word.holes) == 1 and word.holes[0][:2] == (0, len(word.string)) else VARIABLE
        return [Word(word.text, ((0, len(word.string), kind),), many=True, captured=word.captured, quoted=word.quoted)]
    pieces = [word.slice(*match.span()) for match in re.finditer(r"[^ \t\n]+", word.string)]
    return [Word(p.text, ((0, len(p.string), VARIABLE),), many=True) if is_pattern(p.string) else p for p in pieces]


def operate_on_items(expander: Expander, part: Part, value: ShellValue) -> list[str] | None:
    """Return the items of `${A[@]}`, `${A[@]:1}`, `${A[@]%x}`; None if unknown."""
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
    changed = [operate(expander, part, ShellValue(item))[0] for item in items]
    return [item for item in changed if item is not None] if None not in changed else None


Operated = tuple[str | None, bool, Word | None]


def operate(expander: Expander, part: Part, value: ShellValue) -> Operated:
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
    """Apply `${X:-default}`, `${X:=default}`, `${X:?message}`, and the same without the colon."""
    op, known = part.op, value.string
    if known is not None and (known or not op.startswith(":")) and value.kind != "unset":
        if not value.sure:
            expander.one(part.args)  # its commands may run anyway
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


MAX_BRACED = 200
RANGE = lazy_compile(r"(?:(-?\d+)\.\.(-?\d+)|([A-Za-z])\.\.([A-Za-z]))(?:\.\.(-?\d+))?")


def expand_braces(parts: list[Part]) -> list[list[Part]] | None:
    """Return the words that `a{b,c}d` and `{1..3}` become; None if there are too many."""
    if not any(part.kind == "text" and not part.quoted and "{" in part.value for part in parts):
        return [parts]
    atoms: list[Part] = []
    for part in parts:
        if part.kind == "text" and not part.quoted and len(part.value) == part.end - part.start < MAX_BRACED:
            atoms.extend(
                Part("text", part.start + number, part.start + number + 1, c) for number, c in enumerate(part.value)
            )
        else:
            atoms.append(part)
    try:
        return [_joined(variant) for variant in _braced(atoms, 0)]
    except OverflowError:
        return None


def _braced(atoms: list[Part], depth: int) -> list[list[Part]]:
    stack: list[tuple[int, list[int]]] = []
    pairs: dict[int, tuple[int, list[int]]] = {}
    for number, atom in enumerate(atoms):
        c = atom.value if atom.kind == "text" and not atom.quoted and atom.end - atom.start == 1 else ""
        if c == "{":
            stack.append((number, []))
        elif c == "," and stack:
            stack[-1][1].append(number)
        elif c == "}" and stack:
            first, commas = stack.pop()
            pairs[first] = (number, commas)
    for first in sorted(pairs):
        last, commas = pairs[first]
        inside = _alternatives(atoms, first, last, commas, depth) if depth < 8 else None
        if inside:
            rests = _braced(atoms[last + 1 :], depth + 1)
            if len(inside) * len(rests) > MAX_BRACED:
                raise OverflowError
            return [[*atoms[:first], *middle, *rest] for middle in inside for rest in rests]
    return [atoms]


def _alternatives(atoms: list[Part], first: int, last: int, commas: list[int], depth: int) -> list[list[Part]] | None:
    if commas:
        ends = [first, *commas, last]
        return [variant for a, b in itertools.pairwise(ends) for variant in _braced(atoms[a + 1 : b], depth + 1)]
    inside = atoms[first + 1 : last]
    match = (
        RANGE.fullmatch("".join(atom.value for atom in inside))
        if all(a.kind == "text" and not a.quoted for a in inside)
        else None
    )
    if not match:
        return None
    letters = match[3] is not None
    begin, end = (ord(match[3]), ord(match[4])) if letters else (int(match[1][:12]), int(match[2][:12]))
    step = abs(int((match[5] or "1")[:12])) or 1
    numbers = range(begin, end + 1, step) if begin <= end else range(begin, end - 1, -step)
    if len(numbers) > MAX_BRACED:
        raise OverflowError
    width = max(len(match[1]), len(match[2])) if not letters and re.search(r"(^|\.)-?0\d", match[0]) else 0
    start, stop = atoms[first].start, atoms[last].end
    return [
        [Part("text", start, stop, chr(number) if letters else str(number).zfill(width), quoted=True)]
        for number in numbers
    ]


def _joined(atoms: list[Part]) -> list[Part]:
    """Join adjacent single characters to one part."""
    parts: list[Part] = []
    for atom in atoms:
        last = parts[-1] if parts else None
        if (
            last is not None
            and last.kind == atom.kind == "text"
            and not last.quoted
            and not atom.quoted
            and last.end == atom.start
        ):
            parts[-1] = Part("text", last.start, atom.end, last.value + atom.value)
        else:
            parts.append(atom)
    return parts


TILDE = lazy_compile(r"(?P<name>[A-Za-z_]\w*=)?~[\w.-]*(?=/|\Z)")
MAX_WRITTEN = 200
MAX_PARTS = 2000


class Expander:
    """Turns shell words into words. `substitute` interprets `$(…)` and returns the kind of hole for its output."""

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
        """Return the words that the shell would pass to a program."""
        found: list[Word] = []
        for word in shell_words:
            found.extend(self.fields(word))
        return found

    def fields(self, word: ShellWord) -> list[Word]:
        """Return the words that one shell word becomes: mostly one, after splitting none or several."""
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
        """Return one word without splitting: the value of an assignment, the inside of `${X:-…}`."""
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
        """Return a part as written in the file, as a hole is shown; also placeholders of other programs (`{{ x }}`,
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
        """Return the value of `$NAME` or `${NAME…}`, before its operator."""
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
        """Evaluate `$((…))` of numbers and of variables whose values are certain numbers."""
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
        """Append a known value; unquoted, it is split at blanks."""
        hole = None if sure else DEFAULT
        whole = self.expander.text.replaced(part.start, part.end, string)
        if part.quoted or not self.split:
            self.put(whole, hole)
            return None
        if "IFS" in self.expander.variables and string:
            return self.add_hole(part, UNKNOWN)
        pieces = string.split()
        alone = len(self.word.parts) == 1
        if not sure and (len(pieces) > 1 and not alone or not pieces and alone):
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
        """Append `"$@"` and `"${A[@]}"`: one word per item; unquoted, the items are split again."""
        if not quoted and self.split:
            words = [piece for word in words for piece in split_unquoted(word)]
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
        """Append `$1`. Alone, its location is where the caller wrote it; in a word, where the function uses it."""
        if not part.quoted and self.split:
            return self.add_words([word], False, quoted=False)
        if len(self.word.parts) == 1:
            return self.add_words([word], True)
        whole = self.expander.text.replaced(part.start, part.end, word.string)
        self.add_words([Word(whole, word.holes, captured=word.captured)], True)

    def add_param(self, part: Part) -> None:
        """Append `$X`, `${X…}`, `$@`, `$#`, `${A[@]}`."""
        if self.add_positional(part):
            return
        value = self.expander.value_of(part)
        if self.add_array(part, value):
            return
        if value.words is not None and not part.op and (part.index in ("", "@", "*")):
            self.add_options(part, value)
            return
        if value.items is not None:
            value = ShellValue(value.items[0] if value.items else "", sure=value.sure) if not part.index else UNKNOWN
        positional = self.expander.positional
        if part.value.isdigit() and part.value != "0" and not part.op and positional is not None:
            if int(part.value) - 1 < len(positional):
                self.add_argument(part, positional[int(part.value) - 1])
                return
        string, sure, as_default = operate(self.expander, part, value)
        quoted_argument = not part.quoted and self.split and any(arg.quoted for arg in part.args)
        if as_default is not None:
            self.add_default(part, as_default)
        elif string is None and part.op in (":+", "+") and not part.quoted and self.add_optional(part):
            return
        elif string is None or part.op in (":+", "+") and quoted_argument and any(c.isspace() for c in string):
            self.add_hole(part, value)
        else:
            self.add_string(part, string, sure)

    def add_options(self, part: Part, value: ShellValue) -> None:
        """Append options with holes, at most likely. Their location is where they were written, before the variable was
        used.
        """
        words = list(value.words or ()) if part.index else list(value.words or ())[:1]
        alone, whole = len(self.word.parts) == 1, self.expander.text
        if not part.quoted and self.split:
            words = [piece for word in words for piece in split_unquoted(word)]
        for number, word in enumerate(words):
            text = word.text if alone else whole.replaced(part.start, part.end, word.string)
            holes = word.holes or ((0, len(text), DEFAULT),)
            words[number] = Word(text, holes, many=word.many, captured=word.captured, quoted=word.quoted)
        self.add_words(words, part.index == "*" and part.quoted or not self.split)

    def add_optional(self, part: Part) -> bool:
        """Append the options of `${X:+--link $X:db}` if X is unknown. Return whether there are any."""
        word = self.expander.one(part.args)
        blanks = any(arg.quoted and any(c.isspace() for c in arg.value) for arg in part.args)
        if not has_options(word.string) or blanks or not self.split:
            return False
        self.add_options(part, ShellValue(None, words=(word,), sure=False))
        return True

    def add_positional(self, part: Part) -> bool:
        """Append `$@`, `${@:2}`, `$*`. Return whether it is one of these and the arguments are known."""
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
        """Append `${#A[@]}`, `${A[@]}`. Return whether it is one of these and the items are known."""
        if not part.index or part.index not in ("@", "*"):
            return False
        if part.op == "length" and value.items is not None:
            self.add_string(part, str(len(value.items)), value.sure)
            return True
        items = operate_on_items(self.expander, part, value)
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
        """Append `${X:-default}` if X is unknown."""
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
        """End the current field, if there is one."""
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
