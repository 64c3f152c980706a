"""The plan of a migration: the components of a tree, and what changes in which file."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from linklint.config.model import Config
from linklint.database.store import Store
from linklint.errors import UsageError
from linklint.findings.result import ScanResult
from linklint.kinds.kind import kind_named
from linklint.migration.aliases import place_aliases
from linklint.migration.ansible_edits import ansible_edits
from linklint.migration.command_lines import edit_command, has_options
from linklint.migration.compose_edits import compose_edits
from linklint.migration.line_networks import line_edits
from linklint.migration.proof import Proof, new_findings
from linklint.migration.python_edits import python_edits
from linklint.migration.readers import Readers, give_variables
from linklint.migration.refusals import Situation, daemon_address, daemon_files, refuse
from linklint.queries.components import COMMANDS, DECLARATION, Changes, Component, named_components
from linklint.queries.members import Member, Members
from linklint.scanning import scan
from linklint.shell.networks import Route, connection, creation
from linklint.text.edits import Caller, Refused, TextEdit, applied, merged
from linklint.text.records import Record, new
from linklint.text.regex import lazy_compile
from linklint.text.source import Source, encode

TARGET = lazy_compile(r"^network[ \t]*:", re.MULTILINE)
GLOBAL_OPTIONS = lazy_compile(
    r"(?P<options>(?:[ \t]+(?:-H|--host|--context|-c|--config|-l|--log-level)[ =]\S+|[ \t]+-\S+"
    r"|[ \t]+\$(?:\([^()\n]*\)|\{?\w+\}?))*)"
    r"[ \t]+(?:container[ \t]+)?(?:run|create)\b"
)
RENAMED = "SELECT DISTINCT name FROM step WHERE verb = 'rename' AND name IS NOT NULL"
KINDS = "SELECT inside, kind FROM file"
COMPOSE_STEPS = (
    "SELECT span, compose, scope FROM step "
    "WHERE verb IN ('compose-up', 'compose-create', 'compose-run', 'compose-start')"
)
BOM = b"\xef\xbb\xbf"


class Options(NamedTuple):
    """What the user decides.

    `networks` are names by component, and one for all under "". `only` are names of components, and files and
    directories: those components move, and those that have a container there. `variables` are networks that shell
    variables hold.
    `at` is a part of a file (path, start, end): only the components with a link there move.
    """

    networks: Mapping[str, str] = {}
    only: Sequence[str] = ()
    keep_links: bool = False
    variables: Mapping[str, str] = {}
    accept_icc: bool = False
    strict: bool = False
    strict_order: bool = False
    at: tuple[str, int, int] | None = None

    def choose(self, components: list[Component], root: str) -> list[Component]:
        """Return the components that the user wants to move, in a tree with some root. Raises UsageError."""
        asked = [os.path.relpath(one, root) if os.path.lexists(one) else one for one in self.only]
        for given, one in zip(self.only, asked, strict=True):
            if not any(_is_named(one, component) for component in components):
                raise UsageError(f"--only {given}: no group of linked containers has that name or is in that path")
        return [component for component in components if self._has(component, asked)]

    def _has(self, component: Component, asked: Sequence[str]) -> bool:
        if self.at is not None:
            path, start, end = self.at
            spans = [use.span for _, use in component.uses if use.span.source.path == path]
            return any(span.start <= end and start <= span.end for span in spans)
        return not asked or any(_is_named(one, component) for one in asked)


def _is_named(one: str, component: Component) -> bool:
    """Return whether a name or a path means a component."""
    inside = "" if one == "." else f"{one}/"
    return one == component.network or any(path == one or path.startswith(inside) for path in component.paths)


class Plan(Record):
    """The components, and the new text of each file that changes, with its source. `before` is the scanned tree."""

    before: ScanResult
    members: Members
    components: list[Component]
    texts: dict[str, tuple[Source, str]] = new(factory=dict)
    readers: Readers | None = None
    reader_edits: list[TextEdit] = new(factory=list)
    pieces: dict[str, tuple[tuple[int, int, str], ...]] = new(factory=dict)

    @cached_property
    def kinds(self) -> dict[str, str]:
        """The type of each file."""
        return {str(row["inside"]): str(row["kind"]) for row in self.before.store.iterate(KINDS)}

    def write_texts(self, edits: Mapping[int, Sequence[TextEdit]], moving: Iterable[Component]) -> None:
        """Compute the new texts from the edits of each component, by its place, and from those of their readers. A
        component whose edits overlap those of an earlier one is refused; edits of readers that overlap are left out.
        """
        files: dict[str, list[TextEdit]] = {}
        self.reader_edits.clear()
        for number, found in edits.items():
            own: dict[str, list[TextEdit]] = {}
            for edit in found:
                own.setdefault(edit.source.path, []).append(edit)
            try:
                both = {path: merged([*files.get(path, []), *more]) for path, more in own.items()}
            except Refused as error:
                self.components[number].tell(error.place, str(error), error.row)
                continue
            files |= both
        assert self.readers is not None
        places = self.readers.places
        for edit in self.readers.edits(moving) if files else ():
            same = files.setdefault(edit.source.path, [])
            if not any(one.start < edit.end and edit.start < one.end for one in same):
                if (edit.source.path, edit.start) in places:
                    self.reader_edits.append(edit)
                files[edit.source.path] = merged([*same, edit])
        self.pieces = {path: tuple((one.start, one.end, one.text) for one in found) for path, found in files.items()}
        self.texts = {path: (found[0].source, applied(found[0].source.text, found)) for path, found in files.items()}

    def encoded(self, path: str) -> bytes:
        """Return the new bytes of a file."""
        source, text = self.texts[path]
        return (BOM if source.bom else b"") + encode(text)

    def original(self, path: str) -> bytes:
        """Return the bytes of a file as it was read."""
        source, _ = self.texts[path]
        return (BOM if source.bom else b"") + encode(source.text)

    def creations(self, component: Component) -> list[str]:
        """Return the files in which the network of a component is made."""
        name = re.escape(component.network)
        made = re.compile(
            rf"network create (?:-o \S+ )?{name}(?![\w.-])|create\w*\(\"{name}\"\)"
            rf"|docker_network: {{name: \"?{name}\"?[,}}]"
        )
        return [path for path, pieces in sorted(self.pieces.items()) if any(made.search(text) for _, _, text in pieces)]


def plan(paths: Sequence[str], config: Config, options: Options, given: Mapping[str, bytes] | None = None) -> Plan:
    """Return the proven plan for some paths. `given` replaces contents on disk. Raises UsageError, ConfigError.

    A component whose result does not hold is refused; what is left is proven again, because components share files.
    """
    result = scan(paths, config=config._replace(engine="30"), audit=True, replaced=given)
    found, members = named_components(result.store, os.path.basename(result.tree.root), options.networks)
    found = options.choose(found, result.tree.root)
    made = Plan(result, members, found)
    made.readers = Readers(result.findings, result.store, with_unknown=not options.only and options.at is None)
    edits = _edits_of_all(made, options)
    while True:
        moving = [component for component in found if not component.refusals]
        made.write_texts({number: edits[number] for number, one in enumerate(found) if not one.refusals}, moving)
        if not moving or not _refute(made, moving, paths, config, given or {}):
            return made


def _edits_of_all(made: Plan, options: Options) -> dict[int, list[TextEdit]]:
    """Return the edits of each component that can move, by its place. Tell why others cannot."""
    store, tree = made.before.store, made.before.tree
    daemons = daemon_files(tree, made.before.listed)
    address = daemon_address(daemons)
    situation = Situation(store, made.members, daemons, options.accept_icc, options.strict, dict(options.variables))
    renamed = {str(row["name"]) for row in store.iterate(RENAMED)}
    makefiles = [one for one in store.sources.values() if kind_named(made.kinds.get(one.path, "")).syntax == "makefile"]
    has_target = any(TARGET.search(source.text) for source in makefiles)
    edits: dict[int, list[TextEdit]] = {}
    for component in made.components:
        component.has_target = has_target
        if address is not None:
            component.options = f"-o com.docker.network.bridge.host_binding_ipv4={address[0]} "
            words = (
                f"the daemon publishes on {address[0]} by default, but not for user networks: the network is made with"
            )
            component.tell(address[1].path, f"{words} host_binding_ipv4={address[0]}")
        refuse(component, situation)
    assert made.readers is not None
    fixes = made.readers.edits(component for component in made.components if not component.refusals)
    fixed_at = {(edit.source.path, edit.start) for edit in fixes}
    for number, component in enumerate(made.components):
        if component.refusals:
            continue
        place_aliases(component, made.members, renamed, keep_links=options.keep_links)
        give_variables(store, component, fixed_at)
        try:
            edits[number] = list(edits_of(component, store, made.kinds, options))
        except Refused as error:
            component.tell(error.place, str(error), error.row)
        except MemoryError:
            raise
        except Exception as error:  # a bug in one component must not cost the others
            words = f"internal error ({type(error).__name__}: {error}): please report it"
            component.tell(component.members[0].place, words, "internal")
    return edits


def _refute(
    made: Plan, moving: Sequence[Component], paths: Sequence[str], config: Config, given: Mapping[str, bytes]
) -> bool:
    """Refuse the components whose result does not hold. Return whether there are any."""
    replaced = {**given, **{path: made.encoded(path) for path in made.texts}}
    after = scan(paths, config=config._replace(engine="30"), audit=True, replaced=replaced)
    proof = Proof(made.before.store, after.store, made.members)
    strangers = {name for component in moving for name in component.strangers}
    for component in moving:
        for words in dict.fromkeys(proof.problems(component)):
            component.tell(component.members[0].place, f"the result does not hold: {words}; not migrated", "proof")
        for path, why in proof.refused_by_compose(component):
            component.tell(path, f"docker compose would refuse {path} ({why}): mend that first; not migrated", "proof")
        for finding in new_findings(list(made.before.findings), list(after.findings), set(component.paths), strangers):
            words = f"the result has a new finding, {finding.message} ({finding.rule}); not migrated"
            component.tell(f"{finding.path}:{finding.line}", words, "proof")
    return any(component.refusals for component in moving)


def edits_of(component: Component, store: Store, kinds: Mapping[str, str], options: Options) -> Iterator[TextEdit]:
    """Yield the edits that move a component. Raises Refused."""
    yield from component.addresses.values()
    files: dict[str, list[Member]] = {}
    for member in component.movers:
        files.setdefault(member.path, []).append(member)
    starts = {} if component.is_project else _starts_of_compose(component, store, kinds)
    for path, defined in files.items():
        source, kind = defined[0].span.source, kinds.get(path, "")
        for tool in dict.fromkeys(member.tool for member in defined):
            same = [member for member in defined if member.tool == tool]
            if tool == "compose":
                yield from compose_edits(component, source, same, options.strict_order)
            elif tool == "ansible":
                yield from ansible_edits(component, source, same)
            elif tool == "docker sdk":
                yield from python_edits(component, source, same)
            elif tool not in COMMANDS or same[0].kind == "declarations":
                by = tool if tool not in COMMANDS else DECLARATION
                raise Refused("construct", same[0].place, f"{same[0].words} is defined by {by}: not migrated")
        commands = [member for member in defined if member.tool in COMMANDS]
        sites: dict[tuple[int, int], list[Member]] = {}
        for member in commands:
            sites.setdefault((member.span.start, member.head.start), []).append(member)
        for same in sites.values():
            for group in [same] if has_options(same[0]) else [[member] for member in same]:
                yield from edit_command(component, group[0], _together(component, group))
        callers = [_caller(component, member) for member in commands]
        yield from network_edits(component, source, kind, [*callers, *starts.pop(path, [])])
    for path, callers in starts.items():
        yield from network_edits(component, callers[0].head.source, kinds.get(path, ""), callers)


def _together(component: Component, same: Sequence[Member]) -> Changes:
    """Return the changes of several containers that one command creates."""
    found = Changes()
    for member in same:
        own = component.change(member)
        found.variables.update(own.variables)
        found.aliases += [alias for alias in own.aliases if alias not in found.aliases]
        found.dropped += own.dropped
        found.kept += own.kept
    return found


def _caller(component: Component, member: Member) -> Caller:
    """Return the command of a member as one that needs the network."""
    text = member.span.source.text
    options = GLOBAL_OPTIONS.match(text, member.head.end, member.span.end)
    docker = text[member.head.start : member.head.end] + (options["options"] if options else "")
    if options is not None and re.search(r"[\"';]", options["options"]):
        words = f"what calls docker for {member.words} is put together in a variable: not migrated"
        raise Refused("route", member.place, words)
    if docker.startswith("$"):
        docker = _without_verb(text, docker)
    used = dict.fromkeys(use.target for use in member.uses if use.source is None)
    strangers = component.strangers
    connected = [connection(component.network, name, strangers[name]) for name in used if name in strangers]
    commands = (creation(component.network, component.options), *connected)
    return Caller(member.head, docker, member.words, member.place, member.scope, commands)


def _without_verb(text: str, variable: str) -> str:
    """Return what calls docker if a variable holds a whole command: CMD="docker run …"."""
    name = re.escape(variable.strip("${}"))
    value = re.search(
        rf"\b{name}=[\"']?(?P<docker>(?:sudo[ \t]+)?docker)[ \t]+(?:container[ \t]+)?(?:run|create)\b", text
    )
    return value["docker"] if value is not None else variable


def network_edits(component: Component, source: Source, kind: str, callers: Sequence[Caller]) -> Iterator[TextEdit]:
    """Yield the edits that make the network of a component in a file. Raises Refused."""
    if not callers:
        return
    declared = kind_named(kind)
    if (make_network := declared.hook("make_network")) is not None:
        target = f"network-{component.network}" if component.shares_files or component.has_target else "network"
        yield from make_network(source, callers, target)
    else:
        yield from line_edits(source, declared.network, callers)


def _without_compose(text: str, word: str, kind: str) -> str:
    """Return what calls docker beside the first word of a command that calls Compose."""
    if word.startswith(("$", '"')):
        name = re.escape(word.strip('"${}'))
        has_sudo = re.search(rf"\b{name}=[\"']?sudo\b", text) is not None
        return "sudo docker" if has_sudo else "docker"
    if word == "sudo":
        return "sudo docker"
    if "compose" in word:
        return kind_named(kind).docker
    return word


def _starts_of_compose(component: Component, store: Store, kinds: Mapping[str, str]) -> dict[str, list[Caller]]:
    """Return the commands that start the projects of a component, by their file. Tell which project none starts."""
    projects = {member.path for member in component.movers if member.tool == "compose"}
    callers: dict[str, list[Caller]] = {}
    started = set()
    strangers = [connection(component.network, name, aliases) for name, aliases in component.strangers.items()]
    commands = (creation(component.network, component.options), *strangers)
    for row in store.iterate(COMPOSE_STEPS):
        span = store.spans[row["span"]]
        named = str(row["compose"] or "")
        files = {path for path in projects if path == named or (posixpath.dirname(path) or ".") == named}
        if not files:
            continue
        started |= files
        text = span.source.text
        end = span.start + len(text[span.start : span.end].split(None, 1)[0])
        docker = _without_compose(text, text[span.start : end], kinds.get(span.source.path, ""))
        head = span._replace(end=end)
        place = f"{span.source.path}:{span.source.line_of(span.start)}"
        callers.setdefault(span.source.path, []).append(Caller(head, docker, named, place, row["scope"], commands))
    for path in sorted(projects - started):
        words = " && ".join(Route("docker").command(line) for line in commands)
        component.tell(path, f"before docker compose up, make the network {component.network}: {words}", by_hand=True)
    return callers
