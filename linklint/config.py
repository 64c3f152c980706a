"""`[tool.linklint]` of pyproject.toml, or .linklint.toml: what a tree says of how it is to be judged."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class BadConfig(ValueError):
    """The configuration is refused, with its file and reason."""


@dataclass(frozen=True, slots=True)
class Config:
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
    current = Path(os.path.realpath(start))
    while True:
        own = current / ".linklint.toml"
        if own.is_file() and _inside(own):
            return read(own)
        project = current / "pyproject.toml"
        if project.is_file() and _inside(project) and (table := _table(project)) is not None:
            return _config(project, table)
        if (current / ".git").exists() or current.parent == current:
            return Config()
        current = current.parent


def _inside(path: Path) -> bool:
    """Whether a file that was found, not named, lies where it is found: a link may lead anywhere."""
    return not path.is_symlink() or Path(os.path.realpath(path)).parent == path.parent


def read(path: Path) -> Config:
    """Read a file that is named.  Raises BadConfig."""
    table = _table(path) if path.name == "pyproject.toml" else _load(path)
    return _config(path, table or {})


def _load(path: Path) -> dict[str, Any]:
    import tomllib

    try:
        if path.stat().st_size > MAX_SIZE:
            raise BadConfig(f"{path}: it is larger than {MAX_SIZE // 1000} kB")
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadConfig(f"{path}: {error}") from error
    except RecursionError as error:
        raise BadConfig(f"{path}: it is nested too deep") from error


def _table(path: Path) -> dict[str, Any] | None:
    with path.open("rb") as file:
        if b"linklint" not in file.read(MAX_SIZE):
            return None
    tool = _load(path).get("tool")
    table = tool.get("linklint") if isinstance(tool, dict) else None
    return table if isinstance(table, dict) else None


def _config(path: Path, table: dict[str, Any]) -> Config:
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in KEYS:
            raise BadConfig(f"{path}: {key!r} is no key: it is one of {', '.join(KEYS)}")
        if not isinstance(value, KEYS[key]) or isinstance(value, list) and not all(isinstance(item, str) for item in value):
            raise BadConfig(f"{path}: {key} takes {'a list of texts' if KEYS[key] is list else 'a text'}")
        values[key.replace("-", "_")] = tuple(value) if isinstance(value, list) else value
    return Config(**values, directory=str(path.parent))
