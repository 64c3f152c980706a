"""Load `.linklint.toml`, or `[tool.linklint]` of pyproject.toml.

`KEYS` and `PER_PATH` in `model` are the only place that knows the keys: loading, error messages, `linklint config`, the
JSON schema and the README follow them.
"""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Any

from linklint.config.model import KEYS, PER_PATH, Config, Key, PerPath
from linklint.errors import ConfigError
from linklint.files.paths import home_of, is_below, read_named, shown_path
from linklint.files.root import GIT, Root, UnreadableFile
from linklint.text.regex import lazy_compile
from linklint.text.suggest import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

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


class Lines:
    """Line numbers of keys in a TOML file, found by table headers and the text before `=`."""

    HEADER = lazy_compile(r"\s*\[\[?\s*(?P<name>[^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
    KEY = lazy_compile(
        r"""\s*(?P<name>(?:[\w-]+|"[^"\n]*"|'[^'\n]*')(?:\s*\.\s*(?:[\w-]+|"[^"\n]*"|'[^'\n]*'))*)\s*="""
    )

    def __init__(self, path: str, text: str, top: str = "") -> None:
        self.path = path
        self.text = text
        self.top = top

    def below(self, top: str) -> Lines:
        """Return the same for keys below a table."""
        return Lines(self.path, self.text, top)

    def item(self, key: str, item: str) -> str:
        """Return `path:line` of an item of a list, which may be below its key, or of a key of a table."""
        place = self.place(key, item)
        first = int(place.rpartition(":")[2]) if ":" in place else 1
        for number, line in enumerate(self.text.split("\n")[first - 1 : first + 99], first):
            if f'"{item}"' in line or f"'{item}'" in line:
                return f"{self.path}:{number}"
        return place

    def place(self, *keys: str, nth: int = 0) -> str:
        """Return `path:line` of a key, or of the table that contains it; only the path if it is not found.

        `nth` is the index among sections of one name.
        """
        wanted = ".".join([*([self.top] if self.top else []), *keys])
        header, seen = "", -1
        best = (-1, 0)
        for number, line in enumerate(self.text.split("\n"), 1):
            named, key = self.HEADER.match(line), self.KEY.match(line)
            if named:
                header = plain_key(named["name"])
                seen += header == ".".join([*([self.top] if self.top else []), keys[0]])
            name = header if named else ".".join(filter(None, (header, plain_key(key["name"])))) if key else ""
            if (
                name
                and (wanted == name or wanted.startswith(name + "."))
                and (not nth or seen == nth)
                and len(name) > best[0]
            ):
                best = (len(name), number)
            elif not best[1] and name.startswith(wanted + "."):  # a header or a dotted key below it
                best = (0, number)
        return f"{self.path}:{best[1]}" if best[1] else self.path


def plain_key(name: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in name.split("."))


TAKES = {
    "text": "a string",
    "texts": "a list of strings",
    "severities": 'a table like {legacy-link = "error"}',
    "sections": "sections [[per-path]]",
}
MAX_SIZE = 1_000_000
MAX_ITEMS = 1000  # patterns, paths or rules in one list
MAX_LENGTH = 1000  # characters of each


def find(start: str) -> Config:
    """Return the configuration that applies to a directory. The search goes up to the root of the repository.

    Raises ConfigError.
    """
    current = os.path.realpath(start)
    home = home_of(current)
    inside = Root(home) if os.path.lexists(os.path.join(home, ".git")) else None
    while True:
        root = inside or Root(current)
        for name, load in ((".linklint.toml", _load), ("pyproject.toml", _table)):
            path = os.path.join(current, name)
            relative = os.path.relpath(path, root.path).replace(os.sep, "/")
            if root.exists(relative):
                shown = shown_path(path)
                found = load(shown, _text(shown, partial(root.read, relative)))
                if found is not None:
                    return extended(_config(shown, *found), _read, 0)
        parent = os.path.dirname(current)
        if parent == current or inside and current == home:
            return Config()
        current = parent


def below(config: Config, key: str, path: str) -> str:
    """Return a path from the configuration, relative to the current directory. It must be inside the directory of the
    configuration.

    Raises ConfigError.
    """
    full = os.path.join(config.directory, path)
    if not is_below(full, config.directory):
        raise ConfigError(f"{config.origin(key)}: {path} is outside the directory of the configuration")
    inside = os.path.relpath(os.path.realpath(full), os.path.realpath(config.directory))
    if GIT & {part.lower() for part in (*path.split("/"), *inside.split(os.sep))}:
        raise ConfigError(f"{config.origin(key)}: {path} leads into the data of git")
    return shown_path(full)


def paths_of(config: Config) -> list[str]:
    """Return the paths that the configuration names. Raises ConfigError."""
    paths = [below(config, "paths", path) for path in config.paths]
    missing = next((path for path in paths if not os.path.lexists(path)), None)
    if missing is not None:
        raise ConfigError(f"{config.origin('paths')}: {missing} does not exist")
    return paths


def is_setting(text: str) -> bool:
    """Return whether the value of `--config` is a setting: it starts with a key and `=`; otherwise it is a file."""
    key, equals, _ = text.partition("=")
    return bool(equals) and key.strip().partition(".")[0] in KEYS


def with_setting(config: Config, text: str) -> Config:
    """Return a configuration with a setting `KEY=VALUE`: the value is TOML, or the plain text of a string or a list.

    Raises ConfigError.
    """
    import tomllib

    name, _, value = (part.strip() for part in text.partition("="))
    name, _, inner = name.partition(".")
    key = KEYS[name]
    try:
        parsed = tomllib.loads(f"value = {value}")["value"]
    except ValueError:
        parsed = value.replace(",", " ").split() if key.takes == "texts" else value
    if key.takes in ("text", "severities") and not isinstance(parsed, (str, dict)):
        parsed = value
    if key.takes == "texts" and isinstance(parsed, str):
        parsed = [parsed]
    if inner:
        parsed = {inner: parsed}
    origin = f"--config {name}"
    if name in ("per-path", "extend"):
        raise ConfigError(f"{origin}: this key belongs into a file")
    values = _values({name: parsed}, KEYS, Lines(origin, ""), ())
    if inner:
        values[name] = {**getattr(config, name), **values[name]}
    return config._replace(**values, origins={**config.origins, name: origin})


def read(path: str) -> Config:
    """Load a configuration file, with what it extends. Raises ConfigError."""
    return _read(path, 0)


def _read(path: str, depth: int) -> Config:
    load = _table if os.path.basename(path) == "pyproject.toml" else _load
    found = load(path, _text(path, partial(read_named, path))) or ({}, Lines("", ""))
    return extended(_config(path, *found), _read, depth)


def _text(path: str, read_file: Callable[[int], bytes]) -> str:
    try:
        return read_file(MAX_SIZE).decode("utf-8-sig")
    except (UnreadableFile, ValueError) as error:
        raise ConfigError(f"{path}: {error}") from error


def _load(path: str, text: str) -> tuple[dict[str, Any], Lines]:
    import tomllib

    try:
        return tomllib.loads(text), Lines(path, text)
    except ValueError as error:
        raise ConfigError(f"{path}: {error}") from error
    except RecursionError as error:
        raise ConfigError(f"{path}: nested too deeply") from error


def _table(path: str, text: str) -> tuple[dict[str, Any], Lines] | None:
    if "linklint" not in text:
        return None
    whole, lines = _load(path, text)
    tool = whole.get("tool")
    if not isinstance(tool, dict) or "linklint" not in tool:
        return None
    if not isinstance(tool["linklint"], dict):
        raise ConfigError(f"{lines.place('tool', 'linklint')}: tool.linklint must be a table: [tool.linklint]")
    return tool["linklint"], lines.below("tool.linklint")


def _config(path: str, table: Mapping[str, Any], lines: Lines) -> Config:
    values = _values(table, KEYS, lines, ())
    origins = {key: lines.place(key) for key in table}
    for key in ("select", "ignore", "severity"):
        origins |= {f"{key}.{slug}": lines.item(key, slug) for slug in values.get(key, ())}
    sections = []
    for nth, section in enumerate(values.get("per_path", ())):
        read_section = PerPath(**_values(section, PER_PATH, lines, ("per-path",), nth))
        for needed in ("paths", "reason"):
            if not "".join(getattr(read_section, needed)).strip():
                raise ConfigError(
                    f"{lines.place('per-path', nth=nth)}: a per-path section needs {needed}: {PER_PATH[needed].words}"
                )
        for key in ("ignore", "severity"):
            origins |= {f"per-path.{slug}": lines.place("per-path", key, nth=nth) for slug in section.get(key, ())}
        sections.append(read_section)
    values["per_path"] = tuple(sections)
    return Config(**values, directory=os.path.dirname(os.path.abspath(path)), file=path, origins=origins)


def _values(
    table: Mapping[str, Any], keys: Mapping[str, Key], lines: Lines, above: tuple[str, ...], nth: int = 0
) -> dict[str, Any]:
    """Return the values of a table by field name. Raises ConfigError."""
    values: dict[str, Any] = {}
    for name, value in table.items():
        place = lines.place(*above, name, nth=nth)
        if name == "tool" and keys is KEYS:
            raise ConfigError(f"{place}: remove tool.linklint: keys are at the top level of this file")
        if name not in keys:
            raise ConfigError(f"{place}: unknown key {name}{nearest(name, keys)}")
        key = keys[name]
        if "\0" in "".join(_texts(value)):
            raise ConfigError(f"{place}: {name} has a character that file names cannot have")
        if not _fits(value, key):
            written = (
                f': {name} = "{value}"'
                if key.takes == "text" and isinstance(value, (int, float)) and not isinstance(value, bool)
                else ""
            )
            raise ConfigError(f"{place}: {name} must be {TAKES[key.takes]}{written}")
        if isinstance(value, list) and len(value) > MAX_ITEMS:
            raise ConfigError(f"{place}: {name} has {len(value)} items: at most {MAX_ITEMS} are allowed")
        longest = max(_texts(value), key=len, default="")
        if len(longest) > MAX_LENGTH:
            length = f"has {len(longest)} characters: at most {MAX_LENGTH} are allowed"
            raise ConfigError(f"{place}: {longest[:40]}… in {name} {length}")
        if name in ("secret-names", "sensitive-ports"):
            _check_names(name, value, place)
        _check_choices(name, value, key, partial(lines.place, *above, name, nth=nth))
        values[name.replace("-", "_")] = tuple(value) if isinstance(value, list) else value
    return values


def _check_choices(name: str, value: Any, key: Key, place: Callable[..., str]) -> None:
    """Check the values of a key that allows only some; `place` returns where it or a rule in it stands. Raises
    ConfigError.
    """
    if key.takes == "severities":
        slug = next((slug for slug, severity in value.items() if severity not in key.choices), None)
        if slug is not None:
            raise ConfigError(
                f"{place(slug)}: the severity of {slug} must be one of {', '.join(key.choices)}; to turn the rule off, "
                f'use ignore = ["{slug}"]'
            )
    elif key.choices:
        wrong = next((item for item in _texts(value) if item not in key.choices), None)
        if wrong is not None:
            near = nearest(wrong, key.choices, "; ")
            raise ConfigError(
                f"{place()}: {name} must be one of {key.said or ', '.join(key.choices)}, not {wrong}{near}"
            )


def _check_names(key: str, patterns: list[str], place: str) -> None:
    from linklint.files.patterns import compile_name

    for pattern in patterns:
        name = pattern.removeprefix("!")
        if key == "sensitive-ports" and not (name.isascii() and name.isdecimal() and 0 < int(name) < 65536):
            raise ConfigError(f'{place}: {pattern!r} in sensitive-ports is not a port, like "8080" or "!9200"')
        try:
            compile_name(name)
        except ValueError as error:
            raise ConfigError(f"{place}: {pattern!r} in {key} is not a pattern of names") from error


def _texts(value: object) -> Iterator[str]:
    """Return all strings in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for item in [*value, *(value.values() if isinstance(value, dict) else ())]:
            yield from _texts(item)


def _fits(value: object, key: Key) -> bool:
    if key.takes == "text":
        return isinstance(value, str)
    if key.takes == "severities":
        return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())
    return isinstance(value, list) and all(isinstance(item, dict if key.takes == "sections" else str) for item in value)
