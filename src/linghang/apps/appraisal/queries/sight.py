"""Rows of one person's points inside the open scope, and as what the viewer sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from linghang.apps.appraisal.data.months import FINAL_STATES
from linghang.apps.appraisal.data.statements import Sight
from linghang.apps.appraisal.models import Adjustment, GradeResult, Statement
from linghang.apps.appraisal.policies.statements import sight_on
from linghang.apps.audit.queries import reason_given
from linghang.apps.org.queries.groups import group_path_of
from linghang.engine.periods import Month
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.kept_objects import kept_objects
from linghang.ui.web.scope import system_scope
from linghang.ui.web.viewer import Viewer

ALONG = ("person__user", "book__place", "book__node", "book__receiver", "book__binding", "node", "run__version")
GROUP = "the leader of his party group sees what is still to be checked; the group was asked for by its own leader"


@dataclass(frozen=True)
class Rows:
    """What the viewer may read of one person's scheme over the months around: oldest first."""

    sight: Sight
    statements: tuple[Statement, ...]
    adjustments: tuple[Adjustment, ...]
    grades: tuple[GradeResult, ...]

    def of(self, month: Month) -> Statement | None:
        return next((row for row in self.statements if row.month == month.index), None)

    def booked_in(self, month: Month) -> list[Adjustment]:
        return [row for row in self.adjustments if row.booked == month.index]

    def about(self, month: Month) -> list[Adjustment]:
        return [row for row in self.adjustments if row.month == month.index]


def rows_of(
    viewer: Viewer, subject: UUID, *, scheme: str, year: int, on: date, month: Month | None = None
) -> Rows | None:
    """The year's rows, from December before it, as the viewer sees them; None when he sees none of them.

    `month` is the one that is asked for: what a group leader may see depends on how far it is.
    """
    months = (Month(year, 1).index - 1, Month(year, 12).index)
    found = _statements(subject, scheme, months)
    sight = _sight(viewer, found, month=month)
    if sight is None and viewer.has("group_leader"):
        with system_scope(reason=GROUP):
            found = _statements(subject, scheme, months)
            sight = _sight(viewer, found, month=month, group=group_path_of(subject, on=on))
            return _gathered(sight, found, subject, scheme, months) if sight else None
    return _gathered(sight, found, subject, scheme, months) if sight else None


def _gathered(sight: Sight, statements: list[Statement], subject: UUID, scheme: str, months: tuple[int, int]) -> Rows:
    late = kept_objects(_booked, scheme, months, given=(subject,))
    grades = kept_objects(_graded, scheme, months, given=(subject,))
    return Rows(sight, tuple(statements), tuple(late), tuple(grades))


def _booked(scheme: str, months: tuple[int, int], subjects: Sequence[UUID]) -> QuerySet[Adjustment]:
    rows = Adjustment.objects.filter(subject__in=subjects, scheme=scheme, booked__range=months)
    return rows.select_related("book").order_by("booked", "month", "year_end")


def _graded(scheme: str, months: tuple[int, int], subjects: Sequence[UUID]) -> QuerySet[GradeResult]:
    rows = GradeResult.objects.filter(subject__in=subjects, scheme=scheme, month__range=months)
    return rows.select_related("book").order_by("month")


def _statements(subject: UUID, scheme: str, months: tuple[int, int]) -> list[Statement]:
    return kept_objects(_settled, scheme, months, given=(subject,))


def _settled(scheme: str, months: tuple[int, int], subjects: Sequence[UUID]) -> QuerySet[Statement]:
    rows = Statement.objects.filter(subject__in=subjects, scheme=scheme, month__range=months)
    return rows.select_related(*ALONG).defer("run__version__files").order_by("month")


def _sight(viewer: Viewer, rows: list[Statement], *, month: Month | None, group: str = "") -> Sight | None:
    if not rows:
        return None
    asked = [row for row in rows if month is not None and row.month == month.index]
    user = next((row.person.user for row in rows if row.person and row.person.user), None)
    return sight_on(
        viewer,
        owner=user.uuid if user else None,
        paths=[row.node.path for row in asked or rows],
        group=group,
        final=any(row.book.state in FINAL_STATES for row in asked) if asked else True,
    )


def owner_of(rows: Rows, subject: UUID) -> UUID:
    """Under which uuid the person finds who looked: his account's, else his own."""
    user = next((row.person.user for row in rows.statements if row.person and row.person.user), None)
    return user.uuid if user else subject


def reason_today(viewer: Viewer, person: UUID, *, on: date) -> str:
    """Why somebody above said today that he looks at this person's points; "" before he has said it."""
    return reason_given(viewer.uuid, person, pages="appraisal:sight-reason", on=on) if viewer.uuid else ""


def refusal(viewer: Viewer) -> DomainError:
    """Nothing is told of what lies outside; an inspector hears which way there is."""
    if viewer.has("inspector"):
        words = _("纪检干部只通过一件事项查看个人积分，并写明理由。请先登记事项；与积分有关的汇总在监督页面。")
        return DomainError("points_by_case_only", words, status=403)
    return not_found()
