"""The errors that a user can cause, each with a reason for people. The exit status is 2."""

from __future__ import annotations


class UsageError(ValueError):
    """The command line is invalid: a path that does not exist, an unknown engine or rule."""


class ConfigError(ValueError):
    """The configuration is invalid. The message has its file and reason."""


class QueryError(Exception):
    """An SQL query is not allowed, failed or took too long. The message has the reason."""
