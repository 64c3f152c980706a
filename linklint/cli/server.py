"""`linklint server`"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from linklint.about import DISTRIBUTION
from linklint.errors import UsageError

if TYPE_CHECKING:
    import argparse


def server(_: argparse.Namespace) -> int:
    """`linklint server`: serve an editor on stdin and stdout. Raises UsageError without the extra `lsp`."""
    try:
        from linklint.server.app import serve
    except ModuleNotFoundError as error:
        raise UsageError(f"{error.name} is not installed: pip install '{DISTRIBUTION}[lsp]'") from error
    messages = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nothing else may write between messages
    serve(messages)
    return 0
