"""A step of the month taken by books together: locked, asked, changed and written as one; each refused for itself."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from linghang.apps.appraisal.data.months import FINAL_STATES, BookLine, BookState, Step, open_objections
from linghang.apps.appraisal.models import Adjustment, Approval, Book, GradeResult, Publication, Statement
from linghang.apps.appraisal.months.finals import final_hashes
from linghang.apps.appraisal.policies.months import STEPS, WORKING_DAYS, fits, may
from linghang.apps.appraisal.queries.inputs import plan_of
from linghang.apps.appraisal.queries.months import previous_books
from linghang.apps.appraisal.queries.receivers import only_receivers, receivers_at
from linghang.apps.appraisal.queries.thin import thin_of
from linghang.engine.periods import Month, Span
from linghang.engine.workdays import SHANGHAI, Counting
from linghang.ui.web.errors import DomainError, forbidden
from linghang.ui.web.spans import month_words
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.workdays import CALENDAR


@dataclass(frozen=True)
class Said:
    """What the person says with a step: who takes objections (None: who stands nearest), how, for how long; why."""

    receiver: UUID | None = None
    manner: str = ""
    working_days: int = WORKING_DAYS
    reason: str = ""


NOTHING = Said()


@dataclass
class Taking:
    """The books that take a step, and why others do not. Used inside `writing`: the books stay locked to its end."""

    step: Step
    actor: Viewer
    now: datetime
    said: Said
    rows: list[Book]
    refused: dict[UUID, DomainError] = field(default_factory=dict)

    @classmethod
    def of(cls, step: Step, books: Collection[UUID], actor: Viewer, now: datetime, said: Said) -> "Taking":
        """The books inside the open scope, locked in one order; without those whose state or place do not allow it."""
        rows = Book.objects.select_related("node", "run", "place", "binding__version").defer("binding__version__files")
        locked = rows.select_for_update(of=["self"]).filter(uuid__in=set(books)).order_by("pk")
        taking = cls(step, actor, now, said, list(locked))
        taking.ask(taking._stands)
        return taking

    def ask(self, condition: Callable[[Book], object]) -> None:
        """Leave out the books that the condition refuses."""
        kept = []
        for row in self.rows:
            try:
                condition(row)
            except DomainError as refusal:
                self.refused[row.uuid] = refusal
            else:
                kept.append(row)
        self.rows = kept

    def write(self, state: BookState, **values: object) -> None:
        """Bring all of them to the state; `values` are the same for all, what was set on a row is named with `...`."""
        for row in self.rows:
            row.state = state
            for name, value in values.items():
                if value is not ...:
                    setattr(row, name, value)
        Book.objects.bulk_update(self.rows, ["state", *values], batch_size=200)

    @property
    def today(self) -> date:
        return self.now.astimezone(SHANGHAI).date()

    @cached_property
    def user(self) -> int:
        if self.actor.uuid is None:
            raise forbidden()
        return _keys([self.actor.uuid])[self.actor.uuid]

    def _stands(self, row: Book) -> None:
        if not may(self.step, self.actor, row.node.path):
            raise forbidden()
        if not fits(self.step, BookState(row.state), closed=row.closed_at is not None):
            raise DomainError("book_elsewhere", STEPS[self.step].wrong_state, status=409)


def close(taking: Taking) -> None:
    def begun(row: Book) -> None:
        if Month.from_index(row.month).first > taking.today:
            raise DomainError("book_not_begun", _("这个月还没有到，不能关账。到月末再关账。"), status=409)

    taking.ask(begun)
    spots = thin_of(taking.rows)
    for row in taking.rows:
        row.thin = [vars(spot) for spot in spots[row.uuid]]
    taking.write(BookState.CLOSED, thin=..., closed_at=taking.now, closed_by_id=taking.user)


def reopen(taking: Taking) -> None:
    taking.write(BookState.RECORDING, closed_at=None, closed_by_id=None, thin=[])


def check(taking: Taking) -> None:
    taking.write(BookState.CHECKED, checked_at=taking.now, checked_by_id=taking.user)


def publish(taking: Taking) -> None:
    taking.ask(_after_previous(taking.rows))
    takes: dict[UUID, UUID] = {}
    taking.ask(lambda row: takes.update({row.uuid: _receiver(taking.said.receiver, row.node.path, taking.today)}))
    keys = _keys(takes.values())
    until = CALENDAR.add_workdays(taking.today, taking.said.working_days, Counting.INCLUSIVE)
    shown = {"public_from": taking.today, "public_until": until.day, "manner": taking.said.manner.strip()[:200]}
    for row in taking.rows:
        row.receiver_id = keys[takes[row.uuid]]
    Publication.objects.bulk_create(
        Publication(book=row, run=row.run, receiver_id=keys[takes[row.uuid]], by_id=taking.user, at=taking.now, **shown)
        for row in taking.rows
    )
    taking.write(BookState.PUBLIC, receiver_id=..., provisional_deadline=until.provisional, **shown)


def approve(taking: Taking) -> None:
    """The first of two; the second, another one, makes final what was shown."""
    waiting = open_objections.of([row.uuid for row in taking.rows])
    taking.ask(lambda row: _shown_long_enough(row, waiting, taking.today))
    taking.ask(_after_previous(taking.rows))
    seen = set(Approval.objects.filter(book__in=taking.rows).values_list("book_id", "run_id", "person_id"))
    counts: Counter[tuple[int, int | None]] = Counter((book, run) for book, run, _person in seen)
    open_ones = Statement.objects.filter(book__in=taking.rows, state="provisional")
    unsure = set(open_ones.values_list("book_id", flat=True).distinct())
    unsure |= {row.pk for row in taking.rows if row.closed_at is None}
    last = {row.pk for row in taking.rows if counts[row.pk, row.run_id] + 1 >= STEPS[Step.APPROVE].people}

    def agreed(row: Book) -> None:
        if (row.pk, row.run_id, taking.user) in seen:
            message = _("您已经审定过这一册。还需要另一位同志审定，才能定稿。")
            raise DomainError("approve_twice", message, status=409)
        if row.pk in last & unsure and not taking.said.reason:
            message = _("这一册还没有关账或有暂算的总分，定稿要写明理由。请先关账并重新核算，或写明为什么现在定稿。")
            raise DomainError("final_reason_needed", message, field="reason")

    taking.ask(agreed)
    Approval.objects.bulk_create(
        Approval(book=row, run=row.run, person_id=taking.user, at=taking.now) for row in taking.rows
    )
    _finalise(taking, last, unsure)


def announce(taking: Taking) -> None:
    taking.write(BookState.ANNOUNCED, announced_at=taking.now, announced_by_id=taking.user)


TAKE: Mapping[Step, Callable[[Taking], None]] = {
    Step.CLOSE: close,
    Step.REOPEN: reopen,
    Step.CHECK: check,
    Step.PUBLISH: publish,
    Step.APPROVE: approve,
    Step.ANNOUNCE: announce,
}
ACTIONS: Mapping[Step, str] = {  # what the history calls each
    Step.CLOSE: "close_recording",
    Step.REOPEN: "reopen_recording",
    Step.CHECK: "check_book",
    Step.PUBLISH: "publish_book",
    Step.APPROVE: "approve_book",
    Step.ANNOUNCE: "announce_book",
}


def _finalise(taking: Taking, last: Collection[int], unsure: Collection[int]) -> None:
    """定稿: the rows of the books that both have approved change no more, and their hash is kept."""
    every, taking.rows = taking.rows, [row for row in taking.rows if row.pk in last]
    Statement.objects.filter(book__in=taking.rows, final=False).update(final=True)
    Adjustment.objects.filter(book__in=taking.rows, final=False, year_end=False).update(final=True)
    for grades, rows in _by_grades(taking.rows).items():
        GradeResult.objects.filter(book__in=rows, final=False, grade__in=grades).update(final=True)
        hashes = final_hashes([row.pk for row in rows], grades)
        for row in rows:
            row.final_hash = hashes[row.pk]
    for row in taking.rows:
        row.unclosed_reason = taking.said.reason[:300] if row.pk in unsure else ""
    taking.write(BookState.FINAL, final_at=taking.now, final_hash=..., unclosed_reason=...)
    taking.rows = every


def _by_grades(rows: Iterable[Book]) -> dict[tuple[str, ...], list[Book]]:
    """Books by the ids of their scheme's grades of months and quarters; those of the year wait for its end."""
    found: dict[tuple[str, ...], list[Book]] = {}
    for row in rows:
        plan = plan_of(row.binding.version.uuid, row.scheme, Month.from_index(row.month))
        shorter = tuple(grade.id for grade in plan.grades if grade.span is not Span.YEAR)
        found.setdefault(shorter, []).append(row)
    return found


# --- conditions ------------------------------------------------------------------------------------------------------


def _shown_long_enough(row: Book, waiting: Mapping[UUID, int], today: date) -> None:
    assert row.public_until is not None
    if today <= row.public_until:
        message = _("公示到%(day)s 24时为止，期满之后才能审定。请在公示期满后再来。")
        raise DomainError("public_not_over", message % {"day": _day(row.public_until)}, status=409)
    if waiting.get(row.uuid):
        message = _("还有%(count)d件异议没有答复，不能审定。请先处理完这些异议，需要改的重新核算、公示。")
        raise DomainError("objections_open", message % {"count": waiting[row.uuid]}, status=409)


def _after_previous(rows: Collection[Book]) -> Callable[[Book], None]:
    """The month before is final, and this one was settled knowing that."""
    before: Mapping[UUID, BookLine] = previous_books(rows)

    def final(row: Book) -> None:
        previous = before.get(row.uuid)
        if previous is None:
            return
        words = {"month": month_words(previous.month)}
        if previous.state not in FINAL_STATES:
            message = _("%(month)s还没有定稿，各月要按先后定稿。请先把%(month)s定稿，再重新核算本月。")
            raise DomainError("previous_not_final", message % words, status=409)
        assert row.run is not None
        if row.run.inputs.get("final", {}).get(str(row.place_id), 0) < previous.month.index:
            message = _("这次核算是在%(month)s定稿之前做的。请重新核算本月，核对后再公示。")
            raise DomainError("settle_again", message % words, status=409)

    return final


def _receiver(named: UUID | None, path: str, today: date) -> UUID:
    if named is not None:
        only_receivers(named, path, on=today)
        return named
    near = receivers_at(path, on=today)
    if not near:
        message = _("这里没有纪检委员、书记或党务干部的账号可以接收异议。请先指定一位。")
        raise DomainError("public_receiver", message, field="receiver")
    return near[0].uuid


def _keys(people: Iterable[UUID]) -> dict[UUID, int]:
    """Keys of accounts, wherever they stand: who takes objections may stand above the open scope."""
    return dict(get_user_model().objects.filter(uuid__in=set(people)).values_list("uuid", "pk"))


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
