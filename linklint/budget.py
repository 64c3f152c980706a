"""Limits on the work for one file, and for a whole scan.

Work counts what is produced: characters, words, variables, rows, and about a fifth of a microsecond each. A file may
always use its own allowance, which grows with its size. What it needs beyond comes from a pool that the whole scan
shares, and that grows with the number of files. So the time of a scan grows linearly with its input, and no file can
take the allowance of another.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

MAX_STATEMENTS = 1000
MAX_WORK = 4_500_000
MAX_COMMANDS = 200_000
MAX_FOLLOWED = 8
ALLOWANCE = 100_000  # of a small file
ALLOWANCE_OF_CHARACTER = 60
POOL = 12_000_000
POOL_OF_FILE = 5_000  # of 7,600 roots of 51 public repositories, 57 need a pool, together 31 million
ROW = 150  # the work of a row
COMMAND = 60  # the work of a command of a shell
DEPTH = 5  # the work of a branch around a command


class BudgetExceeded(Exception):
    """The work limit of a file or of the scan is exceeded."""


class Pool:
    """The work that the files of a scan share."""

    __slots__ = ("left",)

    def __init__(self, files: int = 0) -> None:
        self.left = POOL + POOL_OF_FILE * files


class Budget:
    """The work left for one file: statements and containers, commands, and work (characters, words, variables)."""

    __slots__ = ("allowance", "commands", "exhausted", "followed", "left", "pool", "statements")

    def __init__(self, pool: Pool | None = None, size: int = 0) -> None:
        self.left = MAX_WORK
        self.allowance = ALLOWANCE + size * ALLOWANCE_OF_CHARACTER
        self.pool = pool or Pool()
        self.statements = self.commands = 0
        self.exhausted = False
        self.followed: dict[tuple[str, ...], int] = {}

    @property
    def why(self) -> str:
        """Which limit is exceeded."""
        if self.statements > MAX_STATEMENTS:
            return f"more than {MAX_STATEMENTS} docker statements"
        if self.pool.left < 0:
            return "the work limit of the scan is reached"
        return "the work limit of the file is reached"

    def follow(self, path: str, arguments: list[str]) -> bool:
        """Return whether a script that the file calls is read once more: with the same arguments at most twice."""
        for key in ((path,), (path, *arguments)):
            self.followed[key] = self.followed.get(key, 0) + 1
        often = self.followed[path,] > MAX_FOLLOWED or bool(arguments) and self.followed[path, *arguments] > 2
        return not often and self.left > MAX_WORK // 8 and not self.exhausted

    @contextmanager
    def half(self) -> Iterator[list[bool]]:
        """Give half of the remaining work to a part, so that the rest of the file can still be read.

        The list that it yields contains True afterwards if that was not enough.
        """
        kept, statements, commands = self.left // 2, self.statements, self.commands
        self.left -= kept
        exceeded: list[bool] = []
        try:
            yield exceeded
        except BudgetExceeded:
            exceeded.append(True)
            self.statements, self.commands = statements, commands
        finally:
            self.left = kept + max(self.left, 0)

    def spend(self, amount: int) -> None:
        """Charge work. Raises BudgetExceeded."""
        self.left -= amount
        self.allowance -= amount
        if self.allowance < 0:
            self.pool.left += max(self.allowance, -amount)
            if self.pool.left < 0:
                self.exceed()
        if self.left < 0:
            self.exceed()

    def run_command(self, depth: int) -> None:
        """Charge one command in so many branches: calls deep in the stack take longer. Raises BudgetExceeded."""
        self.spend(COMMAND + DEPTH * depth)
        self.commands += 1
        if self.commands > MAX_COMMANDS:
            self.exceed()

    def admit(self) -> None:
        """Charge one docker statement or container. Raises BudgetExceeded."""
        self.statements += 1
        if self.statements > MAX_STATEMENTS:
            self.exceed()

    def exceed(self) -> NoReturn:
        """Raise BudgetExceeded."""
        raise BudgetExceeded
