"""Options of `docker run` that the CLI accepts alone but not together.

Source: docker CLI 29.7, `opts.Parse` and `convertToStandardNetworkMode`. `--link`, `--network-alias` and `--ip` apply
to the first network. Links and aliases need a user-defined network, except that the default network accepts links
(legacy links).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from linklint.docker.cli.options import Problem, Run
from linklint.docker.go_syntax import is_address
from linklint.docker.networks import BadNetwork, NetworkOption, network_name, parse_network
from linklint.text.regex import lazy_compile
from linklint.text.word import Word


def conflicts(run: Run) -> list[Problem]:
    """Return the combinations of options that the CLI refuses in a `run` or `create`."""
    links = run.every("link")
    if links and run.tool in ("podman", "nerdctl"):
        reason = f"{run.tool} does not support --link"
        return [Problem(links[0], "--link", reason, None, "link-tool")]
    found = list(_pairs(run))
    return [*_networks(run), *found] if run.tool == "docker" else found


def _pairs(run: Run) -> Iterator[Problem]:
    """Yield the pairs of options that exclude each other."""
    restart = run.last("restart")
    if restart is not None and run.switch("rm") and restart.string.partition(":")[0] != "no" and not restart.open:
        yield Problem(restart, "--restart", "--restart and --rm exclude each other: keep one")
    attached = run.every("attach")
    if attached and run.switch("detach"):
        yield Problem(attached[0], "--attach", "--attach and --detach exclude each other: keep one")
    checks = (o for o in run.options if o.name.startswith("health-") and o.value and o.value.string.strip("0smh"))
    health = next(checks, None)
    if health is not None and run.switch("no-healthcheck"):
        reason = f"--{health.name} and --no-healthcheck exclude each other: keep one"
        yield Problem(health.whole, "--" + health.name, reason)
    driver, options = run.last("log-driver"), run.every("log-opt")
    if driver is not None and driver.string == "none" and options:
        yield Problem(options[0], "--log-opt", "--log-opt and --log-driver none exclude each other: keep one")


def _networks(run: Run) -> list[Problem]:
    """Return the first problem with `--network`, `--link` and `--network-alias` together."""
    words = run.every("network")
    networks: list[NetworkOption] = []
    for word in words:
        if word.open:
            return []
        try:
            networks.append(parse_network(word.string))
        except BadNetwork as error:
            return [Problem(word, "--network", f"--network {error}")]
    problem = next(_first_network(run, words, networks), None) or next(_several(words, networks), None)
    return [problem] if problem is not None else []


def _first_network(run: Run, words: Sequence[Word], networks: Sequence[NetworkOption]) -> Iterator[Problem]:
    """Yield the options that the first network does not accept."""
    first = networks[0] if networks else NetworkOption("default")
    links, aliases = run.every("link"), run.every("network-alias")
    if (aliases or first.aliases) and not first.user_defined:
        reason = f"an alias needs a user-defined network, and {first.name} is not one: use --network NAME"
        yield Problem(aliases[0] if aliases else words[0], "--network-alias", reason)
    if links and not first.user_defined and first.name != "default":
        reason = f"--link needs a user-defined network: docker refuses it with --network {first.name}"
        change = f"{first.name}-link" if first.name in ("bridge", "none") else ""
        yield Problem(links[0], "--link", reason, None, "link-network", change=change)
    if aliases and first.aliases:
        reason = "--network-alias and alias= in --network exclude each other: keep one"
        yield Problem(aliases[0], "--network-alias", reason)
    for key in ("ip", "ip6", "mac-address", "link-local-ip"):
        word = run.last(key)
        if word is not None and word.string and key in first.settings:
            yield Problem(word, "--" + key, f"--{key} and {key}= in --network exclude each other: keep one")


def _several(words: Sequence[Word], networks: Sequence[NetworkOption]) -> Iterator[Problem]:
    """Yield the networks that cannot be combined."""
    names = [network.name for network in networks]
    for number, network in enumerate(networks):
        if network.aliases and not network.user_defined:
            reason = f"an alias needs a user-defined network, and {network.name} is not one"
            yield Problem(words[number], "--network", reason)
        if network.name in names[:number]:
            yield Problem(words[number], "--network", f"--network {network.name} is given twice")
    if len({network.user_defined for network in networks}) > 1:
        listed = ", ".join(names)
        reason = f"{listed}: user-defined networks cannot be combined with bridge, host or none"
        yield Problem(words[-1], "--network", reason)


CODE = "engine"
MAX_HOSTNAME = 64
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
    problems = [*_restart(run), *_volumes(run), *_addresses(run), *_networks_of(run)]
    hostname = run.last("hostname")
    if hostname is not None and not hostname.open and len(hostname.string.encode("utf-8", "replace")) > MAX_HOSTNAME:
        reason = f"--hostname takes at most {MAX_HOSTNAME} bytes"
        problems.append(Problem(hostname, "--hostname", reason, None, CODE))
    workdir = run.last("workdir")
    if workdir is not None and not workdir.open and not workdir.string.startswith(("/", "$")):
        reason = f"--workdir takes an absolute path like /app, not {workdir.string}"
        if not DRIVE.match(workdir.string):
            problems.append(Problem(workdir, "--workdir", reason, None, CODE))
    return problems


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


def _addresses(run: Run) -> Iterator[Problem]:
    """Yield the values of --ip, --ip6 and --network that are no IP addresses. Since 29.0 the CLI refuses them."""
    for option in ("ip", "ip6"):
        word = run.last(option)
        if word is not None and not word.open and not is_address(word.string.strip()):
            yield Problem(word, "--" + option, f"--{option} takes an IP address, not {word.string}", None, CODE)
    for word in run.every("network"):
        try:
            settings = {} if word.open else parse_network(word.string).settings
        except BadNetwork:
            continue
        for key in ("ip", "ip6", "link-local-ip"):
            address = settings.get(key)
            if address and not is_address(address.partition("%")[0]):
                reason = f"--network takes {key}=ADDRESS, not {address}"
                yield Problem(word, "--network", reason, None, CODE)


def _networks_of(run: Run) -> Iterator[Problem]:
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
