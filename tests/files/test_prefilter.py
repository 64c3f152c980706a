"""Search many files at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from linklint.files import prefilter
from linklint.files.root import Root


def test_a_glance(tmp_path: Path) -> None:
    lacking = prefilter.batch_prefilter(Root(str(tmp_path)))
    if lacking is None:
        pytest.skip("no memmem here")
    contents = {
        "none": b"x" * 100,
        "hit": b"a_PORTb",
        "end": b"x" * 50 + b"_ENV_",
        "empty": b"",
        "large": b"x" * (prefilter.GLANCE + 1),
        "utf-16": "x".encode("utf-16"),
        "zero": b"\0_PORT",
    }
    for name, data in contents.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "link").symlink_to("none")
    (tmp_path / "directory").mkdir()
    for number in range(60):
        (tmp_path / f"many{number}").write_bytes(
            b"_PO" if number == 7 else b"RT" if number == 8 else b"_PORT" if number == 30 else b"x" * 10_000
        )
    many = {f"many{number}" for number in range(60)} - {"many30"}
    names = [*contents, "link", "directory", "absent", *(f"many{number}" for number in range(60))]
    assert lacking(names, (b"_PORT", b"_ENV_")) == {"none"} | many
    assert lacking(["none"], (b"_PORT",)) == {"none"}, "what an earlier file left in the buffer does not count"
