"""Whether a program takes the value of a variable apart as a URL: `tcp://172.17.0.2:5432`, as a link sets `DB_PORT`.

A port of the program's own is a number. So who takes `tcp` off, or parses a URL, reads the variable of a link.
"""

from __future__ import annotations

import re

from linklint.lexer.languages import ASSIGNED
from linklint.text.regex import lazy_compile

AROUND = 200  # characters on either side of a use
FOLLOWING = 800  # characters after an assignment in which its variable is looked for
MAX_USES = 20
VERB = r"(?:g?sub!?|[rR]eplace\w*|[tT]rim\w*|[sS]plit\w*|strip\w*|removeprefix|delete_prefix|[mM]atch\w*|[pP]artition"
VERB += r"|[sS]tarts?_?[wW]ith\??|HasPrefix|Cut\w*)"
CLOSED = r"[\"'`]?\s*(?:[\])}]|,\s*[\"'][^\"'\n]*[\"']\)|\|\|\s*[\"'][^\"'\n]*[\"']\)?)*"
DOT = r"\s*(?:\??\.|->|::?|\|>)\s*"
METHOD = lazy_compile(  # ENV['X'].to_s.gsub('tcp', 'http'), x.split("//"), $X | sed 's|tcp://||'
    rf"{CLOSED}(?:{DOT}\w+[!?]?(?:\([^()\n]{{0,40}}\))?){{0,3}}?{DOT}\w*{VERB}"
    r"\s*\(?[^\n]{0,12}?(?:\b(?:tcp|udp)\b|//)"
    r"|(?<!\})(?:##?\*?(?:(?:tcp|udp)\b|/|:)|//?\^?(?:(?:tcp|udp)[:/\\]|/|:))"  # ${X#tcp://}, ${X/tcp:/http:}
    rf"|{CLOSED}\s*=~\s*(?:[\"'/]|m.|\()*\^?(?:tcp|udp)\b"
    rf"|{CLOSED}[ \t]*\|[^\n]{{0,40}}?\b(?:sed|cut|awk|tr|grep)\b[^\n]{{0,40}}?(?:tcp|udp|/)"
)
PARSER = lazy_compile(  # url.parse(process.env.X, str_replace('tcp://', '', getenv('X
    r"(?:\b[uU][rR][lLiI](?:(?:\.|::)[pP]arse|\.create)?|parse_url|ParseRequestURI|urlparse|urlsplit|make_url"
    r"|\b(?i:parse|split|extract)_?(?i:tcp|link|addr|host|endpoint)\w*)\(\s*(?:\w+\()?\s*&?"
    r"(?:\w+(?:\.|::))*\Z|\bURI\.[ \t]+\(?\Z|\[(?:[sS]ystem\.)?[uU]ri\][ \t]*\(?\Z"
    rf"|\w*{VERB}\(\s*[\"'`/#]\W?(?:tcp\b|[^\n\"'`]{{0,12}}//)[^()\n]{{0,60}},\s*(?:\w+\.)*\Z"
    r"|\bdockerize\b[^\n]*-wait[= \t]+[\"']?\Z|\bwait[-_]?for\S*[ \t]+[\"']?\Z"
)
FUNCTION = lazy_compile(rf"\b\w*{VERB}\(\s*(?:\w+\.)*\Z")  # strings.TrimPrefix(os.Getenv("X"), "tcp://")
TAKES_OFF = lazy_compile(rf"{CLOSED}\s*,\s*r?[\"'`/]\^?(?:(?:tcp|udp)\b|[^\"'`\n]{{0,12}}//)")


def is_taken_apart(string: str, start: int, end: int) -> bool:
    """Return whether a read, from `start` to `end`, is taken apart as a URL: there, or through one variable of the
    program.
    """
    if _is_url(string, start, end):
        return True
    line = string.rfind("\n", 0, start) + 1
    assigned = ASSIGNED.search(string, max(line, start - 80), start)
    if assigned is None:
        return False
    name = re.compile(rf"(?<![\w.]){re.escape(assigned['name'])}(?!\w)")
    for count, use in enumerate(name.finditer(string, end, end + FOLLOWING)):
        if count >= MAX_USES:
            return False
        if _is_url(string, *use.span()):
            return True
    return False


def _is_url(string: str, start: int, end: int) -> bool:
    line = string.rfind("\n", 0, start) + 1
    before = string[max(line, start - AROUND) : start]
    if PARSER.search(before) or METHOD.match(string, end, end + AROUND):
        return True
    return FUNCTION.search(before) is not None and TAKES_OFF.match(string, end, end + AROUND) is not None
