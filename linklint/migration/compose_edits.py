"""Edit the services of Compose files: files with `network_mode: bridge`, and files of the first format.

Source: the Compose specification; Compose 1.29 and 2.26. Services without a network are on the network of the project,
where they answer to their names. A file of the first format becomes one of version 2.4, which both Compose 1 and 2
read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set

from linklint.lexer.yaml_maps import MapEdits, scalar
from linklint.lexer.yaml_nodes import BadYaml, YamlNode, load
from linklint.queries.components import Changes, Component
from linklint.queries.members import Member
from linklint.text.edits import Refused, TextEdit
from linklint.text.regex import lazy_compile
from linklint.text.source import Source

STARTED = "{condition: service_started}"
RESTARTED = "{condition: service_started, restart: true}"  # what Compose did for the recipients of links
ANCHOR = lazy_compile(r"&\w+[ \t]*$", re.MULTILINE)
LOGGING = ("log_driver", "log_opt")


def compose_edits(
    component: Component, source: Source, defined: Sequence[Member], strict_order: bool
) -> Iterator[TextEdit]:
    """Yield the edits of one Compose file; `defined` are its services in the component. Raises Refused."""
    first = defined[0]
    try:
        documents = load(source.whole())
    except BadYaml as error:
        raise Refused(
            "not-editable", first.place, f"{source.path} is generated or a template: shown, not written"
        ) from error
    document = documents[0] if documents and documents[0].kind == "map" else None
    services = document.get("services") if document is not None else None
    if document is None:
        raise Refused("not-editable", first.place, f"{source.path} has no services: not migrated")
    if re.match(r"\{\s*\"", source.text[document.start : document.start + 200]):
        raise Refused("not-editable", first.place, f"{source.path} is JSON: not migrated")
    is_first_format = services is None or services.kind != "map"
    shared = component.network if not component.is_project else None
    edits: list[TextEdit] = []
    if ANCHOR.search(source.text) and any("<<" in source.text[one.span.start : one.span.end] for one in defined):
        raise Refused("not-editable", first.place, f"services of {source.path} share text by an anchor: not migrated")
    for member in defined:
        node = (document if is_first_format else services).get(member.service or "")  # type: ignore[union-attr]
        if node is None or node.kind != "map" or not node.keys:
            raise Refused(
                "not-editable",
                member.place,
                f"the service {member.service} is not written in {source.path} alone: not migrated",
            )
        edited = MapEdits(source, node)
        _service(component, member, component.change(member), edited, shared, strict_order, is_first_format)
        edits += edited.edits()
    if is_first_format:
        edits += _others_of_first_format(source, document, {member.service for member in defined}, first.place)
    yield from _wrapped(source, document, edits) if is_first_format else edits
    if shared is not None:
        yield from _network(source, document, shared, is_first_format)


def _service(
    component: Component,
    member: Member,
    changes: Changes,
    edited: MapEdits,
    shared: str | None,
    strict_order: bool,
    is_first_format: bool,
) -> None:
    node = edited.node
    if "extends" in node.keys:
        raise Refused("not-editable", member.place, f"{member.service} extends another service: not migrated")
    mode = node.get("network_mode") or node.get("net")
    if mode is not None and member.joins is not None:
        return
    if mode is not None and "$" in mode.string:
        words = f"{member.words}: network_mode {mode.string} may be any network: not migrated"
        raise Refused("network", member.place, words)
    edited.remove("network_mode")
    edited.remove("net")
    if mode is not None and mode.string in ("host", "none"):
        edited.added.append(("network_mode", mode.string))
    _links(member, changes, edited, strict_order)
    aliases = f"{{aliases: [{', '.join(map(scalar, changes.aliases))}]}}" if changes.aliases else "{}"
    if shared is not None:
        edited.put(
            "networks",
            f"{{default: {{}}, {scalar(shared)}: {aliases}}}" if changes.aliases else f"[default, {scalar(shared)}]",
        )
    elif changes.aliases:
        edited.put("networks", f"{{default: {aliases}}}")
    if changes.variables:
        _environment(member, changes, edited)
    if is_first_format:
        _first_format(member.service or "", edited, member.place)


def _links(member: Member, changes: Changes, edited: MapEdits, strict_order: bool) -> None:
    """Take out the links that are not needed; the sources of all of them start first."""
    node = edited.node
    for key, kinds in (("links", "link"), ("external_links", "external")):
        listed = node.get(key)
        if listed is None:
            continue
        dropped = {use.span.start for use in changes.dropped if use.kind == kinds}
        left = [item for item in listed.items if item.word.span.start not in dropped]
        if not left:
            edited.remove(key)
        elif len(left) < len(listed.items):
            edited.put(key, f"[{', '.join(scalar(_kept(changes, item)) for item in left)}]")
    sources = [use.source.service for use in member.uses if use.source is not None and use.source.scope == member.scope]
    wanted = [name for name in dict.fromkeys(sources) if name is not None]
    known = node.get("depends_on")
    if known is not None and known.kind == "map":
        missing = [name for name in wanted if name not in known.keys]
        if missing:
            raise Refused(
                "not-editable",
                member.place,
                f"{member.service} has a long depends_on: add {', '.join(missing)} to it by hand",
            )
        return
    have = [item.string for item in known.items] if known is not None else []
    names = list(dict.fromkeys([*have, *wanted]))
    if strict_order and wanted:
        pairs = (f"{scalar(name)}: {RESTARTED if name in wanted else STARTED}" for name in names)
        edited.put("depends_on", "{" + ", ".join(pairs) + "}")
    elif len(names) > len(have):
        edited.put("depends_on", f"[{', '.join(map(scalar, names))}]")


def _kept(changes: Changes, item: YamlNode) -> str:
    value = next((value for use, value in changes.kept if use.span.start == item.word.span.start and value), "")
    return value or item.string


def _environment(member: Member, changes: Changes, edited: MapEdits) -> None:
    known = edited.node.get("environment")
    if known is None:
        edited.put(
            "environment", "{" + ", ".join(f"{key}: {scalar(value)}" for key, value in changes.variables.items()) + "}"
        )
        return
    if known.kind == "map" and known.keys:
        inner = MapEdits(edited.source, known)
        inner.added += [(key, scalar(value)) for key, value in changes.variables.items()]
        edited.more = [*edited.more, inner]
        return
    last = known.items[-1] if known.items else None
    if last is None:
        raise Refused(
            "not-editable", member.place, f"the environment of {member.service} is not a list or a map: not migrated"
        )
    edited.more = [
        *edited.more,
        ListAddition(edited.source, known, [f"{key}={value}" for key, value in changes.variables.items()]),
    ]


class ListAddition:
    """Items at the end of a list in block or flow style."""

    def __init__(self, source: Source, node: YamlNode, values: Sequence[str]) -> None:
        self.source = source
        self.node = node
        self.values = values

    def edits(self) -> Iterator[TextEdit]:
        """Yield the insertion."""
        text, last = self.source.text, self.node.items[-1]
        if text[self.node.start : self.node.start + 1] == "[":
            yield TextEdit(self.source, last.end, last.end, "".join(f", {scalar(value)}" for value in self.values))
            return
        line = text.rfind("\n", 0, last.start) + 1
        lead = text[line : last.start]
        newline = "\r\n" if "\r\n" in text else "\n"
        yield TextEdit(
            self.source, last.end, last.end, "".join(f"{newline}{lead}{scalar(value)}" for value in self.values)
        )


def _network(source: Source, document: YamlNode, name: str, is_first_format: bool) -> Iterator[TextEdit]:
    """Yield the declaration of a network that is made outside of the project."""
    known = document.get("networks") if not is_first_format else None
    newline = "\r\n" if "\r\n" in source.text else "\n"
    if known is not None and known.kind == "map" and known.keys:
        edited = MapEdits(source, known)
        edited.put(name, "{external: true}")
        yield from edited.edits()
    else:
        end = len(source.text)
        gap = "" if source.text.endswith("\n") else newline
        yield TextEdit(source, end, end, f"{gap}networks:{newline}  {scalar(name)}: {{external: true}}{newline}")


def _others_of_first_format(
    source: Source, document: YamlNode, moved: Set[str | None], place: str
) -> Iterator[TextEdit]:
    """Yield the edits of services that do not move themselves: version 2 reads the whole file. Raises Refused."""
    for name, (_, node) in document.keys.items():
        if name in moved or node.kind != "map" or not node.keys:
            continue
        edited = MapEdits(source, node)
        net = node.get("net")
        if net is not None:
            kind, _, target = net.string.partition(":")
            edited.remove("net")
            is_service = kind == "container" and target in document.keys
            edited.added.append(("network_mode", scalar(f"service:{target}" if is_service else net.string)))
        _first_format(name, edited, place)
        yield from edited.edits()


def _first_format(service: str, edited: MapEdits, place: str) -> None:
    """Change what version 2 writes in another way. Raises Refused."""
    node = edited.node
    build, dockerfile = node.get("build"), node.get("dockerfile")
    if build is not None and dockerfile is not None:
        edited.put("build", f"{{context: {scalar(build.string)}, dockerfile: {scalar(dockerfile.string)}}}")
        edited.remove("dockerfile")
    if any(key in node.keys for key in LOGGING):
        words = f"{service} has log_driver or log_opt of the first format: write logging: first"
        raise Refused("not-editable", place, words)


def _wrapped(source: Source, document: YamlNode, edits: Sequence[TextEdit]) -> Iterator[TextEdit]:
    """Yield the edits and those that put all services of the first format below `services`."""
    text = source.text
    newline = "\r\n" if "\r\n" in text else "\n"
    if text[document.start : document.start + 1] == "{":
        yield from edits
        yield TextEdit(source, document.start, document.start, '{version: "2.4", services: ')
        yield TextEdit(source, document.end, document.end, "}")
        return
    for edit in edits:
        is_line = edit.start == edit.end and text[edit.start - 1 : edit.start] in ("", "\n")
        yield edit._replace(text=("  " if is_line and edit.text else "") + re.sub(r"\n(?=[^\r\n])", "\n  ", edit.text))
    first = min(key.start for key, _ in document.keys.values())
    start = text.rfind("\n", 0, first) + 1
    yield TextEdit(source, start, start, f'version: "2.4"{newline}services:{newline}')
    at = start
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        if text[at:end].strip() and not any(edit.start <= at < edit.end for edit in edits):
            yield TextEdit(source, at, at, "  ")
        at = end + 1
    volumes = sorted({name for _, service in document.keys.values() for name in _named_volumes(service)})
    if volumes:
        lines = "".join(f"  {scalar(name)}: {{name: {scalar(name)}}}{newline}" for name in volumes)
        yield TextEdit(
            source, len(text), len(text), f"{'' if text.endswith(chr(10)) else newline}volumes:{newline}{lines}"
        )


def _named_volumes(service: YamlNode) -> Iterator[str]:
    listed = service.get("volumes")
    for item in listed.items if listed is not None else []:
        name, colon, _ = item.string.partition(":")
        if colon and re.fullmatch(r"[A-Za-z0-9][\w.-]*", name):
            yield name


def is_first_format(member: Member) -> bool:
    """Return whether a service is in a file of the first format: its links are legacy links without a network mode."""
    return member.tool == "compose" and member.legacy and member.network is None
