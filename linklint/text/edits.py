"""Edits of text, and the reason why something cannot be edited."""

from __future__ import annotations

from typing import NamedTuple

from linklint.text.regex import lazy_compile
from linklint.text.source import Source, Span

CONTINUED = lazy_compile(r"[ \t]*\\\r?\n[ \t]*")


class Refused(Exception):
    """A definition cannot be edited: the row of the specification, the place, and the words for people."""

    def __init__(self, row: str, place: str, words: str) -> None:
        super().__init__(words)
        self.row = row
        self.place = place


class Caller(NamedTuple):
    """A command that needs the network: what calls docker there, what it is for, and the commands that come before it,
    in which DOCKER stands for what calls docker.
    """

    head: Span
    docker: str
    words: str
    place: str
    scope: int
    commands: tuple[str, ...]


class TextEdit(NamedTuple):
    """Replace `source.text[start:end]`. Of several insertions at one place, the first stays first."""

    source: Source
    start: int
    end: int
    text: str


def merged(edits: list[TextEdit]) -> list[TextEdit]:
    """Return the edits of a file in order, each once, without those inside of what is taken out. Raises Refused if two
    overlap and differ.
    """
    kept: list[TextEdit] = []
    for edit in sorted(dict.fromkeys(edits), key=lambda edit: (edit.start, edit.end)):
        last = kept[-1] if kept else None
        if last is None or edit.start > last.end or edit.start == last.end and (edit.text or last.text):
            if last is not None and last.start == last.end == edit.start == edit.end:
                kept[-1] = last._replace(text=last.text + edit.text)  # two insertions
            else:
                kept.append(edit)
        elif not edit.text and not last.text:  # neighbours are taken out: links on one line
            kept[-1] = _whole_line(last._replace(end=max(last.end, edit.end)))
        elif edit.end > last.end or edit.text:
            raise Refused("overlap", edit.source.path, f"two changes of {edit.source.path} overlap: not migrated")
    return kept


def _whole_line(edit: TextEdit) -> TextEdit:
    """Return an edit that takes a continued line out if nothing is left on it."""
    text = edit.source.text
    rest = CONTINUED.match(text, edit.end)
    line = text.rfind("\n", 0, edit.start) + 1
    return edit._replace(end=rest.end()) if rest is not None and not text[line : edit.start].strip() else edit


def applied(text: str, edits: list[TextEdit]) -> str:
    """Return a text with its merged edits."""
    after: list[str] = []
    at = 0
    for edit in edits:
        after += [text[at : edit.start], edit.text]
        at = edit.end
    return "".join([*after, text[at:]])
