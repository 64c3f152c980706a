"""linklint: a static linter, auditor and migrator for Docker container links.

>>> from linklint import scan
>>> report = scan(["."])
>>> [finding.message for finding in report.findings]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from linklint.findings.result import ScanResult

__version__ = "0.1.0"
__all__ = ["__version__", "scan"]


def scan(*arguments: Any, **options: Any) -> ScanResult:
    """Scan paths; see `linklint.scanning.scan`.

    Imported when it is called, so that `linklint --version` costs nothing.
    """
    from linklint.scanning import scan as run

    return run(*arguments, **options)
