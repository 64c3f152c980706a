"""Ansible: playbooks, task files and roles.

Source: community.docker 4, and the module `docker` of Ansible before 2.4.  A task that names a container makes it so: what had the name before is
replaced.  `links` go to the host configuration only, so on a user-defined network the engine drops them.  YAML is 1.1's: an unquoted `22:22` is
1342.  What a template fills in (`{{ … }}`) is a hole.  A play is a scope on its hosts; roles and included files stand where they are named.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace

from linklint.docker.env import Setting, form_of
from linklint.docker.name import canonical
from linklint.docker.port import BadPort, Binding, parse_expose, parse_publish
from linklint.extract.nodes import Value, documents
from linklint.extract.parts import add_env, add_link, add_port, how_named
from linklint.extract.reading import Branch, Order, Reading, directory_of
from linklint.extract.shell.interpreter import Interpreter
from linklint.extract.shell.statements import add_step, compose_up
from linklint.extract.shell.variables import Value as Known
from linklint.extract.template import JINJA, as_script, holed
from linklint.facts.tables import Attachment, Container, EnvFile, Network, Port, Refusal, Step
from linklint.source import Source, Text
from linklint.word import CAPTURED, Word

COMMANDS = frozenset({"shell", "command", "raw", "win_shell", "win_command"})
INCLUDES = frozenset({"include", "include_tasks", "import_tasks"})
ROLES = frozenset({"include_role", "import_role"})
COMPOSE = frozenset({"docker_compose", "docker_compose_v2", "docker_service"})
LOOPS = ("loop", "with_items", "with_list", "with_dict", "with_sequence", "with_nested", "with_together", "until")
PAIR = re.compile(r"""(?P<key>\w+)=(?P<value>(?:"(?:[^"\\]|\\.)*"|'[^']*'|\{\{.*?\}\}|[^\s"'])*)""", re.DOTALL)
REGISTERED = re.compile(
    r"\{\{\s*(?P<name>\w+)\.(?:stdout(?:_lines\[0\])?|container\.Id|ansible_facts\.docker_container\.Id)(?:\s*\|\s*trim)?\s*\}\}"
)
MAX_DEPTH = 12
MAX_TASKS = 5000
MAX_PORTS = 2000

Arguments = dict[str, Value]


def extract(sources: list[Source], reading: Reading) -> None:
    """Take the facts of playbooks and task files; those that another file includes stand there."""
    found = [(source, document) for source in sources for document in _lists(source, reading)]
    found.sort(key=lambda pair: (not _is_playbook(pair[1]), posixpath.basename(pair[0].path) not in ("main.yml", "main.yaml", "site.yml")))
    for source, document in found:
        if source.path not in reading.included:
            _File(source, reading).take(document)


def _lists(source: Source, reading: Reading) -> list[Value]:
    return [document for document in documents(source, reading) if document.kind == "list"]


def _is_playbook(document: Value) -> bool:
    return any("hosts" in item.keys or "import_playbook" in item.keys for item in document.items)


class _File:
    """A file that nobody includes, with all that it includes."""

    def __init__(self, source: Source, reading: Reading) -> None:
        self.source = source
        self.reading = reading
        self.order = Order(reading, source.whole().span(0, 0), "ansible", source.path)
        self.registered: dict[str, int] = {}
        self.shell = Interpreter(reading, self.order, "")
        self.tasks = 0

    def take(self, document: Value) -> None:
        if not _is_playbook(document):
            self.list_of_tasks(document, directory_of(self.source.path), 0)
            return
        for play in document.items:
            hosts = play.get("hosts")
            self.shell.host = f"hosts {hosts.string}" if hosts is not None and hosts.string not in ("localhost", "127.0.0.1") else ""
            for part in ("pre_tasks", "roles", "tasks", "post_tasks", "handlers"):
                value = play.get(part)
                for role in value.items if value is not None and part == "roles" else []:
                    self.role(role.get("role") or role.get("name") or role, directory_of(self.source.path), 0)
                if value is not None and part != "roles":
                    self.list_of_tasks(value, directory_of(self.source.path), 0)

    def list_of_tasks(self, value: Value, directory: str, depth: int) -> None:
        for task in value.items:
            if task.kind != "map" or depth >= MAX_DEPTH:
                continue
            self.tasks += 1
            if self.tasks == MAX_TASKS:
                self.reading.unread(task.span, f"more than {MAX_TASKS} tasks: the rest is not read")
            if self.tasks < MAX_TASKS:
                self.task(task, directory, depth)

    def task(self, task: Value, directory: str, depth: int) -> None:
        branches = self.shell.branches
        length, host = len(branches), self.shell.host
        if task.get("when") is not None:
            branches.append(Branch(self.reading.fork(), 0, "if"))
        if any(key in task.keys for key in LOOPS):
            branches.append(Branch(self.reading.fork(), 0, "loop" if "until" not in task.keys else "retry"))
        delegate = task.get("delegate_to")
        if delegate is not None:
            self.shell.host = f"host {delegate.string}"
        if "block" in task.keys:
            self.block(task, directory, depth)
        else:
            for key, (word, value) in task.keys.items():
                self.module(key.rpartition(".")[2], word, value, task, directory, depth)
        self.shell.host = host
        del branches[length:]

    def block(self, task: Value, directory: str, depth: int) -> None:
        for part in ("block", "rescue", "always"):
            value = task.get(part)
            if value is not None:
                length = len(self.shell.branches)
                if part == "rescue":
                    self.shell.branches.append(Branch(self.reading.fork(), 0, "if"))
                self.list_of_tasks(value, directory, depth + 1)
                del self.shell.branches[length:]

    def module(self, name: str, key: Value, value: Value, task: Value, directory: str, depth: int) -> None:
        if name in ("action", "local_action"):
            self.action(name, key, value, task, directory, depth)
        elif name in COMMANDS:
            self.command(value, task)
        elif name in ("docker_container", "docker", "podman_container"):
            _Module(self, key, _arguments(value), "podman" if name.startswith("podman") else "docker", task).take()
        elif name == "docker_network":
            self.network(value, key)
        elif name in COMPOSE:
            compose_up(self.shell, self.shell.host, key.span)
        elif name in INCLUDES:
            self.include(value, directory, depth)
        elif name in ROLES:
            self.role(_arguments(value).get("name") or value, directory, depth)

    def action(self, name: str, key: Value, value: Value, task: Value, directory: str, depth: int) -> None:
        """`action: docker name=web …`, `local_action: {module: docker, …}`."""
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
                rest = Value("scalar", value.text, value.start, value.end)
                rest.word = value.word.slice(found.end())
                self.module(found[1].rpartition(".")[2], key, rest, task, directory, depth + 1)
        self.shell.host = host

    # Commands

    def command(self, value: Value, task: Value) -> None:
        """`shell:` and `command:`, as text, as `cmd:` or as `argv:`; each has a shell of its own."""
        inner = self.shell.another()
        argv = value.get("argv")
        script = value.get("cmd") if value.kind == "map" else value
        if argv is not None and argv.items:
            inner.argv([self.word(item.word) for item in argv.items])
        elif script is not None and script.kind == "scalar":
            inner.run(as_script(self.word(script.word), lambda written: self.variable(written, inner)))
        inner.finish()
        register = task.get("register")
        if register is not None and inner.made is not None and inner.made.container is not None:
            self.registered[register.string] = inner.made.container

    def variable(self, written: str, shell: Interpreter) -> str | None:
        """The shell's variable for a template that gives a container's ID."""
        match = REGISTERED.fullmatch(written)
        container = self.registered.get(match["name"]) if match else None
        if match is None or container is None:
            return None
        shell.variables[f"{match['name']}_stdout"] = Known(None, kind=CAPTURED, captured=container)
        return f"${{{match['name']}_stdout}}"

    def word(self, word: Word) -> Word:
        """A value with its templates as holes."""
        found = word if word.holes else holed(word.text, JINJA, quoted=word.quoted)
        match = REGISTERED.search(found.string) if found.holes else None
        if match and match["name"] in self.registered:
            found.captured = self.registered[match["name"]]
            found.holes = tuple((a, b, CAPTURED if (a, b) == match.span() else kind) for a, b, kind in found.holes)
        return found

    # What else a task may name

    def network(self, value: Value, key: Value) -> None:
        arguments = _arguments(value)
        name, state, driver = arguments.get("name"), arguments.get("state"), arguments.get("driver")
        if name is None:
            return
        word, scope = self.word(name.word), self.shell.scope("")
        verb = "network-rm" if state is not None and state.string == "absent" else "network-create"
        if verb == "network-create":
            self.reading.add(Network(word.span, scope, word.string, driver.string if driver is not None else None))
        add_step(self.shell, Step(key.span, scope, self.shell.next(), verb, word.string, word.span, how_named(word)))

    def include(self, value: Value, directory: str, depth: int) -> None:
        path = (value.get("file") if value.kind == "map" else value) or value
        name = path.string.split()[0] if path.string.split() else ""
        if name and "{{" not in name:
            self.inline(self.reading.open(directory, name), depth)

    def role(self, value: Value, directory: str, depth: int) -> None:
        name = value.string
        if not re.fullmatch(r"[\w./-]+", name):
            return None
        homes = [directory, posixpath.dirname(directory)]
        if "roles/" in f"{directory}/":
            homes.append(directory[: f"/{directory}/".rindex("/roles/")].rstrip("/"))
        for home in dict.fromkeys(homes):
            for ending in ("yml", "yaml"):
                source = self.reading.open(home, f"roles/{name}/tasks/main.{ending}")
                if source is not None:
                    return self.inline(source, depth)

    def inline(self, source: Source | None, depth: int) -> None:
        """The tasks of another file, here."""
        if source is None or depth >= MAX_DEPTH:
            return
        self.reading.included.add(source.path)
        for document in _lists(source, self.reading):
            self.list_of_tasks(document, directory_of(source.path), depth + 1)


def _arguments(value: Value) -> Arguments:
    """The arguments of a module, from a map or from `key=value` words."""
    if value.kind == "map":
        return {name: item for name, (_, item) in value.keys.items()}
    found: Arguments = {}
    text = value.word.text
    for match in PAIR.finditer(text.string):
        start, end = match.span("value")
        if match["value"][:1] in ("'", '"'):
            start, end = start + 1, end - 1
        item = Value("scalar", text, start, end)
        item.word = Word(text.slice(start, end), quoted=True)
        found[match["key"]] = item
    return found


def plain(value: Value) -> Text:
    """A scalar as Ansible has it after YAML 1.1: `22:22` is 1342, `010` is 8, `yes` is True."""
    text = value.word.text
    if not value.plain or value.type not in ("int", "float", "bool"):
        return text
    import yaml

    constructor, node = yaml.constructor.SafeConstructor(), yaml.ScalarNode("", text.string)
    make = {"int": constructor.construct_yaml_int, "float": constructor.construct_yaml_float, "bool": constructor.construct_yaml_bool}[
        value.type
    ]
    try:
        string = str(make(node))
    except (ValueError, OverflowError, KeyError, IndexError):
        return text
    return text if string == text.string else text.replaced(0, len(text), string)


class _Module:
    """A task that names a container."""

    def __init__(self, file: _File, key: Value, arguments: Arguments, tool: str, task: Value) -> None:
        self.file = file
        self.reading = file.reading
        self.shell = file.shell
        self.key = key
        self.arguments = arguments
        self.tool = tool
        self.task = task

    def get(self, *names: str) -> Value | None:
        return next((self.arguments[name] for name in names if name in self.arguments), None)

    def word(self, *names: str) -> Word | None:
        value = self.get(*names)
        if value is None or value.kind != "scalar" or not value.string:
            return None
        return self.file.word(Word(plain(value), value.word.holes, quoted=value.word.quoted))

    def words(self, *names: str) -> list[Word]:
        """The items of a list, which may be a text with commas."""
        value = self.get(*names)
        if value is None:
            return []
        if value.kind == "list":
            return [
                self.file.word(Word(plain(item), item.word.holes, quoted=not item.plain)) for item in value.items if item.kind == "scalar"
            ]
        word = self.word(*names)
        return [] if word is None or word.open and JINJA.fullmatch(word.string.strip()) else [_stripped(part) for part in word.split(",")]

    def on(self, *names: str, default: bool = False) -> bool:
        word = self.word(*names)
        return default if word is None else word.string.lower() in ("true", "yes", "on", "1")

    def take(self) -> None:
        name, image, state = self.word("name"), self.word("image"), self.word("state")
        asked = state.string if state is not None else "started"
        if name is None and image is None:
            return
        if asked in ("absent", "killed", "stopped") and (asked != "stopped" or image is None):
            self.step({"absent": "rm", "killed": "kill", "stopped": "stop"}[asked], name, force=1)
        elif image is None:
            self.step("restart" if asked == "restarted" or self.on("restart") else "start", name)
        else:
            self.container(name, image, "create" if asked in ("present", "stopped") else "run")

    def step(self, verb: str, name: Word | None, force: int = 0, container: int | None = None) -> int:
        text = canonical(name.string) if name is not None else None
        step = Step(
            self.key.span, self.shell.scope(""), self.shell.next(), verb, text, name.span if name else None, how_named(name), force=force, container=container
        )  # fmt: skip
        return add_step(self.shell, step)

    def container(self, name: Word | None, image: Word, verb: str) -> None:
        network, legacy, word = self.network()
        if not self.reading.admits(self.file.source, self.key.span):
            return
        if name is not None:
            self.step("rm", name, force=1)
        number = self.reading.add(
            Container(
                self.key.span, self.shell.scope(""), None, "ansible" if self.tool == "docker" else "ansible podman",
                canonical(name.string) if name else None, name.span if name else None, how_named(name), image.string, image.span,
                detached=int(self.on("detach", default=True)), auto_remove=int(self.on("auto_remove", "cleanup", "rm")), replaces=1,
                network=network, network_span=word.span if word is not None else None, network_how=how_named(word), legacy=int(legacy),
                publish_all=int(self.on("publish_all_ports")), head_span=self.key.span,
            )
        )  # fmt: skip
        self.reading.ledger.change(Container, number, step=self.step(verb, name, container=number))
        register = self.task.get("register")
        if register is not None:
            self.file.registered[register.string] = number
        for link in self.words("links"):
            add_link(self.reading, number, link)
        self.ports(number)
        self.environment(number)
        self.networks(number)

    def network(self) -> tuple[str | None, bool, Word | None]:
        """(its network, whether links are legacy links there, the word that says it)."""
        mode = self.word("network_mode", "net", "network")
        if mode is not None and self.get("network_mode", "net", "network").kind == "scalar":  # type: ignore[union-attr]
            return mode.string, self.tool == "docker" and mode.string in ("default", "bridge"), mode
        listed = self.get("networks")
        if listed is not None and listed.items and (self.on("networks_cli_compatible", default=True)):
            first = listed.items[0].get("name")
            if first is not None:
                word = self.file.word(first.word)
                return word.string, self.tool == "docker" and word.string in ("default", "bridge"), word
        return None, self.tool == "docker" and (listed is None or listed.kind == "list"), None

    def networks(self, number: int) -> None:
        listed = self.get("networks")
        for item in listed.items if listed is not None else []:
            name, aliases, links = item.get("name"), item.get("aliases"), item.get("links")
            if name is None:
                continue
            for alias in aliases.items if aliases is not None and aliases.items else [None]:
                self.reading.add(Attachment(name.span, number, None, name.string, alias.string if alias is not None else None))
            for link in links.items if links is not None else []:
                if link.string:
                    add_link(self.reading, number, self.file.word(link.word), "endpoint")

    def ports(self, number: int) -> None:
        default = self.word("default_host_ip")
        if self.on("publish_all_ports"):
            value = self.get("publish_all_ports")
            self.reading.add(Port(value.span if value is not None else self.key.span, number, None, "-P", "all", 1))
        listed = self.get("published_ports", "ports", "publish")
        words = self.words("published_ports", "ports", "publish")
        if len(words) > MAX_PORTS:
            self.reading.unread(words[MAX_PORTS].span, f"more than {MAX_PORTS} ports: the rest is not read")
        for word in words[:MAX_PORTS]:
            if word.string.lower() == "all":
                self.reading.add(Port(word.span, number, None, "-P", "all", 1))
                continue
            try:
                binding = parse_publish(word)
            except BadPort as error:
                self.reading.add(
                    Refusal(
                        word.span,
                        self.shell.scope(""),
                        number,
                        "ports",
                        f"ports takes a port like 127.0.0.1:8080:80, not {word.string} ({error})",
                    )
                )
                continue
            add_port(
                self.reading,
                _by_default(binding, default),
                word,
                word.span,
                container=number,
                quoted=word.quoted or listed is None or listed.kind != "list",
            )
        for word in self.words("exposed_ports", "exposed", "expose"):
            try:
                add_port(self.reading, parse_expose(word), word, word.span, container=number)
            except BadPort:
                continue

    def environment(self, number: int) -> None:
        value = self.get("env", "environment")
        if value is not None and value.kind == "map":
            for name, (key, item) in value.keys.items():
                word = self.file.word(Word(plain(item), item.word.holes, quoted=item.word.quoted))
                whole = key.text.span(key.start, item.end) if item.text is key.text and item.end > key.start else key.span
                span = whole._replace(confidence=word.span.confidence)
                add_env(self.reading, Setting(name, word, form_of(word)), span, "ansible", container=number)
        else:
            for word in self.words("env", "environment"):
                equals = word.find("=")
                if equals > 0:
                    inner = word.slice(equals + 1)
                    add_env(self.reading, Setting(word.string[:equals], inner, form_of(inner)), word.span, "ansible", container=number)
        file = self.word("env_file")
        if file is not None:
            self.reading.add(EnvFile(file.span, number, file.string))


def _by_default(binding: Binding, default: Word | None) -> Binding:
    """What `default_host_ip` makes of a port that names no address."""
    if default is None or binding.host_ip is not None:
        return binding
    return replace(binding, host_known=False) if default.open else replace(binding, host_ip=default.string)


def _stripped(word: Word) -> Word:
    string = word.string
    return word.slice(len(string) - len(string.lstrip()), len(string.rstrip()))
