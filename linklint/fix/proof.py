"""A second reader for edits in shell text: bashlex, which shares no code with linklint's own scanner.

linklint's scanner found the word, so it must not be the one to say that the edited statement still reads the same.  bashlex parses the
line as it was and as it will be: all words but one have to be equal, and that one has to be the edited one.
"""

from __future__ import annotations

import re

from linklint.judge.finding import Edit
from linklint.source import Source

ADJACENT = re.compile(r"\$[A-Za-z_]\w*\Z")
PLAIN = re.compile(r"[\w.:/\[\]-]*")
SHELL = (".sh", ".bash", ".bats", ".md", ".markdown")


def same_but_for(source: Source, edit: Edit) -> bool:
    """Whether an edit changes the one word that it means to.  What bashlex cannot parse as it stands is judged by the text alone."""
    if ADJACENT.search(source.text, max(0, edit.span.start - 100), edit.span.start) and edit.text[:1].isidentifier():
        return False  # $PREFIX$X would become $PREFIXdb
    removed = source.text[edit.span.start : edit.span.end]
    if removed.count("{") - removed.count("}") != edit.text.count("{") - edit.text.count("}"):
        return False
    if not source.path.endswith(SHELL) or "\n" in edit.text:
        return True
    start, end = _line(source, edit)
    before = source.text[start:end]
    after = before[: edit.span.start - start] + edit.text + before[edit.span.end - start :]
    old, new = _words(before), _words(after)
    if old is None:
        return PLAIN.fullmatch(edit.text) is not None
    if new is None or len(old) != len(new):
        return False
    return [pair for pair in zip(old, new) if pair[0] != pair[1]] in (
        [],
        [pair for pair in zip(old, new) if edit.text in pair[1] and pair[0] != pair[1]][:1],
    )


def _line(source: Source, edit: Edit) -> tuple[int, int]:
    """The logical line around an edit: with the lines that continue it."""
    text = source.text
    start = text.rfind("\n", 0, edit.span.start) + 1
    while start > 1 and text[: start - 1].rstrip("\r").endswith("\\"):
        start = text.rfind("\n", 0, start - 1) + 1
    end = text.find("\n", edit.span.end)
    while end >= 0 and text[:end].rstrip("\r").endswith("\\"):
        end = text.find("\n", end + 1)
    return start, len(text) if end < 0 else end


def _words(line: str) -> list[str] | None:
    """The words of a line as they are written; None where bashlex cannot parse it."""
    import bashlex
    from bashlex import ast

    line = line.strip()
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
