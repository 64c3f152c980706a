"""The vocabulary: one frozen dataclass a table, one line of words on every column.

Names are public and keep their meaning; columns may be added. A column of type `Span | None` becomes the number of a
row of `span`; a column named like a table (`scope`, `container`, `step`) holds the id of one of its rows. `…_how` is
`literal`, `variable`, `command`, `captured` (a variable that took an ID), `id`, `generated` (a name in Docker's own
adjective_surname form) or `none`. Facts are neither compared nor printed: the methods for that would be a tenth of the
start.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

from linklint.text.source import Span


def col(words: str, default: Any = None) -> Any:
    """A column: the words that document it, and what it holds where an extractor says nothing."""
    return field(default=default, metadata={"words": words})


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Row:
    """A fact, with the place of the whole thing."""

    span: Span


@dataclass(frozen=True, slots=True, eq=False, repr=False, kw_only=True)
class Scope(Row):
    """A run of instructions that share one Docker host and one order."""

    kind: str = col(
        "the kind of file (shell, compose, ci, …), heredoc for one that a script writes, daemon for settings",
        "",
    )
    name: str = col("what people call it: the Compose project, the script's path", "")
    host: str = col("-H, --context, DOCKER_HOST, the host of ssh, or a CI job; empty is the local one", "")
    complete: int = col("1 where all that the scope can name stands in it (a whole Compose project)", 0)
    is_example: int = col("1 where it is shown, not run: a document", 0)
    on_host: int = col("1 where commands run one after the other on a host and wait for each other: a script", 0)
    is_project: int = col("1 where containers start together, without an order: a Compose project", 0)
    is_pipeline: int = col("1 where scripts run on a host of their own: CI, Jenkins, Ansible", 0)


@dataclass(frozen=True, slots=True, eq=False, repr=False, kw_only=True)
class Step(Row):
    """Something that a command does to containers, networks or images, in the order of the scope."""

    scope: int = col("the scope in whose order it stands", 0)
    seq: int = col("its place in that order", 0)
    verb: str = col(
        "run, create, start, restart, stop, kill, rm, rename, prune, wait, exec, build, compose-up, network-create, …",
        "",
    )
    name: str | None = col("the container, network or image that it acts on")
    name_span: Span | None = col("where that name stands")
    name_how: str = col("how the name is given", "none")
    new_name: str | None = col("the name that rename gives; null where it cannot be known")
    new_name_span: Span | None = col("where that name stands")
    everything: int = col("1 where it acts on all containers: $(docker ps -aq), container prune", 0)
    force: int = col("1 with -f: rm of a running container works only so", 0)
    background: int = col("1 where the script goes on before the command ends", 0)
    container: int | None = col("the container that it makes, or that a captured ID names")
    call: int | None = col("the call of the script that holds it, where another file of the tree makes it")


@dataclass(frozen=True, slots=True, eq=False, repr=False, kw_only=True)
class Call(Row):
    """A place that runs another script of the tree, or reads it in; the script's steps stand in the caller's scope."""

    scope: int = col("the scope of the caller", 0)
    script: str = col("the script, as a path in the tree", "")
    how: str = col("run or source", "run")
    parent: int | None = col("the call through which the caller itself is reached")


@dataclass(frozen=True, slots=True, eq=False, repr=False, kw_only=True)
class InBranch(Row):
    """A step that happens only on one path; it may be in several branches."""

    step: int = col("the step", 0)
    node: int = col("the fork: steps with one node and two arms exclude each other", 0)
    arm: int = col("the way taken at the fork", 0)
    kind: str = col("if, case, and, or, loop, retry, function, subshell, example, target, unit", "")


@dataclass(frozen=True, slots=True, eq=False, repr=False, kw_only=True)
class Container(Row):
    """A container that something runs, creates or defines."""

    scope: int = col("the scope that starts it", 0)
    step: int | None = col("the step that makes it; none in Compose, which has no order")
    tool: str = col(
        "docker run, docker create, podman run, nerdctl run, compose, ci service, ansible, docker sdk, ecs, quadlet, …",
        "",
    )
    name: str | None = col("the name it is given")
    name_span: Span | None = col("where that name stands")
    name_how: str = col("how the name is given", "none")
    image: str | None = col("the image, as written or resolved")
    image_span: Span | None = col("where the image stands")
    service: str | None = col("the Compose service")
    project: str | None = col("the Compose project")
    profiles: str = col("the Compose profiles that start it, separated by blanks; empty: always", "")
    scale: int = col("how many replicas", 1)
    swarm: int = col("1 where deploy: says the number of replicas: a swarm may run them, on other terms", 0)
    scale_span: Span | None = col("where the number of replicas stands")
    detached: int = col("1 with -d, and for Compose", 0)
    auto_remove: int = col("1 with --rm", 0)
    network: str | None = col("the network as given; null is the default bridge (docker) or no setting at all")
    network_span: Span | None = col("where the network stands")
    network_how: str = col("how the network is given", "none")
    legacy: int = col("1 where links are legacy links: the default bridge; 0 on a user net, host, none", 0)
    publish_all: int = col("1 with -P", 0)
    captured_in: str | None = col("the shell variable that takes its ID, or the file of --cidfile")
    hostname: str | None = col("-h, hostname:; null: the first 12 digits of its ID")
    domainname: str | None = col("--domainname, domainname:")
    replaces: int = col("1 where whoever has its name is removed first: --replace, Ansible, Quadlet", 0)
    complete: int = col("0 where a variable may hold more options", 1)
    head_span: Span | None = col("the word docker, or the service's key: where people look for it")


@dataclass(frozen=True, slots=True, eq=False, repr=False, kw_only=True)
class ContainerOption(Row):
    """An option of a container, under the long name that `docker run` has for it, wherever it is set."""

    container: int = col("the container", 0)
    name: str = col("the option's long name: privileged, cap-add, volume, …", "")
    value: str | None = col("its value, one row for each; true for a switch; of env only the variable; secrets masked")


@dataclass(frozen=True, slots=True, eq=False, repr=False, kw_only=True)
class Link(Row):
    """A link from a recipient to its source."""

    container: int = col("the recipient", 0)
    kind: str = col("link, external (Compose's external_links), or endpoint (an API client's, of one network)", "link")
    target: str = col("the source as named: a container, or a service of the project", "")
    target_span: Span | None = col("where the target stands")
    target_how: str = col("how the target is given", "literal")
    target_container: int | None = col("the container whose ID a variable holds, where the scope shows it")
    alias: str = col("the name by which the recipient knows it", "")
    prefix: str = col("the alias's part of the names of variables: upper case, _ for -", "")
    alias_path: str = col("the alias with what stands before its last /: links of one recipient differ by it", "")


@dataclass(frozen=True, slots=True, eq=False, repr=False, kw_only=True)
class Port(Row):
    """A port that is published or exposed."""

    container: int | None = col("the container, or")
    image: int | None = col("the image whose Dockerfile exposes it")
    spec: str = col("the value as written or resolved; -P for --publish-all", "")
    form: str = col(
        "short, pairs (key=value), long (Compose mapping), api (of an API or a task definition), all (-P) or expose",
        "short",
    )
    published: int = col("1 for -p, -P, ports:; 0 for expose", 0)
    host_ip: str | None = col("the host address; null where none is given")
    host_ip_span: Span | None = col("where the long form says it")
    insert_span: Span | None = col("where a line of the long form can be put in")
    host_first: int | None = col("the first host port; null where Docker chooses, or it is not known")
    host_last: int | None = col("the last host port")
    container_first: int | None = col("the first container port")
    container_last: int | None = col("the last container port")
    protocol: str = col("tcp, udp or sctp", "tcp")
    host_known: int = col("1 where host_ip says all: no part of the host's side hides in a variable", 1)
    quoted: int = col("1 where YAML has it in quotes", 1)


@dataclass(frozen=True, slots=True, eq=False, repr=False, kw_only=True)
class Env(Row):
    """A variable that a container, an image or an env file sets."""

    container: int | None = col("the container, or")
    image: int | None = col("the image, or")
    env_file: int | None = col("the env file's use by a container (null for a file that nothing uses)")
    name: str = col("the variable", "")
    value: str | None = col("its value; a secret's first characters and … only")
    value_span: Span | None = col("where the value stands")
    form: str = col("literal, variable, default (${X:-d}) or passthrough (-e X)", "literal")
    placeholder: int = col("1 where the value only stands for one: <password>, changeme", 0)
    origin: str = col(
        "flag, env-file, compose, dockerfile, ci, file, ansible, docker sdk, ecs, script (a link's variable that a "
        "script exports), refused (of a command that docker refuses)",
        "flag",
    )
    secret: str | None = col("null, or why it is held to be a secret")


@dataclass(frozen=True, slots=True, eq=False, repr=False, kw_only=True)
class EnvFile(Row):
    """An env file that a container is given."""

    container: int = col("the container", 0)
    path: str = col("the path as written", "")
    file: str | None = col("the file's path in the tree, where it was read")


@dataclass(frozen=True, slots=True, eq=False, repr=False, kw_only=True)
class ExtraHost(Row):
    """A line that --add-host or extra_hosts puts into /etc/hosts."""

    container: int = col("the container", 0)
    name: str = col("the host name", "")
    address: str = col("its address, or host-gateway", "")


@dataclass(frozen=True, slots=True, eq=False, repr=False, kw_only=True)
class Network(Row):
    """A network that something makes or names."""

    scope: int = col("the scope", 0)
    name: str = col("the network", "")
    driver: str | None = col("its driver")
    external: int = col("1 where Compose only uses it", 0)
    host_binding: str | None = col("com.docker.network.bridge.host_binding_ipv4")


@dataclass(frozen=True, slots=True, eq=False, repr=False, kw_only=True)
class Attachment(Row):
    """A container on a network, by its definition or by docker network connect."""

    container: int | None = col("the container, where it is known")
    container_name: str | None = col("its name")
    network: str = col("the network", "")
    alias: str | None = col("the name by which others on the network know it")
    step: int | None = col("the step that attaches it")


@dataclass(frozen=True, slots=True, eq=False, repr=False, kw_only=True)
class Image(Row):
    """An image that a Dockerfile, docker build or a Compose service makes."""

    scope: int = col("the scope", 0)
    name: str | None = col("its name: the -t of docker build, the image: beside build:")
    context: str | None = col("the directory it is built from, as a path in the tree")
    dockerfile: str | None = col("the Dockerfile, as a path in the tree")
    stage: str | None = col("the name of the stage")
    base: str | None = col("what FROM names")
    container: int | None = col("the Compose service's container that is built so")
    last: int = col("1 for the last stage of a Dockerfile, the one that is built", 0)


@dataclass(frozen=True, slots=True, eq=False, repr=False, kw_only=True)
class EnvRead(Row):
    """A place that reads a variable of the kind that links make."""

    scope: int = col("the scope", 0)
    name: str = col("the variable, DB_PORT_5432_TCP_ADDR", "")
    prefix: str = col("the alias's part of it, DB", "")
    part: str = col("address, url, port, proto, name or env", "")
    port: int | None = col("the port in the name")
    protocol: str | None = col("the protocol in the name, in lower case")
    fallback: str | None = col("what is used where it is not set, ${X:-fallback}")
    language: str = col("shell, dockerfile, compose, env, python, javascript, go, ruby, …, template", "")
    written: str | None = col("the read as it is written; null where it is only asked whether there is one")
    container: int | None = col("the container whose command reads it, where it stands there")
    weak: int = col(
        "1 where the name alone (DB_PORT, DB_NAME) says nothing: it counts where a link of the tree makes that prefix",
        0,
    )
    tested: int = col("1 where it is only asked whether it is set", 0)
    filled: str | None = col("who fills it in before any container runs: build, compose or systemd")


@dataclass(frozen=True, slots=True, eq=False, repr=False, kw_only=True)
class Address(Row):
    """An address of a container that is written down, or asked of the engine once."""

    scope: int = col("the scope", 0)
    ip: str | None = col("the address; null where docker inspect is asked for it")
    context: str = col("added host, URL, value or docker inspect", "")


@dataclass(frozen=True, slots=True, eq=False, repr=False, kw_only=True)
class Refusal(Row):
    """What the CLI, the engine or Compose refuses or silently misreads."""

    scope: int = col("the scope", 0)
    container: int | None = col("the container, where there is one all the same")
    option: str = col("the option, as written", "")
    reason: str = col("what is wrong with it, and what to write instead", "")
    misread_as: str | None = col("how it is read instead")
    code: str = col("what has a rule of its own: old-option, port, link-network, link-tool; empty for the rest", "")
    instead: str | None = col("what to write in the place of the word, where that is certain")
    word: str | None = col("the word as it is read")


@dataclass(frozen=True, slots=True, eq=False, repr=False, kw_only=True)
class Setting(Row):
    """A setting of the Docker daemon."""

    scope: int = col("the scope", 0)
    name: str = col("the variable or option", "")
    value: str | None = col("its value")


@dataclass(frozen=True, slots=True, eq=False, repr=False, kw_only=True)
class KubernetesService(Row):
    """A Kubernetes Service: the kubelet makes variables of the same form from it."""

    name: str = col("metadata.name", "")


@dataclass(frozen=True, slots=True, eq=False, repr=False, kw_only=True)
class Ignore(Row):
    """A comment that ignores findings."""

    slugs: str = col("the rules, separated by blanks", "")
    reason: str = col("the words behind it", "")
    first_line: int = col("the first line that it covers", 0)
    last_line: int = col("the last line that it covers", 0)


@dataclass(frozen=True, slots=True, eq=False, repr=False, kw_only=True)
class Unread(Row):
    """A file, or a part of one, that could not be understood."""

    reason: str = col("why", "")


TABLES: dict[str, type[Row]] = {
    "scope": Scope,
    "call": Call,
    "step": Step,
    "in_branch": InBranch,
    "container": Container,
    "container_option": ContainerOption,
    "link": Link,
    "port": Port,
    "env": Env,
    "env_file": EnvFile,
    "extra_host": ExtraHost,
    "network": Network,
    "attachment": Attachment,
    "image": Image,
    "env_read": EnvRead,
    "address": Address,
    "refusal": Refusal,
    "setting": Setting,
    "kubernetes_service": KubernetesService,
    "ignore": Ignore,
    "unread": Unread,
}

PLURALS = {"in_branch": "in_branches", "address": "addresses", "unread": "unreads"}


def columns_of(table: type[Row]) -> dict[str, bool]:
    """The columns of a table, in order, and whether each holds a span."""
    return {f.name: str(f.type).startswith("Span") for f in fields(table)}
