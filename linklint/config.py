"""`[tool.linklint]` of pyproject.toml, or .linklint.toml: what a tree says of how it is to be judged."""

from __future__ import annotations

import os
from typing import Any, NamedTuple

from linklint.errors import BadConfig

SEVERITIES = ("error", "warning", "note")
ENGINES = ("any", "27", "28", "29", "29+env", "30")


class Config(NamedTuple):
    """The keys, each with what holds where it is not given."""

    engine: str = "any"
    fail_on: str = "warning"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    directory: str = ""


MAX_SIZE = 1_000_000
KEYS = {"engine": str, "fail-on": str, "select": list, "ignore": list, "exclude": list, "rules": list}


def find(start: str) -> Config:
    """The configuration that holds for a directory: searched upwards to the root of the repository.  Raises BadConfig."""
    current = os.path.realpath(start)
    while True:
        own, project = os.path.join(current, ".linklint.toml"), os.path.join(current, "pyproject.toml")
        if os.path.isfile(own) and _inside(own):
            return read(own)
        if os.path.isfile(project) and _inside(project) and (table := _table(project)) is not None:
            return _config(project, table)
        parent = os.path.dirname(current)
        if os.path.exists(os.path.join(current, ".git")) or parent == current:
            return Config()
        current = parent


def _inside(path: str) -> bool:
    """Whether a file that was found, not named, lies where it is found: a link may lead anywhere."""
    return not os.path.islink(path) or os.path.dirname(os.path.realpath(path)) == os.path.dirname(path)


def read(path: str) -> Config:
    """Read a file that is named.  Raises BadConfig."""
    table = _table(path) if os.path.basename(path) == "pyproject.toml" else _load(path)
    return _config(path, table or {})


def _load(path: str) -> dict[str, Any]:
    import tomllib

    try:
        if os.stat(path).st_size > MAX_SIZE:
            raise BadConfig(f"{path}: it is larger than {MAX_SIZE // 1000} kB")
        with open(path, encoding="utf-8") as file:
            return tomllib.loads(file.read())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadConfig(f"{path}: {error}") from error
    except RecursionError as error:
        raise BadConfig(f"{path}: it is nested too deep") from error


def _table(path: str) -> dict[str, Any] | None:
    try:
        with open(path, "rb") as file:
            if b"linklint" not in file.read(MAX_SIZE):
                return None
    except OSError as error:
        raise BadConfig(f"{path}: {error}") from error
    tool = _load(path).get("tool")
    table = tool.get("linklint") if isinstance(tool, dict) else None
    return table if isinstance(table, dict) else None


def _config(path: str, table: dict[str, Any]) -> Config:
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in KEYS:
            raise BadConfig(f"{path}: {key!r} is no key: it is one of {', '.join(KEYS)}")
        if not isinstance(value, KEYS[key]) or isinstance(value, list) and not all(isinstance(item, str) for item in value):
            raise BadConfig(f"{path}: {key} takes {'a list of texts' if KEYS[key] is list else 'a text'}")
        values[key.replace("-", "_")] = tuple(value) if isinstance(value, list) else value
    return Config(**values, directory=os.path.dirname(path))
