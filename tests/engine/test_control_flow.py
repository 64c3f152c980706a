"""Branches that exclude each other, other hosts, and freed names, in every type of file: the second container takes no
name for certain.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

RUN = 'subprocess.run(["docker", "run", "-d", "--network", "n", "--name", "shop", "{}"])'
ONE, TWO = RUN.format("a"), RUN.format("b")
HEAD = "import docker, subprocess\nclient = docker.from_env()\ndef f(x):\n    "
SDK = 'client.containers.run("{}", name="shop", network="n", detach=True)'
STEP = "docker run -d --network n --name shop"

SILENT = {
    "a conditional expression": ("a.py", HEAD + f"{ONE} if x else {TWO}\n"),
    "a try that returns": ("a.py",
    HEAD + f"try:\n        return {ONE}\n    except OSError:\n        pass\n    {TWO}\n"),
    "a with that returns": ("a.py",
    HEAD + f"if x:\n        with x:\n            {ONE}\n            return\n    {TWO}\n"),
    "a test that expects a failure": ("a.py", HEAD + f"{ONE}\n    with pytest.raises(OSError):\n        {TWO}\n"),
    "a helper that cleans": ("a.py", HEAD + f"{ONE}\n    clean_up(x)\n    {TWO}\n"),
    "a container that is got and removed": ("a.py",
    HEAD + f"{SDK.format('a')}\n    old = client.containers.get('shop')\n    old.remove(force=True)\n    "
        f"{SDK.format('b')}\n"),
    "all containers removed": ("a.py",
    HEAD + f"{SDK.format('a')}\n    for c in client.containers.list():\n        c.remove(force=True)\n    "
        f"{SDK.format('b')}\n"),
    "two connections": ("a.py", f"# docker\nConnection('one').run('{STEP} a')\nConnection('two').run('{STEP} b')\n"),
    "a mock": ("a.py", f"import docker\nassert m.mock_calls == [mock.call('{STEP} a'), mock.call('{STEP} b')]\n"),
    "a list that is not complete": ("a.py", "import subprocess\ncmd = ['docker', 'run', '-d']\nrun_more(cmd)\n"),
    "a switch": ("Jenkinsfile", f"switch (x) {{\n case 'a': sh '{STEP} a'\n break\n case 'b': sh '{STEP} b'\n}}\n"),
    "an if without braces": ("Jenkinsfile", f"if (x) sh '{STEP} a'\nelse sh '{STEP} b'\n"),
    "agents of stages": ("Jenkinsfile",
    "".join(f"stage('{n}') {{ agent {{ label '{n}' }} steps {{ sh '{STEP} {n}' }} }}\n" for n in "ab")),
    "ifeq": ("Makefile", f"all:\nifeq ($(X),)\n\t{STEP} a\nelse\n\t{STEP} b\nendif\n"),
    "another Makefile": ("Makefile", f"start:\n\t{STEP} a\ntest:\n\t{STEP} b\n\t$(MAKE) -C tests start\n"),
    "tasks on demand": ("site.yml",
    f"- hosts: a\n  tasks:\n    - shell: {STEP} a\n    - shell: {STEP} b\n      tags: [never]\n"),
    "arms of a template": ("web.service.j2",
    f"[Service]\n{{% if x %}}\nExecStart={STEP} a\n{{% else %}}\nExecStart={STEP} b\n{{% endif %}}\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", SILENT)
def test_no_name_is_taken_twice(name: str, report: Callable[..., Any]) -> None:
    path, text = SILENT[name]
    assert [(f.rule, f.message) for f in report({path: text}).findings] == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.py", HEAD + f"{ONE}\n    {TWO}\n"),
        ("Jenkinsfile", f"sh '{STEP} a'\nsh '{STEP} b'\n"),
        ("Makefile", f"all:\n\t{STEP} a\n\t{STEP} b\n"),
        ("site.yml", f"- hosts: a\n  tasks:\n    - shell: {STEP} a\n    - shell: {STEP} b\n"),
    ],
)
def test_one_way_takes_it_twice(path: str, text: str, report: Callable[..., Any]) -> None:
    assert [f.rule for f in report({path: text}).findings] == ["duplicate-name"]
