"""From months to stars and proposal lists: sums over quarter and year, thresholds, and who meets all conditions.

A grade is given for spans that are over. Its total is the sum of the span's months and of the adjustments booked within
it. Grades of final spans do not move; those of a year are only final when what came late is booked (年终关账).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from linghang.engine.packs.grade_model import Condition
from linghang.engine.packs.model import GradeCount, ItemCount, Selection, TotalReached
from linghang.engine.periods import SPAN_MONTHS, Month, Span, span_end
from linghang.engine.roster import Member
from linghang.engine.rules.plan import Plan, PlanGrade, resolve_amount
from linghang.engine.settle.backends.columns import arrow
from linghang.engine.settle.grades_further import grade_further, held_by
from linghang.engine.settle.grades_of_months import MonthSums, grade_months
from linghang.engine.settle.late import Frozen
from linghang.engine.settle.results import BEFORE, SCHEMAS, GradeState, canonical, table
from linghang.engine.settle.spans import finished_spans as finished_spans
from linghang.engine.settle.spans import thresholds as thresholds


def grade_all(
    plan: Plan,
    tables: Mapping[str, pa.Table],
    frozen: Frozen | None,
    *,
    fresh: Mapping[str, pa.Table] | None = None,
    members: Sequence[Member] = (),
    before: pa.Table | None = None,
    running: bool = False,
) -> dict[str, pa.Table]:
    """The tables `grades` and `selections`, set-based over the tables `months` and `adjustments`.

    Spans shorter than the year whose last month is final keep their frozen grades, whoever has one and whoever has
    none. Effects look at `fresh`, everything known now; `members`, one for each subject, say organisation and class.
    `running` adds the spans that are not over, as if they ended with the plan's last month.
    """
    asked = dict(tables) | {"items": (fresh or tables)["items"], "before": before or BEFORE.empty_table()}
    with _Asked(asked) as db:
        sums = MonthSums.of(tables["months"], tables["adjustments"])

        def weigh(grade: PlanGrade, last: Month) -> pa.Table:
            if grade.is_plain and not any(e.effect.grade == grade.id for e in plan.effects):
                return grade_months(sums, plan, grade, last)
            return grade_further(db(), plan, grade, last, members=members)

        parts = [_kept(plan, frozen)] if frozen else []
        for grade in plan.grades:
            for last in finished_spans(plan, grade.span):
                if frozen is None or grade.span is Span.YEAR:
                    parts.append(weigh(grade, last))
                elif frozen.period is None or last > frozen.period:
                    parts.append(frozen.open(weigh(grade, last)))
            if running and span_end(plan.months[-1], grade.span) != plan.months[-1]:
                found = weigh(replace(grade, needs_months=1), plan.months[-1])
                parts.append(frozen.open(found) if frozen else found)
        grades = _joined(parts) if parts else table("grades", [])
        chosen = [_select(db(grades), plan, s) for s in plan.scheme.selections if plan.months[-1].ends_year]
        selections = pa.concat_tables(chosen) if chosen else table("selections", [])
    return {"grades": canonical("grades", grades), "selections": canonical("selections", selections)}


def _joined(parts: Sequence[pa.Table]) -> pa.Table:
    """Words are written out only where not all parts have them encoded."""
    if any(part.schema != parts[0].schema for part in parts):
        parts = [part.cast(SCHEMAS["grades"]) for part in parts]
    return pa.concat_tables(parts)


class _Asked:
    """The tables in a database, which is opened when something asks it: grades by thresholds alone do not."""

    def __init__(self, tables: Mapping[str, pa.Table]) -> None:
        self.tables = tables
        self.db: duckdb.DuckDBPyConnection | None = None

    def __enter__(self) -> "_Asked":
        return self

    def __exit__(self, *_raised: object) -> None:
        if self.db:
            self.db.close()

    def __call__(self, grades: pa.Table | None = None) -> duckdb.DuckDBPyConnection:
        """The database with `months`, `adjustments`, `items`, `categories` and `before`, and with `grades` if given."""
        if self.db is None:
            self.db = duckdb.connect()
            for name in ("months", "adjustments", "items", "categories", "before"):
                self.db.register(name, self.tables[name])
        if grades is not None:
            self.db.register("grades", grades)
        return self.db


def _kept(plan: Plan, frozen: Frozen) -> pa.Table:
    """The grades that do not move: of spans shorter than the year."""
    yearly = pa.array([g.id for g in plan.grades if g.span is Span.YEAR], pa.string())
    grades = frozen.tables["grades"].cast(SCHEMAS["grades"])
    return grades.filter(pc.invert(pc.is_in(grades["grade"], value_set=yearly)))


def _select(db: duckdb.DuckDBPyConnection, plan: Plan, selection: Selection) -> pa.Table:
    conditions, parameters = [], {"selection": selection.id}
    for number, condition in enumerate(selection.all_conditions):
        sql, values = _condition(plan, condition, number)
        conditions.append(f"subject IN ({sql})")
        parameters |= values
    count = len(selection.conditions)
    met = [*conditions[:count], *([f"({' OR '.join(conditions[count:])})"] if conditions[count:] else [])]
    everyone = "SELECT DISTINCT subject FROM months"
    sql = f"SELECT subject, $selection AS selection FROM ({everyone}) WHERE {' AND '.join(met)}"
    if barred := [s for e in plan.effects if selection.id in e.effect.bars for s in held_by(db, plan, e, plan.months)]:
        sql += f" AND subject NOT IN ({', '.join(str(s) for s in sorted(set(barred)))})"
    return arrow(db, sql, SCHEMAS["selections"], parameters)


def _condition(plan: Plan, condition: Condition, number: int) -> tuple[str, dict[str, Any]]:
    if isinstance(condition, ItemCount):
        counted = "items"
        if condition.years > 1:
            counted = """(SELECT subject, item, facts FROM items
                UNION ALL SELECT subject, item, facts FROM before)"""
        sql = f"""SELECT subject FROM {counted} WHERE item = $item{number} GROUP BY subject
            HAVING SUM(facts) >= {condition.facts}"""
        return sql, {f"item{number}": condition.item}
    if isinstance(condition, TotalReached):
        line = resolve_amount(plan.pack, condition.amount, plan.months[0])
        sql = f"""SELECT subject FROM (SELECT subject, counted FROM months UNION ALL SELECT subject, counted
            FROM adjustments) GROUP BY subject HAVING SUM(counted) {"<" if condition.below else ">="} {line}"""
        return sql, {}
    bands = good_bands(plan, condition)
    names = {f"band{number}_{n}": band for n, band in enumerate(bands)}
    marks = ", ".join(f"${name}" for name in names)
    rows = f"""FROM grades WHERE grade = $grade{number} AND band IN ({marks}) AND state = '{GradeState.GRADED}'"""
    sql = f"SELECT subject {rows} GROUP BY subject HAVING COUNT(*) >= {condition.count}"
    if condition.in_a_row:  # spans that follow each other differ from their rank by the same number
        months = SPAN_MONTHS[next(g.span for g in plan.grades if g.id == condition.grade)]
        run = f"month // {months} - ROW_NUMBER() OVER (PARTITION BY subject ORDER BY month)"
        sql = f"""SELECT subject FROM (SELECT subject, {run} AS run {rows})
            GROUP BY subject, run HAVING COUNT(*) >= {condition.count}"""
    return sql, {f"grade{number}": condition.grade, **names}


def good_bands(plan: Plan, condition: GradeCount) -> list[str]:
    """The condition's band and every higher one, or every lower one."""
    grade = next(g for g in plan.grades if g.id == condition.grade)
    ids = [b.id for b in grade.bands]
    place = ids.index(condition.band)
    return ids[place:] if condition.or_worse else ids[: place + 1]
