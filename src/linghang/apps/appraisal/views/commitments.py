"""Pages of commitments: the wall, one's own promise, its progress, its end."""

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from linghang.apps.appraisal.data.commitments import CommitmentLine
from linghang.apps.appraisal.forms import commitments as asks
from linghang.apps.appraisal.operations import commitments as operations
from linghang.apps.appraisal.queries.commitments import (
    CommitmentFilter,
    all_commitments,
    commitments_page,
    get_commitment,
    kept_of,
    open_records,
)
from linghang.apps.exchange.listing import list_response
from linghang.apps.exchange.sheets import Cell, Column, Kind
from linghang.apps.loops.people import own_person
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.forms import show_refusal
from linghang.ui.web.paging import page_number
from linghang.ui.web.reads import note_list
from linghang.ui.web.request import Request


def wall(request: Request) -> HttpResponse:
    """Commitments of a year inside the scope, with the rate of those kept over the same rows."""
    form, asked = _asked(request)
    page = commitments_page(asked, request.viewer, on=request.today, number=page_number(request.GET.get("page")))
    note_list(request, count=page.total)
    context = {
        "form": form, "page": page, "kept": kept_of(asked, request.viewer), "asked": asked, "as_of": request.now,
        "filtered": bool(asked.search or asked.state or asked.mine), "own": own_person(request.viewer), "wide": True,
        "records": open_records(page.rows, request.viewer, on=request.today),
    }  # fmt: skip
    partial = "#rows" if request.htmx and not request.htmx.boosted else ""
    return render(request, f"appraisal/commitments/wall.html{partial}", context)


def _asked(request: Request) -> tuple[forms.Form, CommitmentFilter]:
    form = asks.CommitmentFilterForm(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    year = said.get("year") or request.today.year
    return form, CommitmentFilter(year, said.get("q", ""), said.get("state", ""), bool(said.get("mine")))


def export(request: Request) -> FileResponse:
    """The filtered list as a workbook."""
    _form, asked = _asked(request)
    lines = all_commitments(asked, request.viewer, on=request.today)
    note_list(request, count=len(lines))
    columns = [
        *(Column(title) for title in (_("姓名"), _("党支部"), _("承诺"), _("为谁做"), _("怎样算完成"))),
        Column(_("完成日期"), Kind.DATE),
        *(Column(title) for title in (_("年中进展"), _("状态"), _("佐证"), _("认定人"), _("理由"))),
    ]
    rows: list[list[Cell]] = [
        [c.name, c.branch, c.text, c.beneficiary, c.measure, c.due, c.midway_note, c.state_words, c.proof, c.judged_by,
         c.judged_reason]
        for c in lines
    ]  # fmt: skip
    filters = {_("年度"): str(asked.year), _("姓名或承诺"): asked.search}
    return list_response(_("承诺践诺"), columns, rows, now=request.now, filters=filters, as_of=request.today)


def make(request: Request) -> HttpResponse:
    """A new commitment of the viewer."""
    form = asks.CommitmentForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        promise = operations.Promise(**form.cleaned_data)
        operations.make_commitment(promise=promise, actor=request.viewer, now=request.now)

    return _form_page(request, form, act, _("作出承诺"), _("承诺已登记，一年最多三条。"))


def midway(request: Request, uuid: UUID) -> HttpResponse:
    """How it goes."""
    line = _own(request, uuid)
    form = asks.NoteForm(request.POST if request.method == "POST" else None, initial={"note": line.midway_note})

    def act() -> None:
        operations.note_midway(commitment=uuid, note=form.cleaned_data["note"], actor=request.viewer, now=request.now)

    return _form_page(request, form, act, _("年中进展"), _("进展已登记。"), lead=line.text)


def report(request: Request, uuid: UUID) -> HttpResponse:
    """It is done, and where that can be seen."""
    line = _own(request, uuid)
    form = asks.ProofForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        operations.report_kept(commitment=uuid, proof=form.cleaned_data["proof"], actor=request.viewer, now=request.now)

    return _form_page(request, form, act, _("报告完成"), _("已报告，等支部认定。"), lead=line.text)


def judge(request: Request, uuid: UUID) -> HttpResponse:
    """Somebody else says whether it was kept."""
    line = get_commitment(uuid, request.viewer, on=request.today)
    if line is None:
        raise not_found()
    form = asks.JudgeForm(request.POST if request.method == "POST" else None, initial={"kept": "yes"})

    def act() -> None:
        operations.judge_commitment(commitment=uuid, **form.values(), actor=request.viewer, now=request.now)

    lead = f"{line.name} · {line.text} · {line.measure}" + (f" · {line.proof}" if line.proof else "")
    return _form_page(request, form, act, _("认定兑现"), _("已认定，本人看得到。"), lead=lead)


def _own(request: Request, uuid: UUID) -> CommitmentLine:
    """One of the viewer's own; anybody else's is not there."""
    line = get_commitment(uuid, request.viewer, on=request.today)
    if line is None or not line.mine:
        raise not_found()
    return line


def _form_page(
    request: Request, form: forms.Form, act: Callable[[], None], title: str, done: str, lead: str = ""
) -> HttpResponse:
    """Show the form, or act and go back to the wall."""
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, done)
            return redirect("appraisal:commitments")
    context = {"form": form, "title": title, "lead": lead}
    status = 422 if form.errors else 200
    return render(request, "appraisal/commitments/form.html", context, status=status)
