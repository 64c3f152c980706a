"""The table `link_variable`: every variable that a link on the default bridge sets, its origin, and what overrides it.

It is computed in Python because it follows Docker's rules (`docker/link_variables.py`). Unknown parts of a value are
written in angle brackets: `<address of db>`.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from linklint.docker.link_variables import Port, Variable, variables_of
from linklint.engine.facts import grouped

COLUMNS = {
    "link": "the link that sets it",
    "recipient": "the container that gets it",
    "source": "the source of the link, if it is known",
    "rank": "1 for the most likely source; other sources have higher numbers",
    "alias": "the alias in its name",
    "written": "1 if the link has this alias; 0 for aliases that Compose adds (db_1, project_db_1)",
    "name": "the variable, DB_PORT_5432_TCP_ADDR",
    "value": "its value; only the first characters of a secret, and …",
    "part": "address, url, port, proto, name or env",
    "port": "the number of the exposed port",
    "protocol": "the protocol of that port",
    "env": "the variable of the source that it copies, a row of env",
    "origin": "the span that it comes from: an EXPOSE, --expose, -p, -e, ENV, an env file, or the link itself",
    "engines": "the engines that set it to this value: 27, 28, 29+env",
    "state": "set, overridden (the recipient sets the same name), or passed (-e NAME of the recipient or the "
    "source: the value of docker's client, if it has one)",
    "by": "the span that overrides or removes it",
    "confidence": "certain, likely or possible",
}
UNTIL_27, SINCE_28 = "27", "28 29+env"
BOTH = f"{UNTIL_27} {SINCE_28}"
ALL_VARIABLES = (
    "SELECT env.name, env.id, env.value, env.span, env.form, span.confidence, -1 - "
    "container_stage.depth AS place, container_stage.confidence, env.origin"
    " FROM container_stage JOIN env ON env.image = container_stage.image JOIN span ON span.id = "
    "env.span WHERE container_stage.container = :c"
    " UNION ALL SELECT env.name, env.id, env.value, env.span, env.form, span.confidence, env.env_file "
    "IS NULL, 'certain', env.origin"
    " FROM env JOIN span ON span.id = env.span WHERE env.container = :c ORDER BY 7, 2"
)
ALL_PORTS = (
    "SELECT port.container_first, port.container_last, port.protocol, port.span, max(span.confidence, "
    "container_stage.confidence)"
    " FROM container_stage JOIN port ON port.image = container_stage.image JOIN span ON span.id = "
    "port.span WHERE container_stage.container = :c"
    " UNION ALL SELECT port.container_first, port.container_last, port.protocol, port.span, span.confidence"
    " FROM port JOIN span ON span.id = port.span WHERE port.container = :c"
)
MAX_PORTS = 500
MAX_ROWS = 40_000  # of the links in a file
MAX_ALL_ROWS = 200_000


LINK_VARIABLE_TABLE = f"""\
-- rows: id link recipient source env origin by
-- numbers: rank written port
CREATE TABLE link_variable (id INTEGER PRIMARY KEY, {", ".join(COLUMNS)});
CREATE INDEX link_variable_recipient ON link_variable (recipient);
CREATE INDEX link_variable_name ON link_variable (name);
CREATE INDEX link_variable_env ON link_variable (env) WHERE env IS NOT NULL;
"""


class VariableEntry(NamedTuple):
    """A variable of a container: its row of `env`, its value, span, form and confidence.

    `level` orders assignments: negative for an image, 0 for an env file, positive for an option.
    """

    number: int
    value: str
    span: int
    form: str
    confidence: str
    level: int


class Exposed(NamedTuple):
    """A port that a container exposes, with the span that says so and its confidence."""

    span: int
    confidence: str


def fill_link_variables(connection: sqlite3.Connection) -> None:
    """Fill the table `link_variable`."""
    marks = ", ".join("?" * len(COLUMNS))
    rows = LinkVariableTable(connection).rows()
    connection.executemany(f"INSERT INTO link_variable ({', '.join(COLUMNS)}) VALUES ({marks})", rows)


class LinkVariableTable:
    """Computes the variables of all links of a store."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._environments: dict[int, dict[str, VariableEntry]] = {}
        self._ports: dict[int, dict[Port, Exposed]] = {}
        self._called: dict[int, str] = {}
        # Most containers have an image that the tree does not build: their rows are read at once.
        self._built = {row[0] for row in connection.execute("SELECT DISTINCT container FROM container_stage")}
        self._own_variables = grouped(
            connection,
            "SELECT env.container, env.name, env.id, env.value, env.span, env.form, span.confidence, "
            "env.env_file IS NULL, 'certain', env.origin FROM env JOIN span ON span.id = env.span "
            "WHERE env.container IS NOT NULL ORDER BY 8, 3",
        )
        self._own_ports = grouped(
            connection,
            "SELECT port.container, port.container_first, port.container_last, port.protocol, port.span, "
            "span.confidence FROM port JOIN span ON span.id = port.span WHERE port.container IS NOT NULL",
        )

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of the table. Above the limit of a file, the rest is reported as `unread`."""
        count: Counter[int] = Counter()
        total, cut = 0, set[int]()
        aliases = self.connection.execute(
            "SELECT link_alias.link, link_alias.recipient, resolved_link.source, coalesce(resolved_link.rank, 1), "
            "link_alias.alias, link_alias.alias_path, link_alias.written,"
            " link_alias.prefix, link.span, link.target, max(coalesce(resolved_link.confidence, 'certain'), "
            "span.confidence), span.file"
            " FROM link_alias JOIN link ON link.id = link_alias.link JOIN span ON span.id = link.span"
            " LEFT JOIN resolved_link ON resolved_link.link = link.id ORDER BY link_alias.link, link_alias.written "
            "DESC, resolved_link.rank"
        ).fetchall()
        for *alias_columns, file in aliases:
            link, recipient, source, rank, alias, alias_path, written, prefix, span, target, confidence = alias_columns
            if count[file] > MAX_ROWS or total > MAX_ALL_ROWS:
                if file not in cut:
                    self._note(span)
                cut.add(file)
                continue
            for row in self.of(recipient, source, alias_path, prefix, span, target):
                variable, env, origin, engines, state, by, sure = row
                number, protocol = variable.port or (None, None)
                yield (
                    link,
                    recipient,
                    source,
                    rank,
                    alias,
                    written,
                    variable.name,
                    variable.value,
                    variable.part,
                    number,
                    protocol,
                    env,
                    origin,
                    engines,
                    state,
                    by,
                    max(confidence, sure),
                )
                count[file] += 1
                total += 1

    def _note(self, span: int) -> None:
        reason = "too many link variables: the rest is left out"
        self.connection.execute("INSERT INTO unread (span, reason) VALUES (?, ?)", (span, reason))

    def of(
        self, recipient: int, source: int | None, alias_path: str, prefix: str, span: int, target: str
    ) -> Iterator[tuple[Variable, int | None, int, str, str, int | None, str]]:
        """Return (variable, env, origin, engines, state, by, confidence) of one alias."""
        entries = list(self.environment(source).items()) if source is not None else []
        ports = self.ports(source) if source is not None else {}
        address = f"<address of {self.called(source) if source is not None else target}>"
        path = f"/{self.called(recipient)}/{alias_path}"
        copied = [(name, entry.value) for name, entry in entries]
        old = variables_of(prefix, path, address, ports, copied, since_28=False)
        found = [(variable, BOTH) for variable in old]
        if len(ports) > 1:  # otherwise engines do not differ
            new = variables_of(prefix, path, address, ports, copied, since_28=True)
            both = set(old) & set(new)
            found = [(variable, BOTH if variable in both else UNTIL_27) for variable in old]
            found += [(variable, SINCE_28) for variable in new if variable not in both]
        own = self.environment(recipient)
        for variable, engines in found:
            entry = entries[variable.copied][1] if variable.copied is not None else None
            exposed = ports[variable.port] if variable.port is not None else None
            origin = entry or exposed
            mine = own.get(variable.name)
            assigned = mine or entry
            passed = assigned is not None and assigned.form == "passthrough"
            yield (
                variable,
                entry.number if entry is not None else None,
                origin.span if origin is not None else span,
                engines,
                "passed" if passed else "set" if mine is None else "overridden",
                mine.span if mine is not None else None,
                origin.confidence if origin is not None else "certain",
            )

    def called(self, container: int) -> str:
        """Return the name of a container on the engine, or words for it."""
        if not self._called:
            rows = self.connection.execute(
                "SELECT id, CASE WHEN name_how IN ('literal', 'generated', 'id') THEN name END, tool, project, "
                "service, network, image FROM container"
            )
            for number, name, tool, project, service, network, image in rows:
                if name is None and tool == "compose":
                    sign = "_" if network is None else "-"
                    name = sign.join((str(project), str(service), "1"))
                self._called[number] = name or (service if service else f"<name of the container of {image}>")
        return self._called[container]

    def environment(self, container: int) -> dict[str, VariableEntry]:
        """Return the environment of a container by name: variables of its image, env files, its own.

        The last one wins.
        """
        if container not in self._environments:
            rows: Iterable[tuple[Any, ...]] = self._own_variables.get(container, ())
            if container in self._built:
                rows = self.connection.execute(ALL_VARIABLES, {"c": container})
            found: dict[str, VariableEntry] = {}
            for name, number, value, span, form, confidence, place, join, origin in rows:
                old = found.pop(name, None)
                shown = value or ""
                # A link copies the value of the env file, even if docker's client has no value and the source itself
                # loses it.
                if form == "passthrough":
                    shown = (
                        f"<{name} where docker is "
                        f"run{f', else {old.value}' if old and old.level == 0 and origin == 'flag' else ''}>"
                    )
                found[name] = VariableEntry(number, shown, span, form, max(confidence, join), place)
            self._environments[container] = found
        return self._environments[container]

    def ports(self, container: int) -> dict[Port, Exposed]:
        """Return the exposed ports of a container: EXPOSE of its image, --expose, and the container side of published
        ports.
        """
        if container not in self._ports:
            rows: Iterable[tuple[Any, ...]] = self._own_ports.get(container, ())
            if container in self._built:
                rows = self.connection.execute(ALL_PORTS, {"c": container})
            found: dict[Port, Exposed] = {}
            for first, last, protocol, span, confidence in rows:
                for number in range(first, last + 1) if first is not None else ():
                    if len(found) < MAX_PORTS:
                        found.setdefault((number, protocol), Exposed(span, confidence))
            self._ports[container] = found
        return self._ports[container]
