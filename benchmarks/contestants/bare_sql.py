"""One query that a good hand would write for DuckDB: price, sum, limit by windows, sum again; no chunks, no parts.

It takes the engine's own text for what a fact is worth, and knows of the rest only what this scheme has: categories and
totals are limited by the month alone, quarters and years matter to items alone.
"""

from os import sched_getaffinity
from pathlib import Path

import duckdb
import pyarrow as pa

from benchmarks.contestants.ours import Prepared
from benchmarks.contestants.ours import prepare as prepare
from benchmarks.rules import CATEGORIES, GRADE, GRADE_NEEDS_MONTHS, ITEMS, TOTAL_LIMITS, Limits
from linghang.engine.facts import FactFile
from linghang.engine.settle.backends.duck import Duck
from linghang.engine.settle.backends.sql import pricing
from linghang.engine.settle.backends.tables import people, plan_tables

FAR = 2**40
SPANS = ("month", "quarter", "year")


def settle(prepared: Prepared, facts: Path, _out: Path) -> dict[str, pa.Table]:
    plan, told = prepared.plan, people(prepared.plan, prepared.roster)
    with duckdb.connect(config={"threads": len(sched_getaffinity(0)), "preserve_insertion_order": False}) as db:
        db.execute("SET enable_progress_bar = false")
        duck = Duck(db)
        for name, rows in plan_tables(plan).items():
            duck.put(name, rows)
        duck.put("unscored", told.unscored)
        duck.put("people", told.members)
        duck.put("limits", _limits())
        duck.put("bases", pa.table({"category": [n for n, _ in enumerate(CATEGORIES)], **_bases()}))
        duck.load_facts(plan, prepared.roster, FactFile(facts))
        duck.view("facts", "SELECT * FROM all_facts")
        duck.keep("counted", _items(pricing(plan, has_unscored=told.has_unscored)))
        first = plan.months[0].index
        duck.keep("totals", _totals(first))
        names = " ".join(f"WHEN {n} THEN '{item.id}'" for n, item in enumerate(ITEMS))
        queries = {
            "items": f"SELECT subject, month, CASE item {names} END AS item, counted FROM counted",
            "months": "SELECT subject, month, total FROM totals",
            "quarters": _quarters(),
        }
        return {name: db.sql(sql).to_arrow_table() for name, sql in queries.items()}


def _sides(limits: Limits, span: str) -> tuple[int, int]:
    floor, cap = limits.get(span, (None, None))
    return -FAR if floor is None else floor, FAR if cap is None else cap


def _limits() -> pa.Table:
    ids = [c.id for c in CATEGORIES]
    columns = {"item": [*range(len(ITEMS))], "category": [ids.index(i.category) for i in ITEMS]}
    for span in SPANS:
        columns[f"{span}_low"], columns[f"{span}_high"] = zip(*(_sides(i.limits, span) for i in ITEMS), strict=True)
    return pa.table(columns)


def _bases() -> dict[str, list[int]]:
    low, high = zip(*(_sides(c.limits, "month") for c in CATEGORIES), strict=True)
    return {"base": [c.base for c in CATEGORIES], "low": low, "high": high}


def _clamp(value: str, span: str) -> str:
    return f"GREATEST({span}_low, LEAST({span}_high, {value}))"


def _moved(span: str, by: str, source: str) -> str:
    """What each month moves the span's running sum by, for items that have such a limit."""
    sums = f"SUM(v) OVER (PARTITION BY subject, item{by} ORDER BY month)"
    limited = f"{span}_low > {-FAR} OR {span}_high < {FAR}"
    chosen = "subject, month, item, * EXCLUDE (subject, month, item, v, so_far)"
    return f"""(SELECT {chosen}, {_clamp("so_far", span)} - {_clamp("so_far - v", span)} AS v
  FROM (SELECT *, {sums} AS so_far FROM {source} WHERE {limited})
  UNION ALL SELECT subject, month, item, * EXCLUDE (subject, month, item, v), v FROM {source} WHERE NOT ({limited}))"""


def _items(hits: str) -> str:
    return f"""
WITH sums AS (SELECT subject, month, item, SUM(points) AS points FROM ({hits}) GROUP BY subject, month, item),
by_month AS (SELECT s.subject, s.month, s.item, l.* EXCLUDE (item), {_clamp("s.points", "month")} AS v
  FROM sums s JOIN limits l ON l.item = s.item),
by_quarter AS {_moved("quarter", ", month // 3", "by_month")},
by_year AS {_moved("year", "", "by_quarter")}
SELECT CAST(subject AS INTEGER) AS subject, CAST(month AS INTEGER) AS month, item, category,
  CAST(v AS BIGINT) AS counted FROM by_year"""


def _totals(first: int) -> str:
    low, high = _sides(TOTAL_LIMITS, "month")
    return f"""
WITH calendar AS (SELECT {first} + n AS month, make_date(({first} + n) // 12, ({first} + n) % 12 + 1, 1) AS begin
  FROM range(12) t(n)),
scored AS (SELECT m.subject, c.month, day(last_day(begin)) AS length,
    date_diff('day', GREATEST(m.first, begin), LEAST(m.last, last_day(begin))) + 1 AS days
  FROM people m, calendar c WHERE NOT m.exempt AND m.first <= last_day(begin) AND m.last >= begin),
given AS (SELECT subject, month, category, SUM(counted) AS points FROM counted GROUP BY subject, month, category),
priced AS (SELECT s.subject, s.month, GREATEST(b.low, LEAST(b.high,
    (2 * b.base * s.days + s.length) // (2 * s.length) + COALESCE(g.points, 0))) AS points
  FROM scored s CROSS JOIN bases b
  LEFT JOIN given g ON g.subject = s.subject AND g.month = s.month AND g.category = b.category)
SELECT subject, CAST(month AS INTEGER) AS month, CAST(GREATEST({low}, LEAST({high}, SUM(points))) AS BIGINT) AS total
FROM priced GROUP BY subject, month"""


def _quarters() -> str:
    bands = " ".join(f"WHEN total >= {low} THEN '{band}'" for band, low in GRADE if low is not None)
    return f"""
SELECT subject, month, total,
  CASE WHEN scored < {GRADE_NEEDS_MONTHS} THEN NULL {bands} ELSE '{GRADE[-1][0]}' END AS band
FROM (SELECT subject, CAST(month // 3 * 3 + 2 AS INTEGER) AS month, CAST(SUM(total) AS BIGINT) AS total,
  COUNT(*) AS scored FROM totals GROUP BY subject, month // 3)"""
