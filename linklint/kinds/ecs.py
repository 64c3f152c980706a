"""Container definitions of ECS: task definitions, Elastic Beanstalk's `Dockerrun.aws.json`, CloudFormation templates.

Source: the ECS API (`RegisterTaskDefinition`), ecs-agent, Elastic Beanstalk's documentation of Dockerrun v1 and v2,
CloudFormation's `AWS::ECS::TaskDefinition`. In network mode `bridge`, the default, `links` are legacy links by the name
of the container in the task; in `awsvpc`, `host` and `none` they are refused. A mapping without a host port, or with 0,
is published on a port that Docker chooses. In Dockerrun v1 a proxy on the host leads to the container, and nothing is
published. Template references (`!Ref`, `Fn::Sub`, `${…}`) are holes.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from linklint.context import ExtractionContext
from linklint.definition.containers import (
    DEFAULT_BRIDGE,
    ApiPort,
    ContainerDefinition,
    ContainerParts,
    NetworkOf,
    record,
    yaml_options,
)
from linklint.docker.environment import EnvAssignment, form_of
from linklint.flow.steps import add_scope
from linklint.kinds import contents
from linklint.kinds.kind import Kind
from linklint.lexer.yaml_nodes import YamlNode, documents
from linklint.text.confidence import CERTAIN, LIKELY
from linklint.text.regex import lazy_compile
from linklint.text.source import Source
from linklint.text.templates import mark_placeholders
from linklint.text.word import Word

KIND = Kind(
    rank=100,
    name="ecs",
    example="task.json",
    files="ECS task definitions, `Dockerrun.aws.json`, CloudFormation templates (JSON and YAML)",
    takes="container definitions: links, port mappings, environment; references to secrets are fine",
    by_content={"yaml": contents.is_ecs_yaml, "json": contents.is_ecs},
    comment_style="html",
    is_about_docker=True,
)

FILLED_IN = lazy_compile(r"\$\{[^{}\n]*\}|\{\{.*?\}\}|<[A-Z_]+>")
MAX_DEPTH = 40
RANGE = lazy_compile(r"(\d{1,5})(?:-(\d{1,5}))?")


def extract(sources: list[Source], context: ExtractionContext) -> None:
    """Extract the facts of task definitions: each is a scope in which its links are resolved."""
    for source in sources:
        is_json = source.text.lstrip()[:1] in ("{", "[")
        for document in documents(source, context, json=is_json):
            for name, task in _tasks(document, posixpath.basename(source.path), 0, set()):
                _Task(task, name, context).take()


def _tasks(value: YamlNode, name: str, depth: int, seen: set[YamlNode]) -> Iterator[tuple[str, YamlNode]]:
    """Yield (name, task definition) of a document."""
    if depth > MAX_DEPTH or value in seen:
        return
    seen.add(value)
    if value.kind == "map":
        definitions, family = _get(value, "containerDefinitions"), _get(value, "family")
        if definitions is not None and definitions.kind == "list" or value.get("AWSEBDockerrunVersion") is not None:
            yield (family.string if family is not None and family.string and not family.word.open else name), value
            return
    for key, inner in [("", item) for item in value.items] + [(key, item) for key, (_, item) in value.keys.items()]:
        yield from _tasks(
            inner, key if key and key not in ("Properties", "Resources", "taskDefinition") else name, depth + 1, seen
        )


def _get(value: YamlNode | None, key: str) -> YamlNode | None:
    """Return the value of an API key, which CloudFormation writes with a capital."""
    return None if value is None else value.get(key) or value.get(key[0].upper() + key[1:])


def _word(value: YamlNode | None) -> Word | None:
    """Return a scalar with template references as holes; a map (`{"Ref": …}`) is one hole."""
    if value is None or value.kind in ("list", "null"):
        return None
    if value.kind == "map":
        text = value.text.slice(value.start, value.end)
        return Word(text, ((0, len(text), "variable"),))
    return value.word if value.word.holes else mark_placeholders(value.word.text, FILLED_IN, quoted=True)


def _items(value: YamlNode | None) -> list[YamlNode]:
    return value.items if value is not None else []


class _Task:
    def __init__(self, task: YamlNode, name: str, context: ExtractionContext) -> None:
        self.task = task
        self.context = context
        mode = _word(_get(task, "networkMode"))
        fargate = any(item.string == "FARGATE" for item in _items(_get(task, "requiresCompatibilities")))
        self.mode = "awsvpc" if mode is None and fargate else mode.string if mode is not None else "bridge"
        self.open = mode is not None and mode.open
        definitions = _items(_get(task, "containerDefinitions"))
        complete = all(item.kind == "map" for item in definitions)
        self.name = name
        self.scope = add_scope(context, task.span, KIND, name, name, complete=complete)

    def take(self) -> None:
        for definition in _items(_get(self.task, "containerDefinitions")):
            if definition.kind == "map" and self.context.admits(definition.text.source, definition.span):
                self.container(definition)
        version, image = self.task.get("AWSEBDockerrunVersion"), self.task.get("Image")
        if version is not None and image is not None:
            self.first_version(image)

    def container(self, definition: YamlNode) -> None:
        name, image = _word(_get(definition, "name")), _word(_get(definition, "image"))
        is_bridge = self.mode in ("bridge", "default")
        container = ContainerDefinition(
            "ecs",
            definition.span,
            self.scope,
            next((word.span for word in (name, image) if word is not None), definition.span),
            image=image,
            network=NetworkOf(
                None if is_bridge else self.mode, is_bridge or self.open, how="variable" if self.open else "literal"
            ),
            options=yaml_options(definition.keys, {}),
            columns={"service": name.string if name is not None else None, "project": self.name, "detached": 1},
        )
        for link in _items(_get(definition, "links")):
            word = _word(link)
            if word is not None and word.string:
                self.link(word, container.parts)
        for mapping in _items(_get(definition, "portMappings")):
            if mapping.kind == "map":
                self.port(mapping, container.parts)
        for pair in _items(_get(definition, "environment")):
            variable, value = _get(pair, "name"), _get(pair, "value")
            if variable is not None and variable.string:
                word = _word(value)
                span = pair.span._replace(confidence=LIKELY if word is not None and word.holes else CERTAIN)
                form = form_of(word) if word is not None else "literal"
                container.parts.variable(EnvAssignment(variable.string, word, form), span, "ecs")
        record(self.context, container)

    def link(self, word: Word, parts: ContainerParts) -> None:
        reason = code = ""
        if self.mode in ("awsvpc", "host", "none"):
            reason = f"links need network mode bridge: in {self.mode} mode ECS refuses the task"
            code = "link-network"
        elif word.string.count(":") > 1 and not word.holes:
            reason = f"a link must be NAME or NAME:ALIAS, not {word.string}"
        if reason:
            parts.refusal(word.span, self.scope, "links", reason, code)
        else:
            parts.link(word)

    def port(self, mapping: YamlNode, parts: ContainerParts) -> None:
        inside, host = _word(_get(mapping, "containerPort")), _word(_get(mapping, "hostPort"))
        inside = inside or _word(_get(mapping, "containerPortRange"))
        protocol = _get(mapping, "protocol")
        if inside is None:
            return
        outside = _ports(host) if host is not None else None
        has_protocol = protocol is not None and not protocol.word.open and protocol.string
        port = ApiPort(
            _ports(inside),
            outside if outside != (0, 0) else None,
            protocol=protocol.string.lower() if protocol is not None and has_protocol else "tcp",
            published=self.mode in ("bridge", "default") or self.open,
            written=inside.string,
        )
        parts.api_port(mapping.span, port)

    def first_version(self, image: YamlNode) -> None:
        """Read Dockerrun v1: one container behind a proxy."""
        word, columns = _word(image.get("Name")), {"detached": 1}
        container = ContainerDefinition(
            "ecs", image.span, self.scope, image.span, image=word, network=DEFAULT_BRIDGE, columns=columns
        )
        for item in _items(self.task.get("Ports")):
            inside = _word(item.get("ContainerPort"))
            if inside is not None:
                container.parts.api_port(item.span, ApiPort(_ports(inside), published=False))
        record(self.context, container)


def _ports(word: Word) -> tuple[int, int] | None:
    match = RANGE.fullmatch(word.string) if not word.open else None
    return (int(match[1]), int(match[2] or match[1])) if match else None
