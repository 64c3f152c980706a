"""What the readers of link variables need: the host name where it is certain, else the variables by name.

Source: Engine 26 and its link variables. On a network the address is the alias, and the port is the one in the name.
Only what something reads is given, because a link also copies secrets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Any

from linklint.database.store import Store
from linklint.findings.finding import Finding
from linklint.fixes.edits import changes
from linklint.queries.components import Component
from linklint.text.edits import TextEdit
from linklint.text.regex import lazy_compile

READS = """
SELECT DISTINCT link_alias.recipient, upgrade_read.name, upgrade_read.part, upgrade_read.at, link.alias,
    read.protocol, read.port, read.container, read.tested, link_variable.value, env.value AS own, env.form,
    env.secret, env_span.file AS env_file, recipient_span.file AS recipient_file
FROM upgrade_read JOIN env_read AS read ON read.id = upgrade_read.env_read
JOIN link_alias ON upper(link_alias.prefix) = upper(read.prefix)
JOIN link ON link.id = link_alias.link
JOIN container AS recipient ON recipient.id = link_alias.recipient
JOIN span AS recipient_span ON recipient_span.id = recipient.span
LEFT JOIN link_variable ON link_variable.link = link.id AND link_variable.name = upgrade_read.name
LEFT JOIN env ON env.id = link_variable.env LEFT JOIN span AS env_span ON env_span.id = env.span
WHERE upgrade_read.confidence <> 'possible' AND NOT upgrade_read.is_example OR recipient_span.file = (
    SELECT file FROM span WHERE span.id = upgrade_read.at)
ORDER BY link_alias.recipient, upgrade_read.name, link_variable.rank
"""
WITH_DEFAULT = "SELECT span FROM env_read WHERE fallback IS NOT NULL"
PORT = lazy_compile(r":(\d{1,5})\Z")
FIXED_BY = "link-env-address"

Place = tuple[str, int]  # a file, and where in its text


class Readers:
    """The reads of link variables that can use the host name. One with a default stays: it also runs without a link,
    and the recipient of a link is given the variable.

    `with_unknown`: those that no link of the tree belongs to change as well.
    """

    def __init__(self, findings: Iterable[Finding], store: Store, *, with_unknown: bool) -> None:
        self.with_unknown = with_unknown
        spans = [store.spans[row["span"]] for row in store.iterate(WITH_DEFAULT)]
        stay = {(span.source.path, span.start) for span in spans}
        found = (one for one in findings if one.rule == FIXED_BY and one.span is not None)
        self.findings = [one for one in found if one.span and (one.path, one.span.start) not in stay]
        self.recipients: dict[Place, set[int]] = {}
        for row in store.iterate(READS):
            span = store.spans[row["at"]]
            self.recipients.setdefault((span.source.path, span.start), set()).add(row["recipient"])
        self.known: dict[tuple[int, ...], list[TextEdit]] = {}

    def edits(self, components: Iterable[Component]) -> list[TextEdit]:
        """Return the edits that make the readers of some components use the host name."""
        members = tuple(sorted(member.number for component in components for member in component.members))
        if members not in self.known:
            self.known[members] = [
                TextEdit(change.source, start, end, text)
                for change in changes(self._of(set(members)))
                for start, end, text in change.pieces
            ]
        return self.known[members]

    def _of(self, members: set[int]) -> Iterator[Finding]:
        for finding in self.findings:
            places = [(edit.span.source.path, edit.span.start) for edit in finding.edits]
            recipients = set().union(*(self.recipients.get(place, ()) for place in places))
            if recipients & members or self.with_unknown and not recipients:
                yield finding

    def places_of(self, component: Component) -> set[Place]:
        """Return where the variables of a component are read."""
        numbers = {member.number for member in component.members}
        return {place for place, recipients in self.recipients.items() if recipients & numbers}

    @property
    def places(self) -> set[Place]:
        """Where the reads are; an edit elsewhere follows from them, such as an import that is not used any more."""
        return {(edit.span.source.path, edit.span.start) for finding in self.findings for edit in finding.edits}


def give_variables(store: Store, component: Component, fixed_at: Set[Place]) -> None:
    """Add the variables that something reads to the changes of each recipient; tell what cannot be given."""
    known = {member.number: member for member in component.members}
    unknown: dict[int, list[str]] = {}
    for row in store.iterate(READS):
        member = known.get(row["recipient"])
        if member is None or row["container"] not in (None, member.number):
            continue
        span = store.spans[row["at"]]
        if (span.source.path, span.start) in fixed_at:
            continue
        place = f"{span.source.path}:{span.source.line_of(span.start)}"
        name, variables = str(row["name"]), component.change(member).variables
        if row["tested"]:
            component.tell(
                place,
                f"{name} is only tested: without a link the test is false; {member.words} gets the variable with -e",
            )
        value = _value(row, member.words)
        if row["secret"]:
            words = f"{name} is a secret that the link copied: give it to {member.words} in another way"
            component.tell(place, words, by_hand=True)
        elif value is None:
            unknown.setdefault(member.number, []).append(name)
        else:
            variables.setdefault(name, value)
    for number, names in unknown.items():
        listed = ", ".join(dict.fromkeys(names))
        words = f"nothing here says the value of {listed}: pass what {known[number].words} needs with -e"
        component.tell(known[number].place, words, by_hand=True)


def _value(row: Mapping[str, Any], recipient: str) -> str | None:
    """Return what a variable has to be without the link; None if nothing says that."""
    alias = str(row["alias"]).rpartition("/")[2]
    written = PORT.search(str(row["value"] or ""))
    port = row["port"] or (written[1] if written else None)
    protocol = row["protocol"] or "tcp"
    if row["part"] == "address":
        return alias
    if row["part"] == "proto":
        return str(protocol)
    if row["part"] == "port":
        return str(port) if port else None
    if row["part"] == "url":
        return f"{protocol}://{alias}:{port}" if port else None
    if row["part"] == "name":
        return f"/{recipient}/{alias}"
    if row["form"] == "variable" and row["env_file"] != row["recipient_file"]:
        return None  # the shell variable of another script
    return None if row["own"] is None else str(row["own"])
