"""What the CLI checks of an option's value before it asks the engine for anything.

Source: docker CLI 26.1, pflag and go-units: numbers are Go literals, sizes are `10m`, durations are `1m30s`.
"""

from __future__ import annotations

import re
from ipaddress import ip_address

INTEGER = re.compile(r"[+-]?(0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO]?[0-7_]*|[1-9][0-9_]*)")
UNSIGNED = re.compile(r"(0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO]?[0-7_]*|[1-9][0-9_]*)")
DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?(/\d+)?")
DURATION = re.compile(r"[+-]?((\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h))+|[+-]?0")
SIZE = re.compile(r"\d+(\.\d+)? ?([kmgtp]i?b?|b)?", re.IGNORECASE)


def is_address(string: str) -> bool:
    """Whether Go's net.ParseIP takes it: no zone, no leading zeros."""
    try:
        ip_address(string)
    except ValueError:
        return False
    return "%" not in string


def refused_value(kind: str, value: str) -> str | None:
    """Why the CLI refuses the value of an option of this type; None where it does not."""
    if kind == "int" and not INTEGER.fullmatch(value):
        return f"takes a whole number, not {value or 'nothing'}"
    if kind in ("uint16", "uint") and not UNSIGNED.fullmatch(value):
        return f"takes a whole number from 0 up, not {value or 'nothing'}"
    if kind == "uint16" and int(value.replace("_", ""), 0 if not re.fullmatch(r"0\d+", value) else 8) > 65535:
        return "takes a number up to 65535"
    if kind == "decimal" and not DECIMAL.fullmatch(value):
        return f"takes a number like 1.5, not {value or 'nothing'}"
    if kind == "duration" and not DURATION.fullmatch(value):
        return f"takes a duration like 30s, not {value or 'nothing'}"
    if kind == "bytes" and not SIZE.fullmatch(value):
        return f"takes a size like 512m, not {value or 'nothing'}"
    if kind == "swap" and value != "-1" and not SIZE.fullmatch(value):
        return f"takes a size like 512m, or -1, not {value or 'nothing'}"
    if kind == "env" and (not value or value.startswith("=")):
        return "takes NAME=VALUE: a name is missing"
    if kind == "link" and (not value or value.count(":") > 1):
        return "takes SOURCE:ALIAS, one colon at most"
    if kind == "stream" and value.lower() not in ("stdin", "stdout", "stderr"):
        return "takes STDIN, STDOUT or STDERR"
    if kind == "address" and not is_address(value.strip()):
        return f"takes an IP address, not {value or 'nothing'}"
    return None
