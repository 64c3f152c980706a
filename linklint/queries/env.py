"""What a recipient gets from its links: variables and lines of /etc/hosts, for each engine.

Source: engines 26.1, 28.0 and 29.0 (`docker/link_variables.py`), and the announcement of Engine 30.
"""

from __future__ import annotations

from typing import NamedTuple

from linklint.database.store import Store
from linklint.docker.engines import engine_named, without_release
from linklint.text.records import Record, new

Row = tuple[object, ...]


class Location(NamedTuple):
    """A path as the user would type it, and a line."""

    path: str
    line: int


class RecipientLink(NamedTuple):
    """A link of the recipient: its source as written, the container it refers to, and its image if the tree does not
    build it.
    """

    alias: str
    target: str
    place: Location
    source: Location | None
    foreign_image: str | None
    confidence: str


class Variable(NamedTuple):
    """A variable that a link sets.

    `state` is set, overridden, passed, or collides (another link sets it to another value).
    """

    name: str
    value: str
    engines: tuple[str, ...]
    state: str
    origin: Location
    how: str
    by: Location | None
    confidence: str
    alias: str


class Host(NamedTuple):
    """A line of /etc/hosts, and its origin: add-host, link or own."""

    address: str
    names: tuple[str, ...]
    why: str


class Recipient(Record):
    """A container and what it gets.

    `legacy`: its links are on the default bridge, where they set variables and write lines.
    """

    name: str
    place: Location
    tool: str
    network: str | None
    legacy: bool
    links: list[RecipientLink] = new(factory=list)
    variables: list[Variable] = new(factory=list)
    hosts: list[Host] = new(factory=list)
    notes: list[str] = new(factory=list)


def recipients(store: Store, name: str, engine: str) -> list[Recipient]:
    """Return what each container of that name, service or project/service gets; with `any`, what some engine gives."""
    name = name.removeprefix("/")
    rows = _ask(
        store,
        "SELECT containers.id, path, line, tool, network, legacy, called.words FROM containers JOIN called ON "
        "called.container = containers.id"
        f" WHERE {_quoted(name)} IN (name, service, project || '/' || service, captured_in)"
        f" OR EXISTS (SELECT 1 FROM engine_state WHERE engine_state.container = containers.id AND engine_state.kind = "
        f"'name' AND engine_state.what = {_quoted(name)}) ORDER BY path, line, "
        f"containers.id",
    )
    return [_recipient(store, row, engine) for row in rows]


def names(store: Store) -> list[str]:
    """Return the names of all containers with links."""
    rows = _ask(
        store,
        "SELECT DISTINCT coalesce(name, service) FROM container JOIN link ON link.container = container.id WHERE "
        "coalesce(name, service) IS NOT NULL",
    )
    return sorted(str(row[0]) for row in rows)


def _recipient(store: Store, row: Row, engine: str) -> Recipient:
    number, path, line, tool, network, legacy, words = row
    found = Recipient(
        str(words), Location(str(path), _int(line)), str(tool), None if network is None else str(network), bool(legacy)
    )
    found.links = _links(store, _int(number))
    if found.legacy:
        found.variables = _variables(store, _int(number), engine)
    if found.legacy and engine_named(engine).links or found.network and not _shares_network(found.network):
        found.hosts = _hosts(store, _int(number), str(words))
    found.notes = list(_notes(store, _int(number), found))
    return found


def _links(store: Store, number: int) -> list[RecipientLink]:
    rows = _ask(
        store,
        "SELECT link.alias, link.target, links.path, links.line, source.path, source.line,"
        " CASE WHEN source.id IS NULL THEN NULL WHEN NOT EXISTS (SELECT 1 FROM container_build WHERE "
        "container_build.container = source.id) THEN source.image"
        "  ELSE (SELECT nullif(image.base, 'scratch') FROM container_stage JOIN image ON image.id = "
        "container_stage.image"
        "   WHERE container_stage.container = source.id ORDER BY container_stage.depth DESC LIMIT 1) END,"
        " max(coalesce(resolved_link.confidence, 'certain'), span.confidence)"
        " FROM link JOIN links ON links.id = link.id JOIN span ON span.id = link.span"
        " LEFT JOIN resolved_link ON resolved_link.link = link.id AND resolved_link.rank = 1 LEFT JOIN containers "
        "AS source ON source.id = resolved_link.source"
        f" WHERE link.container = {number} AND link.id NOT IN (SELECT link FROM cut_link) ORDER BY link.id",
    )
    return [
        RecipientLink(
            str(r[0]),
            str(r[1]),
            Location(str(r[2]), _int(r[3])),
            None if r[4] is None else Location(str(r[4]), _int(r[5])),
            _text(r[6]),
            str(r[7]),
        )
        for r in rows
    ]


def _variables(store: Store, number: int, engine: str) -> list[Variable]:
    rows = _ask(
        store,
        "SELECT link_variable.name, link_variable.value, link_variable.engines, link_variable.state, "
        "origin_file.path, origin.line, by_file.path, by_span.line,"
        " link_variable.confidence, coalesce(env.origin, CASE WHEN link_variable.part IN ('env', 'name') THEN "
        "'link' ELSE 'port' END), link_variable.alias"
        " FROM link_variable JOIN span AS origin ON origin.id = link_variable.origin JOIN file AS origin_file ON "
        "origin_file.id = origin.file"
        " LEFT JOIN span AS by_span ON by_span.id = link_variable.by LEFT JOIN file AS by_file ON by_file.id = "
        "by_span.file"
        f" LEFT JOIN env ON env.id = link_variable.env WHERE link_variable.recipient = {number} AND "
        f"link_variable.rank = 1 AND link_variable.link NOT IN (SELECT link FROM cut_link) ORDER BY link_variable.id",
    )
    found: dict[tuple[str, str, tuple[str, ...]], Variable] = {}
    values: dict[tuple[str, str], set[str]] = {}
    order: dict[str, int] = {}
    asked = without_release(engine).replace("26", "27")  # as SETTING_VARIABLES has them
    for r in rows:
        engines = tuple(word for word in str(r[2]).split() if asked in ("any", word))
        by = None if r[6] is None else Location(str(r[6]), _int(r[7]))
        if engines:
            variable = Variable(
                str(r[0]),
                str(r[1]),
                engines,
                str(r[3]),
                Location(str(r[4]), _int(r[5])),
                str(r[9]),
                by,
                str(r[8]),
                str(r[10]),
            )
            found.setdefault((variable.name, variable.value, engines), variable)
            order.setdefault(variable.name, len(order))
            for name in engines:
                values.setdefault((variable.name, name), set()).add(variable.value)
    variables = sorted(found.values(), key=lambda variable: order[variable.name])
    return [
        v._replace(state="collides") if v.state == "set" and any(len(values[v.name, e]) > 1 for e in v.engines) else v
        for v in variables
    ]


def _hosts(store: Store, number: int, words: str) -> list[Host]:
    found = [
        Host(str(a), (str(n),), "add-host")
        for n, a in _ask(store, f"SELECT name, address FROM extra_host WHERE container = {number} ORDER BY id")
    ]
    rows = _ask(
        store,
        "SELECT link_alias.alias, link.target, CASE WHEN EXISTS (SELECT 1 FROM engine_state WHERE engine_state.kind = "
        "'name' AND engine_state.container = source.id AND engine_state.what = link.target) AND source.service IS NULL "
        "THEN link.target ELSE source.name END, source.hostname, called.words, source.service, "
        "source.project, source.network"
        " FROM link_alias JOIN link ON link.id = link_alias.link LEFT JOIN resolved_link ON resolved_link.link = "
        "link.id AND resolved_link.rank = 1"
        " LEFT JOIN container AS source ON source.id = resolved_link.source LEFT JOIN called ON called.container = "
        "source.id"
        f" WHERE link_alias.recipient = {number} AND link.id NOT IN (SELECT link FROM cut_link) ORDER BY link.id, "
        f"link_alias.written DESC, link_alias.alias",
    )
    for alias, target, name, hostname, source, service, project, network in rows:
        if name is None and service is not None:
            name = ("_" if network is None else "-").join((str(project), str(service), "1"))
        called = str(name or source or target)
        known = str(name or (target if source is None else f"<name of {called}>"))
        line = (str(alias), str(hostname) if hostname else f"<id of {called}>", *([known] if known != alias else []))
        found.append(Host(f"<address of {called}>", line, "link"))
    found = list(dict.fromkeys(found))
    hostname, domain = _ask(store, f"SELECT hostname, domainname FROM container WHERE id = {number}")[0]
    full = ".".join(str(part) for part in (hostname or f"<id of {words}>", domain) if part)
    found.append(Host(f"<address of {words}>", (full, full.partition(".")[0]) if "." in full else (full,), "own"))
    return found


def _shares_network(network: str) -> bool:
    """Return whether a container has no /etc/hosts of its own, or nothing in it."""
    return network in ("host", "none") or network.startswith(("container:", "service:")) or "$" in network


def _notes(store: Store, number: int, found: Recipient) -> list[str]:
    notes = []
    if _ask(store, f"SELECT 1 FROM container WHERE id = {number} AND NOT complete"):
        notes.append("some of its options are in a variable or the output of a command: it may have more links")
    if not found.links:
        return [*notes, "it has no links"]
    if not found.legacy:
        return [
            f"on the network {found.network} links set no variables and write no lines: "
            f"{', '.join(link.alias for link in found.links)} "
            f"{'is a name' if len(found.links) == 1 else 'are names'} that only {found.name} can resolve"
        ]
    for link in found.links:
        if link.source is None:
            notes.append(f"nothing here creates {link.target}: its exposed ports and environment are not included")
        elif link.foreign_image is not None:
            notes.append(
                f"nothing here builds {link.foreign_image}, the image of {link.target}: its ports and environment "
                f"are not included"
            )
    for alias, other in _ask(
        store,
        "SELECT DISTINCT one.alias, other.alias FROM link_alias AS one JOIN link_alias AS other ON other.recipient "
        "= one.recipient AND other.prefix = one.prefix"
        f" WHERE one.recipient = {number} AND one.alias < other.alias",
    ):
        notes.append(
            f"{alias} and {other} set the same variables, in random order: which source wins may change at each start"
        )
    for name, address in _ask(
        store,
        f"SELECT name, address FROM extra_host WHERE container = {number} AND name IN (SELECT alias FROM "
        f"link_alias WHERE recipient = {number})",
    ):
        notes.append(f"--add-host sets {name} to {address}, and its line comes before that of the link")
    return notes


def _ask(store: Store, sql: str) -> list[Row]:
    return store.ask(sql)[1]


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _int(value: object) -> int:
    return int(str(value or 0))


def _text(value: object) -> str | None:
    return None if value is None else str(value)
