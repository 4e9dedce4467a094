"""What settlements say of subjects inside the open scope, and what the engine needs to make the lines again."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from django.db.models import QuerySet

from linghang.apps.appraisal.data.months import AdjustmentData, BookState, GradeData, StatementData
from linghang.apps.appraisal.models import Adjustment, GradeResult, Statement
from linghang.apps.appraisal.months.asked import Inputs
from linghang.apps.appraisal.months.roster import basis_of, member_of
from linghang.apps.appraisal.queries.inputs import facts_of, plan_of, read_inputs
from linghang.apps.ledger.queries.settlement import Wanted, settlement_facts
from linghang.engine.facts import Fact
from linghang.engine.periods import Month
from linghang.engine.roster import Member
from linghang.engine.rules.plan import Plan
from linghang.ui.web.errors import not_found
from linghang.ui.web.kept import kept_rows
from linghang.ui.web.scope import system_scope

if TYPE_CHECKING:
    from linghang.engine.settle.explaining.others import Others
    from linghang.engine.settle.plainly.around import Around
    from linghang.engine.settle.plainly.liability import Tie

M = TypeVar("M", Adjustment, GradeResult)
ALONG = ("person__user", "organisation", "book__place", "run")


@dataclass(frozen=True)
class EngineInput:
    """What `explain` needs of one subject: `explain(plan, member, facts, month, closed, others=…)`, all six as here.

    `facts` are the subject's own as of the settlement's watermark; those that count through links are already his.
    `others`, under plans that hold members against others, are those beside whom he stands; `around`, for
    `settle_member`, is what the plan sees of them.
    """

    plan: Plan
    member: Member
    facts: tuple[Fact, ...]
    month: Month
    closed: frozenset[tuple[str, Month]]
    others: "Others | None" = None

    @property
    def around(self) -> "Around | None":
        return self.others.around if self.others else None


def statements_of_book(book: UUID) -> list[StatementData]:
    """Everybody's month in a book, by name."""
    rows = _statements().filter(book__uuid=book).order_by("person__name", "organisation__name", "pk")
    return [statement_data(row) for row in rows]


def statement_of(subject: UUID, scheme: str, month: Month) -> StatementData | None:
    """A subject's month as it stands now; None where it was not settled."""
    row = _statements().filter(subject=subject, scheme=scheme, month=month.index).first()
    return statement_data(row) if row else None


def statement_named(uuid: UUID) -> StatementData:
    """One statement inside the open scope."""
    row = _statements().filter(uuid=uuid).first()
    if row is None:
        raise not_found()
    return statement_data(row)


def statements_of(
    subjects: Collection[UUID], scheme: str, *, first: Month, last: Month
) -> dict[UUID, dict[Month, StatementData]]:
    """Months of several subjects at once: subject → month → statement."""
    found: dict[UUID, dict[Month, StatementData]] = {}
    rows = _statements().filter(subject__in=set(subjects), scheme=scheme, month__range=(first.index, last.index))
    for row in rows:
        found.setdefault(row.subject, {})[Month.from_index(row.month)] = statement_data(row)
    return found


def adjustments_of(subject: UUID, year: int, scheme: str = "") -> list[AdjustmentData]:
    """What came late for the months of a year, in the order of booking."""
    rows = _of_year(Adjustment.objects.all(), subject, year, scheme).select_related("book", "run")
    return [adjustment_data(row) for row in rows.order_by("booked", "month", "pk")]


def adjustments_of_book(book: UUID) -> list[AdjustmentData]:
    """What is booked in a book for months that were final."""
    return [
        AdjustmentData(uuid, subject, scheme, Month.from_index(month), Month.from_index(booked), *more)
        for uuid, subject, scheme, month, booked, *more in kept_rows(_booked_in, given=(book,))
    ]


def _booked_in(asked: Sequence[UUID]) -> QuerySet[Adjustment, tuple[Any, ...]]:
    rows = Adjustment.objects.filter(book__uuid__in=asked).order_by("subject", "month", "pk")
    about = ("uuid", "subject", "scheme", "month", "booked", "counted", "year_end", "final")
    return rows.values_list(*about, "book__uuid", "run__uuid")


def grades_of(subject: UUID, year: int, scheme: str = "") -> list[GradeData]:
    """The grades of the year's spans that are over and settled."""
    rows = _of_year(GradeResult.objects.all(), subject, year, scheme).select_related("book")
    return [grade_data(row) for row in rows.order_by("month", "grade")]


def _of_year(rows: QuerySet[M], subject: UUID, year: int, scheme: str) -> QuerySet[M]:
    during = (Month(year, 1).index, Month(year, 12).index)
    rows = rows.filter(subject=subject, month__range=during)
    return rows.filter(scheme=scheme) if scheme else rows


def _statements() -> QuerySet[Statement]:
    return Statement.objects.select_related(*ALONG)


def statement_data(row: Statement) -> StatementData:
    who = row.person or row.organisation
    user = row.person.user if row.person else None
    return StatementData(
        uuid=row.uuid,
        subject=row.subject,
        name=who.name if who else "",
        code=who.code if who else "",
        owner=user.uuid if user else None,
        book=row.book.uuid,
        book_state=BookState(row.book.state),
        scheme=row.scheme,
        month=Month.from_index(row.month),
        place=row.book.place.uuid,
        place_name=row.book.place.name,
        state=row.state,
        priced=row.priced,
        counted=row.counted,
        items={item: (priced, counted, facts) for item, (priced, counted, facts) in row.items.items()},
        categories={node: (base, priced, counted) for node, (base, priced, counted) in row.categories.items()},
        unknown=tuple(row.unknown),
        basis=row.basis,
        final=row.final,
        run=row.run.uuid,
        run_at=row.run.at,
    )


def adjustment_data(row: Adjustment) -> AdjustmentData:
    return AdjustmentData(
        uuid=row.uuid,
        subject=row.subject,
        scheme=row.scheme,
        month=Month.from_index(row.month),
        booked=Month.from_index(row.booked),
        counted=row.counted,
        year_end=row.year_end,
        final=row.final,
        book=row.book.uuid,
        run=row.run.uuid,
    )


def grade_data(row: GradeResult) -> GradeData:
    return GradeData(
        subject=row.subject,
        scheme=row.scheme,
        grade=row.grade,
        month=Month.from_index(row.month),
        state=row.state,
        total=row.total,
        band=row.band,
        final=row.final,
        book=row.book.uuid,
    )


# --- the lines again -------------------------------------------------------------------------------------------------


def inputs_of_statement(statement: UUID) -> EngineInput:
    """What made a statement inside the open scope: its lines come out exactly as the settlement had them."""
    row = (
        Statement.objects.select_related("run__version", "book")
        .defer("run__version__files")
        .filter(uuid=statement)
        .first()
    )
    if row is None:
        raise not_found()
    marks = {int(node): seq for node, seq in row.run.watermark.items()}
    plan = plan_of(row.run.version.uuid, row.scheme, Month.from_index(row.month))
    if plan.through or plan.looks_around:
        return live_inputs(row.book.binding_id, row.subject, Month.from_index(row.month), marks=marks)
    member = member_of(str(row.subject), row.basis)
    closed = frozenset((member.organisation, Month.from_index(m)) for m in row.basis["closed"])
    wanted = Wanted({row.subject: member.code}, plan.reads_from.first, plan.months[-1].last, watermark=marks)
    with system_scope(reason="a statement's lines are made of its subject's records wherever they happened"):
        return EngineInput(plan, member, tuple(settlement_facts(wanted)), plan.months[-1], closed)


def live_inputs(binding: int, subject: UUID, month: Month, *, marks: Mapping[int, int] | None = None) -> EngineInput:
    """The same as things stand now (or at `marks`), for a subject that the caller found inside his scope."""
    inputs = read_inputs(binding=binding, month=month, people=[subject], marks=marks, lines_only=True)
    one = next((each for each in inputs.subjects if each.member.code == str(subject)), None)
    if one is None:
        raise not_found()
    plan = plan_of(inputs.version, inputs.scheme, month)
    basis = basis_of(one, inputs.closed)
    closed = frozenset((one.member.organisation, Month.from_index(m)) for m in _closed_months(basis))
    written = facts_of(inputs)
    own = tuple(fact for fact in _counted(written, inputs, plan) if fact.subject == str(subject))
    return EngineInput(plan, one.member, own, month, closed, _others(inputs, plan, written))


def _closed_months(basis: Mapping[str, object]) -> Iterable[int]:
    months = basis["closed"]
    assert isinstance(months, list)
    return months


def as_counted(inputs: Inputs, plan: Plan) -> list[Fact]:
    """The records as the subjects get them: those that count through links are whose they count for."""
    return _counted(facts_of(inputs), inputs, plan)


def _counted(facts: list[Fact], inputs: Inputs, plan: Plan) -> list[Fact]:
    if not plan.through:
        return facts
    from linghang.engine.settle.plainly.liability import count_for_responsible

    return count_for_responsible(plan, facts, _ties(inputs))


def _ties(inputs: Inputs) -> "list[Tie]":
    from linghang.engine.roster import DateRange
    from linghang.engine.settle.plainly.liability import Tie

    return [Tie(t.kind, t.left, t.right, DateRange(t.since, t.until)) for t in inputs.ties]


def _others(inputs: Inputs, plan: Plan, facts: Iterable[Fact]) -> "Others | None":
    """Everybody whom the inputs read, with the records as they were written down; None where the plan looks at each
    one alone."""
    if not plan.looks_around:
        return None
    from linghang.engine.roster import Roster
    from linghang.engine.settle.explaining.others import Others

    return Others(plan, Roster(one.member for one in inputs.subjects), facts, inputs.closings, _ties(inputs))


def around_of(inputs: Inputs, plan: Plan, facts: Iterable[Fact]) -> "Around | None":
    """What the plan sees of everybody, from inputs and counted records of everybody; None where it does not look."""
    if not plan.looks_around:
        return None
    from linghang.engine.roster import Roster
    from linghang.engine.settle.plainly.around import look_around
    from linghang.engine.settle.plainly.reference import by_member

    return look_around(plan, Roster(one.member for one in inputs.subjects), by_member(facts), inputs.closings)
