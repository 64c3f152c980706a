"""Reads of link variables in shell text:

`$DB_PORT_5432_TCP_ADDR`, `${DB_PORT_5432_TCP_ADDR:-db}`, `${DB_PORT#tcp://}`.

A variable that the script sets itself, further up, is its own and no link's. In single quotes and quoted heredocs the
read happens later, in whatever gets the text: likely. `<X>_PORT` alone counts only where it is used as a URL.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from linklint.docker.link_variables import NAME, PORT_SHAPE, Reads, link_variable, mentions
from linklint.facts.schema import Env, EnvRead
from linklint.languages.context import ExtractionContext
from linklint.languages.shell.own_variables import NEVER, defaults_in, own_variables, set_in
from linklint.languages.shell.tree import Script
from linklint.text.source import CERTAIN, LIKELY, POSSIBLE, MappedText

IN_TEMPLATE = re.compile(r"<%[=-]?[ \t]*\Z")  # ERB, which is filled in when a container runs
PRINTENV = re.compile(rf"(?P<how>\bprintenv|(?<=\[ )-v|(?<=\btest )-v)\s+(?P<bare>{NAME})(?![A-Za-z0-9_])(?P<braced>)")
READ = re.compile(rf"\$\$?(?:\{{(?P<braced>{NAME})|(?P<bare>{NAME}))(?![A-Za-z0-9_])")
URL_READ = re.compile(  # ${DB_PORT#tcp://}, ${DB_PORT/tcp:\/\//}, "$DB_PORT" | sed 's|tcp://||', $DB_PORT =~ ^tcp://
    r"\$(?:\{(?P<braced>[A-Za-z_]\w*_PORT)(?P<rest>##?[^}\n]{0,200}/[^}\n]{0,200})\}"
    r"|\{?(?P<bare>[A-Za-z_]\w*_PORT)(?![A-Za-z0-9_])"
    r"(?=//?\^?(?:tcp|udp|sctp):|\}?[\"')]*[ \t]*(?:\|[^\n;&]{0,200}?|(?:[!=]=?|=~|:|in)[ \t]*[\"'\\^(]{0,4})(?:tcp"
    r"|udp|sctp):(?:\\?/){2})\}?)"
)
WEAK = re.compile(  # $DB_PORT and $DB_NAME, which have no default
    r"\$(?:\{(?P<braced>[A-Za-z_]\w*_(?:PORT|NAME))(?P<rest>(?:[#%/][^}\n]{0,200})?)\}"
    r"|(?P<bare>[A-Za-z_]\w*_(?:PORT|NAME))(?![A-Za-z0-9_]))"
)
FOREIGN = re.compile(  # a program of another language, inside of a script
    rf"(?:os\.environ(?:\.get)?\s*[\[(]|os\.getenv\(|process\.env(?:\.|\[)|\bENV\[|\$_?ENV[\[{{]|\bENVIRON\["
    rf"|(?<![.\w])getenv\()\s*[\\\"']*(?P<name>{NAME})(?![A-Za-z0-9_])"
)
SCAN = re.compile(
    r"(?:\b(?:env|printenv|set|export)\b[^\n|]{0,40}\|[^\n;]{0,120}?"
    r"|(?=\$\{!?\w+\}))(?P<name>(?:\$\{!?\w+\})?[A-Za-z0-9_.*+?\[\]()\\^$}-]{0,60}_(?:TCP|UDP)(?:_ADDR"
    r"|_PORT)?)(?![A-Za-z0-9_])"
)
PARTED = re.compile(
    r"\|[ \t]*(?:cut|sed|awk|tr|grep)\b|^[ \t]*case\b|<<<|\bIFS=|\b(?:resolv\.conf|nameserver|iptables|ip6tables"
    r"|nft|ufw|firewall-cmd|ipset|dig|nslookup|ifconfig|route|ip[ \t]+(?:addr|route|link|rule))\b"
)
PARTING = (
    "|",
    "case",
    "<<<",
    "IFS=",
    "resolv",
    "nameserver",
    "tables",
    "nft",
    "ufw",
    "firewall",
    "ipset",
    "dig",
    "nslookup",
    "ifconfig",
    "route",
    "ip ",
    "ip\t",
)
CONTINUED = re.compile(r"\\\r?\n")
WANTED = re.compile(
    r"\b(?:address|server|host-record)=/\S*\Z|--(?:add-host|ip6?|dns|publish)[ =]\S*\Z|(?:^|\s)-p[ =]?[\"']?\Z"
)  # an address, not a name
INNER_DEFAULT = re.compile(r"\$\{\w+:?[-=][\"']?\Z")  # ${DB_HOST:-$DB_PORT_5432_TCP_ADDR}
CIDR = re.compile(r"[\"']?(?:/[0-9]|\.[0-9])")
TEST = re.compile(r"(?:^|[\s;&|!({])(?:\[(?!\[)|test|expr)[ \t]")
ASKS = re.compile(
    r"(?:(?:^|[\s;&|!({])(?:\[\[?|test)|!|&&|\|\||-[ao])[ \t]+(?:![ \t]+)?(?:-[nz][ \t]+)?[xX_]?[\"']?[xX_]?\Z"
)
ANSWERED = re.compile(
    r"[\"']?[ \t]*(?:\]|&&|\|\||;|\n|\Z|-[ao][ \t]|(?:!=|==?)[ \t]*(?:\"[xX_]?\"|''|[xX_])[ \t]*(?:[\];&|\n]|\Z))"
)
AROUND = 300  # characters of its line that are looked at on either side of a read
HELD = re.compile(
    r"(?:^|[\s;&|(])(?P<name>[A-Za-z_]\w*)=[\"']?\Z|\$\{(?P<defaulted>[A-Za-z_]\w*):?[-=][\"']?\Z"
)  # HOST=$X, ${HOST:-$X}
EXPORTED = re.compile(
    rf"\b(?:export|declare[ \t]+-\w*x\w*)[ \t]+(?:[A-Za-z_]\w*+(?:=\S*+)?[ "
    rf"\t]++){{0,20}}(?P<name>{NAME})(?![A-Za-z0-9_])"
)
EXPORTS = re.compile(r"\b(?:export|declare|typeset|env|exec|sudo)\b|^[ \t]*ENV\b")
NAME_AROUND = 80
MAX_USES = 100
HOSTS_FILE = re.compile(r"/etc/hosts|\$\{?\w*HOSTS\b")
BRACES = re.compile(r"\\.|\$\{|\}|\n")
MAX_REST = 2_000
DEFAULT = re.compile(r":?[-=](?P<value>.*)", re.DOTALL)


def find_reads(
    context: ExtractionContext,
    scope: int,
    text: MappedText,
    script: Script | None,
    language: str = "shell",
    confidence: str = CERTAIN,
    *,
    document: bool = False,
    settled: frozenset[str] = frozenset(),
    builds: bool = False,
    container: int | None = None,
    filled: str | None = None,
) -> None:
    """Take the reads in a script; `script` is its scan, or None for text that no shell has been found to read.

    In a `document` a line that is nothing but the variable lists its name and reads nothing. `settled` are variables
    that the container sets itself, which come before a link's. While an image `builds` only what is written for later
    can read. `container` runs the text; else it is `filled` in before any runs.
    """
    string = text.string
    if not mentions(string):
        return
    own = own_variables(string, script) if script is not None else set_in(string)
    taker = _Taker(context, scope, text, language, container, own, defaults_in(string), filled)
    if language == "shell" and string is text.source.text and not document:
        for match in EXPORTED.finditer(string):
            if script and _in_comment(script, match.start()):
                continue
            context.add(
                Env(
                    text.span(*match.span("name")),
                    None,
                    None,
                    None,
                    match["name"],
                    None,
                    None,
                    "variable",
                    0,
                    "script",
                    None,
                )
            )
    for match in READ.finditer(string):
        name = match["braced"] or match["bare"]
        found = link_variable(name)
        if found is None or _escaped(string, match.start()) or script and _in_comment(script, match.start()):
            continue
        end = match.end() if match["bare"] else _closing(string, match.end())
        if end is None or document and _line(string, match.start()).strip() == string[match.start() : end]:
            continue
        live = script is None or match.start() in script.parameters
        if name in settled or builds and live:
            continue
        rest = string[match.end() : end - 1] if match["braced"] else None
        taker.take(match.start(), end, rest, name, found, confidence if live else LIKELY if builds else POSSIBLE)
    for match in PRINTENV.finditer(string):
        found = link_variable(match["bare"])
        if (
            found is not None
            and match["bare"] not in settled
            and not builds
            and not (script and _in_comment(script, match.start()))
        ):
            taker.take(*match.span(), None, match["bare"], found, confidence, stays=True, tested=match["how"] == "-v")
    for match in FOREIGN.finditer(string):
        found = link_variable(match["name"])
        if found is None or builds and IN_TEMPLATE.search(string, max(0, match.start() - 5), match.start()) is None:
            continue
        if (found.port is not None or builds) and not (script and _in_comment(script, match.start())):
            taker.take(*match.span(), None, match["name"], found, LIKELY, stays=True)
    for match in SCAN.finditer(string) if not builds else ():
        known = link_variable(match["name"])
        if (
            known is not None
            and known.port is not None
            and not match["name"].startswith("$")
            and not (script and _in_comment(script, match.start()))
        ):
            taker.take(*match.span("name"), None, match["name"], known, LIKELY, stays=True)
        elif link_variable(match["name"].rpartition("$")[2].strip("^${}")) is None and not (
            script and _in_comment(script, match.start())
        ):
            part = (
                "address" if match["name"].endswith("_ADDR") else "port" if match["name"].endswith("_PORT") else "url"
            )
            context.add(
                EnvRead(
                    text.span(match.start("name"), match.end("name"), LIKELY),
                    scope,
                    match["name"],
                    "",
                    part,
                    None,
                    "udp" if "_UDP" in match["name"] else "tcp",
                    None,
                    language,
                    match["name"],
                    container,
                )
            )
    urls: set[int] = set()
    for match in URL_READ.finditer(string):
        name = match["braced"] or match["bare"]
        prefix = PORT_SHAPE.fullmatch(name)
        if (
            prefix
            and name not in settled
            and not builds
            and not _escaped(string, match.start())
            and not (script and _in_comment(script, match.start()))
        ):
            rest = match["rest"] if match["braced"] else None
            urls.add(match.start())
            taker.take(*match.span(), rest, name, Reads(prefix["prefix"], "url", None, None), LIKELY)
    if not document and not builds:
        _take_weak(taker, script, settled, urls)


def _take_weak(taker: _Taker, script: Script | None, settled: frozenset[str], urls: set[int]) -> None:
    """Take `$DB_PORT` and `$DB_NAME`, which count where a link of the tree makes them and nobody sets them."""
    for match in WEAK.finditer(taker.text.string):
        name = match["braced"] or match["bare"]
        prefix, _, last = name.rpartition("_")
        if (
            match.start() not in urls
            and link_variable(name) is None
            and not name.startswith("KUBERNETES_")
            and name not in settled
            and name not in set_in(taker.text.source.text)
            and (script is None or match.start() in script.parameters)
        ):
            found = Reads(prefix, "url" if last == "PORT" else "name", None, None)
            taker.take(
                *match.span(), match["rest"], name, found, LIKELY if last == "PORT" else POSSIBLE, stays=True, weak=True
            )


class _Taker(NamedTuple):
    context: ExtractionContext
    scope: int
    text: MappedText
    language: str
    container: int | None
    own: Mapping[str, int]
    defaults: Mapping[str, tuple[int, str]]
    filled: str | None

    def take(
        self,
        start: int,
        end: int,
        rest: str | None,
        name: str,
        found: Reads,
        confidence: str,
        *,
        stays: bool = False,
        tested: bool = False,
        weak: bool = False,
    ) -> None:
        """Take a read;

        `rest` is what stands behind the name in braces, `stays` says that nothing may stand in its place.
        """
        string = self.text.string
        if self.own.get(name, NEVER) <= start:
            return
        default = DEFAULT.fullmatch(rest) if rest else None
        given, value = self.defaults.get(name, (NEVER, ""))
        if found.port is None and name.endswith("_PORT") and default or self.filled and found.part in ("env", "name"):
            return
        tested = tested or _is_tested(string, start, end, rest or "")
        stays = stays or tested or _stays(string, start, end, rest or "") or name in set_in(self.text.source.text)
        self.context.add(
            EnvRead(
                self.text.span(start, end, confidence),
                self.scope,
                name,
                found.prefix,
                found.part,
                found.port,
                found.protocol,
                default["value"] if default else value if given <= start else None,
                self.language,
                None if stays else string[start:end],
                container=self.container,
                tested=int(tested),
                filled=self.filled,
                weak=int(weak),
            )
        )


def _stays(string: str, start: int, end: int, rest: str) -> bool:
    """Whether a host name in the place of a read would mean something else: a test, an address that is taken apart
    or wanted as one, an expansion inside of another, a default that is itself a command.
    """
    before = CONTINUED.sub(" ", string[max(0, start - AROUND) : start])
    over_lines = before
    before = before[before.rfind("\n") + 1 :]
    line = before + string[start:end] + CONTINUED.sub(" ", string[end : end + AROUND]).partition("\n")[0]
    behind = string[end : end + 40]
    return bool(
        "/etc/hosts" in line
        or "`" in rest
        or "$" in rest  # what is used else is another setting
        or over_lines.rfind("[[") > over_lines.rfind("]]")
        or _is_parted(line)
        or WANTED.search(before)
        or CIDR.match(behind)
        or _in_test(before, behind)
        or before.rfind("${") > before.rfind("}")
        and INNER_DEFAULT.search(before) is None
        or _writes_hosts(string)
        and not before.strip("\"' \t")
        or not DEFAULT.fullmatch(rest)
        and (held := HELD.search(before, max(0, len(before) - NAME_AROUND)))
        and _held_stays(string, held["name"] or held["defaulted"], bool(EXPORTS.search(before)))
    )


def _is_parted(line: str) -> bool:
    """Whether a line takes an address apart, or wants one; what has none of the words is passed over fast."""
    return any(word in line for word in PARTING) and PARTED.search(line) is not None


@lru_cache(maxsize=16)
def _held_stays(string: str, name: str, is_exported: bool) -> bool:
    """Whether the variable that holds an address is asked for, taken apart, or used where only an address will do;
    of one that is neither used nor exported in its file, nobody knows.
    """
    used = is_exported or re.search(rf"\bexport\b[^\n]*\b{name}\b|\bset -\w*a", string) is not None
    for count, match in enumerate(re.finditer(rf"\$\{{?{name}(?!\w)", string)):
        end = match.end()
        rest = ""
        if match[0].startswith("${"):
            closed = _closing(string, end)
            rest, end = (string[end : closed - 1], closed) if closed else ("", end)
        before = CONTINUED.sub(" ", string[max(0, match.start() - AROUND) : match.start()]).rpartition("\n")[2]
        line = before + CONTINUED.sub(" ", string[match.start() : end + AROUND]).partition("\n")[0]
        if rest.startswith((":-", "-", ":=", "=")) and HELD.search(before):
            continue  # HOST=${HOST:-db}
        used = True
        if (
            count > MAX_USES
            or HOSTS_FILE.search(line)
            or _is_parted(line)
            or WANTED.search(before)
            or CIDR.match(string, end)
            or before.rfind("[[") > before.rfind("]]")
            or _in_test(before, string[end : end + 40])
            or _is_tested(string, match.start(), end, rest)
            or rest.startswith(("#", "%", "/", "+", ":+"))
            or _writes_hosts(string)
            and not before.strip("\"' \t")
        ):
            return True
    return not used


def _is_tested(string: str, start: int, end: int, rest: str) -> bool:
    """Whether it is only asked if the variable is set: `[ -n "$X" ]`, `[ x$X = x ]`, `${X+set}`."""
    return rest.startswith(("+", ":+")) or bool(
        ASKS.search(string, max(0, start - 20), start) and ANSWERED.match(string, end)
    )


def _in_test(before: str, behind: str) -> bool:
    """Whether what stands before a read on its line opens a test that is not closed yet, or a pattern of `case`
    follows.
    """
    single = max((match.end() for match in TEST.finditer(before)), default=0)
    return (
        before.rfind("[[") > before.rfind("]]")
        or single > 0
        and re.search(r"[ \t]\](?:[ \t;&|)]|$)|[;&|]", before[single:]) is None
        or not before.strip("\"' \t(")
        and re.match(r"[\"']?\)", behind) is not None
    )


@lru_cache(maxsize=2)
def _writes_hosts(text: str) -> bool:
    return HOSTS_FILE.search(text) is not None


def _closing(string: str, at: int) -> int | None:
    """Behind the brace that closes an expansion, others inside of it closed before; None where its line has none."""
    depth = 1
    for match in BRACES.finditer(string, at, at + MAX_REST):
        if match[0] == "\n":
            return None
        if match[0][0] == "\\":
            continue
        depth += 1 if match[0] == "${" else -1
        if not depth:
            return match.end()
    return None


def _line(string: str, at: int) -> str:
    end = string.find("\n", at)
    return string[string.rfind("\n", 0, at) + 1 : len(string) if end < 0 else end]


def _escaped(string: str, at: int) -> bool:
    start = at
    while at > 0 and string[at - 1] == "\\":
        at -= 1
    return (start - at) % 2 == 1


def _in_comment(script: Script, at: int) -> bool:
    index = bisect_right(script.comments, (at, len(script.comments) + at + 1)) - 1
    return index >= 0 and script.comments[index][0] <= at < script.comments[index][1]
