"""One thread that does all work on folders, so that the server can answer while it works."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, TypeVar

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
