"""What the editor shows beside a place: facts about links and reads there, and the short page of each rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linklint.findings.rule_file import is_built_in
from linklint.output.answers.rules import as_markdown, explained
from linklint.output.terminal import plain
from linklint.server.facts_at import FactsAt

if TYPE_CHECKING:
    from linklint.findings.rule_file import Rule
    from linklint.server.folder import Folder
    from linklint.text.source import Source

MAX_PAGES = 2


def hover_words(folder: Folder, source: Source, offset: int) -> str:
    """Return the Markdown for an offset of a file; empty if there is nothing."""
    assert folder.result is not None
    found = list(FactsAt(folder.result.store, source, offset).words())
    here = [f for f in folder.in_file(source) if f.span is not None and f.span.start <= offset <= f.span.end]
    rules = {rule.slug: rule for rule in folder.result.rules}
    names = list(dict.fromkeys(finding.rule for finding in here if finding.rule in rules))
    found += [_page(rules[name]) for name in names[:MAX_PAGES]]
    return "\n\n---\n\n".join(found)


def _page(rule: Rule) -> str:
    """Return the short page of a rule; one of the project as code, as it may have links and images of anybody."""
    if is_built_in(rule):
        return as_markdown(rule, False, False)
    lines = "\n".join(plain(line) for line in explained(rule, False, False)).replace("```", "'''")
    return f"```text\n{lines}\n```"
