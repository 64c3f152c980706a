"""The registry of kinds of file.

A kind is one module of this package: it declares `KIND`, and has `extract(sources, context)`. Everything else that
depends on the kind of a file asks its `Kind`: detection, the README, the hooks of pre-commit, suppression comments,
mentions, migration, fuzz targets, hostile inputs, and the flags of `scope` that SQL uses.

Importing all these modules to compare names would cost more than a small scan. So the declarations are collected when
the package is built (`linklint/build.py`), and a module is imported for the first file of its kind.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from linklint.files.paths import BASELINE
from linklint.prebuilt import PACKAGE, modules_of, prebuilt
from linklint.text.records import Record
from linklint.text.regex import lazy_compile

if TYPE_CHECKING:
    from linklint.context import ExtractionContext
    from linklint.flow.steps import StepRecorder
    from linklint.shell.state import ShellState
    from linklint.text.source import MappedText, Source

    Contains = Callable[[bytes, bytes], bool]
    Test = Callable[[bytes], bool] | Any
    Matters = Callable[[bytes, Contains], bool]

PLACE = "linklint.kinds"
NO_DOCKERFILE = "md sh py yml yaml json html txt dockerignore rb go js ts java lock bak rst adoc xml patch diff"
TEMPLATES = frozenset("j2 jinja jinja2 tmpl tpl gotmpl erb ejs epp hbs mustache njk twig liquid template in".split())
AMBIGUOUS_SUFFIXES = {"yml": "yaml?", "yaml": "yaml?", "json": "json?", "jsonc": "json?"}
BINARY = frozenset(
    """7z a avi avif bin bmp bz2 class crx dll doc docx dylib ear eot exe fbx flac gif gz heic icns ico img iso jar jpeg
    jpg lib lzma m4a mkv mov mp3 mp4 mpg o obj odt ogg otf pack parquet pdf png ppt pptx psd pyc pyd rar rpm deb so
    sqlite sqlite3 swf tar tgz tif tiff ttf wasm wav webm webp whl woff woff2 xls xlsx xz zip zst""".split()
)  # suffixes of files that are no text
EXAMPLE = lazy_compile(
    r"(?<=\w)[.-](?:dist|sample|example|default|in|orig|t)\Z", re.IGNORECASE
)  # docker-compose.yml.dist


class Sign(NamedTuple):
    """Bytes that show what a file is: one of some words, and a match of a pattern (`^` is the start of any line)."""

    words: tuple[bytes, ...] = ()
    pattern: bytes = b""

    def __call__(self, data: bytes) -> bool:
        """Return whether data has the sign."""
        has_word = not self.words or any(word in data for word in self.words)
        return has_word and (not self.pattern or _compiled(self.pattern).search(data) is not None)


class NetworkLines(NamedTuple):
    """How `migrate` makes a network in a file whose kind has no hook `make_network(source, callers, name)`.

    A line like that of the first command comes before it. `prompt` is a pattern of what may stand before a command, and
    is repeated. `in_order`: the first command of a scope makes the network for all; `condition` is a pattern of a
    condition around it. `inside`: a line is a statement that may have the command inside. `step` is the call that runs
    a line. `by_setting`: a setting of the file makes it. `by_program`: a program runs the command, if no shell does.
    `shell_key`: the key of lines for a shell, beside `command`.
    """

    prompt: str = r"[$>%][ \t]+|@"
    in_order: bool = False
    condition: str = ""
    inside: bool = False
    step: str = ""
    by_setting: bool = False
    by_program: bool = False
    shell_key: str = ""


class Kind(Record):
    """A kind of file.

    `name` is `file.kind`; kinds are asked in the order of their `rank`. A file has the kind by its suffix (`suffixes`),
    by its lower-case name (`names`, unless it has a suffix of `unless`) or by its path (`paths`); `within` limits names
    and paths to YAML or JSON. `by_content` decides by the bytes if a name is ambiguous (`yaml`, `json`, `script`), or
    says nothing, but the user named the file (`named`). `matters` decides by the bytes whether the file is read; a file
    without any of `hints` never is. `searched`: what counts in a file that does not matter otherwise (`hosts`: reads of
    /etc/hosts; `names`: upper-case names of link variables; `any`: all that counts in an unknown language).
    `example` is a file name of the kind, `sample` a text, from which fuzzers and hostile inputs are made; `stdin` is
    the name of standard input that has the kind; `files` and `takes` are texts of the README.
    `extractor` is the module with `extract` and the hooks, if it is not the one that declares the kind.

    `syntax` (lines, shell, yaml, markdown, makefile, program) tells which lines a statement has, `comment_style` (hash,
    html, python, program, java, any) where comments are, `comments` which words start one. `weight`: what it costs to
    extract a character, beside one of a document, which has 2.

    `together`: the files of one directory are extracted together, because they name each other. `is_example`: its
    commands are shown, not run. `on_host`: its commands run one after the other on one host. `is_project`: its
    containers start together, in no order. `is_pipeline`: its scripts run on another host, in no container of
    the tree. `is_program`: it is written in a programming language. `is_script`: others call it. `calls_scripts`: it
    also matters if it only calls scripts that matter. `mentions_settings`: what it says of the daemon is no setting.
    `is_about_docker`: each such file is. `makes_image`: it builds images. `knows_reads`: its extractor knows what is a
    read. `expands`: a shell, or something like it, expands variables in it. `not_links`: (kind of mention, pattern of
    the line up to its end, reason) of mentions that are something else. `network` and `docker`: how `migrate` makes
    a network, and calls docker.
    """

    name: str
    rank: int = 95
    module: str = ""
    extractor: str = ""
    example: str = ""
    sample: str = ""
    stdin: str = "stdin.sh"
    files: str = ""
    takes: str = ""
    suffixes: str = ""
    names: str = ""
    paths: str = ""
    within: str = ""
    unless: str = ""
    matters: Matters | None = None
    hints: tuple[bytes, ...] = ()
    by_content: Mapping[str, Test] = {}
    searched: str = "hosts"
    syntax: str = "lines"
    comment_style: str = "hash"
    comments: tuple[str, ...] = ("#",)
    weight: int = 2
    together: bool = False
    is_example: bool = False
    on_host: bool = False
    is_project: bool = False
    is_pipeline: bool = False
    is_program: bool = False
    is_script: bool = False
    calls_scripts: bool = False
    mentions_settings: bool = False
    is_about_docker: bool = False
    makes_image: bool = False
    knows_reads: bool = False
    expands: bool = False
    not_links: tuple[tuple[str, str, str], ...] = ()
    network: NetworkLines = NetworkLines()
    docker: str = "docker"

    def load(self) -> Any:
        """Import the module with `extract` and the hooks of the kind."""
        return import_module(self.extractor or self.module)

    def hook(self, name: str) -> Any:
        """Return a hook of the kind, or None if it has none of that name."""
        return getattr(self.load(), name, None) if self.module else None


class EmbeddedText(NamedTuple):
    """A text of some kind inside a file of another kind, with the path that it is written to, or would have."""

    path: str
    text: MappedText


class Surroundings(NamedTuple):
    """Where blocks stand: the file, the order of its steps, the host on which they run, and the shell that runs them,
    if there is one.
    """

    source: Source
    context: ExtractionContext
    order: StepRecorder | None = None
    host: str = ""
    shell: ShellState | None = None


UNKNOWN = Kind("")


@lru_cache(maxsize=1)
def kinds() -> dict[str, Kind]:
    """Return all kinds by name, in the order in which they are asked."""
    made = prebuilt()
    rows = declared() if made is None else [decoded(row) for row in made.kinds]
    return {row.name: row for row in rows}


def declared() -> list[Kind]:
    """Import all modules of this package, and return the kinds that they declare, in order."""
    modules = (import_module(f"{PLACE}.{name}") for name in modules_of(os.path.join(PACKAGE, "kinds")))
    declarations = [module.KIND.changed(module=module.__name__) for module in modules if hasattr(module, "KIND")]
    return sorted(declarations, key=lambda kind: kind.rank)


def encoded(kind: Kind) -> dict[str, Any]:
    """Return a kind as plain data, without what is the default: a function by its module and name."""
    row = {name: value for name in Kind.fields if (value := getattr(kind, name)) != Kind.fields[name]}
    if kind.matters is not None:
        row["matters"] = _name_of(kind.matters)
    if "network" in row:
        row["network"] = tuple(kind.network)
    return row | {"by_content": {form: _name_of(test) for form, test in kind.by_content.items()}}


def decoded(row: Mapping[str, Any]) -> Kind:
    """Return the kind of plain data. A function is imported at its first call."""
    tests = {form: _function(name) for form, name in row["by_content"].items()}
    matters = _function(row["matters"]) if "matters" in row else None
    network = NetworkLines(*row.get("network", ()))
    return Kind(**{**row, "by_content": tests, "matters": matters, "network": network})


def _name_of(test: Any) -> Any:
    return tuple(test) if isinstance(test, Sign) else f"{test.__module__}:{test.__name__}"


def _function(name: Any) -> Any:
    if not isinstance(name, str):
        return Sign(*name)
    return lambda *arguments: _imported(name)(*arguments)


@cache
def _imported(name: str) -> Any:
    """Import the function that `MODULE:FUNCTION` names."""
    module, _, function = name.partition(":")
    return getattr(import_module(module), function)


@cache
def _compiled(pattern: bytes) -> re.Pattern[bytes]:
    return re.compile(pattern, re.MULTILINE)


def kind_named(name: str) -> Kind:
    """Return the kind with a name; for an unknown name, a kind without properties."""
    return kinds().get(name, UNKNOWN)


@lru_cache(maxsize=1)
def kinds_by_suffix() -> dict[str, Kind]:
    """Return the kinds of the suffixes that tell one."""
    return {suffix: kind for kind in kinds().values() for suffix in kind.suffixes.split()}


def extract(name: str, sources: list[Source], context: ExtractionContext) -> None:
    """Extract the facts of the files of one kind in one directory."""
    kinds()[name].load().extract(sources, context)


def extract_blocks_of(name: str, blocks: Sequence[EmbeddedText], place: Surroundings) -> None:
    """Extract the facts of texts of one kind that stand in a file of another one."""
    kinds()[name].load().extract_blocks(blocks, place)


def kind_by_name(path: str) -> str | None:
    """Return the kind that the name of a file tells; None if it is not read.

    `yaml?`, `json?`, `script?`, `text?` and `template?` need the content.
    """
    name = path.rpartition("/")[2].lower()
    if name == BASELINE or name.endswith(".sarif.json"):
        return None  # reports of linklint and others
    if "." in name and name.rpartition(".")[2] in BINARY:
        return None
    shorter = EXAMPLE.sub("", path)
    if shorter and shorter != path and (found := kind_by_name(shorter)) not in (None, "script?"):
        return found
    stem, dot, suffix = name.rpartition(".")
    if suffix == "config" and "/.ebextensions/" in path:
        return "yaml?"
    if dot and suffix in AMBIGUOUS_SUFFIXES:
        form = AMBIGUOUS_SUFFIXES[suffix]
        kind = _named(path, form[:-1])
        return kind.name if kind else form
    if dot and suffix in kinds_by_suffix():
        return kinds_by_suffix()[suffix].name
    kind = _named(path)
    if kind is not None:
        return "text?" if suffix.rstrip("~") in kind.unless.split() else kind.name
    if dot and suffix in TEMPLATES:
        inner = kind_by_name(path[: path.rindex(".")])
        return "template?" if inner == "script?" else inner or ("json?" if suffix == "template" else "code")
    return "text?" if stem else "script?"


def _named(path: str, within: str = "") -> Kind | None:
    """Return the kind of a file by its name or path, among those within YAML, JSON or neither."""
    name = path.rpartition("/")[2].lower()
    for kind in kinds().values():
        if kind.within == within:
            if kind.paths and _path_pattern(kind.paths).fullmatch(path):
                return kind
            if kind.names and _path_pattern(kind.names).fullmatch(name):
                return kind
    return None


@cache
def _path_pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.DOTALL)
