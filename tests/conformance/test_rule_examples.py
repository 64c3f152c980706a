"""Every shell example of every rule page on a real engine.

A Bad example of a rule about refusals is refused at the line of each certain finding, and at no other line. A Good
example runs through. All images are one small image that ends at once when it is stopped. A container without `-d` ends
by itself, like a program that is done, and `docker exec` runs `true`, because the programs of the examples are not
there.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest
from real_engine import Engine

from linklint.config.model import Config
from linklint.facts.schema import Container, Image
from linklint.findings.rule_file import Example, Rule, built_in
from linklint.scanning import gather

pytestmark = pytest.mark.conformance

MAX_NOT_RUN = 40
ENDING = re.compile(r"job|task|batch|migrate|^hello-world|^busybox|^alpine")  # images whose program ends
SERVER = """[ -n "$ENDS" ] && exit 0; trap "exit 0" TERM; sleep 1000000 & wait"""
PRELUDE = r"""
exec 3>"$0"
command_not_found_handle() { return 0; }
sudo() { "$@"; }
docker-compose() { docker compose "$@"; }
docker() {
    local words=() word verb="" ends="-e ENDS=1"
    for word; do
        case "$word" in
            -d|--detach|-d[a-zA-Z]*|-[a-zA-Z]d|-[a-zA-Z][a-zA-Z]d|--restart*) ends="" ;;
            -it|-ti) word=-i ;;
            -itd|-dit|-tid) word=-id; ends="" ;;
            -t) [ "$verb" = run ] && continue ;;
        esac
        [ -n "$verb" ] || case "$word" in -*) ;; *) verb=$word ;; esac
        words+=("$word")
    done
    local line=${BASH_LINENO[0]} status=0
    case "$verb" in
        run) timeout 20 docker "${words[0]}" $ends "${words[@]:1}" || status=$? ;;
        exec) timeout 20 docker exec "$2" true || status=$? ;;
        stop|restart) timeout 20 docker "$verb" -t 0 "${words[@]:1}" || status=$? ;;
        logs|attach) timeout 2 docker "${words[@]}" || true ;;
        *) timeout 20 docker "${words[@]}" || status=$? ;;
    esac
    [ "$status" = 0 ] || echo "$line $status" >&3
    return "$status"
}
"""


class Shell(NamedTuple):
    """A shell example of a rule."""

    rule: Rule
    example: Example
    is_good: bool
    path: str

    @property
    def name(self) -> str:
        return f"{self.rule.slug}:{self.example.line}"

    @property
    def expected(self) -> set[int]:
        """The lines that the engine refuses, as the page says."""
        if self.is_good or not self.rule.refused:
            return set()
        return {one.line for one in self.example.expected if not one.confidence and one.path == self.path}


def examples() -> Iterator[Shell]:
    for rule in built_in():
        for good, listed in ((False, rule.bad), (True, rule.good)):
            for example in listed:
                for path in example.files:
                    if path.endswith(".sh"):
                        yield Shell(rule, example, good, path)


def test_few_examples_are_not_run() -> None:
    left_out = [shell.name for shell in examples() if shell.example.not_run]
    print(f"\n{len(left_out)} of {len(list(examples()))} shell examples are not run: {left_out}")
    assert len(left_out) <= MAX_NOT_RUN


def test_examples(engine: Engine, tmp_path: Path) -> None:
    shells = [shell for shell in examples() if not shell.example.not_run]
    engines = [engine, Engine()]
    try:
        for one in engines:
            _tag_images(one, shells, tmp_path)

        def part(number: int) -> list[str]:
            chosen = shells[number :: len(engines)]
            return [said for shell in chosen if (said := _wrong(engines[number], shell, tmp_path / str(number)))]

        with ThreadPoolExecutor(len(engines)) as pool:
            wrong = [said for found in pool.map(part, range(len(engines))) for said in found]
    finally:
        engines[1].stop()
    print(f"\n{len(shells)} shell examples of {len(built_in())} rule pages were run, {len(wrong)} disagree")
    assert not wrong, "\n\n".join(wrong)


def _tag_images(engine: Engine, shells: list[Shell], directory: Path) -> None:
    """Give the small image all names of images in the examples."""
    tree = directory / "images"
    for number, shell in enumerate(shells):
        for path, text in {**shell.example.files, "before.sh": shell.example.before}.items():
            (tree / str(number) / path).parent.mkdir(parents=True, exist_ok=True)
            (tree / str(number) / path).write_text(text)
    collector = gather([str(tree)], Config()).collector
    named = {row.image for row in collector.rows(Container)} | {row.base for row in collector.rows(Image)}
    images = {image for image in named if image and re.fullmatch(r"[a-z0-9./:_-]+", image)}
    for kind in ("server", "job"):
        command = SERVER if kind == "server" else "exit 0"
        engine.docker("create", "--name", kind, "small")
        engine.docker("commit", "-c", f"ENTRYPOINT {json.dumps(['sh', '-c', command])}", "-c", "CMD []", kind, kind)
        engine.docker("rm", kind)
    for image in sorted(images):
        engine.docker("tag", "job" if ENDING.search(image.rpartition("/")[2]) else "server", image)


def _wrong(engine: Engine, shell: Shell, directory: Path) -> str:
    """Run an example, and return what is not as the page says."""
    engine.clear()
    home = directory / shell.name.replace(":", "-")
    for path, text in shell.example.files.items():
        (home / path).parent.mkdir(parents=True, exist_ok=True)
        (home / path).write_text(text)
    log = home.parent / f"{home.name}.log"
    script = f'{PRELUDE}\nset --\n{shell.example.before or ":"}\n: >"$0"\n. ./{Path(shell.path).name}\n'
    try:
        done = subprocess.run(
            ["bash", "-c", script, str(log)],
            env=engine.environment,
            cwd=(home / shell.path).parent,
            capture_output=True,
            text=True,
            timeout=90,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"{shell.name}: it does not end\n{shell.example.files[shell.path]}"
    refused = {int(line.split()[0]) for line in log.read_text().splitlines()}
    if not refused if shell.is_good else shell.expected <= refused:
        return ""
    return (
        f"{shell.name}: refused lines {sorted(refused)}, the page says "
        f"{sorted(shell.expected)}\n{done.stderr[-1500:]}\n"
        f"{shell.example.files[shell.path]}"
    )
