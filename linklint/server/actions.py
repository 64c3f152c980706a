"""Code actions: the fix of a finding, all safe fixes of a file, a comment that suppresses, and the migration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from linklint.findings.finding import FIX_GROUPS
from linklint.fixes.edits import changes
from linklint.fixes.ignores import with_comments
from linklint.fixes.importers import Importers
from linklint.migration.plan import Options, plan
from linklint.migration.report import changes_of
from linklint.output.escape import escape
from linklint.server.diagnostics import NAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from linklint.findings.finding import Finding
    from linklint.fixes.edits import Change
    from linklint.server.diagnostics import Places
    from linklint.server.folder import Folder
    from linklint.text.source import Source

MIGRATE = "linklint.migrate"
QUICK_FIX, REWRITE = types.CodeActionKind.QuickFix.value, types.CodeActionKind.RefactorRewrite.value
FIX_ALL = f"source.fixAll.{NAME}"
REASON = "TODO: say why"
MAX_ACTIONS = 8  # findings of one place
GROUPS = {
    "safe": "",
    "readers": " (may change what a program sees)",
    "ports": " (may change who can connect)",
    "engine": " (several networks give several values)",
}
LINKS = "links"


class Actions:
    """The code actions of one file of a folder."""

    def __init__(self, folder: Folder, source: Source, places: Places) -> None:
        self.folder = folder
        self.source = source
        self.places = places

    def at(self, start: int, end: int) -> Iterator[types.CodeAction]:
        """Yield the actions for a part of the file."""
        assert self.folder.result is not None
        found = self.folder.in_file(self.source)
        here = [f for f in found if f.span is not None and f.span.start <= end and start <= f.span.end]
        for finding in here[:MAX_ACTIONS]:
            if finding.edits:
                yield from self._fix(finding)
        for finding in here[:MAX_ACTIONS]:
            yield from self._ignore(finding)
        groups = {rule.slug: rule.group for rule in self.folder.result.rules}
        if any(groups.get(finding.rule) == LINKS for finding in here):
            place = [self.places.address(self.source), start, end]
            title = "Move these links to a network"
            command = types.Command(title, MIGRATE, arguments=place)
            yield types.CodeAction(title, kind=REWRITE, command=command)
        if any(finding.fix_group == "safe" and finding.edits for finding in found):
            edit = edit_of(self._changes(found, ["safe"]), self.places)
            if edit is not None:
                yield types.CodeAction("Fix all that is safe to fix (linklint)", kind=FIX_ALL, edit=edit)

    def _fix(self, finding: Finding) -> Iterator[types.CodeAction]:
        edit = edit_of(self._changes([finding], FIX_GROUPS), self.places)
        if edit is not None:
            assert self.folder.result is not None
            new = finding.edits[0].text
            shown = escape(self.folder.result.store.redactor.cell(new)) if new and "\n" not in new else ""
            title = f"Replace with {shown}" if shown else f"Fix {finding.rule}"
            yield types.CodeAction(
                f"{title}{GROUPS[finding.fix_group]}",
                kind=QUICK_FIX,
                edit=edit,
                is_preferred=finding.fix_group == "safe",
            )

    def _ignore(self, finding: Finding) -> Iterator[types.CodeAction]:
        result = self.folder.result
        assert result is not None
        kinds = {str(path): str(kind) for path, kind in result.store.ask("SELECT inside, kind FROM file")[1]}
        change = with_comments(result.tree, [finding], kinds.get(self.source.path, ""), REASON)
        edit = edit_of([change] if change is not None else [], self.places)
        if edit is not None:
            title = f"Suppress {finding.rule} here, with a reason"
            yield types.CodeAction(title, kind=QUICK_FIX, edit=edit)

    def _changes(self, findings: Iterable[Finding], groups: Sequence[str]) -> list[Change]:
        assert self.folder.result is not None
        return list(changes(findings, groups, importers=Importers(self.folder.result.tree)))

    def migration(self, start: int, end: int) -> tuple[types.WorkspaceEdit | None, str]:
        """Return the edits that move the links of a part of the file to a network, and what to tell."""
        result = self.folder.result
        assert result is not None
        here = (self.source.path, start, end)
        made = plan(self.folder.workspace_paths, result.config, Options(at=here), self.folder.replaced())
        refusals = [note.words for component in made.components for note in component.refusals]
        if refusals:
            return None, f"Not migrated: {_as_message('; '.join(refusals[:3]))}"
        if not made.texts:
            return None, "There is no link on the default bridge here."
        names = _as_message(", ".join(component.network for component in made.components))
        return edit_of(changes_of(made), self.places), f"The links move to the network {names}."


def _as_message(words: str) -> str:
    """Return words for a message of the editor, which may make links of `[text](address)`."""
    return escape(words.replace("; not migrated", "")).replace("](", "] (")


def edit_of(made: Iterable[Change], places: Places) -> types.WorkspaceEdit | None:
    """Return changes as a `WorkspaceEdit` of the protocol; None without changes."""
    edits: dict[str, list[types.TextEdit]] = {}
    for change in made:
        positions = places.positions(change.source)
        edits.setdefault(places.address(change.source), []).extend(
            types.TextEdit(positions.range(start, end), text) for start, end, text in change.pieces
        )
    return types.WorkspaceEdit(changes=edits) if any(edits.values()) else None
