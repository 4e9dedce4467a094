"""The steps of a month: 关账, 支部核对, 公示, 审定, 定稿, 公布, for one book. `policies.months` says who may."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linghang.apps.appraisal.data.months import BookLine, Step
from linghang.apps.appraisal.operations.month_taking import ACTIONS, NOTHING, TAKE, Said, Taking
from linghang.apps.appraisal.policies.months import LEAST_WORKING_DAYS, MOST_WORKING_DAYS, WORKING_DAYS
from linghang.apps.appraisal.queries.months import lines_of
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing


def close_recording(*, book: UUID, actor: Viewer, now: datetime) -> BookLine:
    """关账: from now on, no record means that there was nothing. What looked thin is kept with the book."""
    return _take(Step.CLOSE, book, actor, now)


def reopen_recording(*, book: UUID, actor: Viewer, now: datetime) -> BookLine:
    """Take a 关账 back, as long as nothing was settled."""
    return _take(Step.REOPEN, book, actor, now)


def check_book(*, book: UUID, actor: Viewer, now: datetime) -> BookLine:
    """支部核对: somebody of the branch has looked through the settlement."""
    return _take(Step.CHECK, book, actor, now)


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
    return _take(Step.PUBLISH, book, actor, now, Said(receiver=receiver, manner=manner, working_days=days))


def approve_book(*, book: UUID, actor: Viewer, now: datetime, reason: str = "") -> BookLine:
    """审定: the first of two people approves; the second, another one, makes the book final: 定稿.

    What becomes final is what was shown. Where the recording is not closed or a total is 暂算, the one who makes it
    final says why in `reason`.
    """
    return _take(Step.APPROVE, book, actor, now, Said(reason=reason.strip()))


def announce_book(*, book: UUID, actor: Viewer, now: datetime) -> BookLine:
    """公布 the final result to those who may see it."""
    return _take(Step.ANNOUNCE, book, actor, now)


def _take(step: Step, book: UUID, actor: Viewer, now: datetime, said: Said = NOTHING) -> BookLine:
    """Raises 404 where the book is outside the open scope, 403 and 409 where post or state do not allow the step."""
    with writing(actor, ACTIONS[step]):
        taking = Taking.of(step, [book], actor, now, said)
        TAKE[step](taking)
        for refusal in taking.refused.values():
            raise refusal
        if not taking.rows:
            raise not_found()
        return lines_of([book])[book]
