"""The upgrade question: what in this tree stops working with Docker Engine 29, and with 30.

Docker Engine 29 no longer sets link variables, unless the daemon has DOCKER_KEEP_DEPRECATED_LEGACY_LINKS_ENV_VARS=1.
The removal of links on the default bridge and of this setting is announced for Engine 30. What is at least likely makes
the answer "no"; what is only possible, a mention that could not be followed and a file that could not be read make it
"unknown". A place counts once, however often it is called.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from linklint.database.store import Store
from linklint.docker.engines import HATCH
from linklint.docker.link_variables import link_variable, of_known_image
from linklint.docker.networks import network_to_make
from linklint.queries.passed_over import PassedOver
from linklint.text.regex import lazy_compile
from linklint.text.suggest import listed

NAME = lazy_compile(r"[\w.-]+|the container of [\w./:-]+")
MAX_NAMES = 8
MAX_VARIABLES = 12
LINKED = (
    "SELECT file.path, file.inside, container.project, container.scope, recipient.words, "
    "coalesce(source.words, CASE WHEN link.target_how = 'literal' THEN link.target ELSE '' END), "
    "link.alias FROM upgrade_link"
    " JOIN link ON link.id = upgrade_link.link"
    " JOIN container ON container.id = link.container JOIN called AS recipient ON recipient.container = container.id"
    " LEFT JOIN resolved_link ON resolved_link.link = link.id AND resolved_link.rank = 1"
    " LEFT JOIN called AS source ON source.container = resolved_link.source"
    " JOIN span ON span.id = link.span JOIN file ON file.id = span.file WHERE upgrade_link.confidence <> 'possible'"
    " ORDER BY file.path, span.start"
)
ALIASES = "SELECT upper(prefix), min(alias) FROM link_alias WHERE written GROUP BY 1"
NETWORKS = "SELECT scope, name, min(id) FROM network WHERE NOT external GROUP BY scope"  # the first of each scope
GIVEN = (
    "SELECT DISTINCT called.words, containers.path, containers.line, upgrade_read.name, upgrade_read.part, link.alias,"
    " read.protocol, read.port, link_variable.value FROM upgrade_read"
    " JOIN env_read AS read ON read.id = upgrade_read.env_read"
    " JOIN link_alias ON upper(link_alias.prefix) = upper(read.prefix) AND link_alias.written"
    " JOIN link ON link.id = link_alias.link JOIN called ON called.container = link_alias.recipient"
    " JOIN containers ON containers.id = link_alias.recipient"
    " LEFT JOIN link_variable ON link_variable.link = link.id AND link_variable.name = upgrade_read.name"
    " AND link_variable.rank = 1 WHERE upgrade_read.confidence <> 'possible'"
    " AND (link_variable.name IS NOT NULL AND link_variable.state = 'set' OR upgrade_read.part <> 'env')"
    " ORDER BY containers.path, containers.line, upgrade_read.name"
)


def steps(store: Store, found: Upgrade, root: str, to: str = "30") -> list[str]:
    """Return what to do, in an order in which nothing breaks; `root` is the name of the tree's directory. For Engine
    29, values and readers are enough: links go on working.
    """
    linked = {place.path for place in found.of("links")}
    return [
        *(f"check {place.path}: {place.words}" for place in _open(found, "unread")[:3]),
        *(_networks(store, root) if linked and to != "29" else ()),
        *(_variables(store) if linked else ()),
        *_reads(store, found),
        *(_hatches(found) if to != "29" else ()),
        *_unfollowed(found),
    ]


def _networks(store: Store, root: str) -> Iterator[str]:
    """Yield, for each file with links, the network for its containers and the aliases that need one."""
    known = {int(scope): str(name) for scope, name, _ in store.ask(NETWORKS)[1]}
    files: dict[str, list[tuple[str, str, str]]] = {}
    network: dict[str, str] = {}
    for path, inside, project, scope, recipient, source, alias in store.ask(LINKED)[1]:
        files.setdefault(str(path), []).append((str(recipient), str(source), str(alias)))
        own = network_to_make(project and str(project), posixpath.dirname(str(inside)), root)
        network.setdefault(str(path), known.get(int(scope)) or own)
    for path, links in files.items():
        ends = dict.fromkeys(name for recipient, source, _ in links for name in (source, recipient))
        names = _listed([name for name in ends if NAME.fullmatch(name)]) or "the containers of these links"
        aliases = list(dict.fromkeys((s, a) for _, s, a in links if a != s and NAME.fullmatch(s) and NAME.fullmatch(a)))
        words = f"{path}: put {names} on one network, such as {network[path]}"
        if aliases:
            key = "the alias" if path.endswith((".yml", ".yaml")) else "--network-alias"
            words += f", with {_listed([f'{key} {alias} for {source}' for source, alias in aliases])}"
        yield words


def _listed(names: list[str]) -> str:
    shown = names[:MAX_NAMES]
    more = f" and {len(names) - MAX_NAMES} more" if len(names) > MAX_NAMES else ""
    return ", ".join(shown) + more if more else listed(shown)


def _variables(store: Store) -> Iterator[str]:
    """Yield, for each recipient, the variables that something reads, by name, with values that hold without links."""
    recipients: dict[tuple[str, str, int], dict[str, str]] = {}
    for words, path, line, name, part, alias, protocol, port, value in store.ask(GIVEN)[1]:
        known = {
            "address": str(alias),
            "url": f"{protocol or 'tcp'}://{alias}:{port}" if port else value,
            "port": str(port),
            "proto": str(protocol),
            "name": f"/{words}/{alias}",
        }.get(str(part), value)
        if known is not None:
            recipients.setdefault((str(words), str(path), int(line)), {}).setdefault(str(name), str(known))
    for (words, path, line), variables in recipients.items():
        pairs = list(variables.items())
        more = f" and {len(pairs) - MAX_VARIABLES} more (linklint env {words})" if len(pairs) > MAX_VARIABLES else ""
        options = " ".join(f"-e {name}={value}" for name, value in pairs[:MAX_VARIABLES])
        yield f"{path}:{line}: pass {words} the variables that it reads: {options}{more}"


def _reads(store: Store, found: Upgrade) -> Iterator[str]:
    """Yield, for each file, how to replace the variables that it reads: by a host name, a port or a value."""
    aliases = {str(prefix): str(alias) for prefix, alias in store.ask(ALIASES)[1]}
    files: dict[tuple[str, str], list[Place]] = {}
    for place in found.of("reads"):
        files.setdefault((place.path, _instead(place.words, aliases)), []).append(place)
    for (path, words), places in files.items():
        names = list(dict.fromkeys(place.words for place in places))
        numbers = list(dict.fromkeys(str(place.line) for place in places))
        more = " …" if len(numbers) > MAX_NAMES else ""
        yield f"{path}:{', '.join(numbers[:MAX_NAMES])}{more}: {words.format(_listed(names))}"


def _instead(name: str, aliases: Mapping[str, str]) -> str:
    """Return what to do about a variable, with a place for its name, which may be a part: `_TCP_ADDR`."""
    if name.startswith("_"):
        return "write the host name and the port instead of names that are put together with {}"
    shape = link_variable(name)
    part = shape.part if shape is not None else "name" if name.endswith("_NAME") else "url"
    alias = aliases.get((shape.prefix if shape is not None else name.rpartition("_")[0]).upper(), "")
    host = f"the host name {alias}".rstrip() if NAME.fullmatch(alias) or not alias else "the host name"
    match part:
        case "address":
            return f"write {host} instead of {{}}"
        case "url":
            return f"write {host} and the port instead of {{}}"
        case "port":
            return "write the port instead of {}"
        case "env":
            return "pass the value with -e, a secret as a file, instead of {}"
    return "write the value instead of {}"


def _hatches(found: Upgrade) -> Iterator[str]:
    for place in found.of("hatches"):
        yield f"{place.path}:{place.line}: last, remove {HATCH} from the daemon"


def _open(found: Upgrade, kind: str) -> list[Place]:
    """Return the places of a kind that nobody vouches for."""
    return [place for place in found.of(kind) if place.vouched is None]


def _unfollowed(found: Upgrade) -> Iterator[str]:
    left = _open(found, "mentions")
    for place in left[:3]:
        words = place.words.partition(" ")[2]
        how = "(how: linklint explain unfollowed-link)"
        yield f"{place.path}:{place.line}: look at {words}, and vouch for it if it is harmless {how}"
    if len(left) > 3:
        more = len(left) - 3
        yield f"and {more} more place{'s' * (more != 1)} that could not be followed (linklint upgrade --mentions)"


YES, NO, UNKNOWN = "yes", "no", "unknown"
NOT_HERE = ("No such file or directory", "symbolic link out of the tree")  # what is not in the tree
MENTIONS_CUT = "mentions of links"  # in the reason of a part that is not read
ENGINES_ASKED = ("29", "30")
BREAKS = {"29": ("reads",), "30": ("reads", "links", "hatches")}
SQL = {
    "reads": "SELECT at, confidence, is_example, name, lone_env FROM upgrade_read",
    "links": "SELECT upgrade_link.at, upgrade_link.confidence, upgrade_link.is_example, link.target, link.alias "
    "FROM upgrade_link JOIN link ON link.id = upgrade_link.link"
    " UNION ALL SELECT at, confidence, is_example, 'docker rm --link', '' FROM upgrade_removed_link",
    "hatches": f"SELECT at, confidence, is_example, '{HATCH}', '1' FROM upgrade_hatch",
}


class Place(NamedTuple):
    """A place that counts: its path as the user would type it, its line, and what is there.

    `kind` is reads, links, hatches, mentions or unread. `likely`: it is at least likely, not only possible. `document`:
    it is an example in a document. `vouched` is who vouches for a mention, with the reason.
    """

    kind: str
    path: str
    line: int
    words: str
    likely: bool = True
    document: bool = False
    vouched: tuple[str, str] | None = None


class Answer(NamedTuple):
    """The answer for one engine: yes, no or unknown; `documents`: only documents speak against it."""

    engine: str
    verdict: str
    documents: bool
    breaks: tuple[Place, ...]
    unsure: tuple[Place, ...]

    @property
    def status(self) -> int:
        """The exit status: 0 yes, 1 no, 3 unknown."""
        return {YES: 0, NO: 1, UNKNOWN: 3}[self.verdict]


class Upgrade(NamedTuple):
    """Everything that the answers rest on.

    `network_links` are on user-defined networks and keep working; `secrets` are passed on by links; `kinds` counts the
    files of each kind that were read.
    """

    places: tuple[Place, ...]
    answers: dict[str, Answer]
    network_links: int
    secrets: int
    kinds: dict[str, int]

    def of(self, kind: str, *, likely: bool = True) -> list[Place]:
        """Return the places of a kind that are at least likely, or only possible."""
        return [place for place in self.places if place.kind == kind and place.likely == likely]

    @property
    def vouched(self) -> list[Place]:
        """The mentions that somebody vouches for."""
        return [place for place in self.places if place.vouched is not None]


class Judged(NamedTuple):
    """What a scan knows beside the facts: who vouches for which line, by path in the tree and line, with the reason;
    and what could not be read, as (path, line, reason). `passed_over` was left out, and mentions links.
    """

    vouched: Mapping[tuple[str, int], tuple[str, str]] = {}
    unread: Sequence[tuple[str, int, str]] = ()
    passed_over: Sequence[PassedOver] = ()


def ask(store: Store, judged: Judged, display: Callable[[str], str], *, documents: bool = True) -> Upgrade:
    """Compute the answers. Without `documents` their examples do not count; `display` is the path for people."""
    found = [*_facts(store), *_mentions(store, judged), *_unread(store, judged)]
    shown = [place for place in found if documents or not place.document]
    places = [place._replace(path=display(place.path)) for place in shown]
    places.sort(key=lambda place: (place.path, place.line, place.kind))
    _, [(network_links,)] = store.ask(
        "SELECT count(DISTINCT link.span) FROM link JOIN container ON container.id = link.container "
        "WHERE NOT container.legacy AND link.alias <> '' AND container.tool NOT LIKE 'podman%' "
        "AND coalesce(container.network, '') <> 'bridge'"
    )
    _, [(secrets,)] = store.ask(
        "SELECT count(DISTINCT env.span) FROM leak JOIN env ON env.id = leak.env "
        "WHERE leak.confidence <> 'possible' AND NOT env.placeholder"
    )
    _, kinds = store.ask("SELECT kind, count(*) FROM file WHERE kind <> '' GROUP BY kind ORDER BY 2 DESC, 1")
    answers = {engine: _answer(engine, places) for engine in ENGINES_ASKED}
    return Upgrade(
        tuple(places), answers, int(network_links), int(secrets), {str(kind): int(count) for kind, count in kinds}
    )


def _answer(engine: str, places: Sequence[Place]) -> Answer:
    kinds = BREAKS[engine]
    breaks = [place for place in places if place.kind in kinds and place.likely]
    possible = [place for place in places if place.kind in kinds and not place.likely]
    left = [p for p in places if p.kind in ("mentions", "unread") and p.vouched is None and _matters(p, engine)]
    unsure = [*possible, *left]
    verdict = NO if breaks else UNKNOWN if unsure else YES
    speaking = breaks or unsure
    documents = bool(speaking) and all(place.document for place in speaking)
    if verdict == NO and documents and any(not place.document for place in unsure):
        verdict, documents = UNKNOWN, False
    return Answer(engine, verdict, documents, tuple(breaks), tuple(unsure))


def _matters(place: Place, engine: str) -> bool:
    """Return whether a place that could not be judged matters: Engine 29 only changes variables."""
    return engine == "30" or place.kind == "unread" or place.words.startswith("variable")


def _facts(store: Store) -> Iterator[Place]:
    for kind, sql in SQL.items():
        for at, confidence, is_example, first, second in store.ask(sql)[1]:
            if kind == "reads" and second and not of_known_image(str(first)):
                continue  # NODE_ENV_FILE may be any variable
            span = store.spans[int(at)]
            words = f"{first}:{second}" if kind == "links" and second not in (first, "") else str(first)
            line = span.source.line_of(span.start)
            yield Place(kind, span.source.path, line, words, confidence != "possible", bool(is_example))


def _mentions(store: Store, judged: Judged) -> Iterator[Place]:
    for at, kind, word, is_example in store.ask("SELECT at, kind, word, is_example FROM upgrade_mention")[1]:
        span = store.spans[int(at)]
        path, line = span.source.path, span.source.line_of(span.start)
        yield Place("mentions", path, line, f"{kind} {word}", True, bool(is_example), judged.vouched.get((path, line)))


EXPLAINED = (
    "SELECT reading, why, count(*), min(span) FROM mention WHERE reading NOT IN ('fact', 'not followed')"
    " GROUP BY reading, why ORDER BY 3 DESC, 1, 2"
)


def explained(store: Store, display: Callable[[str], str]) -> Iterator[tuple[str, str, int, str]]:
    """Yield the evidence for mentions that do not count: (class, rule, number of mentions, path:line of the first)."""
    for reading, why, number, first in store.ask(EXPLAINED)[1]:
        span = store.spans[int(first)]
        place = f"{display(span.source.path)}:{span.source.line_of(span.start)}"
        yield str(reading), str(why), int(number), place


def _unread(store: Store, judged: Judged) -> Iterator[Place]:
    """Yield what was not even searched for mentions: a part that an extractor does not understand was."""
    read = {source.path for source in store.sources.values()}
    for path, line, reason in judged.unread:
        if (path not in read or MENTIONS_CUT in reason) and not any(words in reason for words in NOT_HERE):
            yield Place("unread", path, line, reason)
    for path, line, why, reviewed in judged.passed_over:
        yield Place("unread", path, line, why, vouched=("config", reviewed) if reviewed is not None else None)
