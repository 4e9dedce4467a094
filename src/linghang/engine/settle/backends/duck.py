"""Settlement on DuckDB: prices the facts by the SQL of `sql`, in process; what follows is that of `parts`."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from linghang.engine.facts import Fact, FactFile, FactTable, Stored
from linghang.engine.roster import Roster
from linghang.engine.rules.plan import Plan
from linghang.engine.settle.backends.backend import stand
from linghang.engine.settle.backends.columns import RosterFile, fact_table
from linghang.engine.settle.backends.fact_view import plan_facts
from linghang.engine.settle.backends.sql import placed, pricing
from linghang.engine.settle.backends.tables import code_table, membership, people, plan_tables
from linghang.engine.settle.fast import FROM_FACTS
from linghang.engine.settle.kept import KeptParts, run_key
from linghang.engine.settle.membership import Closed
from linghang.engine.settle.parts import ArrowSink, Chunk, Progress, Sink, Work

ROWS, MANY_ROWS = 500_000, 2_000_000  # hits that come from the database at once


def settle_duck(
    plan: Plan,
    roster: Roster,
    facts: Iterable[Fact] | Stored,
    closed: Closed,
    *,
    progress: Progress,
    kept: Path | None = None,
) -> dict[str, pa.Table]:
    """Items, categories, months and unknowns of every month of the plan, and `before` where earlier years count.

    With the folder `kept`, what is settled of a file of facts outlives a run that is killed.
    """
    sink: ArrowSink | KeptParts = ArrowSink.of(plan)
    if kept and isinstance(facts, FactFile):
        sink = KeptParts.of(plan, kept, run_key(plan, roster, facts, closed))
    settle_columns(plan, roster, facts, closed, sink=sink, progress=progress)
    return sink.tables


def settle_columns(
    plan: Plan,
    roster: Roster | RosterFile,
    facts: Iterable[Fact] | Stored,
    closed: Closed,
    *,
    sink: Sink,
    progress: Progress,
    memory_limit: str = "500MB",
    threads: int | None = None,
) -> None:
    """Settle chunk by chunk into the sink; with files on both sides no fact is held in Python."""
    cores = threads or len(os.sched_getaffinity(0))
    told = people(plan, roster)
    with duckdb.connect(config=_config(memory_limit, cores)) as db:
        db.execute("SET enable_progress_bar = false")  # progress is told by `parts`
        duck = Duck(db)
        for name, rows in plan_tables(plan).items():
            duck.put(name, rows)
        for name, rows in told.tables.items():
            duck.put(name, rows)
        count = duck.load_facts(plan, roster, facts)
        if plan.stands:
            duck.view("facts", "SELECT * FROM all_facts")
            stand(duck, plan, told)
        hits = pricing(plan, has_unscored=told.has_unscored, changing=told.changing)

        def priced(chunk: Chunk) -> Iterable[pa.RecordBatch]:
            within = f"subject >= {chunk.low} AND subject < {chunk.high}"
            duck.view("facts", f"SELECT * FROM all_facts WHERE {within}")
            if plan.stands:
                duck.view("standings", f"SELECT * FROM all_standings WHERE {within}")
            return duck.batches(placed(plan, hits, low=chunk.low, size=chunk.size))

        work = Work(plan, membership(plan, told, closed), members=told.count, rows=count, progress=progress)
        work.settle(priced, sink, cores)


def _config(memory_limit: str, threads: int) -> dict[str, Any]:
    return {"memory_limit": memory_limit, "preserve_insertion_order": False, "threads": threads}


class Duck:
    """A DuckDB database as the settlement's backend."""

    def __init__(self, db: duckdb.DuckDBPyConnection) -> None:
        self.db, self.at_once = db, ROWS

    def put(self, name: str, rows: pa.Table) -> None:
        self.db.register("incoming", rows)
        self.db.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM incoming")
        self.db.unregister("incoming")

    def view(self, name: str, sql: str) -> None:
        self.db.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {sql}")

    def keep(self, name: str, sql: str) -> None:
        self.db.execute(f"CREATE TEMP TABLE {name} AS {sql}")

    def batches(self, sql: str) -> Iterable[pa.RecordBatch]:
        found: Iterable[pa.RecordBatch] = self.db.sql(sql).to_arrow_reader(self.at_once)
        return found

    def answers(self, sql: str) -> list[Any]:
        """All rows of a small result, as Python knows them."""
        return list(self.db.execute(sql).fetchall())

    def load_facts(self, plan: Plan, roster: Roster | RosterFile, facts: Iterable[Fact] | Stored) -> int:
        """Make the view of the plan's facts; gives how many rows the source has."""
        if isinstance(facts, FactTable):
            raise TypeError("facts in a database are settled by the engine that works there")
        codes = isinstance(facts, FactFile) and facts.codes
        if isinstance(facts, FactFile):
            source = self.db.read_parquet(str(facts.path))
        elif isinstance(roster, Roster):
            source = self.db.from_arrow(fact_table(facts, roster, plan.attributes))
        else:
            raise TypeError("facts as objects need the roster as objects")
        if codes:
            self.put("codes", code_table(roster))
        source.create_view("fact_source")
        self.view("all_facts", plan_facts(plan, source.columns, codes=codes))
        count = int(source.aggregate("count(*)").fetchall()[0][0])
        self.at_once = ROWS if count < FROM_FACTS else MANY_ROWS  # a step that is compiled wants fewer calls
        return count
