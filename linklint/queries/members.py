"""The containers of a tree as a migration sees them: where each is defined, and what it links to."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from linklint.database.store import Store
from linklint.docker.names import canonical
from linklint.engine.facts import KNOWN
from linklint.text.records import Record, new
from linklint.text.regex import lazy_compile
from linklint.text.source import Span

LAST_CONTAINER = lazy_compile(r"(?:\$\(|`)[^()`]*\bps\s+(?:-\S+\s+)*-(?:lq|ql|qal|laq|alq|qla|lqa|aql)\s*(?:\)|`)")
STORED = lazy_compile(
    r"(?P<variable>\w+)=[\"']?(?P<command>(?:\$\(|`)[^()`\n]*\binspect\b[^()`\n]*\bIPAddress\b[^()`\n]*?"
    r"[ \t\"'](?P<name>[\w.-]+)[\"']?\s*[)`])"
)
VARIABLE_NAME = lazy_compile(r"\$\{?[A-Za-z_]")  # not $1, which is another one at each call
SHARED = ("container:", "service:")

Key = tuple[str, ...]

CONTAINERS = """
SELECT container.id, container.scope, container.tool, container.name, container.name_how, container.service,
    container.project, container.network, container.network_how, container.legacy, container.hostname, container.scale,
    container.complete, container.captured_in, container.image, container.span, container.name_span,
    container.network_span,
    container.head_span, called.words, EXISTS (SELECT 1 FROM in_branch WHERE in_branch.step = container.step
        AND in_branch.kind IN ('loop', 'function')) AS repeats, place.kind, place.host, place.directory,
    place.is_example, step.seq
FROM container JOIN place ON place.scope = container.scope JOIN called ON called.container = container.id
LEFT JOIN step ON step.id = container.step
ORDER BY container.id
"""
LINKS = """
SELECT link.id, link.container, link.kind, link.span, link.target, link.target_how, link.alias, link.alias_path,
    resolved_link.source, resolved_link.confidence
FROM link LEFT JOIN resolved_link ON resolved_link.link = link.id AND resolved_link.rank = 1
WHERE link.alias <> '' AND link.id NOT IN (SELECT link FROM cut_link) ORDER BY link.id
"""


class Use(Record):
    """A link as it is written: the span of its value, its source, and the name that the recipient uses for it.

    `source` is the container that it leads to; None if nothing in the tree creates it.
    """

    span: Span
    kind: str
    target: str
    target_how: str
    alias: str
    source: Member | None = None

    @property
    def line(self) -> int:
        """The line of its value."""
        return self.span.source.line_of(self.span.start)

    @property
    def name(self) -> str:
        """The part of the alias that counts: `web/pg` is `pg`."""
        return self.alias.rpartition("/")[2]


class Member(Record):
    """A definition of a container. Definitions of one container have the same `key`.

    `kind` is the type of its file or script; `joins` is the container whose network it has.
    """

    number: int
    key: Key
    words: str
    name: str | None
    how: str
    tool: str
    kind: str
    host: str
    scope: int
    seq: int | None
    span: Span
    head: Span
    name_span: Span | None
    network: str | None
    network_how: str
    network_span: Span | None
    legacy: bool
    hostname: str | None
    service: str | None
    project: str | None
    scale: int
    complete: bool
    is_example: bool
    captured_in: str | None
    image: str | None
    repeats: bool
    uses: list[Use] = new(factory=list)
    joins: Member | None = None

    @property
    def path(self) -> str:
        """The file that defines it."""
        return self.span.source.path

    @property
    def line(self) -> int:
        """The line that people look at."""
        return self.head.source.line_of(self.head.start)

    @property
    def place(self) -> str:
        """The file and line for people."""
        return f"{self.path}:{self.line}"

    @property
    def constant(self) -> str | None:
        """Its name if that is written, not computed."""
        return self.name if self.how in KNOWN else None

    @property
    def is_once(self) -> bool:
        """Whether it has no name, and no loop or function creates it several times."""
        return self.name is None and not self.repeats

    @property
    def written(self) -> str | None:
        """Its name as it is written, perhaps with a variable that others use, too."""
        is_variable = self.name is not None and VARIABLE_NAME.search(self.name) is not None
        return self.name if is_variable else self.constant


class StoredAddress(NamedTuple):
    """A command that asks for the address of a container, and the containers that get it."""

    span: Span
    owner: Member
    users: list[Member]


class Members(NamedTuple):
    """All containers, by number, by key, by host and any name (as written, or a service), and by scope; and the
    addresses that scripts ask for.
    """

    all: dict[int, Member]
    by_key: dict[Key, list[Member]]
    by_name: dict[tuple[str, str], list[Member]]
    by_scope: dict[int, list[Member]]
    addresses: list[StoredAddress]

    def definitions(self, member: Member) -> list[Member]:
        """Return all definitions of the same container."""
        return self.by_key[member.key]


def load(store: Store) -> Members:
    """Return the containers of the facts, with their links and joins."""
    found = {row["id"]: _member(store, row) for row in store.iterate(CONTAINERS)}
    members = Members(found, {}, {}, {}, [])
    for member in found.values():
        members.by_key.setdefault(member.key, []).append(member)
        members.by_scope.setdefault(member.scope, []).append(member)
        for name in dict.fromkeys((*_names(member), member.name or "", member.service or "")):
            members.by_name.setdefault((member.host, name), []).append(member)
    for row in store.iterate(LINKS):
        recipient = found[row["container"]]
        is_unsure = recipient.network_how not in ("none", *KNOWN) or recipient.tool.startswith("podman")
        if row["kind"] != "endpoint" and (recipient.legacy or is_unsure):
            alias = row["alias_path"] or row["alias"]
            use = Use(store.spans[row["span"]], row["kind"], row["target"], row["target_how"], alias)
            use.source = found.get(row["source"]) if row["source"] else None
            if use.source is None:
                use.source = _search(members, recipient, use)
            recipient.uses.append(use)
    for member in found.values():
        if member.network is not None and member.network.startswith(SHARED):
            member.joins = _joined(members, member, member.network.partition(":")[2])
    members.addresses.extend(_addresses(store, found))
    return members


def _addresses(store: Store, found: dict[int, Member]) -> Iterator[StoredAddress]:
    """Yield the addresses that a script stores in a variable for other containers."""
    for row in store.iterate("SELECT span FROM address WHERE context = 'docker inspect'"):
        span = store.spans[row["span"]]
        line = span.source.line_of(span.start)
        start = span.source.lines[line - 1]
        match = STORED.search(span.source.text, start, start + len(span.source.line_text(line)))
        if match is None:
            continue
        same = [member for member in found.values() if member.span.source is span.source]
        owner = next((member for member in same if member.constant == match["name"]), None)
        variable = re.compile(rf"\$\{{?{match['variable']}\b")
        users = [one for one in same if variable.search(span.source.text, one.span.start, one.span.end)]
        reads = (read.start() for read in variable.finditer(span.source.text))
        is_for_members = all(any(one.span.start <= at < one.span.end for one in users) for at in reads)
        if owner is not None and is_for_members:
            yield StoredAddress(Span(span.source, *match.span("command")), owner, users)


def _member(store: Store, row: dict[str, Any]) -> Member:
    spans = store.spans
    span = spans[row["span"]]
    same = ("name", "tool", "kind", "host", "scope", "seq", "network", "network_how", "hostname", "service", "project")
    return Member(
        number=row["id"],
        key=_key(row, span.source.path),
        how=row["name_how"],
        span=span,
        head=spans[row["head_span"]] if row["head_span"] else span,
        name_span=spans[row["name_span"]] if row["name_span"] else None,
        network_span=spans[row["network_span"]] if row["network_span"] else None,
        legacy=bool(row["legacy"]),
        complete=bool(row["complete"]),
        is_example=bool(row["is_example"]),
        repeats=bool(row["repeats"]),
        **{column: row[column] for column in (*same, "words", "scale", "captured_in", "image")},
    )


def _key(row: dict[str, Any], path: str) -> Key:
    """Return what identifies a container: its service, or its name on a host. In documents, each is a world of its
    own.
    """
    if row["service"] is not None:
        return "service", str(row["scope"]), str(row["service"])
    if row["name_how"] in KNOWN or row["name"] and VARIABLE_NAME.search(row["name"]):
        return "name", path if row["is_example"] else str(row["directory"]), str(row["host"]), str(row["name"])
    return "container", str(row["id"])


def _search(members: Members, recipient: Member, use: Use) -> Member | None:
    """Return the container that a link means, if the rules for findings do not say it: the last one that was created,
    or the only one of that name in the tree.
    """
    if LAST_CONTAINER.fullmatch(use.target.strip('"')):
        before = [member for member in members.by_scope[recipient.scope] if member.number < recipient.number]
        return before[-1] if before else None
    if use.target_how not in KNOWN:
        same = {
            member.key: member
            for member in members.by_name.get((recipient.host, use.target), ())
            if member.name == use.target and VARIABLE_NAME.search(use.target)
        }
        own = posixpath.dirname(recipient.path)
        near = [member for member in same.values() if posixpath.dirname(member.path) == own]
        return near[0] if near else next(iter(same.values())) if len(same) == 1 else None
    keys = {
        member.key: member
        for member in members.by_name.get((recipient.host, canonical(use.target)), ())
        if canonical(use.target) in _names(member) and member is not recipient
        if not (member.is_example or recipient.is_example) or member.path == recipient.path
    }
    return next(iter(keys.values())) if len(keys) == 1 else None


def _names(member: Member) -> list[str]:
    if member.name is not None or member.service is None or not member.project:
        return [member.constant] if member.constant else []
    return [sign.join((member.project, member.service, "1")) for sign in "_-"]


def _joined(members: Members, member: Member, name: str) -> Member | None:
    """Return the container whose network another one has."""
    own = posixpath.dirname(member.path)
    candidates = [
        other
        for other in members.by_name.get((member.host, name), ())
        if other is not member and (other.service == name or other.constant == name)
    ]
    near = [other for other in candidates if other.scope == member.scope]
    beside = [other for other in candidates if posixpath.dirname(other.path) == own]
    return next(iter([*near, *beside]), candidates[0] if len(candidates) == 1 else None)
