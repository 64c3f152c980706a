"""The keys of the configuration, and the values that they have."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from linklint.docker.engines import ENGINES

if TYPE_CHECKING:
    from collections.abc import Mapping

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
