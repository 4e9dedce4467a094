"""Settlement on DuckDB: loads plan, roster and facts as tables, runs the stages of `sql`, reads the results back."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa

from linghang.engine.facts import Fact
from linghang.engine.periods import Month
from linghang.engine.roster import Roster
from linghang.engine.rules.plan import SPANS, Bounds, Plan
from linghang.engine.settle.columns import FactFile, arrow, fact_table
from linghang.engine.settle.results import SCHEMAS, State
from linghang.engine.settle.sql import LETTER, OPEN, statements

Progress = Callable[[str, int, int], None]
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 12, 31)


def settle_duck(
    plan: Plan,
    roster: Roster,
    facts: Iterable[Fact] | FactFile,
    closed: frozenset[tuple[str, Month]],
    *,
    progress: Progress,
    memory_limit: str = "800MB",
    threads: int | None = None,
) -> dict[str, pa.Table]:
    """Items, categories, months and unknowns of every month of the plan."""
    with duckdb.connect(config=_config(memory_limit, threads)) as db:
        _load_plan(db, plan)
        has_unscored = _load_roster(db, plan, roster, closed)
        _load_facts(db, plan, roster, facts)
        steps = statements(plan, has_unscored=has_unscored)
        for number, (name, sql) in enumerate(steps):
            progress(name, number, len(steps))
            db.execute(sql)
        progress("results", len(steps), len(steps))
        return _results(db, plan)


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
        "quarter": (pa.int32(), [m.quarter for m in months]),
        "year": (pa.int32(), [m.year for m in months]),
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


def _load_roster(
    db: duckdb.DuckDBPyConnection, plan: Plan, roster: Roster, closed: frozenset[tuple[str, Month]]
) -> bool:
    """Load who is scored when; says whether anybody is out on some day of the plan."""
    members, exempt_classes = roster.members, plan.exempt_classes()
    _put(
        db,
        "members",
        {
            "subject": (pa.int32(), list(range(len(members)))),
            "organisation": (pa.string(), [m.organisation for m in members]),
            "exempt": (pa.bool_(), [m.member_class in exempt_classes for m in members]),
            "first": (pa.date32(), [m.active.first or EARLIEST for m in members]),
            "last": (pa.date32(), [m.active.last or LATEST for m in members]),
        },
    )
    away = [(n, e) for n, m in enumerate(members) for e in m.exempt]
    _put(
        db,
        "exempt_days",
        {
            "subject": (pa.int32(), [n for n, _ in away]),
            "first": (pa.date32(), [e.first or EARLIEST for _, e in away]),
            "last": (pa.date32(), [e.last or LATEST for _, e in away]),
        },
    )
    _put(
        db,
        "closed",
        {
            "organisation": (pa.string(), [o for o, _ in closed]),
            "month": (pa.int32(), [m.index for _, m in closed]),
        },
    )
    db.execute("""CREATE TEMP TABLE unscored AS
        SELECT subject, first, last FROM exempt_days
        UNION ALL SELECT subject, DATE '1800-01-01', first - 1 FROM members WHERE first > ?
        UNION ALL SELECT subject, last + 1, DATE '2300-01-01' FROM members WHERE last < ?""",
        [plan.months[0].first, plan.months[-1].last],
    )  # fmt: skip
    return bool(db.execute("SELECT 1 FROM unscored LIMIT 1").fetchall())


def _load_facts(db: duckdb.DuckDBPyConnection, plan: Plan, roster: Roster, facts: Iterable[Fact] | FactFile) -> None:
    if isinstance(facts, FactFile):
        source = db.read_parquet(str(facts.path))
    else:
        source = db.from_arrow(fact_table(facts, roster, plan.attributes))
    column, present = duckdb.ColumnExpression, set(source.columns)
    names = ["subject", "occurred_on", "kind", "quantity", "sequence"]
    chosen = [column(n) for n in names]
    empty = duckdb.ConstantExpression(None).cast("VARCHAR")
    chosen.append(column("event") if "event" in present else duckdb.ConstantExpression("").alias("event"))
    for number, attribute in enumerate(plan.attributes):
        value = column(attribute) if attribute in present else empty
        chosen.append(value.alias(f"a{number}"))
    first, last = plan.months[0].first, plan.months[-1].last
    day = column("occurred_on")
    within = (day >= duckdb.ConstantExpression(first)) & (day <= duckdb.ConstantExpression(last))
    source.filter(within).select(*chosen).create_view("facts")


# --- out -----------------------------------------------------------------------------------------------------------


def _results(db: duckdb.DuckDBPyConnection, plan: Plan) -> dict[str, pa.Table]:
    _put(db, "item_names", _names([i.id for i in plan.items]))
    items = """SELECT c.subject, c.month, n.id AS item, c.priced, c.counted, c.facts
        FROM item_counted c JOIN item_names n ON n.number = c.item"""
    unknown = "SELECT CAST(NULL AS INT) AS subject, CAST(NULL AS INT) AS month, '' AS item WHERE FALSE"
    if any(i.is_norm for i in plan.items):
        unknown = "SELECT u.subject, u.month, n.id AS item FROM unknown u JOIN item_names n ON n.number = u.item"
    months = f"""SELECT r.subject, r.month,
        CASE WHEN r.scored = 0 THEN '{State.EXEMPT}' WHEN r.closed THEN '{State.COMPLETE}'
             ELSE '{State.PROVISIONAL}' END AS state,
        s.total_priced AS priced, s.total AS counted
        FROM roster_month r LEFT JOIN subject_month s ON s.subject = r.subject AND s.month = r.month"""
    return {
        "items": _fetch(db, "items", items),
        "categories": _categories(db, plan),
        "months": _fetch(db, "months", months),
        "unknown": _fetch(db, "unknown", unknown),
    }


def _names(ids: list[str]) -> dict[str, tuple[pa.DataType, list[Any]]]:
    return {"number": (pa.int32(), list(range(len(ids)))), "id": (pa.string(), list(ids))}


def _categories(db: duckdb.DuckDBPyConnection, plan: Plan) -> pa.Table:
    _put(db, "category_names", _names([c.id for c in plan.categories]))
    parts = " UNION ALL ".join(
        f"SELECT subject, month, {c.number} AS number, b{c.number} AS base, c{c.number} AS priced,"
        f" c{c.number}_counted AS counted FROM subject_month"
        for c in plan.categories
    )
    sql = f"""SELECT p.subject, p.month, n.id AS category, p.base, p.priced, p.counted
        FROM ({parts}) p JOIN category_names n ON n.number = p.number"""
    return _fetch(db, "categories", sql)


def _fetch(db: duckdb.DuckDBPyConnection, name: str, sql: str) -> pa.Table:
    return arrow(db, sql, SCHEMAS[name])
