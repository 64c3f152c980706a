"""What Compose refuses in a project before it calls the engine.

Source: `docker compose config` 2.26; tests/conformance compares with the real one. Anything that depends on the machine
(a variable of the shell, an env file that is created later) is not judged. Something missing is only possible: another
file may add it (`-f`, `include`).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from linklint.docker.cli.values import refused_value
from linklint.kinds.compose.project import Project
from linklint.lexer.yaml_nodes import YamlNode
from linklint.text.confidence import POSSIBLE
from linklint.text.regex import lazy_compile
from linklint.text.source import Span

Refuse = Callable[[Span, str, str], None]

TOP_KEYS = frozenset("version name include services networks volumes secrets configs models".split())
SERVICE_NAME = lazy_compile(r"[a-zA-Z0-9._-]+")
PATH = lazy_compile(r"[./~$\\]|[A-Za-z]:[/\\]")
LIST, MAP, TEXT = "list", "map", "scalar"
KINDS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        "links external_links ports expose volumes profiles secrets configs volumes_from cap_add cap_drop".split()
        + ["devices"],
        (LIST,),
    ),
    **dict.fromkeys("security_opt device_cgroup_rules".split(), (LIST,)),
    **dict.fromkeys(
        "container_name image network_mode restart hostname user working_dir platform pull_policy".split(), (TEXT,)
    ),
    **dict.fromkeys("environment labels annotations extra_hosts sysctls networks depends_on".split(), (MAP, LIST)),
    **dict.fromkeys("env_file dns dns_search tmpfs".split(), (TEXT, LIST)),
    **dict.fromkeys("command entrypoint".split(), (TEXT, LIST, "null")),
    **dict.fromkeys("build extends".split(), (TEXT, MAP)),
    **dict.fromkeys("healthcheck logging ulimits blkio_config credential_spec".split(), (MAP,)),
    **dict.fromkeys("deploy develop".split(), (MAP, "null")),
    **dict.fromkeys(
        """attach cgroup cgroup_parent cpu_count cpu_percent cpu_period cpu_quota cpu_rt_period cpu_rt_runtime
        cpu_shares cpus cpuset dns_opt domainname gpus group_add init ipc isolation label_file mac_address mem_limit
        mem_reservation mem_swappiness memswap_limit models oom_kill_disable oom_score_adj pid pids_limit post_start
        pre_start pre_stop privileged provider pull_refresh_after read_only runtime scale shm_size stdin_open
        stop_grace_period stop_signal storage_opt tty use_api_socket userns_mode uts volume_driver""".split(),
        (),
    ),
}
WORDS = {LIST: "a list", MAP: "a map", TEXT: "one value", "null": "nothing"}


def check(project: Project, refuse: Refuse) -> None:
    """Call `refuse` for each thing that Compose refuses: its span, the key, what to write instead."""
    if project.v1:
        refuse(
            project.documents[0].span,
            "",
            "Compose 2 does not read the first file format: put the services under services:",
        )
        return
    for document in project.documents:
        _check_document(document, refuse)
    for name, (key, service) in project.services.items():
        _check_service(project, name, key, service, refuse)
    for span, words in project.problems:
        refuse(span, "", words)
    if project.complete:
        _check_circles(project, refuse)


def _check_document(document: YamlNode, refuse: Refuse) -> None:
    for repeated in document.repeated:
        refuse(repeated.span, repeated.string, f"duplicate key {repeated.string}: keep one")
    for name, (key, value) in document.keys.items():
        if name.startswith("x-"):
            continue
        if name not in TOP_KEYS:
            refuse(
                key.span,
                name,
                f"unknown top-level key {name}: use services, networks, volumes, configs, secrets or x-{name}",
            )
        elif name == "version" and value.kind == TEXT and value.plain and re.fullmatch(r"\d+(\.\d+)?", value.string):
            refuse(value.span, name, f'version must be a string: write "{value.string}", or remove it')
        elif (
            name in ("services", "networks", "volumes", "secrets", "configs")
            and value.kind != MAP
            and (name, value.kind) != ("volumes", "null")
        ):
            refuse(value.span, name, f"{name} must be a mapping, not {WORDS[value.kind]}: write NAME: below it")
    services = document.get("services")
    for name, (key, service) in services.keys.items() if services is not None else ():
        _check_shape(name, key, service, refuse)
    for repeated in services.repeated if services is not None else ():
        refuse(repeated.span, repeated.string, f"duplicate service {repeated.string}: keep one")


def _check_shape(name: str, key: YamlNode, service: YamlNode, refuse: Refuse) -> None:
    """Check the keys of one service in one file."""
    if name.startswith("x-") or service.tag == "!reset":
        return
    if not SERVICE_NAME.fullmatch(name):
        refuse(key.span, name, "service names consist of letters, digits, . _ and -")
    if service.kind != MAP:
        refuse(
            service.span if service.kind != "null" else key.span,
            name,
            f"a service must be a mapping, not {WORDS[service.kind]}: write image: below it",
        )
        return
    for repeated in service.repeated:
        refuse(repeated.span, repeated.string, f"duplicate key {repeated.string}: keep one")
    for option, (option_key, value) in service.keys.items():
        if option.startswith("x-") or value.tag == "!reset":
            continue
        if option not in KINDS:
            refuse(option_key.span, option, f"unknown service key {option}" + _suggestion(option))
        elif KINDS[option] and value.kind not in KINDS[option]:
            said = " or ".join(WORDS[kind] for kind in KINDS[option])
            refuse(
                value.span if value.kind != "null" else option_key.span,
                option,
                f"{option} takes {said}, not {WORDS[value.kind]}",
            )
        else:
            _check_items(option, value, refuse)


def _suggestion(option: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(option, sorted(KINDS), 1, 0.7)
    return f": did you mean {near[0]}?" if near else ""


SINGLE_VALUES = frozenset("environment labels links external_links expose profiles volumes_from".split())


def _check_items(option: str, value: YamlNode, refuse: Refuse) -> None:
    if option in ("environment", "labels"):
        for name, (_key, item) in value.keys.items():
            if item.kind in (LIST, MAP):
                refuse(item.span, option, f"{option}: {name} must be one value, not {WORDS[item.kind]}")
    seen: set[str] = set()
    for item in value.items:
        if option in SINGLE_VALUES and item.kind != TEXT:
            refuse(item.span, option, f"{option} must be a list of single values, not {WORDS[item.kind]}")
        if option in ("external_links", "expose") and item.string in seen:
            refuse(item.span, option, f"{option}: duplicate item {item.string}")
        seen.add(item.string)
        if option == "ports" and item.kind == MAP and not _has_target(item):
            refuse(item.span, option, "the long form of a port needs target: with the container port, a number")


def _has_target(port: YamlNode) -> bool:
    target = port.get("target")
    return target is not None and re.fullmatch(r"\d+|.*\$.*", target.string) is not None


def _check_service(project: Project, name: str, key: YamlNode, service: YamlNode, refuse: Refuse) -> None:
    """Check one service after merging all files."""
    mode = service.get("network_mode")
    if mode is not None and service.get("networks") is not None:
        refuse(mode.span, "network_mode", "network_mode and networks exclude each other: keep one")
    for option in ("links", "external_links"):
        value = service.get(option)
        for item in value.items if value is not None else ():
            if item.string.count(":") > 1 and not item.word.open or not item.string.partition(":")[0]:
                refuse(item.span, option, f"{option} takes NAME or NAME:ALIAS, not {item.string or 'nothing'}")
    external = service.get("external_links")
    if external is not None:
        _check_items("external_links", external, refuse)
    volumes = service.get("volumes")
    for item in volumes.items if volumes is not None else ():
        if item.kind == TEXT and not item.word.open and (reason := refused_value("volume", item.string)):
            refuse(item.span, "volumes", f"volumes {reason}")
    scale = service.get("scale")
    container_name = service.get("container_name")
    if scale is not None and container_name is not None and re.fullmatch(r"[2-9]|[1-9]\d+", scale.string):
        refuse(
            container_name.span,
            "container_name",
            f"container_name and scale: {scale.string} exclude each other: keep one",
        )
    if not project.complete:
        return
    if not any(option in service.keys for option in ("image", "build", "provider", "extends")):
        refuse(_possible(key), name, f"service {name} needs image: or build:")
    _check_names(project, service, refuse)


def _check_names(project: Project, service: YamlNode, refuse: Refuse) -> None:
    """Check that everything a service names exists."""
    for option, item, target in references(service):
        other = project.services.get(target)
        if other is None:
            refuse(
                _possible(item),
                option,
                f"unknown service {target}: use one of {', '.join(sorted(project.services)[:5])}",
            )
        elif _enabled(service) and not _enabled(other[1]):
            refuse(
                _possible(item),
                option,
                f"service {target} is only in a profile: add this service to the profile, or remove that one from it",
            )
    for option, top in (
        ("networks", "networks"),
        ("secrets", "secrets"),
        ("configs", "configs"),
        ("volumes", "volumes"),
    ):
        value = service.get(option)
        given = {
            name
            for document in project.documents
            if (section := document.get(top)) is not None
            for name in section.keys
        }
        for item, used in _used(option, value) if value is not None else ():
            if used not in given | {"default"} and not item.word.open and not project.includes:
                refuse(_possible(item), option, f"{used} is not defined in {top}: at the top level: add it")


def _possible(value: YamlNode) -> Span:
    return value.span._replace(confidence=POSSIBLE)


def _used(option: str, value: YamlNode) -> list[tuple[YamlNode, str]]:
    """Yield the networks, volumes, secrets or configs that an option names."""
    found = [(pair[0], name) for name, pair in value.keys.items()] if option == "networks" else []
    for item in value.items:
        source = item.get("source") if item.kind == MAP else item
        if (
            source is None
            or item.kind == MAP
            and option == "volumes"
            and (kind := item.get("type")) is not None
            and kind.string != "volume"
        ):
            continue
        name = source.string
        if option == "volumes":
            name, colon, _ = name.partition(":")
            if item.kind != MAP and not colon or PATH.match(name):
                continue
        found.append((source, name))
    return found


def references(service: YamlNode) -> list[tuple[str, YamlNode, str]]:
    """Yield (option, span, service) of every reference to another service, except names in variables."""
    found: list[tuple[str, YamlNode, str]] = []
    for option in ("links", "depends_on", "volumes_from"):
        value = service.get(option)
        for item in value.items if value is not None else ():
            if not item.word.open and item.string and not item.string.startswith("container:"):
                found.append((option, item, item.string.partition(":")[0]))
        found += (
            [(option, pair[0], name) for name, pair in value.keys.items() if not _optional(pair[1])]
            if value is not None
            else []
        )
    for option in ("network_mode", "ipc", "pid"):
        value = service.get(option)
        if value is not None and value.string.startswith("service:") and not value.word.open:
            found.append((option, value, value.string.removeprefix("service:")))
    return found


def _optional(dependency: YamlNode) -> bool:
    required = dependency.get("required")
    return required is not None and required.string == "false"


def _enabled(service: YamlNode) -> bool:
    profiles = service.get("profiles")
    return profiles is None or not profiles.items


def _check_circles(project: Project, refuse: Refuse) -> None:
    """Check for services that depend on each other."""
    edges = {
        name: [(item, target) for _, item, target in references(service) if target in project.services]
        for name, (_, service) in project.services.items()
    }
    done: set[str] = set()
    for start in edges:
        path, waiting = [start], [iter(edges[start])]
        while waiting and start not in done:
            step = next(waiting[-1], None)
            if step is None:
                done.add(path.pop())
                waiting.pop()
            elif step[1] in path:
                circle = " → ".join([*path[path.index(step[1]) :], step[1]])
                refuse(step[0].span, "depends_on", f"these services depend on each other: {circle}")
                return
            elif step[1] not in done:
                path.append(step[1])
                waiting.append(iter(edges[step[1]]))
