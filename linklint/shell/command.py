"""Find the docker command in the words of a command: after `sudo`, `timeout 5` or a test helper, as `$DOCKER`, but not
after `echo`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from linklint.docker.cli.command import VERBS, tool_of
from linklint.text.regex import lazy_compile
from linklint.text.word import Word

# Commands whose arguments only mention docker: they print it, search for it, install it or manage its service.
MENTIONING_COMMANDS = frozenset(
    """echo printf print log logger info warn warning error debug die fatal fail usage cat grep egrep fgrep rg sed awk
    git man which type whereis alias complete apt apt-get yum dnf apk brew pip pip3 gem npm service systemctl initctl
    rc-service chkconfig update-rc.d usermod groupadd gpasswd adduser pgrep pkill killall pidof ps ls cp mv ln rm
    mkdir rmdir touch chmod chown test [ [[ cd pushd popd source . export tar curl wget find say title banner msg
    message header step note skip command_exists has rc-update ansible dpkg rpm snap pacman zypper open
    start-stop-daemon which hash read""".split()
)
MENTIONING_NAME = lazy_compile(
    r"log|echo|print|msg|info|warn|err(or)?|die|usage|say|banner|title|comment|announce|describe|it|describe_step",
    re.IGNORECASE,
)
WRAPPERS = frozenset(
    "sudo exec command builtin nohup time nice ionice env stdbuf setsid timeout eval doas unbuffer gosu su-exec "
    "xargs run sshpass".split()
)
TOOL_NAME = lazy_compile(r"docker|podman|nerdctl", re.IGNORECASE)
REMOTE_NAME = lazy_compile(r"\$\{?\w*(?:ssh|remote)\w*\}?", re.IGNORECASE)  # $SSH host docker …


def skip_wrappers(words: list[Word]) -> int:
    """Return the index of the word after `sudo -E`, `timeout 5`, `env A=b` and similar wrappers."""
    if not words or words[0].string.rsplit("/", 1)[-1] not in WRAPPERS:
        return 0  # most commands
    return skip_wrapping([word.string for word in words])


def skip_wrapping(words: Sequence[str]) -> int:
    """Return the same for words as plain text."""
    index = 0
    while index < len(words):
        name = words[index].rsplit("/", 1)[-1]
        if name not in WRAPPERS:
            return index
        index += 1
        while index < len(words) and (words[index].startswith("-") or re.match(r"[A-Za-z_]\w*=", words[index])):
            index += (
                2
                if words[index] in ("-u", "-g", "-n", "-k", "-s", "-I", "-L", "-P", "-p", "-f")
                and name in ("sudo", "nice", "timeout", "xargs", "doas", "sshpass")
                else 1
            )
        if name in ("timeout", "gosu", "su-exec") and index < len(words):
            index += 1
    return index


REMOTE = frozenset(
    "lxc lxd incus multipass limactl mosh pssh parallel-ssh pdsh dsh chroot nsenter kubectl gcloud az virsh "
    "machinectl systemd-nspawn schroot".split()
)
HOST = lazy_compile(r"(?:DOCKER_HOST|DOCKER_CONTEXT|CONTAINER_HOST)=(?P<host>\S+)")


def elsewhere(before: list[Word]) -> str:
    """Return the host that the words before a docker command select.

    For example `env DOCKER_HOST=…`, `lxc exec NAME --`; empty if there is no prefix.
    """
    given = next((match for word in before if (match := HOST.fullmatch(word.string))), None)
    if given:
        return given["host"]
    index = skip_wrappers(before)
    is_remote = index < len(before) and (before[index].string in REMOTE or REMOTE_NAME.match(before[index].string))
    return " ".join(word.string for word in before[index:])[:80] if is_remote else ""


def find_tool(words: list[Word], document: bool) -> tuple[int, str] | None:
    """Return (index, tool) of the docker word; None if the first word only mentions it."""
    index = skip_wrappers(words)
    if index >= len(words):
        return None
    tool = _tool_at(words, index)
    if tool:
        return index, tool
    first = words[index].string
    if document or first in MENTIONING_COMMANDS or first.endswith(":") or MENTIONING_NAME.match(first.lstrip("_")):
        return None
    for position in range(index + 1, min(len(words), index + 12)):
        tool = _tool_at(words, position)
        if tool and position + 1 < len(words) and words[position].string.count(" ") == 0:
            following = words[position + 1].string
            if following in VERBS - {"start", "restart", "stop"} or following == "container":
                return position, tool
    return None


def _tool_at(words: list[Word], index: int) -> str | None:
    word = words[index]
    if not word.open:
        return tool_of(word.string)
    if (
        TOOL_NAME.search(word.string)
        and len(word.holes) == 1
        and word.holes[0][:2] == (0, len(word.string))
        and index + 1 < len(words)
    ):
        if re.search(r"compose|machine|image|host|file|repo|user|tag|registry|args|opts", word.string, re.IGNORECASE):
            return None
        if words[index + 1].string in VERBS or words[index + 1].string.startswith("-"):
            return "podman" if "podman" in word.string.lower() and "docker" not in word.string.lower() else "docker"
    return None
