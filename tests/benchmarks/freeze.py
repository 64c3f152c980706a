"""Keep what linklint answers for many trees, to compare before and after a change that must not change an answer.

`python tests/benchmarks/freeze.py OUT TREE…` writes one text for each answer below OUT; `diff -r` compares two of them.
Trees are read with the linklint that this Python imports. Nothing is written into them.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ANSWERS = {
    "scan": ["scan", "--format", "json", "--audit", "--docs", "--no-cache", "."],
    "text": ["scan", "--no-cache", "."],
    "upgrade": ["upgrade", "--format", "json", "."],
    "mentions": ["upgrade", "--mentions", "."],
    "migrate": ["migrate", "--format", "json", "."],
    "env": ["env"],
    "graph": ["graph", "--format", "json"],
    "baseline": ["scan", "--audit", "--write-baseline", "--baseline", "{out}/baseline.json", "."],
    "ignores": ["scan", "--add-ignore", "."],  # in a copy: which lines a comment covers
    "export": ["query", "--export", "{out}/export.sqlite"],
}


def answer(command: list[str]) -> str:
    """Return what a command prints, and its status."""
    from linklint.cli import main

    out, err = io.StringIO(), io.StringIO()
    status: object = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main(command)
        except SystemExit as end:
            status = end.code
    return f"{out.getvalue()}\n-- errors\n{err.getvalue()}\n-- status {status}\n"


def tables(path: str) -> str:
    """Return all rows of an export, by table."""
    connection = sqlite3.connect(path)
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")]
    lines = []
    for name in names:
        if name == "scan":
            continue  # it has the time
        rows = connection.execute(f'SELECT * FROM "{name}"').fetchall()
        lines += [f"== {name}", *sorted(map(repr, rows))]
    connection.close()
    return "\n".join(lines) + "\n"


def freeze(out: str, tree: str) -> None:
    """Write all answers for a tree, in this process."""
    os.makedirs(out, exist_ok=True)
    with tempfile.TemporaryDirectory() as directory:
        copy = f"{directory}/{Path(tree).name}"
        shutil.copytree(tree, copy, symlinks=True)
        os.chdir(copy)
        for name, command in ANSWERS.items():
            printed = answer([word.replace("{out}", directory) for word in command]).replace(directory, "DIR")
            if name == "ignores":
                printed += subprocess.run(["git", "diff"], capture_output=True, text=True, errors="replace").stdout
                subprocess.run(["git", "checkout", "-q", "."], check=False)
            elif name == "baseline":
                printed += Path(directory, "baseline.json").read_text() if "-- status 2" not in printed else ""
            elif name == "export":
                printed += tables(f"{directory}/export.sqlite") if "-- status 2" not in printed else ""
            Path(out, name).write_text(printed, encoding="utf-8", errors="surrogateescape")


def main() -> None:
    """Freeze each tree in a separate process, on all cores."""
    out, *trees = map(os.path.abspath, sys.argv[1:])
    if os.environ.get("LINKLINT_FREEZE"):
        freeze(out, trees[0])
        return

    def run(tree: str) -> int:
        target = os.path.join(out, os.path.basename(os.path.dirname(tree)) + "+" + os.path.basename(tree))
        environment = {**os.environ, "LINKLINT_FREEZE": "1"}
        return subprocess.run([sys.executable, __file__, target, tree], env=environment, timeout=900).returncode

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        failed = [tree for tree, status in zip(trees, pool.map(run, trees)) if status]
    print(f"{len(trees)} trees, failed: {failed}")


if __name__ == "__main__":
    main()
