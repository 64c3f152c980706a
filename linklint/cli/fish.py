"""Completion for fish, which shtab does not write."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping

HEAD = """\
# Completion of linklint for fish: linklint completion fish > ~/.config/fish/completions/linklint.fish
complete -c linklint -f -n __fish_use_subcommand -a '(__fish_complete_path)'
"""
FILES = ("PATH", "FILE", "DIR", "FILE|KEY=VALUE", "FORMAT:FILE")


def completions(commands: Mapping[str, argparse.ArgumentParser], words: Mapping[str, list[str]]) -> str:
    """Return the script: the commands, and the options and arguments of each."""
    lines = [HEAD]
    for name, command in commands.items():
        about = _quoted((command.description or f"linklint {name}").split(". ")[0])
        lines.append(f"complete -c linklint -f -n __fish_use_subcommand -a {name} -d {about}")
        lines += _of_command(name, command, words)
    return "\n".join(lines) + "\n"


def _of_command(name: str, command: argparse.ArgumentParser, words: Mapping[str, list[str]]) -> Iterator[str]:
    seen = f"complete -c linklint -n '__fish_seen_subcommand_from {name}'"
    for action in command._actions:
        choices = [str(choice) for choice in (action.choices or words.get(str(action.metavar)) or ())]
        given = f" -a {_quoted(' '.join(choices))}" if choices else ""
        files = "" if action.metavar in FILES else " -f"
        if not action.option_strings:
            if files or given:
                yield f"{seen}{files}{given}"
            continue
        names = "".join(
            f" -l {option[2:]}" if option.startswith("--") else f" -s {option[1:]}" for option in action.option_strings
        )
        takes = " -r" if action.nargs is None and action.const is None else ""
        yield f"{seen}{names}{takes}{files if takes else ''}{given if takes else ''} -d {_quoted(action.help or '')}"


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
