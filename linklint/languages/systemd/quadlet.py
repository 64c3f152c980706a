"""Podman Quadlet: a `.container` file is a `podman run` that systemd starts.

Source: podman-systemd.unit(5), and the generator of podman 5.4, which makes a `podman run --replace --rm -d` of the
section `[Container]`.
"""

from __future__ import annotations

from linklint.languages.context import ExtractionContext, directory_of
from linklint.languages.control_flow import StepRecorder
from linklint.languages.shell.interpreter import finish_script, new_shell, run_words
from linklint.languages.systemd.unit_file import UnitEntry, entries, prefix_of, specifiers_of, split
from linklint.text.source import MappedText, Source
from linklint.text.word import Word

# Keys whose value is one word, and keys of which each word is one.
OPTIONS = {
    "ContainerName": "--name",
    "PublishPort": "--publish",
    "ExposeHostPort": "--expose",
    "EnvironmentFile": "--env-file",
    "Network": "--network",
    "NetworkAlias": "--network-alias",
}
WORDS = {"Environment": "--env", "AddHost": "--add-host"}


def extract(sources: list[Source], context: ExtractionContext) -> None:
    """Take the facts of the Quadlet files of one directory, which share a host."""
    order = StepRecorder(context, sources[0].whole().span(0, 0), "units", directory_of(sources[0].path))
    files: dict[str, list[UnitEntry]] = {}
    for source in sorted(sources, key=lambda source: source.path.endswith(".conf")):
        files.setdefault(prefix_of(source.path), []).extend(entries(source.whole(), context))
    for name, settings in files.items():
        shell = new_shell(context, order, directory_of(sources[0].path))
        shell.background = True
        command = as_command(name, settings)
        with shell.branch(context.fork(), 0, "unit"):
            if command:
                run_words(shell, command)
        finish_script(shell)


def as_command(name: str, settings: list[UnitEntry]) -> list[Word]:
    """The command that Podman makes; nothing where no image is named."""
    settings = [entry for entry in settings if entry.section == "Container"]
    given: dict[str, list[MappedText]] = {}
    for entry in settings:
        if entry.value.string:
            given.setdefault(entry.key, []).append(entry.value)
        else:
            given.pop(entry.key, None)
    images = given.get("Image") or given.get("Rootfs")
    if not images:
        return []
    specifiers = specifiers_of(name, "service")

    def words(text: MappedText) -> list[Word]:
        return split(text, specifiers, lambda _: None)

    def whole(text: MappedText) -> list[Word]:
        return (
            [Word(text, tuple(hole for word in words(text) for hole in word.holes), quoted=True)]
            if " " in text.string
            else words(text)
        )

    image = images[-1]

    def made(string: str) -> Word:
        return Word(image.replaced(0, len(image), string))

    command = [made("podman"), made("run"), made("--replace"), made("--rm"), made("-d")]
    if "ContainerName" not in given:
        command += [
            made("--name"),
            made(f"systemd-{specifiers['N']}")
            if "N" in specifiers
            else Word(image.replaced(0, len(image), "systemd-%N"), ((8, 10, "variable"),)),
        ]
    for key, option in OPTIONS.items():
        for text in given.get(key, [])[-1:] if key == "ContainerName" else given.get(key, []):
            command += [made(option), *whole(text)]
    for key, option in WORDS.items():
        for text in given.get(key, []):
            for word in words(text):
                command += [made(option), word]
    for text in given.get("PodmanArgs", []):
        command += words(text)
    command += whole(image)
    for text in given.get("Exec", [])[-1:]:
        command += words(text)
    return command
