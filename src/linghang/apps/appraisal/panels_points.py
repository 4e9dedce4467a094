"""What a person's page shows of his points, and the links to them, for those who may see them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.apps.access.queries import scope_on_address
from linghang.apps.appraisal.data.months import FINAL_STATES
from linghang.apps.appraisal.data.statements import Sight, Stand
from linghang.apps.appraisal.models import Statement
from linghang.apps.appraisal.policies.duty import days_left
from linghang.apps.appraisal.policies.statements import sight_on, stand_of
from linghang.apps.appraisal.queries.own import shown_of_user
from linghang.apps.appraisal.queries.star_curve import GradeHistory, grade_history
from linghang.engine.periods import Month
from linghang.ui.panels import Todo
from linghang.ui.web.scope import use_scope
from linghang.ui.web.viewer import NOBODY, Viewer


@dataclass(frozen=True)
class PointsPanel:
    """The newest month and the grades so far; left out for whoever has to say first why he looks."""

    subject: UUID
    scheme: str
    month: Month
    total: int | None
    stand: Stand
    shown: bool
    history: GradeHistory | None = None


def points_of_person(request: HttpRequest, subject: UUID, _on: date) -> PointsPanel | None:
    """The newest settled month of a person, None for who may not see it."""
    found = _newest(request, subject)
    if found is None:
        return None
    row, sight = found
    return PointsPanel(
        subject=subject,
        scheme=row.scheme,
        month=Month.from_index(row.month),
        total=row.counted if sight is not Sight.OFFICER else None,
        stand=stand_of(row.book.state),
        shown=sight is not Sight.OFFICER,
        history=grade_history(subject, row.scheme) if sight is not Sight.OFFICER else None,
    )


def _newest(request: HttpRequest, subject: UUID) -> tuple[Statement, Sight] | None:
    viewer: Viewer = getattr(request, "viewer", NOBODY)
    rows = Statement.objects.select_related("book", "node", "person__user").filter(subject=subject)
    row = rows.order_by("-month", "scheme").first()
    if row is None or row.person is None:
        return None
    owner, final = row.person.user.uuid if row.person.user else None, row.book.state in FINAL_STATES
    sight = sight_on(viewer, owner=owner, paths=[row.node.path], group="", final=final)
    return (row, sight) if sight else None


def own_points(_request: HttpRequest, _subject: UUID) -> str:
    """From his own file everybody comes to his own points."""
    return reverse("appraisal:mine")


def points_address(request: HttpRequest, subject: UUID) -> str:
    """From a person's file to his points, for those who may see them."""
    found = _newest(request, subject)
    if found is None:
        return ""
    row, _sight = found
    return reverse("appraisal:statement", args=[subject, row.scheme, Month.from_index(row.month)])


def own_todos(request: HttpRequest) -> Iterator[Todo]:
    """One's own month while it is in 公示: look it through, by when, and go there by one tap."""
    viewer: Viewer = getattr(request, "viewer", NOBODY)
    today: date | None = getattr(request, "today", None)
    scope = scope_on_address(viewer, "appraisal:mine", on=today) if today else None
    if scope is None or today is None or viewer.uuid is None:
        return
    with use_scope(scope):
        shown = shown_of_user(viewer.uuid, on=today)
    for one in shown:
        yield Todo(
            title=_("核对自己%(month)s月的积分，正在公示") % {"month": one.month.month},
            url=reverse("appraisal:statement", args=[one.subject, one.scheme, one.month]),
            action=_("去核对"),
            due=one.until,
            left=days_left(one.until, today),
            rule=_("公示期内可以对其中一条提出异议；没有异议不用办什么。"),
        )
