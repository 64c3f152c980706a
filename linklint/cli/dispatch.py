"""What each command does with its arguments; a module is imported when its command is given."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

MODULES = {
    "scan": "scan",
    **dict.fromkeys(("explain", "rules", "config", "completion"), "pages"),
    **dict.fromkeys(("env", "graph", "query"), "queries"),
}


def run(options: argparse.Namespace) -> int:
    """Run a command; its exit status.  The modules are a table of this one: no name of a tree chooses a module."""
    module = import_module(f"linklint.cli.{MODULES[options.command]}")
    return int(getattr(module, options.command)(options))
