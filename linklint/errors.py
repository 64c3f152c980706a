"""What linklint refuses to do, each with the reason for people: the exit status is 2."""

from __future__ import annotations


class BadUsage(ValueError):
    """The question makes no sense: a path that does not exist, an engine or a rule that nobody knows."""


class BadConfig(ValueError):
    """The configuration is refused, with its file and reason."""


class Refused(Exception):
    """The SQL is refused, failed or ran too long, with the reason for people."""
