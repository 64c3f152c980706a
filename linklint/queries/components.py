"""Which containers have to move together.

Source: the Docker Engine binds a link on the default bridge to two containers of one daemon; on a network of their own
they reach each other only if both are on it. `--network container:X` is the network of X. So what is tied by links and
joins is one component, and it moves as a whole or not at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Set
from types import MappingProxyType
from typing import NamedTuple

from linklint.database.store import Store
from linklint.docker.networks import network_to_make
from linklint.errors import UsageError
from linklint.queries.members import Key, Member, Members, Use, load
from linklint.text.edits import TextEdit
from linklint.text.records import Record, new

TAKEN = """
SELECT name FROM network UNION SELECT name FROM step WHERE verb = 'network-create' AND name IS NOT NULL
UNION SELECT name FROM container WHERE name IS NOT NULL
"""
DECLARATION = "a declaration"
COMMANDS = ("docker run", "docker create")
EDITED = frozenset(
    {*COMMANDS, "compose", "ansible", "docker sdk"}
)  # tools whose definitions linklint can edit; legacy-link names them, too


class Note(NamedTuple):
    """Something to tell about a component: where, and what. `refusal` is the row of the specification if it cannot
    move; `by_hand`: a person has to do it, for the change is not complete without.
    """

    place: str
    words: str
    refusal: str = ""
    by_hand: bool = False


class Changes(Record):
    """What changes in one definition: aliases to add, links to take out, links to keep with another text, and variables
    to give by name.
    """

    aliases: list[str] = new(factory=list)
    dropped: list[Use] = new(factory=list)
    kept: list[tuple[Use, str]] = new(factory=list)
    variables: dict[str, str] = new(factory=dict)


class Component(Record):
    """Containers that move together to one network, which gives the component its name.

    `strangers` are sources that nothing in the tree creates, with their aliases. `changes` is by number of the member.
    `options` are those of the command that makes the network; `shares_files`: other components are in the same files;
    `has_target`: a Makefile of the tree has a target `network`.
    `held` are members whose network is in a variable that the user knows; `addresses` are edits of commands that store
    the address of a member, by file and line.
    """

    members: list[Member]
    network: str = ""
    options: str = ""
    shares_files: bool = False
    has_target: bool = False
    changes: dict[int, Changes] = new(factory=dict)
    strangers: dict[str, list[str]] = new(factory=dict)
    held: set[int] = new(factory=set)
    addresses: dict[tuple[str, int], TextEdit] = new(factory=dict)
    notes: list[Note] = new(factory=list)

    def change(self, member: Member) -> Changes:
        """Return the changes of a member, to add to them."""
        return self.changes.setdefault(member.number, Changes())

    def tell(self, place: str, words: str, refusal: str = "", *, by_hand: bool = False) -> None:
        """Add a note, with its words."""
        self.add(Note(place, words, refusal, by_hand))

    def add(self, note: Note) -> None:
        """Add a note, if none with the same words is there."""
        if all((one.words, one.refusal) != (note.words, note.refusal) for one in self.notes):
            self.notes.append(note)

    @property
    def refusals(self) -> list[Note]:
        """Why it cannot move; empty if it can."""
        return [note for note in self.notes if note.refusal]

    @property
    def left(self) -> list[Note]:
        """What a person has to do after the change."""
        return [note for note in self.notes if note.by_hand]

    @property
    def movers(self) -> list[Member]:
        """The members whose definition gets the network: all but those that have the network of another one, and those
        that a document shows without a link.
        """
        linked = {use.source for _, use in self.uses}
        shown = [one for one in self.members if one.joins is None]
        return [one for one in shown if not one.is_example or one.uses or one in linked]

    @property
    def tools_by_hand(self) -> list[str]:
        """The tools of its definitions that linklint cannot edit, and `a declaration` (Terraform, Nomad, NixOS)."""
        return sorted(
            {DECLARATION if member.kind == "declarations" else member.tool for member in self.movers} - EDITED
        )

    @property
    def is_project(self) -> bool:
        """Whether all of it is one Compose project, whose own network serves it."""
        is_alone = all(use.source is not None or use.kind == "link" for _, use in self.uses)
        one = self.members[0]
        return is_alone and all(other.tool == "compose" and other.scope == one.scope for other in self.members)

    @property
    def uses(self) -> Iterator[tuple[Member, Use]]:
        """The links, each with its recipient."""
        return ((member, use) for member in self.members for use in member.uses)

    @property
    def paths(self) -> list[str]:
        """The files of its members."""
        return sorted({member.path for member in self.members})


class _Sets:
    """Disjoint sets of hashable things."""

    def __init__(self) -> None:
        self.parent: dict[Key, Key] = {}

    def find(self, one: Key) -> Key:
        self.parent.setdefault(one, one)
        while self.parent[one] != one:
            self.parent[one] = self.parent[self.parent[one]]
            one = self.parent[one]
        return one

    def join(self, one: Key, other: Key) -> None:
        self.parent[self.find(one)] = self.find(other)


def components(members: Members) -> list[Component]:
    """Return the components that have links on the default bridge, in the order of their files."""
    sets = _Sets()
    for member in members.all.values():
        site = ("site", member.path, str(member.span.start), str(member.span.end), str(member.head.start))
        sets.join(member.key, site)
        if member.joins is not None:
            sets.join(member.key, member.joins.key)
        if member.tool == "compose" and member.legacy and (member.uses or member.network is None):
            # on the network of the project; of the first format, all services are
            sets.join(member.key, ("project", str(member.scope)))
        for use in member.uses:
            sets.join(member.key, use.source.key if use.source else ("stranger", member.host, use.target))
    for stored in members.addresses:
        for user in stored.users:
            sets.join(user.key, stored.owner.key)
    groups: dict[Key, list[Member]] = {}
    for member in members.all.values():
        groups.setdefault(sets.find(member.key), []).append(member)
    found = [Component(group) for group in groups.values() if any(member.uses for member in group)]
    for component in found:
        for stored in members.addresses:
            if stored.owner in component.members:
                span = stored.span
                edit = TextEdit(span.source, span.start, span.end, stored.owner.constant or "")
                component.addresses[span.source.path, span.source.line_of(span.start)] = edit
    return sorted(found, key=lambda component: min((one.path, one.span.start) for one in component.members))


def named_components(
    store: Store, root: str, asked: Mapping[str, str] = MappingProxyType({})
) -> tuple[list[Component], Members]:
    """Return the components of a store, each with its network: the asked name, else that of the Compose project or of
    the repository (`root`), made unique; and all containers.

    `asked` has names by component, and one for all under "". Raises UsageError.
    """
    members = load(store)
    named = components(members)
    used = {str(row["name"]) for row in store.iterate(TAKEN)}
    networks: set[str] = set()
    names = {""}
    for component in named:
        name = _unique(_base(component, root), used)
        used.add(name)
        names.add(name)
        own = asked.get(name)
        component.network = own or (_unique(asked[""], networks) if "" in asked else name)
        if own in networks:
            raise UsageError(f"--network-name: two components would share the network {own}")
        networks.add(component.network)
    if unknown := sorted(set(asked) - names):
        raise UsageError(f"--network-name {unknown[0]}={asked[unknown[0]]}: no component is called {unknown[0]}")
    components_of = Counter(path for component in named for path in component.paths)
    for component in named:
        component.shares_files = any(components_of[path] > 1 for path in component.paths)
    return named, members


def _unique(base: str, used: Set[str]) -> str:
    name, number = base, 2
    while name in used:
        name, number = f"{base}-{number}", number + 1
    return name


def _base(component: Component, root: str) -> str:
    project = next((member.project for member in component.members if member.project), None)
    base = network_to_make(project or root)
    return f"{base}_default" if component.is_project else base
