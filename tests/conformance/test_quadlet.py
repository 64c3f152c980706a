"""Compare with Podman's generator: its command for a `.container` file is the one that linklint reads."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from linklint.context import ExtractionContext
from linklint.docker.cli.command import invocation, read_run
from linklint.facts.collector import FactCollector
from linklint.kinds.quadlet import as_command
from linklint.lexer.unit_file import entries, split
from linklint.text.source import Source

GENERATOR = next(
    (path for path in ("/usr/libexec/podman/quadlet", "/usr/lib/podman/quadlet") if os.access(path, os.X_OK)), "quadlet"
)
pytestmark = [pytest.mark.conformance, pytest.mark.needs(GENERATOR)]

FILES = {
    "plain": "Image=docker.io/nginx\n",
    "name": "Image=nginx\nContainerName=web\n",
    "ports": "Image=nginx\nPublishPort=8080:80\nPublishPort=127.0.0.1:8443:443/tcp\nPublishPort=[::1]:53:53/udp\nPu"
        "blishPort=9000\n",
    "environment": 'Image=nginx\nEnvironment=A=1 "B=two words" C=\'x y\'\nEnvironment=D="in quotes"\n',
    "reset": "Image=nginx\nPublishPort=80:80\nPublishPort=\nPublishPort=81:81\n",
    "command": "Image=nginx\nExec=sh -c 'echo \"a b\"' %% end\n",
    "arguments": "Image=nginx\nPodmanArgs=--publish 90:90 -e 'X=y z'\nPodmanArgs=--rm\n",
    "network": "Image=nginx\nNetwork=host\n",
    "network alias": "Image=nginx\nNetwork=podman1\nNetworkAlias=db\n",
    "exposed": "Image=nginx\nExposeHostPort=50-59\n",
    "continued": "Image=nginx\nEnvironment=A=1 \\\n# a comment\n  B=2\nPublishPort=80:80\n",
    "comments": "# one\n; two\nImage=nginx\n#PublishPort=80:80\n",
    "env file": "Image=nginx\nEnvironmentFile=/etc/web.env\n",
    "spaces": "  Image = nginx  \n\tPublishPort =  80:80 \n",
}  # fmt: skip


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, list[str]]]:
    """Return the command that Podman's generator writes for each file."""
    directory = tmp_path_factory.mktemp("quadlet")
    for number, text in enumerate(FILES.values()):
        (directory / f"c{number}.container").write_text(f"[Container]\n{text}")
    done = subprocess.run(
        [GENERATOR, "-dryrun", "-no-kmsg-log"], env={"QUADLET_UNIT_DIRS": str(directory), "PATH": os.environ["PATH"]},
        capture_output=True, text=True, timeout=60, check=False
    )  # fmt: skip
    found: dict[str, list[str]] = {}
    unit = ""
    for line in done.stdout.splitlines():
        if line.startswith("---"):
            unit = line.strip("-").removesuffix(".service")
        elif line.startswith("ExecStart="):
            words = split(
                Source("x", line.partition("=")[2]).whole(),
                {"N": unit, "p": unit, "n": f"{unit}.service"},
                lambda _: None,
            )
            found[unit] = [word.string for word in words]
    assert len(found) == len(FILES), done.stderr
    yield found


def what_counts(words: list[Any]) -> dict[str, Any]:
    call = invocation(words, "podman")
    assert call is not None
    run = read_run(call)
    return {
        "name": run.last("name").string,  # type: ignore[union-attr]
        "image": run.image.string if run.image else None,
        "command": [word.string for word in run.command],
        "rm": run.switch("rm"),
        "detached": run.switch("detach"),
        "env": sorted({word.string.partition("=")[0]: word.string for word in run.every("env")}.values()),
        **{
            option: [word.string for word in run.every(option)]
            for option in ("publish", "network", "network-alias", "expose", "env-file")
        },
    }


@pytest.mark.parametrize("number", range(len(FILES)), ids=list(FILES))
def test_podman_and_linklint_agree(number: int, generated: dict[str, list[str]]) -> None:
    from linklint.text.word import literal

    text = "[Container]\n" + list(FILES.values())[number]
    mine = as_command(
        f"c{number}",
        list(entries(Source("c.container", text).whole(), ExtractionContext(FactCollector(), lambda _: None))),
    )
    real = generated[f"c{number}"]
    assert what_counts(mine) == what_counts([literal("podman"), *map(literal, real[1:])])
