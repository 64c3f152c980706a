"""The Docker SDK for Python.

`containers.run` and `create`, and the low-level `create_container`, `create_host_config`, `start`. Source: docker-py 7.
`links` go into the host configuration: on a user-defined network the engine ignores them, unless an endpoint of the
network has them. A port is `{"80/tcp": 8080}`, `("127.0.0.1", 8080)`, a list of these, or None for one that Docker
chooses.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import partial

from linklint.definition.containers import (
    ApiPort,
    ContainerDefinition,
    ContainerParts,
    NetworkOf,
    OptionValue,
    record,
    record_parts,
)
from linklint.docker.cli.options import long_name
from linklint.docker.environment import EnvAssignment, form_of, parse_env
from linklint.docker.names import canonical, how_named
from linklint.docker.ports import names_a_port
from linklint.facts.schema import Network
from linklint.flow.steps import add_step
from linklint.kinds.python.values import Values, as_dict, first_argument, is_get, joined, last_name
from linklint.shell.state import ShellState
from linklint.text.confidence import CERTAIN, LIKELY
from linklint.text.regex import lazy_compile
from linklint.text.source import Span
from linklint.text.word import Word

METHODS = {"stop": "stop", "kill": "kill", "remove": "rm", "start": "start", "restart": "restart", "wait": "wait"}
LOW_LEVEL = {**METHODS, "remove_container": "rm"}
del LOW_LEVEL["remove"]
PORT = lazy_compile(r"(?P<first>\d{1,5})(?:-(?P<last>\d{1,5}))?(?:/(?P<protocol>tcp|udp|sctp))?")
MAX_ITEMS = 2000

Arguments = dict[str, ast.expr]


class Sdk:
    """Extracts the calls of the Docker SDK; `taken` is true if the last call was one."""

    def __init__(self, values: Values, shell: ShellState) -> None:
        self.values = values
        self.shell = shell
        self.context = shell.context
        self.taken = False

    def call(self, node: ast.Call, name: str) -> int | None:
        """Read a call. Return the container that it creates or gets."""
        self.taken = True
        receiver = node.func.value if isinstance(node.func, ast.Attribute) else None
        arguments = self.arguments(node)
        if name in ("run", "create") and receiver is not None and last_name(receiver) == "containers":
            return self.container(node, arguments, "image", name)
        if name == "create_container" and (receiver is not None or "host_config" in arguments):
            return self.container(node, {**arguments, **self.host_config(arguments)}, "image", "create")
        if name == "create" and receiver is not None and last_name(receiver) == "networks":
            self.network(node, arguments)
        elif receiver is not None and name in METHODS and self.values.of(receiver).container in self.values.given:
            self.step(node, METHODS[name], self.values.of(receiver).container, None, arguments)
        elif receiver is not None and name in METHODS and is_get(self.node(receiver)):
            name_word = self.values.word(self.node(receiver).args[0])  # type: ignore[union-attr]
            self.step(node, METHODS[name], None, name_word, arguments)
        elif name == "prune" and receiver is not None and last_name(receiver) == "containers":
            add_step(self.shell, self.span(node), "prune", scope=self.shell.scope(""), everything=1)
        elif name == "remove" and receiver is not None and not node.args and not isinstance(receiver, ast.Constant):
            self.step(node, "rm", None, self.values.hole(receiver), arguments)  # of an unknown container
        elif name == "rename" and receiver is not None and self.values.of(receiver).container is not None and node.args:
            word = self.values.word(node.args[0])
            self.rename(node, self.values.of(receiver).container, word)
        elif name in LOW_LEVEL and receiver is not None and (target := first_argument(node, "container")) is not None:
            self.low_level(node, name, target, arguments)
        else:
            self.taken = False
        return None

    # Arguments

    def arguments(self, node: ast.Call) -> Arguments:
        """Return the keyword arguments, including those of `**{…}`; positional ones are `image` and `command`."""
        found: Arguments = {}
        for keyword in node.keywords:
            if keyword.arg is not None:
                found[keyword.arg] = keyword.value
            else:
                found.update({key: value for key, value in self.pairs(keyword.value) if key})
        for name, value in zip(("image", "command"), node.args):
            if not isinstance(value, ast.Starred):
                found.setdefault(name, value)
        return found

    def host_config(self, arguments: Arguments) -> Arguments:
        """Return the arguments of `create_host_config(…)`, given here or in a variable."""
        node = self.node(arguments.get("host_config"))
        if not isinstance(node, ast.Call):
            return {}
        found = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg is not None}
        for keyword in node.keywords:
            if keyword.arg is None:
                found.update({key: value for key, value in self.pairs(keyword.value) if key})
        found.pop("ports", None)
        return found

    def node(self, value: ast.expr | None) -> ast.expr | None:
        """Return an expression, or the one that was assigned to a variable."""
        if isinstance(value, (ast.Name, ast.Attribute)):
            known = self.values.of(value)
            value = known.node if known.node is not None else value
        return (
            as_dict(value)
            if isinstance(value, ast.Call) and last_name(value.func) == "dict" and not value.args
            else value
        )

    def pairs(self, value: ast.expr | None) -> Iterator[tuple[str, ast.expr]]:
        """Yield the entries of a dictionary."""
        node = self.node(value)
        if isinstance(node, ast.Dict):
            for key, item in list(zip(node.keys, node.values))[:MAX_ITEMS]:
                if key is not None:
                    yield self.values.word(key).string, item

    def items(self, value: ast.expr | None) -> list[ast.expr]:
        node = self.node(value)
        return node.elts[:MAX_ITEMS] if isinstance(node, (ast.List, ast.Tuple, ast.Set)) else []

    def on(self, arguments: Arguments, *names: str) -> bool:
        return any(isinstance(value := arguments.get(name), ast.Constant) and bool(value.value) for name in names)

    def text(self, value: ast.expr | None) -> Word | None:
        if value is None or isinstance(value, ast.Constant) and not value.value:
            return None
        return self.values.word(value)

    def span(self, *nodes: ast.expr) -> Span:
        start, end = self.values.places.of(nodes[0])[0], self.values.places.of(nodes[-1])[1]
        return self.values.places.text.span(start, max(start, end))

    # Facts

    def container(self, node: ast.Call, arguments: Arguments, image_name: str, verb: str) -> int | None:
        image, name = self.text(arguments.get(image_name)), self.text(arguments.get("name"))
        if image is None or not self.context.admits(self.values.places.text.source, self.span(node.func)):
            return None
        network = self.text(arguments.get("network") or arguments.get("network_mode"))
        where = network.string if network is not None else None
        head, scope = self.span(node.func), self.shell.scope("")
        definition = ContainerDefinition(
            "docker sdk",
            self.span(node),
            scope,
            head._replace(start=head.end - len(last_name(node.func))),
            name,
            image,
            NetworkOf(
                where,
                where in (None, "default", "bridge"),
                network.span if network is not None else None,
                how_named(network),
            ),
            self.options(arguments),
            {
                "detached": int(verb == "create" or self.on(arguments, "detach")),
                "auto_remove": int(self.on(arguments, "remove", "auto_remove")),
                "publish_all": int(self.on(arguments, "publish_all_ports")),
            },
        )
        self.links(definition.parts, arguments.get("links"), "link")
        self.endpoints(definition.parts, arguments)
        self.ports(definition.parts, arguments)
        self.environment(definition.parts, arguments.get("environment"))
        definition.add_step = partial(add_step, self.shell, self.span(node), verb, name, scope=scope)
        number = record(self.context, definition)
        self.values.given[number] = canonical(name.string) if name is not None and not name.open else None
        return number

    def options(self, arguments: Arguments) -> Iterator[OptionValue]:
        """Return the keyword arguments as options of `docker run`."""
        for key, value in arguments.items():
            name, node = long_name(key), self.node(value)
            if name is None or node is None:
                continue
            if isinstance(node, ast.Constant) and isinstance(node.value, bool):
                yield OptionValue(name, str(node.value).lower(), self.span(value))
            elif isinstance(node, ast.Dict):
                for item, inner in list(zip(node.keys, node.values))[:MAX_ITEMS]:
                    if item is not None:
                        yield OptionValue(
                            name, f"{self.values.word(item).string}={self.values.word(inner).string}", self.span(inner)
                        )
            else:
                for item in self.items(value) or ([value] if self.text(value) is not None else []):
                    yield OptionValue(name, self.values.word(item).string, self.span(item))

    def links(self, parts: ContainerParts, value: ast.expr | None, kind: str) -> None:
        """Read `{source: alias}` or `[(source, alias)]`."""
        node = self.node(value)
        pairs: list[tuple[ast.expr, ast.expr | None]] = []
        if isinstance(node, ast.Dict):
            pairs = [(key, item) for key, item in zip(node.keys, node.values) if key is not None]
        for item in self.items(value):
            inner = self.items(item)
            pairs.append((inner[0], inner[1] if len(inner) > 1 else None) if inner else (item, None))
        for source, alias in pairs[:MAX_ITEMS]:
            word = self.values.word(source)
            known = (
                None
                if alias is None or isinstance(alias, ast.Constant) and not alias.value
                else self.values.word(alias)
            )
            if known is not None:
                text = word.text
                colon = text.replaced(len(text) - 1, len(text), ":") if len(text) else known.text.replaced(0, 0, ":")
                word = joined([word, Word(colon), known])
            if word.string:
                parts.link(word, kind)

    def endpoints(self, parts: ContainerParts, arguments: Arguments) -> None:
        """Read `create_networking_config({network: create_endpoint_config(links=…, aliases=…)})`."""
        node = self.node(arguments.get("networking_config"))
        inner = node.args[0] if isinstance(node, ast.Call) and node.args else node
        for network, value in self.pairs(inner):
            config = self.node(value)
            aliases: list[ast.expr | None] = []
            if isinstance(config, ast.Call):
                named = {keyword.arg: keyword.value for keyword in config.keywords}
                self.links(parts, named.get("links"), "endpoint")
                aliases = [*self.items(named.get("aliases"))]
            for alias in aliases or [None]:
                text = self.values.word(alias).string if alias is not None else None
                parts.attachment(self.span(value), network, text)

    def ports(self, parts: ContainerParts, arguments: Arguments) -> None:
        given = arguments.get("port_bindings") or arguments.get("ports")
        if self.on(arguments, "publish_all_ports"):
            parts.all_ports(self.span(arguments["publish_all_ports"]))
        node = self.node(given)
        if isinstance(node, ast.Dict):
            for key, value in list(zip(node.keys, node.values))[:MAX_ITEMS]:
                if key is not None:
                    self.port(parts, key, value)
        for item in self.items(given):  # create_container(ports=[80]): exposed, not published
            inside, protocol = self.inside(item)
            parts.api_port(self.span(item), ApiPort(inside, protocol=protocol, published=False))

    def port(self, parts: ContainerParts, key: ast.expr, value: ast.expr) -> None:
        inside, protocol = self.inside(key)
        several = self.node(value)
        for binding in several.elts[:MAX_ITEMS] if isinstance(several, ast.List) else [value]:
            pair = self.items(binding) if isinstance(self.node(binding), ast.Tuple) else []
            address = self.values.word(pair[0]) if pair else None
            outside = pair[1] if len(pair) > 1 else None if pair else binding
            word = self.text(outside)
            host = PORT.fullmatch(word.string) if word is not None and not word.open else None
            known = (
                address is not None
                and not address.open
                or address is None
                and (word is None or not word.open or names_a_port(word.string))
            )
            span = (
                self.span(key, binding)
                if self.values.places.of(key)[0] <= self.values.places.of(binding)[0]
                else self.span(key)
            )
            port = ApiPort(
                inside,
                (int(host["first"]), int(host["last"] or host["first"])) if host and int(host["first"]) else None,
                address.string if address is not None and not address.open else None,
                protocol,
                known=known,
                written=self.values.word(key).string,
                host_written=word.string if word is not None and word.open else "",
            )
            confidence = LIKELY if word is not None and word.holes else CERTAIN
            parts.api_port(span._replace(confidence=confidence), port)

    def inside(self, key: ast.expr) -> tuple[tuple[int, int] | None, str]:
        """Return (container ports, protocol) of `80`, `"80/udp"`, `(80, "udp")`."""
        parts = self.items(key)
        word = self.values.word(parts[0] if parts else key)
        match = PORT.fullmatch(word.string) if not word.open else None
        protocol = self.values.word(parts[1]).string if len(parts) > 1 else match["protocol"] if match else None
        return ((int(match["first"]), int(match["last"] or match["first"])) if match else None), protocol or "tcp"

    def environment(self, parts: ContainerParts, value: ast.expr | None) -> None:
        node = self.node(value)
        if isinstance(node, ast.Dict):
            for key, item in list(zip(node.keys, node.values))[:MAX_ITEMS]:
                if key is None:
                    continue
                word = None if isinstance(item, ast.Constant) and item.value is None else self.values.word(item)
                span = self.span(key, item)._replace(confidence=word.span.confidence if word is not None else CERTAIN)
                form = form_of(word) if word is not None else "passthrough"
                parts.variable(EnvAssignment(self.values.word(key).string, word, form), span, "docker sdk")
        for item in self.items(value):
            word = self.values.word(item)
            if word.find("=") > 0:
                parts.variable(parse_env(word), word.span, "docker sdk")

    # Steps

    def network(self, node: ast.Call, arguments: Arguments) -> None:
        name = self.text(arguments.get("name") or arguments.get("image"))
        if name is not None:
            scope = self.shell.scope("")
            self.context.add(Network(self.span(node), scope=scope, name=name.string))
            add_step(self.shell, self.span(node), "network-create", name, scope=scope, name=name.string)

    def step(self, node: ast.Call, verb: str, container: int | None, name: Word | None, arguments: Arguments) -> None:
        force = int(self.on(arguments, "force"))
        text = canonical(name.string) if name is not None else None
        how = "captured" if container is not None else how_named(name)
        place = name.span if name is not None else None
        add_step(
            self.shell,
            self.span(node),
            verb,
            scope=self.shell.scope(""),
            name=text,
            name_span=place,
            name_how=how,
            force=force,
            container=container,
        )

    def rename(self, node: ast.Call, container: int | None, new: Word) -> None:
        add_step(
            self.shell,
            self.span(node),
            "rename",
            scope=self.shell.scope(""),
            name_how="captured",
            new_name=None if new.open else canonical(new.string),
            new_name_span=new.span,
            container=container,
        )

    def low_level(self, node: ast.Call, name: str, target: ast.expr, arguments: Arguments) -> None:
        """Read `client.start(container, links=…)`, `client.remove_container(container, force=True)`."""
        container = self.values.of(target).container
        word = self.values.word(target)
        if container is None and (name != "remove_container" and not {"links", "port_bindings"} & set(arguments)):
            self.taken = False
            return
        self.step(node, LOW_LEVEL[name], container, None if container is not None else word, arguments)
        if name == "start" and container is not None:
            parts = ContainerParts()
            self.links(parts, arguments.get("links"), "link")
            published = ("port_bindings", "publish_all_ports")
            self.ports(parts, {key: value for key, value in arguments.items() if key in published})
            record_parts(self.context, container, parts)
