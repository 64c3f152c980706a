"""What is at a place of a file: links with their aliases, and reads of link variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from linklint.findings.rule_file import is_built_in
from linklint.output.answers.rules import as_markdown, explained
from linklint.output.escape import escape
from linklint.output.terminal import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linklint.database.store import Store
    from linklint.findings.rule_file import Rule
    from linklint.server.folder import Folder
    from linklint.text.source import Source, Span

MAX_VARIABLES = 12
MAX_VALUE = 40  # characters
LINKS = """
SELECT link.id, link.target, link.alias, recipient.words, container.legacy FROM link
JOIN container ON container.id = link.container JOIN span ON span.id = link.span
JOIN called AS recipient ON recipient.container = container.id
WHERE {where} ORDER BY link.id LIMIT 8
"""
HERE = "span.file = {file} AND span.start <= {at} AND span.end >= {at}"
SOURCES = """
SELECT called.words, container.image, coalesce(container.name_span, container.head_span) FROM resolved_link
JOIN container ON container.id = resolved_link.source JOIN called ON called.container = container.id
WHERE resolved_link.link = {link} AND resolved_link.rank = 1
"""
VARIABLES = """
SELECT name, value, state FROM link_variable WHERE link = {link} AND rank = 1 AND written
GROUP BY name ORDER BY id LIMIT {limit}
"""
READS = """
SELECT env_read.id, env_read.name FROM env_read JOIN span ON span.id = env_read.span
WHERE span.file = {file} AND span.start <= {at} AND span.end >= {at} ORDER BY env_read.id LIMIT 8
"""
LINKS_OF_READ = """
SELECT link FROM own_link WHERE env_read = {read}
UNION SELECT link_alias.link FROM env_read JOIN link_alias ON upper(link_alias.prefix) = upper(env_read.prefix)
WHERE env_read.id = {read} AND NOT EXISTS (SELECT 1 FROM own_link WHERE own_link.env_read = {read}) ORDER BY 1 LIMIT 8
"""
SPAN_OF_LINK = "SELECT span FROM link WHERE id = {link}"
VALUE = "SELECT value FROM link_variable JOIN env_read ON env_read.name = link_variable.name WHERE link = {link} \
AND env_read.id = {read} LIMIT 1"


class FactsAt:
    """The facts at an offset of a source. All text comes without secrets, as from every query."""

    def __init__(self, store: Store, source: Source, offset: int) -> None:
        self.store = store
        numbers = [number for number, one in store.sources.items() if one is source]
        self._place = {"file": numbers[0] if numbers else 0, "at": source.byte(offset)}

    def definitions(self) -> list[Span]:
        """Return where the source of a link is defined, or the link that sets a variable."""
        spans: list[object] = [source.span for link in self._links() for source in self._source(link)]
        for read, _ in self._reads():
            for link in self._links_of(read):
                spans += [row[0] for row in self._ask(SPAN_OF_LINK, link=link)]
        known = self.store.spans
        return [known[number] for number in dict.fromkeys(spans) if isinstance(number, int) and number in known]

    def words(self) -> Iterator[str]:
        """Yield paragraphs of Markdown about each link and each read at the place."""
        for link in self._links():
            yield "\n".join(self._about(link))
        for read, name in self._reads():
            links = self._links_of(read)
            lines = [f"{_code(name)}: no link of this tree sets it"] if not links else []
            for link in (link for number in links for link in self._links_with(number)):
                values = [row[0] for row in self._ask(VALUE, link=link.number, read=read)]
                value = f" to {_code(_short(values[0]))}" if values and values[0] is not None else ""
                lines.append(f"{_code(name)} is set{value} by the link {_named(link)} of {_code(link.recipient)}")
            yield "  \n".join(lines)

    def _about(self, link: _Link) -> Iterator[str]:
        sources = list(self._source(link))
        leads = f"{_code(sources[0].words)}" if sources else "a container that nothing in this tree creates"
        image = f", image {_code(sources[0].image)}" if sources and sources[0].image else ""
        yield f"Link {_named(link)} of {_code(link.recipient)}: leads to {leads}{image}"
        if not link.legacy:
            yield "\nOn a user-defined network it sets no variables."
            return
        rows = self._ask(VARIABLES, link=link.number, limit=MAX_VARIABLES + 1)
        if rows:
            yield "\nVariables (engines up to 28; Engine 29 sets none):\n"
        for name, value, state in rows[:MAX_VARIABLES]:
            note = "" if state == "set" else f" ({state})"
            yield f"- {_code(name)} = {_code(_short(str(value)))}{note}"
        if len(rows) > MAX_VARIABLES:
            yield "- …"

    def _ask(self, sql: str, **values: int) -> Sequence[tuple[object, ...]]:
        return self.store.ask(sql.format(**values))[1]

    def _links(self) -> list[_Link]:
        return self._links_where(HERE.format(**self._place))

    def _links_with(self, number: int) -> list[_Link]:
        return self._links_where(f"link.id = {number}")

    def _links_where(self, where: str) -> list[_Link]:
        rows = self.store.ask(LINKS.format(where=where))[1]
        return [_Link(number, str(t), str(a), str(r), bool(legacy)) for number, t, a, r, legacy in rows]

    def _source(self, link: _Link) -> list[_Source]:
        rows = self.store.ask(SOURCES.format(link=link.number))[1]
        return [_Source(str(words), image and str(image), span) for words, image, span in rows]

    def _reads(self) -> list[tuple[int, str]]:
        return [(int(str(number)), str(name)) for number, name in self._ask(READS, **self._place)]

    def _links_of(self, read: int) -> list[int]:
        return [int(str(row[0])) for row in self._ask(LINKS_OF_READ, read=read)]


class _Link(NamedTuple):
    number: int
    target: str
    alias: str
    recipient: str
    legacy: bool


class _Source(NamedTuple):
    words: str
    image: str | None
    span: int | None


def _named(link: _Link) -> str:
    return _code(link.target if link.target == link.alias else f"{link.target}:{link.alias}")


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= MAX_VALUE else f"{text[:MAX_VALUE]}…"


def _code(text: object) -> str:
    """Return text of the tree as code of Markdown, which nothing in it can leave."""
    shown = escape(str(text)).replace("`", "'")
    return f"`{shown}`" if shown.strip() else "(empty)"


MAX_PAGES = 2


def hover_words(folder: Folder, source: Source, offset: int) -> str:
    """Return the Markdown for an offset of a file; empty if there is nothing."""
    assert folder.result is not None
    found = list(FactsAt(folder.result.store, source, offset).words())
    here = [f for f in folder.in_file(source) if f.span is not None and f.span.start <= offset <= f.span.end]
    rules = {rule.slug: rule for rule in folder.result.rules}
    names = list(dict.fromkeys(finding.rule for finding in here if finding.rule in rules))
    found += [_page(rules[name]) for name in names[:MAX_PAGES]]
    return "\n\n---\n\n".join(found)


def _page(rule: Rule) -> str:
    """Return the short page of a rule; one of the project as code, as it may have links and images of anybody."""
    if is_built_in(rule):
        return as_markdown(rule, False, False)
    lines = "\n".join(plain(line) for line in explained(rule, False, False)).replace("```", "'''")
    return f"```text\n{lines}\n```"
