"""Decide whether a host name may replace a read of a link variable in shell text."""

from __future__ import annotations

import re
from functools import lru_cache

from linklint.text.regex import lazy_compile

PARTED = lazy_compile(
    r"\|[ \t]*(?:cut|sed|awk|tr|grep)\b|^[ \t]*case\b|<<<|\bIFS=|\b(?:resolv\.conf|nameserver|iptables|ip6tables"
    r"|nft|ufw|firewall-cmd|ipset|dig|nslookup|ifconfig|route|ip[ \t]+(?:addr|route|link|rule))\b"
)
PARTING = (
    "|",
    "case",
    "<<<",
    "IFS=",
    "resolv",
    "nameserver",
    "tables",
    "nft",
    "ufw",
    "firewall",
    "ipset",
    "dig",
    "nslookup",
    "ifconfig",
    "route",
    "ip ",
    "ip\t",
)
CONTINUED = lazy_compile(r"\\\r?\n")
WANTED = lazy_compile(
    r"\b(?:address|server|host-record)=/\S*\Z|--(?:add-host|ip6?|dns|publish)[ =]\S*\Z|(?:^|\s)-p[ =]?[\"']?\Z"
)  # an address, not a name
INNER_DEFAULT = lazy_compile(r"\$\{\w+:?[-=][\"']?\Z")  # ${DB_HOST:-$DB_PORT_5432_TCP_ADDR}
CIDR = lazy_compile(r"[\"']?(?:/[0-9]|\.[0-9])")
TEST = lazy_compile(r"(?:^|[\s;&|!({])(?:\[(?!\[)|test|expr)[ \t]")
ASKS = lazy_compile(
    r"(?:(?:^|[\s;&|!({])(?:\[\[?|test)|!|&&|\|\||-[ao])[ \t]+(?:![ \t]+)?(?:-[nz][ \t]+)?[xX_]?[\"']?[xX_]?\Z"
)
ANSWERED = lazy_compile(
    r"[\"']?[ \t]*(?:\]|&&|\|\||;|\n|\Z|-[ao][ \t]|(?:!=|==?)[ \t]*(?:\"[xX_]?\"|''|[xX_])[ \t]*(?:[\];&|\n]|\Z))"
)
AROUND = 300  # the number of characters on either side of a read that are examined
HELD = lazy_compile(
    r"(?:^|[\s;&|(])(?P<name>[A-Za-z_]\w*)=[\"']?\Z|\$\{(?P<defaulted>[A-Za-z_]\w*):?[-=][\"']?\Z"
)  # HOST=$X, ${HOST:-$X}
EXPORTS = lazy_compile(r"\b(?:export|declare|typeset|env|exec|sudo)\b|^[ \t]*ENV\b")
NAME_AROUND = 80
MAX_USES = 100
HOSTS_FILE = lazy_compile(r"/etc/hosts|\$\{?\w*HOSTS\b")
BRACES = lazy_compile(r"\\.|\$\{|\}|\n")
MAX_REST = 2_000
DEFAULT = lazy_compile(r":?[-=](?P<value>.*)", re.DOTALL)


def stays(string: str, start: int, end: int, rest: str) -> bool:
    """Return whether the read must stay: it is a test, an address that is taken apart or required, an expansion inside
    another, or a default that is itself a command.
    """
    before = CONTINUED.sub(" ", string[max(0, start - AROUND) : start])
    over_lines = before
    before = before[before.rfind("\n") + 1 :]
    line = before + string[start:end] + CONTINUED.sub(" ", string[end : end + AROUND]).partition("\n")[0]
    behind = string[end : end + 40]
    return bool(
        "/etc/hosts" in line
        or "`" in rest
        or "$" in rest  # otherwise another setting is used
        or over_lines.rfind("[[") > over_lines.rfind("]]")
        or _is_parted(line)
        or WANTED.search(before)
        or CIDR.match(behind)
        or _in_test(before, behind)
        or before.rfind("${") > before.rfind("}")
        and INNER_DEFAULT.search(before) is None
        or _writes_hosts(string)
        and not before.strip("\"' \t")
        or not DEFAULT.fullmatch(rest)
        and (held := HELD.search(before, max(0, len(before) - NAME_AROUND)))
        and _held_stays(string, held["name"] or held["defaulted"], bool(EXPORTS.search(before)))
    )


def _is_parted(line: str) -> bool:
    """Return whether a line takes an address apart, or requires one. Lines without such words are skipped fast."""
    return any(word in line for word in PARTING) and PARTED.search(line) is not None


@lru_cache(maxsize=16)
def _held_stays(string: str, name: str, is_exported: bool) -> bool:
    """Return whether the variable that holds an address is tested, taken apart, or used where an address is required.
    If it is neither used nor exported in its file, that is unknown.
    """
    used = is_exported or re.search(rf"\bexport\b[^\n]*\b{name}\b|\bset -\w*a", string) is not None
    for count, match in enumerate(re.finditer(rf"\$\{{?{name}(?!\w)", string)):
        end = match.end()
        rest = ""
        if match[0].startswith("${"):
            closed = closing(string, end)
            rest, end = (string[end : closed - 1], closed) if closed else ("", end)
        before = CONTINUED.sub(" ", string[max(0, match.start() - AROUND) : match.start()]).rpartition("\n")[2]
        line = before + CONTINUED.sub(" ", string[match.start() : end + AROUND]).partition("\n")[0]
        if rest.startswith((":-", "-", ":=", "=")) and HELD.search(before):
            continue  # HOST=${HOST:-db}
        used = True
        if (
            count > MAX_USES
            or HOSTS_FILE.search(line)
            or _is_parted(line)
            or WANTED.search(before)
            or CIDR.match(string, end)
            or before.rfind("[[") > before.rfind("]]")
            or _in_test(before, string[end : end + 40])
            or is_tested(string, match.start(), end, rest)
            or rest.startswith(("#", "%", "/", "+", ":+"))
            or _writes_hosts(string)
            and not before.strip("\"' \t")
        ):
            return True
    return not used


def is_tested(string: str, start: int, end: int, rest: str) -> bool:
    """Return whether it only tests if the variable is set: `[ -n "$X" ]`, `[ x$X = x ]`, `${X+set}`."""
    return rest.startswith(("+", ":+")) or bool(
        ASKS.search(string, max(0, start - 20), start) and ANSWERED.match(string, end)
    )


def _in_test(before: str, behind: str) -> bool:
    """Return whether a read is inside an open test on its line, or before a pattern of `case`."""
    single = max((match.end() for match in TEST.finditer(before)), default=0)
    return (
        before.rfind("[[") > before.rfind("]]")
        or single > 0
        and re.search(r"[ \t]\](?:[ \t;&|)]|$)|[;&|]", before[single:]) is None
        or not before.strip("\"' \t(")
        and re.match(r"[\"']?\)", behind) is not None
    )


@lru_cache(maxsize=2)
def _writes_hosts(text: str) -> bool:
    return HOSTS_FILE.search(text) is not None


def closing(string: str, at: int) -> int | None:
    """Return the offset after the brace that closes an expansion, with others nested in it;

    None if its line has none.
    """
    depth = 1
    for match in BRACES.finditer(string, at, at + MAX_REST):
        if match[0] == "\n":
            return None
        if match[0][0] == "\\":
            continue
        depth += 1 if match[0] == "${" else -1
        if not depth:
            return match.end()
    return None
