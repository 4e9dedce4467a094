"""Months summed up in arrays: the same as counting them one by one, whoever is missing from them."""

from collections import Counter
from random import Random
from types import SimpleNamespace

import pyarrow as pa
import pytest

from linghang.engine.periods import Month, Span
from linghang.engine.rules.plan import PlanBand, PlanGrade
from linghang.engine.settle.grades_of_months import MonthSums, grade_months
from linghang.engine.settle.results import SCHEMAS, State

QUARTER = (Month(2026, 4), Month(2026, 6))
BANDS = (("gold", 300), ("silver", 100), ("bronze", 0))


def tables(seed: int) -> tuple[pa.Table, pa.Table]:
    """Months of some subjects in no order, and adjustments also of others, booked also in other months."""
    chance = Random(seed)
    rows = []
    for subject in chance.sample(range(40), 25):
        for month in chance.sample(range(Month(2026, 1).index, Month(2026, 12).index + 1), chance.randint(1, 12)):
            state = chance.choice(list(State))
            points = None if state is State.EXEMPT else chance.randint(-100, 200)
            rows.append({"subject": subject, "month": month, "state": state, "priced": points, "counted": points})
    chance.shuffle(rows)
    late = [
        {"subject": chance.randrange(60), "month": 1, "booked": Month(2026, chance.randint(3, 7)).index, "counted": n}
        for n in range(-20, 20)
    ]
    adjustments = pa.Table.from_pylist(late, schema=SCHEMAS["adjustments"])
    return pa.Table.from_pylist(rows, schema=SCHEMAS["months"]), adjustments


def one_by_one(months: pa.Table, adjustments: pa.Table, needs: int, bands) -> dict[int, tuple[str, int, str | None]]:
    inside = [r for r in months.to_pylist() if QUARTER[0].index <= r["month"] <= QUARTER[1].index]
    scored = Counter(r["subject"] for r in inside if r["state"] != State.EXEMPT)
    is_open = Counter(r["subject"] for r in inside if r["state"] == State.PROVISIONAL)
    found = {}
    for subject in scored:
        total = sum(r["counted"] or 0 for r in inside if r["subject"] == subject)
        booked = [r for r in adjustments.to_pylist() if r["subject"] == subject]
        total += sum(r["counted"] for r in booked if QUARTER[0].index <= r["booked"] <= QUARTER[1].index)
        graded = scored[subject] >= needs
        state = "not_graded" if not graded else "expected" if is_open[subject] else "graded"
        band = next((name for name, low in bands if low is None or total >= low), None) if graded else None
        found[subject] = state, total, band
    return found


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("lowest", [0, None])
def test_arrays_say_the_same_as_counting_one_by_one(seed, lowest):
    months, adjustments = tables(seed)
    bands = (*BANDS[:2], ("bronze", lowest))
    grade = PlanGrade("star", "星级", Span.QUARTER, 2, tuple(PlanBand(name, name, (low,) * 12) for name, low in bands))
    plan = SimpleNamespace(month_number=lambda month: month.index - Month(2026, 1).index)
    found = grade_months(MonthSums.of(months, adjustments), plan, grade, QUARTER[1]).cast(SCHEMAS["grades"])
    assert {(r["month"], r["grade"]) for r in found.to_pylist()} == {(QUARTER[1].index, "star")}
    rows = {r["subject"]: (r["state"], r["total"], r["band"]) for r in found.to_pylist()}
    assert rows == one_by_one(months, adjustments, 2, bands)
    assert len(rows) == found.num_rows


def test_where_nobody_is_scored_nobody_is_graded():
    months, adjustments = (SCHEMAS[name].empty_table() for name in ("months", "adjustments"))
    grade = PlanGrade("star", "星级", Span.QUARTER, 1, (PlanBand("gold", "gold", (None,) * 12),))
    plan = SimpleNamespace(month_number=lambda month: 0)
    assert grade_months(MonthSums.of(months, adjustments), plan, grade, QUARTER[1]).num_rows == 0
