"""The table of Docker Engines: what each does with links on the default bridge, and the words for it.

Sources: moby 28.0 (variables of IPv6 ports); moby 29.0 (link variables are no longer set, unless the daemon has
`DOCKER_KEEP_DEPRECATED_LEGACY_LINKS_ENV_VARS=1`, which is `29+env` here); the announcement of Engine 30 in the notes of
29. When Engine 30 is released, set `REMOVAL_IS_RELEASED`: every message and severity follows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from linklint.docker.engine_changes import CHANGES, NEWEST
from linklint.errors import UsageError

if TYPE_CHECKING:
    import sqlite3

HATCH = "DOCKER_KEEP_DEPRECATED_LEGACY_LINKS_ENV_VARS"
REMOVED_IN = "30"
REMOVAL_IS_RELEASED = False


class Engine(NamedTuple):
    """What at least one engine of a target does.

    `links`: links on the default bridge work. `links_removed`: they do not. `link_variables`: link variables are set.
    `link_variables_unset`: they are not set.
    """

    links: bool
    links_removed: bool
    link_variables: bool
    link_variables_unset: bool


ENGINES = {
    "any": Engine(links=True, links_removed=REMOVAL_IS_RELEASED, link_variables=True, link_variables_unset=True),
    "26": Engine(links=True, links_removed=False, link_variables=True, link_variables_unset=False),
    "27": Engine(links=True, links_removed=False, link_variables=True, link_variables_unset=False),
    "28": Engine(links=True, links_removed=False, link_variables=True, link_variables_unset=False),
    "29": Engine(links=True, links_removed=False, link_variables=False, link_variables_unset=True),
    "29+env": Engine(links=True, links_removed=False, link_variables=True, link_variables_unset=False),
    "30": Engine(links=False, links_removed=True, link_variables=False, link_variables_unset=True),
}
SETTING_VARIABLES = ("27", "28", "29+env")  # the engines that set link variables; 26 sets those of 27
RELEASES = tuple(f"{major}.{minor}" for major, newest in NEWEST.items() for minor in range(newest + 1))
NAMES = f"{', '.join(ENGINES)}, or a release such as 29.2"

# The words of messages for the removal of links on the default bridge.
REMOVAL = f"removed in Engine {REMOVED_IN}" if REMOVAL_IS_RELEASED else f"removal announced for Engine {REMOVED_IN}"

ANNOUNCED = "" if REMOVAL_IS_RELEASED else " (announced)"


def engine_named(name: str) -> Engine:
    """Return what the engines of a target do: `any`, `26` to `30`, `29+env`, or a release like `29.2`. Raises
    UsageError.
    """
    if name not in ENGINES and name not in RELEASES:
        raise UsageError(f"unknown engine {name}: use one of {NAMES}")
    return ENGINES[without_release(name)]


def without_release(name: str) -> str:
    """Return the name without the minor release: 29 of 29.2."""
    return name.partition(".")[0]


def fill_target(connection: sqlite3.Connection, engine: str) -> None:
    """Fill the tables that say what the engines of a target do: `target_engine`, a row, and `engine_change`."""
    row = (engine, *map(int, engine_named(engine)), REMOVAL, removal("ignore it", "ignores it"))
    connection.execute("INSERT INTO target_engine VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    changes = [(one.code, one.holds(engine), one.engines, int(one.breaks)) for one in CHANGES.values()]
    connection.executemany("INSERT INTO engine_change VALUES (?, ?, ?, ?)", changes)


def removal(announced: str, released: str) -> str:
    """Return what Engine 30 does, worded as an announcement or as a fact."""
    verb = released if REMOVAL_IS_RELEASED else f"is announced to {announced}"
    return f"Engine {REMOVED_IN} {verb}"
