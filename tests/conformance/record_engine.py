"""Record what the engine of PATH answers to the cases and sequences of `tests/engine_cases.py`, under its version."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "conformance")]

from engine_cases import CASES, RECORDED, SEQUENCES, lines_of, recorded  # noqa: E402
from engine_steps import Sequence  # noqa: E402
from real_engine import Engine  # noqa: E402

SECONDS = 20  # of a docker command


def answers(engine: Engine, lines: list[str], compose: str = "") -> str:
    """Return the answers of an empty engine to the lines of a script."""
    engine.clear()
    with tempfile.TemporaryDirectory() as folder:
        if compose:
            (Path(folder) / "compose.yaml").write_text(compose)
        said = engine.lines(lines, Path(folder), SECONDS)
    return "".join("." if one is None else "R" for one in said)


def main() -> None:
    known = recorded() if RECORDED.exists() else {}
    engine = Engine()
    try:
        found = {
            "cases": {title: answers(engine, lines_of(script)) for title, script in CASES.items()},
            "sequences": {
                str(seed): answers(engine, sequence.lines, sequence.compose)
                for seed, sequence in ((seed, Sequence(seed)) for seed in SEQUENCES)
            },
        }
    finally:
        engine.stop()
    known[engine.version.partition("+")[0]] = found
    RECORDED.write_text(json.dumps(dict(sorted(known.items())), indent=1) + "\n")


if __name__ == "__main__":
    main()
