"""The board of books for whoever looks after many branches: filters, counts that open their lists, steps in bulk."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linghang.apps.access.data import NodeLine
from linghang.apps.access.queries import nodes_in_scope
from linghang.apps.appraisal.data.months import BookLine, BookState, Bulk, Step
from linghang.apps.appraisal.forms.books import MANNER, BooksForm
from linghang.apps.appraisal.operations.months import open_books, settle_many, start_year_end, step_many
from linghang.apps.appraisal.policies.books import SHOWN_STEPS
from linghang.apps.appraisal.policies.months import STATE_TITLES, STEPS
from linghang.apps.appraisal.queries.board import (
    StateCount,
    board_page,
    board_rows,
    schemes_in,
    schemes_of,
    state_counts,
)
from linghang.apps.appraisal.queries.months import BookFilter
from linghang.apps.appraisal.queries.year_end import YearEnd, year_ends
from linghang.apps.exchange.listing import list_response
from linghang.apps.exchange.sheets import Column, Kind
from linghang.engine.periods import Month
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.paging import page_number
from linghang.ui.web.reads import note_list
from linghang.ui.web.request import Request
from linghang.ui.web.spans import month_words

OPEN, DECEMBER = "open", 12
BULK = (Step.CLOSE, Step.SETTLE, Step.CHECK, Step.PUBLISH, Step.APPROVE, Step.ANNOUNCE)


def board(request: Request) -> HttpResponse | FileResponse:
    """Month × branches by state. A new month's books are made within the hour, or at once by whoever asks."""
    return _page(request)


def _page(request: Request, *, bulk: Bulk | None = None, status: int = 200) -> HttpResponse | FileResponse:
    latest = Month.of(request.today)
    month = _month(request.GET, latest)
    titles = schemes_in(month)
    asked = _asked(request.GET, month, schemes=titles, latest=latest)
    state = asked.states[0].value if asked.states else ""
    if request.GET.get("export"):
        return _export(request, board_rows(asked), month)
    page = board_page(asked, number=page_number(request.GET.get("page")))
    note_list(request, count=page.total, filters={str(_("月份")): str(month), str(_("到哪一步")): state})
    counts = state_counts(asked)
    context = {
        "form": BooksForm(
            {"month": str(month), "scheme": asked.scheme, "state": state, "q": asked.search},
            latest=latest,
            schemes=titles,
        ),
        "page": page,
        "rows": [(row, str(STATE_TITLES[row.state]), dict(titles).get(row.scheme, "")) for row in page.rows],
        "month": month,
        "counts": [(one.state, str(STATE_TITLES[BookState(one.state)]), one.count) for one in counts],
        "state": state,
        "steps": [(step.value, str(STEPS[step].title)) for step in _fitting(asked, counts)],
        "bulk": bulk,
        "year_ends": _year_ends(month, request),
        "as_of": request.now,
    }
    return render(request, "appraisal/books/board.html", context, status=status)


def _year_ends(month: Month, request: Request) -> list[tuple[YearEnd, bool]]:
    """Below the books of a December: how far the year of each scheme is, and whether 年终关账 is due."""
    return [(end, end.due(request.today)) for end in year_ends(month.year)] if month.month == DECEMBER else []


def _fitting(asked: BookFilter, counts: Sequence[StateCount]) -> list[Step]:
    """The steps that one of the books of the list can take."""
    states = asked.states or [BookState(one.state) for one in counts if one.count]
    return [step for step in BULK if any(step in SHOWN_STEPS[state] for state in states)]


def _asked(given: Mapping[str, str], month: Month, *, schemes: Sequence[tuple[str, str]], latest: Month) -> BookFilter:
    """What the list is narrowed to; what is no choice narrows nothing."""
    form = BooksForm(given, latest=latest, schemes=schemes)
    form.is_valid()
    said = form.cleaned_data
    return BookFilter(
        month=month,
        scheme=said.get("scheme") or "",
        states=(BookState(said["state"]),) if said.get("state") else (),
        search=(said.get("q") or "").strip(),
    )


def _all(request: Request) -> list[UUID]:
    """All books of the list from which the step was asked."""
    query, latest = QueryDict(request.POST.get("query", "")), Month.of(request.today)
    month = _month(query, latest)
    titles = schemes_in(month)
    return [row.uuid for row in board_rows(_asked(query, month, schemes=titles, latest=latest))]


def _month(given: QueryDict, latest: Month) -> Month:
    try:
        return Month.parse(given.get("month", ""))
    except ValueError:
        return latest + -1


def _open(request: Request, month: Month) -> int:
    """Make the missing books of the year up to a month under every place that stands highest in the scope."""
    return sum(open_books(month=month, node=node.uuid, now=request.now) for node in _highest(request))


def _highest(request: Request) -> list[NodeLine]:
    """The places of the scope with none of it above them."""
    nodes = nodes_in_scope(on=request.today)
    return [node for node in nodes if not any(node.path.startswith(up.path) and up != node for up in nodes)]


def _export(request: Request, rows: Sequence[BookLine], month: Month) -> FileResponse:
    columns = [
        Column(_("支部")),
        Column(_("积分办法")),
        Column(_("月份")),
        Column(_("到哪一步")),
        Column(_("关账时间"), Kind.TIME),
        Column(_("公示至"), Kind.DATE),
        Column(_("定稿时间"), Kind.TIME),
    ]
    titles = dict(schemes_of(rows))
    cells = [
        [
            row.place_name, titles.get(row.scheme, row.scheme), month_words(row.month), str(STATE_TITLES[row.state]),
            row.closed_at, row.public_until, row.final_at,
        ]
        for row in rows
    ]  # fmt: skip
    note_list(request, count=len(rows), filters={str(_("月份")): str(month)})
    return list_response(
        _("各支部月度积分"), columns, cells, now=request.now, filters={str(_("月份")): month_words(month)}
    )


@require_POST
def bulk(request: Request) -> HttpResponse | FileResponse:
    """Take one step with all books that were ticked, or with all of the list; `open` makes a month's books."""
    if request.POST.get("step") == OPEN:
        made = _open(request, _month(QueryDict(request.POST.get("query", "")), Month.of(request.today)))
        messages.success(request, _("开了 %(n)s 册。") % {"n": made})
        return redirect(_back(request))
    if request.POST.get("step") == Step.CLOSE_YEAR:
        return _close_year(request)
    try:
        step = Step(request.POST.get("step", ""))
        books = _all(request) if request.POST.get("all") else [UUID(one) for one in request.POST.getlist("book")]
    except ValueError as error:
        raise not_found() from error
    if step not in BULK:
        raise not_found()
    if not books:
        messages.warning(request, _("请先勾选支部。"))
        return redirect(_back(request))
    try:
        if step is Step.SETTLE:
            return _settle(request, books)
        done = step_many(books=books, step=step, manner=str(MANNER), actor=request.viewer, now=request.now)
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect(_back(request))
    if not done.refused:
        messages.success(request, _("%(step)s：办了 %(n)s 个支部。") % {"step": STEPS[step].title, "n": done.done})
        return redirect(_back(request))
    request.GET = QueryDict(request.POST.get("query", ""))
    return _page(request, bulk=done, status=200 if done.done else 422)


def _settle(request: Request, books: list[UUID]) -> HttpResponse:
    jobs = settle_many(books=books, places=_highest(request), actor=request.viewer, now=request.now)
    return redirect("jobs:job", jobs[0].uuid) if len(jobs) == 1 else redirect("jobs:list")


def _close_year(request: Request) -> HttpResponse:
    """Close the year of the list's December in one scheme, at every place of the scope that has books of it."""
    scheme = request.POST.get("scheme", "")
    month = _month(QueryDict(request.POST.get("query", "")), Month.of(request.today))
    rows = board_rows(BookFilter(month=month, scheme=scheme)) if scheme and month.month == DECEMBER else []
    places = [node.uuid for node in _highest(request) if any(row.path.startswith(node.path) for row in rows)]
    if not places:
        raise not_found()
    actor, now = request.viewer, request.now
    jobs = [start_year_end(node=node, scheme=scheme, year=month.year, actor=actor, now=now) for node in places]
    return redirect("jobs:job", jobs[0].uuid) if len(jobs) == 1 else redirect("jobs:list")


def _back(request: Request) -> str:
    query = QueryDict(request.POST.get("query", ""))
    return f"{reverse('appraisal:books')}?{query.urlencode()}"
