"""CI pipelines: GitHub Actions, GitLab CI, Travis, CircleCI, Azure Pipelines and Bitbucket.

A job is a scope on a fresh host, with its steps in order. A step of GitHub, CircleCI and Azure has a shell of its own;
the lines of a GitLab, Travis and Bitbucket job share one. An expression of the service (`${{ … }}`) is a hole. Service
containers live as long as the job, on a host that nothing else uses, so findings about their ports and variables are
only possible.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from typing import Any

from linklint.context import ExtractionContext
from linklint.definition.containers import ContainerDefinition, LongPort, NetworkOf, record
from linklint.docker.environment import EnvAssignment, form_of
from linklint.docker.ports import BadPort, parse_publish
from linklint.flow.steps import StepRecorder
from linklint.kinds import contents
from linklint.kinds.kind import Kind, NetworkLines
from linklint.lexer.yaml_nodes import YamlNode, documents
from linklint.shell.interpreter import finish_script, new_shell, run_script
from linklint.shell.state import ShellState
from linklint.shell.variables import UNKNOWN, ShellValue
from linklint.text.confidence import POSSIBLE
from linklint.text.records import Record, new
from linklint.text.regex import lazy_compile
from linklint.text.source import MappedText, Source, Span, concat
from linklint.text.templates import mark_placeholders, to_shell
from linklint.text.word import Word

KIND = Kind(
    rank=40,
    name="ci",
    example=".github/workflows/test.yml",
    files="GitHub Actions, GitLab CI, Travis, CircleCI, Azure Pipelines, Bitbucket Pipelines",
    takes="the scripts of each job, in order, on a separate host; service containers with ports and environment",
    paths=r"(?i:(?:.*/)?(?:\.github/(?:workflows/[^/]+|actions/.+/action)\.ya?ml|action\.ya?ml"
    r"|\.?gitlab-ci[^/]*\.ya?ml|\.gitlab/.+\.ya?ml|\.travis\.ya?ml|\.circleci/[^/]+\.ya?ml|circle\.ya?ml"
    r"|(?:.*/)?\.?azure-pipelines?(?:/.+|[^/]*)\.ya?ml|bitbucket-pipelines\.ya?ml))",
    within="yaml",
    on_host=True,
    is_pipeline=True,
    calls_scripts=True,
    matters=contents.matters_as_pipeline,
    syntax="yaml",
    expands=True,
    searched="hosts names",
    not_links=(("option", r"\boptions:[^\n]*\Z", "an option of a job container, which has its own network"),),
    network=NetworkLines(in_order=True, inside=True),
)

EXPRESSION = lazy_compile(r"\$\{|\$\(|\$\[\[|<<|\$[A-Za-z_]")
FORGE_FILLS_IN = lazy_compile(r"\$\{\{[^{}\n]*\}\}|<<\s*[#^/]?(?:parameters|pipeline)\.[^>\n]*>>|\$\[\[[^\]\n]*\]\]")
POWERSHELL = lazy_compile(r"\$env:|\b(?:Write|Get|Set|New|Start|Stop)-[A-Z]\w+|^\s*\$\w+ = |\s`\r?$", re.MULTILINE)
OTHER_SHELLS = lazy_compile(r"pwsh|powershell|python|cmd\b|node|perl|ruby")
RESERVED = frozenset(
    "default include stages variables workflow image services cache before_script after_script pages spec".split()
)
TRAVIS_PHASES = (
    "before_install install before_script script before_cache after_success after_failure "
    "before_deploy deploy after_deploy after_script"
).split()
CIRCLE_PHASES = "machine checkout dependencies database compile test deployment".split()
MAX_DEPTH = 12


class Step(Record):
    """A part of a script; `fresh` if it starts with fresh variables, `when` if it may be skipped."""

    script: YamlNode
    fresh: bool = False
    when: bool = False
    directory: str = ""
    variables: dict[str, YamlNode] = new(factory=dict)


class Job(Record):
    """A job: its steps in order, its variables, and the containers that the CI service starts for it."""

    name: str
    place: YamlNode
    steps: list[Step] = new(factory=list)
    variables: dict[str, YamlNode] = new(factory=dict)
    services: list[tuple[str, YamlNode, YamlNode]] = new(factory=list)
    circle: bool = False


def extract(sources: list[Source], context: ExtractionContext) -> None:
    """Extract the facts of pipelines."""
    for source in sources:
        for document in documents(source, context):
            if document.kind == "map":
                for job in dialect(source.path, document)(document):
                    _take(job, source, context)


def dialect(path: str, document: YamlNode) -> Callable[[YamlNode], Iterator[Job]]:
    """Return the CI service of a file, by its name or, if that is ambiguous, by its content."""
    name = posixpath.basename(path)
    if name.startswith((".gitlab-ci", "gitlab-ci")) or "/.gitlab/" in f"/{path}":
        return _gitlab
    if name.startswith(".travis"):
        return _travis
    if "/.circleci/" in f"/{path}" or name.startswith("circle."):
        return _circle
    if name.startswith("bitbucket-pipelines"):
        return _bitbucket
    if "azure" in name or document.get("stages") is not None and document.get("pool") is not None:
        return _azure
    return _circle if document.get("version") is not None and document.get("jobs") is not None else _github


def strings(value: YamlNode | None, depth: int = 0) -> list[YamlNode]:
    """Return the scalars of a value: itself, or those of its lists."""
    if value is None or depth > MAX_DEPTH:
        return []
    if value.kind == "scalar":
        return [value]
    return [found for item in value.items for found in strings(item, depth + 1)]


def _pairs(value: YamlNode | None) -> dict[str, YamlNode]:
    """Yield the entries of a map of variables; GitLab's long form has the value one level down."""
    found = {}
    for name, (_, item) in value.keys.items() if value is not None else ():
        inner = item.get("value") if item.kind == "map" else item
        if inner is not None:
            found[name] = inner
    return found


# The CI services: from a document to its jobs


def _github(document: YamlNode) -> Iterator[Job]:
    jobs = document.get("jobs")
    runs = document.get("runs")
    if runs is not None and runs.get("steps") is not None:  # action.yml
        yield Job("action", document, list(_github_steps(runs)))
    for name, (key, job) in jobs.keys.items() if jobs is not None else ():
        found = Job(name, key, list(_github_steps(job)), {**_pairs(document.get("env")), **_pairs(job.get("env"))})
        services = job.get("services")
        found.services = (
            [(service, pair[0], pair[1]) for service, pair in services.keys.items()] if services is not None else []
        )
        container = job.get("container")
        if container is not None and container.kind == "map":
            found.services.append(("container", job.keys["container"][0], container))
        yield found


def _github_steps(job: YamlNode) -> Iterator[Step]:
    steps, where = job.get("steps"), " ".join(value.string for value in strings(job.get("runs-on")))
    for step in steps.items if steps is not None else []:
        run, shell, directory = step.get("run"), step.get("shell"), step.get("working-directory")
        if run is None or run.kind != "scalar" or shell is not None and OTHER_SHELLS.search(shell.string):
            continue
        if shell is None and ("windows" in where.lower() or POWERSHELL.search(run.string)):
            continue  # runners on Windows use PowerShell
        yield Step(
            run,
            True,
            step.get("if") is not None,
            directory.string if directory is not None else "",
            _pairs(step.get("env")),
        )


def _gitlab(document: YamlNode) -> Iterator[Job]:
    default = document.get("default")

    def common(key: str) -> YamlNode | None:
        return document.get(key) or (default.get(key) if default is not None else None)

    for name, (key, job) in document.keys.items():
        if (
            name in RESERVED
            or job.kind != "map"
            or not {"script", "before_script", "after_script", "services"} & set(job.keys)
        ):
            continue
        found = Job(name, key, variables={**_pairs(document.get("variables")), **_pairs(job.get("variables"))})
        for part in ("before_script", "script", "after_script"):
            lines = strings(job.get(part) or (common(part) if part != "script" else None))
            found.steps += [
                Step(line, fresh=part == "after_script" and number == 0) for number, line in enumerate(lines)
            ]
        found.services = list(_gitlab_services(job.get("services") or common("services")))
        yield found


def _gitlab_services(services: YamlNode | None) -> Iterator[tuple[str, YamlNode, YamlNode]]:
    for item in services.items if services is not None else []:
        image, alias = item.get("name") if item.kind == "map" else item, item.get("alias")
        if image is not None:
            yield (alias.string if alias is not None else ""), image, item


def _travis(document: YamlNode) -> Iterator[Job]:
    found = Job("travis", document)
    for phase in TRAVIS_PHASES:
        found.steps += [
            Step(line, when=phase in ("after_failure", "after_success")) for line in strings(document.get(phase))
        ]
    if found.steps:
        yield found
    jobs = document.get("jobs") or document.get("matrix")
    include = jobs.get("include") if jobs is not None else None
    for number, job in enumerate(include.items if include is not None else [], 1):
        own = Job(f"job {number}", job)
        for phase in TRAVIS_PHASES:
            own.steps += [Step(line) for line in strings(job.get(phase) or document.get(phase))]
        if any(phase in job.keys for phase in TRAVIS_PHASES):
            yield own


def _circle(document: YamlNode) -> Iterator[Job]:
    jobs = document.get("jobs")
    for name, (key, job) in jobs.keys.items() if jobs is not None else ():
        found = Job(name, key, list(_circle_steps(job.get("steps"))), _pairs(job.get("environment")), circle=True)
        images = job.get("docker")
        for image in images.items[1:] if images is not None else []:
            name_value, where = image.get("name"), image.get("image")
            if where is not None:
                found.services.append((name_value.string if name_value is not None else "", where, image))
        yield found
    commands = document.get("commands")
    for name, (key, command) in commands.keys.items() if commands is not None else ():
        yield Job(name, key, list(_circle_steps(command.get("steps"))), circle=True)
    old = Job("circle", document)
    for phase in CIRCLE_PHASES:
        value = document.get(phase)
        for part in ("pre", "override", "post") if value is not None else ():
            old.steps += [Step(line, fresh=True) for line in strings(value.get(part) if value is not None else None)]
    if old.steps:
        yield old


def _circle_steps(steps: YamlNode | None, depth: int = 0) -> Iterator[Step]:
    for step in steps.items if steps is not None and depth < MAX_DEPTH else []:
        for name in ("when", "unless"):
            inner = step.get(name)
            if inner is not None:
                yield from (
                    Step(s.script, True, True, s.directory, s.variables)
                    for s in _circle_steps(inner.get("steps"), depth + 1)
                )
        run = step.get("run") or step.get("deploy")
        command = run.get("command") if run is not None and run.kind == "map" else run
        if run is None or command is None or command.kind != "scalar":
            continue
        directory, when = run.get("working_directory"), run.get("when")
        yield Step(
            command,
            True,
            when is not None,
            directory.string if directory is not None else "",
            _pairs(run.get("environment")),
        )


def _azure(
    document: YamlNode, name: str = "azure", variables: dict[str, YamlNode] | None = None, depth: int = 0
) -> Iterator[Job]:
    variables = {**(variables or {}), **_pairs(document.get("variables"))}
    steps = document.get("steps")
    if steps is not None:
        found = Job(name, document, variables=variables)
        for step in steps.items:
            script = step.get("script") or step.get("bash")
            directory = step.get("workingDirectory")
            if script is not None and script.kind == "scalar" and not POWERSHELL.search(script.string):
                condition = step.get("condition") is not None
                found.steps.append(
                    Step(
                        script,
                        True,
                        condition,
                        directory.string if directory is not None else "",
                        _pairs(step.get("env")),
                    )
                )
        yield found
    for part in ("stages", "jobs"):
        inner = document.get(part)
        for item in inner.items if inner is not None and depth < MAX_DEPTH else []:
            title = item.get("job") or item.get("stage")
            yield from _azure(item, title.string if title is not None else name, variables, depth + 1)


def _bitbucket(document: YamlNode) -> Iterator[Job]:
    definitions = document.get("definitions")
    services = definitions.get("services") if definitions is not None else None
    pipelines = document.get("pipelines")
    for number, step in enumerate(_steps_below(pipelines), 1):
        title = step.get("name")
        found = Job(title.string if title is not None else f"step {number}", step)
        found.steps = [Step(line) for part in ("script", "after-script") for line in strings(step.get(part))]
        wanted = [value.string for value in strings(step.get("services"))]
        found.services = [
            (name, *services.keys[name]) for name in wanted if services is not None and name in services.keys
        ]
        yield found


def _steps_below(value: YamlNode | None, depth: int = 0) -> Iterator[YamlNode]:
    if value is None or depth > MAX_DEPTH:
        return
    step = value.get("step")
    if step is not None and step.kind == "map":
        yield step
        return
    for item in (*value.items, *(pair[1] for pair in value.keys.values())):
        yield from _steps_below(item, depth + 1)


# From jobs to facts


def _take(job: Job, source: Source, context: ExtractionContext) -> None:
    host = f"{source.path}: {job.name}"
    order = StepRecorder(context, job.place.span._replace(confidence="certain"), KIND, host)
    for name, key, service in job.services:
        _take_service(order.scope(host), name, key, service, context)
    shell: ShellState | None = None
    for step in job.steps:
        if shell is None or step.fresh:
            if shell is not None:
                finish_script(shell)
            shell = new_shell(context, order, "", host=host)
            _know(shell, job.variables)
        _know(shell, step.variables)
        shell.directory = (
            ""
            if EXPRESSION.search(step.directory)
            else posixpath.normpath(step.directory)
            if step.directory
            else shell.directory
        )
        if step.when:
            before = dict(shell.variables)
            with shell.flow.part(), shell.branch(context.fork(), 0, "if"):
                run_script(shell, filled(step.script.word.text, circle=job.circle))
            shell.variables = before
        else:
            run_script(shell, filled(step.script.word.text, circle=job.circle))
    if shell is not None:
        finish_script(shell)


def filled(text: MappedText, *, circle: bool = False) -> MappedText:
    r"""Return the script with the expressions of the CI service as shell variables. In CircleCI, `\<<` is a `<<` of the
    shell.
    """
    if circle and "\\<<" in text.string:
        starts = [0, *(match.start() + 1 for match in re.finditer(r"\\<<", text.string))]
        ends = [*(start - 1 for start in starts[1:]), len(text)]
        text = concat(text.source, [text.slice(start, end) for start, end in zip(starts, ends, strict=True)])
    return to_shell(mark_placeholders(text, FORGE_FILLS_IN))


def _know(shell: ShellState, variables: dict[str, YamlNode]) -> None:
    for name, value in variables.items():
        known = value.kind == "scalar" and "$" not in value.string and not EXPRESSION.search(value.string)
        shell.variables[name] = ShellValue(value.string, sure=False) if known else UNKNOWN
        shell.exported.add(name)


def _take_service(scope: int, name: str, key: YamlNode, service: YamlNode, context: ExtractionContext) -> None:
    image = service if service.kind == "scalar" else service.get("image") or service.get("name")
    columns: dict[str, Any] = {"service": name or None, "detached": 1}
    if image is not None:
        columns |= {"image": image.string, "image_span": image.span}
    span = _possible(key.span)
    container = ContainerDefinition(
        "ci service", span, scope, span, network=NetworkOf("the job's own", how="none"), columns=columns
    )
    ports = service.get("ports")
    for item in ports.items if ports is not None else []:
        try:
            binding = parse_publish(item.word)
        except BadPort:
            continue
        container.parts.port(binding, item.word, _possible(item.word.span), LongPort(not item.plain))
    for part in ("env", "environment", "variables"):
        for variable, value in _pairs(service.get(part)).items():
            word = _holed(value.word)
            container.parts.variable(EnvAssignment(variable, word, form_of(word)), _possible(value.span), "ci")
    record(context, container)


def _holed(word: Word) -> Word:
    """Return the word with expressions of the CI service as holes."""
    return Word(word.text, ((0, len(word.string), "variable"),)) if EXPRESSION.search(word.string) else word


def _possible(span: Span) -> Span:
    return span._replace(confidence=POSSIBLE)
