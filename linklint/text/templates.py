"""Placeholders that another program replaces: expressions of CI services, Jinja and Python, specifiers of systemd.

In a word, a placeholder is a hole, kept as written; statements (`{% if x %}`) are removed. In a script it becomes `${{
… }}`, which no shell has and the scanner reads as a hole; inside single quotes, the quotes are closed around it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from linklint.text.regex import lazy_compile
from linklint.text.source import MappedText, Source, concat
from linklint.text.word import KNOWN, VARIABLE, Hole, Word

JINJA = lazy_compile(
    r"\{\{(?:[^'\"}]|'[^'\n]{0,200}'|\"[^\"\n]{0,200}\"|\}(?!\})){0,500}+\}\}|\{\{.{0,500}?\}\}|\{%.{0,500}?%\}"
    r"|\{#.{0,2000}?#\}|<%.{0,500}?%>",
    re.DOTALL,
)
COMMENTS = lazy_compile(r"\{#.{0,2000}?#\}", re.DOTALL)
ARMS = lazy_compile(r"\{%-?\s*(?:else|elif)\b|<%[-_]?\s*(?:\}\s*)?(?:else|elsif)\b|\{\{-?\s*else\b")
_UNQUOTED = r"\{\{[^{}\n]{1,200}\}\}|\{%[^\n]{1,500}?%\}|<%[^\n]{1,500}?%>"
UNQUOTED = lazy_compile(_UNQUOTED)  # one word in a script, with its blanks
_IN_TEMPLATE = (
    r"\{\{[^\n]{1,200}?\}\}|<%[^\n]{1,200}?%>"  # Jinja, Go, ERB, EJS
    r"|(?<!\w)@\w+@|(?<!\w)__\w+?__"  # autoconf, sed
    r"|<<?[A-Za-z][\w /.-]{1,60}>>?(?![^<>\n]{0,99}</)|<<[^<>\s]{1,60}>>"  # <your name>, not <b>bold</b>
    r"|(?<![\w.])(?=[\d.]{0,12}[xX])(?:\d{1,3}|[xX]{1,3})(?:\.(?:\d{1,3}|[xX]{1,3})){3}(?![\w.])"  # 10.0.x.x
)
IN_TEMPLATE = lazy_compile(_IN_TEMPLATE)  # in a value of a declaration
_FILLED_IN = (  # in any word
    rf"{_IN_TEMPLATE}|![A-Za-z_]\w*!"  # batch with delayed expansion
    r"|%\w+:[^%\n]{1,40}%|%[^\s/:,=%]*%?"  # printf and its relatives, %(name)s, %<name>s, batch: %1 %~dp0 %%i %PORT%
    r"|(?<!\$)\{\w*(?:[:!][^{}\n]{0,20})?\}"  # str.format, format!, xargs -I{}
)
FILLED_IN = lazy_compile(_FILLED_IN)
FOR_READERS = lazy_compile(  # also what the reader of a document fills in: [name], {your name}, ...
    rf"\[(?!OPTIONS|options)[A-Za-z][\w .-]*\]|\A(?:\.\.\.|…)\Z|<\w>|\{{[\w .-]+\}}|{_FILLED_IN}"
)
ZONE = lazy_compile(r"::[0-9a-fA-F:]{1,40}(?=%\w)")  # fe80::1%eth0, an address with the interface that it is on
SETS = lazy_compile(r"(?:-\w|--[\w-]+=)?\w[\w.-]*=(?=.)", re.DOTALL)  # a variable, a label
_CONTROL = (
    r"\{[%#]|<%(?![=-])|<%-(?![ \t]*[\w.]+[ \t]*[-_]?%>)|<%-[ \t]*(?:end|else)\b"
    r"|\{\{-?\s*(?:if|else|end|range|with|define|template|block)\b|\{\{-?\s*(?:\$\w+\s*:?=|/\*)"
)
CONTROL = lazy_compile(_CONTROL)
STATEMENT = rf"(?={_CONTROL})(?:{_UNQUOTED})"
SHELL_VARIABLE = lazy_compile(r"\$\w+|\$\{\w+\}|\$\{\{[^{}'\"\n]*\}\}")
OUTSIDE = lazy_compile(r"\\.|['\"]|(?:(?<=\s)|^)#[^\n]*", re.DOTALL)
IN_DOUBLE = lazy_compile(r"\\.|\"", re.DOTALL)


class Quotes:
    """Tracks the quotes of a shell script that is fed in parts."""

    def __init__(self) -> None:
        self.open = ""

    def feed(self, string: str) -> None:
        """Read a part."""
        at = 0
        while at < len(string):
            if self.open == "'":
                at = string.find("'", at) + 1
                if not at:
                    return
                self.open = ""
                continue
            found = (IN_DOUBLE if self.open else OUTSIDE).search(string, at)
            if found is None:
                return
            at = found.end()
            if found[0] in ("'", '"'):
                self.open = "" if self.open else found[0]

    def around(self, variable: str) -> str:
        """Return a variable here in a form that the shell expands."""
        return f"'\"{variable}\"'" if self.open == "'" else variable


def mark_placeholders(
    text: MappedText, pattern: re.Pattern[str], kind: str = VARIABLE, *, quoted: bool = False
) -> Word:
    """Return a word in which everything that the pattern matches is a hole."""
    holes: tuple[Hole, ...] = tuple((match.start(), match.end(), kind) for match in pattern.finditer(text.string))
    return Word(text, holes, quoted=quoted)


def with_holes(word: Word, pattern: re.Pattern[str]) -> Word:
    """Return a word in which all that a pattern matches is a hole; in `NAME=value` only a whole value can be one."""
    string = word.string
    if word.holes or not (matches := list(pattern.finditer(string))):
        return word
    if (sets := SETS.match(string)) is not None:
        matches = [match for match in matches if match.span() == (sets.end(), len(string))]
    zones = {match.end() for match in ZONE.finditer(string)}
    holes: tuple[Hole, ...] = tuple((m.start(), m.end(), VARIABLE) for m in matches if m.start() not in zones)
    return Word(word.text, holes, quoted=word.quoted) if holes else word


def _behind_line(string: str, start: int, end: int) -> int:
    """Return the offset after a statement, and after its line end if it is alone there, so that no continued line is
    split.
    """
    line = string.rfind("\n", 0, start) + 1
    rest = re.compile(r"[ \t]*\r?\n").match(string, end)
    return rest.end() if rest and not string[line:start].strip() else end


def to_shell(word: Word, variable: Callable[[str, str], str | None] | None = None) -> MappedText:
    """Return the text of a script with its holes as shell variables.

    `variable` returns the variable for the text and kind of a hole; without it, one that no shell can set.
    """
    if not word.holes:
        return word.text
    quotes, pieces, at = Quotes(), [], 0
    for start, end, kind in sorted(word.holes):
        if start < at:
            continue
        before = word.text.slice(at, start)
        quotes.feed(before.string)
        written = word.string[start:end]
        if CONTROL.match(written):
            pieces.append(before)
            at = _behind_line(word.string, start, end)
            continue
        name = variable(written, kind) if variable is not None else None
        if name is None and kind in KNOWN:
            continue
        if name is None:
            name = (
                written
                if SHELL_VARIABLE.fullmatch(written)
                else "${{ " + re.sub(r"[^\w.]+", " ", written)[:200].strip() + " }}"
            )
        pieces += [before, word.text.replaced(start, end, quotes.around(name))]
        at = end
    pieces.append(word.text.slice(at, len(word.string)))
    return concat(word.text.source, [piece for piece in pieces if piece.string])


def mask_templates(source: Source) -> MappedText | None:
    """Return the text with `{{ … }}`, `{% … %}` and `{# … #}` blanked, in the same length; None if there are none."""
    string = source.text
    if "{{" not in string and "{%" not in string and "{#" not in string:
        return None
    string = COMMENTS.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), string)
    string = re.sub(
        r"^[ \t]*\{[{%][^\n]{0,500}[}%]\}[ \t]*$", lambda m: "#" + " " * (len(m[0]) - 1), string, flags=re.MULTILINE
    )
    string = re.sub(r"\{\{[^\n]{0,300}?\}\}|\{%[^\n]{0,300}?%\}", lambda m: "$" + "x" * (len(m[0]) - 1), string)
    return MappedText(source, string, ((0, 0, len(string)),))
