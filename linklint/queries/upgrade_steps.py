"""What to do first before an upgrade, in the words of this repository: files, containers, networks and variables."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from linklint.database.store import Store
from linklint.docker.engines import HATCH
from linklint.queries.upgrade import Place, Upgrade
from linklint.text.regex import lazy_compile
from linklint.text.suggest import listed

NAME = lazy_compile(r"[\w.-]+|the container of [\w./:-]+")
MAX_NAMES = 8
MAX_VARIABLES = 12
LINKED = (
    "SELECT file.path, file.directory, container.scope, recipient.words, "
    "coalesce(source.words, CASE WHEN link.target_how = 'literal' THEN link.target ELSE '' END), "
    "link.alias FROM upgrade_link"
    " JOIN link ON link.id = upgrade_link.link"
    " JOIN container ON container.id = link.container JOIN called AS recipient ON recipient.container = container.id"
    " LEFT JOIN resolved_link ON resolved_link.link = link.id AND resolved_link.rank = 1"
    " LEFT JOIN called AS source ON source.container = resolved_link.source"
    " JOIN span ON span.id = link.span JOIN file ON file.id = span.file WHERE upgrade_link.confidence <> 'possible'"
    " ORDER BY file.path, span.start"
)
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


def steps(store: Store, found: Upgrade, root: str) -> list[str]:
    """Return what to do, in an order in which nothing breaks; `root` is the name of the tree's directory."""
    linked = {place.path for place in found.of("links")}
    return [
        *(f"check {place.path}: {place.words}" for place in found.of("unread")[:3]),
        *(_networks(store, root) if linked else ()),
        *(_variables(store) if linked else ()),
        *_reads(found),
        *_hatches(found),
        *_unfollowed(found),
    ]


def _networks(store: Store, root: str) -> Iterator[str]:
    """Yield, for each file with links, the network for its containers and the aliases that need one."""
    known = {int(scope): str(name) for scope, name, _ in store.ask(NETWORKS)[1]}
    files: dict[str, list[tuple[str, str, str]]] = {}
    network: dict[str, str] = {}
    for path, directory, scope, recipient, source, alias in store.ask(LINKED)[1]:
        files.setdefault(str(path), []).append((str(recipient), str(source), str(alias)))
        network.setdefault(str(path), known.get(int(scope)) or _network_name(str(directory) or root))
    for path, links in files.items():
        ends = dict.fromkeys(name for recipient, source, _ in links for name in (source, recipient))
        names = _listed([name for name in ends if NAME.fullmatch(name)]) or "the containers of these links"
        aliases = list(dict.fromkeys((s, a) for _, s, a in links if a != s and NAME.fullmatch(s) and NAME.fullmatch(a)))
        words = f"{path}: put {names} on one network, such as {network[path]}"
        if aliases:
            key = "the alias" if path.endswith((".yml", ".yaml")) else "--network-alias"
            words += f", with {_listed([f'{key} {alias} for {source}' for source, alias in aliases])}"
        yield words


def _network_name(directory: str) -> str:
    """Return a name for the network: that of the directory."""
    return re.sub(r"[^a-z0-9_.-]+", "-", posixpath.basename(directory).lower()).strip("-.") or "app"


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


def _reads(found: Upgrade) -> Iterator[str]:
    files: dict[str, list[Place]] = {}
    for place in found.of("reads"):
        files.setdefault(place.path, []).append(place)
    for path, places in files.items():
        names = list(dict.fromkeys(place.words for place in places))
        numbers = list(dict.fromkeys(str(place.line) for place in places))
        more = " …" if len(numbers) > MAX_NAMES else ""
        at = f"{path}:{', '.join(numbers[:MAX_NAMES])}{more}"
        yield f"{at}: read the host name instead of {_listed(names)}, or a variable of your own"


def _hatches(found: Upgrade) -> Iterator[str]:
    for place in found.of("hatches"):
        yield f"{place.path}:{place.line}: last, remove {HATCH} from the daemon"


def _unfollowed(found: Upgrade) -> Iterator[str]:
    left = [place for place in found.of("mentions") if place.vouched is None]
    for place in left[:3]:
        words = place.words.partition(" ")[2]
        how = "(how: linklint explain unfollowed-link)"
        yield f"{place.path}:{place.line}: look at {words}, and vouch for it if it is harmless {how}"
    if len(left) > 3:
        more = len(left) - 3
        yield f"and {more} more place{'s' * (more != 1)} that could not be followed (linklint upgrade --mentions)"
