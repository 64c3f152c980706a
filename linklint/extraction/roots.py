"""Extract each root by itself. A root is the files of one type in one directory, or one file.

What a root says depends on its files, on those that it opens, and on what is in `Root`; so it can be extracted in any
order and in any process.
"""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

from linklint.context import CallRecord, ExtractionContext
from linklint.facts.collector import FactCollector, decode, encode
from linklint.text.source import Source

UNKNOWN_WORK = 1 << 60  # of a root that the pool cut short: more than any pool has


class Root(NamedTuple):
    """The files of one type that are extracted together. For a script that others source, `functions` are the called
    functions: of such a script, only the other functions are extracted.
    """

    kind: str
    sources: tuple[Source, ...]
    functions: frozenset[tuple[str, int]] | None = None

    @property
    def paths(self) -> frozenset[str]:
        return frozenset(source.path for source in self.sources)


class RootFacts(NamedTuple):
    """What a root says: its facts, the scripts and functions that it calls, the files that it includes and those that
    it opens, and the work that it took from the pool.
    """

    collector: FactCollector
    calls: CallRecord
    included: frozenset[str]
    opened: dict[str, bool]
    work: int


def extract_root(root: Root, base: ExtractionContext, included: frozenset[str] = frozenset()) -> RootFacts:
    """Extract the facts of a root. Of its files, those that others include are not projects of their own.

    A bug of linklint in one file must not cost the facts of the others.
    """
    from linklint.kinds.kind import extract

    run = partial(extract, root.kind, list(root.sources))
    if root.functions is not None:
        from linklint.kinds.shell import extract_uncalled_functions

        run = partial(extract_uncalled_functions, root.sources[0], called=root.functions)
    context = base.for_root(included)
    left = context.meter.pool.left
    try:
        with context.limited(root.sources[0]):
            run(context)
    except MemoryError:
        raise
    except Exception as error:
        for source in root.sources:
            span = source.whole().span(0, 0)
            context.unread(span, f"internal error ({type(error).__name__}: {error}): please report it")
    pool = context.meter.pool
    work = left - pool.left if pool.left >= 0 else UNKNOWN_WORK
    return RootFacts(context.collector, context.calls, frozenset(context.included), context.opened, work)


def encoded(facts: RootFacts) -> list[Any]:
    """Return what a root says as plain data."""
    called = {path: sorted(how) for path, how in facts.calls.called.items()}
    functions = sorted(map(list, facts.calls.functions))
    return [encode(facts.collector), called, functions, sorted(facts.included), facts.opened, facts.work]


def decoded(data: list[Any], base: ExtractionContext) -> RootFacts | None:
    """Return what encoded data says; None if a file of its facts cannot be read."""
    facts, called, functions, included, opened, work = data
    collector = decode(facts, base.opener)
    if collector is None:
        return None
    calls = CallRecord()
    calls.called = {path: set(how) for path, how in called.items()}
    calls.functions = {(path, start) for path, start in functions}
    return RootFacts(collector, calls, frozenset(included), opened, work)


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
