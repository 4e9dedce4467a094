"""Facts in a table of the database, and a connection that notes what goes in, what comes out and how it is found."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg

from linghang.engine.facts import Fact

SHARED = (
    "subject text, occurred_on date, kind text, quantity bigint, sequence bigint, "
    "event text, record text, reverses text"
)


def fill(owner: psycopg.Connection, facts: Iterable[Fact], *, table: str = "work.fact") -> int:
    """A table as a ledger hands it over: codes as subjects, each record's own name, reversals naming theirs."""
    known = sorted(facts, key=lambda f: f.order)
    attributes = sorted({"role", "level", *(name for f in known for name in f.attributes)})
    owner.execute(f"CREATE TABLE {table} ({SHARED}{''.join(f', {a} text' for a in attributes)})")
    with owner.cursor().copy(f"COPY {table} FROM STDIN") as copy:
        for number, fact in enumerate(known):
            shared = (fact.subject, fact.occurred_on, fact.kind, fact.quantity, number, fact.event or None)
            said = (fact.attributes.get(a) for a in attributes)
            copy.write_row((*shared, fact.key, fact.reverses or None, *said))
    owner.execute(f"ANALYZE {table}")
    owner.execute("GRANT USAGE ON SCHEMA work TO PUBLIC")
    owner.execute(f"GRANT SELECT ON {table} TO PUBLIC")
    return len(known)


@dataclass
class Watched:
    """A connection that notes: tables filled from outside, rows handed out, and PostgreSQL's plan of each big query."""

    real: psycopg.Connection
    filled: list[str] = field(default_factory=list)
    fetched: int = 0
    handed_out: int = 0
    plans: list[dict[str, Any]] = field(default_factory=list)

    autocommit = True

    def cursor(self) -> "WatchedCursor":
        return WatchedCursor(self, self.real.cursor())


class WatchedCursor:
    def __init__(self, seen: Watched, real: psycopg.Cursor) -> None:
        self.seen, self.real = seen, real

    def execute(self, query: bytes) -> None:
        if b" TABLE " in query and b" AS " in query:
            self._explain(query.split(b" AS ", 1)[1])
        self.real.execute(query)

    def fetchall(self) -> list[Any]:
        found = self.real.fetchall()
        self.seen.fetched += len(found)
        return found

    @contextmanager
    def copy(self, statement: bytes) -> Iterator[Any]:
        if b"FROM STDIN" in statement:
            self.seen.filled.append(statement.split()[1].decode())
        else:
            self._explain(statement.removeprefix(b"COPY (").removesuffix(b") TO STDOUT (FORMAT binary)"))
        with self.real.copy(statement) as copy:
            yield copy if b"FROM STDIN" in statement else self._counted(copy)

    def _counted(self, copy: Iterable[Any]) -> Iterator[Any]:
        for row in copy:
            self.seen.handed_out += len(bytes(row)) > 2  # two bytes say that it was the last
            yield row

    def _explain(self, query: bytes) -> None:
        """The plan of this very statement, with the rows that each step really gave."""
        self.real.execute(b"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) " + query)
        (told,) = self.real.fetchall()[0]
        found = json.loads(told) if isinstance(told, str) else told
        self.seen.plans.append(found[0]["Plan"])


def steps(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A plan's steps, from the top down."""
    yield plan
    for below in plan.get("Plans", []):
        yield from steps(below)
