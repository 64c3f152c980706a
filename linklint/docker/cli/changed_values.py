"""What only some versions of the CLI or the engine refuse in a `run` or `create`: each with its row of the table of
changes.

Source: `docker/engine_changes.py`; tests/docker/cli_answers.json has the answers of sixteen versions of the CLI.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from linklint.docker.cli.options import Problem, Run
from linklint.docker.cli.values import MOUNT_SWITCHES, SIZES
from linklint.docker.go_syntax import csv_fields
from linklint.docker.networks import BadNetwork, parse_network
from linklint.docker.ports import BadPort, parse_publish
from linklint.text.regex import lazy_compile
from linklint.text.word import Word

Refused = tuple[str, str]  # the code of a change, and the end of a sentence that starts with the option
THREE_ENDS = lazy_compile(r"(?<![0-9])[0-9]+-[0-9]+-[^:/]*")
TWO_PROTOCOLS = lazy_compile(r"/[^/:]+/|\btarget=[^,/]{0,100}/")
GO_SWITCH = lazy_compile(r"t|T|f|F|TRUE|True|FALSE|False")
DETACH_KEY = lazy_compile(r"[^\s]|ctrl-[a-zA-Z@\[\]\\^_]", 0)


def changed_values(run: Run) -> Iterator[Problem]:
    """Yield what only some versions refuse; `change` of each problem says which."""
    if run.tool != "docker":
        return
    for option in run.options:
        word, check = option.value, CHECKS.get(option.name)
        if check is not None and word is not None and not word.open and word.string:
            for change, reason in check(word):
                code = "port" if option.name in ("publish", "expose") else ""
                yield Problem(word, "--" + option.name, f"--{option.name} {reason}", None, code, change=change)
        elif option.name == "use-api-socket":
            yield Problem(option.whole, "--use-api-socket", "--use-api-socket is unknown", change="api-socket")


def _publish(word: Word) -> Iterator[Refused]:
    value = word.string
    if THREE_ENDS.search(value):
        yield "port-range", f"takes a range of two ports, not {value}"
    if TWO_PROTOCOLS.search(value):
        yield "protocol-slash", f"takes one protocol, not {value}"
    if "+" in value:
        yield "port-sign", f"takes a port without a sign, not {value}"
    fields = value.rpartition(":")[0].rpartition(":")[0]
    if ":" in fields and not fields.startswith("["):
        yield "bare-ipv6", f"takes an IPv6 address in brackets, not {value}"
    try:
        container = parse_publish(word).container
    except BadPort:
        return
    if container is not None and container[0] == 0:
        yield "port-zero", f"takes a container port from 1 on, not {value}"


def _expose(word: Word) -> Iterator[Refused]:
    if THREE_ENDS.search(word.string):
        yield "expose-range", f"takes a range of two ports, not {word.string}"


def _network(word: Word) -> Iterator[Refused]:
    try:
        settings = parse_network(word.string).settings
    except BadNetwork:
        return
    if "gw-priority" in settings:
        yield "gw-priority", "does not know gw-priority=…"


def _mount(word: Word) -> Iterator[Refused]:
    for field in csv_fields(word.string) or ():
        key, equals, value = field.partition("=")
        name = key.strip().lower()
        if name == "bind-nonrecursive":
            yield name, "takes bind-recursive=disabled instead of bind-nonrecursive"
        elif name == "bind-create-src":
            yield name, "does not know bind-create-src"
        elif name == "image-subpath":
            yield "image-mount", "does not know image-subpath=…"
        if equals and (not value.strip() or value != value.strip()):
            yield "mount-values", f"takes {name}=… without blanks, and not empty"
        elif name in MOUNT_SWITCHES and GO_SWITCH.fullmatch(value):
            yield "mount-values", f"takes {name}=true or {name}=false, not {value}"


def _volume(word: Word) -> Iterator[Refused]:
    source, colon, _ = word.string.partition(":")
    if colon and source.startswith(".") and source != "." and not source.startswith("./"):
        yield "parent-volume", f"takes an absolute path, ./…, or the name of a volume, not {source}"


def _size(word: Word) -> Iterator[Refused]:
    if re.search(r"[0-9]e", word.string, re.IGNORECASE):
        yield "size-exponent", f"takes a size like 512m, not {word.string}"


def _detach_keys(word: Word) -> Iterator[Refused]:
    wrong = next((key for key in word.string.split(",") if not DETACH_KEY.fullmatch(key)), None)
    if wrong is not None:
        yield "detach-keys", f"takes keys like ctrl-p,ctrl-q, not {wrong or 'nothing'}"


CHECKS: dict[str, Callable[[Word], Iterator[Refused]]] = {
    "publish": _publish,
    "expose": _expose,
    "network": _network,
    "mount": _mount,
    "volume": _volume,
    "detach-keys": _detach_keys,
    **dict.fromkeys((*SIZES, "memory-swap"), _size),
}
