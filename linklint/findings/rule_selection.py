"""Select the rules to run, and apply the severities of the configuration."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from linklint.config.model import Config, PerPath
from linklint.errors import ConfigError, UsageError
from linklint.files.patterns import find_files, matcher
from linklint.files.root import Root, UnreadableFile
from linklint.findings.finding import Finding, Suppression
from linklint.findings.rule_file import BadRule, Rule, built_in, read
from linklint.text.suggest import nearest

MAX_CUSTOM = 200


def select_rules(config: Config) -> list[Rule]:
    """Return the rules to run. Raises UsageError, ConfigError."""
    try:
        rules = list(built_in())
        slugs = {rule.slug for rule in rules}
        for pattern in config.rules:
            for path in custom_rules(config, pattern):
                if len(rules) - len(built_in()) >= MAX_CUSTOM:
                    raise ConfigError(f"{config.origin('rules')}: at most {MAX_CUSTOM} custom rules are allowed")
                rule = read(path, Root(config.directory or "."))
                if rule.slug in slugs or rule.fix_sql:
                    raise ConfigError(f"{path}: a custom rule cannot have a fix, or the name of another rule")
                slugs.add(rule.slug)
                rules.append(rule)
    except BadRule as error:
        raise ConfigError(str(error)) from error
    _check(config, slugs)
    chosen = [rule for rule in rules if not config.select or rule.slug in config.select]
    return [rule for rule in chosen if rule.slug not in config.ignore]


def rules_left_out(config: Config) -> dict[str, str]:
    """Return the built-in rules that the configuration file does not run, each with the key that says so.

    What the command line says is no surprise to who typed it.
    """
    selects = bool(config.select) and not config.origin("select").startswith("--")
    found = {rule.slug: "select" for rule in built_in() if selects and rule.slug not in config.select}
    return found | {slug: "ignore" for slug in config.ignore if f"ignore.{slug}" in config.origins}


def custom_rules(config: Config, pattern: str) -> list[Path]:
    """Return the rule files that a pattern of the configuration matches; all are below its directory. Raises
    ConfigError.
    """
    root = Root(config.directory or ".")
    try:
        found = find_files(root, pattern)
    except ValueError as error:
        raise ConfigError(
            f"{config.origin('rules')}: {pattern!r} is not a pattern for files below the configuration, like rules/*.md"
        ) from error
    except UnreadableFile as error:
        raise ConfigError(f"{config.origin('rules')}: {pattern!r}: {error}") from error
    if not found:
        raise ConfigError(f"{config.origin('rules')}: {pattern!r} matches no file below the configuration")
    return [Path(config.directory or ".", path) for path in found]


def _check(config: Config, slugs: Iterable[str]) -> None:
    """Check that every named rule exists. Raises ConfigError with its line, or UsageError for an option."""
    named = [(key, slug) for key in ("select", "ignore", "severity") for slug in getattr(config, key)]
    named += [("per-path", slug) for section in config.per_path for slug in (*section.ignore, *section.severity)]
    for key, slug in named:
        if slug not in slugs:
            origin = config.origins.get(f"{key}.{slug}", "")
            words = f"unknown rule {slug}{nearest(slug, slugs) or ': linklint rules lists all rules'}"
            raise ConfigError(f"{origin}: {words}") if origin and not origin.startswith("-") else UsageError(words)


def apply_overrides(findings: Iterable[Finding], config: Config, root: str) -> tuple[list[Finding], list[Finding]]:
    """Return (findings that stay, findings that a per-path section ignores), with the severities of the
    configuration.
    """
    sections = [
        (matcher(section.paths, config.directory or root, config.origin("per-path")), section)
        for section in config.per_path
    ]
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
        changed = finding if severity == finding.severity else replace(finding, severity=severity)
        ignoring = [section for section in here if finding.rule in section.ignore]
        if not ignoring:
            kept.append(changed)
        else:
            by_line = next((section for section in ignoring if section.lines), None)
            reason = (by_line or ignoring[0]).reason
            suppressed.append(replace(changed, suppression=Suppression("config", reason, by_line is not None)))
    return kept, suppressed


def _line_of(finding: Finding) -> str:
    return finding.span.source.line_text(finding.line).strip() if finding.span is not None else ""
