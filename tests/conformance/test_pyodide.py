"""linklint in Pyodide, as in a browser, finds the same as here."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from linklint.config.model import Config
from linklint.scanning import scan

ROOT = Path(__file__).resolve().parents[2]
PLAYGROUND = ROOT / "website" / "playground"
pytestmark = [pytest.mark.conformance, pytest.mark.needs("npm")]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with Pyodide and the archive that the site will have."""
    root = tmp_path_factory.mktemp("pyodide")
    for name in ("package.json", "package-lock.json", ".npmrc", "scan.mjs"):
        shutil.copy(PLAYGROUND / name, root / name)
    subprocess.run(["npm", "ci", "--silent"], cwd=root, check=True, timeout=300)
    subprocess.run([sys.executable, PLAYGROUND / "vendor.py", root / "python.zip"], check=True, timeout=300)
    return root


@pytest.mark.parametrize("name", ["quickstart", "wiki", "shop-scripts", "python-harness"])
def test_the_findings_are_the_same(browser: Path, name: str) -> None:
    fixture = ROOT / "fixtures" / name
    done = subprocess.run(
        ["node", "scan.mjs", "python.zip", str(fixture)], cwd=browser, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr[-2000:]
    here = scan([str(fixture)], config=Config())
    expected = [[f.path, f.line, f.rule, f.severity, f.message] for f in here.findings]
    assert json.loads(done.stdout) == expected and expected
