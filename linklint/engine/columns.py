"""The tables `step_outcome` and `engine_state`, which `engine_state.py` fills."""

from __future__ import annotations

from collections.abc import Iterable

OUTCOME_COLUMNS = {
    "scope": "the scope",
    "step": "the step; null for the containers of a Compose project",
    "container": "the container that it is about, if it is known",
    "outcome": "done, refused or unknown; a step with several problems has a row for each",
    "stage": "where it is refused: create, start or exec; command for all other commands",
    "code": "the reason in one word: name-taken, source-missing, port-taken, …",
    "subject": "the name, port or network that the reason is about",
    "reason": "the reason in the engine's words",
    "confidence": "certain, likely or possible",
    "link": "the link that it is about",
    "port": "the port that it is about",
    "span": "the span to look at",
    "cause": "the step that led to it",
    "cause_container": "the container that has the name or the port",
    "cause_span": "the span of that step or container",
    "way": "what happens there",
    "guarded": "1 if the script expects that the step may fail",
}
STATE_COLUMNS = {
    "scope": "the scope",
    "kind": "name, port, link or state",
    "what": "the name, the host port (8080/tcp), the alias, or the state: created, running, paused or exited",
    "container": "the container that has it; for a link, the recipient",
    "link": "the link, for the kind link",
    "source": "the source that a link is bound to",
    "since": "the step that begins it",
    "until": "the step that ends it, or null",
    "confidence": "certain, likely or possible",
}
TEXTS = frozenset("outcome stage code subject reason confidence way kind what".split())


def _typed(columns: Iterable[str]) -> str:
    return ", ".join(f"{column} {'TEXT' if column in TEXTS else 'INTEGER'}" for column in columns)


ENGINE_TABLES = f"""\
CREATE TABLE step_outcome (id INTEGER PRIMARY KEY, {_typed(OUTCOME_COLUMNS)});
CREATE TABLE engine_state (id INTEGER PRIMARY KEY, {_typed(STATE_COLUMNS)});
CREATE INDEX step_outcome_code ON step_outcome (code);
CREATE INDEX step_outcome_step ON step_outcome (step, code);
CREATE INDEX engine_state_what ON engine_state (kind, what);
"""
