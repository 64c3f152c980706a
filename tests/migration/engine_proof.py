"""Prove a migration on a real engine: what the old files start, and what the new ones start, compared.

For each link on the default bridge, its recipient reaches the same container under the alias, the name and the host
name of the source; published ports, names and states of containers are the same; no link is left on the default bridge.
The image `srv` answers `/who` on each port of `$PORT` with its host name.
"""

from __future__ import annotations

import json
import subprocess
import tarfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LEGACY = ("default", "bridge")
SERVE = """#!/bin/sh
mkdir -p /tmp/w; hostname > /tmp/w/who
for p in ${PORT:-80}; do httpd -p $p -h /tmp/w; done
exec sleep 1000000
"""


def import_image(engine: Any) -> None:
    """Import the image `srv` into an engine of `real_engine`."""
    if engine.docker("image", "inspect", "srv").returncode == 0:
        return
    root = engine.home / "root"
    (root / "bin" / "serve").write_text(SERVE)
    (root / "bin" / "serve").chmod(0o755)
    with tarfile.open(engine.home / "srv.tar", "w") as archive:
        archive.add(root, ".")
    changes = [word for change in ("ENV PATH=/bin", 'CMD ["/bin/sh","/bin/serve"]') for word in ("-c", change)]
    made = engine.docker("import", *changes, str(engine.home / "srv.tar"), "srv")
    assert made.returncode == 0, made.stderr


@dataclass(slots=True)
class Seen:
    """What runs after a script: containers by name, what names lead to, and the lines that begin with OUT."""

    containers: dict[str, dict[str, Any]]
    answers: dict[tuple[str, str, str], str | None] = field(default_factory=dict)
    output: list[str] = field(default_factory=list)


class Prover:
    """Runs scripts on an engine and compares."""

    def __init__(self, engine: Any) -> None:
        self.engine = engine
        import_image(engine)

    def run(self, directory: Path, script: str) -> tuple[subprocess.CompletedProcess[str], Seen]:
        """Run a script, and return how it ended and what runs then."""
        done = self.engine.script(script, directory)
        output = [line for line in done.stdout.splitlines() if line.startswith("OUT ")]
        return done, Seen(self._containers(), output=output)

    def _containers(self) -> dict[str, dict[str, Any]]:
        ids = self.engine.docker("ps", "-aq", "--no-trunc").stdout.split()
        rows = json.loads(self.engine.docker("inspect", *ids).stdout) if ids else []
        return {row["Name"][1:]: _facts(row) for row in rows}

    def who(self, seen: Seen, recipient: str, name: str, port: str) -> str | None:
        """Return the container that answers under a name inside another one.

        A container runs before its server listens, and a busy machine is slow: a name that has an address is asked
        again for up to 30 s.
        """
        until = time.monotonic() + 30
        while True:
            done = self.engine.docker("exec", recipient, "wget", "-T", "4", "-qO-", f"http://{name}:{port}/who")
            if not done.returncode or "bad address" in done.stderr or time.monotonic() > until:
                break
            time.sleep(0.1)
        answer = done.stdout.strip()
        for other, facts in seen.containers.items():
            is_it = answer and (facts["id"].startswith(answer) or facts["hostname"] == answer)
            if is_it and not facts["mode"].startswith("container:"):
                return other
        return None if done.returncode else f"?{answer}"

    def probe(self, seen: Seen, lost: set[str]) -> None:
        """Ask for every name that a link gives."""
        for recipient, facts in seen.containers.items():
            if facts["status"] != "running" or facts["mode"] not in LEGACY:
                continue
            aliases = {link.rpartition("/")[2] for link in facts["links"]}
            for link in facts["links"]:
                source, alias = (part.lstrip("/") for part in link.split(":", 1))
                other = seen.containers.get(source)
                if other is None or other["status"] != "running":
                    continue
                names = {alias.rpartition("/")[2]}
                if other["mode"].startswith("container:"):
                    other = next(one for one in seen.containers.values() if one["id"] == other["mode"][10:])
                else:
                    own = "" if other["generated"] else source
                    names |= {name for name in (own, other["own"]) if name and name not in aliases}
                for name in sorted(names - lost):
                    for port in other["ports"]:
                        seen.answers[recipient, name, port] = self.who(seen, recipient, name, port)

    def differences(self, old: Path, new: Path, script: str, lost: set[str] = frozenset(), times: int = 1) -> list[str]:  # type: ignore[assignment]
        """Return what differs between the old and the new files; `lost` are names that are told as lost."""
        self.engine.clear()
        done, before = self.run(old, script)
        if done.returncode:
            return [f"the old files fail: {done.stderr[-300:]}"]
        self.probe(before, lost)
        found = [f"{key} does not answer before" for key, answer in before.answers.items() if answer is None]
        self.engine.clear()
        for _ in range(times):
            done, after = self.run(new, script)
            if done.returncode:
                found.append(f"the new files fail: {done.stderr[-300:]}")
            found += self._compared(before, after)
        self.engine.clear()
        return found

    def _compared(self, before: Seen, after: Seen) -> list[str]:
        found = []
        legacy = [name for name, facts in after.containers.items() if facts["links"] and facts["mode"] in LEGACY]
        if legacy:
            found.append(f"links are left: {legacy}")
        for key in ("status", "published"):
            old, new = (
                {n: f[key] for n, f in seen.containers.items() if not f["generated"]} for seen in (before, after)
            )
            if old != new:
                found.append(f"{key} differs: {old} {new}")
        for (recipient, name, port), answer in before.answers.items():
            if recipient in after.containers:
                now = self.who(after, recipient, name, port)
                same = now == answer or answer in before.containers and before.containers[answer]["generated"] and now
                if not same:
                    found.append(f"{recipient} reaches {now} as {name}:{port}, not {answer}")
        if before.output != after.output:
            found.append(f"output differs: {before.output} {after.output}")
        return found


def _facts(row: dict[str, Any]) -> dict[str, Any]:
    host, name = row["HostConfig"], row["Name"][1:]
    bindings = (host["PortBindings"] or {}).items()
    published = sorted(
        str((one.get("HostIp", ""), one.get("HostPort", ""), port)) for port, all_ in bindings for one in all_
    )
    environment = dict(item.split("=", 1) for item in row["Config"]["Env"] if "=" in item)
    hostname = row["Config"]["Hostname"]
    return {
        "id": row["Id"],
        "status": row["State"]["Status"],
        "mode": host["NetworkMode"],
        "links": host["Links"] or [],
        "published": [*published, *(["all"] if host["PublishAllPorts"] else [])],
        "ports": environment.get("PORT", "80").split(),
        "hostname": hostname,
        "own": hostname if not row["Id"].startswith(hostname) else "",
        "generated": name.count("_") == 1 and name.replace("_", "").isalpha() and name.islower(),
    }
