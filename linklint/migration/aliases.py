"""Where the alias of a link goes: to the source, for all members of the network, or to the recipient alone.

Source: engines 26.1 and 29. On a network of its own a container answers to its name, its host name and its network
aliases, in any case of letters. Two containers with one network alias are answered in turn. `--link NAME:ALIAS` on
such a network is an alias for the recipient alone: it goes by the name of the source, not by the container, on the
network that the recipient was created with first, with the case of letters as written, and the last of two wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set

from linklint.kinds.kind import kind_named
from linklint.queries.components import Component
from linklint.queries.members import LAST_CONTAINER, Member, Members, Use
from linklint.text.regex import lazy_compile

PLAIN_SHELL = lazy_compile(r"#![^\n]*\b(?:sh|dash|ash)\b")  # without substrings of variables
VARIABLE = lazy_compile(r"\$\{?(\w+)\}?")
OBJECT_ID = lazy_compile(r"\$\{\w+\.id\}")  # of the container that withRun starts
MAX_LABEL = 63  # characters of a name that Docker's DNS answers


def place_aliases(component: Component, members: Members, renamed: Set[str], *, keep_links: bool = False) -> None:
    """Decide for each link of a component whether it is taken out, and where its alias goes."""
    public = _Public(component, members, renamed)
    for recipient in component.members:
        seen: dict[str, Use] = {}
        for use in recipient.uses:
            changes = component.change(recipient)
            first = seen.setdefault(use.name.lower(), use)
            if use.name in ("", ".") or use.name.lower() == "localhost":
                component.tell(
                    recipient.place,
                    f"{recipient.words}: the alias {use.alias} never had an effect: the link to {use.target} is "
                    f"left out",
                )
                changes.dropped.append(use)
            elif first is not use and first.source is not use.source:
                component.tell(
                    recipient.place,
                    f"{recipient.words} calls {first.target} and {use.target} both {use.name}: only {first.target} was "
                    f"ever linked; the link to {use.target} is left out",
                )
                changes.dropped.append(use)
            elif first is not use:
                changes.dropped.append(use)
            elif use.source is None:
                aliases = component.strangers.setdefault(use.target, [])
                if not public.allows_stranger(use):
                    changes.kept.append((use, ""))
                    continue
                if use.name.lower() not in {use.target.lower(), *map(str.lower, aliases)}:
                    aliases.append(use.name)
                changes.dropped.append(use)
            elif keep_links or not _place(component, recipient, use, public):
                _keep(component, recipient, use, renamed)


def _place(component: Component, recipient: Member, use: Use, public: _Public) -> bool:
    """Take a link out and give its alias to the source, if the source may have it. Return whether that was done."""
    source = _real(use.source)
    if source.scale > 1:
        words = f"{source.words} has {source.scale} replicas: on the network the name is all of them, the link was one"
        component.tell(recipient.place, words)
    if public.is_own_name(source, use.name):
        component.change(recipient).dropped.append(use)
        return True
    if not public.allows(use.name, source):
        return False
    movers = component.movers
    for definition in [one for one in public.members.definitions(source) if one in movers]:
        aliases = component.change(definition).aliases
        if use.name.lower() not in {alias.lower() for alias in aliases}:
            aliases.append(use.name)
    component.change(recipient).dropped.append(use)
    return True


def _keep(component: Component, recipient: Member, use: Use, renamed: Set[str]) -> None:
    """Keep a link on the recipient, where its alias is seen by nobody else."""
    source = _real(use.source)
    name, value = use.target.lstrip("/"), use.name
    if source.name in renamed and source.name is not None:
        component.tell(
            recipient.place,
            f"{source.words} is renamed, and a link on a network goes by name: give one of the aliases {use.name} "
            f"another name",
            "renamed",
        )
    if use.target_how in ("captured", "command"):
        name = source.constant or _short_id(recipient, use.target) or ""
        if not name:
            component.tell(
                recipient.place,
                f"{recipient.words} links to {use.target}, which nobody can shorten here, and a full ID does not "
                f"resolve on a network: give {source.words} a name (--name) and link to that; not migrated",
                "unknown-source",
            )
    elif source is not use.source:
        name = source.constant or name
    is_fine = name == use.target and value == use.alias
    component.change(recipient).kept.append((use, "" if is_fine else f"{name}:{value}"))


def _short_id(recipient: Member, target: str) -> str | None:
    """Return what gives the first 12 digits of an ID, which the DNS of a network answers, unlike the whole ID. Source:
    engines 26.1 and 29.
    """
    if LAST_CONTAINER.fullmatch(target.strip('"')):
        return target  # ps -q prints no more
    kind = kind_named(recipient.kind)
    if kind.syntax == "program":
        return f"{target[:-1]}.substring(0, 12)}}" if OBJECT_ID.fullmatch(target) else None
    variable = VARIABLE.fullmatch(target)
    if variable is None or kind.syntax == "makefile":
        return None
    is_bash = kind.is_script and not PLAIN_SHELL.match(recipient.span.source.text)
    return f"${{{variable[1]}:0:12}}" if is_bash else f"$(printf %.12s ${variable[1]})"


def _real(source: Member | None) -> Member:
    """Return the container that a link really leads to: the one whose network the source has."""
    assert source is not None
    return source.joins or source


class _Public:
    """Which aliases all members of a component may see."""

    def __init__(self, component: Component, members: Members, renamed: Set[str]) -> None:
        self.members = members
        self.component = component
        self.renamed = renamed
        self.wanted: dict[str, set[tuple[str, ...]]] = {}  # alias → the sources that links give it to
        for _, use in component.uses:
            key = _real(use.source).key if use.source else ("stranger", use.target)
            self.wanted.setdefault(use.name.lower(), set()).add(key)
        self.names: dict[str, set[tuple[str, ...]]] = {}
        shared = {member.scope for member in component.members if member.tool == "compose"}
        others = [member for member in members.all.values() if member.tool == "compose" and member.scope in shared]
        for member in [*component.members, *others]:
            for name in self._own_names(member):
                self.names.setdefault(name, set()).add(member.key)
        self.sites: dict[tuple[str, int, int], set[tuple[str, ...]]] = {}
        for member in component.members:
            site = (member.path, member.span.start, member.head.start)
            self.sites.setdefault(site, set()).add(member.key)

    def _is_repeated(self, member: Member) -> bool:
        """Return whether one command creates several containers."""
        return len(self.sites[member.path, member.span.start, member.head.start]) > 1

    def _own_names(self, member: Member) -> Iterator[str]:
        if member.written:
            yield member.written.lower()
        if member.service is not None:
            yield member.service.lower()
        if member.hostname:
            yield member.hostname.lower()

    def is_own_name(self, source: Member, alias: str) -> bool:
        """Return whether the network answers the alias anyway: it is a name of the source that nobody else has."""
        if source.name in self.renamed and source.name is not None:
            return False
        own = set(self._own_names(source))
        if source.service is None and source.written is None:
            own.clear()
        return alias.lower() in own and self.names[alias.lower()] == {source.key}

    def allows_stranger(self, use: Use) -> bool:
        """Return whether the alias may be a network alias of a container that nothing in the tree creates."""
        is_only = self.wanted[use.name.lower()] == {("stranger", use.target)}
        return is_only and use.name.lower() not in self.names and "." not in use.name

    def allows(self, alias: str, source: Member) -> bool:
        """Return whether the alias may be a network alias of the source: it then leads every member there."""
        owners = self.names.get(alias.lower(), set()) - {source.key}
        definitions = self.members.definitions(source)
        shared = any(map(self._is_repeated, definitions))
        if source.name is None and source.service is None:  # a loop that is written out: one source for each round
            users = (one for one, use in self.component.uses if use.source is source)
            shared = shared or any(map(self._is_repeated, users))
        return (
            self.wanted[alias.lower()] == {source.key}
            and not owners
            and "." not in alias
            and len(alias) <= MAX_LABEL
            and re.search(r"[$`{(]", alias) is None
            and (source.constant is not None or source.service is not None)  # the next run has one, too
            and not shared
        )
