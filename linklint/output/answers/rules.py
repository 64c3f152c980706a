"""`linklint rules` and `linklint explain`: a rule in one line, on one screen, as Markdown, and as JSON."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, Any

from linklint.about import page_of
from linklint.findings.rule_file import REMARK_LINES, is_built_in
from linklint.output.escape import escape
from linklint.output.finding_lines import COLOURS
from linklint.output.terminal import LINK, Line
from linklint.text.regex import lazy_compile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linklint.findings.rule_file import Rule

SECTION = lazy_compile(r"^## (.+)$", re.MULTILINE)
LINKED = lazy_compile(r"\[(?P<words>[^\]]+)\]\((?P<to>[^)\s]+)\)")
EXAMPLES, QUERIES = ("Bad", "Good"), ("Rule", "Fix")
WIDTH = 100
ITEM = lazy_compile(r"(?:- |\d+\. )")


def sections(rule: Rule) -> dict[str, str]:
    """Return the sections of a rule's page by title; the text before the first one has an empty title."""
    body = REMARK_LINES.sub("", rule.text.split("\n---\n", 1)[-1])
    first, *rest = SECTION.split(body)
    found = {"": re.sub(r"^# .*$", "", first, count=1, flags=re.MULTILINE).strip()}
    return found | {title.strip(): text.strip() for title, text in zip(rest[::2], rest[1::2], strict=True)}


def _wanted(rule: Rule, examples: bool, query: bool) -> dict[str, str]:
    left_out = (*(() if examples else EXAMPLES), *(() if query else QUERIES))
    return {title: text for title, text in sections(rule).items() if title not in left_out and text}


def summary_of(rule: Rule) -> dict[str, Any]:
    """Return what a rule is, as plain values."""
    return {
        "rule": rule.slug,
        "severity": rule.severity,
        "group": rule.group or None,
        "fix": rule.fix or None,
        "since": rule.since or None,
        "title": rule.title,
        "url": page_of(rule.slug) if is_built_in(rule) else None,
    }


def as_dict(rule: Rule, examples: bool, query: bool) -> dict[str, Any]:
    """Return a rule with its page as plain values."""
    return {**summary_of(rule), "message": rule.message, "help": rule.help, "sections": _wanted(rule, examples, query)}


def as_markdown(rule: Rule, examples: bool, query: bool) -> str:
    """Return a rule's page as Markdown."""
    parts = [f"# `{rule.slug}`: {rule.title}", _facts(rule)]
    parts += [f"## {title}\n\n{text}" if title else text for title, text in _wanted(rule, examples, query).items()]
    return escape_lines("\n\n".join(parts)) + "\n"


def explained(rule: Rule, examples: bool, query: bool, width: int = WIDTH) -> list[Line]:
    """Return a rule's page as lines of at most `width` columns."""
    lines: list[Line] = [
        [(rule.slug, "bold"), (f"  {escape(rule.title)}", "")],
        [(escape(_facts(rule)), "dim")],
    ]
    if is_built_in(rule):
        lines.append([(page_of(rule.slug), f"dim {LINK}{page_of(rule.slug)}")])
    for title, text in _wanted(rule, examples, query).items():
        lines += [[], *([[(escape(title), "bold")]] if title else [])]
        lines += _text(text, min(width, WIDTH))
    if not examples or not query:
        more = " and ".join(name for name, given in (("--examples", examples), ("--query", query)) if not given)
        lines += [[], [(f"linklint explain {rule.slug} with {more} shows more.", "dim")]]
    return [*lines, []]


def _facts(rule: Rule) -> str:
    fix = {"safe": "safe automatic fix", "unsafe": f"automatic fix with --fix={rule.group}", "": "no automatic fix"}
    parts = [rule.severity, f"group {rule.group}" if rule.group else "", fix[rule.fix]]
    return ", ".join([*filter(None, parts), *([f"since {rule.since}"] if rule.since else [])])


def _wrapped(words: str, width: int, indent: str) -> list[str]:
    return textwrap.wrap(words, width, subsequent_indent=indent, break_on_hyphens=False)


def _text(text: str, width: int) -> list[Line]:
    """Return Markdown as lines: fences as they are, prose without addresses and broken at the width."""
    lines: list[Line] = []
    in_fence = False
    for line in text.split("\n"):
        in_fence ^= line.lstrip().startswith(("```", "~~~"))
        if in_fence or line.lstrip().startswith(("```", "~~~", "|")):
            lines.append([(escape(line), "")])
            continue
        words = LINKED.sub(lambda match: match["words"], line).replace("`", "")
        item = ITEM.match(words)
        indent = " " * len(item[0]) if item else ""
        lines += [[(escape(part), "")] for part in _wrapped(words, width, indent) or [""]]
    return lines


def escape_lines(text: str) -> str:
    return "\n".join(map(escape, text.split("\n")))


def table(rules: Sequence[Rule]) -> list[Line]:
    """Return one line per rule."""
    width = max((len(rule.slug) for rule in rules), default=0)
    lines: list[Line] = []
    for rule in rules:
        link = f" {LINK}{page_of(rule.slug)}" if is_built_in(rule) else ""
        lines.append(
            [
                (rule.slug, f"bold{link}"),
                (" " * (width - len(rule.slug) + 2), ""),
                (rule.severity.ljust(9), COLOURS[rule.severity]),
                (rule.group.ljust(10), ""),
                (escape(rule.title), ""),
                (f"  (fix: {rule.fix})" if rule.fix else "", "dim"),
            ]
        )
    return lines
