"""Compose files: a project may consist of several files, and each value keeps the location in its own file."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from linklint.context import ExtractionContext, directory_of
from linklint.definition.containers import (
    ContainerDefinition,
    ContainerParts,
    LongPort,
    NetworkOf,
    record,
    yaml_options,
)
from linklint.docker.environment import EnvAssignment, form_of, parse_env
from linklint.docker.link_variables import mentions
from linklint.docker.ports import BadPort, Binding, parse_expose, parse_publish
from linklint.facts.schema import ExtraHost, Image, Network, Refusal
from linklint.flow.steps import add_scope
from linklint.kinds import contents
from linklint.kinds.compose.check import check
from linklint.kinds.compose.dotenv import add_compose_env_file
from linklint.kinds.compose.project import Project, from_text, named, projects
from linklint.kinds.kind import EmbeddedText, Kind, Surroundings, extract_blocks_of
from linklint.lexer.yaml_nodes import YamlNode
from linklint.text.confidence import CERTAIN, LIKELY, POSSIBLE
from linklint.text.regex import lazy_compile
from linklint.text.source import Source, Span
from linklint.text.templates import mark_placeholders
from linklint.text.word import Word, literal

KIND = Kind(
    rank=50,
    name="compose",
    example="compose.yaml",
    files="`*compose*.yaml`, `fig.yml`, any YAML with services; all formats, with overrides, `extends`, `include`, "
    "`.env`, env files",
    takes="services, links, ports, environment, networks, builds; reads of link variables in commands",
    names=r".*compose.*|fig\.ya?ml",
    within="yaml",
    by_content={"yaml": contents.is_compose, "named": contents.is_compose},
    is_project=True,
    together=True,
    syntax="yaml",
    expands=True,
    is_about_docker=True,
    searched="hosts names",
    stdin="compose.yaml",
)

MAX_VARIABLES = 10_000
FILLED_IN = lazy_compile(r"(?<!\w)[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?!\w)")  # a name in a template of another program


def extract(sources: list[Source], context: ExtractionContext) -> None:
    """Extract the facts of the Compose projects of one directory."""
    for project in projects(sources, context):
        _Facts(project, context).take()


def extract_blocks(blocks: Sequence[EmbeddedText], place: Surroundings) -> None:
    """Extract the facts of Compose files inside another file."""
    for block in blocks:
        project = from_text(block.text, place.source, place.context)
        if project is not None:
            _Facts(project, place.context).take()


FOR_SWARM = lazy_compile(r"(?:^|/)(?:docker-?)?stack\b[^/]*\Z|(?i:swarm)[^/]*\Z")
OF_SWARM = ("mode", "placement", "update_config", "rollback_config", "endpoint_mode")  # Compose ignores them
OF_DOCKER_CLOUD = ("autoredeploy", "target_num_containers", "deployment_strategy", "roles")


def _names_any(services: list[YamlNode], key: str, prefixes: tuple[str, ...]) -> bool:
    values = [value for service in services if (value := service.get(key)) is not None]
    return any(name.startswith(prefixes) for value in values for name, _ in named(value))


class _Facts:
    def __init__(self, project: Project, context: ExtractionContext) -> None:
        self.project = project
        self.context = context
        self.container_sets: frozenset[str] = frozenset()
        self.number: int | None = None
        self.variables, self.said = 0, False
        services = [service for _, service in project.services.values()]
        self.is_of_docker_cloud = any(one.get(key) is not None for one in services for key in OF_DOCKER_CLOUD)
        deployed = [one for service in services if (one := service.get("deploy")) is not None]
        self.is_for_swarm = FOR_SWARM.search(project.text.source.path) is not None or any(
            one.get(key) is not None for one in deployed for key in OF_SWARM
        )
        self.is_for_swarm |= _names_any(services, "environment", ("constraint:", "affinity:"))  # before Docker 1.12
        self.is_for_rancher = _names_any(services, "labels", ("io.rancher.",))
        self.scope = add_scope(context, project.text.span(), KIND, project.name, complete=project.complete)

    def refuse(self, span: Span, option: str, reason: str) -> None:
        self.context.add(Refusal(span, scope=self.scope, option=option, reason=reason))

    def take(self) -> None:
        if not self.project.excerpt:
            check(self.project, self.refuse)
        for name, (key, service) in self.project.services.items():
            self.service(name, key, service)
        networks = self.project.networks
        if networks is not None:
            for name, (key, value) in networks.keys.items():
                driver, external = value.get("driver"), value.get("external")
                self.context.add(
                    Network(
                        key.span,
                        scope=self.scope,
                        name=name,
                        driver=driver.string if driver else None,
                        external=int(external is not None and external.string != "false"),
                    )
                )

    def service(self, name: str, key: YamlNode, service: YamlNode) -> None:
        container_name, image = service.get("container_name"), service.get("image")
        scale, scale_span = _scale(service)
        own_text = service.text.source is key.text.source and service.end >= key.end
        span = key.text.span(key.start, service.end) if own_text else key.span
        profiles = service.get("profiles")
        container = ContainerDefinition(
            "compose",
            span,
            self.scope,
            key.span,
            name=container_name.word if container_name is not None else None,
            network=self.network(service),
            options=yaml_options(service.keys, {}),
            columns={
                "image": image.string if image is not None else None,
                "image_span": image.span if image is not None else None,
                "service": name,
                "project": self.project.name,
                "profiles": " ".join(item.string for item in profiles.items) if profiles else "",
                "scale": scale,
                "swarm": 2
                if self.is_for_swarm
                else int(self.is_of_docker_cloud or service.get("scale") is None and scale_span is not None),
                "scale_span": scale_span,
                "detached": 1,
                "hostname": _given(service, "hostname"),
                "domainname": _given(service, "domainname"),
            },
        )
        self.container_sets = self.admitted_variables(key, service)
        parts = container.parts
        self.links(service, parts)
        self.ports(service, parts)
        if not self.said:
            self.environment(service, parts)
        self.attachments(service, parts)
        self.extra_hosts(service, parts)
        self.number = number = record(self.context, container)
        if not self.said:
            self.env_files(service, number)
            self.read_environment(service)
        self.build(service, image, number)
        self.programs(service)

    def admitted_variables(self, key: YamlNode, service: YamlNode) -> frozenset[str]:
        """Return the variables that a service sets. Above the limit none, which is reported once."""
        environment = service.get("environment")
        if environment is None:
            return frozenset()
        self.variables += len(environment.keys) + len(environment.items)
        if self.variables > MAX_VARIABLES:
            if not self.said:
                reason = f"more than {MAX_VARIABLES} variables: those of this service and later ones are not read"
                self.context.unread(key.span, reason)
            self.said = True
            return frozenset()
        return frozenset(name for name, _ in named(environment))

    def network(self, service: YamlNode) -> NetworkOf:
        """Return the network of a service."""
        how = "variable" if self.project.partial else "literal"
        mode = service.get("network_mode") or (service.get("net") if self.project.v1 else None)
        if mode is not None:
            return NetworkOf(mode.string, mode.string in ("bridge", "default"), mode.span, "literal")
        if self.project.v1:
            return NetworkOf(on_default_bridge=True, how="literal")
        networks = service.get("networks")
        if networks is None:
            return NetworkOf(self.real_network("default"), how=how)
        names = [item.string for item in networks.items] or list(networks.keys)
        return NetworkOf(self.real_network(names[0] if names else "default"), span=networks.span, how="literal")

    def real_network(self, name: str) -> str:
        """Return the real name of a network: its `name:`, its own name if external, else PROJECT_NAME."""
        network = self.project.networks.get(name) if self.project.networks is not None else None
        external = network.get("external") if network is not None else None
        given = network.get("name") if network is not None else None
        if given is None and external is not None:
            given = external.get("name")
        if given is not None and given.string:
            return given.string
        return name if external is not None and external.string not in ("false", "") else f"{self.project.name}_{name}"

    def links(self, service: YamlNode, parts: ContainerParts) -> None:
        confidence = POSSIBLE if self.project.excerpt and self.project.v1 else CERTAIN
        for option, kind in (("links", "link"), ("external_links", "external")):
            value = service.get(option)
            for item in value.items if value is not None else []:
                word = item.word
                if self.is_for_rancher and word.string.endswith(":"):  # it writes the colon also without an alias
                    word = Word(word.text.slice(0, len(word.string) - 1), word.holes, quoted=word.quoted)
                if word.string:
                    parts.link(word, kind, confidence)

    def ports(self, service: YamlNode, parts: ContainerParts) -> None:
        ports = service.get("ports")
        for item in ports.items if ports is not None else []:
            if item.kind == "map":
                self.long_port(item, parts)
            elif item.kind == "scalar":
                self.short_port(item, parts)
        expose = service.get("expose")
        for item in expose.items if expose is not None else []:
            try:
                binding = parse_expose(item.word)
            except BadPort:
                continue
            parts.port(binding, item.word, form=LongPort(not item.plain))

    def short_port(self, item: YamlNode, parts: ContainerParts) -> None:
        word = item.word
        if item.plain and re.fullmatch(r"0[0-7]+", word.string):
            word = Word(word.text.replaced(0, len(word.string), str(int(word.string, 8))))
        word = word if word.holes else mark_placeholders(word.text, FILLED_IN, quoted=word.quoted)
        try:
            binding = parse_publish(word)
        except BadPort as error:
            reason = f"ports takes a port like 127.0.0.1:8080:80, not {item.string or 'nothing'} ({error})"
            parts.refusal(item.span, self.scope, "ports", reason, "port")
            return
        parts.port(binding, word, form=LongPort(not item.plain))

    def long_port(self, item: YamlNode, parts: ContainerParts) -> None:
        def port(key: str) -> tuple[int, int] | None:
            value = item.get(key)
            match = re.fullmatch(r"(\d+)(?:-(\d+))?", value.string) if value is not None else None
            return (int(match[1]), int(match[2] or match[1])) if match else None

        if item.get("target") is None:
            return
        published, host_ip = item.get("published"), item.get("host_ip")
        protocol = item.get("protocol")
        address = host_ip.string if host_ip is not None else None
        known = host_ip is None or not host_ip.word.open
        binding = Binding(
            "long", address, port("published"), port("target"), protocol.string if protocol else "tcp", known
        )
        first = item.get("target")
        word = published.word if published is not None else first.word if first is not None else item.word
        key, value = item.keys["published" if published is not None else "target"]
        span = item.text.span(key.start, value.end, CERTAIN if known and not word.holes else LIKELY)
        # nothing is inserted before an anchor
        block = item.text.string[item.start : item.start + 1] not in ("{", "&", "*")
        takes_address = block and item.get("mode") is None  # a swarm accepts no address
        insert = item.span._replace(end=item.span.start) if takes_address else None
        form = LongPort(word.quoted, host_ip.word.span if host_ip is not None else None, insert)
        parts.port(binding, literal(_spec(item)), span, form)

    def environment(self, service: YamlNode, parts: ContainerParts) -> None:
        for name, key, value in _variables(service):
            if key is None:
                parts.variable(parse_env(value.word), value.word.span, "compose")
            else:
                self.pair(name, key, value, parts)

    def read_environment(self, service: YamlNode) -> None:
        for _, key, value in _variables(service):
            if value.kind == "scalar":
                self.reads(_as_set(value) if key is not None else value.word)

    def env_files(self, service: YamlNode, number: int) -> None:
        files = service.get("env_file")
        for file in ([files] if files.kind == "scalar" else files.items) if files is not None else []:
            path = file.get("path") if file.kind == "map" else file
            if path is not None and path.string:
                self.variables += add_compose_env_file(
                    self.context, self.scope, number, path.word, self.home(path), self.project.variables
                )

    def home(self, value: YamlNode) -> str:
        """Return the directory that a path is relative to: that of the file with the path."""
        return directory_of(value.text.source.path)

    def pair(self, name: str, key: YamlNode, value: YamlNode, parts: ContainerParts) -> None:
        """Read `NAME: value` of a map; without a value it is passed through."""
        word = _as_set(value) if value.kind == "scalar" else None
        whole = key.text.span(key.start, value.end) if value.text is key.text and value.end > key.start else key.span
        setting = EnvAssignment(name, word, form_of(word) if word is not None else "passthrough")
        span = whole._replace(confidence=word.span.confidence if word else CERTAIN)
        parts.variable(setting, span, "compose")

    def reads(self, word: Word) -> None:
        """Record reads of link variables: with `$$` by the program in the container, otherwise by Compose's
        interpolation.
        """
        if not mentions(word.string):
            return
        from linklint.shell.reads import ReadContext, find_reads

        raw = word.text.source.text[word.span.start : word.span.end]
        confidence = CERTAIN if "$$" in raw else LIKELY
        place = ReadContext(self.context, self.scope, "compose", confidence)
        if "$$" not in raw and not self.project.v1:
            place = place._replace(container_sets=frozenset(self.project.variables), filled="compose")
        else:
            place = place._replace(container_sets=self.container_sets, container=self.number)
        find_reads(place, word.text, None)

    def programs(self, service: YamlNode) -> None:
        health = service.get("healthcheck")
        for value in (
            service.get("command"),
            service.get("entrypoint"),
            health.get("test") if health is not None else None,
        ):
            if value is not None:
                for item in value.items or [value]:
                    self.reads(item.word)

    def attachments(self, service: YamlNode, parts: ContainerParts) -> None:
        networks = service.get("networks")
        if networks is None or self.project.v1:
            return
        for item in networks.items:
            parts.attachment(item.span, self.real_network(item.string))
        for name, (key, value) in networks.keys.items():
            aliases = value.get("aliases")
            for alias in aliases.items if aliases is not None and aliases.items else [None]:
                parts.attachment(key.span, self.real_network(name), alias.string if alias is not None else None)

    def extra_hosts(self, service: YamlNode, parts: ContainerParts) -> None:
        value = service.get("extra_hosts")
        for item in value.items if value is not None else []:
            parts.extra_host(item.word)
        for name, (key, address) in value.keys.items() if value is not None else ():
            for item in address.items or [address]:
                parts.rows.append(ExtraHost(key.span, name=name, address=item.string))

    def build(self, service: YamlNode, image: YamlNode | None, number: int) -> None:
        build = service.get("build")
        if build is None or build.kind == "null":
            return
        build_context = build.get("context") if build.kind == "map" else build
        dockerfile, target = build.get("dockerfile"), build.get("target")
        path = build_context.string if build_context is not None and build_context.string else "."
        if "://" in path or path.startswith(("/", "git@")):
            return
        directory = posixpath.normpath(posixpath.join(self.home(build), path))
        name = dockerfile.string if dockerfile is not None else "Dockerfile"
        file = posixpath.normpath(posixpath.join(directory, name))
        inline = build.get("dockerfile_inline")
        if inline is not None and inline.kind == "scalar":
            file = inline.text.source.path  # its stages are in this file
            extract_blocks_of(
                "dockerfile", [EmbeddedText(file, inline.word.text)], Surroundings(inline.text.source, self.context)
            )
        self.context.add(
            Image(
                build.span,
                scope=self.scope,
                name=image.string if image is not None else None,
                context=directory,
                dockerfile=file,
                stage=target.string if target else None,
                container=number,
            )
        )


INTEGER = lazy_compile(r"[-+]?(?:0[bB][01_]+|0[oO][0-7_]+|0[xX][0-9a-fA-F_]+|0[0-7_]*|[1-9][0-9_]*)")
FLOAT = lazy_compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
DATE = lazy_compile(r"\d{4}-\d\d-\d\d")


def _variables(service: YamlNode) -> Iterator[tuple[str, YamlNode | None, YamlNode]]:
    """Yield (name, key, value) of `environment:`; without a key, the value is `NAME=VALUE`."""
    environment = service.get("environment")
    if environment is None:
        return
    for one in [environment, *environment.items]:
        for name, (key, value) in one.keys.items():
            yield name, key, value
        if one is not environment and one.kind != "map" and one.string:
            yield one.string, None, one


def _as_set(value: YamlNode) -> Word:
    """Return a scalar as the container gets it."""
    word = value.word
    if value.plain and not word.holes and (plain := as_go_has_it(word.string)) != word.string:
        return Word(word.text.replaced(0, len(word.string), plain))
    return word


def as_go_has_it(plain: str) -> str:
    """Return a plain YAML scalar as Go prints its value: `010` is 8, `1.50` is 1.5, `True` is true."""
    if plain in ("true", "True", "TRUE", "false", "False", "FALSE"):
        return plain.lower()
    if DATE.fullmatch(plain):
        return f"{plain} 00:00:00 +0000 UTC"
    if len(plain) < 19 and INTEGER.fullmatch(plain):
        digits = plain.replace("_", "").lstrip("+-").lower()
        base = {"0x": 16, "0b": 2, "0o": 8}.get(digits[:2]) or (8 if digits.startswith("0") else 10)
        number = int(digits[2:] if digits[:2] in ("0x", "0b", "0o") else digits, base)
        return str(-number if plain.startswith("-") else number)
    if len(plain) < 19 and FLOAT.fullmatch(plain):
        short = repr(float(plain))
        return short.removesuffix(".0") if abs(float(plain)) < 1e21 else short
    return plain


def _spec(item: YamlNode) -> str:
    """Return a long port in the short syntax."""
    parts = [value.string for key in ("host_ip", "published", "target") if (value := item.get(key)) is not None]
    return ":".join(f"[{part}]" if ":" in part else part for part in parts)


def _given(service: YamlNode, option: str) -> str | None:
    value = service.get(option)
    return value.string if value is not None and value.string else None


def _scale(service: YamlNode) -> tuple[int, Span | None]:
    deploy = service.get("deploy")
    value = service.get("scale") or (deploy.get("replicas") if deploy is not None else None)
    if value is not None and value.string.isdigit():
        return int(value.string[:6]), value.span
    return 1, None
