"""Settlement on DuckDB: loads plan, roster and facts as tables, runs the stages of `sql`, hands the results on.

Members are settled in chunks, so that memory stays bounded however many facts there are; no result crosses members.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Protocol

import duckdb
import pyarrow as pa

from linghang.engine.facts import Fact
from linghang.engine.periods import Month
from linghang.engine.points import UNIT
from linghang.engine.roster import Roster
from linghang.engine.rules.plan import SPANS, Bounds, Plan
from linghang.engine.settle.columns import (
    EARLIEST,
    EXEMPT_DAYS,
    LATEST,
    FactFile,
    RosterFile,
    arrow,
    exempt_table,
    fact_table,
    member_table,
)
from linghang.engine.settle.results import SCHEMAS, State
from linghang.engine.settle.sql import LETTER, OPEN, pricing, statements

Progress = Callable[[str, int, int], None]
Closed = frozenset[tuple[str, Month]]
FACTS_PER_CHUNK = 10_000_000  # priced in one pass: their groups fit into about half a gigabyte
FACTS_PER_PART = 625_000  # what one core limits and sums at once
HELPER_MEMORY = "150MB"
TABLES = ("items", "categories", "months", "unknown")


class Sink(Protocol):
    """Takes the results of each part while its tables are there; several parts may come at the same time."""

    def take(self, part: int, db: duckdb.DuckDBPyConnection, queries: dict[str, str]) -> None: ...


class ArrowSink:
    """Keeps the results in memory: for what people look at."""

    def __init__(self) -> None:
        self.parts: dict[str, dict[int, pa.Table]] = {name: {} for name in TABLES}

    def take(self, part: int, db: duckdb.DuckDBPyConnection, queries: dict[str, str]) -> None:
        for name, sql in queries.items():
            self.parts[name][part] = arrow(db, sql, SCHEMAS[name])

    @property
    def tables(self) -> dict[str, pa.Table]:
        return {name: pa.concat_tables([found[n] for n in sorted(found)]) for name, found in self.parts.items()}


class ParquetSink:
    """Writes the results to `<folder>/<table>-<part>.parquet`: for runs that do not fit into memory."""

    def __init__(self, folder: Path, names: Iterable[str] = TABLES) -> None:
        self.folder, self.names = folder, frozenset(names)

    def take(self, part: int, db: duckdb.DuckDBPyConnection, queries: dict[str, str]) -> None:
        for name in self.names & queries.keys():
            path = str(self.folder / f"{name}-{part:04d}.parquet")
            db.sql(queries[name]).write_parquet(path, compression="zstd")


def settle_duck(
    plan: Plan, roster: Roster, facts: Iterable[Fact] | FactFile, closed: Closed, *, progress: Progress
) -> dict[str, pa.Table]:
    """Items, categories, months and unknowns of every month of the plan."""
    sink = ArrowSink()
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
    memory_limit: str = "700MB",
    threads: int | None = None,
) -> None:
    """Settle chunk by chunk into the sink; with files on both sides nothing is held in Python."""
    cores = threads or len(os.sched_getaffinity(0))
    with ExitStack() as opened:
        db = opened.enter_context(duckdb.connect(config=_config(memory_limit, cores)))
        _load_plan(db, plan)
        count = _load_roster(db, plan, roster, closed)
        rows = _load_facts(db, plan, roster, facts)
        work = _Work(plan, members=count, facts=rows, progress=progress)
        helpers = [opened.enter_context(duckdb.connect(config=_config(HELPER_MEMORY, 1))) for _ in work.helpers(cores)]
        pool = opened.enter_context(ThreadPoolExecutor(max(1, len(helpers))))

        def prepare(helper: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
            _load_plan(helper, plan)
            _load_roster(helper, plan, roster, closed)
            return helper

        ready = [pool.submit(prepare, helper) for helper in helpers]  # while the facts are priced
        for chunk in work.chunks:
            work.price(db, chunk)
            if helpers:
                work.limit_together(db, [future.result() for future in ready], chunk, sink, pool)
            else:
                work.limit(db, "all_hits", next(iter(chunk.parts)), sink)
        work.tell("results")


Range = tuple[int, int]  # positions of members, the last one excluded


@dataclass(frozen=True)
class _Chunk:
    members: Range
    parts: dict[int, Range]  # by number over all chunks


class _Work:
    """Facts are read once per chunk, by all cores together; limits and sums go through a chunk part by part.

    A part is small enough for one core's cache, and each core takes the next one: none waits for another.
    """

    def __init__(self, plan: Plan, *, members: int, facts: int, progress: Progress) -> None:
        self.plan, self.progress, self.done = plan, progress, 0
        ranges = list(_ranges((0, members), -(-facts // FACTS_PER_CHUNK)))
        each = max(1, -(-facts // (FACTS_PER_PART * len(ranges))))
        self.chunks = [_Chunk(chunk, dict(enumerate(_ranges(chunk, each), n * each))) for n, chunk in enumerate(ranges)]
        self.total = len(ranges) * (1 + each)

    def helpers(self, cores: int) -> range:
        """As many as can be busy; none when there is one part only."""
        most = max(len(c.parts) for c in self.chunks)
        return range(min(cores, most) if len(self.chunks) * most > 1 else 0)

    def price(self, db: duckdb.DuckDBPyConnection, chunk: _Chunk) -> None:
        self.tell("pricing")
        _narrow(db, {"facts": "all_facts"}, chunk.members, whole=len(self.chunks) == 1)
        has_unscored = bool(db.execute("SELECT 1 FROM unscored LIMIT 1").fetchall())
        db.execute(pricing(self.plan, has_unscored=has_unscored))
        self.done += 1

    def limit(self, db: duckdb.DuckDBPyConnection, priced: str, part: int, sink: Sink) -> None:
        """Settle one part, whose members are already chosen."""
        found = next(c.parts[part] for c in self.chunks if part in c.parts)
        _narrow(db, {"members": "all_members", "hits": priced}, found)
        for _, sql in statements(self.plan):
            db.execute(sql)
        sink.take(part, db, _result_queries(self.plan))

    def limit_together(
        self,
        db: duckdb.DuckDBPyConnection,
        helpers: list[duckdb.DuckDBPyConnection],
        chunk: _Chunk,
        sink: Sink,
        pool: ThreadPoolExecutor,
    ) -> None:
        """Settle the chunk's parts, each by the next helper that is free."""
        free: SimpleQueue[duckdb.DuckDBPyConnection] = SimpleQueue()
        for helper in helpers:
            free.put(helper)

        def settle(part: int) -> None:
            helper, (low, high) = free.get(), chunk.parts[part]
            try:
                with db.cursor() as reader:
                    rows = reader.sql(f"SELECT * FROM all_hits WHERE subject >= {low} AND subject < {high}")
                    helper.register("item_part", rows.to_arrow_table())
                self.limit(helper, "item_part", part, sink)
            finally:
                helper.unregister("item_part")
                free.put(helper)

        for _ in pool.map(settle, chunk.parts):
            self.done += 1
            self.tell("limits")

    def tell(self, name: str) -> None:
        self.progress(name, self.done, self.total)


def _narrow(db: duckdb.DuckDBPyConnection, views: dict[str, str], within: Range, *, whole: bool = False) -> None:
    """Let each view show its table's rows of the members in the range."""
    low, high = within
    where = "" if whole else f" WHERE subject >= {low} AND subject < {high}"
    for view, table in views.items():
        db.execute(f"CREATE OR REPLACE TEMP VIEW {view} AS SELECT * FROM {table}{where}")


def _ranges(within: Range, count: int) -> Iterator[Range]:
    """The range in so many parts (at least one) of about equally many members."""
    (first, end), count = within, max(1, count)
    for number in range(count):
        yield first + (end - first) * number // count, first + (end - first) * (number + 1) // count


def _config(memory_limit: str, threads: int | None) -> dict[str, Any]:
    config: dict[str, Any] = {"memory_limit": memory_limit, "preserve_insertion_order": False}
    return config | ({"threads": threads} if threads else {})


# --- in ------------------------------------------------------------------------------------------------------------


def _put(db: duckdb.DuckDBPyConnection, name: str, columns: dict[str, tuple[pa.DataType, list[Any]]]) -> None:
    arrow = pa.table({column: pa.array(values, kind) for column, (kind, values) in columns.items()})
    db.register("incoming", arrow)
    db.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM incoming")
    db.unregister("incoming")


def _load_plan(db: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    _put(db, "months", _month_columns(plan))
    _put(db, "item_names", _names([i.id for i in plan.items]))
    _put(db, "category_names", _names([c.id for c in plan.categories]))
    for table in ("item_names", "category_names"):  # enumerations: one byte a row instead of a text
        db.execute(f"CREATE TYPE {table}_id AS ENUM (SELECT id FROM {table} ORDER BY number)")
        db.execute(f"ALTER TABLE {table} ALTER id TYPE {table}_id")
    _put(db, "truth", _truth_columns(plan))
    _put(db, "item_limits", _item_limit_columns(plan))
    nodes = {f"c{c.number}": c.bounds for c in plan.categories} | {"t": plan.total}
    columns: dict[str, tuple[pa.DataType, list[Any]]] = {"month": (pa.int32(), [m.index for m in plan.months])}
    for node, bounds in nodes.items():
        for name, values in _bound_columns(bounds, range(len(plan.months))).items():
            columns[f"{node}_{name}"] = (pa.int64(), values)
    _put(db, "node_limits", columns)
    rows = [(m.index, i, n) for n, m in enumerate(plan.months) for i in plan.items if i.is_norm]
    _put(
        db,
        "norms",
        {
            "month": (pa.int32(), [month for month, _, _ in rows]),
            "item": (pa.int32(), [i.number for _, i, _ in rows]),
            "at_least": (pa.int64(), [i.at_least for _, i, _ in rows]),
            "short": (pa.int64(), [i.short[n] for _, i, n in rows]),
        },
    )


def _month_columns(plan: Plan) -> dict[str, tuple[pa.DataType, list[Any]]]:
    months = plan.months
    columns: dict[str, tuple[pa.DataType, list[Any]]] = {
        "month": (pa.int32(), [m.index for m in months]),
        "first": (pa.date32(), [m.first for m in months]),
        "last": (pa.date32(), [m.last for m in months]),
        "days": (pa.int64(), [m.days for m in months]),
        "epoch": (pa.int32(), list(plan.epochs)),
    }
    return columns | {f"b{c.number}": (pa.int64(), list(c.base)) for c in plan.categories}


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
    return columns | {f"a{n}": (pa.string(), [r.values[n] for r in rows]) for n in range(len(plan.attributes))}


def _bound_columns(bounds: Bounds, months: Iterable[int]) -> dict[str, list[int]]:
    columns: dict[str, list[int]] = {}
    for number in months:
        for span in SPANS:
            floor, cap = bounds.at(number, span)
            columns.setdefault(f"{LETTER[span]}f", []).append(-OPEN if floor is None else floor)
            columns.setdefault(f"{LETTER[span]}c", []).append(OPEN if cap is None else cap)
    return columns


def _item_limit_columns(plan: Plan) -> dict[str, tuple[pa.DataType, list[Any]]]:
    count = len(plan.months)
    columns: dict[str, tuple[pa.DataType, list[Any]]] = {
        "month": (pa.int32(), [m.index for _ in plan.items for m in plan.months]),
        "item": (pa.int32(), [i.number for i in plan.items for _ in range(count)]),
        "category": (pa.int32(), [i.category for i in plan.items for _ in range(count)]),
    }
    each = [_bound_columns(i.bounds, range(count)) for i in plan.items]
    for name in ("mf", "mc", "qf", "qc", "yf", "yc"):
        columns[name] = (pa.int64(), [v for bounds in each for v in bounds[name]])
    return columns


def _load_roster(db: duckdb.DuckDBPyConnection, plan: Plan, roster: Roster | RosterFile, closed: Closed) -> int:
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
        {"earliest": EARLIEST, "latest": LATEST, "begin": plan.months[0].first, "end": plan.months[-1].last},
    )
    _put(
        db,
        "closed",
        {
            "organisation": (pa.string(), [o for o, _ in closed]),
            "month": (pa.int32(), [m.index for _, m in closed]),
        },
    )
    return roster.count if isinstance(roster, RosterFile) else len(roster)


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
    first, last = plan.months[0].first, plan.months[-1].last
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


# --- out -----------------------------------------------------------------------------------------------------------


def _result_queries(plan: Plan) -> dict[str, str]:
    """What the chunk's tables say in the columns of `results`."""
    items = """SELECT c.subject, c.month, n.id AS item, c.priced, c.counted, c.facts
        FROM item_counted c JOIN item_names n ON n.number = c.item"""
    months = f"""SELECT r.subject, r.month,
        CASE WHEN r.scored = 0 THEN '{State.EXEMPT}' WHEN r.closed THEN '{State.COMPLETE}'
             ELSE '{State.PROVISIONAL}' END AS state,
        s.total_priced AS priced, s.total AS counted
        FROM roster_month r LEFT JOIN subject_month s ON s.subject = r.subject AND s.month = r.month"""
    parts = " UNION ALL ".join(
        f"SELECT subject, month, {c.number} AS number, b{c.number} AS base, c{c.number} AS priced,"
        f" c{c.number}_counted AS counted FROM subject_month"
        for c in plan.categories
    )
    categories = f"""SELECT p.subject, p.month, n.id AS category, p.base, p.priced, p.counted
        FROM ({parts}) p JOIN category_names n ON n.number = p.number"""
    unknown = "SELECT CAST(NULL AS INT) AS subject, CAST(NULL AS INT) AS month, '' AS item WHERE FALSE"
    if any(i.is_norm for i in plan.items):
        unknown = "SELECT u.subject, u.month, n.id AS item FROM unknown u JOIN item_names n ON n.number = u.item"
    return {"items": items, "categories": categories, "months": months, "unknown": unknown}


def _names(ids: list[str]) -> dict[str, tuple[pa.DataType, list[Any]]]:
    return {"number": (pa.int32(), list(range(len(ids)))), "id": (pa.string(), list(ids))}
