"""Which root calls which scripts, so that the facts of a script are recorded only where it is called.

Which scripts a script calls is known only after it is interpreted (`. "$DIR/lib.sh"`). So every root is extracted by
itself, and records what it calls; the facts of a script that another root calls are then dropped. The result does not
depend on the order of the roots, except for scripts that call each other in a circle: of these the first one stays.
"""

from __future__ import annotations

from linklint.extraction.roots import RootFacts


class CallGraph:
    """The roots of a scan, each with the path of its script (empty for anything else), and what they call: the scripts,
    each with how it is called, and the functions.
    """

    def __init__(self) -> None:
        self.roots: list[tuple[str, RootFacts]] = []
        self.called: dict[str, set[str]] = {}
        self.functions: set[tuple[str, int]] = set()

    def add(self, path: str, facts: RootFacts) -> None:
        self.roots.append((path, facts))
        for called, how in facts.calls.called.items():
            self.called.setdefault(called, set()).update(how)
        self.functions |= facts.calls.functions

    def is_only_sourced(self, path: str) -> bool:
        """Return whether roots source a script, and none runs it."""
        return self.called.get(path) == {"source"}

    def drop_called(self) -> None:
        """Forget the scripts that another root calls.

        A script that an earlier root calls was not extracted as a root. So only later roots can call earlier ones, and
        the roots are checked from the last to the first.
        """
        roots = self.roots
        self.roots, self.called, self.functions = [], {}, set()
        for path, facts in reversed(roots):
            if path not in self.called:
                self.add(path, facts)
        self.roots.reverse()
