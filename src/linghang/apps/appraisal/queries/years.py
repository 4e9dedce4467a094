"""Quarter and year of one person, and what an adjustment is made of."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from linghang.apps.appraisal.data.statements import (
    AdjustmentPage,
    CauseLine,
    MonthSum,
    Sight,
    SpanSum,
    YearPage,
)
from linghang.apps.appraisal.models import Adjustment, Run, Statement
from linghang.apps.appraisal.queries.corrections import adjustment_line
from linghang.apps.appraisal.queries.inputs import plan_of
from linghang.apps.appraisal.queries.month_again import Again, made_again, month_again
from linghang.apps.appraisal.queries.sight import Rows, rows_of
from linghang.apps.appraisal.queries.spans import grade_lines, graded, next_steps, span_sum
from linghang.apps.appraisal.words import title_in_language
from linghang.apps.ledger.queries.behind import behind
from linghang.engine.periods import Month, Span
from linghang.ui.web.scope import system_scope
from linghang.ui.web.viewer import Viewer

ALL_OF_IT = "who may see an adjustment sees what it is made of, also where another branch settled the month"


def year_page(rows: Rows, year: int) -> YearPage | None:
    """The year as the viewer may see it: quarters, what came late, stars, the total; None without a month in it."""
    own = [row for row in rows.statements if Month.from_index(row.month).year == year]
    if not own:
        return None
    latest = own[-1]
    last = Month.from_index(latest.month)
    plan = plan_of(latest.run.version.uuid, latest.scheme, last)
    quarters = [quarter_sum(rows, Month(year, 3 * number - 2)) for number in range(1, 5)]
    whole = span_sum(rows, last, Span.YEAR)
    grades = grade_lines(rows, Month(year, 12), Span.YEAR, plan, None)
    halves = [span_part(rows, Month(year, month), Span.HALF) for month in (1, 7)]
    steps = next_steps(plan, last, [(Span.YEAR, whole)]).get(Span.YEAR, ())
    return YearPage(
        subject=latest.subject,
        name=latest.person.name if latest.person else "",
        code=latest.person.code if latest.person else "",
        place=latest.book.place.name,
        scheme_id=latest.scheme,
        scheme=title_in_language(plan.scheme.title),
        pack=plan.pack.label,
        year=year,
        quarters=tuple(quarters),
        halves=tuple(halves) if any(grade.span is Span.HALF for grade in plan.grades) else (),
        whole=graded(whole, grades, steps),
        as_of=max(row.run.at for row in own),
        invented=plan.pack.identity.invented,
    )


def quarter_sum(rows: Rows, month: Month) -> SpanSum:
    """The quarter of a month, with its star or what is missing for the next one."""
    return span_part(rows, month, Span.QUARTER)


def span_part(rows: Rows, month: Month, span: Span) -> SpanSum:
    """A quarter or a half-year as its last settled month knows it, with its grade or what is missing."""
    summed = span_sum(rows, month, span)
    known = [one for one in summed.months if rows.of(one.month) is not None]
    if not known:
        return summed
    row = _row(rows, known[-1])
    last, end = known[-1].month, summed.months[-1].month
    plan = plan_of(row.run.version.uuid, row.scheme, last)
    grades = grade_lines(rows, end, span, plan, month_again(row) if last == end and rows.grades else None)
    steps = next_steps(plan, last, [(span, summed)]).get(span, ())
    return graded(summed, grades, steps)


def _row(rows: Rows, month: MonthSum) -> Statement:
    found = rows.of(month.month)
    assert found is not None
    return found


# --- what came late --------------------------------------------------------------------------------------------------


def adjustment_rows(viewer: Viewer, uuid: UUID, *, on: date) -> tuple[Adjustment, Rows] | None:
    """The adjustment with the rows around the month in which it is booked; None where the viewer sees nothing."""
    late = Adjustment.objects.select_related("person", "book__place", "run__version").filter(uuid=uuid).first()
    if late is None:
        return None
    booked = Month.from_index(late.booked)
    rows = rows_of(viewer, late.subject, scheme=late.scheme, year=booked.year, on=on, month=booked)
    return (late, rows) if rows and rows.sight is not Sight.GROUP else None


def adjustment_page(late: Adjustment) -> AdjustmentPage:
    """The lines that make up an adjustment: what each record counted as the month stood, and what it counts now.

    The difference is one of two settlements of the same month: on the records that were known when it became final
    (or when it was adjusted before), and on those known when this was booked.
    """
    month = Month.from_index(late.month)
    with system_scope(reason=ALL_OF_IT):
        own = (
            Statement.objects.select_related("run__version", "book")
            .defer("run__version__files")
            .filter(subject=late.subject, scheme=late.scheme, month__in=(late.month, late.booked))
        )
        statements = {row.month: row for row in own}
        frozen = statements[late.month]
        basis = statements.get(late.booked, frozen).basis
        before_run, before_basis = _before(late, frozen)
        then = made_again(frozen, before_run, before_basis)
        now = made_again(frozen, late.run, basis)
    causes = _causes(month, then, now)
    readable = behind([c.fact for c in causes if c.fact])
    return AdjustmentPage(
        line=adjustment_line(late),
        subject=late.subject,
        name=late.person.name if late.person else "",
        place=late.book.place.name,
        scheme_id=late.scheme,
        scheme=title_in_language(now.plan.scheme.title),
        causes=tuple(replace(c, readable=c.fact in readable) for c in causes),
        frozen_at=before_run.at,
        seen_at=late.run.at,
    )


def _before(late: Adjustment, frozen: Statement) -> tuple[Run, dict[str, object]]:
    """The settlement that stood before this adjustment: an earlier adjustment of the month, else the final one."""
    earlier = (
        Adjustment.objects.select_related("run__version")
        .filter(subject=late.subject, scheme=late.scheme, month=late.month)
        .filter(run__at__lt=late.run.at)
        .order_by("-run__at")
        .first()
    )
    if earlier is None:
        return frozen.run, frozen.basis
    row = Statement.objects.filter(subject=late.subject, scheme=late.scheme, month=earlier.booked).first()
    return earlier.run, (row or frozen).basis


def _causes(month: Month, then: Again, now: Again) -> list[CauseLine]:
    """Lines that count otherwise, the latest record last."""
    from linghang.apps.appraisal.explaining.lines import priced_line

    before = {(x.key, x.item): x for x in (priced_line(then.plan, line) for line in then.lines_of(month))}
    after = {(x.key, x.item): x for x in (priced_line(now.plan, line) for line in now.lines_of(month))}
    found = []
    for key in {**before, **after}:
        one, other = before.get(key), after.get(key)
        line = other or one
        assert line is not None
        was, is_now = one.counted if one else 0, other.counted if other else 0
        if was != is_now or (one is None) != (other is None):
            word = "late" if one is None else "reversed" if other is None else "recounted"
            found.append(CauseLine(line.day, line.title, line.clause, was, is_now, line.fact, word))
    return sorted(found, key=lambda cause: (cause.day, cause.title))
