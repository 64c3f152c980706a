"""The answer of `linklint env`: what a recipient gets from its links, for people and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from linklint.docker.engines import SETTING_VARIABLES, engine_named, removal
from linklint.docker.links import prefix_of
from linklint.output.escape import dump, escape
from linklint.output.terminal import Line
from linklint.queries.env import Location, Recipient, Variable

ORIGINS = {
    "flag": "-e",
    "env-file": "env file",
    "dockerfile": "ENV",
    "compose": "environment",
    "port": "port",
    "link": "link",
}


def render(recipients: Sequence[Recipient], engine: str) -> list[Line]:
    """Return one block per container."""
    lines: list[Line] = []
    for recipient in recipients:
        lines += [[]] if lines else []
        lines += _block(recipient, engine)
    return lines


def _block(recipient: Recipient, engine: str) -> list[Line]:
    lines: list[Line] = [[(escape(recipient.name), "bold"), (f"  {_place(recipient.place)}  {_where(recipient)}", "")]]
    for link in recipient.links:
        source = f"→ {_place(link.source)}" if link.source is not None else "→ ?"
        doubt = "" if link.confidence == "certain" else f"  ({link.confidence})"
        lines.append(
            [
                (f"  link {escape(link.target)}:{escape(link.alias)}", ""),
                (f"  {_place(link.place)} {source}{doubt}", "dim"),
            ]
        )
    if recipient.legacy and recipient.links:
        lines += [[], [(f"Variables ({_engines(engine)})", "bold")], *_variables(recipient.variables, engine)]
        lines += [
            [],
            [("/etc/hosts" + (" (up to Engine 29)" if engine == "any" else ""), "bold")],
            *_hosts(recipient, engine),
        ]
    if recipient.notes:
        lines += [[], *([("  note: ", "cyan"), (escape(note), "")] for note in recipient.notes)]
    return lines


def _where(recipient: Recipient) -> str:
    if recipient.legacy:
        return "on the default bridge"
    return f"on the network {escape(recipient.network)}" if recipient.network else "on a user-defined network"


def _engines(engine: str) -> str:
    if engine == "any":
        return (
            f"engines up to 28, and 29+env; 29 sets none, "
            f"{removal('have no such links', 'has no such links').removeprefix('Engine ')}"
        )
    return f"engine {engine}"


def _variables(variables: Sequence[Variable], engine: str) -> list[Line]:
    if not variables:
        why = "none that is known"
        if not engine_named(engine).links:
            why = removal("set none", "sets none")
        elif not engine_named(engine).link_variables:
            why = f"Engine {engine} sets none"
        return [[(f"  {why}", "dim")]]
    shown = [(f"{escape(v.name)}={escape(v.value)}", v) for v in variables]
    width = min(max(len(text) for text, _ in shown), 60)
    lines: list[Line] = []
    prefix = prefix_of(shown[0][1].alias)
    for text, variable in shown:
        if prefix_of(variable.alias) != prefix:
            lines.append([])
            prefix = prefix_of(variable.alias)
        marks = [f"{ORIGINS.get(variable.how, variable.how)} {_place(variable.origin)}"]
        if engine == "any" and len(variable.engines) < len(SETTING_VARIABLES):
            marks.append("engines up to 27" if variable.engines == ("27",) else "engines 28 and 29+env")
        if variable.state != "set":
            marks.append(_state(variable))
        if variable.confidence != "certain":
            marks.append(variable.confidence)
        lines.append(
            [("  " + text.ljust(width), "" if variable.state == "set" else "yellow"), ("  " + ", ".join(marks), "dim")]
        )
    return lines


def _state(variable: Variable) -> str:
    by = _place(variable.by) if variable.by is not None else "?"
    return {
        "overridden": f"overridden at {by}",
        "passed": f"removed at {by} if docker's client does not have it"
        if variable.by is not None
        else "only if docker's client has it",
        "collides": "or that of another link",
    }[variable.state]


def _hosts(recipient: Recipient, engine: str) -> list[Line]:
    if not engine_named(engine).links:
        words = removal("have no links on the default bridge", "has no links on the default bridge")
        return [[(f"  {words}", "dim")]]
    width = max(len(escape(host.address)) for host in recipient.hosts)
    return [
        [(f"  {escape(host.address).ljust(width)}  {escape(' '.join(host.names))}", ""), (f"  {host.why}", "dim")]
        for host in recipient.hosts
    ]


def _place(place: Location) -> str:
    return escape(f"{place.path}:{place.line}")


def render_json(recipients: Sequence[Recipient], engine: str) -> str:
    """Return a JSON array with an object per container: links, variables with engines, state and origin, lines of
    /etc/hosts, notes.
    """
    return dump([_object(recipient, engine) for recipient in recipients])


def _object(recipient: Recipient, engine: str) -> dict[str, Any]:
    return {
        "container": recipient.name,
        **recipient.place._asdict(),
        "tool": recipient.tool,
        "network": recipient.network,
        "legacy": recipient.legacy,
        "engine": engine,
        "links": [
            {
                "alias": link.alias,
                "target": link.target,
                **link.place._asdict(),
                "source": _json_place(link.source),
                "confidence": link.confidence,
            }
            for link in recipient.links
        ],
        "variables": [
            {
                "name": v.name,
                "value": v.value,
                "engines": list(v.engines),
                "state": v.state,
                "from": v.how,
                "origin": _json_place(v.origin),
                "by": _json_place(v.by),
                "confidence": v.confidence,
                "alias": v.alias,
            }
            for v in recipient.variables
        ],
        "hosts": [{"address": host.address, "names": list(host.names), "from": host.why} for host in recipient.hosts],
        "notes": recipient.notes,
    }


def _json_place(place: Location | None) -> dict[str, Any] | None:
    return None if place is None else place._asdict()
