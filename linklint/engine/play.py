"""The commands that the model knows, and how each is played."""

from __future__ import annotations

from collections.abc import Callable

from linklint.engine.creation import create, run
from linklint.engine.engine import Engine
from linklint.engine.lifecycle import execute, kill, pause, stop, wait
from linklint.engine.networking import connect, create_network, prune_networks, remove_network
from linklint.engine.objects import DONE, Command, Outcome, Outcomes
from linklint.engine.removal import prune, remove, remove_link, rename
from linklint.engine.starting import start
from linklint.engine.targets import Known, with_container

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
