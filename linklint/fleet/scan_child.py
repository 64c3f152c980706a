"""The child process that scans one repository after the other for `linklint fleet scan`.

What a repository does to it, a crash or an endless loop, costs only that repository. See `linklint.files.child`.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import tempfile
from typing import Any

from linklint.config.load import find, paths_of
from linklint.errors import ConfigError, QueryError, UsageError
from linklint.files.git import GitFailed, Repository
from linklint.files.writing import write_report
from linklint.fleet.checkout import write_files
from linklint.fleet.export import Export, to_sqlite
from linklint.fleet.identity import Identity
from linklint.scanning import known_baseline, scan

TREE = "tree-"  # the files of a bare clone; what a killed process leaves, the next scan removes


def main() -> None:
    """Answer requests until there are no more."""
    for line in sys.stdin.buffer:
        try:
            answer = export(json.loads(line))
        except GitFailed as error:
            answer = {"error": str(error) or "git cannot read its HEAD"}
        except (UsageError, ConfigError, QueryError) as error:
            answer = {"error": str(error)}
        except Exception as error:  # of the repository, in any form
            answer = {"error": f"{type(error).__name__}: {error}"}
        gc.collect()
        sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
        sys.stdout.buffer.flush()


def export(request: dict[str, Any]) -> dict[str, Any]:
    """Scan a repository, and write its export."""
    identity = Identity(*request["identity"])
    if not request["bare"]:
        return _export(request["path"], identity, request["out"])
    with tempfile.TemporaryDirectory(prefix=TREE, dir=os.path.dirname(request["out"])) as directory:
        write_files(Repository(request["path"], request["path"]), directory)
        return _export(directory, identity, request["out"])


def _export(path: str, identity: Identity, out: str) -> dict[str, Any]:
    os.chdir(path)
    try:
        config = find(".")
        paths = paths_of(config) or ["."]
        result = scan(paths, config=config, baseline=known_baseline(paths, config), jobs=1, audit=True)
        write_report(out, to_sqlite(Export(result, identity)), [])
    finally:
        os.chdir(os.path.dirname(out))
    return {}
