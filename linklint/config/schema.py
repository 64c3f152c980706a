"""The JSON schema of the configuration, for editors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linklint.config.model import KEYS, PER_PATH, Key

if TYPE_CHECKING:
    from collections.abc import Mapping


def schema() -> dict[str, Any]:
    """Return the JSON schema of the keys."""

    def of(key: Key) -> dict[str, Any]:
        choice = {"enum": list(key.choices)} if key.choices else {"type": "string"}
        if key.takes == "texts":
            shape: dict[str, Any] = {"type": "array", "items": choice}
        elif key.takes == "severities":
            shape = {"type": "object", "additionalProperties": choice}
        elif key.takes == "sections":
            shape = {"type": "array", "items": {**table(PER_PATH), "required": ["paths", "reason"]}}
        else:
            shape = choice
        return {"description": key.words, **shape}

    def table(keys: Mapping[str, Key]) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": {name: of(key) for name, key in keys.items()},
            "additionalProperties": False,
        }

    return {
        "$schema": "http://json-schema.org/draft-07/schema#",  # SchemaStore takes no later draft
        "$id": "https://json.schemastore.org/linklint.json",
        "title": "Configuration of linklint: .linklint.toml, or [tool.linklint] in pyproject.toml",
        **table(KEYS),
    }
