"""From files to services: which files belong to a project, `extends`, `include`, interpolation, overrides.

Source: Compose 2.26. The base is the first of compose.yaml, compose.yml, docker-compose.yml, docker-compose.yaml (and
the old fig.yml); `*.override.*` is merged into it. Any other Compose file of the directory is a project of its own,
unless it is incomplete and the base has what is missing: then it is an override of the base.
"""

from __future__ import annotations

import posixpath
import re

from linklint.context import ExtractionContext, directory_of
from linklint.kinds.compose.dotenv import interpolate, is_broken, read_variables
from linklint.lexer.yaml_nodes import BadYaml, YamlNode, load
from linklint.text.confidence import LIKELY
from linklint.text.records import Record, new
from linklint.text.regex import lazy_compile
from linklint.text.source import MappedText, Source, Span
from linklint.text.templates import IN_TEMPLATE, mask_templates, with_holes

REPLACED = frozenset("command entrypoint test".split())
BY_NAME = frozenset("environment labels args build_args annotations sysctls extra_hosts".split())
NETWORK_KEYS = frozenset({"networks", "depends_on"})
MAY_BE_FILLED = lazy_compile(rf"\$|{IN_TEMPLATE.pattern}")


def merge(base: YamlNode, over: YamlNode, key: str = "") -> YamlNode:
    """Return `base` with `over` merged into it; neither is changed."""
    if over.tag == "!override" or base.kind == "null" or over.kind == "scalar" and base.kind == "scalar":
        return over
    if over.kind == "null":
        return base
    if key in BY_NAME:
        return _merge_pairs(base, over)
    if key in NETWORK_KEYS and base.kind != over.kind:
        return _merge_pairs(base, over)
    if base.kind == "map" and over.kind == "map":
        return _merge_maps(base, over)
    if key in REPLACED:
        return over
    if base.kind == "list" and over.kind == "list":
        return _merge_lists(base, over, repeats=key == "external_links")  # Compose refuses a duplicate
    return over


def _empty(kind: str, like: YamlNode) -> YamlNode:
    value = YamlNode(kind, like.text, like.start, like.end)
    return value


def _merge_maps(base: YamlNode, over: YamlNode) -> YamlNode:
    result = _empty("map", base)
    result.keys = dict(base.keys)
    for name, (key, value) in over.keys.items():
        if value.tag == "!reset":
            result.keys.pop(name, None)
        elif name in result.keys:
            result.keys[name] = (result.keys[name][0], merge(result.keys[name][1], value, name))
        else:
            result.keys[name] = (key, value)
    return result


def _merge_lists(base: YamlNode, over: YamlNode, *, repeats: bool) -> YamlNode:
    result = _empty("list", base)
    seen: set[str] = set()
    for item in [*base.items, *over.items]:
        if item.kind == "scalar":
            if item.string in seen and not repeats:
                continue
            seen.add(item.string)
        result.items.append(item)
    return result


def _merge_pairs(base: YamlNode, over: YamlNode) -> YamlNode:
    """Merge maps and lists of `NAME=value` by name."""
    result = _empty("list", base)
    pairs: dict[str, YamlNode] = {}
    for value in (base, over):
        for name, item in named(value):
            if item.tag == "!reset" and value.kind == "map":
                pairs.pop(name, None)
            else:
                pairs[name] = item
    result.items = list(pairs.values())
    return result


def named(value: YamlNode) -> list[tuple[str, YamlNode]]:
    """Return the entries of a map, or of a list of `NAME=value`, by name.

    An entry of a map becomes a map of one key.
    """
    if value.kind == "list":
        return [
            (next(iter(item.keys)), item)
            if item.kind == "map" and len(item.keys) == 1
            else (item.string.partition("=")[0], item)
            for item in value.items
        ]
    found = []
    for name, pair in value.keys.items():
        single = YamlNode("map", value.text, pair[0].start, pair[1].end, pair[1].tag)
        single.keys = {name: pair}
        found.append((name, single))
    return found


BASES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml", "fig.yml", "fig.yaml")
MAX_FILES = 1000
MAX_WORK = 50_000


class Project(Record):
    """The merged services, each with its key.

    `v1` is the format without `services:`, on the default bridge. An `excerpt` is a code block of a document, which may
    have left it out.
    """

    name: str
    directory: str
    source: Source
    text: MappedText
    v1: bool = False
    complete: bool = True
    partial: bool = False  # an override, whose base is elsewhere
    excerpt: bool = False
    services: dict[str, tuple[YamlNode, YamlNode]] = new(factory=dict)
    networks: YamlNode | None = None
    variables: dict[str, str] = new(factory=dict)
    documents: list[YamlNode] = new(factory=list)
    problems: list[tuple[Span, str]] = new(factory=list)
    includes: bool = False


def projects(sources: list[Source], context: ExtractionContext) -> list[Project]:
    """Return the projects in the Compose files of one directory."""
    by_name = {posixpath.basename(source.path): source for source in sources}
    base = next((by_name[name] for name in BASES if name in by_name), None)
    found: list[Project] = []
    used: set[str] = set()
    base_project = None
    if base is not None and base.path not in context.included:
        files = [base, *(by_name[name] for name in _overrides(base) if name in by_name)]
        used = {source.path for source in files}
        base_project = _Assembler(context, files).assemble()
        if base_project:
            found.append(base_project)
    for source in sources:
        if source.path in used or source.path in context.included:
            continue
        project = _Assembler(context, [source]).assemble()
        if project is None:
            continue
        if base is not None and base_project is not None and _leans_on(project, base_project):
            merged = _Assembler(context, [base, source], quiet=True).assemble()
            if merged is not None:
                merged.source, merged.text = source, source.whole()
                # a file that needs another one is an override; one that stands alone may only need what runs already
                merged.complete = not _stands_alone(project) and _missing(merged) == set()
                project = merged
        elif not _stands_alone(project):
            project.complete = False
        project.partial = base is None and "override" in posixpath.basename(source.path).lower()
        found.append(project)
    named = {name for project in found for name in project.services}
    for project in found:
        if _missing(project) & named:  # it is a part of several: docker compose -f db.yml -f web.yml
            project.complete = False
    return found


def from_text(text: MappedText, source: Source, context: ExtractionContext) -> Project | None:
    """Return the project in a code block of a document. It is not complete."""
    try:
        project = _Assembler(context, [source], quiet=True).assemble_text(text)
    except BadYaml:
        return None
    if project is not None:
        project.complete, project.excerpt = False, True
    return project


def _overrides(base: Source) -> list[str]:
    stem = posixpath.splitext(posixpath.basename(base.path))[0]
    return [f"{stem}.override.yml", f"{stem}.override.yaml"]


def _stands_alone(project: Project) -> bool:
    return all(
        any(key in service.keys for key in ("image", "build", "extends", "provider"))
        for _, service in project.services.values()
    )


def _leans_on(project: Project, base: Project) -> bool:
    """Return whether a file needs the base: a service without an image, or a reference to a service of the base."""
    if not _stands_alone(project):
        return any(name in base.services for name in project.services)
    return bool(_missing(project) & set(base.services))


def _missing(project: Project) -> set[str]:
    """Return the services that a project names but does not have."""
    missing: set[str] = set()
    for _, service in project.services.values():
        for key in ("links", "depends_on", "volumes_from"):
            value = service.get(key)
            if value is not None:
                missing.update(name.split(":")[0] for name in (*(i.string for i in value.items), *value.keys))
    return missing - set(project.services)


def normalised(name: str) -> str:
    """Return the project name that Compose derives from a directory: lower case, only `a-z0-9_-`."""
    return re.sub(r"[^a-z0-9_-]", "", name.lower()).lstrip("_-")


class _Assembler:
    """Assembles the files of one project. What cannot be read is reported once."""

    def __init__(self, context: ExtractionContext, files: list[Source], *, quiet: bool = False) -> None:
        self.context = context
        self.files = files
        self.quiet = quiet
        self.directory = directory_of(files[0].path)
        self.variables = read_variables(context.open(self.directory, ".env"), context.spend)
        self.read: set[str] = set()
        self.full: dict[YamlNode, YamlNode] = {}
        self.problems: list[tuple[Span, str]] = []
        self.work = 0

    def assemble(self) -> Project | None:
        documents: list[tuple[Source, YamlNode]] = []
        for source in self.files:
            documents += [(source, document) for document in self.documents(source)]
        return (
            self.project(documents[0][0], documents[0][0].whole(), [value for _, value in documents])
            if documents
            else None
        )

    def assemble_text(self, text: MappedText) -> Project | None:
        documents = load(text)
        return self.project(self.files[0], text, documents[:1]) if documents and documents[0].kind == "map" else None

    def document(self, source: Source) -> YamlNode | None:
        """Return the first document of a file, if there is one."""
        return next(iter(self.documents(source)), None)

    def shared_document(self, source: Source) -> YamlNode | None:
        """Return the first document of a file that another one extends or includes. All projects share it."""
        key = f"compose {source.path}"
        if key not in self.context.cache:
            self.context.spend(len(source.text) * 10)
            self.context.cache[key] = self.document(source)
        found = self.context.cache[key]
        return found if isinstance(found, YamlNode) else None

    def documents(self, source: Source) -> list[YamlNode]:
        """Return the documents of a file that are maps. Each is merged into the one before it."""
        try:
            documents = load(source.whole())
        except BadYaml as error:
            masked = mask_templates(source)
            try:
                documents = load(masked) if masked else []
            except BadYaml:
                documents = []
            if not documents:
                if not self.quiet:
                    self.context.unread(
                        source.whole().span(error.at, min(error.at + 1, len(source.text))), f"YAML: {error}"
                    )
                return []
        return [document for document in documents if document.kind == "map"]

    def project(self, source: Source, text: MappedText, documents: list[YamlNode]) -> Project | None:
        first = documents[0]
        services = [(document, services_of(document)) for document in documents]
        merged: YamlNode | None = None
        for _, value in services:
            if value is None:
                continue
            value = self.prepared(value, source)
            merged = value if merged is None else merge(merged, value, "services")
        for document in documents:
            merged = self.included(document, merged, source)
        if merged is None or not merged.keys:
            misshapen = next(
                (
                    value
                    for document in documents
                    if (value := document.get("services")) is not None and value.kind != "map"
                ),
                None,
            )
            if misshapen is None or misshapen.kind == "null":
                return None
            merged = YamlNode("map", misshapen.text, misshapen.start, misshapen.end)
        names = [value for document in documents if (value := document.get("name")) is not None]
        name_value = names[-1] if names else None
        given = (
            interpolate(name_value.word, self.variables).string
            if name_value is not None and any("services" in document.keys for document in documents)
            else ""
        )
        directory = posixpath.basename(self.directory) or self.context.root
        name = normalised(given or self.variables.get("COMPOSE_PROJECT_NAME", "") or directory) or directory
        project = Project(name, self.directory, source, text)
        project.v1 = not any(key in document.keys for document in documents for key in ("services", "include"))
        project.services = {
            key: pair for key, pair in merged.keys.items() if pair[1].kind == "map" and not key.startswith("x-")
        }
        project.variables = self.variables
        project.networks = first.get("networks") if not project.v1 else None
        project.documents, project.problems = documents, self.problems
        project.includes = any("include" in document.keys for document in documents)
        return project

    def prepared(self, services: YamlNode, source: Source, chain: tuple[str, ...] = ()) -> YamlNode:
        """Return the services of one file, interpolated and extended."""
        result = YamlNode("map", services.text, services.start, services.end, services.tag)
        for name, (key, service) in services.keys.items():
            service = self.filled(service)
            if service.kind == "map" and "extends" in service.keys:
                service = self.extended(service, services, source, (*chain, f"{source.path}:{name}"))
            result.keys[name] = (key, service)
        return result

    def filled(self, value: YamlNode) -> YamlNode:
        """Return the value with its scalars interpolated. Shared nodes (aliases) stay shared."""
        if value not in self.full:
            self.full[value] = value  # for an alias that contains itself
            self.full[value] = self._filled(value)
        return self.full[value]

    def _filled(self, value: YamlNode) -> YamlNode:
        if value.kind == "scalar":
            if MAY_BE_FILLED.search(value.string) is None:
                return value
            copy = YamlNode("scalar", value.text, value.start, value.end, value.tag)
            copy.plain, copy.word = value.plain, with_holes(interpolate(value.word, self.variables), IN_TEMPLATE)
            self.context.spend(20 + len(copy.word.string) // 8 + len(copy.word.text.segments))
            if is_broken(value.string):
                self.problems.append((value.span, "$ starts a variable: close the brace, or write $$ for a literal $"))
            return copy
        is_written = MAY_BE_FILLED.search(value.text.string, value.start, value.end) is None
        if value.kind == "null" or is_written and not _shares(value):
            return value
        copy = YamlNode(value.kind, value.text, value.start, value.end, value.tag)
        copy.items = [self.filled(item) for item in value.items]
        copy.keys = {name: (key, self.filled(item)) for name, (key, item) in value.keys.items()}
        return copy

    def extended(self, service: YamlNode, services: YamlNode, source: Source, chain: tuple[str, ...]) -> YamlNode:
        extends = service.get("extends")
        assert extends is not None
        file, target = extends.get("file"), extends.get("service")
        name = target.string if target is not None else extends.string
        other, where = services, source
        if file is not None:
            opened = self.context.open(directory_of(source.path), file.string)
            document = self.shared_document(opened) if opened is not None else None
            found = services_of(document) if document is not None else None
            if found is None or opened is None:
                if opened is None and not file.word.open:
                    self.problems.append(
                        (file.span._replace(confidence=LIKELY), f"there is no file {file.string} in the tree")
                    )
                return service
            other, where = found, opened
        pair = other.keys.get(name)
        if f"{where.path}:{name}" in chain or len(chain) > 20:
            self.problems.append((extends.span, f"{name} extends itself, directly or indirectly: remove one extends:"))
            return service
        if pair is None or pair[1].kind != "map":
            if "$" not in name:
                self.problems.append((extends.span, f"{where.path} has no service {name} to extend"))
            return service
        base = self.filled(pair[1])
        if "extends" in base.keys:
            base = self.extended(base, other, where, (*chain, f"{where.path}:{name}"))
        count = sum(1 + len(value.items) + len(value.keys) for _, value in base.keys.values())
        self.context.spend(100 + 5 * count)
        self.work += count
        if self.work > MAX_WORK:
            self.context.unread(
                extends.span, f"extends adds more than {MAX_WORK} values: the rest is not read"
            ) if self.work < 2 * MAX_WORK else None
            self.work = 2 * MAX_WORK
            return service
        merged = merge(base, service, "service")
        merged.start, merged.end, merged.text = service.start, service.end, service.text
        return merged

    def included(self, document: YamlNode, merged: YamlNode | None, source: Source) -> YamlNode | None:
        include = document.get("include")
        if include is None:
            return merged
        for item in include.items:
            path_value = item.get("path") if item.kind == "map" else item
            paths = [v.string for v in path_value.items] or [path_value.string] if path_value is not None else []
            variables = self.variables
            self.context.spend(50 + len(variables))
            self.variables = {**self.variables_of(item, paths, source), **variables}
            for path in paths:
                opened = self.context.open(directory_of(source.path), path)
                if opened is None and "$" not in path and "://" not in path:
                    self.problems.append(
                        (item.span._replace(confidence=LIKELY), f"there is no file {path} in the tree")
                    )
                if opened is not None and opened.path == source.path:
                    self.problems.append((item.span, f"{path} includes itself"))
                if opened is None or opened.path in self.read or len(self.read) > MAX_FILES:
                    continue
                self.read.add(opened.path)
                self.context.included.add(opened.path)
                other = self.shared_document(opened)
                services = services_of(other) if other is not None else None
                if services is not None:
                    services = self.prepared(services, opened)
                    merged = services if merged is None else merge(services, merged, "services")
                if other is not None:
                    merged = self.included(other, merged, opened)
            self.variables = variables
        return merged

    def variables_of(self, item: YamlNode, paths: list[str], source: Source) -> dict[str, str]:
        """Return the variables of the `.env` of an included project, or of the files in its `env_file`."""
        directory, given = directory_of(source.path), item.get("env_file") if item.kind == "map" else None
        files = [value.string for value in given.items] or [given.string] if given is not None else []
        if not files and paths:
            files = [posixpath.join(posixpath.dirname(paths[0]), ".env")]
        found: dict[str, str] = {}
        for file in files:
            found.update(read_variables(self.context.open(directory, file), self.context.spend, self.variables))
        return found


def _shares(value: YamlNode) -> bool:
    """Return whether a part of the value is elsewhere (an alias, a merge key), so that its own text is not enough."""
    return any(
        item.start < value.start or item.end > value.end
        for item in (*value.items, *(pair[1] for pair in value.keys.values()))
    )


def services_of(document: YamlNode) -> YamlNode | None:
    """Return the map of services: below `services:`, or the whole document in the v1 format."""
    if document.kind != "map":
        return None
    services = document.get("services")
    if services is not None:
        return services if services.kind == "map" else None
    if {"include", "networks", "volumes"} & set(document.keys) and not any(
        _is_v1_service(v) for _, v in document.keys.values()
    ):
        return None
    return document if any(_is_v1_service(value) for _, value in document.keys.values()) else None


def _is_v1_service(value: YamlNode) -> bool:
    return value.kind == "map" and ("image" in value.keys or "build" in value.keys or "extends" in value.keys)
