"""Reads of link variables in shell text.

For example `$DB_PORT_5432_TCP_ADDR`, `${DB_PORT_5432_TCP_ADDR:-db}`, `${DB_PORT#tcp://}`. A variable that the script
set earlier is not a link's. In single quotes and quoted heredocs, whatever gets the text reads it later: likely.
`<X>_PORT` alone counts only if it is used as a URL.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

from linklint.context import ExtractionContext
from linklint.docker.link_variables import NAME, PORT_SHAPE, Reads, link_variable, mentions
from linklint.facts.schema import Env, EnvRead
from linklint.lexer.default_values import other_value
from linklint.shell.fixable import DEFAULT, closing, is_tested, stays
from linklint.shell.own_variables import NEVER, defaults_in, own_variables, set_in
from linklint.shell.tree import Script
from linklint.text.confidence import CERTAIN, LIKELY, POSSIBLE, weakest
from linklint.text.regex import lazy_compile
from linklint.text.source import MappedText

IN_TEMPLATE = lazy_compile(r"<%[=-]?[ \t]*\Z")  # ERB, which is expanded when a container runs
PRINTENV = lazy_compile(
    rf"(?P<how>\bprintenv|(?<=\[ )-v|(?<=\btest )-v)\s+(?P<bare>{NAME})(?![A-Za-z0-9_])(?P<braced>)"
)
GIVEN = lazy_compile(rf"\s(?:-e|--env)[ =]?[\"']?({NAME})=")
READ = lazy_compile(rf"\$\$?(?:\{{(?P<braced>{NAME})|(?P<bare>{NAME}))(?![A-Za-z0-9_])")
URL_READ = lazy_compile(  # ${DB_PORT#tcp://}, ${DB_PORT/tcp:\/\//}, "$DB_PORT" | sed 's|tcp://||', $DB_PORT =~ ^tcp://
    r"\$(?:\{(?P<braced>[A-Za-z_]\w*_PORT)(?P<rest>##?[^}\n]{0,200}/[^}\n]{0,200}|:0:[36])\}"
    r"|\{?(?P<bare>[A-Za-z_]\w*_PORT)(?![A-Za-z0-9_])"
    r"(?=//?\^?(?:tcp|udp|sctp):|\}?[\"')]*[ \t]*(?:\|[^\n;&]{0,200}?|(?:[!=]=?|=~|:|in)[ \t]*[\"'\\^(]{0,4})(?:tcp"
    r"|udp|sctp):(?:\\?/){2})\}?)"
)
WEAK = lazy_compile(  # $DB_PORT and $DB_NAME without a default
    r"\$(?:\{(?P<braced>[A-Za-z_]\w*_(?:PORT|NAME))(?P<rest>(?:[#%/][^}\n]{0,200})?)\}"
    r"|(?P<bare>[A-Za-z_]\w*_(?:PORT|NAME))(?![A-Za-z0-9_]))"
)
FOREIGN = lazy_compile(  # a program of another language inside a script
    rf"(?:os\.environ(?:\.get)?\s*[\[(]|os\.getenv\(|process\.env(?:\.|\[)|\bENV\[|\$_?ENV[\[{{]|\bENVIRON\["
    rf"|(?<![.\w])getenv\()\s*[\\\"']*(?P<name>{NAME})(?![A-Za-z0-9_])"
)
SCAN = lazy_compile(
    r"(?:\b(?:env|printenv|set|export)\b[^\n|]{0,40}\|[^\n;]{0,120}?"
    r"|(?=\$\{!?\w+\}))(?P<name>(?:\$\{!?\w+\})?[A-Za-z0-9_.*+?\[\]()\\^$}-]{0,60}_(?:TCP|UDP)(?:_ADDR"
    r"|_PORT)?)(?![A-Za-z0-9_])"
)
EXPORTED = lazy_compile(
    rf"\b(?:export|declare[ \t]+-\w*x\w*)[ \t]+(?:[A-Za-z_]\w*+(?:=\S*+)?[ "
    rf"\t]++){{0,20}}(?P<name>{NAME})(?![A-Za-z0-9_])"
)


class ReadContext(NamedTuple):
    """Where a script that reads variables runs.

    In a `document`, a line with only the variable lists its name and reads nothing. `container_sets` are variables that
    the container sets itself, which override a link's. With `at_build_time`, only reads in files written for later
    count. `container` runs the text; otherwise `filled` names what expands it before any container runs.
    """

    context: ExtractionContext
    scope: int
    language: str = "shell"
    confidence: str = CERTAIN
    document: bool = False
    container_sets: frozenset[str] = frozenset()
    at_build_time: bool = False
    container: int | None = None
    filled: str | None = None


def find_reads(place: ReadContext, text: MappedText, script: Script | None) -> None:
    """Record the reads in a script. `script` is its scan, or None for text that may not be a shell's."""
    if mentions(text.string):
        _Reader(place, text, script).find()


class _Reader:
    """Finds the reads in one text."""

    def __init__(self, place: ReadContext, text: MappedText, script: Script | None) -> None:
        self.place = place
        self.text = text
        self.string = text.string
        self.script = script
        self.own = own_variables(text.string, script) if script is not None else set_in(text.string)
        self.defaults = defaults_in(text.string)
        self.given = frozenset(GIVEN.findall(text.string))
        self.urls: set[int] = set()

    def find(self) -> None:
        if self.place.language == "shell" and self.string is self.text.source.text and not self.place.document:
            self.exports()
        self.parameters()
        self.printenv()
        self.foreign()
        if not self.place.at_build_time:
            self.searches()
            self.parsed_urls()
            if not self.place.document:
                self.weak()

    def in_comment(self, match: re.Match[str]) -> bool:
        return self.script is not None and _in_comment(self.script, match.start())

    def exports(self) -> None:
        """Record what the script itself exports."""
        for match in EXPORTED.finditer(self.string):
            if not self.in_comment(match):
                span = self.text.span(*match.span("name"))
                self.place.context.add(Env(span, name=match["name"], form="variable", origin="script"))

    def parameters(self) -> None:
        """Record `$DB_PORT_5432_TCP_ADDR`, `${DB_PORT_5432_TCP_ADDR:-db}`."""
        place, string = self.place, self.string
        for match in READ.finditer(string):
            name = match["braced"] or match["bare"]
            found = link_variable(name)
            if found is None or _escaped(string, match.start()) or self.in_comment(match):
                continue
            end = match.end() if match["bare"] else closing(string, match.end())
            if end is None or place.document and _line(string, match.start()).strip() == string[match.start() : end]:
                continue
            live = self.script is None or match.start() in self.script.parameters
            if name in place.container_sets or place.at_build_time and live:
                continue
            if not live and name in self.given:
                continue  # the container that runs the quoted text sets it
            rest = string[match.end() : end - 1] if match["braced"] else None
            confidence = place.confidence if live else LIKELY if place.at_build_time else POSSIBLE
            self.take(_Read(match.start(), end, name, found, confidence, rest))

    def printenv(self) -> None:
        """Record `printenv NAME`, `[ -v NAME ]`."""
        for match in PRINTENV.finditer(self.string):
            name = match["bare"]
            found = link_variable(name)
            known = name in self.place.container_sets or self.place.at_build_time
            if found is not None and not known and not self.in_comment(match):
                # `docker exec web printenv NAME`: unlike `$NAME`, the host's shell does not replace it
                confidence = weakest(self.place.confidence, LIKELY)
                self.take(_Read(*match.span(), name, found, confidence, stays=True, tested=match["how"] == "-v"))

    def foreign(self) -> None:
        """Record a read in another language inside a script: `python -c "…os.environ[…]"`."""
        for match in FOREIGN.finditer(self.string):
            found = link_variable(match["name"])
            before = max(0, match.start() - 5), match.start()
            builds = self.place.at_build_time
            if found is None or builds and IN_TEMPLATE.search(self.string, *before) is None:
                continue
            if (found.port is not None or builds) and not self.in_comment(match):
                self.take(_Read(*match.span(), match["name"], found, LIKELY, stays=True))

    def searches(self) -> None:
        """Record `env | grep _TCP_ADDR`, `${!DB_PORT_*}`: a search through the environment."""
        for match in SCAN.finditer(self.string):
            name = match["name"]
            known = link_variable(name)
            if self.in_comment(match):
                continue
            if known is not None and known.port is not None and not name.startswith("$"):
                self.take(_Read(*match.span("name"), name, known, LIKELY, stays=True))
            elif link_variable(name.rpartition("$")[2].strip("^${}")) is None:
                part = "address" if name.endswith("_ADDR") else "port" if name.endswith("_PORT") else "url"
                self.place.context.add(
                    EnvRead(
                        self.text.span(match.start("name"), match.end("name"), LIKELY),
                        scope=self.place.scope,
                        name=name,
                        part=part,
                        protocol="udp" if "_UDP" in name else "tcp",
                        language=self.place.language,
                        written=name,
                        container=self.place.container,
                    )
                )

    def parsed_urls(self) -> None:
        """Record `${DB_PORT#tcp://}`: `<X>_PORT` taken apart as a URL."""
        for match in URL_READ.finditer(self.string):
            name = match["braced"] or match["bare"]
            prefix = PORT_SHAPE.fullmatch(name)
            if prefix is None or name in self.place.container_sets:
                continue
            if not _escaped(self.string, match.start()) and not self.in_comment(match):
                rest = match["rest"] if match["braced"] else None
                self.urls.add(match.start())
                found = Reads(prefix["prefix"], "url", None, None)
                self.take(_Read(*match.span(), name, found, LIKELY, rest))

    def weak(self) -> None:
        """Record `$DB_PORT` and `$DB_NAME`, which count only if a link of the tree sets them and nothing else does."""
        for match in WEAK.finditer(self.string):
            name = match["braced"] or match["bare"]
            prefix, _, last = name.rpartition("_")
            if match.start() in self.urls or link_variable(name) is not None or name.startswith("KUBERNETES_"):
                continue
            if name in self.place.container_sets or name in set_in(self.text.source.text):
                continue
            if self.script is None or match.start() in self.script.parameters:
                found = Reads(prefix, "url" if last == "PORT" else "name", None, None)
                confidence = LIKELY if last == "PORT" else POSSIBLE
                self.take(_Read(*match.span(), name, found, confidence, match["rest"], stays=True, weak=True))

    def take(self, read: _Read) -> None:
        """Record a read, unless the script set the variable before."""
        if self.own.get(read.name, NEVER) <= read.start:
            return
        found, rest, string = read.found, read.rest or "", self.string
        default = DEFAULT.fullmatch(rest) if rest else None
        given, value = self.defaults.get(read.name, (NEVER, ""))
        if found.port is None and read.name.endswith("_PORT") and default:
            return
        if self.place.filled and found.part in ("env", "name"):
            return
        tested = read.tested or is_tested(string, read.start, read.end, rest)
        keeps = read.stays or tested or stays(string, read.start, read.end, rest)
        keeps = keeps or read.name in set_in(self.text.source.text)
        if default is not None:
            value = default["value"]
        elif given > read.start:
            value = other_value(string, read.start, read.end) or ""
        self.place.context.add(
            EnvRead(
                self.text.span(read.start, read.end, read.confidence),
                scope=self.place.scope,
                name=read.name,
                prefix=found.prefix,
                part=found.part,
                port=found.port,
                protocol=found.protocol,
                fallback=value or None,
                language=self.place.language,
                written=None if keeps else string[read.start : read.end],
                container=self.place.container,
                tested=int(tested),
                filled=self.place.filled,
                weak=int(read.weak),
            )
        )


class _Read(NamedTuple):
    """A read in a text. `rest` follows the name in braces; `stays` means that no host name may replace it."""

    start: int
    end: int
    name: str
    found: Reads
    confidence: str
    rest: str | None = None
    stays: bool = False
    tested: bool = False
    weak: bool = False


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
