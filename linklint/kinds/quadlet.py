"""Podman Quadlets: a `.container` file is a `podman run` that systemd starts.

Source: podman-systemd.unit(5), and the generator of podman 5.4, which turns the section `[Container]` into `podman run
--replace --rm -d`.
"""

from __future__ import annotations

from collections.abc import Sequence

from linklint.context import ExtractionContext, directory_of
from linklint.flow.steps import PlainScope, StepRecorder
from linklint.kinds.kind import EmbeddedText, Kind, Surroundings
from linklint.lexer.unit_file import UnitEntry, entries, prefix_of, specifiers_of, split
from linklint.shell.interpreter import finish_script, new_shell, run_words
from linklint.text.source import MappedText, Source
from linklint.text.word import VARIABLE, Word

KIND = Kind(
    rank=150,
    name="quadlet",
    example="web.container",
    sample="[Container]\nContainerName=web\nImage=app\nPublishPort=80:80\nPodmanArgs=--link db:db\n",
    files="`*.container`",
    takes="the container that Podman creates from it",
    suffixes="container",
    together=True,
    is_about_docker=True,
)

UNITS = PlainScope("units")
# Keys whose value is one word, and keys with several words.
OPTIONS = {
    "ContainerName": "--name",
    "PublishPort": "--publish",
    "ExposeHostPort": "--expose",
    "EnvironmentFile": "--env-file",
    "Network": "--network",
    "NetworkAlias": "--network-alias",
    "AddCapability": "--cap-add",
    "AddDevice": "--device",
    "DropCapability": "--cap-drop",
    "HostName": "--hostname",
    "User": "--user",
    "Volume": "--volume",
    "WorkingDir": "--workdir",
}
WORDS = {"Environment": "--env", "AddHost": "--add-host"}


def extract(sources: list[Source], context: ExtractionContext) -> None:
    """Extract the facts of the Quadlet files of one directory, which share a host."""
    order = StepRecorder(context, sources[0].whole().span(0, 0), UNITS, directory_of(sources[0].path))
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


def extract_blocks(blocks: Sequence[EmbeddedText], place: Surroundings) -> None:
    """Run what Podman generates from Quadlets inside another file in the shell of the place."""
    assert place.shell is not None
    for block in blocks:
        if command := as_command(prefix_of(block.path), list(entries(block.text, place.context))):
            run_words(place.shell, command)


def as_command(name: str, settings: list[UnitEntry]) -> list[Word]:
    """Return the command that Podman generates; nothing if no image is named."""
    given: dict[str, list[MappedText]] = {}
    for entry in settings:
        if entry.section == "Container" and entry.value.string:
            given.setdefault(entry.key, []).append(entry.value)
        elif entry.section == "Container":
            given.pop(entry.key, None)  # an empty value removes earlier ones
    images = given.get("Image") or given.get("Rootfs")
    return _Command(images[-1], given, specifiers_of(name, "service")).words() if images else []


class _Command:
    """The words of a `podman run`."""

    def __init__(self, image: MappedText, given: dict[str, list[MappedText]], specifiers: dict[str, str]) -> None:
        self.image = image
        self.given = given
        self.specifiers = specifiers

    def words(self) -> list[Word]:
        command = [self.made(word) for word in ("podman", "run", "--replace", "--rm", "-d")]
        if "ContainerName" not in self.given:
            command += [self.made("--name"), self.default_name()]
        for key, option in OPTIONS.items():
            texts = self.given.get(key, [])
            for text in texts[-1:] if key == "ContainerName" else texts:
                command += [self.made(option), *self.whole(text)]
        for key, option in WORDS.items():
            for text in self.given.get(key, []):
                command += [made for word in self.split(text) for made in (self.made(option), word)]
        for text in self.given.get("PodmanArgs", []):
            command += self.split(text)
        command += self.whole(self.image)
        for text in self.given.get("Exec", [])[-1:]:
            command += self.split(text)
        return command

    def made(self, string: str) -> Word:
        return Word(self.image.replaced(0, len(self.image), string))

    def default_name(self) -> Word:
        """Return the name that Quadlet gives: `systemd-%N`, or `systemd-%p_%i` for an instance of a template."""
        name, instance = self.specifiers["p"], self.specifiers.get("i")
        if instance is None:  # of a template
            found = self.made(f"systemd-{name}_%i")
            return Word(found.text, ((len(found.string) - 2, len(found.string), VARIABLE),))
        return self.made(f"systemd-{name}_{instance}" if instance else f"systemd-{name}")

    def split(self, text: MappedText) -> list[Word]:
        return split(text, self.specifiers, lambda _: None)

    def whole(self, text: MappedText) -> list[Word]:
        """Return the words of a value that is one word, blanks included."""
        words = self.split(text)
        if " " not in text.string:
            return words
        return [Word(text, tuple(hole for word in words for hole in word.holes), quoted=True)]
