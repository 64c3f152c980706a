"""What the readers of link variables need: the host name where it is certain, else the variables by name.

Source: Engine 26 and its link variables. On a network the address is the alias, and the port is the one in the name.
Only what something reads is given, because a link also copies secrets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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


def fixed_readers(findings: list[Finding], store: Store) -> Iterator[TextEdit]:
    """Yield the edits that make readers use the host name. One with a default stays: it also runs without a link, and
    the recipient of a link is given the variable.
    """
    spans = [store.spans[row["span"]] for row in store.iterate(WITH_DEFAULT)]
    stay = {(span.source.path, span.start) for span in spans}
    found = (one for one in findings if one.rule == FIXED_BY and one.span is not None)
    wanted = [one for one in found if one.span and (one.path, one.span.start) not in stay]
    for change in changes(wanted):
        for start, end, text in change.pieces:
            yield TextEdit(change.source, start, end, text)


def give_variables(store: Store, component: Component, fixed_at: set[tuple[str, int]]) -> None:
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
            component.tell(place, f"{name} is a secret that the link copied: give it to {member.words} in another way")
        elif value is None:
            unknown.setdefault(member.number, []).append(name)
        else:
            variables.setdefault(name, value)
    for number, names in unknown.items():
        listed = ", ".join(dict.fromkeys(names))
        words = f"nothing here says the value of {listed}: pass what {known[number].words} needs with -e"
        component.tell(known[number].place, words)


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
