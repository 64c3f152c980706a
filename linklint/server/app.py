"""The language server: the folders and open files of one editor, and what it gets about them.

Each folder of the editor is judged as a whole, with open files as the editor has them. All work is done in one thread;
changes that come meanwhile are judged together when it is done.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from linklint.about import __version__
from linklint.errors import UsageError
from linklint.output.escape import escape
from linklint.server.diagnostics import NAME, Diagnostics, Places
from linklint.server.folder import Folder
from linklint.server.positions import address_of, path_of, real_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from linklint.text.source import Source

    ByAddress = dict[str, list[types.Diagnostic]]

Result = TypeVar("Result")


class Worker:
    """Runs functions one after another in a thread, which does not keep the process alive."""

    def __init__(self) -> None:
        self._waiting: SimpleQueue[tuple[Future[Any], Callable[[], Any]]] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def submit(self, function: Callable[..., Result], *arguments: Any) -> Future[Result]:
        """Run a function when those before it are done. If the future is cancelled until then, it does not run."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="linklint", daemon=True)
            self._thread.start()
        future: Future[Result] = Future()
        self._waiting.put((future, lambda: function(*arguments)))
        return future

    def _work(self) -> None:
        while True:
            future, function = self._waiting.get()
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(function())
            except BaseException as error:  # the one who waits for it decides
                future.set_exception(error)


DELAY = 0.01  # seconds: changes that come together are judged once; what comes while it works is, too
IDLE = 2.0  # seconds without a change until memory is tidied
MAX_UNTIDIED = 50  # edits
PROGRESS_EVERY = 0.2  # seconds
PROMISED = 2.0  # seconds for an editor to begin to show progress
Answer = TypeVar("Answer")
log = logging.getLogger("linklint")


class Server(LanguageServer):
    """The state of one connection. Whole documents are sent: pygls splits lines where the protocol does not."""

    def __init__(self) -> None:
        super().__init__(NAME, __version__, text_document_sync_kind=types.TextDocumentSyncKind.Full, max_workers=1)
        self.folders: dict[str, Folder] = {}
        self.opened: dict[str, list[str]] = {}  # the editor's addresses of open files, by their real path
        self.changed: dict[str, set[str] | None] = {}  # by folder: the files that changed since the last scan, or all
        self.diagnostics: dict[str, Diagnostics] = {}
        self.published: dict[str, ByAddress] = {}
        self.worker = Worker()
        self.running: dict[str, asyncio.Task[None]] = {}
        self._tidying: asyncio.TimerHandle | None = None
        self._untidied = 0

    # Folders and files

    def add_folder(self, path: str) -> None:
        """Judge a folder from now on. Of a root or a home directory, only open files are judged, each by itself."""
        real = os.path.realpath(path)
        if real in (os.path.abspath(os.sep), os.path.realpath(os.path.expanduser("~"))):
            log.warning("%s is not read as a whole", escape(path))
            return
        if real not in self.folders:
            for inner in [one for one in self.folders if one in self.opened and one.startswith(real + os.sep)]:
                self.drop(inner)  # a file that was judged by itself
            folder = self.folders[real] = Folder(path)
            for file in self.opened:
                if folder.has(file):
                    self.work(folder.set_text, file, self.text_of(file))
        self.refresh(real, None)

    def remove_folder(self, path: str) -> None:
        """Forget a folder. Files that are open are judged by a folder around it, or by themselves."""
        real = os.path.realpath(path)
        if real not in self.folders:
            return
        inside = self.folders[real]
        self.drop(real)
        for around, folder in self.folders.items():
            if folder.has(real):
                self.refresh(around, None)
        for file in [file for file in self.opened if inside.has(file)]:
            self.take_text(self.opened[file][-1])

    def drop(self, real: str) -> None:
        """Forget a folder, and take its diagnostics away."""
        self.folders.pop(real, None)
        self.changed.pop(real, None)
        self.diagnostics.pop(real, None)
        self.publish(real, {})

    def folders_of(self, real: str) -> list[str]:
        """Return the folders that have a file, the smallest last."""
        return sorted((path for path, folder in self.folders.items() if folder.has(real)), key=len)

    def text_of(self, real: str) -> str | None:
        """Return the text of an open file; of several addresses, that of the last one."""
        document = self.workspace.text_documents.get(self.opened[real][-1]) if real in self.opened else None
        return document.source if document is not None else None

    def take_text(self, address: str, *, closed: bool = False) -> None:
        """Take the text of a document that was opened, changed or closed."""
        path = path_of(address)
        if path is None or os.path.isdir(path):
            return
        real = real_path(path)
        known = [one for one in self.opened.pop(real, []) if one != address]
        if known or not closed:
            self.opened[real] = known if closed else [*known, address]
        if not closed and not self.folders_of(real):
            self.add_folder(path)
        for where in self.folders_of(real):
            self.work(self.folders[where].set_text, real, self.text_of(real))
            if where == real and real not in self.opened:
                self.drop(real)
            else:
                self.refresh(where, real)

    # Judging

    def work(self, function: Callable[..., Answer], *arguments: Any) -> asyncio.Future[Answer]:
        """Do something with folders in the thread that owns them."""
        return asyncio.wrap_future(self.worker.submit(function, *arguments))

    def refresh(self, where: str, changed: str | None) -> None:
        """Judge a folder soon; `changed` is the open file that has changed, None for anything."""
        known = self.changed.setdefault(where, set())
        if changed is None or known is None:
            self.changed[where] = None
        else:
            known.add(changed)
        if where not in self.running:
            self.running[where] = asyncio.ensure_future(self._judge(where))

    async def _judge(self, where: str) -> None:
        """Judge a folder until nothing has changed meanwhile."""
        try:
            while where in self.changed and where in self.folders:
                await asyncio.sleep(DELAY)
                changed = self.changed.pop(where, None)
                folder = self.folders.get(where)
                if folder is not None:
                    await self._judge_once(where, folder, changed)
        finally:
            self.running.pop(where, None)

    async def _judge_once(self, where: str, folder: Folder, changed: Iterable[str] | None) -> None:
        is_first = folder.result is None and os.path.isdir(folder.real)
        progress = await self._progress() if is_first else None
        try:
            found = await self.work(self._scan, folder, changed, progress)
        except UsageError as error:  # the folder is gone
            log.warning("%s", escape(str(error)))
            found = {}
        except Exception as error:
            log.exception("cannot judge the folder")
            words = f"linklint: internal error ({type(error).__name__}): please report it"
            self.window_log_message(types.LogMessageParams(types.MessageType.Error, words))
            folder.fail()
            found = {}
        finally:
            if progress is not None:
                self.work_done_progress.end(progress, types.WorkDoneProgressEnd())
        if self.folders.get(where) is folder:
            inner = [one for one in self.folders.values() if one is not folder and folder.has(one.real)]
            self.publish(
                where, {at: made for at, made in found.items() if not any(one.has_address(at) for one in inner)}
            )
        self.tidy_later()

    def tidy_later(self) -> None:
        """Collect garbage when nothing changes: it takes longer than judging an edit. After many edits, only what is
        new is looked at.
        """
        if self._tidying is not None:
            self._tidying.cancel()
        self._untidied += 1
        if self._untidied == MAX_UNTIDIED:
            self._untidied = 0
            self.work(collect)
        self._tidying = self._loop.call_later(IDLE, self.work, collect, True)

    def _scan(self, folder: Folder, changed: Iterable[str] | None, token: str | None) -> ByAddress:
        folder.scan(changed, self._reporter(token) if token is not None else None)
        return self.diagnostics.setdefault(folder.real, Diagnostics()).of(folder, self.places(folder))

    async def _progress(self) -> str | None:
        """Begin to show the progress of the first scan. Return its token; None if the editor cannot show it."""
        window = self.client_capabilities.window
        if window is None or not window.work_done_progress:
            return None
        token = f"linklint-{time.monotonic_ns()}"
        try:
            await asyncio.wait_for(self.work_done_progress.create_async(token), PROMISED)
        except Exception:  # an editor that promised to show it, and does not
            return None
        self.work_done_progress.begin(token, types.WorkDoneProgressBegin("linklint", message="reading files"))
        return token

    def _reporter(self, token: str) -> Callable[[int, int], None]:
        loop, last = self._loop, 0.0

        def report(done: int, total: int) -> None:
            nonlocal last
            if time.monotonic() - last > PROGRESS_EVERY:
                last = time.monotonic()
                value = types.WorkDoneProgressReport(message=f"{done} of {total} files")
                loop.call_soon_threadsafe(self.work_done_progress.report, token, value)

        return report

    def publish(self, where: str, found: ByAddress) -> None:
        """Send the diagnostics of a folder that are not as before."""
        before = self.published.pop(where, {})
        for address in {**before, **found}:
            if before.get(address) != found.get(address):
                params = types.PublishDiagnosticsParams(address, found.get(address, []))
                self.text_document_publish_diagnostics(params)
        if found:
            self.published[where] = found

    def places(self, folder: Folder) -> Places:
        """Return places in the units of this editor; an open file has the address that the editor gave."""

        def address(path: str) -> str:
            known = self.opened.get(real_path(path))
            return known[-1] if known else address_of(path)

        return Places(folder, self.workspace.position_codec, address)

    async def ask(self, address: str, function: Callable[[Folder, Source, Places], Answer]) -> Answer | None:
        """Ask about a file, when its folder is judged as it is now; None if a scan does not read the file."""
        path = path_of(address)
        folders = self.folders_of(real_path(path)) if path is not None else []
        if path is None or not folders:
            return None
        where, real = folders[-1], real_path(path)
        if where in self.running:
            await asyncio.shield(self.running[where])
        if where not in self.folders:
            return None
        folder = self.folders[where]

        def answer() -> Answer | None:
            source = folder.source(real)
            return function(folder, source, self.places(folder)) if source is not None else None

        return await self.work(answer)

    def begin(self, params: types.InitializeParams) -> None:
        """Take the folders that the editor has."""
        self._loop = asyncio.get_running_loop()
        given = [folder.uri for folder in params.workspace_folders or ()]
        given = given or [params.root_uri or (address_of(params.root_path) if params.root_path else "")]
        self._first = [path for address in given if (path := path_of(address)) is not None and os.path.isdir(path)]

    def start(self) -> None:
        """Watch files, and judge the first folders."""
        for path in self._first:
            self.add_folder(path)
        workspace = self.client_capabilities.workspace
        watching = workspace.did_change_watched_files if workspace is not None else None
        if watching is not None and watching.dynamic_registration:
            options = types.DidChangeWatchedFilesRegistrationOptions([types.FileSystemWatcher("**/*")])
            wanted = types.Registration("linklint-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
            self.client_register_capability(types.RegistrationParams([wanted]))

    def files_changed(self, addresses: Iterable[str]) -> None:
        """Judge the folders of files that changed on disk."""
        for address in addresses:
            path = path_of(address)
            if path is None or f"{os.sep}.git{os.sep}" in path:
                continue
            real = real_path(path)
            for where, folder in self.folders.items():
                if folder.is_configured_by(real):
                    self.work(folder.forget)
                if folder.has(real) or folder.is_configured_by(real):
                    self.refresh(where, None)


def collect(everything: bool = False) -> None:
    """Collect garbage among what is new, or everywhere. What stays is not looked at again."""
    if everything:
        gc.unfreeze()
    gc.collect()
    gc.freeze()
