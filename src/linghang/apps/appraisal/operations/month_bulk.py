"""The same step for every book of a month at a place and below it; each one for itself, refusals are listed."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linghang.apps.access.queries import find_node, holders
from linghang.apps.appraisal.data.months import BookLine, Bulk, Step
from linghang.apps.appraisal.operations.month_steps import (
    announce_book,
    approve_book,
    check_book,
    close_recording,
    publish_book,
)
from linghang.apps.appraisal.policies.months import STEPS
from linghang.apps.appraisal.queries.months import BookFilter, books_rows
from linghang.engine.periods import Month
from linghang.engine.workdays import SHANGHAI
from linghang.ui.web.errors import DomainError
from linghang.ui.web.viewer import Viewer

RECEIVERS = ("discipline_member", "secretary", "officer")  # who takes objections where nobody is named, in this order


def close_all(*, node: UUID, scheme: str, month: Month, actor: Viewer, now: datetime) -> Bulk:
    """关账 of every branch that still records."""
    return _each(Step.CLOSE, node, scheme, month, lambda line: close_recording(book=line.uuid, actor=actor, now=now))


def check_all(*, node: UUID, scheme: str, month: Month, actor: Viewer, now: datetime) -> Bulk:
    """支部核对 of every settled book."""
    return _each(Step.CHECK, node, scheme, month, lambda line: check_book(book=line.uuid, actor=actor, now=now))


def publish_all(
    *, node: UUID, scheme: str, month: Month, manner: str, actor: Viewer, now: datetime, receiver: UUID | None = None,
    working_days: int | None = None,
) -> Bulk:  # fmt: skip
    """公示 of every checked book; without a `receiver` objections go to the branch's own 纪检委员 or 书记."""

    def publish(line: BookLine) -> BookLine:
        who = receiver or _receiver(line, now)
        return publish_book(
            book=line.uuid, receiver=who, manner=manner, actor=actor, now=now, working_days=working_days
        )

    return _each(Step.PUBLISH, node, scheme, month, publish)


def approve_all(*, node: UUID, scheme: str, month: Month, actor: Viewer, now: datetime, reason: str = "") -> Bulk:
    """审定 of every book that was shown long enough, by one person; another one does the same for 定稿."""
    return _each(
        Step.APPROVE,
        node,
        scheme,
        month,
        lambda line: approve_book(book=line.uuid, actor=actor, now=now, reason=reason),
    )


def announce_all(*, node: UUID, scheme: str, month: Month, actor: Viewer, now: datetime) -> Bulk:
    """公布 of every final book."""
    return _each(Step.ANNOUNCE, node, scheme, month, lambda line: announce_book(book=line.uuid, actor=actor, now=now))


def _each(step: Step, node: UUID, scheme: str, month: Month, take: Callable[[BookLine], BookLine]) -> Bulk:
    asked = BookFilter(month=month, scheme=scheme, path=find_node(node).path, states=STEPS[step].before)
    done, refused = 0, []
    for line in books_rows(asked):
        try:
            take(line)
            done += 1
        except DomainError as refusal:
            refused.append((line.place_name, str(refusal.message)))
    return Bulk(done, tuple(refused))


def _receiver(line: BookLine, now: datetime) -> UUID:
    found = holders(roles=RECEIVERS, on=now.astimezone(SHANGHAI).date(), above=line.path)
    near = sorted(found, key=lambda one: (-len(one.path), RECEIVERS.index(one.role)))
    if not near:
        message = _("这里没有纪检委员、书记或党务干部的账号可以接收异议。请先指定一位。")
        raise DomainError("public_receiver", message, field="receiver")
    return near[0].uuid
