"""Patterns that are compiled when they are first used: linklint has hundreds, and most scans need a few."""

from __future__ import annotations

import re
from typing import Any, AnyStr, Generic, cast

METHODS = ("search", "match", "fullmatch", "finditer", "findall", "split", "sub", "subn")


class _Lazy(Generic[AnyStr]):
    def __init__(self, pattern: AnyStr, flags: int) -> None:
        self.pattern: AnyStr = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        """Compile the pattern; from then on, its methods are attributes, so that this is called once."""
        compiled = re.compile(self.pattern, self._flags)
        for method in METHODS:
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


def lazy_compile(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return a pattern as `re.compile` does. An error in it shows when it is first used; a test uses all of them."""
    return cast("re.Pattern[AnyStr]", _Lazy(pattern, flags))
