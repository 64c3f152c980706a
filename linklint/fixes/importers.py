"""Which Python files of a tree use names of other files: modules imported with `*` or for their `os`, whose imports
must stay, and names that other files test.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from linklint.files.listing import Lister
from linklint.files.root import UnreadableFile
from linklint.text.regex import lazy_compile

if TYPE_CHECKING:
    from linklint.files.tree import Tree
    from linklint.text.source import Source

TAKES = lazy_compile(
    rb"^[ \t]*from[ \t]+(?P<module>[\w.]+)[ \t]+import[ \t]*(?:\*|(?:\([^)]{0,2000}?|[^()\n#]{0,500}?)\b(?:os"
    rb"|environ|getenv)\b)",
    re.MULTILINE,
)


# a local name is tested only in its own file
SHARED = rb"(?:(?!self\.|cls\.)(?:\w+\.)+(\w+)|([A-Z][A-Z0-9_]{2,})|(\w{4,})\(\))"
ASKS = lazy_compile(
    rb"\b(?:if|elif|while|assert|not|and|or)[ \t]+\(?"
    + SHARED
    + rb"(?![\w.(\[])|(?<![\w.])"
    + SHARED
    + rb"[ \t]+(?:is|==|!=)[ \t]"
)


class Importers:
    """Searches the Python files of a tree, once, when first asked."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._modules: set[str] | None = None
        self._names: set[str] = set()

    def names_asked(self) -> set[str]:
        """Return the names of variables, attributes and functions that the tree tests.

        For example `if settings.DB_HOST`, `DB_HOST is None`.
        """
        self._look()
        return self._names

    def gives_imports(self, source: Source) -> bool:
        """Return whether another file may import `os` from this one, judged by the last part of the module's name."""
        self._look()
        assert self._modules is not None
        parts = source.path.removesuffix(".py").split("/")
        own = parts[-2:-1] if parts[-1] == "__init__" else parts[-1:]
        return bool(self._modules.intersection(own)) or parts[-1] == "__init__" and "" in self._modules

    def _look(self) -> None:
        if self._modules is not None:
            return
        self._modules = set()
        for path in Lister(self.tree.disk).files():
            if not path.endswith(".py"):
                continue
            try:
                data = self.tree.read(path)
            except UnreadableFile:
                continue
            self._modules |= {
                match["module"].rpartition(b".")[2].decode()
                for match in TAKES.finditer(data)
                if match["module"] != b"os"
            }
            self._names |= {
                name.decode("utf-8", "replace") for match in ASKS.finditer(data) for name in match.groups() if name
            }
