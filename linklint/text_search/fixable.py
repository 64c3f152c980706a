"""Decide whether a host name could mean something else in place of a read: a test, an address that is required, a text
that only mentions it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from linklint.lexer.languages import LANGUAGES, Language
from linklint.text.regex import lazy_compile

AROUND = 160  # the number of characters before a read that are examined
NAME_AROUND = 60
QUOTES = ("'", '"', "`")
OTHERWISE = lazy_compile(
    r"\s*\)*\s*(?:\|\||\?\?)\s*(?![\s\"'`\d]|null\b|undefined\b|false\b)"
)  # otherwise another setting is used
BRACES = lazy_compile(r"[{}]")
BRACKETS = lazy_compile(r"[()\[\]{};]")
IN_EXPRESSION = lazy_compile(r"(?:[(,:=\[?|&$]|\breturn)\s*\Z")
TESTED_CALL = lazy_compile(
    r"(?:!|&&|\b(?:if|while|switch|typeof|Boolean|expect|\w*[aA]ssert\w*|ok|equal|strictEqual|deepEqual|isIP\w*"
    r"|includes|(?:lastI|i)ndexOf|replace\w*"
    r"|startsWith|endsWith|search|match\w*|test|setServers|reverse|lookup|filter|some|every|find))\s*\(\Z"
)
SAYING = lazy_compile(
    r"[ \t-]*[\"']?(?:description|help|comment|summary|title|note|about|message)[\"']?\s*[:=]", re.IGNORECASE
)
ADDRESS_BEFORE = lazy_compile(
    r"(?:\b(?:src|dst|saddr|daddr|nameserver|forward-addr:|forwarders|[bB]ind|[lL]isten|[rR]equire\s+(?:not\s+)?ip"
    r"|(?:[aA]llow|[dD]eny)\s+[fF]rom)(?:\b|(?<=:))|\baddress=/|^\s*server=)[^\n]*\Z"
)
ADDRESS = lazy_compile(
    r"\s*(?:if|elsif|geo|map|set\w*|split_clients|allow|deny|set_real_ip_from|server_name|listen|resolver)\b"
)
CIDR = lazy_compile(r"[\"']?/(?:[89]|[12]\d|3[0-2])(?!\d)")
HOSTS_LINE = lazy_compile(r"[ \t]+[\w. \t-]+(?:\n|\Z)")  # ${X} db
PARENTHESIS = lazy_compile(r"[=+,:(\[]\s*\(\s*\Z")
WITH_DEFAULT = lazy_compile(r"\s*(?:\|\||\?\?)\s*([\"'`])[^\"'`\n]*\1\s*\)\s*(?:\+|[,;)\]}]|\Z|\n)")
HELD = lazy_compile(r"(?:^|[\s;{(,])(?:(?:var|let|const)\s+)?(?P<name>[A-Za-z_$][\w$.]*)\s*=\s*\Z")
BETWEEN = lazy_compile(r"(?:\s|//[^\n]*\n|/\*.*?\*/)*", re.DOTALL)
FOLLOWS = lazy_compile(r"[,;)}\]]|\+(?![+=])|\|\||\?\?(?!=)|:")
TAKES = lazy_compile(r"(?:(?<![=!<>+*/-])=|[:,+\[]|\$\{|\|\||\?\?|\breturn|(?<![\w.])[\w.$]*\w\()\s*\Z|^\s*\Z")
TESTS = lazy_compile(
    r"\b(?:if|while|switch|assert\w*|unless|until|typeof|expect|Boolean|isIP\w*|is_?ip\w*|ok|equal|strictEqual"
    r"|deepEqual|require\w*|console\.assert)\b\W?[^;{}]*\Z|[!?]\s*\(?\s*\Z|&&[^;{}]*\Z"
)


def stays(string: str, start: int, end: int, language: Language, typed: bool, part: str) -> bool:
    """Return whether the read must stay as it is. In a program, only an expression that surely becomes text is
    replaced.
    """
    if string[start] in QUOTES:
        return True  # a constant that holds the name
    first = max(0, start - AROUND)
    before = string[max(first, string.rfind("\n", first, start) + 1) : start]
    if language is LANGUAGES[""]:
        statement = re.split(r"[;}]|(?<!\$)\{", string[max(0, start - 2 * AROUND) : start])[-1]
        return (
            before.endswith(("\\", "$"))
            or part == "url"
            and before[-1:] not in QUOTES
            or ADDRESS.match(statement) is not None
            or ADDRESS.match(before) is not None
            or ADDRESS_BEFORE.search(before) is not None
            or SAYING.match(before) is not None
            or ADDRESS.match(_block(string, start)) is not None
            or CIDR.match(string, end) is not None
            or not before.strip()
            and HOSTS_LINE.match(string, end) is not None
        )
    if language.name != "javascript":
        return False  # nothing can be written there
    behind = BETWEEN.match(string, end, end + AROUND)
    at = behind.end() if behind else end
    over = "\n" in string[end:at]
    follows = FOLLOWS.match(string, at) is not None or over and re.match(r"[\w}$@]|\Z", string[at : at + 1]) is not None
    near = max(0, len(before) - NAME_AROUND)
    taken = (
        TAKES.search(before, near)
        or not before.strip()
        or before.endswith("(")
        and PARENTHESIS.search(before)
        and WITH_DEFAULT.match(string, end)
    )
    if not follows or not taken or TESTS.search(before) or typed and re.match(r"\s*(?:\|\||!)", string[end : end + 20]):
        return True
    if (
        OTHERWISE.match(string, end)
        or string[max(0, start - 40) : start].rstrip().endswith("&&")
        or "trust proxy" in before
    ):
        return True
    held = HELD.search(before, near)
    if held and (at >= len(string) or string[at] not in "|?") and _is_asked(string, held["name"]):
        return True
    return _names_hosts(string) or any(TESTED_CALL.search(opener) for opener in _around(string, start))


def _block(string: str, start: int) -> str:
    """Return the line that opens the block around an offset of a template, if it is near."""
    depth = 0
    for match in reversed(list(BRACES.finditer(string, max(0, start - 5 * AROUND), start))):
        at = match.start()
        if string[at] == "}" and string.rfind("${", string.rfind("\n", 0, at) + 1, at) < 0:
            depth += 1
        elif string[at] == "{" and string[at - 1 : at] != "$":
            if not depth:
                return string[string.rfind("\n", 0, at) + 1 : at]
            depth -= 1
    return ""


def _around(string: str, start: int) -> list[str]:
    """Return the text before each open bracket around an offset, from the inside out, up to the start of the
    statement.
    """
    found: list[str] = []
    depth = 0
    for match in reversed(list(BRACKETS.finditer(string, max(0, start - 3 * AROUND), start))):
        at, char = match.start(), match[0]
        if char in ")]}":
            depth += 1
        elif char in "([{" and depth:
            depth -= 1
        elif char in "([":
            found.append(string[max(0, at - 40) : at].rstrip() + char)
        elif char == ";" and not depth or char == "{" and IN_EXPRESSION.search(string, max(0, at - 40), at) is None:
            break
    return found


@lru_cache(maxsize=16)
def _is_asked(string: str, name: str) -> bool:
    """Return whether the name that holds an address is tested, or taken apart."""
    name = re.escape(name)
    return (
        re.search(
            rf"(?:\b(?:if|while)\s*\(\s*|!\s*|&&\s*|\btypeof\s+|\bBoolean\(\s*)(?<![\w$.]){name}(?![\w$.(\[])"
            rf"|(?<![\w$.]){name}\s*(?:\?(?!\.)|&&|\|\||[!=]==?)|(?<![\w$.]){name}\.(?:split|match|replace|test"
            rf"|trim)\w*\(",
            string,
        )
        is not None
    )


@lru_cache(maxsize=1)
def _names_hosts(string: str) -> bool:
    return "/etc/hosts" in string
