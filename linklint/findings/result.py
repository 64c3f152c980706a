"""The result of a scan, which every output format reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from linklint.config.model import SEVERITIES, Config
from linklint.text.records import Record, new

MAX_HTML = 1000  # rows of a table in a notebook
OF_DOCUMENTS = ("documents", "same-page")  # parts of the noise policy

if TYPE_CHECKING:
    from linklint.database.store import Store
    from linklint.files.tree import Tree
    from linklint.findings.baseline import BaselineComparison
    from linklint.findings.finding import Finding
    from linklint.findings.rule_file import Rule


class UnreadPart(NamedTuple):
    """A file, or a part of one, that was not read. Line 0 means the whole file."""

    path: str
    line: int
    reason: str


class ScanResult(Record):
    """The findings of a scan and what is needed to report them.

    `findings` are reported; some of them are folded by the noise policy (`Finding.folded`) and do not count for the
    exit status. `suppressed` are hidden by a comment, the configuration or the baseline; `possible` counts findings
    that only an audit reports, `below` those below a minimal severity or confidence. `files` counts the files that
    were read, `excluded` those that the configuration excludes; `listed` are the paths of all others.
    `reported_files` are the requested files if more of the tree was read (None: all); `since` is the git revision
    they are compared with. `taken_away` counts the findings that a key of the configuration file takes away
    (`severity`: makes less severe). `docs`: what the noise policy folds in documents is shown, too; `audit`: all
    else. `open_store` returns the database of facts.
    """

    tree: Tree
    config: Config
    open_store: Callable[[], Store]
    findings: tuple[Finding, ...] = ()
    suppressed: tuple[Finding, ...] = ()
    unread: tuple[UnreadPart, ...] = ()
    possible: int = 0
    below: int = 0
    files: int = 0
    excluded: int = 0
    excluded_paths: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    reported_files: Set[str] | None = None
    since: str | None = None
    baseline: BaselineComparison | None = None
    audit: bool = False
    docs: bool = False
    taken_away: Mapping[str, int] = new(factory=dict)

    @property
    def engine(self) -> str:
        """The Docker Engine that the code must work on."""
        return self.config.engine

    @cached_property
    def store(self) -> Store:
        """The database of facts."""
        return self.open_store()

    @cached_property
    def rules(self) -> list[Rule]:
        """The rules that were evaluated."""
        from linklint.findings.rule_selection import select_rules

        return select_rules(self.config)

    @cached_property
    def shown(self) -> tuple[Finding, ...]:
        """The findings that are listed one by one: those that are not folded, or asked for."""
        return tuple(finding for finding in self.findings if not finding.folded or self._asked_for(finding))

    @cached_property
    def folded(self) -> tuple[Finding, ...]:
        """The findings that are only counted."""
        return tuple(finding for finding in self.findings if finding.folded and not self._asked_for(finding))

    def _asked_for(self, finding: Finding) -> bool:
        return self.docs if finding.folded in OF_DOCUMENTS else self.audit

    @cached_property
    def stands_for(self) -> Mapping[str, list[Finding]]:
        """The folded findings by the fingerprint of the one that stands for them."""
        found: dict[str, list[Finding]] = {}
        for finding in self.folded:
            if finding.folded_into:
                found.setdefault(finding.folded_into, []).append(finding)
        return found

    @property
    def unsuppressed_unread(self) -> list[UnreadPart]:
        """The unread parts that nothing suppresses."""
        known = {(finding.path, finding.line) for finding in self.suppressed if finding.rule == "unread"}
        return [part for part in self.unread if part[:2] not in known]

    @property
    def failed(self) -> bool:
        """Whether a rule failed to run."""
        return any(finding.rule == "failed-rule" for finding in self.findings)

    def fails(self, finding: Finding) -> bool:
        """Return whether a finding counts for the exit status."""
        return not finding.folded and finding.severity in SEVERITIES[: SEVERITIES.index(self.config.fail_on) + 1]

    def _repr_html_(self) -> str:
        """Return the listed findings as a table for notebooks. Text of the scanned files is escaped."""
        from html import escape

        def cell(text: object) -> str:
            return f"<td>{escape(str(text), quote=True)}</td>"

        rows = [
            cell(finding.severity) + cell(f"{finding.path}:{finding.line}") + cell(finding.message) + cell(finding.rule)
            for finding in self.shown[:MAX_HTML]
        ]
        more = len(self.findings) - len(rows)
        head = "<tr><th>severity</th><th>location</th><th>message</th><th>rule</th></tr>"
        body = "".join(f"<tr>{row}</tr>" for row in rows)
        end = f"<p>and {more} more, folded or not listed</p>" if more else ""
        return f"<table><thead>{head}</thead><tbody>{body}</tbody></table>{end}"

    def count(self, severity: str) -> int:
        """Return how many reported findings have a severity, without those that are folded."""
        return sum(finding.severity == severity and not finding.folded for finding in self.findings)
