"""A branch's month with everything that its totals are made of, for a workbook that computes them again."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from linghang.apps.appraisal.data.statements import AdjustmentLine
from linghang.apps.appraisal.models import Adjustment, Book, GradeResult, Statement
from linghang.apps.appraisal.queries.corrections import adjustment_lines
from linghang.apps.appraisal.queries.inputs import plan_of
from linghang.apps.appraisal.queries.month_again import Again, month_again
from linghang.apps.org.search.spoken import sound_of
from linghang.engine.periods import Month, Span, span_start
from linghang.ui.web.errors import DomainError, not_found

if TYPE_CHECKING:
    from linghang.engine.rules.plan import Plan
    from linghang.engine.settle.results import Line


@dataclass(frozen=True)
class MemberYear:
    """One person: the lines of the year so far as the month's settlement read them, and what the system says.

    `totals` are the months' totals as they stand in the system (None: 免评), `bands` the grades given at the end.
    """

    name: str
    code: str
    lines: "tuple[Line, ...]"
    scored: tuple[Month, ...]
    totals: dict[Month, int | None]
    late: tuple[AdjustmentLine, ...]
    bands: dict[str, tuple[int | None, str]]


@dataclass(frozen=True)
class BranchMonth:
    """A book's month."""

    place: str
    month: Month
    plan: "Plan"
    state: str
    members: tuple[MemberYear, ...]


def branch_month(book: UUID) -> BranchMonth:
    """Everybody's year up to the month of a book inside the open scope; refuses a month that is not settled."""
    row = Book.objects.select_related("place").filter(uuid=book).first()
    if row is None:
        raise not_found()
    own = Statement.objects.filter(book=row, person__isnull=False).select_related("person", "run__version", "book")
    found = own.defer("run__version__files").order_by("pk")
    statements = sorted(found, key=lambda one: sound_of(one.person.name if one.person else ""))
    if not statements:
        message = "这一册还没有核算，没有可以复算的数。请先关账并核算。"
        raise DomainError("not_settled", message, status=409)
    version = statements[0].run.version.uuid
    plan = plan_of(version, row.scheme, Month.from_index(row.month))
    if any(bounds.half for bounds in plan.limits):
        message = "这个办法有半年的上下限，复算表只算月、季、年三级。请在积分明细里逐条核对。"
        raise DomainError("not_by_itself", message, status=409)
    if plan.looks_around:
        message = "这个办法按名次或与别人的对比给分，单凭本支部的记录不能复算。请在积分明细里逐条核对。"
        raise DomainError("not_by_itself", message, status=409)
    made = [(statement, month_again(statement)) for statement in statements]
    month, subjects = Month.from_index(row.month), [statement.subject for statement in statements]
    totals = _totals(row.scheme, subjects, month)
    late, bands = _late(row.scheme, subjects, month), _bands(row, subjects)
    members = tuple(
        _member(statement, again, totals.get(statement.subject, {}), late, bands) for statement, again in made
    )
    return BranchMonth(row.place.name, month, made[0][1].plan, row.state, members)


def _member(
    row: Statement,
    again: Again,
    totals: dict[Month, int | None],
    late: dict[UUID, list[AdjustmentLine]],
    bands: dict[UUID, dict[str, tuple[int | None, str]]],
) -> MemberYear:
    assert row.person is not None
    return MemberYear(
        name=row.person.name,
        code=row.person.code,
        lines=tuple(again.result.lines),
        scored=tuple(again.result.months),
        totals=totals,
        late=tuple(late.get(row.subject, ())),
        bands=bands.get(row.subject, {}),
    )


def _totals(scheme: str, subjects: list[UUID], month: Month) -> dict[UUID, dict[Month, int | None]]:
    found: dict[UUID, dict[Month, int | None]] = {}
    during = (Month(month.year, 1).index, month.index)
    rows = Statement.objects.filter(scheme=scheme, subject__in=subjects, month__range=during)
    for subject, index, counted in rows.values_list("subject", "month", "counted"):
        found.setdefault(subject, {})[Month.from_index(index)] = counted
    return found


def _late(scheme: str, subjects: list[UUID], month: Month) -> dict[UUID, list[AdjustmentLine]]:
    """What is booked within the quarter so far."""
    found: dict[UUID, list[AdjustmentLine]] = {}
    during = (span_start(month, Span.QUARTER).index, month.index)
    rows = list(Adjustment.objects.filter(scheme=scheme, subject__in=subjects, booked__range=during).order_by("pk"))
    for row, line in zip(rows, adjustment_lines(rows), strict=True):
        found.setdefault(row.subject, []).append(line)
    return found


def _bands(book: Book, subjects: list[UUID]) -> dict[UUID, dict[str, tuple[int | None, str]]]:
    found: dict[UUID, dict[str, tuple[int | None, str]]] = {}
    for row in GradeResult.objects.filter(scheme=book.scheme, subject__in=subjects, month=book.month):
        found.setdefault(row.subject, {})[row.grade] = (row.total, row.band)
    return found
