"""Compare `linklint env` with a real engine: every variable and every line of /etc/hosts of the recipient of a
generated set of containers.

The installed engine follows the rules up to 27; those of later engines are in tests/docker/test_link_variables.py.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from linked_sets import Set, make
from real_engine import Engine

from linklint.config.model import Config
from linklint.database.store import Store
from linklint.queries.env import Recipient, recipients
from linklint.scanning import gather

pytestmark = pytest.mark.conformance

SETS = 64
FIXED = 6  # lines of /etc/hosts that every container has


def test_variables_and_hosts(engine: Engine, tmp_path: Path) -> None:
    assert int(engine.version.split(".")[0]) <= 27, "the rules of a later engine are others"
    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(lambda seed: _compare(engine, make(seed), tmp_path / str(seed)), range(SETS)))
    compared = sum(number for number, _ in outcomes)
    wrong = [words for _, found in outcomes for words in found]
    print(f"\n{SETS} sets of containers, {compared} variables and lines, {len(wrong)} otherwise")
    assert not wrong, "\n".join(wrong[:40])
    assert compared > 20 * SETS


def _compare(engine: Engine, made: Set, directory: Path) -> tuple[int, list[str]]:
    directory.mkdir()
    for name, text in {**made.files, "run.sh": made.script}.items():
        (directory / name).parent.mkdir(exist_ok=True)
        (directory / name).write_text(text)
    ran = engine.script("set -e\n" + made.script, directory)
    if ran.returncode:
        return 0, [f"seed {made.seed}: the script fails: {ran.stderr.strip()}\n{made.script}"]
    environ = dict(
        entry.partition("=")[::2]
        for entry in engine.docker("exec", made.recipient, "cat", "/proc/1/environ").stdout.split("\0")
        if "=" in entry
    )
    hosts = engine.docker("exec", made.recipient, "cat", "/etc/hosts").stdout.splitlines()[FIXED:]
    found = json.loads(
        engine.docker(
            "inspect", *engine.docker("ps", "-aq", "--filter", f"name=s{made.seed}[^0-9]").stdout.split()
        ).stdout
    )
    own = next(set(one["Config"]["Env"]) for one in found if one["Name"] == f"/{made.recipient}")
    engine.docker("rm", "-f", *(one["Id"] for one in found))
    told = _told(directory, made.recipient)
    places = {f"<address of {one['Name'][1:]}>": one["NetworkSettings"]["IPAddress"] for one in found}
    places |= {f"<id of {one['Name'][1:]}>": one["Id"][:12] for one in found}
    wrong = [*_variables(told, environ, own, places), *_hosts(told, hosts, places)]
    return len(environ) + len(hosts), [f"seed {made.seed}: {words}" for words in wrong]


def _told(directory: Path, name: str) -> Recipient:
    facts = gather([str(directory)], Config())
    (one,) = recipients(Store(facts.collector, facts.sources, "27", show_secrets=True), name, "27")
    return one


def _filled(text: str, places: dict[str, str]) -> str:
    for written, real in places.items():
        text = text.replace(written, real)
    return text


def _variables(told: Recipient, environ: dict[str, str], own: set[str], places: dict[str, str]) -> list[str]:
    """Compare all variables of the recipient except its own and those of its image."""
    mine = {entry.partition("=")[0] for entry in own}
    real = {name: value for name, value in environ.items() if name not in mine | {"HOSTNAME", "HOME"}}
    expected: dict[str, set[str]] = {}
    wrong = []
    for variable in told.variables:
        if variable.state in ("set", "collides"):
            expected.setdefault(variable.name, set()).add(_filled(variable.value, places))
        elif (
            variable.state == "passed" and variable.by is None and ", else " in variable.value
        ):  # nothing is set where docker runs
            expected[variable.name] = {variable.value.partition(", else ")[2].removesuffix(">")}
        elif variable.state == "overridden" and variable.name not in mine:
            wrong.append(f"{variable.name} is told to be overridden, and is not")
    wrong += [f"{name}={real[name]} is not told" for name in sorted(real.keys() - expected.keys())]
    wrong += [f"{name} is told, and not there" for name in sorted(expected.keys() - real.keys())]
    wrong += [
        f"{name} is {real[name]!r}, told is {sorted(expected[name])}"
        for name in real.keys() & expected.keys()
        if real[name] not in expected[name]
    ]
    return wrong


def _hosts(told: Recipient, hosts: list[str], places: dict[str, str]) -> list[str]:
    """Compare the lines in order: added ones, links (in any order), the container's own."""
    real = [line.replace("\t", " ").strip() for line in hosts]
    expected = {
        why: [_filled(f"{host.address} {' '.join(host.names)}", places) for host in told.hosts if host.why == why]
        for why in ("add-host", "link", "own")
    }
    added = len(expected["add-host"])
    same = (
        real[:added] == expected["add-host"]
        and sorted(real[added:-1]) == sorted(expected["link"])
        and real[-1:] == expected["own"]
    )
    return [] if same else [f"/etc/hosts has {real}, told are {expected}"]
