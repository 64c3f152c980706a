"""Put linklint, and what it imports, into one archive for Python in a browser: python vendor.py OUT.zip

bashlex comes from its wheel, PyYAML from its sources, without its part in C. A browser has no processes: libcst, which
rewrites Python in one, is left out, and so are the libraries for terminals.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = shutil.ignore_patterns("__pycache__", "server")


def vendor(out: Path) -> None:
    """Write the archive."""
    with tempfile.TemporaryDirectory() as directory:
        inside, sources = Path(directory) / "inside", Path(directory) / "sources"
        pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "install", "--no-deps", "--target", inside, "bashlex"], check=True)
        subprocess.run([*pip, "download", "--no-deps", "--no-binary", ":all:", "-d", sources, "pyyaml"], check=True)
        (archive,) = sources.glob("*.tar.gz")
        with tarfile.open(archive) as file:
            file.extractall(sources, filter="data")
        (package,) = sources.glob("*/lib/yaml")
        shutil.copytree(package, inside / "yaml")
        shutil.copytree(ROOT / "linklint", inside / "linklint", ignore=LEFT_OUT)
        shutil.copytree(ROOT / "rules", inside / "linklint" / "rules")
        shutil.make_archive(str(out.with_suffix("")), "zip", inside)


if __name__ == "__main__":
    vendor(Path(sys.argv[1]))
