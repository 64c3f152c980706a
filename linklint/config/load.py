"""`[tool.linklint]` of pyproject.toml, or .linklint.toml: what a tree says of how it is to be judged.

`KEYS` and `PER_PATH` are the one place that knows the keys: reading, the messages about mistakes, `linklint config`,
the schema for editors and the README follow them.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from linklint.docker.engines import ENGINES
from linklint.errors import ConfigError
from linklint.files.paths import home_of, shown_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

SEVERITIES = ("error", "warning", "note")


class PerPath(NamedTuple):
    """What holds for some paths only: rules that are ignored there, severities of their own, and why."""

    paths: tuple[str, ...] = ()
    reason: str = ""
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, str] = {}


class Config(NamedTuple):
    """The keys, each with what holds where it is not given; patterns and paths are relative to `directory`.

    `origins` says of a key where its value comes from (`path:line`, `--option`); of a rule that a key names as
    `key.rule`.
    """

    engine: str = "any"
    fail_on: str = "warning"
    paths: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, str] = {}
    secret_names: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    baseline: str = ""
    per_path: tuple[PerPath, ...] = ()
    directory: str = ""
    file: str = ""
    origins: Mapping[str, str] = {}

    def origin(self, key: str) -> str:
        """Where a key's value comes from."""
        return self.origins.get(key, "default")


class Key(NamedTuple):
    """What a key takes:

    `text`, `texts`, `severities` (of rules) or `sections`; one of `choices`, if there are any; and what it is for.
    """

    takes: str
    words: str
    choices: tuple[str, ...] = ()


KEYS = {
    "engine": Key("text", "the Docker Engines that the tree has to work on", tuple(ENGINES)),
    "fail-on": Key("text", "the severity from which on the exit status is 1", SEVERITIES),
    "paths": Key("texts", "what is scanned where the command line names nothing"),
    "exclude": Key("texts", "paths that are not read, as patterns of .gitignore"),
    "select": Key("texts", "only these rules"),
    "ignore": Key("texts", "not these rules"),
    "severity": Key("severities", "severities of your own, rule by rule", SEVERITIES),
    "secret-names": Key("texts", "variables that hold a secret, as patterns; with ! in front those that hold none"),
    "rules": Key("texts", "rules of your own: Markdown files beside the configuration"),
    "baseline": Key("text", "the file of findings that were there before"),
    "per-path": Key("sections", "what holds for some paths only"),
}
PER_PATH = {
    "paths": Key("texts", "the paths, as patterns of .gitignore"),
    "reason": Key("text", "why"),
    "ignore": Key("texts", "rules that are ignored there"),
    "severity": Key("severities", "severities there, rule by rule", SEVERITIES),
}
TAKES = {
    "text": "a text",
    "texts": "a list of texts",
    "severities": 'a table like {legacy-link = "error"}',
    "sections": "sections of their own",
}
MAX_SIZE = 1_000_000


def find(start: str) -> Config:
    """The configuration that holds for a directory: searched upwards to the root of the repository.

    Raises BadConfig.
    """
    current = os.path.realpath(start)
    while True:
        own, project = os.path.join(current, ".linklint.toml"), os.path.join(current, "pyproject.toml")
        if os.path.lexists(own):
            if not _is_inside(own):
                raise ConfigError(
                    f"{shown_path(own)}: it is a link that leads out of the repository: --config FILE names "
                    f"another file"
                )
            return read(shown_path(own))
        if os.path.isfile(project) and _is_inside(project) and (table := _table(shown_path(project))) is not None:
            return _config(shown_path(project), *table)
        parent = os.path.dirname(current)
        if os.path.exists(os.path.join(current, ".git")) or parent == current:
            return Config()
        current = parent


def _is_inside(path: str) -> bool:
    """Whether a file that was found, not named, lies in the repository in which it is found: a link may lead
    anywhere.
    """
    if not os.path.islink(path):
        return True
    root = home_of(os.path.dirname(path))
    return os.path.commonpath([os.path.realpath(path), root]) == root


def read(path: str) -> Config:
    """Read a file that is named.  Raises BadConfig."""
    found = _table(path) if os.path.basename(path) == "pyproject.toml" else _load(path)
    return _config(path, *(found or ({}, _Lines("", ""))))


def _load(path: str) -> tuple[dict[str, Any], _Lines]:
    import tomllib

    if os.path.exists(path) and not os.path.isfile(path):
        raise ConfigError(f"{path}: it is no file")
    try:
        if os.stat(path).st_size > MAX_SIZE:
            raise ConfigError(f"{path}: it is larger than {MAX_SIZE // 1000} kB")
        with open(path, encoding="utf-8-sig") as file:
            text = file.read()
        return tomllib.loads(text), _Lines(path, text)
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path}: {error}") from error
    except RecursionError as error:
        raise ConfigError(f"{path}: it is nested too deep") from error


def _table(path: str) -> tuple[dict[str, Any], _Lines] | None:
    try:
        with open(path, "rb") as file:
            if b"linklint" not in file.read(MAX_SIZE):
                return None
    except OSError as error:
        raise ConfigError(f"{path}: {error}") from error
    whole, lines = _load(path)
    tool = whole.get("tool")
    if not isinstance(tool, dict) or "linklint" not in tool:
        return None
    if not isinstance(tool["linklint"], dict):
        raise ConfigError(f"{lines.place('tool', 'linklint')}: tool.linklint is a table: [tool.linklint]")
    return tool["linklint"], lines.below("tool.linklint")


class _Lines:
    """Where the keys of a TOML file stand, which its parser does not say: lines, by the headers of tables and what
    stands before `=`.
    """

    HEADER = re.compile(r"\s*\[\[?\s*(?P<name>[^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
    KEY = re.compile(r"""\s*(?P<name>(?:[\w-]+|"[^"\n]*"|'[^'\n]*')(?:\s*\.\s*(?:[\w-]+|"[^"\n]*"|'[^'\n]*'))*)\s*=""")

    def __init__(self, path: str, text: str, top: str = "") -> None:
        self.path = path
        self.text = text
        self.top = top

    def below(self, top: str) -> _Lines:
        """The same, seen from a table."""
        return _Lines(self.path, self.text, top)

    def item(self, key: str, item: str) -> str:
        """`path:line` of an item of a list, which may stand below its key, or of a key of a table."""
        place = self.place(key, item)
        first = int(place.rpartition(":")[2]) if ":" in place else 1
        for number, line in enumerate(self.text.split("\n")[first - 1 : first + 99], first):
            if f'"{item}"' in line or f"'{item}'" in line:
                return f"{self.path}:{number}"
        return place

    def place(self, *keys: str, nth: int = 0) -> str:
        """`path:line` of a key (of the nth of sections of one name), or of what holds it; the path alone where it is
        not found.
        """
        wanted = ".".join([*([self.top] if self.top else []), *keys])
        header, seen = "", -1
        best = (-1, 0)
        for number, line in enumerate(self.text.split("\n"), 1):
            named, key = self.HEADER.match(line), self.KEY.match(line)
            if named:
                header = _plain(named["name"])
                seen += header == ".".join([*([self.top] if self.top else []), keys[0]])
            name = header if named else ".".join(filter(None, (header, _plain(key["name"])))) if key else ""
            if (
                name
                and (wanted == name or wanted.startswith(name + "."))
                and (not nth or seen == nth)
                and len(name) > best[0]
            ):
                best = (len(name), number)
            elif not best[1] and name.startswith(wanted + "."):  # a header, or a dotted key, below it
                best = (0, number)
        return f"{self.path}:{best[1]}" if best[1] else self.path


def _plain(name: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in name.split("."))


def _config(path: str, table: Mapping[str, Any], lines: _Lines) -> Config:
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
                    f"{lines.place('per-path', nth=nth)}: a section of per-path needs {needed}: "
                    f"{PER_PATH[needed].words}"
                )
        for key in ("ignore", "severity"):
            origins |= {f"per-path.{slug}": lines.place("per-path", key, nth=nth) for slug in section.get(key, ())}
        sections.append(read_section)
    values["per_path"] = tuple(sections)
    return Config(**values, directory=os.path.dirname(os.path.abspath(path)), file=path, origins=origins)


def _values(
    table: Mapping[str, Any], keys: Mapping[str, Key], lines: _Lines, above: tuple[str, ...], nth: int = 0
) -> dict[str, Any]:
    """The values of a table by the names of their fields.  Raises BadConfig."""
    values: dict[str, Any] = {}
    for name, value in table.items():
        place = lines.place(*above, name, nth=nth)
        if name == "tool" and keys is KEYS:
            raise ConfigError(f"{place}: the keys stand at the top of this file: leave tool.linklint out")
        if name not in keys:
            raise ConfigError(f"{place}: there is no key {name}{nearest(name, keys)}")
        key = keys[name]
        if "\0" in "".join(_texts(value)):
            raise ConfigError(f"{place}: {name} holds a character that no file can have in its name")
        if not _fits(value, key):
            written = (
                f': {name} = "{value}"'
                if key.takes == "text" and isinstance(value, (int, float)) and not isinstance(value, bool)
                else ""
            )
            raise ConfigError(f"{place}: {name} takes {TAKES[key.takes]}{written}")
        if key.takes == "severities":
            slug = next((slug for slug, severity in value.items() if severity not in key.choices), None)
            if slug is not None:
                raise ConfigError(
                    f"{lines.place(*above, name, slug, nth=nth)}: the severity of {slug} is one of "
                    f'{", ".join(key.choices)}; ignore = ["{slug}"] does without the rule'
                )
        elif key.choices and value not in key.choices:
            raise ConfigError(
                f"{place}: {name} is one of {', '.join(key.choices)}, not "
                f"{value}{nearest(str(value), key.choices, '; ')}"
            )
        values[name.replace("-", "_")] = tuple(value) if isinstance(value, list) else value
    return values


def _texts(value: object) -> Iterator[str]:
    """All texts in a value."""
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


def nearest(word: str, known: Iterable[str], before: str = ": ") -> str:
    """`: do you mean exclude?`, or `: it is one of …` where nothing is near."""
    import difflib

    choices = list(known)
    near = difflib.get_close_matches(word, choices, 1)
    if near:
        return f"{before}do you mean {near[0]}?"
    return f"{before}it is one of {', '.join(choices)}" if before == ": " and len(choices) < 20 else ""


def schema() -> dict[str, Any]:
    """The JSON schema of the keys, for editors."""

    def of(key: Key) -> dict[str, Any]:
        choice = {"enum": list(key.choices)} if key.choices else {"type": "string"}
        if key.takes == "texts":
            shape: dict[str, Any] = {"type": "array", "items": {"type": "string"}}
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
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The configuration of linklint: .linklint.toml, or [tool.linklint] of pyproject.toml",
        **table(KEYS),
    }
