"""YAML as a tree of values with their places: never constructed, only composed by the C loader.

Aliases are shared, merge keys applied, and the number of nodes is bounded, so that an alias bomb costs nothing.
"""

from __future__ import annotations

import re
from typing import Any

from linklint.source import Span, Text, join
from linklint.word import Word

MAX_NODES = 100_000
MAX_DEPTH = 500
MAX_SIZE = 1_000_000


class BadYaml(ValueError):
    """The text is no YAML that can be read; `at` is where, in the text."""

    def __init__(self, reason: str, at: int = 0) -> None:
        super().__init__(reason)
        self.at = at


class Value:
    """A value: `kind` is map, list, scalar or null; `tag` is `!reset` or `!override` where it is tagged so; `repeated` are keys given again."""

    __slots__ = ("end", "items", "keys", "kind", "plain", "repeated", "start", "tag", "text", "word")

    def __init__(self, kind: str, text: Text, start: int, end: int, tag: str = "") -> None:
        self.kind = kind
        self.text = text
        self.start = start
        self.end = end
        self.tag = tag
        self.items: list[Value] = []
        self.keys: dict[str, tuple[Value, Value]] = {}
        self.word = Word(Text(text.source, "", ()))
        self.plain = False
        self.repeated: tuple[Value, ...] = ()

    @property
    def span(self) -> Span:
        """Its place."""
        return self.text.span(self.start, self.end)

    @property
    def string(self) -> str:
        """The value of a scalar; empty for anything else."""
        return self.word.string

    def get(self, key: str) -> Value | None:
        """The value of a key, where this is a map that has it."""
        pair = self.keys.get(key)
        return pair[1] if pair else None


def too_deep(string: str) -> int:
    """The offset at which flow collections nest too deep for the C loader; -1 where they do not."""
    level = 0
    for match in re.finditer(r"[\[\]{}]", string):
        level += 1 if match[0] in "[{" else -1
        if level > MAX_DEPTH:
            return match.start()
        level = max(level, 0)
    return -1


def load(text: Text) -> list[Value]:
    """The documents of a YAML text.  Raises BadYaml."""
    import yaml

    string = text.string
    if len(string) > MAX_SIZE:
        raise BadYaml(f"more than {MAX_SIZE // 1000} kB, which is more than is read of a YAML file")
    deep = too_deep(string)
    if deep >= 0:
        raise BadYaml(f"nested deeper than {MAX_DEPTH}", deep)
    if re.search(rf"^ {{{2 * MAX_DEPTH},}}\S|^(?:- ){{{MAX_DEPTH},}}|(?:[-?:] ){{{MAX_DEPTH},}}", string, re.MULTILINE):
        raise BadYaml(f"nested deeper than {MAX_DEPTH}")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    safe = string.encode("utf-8", "replace").decode() if not string.isascii() and re.search("[\ud800-\udfff]", string) else string
    try:
        documents = list(yaml.compose_all(safe, Loader=loader))
    except yaml.MarkedYAMLError as error:
        mark = error.context_mark if "flow" in (error.context or "") else error.problem_mark or error.context_mark
        raise BadYaml(" ".join(str(error.problem or error.context).split()), mark.index if mark else 0) from error
    except (yaml.YAMLError, RecursionError, UnicodeError) as error:
        position = getattr(error, "position", 0) or 0  # of the C loader's reader: in bytes
        at = len(safe.encode("utf-8", "replace")[:position].decode("utf-8", "ignore"))
        raise BadYaml(" ".join(str(getattr(error, "reason", error)).split()), at) from error
    converter = _Converter(text)
    return [converter.convert(document) for document in documents if document is not None]


class _Converter:
    def __init__(self, text: Text) -> None:
        self.text = text
        self.seen: dict[int, Value] = {}
        self.count = 0

    def convert(self, node: Any) -> Value:
        known = self.seen.get(id(node))
        if known is not None:
            return known
        self.count += 1
        if self.count > MAX_NODES:
            raise BadYaml("more nodes than are read of one file", node.start_mark.index)
        start, end = node.start_mark.index, node.end_mark.index
        tag = node.tag if node.tag in ("!reset", "!override") else ""
        if node.id == "scalar":
            value = self.scalar(node, start, end, tag)
            self.seen[id(node)] = value
            return value
        value = Value("map" if node.id == "mapping" else "list", self.text, start, end, tag)
        self.seen[id(node)] = value
        if node.id == "sequence":
            value.items = [self.convert(item) for item in node.value]
        else:
            self.mapping(node, value)
        while value.end > value.start and self.text.string[value.end - 1 : value.end].isspace():
            value.end -= 1
        return value

    def mapping(self, node: Any, value: Value) -> None:
        merged: list[Value] = []
        for key_node, value_node in node.value:
            key = self.convert(key_node)
            if key.string == "<<" and key.plain:
                inner = self.convert(value_node)
                merged.extend(inner.items if inner.kind == "list" else [inner])
                continue
            if key.string in value.keys:
                value.repeated = (*value.repeated, key)
            value.keys[key.string] = (key, self.convert(value_node))
        for inner in merged:
            for name, pair in inner.keys.items():
                value.keys.setdefault(name, pair)

    def scalar(self, node: Any, start: int, end: int, tag: str) -> Value:
        plain = not node.style  # the C loader says '', the other None
        null = plain and node.tag == "tag:yaml.org,2002:null"
        value = Value("null" if null else "scalar", self.text, start, end, tag)
        value.plain = plain
        if not null:
            value.word = Word(self.scalar_text(node, start, end), quoted=not plain)
        return value

    def scalar_text(self, node: Any, start: int, end: int) -> Text:
        """The value in place: one for one where it stands so, line by line for a block."""
        string, raw = node.value, self.text.string[start:end]
        if raw == string:
            return self.text.slice(start, end)
        if node.style in ("'", '"') and raw[1:-1] == string:
            return self.text.slice(start + 1, end - 1)
        if node.style == "|":
            found = self.block_text(string, start, end)
            if found is not None:
                return found
        return self.text.replaced(start, end, string)

    def block_text(self, string: str, start: int, end: int) -> Text | None:
        """A literal block: each line of the value is the end of a line of the source."""
        at = self.text.string.find("\n", start) + 1
        pieces: list[Text] = []
        for line in string.splitlines(keepends=True):
            stop = self.text.string.find("\n", at, end + 1)
            stop = len(self.text.string) if stop < 0 else stop
            body = line.rstrip("\n")
            raw = self.text.string[at:stop].rstrip("\r")
            if not raw.endswith(body):
                return None
            first = at + len(raw) - len(body)
            pieces.append(self.text.slice(first, first + len(body)))
            if line.endswith("\n"):
                pieces.append(self.text.replaced(first + len(body), min(stop + 1, len(self.text.string)), "\n"))
            at = stop + 1
        return join(self.text.source, pieces) if pieces else None
