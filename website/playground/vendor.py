"""Write the files of the playground, with all that they load: python vendor.py OUT

Pyodide, which is CPython in WebAssembly, comes from its npm package. linklint, bashlex from its wheel, and PyYAML from
its sources, without its part in C, are one archive. A browser has no processes: libcst, which rewrites Python in one,
is left out, and so are the libraries for terminals.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
LEFT_OUT = shutil.ignore_patterns("__pycache__", "server")
PAGE = ("play.js", "play.css", "worker.mjs", "session.mjs")
PYODIDE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")
SAMPLES = {
    "a script and its Dockerfile": "quickstart",
    "a wiki: Compose and a script": "wiki",
    "a shop: scripts, Compose, units": "shop-scripts",
}


def vendor(out: Path) -> None:
    """Write all files to a directory."""
    out.mkdir(parents=True, exist_ok=True)
    for name in PAGE:
        shutil.copy(HERE / name, out)
    samples = {title: files_of(ROOT / "fixtures" / name) for title, name in SAMPLES.items()}
    (out / "samples.json").write_text(json.dumps(samples))
    with tempfile.TemporaryDirectory() as directory:
        node, inside = Path(directory) / "node", Path(directory) / "inside"
        node.mkdir()
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(HERE / name, node)
        subprocess.run(["npm", "ci", "--silent"], cwd=node, check=True)
        (out / "pyodide").mkdir(exist_ok=True)
        for name in PYODIDE:
            shutil.copy(node / "node_modules" / "pyodide" / name, out / "pyodide")
        add_packages(inside, Path(directory) / "sources")
        shutil.make_archive(str(out / "python"), "zip", inside)


def files_of(directory: Path) -> list[tuple[str, str]]:
    """Return the names and texts of the files below a directory."""
    paths = sorted(path for path in directory.rglob("*") if path.is_file())
    return [(path.relative_to(directory).as_posix(), path.read_text()) for path in paths]


def add_packages(inside: Path, sources: Path) -> None:
    """Write what Python imports in the browser."""
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--no-deps", "--target", inside, "bashlex"], check=True)
    subprocess.run([*pip, "download", "--no-deps", "--no-binary", ":all:", "-d", sources, "pyyaml"], check=True)
    (archive,) = sources.glob("*.tar.gz")
    with tarfile.open(archive) as file:
        file.extractall(sources, filter="data")
    (package,) = sources.glob("*/lib/yaml")
    shutil.copytree(package, inside / "yaml")
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-m", "linklint.build"], env=env, cwd=ROOT, check=True)  # with the rules of now
    shutil.copytree(ROOT / "linklint", inside / "linklint", ignore=LEFT_OUT)
    shutil.copytree(ROOT / "rules", inside / "linklint" / "rules")
    shutil.copy(HERE / "play.py", inside)


if __name__ == "__main__":
    vendor(Path(sys.argv[1]))
