"""Judge files by their bytes: their type, and whether they matter.

A file matters if it can contain a docker command, a container definition, or a read of a link variable.
"""

from __future__ import annotations

import contextlib
import operator
import re
from collections.abc import Callable, Iterable
from operator import contains

from linklint.docker.engine_changes import GONE_WORDS
from linklint.lexer.languages import PROGRAM_SHEBANG, PYTHON_SHEBANG, RUN_LINE, SHEBANG
from linklint.text.regex import lazy_compile
from linklint.text.source import is_utf_16

Contains = Callable[[bytes, bytes], bool]

DOCKER = (b"docker", b"podman", b"nerdctl", b"DOCKER")
PYTHON_PORT = lazy_compile(
    rb"_PORT_[^\s'\"]{1,40}_(?:TCP|UDP)|_PORT_[0-9]{1,5}_['\"]|_PORT_[^\s'\"]{0,20}[{%][^\s'\"]{0,20}_ADDR"
)
READS = lazy_compile(
    rb"_(?:TCP|UDP)_ADDR|[A-Z0-9]_ENV_[A-Z]|[A-Z0-9]_PORT_[0-9]{1,5}_(?:TCP|UDP|SCTP)|_PORT(?![A-Za-z0-9_])"
)
PYTHON_URL = lazy_compile(rb"_PORT['\"]")
PYTHON_SCAN = lazy_compile(rb"(?<![A-Za-z0-9])(?:TCP|UDP)_ADDR|_(?:tcp|udp)_addr")
PYTHON_ENV = lazy_compile(rb"['\"][A-Z](?=[A-Z0-9_]{0,300}?_ENV_[A-Z0-9_])[A-Z0-9_]{1,400}+['\"]")
COMPOSE_CONTENT = lazy_compile(rb"^services:[ \t]*(?:\{|(?:#[^\n]*)?\r?\n(?![ \t]*-))", re.MULTILINE)
COMPOSE_SERVICE = lazy_compile(rb"(?:^[ \t]+|[{,][ \t]*)(?:image|build|extends):", re.MULTILINE)
FIRST_FORMAT = lazy_compile(
    rb"^['\"]?[\w.-]+['\"]?:[ \t]*(?:\{[^\n]{0,1000}?\b(?:image|build):|(?:#[^\n]*)?\r?\n"
    rb"(?:[ \t]++[^\n]*+\n|\r?\n){0,40}?[ \t]+(?:image|build):)",
    re.MULTILINE,
)
OTHER_FORMAT = lazy_compile(
    rb"^(?:apiVersion|kind|swagger|openapi|jobs|stages|on|before_script|AWSTemplateFormatVersion):|^[ \t]+script:",
    re.MULTILINE,
)
SERVICE_IN_JSON = lazy_compile(rb"\"kind\"\s*:\s*\"Service\"")
UNIT_SECTION = lazy_compile(rb"^\[Service\][ \t]*\r?\n", re.MULTILINE)
UNIT_COMMAND = lazy_compile(rb"^Exec(?:Start|Stop)\w*[ \t]*=", re.MULTILINE)
CLOUD_CONFIG = lazy_compile(rb"(?:\xef\xbb\xbf)?#cloud-config\b")
ECS_HINTS = (b"ontainerDefinitions", b"AWSEBDockerrunVersion")
ECS_CONTENT = lazy_compile(rb"\b[cC]ontainerDefinitions\b|\bAWSEBDockerrunVersion\b")
OWN_OUTPUT = lazy_compile(
    rb"Written by linklint [a-z]+\n--- |## (?:linklint|Docker Engine 29 and 30|Links become networks)\n\n"
    rb"|<!doctype html>\n<html [^>]*><head>(?:<meta [^>]*>){1,9}?<meta name=\"generator\" content=\"linklint "
    rb"|<\?xml [^>]*>\n<testsuites name=\"linklint\"|\{\n  \"source\": \{\n    \"name\": \"linklint\""
    rb"|\{\n  \"version\": 1,\n  \"engine\": \"[^\"\n]*\",\n  \"files\": \d+"
    rb"|\{\n  \"answer\": [^\n]*\n  \"engines\": \{|\{\n  \"summary\": [^\n]*\n  \"components\": \["
    rb"|\[\n  \{\n    \"description\": [^\n]*\n    \"check_name\": "
    rb"|\{\n  \"\$schema\": [^\n]*sarif[^\n]*\n(?:[^\n]*\n){5}\s*\"name\": \"linklint\""
)
OUTPUT_FORMS = ("markdown", "json?", "text?")  # not scripts: such a first line must not hide one
LIST_FIRST = lazy_compile(
    rb"(?:\xef\xbb\xbf)?(?:---[^\n]*\n|%[^\n]*\n|[ \t]*#[^\n]*\n|[ \t]*\r?\n)*[ \t]*-(?:[ \t]|\r?\n)"
)
TASK = lazy_compile(
    rb"^[ \t]*(?:-[ \t]+)?['\"]?(?:[\w.]+\.)?(?:docker\w*|podman\w*|shell|command|raw|action|local_action|hosts"
    rb"|roles|tasks)['\"]?:",
    re.MULTILINE,
)
COMMAND = lazy_compile(
    rb"^[^\n#]{0,200}?(?:^|[ \t'\"])(?:/\S*/)?(?:docker|podman|nerdctl)[ \t][^\n]{0,200}?(?:run|create)[ \t]",
    re.MULTILINE,
)
COMMAND_WORDS = tuple(tool + blank for tool in (b"docker", b"podman", b"nerdctl") for blank in (b" ", b"\t"))
DOCKERFILE_CONTENT = lazy_compile(rb"(?:[ \t]*(?:#[^\n]*|ARG [^\n]*)?\r?\n)*+[ \t]*FROM[ \t]+\S", re.IGNORECASE)
DECLARES = lazy_compile(r"\bdocker_container\b|\boci-containers\b|\bdriver\s*=\s*\"docker\"")
DECLARES_CONTAINERS = lazy_compile(DECLARES.pattern.encode())
RUNS_CONTAINERS = lazy_compile(RUN_LINE.encode(), re.MULTILINE)
STARTS_CONTAINERS = lazy_compile(
    rb"\b(?:docker|podman)(?:\.exe)?[\"']?[\s,\[({:=@$&).]{1,8}.{0,200}?\b(?:run|create)\b"
    rb"|--link\b|[lL]inks\b|\.run[ (]",
    re.DOTALL,
)
GONE = tuple(word.encode() for word in GONE_WORDS)  # with newer engines
OLD_CLIENT = lazy_compile(
    rb"(?i:API_?VERSION)\b|WithVersion|NewVersioned|VERSION_1_|version: ?[\"']v?1\.|compose[^\n]{0,20}[^\w.]1\."
)
# What a file has that mentions links in a way that can count, if nothing else in it matters (see `mentions_links`).
# Patterns for whole files start with a text, for which the library searches fast.
ENVIRONMENT_SEARCHES = {
    word: lazy_compile(word + rb"(?<![\w.]" + word + rb")\b[^|\n]{0,20}\|(?!\|)[^\n]{0,80}?(?:_PORT\b|_TCP\b|tcp:)")
    for word in (b"env", b"printenv", b"export")
}
KEPT = b"DOCKER_KEEP_DEPRECATED_LEGACY_LINKS"
SHORT = 4000  # bytes: in longer data the search of the C library is faster
SIGNS = (
    b"docker",
    b"Docker",
    b"podman",
    b"nerdctl",
    b"DOCKER",
    b"estcontainers",
    b"HostConfig",
    b"oci-containers",
    b"container_definitions",
    b"containers.run(",
    b"GenericContainer",
    b"addContainer",
    b"AddContainer",
    b"add_container(",
    b"ontainerDefinition",
    b'"portMappings"',
    b'"essential"',
)
TASK_DEFINITION = (b"ontainerDefinition", b"container_definitions", b"add_container(")
LINKISH = lazy_compile(rb"--link\b|\b(?:external_)?[lL]inks?\b|[a-z]Links?(?:ToContainer)?\(|_links?\(|/etc/hosts\b")
BESIDE_IMAGE = lazy_compile(  # `links: [db:db]` beside an image, of a tool that nobody knows
    rb"ink(?:(?<=\b[lL]ink)|(?<=\bexternal_[lL]ink))s?[\"']?\]?[ \t]*(?:\+?[:=(]|=>)[\s\[({-]*+(?:%w[\[({])?"
    rb"[\"']?[\w.-]++[\"']?[ \t]*:[ \t]*[\"']?[\w.-]"
)
UPPER_NAME = lazy_compile(rb"_PORT_(?:[0-9]+_(?:TCP|UDP|SCTP|[\"'$%#{])|[\"'$%~#{<.(\[\\*])")
CUT_NAME = lazy_compile(rb"_TCP_ADDR|[\"'`]TCP_ADDR")
LOWER_NAME = lazy_compile(rb"[._/-]port[._/-][0-9]+[._/-](?:tcp|udp)|[\"']docker-?links[\"']")
LOWER_HINTS = (b"_port_", b"-port-", b".port.", b"/port/", b"docker-links", b"dockerlinks")
CALLED_NAME = lazy_compile(rb"[\w.+-]+")
READ_HINTS = (b"_PORT", b"_ENV_", b"P_ADDR")
PROGRAM_HINTS = (*READ_HINTS, b"172.17.")
LINK_KEY_HINTS = (b"inks", b"ink:", b"ink =", b'ink"', b"ink'")
CODE_HINTS = tuple(  # one of these is in each program that matters
    dict.fromkeys((*PROGRAM_HINTS, *LOWER_HINTS, b"_TCP", b"tcp:", b"_UDP", b"/etc/hosts", b"--link", KEPT))
    | dict.fromkeys((b"ocker", b"DOCKER", *(sign for sign in SIGNS if b"ocker" not in sign), *LINK_KEY_HINTS))
)


def is_own_output(form: str, data: bytes) -> bool:
    """Return whether a file of some form is a report, a plan or a patch, as linklint wrote it."""
    return form in OUTPUT_FORMS and OWN_OUTPUT.match(data) is not None


def plain(data: bytes) -> bytes:
    """Return UTF-16 as UTF-8, for the functions of this module. Return other data, and broken UTF-16, as it is."""
    with contextlib.suppress(UnicodeDecodeError):
        return data.decode("utf-16").encode() if is_utf_16(data) else data
    return data


def mentions(data: bytes, needles: Iterable[bytes] = DOCKER, contains: Contains = contains) -> bool:
    """Return whether the bytes contain any of the words."""
    return any(contains(data, needle) for needle in needles)


def is_relevant(data: bytes) -> bool:
    """Return whether a script can contain a docker command or a read of a link variable."""
    return (
        mentions(data)
        or b"172.17." in data
        or b"_ENV_" in data
        or b"_TCP_ADDR" in data
        or b"_PORT" in data
        and mentions(data, (b"_TCP", b"_UDP", b"tcp", b"udp:", b"_PORT#", b"_PORT:0:", b"-wait"))
    )


def matters_as_script(data: bytes, _: Contains = contains) -> bool:
    """Return whether a script, a Makefile, a unit or a Jenkinsfile matters."""
    return is_relevant(data)


def matters_as_document(data: bytes, _: Contains = contains) -> bool:
    """Return whether a document matters."""
    return is_relevant(data) or mentions(data, (b"links:", b"ports:", b"container_name"))


def matters_as_pipeline(data: bytes, _: Contains = contains) -> bool:
    """Return whether a pipeline of a CI service matters."""
    return is_relevant(data) or b"services:" in data


def matters_as_program(data: bytes, contains: Contains = contains) -> bool:
    """Return whether a program or a configuration file matters."""
    if mentions(data, PROGRAM_HINTS, contains) and (contains(data, b"172.17.") or READS.search(data) is not None):
        return True
    if mentions(data, GONE, contains):
        return True
    return mentions(data, (b"docker", b"Docker", b"podman"), contains) and (
        STARTS_CONTAINERS.search(data) is not None or OLD_CLIENT.search(data) is not None
    )


def matters_as_python(data: bytes, contains: Contains) -> bool:
    """Return whether a Python file matters. Python files are the most common, so constants with such names count only
    in quotes.
    """
    if mentions(data, (b"docker", b"podman", b"DockerContainer", b"estcontainers"), contains):
        return True
    if mentions(data, TASK_DEFINITION, contains) and LINKISH.search(data) is not None:
        return True
    if contains(data, b"_PORT") and (
        PYTHON_PORT.search(data) or mentions(data, (b"tcp", b"urlparse", b"urlsplit")) and PYTHON_URL.search(data)
    ):
        return True
    if (contains(data, b"_ADDR") or contains(data, b"_tcp_addr")) and PYTHON_SCAN.search(data):
        return True
    return contains(data, b"_ENV_") and PYTHON_ENV.search(data) is not None


def mentions_links(data: bytes, searched: str, contains: Contains = contains) -> bool:
    """Return whether a file that no extractor reads mentions links in a way that can count.

    Words that most files lack are looked for first: a search by a pattern takes a hundred times as long. Types other
    than programs matter anyway if they have a sign of Docker. `searched` is that of the kind.
    """
    if len(data) < SHORT:
        contains = operator.contains
    found = (
        contains(data, b"--link")
        or contains(data, KEPT)
        or mentions(data, GONE, contains)
        or mentions(data, (b"_PORT", b"_TCP", b"tcp:"), contains)
        and any(contains(data, word) and search.search(data) for word, search in ENVIRONMENT_SEARCHES.items())
        or "hosts" in searched
        and contains(data, b"/etc/hosts")
        or "names" in searched
        and contains(data, b"_PORT_")
        and UPPER_NAME.search(data) is not None
        or "any" in searched
        and _mentions_in_any_language(data, contains)
    )
    return found and b"\0" not in data


def _mentions_in_any_language(data: bytes, contains: Contains) -> bool:
    if contains(data, b"TCP_ADDR") and CUT_NAME.search(data) is not None or contains(data, b"_UDP_ADDR"):
        return True
    if mentions(data, LOWER_HINTS, contains) and LOWER_NAME.search(data) is not None:
        return True
    if contains(data, b"ink") and contains(data, b"mage") and BESIDE_IMAGE.search(data) is not None:
        return True
    return mentions(data, SIGNS, contains) and any(
        mentions(data, words, contains) and pattern.search(data) is not None
        for pattern, words in (
            (LINKISH, (b"ink", b"/etc/hosts")),
            (RUNS_CONTAINERS, COMMAND_WORDS),
            (DECLARES_CONTAINERS, (b"docker_container", b"oci-containers", b'"docker"')),
        )
    )


def nothing(_: bytes) -> bool:
    """Return False: the content alone never makes a file one of this type."""
    return False


def is_cloud_config(data: bytes) -> bool:
    """Return whether a file is a cloud-config that mentions containers."""
    return CLOUD_CONFIG.match(data) is not None and mentions(data)


def is_compose(data: bytes) -> bool:
    """Return whether YAML has the services of a Compose file, or of its first format, with links."""
    if COMPOSE_CONTENT.search(data) is not None and COMPOSE_SERVICE.search(data) is not None:
        return True
    return b"links:" in data and FIRST_FORMAT.search(data) is not None and OTHER_FORMAT.search(data) is None


def is_kubernetes_json(data: bytes) -> bool:
    """Return whether JSON has the manifest of a Service, and no task definition."""
    return not is_ecs(data) and SERVICE_IN_JSON.search(data) is not None


def is_ecs(data: bytes) -> bool:
    """Return whether JSON has a task definition."""
    return mentions(data, ECS_HINTS) and ECS_CONTENT.search(data) is not None


def is_ecs_yaml(data: bytes) -> bool:
    """Return whether YAML has a task definition."""
    return is_ecs(data)


def is_playbook(data: bytes) -> bool:
    """Return whether YAML is a list of plays or tasks that mentions containers."""
    return mentions(data) and LIST_FIRST.match(data) is not None and TASK.search(data) is not None


def has_commands(data: bytes) -> bool:
    """Return whether YAML has strings that are docker commands."""
    return mentions(data, COMMAND_WORDS) and COMMAND.search(data) is not None


def reads_in_yaml(data: bytes) -> bool:
    """Return whether YAML that is no file of containers has reads of link variables, or addresses."""
    return not mentions(data) and b"172.17." in data or mentions(data, READ_HINTS) and READS.search(data) is not None


def reads_in_json(data: bytes) -> bool:
    """Return whether JSON has reads of link variables."""
    return mentions(data, READ_HINTS) and READS.search(data) is not None


def has_shebang_of_shell(data: bytes) -> bool:
    """Return whether a file has the shebang of a shell."""
    return SHEBANG.match(data) is not None


def has_shebang_of_python(data: bytes) -> bool:
    """Return whether a file has the shebang of Python."""
    return PYTHON_SHEBANG.match(data) is not None


def starts_cloud_config(data: bytes) -> bool:
    """Return whether a file is a cloud-config."""
    return CLOUD_CONFIG.match(data) is not None


def is_dockerfile(data: bytes) -> bool:
    """Return whether a file starts as a Dockerfile does."""
    return DOCKERFILE_CONTENT.match(data) is not None


def is_unit(data: bytes) -> bool:
    """Return whether a file without a suffix is a unit of systemd that mentions containers."""
    section = UNIT_SECTION.search(data) if mentions(data) else None
    return section is not None and UNIT_COMMAND.search(data, section.end()) is not None


def is_python_script(data: bytes) -> bool:
    """Return whether a file has the shebang of Python, and matters."""
    return PYTHON_SHEBANG.match(data) is not None and is_relevant(data)


def is_shell_script(data: bytes) -> bool:
    """Return whether a file has the shebang of a shell, and matters."""
    return SHEBANG.match(data) is not None and is_relevant(data)


def is_program_script(data: bytes) -> bool:
    """Return whether a file has the shebang of another language, and matters."""
    return PROGRAM_SHEBANG.match(data) is not None and matters_as_program(data)
