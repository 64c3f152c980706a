"""The way from paths to a report: select, extract, store, judge. Data flows one way.

What only a file that concerns us needs is imported when there is one: a tree that mentions nothing costs no more than
reading it.
"""

from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING

from linklint.config.load import ENGINES, SEVERITIES, Config
from linklint.errors import BadUsage
from linklint.files import listing
from linklint.files.selection import meant, select
from linklint.languages.classify import classify

if TYPE_CHECKING:
    from collections.abc import Sequence, Set

    from linklint.database.store import Store
    from linklint.facts.schema import Ledger
    from linklint.files.selection import Selection
    from linklint.files.tree import Tree
    from linklint.findings.baseline import Baseline, Known
    from linklint.findings.finding import Finding
    from linklint.findings.rule_file import Rule
    from linklint.languages.classify import Progress
    from linklint.languages.context import Reading
    from linklint.text.source import Source


class Facts:
    """What was read: the files of the scan, their sources with their kinds, and the ledger;

    `listed` are those that an extractor read by itself.
    """

    def __init__(self, files: Selection) -> None:
        self.files = files
        self.tree = files.tree
        self.sources: list[tuple[Source, str]] = []
        self.listed: set[str] = set()
        self._ledger: Ledger | None = None

    @property
    def ledger(self) -> Ledger:
        """The facts themselves."""
        from linklint.facts.schema import Ledger

        if self._ledger is None:
            self._ledger = Ledger()
        return self._ledger


class Report:
    """The outcome of a scan.

    `findings` are those shown; `ignored` those that a comment, the configuration or the baseline takes away; `possible`
    counts the ones that only an audit shows; `rules` are those that were asked, and `asked` the files that were meant
    where more of the tree was read to know it (None: all).
    """

    def __init__(self, tree: Tree, config: Config) -> None:
        self.tree = tree
        self.config = config
        self.engine = config.engine
        self.findings: list[Finding] = []
        self.ignored: list[Finding] = []
        self.possible = self.files = self.excluded = 0
        self.since: str | None = None
        self.unread: list[tuple[str, int, str]] = []
        self.baseline: Baseline | None = None
        self.asked: Set[str] | None = None
        self.audit = self.strict = False
        self._rules: list[Rule] | None = None
        self._store: Store | None = None

    @property
    def store(self) -> Store:
        """The facts, open to questions."""
        from linklint.database.store import Store
        from linklint.facts.schema import Ledger

        if self._store is None:
            self._store = Store(Ledger(), [], self.engine)
        return self._store

    def set_store(self, store: Store) -> None:
        """Bring the facts."""
        self._store = store

    @property
    def rules(self) -> list[Rule]:
        """The rules that are asked."""
        from linklint.findings.rule_selection import choose

        if self._rules is None:
            self._rules = choose(self.config)
        return self._rules

    @property
    def untold(self) -> list[tuple[str, int, str]]:
        """What could not be read, and nobody has said that this is known."""
        known = {(finding.path, finding.line) for finding in self.ignored if finding.rule == "unread"}
        return [entry for entry in self.unread if entry[:2] not in known]

    @property
    def failed(self) -> bool:
        """Whether a rule could not be asked."""
        return any(finding.rule == "failed-rule" for finding in self.findings)

    def fails(self, finding: Finding) -> bool:
        """Whether a finding counts for the exit status."""
        return finding.severity in SEVERITIES[: SEVERITIES.index(self.config.fail_on) + 1]

    def count(self, severity: str) -> int:
        """How many findings of a severity are shown."""
        return sum(finding.severity == severity for finding in self.findings)


def gather(
    paths: Sequence[str],
    config: Config,
    *,
    context: str | None = None,
    stdin: tuple[str, bytes] | None = None,
    baseline: str | None = None,
    progress: Progress | None = None,
) -> Facts:
    """Read the files of some paths and take their facts.  Raises BadUsage for a path that does not exist."""
    files = select(paths, config, context, stdin, baseline)
    facts = Facts(files)
    collecting = gc.isenabled()
    gc.disable()
    try:
        groups = classify(files, progress)
        facts.listed = {source.path for sources in groups.values() for source in sources}
        if groups:
            _extract_all(facts, groups, config.secret_names)
    finally:
        if collecting:
            gc.enable()
    known = {id(source) for source, _ in facts.sources}
    facts.sources.extend(
        (source, "") for source in facts.tree.cache.values() if source is not None and id(source) not in known
    )
    return facts


def _extract_all(facts: Facts, groups: dict[tuple[str, str], list[Source]], secret_names: Sequence[str]) -> None:
    """Take the facts of all groups; those further up come first: who includes, before what is included."""
    from linklint.languages.context import Reading

    reading = Reading(facts.ledger, facts.tree.open, os.path.basename(facts.tree.root), secret_names)
    reading.scripts = {source.path for (_, kind), sources in groups.items() if kind == "shell" for source in sources}
    for kind, sources in _in_order(groups):
        facts.sources.extend((source, kind) for source in sources)
        _extract(kind, sources, reading)


def _in_order(groups: dict[tuple[str, str], list[Source]]) -> list[tuple[str, list[Source]]]:
    """The groups, those further up first; scripts come last, one by one, a caller before what it calls."""
    found = sorted(groups.items(), key=lambda group: group[0][0].count("/") + bool(group[0][0]))
    scripts = [source for (_, kind), sources in found if kind == "shell" for source in sources]
    order = [(kind, sources) for (_, kind), sources in found if kind != "shell"]
    if scripts:
        from linklint.languages.shell.script_paths import callers_first

        order += [("shell", [source]) for source in callers_first(scripts)]
    return order


def _extract(kind: str, sources: list[Source], reading: Reading) -> None:
    """Take the facts of a group; a defect of ours in one file must not cost the others theirs."""
    from linklint.languages import extract
    from linklint.languages.any_text.addresses import POOL, extract_addresses
    from linklint.languages.any_text.daemon_settings import KEEP, extract_settings

    try:
        extract(kind, sources, reading)
    except Exception as error:
        for source in sources:
            reading.unread(
                source.whole().span(0, 0), f"linklint stumbled ({type(error).__name__}: {error}): please report it"
            )
    for source in sources:
        if "linklint:" in source.text:
            from linklint.languages.any_text.suppression_comments import extract_ignores

            extract_ignores(source, kind, reading)
        if POOL in source.text or "IPAddress" in source.text:
            extract_addresses(source, kind, reading)
        if KEEP in source.text:
            extract_settings(source, kind, reading)


def scan(
    paths: Sequence[str] = (".",),
    *,
    config: Config = Config(),
    audit: bool = False,
    context: str | None = None,
    since: str | None = None,
    baseline: str | None = None,
    stdin: tuple[str, bytes] | None = None,
    show_secrets: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Scan paths: the findings, and all that is needed to tell them. Raises BadUsage, BadConfig.

    With a `context` all of that directory is known, and what concerns the paths is reported; with `since`, what
    concerns the files that differ from that revision. A `baseline` (a path) takes away what it holds.
    """
    if config.engine not in ENGINES:
        raise BadUsage(f"there is no engine {config.engine}: it is one of {', '.join(ENGINES)}")
    known = None
    if baseline is not None:
        from linklint.findings.baseline import read

        known = read(baseline)
    facts = gather(paths, config, context=context, stdin=stdin, baseline=baseline, progress=progress)
    report = Report(facts.tree, config)
    report.baseline, report.audit = known, audit
    known_files = facts.listed | {path for path, _ in facts.files.unread}
    asked = meant(facts.tree, paths, context, known_files) if context is not None else None
    if since is not None:
        asked = listing.changed(facts.tree, since, facts.listed)
    report.asked, report.since, report.excluded = asked, since, facts.files.excluded
    if facts.sources or config.select or config.ignore or config.rules or config.severity or config.per_path:
        _ = report.rules  # a mistake in them is told whatever the tree holds
    if facts.sources:
        _judge(report, facts, asked, show_secrets)
    elif known is not None:
        known.apply(_known(report, facts, asked, []), [])
    report.unread = _unread(report, facts, asked)
    return report


def _judge(report: Report, facts: Facts, asked: Set[str] | None, show_secrets: bool) -> None:
    """Ask the rules of the facts; what is ignored is taken out, and kept apart."""
    from linklint.database.store import Store
    from linklint.findings import evaluate as judging
    from linklint.findings import rule_selection as chosen
    from linklint.findings import suppressions as ignore
    from linklint.findings.finding import number
    from linklint.findings.rule_file import built_in

    tree, rules = facts.tree, report.rules
    report.set_store(Store(facts.ledger, facts.sources, report.engine, show_secrets=show_secrets, display=tree.display))
    active = {rule.slug for rule in rules}

    def ask(asked_rules: list[Rule]) -> list[Finding]:
        """The findings of some rules in the files of the scan, each with its fingerprint."""
        found = judging.judge(report.store, asked_rules)
        found = sorted(
            (f for f in found if f.span is None or f.path in facts.listed), key=lambda finding: finding.order
        )
        number(found, tree.from_home)
        return found

    found = ask([rule for rule in rules if rule.slug != "unused-ignore"])
    kept, ignored = ignore.apply(report.store, found, active, {rule.slug for rule in built_in()} | active)
    unused = ask([rule for rule in rules if rule.slug == "unused-ignore"])
    found += unused
    kept, more = chosen.settle([*kept, *unused], report.config, tree.root)
    ignored += more
    if asked is not None:
        asked = {path for path in asked if not facts.files.left_out(path)}
        kept = [f for f in kept if f.span is None or _concerns(f, asked)]
        ignored = [f for f in ignored if _concerns(f, asked)]
    if report.baseline is not None:
        new = report.baseline.apply(_known(report, facts, asked, found), kept)
        ignored += [finding for finding in kept if finding.ignored]
        kept = new
    kept.sort(key=lambda finding: finding.order)
    report.ignored = sorted(ignored, key=lambda finding: finding.order)
    report.findings = [finding for finding in kept if report.audit or finding.confidence != "possible"]
    report.possible = len(kept) - len(report.findings)
    report.files = len(facts.listed if asked is None else asked & facts.listed)


def _known(report: Report, facts: Facts, asked: Set[str] | None, found: list[Finding]) -> Known:
    """What the scan says to the baseline: of a part of a repository, and of what could not be read or asked, nobody
    knows what is fixed.
    """
    from linklint.findings.baseline import Known

    files = facts.files
    below = tuple(f"{directory}/" if directory else "" for directory in files.scope)
    unsure = {path for path, _, _ in _unread(report, facts, None)}
    failed = {finding.subject for finding in found if finding.rule == "failed-rule"}

    def is_unsure(path: str) -> bool:
        return not unsure.isdisjoint((path, ".", *(path[:at] for at, character in enumerate(path) if character == "/")))

    def covered(place: str) -> bool:
        path = facts.tree.inside(place)
        return (
            place.startswith(below)
            and (asked is None or path in asked)
            and not is_unsure(path)
            and not files.left_out(path)
        )

    def gone(place: str) -> bool:
        return not os.path.lexists(os.path.join(facts.tree.home, place)) and not is_unsure(facts.tree.inside(place))

    return Known(found, facts.tree.from_home, {rule.slug for rule in report.rules} - failed, covered, gone)


def _concerns(finding: Finding, paths: Set[str]) -> bool:
    """Whether a finding's place or one of its related places lies in one of the files."""
    return finding.path in paths or any(span.source.path in paths for span, _ in finding.related)


def _unread(report: Report, facts: Facts, only: Set[str] | None) -> list[tuple[str, int, str]]:
    """(path, line, reason) of all that could not be read; line 0 is the whole file."""
    _, rows = report.store.ask("SELECT span, reason FROM unread") if facts.sources else ([], [])
    spans = [(report.store.places[number], str(reason)) for number, reason in rows]
    found = sorted((span.source.path, span.source.line_of(span.start), reason) for span, reason in spans)
    found += [(path, 0, reason) for path, reason in facts.files.unread]
    return [entry for entry in found if only is None or entry[0] in only]
