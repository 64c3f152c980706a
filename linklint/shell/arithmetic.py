"""Arithmetic of the shell: evaluate simple expressions, and find what an expression assigns."""

from __future__ import annotations

import re

from linklint.text.regex import lazy_compile

TOKEN = lazy_compile(r"\s*(?:(0[xX][0-9a-fA-F]+|\d+)|\$?\{?([A-Za-z_]\w*)\}?|([-+*/%()]))")
ARITHMETIC = lazy_compile(
    r"([A-Za-z_]\w*)\s*(?:\[[^\]]*\])?\s*(?:(?:[-+*/%&|^]|<<|>>)?=(?!=)|\+\+|--)|(?:\+\+|--)\s*([A-Za-z_]\w*)"
)


def calculate(expression: str, known: dict[str, str]) -> int | None:
    """Return the value of an expression of whole numbers, `+ - * / %` and parentheses; None for anything else."""
    if len(expression) > 100:
        return None
    tokens: list[str] = []
    at = 0
    while expression[at:].strip():
        match = TOKEN.match(expression, at)
        number = match[1] or known.get(match[2] or "", match[2] or "") if match else ""
        if not match or not match[3] and not re.fullmatch(r"0|[1-9]\d{0,9}", number):
            return None
        tokens.append(match[3] or number)
        at = match.end()
    try:
        value, rest = _sum(tokens)
    except (IndexError, ValueError, ZeroDivisionError, RecursionError):
        return None
    return value if not rest else None


def _sum(tokens: list[str]) -> tuple[int, list[str]]:
    value, rest = _product(tokens)
    while rest and rest[0] in "+-":
        sign = 1 if rest[0] == "+" else -1
        term, rest = _product(rest[1:])
        value += sign * term
    return value, rest


def _product(tokens: list[str]) -> tuple[int, list[str]]:
    value, rest = _factor(tokens)
    while rest and rest[0] in "*/%":
        op = rest[0]
        factor, rest = _factor(rest[1:])
        quotient = 0 if op == "*" else abs(value) // abs(factor) * (1 if (value < 0) == (factor < 0) else -1)
        value = value * factor if op == "*" else quotient if op == "/" else value - quotient * factor
    return value, rest


def _factor(tokens: list[str]) -> tuple[int, list[str]]:
    if tokens[0] == "(":
        value, rest = _sum(tokens[1:])
        if rest[0] != ")":
            raise ValueError
        return value, rest[1:]
    if tokens[0] in "+-":
        value, rest = _factor(tokens[1:])
        return (-value if tokens[0] == "-" else value), rest
    return int(tokens[0]), tokens[1:]


def calculated_in(expression: str) -> list[str]:
    """Return the variables that an arithmetic expression assigns."""
    return [match[1] or match[2] for match in ARITHMETIC.finditer(expression)]
