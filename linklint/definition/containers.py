"""Facts that belong to a container, from the words that set them, for command lines and files alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from linklint.context import ExtractionContext
from linklint.docker.cli.options import long_name
from linklint.docker.environment import EnvAssignment, read_env_file
from linklint.docker.links import alias_path, parse_link, prefix_of
from linklint.docker.names import canonical, how_named
from linklint.docker.ports import Binding
from linklint.facts.schema import Container, ContainerOption, Env, EnvFile, ExtraHost, Link, Port
from linklint.secrets.variables import PLACEHOLDER, classify_secret
from linklint.text.confidence import LIKELY
from linklint.text.regex import lazy_compile
from linklint.text.source import Source, Span
from linklint.text.word import CAPTURED, COMMAND, Word, literal

if TYPE_CHECKING:
    from linklint.lexer.yaml_nodes import YamlNode

MAX_OPTIONS = 3000
REFERENCE = lazy_compile(r"\$\{?[A-Za-z_]\w*\}?")


class ContainerWords(NamedTuple):
    """The words of a container's name, image and network, if given."""

    name: Word | None = None
    image: Word | None = None
    network: Word | None = None


class OptionValue(NamedTuple):
    """An option under the long name of `docker run`, with one value; a switch has `true` or `false`."""

    name: str
    value: str | None
    span: Span


def add_container(
    context: ExtractionContext,
    span: Span,
    tool: str,
    words: ContainerWords,
    options: Iterable[OptionValue] = (),
    **columns: Any,
) -> int:
    """Add a container with its options and return its number; `columns` are other columns of `Container`."""
    name, image, network = words
    given: dict[str, Any] = {
        "tool": tool,
        "name": canonical(name.string) if name is not None else None,
        "name_span": name.span if name is not None else None,
        "name_how": how_named(name),
        "image": image.string if image is not None else None,
        "image_span": image.span if image is not None else None,
        "network": network.string if network is not None else None,
        "network_span": network.span if network is not None else None,
        "network_how": how_named(network),
    }
    number = context.add(Container(span, **{**given, **columns}))
    for count, option in enumerate(options):
        if count == MAX_OPTIONS:
            context.unread(option.span, f"more than {MAX_OPTIONS} option values of a container: the rest is not read")
            break
        value = option.value.partition("=")[0] if option.name == "env" and option.value else option.value
        context.add(ContainerOption(option.span, container=number, name=option.name, value=value))
    return number


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


def add_link(
    context: ExtractionContext, container: int, word: Word, kind: str = "link", confidence: str = "certain"
) -> None:
    """Add a `--link`, or an item of `links:` or `external_links:`."""
    target, alias = parse_link(word)
    how = how_named(target)
    if how in (CAPTURED, COMMAND) and len(target.holes) == 1 and target.holes[0][:2] != (0, len(target.string)):
        how = "variable"
    span = word.span if confidence == "certain" else word.span._replace(confidence=confidence)
    context.add(
        Link(
            span,
            container=container,
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


class LongPort(NamedTuple):
    """Where the long form of a Compose port has its address, or where it can be inserted; and whether the value is
    quoted.
    """

    quoted: bool = True
    host_ip_span: Span | None = None
    insert_span: Span | None = None


def add_port(
    context: ExtractionContext,
    binding: Binding,
    word: Word,
    span: Span,
    *,
    container: int | None = None,
    image: int | None = None,
    form: LongPort = LongPort(),
) -> None:
    """Add a published or exposed port of a container or an image."""
    host, inside = binding.host or (None, None), binding.container or (None, None)
    context.add(
        Port(
            span if binding.host_known else span._replace(confidence=LIKELY),
            container=container,
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
    )


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


def add_api_port(context: ExtractionContext, container: int, span: Span, port: ApiPort) -> None:
    """Add a port of an API or a task definition."""
    form = "api" if port.published else "expose"
    binding = Binding(form, port.host_ip or None, port.host, port.inside, port.protocol, port.known)
    add_port(context, binding, literal(port.spec), span, container=container)


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


def add_env(
    context: ExtractionContext,
    setting: EnvAssignment,
    span: Span,
    origin: str,
    *,
    container: int | None = None,
    image: int | None = None,
    env_file: int | None = None,
) -> None:
    """Add a variable of a container, an image or an env file."""
    value = setting.value
    reason, placeholder = secret_of(setting.name, value)
    placeholder = (
        placeholder or value is not None and bool(value.open and PLACEHOLDER.fullmatch(value.string.strip("\"'")))
    )
    context.add(
        Env(
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
    )


def add_extra_host(context: ExtractionContext, container: int, word: Word) -> None:
    """Add `--add-host NAME:ADDRESS`, also with `=`, or an item of `extra_hosts:`."""
    at = word.find("=") if word.find("=") > 0 else word.find(":")
    if at > 0:
        address = word.string[at + 1 :]
        context.add(
            ExtraHost(
                word.span,
                container=container,
                name=word.string[:at],
                address=address[1:-1] if address[:1] == "[" and address[-1:] == "]" else address,
            )
        )


def add_env_file(context: ExtractionContext, container: int, word: Word, paths: Iterable[str]) -> None:
    """Add an `--env-file`, and the variables in it if the tree has it at one of the paths."""
    source = next((source for path in paths if (source := context.open("", path)) is not None), None)
    number = context.add(
        EnvFile(word.span, container=container, path=word.string, file=source.path if source else None)
    )
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
        add_env(context, setting, span, "env-file", container=container, env_file=env_file)
