"""星级党支部: what a branch was given quarter by quarter, from which months and records, and what stands open now.

Who may open the page of a branch may know its stars: the caller has read the branch inside his scope.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from linghang.apps.appraisal.data.expected import ExpectedLine
from linghang.apps.appraisal.data.months import FINAL_STATES, BookState
from linghang.apps.appraisal.data.statements import AdjustmentLine, AdjustmentPage, PricedLine
from linghang.apps.appraisal.models import Adjustment, GradeResult, Statement
from linghang.apps.appraisal.queries.expected import expected_of
from linghang.apps.appraisal.queries.month_again import month_again
from linghang.apps.appraisal.queries.packs import pack_of
from linghang.apps.appraisal.queries.years import adjustment_page
from linghang.apps.appraisal.words import title_in_language
from linghang.engine.packs.grade_model import Grade
from linghang.engine.packs.model import Pack
from linghang.engine.periods import Month, Span, months_between, span_start
from linghang.engine.settle.explaining.classes import ClassSpan
from linghang.ui.web.scope import system_scope
from linghang.ui.web.spans import span_words

WHY = "the stars of a branch are known to whoever may open its page; the branch was read inside the scope"
KEPT = 12


@dataclass(frozen=True)
class Star:
    """One final grade of a branch: when it was finalised and, once it is, announced."""

    scheme: str
    scheme_title: str
    title: str
    span: str
    month: Month
    total: int | None
    band: str
    final_at: datetime | None
    announced: bool


@dataclass(frozen=True)
class Stars:
    """The history, newest first, and what the running quarter is expected to give."""

    branch: UUID
    final: tuple[Star, ...]
    expected: tuple[ExpectedLine, ...]


@dataclass(frozen=True)
class StarMonth:
    """One month within the quarter with the lines that give it."""

    month: Month
    counted: int | None
    lines: tuple[PricedLine, ...]
    classes: tuple[ClassSpan, ...] = ()


@dataclass(frozen=True)
class StarPage:
    """A final grade, the lines of its months, what was booked late in it, and the thresholds it was held against."""

    star: Star
    branch: UUID
    name: str
    place: str
    months: tuple[StarMonth, ...]
    late: tuple[AdjustmentPage, ...]
    thresholds: tuple[tuple[str, int | None], ...]
    pack: str
    invented: bool
    as_of: datetime

    @property
    def adjustments(self) -> tuple[AdjustmentLine, ...]:
        return tuple(page.line for page in self.late)


def stars_of(branch: UUID, *, month: Month) -> Stars | None:
    """None where no scheme of branches holds."""
    with system_scope(reason=WHY):
        rows = _grades(branch)
        final = tuple(_star(row) for row in rows[:KEPT])
        expected = expected_of(branch, month=month)
    return Stars(branch, final, expected) if final or expected else None


def stars_of_many(branches: Sequence[UUID]) -> dict[UUID, Star]:
    """The newest final grade of each branch, in one statement."""
    with system_scope(reason=WHY):
        rows = _final().filter(subject__in=set(branches)).order_by("subject", "-month").distinct("subject")
        return {row.subject: _star(row) for row in rows}


def _without_records(page: AdjustmentPage) -> AdjustmentPage:
    """What came late as the star's page shows it: not everybody who opens it may open the records."""
    return replace(page, causes=tuple(replace(cause, readable=False) for cause in page.causes))


def star_page(branch: UUID, scheme: str, last: Month) -> StarPage | None:
    """The final grade of the span that ends with a month; None where there is none."""
    with system_scope(reason=WHY):
        row = _final().filter(subject=branch, scheme=scheme, month=last.index).order_by("pk").first()
        if row is None:
            return None
        pack = pack_of(row.run.version.uuid)
        grade = _grade(pack, row)
        first = span_start(last, grade.span)
        kept = Statement.objects.filter(
            subject=branch, scheme=scheme, final=True, month__range=(first.index, last.index)
        )
        late = Adjustment.objects.filter(
            subject=branch, scheme=scheme, final=True, booked__range=(first.index, last.index)
        )
        return StarPage(
            star=_star(row),
            branch=branch,
            name=row.organisation.name if row.organisation else "",
            place=row.book.place.name,
            months=_months(list(kept.select_related("run__version").defer("run__version__files")), first, last),
            late=tuple(_without_records(adjustment_page(each)) for each in late.order_by("booked", "month")),
            thresholds=_thresholds(pack, grade, row.scheme, first),
            pack=pack.label,
            invented=pack.identity.invented,
            as_of=row.run.at,
        )


def _final() -> QuerySet[GradeResult]:
    rows = GradeResult.objects.filter(organisation__isnull=False, final=True, book__state__in=FINAL_STATES)
    return rows.select_related("book__place", "organisation", "run__version").defer("run__version__files")


def _grades(branch: UUID) -> list[GradeResult]:
    rows = _final().filter(subject=branch).order_by("-month", "scheme")
    return [row for row in rows if _grade(pack_of(row.run.version.uuid), row).span is not Span.YEAR]


def _star(row: GradeResult) -> Star:
    pack = pack_of(row.run.version.uuid)
    grade, month = _grade(pack, row), Month.from_index(row.month)
    return Star(
        scheme=row.scheme,
        scheme_title=title_in_language(pack.schemes[row.scheme].title),
        title=title_in_language(grade.title),
        span=span_words(month, grade.span),
        month=month,
        total=row.total,
        band=next((title_in_language(band.title) for band in grade.bands if band.id == row.band), ""),
        final_at=row.book.final_at,
        announced=row.book.state == BookState.ANNOUNCED,
    )


def _grade(pack: Pack, row: GradeResult) -> Grade:
    return next(grade for grade in pack.schemes[row.scheme].grades if grade.id == row.grade)


def _months(rows: list[Statement], first: Month, last: Month) -> tuple[StarMonth, ...]:
    from linghang.apps.appraisal.explaining.lines import priced_line

    held = {row.month: row for row in rows}
    found = []
    for month in months_between(first, last):
        row = held.get(month.index)
        again = month_again(row) if row else None
        lines = tuple(priced_line(again.plan, line) for line in again.lines) if again else ()
        found.append(StarMonth(month, row.counted if row else None, lines, again.classes if again else ()))
    return tuple(found)


def _thresholds(pack: Pack, grade: Grade, scheme: str, first: Month) -> tuple[tuple[str, int | None], ...]:
    from linghang.engine.rules.plan import compile_plan
    from linghang.engine.settle.spans import thresholds

    plan = compile_plan(pack, scheme, first)
    asked = next(each for each in plan.grades if each.id == grade.id)
    titles = {band.id: title_in_language(band.title) for band in grade.bands}
    told = [(titles[band], low) for band, low in thresholds(plan, asked, first)]
    number = plan.month_number(first)
    for band in asked.bands:
        told += [(f"{titles[band.id]}（{'、'.join(words)}）", lows[number]) for words, lows in band.by_class]
    return tuple(told)
