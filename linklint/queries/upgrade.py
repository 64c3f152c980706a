"""The upgrade question: what in this tree still needs links on the default bridge, or link variables.

Docker Engine 29 no longer sets link variables, unless the daemon has DOCKER_KEEP_DEPRECATED_LEGACY_LINKS_ENV_VARS=1.
The removal of links on the default bridge and of this setting is announced for Engine 30.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from linklint.database.store import Store
from linklint.docker.engines import HATCH

KINDS = ("links", "reads", "secrets", "hatches")
PLACES = {
    "links": "SELECT file.inside, span.line, legacy_link.recipient FROM legacy_link JOIN span ON span.id = "
    "legacy_link.span JOIN file ON file.id = span.file",
    "reads": "SELECT file.inside, span.line, judged_read.part FROM judged_read JOIN span ON span.id = "
    "judged_read.span JOIN file ON file.id = span.file"
    " WHERE judged_read.confidence <> 'possible' AND span.confidence <> 'possible'",
    "secrets": "SELECT DISTINCT file.inside, span.line, env.id FROM leak JOIN env ON env.id = leak.env JOIN span "
    "ON span.id = env.span"
    " JOIN file ON file.id = span.file WHERE leak.confidence <> 'possible' AND NOT env.placeholder",
    "hatches": "SELECT file.inside, span.line, setting.value FROM setting JOIN span ON span.id = setting.span JOIN "
    "file ON file.id = span.file"
    f" WHERE setting.name = '{HATCH}' AND setting.value = '1'",
}


class Worst(NamedTuple):
    """A file, with its numbers of links, reads, secrets passed on and daemon settings."""

    path: str
    counts: dict[str, int]


class Upgrade(NamedTuple):
    """What prevents an upgrade, each as a count per file (path in the tree).

    `other_links` are on user-defined networks and keep working.
    """

    links: Counter[str]
    reads: Counter[str]
    secrets: Counter[str]
    hatches: Counter[str]
    addresses: int
    recipients: int
    other_links: int
    possible_reads: int

    @property
    def ready(self) -> bool:
        """Whether nothing was found that prevents an upgrade."""
        return not (self.links or self.reads or self.hatches)

    def worst(self, most: int = 3) -> list[Worst]:
        """Return the files with most of it."""
        all_of_it: Counter[str] = sum((getattr(self, kind) for kind in KINDS), Counter())
        ranked = sorted(all_of_it.items(), key=lambda item: (-item[1], item[0]))[:most]
        return [
            Worst(path, {kind: getattr(self, kind)[path] for kind in KINDS if getattr(self, kind)[path]})
            for path, _ in ranked
        ]


def ask(store: Store) -> Upgrade:
    """Compute the answer from the facts."""
    rows = {kind: store.ask(sql)[1] for kind, sql in PLACES.items()}
    found = {kind: Counter(str(row[0]) for row in rows[kind]) for kind in KINDS}
    _, [(links,)] = store.ask("SELECT count(*) FROM link WHERE alias <> ''")
    _, [(reads,)] = store.ask("SELECT count(*) FROM judged_read")
    _, [(recipients,)] = store.ask(
        "SELECT count(DISTINCT leak.recipient) FROM leak JOIN env ON env.id = leak.env WHERE leak.confidence <> "
        "'possible' AND NOT env.placeholder"
    )
    return Upgrade(
        **found,
        addresses=sum(row[2] in ("address", "url") for row in rows["reads"]),
        recipients=int(recipients),
        other_links=links - len(rows["links"]),
        possible_reads=reads - len(rows["reads"]),
    )
