"""Ansible: playbooks, task files and roles.

Source: community.docker 4, and the module `docker` of Ansible before 2.4. A task that names a container replaces a
container with that name. `links` are set only in the host configuration, so on a user-defined network the engine
ignores them. YAML is read as version 1.1: an unquoted `22:22` is 1342. A template (`{{ … }}`) is a hole. A play is a
scope on its hosts; roles and included files are read where they are named.
"""

from __future__ import annotations

import posixpath
import re

from linklint.context import ExtractionContext, directory_of
from linklint.facts.schema import Network
from linklint.flow.steps import StepRecorder, add_step
from linklint.kinds import contents
from linklint.kinds.ansible.container import ContainerTask, arguments_of
from linklint.kinds.kind import Kind, NetworkLines
from linklint.lexer.yaml_nodes import YamlNode, documents
from linklint.shell.interpreter import finish_script, new_shell, run_script, run_words
from linklint.shell.state import ShellState
from linklint.shell.statements import record_elsewhere
from linklint.shell.variables import ShellValue
from linklint.text.regex import lazy_compile
from linklint.text.source import MappedText, Source
from linklint.text.templates import ARMS, JINJA, mark_placeholders, to_shell
from linklint.text.word import CAPTURED, Word

KIND = Kind(
    rank=110,
    name="ansible",
    example="roles/web/tasks/main.yml",
    files="playbooks, task files and roles",
    takes="`docker_container`, `docker`, `podman_container`, `docker_network`, Compose modules, and the commands of "
    "`shell`, `command`, `raw`; templates stay unresolved",
    by_content={"yaml": contents.is_playbook},
    is_pipeline=True,
    together=True,
    syntax="yaml",
    weight=10,
    network=NetworkLines(in_order=True, shell_key="shell"),
)

# A line end behind it that YAML folds to a blank: Ansible drops the backslash (split_args in parsing/splitter.py).
CONTINUATION = lazy_compile(r"(?<= )\\ ")
LINE_END = lazy_compile(r"\\?\n")
WITHOUT_SHELL = frozenset({"command", "win_command"})
COMMANDS = frozenset({"shell", "command", "raw", "win_shell", "win_command"})
INCLUDES = frozenset({"include", "include_tasks", "import_tasks"})
ROLES = frozenset({"include_role", "import_role"})
COMPOSE = frozenset({"docker_compose", "docker_compose_v2", "docker_service"})
LOOPS = ("loop", "with_items", "with_list", "with_dict", "with_sequence", "with_nested", "with_together", "until")
REGISTERED = lazy_compile(
    r"\{\{\s*(?P<name>\w+)\.(?:stdout(?:_lines\[0\])?|container\.Id"
    r"|ansible_facts\.docker_container\.Id)(?:\s*\|\s*trim)?\s*\}\}"
)
MAX_DEPTH = 12
MAX_TASKS = 5000


def extract(sources: list[Source], context: ExtractionContext) -> None:
    """Extract the facts of playbooks and task files. Included files are read where they are included."""
    found = [(source, document) for source in sources for document in _lists(source, context)]
    found.sort(
        key=lambda pair: (
            not _is_playbook(pair[1]),
            posixpath.basename(pair[0].path) not in ("main.yml", "main.yaml", "site.yml"),
        )
    )
    for source, document in found:
        if source.path not in context.included:
            _File(source, context).take(document)


def _lists(source: Source, context: ExtractionContext) -> list[YamlNode]:
    return [document for document in documents(source, context) if document.kind == "list"]


def _is_playbook(document: YamlNode) -> bool:
    return any("hosts" in item.keys or "import_playbook" in item.keys for item in document.items)


class _File:
    """A file that no other file includes, with everything that it includes."""

    def __init__(self, source: Source, context: ExtractionContext) -> None:
        self.source = source
        self.context = context
        self.order = StepRecorder(context, source.whole().span(0, 0), KIND, source.path)
        self.registered: dict[str, int] = {}
        self.shell = new_shell(context, self.order, "")
        self.tasks = 0
        self.barren: set[str] = set()

    def take(self, document: YamlNode) -> None:
        if not _is_playbook(document):
            self.list_of_tasks(document, directory_of(self.source.path), 0)
            return
        for play in document.items:
            hosts = play.get("hosts")
            self.shell.host = (
                f"hosts {hosts.string}" if hosts is not None and hosts.string not in ("localhost", "127.0.0.1") else ""
            )
            for part in ("pre_tasks", "roles", "tasks", "post_tasks", "handlers"):
                value = play.get(part)
                for role in value.items if value is not None and part == "roles" else []:
                    self.role(role.get("role") or role.get("name") or role, directory_of(self.source.path), 0)
                if value is not None and part != "roles":
                    self.list_of_tasks(value, directory_of(self.source.path), 0)

    def list_of_tasks(self, value: YamlNode, directory: str, depth: int) -> None:
        for task in value.items:
            if task.kind != "map" or depth >= MAX_DEPTH:
                continue
            self.tasks += 1
            if self.tasks == MAX_TASKS:
                self.context.unread(task.span, f"more than {MAX_TASKS} tasks: the rest is not read")
            if self.tasks < MAX_TASKS:
                self.task(task, directory, depth)

    def task(self, task: YamlNode, directory: str, depth: int) -> None:
        host = self.shell.host
        with self.shell.flow.part():
            if task.get("when") is not None or self.on_demand(task):
                self.shell.flow.enter("if")
            if any(key in task.keys for key in LOOPS):
                self.shell.flow.enter("loop" if "until" not in task.keys else "retry")
            delegate = task.get("delegate_to")
            if delegate is not None:
                self.shell.host = f"host {delegate.string}"
            if "block" in task.keys:
                self.block(task, directory, depth)
            else:
                for key, (word, value) in task.keys.items():
                    self.module(key.rpartition(".")[2], word, value, task, directory, depth)
            self.shell.host = host

    def on_demand(self, task: YamlNode) -> bool:
        """Return whether a task is skipped in an ordinary run: `tags: never`, `creates:`, or a handler."""
        tags, arguments = task.get("tags"), task.get("args")
        asked = tags is not None and any(value.string == "never" for value in (tags, *tags.items))
        created = arguments is not None and (arguments.get("creates") or arguments.get("removes")) is not None
        inline = any(
            name.rpartition(".")[2] in COMMANDS and re.search(r"\b(?:creates|removes)=", value.string)
            for name, (_, value) in task.keys.items()
        )
        return (
            asked or created or inline or "/handlers/" in f"/{task.text.source.path}" or task.get("listen") is not None
        )

    def block(self, task: YamlNode, directory: str, depth: int) -> None:
        for part in ("block", "rescue", "always"):
            value = task.get(part)
            if value is not None:
                with self.shell.flow.part():
                    if part == "rescue":
                        self.shell.flow.enter("if")
                    self.list_of_tasks(value, directory, depth + 1)

    def module(self, name: str, key: YamlNode, value: YamlNode, task: YamlNode, directory: str, depth: int) -> None:
        if name in ("action", "local_action"):
            self.action(name, key, value, task, directory, depth)
        elif name in COMMANDS:
            self.command(name, value, task)
        elif name in ("docker_container", "docker", "podman_container"):
            ContainerTask(
                self, key, arguments_of(value), "podman" if name.startswith("podman") else "docker", task
            ).take()
        elif name == "docker_network":
            self.network(value, key)
        elif name in COMPOSE:
            record_elsewhere(self.shell, self.shell.host, key.span)
        elif name in INCLUDES:
            self.include(value, directory, depth)
        elif name in ROLES:
            self.role(arguments_of(value).get("name") or value, directory, depth)

    def action(self, name: str, key: YamlNode, value: YamlNode, task: YamlNode, directory: str, depth: int) -> None:
        """Read `action: docker name=web …`, `local_action: {module: docker, …}`."""
        host = self.shell.host
        if name == "local_action":
            self.shell.host = ""
        if value.kind == "map":
            module = value.get("module")
            if module is not None:
                self.module(module.string.rpartition(".")[2], key, value, task, directory, depth + 1)
        else:
            found = re.match(r"\s*([\w.]+)\s*", value.string)
            if found and found[1] not in ("action", "local_action"):
                rest = YamlNode("scalar", value.text, value.start, value.end)
                rest.word = value.word.slice(found.end())
                self.module(found[1].rpartition(".")[2], key, rest, task, directory, depth + 1)
        self.shell.host = host

    # Commands

    def command(self, name: str, value: YamlNode, task: YamlNode) -> None:
        """Read `shell:` and `command:`, as text, as `cmd:` or as `argv:`; each has a shell of its own.

        No shell reads a `command:`, so that its lines are one command (ansible.builtin.command: `shlex.split`).
        """
        inner = self.shell.another()
        argv = value.get("argv")
        script = value.get("cmd") if value.kind == "map" else value
        inner.has_template_arms = script is not None and ARMS.search(script.string) is not None
        if argv is not None and argv.items:
            run_words(inner, [self.word(item.word) for item in argv.items])
        elif script is not None and script.kind == "scalar":
            text = to_shell(self.word(script.word), lambda written, _: self.variable(written, inner))
            string = CONTINUATION.sub("  ", text.string) if script is value else text.string
            string = LINE_END.sub(lambda match: " " * len(match[0]), string) if name in WITHOUT_SHELL else string
            run_script(inner, MappedText(text.source, string, text.segments))
        finish_script(inner)
        register = task.get("register")
        if register is not None and inner.created is not None and inner.created.container is not None:
            self.registered[register.string] = inner.created.container

    def variable(self, written: str, shell: ShellState) -> str | None:
        """Return the shell variable for a template that gives a container's ID."""
        match = REGISTERED.fullmatch(written)
        container = self.registered.get(match["name"]) if match else None
        if match is None or container is None:
            return None
        shell.variables[f"{match['name']}_stdout"] = ShellValue(None, kind=CAPTURED, captured=container)
        return f"${{{match['name']}_stdout}}"

    def word(self, word: Word) -> Word:
        """Return a value with its templates as holes."""
        found = word if word.holes else mark_placeholders(word.text, JINJA, quoted=word.quoted)
        match = REGISTERED.search(found.string) if found.holes else None
        if match and match["name"] in self.registered:
            found.captured = self.registered[match["name"]]
            found.holes = tuple((a, b, CAPTURED if (a, b) == match.span() else kind) for a, b, kind in found.holes)
        return found

    # Other things that a task may name

    def network(self, value: YamlNode, key: YamlNode) -> None:
        arguments = arguments_of(value)
        name, state, driver = arguments.get("name"), arguments.get("state"), arguments.get("driver")
        if name is None:
            return
        word, scope = self.word(name.word), self.shell.scope("")
        verb = "network-rm" if state is not None and state.string == "absent" else "network-create"
        if verb == "network-create":
            self.context.add(
                Network(word.span, scope=scope, name=word.string, driver=driver.string if driver is not None else None)
            )
        add_step(self.shell, key.span, verb, word, scope=scope, name=word.string)

    def include(self, value: YamlNode, directory: str, depth: int) -> None:
        path = (value.get("file") if value.kind == "map" else value) or value
        name = path.string.split()[0] if path.string.split() else ""
        if name and "{{" not in name:
            self.inline(self.context.open(directory, name), depth)

    def role(self, value: YamlNode, directory: str, depth: int) -> None:
        name = value.string
        if not re.fullmatch(r"[\w./-]+", name):
            return None
        homes = [directory, posixpath.dirname(directory)]
        if "roles/" in f"{directory}/":
            homes.append(directory[: f"/{directory}/".rindex("/roles/")].rstrip("/"))
        for home in dict.fromkeys(homes):
            for ending in ("yml", "yaml"):
                source = self.context.open(home, f"roles/{name}/tasks/main.{ending}")
                if source is not None:
                    return self.inline(source, depth)

    def inline(self, source: Source | None, depth: int) -> None:
        """Read the tasks of another file here."""
        if source is None or depth >= MAX_DEPTH or source.path in self.barren:
            return
        self.context.included.add(source.path)
        steps = self.order.seq
        for document in _lists(source, self.context):
            self.list_of_tasks(document, directory_of(source.path), depth + 1)
        if self.order.seq == steps:
            self.barren.add(source.path)  # large playbooks include the same roles in every play
