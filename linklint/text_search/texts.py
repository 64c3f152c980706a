"""What the text of a file says by itself: its mentions of links, its secrets, and whether it is about Docker."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence, Set
from functools import cached_property
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

from linklint.kinds import contents
from linklint.kinds.kind import kind_named
from linklint.secrets.redaction import secrets_in
from linklint.text.names import by_bytes, names_in
from linklint.text.regex import lazy_compile
from linklint.text.source import Source

if TYPE_CHECKING:
    from linklint.secrets.patterns import Hidden, Named
    from linklint.text_search.ranges import Range

MADE_OF_PARTS = (  # the last part of a name that is put together: "PORT_5432_TCP_ADDR", 'TCP', 'ADDR'
    r"[\"'`](?:_?(?:PORT_)?[0-9]+_(?:TCP|UDP)(?:_ADDR|_PORT)?|_?TCP_ADDR|TCP[\"'`][ \t]*,[ \t]*[\"'`]ADDR"
    r"|port_[0-9]+_tcp(?:_addr)?)\b"
)
TESTED_FOR_TCP = r"[\"'`/{^]=?(?:tcp|udp):"  # perhaps a value: startswith("tcp://"), /^tcp:/
PATTERNS = {
    "option": r"(?:--|\\-\\-)link\b",
    "key": r"\bexternal_links\b(?:[\"']?:)?"
    r"|\b(?i:links)(?:\\*[\"'](?:>>|\](?:\[\])?)?)?[ \t]*(?:[:=\[{]|\+[:=]|<-|->)|<links>"
    r"|<docker\.links\.\w+>|\bLink[ \t]*=[ \t]*new\b|\b[hH]ostConfig\.links[ \t]*<<"
    r"|\blinks?[ \t]+(?:%w|[\"'][\w.-]+:|node\[)"
    r"|(?:\.(?:[lL]inks|getLinks\(\))|[\"'][lL]inks[\"'](?:\]|,[ \t]*(?:\[\]|\{\})\)))"
    r"\.(?:[aA]dd|[sS]et|[pP]ush|append|extend|insert|update)\w*\(|[\"'][lL]inks[\"']\][ \t]*<<"
    r"|\bkey[\"']?[ \t]*:[ \t]*[\"']?link\b|\blink:[ \t]*(?m:$)"
    r"|\bRemoveLinks\b|\blink=True\b|\bHostConfig[\"']?\]\[[\"']Links[\"']\](?:[ \t]*=)?"
    r"|\b(?:(?:[wW]ith|[sS]et|[aA]dd)_?[lL]|l)inks?(?:ToContainer)?\(|\bHostConfig[./]Links\b"
    r"|\blink[\"']?[ \t]*:?[ \t]*\[?[ \t]*[\"'][\w.$#{}/-]+:[\w.-]+[\"']|\blink:[ \t]+[\w.-]+:[\w.-]+[ \t]*(?m:$)",
    "variable": r"\b[a-z][\w-]{0,40}[._/-]port[._/-][0-9]+[._/-](?:tcp|udp)(?:[._/-](?:addr|port|proto))?\b"
    r"|[\"']docker-?links[\"']"
    r"|\b[A-Za-z_]\w{0,200}_PORT_[0-9]+_(?:(?:TCP|UDP|SCTP)\w*|[\"'$%#{])|(?:\b|[%~$][a-z0-9])_PORT_(?:[\"'$%~#{<.(\[\\*]|[0-9]+_(?:TCP|UDP))"
    r"|(?:(?m:^)|[^\w.\n])(?:env|printenv|export)\b[^|\n]{0,20}\|[^|\n][^\n]{0,80}?(?:_PORT\b|_TCP\b|tcp:|_NAME=/)"
    rf"|{MADE_OF_PARTS}"
    rf"|{TESTED_FOR_TCP}"
    r"|(?:\b|%[sdv])_PORT\b|(?:\b|%[sdv])_(?:TCP|UDP)_(?:ADDR|PORT|PROTO)\b|\b[A-Z][A-Z0-9_]{0,200}_ENV_[A-Z0-9_]+\b",
    "hosts": r"/etc/hosts\b",
}
MENTION = lazy_compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in PATTERNS.items()))
NEEDLES = (
    "ink",
    "INK",
    "_PORT_",
    "_PORT=",
    "tcp:",
    "_TCP",
    "TCP_ADDR",
    "'TCP'",
    '"TCP"',
    '"port_',
    "'port_",
    "_NAME=/",
    "_port_",
    "-port-",
    ".port.",
    "/port/",
    "_UDP_",
    "_ENV_",
    "/etc/hosts",
)  # in each mention


FoundMention = tuple[int, int, str]  # start, end, kind
LIBRARIES = tuple(
    "refix REFIX nvconfig. env.Provider AddEnvironmentVariables ConfigurationProperties ConfigMapping".split()
)
OF_LIBRARY = (  # which reads all variables with a prefix: envconfig.Process("db", &config), Env::prefixed("DB_")
    r"(?:[eE](?:nv|NV)[^\"'`;]{0,60}?(?:[pP]refix|PREFIX)\w{0,20}"
    r"|(?:ConfigurationProperties|ConfigMapping)(?:\([ \t]*prefix)?"
    r"|nvconfig\.(?:Must)?Process\w*|AddEnvironmentVariables|\benv\.Provider)"
    r"[\"']?[ \t]*(?:[(=:]|(?=:))[ \t]*(?:prefix[ \t]*[=:][ \t]*)?(?:ctx,[ \t]*)?[\"':]"
    r"(?P<library>\w+?)[_.]?(?:[\"']|(?!\w))"
)
SHORT_NAME = lazy_compile(  # DB_PORT and DB_NAME, and the beginning of names: DB_, DB_PORT_, DB_ENV_
    rf"(?<![A-Za-z0-9_])(?P<prefix>[A-Z][A-Z0-9_]*?)_(?:PORT|NAME|(?:PORT|ENV)_)?(?![A-Za-z0-9_])|{OF_LIBRARY}"
)


def short_names(text: str, prefixes: Collection[str]) -> Iterator[FoundMention]:
    """Yield the short names of variables that links with some aliases set (`DB_PORT`, `DB_NAME`), and the beginning of
    their names (`DB_`), with which something may search for them.
    """
    if any(word in text for word in chain(prefixes, LIBRARIES)):
        for match in SHORT_NAME.finditer(text):
            if (match["prefix"] or match["library"].upper()) in prefixes:
                yield match.start(), match.end(), "variable"


MADE_NAME = lazy_compile(r"_PORT(?<![A-Za-z0-9_]_PORT)(?!\w)|%[sdv]_PORT(?!\w)")  # more than a needle: X_PORT is common


def mentions_in(text: str) -> Iterator[re.Match[str]]:
    """Yield the mentions in a text. Only lines with a needle are searched: the pattern is slow, and most have none."""
    at = 0
    following = {needle: text.find(needle) for needle in NEEDLES}
    if "_PORT" in text:
        following["made"] = _find("made", text, 0)
    following = {needle: found for needle, found in following.items() if found >= 0}
    while following:
        first = min(following.values())
        start, end = text.rfind("\n", at, first) + 1, text.find("\n", first)
        end = end if end >= 0 else len(text)
        yield from MENTION.finditer(text, max(start, at), end)
        at = end
        for needle in [needle for needle, found in following.items() if found < end]:
            found = _find(needle, text, end)
            if found >= 0:
                following[needle] = found
            else:
                del following[needle]


SIGNS = tuple({sign.decode().lower(): None for sign in (*contents.SIGNS, b"containerd")})  # in lower case
MAX_MENTIONS = 5000  # of a file


def _find(needle: str, text: str, at: int) -> int:
    """Return where a needle of `NEEDLES`, or a name that is put together (`made`), is next; -1 if nowhere."""
    if needle != "made":
        return text.find(needle, at)
    match = MADE_NAME.search(text, at)
    return match.start() if match is not None else -1


class TextFacts(NamedTuple):
    """What a file says by itself: its mentions, the secrets that are written in it, and whether it has another sign of
    Docker. With mentions, also the ranges of its comments, and of the code blocks of a document.
    """

    mentions: list[FoundMention]
    secrets: list[Hidden]
    signed: bool
    comments: list[Range]
    code: list[Range]


def read_text(source: Source, kind: str, named: Named | None) -> TextFacts:
    """Return what a text says; `named` is what `secret-names` says about names."""
    found = islice(mentions_in(source.text), MAX_MENTIONS + 1)
    mentions = [(match.start(), match.end(), str(match.lastgroup)) for match in found]
    lowered, path = source.text.lower(), source.path.lower()
    signed = any(sign in lowered or sign in path for sign in SIGNS)
    comments: list[Range] = []
    code: list[Range] = []
    if mentions:
        from linklint.text_search.ranges import code_ranges, comment_ranges  # most files need none

        comments, code = comment_ranges(source, kind), list(code_ranges(source, kind))
    return TextFacts(mentions, list(secrets_in(source.text, named, lowered)), signed, comments, code)


class Signs:
    """Knows which files have a sign of Docker beside their mentions."""

    def __init__(self, sources: Sequence[tuple[Source, str]], texts: Sequence[TextFacts]) -> None:
        self.files = [(source, kind, text) for (source, kind), text in zip(sources, texts, strict=True)]
        self.signed = {source for source, kind, text in self.files if kind_named(kind).is_about_docker or text.signed}

    def is_signed(self, source: Source) -> bool:
        """Return whether a file has another sign of Docker, or a file with one names it."""
        return source in self.signed or _name(source) in self.named

    def names_signed(self, source: Source) -> bool:
        """Return whether a file has another sign of Docker, or names a file with one."""
        return source in self.signed or bool(
            names_in(source.text, by_bytes(_name(other) for other in self.signed if other is not source))
        )

    @cached_property
    def named(self) -> Set[str]:
        """The names of files with mentions and no sign of Docker that files with a sign have in their texts."""
        wanted = by_bytes(
            _name(source) for source, _, text in self.files if text.mentions and source not in self.signed
        )
        return set().union(*(names_in(source.text, wanted) for source in self.signed))


def _name(source: Source) -> str:
    return source.path.rpartition("/")[2]
