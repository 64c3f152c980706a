"""Check edits of shell text with bashlex, which shares no code with linklint's own scanner.

linklint's scanner found the word, so it must not decide alone whether the edited statement reads the same. bashlex
parses the line before and after: all words but the edited one must be equal.
"""

from __future__ import annotations

from collections.abc import Sequence

from linklint.findings.finding import Edit
from linklint.text.regex import lazy_compile
from linklint.text.source import Source

ADJACENT = lazy_compile(r"\$[A-Za-z_]\w*\Z")
PLAIN = lazy_compile(r"[\w.:/\[\]-]*")
GOES_ON = lazy_compile(r"\s*(?:&&|\|\|?|[;\s](?:then|do|else))\s*\Z")  # what bashlex parses only with the next line
BEGINS = lazy_compile(r"\A(?:if|elif|while|until|then|do|else)\s+")
PLACEHOLDER = lazy_compile(r"<[A-Za-z][\w -]{0,40}>")  # of a document
MAX_SINGLY = 20
SHELL = (".sh", ".bash", ".bats", ".md", ".markdown")


def verified(source: Source, edits: Sequence[Edit]) -> list[Edit]:
    """Return the edits that change exactly the words that they should.

    If bashlex cannot parse the original line, the text alone is compared.
    """
    likely = [edit for edit in edits if _fits(source, edit)]
    if not source.path.endswith(SHELL):
        return likely
    found = [edit for edit in likely if "\n" in edit.text]
    lines: dict[tuple[int, int], list[Edit]] = {}
    for edit in likely:
        if "\n" not in edit.text:
            lines.setdefault(_line(source, edit), []).append(edit)
    for place, group in lines.items():
        if _same_but_for(source, place, group):
            found += group
        elif len(group) > 1:  # one of them breaks the line for the others
            found += [edit for edit in group[:MAX_SINGLY] if _same_but_for(source, place, [edit])]
    return found


def _fits(source: Source, edit: Edit) -> bool:
    if ADJACENT.search(source.text, max(0, edit.span.start - 100), edit.span.start) and edit.text[:1].isidentifier():
        return False  # $PREFIX$X would become $PREFIXdb
    removed = source.text[edit.span.start : edit.span.end]
    return removed.count("{") - removed.count("}") == edit.text.count("{") - edit.text.count("}")


def _same_but_for(source: Source, place: tuple[int, int], edits: Sequence[Edit]) -> bool:
    """Return whether the edits of one line keep the number of words, and change only the edited ones."""
    start, end = place
    before, after, at = source.text[start:end], "", start
    for edit in sorted(edits, key=lambda edit: edit.span.start):
        after += source.text[at : edit.span.start] + edit.text
        at = edit.span.end
    after += source.text[at:end]
    old, new = _words(before), _words(after)
    if old is None:
        return all(PLAIN.fullmatch(edit.text) for edit in edits)
    if new is None or len(old) != len(new):
        return False
    changed = [word for was, word in zip(old, new) if was != word]
    texts = {edit.text for edit in edits}
    return len(changed) <= len(edits) and all(any(text in word for text in texts) for word in changed)


def _line(source: Source, edit: Edit) -> tuple[int, int]:
    """Return the logical line around an edit, with its continuation lines."""
    text = source.text
    start = text.rfind("\n", 0, edit.span.start) + 1
    while start > 1 and text[max(0, start - 3) : start - 1].rstrip("\r").endswith("\\"):
        start = text.rfind("\n", 0, start - 1) + 1
    end = text.find("\n", edit.span.end)
    while end >= 0 and text[max(0, end - 2) : end].rstrip("\r").endswith("\\"):
        end = text.find("\n", end + 1)
    return start, len(text) if end < 0 else end


def _words(line: str) -> list[str] | None:
    """Return the words of a line as written, or None if bashlex cannot parse it."""
    import bashlex
    from bashlex import ast

    line, goes_on = GOES_ON.subn("", PLACEHOLDER.sub(lambda match: "x" * len(match[0]), line.strip()))
    line = BEGINS.sub("", line) if goes_on else line
    words: list[str] = []

    class Collector(ast.nodevisitor):  # type: ignore[misc]
        def visitword(self, node: ast.node, word: str) -> bool:
            words.append(line[slice(*node.pos)])
            return False

    try:
        for tree in bashlex.parse(line):
            Collector().visit(tree)
    except Exception:
        return None
    return words
