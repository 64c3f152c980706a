"""The table of Docker Engines: what each does with links on the default bridge, and the words for it.

Sources: moby 28.0 (variables of IPv6 ports); moby 29.0 (link variables are no longer set, unless the daemon has
`DOCKER_KEEP_DEPRECATED_LEGACY_LINKS_ENV_VARS=1`, which is `29+env` here); the announcement of Engine 30 in the notes of
29. When Engine 30 is released, set `REMOVAL_IS_RELEASED`: every message and severity follows.
"""

from __future__ import annotations

from typing import NamedTuple

HATCH = "DOCKER_KEEP_DEPRECATED_LEGACY_LINKS_ENV_VARS"
# One of these is in each text with a use of what newer engines do not have (`text_search/engine_uses.py`).
USE_WORDS = (
    *("NetworkSettings", "MacAddress", "KernelMemory", "API_VERSION", "ApiVersion(", "WithVersion(", "NewVersioned"),
    *("DockerClient(", "APIClient(", "VersionClient(", "docker.Client(", "from_env(", "new Docker(", "docker.sock"),
    *("docker/compose", "compose==", "compose<", "compose~", "compose =", "ompose_version", "OMPOSE_VERSION"),
)
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
    "27": Engine(links=True, links_removed=False, link_variables=True, link_variables_unset=False),
    "28": Engine(links=True, links_removed=False, link_variables=True, link_variables_unset=False),
    "29": Engine(links=True, links_removed=False, link_variables=False, link_variables_unset=True),
    "29+env": Engine(links=True, links_removed=False, link_variables=True, link_variables_unset=False),
    "30": Engine(links=False, links_removed=True, link_variables=False, link_variables_unset=True),
}
SETTING_VARIABLES = ("27", "28", "29+env")  # the engines that set link variables

# The words of messages for the removal of links on the default bridge.
REMOVAL = f"removed in Engine {REMOVED_IN}" if REMOVAL_IS_RELEASED else f"removal announced for Engine {REMOVED_IN}"

ANNOUNCED = "" if REMOVAL_IS_RELEASED else " (announced)"


def target_row(engine: str) -> tuple[str | int, ...]:
    """Return the row of the table `target_engine` for an engine."""
    return (engine, *map(int, ENGINES[engine]), REMOVAL, removal("ignore it", "ignores it"))


def removal(announced: str, released: str) -> str:
    """Return what Engine 30 does, worded as an announcement or as a fact."""
    verb = released if REMOVAL_IS_RELEASED else f"is announced to {announced}"
    return f"Engine {REMOVED_IN} {verb}"
