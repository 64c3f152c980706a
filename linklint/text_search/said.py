"""What extractors have read, where mentions may be."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Set

from linklint.docker.links import prefix_of
from linklint.facts.collector import FactCollector
from linklint.facts.schema import Container, Env, EnvRead, KubernetesService, Link, Step
from linklint.text.regex import lazy_compile
from linklint.text.source import Source, is_within
from linklint.text.source import Span as SourceSpan
from linklint.text_search.link_mentions import extent_of, option_links

BETWEEN = lazy_compile(r"[\s=,+\"'`\\\[(]*(?:=>\s*[\"']?|\)\s*\.args?\([&\[]*[\"']?)?(?:\w+\.)*\$?\{?")
Span = tuple[int, int]


class Said:
    """What extractors have read, where mentions may be: by source, and for all sources. `aliases` are those of
    `aliases_of`.
    """

    def __init__(self, aliases: Mapping[str, Set[str]]) -> None:
        self.links: dict[Source, list[int]] = {}
        self.elsewhere: set[str] = set()  # links that are at the place of a variable, by their words
        self.prefixes: set[str] = set()
        self.aliases = aliases
        self.services: set[str] = set()  # of Kubernetes, as in names of variables
        self.set_for_containers: dict[Source, set[str]] = {}  # the variables that a file sets for containers
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
            if env.origin != "script":
                self.set_for_containers.setdefault(env.span.source, set()).add(env.name)
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

    def has_read(self, source: Source, what: str, start: int, end: int) -> bool:
        """Return whether an extractor has read a mention."""
        read = self.read.get((source, what), ())
        if is_within(read, start) or is_within(read, end - 1):
            return True
        links = self.links.get(source, [])
        if what == "option":
            between = BETWEEN.match(source.text, end)
            number = bisect_right(links, end - 1)
            if number < len(links) and between is not None and links[number] <= between.end():
                return True
            return bool(self.elsewhere) and self._is_used(source, end)
        if what == "key":
            first, last = extent_of(source.text, start, end)
            number = bisect_right(links, first - 1)
            return number < len(links) and links[number] < last
        return False

    def _is_used(self, source: Source, end: int) -> bool:
        """Return whether a link with the same words is where a variable with this option is used."""
        found = option_links(source, end, "")
        return any(word.string in self.elsewhere for word in found.words)


def aliases_of(rows: FactCollector) -> dict[str, Set[str]]:
    """Return what the names of variables start with that links set, each with the names that all recipients set
    themselves. Links set variables on the default bridge, and perhaps on a network that is not known.
    """
    containers = rows.rows(Container)
    own: dict[int, set[str]] = {}
    for env in rows.rows(Env):
        if env.container is not None:
            own.setdefault(env.container, set()).add(env.name)
    aliases: dict[str, Set[str]] = {}
    for link in rows.rows(Link):
        recipient = containers[link.container - 1]
        if link.alias and (recipient.legacy or recipient.network_how == "variable"):
            prefix, names = link.prefix.upper(), own.get(link.container, set())
            aliases[prefix] = aliases.get(prefix, names) & names
    return aliases


def _merged(spans: Iterable[Span]) -> list[Span]:
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found
