"""Containers that Terraform, Nomad and NixOS declare: the `docker run` that comes of each.

Source: the documentation of Terraform's docker provider (`docker_container`), of Nomad's docker driver, and of NixOS's
`virtualisation.oci-containers`, whose module builds `docker run` or `podman run` from its options; a backend that
another file sets is taken for docker, because podman has no links. Nomad names containers and publishes ports
by itself. What an expression gives is a hole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from linklint.lexer.yaml_nodes import YamlNode
from linklint.text.regex import lazy_compile
from linklint.text.source import Source
from linklint.text.templates import mark_placeholders
from linklint.text.word import VARIABLE, Word, WordBuilder

TERRAFORM = lazy_compile(
    r'^[ \t]*resource[ \t]+"?docker_(?P<kind>container|image)"?[ \t]+"?(?P<name>[\w-]+)"?[ \t]*\{', re.MULTILINE
)
NOMAD = lazy_compile(r'^[ \t]*task[ \t]+"[^"\n]*"[ \t]*\{', re.MULTILINE)
NIXOS = lazy_compile(r"\boci-containers(?:\s*=\s*\{|(?:\.\"?[\w-]+\"?)+\s*=\s*\{)")
PODMAN_BACKEND = lazy_compile(r"backend\s*=\s*\"podman\"")
SKIPPED = lazy_compile(r"(?:\s+|#[^\n]*|//[^\n]*|/\*.*?\*/)+", re.DOTALL)
TOKEN = lazy_compile(
    r"\"(?P<string>(?:[^\"\\$]|\\.|\$\{[^{}]{0,500}\}|\$){0,2000}+)\""
    r"|''(?P<lines>(?:[^']|'[^']|''[$'\\]){0,2000}+)''"
    r"|<<[-~]?(?P<mark>\w+)\r?\n(?P<here>.{0,2000}?)^[ \t]*(?P=mark)\b"
    r"|(?P<word>[\w$@*-][\w.$@*-]*)|(?P<sign>.)",
    re.DOTALL | re.MULTILINE,
)
IMAGE_RESOURCE = lazy_compile(r"docker_image\.([\w-]+)\.")
INTERPOLATION = lazy_compile(r"\$\{[^{}]{0,500}\}")
CLOSERS = {"{": "}", "[": "]", "(": ")"}
VALUE_END = lazy_compile(r"[ \t]*(?:[;,}\]\r\n]|#|//|/\*|\Z)")
ITEM_END = lazy_compile(r"\s|[;,}\]]|\Z")
LITERAL = lazy_compile(r"[0-9]+|true|false")
MAX_DEPTH = 40
MAX_TOKENS = 20_000


class TooLong(ValueError):
    """The declarations of a file are too long; those before were read."""


# Keys whose values are values of an option, for each declaration.
TERRAFORM_OPTIONS = {
    "network_mode": "--network",
    "hostname": "--hostname",
    "restart": "--restart",
    "env": "--env",
    "links": "--link",
    "dns": "--dns",
    "user": "--user",
}
LISTS = frozenset("env links dns ports environmentFiles volumes networks extra_hosts".split())
NOMAD_OPTIONS = {"network_mode": "--network", "hostname": "--hostname", "extra_hosts": "--add-host"}
NIXOS_OPTIONS = {
    "hostname": "--hostname",
    "ports": "--publish",
    "environmentFiles": "--env-file",
    "volumes": "--volume",
    "networks": "--network",
    "user": "--user",
}


def commands(source: Source) -> Iterator[list[Word]]:
    """Yield the words of the command of each container that a file declares."""
    reader, whole = _Reader(source), source.whole()
    resources = list(reader.bodies(TERRAFORM))
    images = {match["name"]: _scalar(body, "name") for match, body in resources if match["kind"] == "image"}
    for match, body in resources:
        if match["kind"] == "container":
            yield _terraform(Word(whole.slice(*match.span())), body, images)
    for match, body in reader.bodies(NOMAD):
        driver, config = _scalar(body, "driver"), _maps(body.get("config"))
        if driver is not None and driver.string == "docker" and config and _scalar(config[0], "image") is not None:
            yield _nomad(Word(whole.slice(*match.span())), body, config[0])
    for match, body in reader.bodies(NIXOS):
        path = [part.strip('"') for part in match[0].partition("=")[0].strip().split(".")[1:]]
        yield from _nixos(source, path, body)
    if reader.tokens > MAX_TOKENS:
        raise TooLong(f"more than {MAX_TOKENS} words of declarations")


class _Command:
    """The words of a `docker run`; those that nobody has written stand at the head of the declaration."""

    def __init__(self, head: Word, *words: str) -> None:
        self.head = head.text
        self.words = [self.made(word) for word in words]

    def made(self, string: str) -> Word:
        return Word(self.head.replaced(0, len(self.head), string), quoted=True)

    def option(self, name: str, *parts: Word | str) -> None:
        """Append an option; its value is all parts together."""
        value = WordBuilder(self.head)
        for part in parts:
            word = part if isinstance(part, Word) else self.made(part)
            value.put_word(word.text, word.holes)
        self.words += [self.made(name), value.word(quoted=True)]

    def options(self, body: YamlNode, names: dict[str, str]) -> None:
        """Append the options in the keys of a body. What an expression gives instead of a list is unknown."""
        for key, name in names.items():
            value = body.get(key)
            for word in _scalars(value) if value is not None and (value.kind == "list" or key not in LISTS) else []:
                if (name, word.string) != ("--network", "bridge"):  # which the API takes for the default
                    self.option(name, word)

    def variables(self, body: YamlNode | None) -> None:
        """Append the variables in a map of names and values."""
        for values in _maps(body):
            for key, value in values.keys.values():
                if value.kind == "scalar":
                    self.option("--env", Word(key.word.text), "=", value.word)


def _terraform(head: Word, body: YamlNode, images: dict[str, Word | None]) -> list[Word]:
    command = _Command(head, "docker", "run", "-d")
    if (name := _scalar(body, "name")) is not None:
        command.option("--name", name)
    command.options(body, TERRAFORM_OPTIONS)
    for network in _maps(body.get("networks_advanced")):
        if (name := _scalar(network, "name")) is not None:
            command.option("--network", name)
        for alias in _scalars(network.get("aliases")):
            command.option("--network-alias", alias)
    for port in _maps(body.get("ports")):
        inside, outside, address, protocol = (_scalar(port, key) for key in ("internal", "external", "ip", "protocol"))
        if inside is not None:
            before = (address, ":") if address is not None else ()
            host = (outside, ":") if outside is not None else (":",) if before else ()
            behind = ("/", protocol) if protocol is not None else ()
            command.option("--publish", *before, *host, inside, *behind)
    for key, option in (("publish_all_ports", "--publish-all"), ("rm", "--rm"), ("privileged", "--privileged")):
        if (on := _scalar(body, key)) is not None and on.string == "true":
            command.words.append(command.made(option))
    image = _scalar(body, "image") or Word(head.text, ((0, len(head.string), VARIABLE),))
    resource = IMAGE_RESOURCE.search(image.string)
    image = resource and images.get(resource[1]) or image
    return [*command.words, image, *_scalars(body.get("command"))]


def _nomad(head: Word, body: YamlNode, config: YamlNode) -> list[Word]:
    command = _Command(head, "docker", "run", "-d")
    command.options(config, NOMAD_OPTIONS)
    command.variables(body.get("env"))
    return [*command.words, *_scalars(config.get("image"))[:1], *_scalars(config.get("args"))]


def _nixos(source: Source, path: list[str], body: YamlNode) -> Iterator[list[Word]]:
    if not path and (inner := body.get("containers")) is not None:
        body, path = inner, ["containers"]
    if path[:1] != ["containers"] or len(path) > 2:
        return
    named = [(path[1], body)] if len(path) == 2 else [(key, value) for key, (_, value) in body.keys.items()]
    engine = "podman" if PODMAN_BACKEND.search(source.text) else "docker"
    for name, container in named:
        if container.kind == "map" and (image := _scalar(container, "image")) is not None:
            head = Word(source.whole().slice(max(container.start - 1, 0), container.start))
            command = _Command(head, engine, "run", "--rm", "--name", name)
            command.options(container, NIXOS_OPTIONS)
            command.variables(container.get("environment"))
            yield [*command.words, *_scalars(container.get("extraOptions")), image, *_scalars(container.get("cmd"))]


def _scalar(body: YamlNode, key: str) -> Word | None:
    value = body.get(key)
    return value.word if value is not None and value.kind == "scalar" else None


def _scalars(value: YamlNode | None) -> list[Word]:
    """Return a value, or those of a list."""
    if value is None:
        return []
    return [item.word for item in (value.items if value.kind == "list" else [value]) if item.kind == "scalar"]


def _maps(value: YamlNode | None) -> list[YamlNode]:
    """Return a map, or those of a list."""
    return [item for item in ([value] if value.kind == "map" else value.items) if item.kind == "map"] if value else []


class _Reader:
    """Reads bodies of `key = value` and `key { … }`; blocks of one name become a list."""

    def __init__(self, source: Source) -> None:
        self.text = source.whole()
        self.string = source.text
        self.at = 0
        self.tokens = 0

    def bodies(self, pattern: re.Pattern[str]) -> Iterator[tuple[re.Match[str], YamlNode]]:
        """Yield each match of a pattern that ends with an opening bracket, and the map behind it."""
        self.at = 0
        while (match := pattern.search(self.string, self.at)) is not None:
            self.at = match.end()
            yield match, self._map(0)

    def _token(self) -> re.Match[str] | None:
        """Return the next token behind blanks and comments, if any."""
        self.tokens += 1
        if self.tokens > MAX_TOKENS:
            return None
        if skipped := SKIPPED.match(self.string, self.at):
            self.at = skipped.end()
        found = TOKEN.match(self.string, self.at)
        if found is not None:
            self.at = found.end()
        return found

    def _map(self, depth: int) -> YamlNode:
        node = YamlNode("map", self.text, self.at, self.at)
        key: YamlNode | None = None
        while (token := self._token()) is not None and token[0] != "}":
            if token[0] in "=:" and key is not None:
                node.keys[key.string] = (key, self._value(depth))
                key = None
            elif token[0] in CLOSERS:
                if token[0] == "{" and key is not None and depth < MAX_DEPTH:
                    self._add_block(node, key, self._map(depth + 1))
                else:
                    self._skip(token[0])
                key = None
            elif key is None and (token["word"] or token["string"]):
                key = self._scalar(token)
        node.end = self.at
        return node

    def _add_block(self, node: YamlNode, key: YamlNode, block: YamlNode) -> None:
        _, known = node.keys.setdefault(key.string, (key, YamlNode("list", self.text, block.start, block.end)))
        known.items.append(block)

    def _value(self, depth: int, ends: re.Pattern[str] = VALUE_END) -> YamlNode:
        token = self._token()
        if token is None:
            return YamlNode("null", self.text, self.at, self.at)
        if token[0] == "{" and depth < MAX_DEPTH:
            return self._map(depth + 1)
        if token[0] == "[" and depth < MAX_DEPTH:
            node = YamlNode("list", self.text, token.start(), self.at)
            while (token := self._token()) is not None and token[0] != "]":
                if token[0] == "for" and not node.items:  # [for d in var.names : "${d}:${d}"]
                    self._skip("[")
                    node.items.append(self._hole(token.start(), self.at - 1))
                    break
                if token[0] != ",":
                    self.at = token.start()
                    node.items.append(self._value(depth + 1, ITEM_END))
            node.end = self.at
            return node
        node = self._scalar(token)
        if token[0] in CLOSERS:
            self._skip(token[0])
        is_whole = ends.match(self.string, self.at) is not None
        while ends.match(self.string, self.at) is None and (token := self._token()) is not None:
            if token[0] in CLOSERS:
                self._skip(token[0])
        return node if is_whole else self._hole(node.start, self.at)

    def _skip(self, opener: str) -> None:
        """Go behind the bracket that closes one."""
        waiting = [CLOSERS[opener]]
        while waiting and (token := self._token()) is not None:
            if token[0] in CLOSERS:
                waiting.append(CLOSERS[token[0]])
            elif token[0] == waiting[-1]:
                waiting.pop()

    def _hole(self, start: int, end: int) -> YamlNode:
        node = YamlNode("scalar", self.text, start, end)
        node.word = Word(self.text.slice(start, end), ((0, end - start, VARIABLE),))
        return node

    def _scalar(self, token: re.Match[str]) -> YamlNode:
        node = YamlNode("scalar", self.text, *token.span())
        for group in ("string", "lines", "here"):
            if token[group] is not None:
                text = self.text.slice(*token.span(group))
                if group == "string" and "\\" in text.string:
                    text = text.replaced(0, len(text), re.sub(r"\\(.)", r"\1", text.string))
                node.word = mark_placeholders(text, INTERPOLATION, quoted=True)
                return node
        if LITERAL.fullmatch(token[0]) is None:
            return self._hole(*token.span())
        node.word = Word(self.text.slice(*token.span()))
        return node
