"""A step for many books at once: each by itself, so that one that is refused keeps no other from going on."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linghang.apps.appraisal.data.months import BookLine, Bulk, Step
from linghang.apps.appraisal.operations.month_settling import start_settlement
from linghang.apps.appraisal.operations.months import (
    announce_book,
    approve_book,
    check_book,
    close_recording,
    publish_book,
)
from linghang.apps.appraisal.queries.books import receivers
from linghang.apps.appraisal.queries.months import lines_of
from linghang.apps.jobs.data import JobData
from linghang.ui.web.clock import day_of
from linghang.ui.web.errors import DomainError
from linghang.ui.web.viewer import Viewer

MOST = 500


def step_many(*, books: Sequence[UUID], step: Step, manner: str, actor: Viewer, now: datetime) -> Bulk:
    """Take a step with each of the books of the open scope; the refused ones are named with the reason.

    A 公示 in bulk names each branch's first holder of a post as the receiver.
    """
    lines = lines_of(books[:MOST])
    take: dict[Step, Callable[[BookLine], object]] = {
        Step.CLOSE: lambda line: close_recording(book=line.uuid, actor=actor, now=now),
        Step.CHECK: lambda line: check_book(book=line.uuid, actor=actor, now=now),
        Step.PUBLISH: lambda line: _publish(line, manner, actor, now),
        Step.APPROVE: lambda line: approve_book(book=line.uuid, actor=actor, now=now),
        Step.ANNOUNCE: lambda line: announce_book(book=line.uuid, actor=actor, now=now),
    }
    done, refused = 0, []
    for line in sorted(lines.values(), key=lambda one: (one.path, one.month, one.scheme)):
        try:
            take[step](line)
        except DomainError as error:
            refused.append((f"{line.place_name} {line.month.words}", str(error.message)))
        else:
            done += 1
    return Bulk(done, tuple(refused))


def _publish(line: BookLine, manner: str, actor: Viewer, now: datetime) -> None:
    people = receivers(line.path, on=day_of(now))
    if not people:
        words = _("本支部没有担任职务的账号可以受理异议。请先登记书记或组织委员。")
        raise DomainError("public_receiver", words, field="receiver")
    publish_book(book=line.uuid, receiver=people[0][0], manner=manner, actor=actor, now=now)


def settle_many(*, books: Sequence[UUID], node: UUID, actor: Viewer, now: datetime) -> list[JobData]:
    """One job per scheme and month of the books chosen; books below one place of the open scope."""
    groups: dict[tuple[str, int], list[BookLine]] = {}
    for line in lines_of(books[:MOST]).values():
        groups.setdefault((line.scheme, line.month.index), []).append(line)
    return [
        start_settlement(
            node=node,
            scheme=scheme,
            month=lines[0].month,
            books=[line.uuid for line in lines],
            actor=actor,
            now=now,
        )
        for (scheme, _month), lines in sorted(groups.items())
    ]
