"""Settlement inside PostgreSQL: facts are priced, joined and added up there; only sums come out, to be limited.

Everything happens in one transaction that is undone at its end: tables of the plan, of the roster and of facts that
come from outside are its own, all statements see the facts as of one instant, and nothing is left behind.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib.metadata import version

import pyarrow as pa

from linghang.engine.facts import Fact, FactFile, FactTable, Stored
from linghang.engine.packs.model import Pack
from linghang.engine.periods import Month
from linghang.engine.problems import Place, Problems
from linghang.engine.roster import Roster
from linghang.engine.rules.plan import Plan
from linghang.engine.settle.backends.backend import stand
from linghang.engine.settle.backends.columns import RosterFile, fact_table
from linghang.engine.settle.backends.fact_checks import attributes_of, check_rows, source_rows
from linghang.engine.settle.backends.fact_view import plan_facts
from linghang.engine.settle.backends.postgres_columns import TEXTS, check_columns
from linghang.engine.settle.backends.postgres_tables import BEGIN, ROLLBACK, Connection, Tables, file_batches
from linghang.engine.settle.backends.sql import placed_sums, pricing, summed
from linghang.engine.settle.backends.tables import People, code_table, membership, people, plan_tables
from linghang.engine.settle.membership import Closed
from linghang.engine.settle.parts import ArrowSink, Chunk, Progress, Sink, Work

ROW_PLACE = "CONCAT_WS(' ', CAST(subject AS VARCHAR), CAST(occurred_on AS VARCHAR), CAST(sequence AS VARCHAR))"
# the planner cannot know that every fact finds its lines of the truth table: it expects a handful of rows, and would
# sort all facts by four texts, or walk through the table for each of them: twice the processor time, or worse
SETTINGS = {"jit": "off", "work_mem": "256MB", "enable_nestloop": "off", "enable_mergejoin": "off"}


@dataclass(frozen=True)
class PostgresEngine:
    """Settles in the database of a connection that is its own: autocommit on, no transaction open.

    `schema`: where tables are made for the time of the transaction; without one they are temporary, which any role may
    make, and which PostgreSQL reads with one process only.
    """

    connection: Connection
    schema: str = ""
    settings: Mapping[str, str] = field(default_factory=lambda: SETTINGS)
    inside: bool = False  # a transaction is open that lasts longer than one settlement
    explained: list[str] | None = (
        None  # takes the database's own plan of every statement that gives more than a few rows
    )

    name = "postgres"

    @contextmanager
    def snapshot(self) -> Iterator["PostgresEngine"]:
        """The same engine, all of whose work sees the database as of one instant: what is checked is what settles."""
        cursor = self.connection.cursor()
        cursor.execute(BEGIN)
        try:
            yield replace(self, inside=True)
        finally:
            cursor.execute(ROLLBACK)

    @property
    def versions(self) -> Mapping[str, str]:
        cursor = self.connection.cursor()
        cursor.execute(b"SHOW server_version")
        return {"postgres": str(cursor.fetchall()[0][0]), "sqlglot": version("sqlglot")}

    def tables(
        self, plan: Plan, roster: Roster, facts: Iterable[Fact] | Stored, closed: Closed, *, progress: Progress
    ) -> Mapping[str, pa.Table]:
        sink = ArrowSink.of(plan)
        self.settle(plan, roster, facts, closed, sink=sink, progress=progress)
        return sink.tables

    def settle(
        self,
        plan: Plan,
        roster: Roster | RosterFile,
        facts: Iterable[Fact] | Stored,
        closed: Closed,
        *,
        sink: Sink,
        progress: Progress,
    ) -> None:
        """Settle chunk by chunk into the sink."""
        told = people(plan, roster)
        with self.loaded(plan, roster, told, facts) as (tables, rows):
            sums = summed(pricing(plan, has_unscored=told.has_unscored, changing=told.changing))
            cells = told.count * len(plan.items) * (plan.counts_back + len(plan.months))
            work = Work(
                plan, membership(plan, told, closed), members=told.count, rows=min(rows, cells), progress=progress
            )
            many = len(work.chunks) > 1
            if many:  # so the facts are read once
                tables.keep("sums", sums)

            def priced(chunk: Chunk) -> Iterable[pa.RecordBatch]:
                within = f"SELECT * FROM sums WHERE subject >= {chunk.low} AND subject < {chunk.high}"
                return tables.batches(placed_sums(plan, within if many else sums, low=chunk.low, size=chunk.size))

            work.settle(priced, sink, len(os.sched_getaffinity(0)))

    def checked(
        self, table: str, *, pack: Pack, roster: Roster, period: Month, plan: Plan | None = None
    ) -> tuple[FactTable, Problems]:
        """A table of facts with a problem for every row that cannot be settled, found in the database.

        Places are subject, day and sequence. A column that is missing or of the wrong type is the only problem then.
        LookupError when there is no such table.
        """
        problems = Problems()
        with Tables.opened(self.connection, self.schema, self.settings, inside=self.inside) as tables:
            tables.adopt("fact_source", table)
            columns = tables.columns("fact_source")
            check_columns(table, columns, attributes_of(pack), problems)
            codes = columns.get("subject") in TEXTS
            if problems.errors:
                return FactTable(table, codes), problems
            tables.view("source", source_rows(pack, columns, of="fact_source", place=ROW_PLACE))

            def place(row: str | None) -> Place:
                return Place(table, sheet=row or "")

            check_rows(tables, place, problems, pack=pack, roster=roster, period=period, codes=codes, plan=plan)
            return FactTable(table, codes, *tables.digest("fact_source")), problems

    @contextmanager
    def loaded(
        self, plan: Plan, roster: Roster | RosterFile, told: People, facts: Iterable[Fact] | Stored
    ) -> Iterator[tuple[Tables, int]]:
        """Everything that the statements read, and how many rows the facts have; all of it is gone afterwards."""
        opened = Tables.opened(self.connection, self.schema, self.settings, inside=self.inside)
        with opened as tables:
            tables.explained = self.explained
            count = _load_facts(tables, plan, roster, facts)  # first: no name of ours stands before somebody's table
            for name, rows in plan_tables(plan).items():
                tables.put(name, rows)
            for name, rows in told.tables.items():
                tables.put(name, rows)
            tables.view("facts", "SELECT * FROM all_facts")
            if plan.stands:
                stand(tables, plan, told)
                tables.view("standings", "SELECT * FROM all_standings")
            yield tables, count


def _load_facts(tables: Tables, plan: Plan, roster: Roster | RosterFile, facts: Iterable[Fact] | Stored) -> int:
    """Make the view of the plan's facts; a table of the database is read where it lies."""
    if isinstance(facts, FactTable):
        tables.adopt("fact_source", facts.name)
    elif isinstance(facts, FactFile):
        tables.fill("fact_source", *file_batches(facts.path, plan.attributes))
    elif isinstance(roster, Roster):
        tables.put("fact_source", fact_table(facts, roster, plan.attributes))
    else:
        raise TypeError("facts as objects need the roster as objects")
    codes = isinstance(facts, Stored) and facts.codes
    if codes:
        tables.put("codes", code_table(roster))
    tables.view("all_facts", plan_facts(plan, tables.columns("fact_source"), codes=codes))
    known = facts.rows if isinstance(facts, FactTable) else 0
    return known or tables.count("fact_source")
