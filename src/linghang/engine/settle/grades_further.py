"""Grades from weighted parts, with quotas and tie rules, and what effects make of them.

A part's months are folded, weighed and rounded once; a part that is missing and hands its weight on makes the others
heavier in proportion. A quota counts places of its own and of higher bands among everybody graded in the group.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linghang.engine.packs.mechanism_model import HUNDRED, Fold, Missing, Part, Reached, Ties, Top, Within
from linghang.engine.periods import Month, months_between, span_start
from linghang.engine.roster import Member
from linghang.engine.rules.mechanisms import PlanEffect
from linghang.engine.rules.plan import Plan, PlanBand, PlanGrade, PlanNeed
from linghang.engine.settle.backends.columns import arrow
from linghang.engine.settle.further import divided
from linghang.engine.settle.membership import Flags, Numbers
from linghang.engine.settle.results import SCHEMAS, GradeState, State
from linghang.engine.settle.spans import graded_class

SUMMED = pa.schema([(n, pa.int64()) for n in ("subject", "scored", "quarters", "open", "total")])
PART = pa.schema([("subject", pa.int64()), ("points", pa.int64()), ("facts", pa.int64())])


def grade_further(
    db: duckdb.DuckDBPyConnection, plan: Plan, grade: PlanGrade, last: Month, *, members: Sequence[Member]
) -> pa.Table:
    """The grade's rows of the table `grades` for the span that ends with `last`."""
    months = months_between(span_start(last, grade.span), last)
    summed = _summed(db, months)
    subject, scored, quarters, is_open, total = (summed[c].to_numpy() for c in SUMMED.names)
    graded: Flags = scored >= grade.needs_months
    if grade.parts:
        total, missing = _weighed(db, plan, grade.parts, months, subject, (scored, quarters), total)
        graded = graded & ~missing
    groups = _Groups.of(plan, grade, last, [members[n] for n in subject.tolist()] if members else [], len(subject))
    if grade.classes:
        graded = graded & np.isin(groups.classes, grade.classes)
    needs = _needs(db, plan, grade, months, subject)
    band = _bands(db, plan, grade, last, total, groups, graded, needs)
    for effect in sorted(plan.effects, key=lambda e: e.effect.turn):
        if effect.effect.grade == grade.id:
            band = _held(effect, grade, band, np.isin(subject, list(held_by(db, plan, effect, months))))
    band = np.clip(band, 0, len(grade.bands) - 1)
    return _rows(grade, last, subject, total, graded, _may_move(grade, is_open > 0, groups), band)


def held_by(db: duckdb.DuckDBPyConnection, plan: Plan, effect: PlanEffect, months: Iterable[Month]) -> set[int]:
    """The subjects for whom the effect holds in some of the months."""
    found: set[int] = set()
    sql = """SELECT subject FROM items WHERE item = $item AND month BETWEEN $first AND $last GROUP BY subject
        HAVING SUM(facts) >= $count"""
    for month in months:
        more = {"first": span_start(month, effect.span).index, "last": month.index, "count": effect.count}
        found |= {row[0] for row in db.execute(sql, {"item": plan.items[effect.item].id, **more}).fetchall()}
    return found


def _summed(db: duckdb.DuckDBPyConnection, months: Sequence[Month]) -> pa.Table:
    sql = f"""
SELECT m.subject, COUNT(*) FILTER (m.state <> '{State.EXEMPT}') AS scored,
       COUNT(DISTINCT m.month // 3) FILTER (m.state <> '{State.EXEMPT}') AS quarters,
       COUNT(*) FILTER (m.state = '{State.PROVISIONAL}') AS open,
       COALESCE(SUM(m.counted), 0) + COALESCE(ANY_VALUE(b.counted), 0) AS total
FROM months m LEFT JOIN (SELECT subject, SUM(counted) AS counted FROM adjustments
                         WHERE booked BETWEEN $first AND $last GROUP BY subject) b ON b.subject = m.subject
WHERE m.month BETWEEN $first AND $last GROUP BY m.subject HAVING scored > 0 ORDER BY m.subject"""
    return arrow(db, sql, SUMMED, {"first": months[0].index, "last": months[-1].index})


@dataclass(frozen=True)
class _Groups:
    """Organisation and class of everybody who may be graded."""

    organisations: npt.NDArray[np.str_]
    classes: npt.NDArray[np.str_]

    @classmethod
    def of(cls, plan: Plan, grade: PlanGrade, last: Month, members: Sequence[Member], count: int) -> "_Groups":
        """Classes only where the grade asks for them; without members everybody is in one group."""
        nobody = np.full(count, "")
        if not members:
            return cls(nobody, nobody)
        words = [graded_class(plan, grade, last, m) for m in members] if grade.asks_classes else nobody
        return cls(np.array([m.organisation for m in members], np.str_), np.array(words, np.str_))

    def within(self, circle: tuple[Within, bool]) -> npt.NDArray[np.int64]:
        """A number for the group in which each one's places are counted."""
        inside, same_class = circle
        found = np.zeros(len(self.organisations), np.int64)
        for asked, words in ((inside is Within.ORGANISATION, self.organisations), (same_class, self.classes)):
            if asked:
                codes = np.unique(words, return_inverse=True)[1]
                found = found * (int(codes.max(initial=0)) + 1) + codes
        return found


# --- parts -----------------------------------------------------------------------------------------------------------


def _weighed(
    db: duckdb.DuckDBPyConnection,
    plan: Plan,
    parts: Sequence[Part],
    months: Sequence[Month],
    subject: Numbers,
    scored: tuple[Numbers, Numbers],
    total: Numbers,
) -> tuple[Numbers, Flags]:
    """The weighted total of everybody, and who lacks a part that must not be missing; `scored` months and quarters."""
    points, there = [], []
    over = {Fold.SUM: np.ones_like(total), Fold.MEAN: scored[0], Fold.QUARTER_MEAN: scored[1]}
    for part in parts:
        sums, recorded = (total, scored[0] > 0)
        if part.categories:
            sums, recorded = _of_categories(db, plan, part, months, subject)
        points.append(sums)
        there.append(recorded)
    gone = [~r & (p.missing is Missing.REWEIGHT) for p, r in zip(parts, there, strict=True)]
    whole = sum(p.share for p in parts)
    carried = np.sum([np.where(g, 0, p.share) for p, g in zip(parts, gone, strict=True)], axis=0)
    found = np.zeros_like(total)
    for part, sums in zip(parts, points, strict=True):
        by = part.full * over[part.fold]
        if part.added:
            found = found + divided(sums, HUNDRED, by)
        else:
            found = found + np.where(carried > 0, divided(sums, part.weight * whole, np.maximum(carried, 1) * by), 0)
    lacking: Flags = np.any(
        [~r & (p.missing is Missing.NOT_GRADED) for p, r in zip(parts, there, strict=True)], axis=0
    ) | (carried == 0)
    return found, lacking


def _of_categories(
    db: duckdb.DuckDBPyConnection, plan: Plan, part: Part, months: Sequence[Month], subject: Numbers
) -> tuple[Numbers, Flags]:
    """What the part's categories gave each subject in the span, and whether anything is recorded for them."""
    items = [i.id for i in plan.items if plan.categories[i.category].id in part.categories]
    sql = """
SELECT c.subject, SUM(c.counted) AS points, SUM(c.base) + COALESCE(ANY_VALUE(i.facts), 0) AS facts
FROM categories c LEFT JOIN (SELECT subject, COUNT(*) AS facts FROM items
    WHERE list_contains($items, item) AND month BETWEEN $first AND $last GROUP BY subject) i ON i.subject = c.subject
WHERE list_contains($categories, c.category) AND c.month BETWEEN $first AND $last
GROUP BY c.subject ORDER BY c.subject"""
    values: dict[str, Any] = {"items": items, "categories": list(part.categories)}
    found = arrow(db, sql, PART, values | {"first": months[0].index, "last": months[-1].index})
    place = np.searchsorted(found["subject"].to_numpy(), subject)
    return found["points"].to_numpy()[place], found["facts"].to_numpy()[place] != 0


# --- bands -----------------------------------------------------------------------------------------------------------


def _bands(
    db: duckdb.DuckDBPyConnection,
    plan: Plan,
    grade: PlanGrade,
    last: Month,
    total: Numbers,
    groups: _Groups,
    graded: Flags,
    needs: Sequence[Flags | None],
) -> Numbers:
    """For everybody the number of the first band that is reached."""
    band = np.full(len(total), len(grade.bands) - 1, np.int64)
    places = _Places(db, total, groups, graded)
    reached = []
    number = plan.month_number(span_start(last, grade.span))
    for of, met in zip(grade.bands, needs, strict=True):
        enough = _enough(of, number, total, groups)
        if of.top:
            first = places.within(of.top)
            enough = enough | first if of.top.with_threshold is Reached.EITHER else enough & first
        reached.append(enough if met is None else enough & met)
    for place in reversed(range(len(reached))):
        band = np.where(reached[place], place, band)
    return band


def _enough(band: PlanBand, number: int, total: Numbers, groups: _Groups) -> Flags:
    """Whose total reaches the band's threshold, that of his class where it has one."""
    low = band.at_least[number]
    enough: Flags = np.full(len(total), True) if low is None else total >= low
    for classes, lows in reversed(band.by_class):
        enough = np.where(np.isin(groups.classes, classes), total >= lows[number], enough)
    return enough


def _needs(
    db: duckdb.DuckDBPyConnection, plan: Plan, grade: PlanGrade, months: Sequence[Month], subject: Numbers
) -> list[Flags | None]:
    """For each band who meets what it asks for beside the total; None where it asks for nothing."""
    number = plan.month_number(months[0])

    def met(need: PlanNeed) -> Flags:
        found = ("categories", "category", "counted") if need.category else ("items", "item", "facts")
        table, column, amount = found
        sql = f"""SELECT subject FROM {table} WHERE {column} = $name AND month BETWEEN $first AND $last
            GROUP BY subject HAVING SUM({amount}) >= $least"""
        least = need.at_least[number] if need.category else need.facts
        values = {"name": need.category or need.item, "least": least}
        values |= {"first": months[0].index, "last": months[-1].index}
        there: Flags = np.isin(subject, [row[0] for row in db.execute(sql, values).fetchall()])
        return there

    return [np.logical_and.reduce([met(n) for n in b.needs]) if b.needs else None for b in grade.bands]


class _Places:
    """Who is among the first of their group; each quota adds to those of the higher bands."""

    def __init__(self, db: duckdb.DuckDBPyConnection, total: Numbers, groups: _Groups, graded: Flags) -> None:
        self.db, self.total, self.groups, self.graded = db, total, groups, graded
        self.taken: dict[tuple[Within, bool], tuple[int, int]] = {}

    def within(self, top: Top) -> Flags:
        places, share = self.taken.get(top.circle, (0, 0))
        places, share = places + (top.places or 0), share + (top.share or 0)
        self.taken[top.circle] = places, share
        rank, size = self._ranks(top)
        found: Flags = self.graded & (rank <= top.room(size, places, share))
        return found

    def _ranks(self, top: Top) -> tuple[Numbers, Numbers]:
        """Place and size of the group; equals share the best place, or (ties: none) the worst."""
        rows = np.arange(len(self.total))[self.graded]
        table = pa.table({"row": rows, "grp": self.groups.within(top.circle)[rows], "total": self.total[rows]})
        self.db.register("ranked", table)
        over = "PARTITION BY grp ORDER BY total DESC"
        place = f"RANK() OVER ({over})" if top.ties is Ties.ALL else f"COUNT(*) OVER ({over})"
        sql = f"SELECT row, {place} AS place, COUNT(*) OVER (PARTITION BY grp) AS size FROM ranked ORDER BY row"
        found = self.db.sql(sql).to_arrow_table()
        self.db.unregister("ranked")
        rank, size = np.zeros(len(self.total), np.int64), np.zeros(len(self.total), np.int64)
        rank[rows], size[rows] = found["place"].to_numpy(), found["size"].to_numpy()
        return rank, size


def _held(effect: PlanEffect, grade: PlanGrade, band: Numbers, who: Flags) -> Numbers:
    """Bands with an effect: at most, at least or exactly the one it names (a higher band has a lower number), or moved.

    What several effects move is added up before the ends of the scale stop it.
    """
    ids = [b.id for b in grade.bands]
    number = ids.index(effect.effect.band) if effect.effect.band else 0
    if effect.effect.moves:
        changed = band + effect.effect.moves
    elif effect.effect.at_most:
        changed = np.maximum(band, number)
    elif effect.effect.at_least:
        changed = np.minimum(band, number)
    else:
        changed = np.full_like(band, number)
    found: Numbers = np.where(who, changed, band)
    return found


def _may_move(grade: PlanGrade, is_open: Flags, groups: _Groups) -> Flags:
    """Whose band may still change: who is not complete himself, and where places count, everybody of such a group."""
    found = is_open
    for circle in {b.top.circle for b in grade.bands if b.top}:
        group = groups.within(circle)
        found = found | np.isin(group, group[is_open])
    return found


def _rows(
    grade: PlanGrade, last: Month, subject: Numbers, total: Numbers, graded: Flags, expected: Flags, band: Numbers
) -> pa.Table:
    states = np.where(graded, np.where(expected, str(GradeState.EXPECTED), str(GradeState.GRADED)), "")
    count = len(subject)
    ids = [b.id for b in grade.bands]
    columns = {
        "subject": subject,
        "month": [last.index] * count,
        "grade": [grade.id] * count,
        "state": [s or str(GradeState.NOT_GRADED) for s in states.tolist()],
        "total": total,
        "band": [ids[b] if g else None for b, g in zip(band.tolist(), graded.tolist(), strict=True)],
    }
    return pa.table(columns).cast(SCHEMAS["grades"])
