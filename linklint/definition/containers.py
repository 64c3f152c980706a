"""Facts that belong to a container, from the words that set them, for command lines and files alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from linklint.context import ExtractionContext
from linklint.docker.cli.options import long_name
from linklint.docker.environment import EnvAssignment, read_env_file
from linklint.docker.links import alias_path, parse_link, prefix_of
from linklint.docker.names import canonical, how_named
from linklint.docker.ports import Binding
from linklint.facts.schema import (
    Attachment,
    Container,
    ContainerOption,
    Env,
    EnvFile,
    ExtraHost,
    Link,
    Port,
    Refusal,
    Row,
)
from linklint.secrets.variables import PLACEHOLDER, classify_secret
from linklint.text.confidence import LIKELY
from linklint.text.records import Record, new
from linklint.text.regex import lazy_compile
from linklint.text.source import Source, Span
from linklint.text.word import CAPTURED, COMMAND, Word, literal

if TYPE_CHECKING:
    from linklint.lexer.yaml_nodes import YamlNode

MAX_OPTIONS = 3000
REFERENCE = lazy_compile(r"\$\{?[A-Za-z_]\w*\}?")


class OptionValue(NamedTuple):
    """An option under the long name of `docker run`, with one value; a switch has `true` or `false`."""

    name: str
    value: str | None
    span: Span


class NetworkOf(NamedTuple):
    """The network of a container: its name, None for the default bridge or if nothing is said; the place that says it;
    how it is given, empty for as the name shows.

    `on_default_bridge`: its links are legacy links.
    """

    name: str | None = None
    on_default_bridge: bool = False
    span: Span | None = None
    how: str = ""


DEFAULT_BRIDGE = NetworkOf(on_default_bridge=True)


class LongPort(NamedTuple):
    """Where the long form of a Compose port has its address, or where it can be inserted; and whether the value is
    quoted.
    """

    quoted: bool = True
    host_ip_span: Span | None = None
    insert_span: Span | None = None


class ApiPort(NamedTuple):
    """A port of an API or a task definition, which has a field for each part.

    `written` is shown for an unknown container port, `host_written` for an unknown host port.
    """

    inside: tuple[int, int] | None
    host: tuple[int, int] | None = None
    host_ip: str | None = None
    protocol: str = "tcp"
    known: bool = True
    published: bool = True
    written: str = "?"
    host_written: str = ""

    @property
    def spec(self) -> str:
        """The port in the short syntax."""
        address = f"[{self.host_ip}]" if self.host_ip and ":" in self.host_ip else self.host_ip
        host = _range(self.host) if self.host else self.host_written or ("" if address else None)
        inside = _range(self.inside) if self.inside else self.written
        return ":".join(field for field in (address, host, inside) if field is not None)


class _EnvFileWord(NamedTuple):
    word: Word
    paths: list[str]


class ContainerParts(Record):
    """What belongs to a container. `rows` are facts in order, without the number of the container."""

    rows: list[Row | _EnvFileWord] = new(factory=list)

    def link(self, word: Word, kind: str = "link", confidence: str = "certain") -> None:
        """Add a `--link`, or an item of `links:` or `external_links:`."""
        target, alias = parse_link(word)
        how = how_named(target)
        if how in (CAPTURED, COMMAND) and len(target.holes) == 1 and target.holes[0][:2] != (0, len(target.string)):
            how = "variable"
        self.rows.append(
            Link(
                word.span if confidence == "certain" else word.span._replace(confidence=confidence),
                kind=kind,
                target=target.string,
                target_span=target.span,
                target_how=how,
                target_container=target.captured,
                alias=alias,
                prefix=prefix_of(alias),
                alias_path=alias_path(word).lstrip("/"),
            )
        )

    def port(self, binding: Binding, word: Word, span: Span | None = None, form: LongPort = LongPort()) -> None:
        """Add a published or exposed port; the span is that of the word if none is given."""
        self.rows.append(port_of(binding, word, word.span if span is None else span, form))

    def api_port(self, span: Span, port: ApiPort) -> None:
        """Add a port of an API or a task definition."""
        form = "api" if port.published else "expose"
        binding = Binding(form, port.host_ip or None, port.host, port.inside, port.protocol, port.known)
        self.port(binding, literal(port.spec), span)

    def all_ports(self, span: Span) -> None:
        """Add `-P`."""
        self.rows.append(Port(span, spec="-P", form="all", published=1))

    def variable(self, setting: EnvAssignment, span: Span, origin: str) -> None:
        """Add a variable."""
        self.rows.append(variable_of(setting, span, origin))

    def env_file(self, word: Word, paths: Iterable[str] = ()) -> None:
        """Add an `--env-file`, and the variables in it if the tree has it at one of the paths."""
        self.rows.append(_EnvFileWord(word, list(paths)))

    def extra_host(self, word: Word) -> None:
        """Add `--add-host NAME:ADDRESS`, also with `=`, or an item of `extra_hosts:`."""
        at = word.find("=") if word.find("=") > 0 else word.find(":")
        if at > 0:
            address = word.string[at + 1 :]
            bare = address[1:-1] if address[:1] == "[" and address[-1:] == "]" else address
            self.rows.append(ExtraHost(word.span, name=word.string[:at], address=bare))

    def attachment(self, span: Span, network: str, alias: str | None = None) -> None:
        """Add a network of the container."""
        self.rows.append(Attachment(span, network=network, alias=alias))

    def refusal(self, span: Span, scope: int, option: str, reason: str, code: str = "") -> None:
        """Add why its definition is refused."""
        self.rows.append(Refusal(span, scope=scope, option=option, reason=reason, code=code))


class ContainerDefinition(Record):
    """A container, as a command, a file or a call defines it.

    `tool`, `scope` and `head_span` are those of the table `container`, `columns` are other columns of it.
    `add_step` adds the step that creates it (`container` is its number), if there is an order, and returns its number.
    """

    tool: str
    span: Span
    scope: int
    head_span: Span
    name: Word | None = None
    image: Word | None = None
    network: NetworkOf = NetworkOf()
    options: Iterable[OptionValue] = ()
    columns: Mapping[str, Any] = new(factory=dict)
    parts: ContainerParts = new(factory=ContainerParts)
    add_step: Callable[..., int] | None = None


def record(context: ExtractionContext, definition: ContainerDefinition) -> int:
    """Record the facts of a container, and return its number. Raises BudgetExceeded."""
    name, image, network = definition.name, definition.image, definition.network
    columns = {
        "tool": definition.tool,
        "scope": definition.scope,
        "head_span": definition.head_span,
        "name": canonical(name.string) if name is not None else None,
        "name_span": name.span if name is not None else None,
        "name_how": how_named(name),
        "image": image.string if image is not None else None,
        "image_span": image.span if image is not None else None,
        "network": network.name,
        "network_span": network.span,
        "network_how": network.how or ("none" if network.name is None else "literal"),
        "legacy": int(network.on_default_bridge),
        **definition.columns,
    }
    number = context.add(Container(definition.span, **columns))
    if definition.add_step is not None:
        context.collector.change(Container, number, step=definition.add_step(container=number))
    for count, option in enumerate(definition.options):
        if count == MAX_OPTIONS:
            context.unread(option.span, f"more than {MAX_OPTIONS} option values of a container: the rest is not read")
            break
        value = option.value.partition("=")[0] if option.name == "env" and option.value else option.value
        context.add(ContainerOption(option.span, container=number, name=option.name, value=value))
    record_parts(context, number, definition.parts)
    return number


def record_parts(context: ExtractionContext, container: int, parts: ContainerParts) -> None:
    """Record what belongs to a container. Raises BudgetExceeded."""
    for row in parts.rows:
        if isinstance(row, _EnvFileWord):
            _add_env_file(context, container, row)
        else:
            row.container = container  # type: ignore[attr-defined]
            context.add(row)


def yaml_options(keys: Mapping[str, tuple[YamlNode, YamlNode]], names: Mapping[str, str]) -> Iterator[OptionValue]:
    """Yield the options in the keys of a map; `names` are those that `long_name` does not know."""
    for key, (_, node) in keys.items():
        name = names.get(key) or long_name(key)
        if name is None:
            continue
        for item in node.items if node.kind == "list" else [node] if node.kind == "scalar" else []:
            if item.kind == "scalar":
                yield OptionValue(name, item.string, item.span)
        if node.kind == "map":
            for inner, (_, value) in node.keys.items():
                yield OptionValue(name, f"{inner}={value.string}" if value.kind == "scalar" else inner, value.span)


def port_of(binding: Binding, word: Word, span: Span, form: LongPort = LongPort(), image: int | None = None) -> Port:
    """Return the fact of a published or exposed port, of a container or an image."""
    host, inside = binding.host or (None, None), binding.container or (None, None)
    return Port(
        span if binding.host_known else span._replace(confidence=LIKELY),
        image=image,
        spec=word.string,
        form=binding.form,
        published=int(binding.form != "expose"),
        host_ip=binding.host_ip,
        host_ip_span=form.host_ip_span,
        insert_span=form.insert_span,
        host_first=host[0],
        host_last=host[1],
        container_first=inside[0],
        container_last=inside[1],
        protocol=binding.protocol,
        host_known=int(binding.host_known),
        quoted=int(form.quoted),
    )


def _range(ports: tuple[int, int]) -> str:
    return str(ports[0]) if ports[0] == ports[1] else f"{ports[0]}-{ports[1]}"


def secret_of(name: str, value: Word | None) -> tuple[str | None, bool]:
    """Return (why it is a secret or None, whether the value is a placeholder)."""
    if value is not None and value.open:
        known = value.string if any(c not in "${}_" and not c.isalnum() for c in value.string) else None
        found = classify_secret(name, None) if known is None or classify_secret(name, known) else None
        return (found.reason, False) if found else (None, False)
    if value is not None and REFERENCE.fullmatch(value.string):
        return None, False  # a program without a shell passes it on unchanged
    found = classify_secret(name, value.string if value is not None else None)
    return (found.reason, found.placeholder) if found else (None, False)


def variable_of(
    setting: EnvAssignment,
    span: Span,
    origin: str,
    *,
    container: int | None = None,
    image: int | None = None,
    env_file: int | None = None,
) -> Env:
    """Return the fact of a variable of a container, an image or an env file."""
    value = setting.value
    reason, placeholder = secret_of(setting.name, value)
    placeholder = (
        placeholder or value is not None and bool(value.open and PLACEHOLDER.fullmatch(value.string.strip("\"'")))
    )
    return Env(
        span,
        container=container,
        image=image,
        env_file=env_file,
        name=setting.name,
        value=value.string if value is not None else None,
        value_span=value.span if value is not None else None,
        form=setting.form,
        placeholder=int(placeholder),
        origin=origin,
        secret=reason,
    )


def _add_env_file(context: ExtractionContext, container: int, file: _EnvFileWord) -> None:
    source = next((source for path in file.paths if (source := context.open("", path)) is not None), None)
    path, span = file.word.string, file.word.span
    number = context.add(EnvFile(span, container=container, path=path, file=source.path if source else None))
    if source is not None:
        add_env_lines(context, source, container=container, env_file=number)


def add_env_lines(
    context: ExtractionContext, source: Source, *, container: int | None = None, env_file: int | None = None
) -> None:
    """Add the variables of an env file."""
    context.spend(len(source.text))
    for line in read_env_file(source.whole()):
        if line.error:
            continue
        value = Word(line.value) if line.value is not None else None
        setting = EnvAssignment(line.name.string, value, "passthrough" if value is None else "literal")
        end = line.value.span() if line.value is not None else line.name.span()
        span = line.name.span()._replace(end=end.end)
        context.add(variable_of(setting, span, "env-file", container=container, env_file=env_file))
