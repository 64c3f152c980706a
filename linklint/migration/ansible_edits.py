"""Edit tasks that create containers, and make the network in a task before them.

Source: community.docker 3. `links` beside a network of one's own are dropped; `networks` has aliases and links for each
network. Without `networks_cli_compatible` the container stays on the default bridge as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from linklint.lexer.yaml_maps import MapEdits, scalar
from linklint.lexer.yaml_nodes import BadYaml, YamlNode, load
from linklint.queries.components import Component
from linklint.queries.members import Member
from linklint.text.edits import Refused, TextEdit
from linklint.text.source import Source

BLOCK = ("block", "rescue", "always")
DAEMON = tuple(
    "docker_host docker_url tls validate_certs tls_verify ca_path ca_cert tls_ca_cert cacert_path client_cert "
    "tls_client_cert cert_path client_key tls_client_key key_path tls_hostname api_version docker_api_version "
    "timeout use_ssh_client".split()
)
USER = ("become", "become_user", "become_method", "delegate_to", "connection", "remote_user")


def ansible_edits(component: Component, source: Source, defined: Sequence[Member]) -> Iterator[TextEdit]:
    """Yield the edits of the tasks of one file. Raises Refused."""
    try:
        documents = load(source.whole())
    except BadYaml as error:
        raise Refused("not-editable", defined[0].place, f"{source.path} is a template: not written") from error
    tasks = {found.key.start: found for document in documents for found in _tasks(document)}
    for number, member in enumerate(sorted(defined, key=lambda member: member.span.start)):
        task = tasks.get(member.span.start)
        if task is None or task.arguments.kind != "map" or not task.arguments.keys:
            words = f"the arguments of {member.words} are not a map: not migrated"
            raise Refused("not-editable", member.place, words)
        if not number:
            yield _creation(source, task, component.network)
        edited = MapEdits(source, task.arguments)
        _container(component, member, edited)
        yield from edited.edits()


class Task(NamedTuple):
    """A task that creates a container, with the outermost block around it; both are the same without a block."""

    outer: YamlNode
    node: YamlNode
    module: str
    key: YamlNode
    arguments: YamlNode


def _tasks(value: YamlNode, block: YamlNode | None = None, depth: int = 0) -> Iterator[Task]:
    """Yield the tasks that create containers."""
    if depth > 30:
        return
    for key, (name, inner) in value.keys.items():
        if key.rpartition(".")[2] == "docker_container":
            yield Task(block or value, value, key, name, inner)
        elif inner.kind in ("map", "list"):
            yield from _tasks(inner, (block or value) if key in BLOCK else block, depth + 1)
    for inner in value.items:
        yield from _tasks(inner, block, depth + 1)


def _creation(source: Source, task: Task, network: str) -> TextEdit:
    """Return the task that makes the network, on the same daemon and as the same user. Raises Refused."""
    text = source.text
    start = text.rfind("\n", 0, task.outer.start) + 1
    dash = text[start : task.outer.start]
    arguments = [f"name: {scalar(network)}", *_same(source, task.arguments, DAEMON)]
    settings = [one for node in dict.fromkeys((task.outer, task.node)) for one in _same(source, node, USER)]
    if "tags" in task.outer.keys or "tags" in task.node.keys:
        settings.append("tags: [always]")
    module = task.module.replace("docker_container", "docker_network")
    if dash.strip() != "-":
        raise Refused("not-editable", source.path, f"a task of {source.path} is written on one line: not migrated")
    indent = " " * len(dash.expandtabs())
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = [f"{module}: {{{', '.join(arguments)}}}", *settings]
    added = "".join(f"{indent}{line}{newline}" for line in lines)
    return TextEdit(source, start, start, f"{dash}name: make the network {network}{newline}{added}")


def _same(source: Source, node: YamlNode, keys: Sequence[str]) -> Iterator[str]:
    """Yield the settings of a map that hold for the network as well, as they are written. Raises Refused."""
    for key, (_, value) in node.keys.items():
        if key in keys:
            written = source.text[value.start : value.end].strip()
            if "\n" in written or value.kind in ("map", "list"):
                raise Refused("construct", source.path, f"{key} in {source.path} is no plain value: not migrated")
            yield f"{key}: {written}"


def _container(component: Component, member: Member, edited: MapEdits) -> None:
    changes, arguments = component.change(member), edited.node
    if "networks" in arguments.keys:
        raise Refused("network", member.place, f"{member.words} has networks already: not migrated")
    network = {"name": scalar(component.network)}
    if changes.aliases:
        network["aliases"] = f"[{', '.join(map(scalar, changes.aliases))}]"
    if changes.kept:
        links = [value or f"{use.target}:{use.name}" for use, value in changes.kept]
        network["links"] = f"[{', '.join(map(scalar, links))}]"
    edited.remove("links")
    for key in ("network_mode", "net"):
        edited.remove(key)
    edited.put("networks", "[{" + ", ".join(f"{key}: {value}" for key, value in network.items()) + "}]")
    compatible = arguments.get("networks_cli_compatible")
    if compatible is not None and compatible.string.lower() in ("no", "false"):
        edited.added.append(("network_mode", scalar(component.network)))
    if changes.variables:
        known = arguments.get("env")
        if known is None:
            edited.put(
                "env", "{" + ", ".join(f"{key}: {scalar(value)}" for key, value in changes.variables.items()) + "}"
            )
        elif known.kind == "map" and known.keys:
            inner = MapEdits(edited.source, known)
            inner.added += [(key, scalar(value)) for key, value in changes.variables.items()]
            edited.more.append(inner)
        else:
            raise Refused("not-editable", member.place, f"the env of {member.words} is not a map: not migrated")
