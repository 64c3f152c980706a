"""Facts of `docker run` and `docker create`: the container and everything that belongs to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from linklint.definition.containers import (
    ContainerDefinition,
    ContainerParts,
    NetworkOf,
    OptionValue,
    record,
    record_parts,
)
from linklint.docker.cli.command import PRINTS_HELP, Invocation, read_meant, read_run
from linklint.docker.cli.conflicts import engine_problems
from linklint.docker.cli.options import Option, Problem, Run, run_options
from linklint.docker.environment import parse_env
from linklint.docker.link_variables import mentions
from linklint.docker.names import canonical, how_named
from linklint.docker.networks import network_name
from linklint.docker.ports import BadPort, parse_expose, parse_publish
from linklint.facts.schema import Refusal
from linklint.flow.steps import CreatedContainer, StatementContext, add_step
from linklint.shell.scanner import scan
from linklint.text.confidence import LIKELY, POSSIBLE
from linklint.text.regex import lazy_compile
from linklint.text.source import Span
from linklint.text.word import VARIABLE, Word

SYNOPSIS = lazy_compile(r"\[?[A-Z][A-Z_]*(\[.*)?\]?|\[.*|IMAGE.*|\.\.\.|…")
OPTIONS_PLACEHOLDER = lazy_compile(r"[\[<]?[A-Z_ ]*OPTIONS?[^\]]*[\]>]?|[\[<](options|flags|args|\.\.\.)[\]>]|\.\.\.|…")
LACKS = lazy_compile(r"needs an image|needs a value")
STANDS_FOR = lazy_compile(r"[A-Z][A-Z0-9_]+(?::\S*)?")
PORT_STANDS_FOR = lazy_compile(r"<\w+>|(?:^|:)[A-Z_]{3,}(?:$|:|/)")


def record_run(place: StatementContext, call: Invocation, host: str, span: Span) -> CreatedContainer | None:
    if place.document:
        call.arguments = list(_without_placeholders(call))
    run = read_run(call)
    if place.document:
        run.problems = [problem for problem in run.problems if not _leaves_open(problem, run)]
    if _creates_nothing(place, run):
        return None
    context, scope = place.context, place.scope(host)
    if run.refused:
        _record_refused(place, run, call, scope, span)
        return None
    name = run.last("name")
    again = place.seen.get((span, scope, *(word.string for word in call.arguments))) if name is None else None
    if again is not None:
        return CreatedContainer(again, None)  # the same statement, through another call of its function
    how = how_named(name)
    text = canonical(name.string) if name is not None else None
    if run.switch("replace") and name is not None:
        add_step(place, span, "rm", name, scope=scope, force=1)
    definition = _definition(place, run, call, scope, span)
    definition.add_step = partial(add_step, place, span, call.verb, name, scope=scope)
    for word in _misread_links(run, call):
        definition.parts.link(word, confidence=LIKELY)
    number = record(context, definition)
    place.seen[(span, scope, *(word.string for word in call.arguments))] = number
    for problem in [*run.problems, *engine_problems(run)]:
        context.add(_refusal(problem, _refused_span(place, call, problem), scope, number))
    _read_command(place, run, scope, number)
    return CreatedContainer(number, text if how == "literal" else None)


def _creates_nothing(place: StatementContext, run: Run) -> bool:
    """Return whether the command only shows the syntax, is a part of another one, or prints the help."""
    if place.document and not run.problems and (_is_synopsis(run) if run.image is not None else not run.options):
        return True
    if place.is_fragment and (
        place.document and run.image is None or any(LACKS.search(p.reason) for p in run.problems)
    ):
        return True
    return any(problem.reason == PRINTS_HELP for problem in run.problems)


def _record_refused(place: StatementContext, run: Run, call: Invocation, scope: int, span: Span) -> None:
    """Record why the CLI refuses a command, and the container that it would create: other tools and other engines may
    take the options.
    """
    for problem in run.problems:
        place.context.add(_refusal(problem, _refused_span(place, call, problem), scope, None))
    meant = read_meant(call, run.problems)
    if meant.options:
        definition = _definition(place, meant, call, scope, span)
        parts, definition.parts = definition.parts, ContainerParts()
        record_parts(place.context.with_max_confidence(LIKELY), record(place.context, definition), parts)


def _misread_links(run: Run, call: Invocation) -> Iterator[Word]:
    """Yield the links of `-link a:b`, which an old script means, whatever a modern CLI reads."""
    if any(problem.code == "old-option" for problem in run.problems):
        yield from read_meant(call, run.problems).every("link")


def _refusal(problem: Problem, span: Span, scope: int, container: int | None) -> Refusal:
    return Refusal(
        span,
        scope=scope,
        container=container,
        option=problem.option,
        reason=problem.reason,
        misread_as=problem.misread_as,
        code=problem.code,
        change=problem.change,
        instead=problem.instead,
        word=problem.word.string,
    )


def _without_placeholders(call: Invocation) -> Iterator[Word]:
    """Return the words of a document's command without placeholders.

    `[OPTIONS]` and `...` are removed, unless an option needs a value there.
    """
    table, wants = run_options(call.tool, call.verb), False
    for word in call.arguments:
        string = word.string
        if not OPTIONS_PLACEHOLDER.fullmatch(string):
            name = (
                string[2:]
                if string.startswith("--")
                else table.shorthands.get(string[-1:], "")
                if string.startswith("-")
                else ""
            )
            wants = bool(name) and table.kind(name) == "value"
            yield word
        elif wants:
            yield Word(word.text, ((0, len(string), VARIABLE),))
            wants = False


def _refused_span(place: StatementContext, call: Invocation, problem: Problem) -> Span:
    """Return the span of a refusal, with its confidence: documents have placeholders, `$OPTIONS` may be anything, and
    podman, nerdctl and newer CLIs have options that are unknown here.
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
    stands_for = not problem.option and STANDS_FOR.fullmatch(problem.word.string)  # IMAGE, which a deployment replaces
    stands_for = stands_for or problem.code == "port" and PORT_STANDS_FOR.search(problem.word.string)
    if place.document or call.tool != "docker" or stands_for or any(word.many for word in call.arguments):
        return span._replace(confidence=POSSIBLE)
    return span._replace(confidence=LIKELY) if problem.reason.startswith("unknown option") else span


def _leaves_open(problem: Problem, run: Run) -> bool:
    """Return whether a document has a placeholder there: the value of an option, the image, `YOUR_NAME/app`."""
    if problem.option and problem.reason.endswith("needs a value"):
        return True
    if problem.code == "port" and re.search(
        r"[A-Za-z]{3,}", problem.word.string.rpartition("/")[0] or problem.word.string
    ):
        return True  # HOST:CONTAINER
    return not problem.option and (
        run.image is None or re.search(r"[A-Z][A-Z_]{2,}|\.\.\.|^[\[<]", run.image.string) is not None
    )


def _is_synopsis(run: Run) -> bool:
    """Return whether a document shows the syntax of the command: `docker run [OPTIONS] IMAGE [COMMAND]`."""
    return run.image is not None and SYNOPSIS.fullmatch(run.image.string) is not None


def _definition(place: StatementContext, run: Run, call: Invocation, scope: int, span: Span) -> ContainerDefinition:
    networks = [word for word in run.every("network") if word.string]
    network = networks[0] if networks else None
    named = network_name(network.string) if network else None
    is_bridge = call.tool == "docker" and named in (None, "default", "bridge")
    options = (
        OptionValue(o.name, o.value.string, o.value.span)
        if o.value is not None
        else OptionValue(o.name, "true" if o.on else "false", o.whole.span)
        for o in run.options
    )
    return ContainerDefinition(
        f"{call.tool} {call.verb}",
        span,
        scope,
        call.head.span,
        run.last("name"),
        run.image,
        NetworkOf(named, is_bridge, network.span if network else None, how_named(network)),
        options,
        {
            "detached": int(run.switch("detach") or call.verb == "create"),
            "auto_remove": int(run.switch("rm")),
            "replaces": int(run.switch("replace")),
            "program": " ".join(word.string for word in run.command[:2]) or None,
            "publish_all": int(run.switch("publish-all")),
            "complete": int(not any(word.many for word in call.arguments)),
            "captured_in": _given(run, "cidfile"),
            "hostname": _given(run, "hostname"),
            "domainname": _given(run, "domainname"),
        },
        _parts(place, run),
    )


def _given(run: Run, option: str) -> str | None:
    word = run.last(option)
    return word.string if word is not None else None


def _parts(place: StatementContext, run: Run) -> ContainerParts:
    parts = ContainerParts()
    for option in run.options:
        word = option.value
        if option.name == "publish-all" and option.on:
            parts.all_ports(_switch_span(option, "P"))
        if word is None:
            continue
        if option.name == "link" and word.string:
            parts.link(word)
        elif option.name in ("publish", "expose"):
            try:
                binding = (parse_publish if option.name == "publish" else parse_expose)(word)
            except BadPort:
                continue
            parts.port(binding, word)
        elif option.name == "env":
            parts.variable(parse_env(word), word.span, "flag")
        elif option.name == "add-host":
            parts.extra_host(word)
        elif option.name == "env-file":
            parts.env_file(word, place.paths(word))
    networks = run.every("network")
    for network in networks:
        parts.attachment(networks[0].span, network_name(network.string))
    return parts


def _read_command(place: StatementContext, run: Run, scope: int, container: int) -> None:
    """Record what `sh -c '…'` inside the container reads."""
    words = [word.string for word in run.command]
    if not any(map(mentions, words)):
        return
    from linklint.shell.reads import ReadContext, find_reads

    sets = frozenset(word.string.partition("=")[0] for word in run.every("env"))
    read = ReadContext(place.context, scope, container_sets=sets, container=container)
    if len(words) == 1 and "$" in words[0] and re.search(r"\s", words[0]):  # the entrypoint of the image is a shell
        find_reads(read._replace(confidence=LIKELY), run.command[0].text, None)
    if (
        len(words) > 2
        and words[0].rsplit("/", 1)[-1] in ("sh", "bash", "ash", "dash")
        and re.fullmatch(r"-[a-z]*c", words[1])
    ):
        script = run.command[2].text
        find_reads(read, script, scan(script.string))


def _switch_span(option: Option, letter: str) -> Span:
    """Return the span of one letter of a cluster."""
    string = option.whole.string
    if string.startswith("--"):
        return option.whole.span
    at = string.find(letter)
    return option.whole.text.span(0, len(string)) if at < 0 or len(string) == 2 else option.whole.text.span(at, at + 1)
