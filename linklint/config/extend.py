"""`extend = "../base.toml"`: a configuration on top of another one of the repository."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from linklint.config.model import Config
from linklint.errors import ConfigError
from linklint.files.paths import home_of, is_below

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_DEPTH = 5
NOT_EXTENDED = ("paths", "baseline", "extend")  # about one directory only


def extended(config: Config, read: Callable[[str, int], Config], depth: int) -> Config:
    """Return a configuration with what it does not set itself from the one that it extends.

    `read` loads a file, given how many files extend it. Raises ConfigError.
    """
    if not config.extend:
        return config
    origin, path = config.origin("extend"), os.path.normpath(os.path.join(config.directory, config.extend))
    if depth >= MAX_DEPTH:
        raise ConfigError(f"{origin}: more than {MAX_DEPTH} files extend each other")
    if not is_below(path, home_of(os.path.realpath(config.directory))):
        raise ConfigError(f"{origin}: {config.extend} is outside the repository")
    if not os.path.isfile(path):
        raise ConfigError(f"{origin}: {config.extend} does not exist")
    base = read(path, depth + 1)
    changed: dict[str, object] = {}
    for key in base.origins:
        field = key.replace("-", "_")
        if field in Config._fields and key not in config.origins and key not in (*NOT_EXTENDED, "per-path"):
            changed[field] = getattr(base, field)
    own_rules = base.rules if "rules" in changed else ()
    return config._replace(
        **{**changed, **_rebased(changed, base, config)},  # type: ignore[arg-type]
        per_path=(
            *(s._replace(directory=s.directory or base.directory) for s in base.per_path),
            *config.per_path,
        ),
        rules_from={**dict.fromkeys(own_rules, base.directory), **base.rules_from},
        origins={**base.origins, **config.origins},
    )


def _rebased(changed: dict[str, object], base: Config, config: Config) -> dict[str, tuple[str, ...]]:
    """Return the patterns of paths, relative to the directory of the configuration that extends."""
    inside = os.path.relpath(config.directory, base.directory).replace(os.sep, "/")
    found: dict[str, tuple[str, ...]] = {}
    for field in ("exclude", "test_paths"):
        patterns = changed.get(field, ())
        if inside != "." and isinstance(patterns, tuple):
            found[field] = tuple(filter(None, (_below(str(pattern), inside) for pattern in patterns)))
    return found


def _below(pattern: str, inside: str) -> str:
    """Return a pattern as a directory below sees it; empty if it cannot match there."""
    mark = "!" if pattern.startswith("!") else ""
    body = pattern.removeprefix("!")
    if "/" not in body.rstrip("/") or body.startswith("**/"):
        return pattern
    rest = body.lstrip("/").removeprefix(f"{inside}/")
    return f"{mark}/{rest}" if rest != body.lstrip("/") else ""
