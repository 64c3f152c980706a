"""Detect the type of a file by its name and, if that is ambiguous, by its content."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from operator import contains

from linklint.files.paths import BASELINE
from linklint.languages import contents
from linklint.languages.contents import Contains
from linklint.languages.file_types import BY_SUFFIX, FILE_TYPES, TEMPLATES, by_name
from linklint.text.regex import lazy_compile
from linklint.text.source import is_utf_16

MAX_CALLER = 100_000
BINARY = frozenset(
    """7z a avi avif bin bmp bz2 class crx dll doc docx dylib ear eot exe fbx flac gif gz heic icns ico img iso jar jpeg
    jpg lib lzma m4a mkv mov mp3 mp4 mpg o obj odt ogg otf pack parquet pdf png ppt pptx psd pyc pyd rar rpm deb so
    sqlite sqlite3 swf tar tgz tif tiff ttf wasm wav webm webp whl woff woff2 xls xlsx xz zip zst""".split()
)  # suffixes of files that are no text
EXAMPLE = lazy_compile(
    r"(?<=\w)[.-](?:dist|sample|example|default|in|orig|t)\Z", re.IGNORECASE
)  # docker-compose.yml.dist
AMBIGUOUS_SUFFIXES = {"yml": "yaml?", "yaml": "yaml?", "json": "json?", "jsonc": "json?"}
HINTS = {row.name: row.hints for row in FILE_TYPES.values() if row.hints}
HINTED = {f".{suffix}": row.name for suffix, row in BY_SUFFIX.items() if row.hints}  # decided by the name alone
MARKDOWN = lazy_compile(rb"^[ \t]*(?:```|~~~)|^#{1,6} [^\n]+\n\n?[A-Z]", re.MULTILINE)
YAML_KEY = lazy_compile(rb"(?:#[^\n]*\n|---[^\n]*\n|\s)*(?:- )?[\w.-]+:(?:[ \t]|\r?\n)")
CALLERS = frozenset({row.name for row in FILE_TYPES.values() if row.calls_scripts} | {"script?"})


def kind_of(path: str) -> str | None:
    """Return the type that the name of a file tells; None if it is not read.

    `yaml?`, `json?`, `script?` and `template?` need the content.
    """
    name = path.rpartition("/")[2].lower()
    if name == BASELINE or name.endswith(".sarif.json"):
        return None  # reports of linklint and others
    if "." in name and name.rpartition(".")[2] in BINARY:
        return None
    shorter = EXAMPLE.sub("", path)
    if shorter and shorter != path and (found_type := kind_of(shorter)) not in (None, "script?"):
        return found_type
    stem, dot, suffix = name.rpartition(".")
    if suffix == "config" and "/.ebextensions/" in path:
        return "yaml?"
    if dot and suffix in AMBIGUOUS_SUFFIXES:
        found = by_name(path, AMBIGUOUS_SUFFIXES[suffix][:-1])
        return found.name if found else AMBIGUOUS_SUFFIXES[suffix]
    if dot and suffix in BY_SUFFIX:
        return BY_SUFFIX[suffix].name
    found = by_name(path)
    if found is not None:
        return "text?" if suffix.rstrip("~") in found.unless.split() else found.name
    if dot and suffix in TEMPLATES:
        inner = kind_of(path[: path.rindex(".")])
        return "template?" if inner == "script?" else inner or ("json?" if suffix == "template" else "code")
    return "text?" if stem else "script?"


def kind_by_content(kind: str, data: bytes, contains: Contains = contains) -> str | None:
    """Return the type by content if the name is ambiguous; None if the file does not matter.

    `contains` searches bytes for bytes; a fast one pays off for the most common types.
    """
    data = contents.plain(data)
    if is_utf_16(data):  # it is broken: reading it says so
        return kind if kind in FILE_TYPES else None
    if kind == "template?":  # of a script, or of a configuration file
        script = kind_by_content("script?", data, contains)
        return script if script not in (None, "text") else kind_by_content("code", data, contains)
    if kind == "markdown" and contents.is_cloud_config(data):
        return "cloud-init"
    if kind.endswith("?"):
        if contents.CLOUD_CONFIG.match(data) and not contents.mentions(data):
            return None
        rows = FILE_TYPES.values()
        found = next((row.name for row in rows if (is_one := row.by_content.get(kind[:-1])) and is_one(data)), None)
        return found or ("text" if contents.mentions_links(data, contains) else None)
    needs = FILE_TYPES[kind].needs
    return kind if needs is None or needs(data, contains) or contents.mentions_links(data, contains, kind) else None


def callers(files: Sequence[tuple[str, str, bytes]], scripts: Iterable[str]) -> list[tuple[str, str, bytes]]:
    """Return those of (path, type, data) that name one of the scripts, or a script that does."""
    wanted = {_name(script) for script in scripts}
    if not wanted or not files:
        return []
    named = [(file, frozenset(contents.CALLED_NAME.findall(file[2]))) for file in files]
    found: list[tuple[str, str, bytes]] = []
    new = wanted
    while new and named:
        chosen = [file for file, names in named if names & new]
        named = [(file, names) for file, names in named if not names & new]
        new = {_name(path) for path, kind, _ in chosen if kind == "shell"} - wanted
        wanted |= new
        found += [
            (path, "shell" if kind == "script?" else kind, data)
            for path, kind, data in chosen
            if kind != "script?" or contents.SHEBANG.match(data)
        ]
    return found


def _name(path: str) -> bytes:
    return path.rpartition("/")[2].encode("utf-8", "surrogateescape")


def kind_of_named(path: str, data: bytes) -> str | None:
    """Return the type of a file that the user named, if its name says nothing."""
    data = contents.plain(data)
    if contents.SHEBANG.match(data):
        return "shell"
    if contents.PYTHON_SHEBANG.match(data):
        return "python"
    if contents.CLOUD_CONFIG.match(data):
        return "cloud-init"
    if contents.DOCKERFILE_CONTENT.match(data):
        return "dockerfile"
    if contents.is_compose(data):
        return "compose"
    return "shell" if path.endswith((".txt", ".in")) and contents.RUNS_CONTAINERS.search(data) else None


def name_for(data: bytes) -> str:
    """Return a file name for what comes from standard input without one, told by its content."""
    kind = kind_of_named("stdin.txt", data)
    if kind is not None:
        return {"compose": "compose.yaml", "dockerfile": "Dockerfile", "python": "stdin.py"}.get(kind, "stdin.sh")
    start = data.lstrip()[:1]
    if start in (b"{", b"["):
        return "stdin.json"
    if MARKDOWN.search(data):
        return "README.md"
    return "stdin.yaml" if YAML_KEY.match(data.lstrip()) else "stdin.sh"
