"""The graph of links as an SVG picture."""

from __future__ import annotations

from collections.abc import Iterator

from linklint.output.answers.graph import summary, tree
from linklint.output.finding_lines import plural
from linklint.output.page.document import NEWLINE, Html, Value, element, joined, line_of
from linklint.output.page.drawing import Box, Drawing, draw
from linklint.queries.graph import Edge, Graph, Node, linked, only

MAX_NODES = 200
MAX_LETTERS = 30
LINE, PADDING, LETTER = 17, 10, 7.3  # pixels
MAX_ROWS = 6
MIN_GAP = 90  # pixels between layers, for the arrows
ZOOM = (("+", "in", "Zoom in"), ("−", "out", "Zoom out"), ("Fit", "fit", "Fit to the width"))


def picture(graph: Graph) -> Html:
    """Return the section with the picture, and the same as text."""
    with_links = [node.key for node in linked(graph).nodes()]
    published = [node.key for node in graph.nodes() if any(port.open for port in node.ports)]
    keys = list(dict.fromkeys([*with_links, *published]))[:MAX_NODES]
    drawn = only(graph, set(keys))
    nodes = {node.key: node for node in drawn.nodes()}
    left = len(graph.nodes()) - len(nodes)
    parts: list[Html] = [element("p", summary(graph))]
    if nodes:
        sizes = {key: _size(node) for key, node in nodes.items()}
        labels = max((len(_label(edge, nodes)) for edge in drawn.edges), default=0)
        gap = max(MIN_GAP, labels * LETTER + 40)
        place = draw(sizes, [(edge.recipient, edge.source) for edge in drawn.edges], gap)
        hint = "An arrow leads from a container to the one that it links to. Choose one to list its findings."
        buttons = (element("button", words, type="button", data_zoom=step, aria_label=say) for words, step, say in ZOOM)
        drawing = _svg(drawn, nodes, place)
        parts.append(element("p", *buttons, f" {hint}", class_="tools"))
        parts.append(element("div", drawing, class_="canvas", tabindex=0, role="group", aria_label="Graph of links"))
    if left:
        others = "those without links and open ports" if len(keys) < MAX_NODES else f"only {MAX_NODES} are"
        parts.append(element("p", f"{plural(left, 'container')} not drawn: {others}.", class_="dim"))
    lines = joined(*(joined(line_of(line), NEWLINE) for line in tree(graph)))
    parts.append(element("details", element("summary", "The graph as text"), element("pre", lines, tabindex=0)))
    return joined(*parts)


def _rows(node: Node) -> list[tuple[str, str]]:
    """Return the lines of a box, with their classes: name, image, networks, ports."""
    rows = [(node.name, "name")]
    if node.image and node.image not in node.name:
        rows.append((node.image, "dim"))
    if node.networks and node.networks != ["bridge"]:
        rows.append((f"on {', '.join(node.networks)}", "note"))
    rows += [(f"publishes {port.words}", "warning" if port.open else "dim") for port in node.ports]
    if not node.made:
        rows.append(("nothing here creates it", "warning"))
    if len(rows) > MAX_ROWS:
        rows = [*rows[: MAX_ROWS - 1], (f"… and {len(rows) - MAX_ROWS + 1} more", "dim")]
    return [*rows, (_end(_place(node)), "dim")] if node.place is not None else rows


def _place(node: Node) -> str:
    return f"{node.place.path}:{node.place.line}" if node.place is not None else ""


def _short(words: str) -> str:
    return words if len(words) <= MAX_LETTERS else f"{words[: MAX_LETTERS - 1]}…"


def _end(words: str) -> str:
    return words if len(words) <= MAX_LETTERS else f"…{words[1 - MAX_LETTERS :]}"


def _size(node: Node) -> tuple[float, float]:
    rows = _rows(node)
    letters = max(len(_short(words)) for words, _ in rows)
    return letters * LETTER + 2 * PADDING, len(rows) * LINE + 2 * PADDING - 4


def _svg(graph: Graph, nodes: dict[str, Node], place: Drawing) -> Html:
    tip = element("path", d="M0,0 L9,4.5 L0,9 z")
    size: dict[str, Value] = {"markerWidth": 9, "markerHeight": 9, "refX": 8, "refY": 4.5}
    size |= {"orient": "auto", "markerUnits": "userSpaceOnUse"}
    heads = (element("marker", tip, id=name, class_=name, **size) for name in ("arrow", "leak"))
    edges = (_edge(edge, nodes, place.boxes[edge.recipient], place.boxes[edge.source]) for edge in graph.edges)
    boxes = (_node(node, place.boxes[key]) for key, node in nodes.items())
    width, height = round(place.width), round(place.height)
    whole: dict[str, Value] = {"viewBox": f"0 0 {width} {height}", "width": width, "height": height}
    label = "Containers and their links"
    return element("svg", element("defs", *heads), *edges, *boxes, role="group", aria_label=label, **whole)


def _node(node: Node, box: Box) -> Html:
    rows = _rows(node)
    words = [row for row, _ in rows]
    title = "; ".join([*words[:-1], _place(node)] if node.place is not None else words)
    texts = (
        _text(_short(words), box.x + PADDING, box.y + PADDING + 9 + LINE * number, name)
        for number, (words, name) in enumerate(rows)
    )
    shape = element("rect", x=_px(box.x), y=_px(box.y), width=_px(box.width), height=_px(box.height), rx=6)
    chosen = {"aria_pressed": "false", "aria_label": title, "data_container": node.name}
    kind = "node" if node.made else "node unmade"
    return element("g", element("title", title), shape, *texts, class_=kind, tabindex=0, role="button", **chosen)


def _text(words: str, x: float, y: float, name: str) -> Html:
    return element("text", words, x=_px(x), y=_px(y), class_=name)


def _px(number: float) -> str:
    return f"{number:.1f}"


def _edge(edge: Edge, nodes: dict[str, Node], recipient: Box, source: Box) -> Html:
    start = (recipient.x + recipient.width, recipient.y + recipient.height / 2)
    end = (source.x, source.y + source.height / 2)
    if source.x <= recipient.x:  # back to an earlier layer
        start, end = (recipient.x, start[1]), (source.x + source.width, end[1])
    bend = max(abs(end[0] - start[0]) / 2, 40) * (1 if end[0] >= start[0] else -1)
    path = (
        f"M{start[0]:.1f},{start[1]:.1f} C{start[0] + bend:.1f},{start[1]:.1f} "
        f"{end[0] - bend:.1f},{end[1]:.1f} {end[0]:.1f},{end[1]:.1f}"
    )
    kind = "leak" if edge.secrets else "arrow"
    words = list(_words(edge, nodes))
    classes = f"edge {kind}{'' if edge.legacy else ' private'}{'' if edge.sure else ' unsure'}"
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2 - 5)
    label = _label(edge, nodes)
    shown = [_text(label, *middle, "label")] if label else []
    line = element("path", d=path, marker_end=f"url(#{kind})")
    return element("g", element("title", "; ".join(words)), line, *shown, class_=classes)


def _label(edge: Edge, nodes: dict[str, Node]) -> str:
    """Return the label of an edge: the alias, if it differs from the name of the source, and the number of secrets."""
    alias = f"as {edge.alias}" if edge.alias != nodes[edge.source].name else ""
    secrets = f"passes on {plural(len(edge.secrets), 'secret')}" if edge.secrets else ""
    return _short(", ".join(filter(None, [alias, secrets])))


def _words(edge: Edge, nodes: dict[str, Node]) -> Iterator[str]:
    yield f"{nodes[edge.recipient].name} links to {nodes[edge.source].name} as {edge.alias}"
    if not edge.legacy:
        yield "a private name on a user-defined network"
    if edge.secrets:
        yield f"passes on {', '.join(edge.secrets)}"
