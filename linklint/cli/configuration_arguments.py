"""The options that many commands have: those that choose the configuration, and those for speed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def add_configuration(command: argparse._ActionsContainer) -> None:
    """Add the options that choose the configuration."""
    command.add_argument(
        "--config",
        metavar="FILE|KEY=VALUE",
        action="append",
        default=[],
        help="use this configuration file instead of searching for one, or set a key of it (repeatable)",
    )
    command.add_argument("--isolated", action="store_true", help="use no configuration file")


def add_speed(command: argparse._ActionsContainer) -> None:
    """Add the options of commands that read a tree."""
    command.add_argument(
        "--jobs", type=int, metavar="N", help="read large trees in N processes (default: one for each core)"
    )
    command.add_argument(
        "--cache",
        choices=("status", "digest"),
        default="status",
        help="how to detect that a file did not change: by its size and times, or by reading it (default: status)",
    )
    command.add_argument(
        "--no-cache", action="store_const", const=None, dest="cache", help="do not use or write the cache"
    )
