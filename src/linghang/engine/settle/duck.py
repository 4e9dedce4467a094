"""Settlement on DuckDB: prices the facts by the SQL of `sql`, sums them up, limits the sums, hands the results on.

Members are settled in chunks, so that memory stays bounded however many facts there are; no result crosses members.
"""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from linghang.engine.facts import Fact, FactFile
from linghang.engine.packs.standing_model import Renew
from linghang.engine.periods import months_between, span_end
from linghang.engine.points import UNIT
from linghang.engine.roster import Roster
from linghang.engine.rules.plan import Plan
from linghang.engine.rules.prices import LAPSE
from linghang.engine.settle.columns import (
    EARLIEST,
    EXEMPT_DAYS,
    LATEST,
    RosterFile,
    exempt_table,
    fact_table,
    member_table,
)
from linghang.engine.settle.limits import Rules
from linghang.engine.settle.membership import Closed, Membership
from linghang.engine.settle.part_result import PartResult
from linghang.engine.settle.results import BEFORE, SCHEMAS
from linghang.engine.settle.sql import OPEN, counting, placed, pricing
from linghang.engine.settle.sql_further import standing
from linghang.engine.settle.sums import Hits

Progress = Callable[[str, int, int], None]
FACTS_PER_CHUNK = 10_000_000  # priced in one pass: their hits take about 160 MB
PARTS_PER_CHUNK = 60_000  # their numbers fit into 16 bits
CELLS_PER_PART = 1_500_000  # items × months × members that one core sums up and limits at once: about 60 MB
ROWS = 500_000  # hits that come from the database at once
TABLES = ("items", "categories", "months", "unknown")


class Sink(Protocol):
    """Takes the results of each part; several parts may come at the same time."""

    def take(self, part: int, result: PartResult) -> None: ...


class ArrowSink:
    """Keeps the results in memory: for what people look at."""

    def __init__(self, names: Iterable[str] = TABLES) -> None:
        self.parts: dict[str, dict[int, pa.Table]] = {name: {} for name in names}

    def take(self, part: int, result: PartResult) -> None:
        for name, found in self.parts.items():
            found[part] = result.table(name).cast(BEFORE if name == "before" else SCHEMAS[name])

    @property
    def tables(self) -> dict[str, pa.Table]:
        return {name: pa.concat_tables([found[n] for n in sorted(found)]) for name, found in self.parts.items()}


class ParquetSink:
    """Writes the results to `<folder>/<table>-<part>.parquet`: for runs that do not fit into memory."""

    def __init__(self, folder: Path, names: Iterable[str] = TABLES) -> None:
        self.folder, self.names = folder, frozenset(names)

    def take(self, part: int, result: PartResult) -> None:
        for name in self.names:
            pq.write_table(result.table(name), self.folder / f"{name}-{part:04d}.parquet", compression="zstd")


def settle_duck(
    plan: Plan, roster: Roster, facts: Iterable[Fact] | FactFile, closed: Closed, *, progress: Progress
) -> dict[str, pa.Table]:
    """Items, categories, months and unknowns of every month of the plan, and `before` where earlier years count."""
    sink = ArrowSink((*TABLES, "before") if plan.counts_back else TABLES)
    settle_columns(plan, roster, facts, closed, sink=sink, progress=progress)
    return sink.tables


def settle_columns(
    plan: Plan,
    roster: Roster | RosterFile,
    facts: Iterable[Fact] | FactFile,
    closed: Closed,
    *,
    sink: Sink,
    progress: Progress,
    memory_limit: str = "500MB",
    threads: int | None = None,
) -> None:
    """Settle chunk by chunk into the sink; with files on both sides nothing is held in Python."""
    cores = threads or len(os.sched_getaffinity(0))
    with duckdb.connect(config=_config(memory_limit, cores)) as db:
        db.execute("SET enable_progress_bar = false")  # progress is told by `tell`
        _load_plan(db, plan)
        count = _load_roster(db, plan, roster)
        rows = _load_facts(db, plan, roster, facts)
        if plan.stands:
            _stand(db, plan)
        work = _Work(plan, _membership(db, plan, closed), members=count, facts=rows, progress=progress)
        with ThreadPoolExecutor(cores) as pool:
            for chunk in work.chunks:
                work.limit(chunk, work.price(db, chunk), sink, pool)
    work.tell("results")


@dataclass(frozen=True)
class _Chunk:
    """Members at positions low … high − 1, in parts of `size`; `first`: how many parts come before."""

    low: int
    high: int
    size: int
    first: int

    @property
    def parts(self) -> range:
        return range(max(1, -(-(self.high - self.low) // self.size)))


class _Work:
    """Facts are read once per chunk, by all cores together; sums and limits go through a chunk in parts.

    A part is small enough for one core's cache, and each core takes the next one: none waits for another.
    """

    def __init__(self, plan: Plan, membership: Membership, *, members: int, facts: int, progress: Progress) -> None:
        self.plan, self.membership, self.progress, self.done = plan, membership, progress, 0
        self.rules = Rules(plan)
        self.items_months = (len(plan.items), plan.counts_back + len(plan.months))
        size = max(1, CELLS_PER_PART // max(1, len(plan.items) * self.items_months[1]))
        chunks = max(1, -(-facts // FACTS_PER_CHUNK), -(-members // (size * PARTS_PER_CHUNK)))
        self.chunks: list[_Chunk] = []
        parts = 0
        for n in range(chunks):
            chunk = _Chunk(members * n // chunks, members * (n + 1) // chunks, size, parts)
            self.chunks.append(chunk)
            parts += len(chunk.parts)
        self.total = chunks + parts

    def price(self, db: duckdb.DuckDBPyConnection, chunk: _Chunk) -> Hits:
        """The chunk's facts as hits, laid out by part while they come."""
        self.tell("pricing")
        within = f"subject >= {chunk.low} AND subject < {chunk.high}"
        db.execute(f"CREATE OR REPLACE TEMP VIEW facts AS SELECT * FROM all_facts WHERE {within}")
        if self.plan.stands:
            db.execute(f"CREATE OR REPLACE TEMP VIEW standings AS SELECT * FROM all_standings WHERE {within}")
        has_unscored = bool(db.execute("SELECT 1 FROM unscored LIMIT 1").fetchall())
        hits = placed(self.plan, pricing(self.plan, has_unscored=has_unscored), low=chunk.low, size=chunk.size)
        found = Hits(db.sql(hits).to_arrow_reader(ROWS), len(chunk.parts))
        self.done += 1
        return found

    def limit(self, chunk: _Chunk, hits: Hits, sink: Sink, pool: ThreadPoolExecutor) -> None:
        """Settle the chunk's parts, each by the next core that is free."""

        def settle(part: int) -> None:
            low = chunk.low + part * chunk.size
            who = self.membership.between(low, min(low + chunk.size, chunk.high))
            sums = hits.sums(part, (*self.items_months, chunk.size)).of_first(who.scored.shape[1])
            sink.take(chunk.first + part, PartResult(self.rules, who, sums))

        for _ in pool.map(settle, chunk.parts):
            self.done += 1
            self.tell("limits")

    def tell(self, name: str) -> None:
        self.progress(name, self.done, self.total)


def _config(memory_limit: str, threads: int) -> dict[str, Any]:
    return {"memory_limit": memory_limit, "preserve_insertion_order": False, "threads": threads}


# --- in ------------------------------------------------------------------------------------------------------------


def _put(db: duckdb.DuckDBPyConnection, name: str, columns: dict[str, tuple[pa.DataType, list[Any]]]) -> None:
    arrow = pa.table({column: pa.array(values, kind) for column, (kind, values) in columns.items()})
    db.register("incoming", arrow)
    db.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM incoming")
    db.unregister("incoming")


def _load_plan(db: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    earlier = range(plan.reads_from.index, plan.months[0].index)  # priced as in the plan's first month
    months = [*earlier, *(m.index for m in plan.months)]
    columns = {"month": (pa.int32(), months), "epoch": (pa.int32(), [plan.epochs[0]] * len(earlier) + [*plan.epochs])}
    _put(db, "months", columns)
    _put(db, "truth", _truth_columns(plan))


def _truth_columns(plan: Plan) -> dict[str, tuple[pa.DataType, list[Any]]]:
    rows = plan.truth
    edges = [(-OPEN, *plan.buckets.get(r.kind, ()), OPEN) for r in rows]
    columns: dict[str, tuple[pa.DataType, list[Any]]] = {
        "epoch": (pa.int32(), [r.epoch for r in rows]),
        "kind": (pa.string(), [r.kind for r in rows]),
        "low": (pa.int64(), [e[r.bucket] for e, r in zip(edges, rows, strict=True)]),
        "high": (pa.int64(), [e[r.bucket + 1] for e, r in zip(edges, rows, strict=True)]),
        "item": (pa.int32(), [r.match.item for r in rows]),
        "excuse": (pa.bool_(), [r.match.excuse for r in rows]),
        "constant": (pa.int64(), [r.match.price.constant for r in rows]),
        "rate": (pa.int64(), [r.match.price.rate for r in rows]),
        "per": (pa.int64(), [r.match.price.per for r in rows]),
        "whole": (pa.bool_(), [r.match.price.whole_steps for r in rows]),
    }
    if any(r.match.price.pivot or r.match.price.below for r in rows):
        columns["pivot"] = (pa.int64(), [r.match.price.pivot for r in rows])
        columns["below"] = (pa.bool_(), [r.match.price.below for r in rows])
    if any(i.item.valid and i.item.valid.renew is not Renew.ADD for i in plan.items):
        columns["lapse"] = (pa.bool_(), [r.match.row == LAPSE for r in rows])
    return columns | {f"a{n}": (pa.string(), [r.values[n] for r in rows]) for n in range(len(plan.attributes))}


def _load_roster(db: duckdb.DuckDBPyConnection, plan: Plan, roster: Roster | RosterFile) -> int:
    """Load who is scored when; gives the number of members."""
    if isinstance(roster, RosterFile):
        source = db.read_parquet(str(roster.path))
        exempt = EXEMPT_DAYS.empty_table()
    else:
        source, exempt = db.from_arrow(member_table(roster)), exempt_table(roster)
    source.create_view("roster_source")
    _put(db, "exempt_classes", {"class": (pa.string(), sorted(plan.exempt_classes()))})
    db.execute(
        """CREATE TEMP TABLE all_members AS
        SELECT CAST(subject AS INTEGER) AS subject, organisation,
               COALESCE(class, '') IN (SELECT class FROM exempt_classes) AS exempt,
               COALESCE(first, $earliest) AS first, COALESCE(last, $latest) AS last
        FROM roster_source""",
        {"earliest": EARLIEST, "latest": LATEST},
    )
    names = exempt.column_names
    _put(db, "exempt_days", {n: (exempt.schema.field(n).type, exempt[n].to_pylist()) for n in names})
    db.execute(
        """CREATE TEMP TABLE unscored AS
        SELECT subject, first, last FROM exempt_days
        UNION ALL SELECT subject, $earliest, $latest FROM all_members WHERE exempt
        UNION ALL SELECT subject, $earliest, first - 1 FROM all_members WHERE NOT exempt AND first > $begin
        UNION ALL SELECT subject, last + 1, $latest FROM all_members WHERE NOT exempt AND last < $end""",
        {"earliest": EARLIEST, "latest": LATEST, "begin": plan.reads_from.first, "end": plan.months[-1].last},
    )
    return roster.count if isinstance(roster, RosterFile) else len(roster)


def _membership(db: duckdb.DuckDBPyConnection, plan: Plan, closed: Closed) -> Membership:
    sql = """SELECT first, CASE WHEN exempt THEN first - 1 ELSE last END AS last, organisation
        FROM all_members ORDER BY subject"""
    if plan.has_classes:
        sql = """SELECT m.first, CASE WHEN exempt THEN m.first - 1 ELSE m.last END AS last, m.organisation,
            COALESCE(r.class, '') AS class FROM all_members m JOIN roster_source r ON r.subject = m.subject
            ORDER BY m.subject"""
    members = db.sql(sql).to_arrow_table()
    exempt = db.sql("SELECT subject, first, last FROM exempt_days").to_arrow_table()
    earlier = months_between(plan.months[0] + -plan.counts_back, plan.months[0] + -1) if plan.counts_back else ()
    sized = any(i.item.group_size for i in plan.items)
    closed_by = closed if plan.needs_closing else None
    return Membership(plan.months, members, exempt, closed_by, earlier=earlier, sized=sized, across=plan.stands)


def _stand(db: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    """Where everybody stands in each span that is over: the one step that looks from one member to another."""
    has_unscored = bool(db.execute("SELECT 1 FROM unscored LIMIT 1").fetchall())
    db.execute("CREATE TEMP VIEW facts AS SELECT * FROM all_facts")
    db.execute(f"""CREATE TEMP TABLE counted AS SELECT subject, month, item, SUM(points) AS count FROM (
{counting(plan, has_unscored=has_unscored)}
    ) GROUP BY ALL""")
    db.execute("CREATE TEMP TABLE all_standings (subject INTEGER, month INTEGER, item INTEGER, points BIGINT)")
    for item in (i for i in plan.items if i.stands):
        classes = {f"classes{item.number}": list(item.item.classes)} if item.item.classes else {}
        for month in (m for m in plan.months if span_end(m, item.standing_span) == m):
            sql = f"INSERT INTO all_standings {standing(plan, item, month)}"
            db.execute(sql, {"day": month.last} | classes)


def _load_facts(
    db: duckdb.DuckDBPyConnection, plan: Plan, roster: Roster | RosterFile, facts: Iterable[Fact] | FactFile
) -> int:
    """Make the view of the plan's facts; gives how many rows the source has."""
    if isinstance(facts, FactFile):
        source = db.read_parquet(str(facts.path))
    elif isinstance(roster, Roster):
        source = db.from_arrow(fact_table(facts, roster, plan.attributes))
    else:
        raise TypeError("facts as objects need the roster as objects")
    count = int(source.aggregate("count(*)").fetchall()[0][0])
    if isinstance(facts, FactFile):
        source = _standing(db, source, facts, roster)
    column, present = duckdb.ColumnExpression, set(source.columns)
    chosen = [column(n) for n in ("subject", "occurred_on", "kind", "sequence")]
    one = duckdb.ConstantExpression(UNIT).cast("BIGINT").alias("quantity")
    chosen.append(column("quantity") if "quantity" in present else one)
    empty = duckdb.ConstantExpression(None).cast("VARCHAR")
    none = duckdb.ConstantExpression("")
    event = duckdb.CoalesceOperator(column("event").cast("VARCHAR"), none) if "event" in present else none
    chosen.append(event.alias("event"))
    for number, attribute in enumerate(plan.attributes):
        value = column(attribute) if attribute in present else empty
        chosen.append(value.alias(f"a{number}"))
    first, last = plan.reads_from.first, plan.months[-1].last
    day = column("occurred_on")
    within = (day >= duckdb.ConstantExpression(first)) & (day <= duckdb.ConstantExpression(last))
    source.filter(within).select(*chosen).create_view("all_facts")
    return count


def _standing(
    db: duckdb.DuckDBPyConnection, source: duckdb.DuckDBPyRelation, file: FactFile, roster: Roster | RosterFile
) -> duckdb.DuckDBPyRelation:
    """The file's facts without reversals and what they cancel, subjects as positions."""
    source.create_view("fact_source")
    if {"record", "reverses"} <= set(source.columns):
        source = db.sql("""SELECT f.* FROM fact_source f WHERE COALESCE(f.reverses, '') = '' AND NOT EXISTS
            (SELECT 1 FROM fact_source r WHERE r.reverses <> '' AND r.reverses = f.record AND r.subject = f.subject)""")
    if not file.codes:
        return source
    if not isinstance(roster, Roster):
        raise TypeError("subjects by code need the roster as objects")
    codes = [m.code for m in roster]
    _put(db, "codes", {"code": (pa.string(), codes), "position": (pa.int32(), list(range(len(codes))))})
    source.create_view("fact_standing")
    return db.sql("""SELECT c.position AS subject, f.* EXCLUDE (subject)
        FROM fact_standing f JOIN codes c ON c.code = f.subject""")
