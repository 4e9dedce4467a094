"""积分 in the printed file of a person: months, what came late, stars, each with its address."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.apps.appraisal.data.statements import Sight
from linghang.apps.appraisal.models import Adjustment, GradeResult, Statement
from linghang.apps.appraisal.policies.statements import sight_on, stand_of
from linghang.apps.appraisal.queries.corrections import adjustment_line
from linghang.apps.appraisal.queries.inputs import plan_of
from linghang.apps.appraisal.queries.sight import reason_today
from linghang.apps.appraisal.words import NOT_GRADED, STANDS
from linghang.apps.org.data.panels import PaperTable
from linghang.engine.periods import Month, span_words
from linghang.engine.points import format_points
from linghang.ui.web.viewer import NOBODY, Viewer


def points_on_paper(request: HttpRequest, person: UUID, on: date) -> Sequence[PaperTable]:
    """Settled months up to a day and the stars; nothing for who may not see them, or has not said why he looks."""
    last = Month.of(on).index
    rows = Statement.objects.select_related("book__place", "node", "person__user").filter(subject=person)
    statements = [row for row in rows.filter(month__lte=last).order_by("scheme", "month") if _sees(request, row, on)]
    if not statements:
        return ()
    late = Adjustment.objects.filter(subject=person, booked__lte=last).order_by("scheme", "booked", "month")
    entries = [_month(request, row) for row in statements] + [_late(request, row) for row in late]
    table = PaperTable(_("积分"), (_("期间"), _("得分"), _("状态"), _("明细")), entries)
    return [table, *_stars(person, last)]


def _sees(request: HttpRequest, row: Statement, on: date) -> bool:
    viewer: Viewer = getattr(request, "viewer", NOBODY)
    owner = row.person.user.uuid if row.person and row.person.user else None
    sight = sight_on(viewer, owner=owner, paths=[row.node.path], group="", final=True)
    if sight is Sight.OFFICER:
        return bool(reason_today(viewer, owner or row.subject, on=getattr(request, "today", on)))
    return sight is not None


def _month(request: HttpRequest, row: Statement) -> tuple[str, ...]:
    month = Month.from_index(row.month)
    address = reverse("appraisal:statement", args=[row.subject, row.scheme, month])
    total = _("免评") if row.counted is None else format_points(row.counted)
    return (month.words, total, str(STANDS[stand_of(row.book.state)]), request.build_absolute_uri(address))


def _late(request: HttpRequest, row: Adjustment) -> tuple[str, ...]:
    line = adjustment_line(row)
    address = reverse("appraisal:adjustment", args=[row.uuid])
    booked = _("记入%(month)s") % {"month": line.booked.words}
    return (line.words, format_points(line.counted, sign=True), booked, request.build_absolute_uri(address))


def _stars(person: UUID, last: int) -> list[PaperTable]:
    rows = GradeResult.objects.select_related("run__version").defer("run__version__files").filter(subject=person)
    found = [_star(row) for row in rows.filter(month__lte=last).order_by("month", "grade")]
    return [PaperTable(_("星级"), (_("期间"), _("累计"), _("星级"), _("状态")), found)] if found else []


def _star(row: GradeResult) -> tuple[str, ...]:
    month = Month.from_index(row.month)
    plan = plan_of(row.run.version.uuid, row.scheme, month)
    grade = next((g for g in plan.grades if g.id == row.grade), None)
    bands = {band.id: band.title for band in grade.bands} if grade else {}
    span = span_words(month, grade.span) if grade else month.words
    total = "" if row.total is None else format_points(row.total)
    return (span, total, bands.get(row.band, "") or str(NOT_GRADED), _("已定稿") if row.final else _("预计"))
