"""A system may have no processes, or no more of them: what needs one says so, and the rest goes on."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from linklint.config.model import Config
from linklint.errors import QueryError
from linklint.files.child import Child, ChildFailed
from linklint.fixes.python_env import Unfixable, replace_reads
from linklint.migration.plan import Options, plan
from linklint.scanning import gather, store_of

RUN = "docker run --name db redis\ndocker run --name web --link db:db web\n"
READER = 'import os\nprint(os.environ["DB_PORT_6379_TCP_ADDR"])\n'


@pytest.fixture(autouse=True)
def no_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")


def test_the_reason_is_told() -> None:
    with pytest.raises(ChildFailed) as failed:
        Child("x").ask({}, 1)
    assert not failed.value.late and failed.value.reason == "no process could start: No such file or directory"


def test_a_python_file_is_not_rewritten() -> None:
    with pytest.raises(Unfixable, match="libcst: no process could start"):
        replace_reads(READER, [(17, 52, "'db'")])


def test_a_query_from_outside_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run.sh").write_text(RUN)
    store = store_of(gather([str(tmp_path)], Config(), jobs=1), "29", show_secrets=False)
    with pytest.raises(QueryError, match="no process could start"):
        store.ask_untrusted("SELECT 1")


def test_a_migration_gives_the_variable_instead(tmp_path: Path) -> None:
    """A reader in Python that cannot be rewritten keeps its variable, which the container gets by -e."""
    (tmp_path / "run.sh").write_text(RUN.replace(" web\n", " -v $PWD/app.py:/app.py python python /app.py\n"))
    (tmp_path / "app.py").write_text(READER)
    made = plan([str(tmp_path)], Config(), Options())
    assert not made.components[0].refusals and set(made.texts) == {"run.sh"}
    assert " -e DB_PORT_6379_TCP_ADDR=db " in made.texts["run.sh"][1]
