"""Values that change over time, read along the path that leads to a moment.

Commands on different arms of one fork never happen on one path. So a reader passes over the changes of other arms,
and a change under a condition that the reader does not share makes the value only possible.
"""

from __future__ import annotations

from typing import Generic, NamedTuple, TypeVar

from linklint.text.confidence import CERTAIN, POSSIBLE

T = TypeVar("T")
Arm = tuple[int, int]
LOOK_BACK = 16


class Moment:
    """The position of a command: its number in the order, its arms of forks, and the conditions it depends on."""

    __slots__ = ("arms", "conditions", "number", "step")

    def __init__(
        self,
        number: int,
        step: int | None = None,
        arms: frozenset[Arm] = frozenset(),
        conditions: frozenset[Arm] = frozenset(),
    ) -> None:
        self.number = number
        self.step = step
        self.arms = arms
        self.conditions = conditions

    def excludes(self, other: Moment) -> bool:
        """Return whether no path leads through both moments."""
        if not self.arms or not other.arms or self.arms is other.arms:
            return False
        return any(
            node == other_node and arm != other_arm for node, arm in self.arms for other_node, other_arm in other.arms
        )

    def depends_alike(self, other: Moment) -> bool:
        """Return whether both moments depend on the same conditions."""
        return self.conditions is other.conditions or self.conditions == other.conditions


class Reading(NamedTuple, Generic[T]):
    """A value, the moment that set it, and how certain it is at the moment of the reader."""

    value: T
    moment: Moment
    confidence: str


class History(Generic[T]):
    """The changes of one value, in order."""

    __slots__ = ("entries",)

    def __init__(self) -> None:
        self.entries: list[Reading[T]] = []

    def set(self, moment: Moment, value: T, confidence: str = CERTAIN) -> None:
        """Add a change."""
        self.entries.append(Reading(value, moment, confidence))

    def read(self, moment: Moment) -> Reading[T] | None:
        """Return the last change before a moment on a path to it, or None if nothing is known."""
        if self.entries and self.entries[-1].moment is moment:
            return self.entries[-1]
        for entry in reversed(self.entries[-LOOK_BACK:]):
            if entry.moment.number <= moment.number and not entry.moment.excludes(moment):
                return entry if entry.moment.depends_alike(moment) else entry._replace(confidence=POSSIBLE)
        return None
