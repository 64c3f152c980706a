"""Make what `linklint/prebuilt.py` reads when a wheel or an editable install is built."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class BuildHook(BuildHookInterface):
    """Runs `python -m linklint.build`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write both files into the package."""
        subprocess.run([sys.executable, "-m", "linklint.build"], cwd=self.root, check=True)
        build_data["artifacts"] += ["linklint/prebuilt_data.py", "linklint/prebuilt.sqlite"]
