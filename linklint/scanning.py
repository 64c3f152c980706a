"""The pipeline of a scan: discover, extract, load, evaluate, filter. Data flows one way.

Modules that only relevant files need are imported late: a tree without any costs no more than reading it.
"""

from __future__ import annotations

import os
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, TypedDict, Unpack

from linklint.config.load import below
from linklint.config.model import SEVERITIES
from linklint.docker.engines import engine_named
from linklint.extraction.run import extract_selection
from linklint.files.paths import BASELINE, shown_path
from linklint.files.root import Root
from linklint.files.selection import Restrictions, requested_files, select, tree_of
from linklint.findings.result import ScanResult, UnreadPart
from linklint.text.confidence import CONFIDENCES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence, Set

    from linklint.config.model import Config
    from linklint.database.store import Store
    from linklint.extraction.classify import Progress
    from linklint.extraction.run import Extraction
    from linklint.files.selection import Selection
    from linklint.findings.baseline import Baseline, BaselineScope
    from linklint.findings.finding import Finding
    from linklint.findings.rule_file import Rule


def restrictions(config: Config) -> Restrictions:
    """Return what the configuration says about the files of a scan. Raises ConfigError."""
    custom: Sequence[str] = ()
    if config.rules:
        from linklint.findings.rule_selection import custom_rules

        custom = [os.path.realpath(path) for pattern in config.rules for path in custom_rules(config, pattern)[1]]
    origin = config.origin("exclude")
    return Restrictions(config.directory, config.paths, config.exclude, origin, custom, config.exclude_here)


def default_baseline(paths: Sequence[str], config: Config, context: str | None = None) -> str:
    """Return the default path of the baseline for some paths: at the root of the repository."""
    return shown_path(os.path.join(tree_of([context] if context else paths, restrictions(config)).home, BASELINE))


def known_baseline(paths: Sequence[str], config: Config, context: str | None = None) -> str | None:
    """Return the path of the baseline that the configuration names, or of the usual one if it exists.

    Raises ConfigError.
    """
    if config.baseline:
        return below(config, "baseline", config.baseline)
    path = default_baseline(paths, config, context)
    return path if os.path.isfile(path) and not os.path.islink(path) else None


class ScanOptions(TypedDict, total=False):
    """Options of `scan` beside paths and configuration.

    `context`: a directory to analyse completely; only findings that involve the paths are reported. `since`: report
    only findings that involve files changed since this git revision. `baseline`: path of a baseline whose findings are
    suppressed. `stdin`: (name, content) of a file that is not read from disk. `replaced`: contents that replace those
    on disk, by path in the tree. `audit`: include possible findings, and list what the noise policy folds; `docs`: list
    what it folds in documents. `no_ignores`: report what comments and per-path sections suppress. `min_severity` and
    `min_confidence`: leave out what is below. `show_secrets`: show secrets in full. `jobs`: the number of processes
    (default: the number of cores). `cache`: keep what files say from one run to the next; `status` or
    `digest` tells which files without containers are as before. `files`: the files, if they are selected already.
    """

    audit: bool
    docs: bool
    no_ignores: bool
    min_severity: str | None
    min_confidence: str | None
    context: str | None
    since: str | None
    baseline: str | None
    stdin: tuple[str, bytes] | None
    replaced: Mapping[str, bytes] | None
    show_secrets: bool
    progress: Progress | None
    jobs: int | None
    cache: str | None
    files: Selection | None


def gather(paths: Sequence[str], config: Config, **options: Unpack[ScanOptions]) -> Extraction:
    """Read the files of the paths and extract their facts. Raises UsageError for a path that does not exist."""
    files = options.get("files")
    if files is None:
        baseline = options.get("baseline")
        files = select(paths, restrictions(config), options.get("context"), options.get("stdin"), baseline)
    files.given.update(options.get("replaced") or {})
    return extract_selection(
        files, config.secret_names, options.get("progress"), options.get("jobs"), options.get("cache")
    )


def scan(paths: Sequence[str] = (".",), *, config: Config | None = None, **options: Unpack[ScanOptions]) -> ScanResult:
    """Scan paths and return the findings. Raises UsageError, ConfigError."""
    if config is None:
        from linklint.config.model import Config

        config = Config()
    engine_named(config.engine)  # or it is a UsageError
    known, path = None, options.get("baseline")
    if path is not None:
        from linklint.findings.baseline import read

        known = read(path)
    return judge(gather(paths, config, **options), paths, config, known, **options)


def judge(
    extraction: Extraction,
    paths: Sequence[str],
    config: Config,
    known: Baseline | None = None,
    store: Store | None = None,
    **options: Unpack[ScanOptions],
) -> ScanResult:
    """Return the findings of an extraction; `store` has its facts, if they are stored already."""
    context, since = options.get("context"), options.get("since")
    reported = _reported_files(extraction, paths, context, since)
    new_result = partial(
        ScanResult,
        extraction.tree,
        config,
        audit=options.get("audit", False),
        docs=options.get("docs", False),
        since=since,
        reported_files=reported,
        excluded=extraction.files.excluded,
        excluded_paths=tuple(extraction.files.excluded_paths),
        listed=tuple(extraction.files.listed),
    )
    if extraction.sources:
        if store is None:
            store = store_of(extraction, config.engine, show_secrets=options.get("show_secrets", False))
        return _evaluate(new_result, extraction, store, config, reported, options, baseline=known)
    if config.select or config.ignore or config.rules or config.severity or config.per_path:
        # report mistakes in them even if the tree has no relevant file
        _ = new_result(open_store=_empty_store(config)).rules
    unread = _unread(extraction, None, reported)
    empty = new_result(open_store=_empty_store(config), unread=unread)
    if known is None:
        return empty
    scope = _baseline_scope(extraction, reported, [], {rule.slug for rule in empty.rules}, unread)
    return empty.changed(baseline=known.compare(scope, []))


def store_of(extraction: Extraction, engine: str, *, show_secrets: bool) -> Store:
    """Return the facts of an extraction, ready for queries."""
    from linklint.database.store import Store

    return Store(
        extraction.collector,
        extraction.sources,
        engine,
        show_secrets=show_secrets,
        display=extraction.tree.display,
        secrets=extraction.secrets,
    )


def _empty_store(config: Config) -> Callable[[], Store]:
    def open_store() -> Store:
        from linklint.database.store import Store
        from linklint.facts.collector import FactCollector

        return Store(FactCollector(), [], config.engine)

    return open_store


def _reported_files(
    extraction: Extraction, paths: Sequence[str], context: str | None, since: str | None
) -> Set[str] | None:
    """Return the files whose findings are reported; None for all."""
    if since is not None:
        from linklint.files.listing import changed

        return changed(extraction.tree, since, extraction.listed)
    if context is not None:
        known = extraction.listed | {path for path, _ in extraction.files.unread}
        return requested_files(extraction.tree, paths, context, known)
    return None


def _evaluate(
    new_result: partial[ScanResult],
    extraction: Extraction,
    store: Store,
    config: Config,
    reported: Set[str] | None,
    options: ScanOptions,
    *,
    baseline: Baseline | None,
) -> ScanResult:
    """Evaluate the rules over the facts, and filter the findings."""
    from linklint.findings.rule_file import built_in
    from linklint.findings.rule_selection import rules_left_out, select_rules

    rules = select_rules(config)
    active = {rule.slug for rule in rules}
    found = _findings(store, extraction, [rule for rule in rules if rule.slug != "unused-ignore"])
    left_out = rules_left_out(config)
    silenced = _findings(store, extraction, [rule for rule in built_in() if rule.slug in left_out])
    found, kept, suppressed = _suppressed(store, extraction, rules, found, config)
    if options.get("no_ignores"):
        kept, suppressed = [*kept, *(finding._replace(suppression=None) for finding in suppressed)], []
    unread = _unread(extraction, store, reported)
    if reported is not None:
        reported = {path for path in reported if not extraction.files.left_out(path)}
        kept, suppressed, silenced = (
            [f for f in group if _involves(f, reported)] for group in (kept, suppressed, silenced)
        )
    comparison = None
    if baseline is not None:
        scope = _baseline_scope(extraction, reported, found, active, _unread(extraction, store, None))
        comparison = baseline.compare(scope, kept)
        kept, suppressed = comparison.new, [*suppressed, *comparison.suppressed]
    shown = [f for f in kept if options.get("audit") or f.confidence != "possible" or _wants_possible(options)]
    possible, listed = len(kept) - len(shown), [finding for finding in shown if _is_wanted(finding, options)]
    return new_result(
        open_store=lambda: store,
        findings=tuple(sorted(_folded(store, listed, config, rules, extraction), key=lambda finding: finding.order)),
        suppressed=tuple(sorted(suppressed, key=lambda finding: finding.order)),
        unread=unread,
        possible=possible,
        below=len(shown) - len(listed),
        taken_away=_taken_away(extraction, silenced, left_out, shown, suppressed),
        files=len(extraction.listed if reported is None else reported & extraction.listed),
        baseline=comparison,
    )


def _folded(
    store: Store, listed: list[Finding], config: Config, rules: list[Rule], extraction: Extraction
) -> list[Finding]:
    """Return the findings, each with the part of the noise policy that folds it."""
    if not listed and not config.test_paths:  # whose patterns are checked
        return []
    from linklint.findings.folding import fold

    return fold(store, listed, config, rules, extraction.tree)


def _suppressed(
    store: Store, extraction: Extraction, rules: list[Rule], found: list[Finding], config: Config
) -> tuple[list[Finding], list[Finding], list[Finding]]:
    """Return all findings, those that stay, and those that a comment or the configuration hides."""
    from linklint.findings.rule_file import built_in
    from linklint.findings.rule_selection import apply_overrides

    kept = found
    suppressed: list[Finding] = []
    if not store.is_empty("ignore"):
        from linklint.findings import suppressions

        active = {rule.slug for rule in rules}
        kept, suppressed = suppressions.apply(store, found, active, {rule.slug for rule in built_in()} | active)
    unused = _findings(store, extraction, [rule for rule in rules if rule.slug == "unused-ignore"])
    kept, more = apply_overrides([*kept, *unused], config, rules, extraction.tree.root)
    return [*found, *unused], kept, [*suppressed, *more]


def _wants_possible(options: ScanOptions) -> bool:
    return options.get("min_confidence") == "possible"


def _is_wanted(finding: Finding, options: ScanOptions) -> bool:
    """Return whether a finding is at least as severe and as certain as the options ask for. A failed rule always is."""
    severity, confidence = options.get("min_severity"), options.get("min_confidence")
    return finding.span is None or (
        (not severity or SEVERITIES.index(finding.severity) <= SEVERITIES.index(severity))
        and (not confidence or CONFIDENCES.index(finding.confidence) <= CONFIDENCES.index(confidence))
    )


def _taken_away(
    extraction: Extraction,
    silenced: list[Finding],
    left_out: Mapping[str, str],
    shown: list[Finding],
    suppressed: list[Finding],
) -> dict[str, int]:
    """Return how many findings each key of the configuration takes away."""
    count = Counter(left_out[finding.rule] for finding in silenced if finding.confidence != "possible")
    count["per-path"] = sum(finding.suppressed_by("config") for finding in suppressed)
    count["severity"] = sum(SEVERITIES.index(f.severity) > SEVERITIES.index(f.rule_severity) for f in shown)
    count["secret-names"] = len(extraction.collector.unflagged)
    return {key: number for key, number in count.items() if number}


def _findings(store: Store, extraction: Extraction, rules: list[Rule]) -> list[Finding]:
    """Return the findings of some rules in the files of the scan, with their fingerprints."""
    from linklint.findings.evaluate import evaluate
    from linklint.findings.finding import with_fingerprints

    found = [f for f in evaluate(store, rules) if f.span is None or f.path in extraction.listed]
    return with_fingerprints(sorted(found, key=lambda finding: finding.order), extraction.tree.from_home)


def _baseline_scope(
    extraction: Extraction,
    reported: Set[str] | None,
    found: list[Finding],
    active: set[str],
    unread: Sequence[UnreadPart],
) -> BaselineScope:
    """Return what the scan covers. Baseline findings outside of it do not count as fixed."""
    from linklint.findings.baseline import BaselineScope

    files = extraction.files
    below = tuple(f"{directory}/" if directory else "" for directory in files.scope)
    unsure = {part.path for part in unread}
    failed = {finding.subject for finding in found if finding.rule == "failed-rule"}

    def is_unsure(path: str) -> bool:
        directories = (path[:at] for at, character in enumerate(path) if character == "/")
        return not unsure.isdisjoint((path, ".", *directories))

    def covered(location: str) -> bool:
        path = extraction.tree.inside(location)
        scanned = location.startswith(below) and (reported is None or path in reported)
        return scanned and not is_unsure(path) and not files.left_out(path)

    home = Root(extraction.tree.home)

    def gone(location: str) -> bool:
        return not home.exists(location) and not is_unsure(extraction.tree.inside(location))

    return BaselineScope(found, extraction.tree.from_home, active - failed, covered, gone)


def _involves(finding: Finding, paths: Set[str]) -> bool:
    """Return whether the location or a related location of a finding is in one of the files, or it has none."""
    return (
        finding.span is None or finding.path in paths or any(span.source.path in paths for span, _ in finding.related)
    )


def _unread(extraction: Extraction, store: Store | None, only: Set[str] | None) -> tuple[UnreadPart, ...]:
    """Return the parts that could not be read, in all files or in some."""
    _, rows = store.ask("SELECT span, reason FROM unread") if store is not None else ([], [])
    spans = [(store.spans[number], str(reason)) for number, reason in rows] if store is not None else []
    found = sorted(UnreadPart(s.source.path, s.source.line_of(s.start), reason) for s, reason in spans)
    found += [UnreadPart(path, 0, reason) for path, reason in extraction.files.unread]
    return tuple(part for part in found if only is None or part.path in only)
