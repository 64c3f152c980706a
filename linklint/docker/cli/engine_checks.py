"""Options that the CLI accepts and the engine refuses when it creates the container.

Source: engine 26.1 (`runconfig` and `daemon/container.go` of moby); docs/engine.md, What a refusal leaves.
"""

from __future__ import annotations

from collections.abc import Iterator

from linklint.docker.cli.options import Problem, Run
from linklint.docker.networks import network_name
from linklint.text.regex import lazy_compile
from linklint.text.word import Word

CODE = "engine"
POLICIES = ("no", "always", "on-failure", "unless-stopped")
VOLUME_NAME = lazy_compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]*")
DRIVE = lazy_compile(r"[A-Za-z]:[\\/]")
NOT_WITH_CONTAINER = {
    "hostname": "the host name is that of the other container",
    "dns": "it uses the DNS settings of the other container",
    "add-host": "it uses /etc/hosts of the other container",
    "publish": "the other container publishes the ports",
    "expose": "the other container exposes the ports",
}


def engine_problems(run: Run) -> list[Problem]:
    """Return what the engine refuses in a `run` or `create` of docker."""
    if run.tool != "docker":
        return []
    found = [*_restart(run), *_volumes(run), *_networks(run)]
    workdir = run.last("workdir")
    if workdir is not None and not workdir.open and not workdir.string.startswith(("/", "$")):
        reason = f"--workdir takes an absolute path like /app, not {workdir.string}"
        if not DRIVE.match(workdir.string):
            found.append(Problem(workdir, "--workdir", reason, None, CODE))
    return found


def _restart(run: Run) -> Iterator[Problem]:
    word = run.last("restart")
    if word is None or word.open:
        return
    policy, _, count = word.string.partition(":")
    if policy not in POLICIES:
        reason = f"--restart takes no, always, unless-stopped or on-failure[:COUNT], not {word.string}"
        yield Problem(word, "--restart", reason, None, CODE)
    elif count and policy != "on-failure":
        yield Problem(word, "--restart", f"--restart {policy} takes no count: remove :{count}", None, CODE)


def _volumes(run: Run) -> Iterator[Problem]:
    for word in run.every("volume"):
        source, colon, _ = word.string.partition(":")
        if not colon or word.open or source.startswith(("/", ".", "~", "\\")) or DRIVE.match(word.string):
            continue
        if source and not VOLUME_NAME.fullmatch(source):
            reason = f"--volume takes an absolute path, ./{source}, or the name of a volume, not {source}"
            yield Problem(word, "--volume", reason, None, CODE)


def _networks(run: Run) -> Iterator[Problem]:
    words = run.every("network")
    names = [network_name(word.string) for word in words]
    if any(word.open for word in words):
        return
    if names and names[0].startswith("container:"):
        for option, why in NOT_WITH_CONTAINER.items():
            given: Word | None = next(iter(run.every(option)), None)
            if given is not None and given.string:
                reason = f"--{option} is refused with --network {names[0]}: {why}"
                yield Problem(given, "--" + option, reason, None, CODE)
    if all(name in ("default", "bridge") for name in names):
        for option in ("ip", "ip6"):
            address = run.last(option)
            if address is not None:
                reason = f"--{option} needs a user-defined network: the default bridge has no fixed addresses"
                yield Problem(address, "--" + option, reason, None, CODE)
