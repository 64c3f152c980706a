"""Run the function of a command. Its module is imported when the command is given."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

MODULES = {
    "scan": "scan",
    "upgrade": "upgrade",
    "migrate": "migrate",
    **dict.fromkeys(("explain", "rules"), "pages"),
    **dict.fromkeys(("config", "init", "completion", "cache"), "setup"),
    **dict.fromkeys(("env", "graph", "query"), "queries"),
    "server": "server",
    "fleet": "fleet",
    **dict.fromkeys(("test-rules", "new-rule"), "custom_rules"),
}


def run(options: argparse.Namespace) -> int:
    """Run a command and return its exit status. The modules are in a table: no name from a tree selects one."""
    module = import_module(f"linklint.cli.{MODULES[options.command]}")
    return int(getattr(module, options.command.replace("-", "_"))(options))
