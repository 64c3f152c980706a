"""Say what each mention of a link is.

Nothing that mentions a link may be overlooked silently, so each mention in a file has a class: a *fact*, a *comment*,
*prose*, *other* (it means something else), *vendored*, or *not followed* (linklint cannot tell). Most facts come from
extractors. A mention that no extractor has read becomes a fact here if its text alone shows a link, or a read of a link
variable.
"""

from __future__ import annotations

import re
from bisect import bisect_right, insort
from collections.abc import Iterable, Sequence
from copy import copy
from typing import TYPE_CHECKING
from zlib import crc32

from linklint.context import ExtractionContext, Meter, directory_of
from linklint.definition.containers import DEFAULT_BRIDGE, ContainerDefinition, NetworkOf, record
from linklint.docker.link_variables import link_variable
from linklint.docker.links import prefix_of
from linklint.facts.collector import FactCollector
from linklint.facts.schema import Container, Env, EnvRead, KubernetesService, Link, Mention, Step
from linklint.flow.steps import StepRecorder
from linklint.kinds.kind import kind_named
from linklint.text.confidence import LIKELY
from linklint.text.names import NAME
from linklint.text.regex import lazy_compile
from linklint.text.source import Source
from linklint.text.source import Span as SourceSpan
from linklint.text_search.link_mentions import FoundLinks, extent_of, key_links, option_links
from linklint.text_search.texts import MAX_MENTIONS, Signs, TextFacts

if TYPE_CHECKING:
    from linklint.text_search.reading import Reader

LITERAL = lazy_compile(r"\\\$\{?\Z|'[^'\n]*\$\{?\Z|\[[^\n]*\$\{?\Z")  # what is written for another program
QUOTES = ("'", '"', "`")
BETWEEN = lazy_compile(r"[\s=,+\"'`\\\[(]*(?:=>\s*[\"']?|\)\s*\.args?\([&\[]*[\"']?)?(?:\w+\.)*\$?\{?")
DEFINED = lazy_compile(r"[\"']?\]?[ \t]*(?::?=(?![=~])|:(?!-)[ \t]*\S|=>)")
ITEM_SET = lazy_compile(r"[\"'`]?[\]}][ \t]*=(?![=~>])")
SETS = (  # anywhere in the file
    r"^[ \t]*(?:export[ \t]+|local[ \t]+|my[ \t]+\$|set[ \t]+)?NAME[ \t]*=[^=~]"
    r"|[\[{][\"']?NAME[\"']?[\]}][ \t]*=[^=~>]"
    r"|^[ \t]*(?:while[ \t]+)?(?:read|for|local|printf[ \t]+-v)\b[^\n;&|$]{0,200}\bNAME\b"
)
DEFINED_BY_WORD = lazy_compile(r"^[ \t]*(?:ENV|ARG|export|setenv|set)[ \t]+\Z")
LISTED = lazy_compile(r"[ \t]*\$?\{?[\w]+\}?[ \t]*\Z")
EXPANDED = lazy_compile(
    r"(?:\A[ \t]*env[ \t]+|\$\$?\{?|\\\$\{?|\b(?i:env)[.:\[]|%\{?|(?i:getenv|environ)(?:\(\))?|\benv[ ]+:|#\{|\{\{"
    r"|\bdefined[ \t]|\bisset\()"
    r"[\"'(\[: ]*(?:env[.:])?[\"']?\Z"
)
GETTER = lazy_compile(r"\b(?i:getenv|environ|env)\b[^\n;]{0,80}\Z")
UNSET = lazy_compile(r"\b(?:unset|unsetenv|delete|export[ \t]+-n|env[ \t]+-u)\b[^\n;|]*\Z")
PLAIN_COMMAND = lazy_compile(
    r"[ \t]*@?(?!.*(?:docker|podman|compose))(?:\$\(\w+\)|[\w./-]+)(?:[ \t]+[\w./:-]+)*[ \t]+\Z", re.IGNORECASE
)
OPTIONS_OF = lazy_compile(r"[ \t]*(?:(?:export[ \t]+)?\w+\+?=[\"']?(?:[-$][^\n]*)?|-[ \t]+[\"']?)\Z")
PRINTED_WORDS = lazy_compile(r"\becho[ \t]+[\"'][^\"'\n]*\Z")
QUIET = lazy_compile(r"\bgrep[ \t]+(?:-\w+[ \t]+)*(?:-\w*q\w*|--quiet)[ \t]")
UNSIGNED = "no sign of Docker in the file, or in one that names it"
MAX_SEARCHED = 100_000  # characters of a file that may set a variable
MAX_JUDGED = 300  # of them, those that no extractor has read
Span = tuple[int, int]


class Said:
    """What extractors have read, where mentions may be: by source, and for all sources."""

    def __init__(self) -> None:
        self.links: dict[Source, list[int]] = {}
        self.elsewhere: set[str] = set()  # links that are at the place of a variable, by their words
        self.prefixes: set[str] = set()
        self.services: set[str] = set()  # of Kubernetes, as in names of variables
        self.read: dict[tuple[Source, str], list[Span]] = {}  # by source and kind of mention
        self.programs: dict[Source, list[Span]] = {}  # the arguments of programs in containers
        self.defining: set[Source] = set()  # Compose files whose services are known

    def add(self, rows: FactCollector) -> None:
        """Learn from the facts of a collector."""
        self.services |= {service.name.upper().replace("-", "_") for service in rows.rows(KubernetesService)}
        self._add_links(rows)
        self._add_containers(rows)
        for read in rows.rows(EnvRead):
            self._cover(read.span, "variable")
            if read.port is not None:
                self.prefixes.add(read.prefix.upper())
        for env in rows.rows(Env):
            self._cover(env.span, "variable")
        for step in rows.rows(Step):
            if step.verb in ("rm-link", "network-connect"):
                self._cover(step.span, "option")

    def settle(self) -> None:
        """Put spans in order, when all is learned."""
        for starts in self.links.values():
            starts.sort()
        for spans in (*self.read.values(), *self.programs.values()):
            spans[:] = _merged(spans)

    def _add_links(self, rows: FactCollector) -> None:
        for link in rows.rows(Link):
            self.links.setdefault(link.span.source, []).append(link.span.start)
            self.prefixes.add(prefix_of(link.alias).upper())
            words = f"{link.target}:{link.alias}"
            if link.span.source.text[link.span.start : link.span.end] not in (words, link.target):
                self.elsewhere |= {words, link.target} if link.alias == link.target else {words}

    def _add_containers(self, rows: FactCollector) -> None:
        for container in rows.rows(Container):
            if container.tool == "compose" and container.head_span is not None:
                self.defining.add(container.head_span.source)
            if container.complete and container.image_span is not None and container.tool.endswith((" run", " create")):
                image, whole = container.image_span, container.span
                if image.source is whole.source and image.end < whole.end:
                    self.programs.setdefault(whole.source, []).append((image.end, whole.end))

    def _cover(self, span: SourceSpan, what: str) -> None:
        self.read.setdefault((span.source, what), []).append((span.start, span.end))


class Mentions:
    """Classes the mentions of all sources, after all extractors have run, by what these have read (`said`)."""

    def __init__(
        self, context: ExtractionContext, sources: Sequence[tuple[Source, str]], texts: Sequence[TextFacts], said: Said
    ) -> None:
        self.context = copy(context)  # whose facts have limits of their own: MAX_MENTIONS, MAX_JUDGED
        self.context.meter = Meter()
        self.sources = sources
        self.texts = texts
        self.signs = Signs(sources, texts)
        self.said = said
        self.images: set[str] | None = None
        self.set_in: dict[tuple[Source, str], bool] = {}
        said.settle()

    def take(self) -> None:
        """Record the mentions of all sources."""
        for (source, kind), text in zip(self.sources, self.texts, strict=True):
            if text.mentions:
                self.source(source, kind, text)

    def source(self, source: Source, kind: str, text: TextFacts) -> None:
        """Record the mentions of one source, up to limits."""
        reader: Reader | None = None
        signed: bool | None = None
        judged = 0
        order = StepRecorder(self.context, source.whole().span(0, 0), kind_named(kind), source.path)
        for count, (start, end, what) in enumerate(text.mentions):
            if count == MAX_MENTIONS or judged == MAX_JUDGED:
                number = MAX_MENTIONS if count == MAX_MENTIONS else MAX_JUDGED
                reason = f"more than {number} mentions of links: the rest is not read"
                self.context.unread(source.whole().span(start, end), reason)
                return
            reading, why = "fact", ""
            if not self.is_fact(source, what, start, end):
                if reader is None:
                    from linklint.text_search.reading import Reader  # most files need none

                    reader = Reader(source, kind, text)
                    signed = self.signs.is_signed(source)
                judged += 1
                reading, why = self.judged(reader, order, start, end, what, signed=bool(signed))
            self.context.collector.add(
                Mention(
                    source.whole().span(start, end),
                    kind=what,
                    reading=reading,
                    why=why,
                    word=source.text[start:end],
                    line_digest=_digest(source, start) if reading == "not followed" else "",
                )
            )

    def is_fact(self, source: Source, what: str, start: int, end: int) -> bool:
        """Return whether an extractor has read a mention."""
        read = self.said.read.get((source, what), ())
        if _contains(read, start) or _contains(read, end - 1):
            return True
        links = self.said.links.get(source, [])
        if what == "option":
            between = BETWEEN.match(source.text, end)
            number = bisect_right(links, end - 1)
            if number < len(links) and between is not None and links[number] <= between.end():
                return True
            return bool(self.said.elsewhere) and self._is_used(source, end)
        if what == "key":
            first, last = extent_of(source.text, start, end)
            number = bisect_right(links, first - 1)
            return number < len(links) and links[number] < last
        return False

    def _is_used(self, source: Source, end: int) -> bool:
        """Return whether a link with the same words is where a variable with this option is used."""
        found = option_links(source, end, "")
        return any(word.string in self.said.elsewhere for word in found.words)

    def is_in_image(self, source: Source) -> bool:
        """Return whether a Dockerfile in the directory of a file, or above, may put it into an image."""
        if self.images is None:
            self.images = {directory_of(other.path) for other, kind in self.sources if kind_named(kind).makes_image}
        directory = directory_of(source.path)
        parts = directory.split("/") if directory else []
        return any("/".join(parts[:count]) in self.images for count in range(len(parts) + 1))

    def judged(
        self, reader: Reader, order: StepRecorder, start: int, end: int, what: str, *, signed: bool
    ) -> tuple[str, str]:
        """Return (what a mention is, why); record the fact that its text shows."""
        source = reader.source
        reading, why = reader.read(what, start, end)
        if reading != "code":
            return reading, why
        if what == "variable":
            return self.variable(reader, order, start, end, signed=signed)
        if what == "hosts":
            return self.hosts(reader, start, signed=signed or self.is_in_image(source))
        if what == "option" and _contains(self.said.programs.get(source, ()), start):
            return "other", "an option of the program in the container"
        if what == "option":
            found = option_links(source, end, reader.statement(start) + reader.statement_behind(end))
            before = reader.line(start)[0]
            command = before.rpartition('"')[2]  # of a text
            if not any(":" in word.string for word in found.words) and PLAIN_COMMAND.match(command):
                return "not followed", ""  # of a command that may run docker
            signed = signed or any(":" in word.string for word in found.words) or OPTIONS_OF.match(before) is not None
        elif reader.kind.is_project and source in self.said.defining:
            is_made = "{{" in reader.line(start)[1]
            return ("not followed", "") if is_made else ("other", "the project does not use it")
        else:
            if reason := reader.not_a_link("key", reader.line(start)[0] + text_at(source, start, end)):
                return "other", reason
            found = key_links(source, start, end, signed=signed)
            signed = signed or bool(found.words) and all(":" in word.string for word in found.words)
        if found.reason:
            return "other", found.reason
        if not signed:
            return "other", UNSIGNED
        if not found.words or reader.is_test:  # in a test, it may be data
            return "not followed", ""
        self.add(order, found)
        return "fact", "its text shows the link"

    def add(self, order: StepRecorder, found: FoundLinks) -> None:
        """Record links that only the text shows, on a container of which nothing else is known."""
        span = found.words[0].span._replace(confidence=LIKELY)
        network = DEFAULT_BRIDGE if found.legacy else NetworkOf("?", how="variable")
        made = ContainerDefinition("options", span, order.scope(), span, network=network, columns={"complete": 0})
        for word in found.words:
            made.parts.link(word, confidence=LIKELY)
        record(self.context, made)
        for word in found.words:
            insort(self.said.links.setdefault(span.source, []), word.span.start)

    def variable(self, reader: Reader, order: StepRecorder, start: int, end: int, *, signed: bool) -> tuple[str, str]:
        """Judge the name of a link variable: a read, unless it is set or removed there."""
        source = reader.source
        written = source.text[start:end]
        name = written.upper().replace("-", "_") if written == written.lower() else written
        shape = link_variable(name)
        if shape is None:
            return self.fragment(reader, order, start, end, signed=signed or self.is_in_image(source))
        prefix = shape.prefix.upper()
        if prefix in self.said.services and prefix not in self.said.prefixes:
            return "other", "a Service of Kubernetes has this name"
        if shape.part == "env" and prefix not in self.said.prefixes:
            return "other", "no link, and no other link variable, has this prefix"
        before, behind = reader.line(start)
        rest = behind[end - start :]
        expanded = EXPANDED.search(before) is not None
        is_defined = DEFINED.match(rest) or DEFINED_BY_WORD.match(before) or UNSET.search(before)
        if ITEM_SET.match(rest) or is_defined and not expanded:
            return "other", "it is set or removed here"
        if self.is_set(reader, written):
            return "other", "the file sets it"
        if reader.is_document and (not expanded or LISTED.match(before + behind)):
            return "prose", "a list, or the output of a program"
        is_item = before.strip() in QUOTES and rest.rstrip(" \t,") in QUOTES  # a list of names, one on each line
        if reader.kind.expands and (reader.kind.is_project or not LITERAL.search(before)):
            return "other", "the shell does not read it here, or sets it"
        if (reader.kind.knows_reads or shape.part == "env") and not is_item:
            return "not followed", ""
        if written != name and not (signed or expanded):
            return "not followed", ""
        span = source.whole().span(start, end, LIKELY)
        self.context.add(
            EnvRead(
                span,
                scope=order.scope(),
                name=name,
                prefix=shape.prefix,
                part=shape.part,
                port=shape.port,
                protocol=shape.protocol,
                language=reader.kind.name,
                written=None,
            )
        )
        return "fact", "its text shows the read"

    def fragment(self, reader: Reader, order: StepRecorder, start: int, end: int, *, signed: bool) -> tuple[str, str]:
        """Judge a part of a name, as in `getenv($prefix . '_PORT_' . $port . '_TCP')`."""
        before, behind = reader.line(start)
        if GETTER.search(before) is None:
            return ("not followed", "") if signed else ("other", UNSIGNED)
        part = "address" if "ADDR" in behind[:60] else "url"
        span = reader.source.whole().span(start, end, LIKELY)
        name = reader.source.text[start:end]
        self.context.add(EnvRead(span, scope=order.scope(), name=name, part=part, language=reader.kind.name))
        return "fact", "its text shows the read"

    def is_set(self, reader: Reader, name: str) -> bool:
        """Return whether a file sets a variable anywhere but in a comment."""
        source = reader.source
        key = source, name
        if key not in self.set_in:
            pattern = SETS.replace("NAME", re.escape(name))
            found = re.finditer(pattern, source.text[:MAX_SEARCHED], re.MULTILINE)
            self.set_in[key] = any(not reader.is_comment(match.end() - 1) for match in found)
        return self.set_in[key]

    def hosts(self, reader: Reader, start: int, *, signed: bool) -> tuple[str, str]:
        """Judge a look-up in `/etc/hosts`: where it looks for the alias of a link, the link is the fact."""
        before, behind = reader.line(start)
        words = {word.upper().replace("-", "_") for word in NAME.findall(before + behind)}
        if words & self.said.prefixes:
            return "fact", "the alias of a link"
        if QUIET.search(before) or PRINTED_WORDS.search(before):
            return "other", "a test for a line"
        return ("not followed", "") if signed else ("other", UNSIGNED)


def text_at(source: Source, start: int, end: int) -> str:
    """Return the text of a mention."""
    return source.text[start:end]


def _digest(source: Source, at: int) -> str:
    line = source.line_text(source.line_of(at)).strip()
    return f"{crc32(line.encode('utf-8', 'surrogateescape')):08x}"


def _merged(spans: Iterable[Span]) -> list[Span]:
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def _contains(spans: Sequence[Span], at: int) -> bool:
    number = bisect_right(spans, (at, 1 << 60)) - 1
    return number >= 0 and spans[number][0] <= at < spans[number][1]
