"""What the server does with each message of the editor."""

from __future__ import annotations

import gc
import logging
import os
from typing import TYPE_CHECKING, BinaryIO

from lsprotocol import types

from linklint.server.actions import FIX_ALL, MIGRATE, QUICK_FIX, REWRITE, Actions
from linklint.server.app import Server
from linklint.server.facts_at import FactsAt, hover_words
from linklint.server.positions import path_of

if TYPE_CHECKING:
    from linklint.server.diagnostics import Places
    from linklint.server.folder import Folder
    from linklint.text.source import Source


def new_server() -> Server:
    """Return a server with all its handlers."""
    server = Server()
    _add_lifecycle(server)
    _add_documents(server)
    _add_requests(server)
    return server


def _add_lifecycle(server: Server) -> None:
    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        server.begin(params)

    @server.feature(types.INITIALIZED)
    def initialized(_: types.InitializedParams) -> None:
        server.start()

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def folders(params: types.DidChangeWorkspaceFoldersParams) -> None:
        for folder in params.event.removed:
            if (path := path_of(folder.uri)) is not None:
                server.remove_folder(path)
        for folder in params.event.added:
            if (path := path_of(folder.uri)) is not None and os.path.isdir(path):
                server.add_folder(path)


def _add_documents(server: Server) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        server.take_text(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeTextDocumentParams) -> None:
        server.take_text(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        server.take_text(params.text_document.uri, closed=True)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: types.DidSaveTextDocumentParams) -> None:
        server.files_changed([params.text_document.uri])

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def watched(params: types.DidChangeWatchedFilesParams) -> None:
        server.files_changed(change.uri for change in params.changes)


def _add_requests(server: Server) -> None:
    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover(params: types.HoverParams) -> types.Hover | None:
        def words(folder: Folder, source: Source, places: Places) -> types.Hover | None:
            text = hover_words(folder, source, places.positions(source).offset(params.position))
            return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text)) if text else None

        return await server.ask(params.text_document.uri, words)

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    async def definition(params: types.DefinitionParams) -> list[types.Location]:
        def places_of(folder: Folder, source: Source, places: Places) -> list[types.Location]:
            assert folder.result is not None
            offset = places.positions(source).offset(params.position)
            spans = FactsAt(folder.result.store, source, offset).definitions()
            return [places.location(span) for span in spans]

        return await server.ask(params.text_document.uri, places_of) or []

    kinds = [QUICK_FIX, REWRITE, FIX_ALL]

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=kinds))
    async def actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        def at(folder: Folder, source: Source, places: Places) -> list[types.CodeAction]:
            known = places.positions(source)
            start, end = known.offset(params.range.start), known.offset(params.range.end)
            found = list(Actions(folder, source, places).at(start, end))
            only = [str(getattr(kind, "value", kind)) for kind in params.context.only or ()]
            return [a for a in found if not only or any(f"{a.kind}.".startswith(f"{kind}.") for kind in only)]

        return await server.ask(params.text_document.uri, at) or []

    @server.command(MIGRATE)
    async def migrate(address: str, start: int, end: int) -> None:
        def move(folder: Folder, source: Source, places: Places) -> tuple[types.WorkspaceEdit | None, str]:
            return Actions(folder, source, places).migration(start, end)

        edit, words = await server.ask(address, move) or (None, "The file has not been read.")
        kind = types.MessageType.Info
        if edit is not None:
            params = types.ApplyWorkspaceEditParams(edit, label="linklint migrate")
            answer = await server.workspace_apply_edit_async(params)
            words = words if answer.applied else "The editor did not apply the changes."
        else:
            kind = types.MessageType.Warning
        server.window_show_message(types.ShowMessageParams(kind, words))


def serve(messages: BinaryIO) -> None:
    """Serve an editor on stdin and a stream for messages until it says `exit`."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")  # on stderr
    gc.disable()
    new_server().start_io(stdout=messages)
