"""YAML and JSON as a tree of values with locations: composed by the C loader, never constructed.

Aliases are shared, merge keys applied, and the number of nodes is limited, so that an alias bomb is harmless. A value
with an unknown tag (`!Ref`, `!vault`) is a hole. JSON is read as YAML, with its comments and tabs blanked.
"""

from __future__ import annotations

import re
from typing import Any

from linklint.context import ExtractionContext
from linklint.text.regex import lazy_compile
from linklint.text.source import MappedText, Source, Span, concat
from linklint.text.templates import mask_templates
from linklint.text.word import VARIABLE, Hole, Word

JSON_TOKEN = lazy_compile(r'"(?:[^"\\\n]|\\.)*+"|//[^\n]*|/\*.*?\*/|\t', re.DOTALL)
SURROGATES = lazy_compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
SUBSTITUTED = lazy_compile(r"\$\{[^!{}\n][^{}\n]*\}")
ESCAPE = lazy_compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)")
ESCAPED = {
    "0": "\0",
    "a": "\a",
    "b": "\b",
    "t": "\t",
    "n": "\n",
    "v": "\v",
    "f": "\f",
    "r": "\r",
    "e": "\x1b",
    "N": "\x85",
    "_": "\xa0",
    "L": "\u2028",
    "P": "\u2029",
}
MAX_ESCAPED = 100_000
MAX_NODES = 100_000
MAX_DEPTH = 500
MAX_SIZE = 1_000_000


class BadYaml(ValueError):
    """The text is not readable as YAML; `at` is the offset."""

    def __init__(self, reason: str, at: int = 0) -> None:
        super().__init__(reason)
        self.at = at


class YamlNode:
    """A value. `kind` is map, list, scalar or null.

    `tag` is an explicit tag (`!reset`, `!Ref`); `repeated` are duplicate keys; `type` is the YAML 1.1 type of a scalar:
    str, int, float, bool, timestamp.
    """

    __slots__ = ("end", "items", "keys", "kind", "plain", "repeated", "start", "tag", "text", "type", "word")

    def __init__(
        self, kind: str, text: MappedText, start: int, end: int, tag: str = "", word: Word | None = None
    ) -> None:
        self.kind = kind
        self.text = text
        self.start = start
        self.end = end
        self.tag = tag
        self.items: list[YamlNode] = []
        self.keys: dict[str, tuple[YamlNode, YamlNode]] = {}
        self.word = word or Word(MappedText(text.source, "", ()))
        self.plain = False
        self.type = ""
        self.repeated: tuple[YamlNode, ...] = ()

    @property
    def span(self) -> Span:
        """Its span."""
        return self.text.span(self.start, self.end)

    @property
    def string(self) -> str:
        """The value of a scalar; empty for anything else."""
        return self.word.string

    def get(self, key: str) -> YamlNode | None:
        """Return the value of a key, if this is a map that has it."""
        pair = self.keys.get(key)
        return pair[1] if pair else None


def too_deep(string: str) -> int:
    """Return the offset at which flow collections nest too deeply for the C loader, or -1."""
    level = 0
    for match in re.finditer(r"[\[\]{}]", string):
        level += 1 if match[0] in "[{" else -1
        if level > MAX_DEPTH:
            return match.start()
        level = max(level, 0)
    return -1


def load(text: MappedText) -> list[YamlNode]:
    """Return the documents of a YAML text. Raises BadYaml."""
    import yaml

    string = text.string
    if len(string) > MAX_SIZE:
        raise BadYaml(f"larger than {MAX_SIZE // 1000} kB: the file is not read")
    deep = too_deep(string)
    if deep >= 0:
        raise BadYaml(f"nested deeper than {MAX_DEPTH}", deep)
    if re.search(rf"^ {{{2 * MAX_DEPTH},}}\S|^(?:- ){{{MAX_DEPTH},}}|(?:[-?:] ){{{MAX_DEPTH},}}", string, re.MULTILINE):
        raise BadYaml(f"nested deeper than {MAX_DEPTH}")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    safe = (
        string.encode("utf-8", "replace").decode()
        if not string.isascii() and re.search("[\ud800-\udfff]", string)
        else string
    )
    try:
        documents = list(yaml.compose_all(safe, Loader=loader))
    except yaml.MarkedYAMLError as error:
        mark = error.context_mark if "flow" in (error.context or "") else error.problem_mark or error.context_mark
        raise BadYaml(" ".join(str(error.problem or error.context).split()), mark.index if mark else 0) from error
    except (yaml.YAMLError, RecursionError, UnicodeError) as error:
        position = getattr(error, "position", 0) or 0  # the C loader's reader gives it in bytes
        at = len(safe.encode("utf-8", "replace")[:position].decode("utf-8", "ignore"))
        raise BadYaml(" ".join(str(getattr(error, "reason", error)).split()), at) from error
    converter = _Converter(text)
    return [converter.convert(document) for document in documents if document is not None]


def documents(source: Source, context: ExtractionContext, *, json: bool = False) -> list[YamlNode]:
    """Return the documents of a file.

    A template gets a second try with its statements blanked. What cannot be read is reported.
    """
    try:
        return load_json(source.whole()) if json else load(source.whole())
    except BadYaml as error:
        try:
            masked = None if json else mask_templates(source)
            found = load(masked) if masked is not None else []
        except BadYaml:
            found = []
        if not found:
            context.unread(
                source.whole().span(error.at, min(error.at + 1, len(source.text))),
                f"{'JSON' if json else 'YAML'}: {error}",
            )
        return found


def _holes(tag: str, string: str) -> tuple[Hole, ...]:
    """Return the holes that a tag makes: the references in CloudFormation's `!Sub`, otherwise the whole value."""
    if tag == "!Sub":
        return tuple((match.start(), match.end(), VARIABLE) for match in SUBSTITUTED.finditer(string))
    return ((0, len(string), VARIABLE),) if tag not in ("", "!reset", "!override", "!unsafe") else ()


def load_json(text: MappedText) -> list[YamlNode]:
    """Return the value of a JSON text; comments and trailing commas are allowed. Raises BadYaml."""
    string = JSON_TOKEN.sub(_as_yaml, text.string)
    return load(MappedText(text.source, string, text.segments))


def _as_yaml(token: re.Match[str]) -> str:
    """Return a token of JSON as YAML of the same length."""
    if token[0][0] == '"':
        return SURROGATES.sub(lambda pair: "\\ufffd" * (len(pair[0]) // 6), token[0]) if "\\u" in token[0] else token[0]
    return re.sub(r"[^\n]", " ", token[0])


class _Converter:
    def __init__(self, text: MappedText) -> None:
        self.text = text
        self.no_word = Word(MappedText(text.source, "", ()))
        self.seen: dict[Any, YamlNode] = {}
        self.count = 0

    def convert(self, node: Any) -> YamlNode:
        converted = self.seen.get(node)
        if converted is not None:
            return converted
        self.count += 1
        if self.count > MAX_NODES:
            raise BadYaml("too many nodes for one file", node.start_mark.index)
        start, end = node.start_mark.index, node.end_mark.index
        tag = node.tag if node.tag.startswith("!") and node.tag != "!" else ""
        if node.id == "scalar":
            value = self.scalar(node, start, end, tag)
            self.seen[node] = value
            return value
        value = YamlNode("map" if node.id == "mapping" else "list", self.text, start, end, tag, self.no_word)
        self.seen[node] = value
        if node.id == "sequence":
            value.items = [self.convert(item) for item in node.value]
        else:
            self.mapping(node, value)
        while value.end > value.start and self.text.string[value.end - 1 : value.end].isspace():
            value.end -= 1
        return value

    def mapping(self, node: Any, value: YamlNode) -> None:
        merged: list[YamlNode] = []
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

    def scalar(self, node: Any, start: int, end: int, tag: str) -> YamlNode:
        plain = not node.style  # the C loader gives '', the other None
        null = plain and node.tag == "tag:yaml.org,2002:null"
        value = YamlNode("null" if null else "scalar", self.text, start, end, tag, self.no_word)
        value.plain = plain
        value.type = node.tag.rpartition(":")[2]
        if not null:
            text = self.scalar_text(node, start, end)
            value.word = Word(text, _holes(tag, text.string), quoted=not plain)
        return value

    def scalar_text(self, node: Any, start: int, end: int) -> MappedText:
        """Return the value with locations: character by character if it is verbatim, otherwise word by word."""
        string, raw = node.value, self.text.string[start:end]
        if raw == string:
            return self.text.slice(start, end)
        if node.style in ("'", '"') and raw[1:-1] == string:
            return self.text.slice(start + 1, end - 1)
        found: MappedText | None = None
        if node.style == '"' and "\\" in raw and end - start < MAX_ESCAPED:
            found = self.unescaped(start + 1, end - 1)
        elif node.style == "'" and "''" in raw:
            found = self.halved(start + 1, end - 1)
        else:
            at = (
                self.text.string.find("\n", start, end) + 1
                if node.style in ("|", ">")
                else start + (node.style in ("'", '"'))
            )
            found = self.aligned(string, at, end)
        return found if found is not None and found.string == string else self.text.replaced(start, end, string)

    def unescaped(self, start: int, end: int) -> MappedText:
        """Return a double-quoted text of one line without escapes."""
        pieces: list[MappedText] = []
        for match in ESCAPE.finditer(self.text.string, start, end):
            code = match[0][1:]
            plain = ESCAPED.get(code, code) if len(code) == 1 else chr(min(int(code[1:], 16), 0x10FFFF))
            pieces += [self.text.slice(start, match.start()), self.text.replaced(match.start(), match.end(), plain)]
            start = match.end()
        return concat(self.text.source, [*(piece for piece in pieces if piece.string), self.text.slice(start, end)])

    def halved(self, start: int, end: int) -> MappedText:
        """Return a single-quoted text of one line: two quotes become one."""
        pieces: list[MappedText] = []
        while (at := self.text.string.find("''", start, end)) >= 0:
            pieces.append(self.text.slice(start, at + 1))
            start = at + 2
        return concat(self.text.source, [*pieces, self.text.slice(start, end)])

    def aligned(self, string: str, at: int, end: int) -> MappedText | None:
        """Return a text of several lines: its words are in the source in the same order, with other blanks between."""
        raw, pieces, run = self.text.string, [], at
        for match in re.finditer(r"\S+|\s+", string):
            token = match[0]
            if raw.startswith(token, at):
                at += len(token)
                continue
            if at > run:
                pieces.append(self.text.slice(run, at))
            stop = at
            while stop < end and raw[stop].isspace():
                stop += 1
            if token.isspace():
                pieces.append(self.text.replaced(at, stop, token))
                at = run = stop
            elif raw.startswith(token, stop):
                run, at = stop, stop + len(token)
            else:
                return None
        if at > run:
            pieces.append(self.text.slice(run, at))
        return concat(self.text.source, pieces) if pieces else None
