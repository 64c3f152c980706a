"""Who links to whom: containers as nodes, grouped by host, and links as edges, with the secrets that they pass on."""

from __future__ import annotations

from collections.abc import Set
from typing import NamedTuple

from linklint.database.store import Store
from linklint.kinds.kind import kind_named
from linklint.queries.env import Location
from linklint.text.records import Record, new

Row = tuple[object, ...]
LOOPBACK = ("127.", "::1", "[::1]", "localhost")


class Port(NamedTuple):
    """A published port as text, and whether other hosts can reach it."""

    words: str
    open: bool


class Node(Record):
    """A container, or, if `made` is false, a name that nothing here creates."""

    key: str
    name: str
    group: str
    image: str = ""
    place: Location | None = None
    made: bool = True
    networks: list[str] = new(factory=list)
    ports: list[Port] = new(factory=list)


class Edge(Record):
    """A link, from its recipient to its source.

    `secrets` are the variables of the source that the recipient gets; `legacy` is the default bridge.
    """

    recipient: str
    source: str
    alias: str
    legacy: bool
    sure: bool
    secrets: list[str] = new(factory=list)


class Graph(Record):
    """The graph. `groups` are scopes, by their name for people; `places` counts where links are written: one line in a
    function that is called three times makes three links.
    """

    groups: dict[str, list[Node]] = new(factory=dict)
    edges: list[Edge] = new(factory=list)
    places: int = 0

    def nodes(self) -> list[Node]:
        """Return all nodes, group by group."""
        return [node for nodes in self.groups.values() for node in nodes]


def linked(graph: Graph) -> Graph:
    """Return the graph without containers that have no link and are no source of one."""
    ends = {end for edge in graph.edges for end in (edge.recipient, edge.source)}
    return only(graph, ends)


def around(graph: Graph, name: str, depth: int | None = None) -> Graph:
    """Return what is linked with the containers of a name, directly or over others, at most `depth` links away.

    The graph is empty if there is no such container.
    """
    found = {node.key for node in graph.nodes() if name in (node.name, node.key.rpartition("/")[2])}
    border, steps = set(found), 0
    while border and (depth is None or steps < depth):
        near = {edge.source for edge in graph.edges if edge.recipient in border}
        near |= {edge.recipient for edge in graph.edges if edge.source in border}
        border, steps = near - found, steps + 1
        found |= border
    return only(graph, found)


def only(graph: Graph, keys: Set[str]) -> Graph:
    """Return the part of the graph whose nodes have these keys."""
    groups = {group: [node for node in nodes if node.key in keys] for group, nodes in graph.groups.items()}
    edges = [edge for edge in graph.edges if edge.recipient in keys and edge.source in keys]
    places = graph.places if len(edges) == len(graph.edges) else len(edges)
    return Graph({group: nodes for group, nodes in groups.items() if nodes}, edges, places)


def graph(store: Store, engine: str) -> Graph:
    """Return the graph of all facts. If the engines set no link variables, no secret is passed on."""
    found = Graph()
    keys: dict[int, str] = {}
    nodes: dict[str, Node] = {}
    _add_containers(store, found, keys, nodes)
    _add_networks(store, keys, nodes)
    _add_ports(store, keys, nodes)
    _add_links(store, found, keys, nodes, engine)
    return found


def _add_containers(store: Store, found: Graph, keys: dict[int, str], nodes: dict[str, Node]) -> None:
    rows = store.ask(
        "SELECT containers.id, scope.id, scope.kind, scope.name, scope.host, called.words, containers.image, "
        "containers.path, containers.line,"
        " containers.name_how, containers.service, file.path"
        " FROM containers JOIN scope ON scope.id = containers.scope JOIN called ON called.container = containers.id"
        " JOIN span ON span.id = scope.span JOIN file ON file.id = span.file ORDER BY file.path, scope.id, "
        "containers.id"
    )[1]
    for number, scope, kind, title, host, words, image, path, line, how, service, home in rows:
        known = how in ("literal", "generated", "id") or service is not None
        key = f"{scope}/{words}" if known else f"{scope}#{number}"
        keys[int(number)] = key
        if key in nodes:
            continue
        group = _group(str(kind), str(title), str(host), str(home))
        node = nodes[key] = Node(
            key, str(words), group, "" if image is None else str(image), Location(str(path), int(line))
        )
        found.groups.setdefault(group, []).append(node)


def _group(kind: str, title: str, host: str, home: str) -> str:
    if kind_named(kind).is_project and title:
        return f"{home} ({title})"
    if kind == "units":
        return f"the units of {title or '.'}"
    if host and not host.startswith(home):
        return f"{home} on {host}"
    return host or home


def _add_networks(store: Store, keys: dict[int, str], nodes: dict[str, Node]) -> None:
    for container, name in store.ask("SELECT container, name FROM named_member ORDER BY container, seq, name")[1]:
        node = nodes[keys[int(container)]]
        if str(name) not in node.networks:
            node.networks.append(str(name))
    for container, network in store.ask(
        "SELECT id, network FROM container WHERE network IN ('host', 'none') OR network LIKE '%:%' ORDER BY id"
    )[1]:
        node = nodes[keys[int(container)]]
        if str(network) not in node.networks:
            node.networks.append(str(network))


def _add_ports(store: Store, keys: dict[int, str], nodes: dict[str, Node]) -> None:
    rows = store.ask(
        "SELECT container, spec, form, host_ip, host_known FROM port WHERE published AND container IS NOT NULL "
        "ORDER BY container, id"
    )[1]
    for container, spec, form, address, known in rows:
        words = "all exposed ports" if form == "all" else str(spec)
        inside = address is not None and str(address).startswith(LOOPBACK) or not known
        port = Port(words, not inside)
        node = nodes[keys[int(container)]]
        if port not in node.ports:
            node.ports.append(port)


def _add_links(store: Store, found: Graph, keys: dict[int, str], nodes: dict[str, Node], engine: str) -> None:
    secrets: dict[int, list[str]] = {}
    if engine not in ("29", "30"):
        for link, variable in store.ask(
            "SELECT DISTINCT leak.link, env.name FROM leak JOIN env ON env.id = leak.env ORDER BY leak.link, env.name"
        )[1]:
            secrets.setdefault(int(link), []).append(str(variable))
    rows = store.ask(
        "SELECT link.id, link.container, resolved_link.source, link.target, link.alias, container.legacy, "
        "coalesce(resolved_link.confidence, 'certain'), link.span"
        " FROM link JOIN container ON container.id = link.container"
        " LEFT JOIN resolved_link ON resolved_link.link = link.id AND resolved_link.rank = 1 WHERE link.alias <> "
        "'' AND link.id NOT IN (SELECT link FROM cut_link) ORDER BY link.container, link.id"
    )[1]
    known: dict[tuple[str, str, str], Edge] = {}
    found.places = len({row[7] for row in rows})
    for link, container, source, target, alias, legacy, confidence, _ in rows:
        recipient = keys[int(container)]
        if source is not None:
            end = keys[int(source)]
        else:
            group = nodes[recipient].group
            end = f"?{group}/{target}"
            if end not in nodes:
                nodes[end] = Node(end, str(target), group, made=False)
                found.groups[group].append(nodes[end])
        edge = known.get((recipient, end, str(alias)))
        if edge is None:
            edge = known[recipient, end, str(alias)] = Edge(
                recipient, end, str(alias), bool(legacy), confidence != "possible"
            )
            found.edges.append(edge)
        edge.secrets += [name for name in secrets.get(int(link), []) if name not in edge.secrets]
