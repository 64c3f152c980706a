"""Values as Docker's Go programs parse them: addresses, integers, CSV.

Source: `net.ParseIP`, `net.ParseMAC`, integer literals with base 0, and `encoding/csv` of Go 1.21.
"""

from __future__ import annotations

from linklint.text.regex import lazy_compile

OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
IPV4 = lazy_compile(rf"{OCTET}(?:\.{OCTET}){{3}}")
WHOLE = lazy_compile(r"[+-]?(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO]?[0-7_]*|[1-9][0-9_]*)")
CSV_FIELD = lazy_compile(r'(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\Z)')
MAC = lazy_compile(
    r"[0-9a-fA-F]{2}(?:([:-])[0-9a-fA-F]{2})(?:\1[0-9a-fA-F]{2}){4}(?:(?:\1[0-9a-fA-F]{2}){2}"
    r"|(?:\1[0-9a-fA-F]{2}){14})?"
    r"|[0-9a-fA-F]{4}(?:\.[0-9a-fA-F]{4}){2}(?:\.[0-9a-fA-F]{4}|(?:\.[0-9a-fA-F]{4}){7})?"
)


def is_address(string: str) -> bool:
    """Return whether Go's net.ParseIP accepts it: no zone, no leading zeros."""
    if ":" not in string:
        return IPV4.fullmatch(string) is not None
    from ipaddress import IPv6Address

    try:
        IPv6Address(string)
    except ValueError:
        return False
    return "%" not in string


def is_mac(string: str) -> bool:
    """Return whether Go's net.ParseMAC accepts it."""
    return MAC.fullmatch(string) is not None


def whole_number(string: str) -> int | None:
    """Return the value of a Go integer literal, or None."""
    if not WHOLE.fullmatch(string):
        return None
    digits = string.replace("_", "").lstrip("+-").lower()
    base = {"0x": 16, "0b": 2, "0o": 8}.get(digits[:2]) or (8 if digits.startswith("0") else 10)
    try:
        number = int(digits.removeprefix("0x").removeprefix("0b").removeprefix("0o") or "0", base)
    except ValueError:
        return None
    return -number if string.startswith("-") else number


def csv_fields(value: str) -> list[str] | None:
    """Return the fields of one CSV line as Go reads it, or None if it is invalid."""
    fields: list[str] = []
    at = 0
    while value:
        match = CSV_FIELD.match(value, at)
        if not match:
            return None
        fields.append(match[2] if match[1] is None else match[1].replace('""', '"'))
        at = match.end()
        if match[3] != ",":
            return fields
    return None
