"""What linklint refuses to do, each with the reason for people: the exit status is 2."""

from __future__ import annotations


class UsageError(ValueError):
    """The question makes no sense: a path that does not exist, an engine or a rule that nobody knows."""


class ConfigError(ValueError):
    """The configuration is refused, with its file and reason."""


class QueryError(Exception):
    """The SQL is refused, failed or ran too long, with the reason for people."""
