"""In which band a span's total lies: final months and what was booked are summed outside the engine."""

from dataclasses import dataclass

from linghang.apps.appraisal.words import titles_of
from linghang.engine.periods import Month, span_end
from linghang.engine.rules.plan import Plan, PlanGrade
from linghang.engine.settle.spans import thresholds


@dataclass(frozen=True)
class BandPlace:
    """The band of a total, and what is missing for the next one ("" and 0 at the top)."""

    band: str
    next_band: str
    missing: int


def place_of(plan: Plan, grade: PlanGrade, period: Month, total: int) -> BandPlace:
    """Where a span's total stands in a grade that is decided by thresholds alone."""
    bands = thresholds(plan, grade, span_end(period, grade.span))
    place = next(n for n, (_, low) in enumerate(bands) if low is None or total >= low)
    title = next(titles_of(one.bands) for one in plan.scheme.grades if one.id == grade.id)
    above, low = bands[place - 1] if place else ("", None)
    return BandPlace(title[bands[place][0]], title.get(above, ""), 0 if low is None else low - total)
