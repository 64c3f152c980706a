"""linklint: a static linter, auditor and migrator for Docker container links.

>>> from linklint import scan
>>> [finding.message for finding in scan(["."]).findings]

`scan`, `ScanResult`, `Finding` and `Config` are the public interface: names and meanings change only with a new major
version. Everything else is internal.
"""

from __future__ import annotations

from linklint.about import __version__

TYPE_CHECKING = False  # `typing` itself imports for milliseconds
if TYPE_CHECKING:
    from collections.abc import Sequence

    from linklint.config.model import Config
    from linklint.findings.finding import Finding
    from linklint.findings.result import ScanResult

__all__ = ["Config", "Finding", "ScanResult", "__version__", "scan"]


def scan(  # noqa: PLR0913 (options by name)
    paths: Sequence[str] = (),
    *,
    config: Config | None = None,
    baseline: str | bool = True,
    audit: bool = False,
    docs: bool = False,
    context: str | None = None,
    since: str | None = None,
    show_secrets: bool = False,
) -> ScanResult:
    """Scan files and directories, and return what was found.

    `paths`: by default those of the configuration, or the current directory. Without `config`, the configuration is
    searched for as the command does, from the directory that holds all paths. `baseline`: the path of a baseline;
    True: the one of the configuration, or the usual one if it exists; False: none. `audit`: include possible
    findings. `docs`: count what the noise policy folds in documents as shown. `context`: a directory to analyse as a
    whole, of which only findings that involve the paths are returned. `since`: only findings that involve files
    changed since a git revision. Raises ValueError: `UsageError` for a path or a rule that does not exist,
    `ConfigError` for a mistake in the configuration.
    """
    # the imports are inside the function, so that `linklint --version` does not pay for them
    from linklint.config.load import find, paths_of
    from linklint.files.paths import start_of
    from linklint.scanning import known_baseline
    from linklint.scanning import scan as run

    config = find(context or start_of(paths)) if config is None else config
    paths = paths or paths_of(config) or [context or "."]
    known = known_baseline(paths, config, context) if baseline is True else baseline or None
    return run(
        paths,
        config=config,
        baseline=known,
        audit=audit,
        docs=docs,
        context=context,
        since=since,
        show_secrets=show_secrets,
    )


def __getattr__(name: str) -> object:
    """Import the types of the public interface when they are first used."""
    if name == "Config":
        from linklint.config.model import Config

        return Config
    if name == "Finding":
        from linklint.findings.finding import Finding

        return Finding
    if name == "ScanResult":
        from linklint.findings.result import ScanResult

        return ScanResult
    raise AttributeError(f"module 'linklint' has no attribute {name!r}")
