"""`devcontainer.json`: the container that an editor starts for development.

Source: containers.dev, and the reference implementation, which builds `docker run` from `runArgs`, `containerEnv` and
`appPort` (a bare number is bound to 127.0.0.1) if an image or a Dockerfile is named. `forwardPorts` publishes nothing.
`initializeCommand` runs on the host, the other commands in the container.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from linklint.context import ExtractionContext, directory_of
from linklint.flow.steps import StepRecorder
from linklint.kinds.kind import Kind, Sign
from linklint.lexer.yaml_maps import MapEdits
from linklint.lexer.yaml_nodes import BadYaml, YamlNode, documents, load_json
from linklint.shell.interpreter import finish_script, new_shell, run_script, run_words
from linklint.shell.networks import Route
from linklint.text.edits import Caller, Refused, TextEdit
from linklint.text.regex import lazy_compile
from linklint.text.source import Source, concat
from linklint.text.templates import mark_placeholders, to_shell
from linklint.text.word import VARIABLE, Word

KIND = Kind(
    rank=200,
    name="devcontainer",
    example=".devcontainer/devcontainer.json",
    sample='{"image": "app", "runArgs": ["--link", "db:db", "-p", "80:80"]}\n',
    files="`devcontainer.json`",
    takes="`runArgs`, `containerEnv`, `appPort`, and the lifecycle commands",
    names=r"\.?devcontainer\.json",
    within="json",
    by_content={"json": Sign((b'"runArgs"',))},
    comment_style="html",
    is_about_docker=True,
)

FILLED_IN = lazy_compile(
    r"\$\{(?:localEnv|containerEnv|localWorkspaceFolder|containerWorkspaceFolder|devcontainerId)[^{}\n]*\}"
)
LIFE_CYCLE = ("onCreateCommand", "updateContentCommand", "postCreateCommand", "postStartCommand", "postAttachCommand")


def extract(sources: list[Source], context: ExtractionContext) -> None:
    """Extract the facts of development containers."""
    for source in sources:
        for document in documents(source, context, json=True)[:1]:
            order = StepRecorder(context, source.whole().span(0, 0), KIND, source.path)
            _life_cycle(document.get("initializeCommand"), order, context)
            command = as_command(document)
            if command:
                shell = new_shell(context, order, directory_of(source.path))
                run_words(shell, command)
                finish_script(shell)
            for key in LIFE_CYCLE:
                _life_cycle(document.get(key), order, context)


def as_command(document: YamlNode) -> list[Word]:
    """Return the words of the `docker run`; none if Compose starts the container."""
    image, build = document.get("image"), document.get("build")
    file = document.get("dockerFile") or (build.get("dockerfile") if build is not None else None)
    where = image or file
    if where is None or not where.string or document.get("dockerComposeFile") is not None:
        return []
    text = where.word.text

    def made(string: str) -> Word:
        return Word(text.replaced(0, len(text), string))

    command = [made("docker"), made("run"), made("--sig-proxy=false")]
    ports = document.get("appPort")
    for item in (ports.items or [ports]) if ports is not None else []:
        if item.kind == "scalar":
            number = item.word.text.replaced(0, len(item.string), f"127.0.0.1:{item.string}:{item.string}")
            command += [made("-p"), Word(number) if item.plain else _word(item)]
    environment = document.get("containerEnv")
    for name, (key, value) in environment.keys.items() if environment is not None else ():
        if value.kind == "scalar" and name:
            pair = concat(text.source, [key.word.text, value.text.replaced(key.end, value.start, "="), value.word.text])
            start = len(key.string) + 1
            holes = tuple(
                (start + match.start(), start + match.end(), VARIABLE) for match in FILLED_IN.finditer(value.string)
            )
            command += [made("-e"), Word(pair, holes)]
    arguments = document.get("runArgs")
    command += [_word(item) for item in (arguments.items if arguments is not None else []) if item.kind == "scalar"]
    return [*command, _word(image) if image is not None else Word(text, ((0, len(text), VARIABLE),))]


def _word(value: YamlNode) -> Word:
    return mark_placeholders(value.word.text, FILLED_IN, quoted=True)


def _life_cycle(value: YamlNode | None, order: StepRecorder, context: ExtractionContext) -> None:
    """Return a command as a line for a shell, as a list of words, or as a map of these."""
    if value is None:
        return
    shell = new_shell(context, order, "")
    if value.kind == "list":
        run_words(shell, [_word(item) for item in value.items])
    elif value.string:
        run_script(shell, to_shell(_word(value)))
    finish_script(shell)
    for _, inner in value.keys.values():
        if inner.kind != "map":
            _life_cycle(inner, order, context)


def make_network(source: Source, callers: Sequence[Caller], _: str) -> Iterator[TextEdit]:
    """Yield the edits of `initializeCommand`, which an editor runs on the host before it starts the container: also for
    a container that `initializeCommand` itself runs. Raises Refused.
    """
    caller = callers[0]
    commands = dict.fromkeys(line for one in callers for line in one.commands)
    try:
        document = load_json(source.whole())[0]
    except (BadYaml, IndexError) as error:
        raise Refused("not-editable", caller.place, f"{source.path} is no JSON: not migrated") from error
    command = document.get("initializeCommand")
    creation = _joined([Route("docker").command(line) for line in commands])
    edited = MapEdits(source, document)
    if command is None:
        edited.added.append(('"initializeCommand"', json.dumps(creation)))
    elif command.kind == "scalar" and source.text[command.start : command.start + 1] == '"':
        start = command.start + 1
        yield TextEdit(source, start, start, json.dumps(f"{{ {creation}; }} && ")[1:-1])
    else:
        raise Refused(
            "not-editable", caller.place, f"the initializeCommand of {source.path} is a list: add {creation} to it"
        )
    yield from edited.edits()


def _joined(lines: Sequence[str]) -> str:
    return lines[0] if len(lines) == 1 else " && ".join(f"{{ {line}; }}" for line in lines)
