"""Reads of link variables in shell text.

For example `$DB_PORT_5432_TCP_ADDR`, `${DB_PORT_5432_TCP_ADDR:-db}`, `${DB_PORT#tcp://}`. A variable that the script
set earlier is not a link's. In single quotes and quoted heredocs, whatever gets the text reads it later: likely.
`<X>_PORT` alone counts only if it is used as a URL.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple

from linklint.context import ExtractionContext
from linklint.docker.link_variables import NAME, PORT_SHAPE, Reads, link_variable, mentions, short_variable
from linklint.facts.schema import Env, EnvRead
from linklint.lexer.languages import other_value
from linklint.shell.tree import (
    AndOr,
    Case,
    Function,
    Group,
    If,
    Item,
    Loop,
    Node,
    Part,
    Pipeline,
    Script,
    Simple,
    Test,
    children,
    descendants,
    first_word,
)
from linklint.text.confidence import CERTAIN, LIKELY, POSSIBLE, weakest
from linklint.text.regex import lazy_compile
from linklint.text.source import MappedText, is_within

ASSIGNED = lazy_compile(r"(?<![\w${])(?P<name>[A-Za-z_]\w*)(?P<more>\+?)=(?=(?P<value>\S{0,200}))")
DEFAULTED = lazy_compile(r"\$\{(?P<braced>[A-Za-z_]\w*):?=|\bprintf[ \t]+-v[ \t]+(?P<printed>[A-Za-z_]\w*)")
OWN_DEFAULT = lazy_compile(  # ${X:=db}, X=${X:-db}, X=db
    rf"\$\{{(?P<filled>(?>{NAME})):?=(?P<filling>[^}}\n]{{0,200}})\}}"
    rf"|(?<![\w${{])(?P<kept>(?>{NAME}))=[\"']?\$\{{(?P=kept):?-(?P<keeping>[^}}\n]{{0,200}})\}}"
    rf"|(?<![\w${{])(?P<set>(?>{NAME}))=(?P<value>[^\s;&|)]{{1,200}})"
)
TAKEN = lazy_compile(
    r"\b(?:(?:read|unset|mapfile|readarray|getopts)\b|for(?=[ \t]+\w+[ \t]*(?:in\b|do\b|;"
    r"|\n\s*do\b)))(?P<surely>[^\n;|&]{0,200})(?P<perhaps>[^\n]*)"
)
WORDS = lazy_compile(r"(?<![\w${])[A-Za-z_]\w*")
NEVER = 1 << 60
Span = tuple[int, int]
MAX_GUARDS = 20
MAX_RANGES = 200  # of a variable
LOCAL = frozenset(("local", "declare", "typeset"))
DECLARES = frozenset(("export", "declare", "typeset", "local", "readonly"))
TAKES = frozenset(("read", "unset", "mapfile", "readarray", "getopts"))


class _Branch(NamedTuple):
    """Where a script sets variables: what is set there is set until `until`. In `guards` (ranges) a variable is only
    tested, so it gets a default.
    """

    guards: tuple[Span, ...] = ()
    until: int = NEVER

    def narrowed(self, start: int, end: int, until: int) -> _Branch:
        return _Branch((*self.guards, (start, end))[:MAX_GUARDS], min(self.until, until))


def own_variables(string: str, script: Script) -> dict[str, list[Span]]:
    """Return variables with names like those of links that a script sets itself, each with the ranges in which they
    are set. What a branch, a loop, a pipe or a command in the background sets is set until its end, and behind all
    branches if each that goes on sets it; what a function sets, in it and after a call, but for what is local or stands
    behind a return. What the script sets for good is set in all of its functions.

    Variables set for another program (`X=1 cmd`), in a subshell, or only as a default (`[ -n "$X" ] || X=db`,
    `${X:=db}`) do not count.
    """
    found: dict[str, list[Span]] = {}
    functions: dict[str | None, Set[str]] = {}
    bodies: list[Span] = []
    for item in script.items:
        node = item.node
        _note_own(found, string, node, _Branch(until=node.end if item.background else NEVER))
        if isinstance(node, Function):
            functions[node.name] = _set_at_once(children(node.body), LOCAL)
            bodies.append((node.start, node.end))
        for name in functions.get(first_word(node), ()):
            _note(found, name, node.end, NEVER)
    for ranges in found.values():
        if any(end == NEVER for _, end in ranges):
            ranges += bodies[:MAX_RANGES]
    return found


def _note(found: dict[str, list[Span]], name: str, start: int, end: int) -> None:
    """Note that a variable is set in a range, up to a limit: what is not noted may be a read."""
    ranges = found.setdefault(name, [])
    if len(ranges) < MAX_RANGES and not (ranges and ranges[-1][0] <= start and end <= ranges[-1][1]):
        ranges.append((start, end))


def is_own(own: Mapping[str, Sequence[Span]], name: str, at: int) -> bool:
    """Return whether a variable of `own_variables` has the script's own value at an offset."""
    return any(start <= at < end for start, end in own.get(name, ()))


def _note_own(found: dict[str, list[Span]], string: str, node: Node, branch: _Branch) -> None:
    for name, at in _given(node):
        if _is_like_a_links(name) and not any(name in string[start:end] for start, end in branch.guards):
            _note(found, name, at, branch.until)
    if isinstance(node, Group) and node.subshell:
        return
    if isinstance(node, (If, Case)):
        _note_branches(found, string, node, branch)
    elif isinstance(node, AndOr):
        until = node.end if _tests(node.items[0][1]) else NEVER
        for _, command in node.items:
            _note_own(found, string, command, branch.narrowed(node.start, command.start, until))
    else:
        until = min(branch.until, node.end) if isinstance(node, (Function, Loop)) else branch.until
        is_piped = isinstance(node, Pipeline) and len(node.commands) > 1
        for child in children(node):
            _note_own(found, string, child, branch._replace(until=min(until, child.end) if is_piped else until))


def _note_branches(found: dict[str, list[Span]], string: str, node: If | Case, branch: _Branch) -> None:
    for condition, _ in node.arms if isinstance(node, If) else ():
        for item in condition or ():
            _note_own(found, string, item.node, branch)
    bodies = [[item.node for item in body] for _, body in node.arms]
    for body in filter(None, bodies):
        inner = branch.narrowed(node.start, body[0].start, body[-1].end)
        for command in body:
            _note_own(found, string, command, inner)
    last = node.arms[-1][0] if node.arms else ()
    is_whole = last is None or isinstance(node, Case) and [word.literal for word in node.arms[-1][0]] == ["*"]
    going_on = [body for body in bodies if "exit" not in map(first_word, body)]
    for name in set.intersection(*map(_set_at_once, going_on)) if is_whole and going_on else ():
        _note(found, name, node.end, branch.until)


def _is_like_a_links(name: str) -> bool:
    return "_PORT" in name or "_ENV_" in name or name.endswith("_NAME")


def _set_at_once(nodes: Iterable[Node], but: Set[str] = frozenset()) -> set[str]:
    """Return what some commands set, whatever branch they take, before they may return. `but`: not with these words."""
    going_on = takewhile(lambda node: not _may_return(node), nodes)
    given = (name for node in going_on if first_word(node) not in but for name, _ in _given(node))
    return set(filter(_is_like_a_links, given))


def _may_return(node: Node) -> bool:
    return "return" in map(first_word, descendants([Item(node, False)]))


def _tests(node: Node) -> bool:
    """Return whether a command is a test: `[ … ]`, `[[ … ]]`, `test`, `grep`."""
    return isinstance(node, Test) or first_word(node) in ("[", "test", "grep")


def defaults_in(string: str) -> dict[str, tuple[int, str]]:
    """Return the link variables that a text sets if no link has: after which offset, and to what."""
    found: dict[str, tuple[int, str]] = {}
    for match in OWN_DEFAULT.finditer(string):
        name = match["filled"] or match["kept"] or match["set"]
        found.setdefault(name, (match.end(), match["filling"] or match["keeping"] or match["value"] or ""))
    return found


def _given(node: Node) -> Iterator[tuple[str, int]]:
    """Yield the variables that a command sets, and where."""
    if isinstance(node, Loop) and node.variable:
        yield node.variable, node.start
    if not isinstance(node, Simple):
        return
    words = [word.literal or "" for word in node.words]
    if not words or words[0] in DECLARES:
        for assignment in node.assignments:
            value = assignment.word.parts if assignment.word is not None else []
            if (
                not assignment.append
                and not assignment.index
                and not any(assignment.name in _names(part) for part in value)
            ):
                yield assignment.name, node.end
    elif words[0] in TAKES:
        for word in words[1:]:
            yield word, node.end
    elif words[:2] == ["printf", "-v"] and len(words) > 2:
        yield words[2], node.end


def _names(part: Part) -> set[str]:
    """Yield the variables that a part of a word expands, including those in its own default."""
    return {part.value} | {name for inner in part.args for name in _names(inner)} if part.kind == "param" else set()


@lru_cache(maxsize=2)
def set_in(string: str) -> dict[str, int]:
    """Return the variables that a text sets anywhere, each with the offset after which the script's own value is set.

    The offset is NEVER if that depends on the old value.
    """
    found: dict[str, int] = {}

    def note(name: str, at: int) -> None:
        found[name] = min(found.get(name, NEVER), at)

    for match in ASSIGNED.finditer(string):
        note(match["name"], NEVER if match["more"] or match["name"] in match["value"] else match.end())
    for match in DEFAULTED.finditer(string):
        note(match["braced"] or match["printed"], match.end())
    for match in TAKEN.finditer(string):
        for word in WORDS.finditer(string, *match.span("surely")):
            note(word[0], word.end())
        for word in WORDS.finditer(string, *match.span("perhaps")):
            note(word[0], NEVER)
    return found


PARTED = lazy_compile(
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
CONTINUED = lazy_compile(r"\\\r?\n")
WANTED = lazy_compile(
    r"\b(?:address|server|host-record)=/\S*\Z|--(?:add-host|ip6?|dns|publish)[ =]\S*\Z|(?:^|\s)-p[ =]?[\"']?\Z"
)  # an address, not a name
INNER_DEFAULT = lazy_compile(r"\$\{\w+:?[-=][\"']?\Z")  # ${DB_HOST:-$DB_PORT_5432_TCP_ADDR}
CIDR = lazy_compile(r"[\"']?(?:/[0-9]|\.[0-9])")
TEST = lazy_compile(r"(?:^|[\s;&|!({])(?:\[(?!\[)|test|expr)[ \t]")
ASKS = lazy_compile(
    r"(?:(?:^|[\s;&|!({])(?:\[\[?|test)|!|&&|\|\||-[ao])[ \t]+(?:![ \t]+)?(?:-[nz][ \t]+)?[xX_]?[\"']?[xX_]?\Z"
)
ANSWERED = lazy_compile(
    r"[\"']?[ \t]*(?:\]|&&|\|\||;|\n|\Z|-[ao][ \t]|(?:!=|==?)[ \t]*(?:\"[xX_]?\"|''|[xX_])[ \t]*(?:[\];&|\n]|\Z))"
)
ASKED_FOR_LINK = lazy_compile(r"[\"']?[ \t]*(?:!=|==?|=~)[ \t]*[\"']?\^?tcp:")  # it may have another value
AROUND = 300  # the number of characters on either side of a read that are examined
HELD = lazy_compile(
    r"(?:^|[\s;&|(])(?P<name>[A-Za-z_]\w*)=[\"']?\Z|\$\{(?P<defaulted>[A-Za-z_]\w*):?[-=][\"']?\Z"
)  # HOST=$X, ${HOST:-$X}
EXPORTS = lazy_compile(r"\b(?:export|declare|typeset|env|exec|sudo)\b|^[ \t]*ENV\b")
NAME_AROUND = 80
MAX_USES = 100
HOSTS_FILE = lazy_compile(r"/etc/hosts|\$\{?\w*HOSTS\b")
BRACES = lazy_compile(r"\\.|\$\{|\}|\n")
MAX_REST = 2_000
DEFAULT = lazy_compile(r":?[-=](?P<value>.*)", re.DOTALL)


def stays(string: str, start: int, end: int, rest: str) -> bool:
    """Return whether the read must stay: it is a test, an address that is taken apart or required, an expansion inside
    another, or a default that is itself a command.
    """
    before = CONTINUED.sub(" ", string[max(0, start - AROUND) : start])
    over_lines = before
    before = before[before.rfind("\n") + 1 :]
    line = before + string[start:end] + CONTINUED.sub(" ", string[end : end + AROUND]).partition("\n")[0]
    behind = string[end : end + 40]
    return bool(
        "/etc/hosts" in line
        or "`" in rest
        or "$" in rest  # otherwise another setting is used
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
    """Return whether a line takes an address apart, or requires one. Lines without such words are skipped fast."""
    return any(word in line for word in PARTING) and PARTED.search(line) is not None


@lru_cache(maxsize=16)
def _held_stays(string: str, name: str, is_exported: bool) -> bool:
    """Return whether the variable that holds an address is tested, taken apart, or used where an address is required.
    If it is neither used nor exported in its file, that is unknown.
    """
    used = is_exported or re.search(rf"\bexport\b[^\n]*\b{name}\b|\bset -\w*a", string) is not None
    for count, match in enumerate(re.finditer(rf"\$\{{?{name}(?!\w)", string)):
        end = match.end()
        rest = ""
        if match[0].startswith("${"):
            closed = closing(string, end)
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
            or is_tested(string, match.start(), end, rest)
            or rest.startswith(("#", "%", "/", "+", ":+"))
            or _writes_hosts(string)
            and not before.strip("\"' \t")
        ):
            return True
    return not used


def is_tested(string: str, start: int, end: int, rest: str) -> bool:
    """Return whether it only tests if the variable is set: `[ -n "$X" ]`, `[ x$X = x ]`, `${X+set}`."""
    return rest.startswith(("+", ":+")) or bool(
        ASKS.search(string, max(0, start - 20), start) and ANSWERED.match(string, end)
    )


def _in_test(before: str, behind: str) -> bool:
    """Return whether a read is inside an open test on its line, or before a pattern of `case`."""
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


def closing(string: str, at: int) -> int | None:
    """Return the offset after the brace that closes an expansion, with others nested in it;

    None if its line has none.
    """
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


IN_TEMPLATE = lazy_compile(r"<%[=-]?[ \t]*\Z")  # ERB, which is expanded when a container runs
WRITTEN = lazy_compile(r"\bsed[ \t][^|;&]*\Z")
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
        self.own: Mapping[str, Sequence[Span]] = (
            own_variables(text.string, script)
            if script is not None
            else {name: [(at, NEVER)] for name, at in set_in(text.string).items()}
        )
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
        return self.script is not None and is_within(self.script.comments, match.start())

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
            if found is None or builds and not (IN_TEMPLATE.search(self.string, *before) or self.is_written(match)):
                continue
            if (found.port is not None or builds) and not self.in_comment(match):
                self.take(_Read(*match.span(), match["name"], found, LIKELY, stays=True))

    def is_written(self, match: re.Match[str]) -> bool:
        """Return whether a program is written to a file, which runs later: `sed -i "s/x/getenv('X')/" a.php`."""
        return WRITTEN.search(_line(self.string, match.start()).partition(match[0])[0]) is not None

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
            found = short_variable(name)
            if match.start() in self.urls or link_variable(name) is not None or found is None:
                continue
            if name in self.place.container_sets or name in set_in(self.text.source.text):
                continue
            if self.script is None or match.start() in self.script.parameters:
                confidence = LIKELY if found.part == "url" else POSSIBLE
                self.take(_Read(*match.span(), name, found, confidence, match["rest"], stays=True, weak=True))

    def take(self, read: _Read) -> None:
        """Record a read, unless the script set the variable before."""
        if is_own(self.own, read.name, read.start):
            return
        in_branch = any(start <= read.start for start, _ in self.own.get(read.name, ()))  # which may be taken
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
            is_asked = ASKED_FOR_LINK.match(string, read.end) is not None
            value = other_value(string, read.start, read.end) or ("another value" if is_asked else "")
        self.place.context.add(
            EnvRead(
                self.text.span(read.start, read.end, POSSIBLE if in_branch else read.confidence),
                scope=self.place.scope,
                name=read.name,
                prefix=found.prefix,
                part=found.part,
                port=found.port,
                protocol=found.protocol,
                fallback=value or None,
                instead=_instead(string, read.start),
                language=self.place.language,
                written=None if keeps else string[read.start : read.end],
                container=self.place.container,
                tested=int(tested),
                filled=self.place.filled,
                weak=int(read.weak),
            )
        )


def _instead(string: str, at: int) -> str | None:
    """Return the variable whose default a read is."""
    held = HELD.search(string, max(0, at - NAME_AROUND), at)
    return held["defaulted"] if held is not None else None


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
