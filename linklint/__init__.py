"""linklint: a static linter, auditor and fixer for Docker container links.

>>> from linklint import scan
>>> [finding.message for finding in scan(["."]).findings]
"""

from __future__ import annotations

TYPE_CHECKING = False  # `typing` itself imports for milliseconds
if TYPE_CHECKING:
    from typing import Any

    from linklint.findings.result import ScanResult

__version__ = "0.1.0"
__all__ = ["__version__", "scan"]


def scan(*arguments: Any, **options: Any) -> ScanResult:
    """Scan paths. See `linklint.scanning.scan`.

    The import is inside the function, so that `linklint --version` does not pay for it.
    """
    from linklint.scanning import scan as run

    return run(*arguments, **options)
