"""Quarters and years of one person: months, what came late, the grade, and what is missing for the next band."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from linghang.apps.appraisal.data.statements import GradeLine, MonthSum, NextStep, SpanSum
from linghang.apps.appraisal.models import GradeResult
from linghang.apps.appraisal.policies.statements import stand_of
from linghang.apps.appraisal.queries.corrections import adjustment_lines
from linghang.apps.appraisal.queries.sight import Rows
from linghang.apps.appraisal.words import title_in_language, titles_of
from linghang.engine.periods import Month, Span, months_between, span_end, span_start
from linghang.ui.web.spans import month_words, span_words

if TYPE_CHECKING:
    from linghang.apps.appraisal.queries.month_again import Again
    from linghang.engine.rules.mechanisms import PlanEffect
    from linghang.engine.rules.plan import Plan, PlanGrade

NOT_GRADED = "not_graded"


def span_sum(rows: Rows, month: Month, span: Span, *, until: Month | None = None) -> SpanSum:
    """The months of the span that the viewer has, up to `until`, with what was booked within it."""
    months = months_between(span_start(month, span), min(until or span_end(month, span), span_end(month, span)))
    booked = [a for a in rows.adjustments if months[0].index <= a.booked <= months[-1].index] if months else []
    return SpanSum(
        words=span_words(month, span),
        months=tuple(_month_sum(rows, one) for one in months),
        adjustments=adjustment_lines(booked),
    )


def _month_sum(rows: Rows, month: Month) -> MonthSum:
    row = rows.of(month)
    if row is None:
        return MonthSum(month, None, None)
    return MonthSum(month, row.counted, stand_of(row.book.state), row.state)


def grade_lines(rows: Rows, last: Month, span: Span, plan: "Plan", again: "Again | None") -> tuple[GradeLine, ...]:
    """The grades of the span that ends with the month; why there is none, for those who may know."""
    spans = {grade.id: grade.span for grade in plan.grades}
    found = [row for row in rows.grades if row.month == last.index and spans.get(row.grade, Span.QUARTER) is span]
    return tuple(_grade_line(rows, row, plan, again) for row in found)


def _grade_line(rows: Rows, row: GradeResult, plan: "Plan", again: "Again | None") -> GradeLine:
    grade = next((g for g in plan.grades if g.id == row.grade), None)
    last = Month.from_index(row.month)
    told = next((g for g in plan.scheme.grades if g.id == row.grade), None)
    bands = titles_of(told.bands) if told else {}
    return GradeLine(
        title=title_in_language(told.title) if told else row.grade,
        span=span_words(last, grade.span) if grade else month_words(last),
        month=last,
        total=row.total,
        band=bands.get(row.band, row.band),
        state=row.state,
        final=row.final,
        reason=_reason(rows, row, grade, again) if grade else "",
    )


def _reason(rows: Rows, row: GradeResult, grade: "PlanGrade", again: "Again | None") -> str:
    """Why there is no grade, or why it is held down: a matter for the person himself and his branch committee."""
    held = held_by(again, grade, Month.from_index(row.month)) if again and rows.sight.sees_veto else []
    said = [_("%(title)s（%(clause)s）") % {"title": e.title, "clause": e.effect.clause} for e in held]
    if row.state == NOT_GRADED and not said:
        last = Month.from_index(row.month)
        span = span_words(last, grade.span)
        scored = [m for m in months_between(span_start(last, grade.span), last) if _is_scored(rows, m)]
        if len(scored) >= grade.needs_months:
            return _("这一项只评：%(classes)s") % {"classes": "、".join(grade.classes)} if grade.classes else ""
        return _("%(span)s评分的月份不足 %(count)d 个") % {"span": span, "count": grade.needs_months}
    return "；".join(said)


def _is_scored(rows: Rows, month: Month) -> bool:
    row = rows.of(month)
    return row is not None and row.counted is not None


def held_by(again: "Again", grade: "PlanGrade", last: Month) -> "list[PlanEffect]":
    """Which effects hold a grade at a band in the span that ends with a month."""
    plan = again.plan
    months = months_between(span_start(last, grade.span), last)
    return [
        effect
        for effect in plan.effects
        if effect.effect.grade == grade.id
        and any(_count(again, plan.items[effect.item].id, effect.span, m) >= effect.count for m in months)
    ]


def _count(again: "Again", item: str, span: Span, month: Month) -> int:
    """How many records an item has counted from the span's start up to a month."""
    months = months_between(span_start(month, span), month)
    return sum(again.result.items.get((m, item), [0, 0, 0])[2] for m in months)


def next_steps(plan: "Plan", month: Month, spans: Iterable[tuple[Span, SpanSum]]) -> dict[Span, tuple[NextStep, ...]]:
    """For spans that go on: the band so far, and what is missing for the next one until the span ends."""
    from linghang.apps.appraisal.explaining.bands import place_of

    found: dict[Span, tuple[NextStep, ...]] = {}
    for span, summed in spans:
        total = summed.total
        if total is None:
            continue
        plain = [g for g in plan.grades if g.span is span and g.is_plain]
        places = [(grade, place_of(plan, grade, month, total)) for grade in plain]
        until = span_end(month, span).last
        titles = titles_of(plan.scheme.grades)
        found[span] = tuple(NextStep(titles[g.id], p.band, p.next_band, p.missing, until) for g, p in places)
    return found


def graded(summed: SpanSum, grades: Sequence[GradeLine], steps: Sequence[NextStep]) -> SpanSum:
    """A span with its grades and the bands that they missed, or while it goes on with what is missing."""
    if not grades:
        return replace(summed, steps=tuple(steps))
    above = {step.title: step for step in steps if step.next_band}
    told = (g if g.reason or g.total != summed.total else replace(g, missed=above.get(g.title)) for g in grades)
    return replace(summed, grades=tuple(told), steps=())


def spans_of(plan: "Plan") -> Sequence[Span]:
    """The spans that a scheme grades, the shorter first; the quarter also where nothing is graded."""
    graded = {grade.span for grade in plan.grades} | {Span.QUARTER}
    return [span for span in (Span.QUARTER, Span.HALF, Span.YEAR) if span in graded]
