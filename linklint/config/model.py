"""The keys of the configuration and their values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from linklint.docker.engines import ENGINES, NAMES, RELEASES

if TYPE_CHECKING:
    from collections.abc import Mapping

SEVERITIES = ("error", "warning", "note")
# The parts of the noise policy, with what they fold.
FOLDED = {
    "documents": "published ports and example secrets in documents",
    "vendored": "all findings in other people's code (vendor, node_modules) and in generated files",
    "tests": "published ports and secrets in tests, CI and examples",
    "example-secrets": "secrets with example values",
    "ports": "published ports of neither databases, queues, clusters nor administration",
    "compose-links": "unnecessary links inside Compose projects",
    "mentions": "further mentions in a file of links that could not be followed",
    "looked-up": "addresses of containers that are looked up with docker inspect",
    "implied": "findings that another one of their line implies",
    "copies": "copies in another file of the directory",
    "same-page": "further links and reads of a document",
}


class PerPath(NamedTuple):
    """Settings for some paths: rules that are off, severities, and the reason. With `lines`, they apply only to
    findings on lines with one of these texts. Patterns are relative to `directory`, or to that of the configuration.
    """

    paths: tuple[str, ...] = ()
    reason: str = ""
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, str] = {}
    lines: tuple[str, ...] = ()
    directory: str = ""


class Config(NamedTuple):
    """The configuration, with the default of each key. Patterns and paths are relative to `directory`.

    `exclude_here` are patterns relative to the current directory; `rules_from` has the directory of patterns of
    rules that come from a file that is extended. `origins` has the origin of each key (`path:line` or `--option`),
    and as `key.rule` that of each rule in a key.
    """

    engine: str = "any"
    fail_on: str = "warning"
    extend: str = ""
    paths: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, str] = {}
    secret_names: tuple[str, ...] = ()
    unfold: tuple[str, ...] = ()
    sensitive_ports: tuple[str, ...] = ()
    test_paths: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    baseline: str = ""
    per_path: tuple[PerPath, ...] = ()
    directory: str = ""
    file: str = ""
    exclude_here: tuple[str, ...] = ()
    rules_from: Mapping[str, str] = {}
    origins: Mapping[str, str] = {}

    def origin(self, key: str) -> str:
        """Return the origin of a key's value."""
        return self.origins.get(key, "default")


class Key(NamedTuple):
    """The type of a key and its description.

    `takes` is `text`, `texts`, `severities` (of rules) or `sections`; `choices` limits the values, and `said` lists
    them for people.
    """

    takes: str
    words: str
    choices: tuple[str, ...] = ()
    said: str = ""


KEYS = {
    "engine": Key("text", "the Docker Engines that the code must work on", (*ENGINES, *RELEASES), NAMES),
    "fail-on": Key("text", "the lowest severity that makes the exit status 1", SEVERITIES),
    "extend": Key("text", "another configuration of the repository, which holds what this one does not set"),
    "paths": Key("texts", "what to scan if the command line names no path"),
    "exclude": Key("texts", "paths to skip, as .gitignore patterns"),
    "select": Key("texts", "run only these rules"),
    "ignore": Key("texts", "do not run these rules"),
    "severity": Key("severities", "severity of each rule", SEVERITIES),
    "secret-names": Key("texts", "names of variables that hold a secret, as patterns; ! excludes names"),
    "unfold": Key("texts", "parts of the noise policy that are off: their findings are listed", tuple(FOLDED)),
    "sensitive-ports": Key("texts", "container ports whose publishing is listed, too; ! excludes ports"),
    "test-paths": Key("texts", "paths of tests, CI and examples, as .gitignore patterns, instead of the usual ones"),
    "rules": Key("texts", "custom rules: Markdown files below the configuration, or PACKAGE:PATTERN"),
    "baseline": Key("text", "the file of known findings"),
    "per-path": Key("sections", "settings for some paths"),
}
PER_PATH = {
    "paths": Key("texts", "the paths, as .gitignore patterns"),
    "reason": Key("text", "why"),
    "ignore": Key("texts", "rules to turn off in these paths"),
    "severity": Key("severities", "severity of each rule in these paths", SEVERITIES),
    "lines": Key("texts", "the texts of the lines that this is about, without blanks around them; default: all lines"),
}


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
