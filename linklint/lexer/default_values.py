"""Find what a program uses if a variable of its environment is not set."""

from __future__ import annotations

import re

from linklint.text.regex import lazy_compile

VALUE = r"(?P<value>\"[^\"\n]*\"|'[^'\n]*'|`[^`\n]*`|[\w.-]+)"
BEHIND = lazy_compile(  # process.env.X || 'a', getenv('X', 'a'), getenv "X" "a", ${X:a}, … ? ENV['X'] : 'a'
    r"(?:[\"'`]?\s*[\])}]?\s*(?:\|\||\?\?|\?:)\s*|[\"'`],\s*|[\"'`][ \t]+(?=[\"'`])|[\"'`]\s*[\])}]\s*:\s*"
    rf"|[ \t]+:[ \t]+|:-?){VALUE}"
)
ASSIGNED = lazy_compile(
    r"(?<![\w.])(?:(?:var|let|const|my)[ \t]+)?(?P<name>[$@]?[A-Za-z_][\w.]{0,60})[ \t]*:?=[ \t]*(?:\w+\.)?\Z"
)
NEAR = 400  # characters between a read and another assignment to the same variable of the program
# Where `x` has what was read: a default that follows, the other arm of the condition, and a default before it.
LATER = (
    r"{x}\s*(?:\|\||\?\?|//)=\s*{value}",
    r"{x}\s*:?=\s*{x}\s*(?:\|\||\?\?|\?:|//)\s*{value}",
    r"(?:!\s*|\b(?:not|unless)\s+|\b(?:empty|is_null)\(\s*){x}\b[^\n]{{0,10}}\n?\s*\{{?\s*{x}\s*:?=\s*{value}",
    r"{x}\s*===?\s*(?:\"\"|''|nil|null|undefined)[^\n]{{0,10}}\n?\s*\{{?\s*{x}\s*:?=\s*{value}",
    r"\belse\b[\s:{{]*{x}\s*:?=\s*{value}",
    r"{x}\s*=\s*{value}\s+(?:if|unless)\s+{x}",
)
EARLIER = r"{x}\s*:?=\s*{value}\s*;?[ \t]*\n\s*if\b[^\n]*\n?[\s{{]*\Z"


def default_of(string: str, start: int, end: int, at: int) -> str | None:
    """Return what is used if the variable of a read is not set. The read is from `start` to `end`, its name ends at
    `at`.
    """
    found = BEHIND.match(string, at, at + 200)
    return found["value"] if found is not None else other_value(string, start, end)


def other_value(string: str, start: int, end: int) -> str | None:
    """Return the other value of a program's variable to which a read is assigned."""
    assigned = ASSIGNED.search(string, max(0, start - 80, string.rfind("\n", 0, start) + 1), start)
    if assigned is None:
        return None
    x = rf"(?<![\w$@.]){re.escape(assigned['name'])}"
    behind, before = string[end : end + NEAR], string[max(0, assigned.start() - NEAR) : assigned.start()]
    for pattern, text in (*((pattern, behind) for pattern in LATER), (EARLIER, before)):
        if found := re.search(pattern.format(x=x, value=VALUE), text):
            return found["value"]
    return None
