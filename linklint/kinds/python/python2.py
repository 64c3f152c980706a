"""Make Python 2 readable for `ast`: syntax that Python 3 does not know is replaced by as many neutral characters.

`print x` becomes the tuple `None, x`, `except E, e` becomes `except E| e`. The tree is good enough to find calls and
strings, and every location in it is that of the file.
"""

from __future__ import annotations

import re

from linklint.text.regex import lazy_compile

PRINT = lazy_compile(
    r"^(?P<before>[ \t]*+(?:[^\n#]*[:;][ \t]*)?)(?P<word>print|exec)(?:(?P<to>[ \t]*>>)|(?=[ \t'\"\n;]|$)(?![ "
    r"\t]*(?:\(|=)))",
    re.MULTILINE,
)
EXCEPT = lazy_compile(
    r"^(?P<before>[ \t]*except[ \t]+(?:\([^)\n]*\)|[\w.]+)[ \t]*),(?=[ \t]*(?:[\w.]+|\([\w, \t]*\))[ \t]*:)",
    re.MULTILINE,
)
ASYNC = lazy_compile(r"\basync(?=[ \t]*=[^=])")
LITERAL = lazy_compile(r"'''.*?'''|\"\"\".*?\"\"\"|'(?:[^'\\\n]|\\.)*+'?|\"(?:[^\"\\\n]|\\.)*+\"?|#[^\n]*", re.DOTALL)
RAISE = lazy_compile(r"^(?P<before>[ \t]*+(?:[^\n#'\"]*:[ \t]*)?raise[ \t]+[\w.]+[ \t]*),", re.MULTILINE)
OCTAL = lazy_compile(r"(?<![\w.'\"])0(?=[0-7]+\b(?!['\"]))")
LONG = lazy_compile(r"\b(0[xX][0-9a-fA-F]+|\d+)[lL]\b")
LAMBDA = lazy_compile(r"\blambda[ \t]*\((?P<names>[\w, \t]*)\)[ \t]*(?=:)")
PARAMETER = lazy_compile(r"(?P<before>[(,][ \t]*)\((?P<names>[\w, \t]+)\)(?=[ \t]*[,)=])")
DEF = lazy_compile(r"^[ \t]*def[ \t]+\w+[ \t]*\([^\n]*", re.MULTILINE)
UR = lazy_compile(r"\b[uU](?=[rR]['\"])")
BACKTICKS = lazy_compile(r"`([^`\n]*)`")


def as_new(string: str) -> str:
    """Return the text with Python 2 syntax replaced. Its length and its literals do not change."""
    literals = [match.span() for match in LITERAL.finditer(string)]
    masked, at = [], 0
    for start, end in literals:
        masked += [
            string[at:start],
            string[start],
            re.sub(r"[^\n]", "x", string[start + 1 : end - 1]),
            string[end - 1 : end] if end - start > 1 else "",
        ]
        at = end
    changed = _changed("".join([*masked, string[at:]]))
    pieces, at = [], 0
    for start, end in literals:
        pieces += [changed[at:start], string[start:end]]
        at = end
    return "".join([*pieces, changed[at:]])


def _changed(string: str) -> str:
    string = PRINT.sub(
        lambda m: m["before"] + ("None," if m["word"] == "print" else "0,  ") + " " * len(m["to"] or ""), string
    )
    string = EXCEPT.sub(lambda m: m["before"] + "|", string)
    string = RAISE.sub(lambda m: m["before"] + "|", string)
    string = LAMBDA.sub(lambda m: m[0].replace("(", " ").replace(")", " "), string)
    string = DEF.sub(lambda m: PARAMETER.sub(lambda p: f"{p['before']} {p['names']} ", m[0]), string)
    string = ASYNC.sub("asynx", string)
    string = OCTAL.sub(" ", string)
    string = LONG.sub(r"\1 ", string)
    string = UR.sub(" ", string)
    string = BACKTICKS.sub(r"(\1)", string)
    return string.replace("<>", "!=")
