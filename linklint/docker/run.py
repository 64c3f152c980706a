"""A docker command line as the CLI reads it.

`invocation` finds the tool, its global options and the command; `read_run` reads `run` and `create` to the end.  What the CLI
would refuse is a `Problem` with its reason and no container; what it silently misreads is a `Problem` with `misread_as`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from linklint.docker import flags
from linklint.docker.flags import Option, Problem
from linklint.docker.image import is_reference
from linklint.docker.port import BadPort, parse_expose, parse_publish
from linklint.docker.values import refused_value
from linklint.word import Word

TOOLS = ("docker", "podman", "nerdctl")
GROUPS = frozenset({"container", "network", "system", "image", "volume", "builder", "compose", "buildx"})
VERBS = frozenset(
    "run create start restart stop kill rm rename wait build ps exec inspect logs pull push tag commit cp attach port top stats"
    " pause unpause network container system image volume login images rmi".split()
)


@dataclass(slots=True)
class Invocation:
    """A command of the docker CLI: `docker -H tcp://h container run …` has verb `run` and group `container`."""

    tool: str
    head: Word
    verb: str
    group: str
    verb_word: Word
    arguments: list[Word]
    host: Word | None
    problem: Problem | None = None


@dataclass(slots=True)
class Run:
    """A `run` or `create` as the CLI reads it."""

    tool: str
    verb: str
    options: list[Option]
    image: Word | None
    command: list[Word]
    problems: list[Problem] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        """Whether the CLI makes no container of it."""
        return any(problem.misread_as is None for problem in self.problems)

    def last(self, name: str) -> Word | None:
        """The value of a scalar option: the last one wins, and an empty one is none."""
        found = None
        for option in self.options:
            if option.name == name:
                found = option.value
        return found if found is not None and found.string else None

    def every(self, name: str) -> list[Word]:
        """All values of an option that may be repeated, in order."""
        return [option.value for option in self.options if option.name == name and option.value is not None]

    def switch(self, name: str) -> bool:
        """Whether a boolean is on: the last one wins."""
        on = False
        for option in self.options:
            if option.name == name:
                on = option.on
        return on


def tool_of(string: str) -> str | None:
    """The tool that a command word names: `docker`, `/usr/bin/docker`, `podman`, `docker.exe`."""
    name = string.rsplit("/", 1)[-1].removesuffix(".exe")
    if name in ("docker.io", "docker-ce"):
        return "docker"
    return name if name in TOOLS else None


def invocation(words: Sequence[Word], tool: str) -> Invocation | None:
    """Read `words`, the first of which is the tool; None where no command follows it."""
    options, index, problem = flags.cut(words[1:], flags.GLOBAL)
    index += 1
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


def read_run(call: Invocation) -> Run:
    """Read the options, the image and the command of `run` or `create`, and all that the CLI checks by itself."""
    options, index, problem = flags.cut(call.arguments, flags.run_arity(call.tool, call.verb))
    run = Run(call.tool, call.verb, options, None, [])
    if any(option.name == "help" and option.on for option in options):
        run.problems.append(Problem(call.verb_word, "--help", "--help prints the options and runs nothing"))
        return run
    if problem:
        run.problems.append(problem)
        return run
    rest = call.arguments[index:]
    if rest:
        run.image, run.command = rest[0], list(rest[1:])
    elif not any(word.many for word in call.arguments):
        run.problems.append(Problem(call.verb_word, "", f"{call.verb} needs an image"))
        return run
    run.problems.extend(_misread(run))
    run.problems.extend(_check_values(run))
    run.problems.extend(_check_image(run))
    run.problems.extend(_check_together(run))
    return run


def _misread(run: Run) -> list[Problem]:
    """Old single-dash options that a modern CLI takes for something else: `-link a:b` is `--label ink`."""
    found = []
    for option in run.options:
        string = option.whole.string
        old = string[1:].split("=")[0]
        if not string.startswith("--") and old in flags.OLD_SINGLE_DASH and len(old) > 1:
            eaten = f"{option.name} {option.value.string}" if option.value is not None else option.name
            found.append(Problem(option.whole, "-" + old, f"-{old} is gone since Docker 1.10: write --{old}", "--" + eaten))
    return found


def _check_values(run: Run) -> list[Problem]:
    found = []
    for option in run.options:
        if option.value is None or option.value.open:
            continue
        value = option.value.string
        reason = refused_value(flags.TYPES.get(option.name, "string"), value)
        if option.name in ("publish", "expose"):
            try:
                (parse_publish if option.name == "publish" else parse_expose)(option.value)
            except BadPort as error:
                reason = f"refuses {value or 'an empty value'}: {error}"
        if reason:
            found.append(Problem(option.value, "--" + option.name, f"--{option.name} {reason}"))
    return found


def _check_image(run: Run) -> list[Problem]:
    image = run.image
    if image is None or image.open or is_reference(image.string):
        return []
    if not image.string:
        return [Problem(image, "", "the image is empty")]
    return [
        Problem(image, "", f"{image.string} is no image name" + (": it must be lower case" if image.string != image.string.lower() else ""))
    ]


def _check_together(run: Run) -> list[Problem]:
    """Options that the CLI takes each, but not together."""
    found = []
    networks = [word for word in run.every("network") if word.string]
    links = run.every("link")
    if links and run.tool in ("podman", "nerdctl"):
        found.append(Problem(links[0], "--link", f"{run.tool} has no --link: use a network and the container's name"))
    if links and len(networks) == 1 and not networks[0].open:
        name = networks[0].string
        if name in ("bridge", "host", "none") or name.startswith("container:"):
            found.append(
                Problem(links[0], "--link", f"--link works only on user-defined networks: with --network {name} the CLI refuses it")
            )
    restart = run.last("restart")
    if restart is not None and run.switch("rm") and restart.string not in ("no", "") and not restart.open:
        found.append(Problem(restart, "--restart", "--restart and --rm exclude each other"))
    return found
