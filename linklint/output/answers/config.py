"""`linklint config`: every key, its value, and where that comes from."""

from __future__ import annotations

import json
from typing import Any

from linklint.config.model import KEYS, Config
from linklint.output.escape import dump, escape
from linklint.output.terminal import Line


def render(config: Config) -> list[Line]:
    """Return one line per key, as TOML, with its origin."""
    file = (
        config.file
        or "no file: neither .linklint.toml nor [tool.linklint] in a pyproject.toml between here and the root of "
        "the repository"
    )
    lines: list[Line] = [[(f"# {escape(file)}", "dim")]]
    shown = [(name, _toml(_value(config, name))) for name in KEYS]
    width = max(len(name) + len(value) for name, value in shown if len(value) < 40) + 3
    for name, value in shown:
        left = f"{name} = {escape(value)}"
        given = config.origin(name) != "default"
        lines.append([(left.ljust(width), "bold" if given else ""), (f"  # {escape(config.origin(name))}", "dim")])
    return lines


def render_json(config: Config) -> str:
    """Return the same as JSON: value and origin of each key."""
    found = {name: {"value": _value(config, name), "origin": config.origin(name)} for name in KEYS}
    return dump({"file": config.file or None, "keys": found})


def _value(config: Config, name: str) -> Any:
    value = getattr(config, name.replace("-", "_"))
    return [section._asdict() for section in value] if name == "per-path" else value


def _toml(value: Any) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items() if item) + "}"
    return "[" + ", ".join(map(_toml, value)) + "]"
