"""The kinds of file that are read: how each is told, by name, by shebang, by content, in this order of cost, and
which extractor reads it.

A kind is a row of `KINDS` and the patterns of its names below. The table of the README is made from the rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from operator import contains
from typing import NamedTuple

from linklint.files.paths import BASELINE

Contains = Callable[[bytes, bytes], bool]


class Kind(NamedTuple):
    """A kind of file: the module that reads it, and for people which files these are and what is taken of them."""

    module: str
    files: str
    takes: str


KINDS = {
    "shell": Kind(
        "shell",
        "`*.sh`, `*.bash`, `*.bats`, `*.zsh`, `*.ksh`, `.envrc`, and any file with a shell's shebang",
        "docker commands in the order in which they run, and reads of link variables; also in `bash -c`, `eval`, "
        "`ssh`, heredocs",
    ),
    "dockerfile": Kind(
        "dockerfile",
        "`Dockerfile*`, `Containerfile*`, `*.dockerfile`",
        "`FROM`, `ENV`, `ARG`, `EXPOSE`, and the scripts of `RUN`, `CMD`, `ENTRYPOINT`, `HEALTHCHECK`",
    ),
    "compose": Kind(
        "compose",
        "`*compose*.yaml`, `fig.yml`, any YAML with services; all formats, with overrides, `extends`, `include`, "
        "`.env`, env files",
        "services, links, ports, environment, networks, builds; what programs in them read",
    ),
    "env": Kind(
        "env_file",
        "`.env*`, `*.env`, `env.list`, the daemon's `default/docker` and `sysconfig/docker`",
        "variables, reads of link variables, settings of the daemon",
    ),
    "markdown": Kind(
        "markdown", "`*.md`, `*.markdown`, `*.mdx`", "code blocks and code spans: commands, Compose files, Dockerfiles"
    ),
    "ci": Kind(
        "ci",
        "GitHub Actions, GitLab CI, Travis, CircleCI, Azure Pipelines, Bitbucket Pipelines",
        "the scripts of each job, in order, on a host of its own; service containers with their ports and environment",
    ),
    "jenkinsfile": Kind(
        "jenkins",
        "`Jenkinsfile*`, `*.jenkinsfile`, `*.groovy`",
        "`sh`, `docker.image(…).run`, `withRun`, `inside`, `agent { docker { … } }`, `docker.build`",
    ),
    "ansible": Kind(
        "ansible",
        "playbooks, task files and roles",
        "`docker_container`, `docker`, `podman_container`, `docker_network`, Compose modules, and the commands of "
        "`shell`, `command`, `raw`; templates stay open",
    ),
    "cloud-init": Kind(
        "cloud_init",
        "any file that begins with `#cloud-config`",
        "`bootcmd`, `runcmd`, `write_files`, and the units of CoreOS",
    ),
    "ecs": Kind(
        "ecs",
        "ECS task definitions, `Dockerrun.aws.json`, CloudFormation templates (JSON and YAML)",
        "container definitions: links, port mappings, environment; secrets that are references are fine",
    ),
    "kubernetes": Kind(
        "kubernetes",
        "manifests of Services",
        "the names of Services, from which the kubelet makes variables like those of links",
    ),
    "yaml": Kind("yaml", "any other YAML", "strings that are docker commands"),
    "makefile": Kind(
        "makefile",
        "`Makefile*`, `GNUmakefile`, `*.mk`",
        "recipes, with the variables that are plain; targets are alternatives unless one needs the other",
    ),
    "unit": Kind(
        "systemd",
        "`*.service` and the drop-ins `*.d/*.conf`, of systemd and fleet; also as templates (`*.service.j2`)",
        "`ExecStart` and its like, in order; the units of a directory share a host; the daemon's environment",
    ),
    "quadlet": Kind("systemd.quadlet", "`*.container`", "the container that Podman makes of it"),
    "python": Kind(
        "python",
        "`*.py`, and any file with Python's shebang",
        "docker commands in lists and strings that are passed to a call, the docker SDK (`containers.run`, "
        "`create_container`, `create_host_config`), reads of link variables",
    ),
    "code": Kind(
        "programs",
        "JavaScript, TypeScript, Go, Ruby, PHP, Java, Kotlin, Scala, C#, Elixir, Rust, Perl, PowerShell, Lua, also "
        "by `Rakefile` and its like or by a shebang; `*.conf`, `*.cfg`, `*.ini`, `*.properties`, `*.toml`, templates",
        "reads of link variables",
    ),
    "package": Kind("package_json", "`package.json`", "the scripts"),
    "devcontainer": Kind(
        "devcontainer",
        "`devcontainer.json`",
        "`runArgs`, `containerEnv`, `appPort`, and the commands of its life cycle",
    ),
}


# By name

SUFFIXES = {
    **dict.fromkeys(("sh", "bash", "bats", "zsh", "ksh", "ash", "dash", "command"), "shell"),
    **dict.fromkeys(("bashrc", "bash_profile", "bash_aliases", "profile", "zshrc", "envrc"), "shell"),
    **dict.fromkeys(("md", "markdown", "mdown", "mkd", "mkdn", "mdx"), "markdown"),
    **dict.fromkeys(("yml", "yaml"), "yaml?"),
    **dict.fromkeys(("json", "jsonc"), "json?"),
    **dict.fromkeys(("dockerfile", "containerfile"), "dockerfile"),
    **dict.fromkeys(("mk", "mak", "make"), "makefile"),
    **dict.fromkeys(("py", "pyw"), "python"),
    **dict.fromkeys(("groovy", "jenkinsfile"), "jenkinsfile"),
    **dict.fromkeys(
        "js mjs cjs jsx ts tsx mts cts vue coffee go rb rake ru php phtml inc java kt kts scala sbt cs fs vb ex "
        "exs eex rs pl pm ps1 psm1 lua".split(),
        "code",
    ),
    **dict.fromkeys("conf cfg cnf ini properties toml ctmpl vcl".split(), "code"),
    "service": "unit",
    "container": "quadlet",
    "env": "env",
}
TEMPLATES = frozenset("j2 jinja jinja2 tmpl tpl erb mustache template".split())
NOT_DOCKERFILE = frozenset(
    "md sh py yml yaml json html txt dockerignore rb go js ts java lock bak rst adoc xml patch diff".split()
)
DOCKERFILE_NAME = re.compile(r"(?:docker|container)file(?:[._-].*)?", re.DOTALL)
JENKINSFILE_NAME = re.compile(r"jenkinsfile(?:[._-].*)?", re.DOTALL)
MAKEFILE_NAME = re.compile(r"(?:gnu|bsd)?makefile(?:[._-][^/]*)?", re.DOTALL)
COMPOSE_NAME = re.compile(r".*compose.*|fig\.ya?ml", re.DOTALL)
ENV_NAME = re.compile(r"\.env\..+|env\.list|.*\.env\.(?:list|example|sample|dist|template|local)", re.DOTALL)
DAEMON_ENV = re.compile(r".*/(?:default|sysconfig|conf\.d)/docker(?:\.conf)?", re.DOTALL)
RUBY_NAMES = frozenset("rakefile gemfile capfile guardfile vagrantfile brewfile".split())
DROP_IN = re.compile(r".*\.(?:service|container)\.d/[^/]+\.conf", re.DOTALL)
CI_PATH = re.compile(
    r"(?:.*/)?(?:\.github/(?:workflows/[^/]+|actions/.+/action)\.ya?ml|action\.ya?ml|\.?gitlab-ci[^/]*\.ya?ml"
    r"|\.gitlab/.+\.ya?ml|\.travis\.ya?ml|\.circleci/[^/]+\.ya?ml"
    r"|circle\.ya?ml|(?:.*/)?\.?azure-pipelines?(?:/.+|[^/]*)\.ya?ml|bitbucket-pipelines\.ya?ml)",
    re.DOTALL | re.IGNORECASE,
)


def kind_of(path: str) -> str | None:
    """The kind of a file as its name tells;

    `yaml?`, `json?`, `script?` and `template?` where its content has to say; None for what is not read.
    """
    name = path.rpartition("/")[2].lower()
    stem, dot, suffix = name.rpartition(".")
    if name == BASELINE or name.endswith(".sarif.json"):
        return None  # reports, our own and others'
    kind = SUFFIXES.get(suffix) if dot else None
    if kind == "yaml?":
        return "ci" if CI_PATH.fullmatch(path) else "compose" if COMPOSE_NAME.fullmatch(name) else kind
    if kind == "json?":
        return (
            "package"
            if name == "package.json"
            else "devcontainer"
            if name in ("devcontainer.json", ".devcontainer.json")
            else kind
        )
    if kind is not None:
        return kind
    if suffix == "conf" and DROP_IN.fullmatch(path):
        return "unit" if ".service.d/" in path else "quadlet"
    if name in RUBY_NAMES:
        return "code"
    if DOCKERFILE_NAME.fullmatch(name):
        return None if suffix.rstrip("~") in NOT_DOCKERFILE else "dockerfile"
    if MAKEFILE_NAME.fullmatch(name):
        return None if suffix in ("am", "in", "lock", "md", "py") and dot else "makefile"
    if JENKINSFILE_NAME.fullmatch(name):
        return None if suffix in NOT_DOCKERFILE and dot else "jenkinsfile"
    if "env" in name and ENV_NAME.fullmatch(name):
        return "env"
    if name in ("docker", "docker.conf") and DAEMON_ENV.fullmatch(path):
        return "env"
    if suffix in TEMPLATES and dot:
        inner = kind_of(path[: path.rindex(".")])
        return "template?" if inner == "script?" else inner or ("json?" if suffix == "template" else "code")
    return "script?" if not stem else None


# By content

CALLERS = frozenset({"shell", "script?", "makefile", "ci", "package", "jenkinsfile", "unit"})
MAX_CALLER = 100_000
CALLED_NAME = re.compile(rb"[\w.+-]+")

DOCKER = (b"docker", b"podman", b"nerdctl", b"DOCKER")
SHEBANG = re.compile(rb"#![^\n]*\b(?:ba|da|z|k|a)?sh\b|#![^\n]*\bbats\b")
PYTHON_SHEBANG = re.compile(rb"#![^\n]*\bpython[0-9.]*\b")
PROGRAM_SHEBANG = re.compile(
    rb"#![^\n]*\b(?:node(?:js)?|deno|bun|coffee|ruby|php|perl|lua|elixir|pwsh)[0-9.]*(?![\w.])"
)
PYTHON_PORT = re.compile(rb"_PORT_[^\s'\"]{1,40}_(?:TCP|UDP)|_PORT_[^\s'\"]{0,20}[{%][^\s'\"]{0,20}_ADDR")
READS = re.compile(
    rb"_(?:TCP|UDP)_ADDR|[A-Z0-9]_ENV_[A-Z]|[A-Z0-9]_PORT(?:_[0-9]{1,5}_(?:TCP|UDP|SCTP)|(?![A-Za-z0-9_]))"
)
PYTHON_URL = re.compile(rb"(?:tcp:|url(?:parse|split)\()[^\n]{0,120}_PORT['\"]|_PORT['\"][^\n]{0,120}tcp:")
PYTHON_SCAN = re.compile(rb"_(?:TCP|UDP)_ADDR|_(?:tcp|udp)_addr")
PYTHON_ENV = re.compile(rb"['\"][A-Z][A-Z0-9_]*_ENV_[A-Z0-9_]+['\"]")
COMPOSE_CONTENT = re.compile(rb"^services:[ \t]*(?:#[^\n]*)?\r?\n(?![ \t]*-)", re.MULTILINE)
COMPOSE_SERVICE = re.compile(rb"(?:^[ \t]+|[{,][ \t]*)(?:image|build):", re.MULTILINE)
SERVICE_CONTENT = re.compile(rb"^[ \t-]*kind:[ \t]*['\"]?Service['\"]?[ \t]*\r?$", re.MULTILINE)
SERVICE_IN_JSON = re.compile(rb"\"kind\"\s*:\s*\"Service\"")
UNIT_CONTENT = re.compile(rb"^\[Service\][ \t]*\r?\n(?:[^\n]*\n)*?Exec(?:Start|Stop)\w*[ \t]*=", re.MULTILINE)
CLOUD_CONFIG = re.compile(rb"(?:\xef\xbb\xbf)?#cloud-config\b")
ECS_CONTENT = re.compile(rb"\b[cC]ontainerDefinitions\b|\bAWSEBDockerrunVersion\b")
LIST_FIRST = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:---[^\n]*\n|%[^\n]*\n|[ \t]*#[^\n]*\n|[ \t]*\r?\n)*[ \t]*-(?:[ \t]|\r?\n)"
)
TASK = re.compile(
    rb"^[ \t]*(?:-[ \t]+)?['\"]?(?:[\w.]+\.)?(?:docker\w*|podman\w*|shell|command|raw|action|local_action|hosts"
    rb"|roles|tasks)['\"]?:",
    re.MULTILINE,
)
COMMAND = re.compile(
    rb"^[^\n#]{0,200}?(?:^|[ \t'\"])(?:/\S*/)?(?:docker|podman|nerdctl)[ \t][^\n]{0,200}?(?:run|create)[ \t]",
    re.MULTILINE,
)


def mentions(data: bytes, needles: Iterable[bytes] = DOCKER, contains: Contains = contains) -> bool:
    """Whether any of the words stands in the bytes; of UTF-16 that is not known."""
    return data.startswith((b"\xff\xfe", b"\xfe\xff")) or any(contains(data, needle) for needle in needles)


def is_ours(data: bytes) -> bool:
    """Whether a script can hold something of ours: a docker command, or a read of a link variable."""
    return (
        mentions(data)
        or b"172.17." in data
        or b"_ENV_" in data
        or b"_TCP_ADDR" in data
        or b"_PORT" in data
        and mentions(data, (b"_TCP", b"_UDP", b"tcp:", b"udp:", b"_PORT#"))
    )


HINTS = {
    "code": (b"_PORT", b"_ENV_", b"P_ADDR", b"172.17."),
    "python": (b"docker", b"podman", b"_PORT", b"_ENV_", b"P_ADDR", b"_tcp_addr"),
}  # without any of them it is none of ours
HINTED = {
    f".{suffix}": kind for suffix, kind in SUFFIXES.items() if kind in HINTS
}  # what the end of a name alone tells, for large trees


def kind_by_content(kind: str, data: bytes, contains: Contains = contains) -> str | None:
    """What the content says of a file whose name leaves it open; None where it holds nothing of ours.

    `contains` searches bytes for bytes: for the kind of which a tree has the most files it is worth to bring a fast
    one.
    """
    if kind == "yaml?":
        return _kind_of_yaml(data)
    if kind == "json?":
        return (
            "ecs"
            if ECS_CONTENT.search(data)
            else "kubernetes"
            if SERVICE_IN_JSON.search(data)
            else "code"
            if READS.search(data)
            else None
        )
    if kind == "template?":  # of a script, or of a configuration file
        return kind_by_content("script?", data, contains) or kind_by_content("code", data, contains)
    if kind == "script?":
        if data.startswith(b"#cloud-config"):
            return "cloud-init" if mentions(data) else None
        if UNIT_CONTENT.search(data) and mentions(data):
            return "unit"
        if PROGRAM_SHEBANG.match(data):
            return kind_by_content("code", data, contains)
        return (
            "python"
            if PYTHON_SHEBANG.match(data) and is_ours(data)
            else "shell"
            if SHEBANG.match(data) and is_ours(data)
            else None
        )
    if kind == "python":
        return kind if _is_python_of_ours(data, contains) else None
    if kind == "code":
        return (
            kind
            if mentions(data, HINTS[kind], contains) and (contains(data, b"172.17.") or READS.search(data))
            else None
        )
    if kind == "markdown":
        return kind if is_ours(data) or mentions(data, (b"links:", b"ports:", b"container_name")) else None
    if kind == "ci":
        return kind if is_ours(data) or b"services:" in data else None
    if kind in ("shell", "makefile", "jenkinsfile", "package", "unit"):
        return kind if is_ours(data) else None
    return kind


def _is_python_of_ours(data: bytes, contains: Contains) -> bool:
    """As `is_ours`, for the commonest of all files: of constants with such names only what can be a variable's name
    in quotes.
    """
    if mentions(data, (b"docker", b"podman"), contains):
        return True
    if contains(data, b"_PORT_") and PYTHON_PORT.search(data):
        return True
    if (
        contains(data, b"_PORT")
        and PYTHON_URL.search(data)
        or (contains(data, b"_ADDR") or contains(data, b"_tcp_addr"))
        and PYTHON_SCAN.search(data)
    ):
        return True
    return contains(data, b"_ENV_") and PYTHON_ENV.search(data) is not None


def _kind_of_yaml(data: bytes) -> str | None:
    if CLOUD_CONFIG.match(data):
        return "cloud-init" if mentions(data) else None
    if COMPOSE_CONTENT.search(data) and COMPOSE_SERVICE.search(data):
        return "compose"
    if SERVICE_CONTENT.search(data):
        return "kubernetes"
    if not mentions(data):
        return "code" if b"172.17." in data or READS.search(data) else None
    if ECS_CONTENT.search(data):
        return "ecs"
    if LIST_FIRST.match(data) and TASK.search(data):
        return "ansible"
    return "yaml" if COMMAND.search(data) else None


def callers(files: Sequence[tuple[str, str, bytes]], scripts: Iterable[str]) -> list[tuple[str, str, bytes]]:
    """Of (path, kind, data) those that name one of the scripts, or a script that does so: they say in what order
    things happen.
    """
    wanted = {script.rpartition("/")[2].encode("utf-8", "surrogateescape") for script in scripts}
    if not wanted or not files:
        return []
    named = [(file, frozenset(CALLED_NAME.findall(file[2]))) for file in files]
    found: list[tuple[str, str, bytes]] = []
    new = wanted
    while new and named:
        chosen = [file for file, names in named if names & new]
        named = [(file, names) for file, names in named if not names & new]
        new = {
            path.rpartition("/")[2].encode("utf-8", "surrogateescape") for path, kind, _ in chosen if kind == "shell"
        } - wanted
        wanted |= new
        found += [
            (path, "shell" if kind == "script?" else kind, data)
            for path, kind, data in chosen
            if kind != "script?" or SHEBANG.match(data)
        ]
    return found


def kind_of_named(path: str, data: bytes) -> str | None:
    """The kind of a file that the user named, when its name says nothing."""
    if SHEBANG.match(data):
        return "shell"
    if PYTHON_SHEBANG.match(data):
        return "python"
    if CLOUD_CONFIG.match(data):
        return "cloud-init"
    if re.match(rb"(?:\s*#[^\n]*\n|\s*ARG [^\n]*\n|\s*\n)*\s*FROM\s+\S+", data, re.IGNORECASE):
        return "dockerfile"
    if COMPOSE_CONTENT.search(data) and COMPOSE_SERVICE.search(data):
        return "compose"
    return (
        "shell"
        if re.search(rb"^\s*(?:sudo )?(?:docker|podman) (?:run|create)\b", data, re.MULTILINE)
        and path.endswith((".txt", ".in"))
        else None
    )
