"""Make the network of a development container before an editor starts it: `initializeCommand` runs on the host."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from linklint.languages.yaml_nodes import BadYaml, load_json
from linklint.migration.edits import Caller, Refused, TextEdit
from linklint.migration.shell_networks import Route
from linklint.migration.yaml_maps import MapEdits
from linklint.text.source import Source


def devcontainer_edits(source: Source, caller: Caller) -> Iterator[TextEdit]:
    """Yield the edits of `initializeCommand`. Raises Refused."""
    try:
        document = load_json(source.whole())[0]
    except (BadYaml, IndexError) as error:
        raise Refused("not-editable", caller.place, f"{source.path} is no JSON: not migrated") from error
    command = document.get("initializeCommand")
    made = _joined([Route("docker").command(line) for line in caller.commands])
    edited = MapEdits(source, document)
    if command is None:
        edited.added.append(('"initializeCommand"', json.dumps(made)))
    elif command.kind == "scalar" and source.text[command.start : command.start + 1] == '"':
        start = command.start + 1
        yield TextEdit(source, start, start, json.dumps(f"{{ {made}; }} && ")[1:-1])
    else:
        raise Refused(
            "not-editable", caller.place, f"the initializeCommand of {source.path} is a list: add {made} to it"
        )
    yield from edited.edits()


def _joined(lines: Sequence[str]) -> str:
    return lines[0] if len(lines) == 1 else " && ".join(f"{{ {line}; }}" for line in lines)
