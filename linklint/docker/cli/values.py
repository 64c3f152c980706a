"""Option values that the CLI checks before it calls the engine.

Source: docker CLI 26.1 (pflag, go-units, the CLI's own opts); tests/conformance compares each check with the real CLI.
A check returns the end of a sentence that starts with the option, and says what to write instead.

Kept whole: it is one table of options with their checks.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from linklint.docker.cli.options import FALSE, TRUE
from linklint.docker.go_syntax import csv_fields, is_address, is_mac, whole_number
from linklint.text.regex import lazy_compile

Check = Callable[[str], str | None]

DURATION = lazy_compile(r"[+-]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+|[+-]?0")
SIZE = lazy_compile(r"\d+(?:\.\d+)?(?:e[+-]?\d+)? ?(?:[kmgtp]i?b?|b)?", re.IGNORECASE)
RATIONAL = lazy_compile(r"[+-]?(?:0[xX][0-9a-fA-F]+|(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)(?:/\d+)?")
DOMAIN = lazy_compile(
    r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]"
    r"|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*\.?\s*"
)
DEVICE_RULE = lazy_compile(r"[acb] (?:\d+|\*):(?:\d+|\*) [rwm]{1,3}")
CDI_DEVICE = lazy_compile(r"[A-Za-z][\w.-]*/[A-Za-z][\w-]*=[A-Za-z0-9][\w.:-]*")

SYSCTLS = frozenset(
    f"kernel.{name}" for name in "msgmax msgmnb msgmni sem shmall shmmax shmmni shm_rmid_forced".split()
)
LIMITS = frozenset(
    "core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio rttime sigpending stack".split()
)
SYSTEMS = frozenset(
    "aix android darwin dragonfly freebsd hurd illumos ios js linux macos nacl netbsd openbsd plan9 solaris windows"
    " zos".split()
)
MACHINES = frozenset(
    """386 amd64 amd64p32 arm armbe arm64 arm64be ppc64 ppc64le loong64 mips mipsle mips64 mips64le mips64p32
    mips64p32le ppc riscv riscv64 s390 s390x sparc sparc64 wasm i386 x86_64 x86-64
    aarch64 armhf armel""".split()
)
MOUNT_KEYS = frozenset(
    """type source src target dst destination readonly ro consistency bind-propagation bind-nonrecursive
    bind-recursive bind-create-src volume-nocopy volume-label volume-driver volume-opt volume-subpath image-subpath
    tmpfs-size tmpfs-mode""".split()
)
MOUNT_SWITCHES = frozenset({"readonly", "ro", "volume-nocopy", "bind-nonrecursive", "bind-create-src"})


def refused_value(option: str, value: str) -> str | None:
    """Return why the CLI refuses the value of an option (long name), or None."""
    check = CHECKS.get(option)
    return check(value) if check is not None else None


def _shown(value: str) -> str:
    return value or "nothing"


# Checks for one type of value


def _integer(least: int, most: int, words: str, *, unsigned: bool = False) -> Check:
    def check(value: str) -> str | None:
        number = None if unsigned and value.startswith(("+", "-")) else whole_number(value)
        return None if number is not None and least <= number <= most else f"takes {words}, not {_shown(value)}"

    return check


def _matches(pattern: re.Pattern[str], words: str) -> Check:
    return lambda value: None if pattern.fullmatch(value) else f"takes {words}, not {_shown(value)}"


def _one_of(words: str, *, container: bool = False) -> Check:
    known = words.split()
    said = (
        f"{', '.join(known[:-1])}{' or ' if len(known) > 1 else ''}{known[-1]}"
        f"{' or container:NAME' if container else ''}"
    )

    def check(value: str) -> str | None:
        if (
            not value
            or value in known
            or container
            and value.startswith("container:")
            and len(value) > len("container:")
        ):
            return None
        return f"takes {said}, not {value}"

    return check


def _env(value: str) -> str | None:
    return None if value and not value.startswith("=") else "takes NAME=VALUE: the name is missing"


def _label(value: str) -> str | None:
    name = value.partition("=")[0].lstrip(" \t")
    if not name:
        return "takes NAME=VALUE: the name is missing"
    return f"takes a label name without blanks, not {name!r}" if any(c.isspace() for c in name) else None


def _link(value: str) -> str | None:
    return "takes SOURCE:ALIAS, with at most one colon" if not value or value.count(":") > 1 else None


def _stream(value: str) -> str | None:
    return (
        None
        if value.lower() in ("stdin", "stdout", "stderr")
        else f"takes STDIN, STDOUT or STDERR, not {_shown(value)}"
    )


def _address(value: str) -> str | None:
    return None if is_address(value.strip()) else f"takes an IP address, not {_shown(value)}"


def _swap(value: str) -> str | None:
    return None if value == "-1" or SIZE.fullmatch(value) else f"takes a size like 512m, or -1, not {_shown(value)}"


def _positive_duration(value: str) -> str | None:
    if not DURATION.fullmatch(value):
        return f"takes a duration like 30s, not {_shown(value)}"
    return (
        "takes a duration that is not negative, like 30s"
        if value.startswith("-") and re.search("[1-9]", value)
        else None
    )


def _cpus(value: str) -> str | None:
    if value.isdigit():
        return None
    if RATIONAL.fullmatch(value) and len(value) < 40:
        from fractions import Fraction

        number = value.replace("_", "")
        try:
            amount = Fraction(int(number, 16)) if "x" in number.lower() else Fraction(number)
        except (ValueError, ZeroDivisionError):
            return f"takes a number like 1.5, not {value}"
        return None if (amount * 10**9).denominator == 1 else f"takes at most nine decimal places, not {value}"
    return f"takes a number like 1.5, not {_shown(value)}"


def _add_host(value: str) -> str | None:
    name, sign, address = value.partition("=")
    if not sign:
        name, sign, address = value.partition(":")
    if not sign or not name or ":" in name:
        return f"takes NAME:ADDRESS, not {_shown(value)}"
    if len(address) > 2 and address[0] == "[" and address[-1] == "]":
        address = address[1:-1]
    return None if address == "host-gateway" else _address(address)


def _domain(value: str) -> str | None:
    bare = value.strip()
    good = bare == "." or len(bare) < 255 and re.search("[a-zA-Z]", bare) and DOMAIN.fullmatch(bare)
    return None if good else f"takes a domain like example.com, not {_shown(value[:60])}"


def _device_pair(what: str, example: str, good: Callable[[str], bool]) -> Check:
    """Return the check of `/dev/NAME:VALUE`."""

    def check(value: str) -> str | None:
        device, colon, rest = value.partition(":")
        if colon and device.startswith("/dev/") and good(rest):
            return None
        return f"takes a device and {what}, {example}, not {_shown(value)}"

    return check


def _is_weight(value: str) -> bool:
    return value.isascii() and value.isdigit() and (int(value[:6]) == 0 or 10 <= int(value[:6]) <= 1000)


def _is_rate(value: str) -> bool:
    return SIZE.fullmatch(value) is not None


def _is_count(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 20


def _device(value: str) -> str | None:
    if CDI_DEVICE.fullmatch(value):
        return None
    parts = value.split(":")
    if len(parts) > 3 or not parts[0]:
        return f"takes DEVICE[:PATH[:rwm]], not {_shown(value)}"
    path = parts[0]
    if len(parts) == 3 or len(parts) == 2 and not _is_mode(parts[1]):
        path = parts[1]
    if len(parts) == 3 and not _is_mode(parts[2]):
        return f"takes a mode of r, w and m, not {_shown(parts[2])}"
    return None if path.startswith("/") else f"takes an absolute path, not {_shown(path)}"


def _is_mode(value: str) -> bool:
    return bool(value) and set(value) <= set("rwm") and len(set(value)) == len(value)


def _gpus(value: str) -> str | None:
    fields = csv_fields(value)
    seen: set[str] = set()
    for field in fields or []:
        key, equals, given = field.partition("=")
        if not equals:
            key, given = "count", field
        if key in seen:
            return f"takes {key} once"
        seen.add(key)
        if key == "count" and given != "all" and not re.fullmatch(r"[+-]?\d+", given):
            return f"takes all or a number, not {_shown(given)}"
        if key not in ("count", "device", "driver", "capabilities", "options"):
            return f"takes count, device, driver, capabilities and options, not {_shown(key)}"
    return None if fields is not None else f"takes all, a number, or device=…, not {_shown(value)}"


def _mount(value: str) -> str | None:
    fields = csv_fields(value)
    if fields is None:
        return f"takes type=…,source=…,target=…, not {_shown(value)}"
    given: dict[str, str] = {}
    for field in fields:
        key, equals, rest = field.partition("=")
        key = key.lower()
        if key not in MOUNT_KEYS:
            return f"takes type, source, target and readonly, not {_shown(key)}"
        if not equals and key not in MOUNT_SWITCHES:
            return f"takes {key}=…"
        if equals and key in MOUNT_SWITCHES and rest not in TRUE | FALSE:
            return f"takes {key}=true or {key}=false, not {_shown(rest)}"
        given[key] = rest
    return _mount_together(given)


def _mount_together(given: dict[str, str]) -> str | None:
    kind = given.get("type", "volume").lower()
    if not kind:
        return "takes type=bind, volume, tmpfs or image, not an empty one"
    if not any(given.get(key) for key in ("target", "dst", "destination")):
        return "needs target=PATH"
    for key, rest in given.items():
        owner = key.partition("-")[0]
        if "-" in key and owner != kind:
            return f"takes {key} only with type={owner}, not with type={kind}"
        if key == "tmpfs-size" and not SIZE.fullmatch(rest):
            return f"takes tmpfs-size=10m, not {_shown(rest)}"
        if key == "tmpfs-mode" and not re.fullmatch("[0-7]{1,10}", rest):
            return f"takes tmpfs-mode=1777, an octal number, not {_shown(rest)}"
    recursive = given.get("bind-recursive", "enabled")
    if recursive not in ("enabled", "disabled", "writable", "readonly"):
        return f"takes bind-recursive=enabled, disabled, writable or readonly, not {_shown(recursive)}"
    if recursive in ("readonly", "writable") and "readonly" not in given and "ro" not in given:
        return f"takes bind-recursive={recursive} only with readonly"
    if recursive == "readonly" and given.get("bind-propagation") != "rprivate":
        return "takes bind-recursive=readonly only with readonly and bind-propagation=rprivate"
    return None


def _platform(value: str) -> str | None:
    parts = value.split("/")
    known = len(parts) > 1 or value.lower() in SYSTEMS | MACHINES
    if not value or len(parts) < 4 and known and all(re.fullmatch(r"[A-Za-z0-9_-]+", part) for part in parts):
        return None
    return f"takes OS/ARCHITECTURE like linux/amd64, not {value}"


def _restart(value: str) -> str | None:
    policy, colon, count = value.partition(":")
    if colon and not policy:
        return f"takes on-failure:3; the policy is missing in {value}"
    if count and not re.fullmatch(r"[+-]?\d+", count):
        return f"takes a number of attempts, on-failure:3, not {count}"
    return None


def _security(value: str) -> str | None:
    return (
        None
        if "=" in value or ":" in value or value == "no-new-privileges"
        else f"takes NAME=VALUE, not {_shown(value)}"
    )


def _storage(value: str) -> str | None:
    return None if "=" in value else f"takes NAME=VALUE, not {_shown(value)}"


def _sysctl(value: str) -> str | None:
    name, equals, _ = value.partition("=")
    if equals and (name in SYSCTLS or name.startswith(("net.", "fs.mqueue."))):
        return None
    return f"takes net.…, fs.mqueue.… or kernel.shm…=VALUE, not {_shown(value)}"


def _ulimit(value: str) -> str | None:
    name, equals, limits = value.partition("=")
    numbers = [int(number) for number in limits.split(":") if re.fullmatch(r"[+-]?\d{1,19}", number)]
    if not equals or name not in LIMITS or len(numbers) != limits.count(":") + 1 or len(numbers) > 2:
        return f"takes NAME=SOFT[:HARD] like nofile=1024:2048, not {_shown(value)}"
    soft, hard = numbers[0], numbers[-1]
    return (
        f"takes a soft limit that is not above the hard limit: {value}"
        if hard != -1 and (soft == -1 or soft > hard)
        else None
    )


def _volume(value: str) -> str | None:
    if not value:
        return "takes [SOURCE:]PATH[:OPTIONS], not nothing"
    if len(value) < 3:
        return None
    fields = value.split(":")
    joined: list[str] = []
    for number, field in enumerate(fields):  # the colon of C:\x is not a separator
        if (
            joined
            and number
            and len(fields[number - 1]) == 1
            and fields[number - 1].isalpha()
            and joined[-1] == fields[number - 1]
        ):
            joined[-1] += ":" + field
        else:
            joined.append(field)
    if not all(joined):
        return f"takes [SOURCE:]PATH[:OPTIONS]; a part is missing in {value}"
    return f"takes [SOURCE:]PATH[:OPTIONS]; {value} has too many colons" if len(joined) > 3 else None


def _mac(value: str) -> str | None:
    return None if not value or is_mac(value.strip()) else f"takes an address like 92:d0:c6:0a:29:33, not {value}"


_whole = _integer(-(2**63), 2**63 - 1, "a whole number")
_size = _matches(SIZE, "a size like 512m")

SIZES = ("io-maxbandwidth", "kernel-memory", "memory", "memory-reservation", "shm-size")
CHECKS: dict[str, Check] = {
    **dict.fromkeys(
        "cpu-count cpu-percent cpu-period cpu-quota cpu-rt-period cpu-rt-runtime cpu-shares oom-score-adj "
        "pids-limit stop-timeout".split(),
        _whole,
    ),
    **dict.fromkeys(SIZES, _size),
    **dict.fromkeys(
        "health-interval health-start-interval health-start-period health-timeout".split(), _positive_duration
    ),
    **dict.fromkeys(["device-read-bps", "device-write-bps"], _device_pair("a rate", "/dev/sda:1mb", _is_rate)),
    **dict.fromkeys(["device-read-iops", "device-write-iops"], _device_pair("a number", "/dev/sda:1000", _is_count)),
    "add-host": _add_host,
    "attach": _stream,
    "blkio-weight": _integer(0, 65535, "a whole number up to 65535", unsigned=True),
    "blkio-weight-device": _device_pair("a weight from 10 to 1000", "/dev/sda:200", _is_weight),
    "cgroupns": _one_of("host private"),
    "cpus": _cpus,
    "device": _device,
    "device-cgroup-rule": _matches(DEVICE_RULE, "a rule like c 1:3 mr"),
    "dns": _address,
    "dns-search": _domain,
    "env": _env,
    "gpus": _gpus,
    "health-retries": _integer(0, 2**63 - 1, "a whole number that is not negative"),
    "io-maxiops": _integer(0, 2**64 - 1, "a whole number that is not negative", unsigned=True),
    "label": _label,
    "link": _link,
    "mac-address": _mac,
    "memory-swap": _swap,
    "memory-swappiness": _integer(-1, 100, "a whole number from 0 to 100"),
    "mount": _mount,
    "pid": _one_of("host", container=True),
    "platform": _platform,
    "pull": _one_of("always missing never"),
    "restart": _restart,
    "security-opt": _security,
    "storage-opt": _storage,
    "sysctl": _sysctl,
    "ulimit": _ulimit,
    "userns": _one_of("host"),
    "uts": _one_of("host"),
    "volume": _volume,
}
