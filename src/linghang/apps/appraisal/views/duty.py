"""月度工作单: the one page on which a secretary closes a month, and the board of all sheets."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linghang.apps.appraisal.data.duty import SHEET_STATES, SheetLine, SheetState, Verdict
from linghang.apps.appraisal.data.months import BookLine, BookState, Step
from linghang.apps.appraisal.forms.duty import BoardForm, JudgeForm, SendForm, month_words
from linghang.apps.appraisal.operations.duty import judge_sheet, send_sheet
from linghang.apps.appraisal.policies.books import next_step_of
from linghang.apps.appraisal.policies.duty import due_of, may_audit, may_send
from linghang.apps.appraisal.policies.months import STATE_TITLES, STEPS
from linghang.apps.appraisal.queries.board import schemes_of
from linghang.apps.appraisal.queries.duty import UNSENT, Place, sheet_counts, sheet_of, sheets_page
from linghang.apps.appraisal.queries.months import books_of_place
from linghang.apps.exchange.listing import list_response
from linghang.apps.exchange.sheets import Column, Kind
from linghang.engine.periods import Month
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.reads import note_list
from linghang.ui.web.request import Request


@dataclass(frozen=True)
class NextBook:
    """A book of the month with where it stands, what the viewer does next, and whether that settles."""

    line: BookLine
    title: str
    state: str
    step: str
    settles: bool


def month_in(text: str) -> Month:
    """The month of an address; what is none is not found."""
    try:
        return Month.parse(text)
    except ValueError as error:
        raise not_found() from error


def duty(request: Request, uuid: UUID, month: str) -> HttpResponse:
    """One branch's month: what is recorded, what is missing, and sending it."""
    return _page(request, uuid, month_in(month))


def _page(request: Request, uuid: UUID, month: Month, *, problem: str = "", status: int = 200) -> HttpResponse:
    card = sheet_of(uuid, month, today=request.today)
    path = Place(uuid).path
    sends = may_send(request.viewer, path) and card.state in (SheetState.OPEN, SheetState.LATE, SheetState.RETURNED)
    judges = may_audit(request.viewer, path) and card.state == SheetState.SENT
    now = Month.of(request.today)
    context = {
        "card": card,
        "month": month,
        "month_words": month_words(month),
        "over": request.today > month.last,
        "send": SendForm(initial={"note": card.latest.note if card.latest else ""}) if sends else None,
        "judge": JudgeForm() if judges else None,
        "todo": sum(1 for line in card.lines if line.act),
        "books": _books(request, uuid, month),
        "before": month + -1,
        "after": month + 1 if month < now else None,
        "problem": problem,
        "as_of": request.now,
    }
    return render(request, "appraisal/duty/sheet.html", context, status=status)


def _books(request: Request, place: UUID, month: Month) -> list[NextBook]:
    """The month's books of the branch with which the viewer does something next."""
    rows = [row for row in books_of_place(place, first=month, last=month) if row.state is not BookState.RECORDING]
    titles = dict(schemes_of(rows))
    found = []
    for row in rows:
        step = next_step_of(row, request.viewer, request.today)
        if step is not None:
            words = str(STATE_TITLES[row.state]), str(STEPS[step].title)
            found.append(NextBook(row, titles[row.scheme], *words, step is Step.SETTLE))
    return found


@require_POST
def send(request: Request, uuid: UUID, month: str) -> HttpResponse:
    """Confirm, add a note, send: closes the recording of the month."""
    form = SendForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    try:
        send_sheet(place=uuid, month=month_in(month), note=note, actor=request.viewer, now=request.now)
    except DomainError as error:
        if error.status == 404:
            raise
        return _page(request, uuid, month_in(month), problem=str(error.message), status=error.status)
    messages.success(request, _("已报送，本月记录已关账。"))
    return redirect("appraisal:duty", uuid, month)


@require_POST
def judge(request: Request, uuid: UUID, month: str) -> HttpResponse:
    """Pass the latest version, or return it with a remark."""
    card = sheet_of(uuid, month_in(month), today=request.today)
    try:
        verdict = Verdict(request.POST.get("verdict", ""))
    except ValueError as error:  # nothing is passed by accident
        raise not_found() from error
    try:
        if card.latest is None:
            raise not_found()
        judge_sheet(
            sheet=card.latest.uuid,
            verdict=verdict,
            remark=request.POST.get("remark", ""),
            actor=request.viewer,
            now=request.now,
        )
    except DomainError as error:
        if error.status == 404:
            raise
        return _page(request, uuid, month_in(month), problem=str(error.message), status=error.status)
    messages.success(request, _("审核通过，数字已固定。") if verdict is Verdict.PASSED else _("已退回支部。"))
    return redirect("appraisal:duty", uuid, month)


def board(request: Request) -> HttpResponse | FileResponse:
    """All branches of the scope and where their sheet of a month stands; counts open the list of the same number."""
    latest = Month.of(request.today)
    form = BoardForm(request.GET, latest=latest)
    form.is_valid()
    given = form.cleaned_data
    month = Month.parse(given["month"]) if given.get("month") else latest + -1
    state = given.get("state") or ""
    rows = sheets_page(month, state=state, on=request.today)
    note_list(request, count=len(rows), filters={str(_("月份")): str(month), str(_("状态")): state})
    if request.GET.get("export"):
        return _export(request, month, rows)
    due = due_of(month)
    context = {
        "form": BoardForm({"month": str(month), "state": state}, latest=latest),
        "rows": rows,
        "month": month,
        "month_words": month_words(month),
        "due": due,
        "counts": _counts(month, request),
        "state": state,
        "as_of": request.now,
    }
    return render(request, "appraisal/duty/board.html", context)


def _counts(month: Month, request: Request) -> list[tuple[str, str, int]]:
    counts = sheet_counts(month, on=request.today)
    titles = {UNSENT: _("未报送（含退回）"), **SHEET_STATES}
    return [(state, str(titles[state]), counts[state]) for state in titles]


def _export(request: Request, month: Month, rows: list[SheetLine]) -> FileResponse:
    columns = [Column(_("支部")), Column(_("状态")), Column(_("报送期限"), Kind.DATE), Column(_("版本"), Kind.INTEGER)]
    cells = [[row.label, row.state_label, row.due_on, row.version or None] for row in rows]
    title = _("%(month)s月度工作单") % {"month": month_words(month)}
    return list_response(title, columns, cells, now=request.now, filters={}, as_of=request.today)
