"""Which spans of a plan are over, and from which total on their bands are given."""

from linghang.engine.periods import Month, Span, months_between, span_end, span_start
from linghang.engine.roster import Member
from linghang.engine.rules.plan import Plan, PlanGrade


def finished_spans(plan: Plan, span: Span) -> list[Month]:
    """The last months of the spans that are over by the plan's last month."""
    return [m for m in plan.months if span_end(m, span) == m]


def thresholds(plan: Plan, grade: PlanGrade, last: Month, member_class: str = "") -> list[tuple[str, int | None]]:
    """(band, lowest total) from the highest band down, as of the span's first month, for members of a class."""
    number = plan.month_number(span_start(last, grade.span))
    return [(band.id, band.lowest(number, member_class)) for band in grade.bands]


def graded_class(plan: Plan, grade: PlanGrade, last: Month, member: Member) -> str:
    """The class by which a member is graded: of the last day in the span on which the scheme applies to him."""
    if not member.class_changes:
        return member.member_class
    who = plan.as_scored(member)
    months = reversed(months_between(span_start(last, grade.span), last))
    return next((who.class_in(m) for m in months if who.scored_days(m)), who.class_in(last))
