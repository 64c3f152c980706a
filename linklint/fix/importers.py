"""Which modules of a tree are asked by others for all their names, or for `os`: there an import that nothing needs any more is needed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from linklint.walk import Trouble, list_files

if TYPE_CHECKING:
    from linklint.source import Source
    from linklint.walk import Tree

TAKES = re.compile(
    rb"^[ \t]*from[ \t]+(?P<module>[\w.]+)[ \t]+import[ \t]*(?:\*|(?:\([^)]{0,2000}?|[^()\n#]{0,500}?)\b(?:os|environ|getenv)\b)",
    re.MULTILINE,
)


class Importers:
    """Looks through the Python files of a tree, once, and only when it is asked."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._asked: set[str] | None = None

    def ask(self, source: Source) -> bool:
        """Whether another file may take `os` from this one: told by the last part of the module's name."""
        if self._asked is None:
            self._asked = set(self._names())
        parts = source.path.removesuffix(".py").split("/")
        own = parts[-2:-1] if parts[-1] == "__init__" else parts[-1:]
        return bool(self._asked.intersection(own)) or parts[-1] == "__init__" and "" in self._asked

    def _names(self) -> list[str]:
        found: list[str] = []
        for path in list_files(self.tree.root):
            if not path.endswith(".py"):
                continue
            try:
                data = self.tree.read(path)
            except (Trouble, OSError):
                continue
            found += [match["module"].rpartition(b".")[2].decode() for match in TAKES.finditer(data) if match["module"] != b"os"]
        return found
