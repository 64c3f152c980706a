"""The graph of containers: a tree for the terminal, Mermaid for documents, DOT for Graphviz.

Arrows go from a recipient to its source. Thick arrows pass secrets in the other direction.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from linklint.output.escape import escape
from linklint.output.finding_lines import plural
from linklint.output.terminal import Line
from linklint.queries.graph import Edge, Graph, Node, linked, only

MAX_TEXT, MAX_EDGES = 49_000, 490

# The tree


def tree(graph: Graph) -> list[Line]:
    """Return one block per group: linked containers with their sources below them, then the others."""
    lines: list[Line] = []
    sources = {edge.source for edge in graph.edges}
    below: dict[str, list[Edge]] = {}
    for edge in graph.edges:
        below.setdefault(edge.recipient, []).append(edge)
    names = {node.key: node for node in graph.nodes()}
    for group, nodes in graph.groups.items():
        lines += [[]] if lines else []
        lines.append([(escape(group), "bold")])
        linked = [node for node in nodes if node.key in below or node.key in sources and node.made]
        alone = [node for node in nodes if node.made and node.key not in below and node.key not in sources]
        for node in linked:
            last = node is linked[-1] and not alone
            lines.append([("└─ " if last else "├─ ", "dim"), *_node(node)])
            edges = below.get(node.key, [])
            for edge in edges:
                stem = ("   " if last else "│  ") + ("└─ " if edge is edges[-1] else "├─ ")
                lines.append([(stem, "dim"), *_edge(edge, names[edge.source], group)])
        for node in alone:
            lines.append([("└─ " if node is alone[-1] else "├─ ", "dim"), *_node(node)])
    lines += [[], [(summary(graph), "bold")]]
    return lines


def _node(node: Node) -> Line:
    line: Line = [(escape(node.name), "bold")]
    if node.image and node.image not in node.name:
        line.append(("  " + escape(node.image), "dim"))
    if node.networks and node.networks != ["bridge"]:
        line.append(("  on " + escape(", ".join(node.networks)), "cyan"))
    for port in node.ports:
        line.append(
            (
                "  publishes " + escape(port.words) if port is node.ports[0] else ", " + escape(port.words),
                "yellow" if port.open else "",
            )
        )
    if node.place is not None:
        line.append((f"  {escape(node.place.path)}:{node.place.line}", "dim"))
    return line


def _edge(edge: Edge, source: Node, group: str) -> Line:
    line: Line = [("→ ", ""), (escape(source.name), "bold")]
    if edge.alias != source.name:
        line.append((f" as {escape(edge.alias)}", ""))
    if not source.made:
        line.append(("  nothing here creates it", "yellow"))
    elif source.group != group:
        line.append((f"  in {escape(source.group)}", "dim"))
    if not edge.legacy:
        line.append(("  a private name", "dim"))
    if not edge.sure:
        line.append(("  possibly", "dim"))
    if edge.secrets:
        line.append((f"  passes on {', '.join(escape(name) for name in edge.secrets)}", "bold red"))
    return line


def summary(graph: Graph) -> str:
    """Return one line with the counts."""
    made = [node for node in graph.nodes() if node.made]
    opened = sum(any(port.open for port in node.ports) for node in made)
    leaks = sum(bool(edge.secrets) for edge in graph.edges)
    written = f" written in {plural(graph.places, 'place')}" if graph.places != len(graph.edges) else ""
    parts = [
        plural(len(made), "container"),
        plural(len(graph.edges), "link") + written,
        f"{plural(leaks, 'link')} with secrets",
        f"{opened} published beyond the host",
    ]
    return ", ".join(parts)


# Mermaid


def mermaid(graph: Graph) -> str:
    """Return a flowchart that Mermaid draws: above its limits, only as many of the linked containers as it takes.

    Source: the defaults of Mermaid, maxTextSize 50,000 and maxEdges 500.
    """
    text = _mermaid_of(graph)
    if not _is_too_large(text):
        return text
    keys = [node.key for node in linked(graph).nodes()]
    fitting = bisect_left(
        range(1, len(keys) + 1), True, key=lambda size: _is_too_large(_mermaid_of(only(graph, set(keys[:size]))))
    )
    kept = only(graph, set(keys[:fitting]))
    left_out = sum(node.made for node in graph.nodes()) - sum(node.made for node in kept.nodes())
    note = f"%% {plural(left_out, 'container')} left out, too many for Mermaid: use --around NAME"
    return f"{note}\n{_mermaid_of(kept)}"


def _is_too_large(text: str) -> bool:
    return len(text) > MAX_TEXT or text.count("\n  c") + text.count("-.-") > MAX_EDGES


def _mermaid_of(graph: Graph) -> str:
    """Return a flowchart with a subgraph per group. Networks that at least two nodes share are nodes."""
    numbers = {node.key: f"c{number}" for number, node in enumerate(graph.nodes(), 1)}
    lines, drawn, thick = ["flowchart LR"], 0, []
    for number, (group, nodes) in enumerate(graph.groups.items(), 1):
        lines.append(f'  subgraph g{number}["{_mermaid(group)}"]')
        for node in nodes:
            text = "<br>".join(_mermaid(part) for part in _parts(node))
            opening, closing = ("[", "]") if node.made else ("([", "])")
            lines.append(f'    {numbers[node.key]}{opening}"{text}"{closing}')
        for name, members in _shared(nodes):
            key = f"g{number}n{name[0]}"
            lines.append(f'    {key}{{{{"{_mermaid(name[1])}"}}}}')
            lines += [f"    {numbers[member.key]} -.- {key}" for member in members]
            drawn += len(members)
        lines.append("  end")
    for edge in graph.edges:
        arrow = "==>" if edge.secrets else "-->" if edge.legacy else "-.->"
        lines.append(f'  {numbers[edge.recipient]} {arrow}|"{_mermaid(_label(edge))}"| {numbers[edge.source]}')
        if edge.secrets:
            thick.append(str(drawn))
        drawn += 1
    if thick:
        lines.append(f"  linkStyle {','.join(thick)} stroke:#c00")
    opened = [numbers[node.key] for node in graph.nodes() if any(port.open for port in node.ports)]
    if opened:
        lines += ["  classDef open stroke-width:3px,stroke:#c60", f"  class {','.join(opened)} open"]
    return "\n".join(lines) + "\n"


def _mermaid(text: str) -> str:
    """Return a text for a quoted label, with special characters as entities."""
    return re.sub(r"""[^\w .,:;/()@=+?!'…→-]""", lambda match: f"#{ord(match[0])};", escape(text)).replace(
        "end", "e#110;d"
    )


# DOT


def dot(graph: Graph) -> str:
    """Return a digraph with a cluster per group."""
    numbers = {node.key: f"c{number}" for number, node in enumerate(graph.nodes(), 1)}
    lines = [
        "digraph links {",
        '  rankdir=LR; node [shape=box, fontname="sans-serif"]; edge [fontname="sans-serif", fontsize=10];',
    ]
    for number, (group, nodes) in enumerate(graph.groups.items(), 1):
        lines.append(f"  subgraph cluster_{number} {{")
        lines.append(f"    label={_dot(group)}; style=rounded; color=gray;")
        for node in nodes:
            style = "" if node.made else ", style=dashed"
            style += ", color=orange3, penwidth=2" if any(port.open for port in node.ports) else ""
            lines.append(f"    {numbers[node.key]} [label={_dot(chr(10).join(_parts(node)))}{style}];")
        for name, members in _shared(nodes):
            key = f"g{number}n{name[0]}"
            lines.append(f"    {key} [label={_dot(name[1])}, shape=hexagon, color=gray];")
            lines += [f"    {numbers[member.key]} -> {key} [dir=none, style=dotted];" for member in members]
        lines.append("  }")
    for edge in graph.edges:
        style = ", color=red3, penwidth=2" if edge.secrets else "" if edge.legacy else ", style=dashed"
        lines.append(f"  {numbers[edge.recipient]} -> {numbers[edge.source]} [label={_dot(_label(edge))}{style}];")
    return "\n".join([*lines, "}"]) + "\n"


def _dot(text: str) -> str:
    lines = (escape(line).replace("\\", "\\\\").replace('"', '\\"') for line in text.split("\n"))
    return '"' + "\\n".join(lines) + '"'


# Shared by both


def _parts(node: Node) -> Iterator[str]:
    yield node.name
    if node.image and node.image not in node.name:
        yield node.image
    for port in node.ports:
        yield f"publishes {port.words}"
    if not node.made:
        yield "created elsewhere"


def _label(edge: Edge) -> str:
    secrets = f": gets {', '.join(edge.secrets[:3])}" if edge.secrets else ""
    return (
        edge.alias
        + secrets
        + (f" and {len(edge.secrets) - 3} more" if len(edge.secrets) > 3 else "")
        + ("" if edge.sure else " (possible)")
    )


def _shared(nodes: list[Node]) -> Iterator[tuple[tuple[int, str], list[Node]]]:
    """Return ((number, name), members) of networks that at least two nodes of a group share, except the default
    bridge.
    """
    networks: dict[str, list[Node]] = {}
    for node in nodes:
        for network in node.networks:
            if network not in ("bridge", "none") and ":" not in network:
                networks.setdefault(network, []).append(node)
    for number, (name, members) in enumerate(networks.items(), 1):
        if len(members) > 1:
            yield (number, name), members
