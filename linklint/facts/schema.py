"""The schema of facts: one class per table, with a description of every column.

Names are public and keep their meaning; columns may be added. A column of type `Span | None` holds the id of a row of
`span`; a column named like a table (`scope`, `container`, `step`) holds the id of one of its rows. `…_how` is
`literal`, `variable`, `command`, `captured` (a variable that holds an ID), `id`, `generated` (a name that Docker
generated), `declared` (it stands beside a link that only the text shows) or `none`. Facts are not compared or printed.
"""

from __future__ import annotations

from copy import copy
from typing import Any, Self

from linklint.text.records import Table, col
from linklint.text.source import Span


class Row(metaclass=Table, kw_only=False):
    """A fact, with the span of all of it."""

    span: Span

    def __init__(self, span: Span, **given: Any) -> None:
        self.span = span
        for name, column in type(self).columns.items():
            if name != "span":
                setattr(self, name, given.pop(name, column.default))
        if given:
            raise TypeError(f"{type(self).__name__} has no column {next(iter(given))}")

    def changed(self, **given: Any) -> Self:
        """Return a copy with other values."""
        found = copy(self)
        for name, value in given.items():
            setattr(found, name, value)
        return found


class Scope(Row):
    """Commands that share one Docker host and one order."""

    kind: str = col(
        "the kind of file (shell, compose, ci, …); heredoc for a file that a script writes, daemon for settings",
        "",
    )
    name: str = col("the name for people: the Compose project, or the path of the script", "")
    host: str = col("-H, --context, DOCKER_HOST, the host of ssh, or a CI job; empty for the local engine", "")
    complete: int = col("1 if everything the scope can refer to is in it (a complete Compose project)", 0)
    is_example: int = col("1 if it is shown, not run: a document", 0)
    on_host: int = col("1 if commands run one after the other on one host: a script", 0)
    is_project: int = col("1 if containers start together, in no order: a Compose project", 0)
    is_pipeline: int = col("1 if scripts run on a host of their own: CI, Jenkins, Ansible", 0)


class Step(Row):
    """A command that changes containers, networks or images, in the order of the scope."""

    scope: int = col("the scope that orders it", 0)
    seq: int = col("its position in that order", 0)
    verb: str = col(
        "run, create, start, restart, stop, kill, rm, rm-link, rename, pause, unpause, signal, wait, follow, exec, "
        "prune, system-prune, build, network-create, network-rm, network-connect, network-disconnect, "
        "network-prune, and "
        "compose-up, compose-down and the like",
        "",
    )
    name: str | None = col(
        "the container, network or image that it applies to; for Compose the services, and SERVICE=N of --scale"
    )
    name_span: Span | None = col("the span of that name")
    name_how: str = col("how the name is given", "none")
    new_name: str | None = col("the new name in a rename; for Compose the project of -p; null if it is not known")
    new_name_span: Span | None = col("the span of that name")
    network: str | None = col("the network of network-connect and network-disconnect")
    compose: str | None = col("the Compose file or directory of a Compose command, as a path in the tree")
    everything: int = col("1 if it applies to all containers: $(docker ps -aq), container prune", 0)
    force: int = col("1 with -f: rm of a running container needs it; for kill, 1 if the signal is KILL", 0)
    guarded: int = col("1 if the script expects that it may fail: docker stop db || true", 0)
    background: int = col("1 if the script continues before the command ends", 0)
    container: int | None = col("the container that it creates, or that a captured ID refers to")
    call: int | None = col("the call of the script that contains it, if another file of the tree calls the script")


class Call(Row):
    """A call of another script of the tree. The script's steps are in the caller's scope."""

    scope: int = col("the scope of the caller", 0)
    script: str = col("the script, as a path in the tree", "")
    how: str = col("run or source", "run")
    parent: int | None = col("the call that runs the caller")


class InBranch(Row):
    """A branch that a step is in. A step may be in several branches."""

    step: int = col("the step", 0)
    node: int = col("the fork: steps with the same node and different arms exclude each other", 0)
    arm: int = col("the branch taken at the fork", 0)
    kind: str = col("if, case, and, or, loop, retry, function, subshell, example, target, unit", "")


class Container(Row):
    """A container that a command runs or creates, or a file defines."""

    scope: int = col("the scope that starts it", 0)
    step: int | None = col("the step that creates it; null in Compose, which has no order")
    tool: str = col(
        "docker run, docker create, podman run, nerdctl run, compose, ci service, ansible, docker sdk, ecs, quadlet, …",
        "",
    )
    name: str | None = col("its name")
    name_span: Span | None = col("the span of the name")
    name_how: str = col("how the name is given", "none")
    image: str | None = col("the image, as written or resolved")
    image_span: Span | None = col("the span of the image")
    service: str | None = col("the Compose service")
    project: str | None = col("the Compose project")
    profiles: str = col("the Compose profiles that start it, separated by blanks; empty means always", "")
    scale: int = col("the number of replicas", 1)
    swarm: int = col(
        "1 if it may run on several hosts: deploy: gives replicas, or it is for Docker Cloud; 2 if it does: a key "
        "of deploy: or the name of the file is for a Swarm",
        0,
    )
    scale_span: Span | None = col("the span of the number of replicas")
    detached: int = col("1 with -d, and in Compose", 0)
    auto_remove: int = col("1 with --rm", 0)
    program: str | None = col("the first two words of the command after the image")
    network: str | None = col("the network as given; null is the default bridge (docker) or no setting at all")
    network_span: Span | None = col("the span of the network")
    network_how: str = col("how the network is given", "none")
    legacy: int = col("1 if its links are legacy links (default bridge); 0 on a user-defined network, host or none", 0)
    publish_all: int = col("1 with -P", 0)
    captured_in: str | None = col("the shell variable that gets its ID, or the file of --cidfile")
    hostname: str | None = col("-h, hostname:; null means the first 12 digits of its ID")
    domainname: str | None = col("--domainname, domainname:")
    replaces: int = col("1 if a container with this name is removed first: --replace, Ansible, Quadlet", 0)
    complete: int = col("0 if a variable may contain more options", 1)
    head_span: Span | None = col("the span that people look at: the word docker, or the key of the service")


class ContainerOption(Row):
    """An option of a container, under the long name in `docker run`, wherever it is set."""

    container: int = col("the container", 0)
    name: str = col("the long name of the option in docker run: privileged, cap-add, volume, …", "")
    value: str | None = col(
        "its value, one row each; true for a switch; only the variable name of env; secrets are masked"
    )


class Link(Row):
    """A link from a recipient to its source."""

    container: int = col("the recipient", 0)
    kind: str = col(
        "link, external (external_links of Compose), or endpoint (of one network, in an API client)", "link"
    )
    target: str = col("the source as written: a container, or a service of the project", "")
    target_span: Span | None = col("the span of the target")
    target_how: str = col("how the target is given", "literal")
    target_container: int | None = col("the container whose ID the variable holds, if the scope shows it")
    alias: str = col("the name that the recipient uses for it", "")
    prefix: str = col("the part of variable names that comes from the alias: upper case, _ for -", "")
    alias_path: str = col("the alias with its part before the last /: links of one recipient differ by it", "")


class Port(Row):
    """A published or exposed port."""

    container: int | None = col("the container, or")
    image: int | None = col("the image whose Dockerfile exposes it")
    spec: str = col("the value as written or resolved; -P for --publish-all", "")
    form: str = col(
        "short, pairs (key=value), long (Compose mapping), api (of an API or a task definition), all (-P) or expose",
        "short",
    )
    published: int = col("1 for -p, -P, ports:; 0 for expose", 0)
    host_ip: str | None = col("the host address; null if none is given")
    host_ip_span: Span | None = col("the span of the address in the long form")
    insert_span: Span | None = col("the span where a line can be inserted in the long form")
    host_first: int | None = col("the first host port; null if Docker chooses it, or it is not known")
    host_last: int | None = col("the last host port")
    container_first: int | None = col("the first container port")
    container_last: int | None = col("the last container port")
    protocol: str = col("tcp, udp or sctp", "tcp")
    host_known: int = col("1 if host_ip is complete: no variable hides a part of the host side", 1)
    quoted: int = col("1 if it is quoted in YAML", 1)


class Env(Row):
    """A variable that a container, an image or an env file sets."""

    container: int | None = col("the container, or")
    image: int | None = col("the image, or")
    env_file: int | None = col("the use of the env file by a container (null for a file that nothing uses)")
    name: str = col("the variable", "")
    value: str | None = col("its value; only the first characters of a secret, and …")
    value_span: Span | None = col("the span of the value")
    form: str = col("literal, variable, default (${X:-d}) or passthrough (-e X)", "literal")
    placeholder: int = col("1 if the value is a placeholder: <password>, changeme", 0)
    example: int = col("1 if the value of a secret is only an example: mysecretpassword, the name of the user", 0)
    origin: str = col(
        "flag, env-file, compose, dockerfile, ci, file, ansible, docker sdk, ecs, script (a link variable that a "
        "script exports)",
        "flag",
    )
    secret: str | None = col("why it is considered a secret, or null")


class EnvFile(Row):
    """An env file of a container."""

    container: int = col("the container", 0)
    path: str = col("the path as written", "")
    file: str | None = col("the path of the file in the tree, if it was read")


class ExtraHost(Row):
    """A line that --add-host or extra_hosts adds to /etc/hosts."""

    container: int = col("the container", 0)
    name: str = col("the host name", "")
    address: str = col("its address, or host-gateway", "")


class Network(Row):
    """A network that a file creates or names."""

    scope: int = col("the scope", 0)
    name: str = col("the network", "")
    driver: str | None = col("its driver")
    external: int = col("1 if Compose only uses it, and does not create it", 0)
    host_binding: str | None = col("com.docker.network.bridge.host_binding_ipv4")


class Attachment(Row):
    """A container on a network, by its definition or by docker network connect."""

    container: int | None = col("the container, if it is known")
    container_name: str | None = col("its name")
    network: str = col("the network", "")
    alias: str | None = col("the name that others on the network use for it")
    step: int | None = col("the step that connects it")


class Image(Row):
    """An image that a Dockerfile, docker build or a Compose service builds."""

    scope: int = col("the scope", 0)
    name: str | None = col("its name: the -t of docker build, or image: beside build:")
    context: str | None = col("the build directory, as a path in the tree")
    dockerfile: str | None = col("the Dockerfile, as a path in the tree")
    stage: str | None = col("the name of the stage")
    base: str | None = col("the image in FROM")
    container: int | None = col("the container of the Compose service that builds it")
    last: int = col("1 for the last stage of a Dockerfile, which is the one that is built", 0)


class EnvRead(Row):
    """A read of a variable with a name like those that links set."""

    scope: int = col("the scope", 0)
    name: str = col("the variable, DB_PORT_5432_TCP_ADDR", "")
    prefix: str = col("its part that comes from the alias, DB", "")
    part: str = col("address, url, port, proto, name or env", "")
    port: int | None = col("the port in the name")
    protocol: str | None = col("the protocol in the name, in lower case")
    fallback: str | None = col("the value used if it is not set, ${X:-fallback}")
    instead: str | None = col("the variable that is used instead if it is set, ${INSTEAD:-$X}")
    language: str = col("shell, dockerfile, compose, env, python, javascript, go, ruby, …, template", "")
    written: str | None = col("the read as written; null if it only tests whether the variable is set")
    container: int | None = col("the container whose command reads it, if it is part of a command")
    weak: int = col(
        "1 if the name alone is ambiguous (DB_PORT, DB_NAME): it counts only if a link of the tree sets that prefix",
        0,
    )
    tested: int = col("1 if it only tests whether the variable is set", 0)
    filled: str | None = col("what replaces it before any container runs: build, compose or systemd")


class Address(Row):
    """An address of a container that is hard-coded, or stored from docker inspect."""

    scope: int = col("the scope", 0)
    ip: str | None = col("the address; null if it comes from docker inspect")
    context: str = col("added host, URL, value or docker inspect", "")


class Refusal(Row):
    """Something that the CLI, the engine or Compose refuses or misreads."""

    scope: int = col("the scope", 0)
    container: int | None = col("the container, if one is recorded in spite of the refusal")
    option: str = col("the option, as written", "")
    reason: str = col("what is wrong with it, and what to write instead", "")
    misread_as: str | None = col("how docker reads it instead")
    code: str = col(
        "old-option, port, link-network or link-tool, which have rules of their own; engine if the engine refuses it, "
        "not the CLI; empty for the rest",
        "",
    )
    change: str = col("the row of engine_change that says which engines refuse it; empty if all do", "")
    instead: str | None = col("the replacement for the word, if it is certain")
    word: str | None = col("the word as it was read")


class Setting(Row):
    """A setting of the Docker daemon."""

    scope: int = col("the scope", 0)
    name: str = col("the variable or option", "")
    value: str | None = col("its value")


class Incompatibility(Row):
    """A use of something that newer engines refuse or no longer have, beside links."""

    change: str = col("the row of engine_change that it runs into", "")
    what: str = col("what is used: .NetworkSettings.IPAddress, API version 1.35, docker-compose 1.29.2", "")
    instead: str | None = col("what to use instead, if there is something")
    edit_span: Span | None = col("the span of the template action or of the jq path that can be replaced")
    edit: str | None = col("its replacement")
    container: str | None = col("the name of the container that is inspected, if it is a literal")


class KubernetesService(Row):
    """A Kubernetes Service: the kubelet sets variables of the same form for it."""

    name: str = col("metadata.name", "")


class Mention(Row):
    """A place that mentions links or their variables, in any text file."""

    kind: str = col("option (--link), key (links:), variable, or hosts (a use of /etc/hosts)", "")
    reading: str = col("fact, comment, prose, other (not about container links), vendored, or not followed", "")
    why: str = col("the rule that says so; empty for facts of an extractor, and if it is not followed", "")
    word: str = col("its text", "")
    line_digest: str = col("a digest of its line without blanks around it: who vouches for it means this line", "")


class Ignore(Row):
    """A suppression comment."""

    slugs: str = col("the rules, separated by blanks", "")
    reason: str = col("the reason after them", "")
    first_line: int = col("the first line that it covers", 0)
    last_line: int = col("the last line that it covers", 0)


class Unread(Row):
    """A file, or a part of one, that was not understood."""

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
    "incompatibility": Incompatibility,
    "kubernetes_service": KubernetesService,
    "mention": Mention,
    "ignore": Ignore,
    "unread": Unread,
}

PLURALS = {
    "in_branch": "in_branches",
    "address": "addresses",
    "unread": "unreads",
    "incompatibility": "incompatibilities",
}

# The columns that hold the id of a row, with the table of that row. `node` holds the number of a fork.
REFERENCES: dict[str, type[Row]] = {
    "scope": Scope,
    "step": Step,
    "container": Container,
    "target_container": Container,
    "image": Image,
    "env_file": EnvFile,
    "call": Call,
    "parent": Call,
}


# The columns of each table that refer to rows, with the tables of these rows.
REFERENCES_OF = {
    table: {name: REFERENCES[name] for name in REFERENCES.keys() & table.columns if table.columns[name].is_number}
    for table in TABLES.values()
}


def rows_of(table: type[Row]) -> list[str]:
    """Return the columns of a table that hold the number of a row, or of a fork."""
    return [name for name, is_span in table.spans.items() if is_span or name in REFERENCES_OF[table] or name == "node"]
