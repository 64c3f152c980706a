"""Line numbers of keys in a TOML file, which its parser does not report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linklint.text.regex import lazy_compile

if TYPE_CHECKING:
    pass


class Lines:
    """Line numbers of keys in a TOML file, found by table headers and the text before `=`."""

    HEADER = lazy_compile(r"\s*\[\[?\s*(?P<name>[^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
    KEY = lazy_compile(
        r"""\s*(?P<name>(?:[\w-]+|"[^"\n]*"|'[^'\n]*')(?:\s*\.\s*(?:[\w-]+|"[^"\n]*"|'[^'\n]*'))*)\s*="""
    )

    def __init__(self, path: str, text: str, top: str = "") -> None:
        self.path = path
        self.text = text
        self.top = top

    def below(self, top: str) -> Lines:
        """Return the same for keys below a table."""
        return Lines(self.path, self.text, top)

    def item(self, key: str, item: str) -> str:
        """Return `path:line` of an item of a list, which may be below its key, or of a key of a table."""
        place = self.place(key, item)
        first = int(place.rpartition(":")[2]) if ":" in place else 1
        for number, line in enumerate(self.text.split("\n")[first - 1 : first + 99], first):
            if f'"{item}"' in line or f"'{item}'" in line:
                return f"{self.path}:{number}"
        return place

    def place(self, *keys: str, nth: int = 0) -> str:
        """Return `path:line` of a key, or of the table that contains it; only the path if it is not found.

        `nth` is the index among sections of one name.
        """
        wanted = ".".join([*([self.top] if self.top else []), *keys])
        header, seen = "", -1
        best = (-1, 0)
        for number, line in enumerate(self.text.split("\n"), 1):
            named, key = self.HEADER.match(line), self.KEY.match(line)
            if named:
                header = plain_key(named["name"])
                seen += header == ".".join([*([self.top] if self.top else []), keys[0]])
            name = header if named else ".".join(filter(None, (header, plain_key(key["name"])))) if key else ""
            if (
                name
                and (wanted == name or wanted.startswith(name + "."))
                and (not nth or seen == nth)
                and len(name) > best[0]
            ):
                best = (len(name), number)
            elif not best[1] and name.startswith(wanted + "."):  # a header or a dotted key below it
                best = (0, number)
        return f"{self.path}:{best[1]}" if best[1] else self.path


def plain_key(name: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in name.split("."))
