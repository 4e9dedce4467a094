"""我的积分 and 积分明细: one month, a quarter, a year, what came late, and why somebody above looks."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from linghang.apps.appraisal.charts import radar_of
from linghang.apps.appraisal.data.months import BookState
from linghang.apps.appraisal.data.statements import Sight, StatementPage, YearPage
from linghang.apps.appraisal.forms.statements import SightForm
from linghang.apps.appraisal.queries.live import live_page, open_month
from linghang.apps.appraisal.queries.objections import may_object
from linghang.apps.appraisal.queries.own import newest_of_user, whose
from linghang.apps.appraisal.queries.sight import Rows, owner_of, reason_today, refusal, rows_of
from linghang.apps.appraisal.queries.statements import page_of_rows
from linghang.apps.appraisal.queries.years import adjustment_page, adjustment_rows, quarter_sum, year_page
from linghang.apps.appraisal.words import STATE_RULES
from linghang.apps.audit.data import ReadLine
from linghang.apps.audit.queries import reads_of_person
from linghang.apps.org.queries import person_of_user
from linghang.engine.periods import Month, Span
from linghang.ui.web.errors import not_found
from linghang.ui.web.reads import note_person
from linghang.ui.web.request import Request
from linghang.ui.web.routes import may_open
from linghang.ui.web.spans import span_words

LATEST_READS = 5


class AskFirstError(Exception):
    """Somebody above has not yet said today why he looks at this person's points."""

    def __init__(self, answer: HttpResponse) -> None:
        super().__init__()
        self.answer = answer


@never_cache
def mine(request: Request) -> HttpResponse:
    """我的积分: the viewer's own month as it stands now, else the newest one that was settled."""
    subject = person_of_user(request.viewer.uuid) if request.viewer.uuid else None
    if subject is not None and (shown := _live(request, subject, "", Month.of(request.today))):
        return _month_response(request, *shown)
    found = newest_of_user(request.viewer.uuid) if request.viewer.uuid else None
    if found is None:
        return render(request, "appraisal/statements/none.html")
    return statement(request, found.subject, found.scheme, found.month)


@never_cache
def statement(request: Request, subject: UUID, scheme: str, month: Month) -> HttpResponse:
    """One month of one person: as it was settled, or, while it is open, as it stands now."""
    try:
        return _month_response(request, *month_page(request, subject, scheme, month))
    except AskFirstError as ask:
        return ask.answer


def month_page(request: Request, subject: UUID, scheme: str, month: Month) -> tuple[StatementPage, Rows]:
    """The month as the viewer may see it; the reading is noted. Raises AskFirstError where a reason comes first."""
    rows = rows_of(request.viewer, subject, scheme=scheme, year=month.year, on=request.today, month=month)
    if (rows is None or rows.of(month) is None) and (shown := _live(request, subject, scheme, month)):
        return shown
    if rows is None:
        raise refusal(request.viewer)
    note_sight(request, rows.sight, owner_of(rows, subject), subject)
    page = page_of_rows(request.viewer, rows, month, on=request.today)
    if page is None:
        raise refusal(request.viewer)
    return page, rows


def _live(request: Request, subject: UUID, scheme: str, month: Month) -> tuple[StatementPage, Rows] | None:
    """The month that is still open, for whoever may see it; None where there is none or the viewer may not."""
    found = open_month(request.viewer, subject, scheme, month, on=request.today)
    if found is None:
        return None
    note_sight(request, found.sight, found.person.logged_as, subject)
    rows = rows_of(request.viewer, subject, scheme=found.binding.scheme, year=month.year, on=request.today, month=month)
    rows = rows or Rows(found.sight, (), (), ())
    page = live_page(request.viewer, rows, found, now=request.now)
    return (page, rows) if page else None


def _month_response(request: Request, page: StatementPage, rows: Rows) -> HttpResponse:
    context = {
        "page": page,
        "sight": rows.sight,
        "as_of": page.ground.as_of,
        "opens_shown": may_open(request.viewer.roles, "appraisal:shown"),
    }
    context |= _shown(request, page, rows)
    return render(request, "appraisal/statements/statement.html", context)


def opened(request: Request, subject: UUID, scheme: str, year: int, month: Month | None = None) -> Rows:
    """The rows that the viewer may see; notes the reading. Raises AskFirstError where a reason comes first."""
    rows = rows_of(request.viewer, subject, scheme=scheme, year=year, on=request.today, month=month)
    if rows is None:
        raise refusal(request.viewer)
    note_sight(request, rows.sight, owner_of(rows, subject), subject)
    return rows


def note_sight(request: Request, sight: Sight, person: UUID, subject: UUID) -> None:
    """Everybody but the person himself leaves a line that he can read; from above, a reason comes first."""
    if sight is Sight.SELF:
        return
    said = reason_today(request.viewer, person, on=request.today) if sight is Sight.OFFICER else ""
    if sight is Sight.OFFICER and not said:
        address = reverse("appraisal:sight-reason", args=[subject])
        raise AskFirstError(redirect(f"{address}?{urlencode({'next': request.get_full_path()})}"))
    note_person(request, person, reason=said)


def _shown(request: Request, page: StatementPage, rows: Rows) -> dict[str, Any]:
    """What stands beside the lines: one category only, earlier and later months, who looked, objecting."""
    category = request.GET.get("category", "")
    chosen = next((bar for bar in page.bars if bar.id == category), None)
    lines = [line for line in page.lines if chosen is None or line.category == chosen.id]
    own = rows.sight is Sight.SELF and request.viewer.uuid is not None
    window = may_object(page.uuid, today=request.today) if own and page.uuid else None
    return {
        "chosen": chosen,
        "radar": radar_of(page.bars),
        "lines": lines,
        "counted": sum(line.counted for line in lines),
        "months": month_tabs(page, rows),
        "year": last_year_settled(page, rows),
        "state_rule": STATE_RULES.get(page.state, ""),
        "window": window,
        "reads": _reads(request) if own else None,
        "public": next((m for m in months_shown(rows) if page.live), None),
        "quarter_url": quarter_address(page.subject, page.scheme_id, page.month),
    }


def _reads(request: Request) -> Sequence[ReadLine]:
    assert request.viewer.uuid is not None
    return reads_of_person(request.viewer.uuid, number=1).rows[:LATEST_READS]


def months_shown(rows: Rows) -> list[Month]:
    """The months that are in 公示 now."""
    return [Month.from_index(row.month) for row in rows.statements if row.book.state == BookState.PUBLIC]


def month_tabs(page: StatementPage, rows: Rows) -> list[dict[str, Any]]:
    """The year before if there is one, then the months of the year that the viewer has, with the one that is shown."""
    known = {Month.from_index(row.month) for row in rows.statements} | {page.month}
    before = sorted({month.year for month in known if month.year < page.month.year})
    years = [
        {"label": span_words(Month(year, 1), Span.YEAR), "url": year_address(page, year), "current": False}
        for year in before
    ]
    return years + [
        {
            "label": _("%(number)d月") % {"number": month.month},
            "url": reverse("appraisal:statement", args=[page.subject, page.scheme_id, month]),
            "current": month == page.month,
        }
        for month in sorted(known)
        if month.year == page.month.year
    ]


def year_address(page: StatementPage, year: int) -> str:
    return reverse("appraisal:year", args=[page.subject, page.scheme_id, year])


def last_year_settled(page: StatementPage, rows: Rows) -> int | None:
    """The year of the month that is shown, or the one before as long as nothing of it is settled; None without any."""
    years = {Month.from_index(row.month).year for row in rows.statements}
    return max((year for year in years if year <= page.month.year), default=None)


def quarter_address(subject: UUID, scheme: str, month: Month) -> str:
    return reverse("appraisal:quarter", args=[subject, scheme, month.year, month.quarter])


@never_cache
def quarter(request: Request, subject: UUID, scheme: str, year: int, quarter: int) -> HttpResponse:
    """季度 = three months + what was booked in them, and the star."""
    if not (1 <= quarter <= 4 and 1900 < year < 2200):
        raise not_found()
    try:
        rows = opened(request, subject, scheme, year)
    except AskFirstError as ask:
        return ask.answer
    month = Month(year, 3 * quarter)
    page = year_page(rows, year)
    if page is None:
        raise refusal(request.viewer)
    span = quarter_sum(rows, month)
    context = {"page": page, "span": span, "title": span_words(month, Span.QUARTER), "as_of": page.as_of}
    return render(request, "appraisal/statements/quarter.html", context)


@never_cache
def year(request: Request, subject: UUID, scheme: str, year: int) -> HttpResponse:
    """Twelve months, four quarters with their stars, what came late, the total."""
    try:
        page, rows = year_of(request, subject, scheme, year)
    except AskFirstError as ask:
        return ask.answer
    return render(request, "appraisal/statements/year.html", {"page": page, "sight": rows.sight, "as_of": page.as_of})


def year_of(request: Request, subject: UUID, scheme: str, year: int) -> tuple[YearPage, Rows]:
    """The year as the viewer may see it; the reading is noted. Raises AskFirstError where a reason comes first."""
    if not 1900 < year < 2200:
        raise not_found()
    rows = opened(request, subject, scheme, year)
    page = year_page(rows, year)
    if page is None:
        raise refusal(request.viewer)
    return page, rows


@never_cache
def adjustment(request: Request, uuid: UUID) -> HttpResponse:
    """What a 补计 or 更正 is made of: the records that became known after the month was final."""
    found = adjustment_rows(request.viewer, uuid, on=request.today)
    if found is None:
        raise refusal(request.viewer)
    late, rows = found
    try:
        note_sight(request, rows.sight, owner_of(rows, late.subject), late.subject)
    except AskFirstError as ask:
        return ask.answer
    page = adjustment_page(late)
    return render(request, "appraisal/statements/adjustment.html", {"page": page, "as_of": page.seen_at})


def reason(request: Request, subject: UUID) -> HttpResponse:
    """Why somebody above looks at these points: asked once for each person and day, read by the person."""
    person = whose(subject)
    form = SightForm(request.POST or None, initial={"next": request.GET.get("next", "")})
    if request.method == "POST" and form.is_valid():
        note_person(request, person.logged_as, reason=form.cleaned_data["reason"])
        return redirect(_safe(request, form.cleaned_data["next"]))
    context = {"form": form, "name": person.name}
    return render(request, "appraisal/statements/reason.html", context, status=422 if form.errors else 200)


def _safe(request: Request, address: str) -> str:
    """Only an address of this installation."""
    if url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return address
    return reverse("org:roster")
