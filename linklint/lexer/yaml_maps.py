"""Edit one map of a YAML file as text: take keys out, replace their values, add keys; the rest stays to the byte."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol

from linklint.lexer.yaml_nodes import YamlNode
from linklint.text.edits import TextEdit
from linklint.text.regex import lazy_compile
from linklint.text.source import Source

LINE_END = lazy_compile(r"[ \t]*(?:#[^\n]*)?(?:\r?\n|\Z)")
COMMA_BEHIND = lazy_compile(r"[ \t\r\n]*,[ \t\r\n]*")
PLAIN = lazy_compile(r"[A-Za-z_][\w.-]*")
NOT_PLAIN = frozenset({"yes", "no", "on", "off", "true", "false", "null", "y", "n"})
COMMA_AHEAD = lazy_compile(r"[ \t\r\n]*,[ \t\r\n]*\Z")


class Edits(Protocol):
    """Something that is edited."""

    def edits(self) -> Iterator[TextEdit]:
        """Yield the edits."""
        ...


class MapEdits:
    """Edits of a map in block or flow style. New entries come where one was taken out, else behind the last key."""

    def __init__(self, source: Source, node: YamlNode) -> None:
        self.source = source
        self.node = node
        self.is_flow = source.text[node.start : node.start + 1] == "{"
        self.removed: list[str] = []
        self.added: list[tuple[str, str]] = []
        self.replaced: dict[str, str] = {}
        self.more: list[Edits] = []  # edits of what is inside

    def remove(self, key: str) -> None:
        """Take a key out, if it is there."""
        if key in self.node.keys and key not in self.removed:
            self.removed.append(key)

    def put(self, key: str, value: str) -> None:
        """Give a key a value in flow style."""
        if key in self.node.keys:
            self.replaced[key] = value
        else:
            self.added.append((key, value))

    def edits(self) -> Iterator[TextEdit]:
        """Yield the edits of the map."""
        for inner in self.more:
            yield from inner.edits()
        for key, value in self.replaced.items():
            name, node = self.node.keys[key]
            if "\n" in self.source.text[name.end : node.start]:  # a list in block style
                yield TextEdit(self.source, name.end, _end(node), f": {value}")
            else:
                yield TextEdit(self.source, node.start, _end(node), value)
        if self.removed and self.added:  # the first new entry takes the place of the first old one
            yield self._exchange(self.removed[0], self.added)
            for key in self.removed[1:]:
                yield self._removal(key)
        else:
            for key in self.removed:
                yield self._removal(key)
            if self.added:
                yield self._addition(self.added)

    def _exchange(self, key: str, entries: list[tuple[str, str]]) -> TextEdit:
        name, value = self.node.keys[key]
        if self.is_flow:
            return TextEdit(self.source, name.start, _end(value), ", ".join(f"{one}: {text}" for one, text in entries))
        return TextEdit(self.source, name.start, _end(value), self._lines(entries, name.start).strip())

    def _removal(self, key: str) -> TextEdit:
        text, (name, value) = self.source.text, self.node.keys[key]
        start, end = name.start, max(_end(value), name.end)
        if self.is_flow:
            behind = COMMA_BEHIND.match(text, end)
            if behind is not None:
                return TextEdit(self.source, start, behind.end(), "")
            ahead = COMMA_AHEAD.search(text, self.node.start, start)
            return TextEdit(self.source, ahead.start() if ahead else start, end, "")
        line = text.rfind("\n", 0, start) + 1
        rest = LINE_END.match(text, end)
        if text[line:start].strip() or rest is None:
            return TextEdit(self.source, start, end, "")
        return TextEdit(self.source, line, rest.end(), "")

    def _addition(self, entries: list[tuple[str, str]]) -> TextEdit:
        text = self.source.text
        last_name, last = list(self.node.keys.values())[-1]
        end = max(_end(last), last_name.end)
        if self.is_flow:
            line = text.rfind("\n", self.node.start, last_name.start)
            gap = text[line : last_name.start] if line >= 0 and not text[line : last_name.start].strip() else " "
            return TextEdit(self.source, end, end, "".join(f",{gap}{key}: {value}" for key, value in entries))
        rest = LINE_END.match(text, end)
        at = rest.end() if rest is not None else end
        newline = "\r\n" if "\r\n" in text else "\n"
        lead = "" if text[:at].endswith("\n") else newline
        return TextEdit(self.source, at, at, lead + self._lines(entries, last_name.start) + newline)

    def _lines(self, entries: list[tuple[str, str]], at: int) -> str:
        text = self.source.text
        line = text.rfind("\n", 0, at) + 1
        indent = re.sub(r"[^ \t]", " ", text[line:at])
        newline = "\r\n" if "\r\n" in text else "\n"
        return newline.join(f"{indent}{key}: {value}" for key, value in entries)


def _end(node: YamlNode) -> int:
    """Return the offset behind a value, without the line ends and comments behind it."""
    text = node.text.string
    inner = node.items or [pair[1] for pair in node.keys.values() if pair[1].end > pair[1].start]
    if inner and text[node.start : node.start + 1] not in "[{":
        return _end(inner[-1])
    end = node.end
    while end > node.start and text[end - 1 : end].isspace():
        end -= 1
    return end


def scalar(value: str) -> str:
    """Return a text as a scalar in flow style."""
    if PLAIN.fullmatch(value) and value.lower() not in NOT_PLAIN:
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
