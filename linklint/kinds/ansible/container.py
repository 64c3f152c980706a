"""A task that names a container: the module `docker_container`, `docker` of Ansible before 2.4, or `podman_container`.

Its arguments are a map or `key=value` words, its lists may be texts with commas, and values follow YAML 1.1.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Protocol

from linklint.context import ExtractionContext
from linklint.definition.containers import (
    ContainerDefinition,
    ContainerParts,
    LongPort,
    NetworkOf,
    record,
    yaml_options,
)
from linklint.docker.environment import EnvAssignment, form_of
from linklint.docker.names import how_named
from linklint.docker.ports import BadPort, Binding, parse_expose, parse_publish
from linklint.flow.steps import add_step
from linklint.lexer.yaml_nodes import YamlNode
from linklint.shell.state import ShellState
from linklint.text.regex import lazy_compile
from linklint.text.source import MappedText, Source
from linklint.text.templates import JINJA
from linklint.text.word import Word

PAIR = lazy_compile(r"""(?P<key>\w+)=(?P<value>(?:"(?:[^"\\]|\\.)*"|'[^']*'|\{\{.*?\}\}|[^\s"'])*)""", re.DOTALL)
MAX_PORTS = 2000

Arguments = dict[str, YamlNode]


class File(Protocol):
    """What a task needs of its file."""

    source: Source
    context: ExtractionContext
    shell: ShellState
    registered: dict[str, int]

    def word(self, word: Word) -> Word: ...


def arguments_of(value: YamlNode) -> Arguments:
    """Return the arguments of a module, from a map or from `key=value` words."""
    if value.kind == "map":
        return {name: item for name, (_, item) in value.keys.items()}
    found: Arguments = {}
    text = value.word.text
    for match in PAIR.finditer(text.string):
        start, end = match.span("value")
        if match["value"][:1] in ("'", '"'):
            start, end = start + 1, end - 1
        item = YamlNode("scalar", text, start, end)
        item.word = Word(text.slice(start, end), quoted=True)
        found[match["key"]] = item
    return found


def plain(value: YamlNode) -> MappedText:
    """Return a scalar as Ansible reads it with YAML 1.1: `22:22` is 1342, `010` is 8, `yes` is True."""
    text = value.word.text
    if not value.plain or value.type not in ("int", "float", "bool"):
        return text
    import yaml

    constructor, node = yaml.constructor.SafeConstructor(), yaml.ScalarNode("", text.string)
    make = {
        "int": constructor.construct_yaml_int,
        "float": constructor.construct_yaml_float,
        "bool": constructor.construct_yaml_bool,
    }[value.type]
    try:
        string = str(make(node))
    except (ValueError, OverflowError, KeyError, IndexError):
        return text
    return text if string == text.string else text.replaced(0, len(text), string)


class ContainerTask:
    """A task that names a container."""

    def __init__(self, file: File, key: YamlNode, arguments: Arguments, tool: str, task: YamlNode) -> None:
        self.file = file
        self.context = file.context
        self.shell = file.shell
        self.key = key
        self.arguments = arguments
        self.tool = tool
        self.task = task

    def get(self, *names: str) -> YamlNode | None:
        return next((self.arguments[name] for name in names if name in self.arguments), None)

    def word(self, *names: str) -> Word | None:
        value = self.get(*names)
        if value is None or value.kind != "scalar" or not value.string:
            return None
        return self.file.word(Word(plain(value), value.word.holes, quoted=value.word.quoted))

    def words(self, *names: str) -> list[Word]:
        """Return the items of a list, which may be a text with commas."""
        value = self.get(*names)
        if value is None:
            return []
        if value.kind == "list":
            return [
                self.file.word(Word(plain(item), item.word.holes, quoted=not item.plain))
                for item in value.items
                if item.kind == "scalar"
            ]
        word = self.word(*names)
        return (
            []
            if word is None or word.open and JINJA.fullmatch(word.string.strip())
            else [_stripped(part) for part in word.split(",")]
        )

    def on(self, *names: str, default: bool = False) -> bool:
        word = self.word(*names)
        return default if word is None else word.string.lower() in ("true", "yes", "on", "1")

    def take(self) -> None:
        name, image, state = self.word("name"), self.word("image"), self.word("state")
        asked = state.string if state is not None else "started"
        if name is None and image is None:
            return
        if asked in ("absent", "killed", "stopped") and (asked != "stopped" or image is None):
            self.step({"absent": "rm", "killed": "kill", "stopped": "stop"}[asked], name, force=1)
        elif image is None:
            self.step("restart" if asked == "restarted" or self.on("restart") else "start", name)
        else:
            self.container(name, image, "create" if asked in ("present", "stopped") else "run")

    def step(self, verb: str, name: Word | None, force: int = 0, container: int | None = None) -> int:
        scope = self.shell.scope("")
        return add_step(self.shell, self.key.span, verb, name, scope=scope, force=force, container=container)

    def container(self, name: Word | None, image: Word, verb: str) -> None:
        if not self.context.admits(self.file.source, self.key.span):
            return
        if name is not None:
            self.step("rm", name, force=1)
        definition = ContainerDefinition(
            "ansible" if self.tool == "docker" else "ansible podman",
            self.key.span,
            self.shell.scope(""),
            self.key.span,
            name,
            image,
            self.network(),
            yaml_options({key: (value, value) for key, value in self.arguments.items()}, {}),
            {
                "detached": int(self.on("detach", default=True)),
                "auto_remove": int(self.on("auto_remove", "cleanup", "rm")),
                "replaces": 1,
                "publish_all": int(self.on("publish_all_ports")),
            },
        )
        for link in self.words("links"):
            definition.parts.link(link)
        self.ports(definition.parts)
        self.environment(definition.parts)
        self.networks(definition.parts)
        definition.add_step = partial(self.step, verb, name)
        number = record(self.context, definition)
        register = self.task.get("register")
        if register is not None:
            self.file.registered[register.string] = number

    def network(self) -> NetworkOf:
        """Return the network of the container."""
        mode, listed = self.get("network_mode", "net", "network"), self.get("networks")
        word = self.word("network_mode", "net", "network") if mode is not None and mode.kind == "scalar" else None
        if word is None and listed is not None and listed.items and self.on("networks_cli_compatible", default=True):
            first = listed.items[0].get("name")
            word = self.file.word(first.word) if first is not None else None
        if word is not None:
            is_bridge = self.tool == "docker" and word.string in ("default", "bridge")
            return NetworkOf(word.string, is_bridge, word.span, how_named(word))
        return NetworkOf(on_default_bridge=self.tool == "docker" and (listed is None or listed.kind == "list"))

    def networks(self, parts: ContainerParts) -> None:
        listed = self.get("networks")
        for item in listed.items if listed is not None else []:
            name, aliases, links = item.get("name"), item.get("aliases"), item.get("links")
            if name is None:
                continue
            for alias in aliases.items if aliases is not None and aliases.items else [None]:
                parts.attachment(name.span, name.string, alias.string if alias is not None else None)
            for link in links.items if links is not None else []:
                if link.string:
                    parts.link(self.file.word(link.word), "endpoint")

    def ports(self, parts: ContainerParts) -> None:
        default = self.word("default_host_ip")
        if self.on("publish_all_ports"):
            value = self.get("publish_all_ports")
            parts.all_ports(value.span if value is not None else self.key.span)
        listed = self.get("published_ports", "ports", "publish")
        words = self.words("published_ports", "ports", "publish")
        if len(words) > MAX_PORTS:
            self.context.unread(words[MAX_PORTS].span, f"more than {MAX_PORTS} ports: the rest is not read")
        for word in words[:MAX_PORTS]:
            if word.string.lower() == "all":
                parts.all_ports(word.span)
                continue
            span = word.span
            raw = span.source.text[span.start : span.end]
            misread = f", which is how YAML reads {raw} without quotes" if ":" in raw and word.string.isdigit() else ""
            try:
                binding = parse_publish(word)
            except BadPort as error:
                if "%" in word.string:  # [fe80::1%eth0]: the module accepts a zone, and so do engines up to 26
                    continue
                reason = f"ports takes a port like 127.0.0.1:8080:80, not {word.string}{misread} ({error})"
                parts.refusal(word.span, self.shell.scope(""), "ports", reason, "port")
                continue
            if misread:
                reason = f"ports publishes {word.string}{misread}"
                parts.refusal(word.span, self.shell.scope(""), "ports", reason, "port")
            form = LongPort(word.quoted or listed is None or listed.kind != "list")
            parts.port(_by_default(binding, default), word, form=form)
        for word in self.words("exposed_ports", "exposed", "expose"):
            try:
                parts.port(parse_expose(word), word)
            except BadPort:
                continue

    def environment(self, parts: ContainerParts) -> None:
        value = self.get("env", "environment")
        if value is not None and value.kind == "map":
            for name, (key, item) in value.keys.items():
                word = self.file.word(Word(plain(item), item.word.holes, quoted=item.word.quoted))
                whole = (
                    key.text.span(key.start, item.end) if item.text is key.text and item.end > key.start else key.span
                )
                span = whole._replace(confidence=word.span.confidence)
                parts.variable(EnvAssignment(name, word, form_of(word)), span, "ansible")
        else:
            for word in self.words("env", "environment"):
                equals = word.find("=")
                if equals > 0:
                    inner = word.slice(equals + 1)
                    setting = EnvAssignment(word.string[:equals], inner, form_of(inner))
                    parts.variable(setting, word.span, "ansible")
        file = self.word("env_file")
        if file is not None:
            parts.env_file(file)


def _by_default(binding: Binding, default: Word | None) -> Binding:
    """Apply `default_host_ip` to a port without an address."""
    if default is None or binding.host_ip is not None:
        return binding
    return binding._replace(host_known=False) if default.open else binding._replace(host_ip=default.string)


def _stripped(word: Word) -> Word:
    string = word.string
    return word.slice(len(string) - len(string.lstrip()), len(string.rstrip()))
