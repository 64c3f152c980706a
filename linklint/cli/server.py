"""`linklint server`"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from linklint.about import DISTRIBUTION, REPOSITORY, __version__
from linklint.errors import UsageError

if TYPE_CHECKING:
    import argparse


def server(_: argparse.Namespace) -> int:
    """`linklint server`: serve an editor on stdin and stdout. Raises UsageError without the extra `lsp`."""
    try:
        from linklint.server.handlers import serve
    except ModuleNotFoundError as error:
        package = f"{DISTRIBUTION}[lsp] @ git+{REPOSITORY}@v{__version__}"
        raise UsageError(f"{error.name} is not installed: pip install '{package}'") from error
    messages = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nothing else may write between messages
    serve(messages)
    return 0
