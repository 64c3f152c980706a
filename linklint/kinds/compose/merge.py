"""Merge files as Compose does: overrides, `extends`, short and long forms.

Source: `docker compose config` 2.26. Maps merge key by key; `environment` and `labels` merge by name, whatever their
form; lists of ports, links, expose, external_links, … are concatenated without equal items; commands are replaced;
`!reset` removes, `!override` replaces.
"""

from __future__ import annotations

from linklint.lexer.yaml_nodes import YamlNode

REPLACED = frozenset("command entrypoint test".split())
BY_NAME = frozenset("environment labels args build_args annotations sysctls extra_hosts".split())
NETWORK_KEYS = frozenset({"networks", "depends_on"})


def merge(base: YamlNode, over: YamlNode, key: str = "") -> YamlNode:
    """Return `base` with `over` merged into it; neither is changed."""
    if over.tag == "!override" or base.kind == "null" or over.kind == "scalar" and base.kind == "scalar":
        return over
    if over.kind == "null":
        return base
    if key in BY_NAME:
        return _merge_pairs(base, over)
    if key in NETWORK_KEYS and base.kind != over.kind:
        return _merge_pairs(base, over)
    if base.kind == "map" and over.kind == "map":
        return _merge_maps(base, over)
    if key in REPLACED:
        return over
    if base.kind == "list" and over.kind == "list":
        return _merge_lists(base, over, repeats=key == "external_links")  # Compose refuses a duplicate
    return over


def _empty(kind: str, like: YamlNode) -> YamlNode:
    value = YamlNode(kind, like.text, like.start, like.end)
    return value


def _merge_maps(base: YamlNode, over: YamlNode) -> YamlNode:
    result = _empty("map", base)
    result.keys = dict(base.keys)
    for name, (key, value) in over.keys.items():
        if value.tag == "!reset":
            result.keys.pop(name, None)
        elif name in result.keys:
            result.keys[name] = (result.keys[name][0], merge(result.keys[name][1], value, name))
        else:
            result.keys[name] = (key, value)
    return result


def _merge_lists(base: YamlNode, over: YamlNode, *, repeats: bool) -> YamlNode:
    result = _empty("list", base)
    seen: set[str] = set()
    for item in [*base.items, *over.items]:
        if item.kind == "scalar":
            if item.string in seen and not repeats:
                continue
            seen.add(item.string)
        result.items.append(item)
    return result


def _merge_pairs(base: YamlNode, over: YamlNode) -> YamlNode:
    """Merge maps and lists of `NAME=value` by name."""
    result = _empty("list", base)
    pairs: dict[str, YamlNode] = {}
    for value in (base, over):
        for name, item in named(value):
            if item.tag == "!reset" and value.kind == "map":
                pairs.pop(name, None)
            else:
                pairs[name] = item
    result.items = list(pairs.values())
    return result


def named(value: YamlNode) -> list[tuple[str, YamlNode]]:
    """Return the entries of a map, or of a list of `NAME=value`, by name.

    An entry of a map becomes a map of one key.
    """
    if value.kind == "list":
        return [
            (next(iter(item.keys)), item)
            if item.kind == "map" and len(item.keys) == 1
            else (item.string.partition("=")[0], item)
            for item in value.items
        ]
    found = []
    for name, pair in value.keys.items():
        single = YamlNode("map", value.text, pair[0].start, pair[1].end, pair[1].tag)
        single.keys = {name: pair}
        found.append((name, single))
    return found
