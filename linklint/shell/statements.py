"""Facts of a docker command in a script: steps, containers and everything that belongs to them."""

from __future__ import annotations

import posixpath
import re

from linklint.docker.cli.command import Invocation
from linklint.docker.cli.compose import ComposeCommand
from linklint.docker.cli.options import TRUE, option_table, split_options
from linklint.docker.names import canonical, how_named
from linklint.facts.schema import Attachment, Image, Network
from linklint.flow.steps import CreatedContainer, StatementContext, add_step
from linklint.shell.run_statements import record_run
from linklint.text.regex import lazy_compile
from linklint.text.source import Span
from linklint.text.word import COMMAND, Word

PLURAL_VERBS = frozenset({"start", "restart", "stop", "kill", "rm", "wait", "pause", "unpause"})
ENDING_SIGNALS = frozenset("KILL TERM INT QUIT ABRT STOP 9 15 2 3 6".split())
CERTAIN_SIGNALS = frozenset({"KILL", "9"})
EXEC = option_table(
    "env env-file user workdir detach-keys", d="detach", i="interactive", t="tty", e="env", u="user", w="workdir"
)
NAME_FILTER = lazy_compile(r"name=[\^/]*([\w.-]+)\$?")


def record(place: StatementContext, call: Invocation, host: str, span: Span) -> CreatedContainer | None:
    """Record the facts of one docker command."""
    verb, group = call.verb, call.group
    if call.host is not None:
        host = call.host.string
    if group in ("", "container") and verb in ("run", "create"):
        return record_run(place, call, host, span)
    scope = place.scope(host)
    if group in ("", "container") and verb in PLURAL_VERBS:
        _record_names(place, call, scope, span)
    elif group in ("", "container") and verb == "rename":
        _record_rename(place, call, scope, span)
    elif group in ("", "container") and verb == "exec":
        _record_exec(place, call, scope, span)
    elif group in ("", "container") and verb in ("logs", "attach"):
        _record_follow(place, call, scope, span)
    elif group in ("container", "system", "network") and verb == "prune":
        _record_prune(place, call, scope, span)
    elif group == "network":
        _record_network(place, call, scope, span)
    elif verb == "build" and group in ("", "image", "builder", "buildx"):
        _record_build(place, call, scope, span)
    return None


MAX_WORDS = 2000


def record_compose(place: StatementContext, command: ComposeCommand, host: str, span: Span) -> None:
    """Record a command of Compose, with the file or the directory of its project."""
    path: str | None = posixpath.normpath(place.directory or ".")
    for word in [command.directory] if command.directory is not None else command.files[:1]:
        paths = [] if word.open else place.paths(word)
        path = next((path for path in paths if not path.startswith("..")), None)
    host = host or ("podman" if command.podman else "")  # an engine of its own
    services = [f"{service}={count}" for service, count in command.scales.items()]
    named = command.project
    add_step(
        place,
        span,
        f"compose-{command.verb}",
        scope=place.scope(host),
        name=" ".join([*command.services, *services]) or None,
        new_name=named.string if named is not None and not named.open else None,
        compose=None if named is not None and named.open else path,
        force=int(bool(command.switches & {"stop", "force-recreate"})),
    )


def record_elsewhere(place: StatementContext, host: str, span: Span) -> None:
    """Record that containers which are defined elsewhere start."""
    add_step(place, span, "compose-up", scope=place.scope(host))


def _record_prune(place: StatementContext, call: Invocation, scope: int, span: Span) -> None:
    """Record a prune: `everything` without a filter, `force` if it does not ask."""
    _, switches, options = _arguments(call, "--filter")
    verb = {"system": "system-prune", "network": "network-prune"}.get(call.group, "prune")
    force = bool(switches & {"-f", "--force"})
    add_step(place, span, verb, scope=scope, everything=int("--filter" not in options), force=int(force))


def _record_exec(place: StatementContext, call: Invocation, scope: int, span: Span) -> None:
    _, index, _ = split_options(call.arguments, EXEC)
    word = next(iter(call.arguments[index:]), None)
    add_step(place, span, "exec", word, scope=scope, container=word.captured if word is not None else None)


def _record_follow(place: StatementContext, call: Invocation, scope: int, span: Span) -> None:
    """Record `logs -f` and `attach`, which return when the container ends."""
    arguments, switches, _ = _arguments(call, "-n --tail --since --until --detach-keys")
    if arguments and (call.verb == "attach" or switches & {"-f", "--follow"}):
        add_step(place, span, "follow", arguments[0], scope=scope, container=arguments[0].captured)


def _arguments(call: Invocation, values: str = "") -> tuple[list[Word], set[str], dict[str, Word]]:
    """Return (arguments, switches, options with values) of a command without a table of options.

    `values` are the options that take a value.
    """
    names, switches, options = set(values.split()), set(), {}
    arguments: list[Word] = []
    words = iter(call.arguments)
    for word in words:
        string = word.string
        if string.startswith("--") and len(string) > 2:
            equals = word.find("=")
            if equals > 0:
                options[string[:equals]] = word.slice(equals + 1)
                if string[equals + 1 :] in TRUE:
                    switches.add(string[:equals])
            elif string in names:
                options[string] = next(words, word)
            else:
                switches.add(string)
        elif string.startswith("-") and len(string) > 1:
            for position, letter in enumerate(string[1:], 1):
                if "-" + letter in names:
                    rest = word.slice(position + 1)
                    options["-" + letter] = (
                        rest.slice(1) if rest.string.startswith("=") else rest if rest.string else next(words, word)
                    )
                    break
                switches.add("-" + letter)
        else:
            arguments.append(word)
    return arguments, switches, options


def _record_names(place: StatementContext, call: Invocation, scope: int, span: Span) -> None:
    arguments, switches, options = _arguments(call, "-t --time -s --signal --timeout --detach-keys")
    signal = options.get("-s") or options.get("--signal")
    force = int("-f" in switches or "--force" in switches)
    verb = "rm-link" if call.verb == "rm" and switches & {"-l", "--link"} else call.verb
    if verb == "kill":
        number = signal.string.upper().removeprefix("SIG") if signal is not None else "KILL"
        verb = "kill" if number in ENDING_SIGNALS else "signal"  # with HUP, nginx and others reload their configuration
        force = int(number in CERTAIN_SIGNALS)
    for word in arguments:
        if re.fullmatch(r"\d?[<>].*|\\", word.string):
            continue
        how = how_named(word)
        every = int(how == COMMAND and _lists_all(word.string) or "-a" in switches and call.tool == "podman")
        name: str | None = canonical(word.string)
        if how == COMMAND and not every:
            found = NAME_FILTER.search(word.string)
            name, how = (found[1], "literal") if found else (name, how)
        add_step(
            place,
            span,
            verb,
            scope=scope,
            name=name,
            name_span=word.span,
            name_how=how,
            everything=every,
            force=force,
            container=word.captured,
        )
        if call.verb == "start" and switches & {"-a", "--attach", "-i", "--interactive"}:  # it returns at the end
            add_step(place, span, "wait", word, scope=scope, container=word.captured)
    if not arguments and switches & {"-a", "--all"}:
        add_step(place, span, call.verb, scope=scope, everything=1, force=force)


def _lists_all(string: str) -> bool:
    """Return whether `$(docker ps …)` gives all containers, not only some."""
    return re.search(r"\bps\b", string) is not None and not re.search(
        r"--filter|\s-f|-l\b|-lq|-ql|-n\b|grep|awk|--last|--latest", string
    )


def _record_rename(place: StatementContext, call: Invocation, scope: int, span: Span) -> None:
    arguments, _, _ = _arguments(call)
    if len(arguments) == 2:
        old, new = arguments
        add_step(
            place,
            span,
            "rename",
            old,
            scope=scope,
            new_name=None if new.open else canonical(new.string),
            new_name_span=new.span,
            container=old.captured,
        )


def _record_network(place: StatementContext, call: Invocation, scope: int, span: Span) -> None:
    arguments, _, options = _arguments(
        call,
        "-d --driver -o --opt --subnet --gateway --ip-range --alias --link --ip --ip6 --label --ipam-driver "
        "--ipam-opt --aux-address --scope --config-from --link-local-ip --driver-opt --gw-priority --mac-address "
        "--interface-name --dns --route",
    )
    if call.verb == "create":
        arguments = arguments[-1:]
    context = place.context
    if call.verb == "create" and arguments:
        driver = options.get("-d") or options.get("--driver")
        option = options.get("-o") or options.get("--opt")
        binding = option.string.partition("host_binding_ipv4=")[2] if option else ""
        context.add(
            Network(
                span,
                scope=scope,
                name=arguments[0].string,
                driver=driver.string if driver else None,
                external=0,
                host_binding=binding or None,
            )
        )
    if call.verb in ("create", "rm") and arguments:
        for word in arguments:
            add_step(place, span, "network-" + call.verb, word, scope=scope, name=word.string)
    elif call.verb in ("connect", "disconnect") and len(arguments) == 2:
        network, name = arguments
        number = add_step(
            place,
            span,
            "network-" + call.verb,
            name,
            scope=scope,
            container=name.captured,
            network=None if network.open else network.string,
        )
        if call.verb == "connect":
            alias = options.get("--alias")
            context.add(
                Attachment(
                    span,
                    container=name.captured,
                    container_name=canonical(name.string),
                    network=network.string,
                    alias=alias.string if alias else None,
                    step=number,
                )
            )


BUILD_VALUES = (
    "-t --tag -f --file --build-arg --target --cache-from --network --label --platform --progress -o --output "
    "--secret --ssh -m --memory"
    " --add-host --iidfile --build-context --cache-to --builder --shm-size --ulimit --isolation --cgroup-parent -c "
    "--cpu-shares"
)


def _record_build(place: StatementContext, call: Invocation, scope: int, span: Span) -> None:
    arguments, _, options = _arguments(call, BUILD_VALUES)
    name = options.get("-t") or options.get("--tag")
    dockerfile, target = options.get("-f") or options.get("--file"), options.get("--target")
    build_context = arguments[-1] if arguments else None
    path, file = _context(place, build_context), None
    if dockerfile is not None:
        paths = [path for path in place.paths(dockerfile) if not path.startswith("..")]
        file = next(
            (path for path in paths if place.context.open("", path) is not None),
            paths[0] if paths and not dockerfile.open else None,
        )
    elif path is not None:
        file = posixpath.normpath(posixpath.join(path, "Dockerfile"))
    tags: list[str | None] = [*_tags(call)]
    for tag in tags or [None]:
        place.context.add(
            Image(span, scope=scope, name=tag, context=path, dockerfile=file, stage=target.string if target else None)
        )
    add_step(place, span, "build", name, scope=scope, name=name.string if name else None)


def _context(place: StatementContext, word: Word | None) -> str | None:
    """Return the build directory in the tree; of several candidates, the first with a Dockerfile."""
    if word is None or word.string == "-" or "://" in word.string or word.string.startswith("git@"):
        return None
    paths = [path for path in place.paths(word) if not path.startswith("..")]
    found = next(
        (path for path in paths if place.context.open("", posixpath.join(path, "Dockerfile")) is not None), None
    )
    return found or (paths[0] if paths and not word.open else None)


def _tags(call: Invocation) -> list[str]:
    """Return all `-t` of a build."""
    found, words = [], iter(call.arguments)
    for word in words:
        string = word.string
        if string in ("-t", "--tag"):
            found.append(next(words, word).string)
        elif string.startswith("--tag="):
            found.append(string[6:])
        elif string.startswith("-t") and len(string) > 2:
            found.append(string[2:].removeprefix("="))
    return found
