"""年终关账: what came late for the old year is booked once more, and the year's grades and proposal lists are final."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils.translation import gettext as _

from linghang.apps.access.queries import find_node
from linghang.apps.appraisal.data.months import FINAL_STATES, BookState, RunKind, Settled, Step
from linghang.apps.appraisal.models import Adjustment, Book, Statement
from linghang.apps.appraisal.months.asked import Inputs
from linghang.apps.appraisal.months.writing import Target, Writer
from linghang.apps.appraisal.operations.month_opening import open_books
from linghang.apps.appraisal.operations.month_settling import (
    WHY,
    Compute,
    Group,
    Report,
    computed,
    in_this_process,
    keep_run,
    silent,
)
from linghang.apps.appraisal.policies.months import may
from linghang.apps.appraisal.queries.inputs import plan_of, read_inputs
from linghang.apps.appraisal.queries.packs import bindings_at
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

    Every December there must be final, and every other month of whoever belongs there. A place that ended in the year
    is closed with its last book: what came late for somebody who went on nowhere is booked there. What was closed
    before stays as it is; months and quarters do not move.
    """
    place = find_node(node)
    open_books(month=Month(year, 12), node=node, now=now)  # so that a place without a December has really ended
    rows = Book.objects.filter(scheme=scheme, month__range=_months(year), node__path__startswith=place.path)
    along = rows.select_related("node", "place", "binding__version").defer("binding__version__files")
    found = list(along.order_by("place_id", "-month").distinct("place_id"))
    _check(found, year, actor, now)
    groups = _groups([row for row in found if row.year_closed_at is None], year)
    read = [
        (group, read_inputs(binding=group.binding, month=group.month, places=group.places, year_end=True))
        for group in groups
    ]
    for group, inputs in read:
        _refuse_behind(group, inputs)
    settled = Settled()
    for group, inputs in read:
        settled += _close(group, inputs, actor, now, progress, compute)
    return settled


def _months(year: int) -> tuple[int, int]:
    return Month(year, 1).index, Month(year, 12).index


def _check(found: list[Book], year: int, actor: Viewer, now: datetime) -> None:
    if not all(may(Step.CLOSE_YEAR, actor, row.node.path) for row in found):
        raise forbidden()
    words = {"year": year, "names": _names(_named(row) for row in found if BookState(row.state) not in FINAL_STATES)}
    if words["names"]:
        message = _("%(year)s年12月还没有全部定稿：%(names)s。请先把它们定稿，再办年终关账。")
        raise DomainError("december_not_final", message % words, status=409)
    if not [row for row in found if row.year_closed_at is None]:
        message = _("%(year)s年没有可以办年终关账的：还没有建册，或者已经关过。请核对年度。")
        raise DomainError("year_closed", message % words, status=409)
    last = max(
        plan_of(row.binding.version.uuid, row.scheme, Month.from_index(row.month)).year_end_closing for row in found
    )
    if now.astimezone(SHANGHAI).date() <= last:
        message = _("年终关账期到%(day)s 24时为止，此前补录的仍计入%(year)s年。请在这之后再办。")
        day = f"{last.year}年{last.month}月{last.day}日"
        raise DomainError("year_end_early", message % {"day": day, "year": year}, status=409)


def _groups(rows: Iterable[Book], year: int) -> list[Group]:
    """The books in the groups that one call of the engine closes: by what holds there in December, or held last."""
    december, found = Month(year, 12), dict[int, list[Book]]()
    chosen = list(rows)
    held = bindings_at([row.node.path for row in chosen], month=december)
    for row in chosen:
        line = held[row.node.path].get(row.scheme) if row.month != december.index else None
        found.setdefault(line.key if line else row.binding_id, []).append(row)
    return [
        Group(binding, december, tuple(b.pk for b in books), tuple(b.place_id for b in books))
        for binding, books in sorted(found.items())
    ]


def _refuse_behind(group: Group, inputs: Inputs) -> None:
    """Whoever belongs here at the year's end has all his months final, and no draft anywhere that would be booked
    once more when it becomes final."""
    places, first = set(group.places), inputs.month.index - 11
    own = [one for one in inputs.subjects if one.home(inputs.month) in places]
    during = {"scheme": inputs.scheme, "month__range": (first, inputs.month.index)}
    with system_scope(reason=WHY):
        waiting = Book.objects.filter(**during, place_id__in={key for one in own for key in one.places.values()})
        waiting = waiting.exclude(state__in=FINAL_STATES).select_related("place")
        behind = {(row.place_id, row.month): _named(row) for row in waiting}
        met = {behind[place, month] for one in own for month, place in one.places.items() if (place, month) in behind}
        subjects = [one.member.code for one in own]
        months = {"scheme": inputs.scheme, "final": False, "subject__in": subjects}
        drafts = (
            Book.objects.exclude(state__in=FINAL_STATES)
            .filter(**during)
            .filter(
                Q(pk__in=Statement.objects.filter(**months).values("book"))
                | Q(pk__in=Adjustment.objects.filter(**months).values("book"))
            )
        )
        met |= {_named(row) for row in drafts.select_related("place")}
    if met:
        message = _("年内调动过的同志，原支部还有没定稿的月份：%(names)s。请先把它们定稿，免得同一件事入账两次。")
        raise DomainError("moved_from_behind", message % {"names": _names(sorted(met))}, status=409)


def _named(row: Book) -> str:
    """The place, with the month where that is not the year's last."""
    month = Month.from_index(row.month)
    return (
        str(row.place.name)
        if month.ends_year
        else _("%(place)s%(month)d月") % {"place": row.place.name, "month": month.month}
    )


def _names(said: Iterable[str]) -> str:
    names = list(said)
    return "、".join(names[:5]) + (_("等%(count)d个") % {"count": len(names)} if len(names) > 5 else "")


def _close(group: Group, inputs: Inputs, actor: Viewer, now: datetime, progress: Report, compute: Compute) -> Settled:
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
