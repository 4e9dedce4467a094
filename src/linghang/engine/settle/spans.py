"""Which spans of a plan are over, and from which total on their bands are given."""

from linghang.engine.periods import Month, Span, span_end, span_start
from linghang.engine.rules.plan import Plan, PlanGrade


def finished_spans(plan: Plan, span: Span) -> list[Month]:
    """The last months of the spans that are over by the plan's last month."""
    return [m for m in plan.months if span_end(m, span) == m]


def thresholds(plan: Plan, grade: PlanGrade, last: Month) -> list[tuple[str, int | None]]:
    """(band, lowest total) from the highest band down, as of the span's first month."""
    number = plan.month_number(span_start(last, grade.span))
    return [(band.id, band.at_least[number]) for band in grade.bands]
