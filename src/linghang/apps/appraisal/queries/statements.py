"""党员积分明细: one person's month as its settlement stands, line by line; the lines add up to the total."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.apps.access.queries import scope_on_address
from linghang.apps.appraisal.data.statements import (
    Ground,
    NextStep,
    PricedLine,
    Shown,
    SpanSum,
    StatementPage,
)
from linghang.apps.appraisal.models import Adjustment, Book, Run, Statement
from linghang.apps.appraisal.policies.statements import stand_of
from linghang.apps.appraisal.queries.corrections import adjustment_lines
from linghang.apps.appraisal.queries.month_again import Again, month_again
from linghang.apps.appraisal.queries.objections import objections_of
from linghang.apps.appraisal.queries.sight import Rows, rows_of
from linghang.apps.appraisal.queries.spans import grade_lines, graded, next_steps, span_sum, spans_of
from linghang.apps.appraisal.words import title_in_language, titles_of
from linghang.apps.ledger.queries.behind import Behind, behind
from linghang.engine.periods import Month, Span, span_end
from linghang.ui.web.scope import use_scope
from linghang.ui.web.viewer import Viewer


def statement_page(viewer: Viewer, subject: UUID, scheme: str, month: Month, *, on: date) -> StatementPage | None:
    """The month as the viewer may see it, None where he sees nothing or there is nothing."""
    rows = rows_of(viewer, subject, scheme=scheme, year=month.year, on=on, month=month)
    row = rows.of(month) if rows else None
    if rows is None or row is None:
        return None
    return _page(viewer, rows, row, month, on)


def page_of_rows(viewer: Viewer, rows: Rows, month: Month, *, on: date) -> StatementPage | None:
    """The page of a month whose rows were read already."""
    row = rows.of(month)
    return _page(viewer, rows, row, month, on) if row else None


def _page(viewer: Viewer, rows: Rows, row: Statement, month: Month, on: date) -> StatementPage:
    from linghang.apps.appraisal.explaining.lines import category_bars, priced_line

    again = month_again(row)
    exempt = row.counted is None
    lines = [priced_line(again.plan, line) for line in again.lines]
    items = titles_of(again.plan.scheme.items)
    return StatementPage(
        uuid=row.uuid,
        subject=row.subject,
        name=row.person.name if row.person else "",
        code=row.person.code if row.person else "",
        place=row.book.place.name,
        scheme_id=row.scheme,
        month=month,
        stand=stand_of(row.book.state),
        state=row.state,
        total=row.counted,
        sentence=sentence_of(rows, month, again, row.counted),
        bars=() if exempt else tuple(category_bars(again.plan, again.lines, month)),
        lines=tuple(with_behind(viewer, lines, on=on)),
        unknown=tuple(items.get(item, item) for item in row.unknown),
        adjustments=adjustment_lines({a.pk: a for a in _late(rows, month)}.values()),
        spans=spans_of_month(rows, month, again),
        ground=ground_of(again, row.run, row.book),
        shown=_shown(row.book),
        book_state=row.book.state,
        objections=objections_of(row.subject, scheme=row.scheme, month=row.month),
        first=Month.from_index(rows.statements[0].month),
        last=Month.from_index(rows.statements[-1].month),
        classes=again.classes,
    )


def _late(rows: Rows, month: Month) -> list[Adjustment]:
    """What was booked in the month, and what was booked later about it."""
    return [*rows.booked_in(month), *rows.about(month)]


def sentence_of(rows: Rows, month: Month, again: Again, total: int | None) -> str:
    """Why this month differs from the one before, as that one was settled."""
    from linghang.apps.appraisal.explaining.difference import Side, difference_sentence

    now = Side(again.plan, total, again.lines)
    last = rows.of(month + -1)
    if last is None or last.counted is None:
        return difference_sentence(month, now, None)
    earlier = month_again(last)
    return difference_sentence(month, now, Side(earlier.plan, last.counted, earlier.lines))


def with_behind(viewer: Viewer, lines: Sequence[PricedLine], *, on: date) -> list[PricedLine]:
    """The lines with who recorded and confirmed, where the viewer may open the record."""
    scope = scope_on_address(viewer, "ledger:fact", on=on)
    if scope is None:
        return list(lines)
    with use_scope(scope):
        known = behind({line.fact for line in lines if line.fact})
    return [_with(line, known.get(line.fact) if line.fact else None) for line in lines]


def _with(line: PricedLine, found: Behind | None) -> PricedLine:
    if found is None:
        return line
    return replace(line, readable=True, evidence=found.evidence, recorder=found.recorder, confirmer=found.confirmer)


def spans_of_month(rows: Rows, month: Month, again: Again) -> tuple[SpanSum, ...]:
    """Quarter, half-year and year around a month, with the grade where the span is over, else with what is missing."""
    spans = [(span, span_sum(rows, month, span)) for span in spans_of(again.plan)]
    steps = next_steps(again.plan, month, spans)
    return tuple(_span(rows, month, again, span, summed, steps.get(span, ())) for span, summed in spans)


def _span(rows: Rows, month: Month, again: Again, span: Span, summed: SpanSum, steps: tuple[NextStep, ...]) -> SpanSum:
    last = span_end(month, span)
    grades = grade_lines(rows, last, span, again.plan, again if last == month else None)
    return graded(summed, grades, steps)


def ground_of(again: Again, run: Run, book: Book) -> Ground:
    """By which measures, on which records."""
    pack = again.plan.pack
    seq = run.watermark.get(str(book.node_id))
    words = _("本支部第 %(seq)d 号（含）以前的记录") % {"seq": seq} if seq else _("本支部还没有记录")
    return Ground(
        scheme=title_in_language(again.plan.scheme.title),
        pack=pack.label,
        document=pack.identity.document.get("number", ""),
        invented=pack.identity.invented,
        as_of=run.at,
        watermark=words,
        link=f"{reverse('appraisal:pack', args=[run.version.uuid])}?month={again.month}",
    )


def _shown(book: Book) -> Shown | None:
    if book.public_from is None or book.public_until is None:
        return None
    receiver = book.receiver.display_name if book.receiver else ""
    return Shown(book.public_from, book.public_until, book.provisional_deadline, receiver, book.manner)
