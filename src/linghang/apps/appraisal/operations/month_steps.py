"""The steps of a month: 关账, 支部核对, 公示, 审定, 定稿, 公布. Each locks its book; `policies.months` says who may."""

from datetime import date, datetime
from uuid import UUID

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from linghang.apps.appraisal.data.months import FINAL_STATES, BookLine, BookState, Step, open_objections
from linghang.apps.appraisal.models import Adjustment, Approval, Book, GradeResult, Publication, Statement
from linghang.apps.appraisal.months.finals import final_hash
from linghang.apps.appraisal.policies.months import (
    LEAST_WORKING_DAYS,
    MOST_WORKING_DAYS,
    STEPS,
    WORKING_DAYS,
    fits,
    may,
)
from linghang.apps.appraisal.queries.inputs import plan_of
from linghang.apps.appraisal.queries.months import book_line, previous_of, thin_spots
from linghang.apps.appraisal.queries.receivers import only_receivers
from linghang.engine.periods import Month, Span
from linghang.engine.workdays import SHANGHAI, Counting, WorkCalendar
from linghang.ui.web.errors import DomainError, forbidden, not_found
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

CALENDAR = WorkCalendar()


def close_recording(*, book: UUID, actor: Viewer, now: datetime) -> BookLine:
    """关账: from now on, no record means that there was nothing. What looked thin is kept with the book."""
    with writing(actor, "close_recording"):
        row = _book(book, Step.CLOSE, actor)
        if Month.from_index(row.month).first > _today(now):
            raise DomainError("book_not_begun", _("这个月还没有到，不能关账。到月末再关账。"), status=409)
        row.thin = [vars(spot) for spot in thin_spots(row.uuid)]
        row.closed_at, row.closed_by_id = now, _user(actor)
        return _to(row, BookState.CLOSED)


def reopen_recording(*, book: UUID, actor: Viewer, now: datetime) -> BookLine:  # noqa: ARG001 -- as all steps
    """Take a 关账 back, as long as nothing was settled."""
    with writing(actor, "reopen_recording"):
        row = _book(book, Step.REOPEN, actor)
        row.closed_at = row.closed_by_id = None
        row.thin = []
        return _to(row, BookState.RECORDING)


def check_book(*, book: UUID, actor: Viewer, now: datetime) -> BookLine:
    """支部核对: somebody of the branch has looked through the settlement."""
    with writing(actor, "check_book"):
        row = _book(book, Step.CHECK, actor)
        row.checked_at, row.checked_by_id = now, _user(actor)
        return _to(row, BookState.CHECKED)


def publish_book(
    *, book: UUID, receiver: UUID, manner: str, actor: Viewer, now: datetime, working_days: int | None = None
) -> BookLine:
    """公示 inside the branch for so many working days, today included; `receiver` takes objections in the `manner`.

    The month before must be final, and the settlement made after that: what is shown is what becomes final.
    """
    days = WORKING_DAYS if working_days is None else working_days
    if not LEAST_WORKING_DAYS <= days <= MOST_WORKING_DAYS:
        message = _("公示期应为%(least)d至%(most)d个工作日，填的是%(days)d。请改正。")
        raise DomainError(
            "public_days",
            message % {"least": LEAST_WORKING_DAYS, "most": MOST_WORKING_DAYS, "days": days},
            field="working_days",
        )
    if not manner.strip():
        raise DomainError(
            "public_manner", _("没有写怎样提出异议。请写明方式，例如当面、电话或在本系统提出。"), field="manner"
        )
    with writing(actor, "publish_book"):
        row = _book(book, Step.PUBLISH, actor)
        assert row.run is not None
        _after_previous(row)
        only_receivers(receiver, row.node.path, on=_today(now))
        key = get_user_model().objects.values_list("pk", flat=True).get(uuid=receiver)
        until = CALENDAR.add_workdays(_today(now), days, Counting.INCLUSIVE)
        row.public_from, row.public_until, row.provisional_deadline = _today(now), until.day, until.provisional
        row.receiver_id, row.manner = key, manner.strip()[:200]
        Publication.objects.create(
            book=row,
            run=row.run,
            public_from=row.public_from,
            public_until=row.public_until,
            receiver_id=key,
            manner=row.manner,
            by_id=_user(actor),
            at=now,
        )
        return _to(row, BookState.PUBLIC)


def approve_book(*, book: UUID, actor: Viewer, now: datetime, reason: str = "") -> BookLine:
    """审定: the first of two people approves; the second, another one, makes the book final: 定稿.

    What becomes final is what was shown. Where the recording is not closed or a total is 暂算, the one who makes it
    final says why in `reason`.
    """
    with writing(actor, "approve_book"):
        row = _book(book, Step.APPROVE, actor)
        _may_approve(row, now)
        assert row.run is not None
        user = _user(actor)
        seen = Approval.objects.filter(book=row, run=row.run)
        if seen.filter(person_id=user).exists():
            message = _("您已经审定过这一册。还需要另一位同志审定，才能定稿。")
            raise DomainError("approve_twice", message, status=409)
        before = seen.count()
        Approval.objects.create(book=row, run=row.run, person_id=user, at=now)
        if before + 1 < STEPS[Step.APPROVE].people:
            return book_line(row)
        return _finalise(row, reason.strip(), now)


def announce_book(*, book: UUID, actor: Viewer, now: datetime) -> BookLine:
    """公布 the final result to those who may see it."""
    with writing(actor, "announce_book"):
        row = _book(book, Step.ANNOUNCE, actor)
        row.announced_at, row.announced_by_id = now, _user(actor)
        return _to(row, BookState.ANNOUNCED)


# --- conditions ------------------------------------------------------------------------------------------------------


def _may_approve(row: Book, now: datetime) -> None:
    assert row.public_until is not None
    if _today(now) <= row.public_until:
        message = _("公示到%(day)s 24时为止，期满之后才能审定。请在公示期满后再来。")
        raise DomainError("public_not_over", message % {"day": _day(row.public_until)}, status=409)
    waiting = open_objections.of([row.uuid]).get(row.uuid, 0)
    if waiting:
        message = _("还有%(count)d件异议没有答复，不能审定。请先处理完这些异议，需要改的重新核算、公示。")
        raise DomainError("objections_open", message % {"count": waiting}, status=409)
    _after_previous(row)


def _after_previous(row: Book) -> None:
    """The month before is final, and this one was settled knowing that."""
    previous = previous_of(row)
    if previous is None:
        return
    words = {"month": previous.month.words}
    if previous.state not in FINAL_STATES:
        message = _("%(month)s还没有定稿，各月要按先后定稿。请先把%(month)s定稿，再重新核算本月。")
        raise DomainError("previous_not_final", message % words, status=409)
    assert row.run is not None
    if row.run.inputs.get("final", {}).get(str(row.place_id), 0) < previous.month.index:
        message = _("这次核算是在%(month)s定稿之前做的。请重新核算本月，核对后再公示。")
        raise DomainError("settle_again", message % words, status=409)


def _finalise(row: Book, reason: str, now: datetime) -> BookLine:
    open_ones = Statement.objects.filter(book=row, state="provisional").exists()
    if (row.closed_at is None or open_ones) and not reason:
        message = _("这一册还没有关账或有暂算的总分，定稿要写明理由。请先关账并重新核算，或写明为什么现在定稿。")
        raise DomainError("final_reason_needed", message, field="reason")
    row.unclosed_reason = reason[:300] if row.closed_at is None or open_ones else ""
    Statement.objects.filter(book=row, final=False).update(final=True)
    Adjustment.objects.filter(book=row, final=False, year_end=False).update(final=True)
    plan = plan_of(row.binding.version.uuid, row.scheme, Month.from_index(row.month))
    shorter = [grade.id for grade in plan.grades if grade.span is not Span.YEAR]
    GradeResult.objects.filter(book=row, final=False, grade__in=shorter).update(final=True)
    row.final_at, row.final_hash = now, final_hash(row.pk, shorter)
    return _to(row, BookState.FINAL)


# --- the row ---------------------------------------------------------------------------------------------------------


def _book(book: UUID, step: Step, actor: Viewer) -> Book:
    """The book inside the open scope, locked; refused where the actor's posts or its state do not allow the step."""
    rows = Book.objects.select_related("node", "run", "place", "binding__version").defer("binding__version__files")
    row = rows.select_for_update(of=["self"]).filter(uuid=book).first()
    if row is None:
        raise not_found()
    if not may(step, actor, row.node.path):
        raise forbidden()
    if not fits(step, BookState(row.state), closed=row.closed_at is not None):
        raise DomainError("book_elsewhere", STEPS[step].wrong_state, status=409)
    return row


def _to(row: Book, state: BookState) -> BookLine:
    row.state = state
    row.save()
    return book_line(row)


def _user(actor: Viewer) -> int:
    if actor.uuid is None:
        raise forbidden()
    return int(get_user_model().objects.values_list("pk", flat=True).get(uuid=actor.uuid))


def _today(now: datetime) -> date:
    return now.astimezone(SHANGHAI).date()


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
