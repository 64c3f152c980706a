"""Which root calls which scripts, so that the facts of a script are recorded only where it is called.

A root is extracted on its own: the files of one type in one directory, or one shell script. Which scripts a script
calls is known only after it is interpreted (`. "$DIR/lib.sh"`). So every root is extracted by itself, and records what
it calls; the facts of a script that another root calls are then removed. The result does not depend on the order of the
roots, except for scripts that call each other in a circle: of these the first one stays.
"""

from __future__ import annotations

from typing import NamedTuple

from linklint.facts.collector import FactCollector
from linklint.facts.schema import Row
from linklint.languages.context import CallRecord

Mark = dict[type[Row], int]


class Root(NamedTuple):
    """Something that is extracted on its own. `path` is that of a shell script, empty for anything else."""

    path: str
    calls: CallRecord
    since: Mark
    until: Mark


class CallGraph:
    """The roots of a scan, and what each of them calls."""

    def __init__(self) -> None:
        self.roots: list[Root] = []

    def is_called(self, path: str) -> bool:
        """Return whether any root calls a script."""
        return any(path in root.calls.called for root in self.roots)

    def is_only_sourced(self, path: str) -> bool:
        """Return whether roots source a script, and none runs it."""
        return set().union(*(root.calls.called.get(path, ()) for root in self.roots)) == {"source"}

    @property
    def functions(self) -> set[tuple[str, int]]:
        """Return the functions that roots call, by file and offset of their body."""
        return set().union(*(root.calls.functions for root in self.roots))

    def drop_called(self, collector: FactCollector) -> None:
        """Remove the facts of scripts that another root calls, and forget these roots.

        A script that an earlier root calls was not extracted as a root. So only later roots can call earlier ones, and
        the roots are checked from the last to the first.
        """
        kept: list[Root] = []
        for root in reversed(self.roots):
            if root.path and any(root.path in other.calls.called for other in kept):
                collector.drop(root.since, root.until)
            else:
                kept.append(root)
        self.roots = kept[::-1]
