"""The command line: parse arguments and run a command. Each command imports what it needs."""

from __future__ import annotations

import gc
import os
import sys

from linklint import __version__

TYPE_CHECKING = False  # `typing` itself takes longer than all else that --version does
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn


WELCOME = """\
linklint finds Docker container links, published ports and secrets that links pass on, and reports what is wrong.

linklint scan .                     scan this directory, or short: linklint .
linklint scan --audit .             also what is only possible, or counted and not listed
linklint upgrade                    can this code move to Docker Engine 29 and 30?
linklint migrate                    from links to networks: the plan, the diff, the change
linklint explain RULE               what a rule finds, why it matters, how to fix it
linklint rules                      list all rules
linklint env CONTAINER              what a container gets from its links
linklint graph                      which container links to which, and which secrets leak
linklint query "select path, line, name, image from containers"
linklint fleet report               the same for many repositories at once
linklint config                     show the configuration and where each value comes from
linklint init                       write a configuration file
linklint help COMMAND               all options of a command
"""


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """Run the command line, and exit with its status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # the reader closed the pipe
            setattr(sys, name, open(os.devnull, "w"))
    try:
        if not arguments or arguments in (["--version"], ["-V"]):
            sys.stdout.write(f"linklint {__version__}\n" if arguments else WELCOME)
            status = 0
        else:
            status = _run_without_collecting(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 141
    except KeyboardInterrupt:
        status = 130
    except MemoryError:
        sys.stderr.write("linklint: out of memory\n")
        status = 2
    except ImportError as error:
        if "map segment" not in str(error) and "allocate" not in str(error):
            raise
        sys.stderr.write("linklint: out of memory\n")
        status = 2
    except OSError as error:  # the disk is full, or the current directory does not exist
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.stderr.write(f"linklint: {error.strerror or error}\n")
        status = 2
    sys.exit(status)


def _run_without_collecting(arguments: list[str]) -> int:
    """Run a command without garbage collections, which cost a tenth of a scan of 2,000 files."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        return _run(arguments)
    finally:
        if enabled:
            gc.enable()


def _run(arguments: list[str]) -> int:
    from linklint.cli.parser import EXIT_USAGE, parse

    options = parse(arguments)
    if hasattr(options, "color"):
        from linklint.output.terminal import use_color

        use_color(options.color)
    from linklint.cli.dispatch import run
    from linklint.errors import ConfigError, QueryError, UsageError

    try:
        return run(options)
    except (UsageError, ConfigError, QueryError) as error:
        from linklint.output.escape import escape
        from linklint.secrets.patterns import mask

        sys.stderr.write(f"linklint: {escape(mask(str(error)))}\n")
        return EXIT_USAGE
