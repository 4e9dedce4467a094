"""The same step for many books; each one for itself, so that one that is refused keeps no other from going on."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linghang.apps.access.data import NodeLine
from linghang.apps.access.queries import find_node
from linghang.apps.appraisal.data.months import FINAL_STATES, BookLine, Bulk, Step
from linghang.apps.appraisal.operations.month_settling import start_settlement
from linghang.apps.appraisal.operations.month_taking import ACTIONS, TAKE, Said, Taking
from linghang.apps.appraisal.policies.months import STEPS
from linghang.apps.appraisal.queries.months import BookFilter, books_rows, lines_of
from linghang.apps.jobs.data import JobData
from linghang.engine.periods import Month
from linghang.ui.web.errors import DomainError
from linghang.ui.web.spans import month_words
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

MOST = 500


def step_many(
    *, books: Sequence[UUID], step: Step, actor: Viewer, now: datetime, manner: str = "", reason: str = ""
) -> Bulk:
    """Take a step with each of the books of the open scope; those refused are named with the reason.

    A 公示 goes to the branch's own 纪检委员 or 书记, or the nearest above; `manner` says how one objects, `reason` why
    an unclosed month is approved.
    """
    if len(books) > MOST:
        words = _("一次最多办 %(most)d 册，选了 %(count)d 册。请按组织或月份分几次办。")
        raise DomainError("too_many", words % {"most": MOST, "count": len(books)})
    lines = sorted(lines_of(books).values(), key=lambda one: (one.path, one.month, one.scheme))
    return _take(lines, step, actor, now, Said(manner=manner, reason=reason.strip()))


def step_below(
    *, node: UUID, scheme: str, month: Month, step: Step, actor: Viewer, now: datetime, manner: str = "",
    reason: str = "",
) -> Bulk:  # fmt: skip
    """The same with every book of a month at a place and below it that stands where the step begins."""
    asked = BookFilter(month=month, scheme=scheme, path=find_node(node).path, states=STEPS[step].before)
    return _take(books_rows(asked), step, actor, now, Said(manner=manner, reason=reason.strip()))


def _take(lines: Sequence[BookLine], step: Step, actor: Viewer, now: datetime, said: Said) -> Bulk:
    with writing(actor, ACTIONS[step]):
        taking = Taking.of(step, [line.uuid for line in lines], actor, now, said)
        TAKE[step](taking)
    refused = [
        (f"{line.place_name} {month_words(line.month)}", str(taking.refused[line.uuid].message))
        for line in lines
        if line.uuid in taking.refused
    ]
    return Bulk(len(taking.rows), tuple(refused))


def settle_many(*, books: Sequence[UUID], places: Sequence[NodeLine], actor: Viewer, now: datetime) -> list[JobData]:
    """One job for each scheme and month, and each of the `places` that stand highest in the scope; all or none.

    What is final stays as it is; refused when everything is.
    """
    groups: dict[tuple[str, int, UUID], list[BookLine]] = {}
    lines = list(lines_of(books).values())
    for line in [one for one in lines if one.state not in FINAL_STATES] or lines:
        top = next((place for place in places if line.path.startswith(place.path)), None)
        if top is not None:
            groups.setdefault((line.scheme, line.month.index, top.uuid), []).append(line)
    jobs = []
    with writing(actor, "settle_many"):
        for (scheme, month, node), found in sorted(groups.items(), key=lambda one: (one[0][1], one[0][0])):
            chosen, when = [line.uuid for line in found], Month.from_index(month)
            jobs.append(start_settlement(node=node, scheme=scheme, month=when, books=chosen, actor=actor, now=now))
    return jobs
