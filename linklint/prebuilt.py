"""What is made when the package is built, because making it takes a fifth of a short run: the layout of the database,
the parsed rules, and the kinds of file.

`linklint/build.py` puts it beside this module: `prebuilt_data.py` and `prebuilt.sqlite`. In a checkout it counts only
if what it was made from is as it was.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib import import_module
from typing import Any, NamedTuple

from linklint.text.digest import digest

DATA = "prebuilt_data"
IMAGE = "prebuilt.sqlite"
PACKAGE = os.path.dirname(os.path.abspath(__file__))
ABOVE = os.path.dirname(PACKAGE)
# A checkout of the project, where people edit it.
IN_CHECKOUT = os.path.isfile(os.path.join(ABOVE, "pyproject.toml"))
RULES = os.path.join(ABOVE if IN_CHECKOUT else PACKAGE, "rules")  # the directory of the built-in rules
VIEWS = os.path.join(PACKAGE, "database", "views")
MAKERS = "build.py engine/tables.py database/layout.py database/link_variables.py "
MAKERS += "facts/schema.py text/records.py findings/rule_file.py kinds/kind.py lexer/languages.py "
MAKERS += "shell/script_paths.py"


class Prebuilt(NamedTuple):
    """What was made: `fills` are those of `database.layout.Layout`, `rules` the fields of each rule, `kinds` the
    declarations of `kinds.kind`, `formats` the names of the formats of reports, `columns` those of `Layout`.
    """

    fills: Sequence[tuple[Any, ...]]
    rules: Sequence[Mapping[str, Any]]
    kinds: Sequence[Mapping[str, Any]]
    formats: Sequence[str]
    columns: Mapping[str, Mapping[str, Sequence[str]]]

    def image(self) -> bytes:
        """Return the empty database."""
        return file_of_package(IMAGE)


@lru_cache(maxsize=1)
def prebuilt() -> Prebuilt | None:
    """Return what was made when the package was built; None if it was not built, or is not as it was."""
    try:
        data = import_module(f"linklint.{DATA}")
    except ImportError:
        return None
    if IN_CHECKOUT and digest_of_sources() != data.DIGEST:
        return None
    return Prebuilt(data.FILLS, data.RULES, data.KINDS, data.FORMATS, data.COLUMNS)


def digest_of_sources() -> str:
    """Return the digest of the files that it is made from, with their names, and of the code that makes it."""
    makers = [(name, os.path.join(PACKAGE, *name.split("/"))) for name in MAKERS.split()]
    makers += [(name, path) for name, path in modules_of(os.path.join(PACKAGE, "kinds")).items()]
    return digest(
        *(word for name, path in [*files_of(RULES), *files_of(VIEWS), *makers] for word in (name, text_of(path)))
    )


def files_of(directory: str) -> Iterator[tuple[str, str]]:
    """Yield the (name without suffix, path) of each file of a directory, sorted by name."""
    for name in sorted(os.listdir(directory)):
        yield os.path.splitext(name)[0], os.path.join(directory, name)


def modules_of(directory: str) -> dict[str, str]:
    """Return {name: path} of the modules and packages of a directory, sorted by name."""
    modules = {}
    for name in sorted(os.listdir(directory)):
        path = os.path.join(directory, name)
        path = path if name.endswith(".py") else os.path.join(path, "__init__.py")
        if name != "__init__.py" and os.path.isfile(path):
            modules[name.removesuffix(".py")] = path
    return modules


def formats_of_package() -> Sequence[str]:
    """Return the names of the formats of reports. A zipapp has no directory to list."""
    directory = os.path.join(PACKAGE, "output", "formats")
    return list(modules_of(directory)) if os.path.isdir(directory) else getattr(prebuilt(), "formats", ())


def text_of(path: str) -> str:
    """Return the text of a file in UTF-8."""
    with open(path, encoding="utf-8") as file:
        return file.read()


def file_of_package(name: str) -> bytes:
    """Return the content of a file of the package, also from a zipapp."""
    loader: Any = globals()["__loader__"]
    data: bytes = loader.get_data(os.path.join(os.path.dirname(__file__), name))
    return data
