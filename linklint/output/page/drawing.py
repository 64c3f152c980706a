"""Where the boxes of a graph are drawn: recipients on the left, their sources on the right.

Layers by the longest way, order by the mean of the neighbours (Sugiyama), connected parts side by side in rows. Graphs
of containers are small and flat; a library for layouts would be a program in another language, or a large dependency.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

GAP, MARGIN = 22, 16
ROW_WIDTH = 1500
SWEEPS = 4
Edges = Sequence[tuple[str, str]]
Sizes = Mapping[str, tuple[float, float]]


class Box(NamedTuple):
    """The place of a node, in pixels."""

    x: float
    y: float
    width: float
    height: float


class Drawing(NamedTuple):
    """The boxes by key, and the size of the drawing."""

    boxes: dict[str, Box]
    width: float
    height: float


def draw(sizes: Sizes, edges: Edges, gap: float) -> Drawing:
    """Return where nodes of some sizes (width, height) are drawn, with a gap between layers."""
    boxes: dict[str, Box] = {}
    left = top = float(MARGIN)
    row = width = 0.0
    for part in _connected(list(sizes), edges):
        inner = set(part)
        placed, size = _draw_part(part, sizes, [edge for edge in edges if edge[0] in inner], gap)
        if left > MARGIN and left + size[0] > ROW_WIDTH:
            left, top, row = float(MARGIN), top + row + GAP, 0.0
        boxes |= {key: box._replace(x=box.x + left, y=box.y + top) for key, box in placed.items()}
        width, row = max(width, left + size[0]), max(row, size[1])
        left += size[0] + GAP
    return Drawing(boxes, width + MARGIN, top + row + MARGIN)


def _connected(keys: Sequence[str], edges: Edges) -> Iterator[list[str]]:
    """Yield the connected parts, those with edges first."""
    near: dict[str, set[str]] = defaultdict(set)
    for one, other in edges:
        near[one].add(other)
        near[other].add(one)
    seen: set[str] = set()
    parts: list[list[str]] = []
    for start in keys:
        if start in seen:
            continue
        seen.add(start)
        part = [start]
        for key in part:  # it grows
            new = [other for other in sorted(near[key]) if other not in seen]
            seen.update(new)
            part += new
        parts.append(part)
    yield from sorted(parts, key=lambda part: -min(len(part), 2))


def _draw_part(
    keys: Sequence[str], sizes: Sizes, edges: Edges, gap: float
) -> tuple[dict[str, Box], tuple[float, float]]:
    layers = _layers(keys, edges)
    near: dict[str, list[str]] = defaultdict(list)
    for one, other in edges:
        near[one].append(other)
        near[other].append(one)
    for _ in range(SWEEPS):
        position = {key: number for layer in layers for number, key in enumerate(layer)}
        for layer in layers:
            mean = {
                key: sum(position[other] for other in near[key]) / len(near[key]) if near[key] else position[key]
                for key in layer
            }
            layer.sort(key=lambda key: (mean[key], position[key]))
    heights = [sum(sizes[key][1] for key in layer) + GAP * (len(layer) - 1) for layer in layers]
    boxes: dict[str, Box] = {}
    x = 0.0
    for layer, height in zip(layers, heights, strict=True):
        y = (max(heights) - height) / 2
        widest = max(sizes[key][0] for key in layer)
        for key in layer:
            boxes[key] = Box(x, y, *sizes[key])
            y += sizes[key][1] + GAP
        x += widest + gap
    return boxes, (x - gap, max(heights))


def _layers(keys: Sequence[str], edges: Edges) -> list[list[str]]:
    """Return the keys by the longest way to them, without edges that close a circle."""
    after: dict[str, list[str]] = defaultdict(list)
    for one, other in edges:
        if one != other:
            after[one].append(other)
    depth = dict.fromkeys(keys, 0)
    for key in reversed(_in_order(keys, after)):
        for other in after[key]:
            if other in depth:
                depth[other] = max(depth[other], depth[key] + 1)
    layers: list[list[str]] = [[] for _ in range(max(depth.values()) + 1)]
    for key in keys:
        layers[depth[key]].append(key)
    return [layer for layer in layers if layer]


def _in_order(keys: Sequence[str], after: dict[str, list[str]]) -> list[str]:
    """Return the keys so that what an edge leads to comes before its start; take out edges that close a circle."""
    state: dict[str, int] = {}
    order: list[str] = []
    for start in keys:
        waiting = [(start, 0)] if start not in state else []
        state.setdefault(start, 1)
        while waiting:
            key, number = waiting.pop()
            if number == len(after[key]):
                state[key] = 2
                order.append(key)
                continue
            other = after[key][number]
            if state.get(other) == 1:  # on the way here
                after[key].pop(number)
                waiting.append((key, number))
                continue
            waiting.append((key, number + 1))
            if other not in state:
                state[other] = 1
                waiting.append((other, 0))
    return order
