"""Every example of every rule: Bad ones have exactly the expected findings, Good ones are silent."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from linklint.cli.custom_rules import found_in
from linklint.findings.rule_file import WORD, Example, Rule, built_in

RULES = built_in()
WITHOUT_EXAMPLES = {"failed-rule"}
WITHOUT_DOCUMENTATION = {"unread", "unused-ignore"}  # linklint's own: Docker has no page on them
EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.slug}:{example.line}")
    for rule in RULES
    for example in (*rule.bad, *rule.good)
]


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_example(rule: Rule, example: Example) -> None:
    found = found_in(rule, example)
    expected = [(e.path, e.line, e.column, e.width, e.message, e.confidence or "certain") for e in example.expected]
    assert sorted(found) == sorted(expected)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.slug)
def test_rule_has_enough_examples(rule: Rule) -> None:
    if rule.slug in WITHOUT_EXAMPLES:
        return
    assert len(rule.bad) >= 3, "at least three Bad examples"
    assert len(rule.good) >= 6, "at least six Good examples"
    assert all(example.expected for example in rule.bad), "each Bad example says what it expects"
    assert not any(example.expected for example in rule.good)
    kinds = {Path(name).suffix or name for example in (*rule.bad, *rule.good) for name in example.files}
    assert len(kinds) >= 3, f"examples in at least three kinds of file, not {kinds}"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.slug)
def test_rule_is_short_and_says_how_to_fix(rule: Rule) -> None:
    if rule.slug in WITHOUT_EXAMPLES:
        return
    assert len(rule.sql.strip().splitlines()) <= 20, "what is hard becomes a view in database/views/"
    assert WORD.search(rule.help), "the help line names the finding's own words"
    assert len(WORD.sub("x" * 12, rule.help)) <= 120
    sections = re.findall(r"^## (.+)$", rule.text, re.MULTILINE)
    assert sections[:5] == ["Why it matters", "How to fix", "When it is silent", "Bad", "Good"]
    assert "https://" in rule.text or rule.slug in WITHOUT_DOCUMENTATION
    assert rule.since
