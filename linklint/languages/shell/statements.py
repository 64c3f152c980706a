"""A docker command of a script → facts: steps, containers and what belongs to them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Protocol

from linklint.docker.cli.command import PRINTS_HELP, Invocation, read_run
from linklint.docker.cli.options import TRUE, Option, Problem, Run, run_arity
from linklint.docker.environment import parse_env
from linklint.docker.link_variables import mentions
from linklint.docker.names import canonical
from linklint.docker.networks import network_name
from linklint.docker.ports import BadPort, parse_expose, parse_publish
from linklint.facts.schema import Attachment, Container, Image, Network, Port, Refusal, Step
from linklint.languages.container_facts import add_env, add_env_file, add_extra_host, add_link, add_port, how_named
from linklint.languages.context import ExtractionContext
from linklint.languages.control_flow import BranchArm
from linklint.languages.shell.scanner import scan
from linklint.text.source import LIKELY, POSSIBLE, Span
from linklint.text.word import COMMAND, VARIABLE, Word

SYNOPSIS = re.compile(r"\[?[A-Z][A-Z_]*(\[.*)?\]?|\[.*|IMAGE.*|\.\.\.|…")
OPTIONS_PLACEHOLDER = re.compile(r"[\[<]?[A-Z_ ]*OPTIONS?[^\]]*[\]>]?|[\[<](options|flags|args|\.\.\.)[\]>]|\.\.\.|…")
LACKS = re.compile(r"needs an image|needs a value")
STANDS_FOR = re.compile(r"[A-Z][A-Z0-9_]+(?::\S*)?|__\w+__\S*|@\w+@\S*|%\w+%\S*")
PORT_STANDS_FOR = re.compile(r"@\w+@|__\w+__|%\w+%|\{\{|<\w+>|(?:^|:)[A-Z_]{3,}(?:$|:|/)")
PLURAL_VERBS = frozenset({"start", "restart", "stop", "kill", "rm", "wait", "pause", "unpause"})
ENDING_SIGNALS = frozenset("KILL TERM INT QUIT ABRT STOP 9 15 2 3 6".split())
NAME_FILTER = re.compile(r"name=[\^/]*([\w.-]+)\$?")


class StatementContext(Protocol):
    """Where a statement stands: what the interpreter says of the way that leads to it.

    In a `document` words may be left for the reader to fill in; where a program puts commands together, one may be a
    piece (`is_fragment`).
    """

    context: ExtractionContext
    directory: str
    document: bool
    branches: list[BranchArm]
    background: bool
    call_id: int | None
    is_fragment: bool
    seen: dict[tuple[object, ...], int]

    def scope(self, host: str) -> int: ...
    def next(self) -> int: ...
    def paths(self, word: Word) -> list[str]: ...


class CreatedContainer:
    """What a statement left behind: the container whose ID it prints."""

    __slots__ = ("container", "name")

    def __init__(self, container: int | None, name: str | None) -> None:
        self.container = container
        self.name = name


def record(place: StatementContext, call: Invocation, host: str, span: Span) -> CreatedContainer | None:
    """Take the facts of one docker command."""
    verb, group = call.verb, call.group
    if call.host is not None:
        host = call.host.string
    if group in ("", "container") and verb in ("run", "create"):
        return _record_run(place, call, host, span)
    scope = place.scope(host)
    if group in ("", "container") and verb in PLURAL_VERBS:
        _record_names(place, call, scope, span)
    elif group in ("", "container") and verb == "rename":
        _record_rename(place, call, scope, span)
    elif group in ("container", "system") and verb == "prune":
        add_step(place, Step(span, scope, place.next(), "prune", everything=1))
    elif group == "network":
        _record_network(place, call, scope, span)
    elif verb == "build" and group in ("", "image", "builder", "buildx"):
        _record_build(place, call, scope, span)
    return None


MAX_WORDS = 2000


def record_elsewhere(place: StatementContext, host: str, span: Span, verb: str) -> None:
    """Compose starts containers that stand in no command of the scope (`compose-up`), or something is run in one
    that is there (`exec`).
    """
    add_step(place, Step(span, place.scope(host), place.next(), verb))


def add_step(place: StatementContext, step: Step) -> int:
    """Take a step on the way that leads to its place; its id."""
    if place.background or place.call_id is not None:
        step = replace(step, background=int(place.background), call=place.call_id)
    number = place.context.add(step)
    for branch in place.branches:
        place.context.add(branch.row(step.span, number))
    return number


def _arguments(call: Invocation, values: str = "") -> tuple[list[Word], set[str], dict[str, Word]]:
    """(arguments, switches, options with values) of a command whose options need no table;

    `values` names those that take one.
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
    if call.verb == "kill" and signal is not None and signal.string.upper().removeprefix("SIG") not in ENDING_SIGNALS:
        return  # nginx and its like read their configuration again
    force = int("-f" in switches or "--force" in switches)
    if call.verb == "rm" and switches & {"-l", "--link"}:
        return
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
            Step(
                span,
                scope,
                place.next(),
                call.verb,
                name,
                word.span,
                how,
                everything=every,
                force=force,
                container=word.captured,
            ),
        )
    if not arguments and switches & {"-a", "--all"}:
        add_step(place, Step(span, scope, place.next(), call.verb, everything=1, force=force))


def _lists_all(string: str) -> bool:
    """Whether `$(docker ps …)` names all containers and not some."""
    return re.search(r"\bps\b", string) is not None and not re.search(
        r"--filter|\s-f|-l\b|-lq|-ql|-n\b|grep|awk|--last|--latest", string
    )


def _record_rename(place: StatementContext, call: Invocation, scope: int, span: Span) -> None:
    arguments, _, _ = _arguments(call)
    if len(arguments) == 2:
        old, new = arguments
        add_step(
            place,
            Step(span, scope, place.next(), "rename", canonical(old.string), old.span, how_named(old),
                 None if new.open else canonical(new.string), new.span, container=old.captured),
        )  # fmt: skip


def _record_network(place: StatementContext, call: Invocation, scope: int, span: Span) -> None:
    arguments, _, options = _arguments(
        call,
        "-d --driver -o --opt --subnet --gateway --ip-range --alias --link --ip --ip6 --label --ipam-driver "
        "--ipam-opt --aux-address",
    )
    context = place.context
    if call.verb == "create" and arguments:
        driver = options.get("-d") or options.get("--driver")
        option = options.get("-o") or options.get("--opt")
        binding = option.string.partition("host_binding_ipv4=")[2] if option else ""
        context.add(Network(span, scope, arguments[-1].string, driver.string if driver else None, 0, binding or None))
    if call.verb in ("create", "rm") and arguments:
        for word in arguments:
            add_step(
                place, Step(span, scope, place.next(), "network-" + call.verb, word.string, word.span, how_named(word))
            )
    elif call.verb in ("connect", "disconnect") and len(arguments) == 2:
        network, name = arguments
        number = add_step(
            place,
            Step(
                span,
                scope,
                place.next(),
                "network-" + call.verb,
                canonical(name.string),
                name.span,
                how_named(name),
                container=name.captured,
            ),
        )
        if call.verb == "connect":
            alias = options.get("--alias")
            context.add(
                Attachment(
                    span, name.captured, canonical(name.string), network.string, alias.string if alias else None, number
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
        place.context.add(Image(span, scope, tag, path, file, target.string if target else None))
    add_step(
        place,
        Step(
            span,
            scope,
            place.next(),
            "build",
            name.string if name else None,
            name.span if name else None,
            how_named(name),
        ),
    )


def _context(place: StatementContext, word: Word | None) -> str | None:
    """The directory of the tree that an image is built from: of several that may be meant the first with a
    Dockerfile.
    """
    if word is None or word.string == "-" or "://" in word.string or word.string.startswith("git@"):
        return None
    paths = [path for path in place.paths(word) if not path.startswith("..")]
    found = next(
        (path for path in paths if place.context.open("", posixpath.join(path, "Dockerfile")) is not None), None
    )
    return found or (paths[0] if paths and not word.open else None)


def _tags(call: Invocation) -> list[str]:
    """Every `-t` of a build."""
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


# run and create


def _record_run(place: StatementContext, call: Invocation, host: str, span: Span) -> CreatedContainer | None:
    if place.document:
        call.arguments = list(_without_placeholders(call))
    run = read_run(call)
    if place.document:
        run.problems = [problem for problem in run.problems if not _leaves_open(problem, run)]
        if not run.problems and (_is_synopsis(run) if run.image is not None else not run.options):
            return None
    if place.is_fragment and any(LACKS.search(problem.reason) for problem in run.problems):
        return None
    if any(problem.reason == PRINTS_HELP for problem in run.problems):
        return None
    context, scope = place.context, place.scope(host)
    if run.refused:
        for problem in run.problems:
            span = _refused_span(place, call, problem)
            context.add(_refusal(problem, span, scope, None))
        for word in _variables_of(call):  # whatever becomes of the command, a secret in it stands there
            add_env(context, parse_env(word), word.span, "refused")
        return None
    name = run.last("name")
    again = place.seen.get((span, scope, *(word.string for word in call.arguments))) if name is None else None
    if again is not None:
        return CreatedContainer(again, None)  # the same statement, by another call of its function
    how = how_named(name)
    text = canonical(name.string) if name is not None else None
    if run.switch("replace") and name is not None:
        add_step(place, Step(span, scope, place.next(), "rm", text, name.span, how, force=1))
    number = _add_container(place, run, call, scope, span, name, text, how)
    step = add_step(
        place,
        Step(span, scope, place.next(), call.verb, text, name.span if name else None, how, container=number),
    )
    context.collector.change(Container, number, step=step)
    place.seen[(span, scope, *(word.string for word in call.arguments))] = number
    for problem in run.problems:
        context.add(_refusal(problem, problem.word.span, scope, number))
    _add_parts(place, run, number)
    _read_command(place, run, scope, number)
    return CreatedContainer(number, text if how == "literal" else None)


def _refusal(problem: Problem, span: Span, scope: int, container: int | None) -> Refusal:
    return Refusal(
        span,
        scope,
        container,
        problem.option,
        problem.reason,
        problem.misread_as,
        problem.code,
        problem.instead,
        problem.word.string,
    )


def _variables_of(call: Invocation) -> Iterator[Word]:
    """The values of `-e` and `--env` of a command that docker does not read to the end."""
    words = iter(call.arguments)
    for word in words:
        string = word.string
        if string in ("-e", "--env"):
            found = next(words, None)
        elif string.startswith("--env="):
            found = word.slice(6)
        elif string.startswith("-e") and "=" in string and not string.startswith("-e="):
            found = word.slice(2)
        else:
            found = None
        if found is not None and found.find("=") > 0:
            yield found


def _without_placeholders(call: Invocation) -> Iterator[Word]:
    """The words of a document's command:

    `[OPTIONS]` and `...` are left out, and where an option wants a value they stand for one.
    """
    arity, wants = run_arity(call.tool, call.verb), False
    for word in call.arguments:
        string = word.string
        if not OPTIONS_PLACEHOLDER.fullmatch(string):
            name = (
                string[2:]
                if string.startswith("--")
                else arity.shorthands.get(string[-1:], "")
                if string.startswith("-")
                else ""
            )
            wants = bool(name) and arity.kind(name) == "value"
            yield word
        elif wants:
            yield Word(word.text, ((0, len(string), VARIABLE),))
            wants = False


def _refused_span(place: StatementContext, call: Invocation, problem: Problem) -> Span:
    """A document may leave something open, `$OPTIONS` may be anything; podman, nerdctl and newer CLIs have options
    that are not known here.
    """
    span = problem.word.span
    if call.head.holes and problem.code == "link-tool":
        return span._replace(confidence=LIKELY)
    if (
        problem.code == "old-option"
        or problem.code == "link-tool"
        and not place.document
        and not any(word.many for word in call.arguments)
    ):
        return span
    stands_for = not problem.option and STANDS_FOR.fullmatch(problem.word.string)  # IMAGE, which a deployment fills in
    stands_for = stands_for or problem.code == "port" and PORT_STANDS_FOR.search(problem.word.string)
    if place.document or call.tool != "docker" or stands_for or any(word.many for word in call.arguments):
        return span._replace(confidence=POSSIBLE)
    return span._replace(confidence=LIKELY) if problem.reason.startswith("unknown option") else span


def _leaves_open(problem: Problem, run: Run) -> bool:
    """Whether a document leaves something for the reader to fill in: an option's value, the image, `YOUR_NAME/app`."""
    if problem.option and problem.reason.endswith("needs a value: write it behind"):
        return True
    if problem.code == "port" and re.search(
        r"[A-Za-z]{3,}", problem.word.string.rpartition("/")[0] or problem.word.string
    ):
        return True  # HOST:CONTAINER
    return not problem.option and (
        run.image is None or re.search(r"[A-Z][A-Z_]{2,}|\.\.\.|^[\[<]", run.image.string) is not None
    )


def _is_synopsis(run: Run) -> bool:
    """Whether a document shows the grammar of the command, not a command: `docker run [OPTIONS] IMAGE [COMMAND]`."""
    return run.image is not None and SYNOPSIS.fullmatch(run.image.string) is not None


def _add_container(
    place: StatementContext,
    run: Run,
    call: Invocation,
    scope: int,
    span: Span,
    name: Word | None,
    text: str | None,
    how: str,
) -> int:
    networks = [word for word in run.every("network") if word.string]
    network = networks[0] if networks else None
    named = network_name(network.string) if network else None
    legacy = int(call.tool == "docker" and named in (None, "default"))
    return place.context.add(
        Container(
            span,
            scope,
            None,
            f"{call.tool} {call.verb}",
            text,
            name.span if name else None,
            how,
            run.image.string if run.image else None,
            run.image.span if run.image else None,
            detached=int(run.switch("detach") or call.verb == "create"),
            auto_remove=int(run.switch("rm")),
            replaces=int(run.switch("replace")),
            network=named,
            network_span=network.span if network else None,
            network_how=how_named(network),
            legacy=legacy,
            publish_all=int(run.switch("publish-all")),
            complete=int(not any(word.many for word in call.arguments)),
            captured_in=_given(run, "cidfile"),
            hostname=_given(run, "hostname"),
            domainname=_given(run, "domainname"),
            head_span=call.head.span,
        )
    )


def _given(run: Run, option: str) -> str | None:
    word = run.last(option)
    return word.string if word is not None else None


def _add_parts(place: StatementContext, run: Run, number: int) -> None:
    context = place.context
    host_network = [word.string for word in run.every("network")]
    for option in run.options:
        word = option.value
        if option.name == "publish-all" and option.on:
            context.add(Port(_switch_span(option, "P"), number, None, "-P", "all", 1))
        if word is None:
            continue
        if option.name == "link" and word.string:
            add_link(context, number, word)
        elif option.name in ("publish", "expose"):
            try:
                binding = (parse_publish if option.name == "publish" else parse_expose)(word)
            except BadPort:
                continue
            add_port(context, binding, word, word.span, container=number, quoted=True)
        elif option.name == "env":
            add_env(context, parse_env(word), word.span, "flag", container=number)
        elif option.name == "add-host":
            add_extra_host(context, number, word)
        elif option.name == "env-file":
            add_env_file(context, number, word, place.paths(word))
    for network in host_network:
        context.add(Attachment(run.every("network")[0].span, number, None, network_name(network), None, None))


def _read_command(place: StatementContext, run: Run, scope: int, container: int) -> None:
    """What `sh -c '…'` inside of the container reads."""
    words = [word.string for word in run.command]
    if not any(map(mentions, words)):
        return
    from linklint.languages.shell.reads import ReadContext, find_reads

    sets = frozenset(word.string.partition("=")[0] for word in run.every("env"))
    read = ReadContext(place.context, scope, container_sets=sets, container=container)
    if len(words) == 1 and "$" in words[0] and re.search(r"\s", words[0]):  # the image's entry point is a shell
        find_reads(read._replace(confidence=LIKELY), run.command[0].text, None)
    if (
        len(words) > 2
        and words[0].rsplit("/", 1)[-1] in ("sh", "bash", "ash", "dash")
        and re.fullmatch(r"-[a-z]*c", words[1])
    ):
        script = run.command[2].text
        find_reads(read, script, scan(script.string))


def _switch_span(option: Option, letter: str) -> Span:
    """The place of one letter of a cluster."""
    string = option.whole.string
    if string.startswith("--"):
        return option.whole.span
    at = string.find(letter)
    return option.whole.text.span(0, len(string)) if at < 0 or len(string) == 2 else option.whole.text.span(at, at + 1)
