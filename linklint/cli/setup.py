"""The commands that set linklint up: `config`, `init`, `cache`, `completion`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from linklint.cli.options import configured
from linklint.config.load import below, paths_of
from linklint.errors import UsageError
from linklint.files.paths import start_of
from linklint.output import terminal
from linklint.scanning import default_baseline

if TYPE_CHECKING:
    import argparse

# What `init` writes as an example of each kind of value, where the default is empty.
EXAMPLES = {
    "extend": '"../linklint-base.toml"',
    "paths": '["deploy"]',
    "exclude": '["old/", "*.bak"]',
    "select": '["links", "readers"]',
    "ignore": '["pinned-compose-link"]',
    "severity": '{ legacy-link = "error" }',
    "secret-names": '["ACME_LICENCE", "!BUILD_TOKEN"]',
    "unfold": '["tests"]',
    "sensitive-ports": '["8080", "!9200"]',
    "test-paths": '["qa/"]',
    "rules": '["lint/*.md"]',
    "baseline": '".linklint-baseline.json"',
}
SECTION = """\
# [[per-path]]                # settings for some paths
# paths = ["docs/**"]
# ignore = ["ports"]          # rules or groups
# reason = "the manual shows what not to do"
"""


def config(options: argparse.Namespace) -> int:
    """`linklint config`"""
    from linklint.config.model import schema
    from linklint.files.patterns import matcher
    from linklint.findings.rule_selection import select_rules
    from linklint.output.answers import config as result
    from linklint.output.escape import dump

    if options.schema:
        sys.stdout.write(dump(schema()))
        return 0
    paths = options.paths or ["."]
    missing = next((path for path in paths if not os.path.lexists(path)), None)
    if missing is not None:
        raise UsageError(f"{missing} does not exist")
    found = configured(options, start_of(paths))
    select_rules(found)
    paths_of(found)
    patterns_of = (
        ("exclude", found.exclude),
        ("test-paths", found.test_paths),
        *(("per-path", section.paths) for section in found.per_path),
    )
    for key, patterns in patterns_of:
        matcher(patterns, found.directory, found.origin(key))
    if found.baseline and not os.path.isfile(below(found, "baseline", found.baseline)):
        raise UsageError(f"baseline {found.baseline} does not exist: create it with linklint scan --write-baseline")
    usual = default_baseline(paths, found)
    if not found.baseline and os.path.isfile(usual) and not os.path.islink(usual):
        found = found._replace(baseline=usual, origins={**found.origins, "baseline": "found"})
    if options.format == "json":
        sys.stdout.write(result.render_json(found))
    else:
        terminal.write(result.render(found), sys.stdout)
    return 0


def init(options: argparse.Namespace) -> int:
    """`linklint init`"""
    from linklint.config.model import KEYS, Config
    from linklint.files.writing import write_report
    from linklint.output.escape import escape

    path = os.path.join(options.directory, ".linklint.toml")
    if not os.path.isdir(options.directory):
        raise UsageError(f"{options.directory} is not a directory")
    if os.path.lexists(path):
        raise UsageError(f"{path} exists already: linklint config shows what it says")
    lines = ["# Configuration of linklint. Every line that starts with # shows a default or an example."]
    for name, key in KEYS.items():
        if key.takes != "sections":
            default = getattr(Config(), name.replace("-", "_"))
            value = f'"{default}"' if isinstance(default, str) and default else EXAMPLES[name]
            lines += ["", f"# {key.words[:1].upper()}{key.words[1:]}.", f"# {name} = {value}"]
    write_report(path, "\n".join([*lines, "", SECTION]).encode(), [])
    sys.stderr.write(f"Wrote {escape(path)}: remove the # before a key to set it.\n")
    return 0


def cache(options: argparse.Namespace) -> int:
    """`linklint cache`"""
    from linklint.extraction.cache import clean, directory

    if options.action == "dir":
        sys.stdout.write(f"{directory()}\n")
        return 0
    count, size = clean()
    sys.stdout.write(f"removed {count} file{'s' * (count != 1)}, {size / 1e6:.1f} MB, from {directory()}\n")
    return 0


def completion(options: argparse.Namespace) -> int:
    """`linklint completion`"""
    from linklint.cli.parser import parser

    top, commands = parser()
    import shtab

    for command in (top, *commands.values()):
        _complete(command)
    sys.stdout.write(shtab.complete(top, shell=options.shell) + "\n")
    return 0


def complete_words() -> dict[str, list[str]]:
    """Return the words that arguments complete to, by their metavar."""
    from linklint.docker.engines import ENGINES, RELEASES
    from linklint.findings.rule_file import GROUPS, built_in

    slugs = [rule.slug for rule in built_in()]
    return {"RULE": [*slugs, *GROUPS, "ALL"], "RULE|GROUP": [*slugs, *GROUPS], "V": [*ENGINES, *RELEASES]}


def _complete(parser: argparse.ArgumentParser) -> None:
    """Declare what each argument of a parser completes to: a path, a rule, an engine."""
    import shtab

    words = complete_words()
    for action in parser._actions:
        if action.metavar in ("PATH", "FILE", "FILE|KEY=VALUE"):
            action.complete = shtab.FILE  # type: ignore[attr-defined]
        elif action.metavar == "DIR":
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
        elif action.metavar == "RULE" and action.dest == "rule":
            action.choices = [*words["RULE"][: -len("ALL")], "facts"]
        elif action.metavar in words and action.choices is None:
            action.choices = words[str(action.metavar)]
