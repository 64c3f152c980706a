"""Read a docker command line as the CLI does.

`invocation` finds the tool, its global options and the command; `read_run` reads `run` and `create` completely. A
command that the CLI refuses gives a `Problem` with its reason; an option that the CLI misreads gives a `Problem` with
`misread_as`. Source: docker CLI 26.1.
"""

from __future__ import annotations

from collections.abc import Sequence

from linklint.docker.cli import options as flags
from linklint.docker.cli.changed_values import changed_values
from linklint.docker.cli.conflicts import conflicts
from linklint.docker.cli.options import Problem, Run
from linklint.docker.cli.values import refused_value
from linklint.docker.names import is_reference
from linklint.docker.ports import BadPort, parse_expose, parse_publish
from linklint.text.records import Record
from linklint.text.source import concat
from linklint.text.word import Word

TOOLS = ("docker", "podman", "nerdctl")
GROUPS = frozenset({"container", "network", "system", "image", "volume", "builder", "compose", "buildx"})
VERBS = frozenset(
    "run create start restart stop kill rm rename wait build ps exec inspect logs pull push tag commit cp attach "
    "port top stats"
    " pause unpause network container system image volume login images rmi".split()
)


class Invocation(Record):
    """A command of the docker CLI: `docker -H tcp://h container run …` has the verb `run` and the group `container`."""

    tool: str
    head: Word
    verb: str
    group: str
    verb_word: Word
    arguments: list[Word]
    host: Word | None
    problem: Problem | None = None


def tool_of(string: str) -> str | None:
    """Return the tool that a command word names (`docker`, `/usr/bin/docker`, `podman`, `docker.exe`), or None."""
    name = string.rsplit("/", 1)[-1].removesuffix(".exe")
    if name in ("docker.io", "docker-ce"):
        return "docker"
    return name if name in TOOLS else None


def invocation(words: Sequence[Word], tool: str) -> Invocation | None:
    """Read `words`, the first of which is the tool. Return None if no command follows."""
    options, index, problem = flags.split_options(words[1:], flags.global_options(tool))
    index += 1
    if problem is not None and (found := _misplaced(words, index, tool, problem)):
        return found
    host = next((o.value for o in reversed(options) if o.name in ("host", "context")), None)
    if problem is None and index + 1 < len(words) and words[index].many and words[index + 1].string in VERBS:
        host, index = words[index], index + 1  # docker $(docker-machine config one) run
    if problem is not None or index >= len(words):
        return None
    verb_word, group = words[index], ""
    if verb_word.string in GROUPS and index + 1 < len(words):
        group, index = verb_word.string, index + 1
        verb_word = words[index]
        if group == "container" and verb_word.string.startswith("-") and len(verb_word.string) > 1:
            return None
    return Invocation(tool, words[0], verb_word.string, group, verb_word, list(words[index + 1 :]), host)


def _misplaced(words: Sequence[Word], index: int, tool: str, problem: Problem) -> Invocation | None:
    """Read `docker --name web run …`: an option of `run` comes before it, and the CLI refuses the command."""
    verb = next(
        (
            number
            for number in range(index + 1, min(len(words), index + 4))
            if words[number].string in ("run", "create")
        ),
        None,
    )
    if verb is None or tool != "docker" or problem.word.holes:
        return None
    run, name = flags.run_options(tool, "run"), problem.option.lstrip("-")
    kind = run.kind(run.shorthands.get(name, name))
    reason = f"{problem.option} must come after {words[verb].string}" if kind else problem.reason
    return Invocation(tool, words[0], words[verb].string, "", words[verb], [], None, problem._replace(reason=reason))


def read_run(call: Invocation) -> Run:
    """Read the options, the image and the command of `run` or `create`, with everything that the CLI checks itself."""
    run = _read(call)
    for _ in range(MAX_OLD_OPTIONS):  # the first old option hides later ones: continue as it was meant
        old = next((problem.word for problem in reversed(run.problems) if problem.code == "old-option"), None)
        if old is None or not any(word is old for word in call.arguments):
            break
        meant = [_doubled(word) if word is old else word for word in call.arguments]
        call = call.changed(arguments=meant)
        more = [problem for problem in _read(call).problems if problem.code == "old-option"]
        known = {problem.word.span.start for problem in run.problems}
        run.problems.extend(problem for problem in more if problem.word.span.start not in known)
        if not more:
            break
    olds = [problem for problem in run.problems if problem.code == "old-option"]
    if olds and all(problem.misread_as is not None for problem in olds) and len(olds) < len(run.problems):
        olds[0] = olds[0]._replace(misread_as=None)  # then the CLI also refuses what it would misread
    run.problems = olds or run.problems
    return run


def read_meant(call: Invocation, problems: Sequence[Problem]) -> Run:
    """Read the options of a command that the CLI refuses or misreads as they were probably meant.

    Old options have two dashes. Unknown ones are left out, with their value if another option follows it. Nothing
    tells where the image is.
    """
    old = {problem.word for problem in problems if problem.code == "old-option"}
    words = [_doubled(word) if word in old else word for word in call.arguments]
    run = Run(call.tool, call.verb, [], None, [])
    while words:
        options, index, problem = flags.split_options(words, flags.run_options(call.tool, call.verb))
        run.options += options
        if problem is None:
            break
        words = words[index:]
        dashes = [word.string.startswith("-") for word in words[1:3]]
        words = words[2 if dashes == [False, True] else 1 :]
    return run


def _doubled(word: Word) -> Word:
    text = word.text
    return Word(concat(text.source, [text.replaced(0, 1, "--"), text.slice(1, len(text))]))


def _read(call: Invocation) -> Run:
    if call.problem is not None:
        return Run(call.tool, call.verb, [], None, [], [call.problem])
    options, index, problem = flags.split_options(call.arguments, flags.run_options(call.tool, call.verb))
    run = Run(call.tool, call.verb, options, None, [])
    if problem:
        run.problems.append(problem)
        return run
    if run.switch("help"):
        run.problems.append(Problem(call.verb_word, "--help", PRINTS_HELP))
        return run
    rest = call.arguments[index:]
    if rest:
        run.image, run.command = rest[0], list(rest[1:])
    elif not any(word.many for word in call.arguments):
        run.problems.append(
            Problem(call.verb_word, "", f"{call.verb} needs an image: {call.tool} {call.verb} [OPTIONS] IMAGE")
        )
        return run
    run.problems.extend(_misread(run))
    run.problems.extend(_check_values(run))
    run.problems.extend(_check_image(run))
    run.problems.extend(conflicts(run))
    run.problems.extend(changed_values(run))
    return run


def _misread(run: Run) -> list[Problem]:
    """Return old single-dash options that a modern CLI reads as something else: `-link a:b` is `--label ink`."""
    found = []
    for option in run.options:
        string = option.whole.string
        old = string[1:].split("=")[0]
        if not string.startswith("--") and old in flags.OLD_SINGLE_DASH and len(old) > 1:
            eaten = f"{option.name} {option.value.string}" if option.value is not None else option.name
            found.append(
                Problem(
                    option.whole,
                    "-" + old,
                    f"-{old} was removed in Docker 1.10: write --{old}",
                    "--" + eaten,
                    "old-option",
                    "-" + string,
                )
            )
    return found


MAX_OLD_OPTIONS = 20
PRINTS_HELP = "--help prints the options and runs nothing"
CHECKED_AT_THE_END = frozenset(
    "cgroupns health-retries mac-address memory-swappiness pid platform pull restart userns uts".split()
)


def _check_values(run: Run) -> list[Problem]:
    """Return the values that the CLI refuses. Of some options, it checks only the last one."""
    found = []
    last = {option.name: option for option in run.options if option.name in CHECKED_AT_THE_END}
    for option in run.options:
        given = option.value
        if given is None or given.open or given.has_gap or last.get(option.name, option) is not option:
            continue
        value = given.string
        reason = refused_value(option.name, value) if run.tool == "docker" or option.name == "env" else None
        if option.name in ("publish", "expose"):
            try:
                (parse_publish if option.name == "publish" else parse_expose)(given)
            except BadPort as error:
                example = "127.0.0.1:8080:80" if option.name == "publish" else "80/tcp"
                reason = f"takes a port like {example}, not {value or 'nothing'} ({error})"
        if reason:
            code = "port" if option.name in ("publish", "expose") else ""
            found.append(Problem(given, "--" + option.name, f"--{option.name} {reason}", None, code))
    return found


def _check_image(run: Run) -> list[Problem]:
    image = run.image
    if image is None or image.open or image.has_gap or is_reference(image.string):
        return []
    if not image.string:
        return [Problem(image, "", "the image is empty: write NAME[:TAG]")]
    lower = image.string.lower()
    hint = (
        f"it must be lower case, {lower}"
        if is_reference(lower)
        else "write [REGISTRY/]NAME[:TAG], with the name in lower case"
    )
    return [Problem(image, "", f"invalid image name {image.string}: {hint}")]
