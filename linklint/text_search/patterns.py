"""What counts as a mention of links: one pattern for each kind, which ripgrep understands, too."""

from __future__ import annotations

import re
from collections.abc import Iterator

from linklint.text.regex import lazy_compile

PATTERNS = {
    "option": r"--link\b",
    "key": r"\bexternal_links\b|\b(?i:links)(?:\\*[\"'](?:>>|\](?:\[\])?)?)?[ \t]*(?:[:=\[{]|<-|->)|<links>"
    r"|\blinks[ \t]+(?:%w|[\"'][\w.-]+:|node\[)|\.[lL]inks\.(?:[aA]dd|[pP]ush|append|extend)\w*\("
    r"|\bkey[\"']?[ \t]*:[ \t]*[\"']?link\b|\blink:[ \t]*(?m:$)"
    r"|\b(?:withL|setL|addL|l)inks?(?:ToContainer)?\(|\bHostConfig[./]Links\b"
    r"|\blink[\"']?[ \t]*:?[ \t]*\[?[ \t]*[\"'][\w.$#{}/-]+:[\w.-]+[\"']",
    "variable": r"\b[a-z][\w-]{0,40}[_-]port[_-][0-9]+[_-](?:tcp|udp)(?:[_-](?:addr|port|proto))?\b"
    r"|\b[A-Za-z_]\w{0,200}_PORT_[0-9]+_(?:TCP|UDP|SCTP)\w*|(?:\b|[%~$][a-z0-9])_PORT_(?:[\"'$%~#{<.(\[\\*]|[0-9]+_(?:TCP|UDP))"
    r"|\b(?:env|printenv|export)\b[^|\n]{0,20}\|[^\n]{0,80}?(?:_PORT=|tcp:)"
    r"|\b_(?:TCP|UDP)_(?:ADDR|PORT|PROTO)\b|\b[A-Z][A-Z0-9_]{0,200}_ENV_[A-Z0-9_]+\b",
    "hosts": r"/etc/hosts\b",
}
MENTION = lazy_compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in PATTERNS.items()))
NEEDLES = (
    "ink",
    "INK",
    "_PORT_",
    "_PORT=",
    "tcp:",
    "_port_",
    "-port-",
    "_TCP_",
    "_UDP_",
    "_ENV_",
    "/etc/hosts",
)  # in each mention


def mentions_in(text: str) -> Iterator[re.Match[str]]:
    """Yield the mentions in a text. Only lines with a needle are searched: the pattern is slow, and most have none."""
    at = 0
    following = {needle: text.find(needle) for needle in NEEDLES}
    following = {needle: found for needle, found in following.items() if found >= 0}
    while following:
        first = min(following.values())
        start, end = text.rfind("\n", at, first) + 1, text.find("\n", first)
        end = end if end >= 0 else len(text)
        yield from MENTION.finditer(text, max(start, at), end)
        at = end
        for needle in [needle for needle, found in following.items() if found < end]:
            found = text.find(needle, end)
            if found >= 0:
                following[needle] = found
            else:
                del following[needle]
