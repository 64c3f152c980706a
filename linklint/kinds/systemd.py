"""Units of systemd and fleet: the commands that they run when they start and stop.

The units of one directory share a host. They start in the order of `After=`, and stop only when all have started. Each
is a path of its own, because nothing says that all of them are started, except units that another one needs
(`Requires=`, `BindsTo=`). A drop-in belongs to the unit that its directory names.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from contextlib import ExitStack

from linklint.context import ExtractionContext, directory_of
from linklint.docker.link_variables import link_variable
from linklint.facts.schema import EnvRead
from linklint.flow.steps import PlainScope, StepRecorder
from linklint.kinds import contents
from linklint.kinds.kind import EmbeddedText, Kind, NetworkLines, Surroundings
from linklint.lexer.unit_file import BRACED, UnitEntry, entries, prefix_of, specifiers_of, split
from linklint.shell.interpreter import finish_script, new_shell, run_words
from linklint.shell.state import ShellState
from linklint.text.records import Record, new
from linklint.text.source import MappedText, Source
from linklint.text.templates import ARMS
from linklint.text.word import Word

KIND = Kind(
    rank=140,
    name="unit",
    example="web.service",
    files="`*.service` and drop-ins `*.d/*.conf`, of systemd and fleet; also as templates (`*.service.j2`)",
    takes="`ExecStart` and similar settings, in order; the units of a directory share a host; the daemon's environment",
    suffixes="service",
    by_content={"script": contents.is_unit},
    calls_scripts=True,
    together=True,
    matters=contents.matters_as_script,
    expands=True,
    network=NetworkLines(by_setting=True),
    docker="/usr/bin/docker",
)

START = ("ExecCondition", "ExecStartPre", "ExecStart", "ExecStartPost", "ExecReload")
STOP = ("ExecStop", "ExecStopPost")
PREFIXES = "@-:+!|"
UNITS = PlainScope("units")
MAX_COMMANDS = 500
MAX_NEEDED = 10
MAX_UNITS = 1000


class Unit(Record):
    """A unit with its drop-ins: its commands by key, its environment, the units that start before it, and those that it
    needs.
    """

    name: str
    directory: str
    commands: dict[str, list[MappedText]] = new(factory=dict)
    environment: dict[str, str | None] = new(factory=dict)
    after: list[str] = new(factory=list)
    needs: list[str] = new(factory=list)
    files: bool = False
    oneshot: bool = False
    arms: bool = False

    def add(self, entry: UnitEntry) -> None:
        """Add a setting. An empty one removes earlier ones."""
        if entry.key in START or entry.key in STOP:
            lines = self.commands.setdefault(entry.key, [])
            if entry.value.string:
                lines.append(entry.value)
            else:
                lines.clear()
        elif entry.key == "Environment":
            for word in split(entry.value, specifiers_of(self.name, "service"), lambda _: None):
                name, equals, value = word.string.partition("=")
                if equals:
                    self.environment[name] = None if word.open else value
        elif entry.key == "EnvironmentFile":
            self.files = True
        elif entry.key == "After":
            self.after += entry.value.string.split()
        elif entry.key in ("Requires", "BindsTo", "Requisite"):
            self.needs += entry.value.string.split()
        elif entry.key == "Type":
            self.oneshot = entry.value.string == "oneshot"


def extract(sources: list[Source], context: ExtractionContext) -> None:
    """Extract the facts of the units of one directory, with the drop-ins of units beside them."""
    units: dict[str, Unit] = {}
    for source in sorted(sources, key=lambda source: source.path.endswith(".conf")):
        read_unit(units, source.path, source.whole(), context)
    order = StepRecorder(context, sources[0].whole().span(0, 0), UNITS, directory_of(sources[0].path))
    take(units, context, order)


def extract_blocks(blocks: Sequence[EmbeddedText], place: Surroundings) -> None:
    """Extract the facts of units, and of drop-ins behind them, that another file has for one host."""
    assert place.order is not None
    units: dict[str, Unit] = {}
    for block in blocks:
        read_unit(units, block.path, block.text, place.context)
    take(units, place.context, place.order, place.host)


def read_unit(units: dict[str, Unit], path: str, text: MappedText, context: ExtractionContext) -> None:
    """Read a unit file or a drop-in into the known units."""
    name = prefix_of(path)
    unit = units.setdefault(name, Unit(name, directory_of(path)))
    unit.arms = unit.arms or ARMS.search(text.string) is not None
    for entry in entries(text, context):
        unit.add(entry)


def take(units: dict[str, Unit], context: ExtractionContext, order: StepRecorder, host: str = "") -> None:
    """Record the steps of units that share a host: first everything that starts, then everything that stops."""
    if len(units) > MAX_UNITS:
        context.unread(order.span, f"more than {MAX_UNITS} units: the rest is not read")
        units = dict(list(units.items())[:MAX_UNITS])
    sequence = _sorted(units)
    forks = {unit.name: context.fork() for unit in sequence}
    shells = {unit.name: new_shell(context, order, unit.directory, host=host) for unit in sequence}
    for unit in sequence:
        shells[unit.name].has_template_arms = unit.arms
    for keys in (START, STOP):
        for unit in sequence:
            shell = shells[unit.name]
            with ExitStack() as paths:
                for name in _needed(unit, units):
                    paths.enter_context(shell.branch(forks[name], 0, "unit"))
                _run(unit, keys, shell)
    for shell in shells.values():
        finish_script(shell)


def _run(unit: Unit, keys: tuple[str, ...], shell: ShellState) -> None:
    specifiers = specifiers_of(unit.name, "service")
    for key in keys:
        lines = unit.commands.get(key, [])
        if len(lines) > MAX_COMMANDS:
            shell.context.unread(
                lines[MAX_COMMANDS].span(0, 1), f"more than {MAX_COMMANDS} commands of one kind: the rest is not read"
            )
        shell.background = key == "ExecStart" and not unit.oneshot
        for line in lines[:MAX_COMMANDS]:
            if not unit.files:
                _fill(line, unit.environment, shell)
            command_line = split(line, specifiers, unit.environment.get, strict=True)
            if not command_line and line.string:
                shell.context.unread(line.span(0, 1), "a quote is not closed: systemd does not run this command")
            for words in commands(command_line):
                with shell.expecting_failure(_may_fail(line)):
                    run_words(shell, words)
        shell.background = False


def _may_fail(line: MappedText) -> bool:
    """Return whether systemd ignores that the command of a line fails: `-` before the program."""
    return "-" in line.string[: len(line.string) - len(line.string.lstrip(PREFIXES))]


def _fill(line: MappedText, environment: Mapping[str, str | None], shell: ShellState) -> None:
    """Record link variables that systemd expands, `${X}` but not `$${X}`: it has no variables of links."""
    for match in BRACED.finditer(line.string) if "_TCP" in line.string or "_UDP" in line.string else ():
        found = link_variable(match[1])
        if (
            found is not None
            and found.port is not None
            and match[1] not in environment
            and line.string[match.start() - 1 : match.start()] != "$"
        ):
            shell.context.add(
                EnvRead(
                    line.span(*match.span()),
                    scope=shell.scope(""),
                    name=match[1],
                    prefix=found.prefix,
                    part=found.part,
                    port=found.port,
                    protocol=found.protocol,
                    language="unit",
                    filled="systemd",
                )
            )


def commands(words: list[Word]) -> list[list[Word]]:
    """Return the commands of a line: split at `;`, without the prefixes of the program, and with `@` without
    `argv[0]`.
    """
    found: list[list[Word]] = [[]]
    for word in words:
        if word.string == ";" and not word.quoted:
            found.append([])
        else:
            found[-1].append(word)
    return [_without_prefix(command) for command in found if command]


def _without_prefix(words: list[Word]) -> list[Word]:
    program = words[0]
    length = 0
    while (
        length < len(program.string)
        and program.string[length] in PREFIXES
        and program.string[length] not in program.string[:length].replace("!", "")
    ):
        length += 1  # each of them once, ! twice
    rest = words[2:] if "@" in program.string[:length] else words[1:]
    return [program.slice(length), *rest]


def _needed(unit: Unit, units: dict[str, Unit]) -> list[str]:
    """Return the unit, and those that always run with it."""
    found, waiting = [unit.name], [unit.name]
    while waiting and len(found) < MAX_NEEDED:
        for other in _named(units[waiting.pop()].needs, units):
            if other.name not in found:
                found.append(other.name)
                waiting.append(other.name)
    return found


def _named(names: list[str], units: dict[str, Unit]) -> list[Unit]:
    """Return the units of the directory with some names.

    `db@1.service` means `db@.service` if there is no other.
    """
    found = []
    for name in names:
        unit = posixpath.splitext(name)[0]
        other = units.get(unit) or units.get(unit.partition("@")[0] + "@")
        if other is not None:
            found.append(other)
    return found


def _sorted(units: dict[str, Unit]) -> list[Unit]:
    """Return the units, each after those that it starts after."""
    found: dict[str, Unit] = {}
    waiting = [(units[name], False) for name in sorted(units, reverse=True)]
    visiting: set[str] = set()
    while waiting:
        unit, done = waiting.pop()
        if done:
            found.setdefault(unit.name, unit)
        elif unit.name not in visiting:
            visiting.add(unit.name)
            waiting.append((unit, True))
            waiting += [(other, False) for other in _named(unit.after, units) if other.name not in visiting]
    return list(found.values())
