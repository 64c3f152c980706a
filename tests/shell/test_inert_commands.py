"""Commands that cannot matter are skipped, and the facts are the same as without skipping."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from linklint.config.model import Config
from linklint.database.store import Store
from linklint.scanning import gather
from linklint.shell import simple_commands

ROOT = Path(__file__).parents[2]
Tree = Callable[[dict[str, str]], Path]
SCRIPT = """\
#!/bin/bash
echo "starting $NAME" "${NAME#x}" > log
echo $(docker run --name in-echo x) ${NEW:=made}
docker run --name $NEW x
[ -n "$X" ] && docker run --name tested x
[ "$(docker run -d --name in-test x)" ]
test $((COUNT++)) -gt 1 || docker run --name c$COUNT x
echo text > "$(docker run --name in-target x)"
cat <<EOF > file.sh
docker run --name in-heredoc x
EOF
cat file | bash -c 'docker run --name in-bash x'
: ${OTHER:=web}; docker run --name $OTHER x
A=1 echo $A; docker run --name $A x
echo() { docker run --name in-function x; }
echo hello
alias grep='docker run --name in-alias'
grep x
printf -v PRINTED other; docker run --name $PRINTED x
cd sub; ./db.sh
echo ${X:-$(docker run --name in-default x)}
mkdir `docker run --name in-backquotes x`
"""


def facts(root: Path) -> bytes:
    found = gather([str(root)], Config(), jobs=1)
    return Store(found.collector, found.sources, secrets=found.secrets).export()


@pytest.mark.parametrize("directory", ["fixtures", "rules"])
def test_fixtures(directory: str, monkeypatch: pytest.MonkeyPatch) -> None:
    skipped = facts(ROOT / directory)
    monkeypatch.setattr(simple_commands, "INERT", frozenset())
    assert facts(ROOT / directory) == skipped


def test_a_script(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tree({"run.sh": SCRIPT, "sub/db.sh": "docker run --name called x\n"})
    skipped = facts(root)
    for (
        name
    ) in "in-echo made tested in-test in-target in-bash web in-function in-alias other called in-default".split():
        assert name.encode() in skipped, name
    assert b"in-backquotes" in skipped
    monkeypatch.setattr(simple_commands, "INERT", frozenset())
    assert facts(root) == skipped
