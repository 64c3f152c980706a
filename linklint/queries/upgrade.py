"""The upgrade question: what in this tree stops working with Docker Engine 29, and with 30.

Docker Engine 29 no longer sets link variables, unless the daemon has DOCKER_KEEP_DEPRECATED_LEGACY_LINKS_ENV_VARS=1.
The removal of links on the default bridge and of this setting is announced for Engine 30. What is at least likely makes
the answer "no"; what is only possible, a mention that could not be followed and a file that could not be read make it
"unknown". A place counts once, however often it is called.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from linklint.database.store import Store
from linklint.docker.engines import HATCH
from linklint.docker.link_variables import link_variable, of_known_image, short_variable
from linklint.files.tree import Tree
from linklint.queries.components import COMMANDS, Component, named_components
from linklint.queries.passed_over import PassedOver
from linklint.text.regex import lazy_compile
from linklint.text.suggest import listed

NAME = lazy_compile(r"[\w.-]+|the container of [\w./:-]+")
MAX_NAMES = 8
MAX_VARIABLES = 12
ALIASES = "SELECT upper(prefix), min(alias) FROM link_alias WHERE written GROUP BY 1"
ADVICE = "SELECT DISTINCT what, advice FROM upgrade_incompatibility"
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


BY_HAND = "by hand: linklint migrate does not edit this"
LOOK_UPS = "SELECT span FROM mention WHERE kind = 'hosts' AND reading = 'fact' ORDER BY span"


class Step(NamedTuple):
    """Something to do: alternatives, each with the places and what to do there; or one text without places."""

    alternatives: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def lines(self) -> list[str]:
        """A line for each alternative, and one for each of its places."""
        return [line for words, items in self.alternatives for line in (words, *(f"  {item}" for item in items))]


class Steps(NamedTuple):
    """What to do, in an order in which nothing breaks. `migrates`: linklint can replace at least one group of the links
    by a network.
    """

    steps: list[Step]
    migrates: bool


def steps(store: Store, found: Upgrade, tree: Tree, to: str = "30") -> Steps:
    """Return what to do. For Engine 29, values and readers are enough: links go on working."""
    at = {(place.path, place.line) for place in found.of("links")}
    groups = named_components(store, os.path.basename(tree.root))[0] if at else []
    linked = [one for one in groups if any((tree.display(m.path), use.line) in at for m, use in one.uses)]
    values = _values(store, found, has_links=bool(at))
    others = [
        *_uses(store, found),
        *(_network(component, tree.display) for component in linked if to != "29"),
        *(_look_ups(store, tree.display) if to != "29" and at else ()),
        *(_hatches(found) if to != "29" else ()),
        *_unfollowed([place for place in _open(found, "mentions") if _matters(place, to)]),
    ]
    checks = [f"check {place.path}: {place.words}" for place in _open(found, "unread")[:3]]
    ordered = [*map(_plain, checks), *values, *map(_plain, others)]
    return Steps(ordered, to != "29" and any(not component.tools_by_hand for component in linked))


def _plain(words: str) -> Step:
    return Step(((words, ()),))


def _look_ups(store: Store, display: Callable[[str], str]) -> Iterator[str]:
    """Yield where an alias is looked up in `/etc/hosts`, to which only links write it."""
    spans = [store.spans[int(at)] for (at,) in store.ask(LOOK_UPS)[1]]
    if spans:
        where = lines_of(((display(span.source.path), span.source.line_of(span.start)) for span in spans), MAX_NAMES)
        yield f"{where}: ask DNS for the name (getent hosts NAME): a network does not write it to /etc/hosts"


def _network(component: Component, display: Callable[[str], str]) -> str:
    """Return how the containers of a group get one network, and the aliases that need one."""
    uses = [
        (use.source.words if use.source else use.target if use.target_how == "literal" else "", member.words, use.name)
        for member, use in component.uses
    ]
    ends = dict.fromkeys(name for source, recipient, _ in uses for name in (source, recipient))
    names = _listed([name for name in ends if NAME.fullmatch(name)]) or "the containers of these links"
    where = _listed([display(path) for path in component.paths])
    if component.is_project:
        modes = {member.network for member in component.members}
        how = ["move them below services:"] if None in modes else []
        how += ["remove network_mode: bridge"] if "bridge" in modes else []
        return f"{where}: let Compose make a network for {names}: {' and '.join(how) or 'remove network_mode:'}"
    if {member.tool for member in component.members} == {"ecs"}:
        is_beanstalk = all(path.endswith("Dockerrun.aws.json") for path in component.paths)
        way = (
            f"describe {names} in a docker-compose.yml, which Elastic Beanstalk runs on its Docker platform"
            if is_beanstalk
            else f"choose networkMode awsvpc for {names}: the containers of a task reach each other on localhost"
        )
        return f"{where}: {way} ({BY_HAND})"
    aliases = list(dict.fromkeys((s, a) for s, _, a in uses if a != s and NAME.fullmatch(s) and NAME.fullmatch(a)))
    words = f"{where}: put {names} on one network, such as {component.network}"
    if aliases:
        key = "--network-alias" if {member.tool for member in component.members} <= {*COMMANDS} else "the alias"
        words += f", with {_listed([f'{key} {alias} for {source}' for source, alias in aliases])}"
    if component.tools_by_hand:
        words += f" ({BY_HAND})"
    return words


def _listed(names: list[str]) -> str:
    shown = names[:MAX_NAMES]
    more = f" and {len(names) - MAX_NAMES} more" if len(names) > MAX_NAMES else ""
    return ", ".join(shown) + more if more else listed(shown)


def _values(store: Store, found: Upgrade, *, has_links: bool) -> list[Step]:
    """Return how to do without link variables: either their values are passed, or what reads them is changed."""
    passed = list(_passed(store)) if has_links else []
    reads = list(_reads(store, found))
    if not passed or not reads:
        return [_plain(words) for words in passed or reads]
    pass_values = ("either pass the variables with -e (Compose: environment:)", tuple(passed))
    return [Step((pass_values, ("or change what reads them", tuple(reads))))]


def _passed(store: Store) -> Iterator[str]:
    """Yield the variables that recipients read, with values that hold without links, and the places of these
    recipients.
    """
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
    places: dict[str, list[tuple[str, int]]] = {}
    for (words, path, line), variables in recipients.items():
        pairs = list(variables.items())
        more = f" and {len(pairs) - MAX_VARIABLES} more (linklint env {words})" if len(pairs) > MAX_VARIABLES else ""
        options = " ".join(f"-e {name}={value}" for name, value in pairs[:MAX_VARIABLES])
        places.setdefault(options + more, []).append((path, line))
    for options, recipient_places in places.items():
        yield f"{lines_of(recipient_places, MAX_NAMES)}: {options}"


def lines_of(places: Iterable[tuple[str, int]], most: int) -> str:
    """Return places as text, the lines of a file together: `a.sh:1, 3; b.sh:2`. `most` bounds files, and lines."""
    files: dict[str, list[int]] = {}
    for path, line in places:
        files.setdefault(path, []).append(line)
    shown = []
    for path, lines in list(files.items())[:most]:
        numbers = [str(line) for line in dict.fromkeys(lines) if line]
        more = " …" if len(numbers) > most else ""
        shown.append(path + (":" + ", ".join(numbers[:most]) + more if numbers else ""))
    rest = f" and {len(files) - most} more files" if len(files) > most else ""
    return "; ".join(shown) + rest


def _reads(store: Store, found: Upgrade) -> Iterator[str]:
    """Yield, for each file, how to replace the variables that it reads: by a host name, a port or a value."""
    aliases = {str(prefix): str(alias) for prefix, alias in store.ask(ALIASES)[1]}
    files: dict[tuple[str, str], list[Place]] = {}
    for place in found.of("reads"):
        files.setdefault((place.path, _instead(place.words, aliases)), []).append(place)
    for (_, words), places in files.items():
        names = list(dict.fromkeys(place.words for place in places))
        yield f"{lines_of(((p.path, p.line) for p in places), MAX_NAMES)}: {words.format(_listed(names))}"


def _instead(name: str, aliases: Mapping[str, str]) -> str:
    """Return what to do about a variable, with a place for its name, which may be a part: `_TCP_ADDR`."""
    if name.startswith("_"):
        return "write the host name and the port instead of names that are put together with {}"
    shape = link_variable(name) or short_variable(name)
    if shape is None:
        return "write the value instead of {}"
    alias = aliases.get(shape.prefix.upper(), "")
    host = f"the host name {alias}".rstrip() if NAME.fullmatch(alias) or not alias else "the host name"
    port = f"the port {shape.port or ''}".rstrip()
    match shape.part:
        case "address":
            return f"write {host} instead of {{}}"
        case "url":
            return f"write {host} and {port} instead of {{}}"
        case "port":
            return f"write {port} instead of {{}}"
        case "env":
            return "pass the value with -e, a secret as a file, instead of {}"
    return "write the value instead of {}"


def _uses(store: Store, found: Upgrade) -> Iterator[str]:
    """Yield, for each thing that Engine 29 does not have, what to do."""
    advice = {str(what): str(words) for what, words in store.ask(ADVICE)[1]}
    places: dict[str, list[Place]] = {}
    for place in found.of("uses"):
        places.setdefault(place.words, []).append(place)
    for what, same in places.items():
        yield f"{lines_of(((place.path, place.line) for place in same), MAX_NAMES)}: {advice[what]}"


def _hatches(found: Upgrade) -> Iterator[str]:
    for place in found.of("hatches"):
        yield f"{place.path}:{place.line}: last, remove {HATCH} from the daemon"


def _open(found: Upgrade, kind: str) -> list[Place]:
    """Return the places of a kind that nobody vouches for."""
    return [place for place in found.of(kind) if place.vouched is None]


def _unfollowed(left: Sequence[Place]) -> Iterator[str]:
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
BREAKS = {"29": ("reads", "uses"), "30": ("reads", "uses", "links", "hatches")}
SQL = {
    "reads": "SELECT at, confidence, is_example, name, lone_env FROM upgrade_read",
    "links": "SELECT upgrade_link.at, upgrade_link.confidence, upgrade_link.is_example, link.target, link.alias "
    "FROM upgrade_link JOIN link ON link.id = upgrade_link.link"
    " UNION ALL SELECT at, confidence, is_example, 'docker rm --link', '' FROM upgrade_removed_link",
    "uses": "SELECT at, confidence, is_example, what, '' FROM upgrade_incompatibility",
    "hatches": f"SELECT at, confidence, is_example, '{HATCH}', '1' FROM upgrade_hatch",
}


class Place(NamedTuple):
    """A place that counts: its path as the user would type it, its line, and what is there.

    `kind` is reads, uses (of what Engine 29 refuses or no longer has), links, hatches, mentions or unread.
    `likely`: it is at least likely, not only possible. `document`: it is an example in a document. `vouched` is who
    vouches for a mention, with the reason.
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
    files of each kind that were read. `links_only`: what else newer engines do not have was not asked.
    """

    places: tuple[Place, ...]
    answers: dict[str, Answer]
    network_links: int
    secrets: int
    kinds: dict[str, int]
    links_only: bool = False

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


def ask(
    store: Store,
    judged: Judged,
    display: Callable[[str], str],
    *,
    documents: bool = True,
    without: Container[str] = (),
) -> Upgrade:
    """Compute the answers. Without `documents` their examples do not count; `without` are kinds of places that do not
    count; `display` is the path for people.
    """
    found = [*_facts(store), *_mentions(store, judged), *_unread(store, judged)]
    shown = [place for place in found if (documents or not place.document) and place.kind not in without]
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
    numbers = {str(kind): int(count) for kind, count in kinds}
    return Upgrade(tuple(places), answers, int(network_links), int(secrets), numbers, "uses" in without)


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
    for path, line, why, reviewed, kind in judged.passed_over:
        yield Place(kind, path, line, why, vouched=("config", reviewed) if reviewed is not None else None)
