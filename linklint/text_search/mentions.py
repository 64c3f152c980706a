"""Say what each mention of a link is, and record the facts that only its text shows.

Nothing that mentions a link may be overlooked silently, so each mention in a file has a class: a *fact*, a *comment*,
*prose*, *other* (it means something else), *vendored*, or *not followed* (linklint cannot tell). Most facts come from
extractors; `judge.py` judges what they have not read.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence
from copy import copy
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING
from zlib import crc32

from linklint.context import ExtractionContext, Meter, directory_of
from linklint.definition.containers import DEFAULT_BRIDGE, ContainerDefinition, NetworkOf, record
from linklint.facts.schema import EnvRead, Mention
from linklint.flow.steps import StepRecorder
from linklint.kinds.kind import kind_named
from linklint.text.confidence import LIKELY
from linklint.text.source import Source
from linklint.text_search import reasons
from linklint.text_search.said import Said
from linklint.text_search.texts import MAX_MENTIONS, Signs, TextFacts, short_names

if TYPE_CHECKING:
    from linklint.text_search.judge import Judge, Judgement
    from linklint.text_search.link_mentions import FoundLinks

MAX_CALLERS = 50  # of one script
MAX_JUDGED = 300  # mentions of a file that no extractor has read


class Mentions:
    """Classes the mentions of all sources, after all extractors have run, by what these have read (`said`)."""

    def __init__(
        self, context: ExtractionContext, sources: Sequence[tuple[Source, str]], texts: Sequence[TextFacts], said: Said
    ) -> None:
        self.context = copy(context)  # with its own limits: MAX_MENTIONS, MAX_JUDGED
        self.context.meter = Meter()
        self.sources = sources
        self.texts = texts
        self.signs = Signs(sources, texts)
        self.said = said
        self.images: set[str] | None = None
        self.set_names: dict[Source, frozenset[str]] = {}
        said.settle()

    def take(self) -> None:
        """Record the mentions of all sources."""
        for (source, kind), text in zip(self.sources, self.texts, strict=True):
            text = self.with_aliases(source, kind, text)
            if text.mentions:
                self.source(source, kind, text)

    def with_aliases(self, source: Source, kind: str, text: TextFacts) -> TextFacts:
        """Return what a text says, with the names of variables that links of the tree set: `DB_PORT`, `DB_NAME`."""
        aliases = self.said.aliases
        names = set(islice(short_names(source.text, aliases), MAX_MENTIONS)) if aliases else set()
        if not names:
            return text
        if not text.mentions:
            from linklint.text_search.ranges import code_ranges, comment_ranges

            text = text._replace(comments=comment_ranges(source, kind), code=list(code_ranges(source, kind)))
        mentions = {(start, end, what) for start, end, what in text.mentions} | names
        return text._replace(mentions=sorted(mentions))

    def source(self, source: Source, kind: str, text: TextFacts) -> None:
        """Record the mentions of one source, up to limits."""
        judge: Judge | None = None
        judged = 0
        order = StepRecorder(self.context, source.whole().span(0, 0), kind_named(kind), source.path)
        for count, (start, end, what) in enumerate(text.mentions):
            if count == MAX_MENTIONS or judged == MAX_JUDGED:
                number = MAX_MENTIONS if count == MAX_MENTIONS else MAX_JUDGED
                reason = f"more than {number} mentions of links: the rest is not read"
                self.context.unread(source.whole().span(start, end), reason)
                return
            reading, why = reasons.FACT
            if not self.said.has_read(source, what, start, end):
                if judge is None:
                    from linklint.text_search.judge import Judge, TextAround  # most files need none

                    signed, in_image = self.signs.is_signed(source), self.is_in_image(source)
                    judge = Judge(
                        TextAround(source, kind, text),
                        self.said,
                        partial(self.set_by_callers, source, kind),
                        partial(self.signs.names_signed, source),
                        is_signed=signed,
                        is_in_image=in_image,
                    )
                judged += 1
                judgement = judge.judge(what, start, end)
                self.record(judgement, order, source, start, end)
                reading, why = judgement.reason
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

    def record(self, judgement: Judgement, order: StepRecorder, source: Source, start: int, end: int) -> None:
        """Record the fact that a judgement shows."""
        if judgement.links is not None:
            self.record_links(order, judgement.links)
        if (read := judgement.read) is not None:
            self.context.add(
                EnvRead(
                    source.whole().span(start, end, LIKELY),
                    scope=order.scope(),
                    name=judgement.name,
                    prefix=read.prefix,
                    part=read.part,
                    port=read.port,
                    protocol=read.protocol,
                    language=order.kind.name,
                )
            )

    def record_links(self, order: StepRecorder, found: FoundLinks) -> None:
        """Record links that only the text shows, on a container of which at most a name for people is known."""
        from linklint.text_search.recipients import recipient_of  # most trees have no such link

        span = found.words[0].span._replace(confidence=LIKELY)
        network = DEFAULT_BRIDGE if found.legacy else NetworkOf("?", how="variable")
        name = recipient_of(span.source, span.start, found.words[-1].span.end)
        columns = {"complete": 0, "name_how": "declared" if name is not None else "none"}
        definition = ContainerDefinition(
            "options", span, order.scope(), span, name=name, network=network, columns=columns
        )
        for word in found.words:
            definition.parts.link(word, confidence=LIKELY)
        record(self.context, definition)
        for word in found.words:
            insort(self.said.links.setdefault(span.source, []), word.span.start)

    def set_by_callers(self, source: Source, kind: str) -> set[str]:
        """Return the variables that other scripts set which have the name of this one in their text."""
        if not kind_named(kind).is_script:
            return set()
        name = source.path.rpartition("/")[2]
        scripts = (other for other, kind in self.sources if kind_named(kind).is_script and other is not source)
        callers = islice((other for other in scripts if name in other.text), MAX_CALLERS)
        return set().union(*(self.set_in(other) for other in callers))

    def set_in(self, source: Source) -> frozenset[str]:
        """Return what a script sets, looked up once."""
        from linklint.shell.reads import set_in  # most trees have no such script

        if source not in self.set_names:
            self.set_names[source] = frozenset(set_in(source.text))
        return self.set_names[source]

    def is_in_image(self, source: Source) -> bool:
        """Return whether a Dockerfile in the directory of a file, or above, may put it into an image."""
        if self.images is None:
            self.images = {directory_of(other.path) for other, kind in self.sources if kind_named(kind).makes_image}
        directory = directory_of(source.path)
        parts = directory.split("/") if directory else []
        return any("/".join(parts[:count]) in self.images for count in range(len(parts) + 1))


def _digest(source: Source, at: int) -> str:
    line = source.line_text(source.line_of(at)).strip()
    return f"{crc32(line.encode('utf-8', 'surrogateescape')):08x}"
