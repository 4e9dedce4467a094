"""年终关账: what came late for the old year is booked once more, and the year's grades and proposal lists are final."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from linghang.apps.access.queries import find_node
from linghang.apps.appraisal.data.months import FINAL_STATES, BookState, RunKind, Settled, Step
from linghang.apps.appraisal.models import Book
from linghang.apps.appraisal.months.writing import Target, Writer
from linghang.apps.appraisal.operations.month_settling import (
    WHY,
    Compute,
    Group,
    Report,
    computed,
    groups_of,
    in_this_process,
    keep_run,
    silent,
)
from linghang.apps.appraisal.policies.months import may
from linghang.apps.appraisal.queries.inputs import plan_of, read_inputs
from linghang.engine.periods import Month, Span
from linghang.engine.workdays import SHANGHAI
from linghang.ui.web.errors import DomainError, forbidden
from linghang.ui.web.scope import system_scope
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing


def close_year(
    *,
    node: UUID,
    scheme: str,
    year: int,
    actor: Viewer,
    now: datetime,
    progress: Report = silent,
    compute: Compute = in_this_process,
) -> Settled:
    """Close a year of a scheme at a place inside the open scope and below it, once its closing period is over.

    Every December there must be final. What was closed before stays as it is; months and quarters do not move.
    """
    place = find_node(node)
    rows = Book.objects.filter(scheme=scheme, month=Month(year, 12).index, node__path__startswith=place.path)
    found = list(
        rows.select_related("node", "place", "binding__version").defer("binding__version__files").order_by("pk")
    )
    _check(found, year, actor, now)
    settled = Settled()
    for group in groups_of([row for row in found if row.year_closed_at is None]):
        settled += _close(group, actor, now, progress, compute)
    return settled


def _check(found: list[Book], year: int, actor: Viewer, now: datetime) -> None:
    if not all(may(Step.CLOSE_YEAR, actor, row.node.path) for row in found):
        raise forbidden()
    words = {"year": year, "names": _names(row for row in found if BookState(row.state) not in FINAL_STATES)}
    if words["names"]:
        message = _("%(year)s年12月还没有全部定稿：%(names)s。请先把它们定稿，再办年终关账。")
        raise DomainError("december_not_final", message % words, status=409)
    if not [row for row in found if row.year_closed_at is None]:
        message = _("%(year)s年没有可以办年终关账的：还没有建册，或者已经关过。请核对年度。")
        raise DomainError("year_closed", message % words, status=409)
    last = max(plan_of(row.binding.version.uuid, row.scheme, Month(year, 12)).year_end_closing for row in found)
    if now.astimezone(SHANGHAI).date() <= last:
        message = _("年终关账期到%(day)s 24时为止，此前补录的仍计入%(year)s年。请在这之后再办。")
        day = f"{last.year}年{last.month}月{last.day}日"
        raise DomainError("year_end_early", message % {"day": day, "year": year}, status=409)


def _names(rows: Iterable[Book]) -> str:
    names = [row.place.name for row in rows]
    return "、".join(names[:5]) + (_("等%(count)d个") % {"count": len(names)} if len(names) > 5 else "")


def _close(group: Group, actor: Viewer, now: datetime, progress: Report, compute: Compute) -> Settled:
    inputs = read_inputs(binding=group.binding, month=group.month, places=group.places, year_end=True)
    outcome = computed(inputs, compute, progress)
    plan = plan_of(inputs.version, inputs.scheme, inputs.month)
    yearly = frozenset(grade.id for grade in plan.grades if grade.span is Span.YEAR)
    with writing(actor, "close_year"), system_scope(reason=WHY):
        rows = Book.objects.select_for_update(of=["self"]).filter(pk__in=group.books, year_closed_at=None)
        books = list(rows.order_by("pk"))
        run = keep_run(inputs, outcome, RunKind.YEAR_END, actor, now)
        targets = [Target(book.pk, book.place_id, book.node_id) for book in books]
        written = Writer(inputs, outcome, run.pk, targets).write_year_end(yearly)
        user = get_user_model().objects.filter(uuid=actor.uuid).first() if actor.uuid else None
        Book.objects.filter(pk__in=[b.pk for b in books]).update(year_run=run, year_closed_at=now, year_closed_by=user)
    return Settled(len(books), written.subjects, written.adjustments, len(outcome.too_late), 0, (run.uuid,))
