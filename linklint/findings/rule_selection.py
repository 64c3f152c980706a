"""Select the rules to run, and apply the severities of the configuration."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence

from linklint.config.model import Config, PerPath
from linklint.errors import ConfigError, UsageError
from linklint.files.patterns import find_files, matcher
from linklint.files.root import Root, UnreadableFile
from linklint.findings.finding import Finding, Suppression
from linklint.findings.rule_file import GROUPS, BadRule, Rule, built_in, read
from linklint.text.suggest import nearest

MAX_CUSTOM = 200


def select_rules(config: Config) -> list[Rule]:
    """Return the rules to run. Raises UsageError, ConfigError."""
    try:
        rules = list(built_in())
        slugs = {rule.slug for rule in rules}
        for pattern in config.rules:
            root, paths = custom_rules(config, pattern)
            for path in paths:
                if len(rules) - len(built_in()) >= MAX_CUSTOM:
                    raise ConfigError(f"{config.origin('rules')}: at most {MAX_CUSTOM} custom rules are allowed")
                rule = read(path, root)
                if rule.slug in slugs or rule.fix_sql:
                    raise ConfigError(f"{path}: a custom rule cannot have a fix, or the name of another rule")
                slugs.add(rule.slug)
                rules.append(rule)
    except BadRule as error:
        raise ConfigError(str(error)) from error
    _check(config, rules)
    selected = named(config.select, rules) if config.select else slugs
    ignored = named(config.ignore, rules)
    return [rule for rule in rules if rule.slug in selected and rule.slug not in ignored]


def named(names: Iterable[str], rules: Iterable[Rule]) -> set[str]:
    """Return the rules that some names mean: a rule, a group, the beginning of names (`link-env`), or ALL."""
    rules = list(rules)
    found: set[str] = set()
    for name in names:
        same = {rule.slug for rule in rules if name in (rule.slug, rule.group, "ALL")}
        start = name.rstrip("*-") + "-"
        found |= same or {rule.slug for rule in rules if rule.slug.startswith(start)}
    return found


def rules_left_out(config: Config) -> dict[str, str]:
    """Return the built-in rules that the configuration file does not run, each with the key that says so.

    What the command line says is no surprise to who typed it.
    """
    rules = built_in()
    selects = bool(config.select) and not config.origin("select").startswith("--")
    selected = named(config.select, rules)
    found = {rule.slug: "select" for rule in rules if selects and rule.slug not in selected}
    ignored = named((name for name in config.ignore if f"ignore.{name}" in config.origins), rules)
    return found | dict.fromkeys(ignored, "ignore")


def custom_rules(config: Config, pattern: str) -> tuple[Root, list[str]]:
    """Return the rule files that a pattern of the configuration matches, and the directory that they are below.

    `lint/*.md` is below the configuration, `acme_rules:*.md` in an installed package, whose code is not run. Raises
    ConfigError.
    """
    origin = config.origin("rules")
    package, colon, inside = pattern.partition(":")
    directory = config.rules_from.get(pattern, config.directory) or "."
    if colon:
        found_at = _directory_of(package)
        if found_at is None:
            raise ConfigError(f"{origin}: {pattern!r}: there is no installed package {package} with files")
        directory, where = found_at, f"in the package {package}"
    else:
        inside, where = pattern, "below the configuration"
    root = Root(directory)
    try:
        found = find_files(root, inside)
    except ValueError as error:
        raise ConfigError(f"{origin}: {pattern!r} is not a pattern for files {where}, like rules/*.md") from error
    except UnreadableFile as error:
        raise ConfigError(f"{origin}: {pattern!r}: {error}") from error
    if not found:
        raise ConfigError(f"{origin}: {pattern!r} matches no file {where}")
    return root, [os.path.join(directory, path) for path in found]


def _directory_of(package: str) -> str | None:
    """Find the directory of an installed package. The package is not imported. Returns None if it is not installed."""
    from importlib.machinery import PathFinder

    top, *below = package.split(".")
    if not package.replace(".", "").isidentifier() or not all([top, *below]):
        return None
    spec = PathFinder.find_spec(top)
    places = list(spec.submodule_search_locations or ()) if spec is not None else []
    found = (os.path.join(place, *below) for place in places)
    return next((path for path in found if os.path.isdir(path)), None)


def _check(config: Config, rules: Sequence[Rule]) -> None:
    """Check that every name means a rule. Raises ConfigError with its line, or UsageError for an option."""
    given = [(key, name) for key in ("select", "ignore") for name in getattr(config, key)]
    given += [("per-path", name) for section in config.per_path for name in section.ignore]
    unknown = [(key, name) for key, name in given if not named([name], rules)]
    slugs = {rule.slug for rule in rules}
    exact = [("severity", slug) for slug in config.severity]
    exact += [("per-path", slug) for section in config.per_path for slug in section.severity]
    unknown += [(key, slug) for key, slug in exact if slug not in slugs]
    for key, name in unknown:
        origin = config.origins.get(f"{key}.{name}", "")
        words = f"unknown rule {name}{nearest(name, [*slugs, *GROUPS]) or ': linklint rules lists all rules'}"
        raise ConfigError(f"{origin}: {words}") if origin and not origin.startswith("-") else UsageError(words)


def sections_of(config: Config, rules: Sequence[Rule], root: str) -> list[tuple[Callable[[str], bool], PerPath]]:
    """Return (whether a real path matches, section with the slugs of the rules that it ignores) of each section for
    paths.
    """
    origin = config.origin("per-path")
    return [
        (
            matcher(section.paths, section.directory or config.directory or root, origin),
            section._replace(ignore=tuple(named(section.ignore, rules))),
        )
        for section in config.per_path
    ]


def apply_overrides(
    findings: Iterable[Finding], config: Config, rules: Sequence[Rule], root: str
) -> tuple[list[Finding], list[Finding]]:
    """Return (findings that stay, findings that a per-path section ignores), with the severities of the
    configuration.
    """
    sections = sections_of(config, rules, root)
    kept: list[Finding] = []
    suppressed: list[Finding] = []
    of_path: dict[str, list[PerPath]] = {}
    for finding in findings:
        if finding.path not in of_path:
            path = os.path.join(root, finding.path)
            of_path[finding.path] = [s for matches, s in sections if finding.span is not None and matches(path)]
        here = [section for section in of_path[finding.path] if not section.lines or _line_of(finding) in section.lines]
        severity = config.severity.get(finding.rule, finding.severity)
        for section in here:
            severity = section.severity.get(finding.rule, severity)
        changed = finding if severity == finding.severity else finding._replace(severity=severity)
        ignoring = [section for section in here if finding.rule in section.ignore]
        if not ignoring:
            kept.append(changed)
        else:
            by_line = next((section for section in ignoring if section.lines), None)
            reason = (by_line or ignoring[0]).reason
            suppressed.append(changed._replace(suppression=Suppression("config", reason, by_line is not None)))
    return kept, suppressed


def _line_of(finding: Finding) -> str:
    return finding.span.source.line_text(finding.line).strip() if finding.span is not None else ""
