"""The commands that the model knows, and how each is played."""

from __future__ import annotations

from collections.abc import Callable

from linklint.engine.answers import doubts, missing
from linklint.engine.creation import create, run
from linklint.engine.engine import MAX_AT_ONCE, Engine
from linklint.engine.lifecycle import execute, kill, pause, stop, wait
from linklint.engine.networking import connect, create_network, prune_networks, remove_network
from linklint.engine.objects import DONE, REMOVED, UNSURE, Command, Container, Outcome, Outcomes
from linklint.engine.removal import prune, remove, remove_link, rename
from linklint.engine.starting import start

Known = Callable[[Engine, Container, Command, str], Outcomes]
SWEEPS = {"rm": "rm", "stop": "stop", "kill": "stop", "start": "start", "restart": "start"}


def with_container(engine: Engine, command: Command, known: Known) -> Outcomes:
    """Apply a command to its container; to all or to some, if it names none."""
    target, moment = command.target, command.moment
    if target.name is None and target.key is None:
        return _sweep(engine, command, known) if command.verb in SWEEPS else []
    found = engine.find(target, moment)
    if found is None:
        if target.name is not None and "/" in target.name:
            engine.swept[SWEEPS.get(command.verb, "stop")] = moment.number  # whose path it is, is not known
        elif target.name is not None and target.key is None:
            engine.meet(target.name, command)
        return [Outcome(UNSURE, "create", "container-unseen", "", target.name or "")]
    if found.value is None:
        if command.verb == "rm" and command.force:
            return []
        return [missing(target.name or "the container", found, "container-missing", "create")]
    state = engine.state_at(found.value, moment)
    if state is not None and state.value.kind == REMOVED and command.verb != "rm":
        return [Outcome(UNSURE, "create", "container-doubtful", "", target.name or "")]  # with --rm: a race
    return known(engine, found.value, command, found.confidence) or doubts(found.value)


def _sweep(engine: Engine, command: Command, known: Known) -> Outcomes:
    """Play a command on all containers; on some that are not known, only note that their state is not known."""
    moment, every = command.moment, [*engine.running, *engine.idle]
    if not command.target.everything or len(every) > MAX_AT_ONCE:
        engine.swept[SWEEPS[command.verb]] = moment.number
        return []
    for container in every:
        state = engine.state_at(container, moment)
        if state is not None and state.value.kind != REMOVED:
            known(engine, container, command, state.confidence)
    if SWEEPS[command.verb] == "start":
        engine.swept["start"] = moment.number
    return []


OF_CONTAINERS: dict[str, Known] = {
    "start": start,
    "restart": start,
    "stop": stop,
    "kill": kill,
    "signal": kill,
    "wait": wait,
    "follow": wait,
    "pause": pause,
    "unpause": pause,
    "exec": execute,
    "rm": remove,
    "rename": rename,
}
OTHERS: dict[str, Callable[[Engine, Command], Outcomes]] = {
    "create": create,
    "run": run,
    "rm-link": remove_link,
    "prune": prune,
    "system-prune": prune,
    "network-create": create_network,
    "network-rm": remove_network,
    "network-prune": prune_networks,
    "network-connect": connect,
    "network-disconnect": connect,
}
STAGES = {"start": "start", "restart": "start", "exec": "exec"}


def play(engine: Engine, command: Command) -> Outcomes:
    """Play a command, and return the engine's answers: all problems of the first stage that has any, or done."""
    known, handler = OF_CONTAINERS.get(command.verb), OTHERS.get(command.verb)
    if known is not None:
        outcomes = with_container(engine, command, known)
    elif handler is not None:
        outcomes = handler(engine, command)
    else:
        return []
    if command.verb not in ("run", "create"):
        stage = STAGES.get(command.verb, "command")
        outcomes = [outcome._replace(stage=stage) for outcome in outcomes]
    return outcomes or [Outcome(DONE)]
