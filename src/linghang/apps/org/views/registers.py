"""Registers: transfers, members on the move, contact checks, historical members."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from linghang.apps.exchange.listing import list_response
from linghang.apps.exchange.sheets import Column, Kind
from linghang.apps.org.forms.people import (
    ContactFilterForm,
    EndForm,
    FormerFilterForm,
    MobilityFilterForm,
    ReceiveForm,
    TransferFilterForm,
)
from linghang.apps.org.operations import cancel_transfer, end_mobility, receive_transfer
from linghang.apps.org.queries import (
    TRANSFER_STATES,
    ContactFilter,
    contact_counts,
    contact_rows,
    contacts_page,
    former_members_page,
    mobility_page,
    transfer_card,
    transfer_rows,
    transfers_page,
)
from linghang.apps.org.queries.transfers import mobility_line
from linghang.apps.org.views.asking import partial_of
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.forms import show_refusal
from linghang.ui.web.paging import page_number
from linghang.ui.web.reads import note_list
from linghang.ui.web.request import Request
from linghang.ui.web.routes import may_open


def transfers(request: Request) -> HttpResponse:
    """组织关系 on the way, overdue, received, cancelled."""
    form = TransferFilterForm(request.GET, states=TRANSFER_STATES)
    values = _values(form)
    number = page_number(request.GET.get("page"))
    page = transfers_page(search=values["q"], state=values["state"], on=request.today, number=number)
    note_list(request, count=page.total, filters=values)
    may = may_open(request.viewer.roles, "org:transfer")
    context = {"form": form, "page": page, "filtered": any(values.values()), "may_finish": may}
    return render(request, f"org/transfers.html{partial_of(request)}", context)


def transfers_export(request: Request) -> HttpResponseBase:
    """The same list as a workbook."""
    values = _values(TransferFilterForm(request.GET, states=TRANSFER_STATES))
    rows = transfer_rows(search=values["q"], state=values["state"], on=request.today)
    note_list(request, count=len(rows), filters=values)
    columns = [
        Column(_("姓名")),
        Column(_("从")),
        Column(_("到")),
        Column(_("介绍信编号")),
        Column(_("转出"), Kind.DATE),
        Column(_("有效期至"), Kind.DATE),
        Column(_("接收"), Kind.DATE),
        Column(_("回执号")),
        Column(_("状态")),
    ]
    cells = [
        (
            row.name, row.came_from, row.went_to, row.document_number, row.sent_on, row.due_on, row.received_on,
            row.receipt_number, row.state_label,
        )
        for row in rows
    ]  # fmt: skip
    words = {str(_("姓名或工号")): values["q"], str(_("状态")): str(TRANSFER_STATES.get(values["state"], ""))}
    return list_response(_("转接登记"), columns, cells, now=request.now, filters=words, as_of=request.today)


def transfer(request: Request, uuid: UUID) -> HttpResponse:
    """Close one transfer: the receipt has come, or it did not come about."""
    line = transfer_card(uuid, on=request.today)
    if line is None:
        raise not_found()
    cancels = request.POST.get("act") == "cancel"
    form = ReceiveForm(request.POST or None, initial={"received_on": request.today})
    if request.method == "POST" and (cancels or form.is_valid()):
        try:
            _close(request, uuid, form, cancels=cancels)
        except DomainError as error:
            form.is_valid()
            show_refusal(form, error)
        else:
            messages.success(request, _("已撤回，组织关系仍在原支部。") if cancels else _("已登记接收。"))
            return redirect("org:transfers")
    context = {"form": form, "line": line}
    return render(request, "org/transfer.html", context, status=422 if form.errors else 200)


def _close(request: Request, uuid: UUID, form: ReceiveForm, *, cancels: bool) -> None:
    who: dict[str, Any] = {"transfer": uuid, "actor": request.viewer, "now": request.now}
    if cancels:
        cancel_transfer(cancelled_on=request.today, **who)
    else:
        receive_transfer(**form.cleaned_data, **who)


def mobility(request: Request) -> HttpResponse:
    """流动党员, away or here."""
    form = MobilityFilterForm(request.GET)
    values: dict[str, Any] = form.cleaned_data if form.is_valid() else {"q": "", "direction": "", "past": False}
    page = mobility_page(
        search=values["q"],
        direction=values["direction"],
        with_past=values["past"],
        on=request.today,
        number=page_number(request.GET.get("page")),
    )
    note_list(request, count=page.total, filters={name: str(value) for name, value in values.items() if value})
    may = may_open(request.viewer.roles, "org:mobility-end")
    context = {"form": form, "page": page, "filtered": any(values.values()), "may_end": may}
    return render(request, f"org/mobility.html{partial_of(request)}", context)


def end(request: Request, uuid: UUID) -> HttpResponse:
    """He is back, or has gone on."""
    line = mobility_line(uuid)
    form = EndForm(request.POST or None, initial={"last_day": request.today})
    if request.method == "POST" and form.is_valid():
        try:
            end_mobility(mobility=uuid, **form.cleaned_data, actor=request.viewer, now=request.now)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("流动已结束。"))
            return redirect("org:mobility")
    context = {"form": form, "heading": _("结束流动"), "line": line}
    return render(request, "org/person_form.html", context, status=422 if form.errors else 200)


def contacts(request: Request) -> HttpResponse:
    """Who was last in touch when; every party member is asked every six months."""
    form, asked = _contacts_asked(request)
    page = contacts_page(asked, number=page_number(request.GET.get("page")))
    note_list(request, count=page.total, filters={"q": asked.search, "state": asked.state})
    context: dict[str, Any] = {"form": form, "page": page, "filtered": bool(asked.search or asked.state)}
    context["may_record"] = may_open(request.viewer.roles, "org:person-change")
    if not partial_of(request):
        context["counts"] = contact_counts(on=request.today)
    return render(request, f"org/contacts.html{partial_of(request)}", context)


def contacts_export(request: Request) -> HttpResponseBase:
    """The same list as a workbook."""
    form, asked = _contacts_asked(request)
    rows = contact_rows(asked)
    note_list(request, count=len(rows), filters={"q": asked.search, "state": asked.state})
    columns = [
        Column(_("姓名")),
        Column(_("支部")),
        Column(_("最近一次"), Kind.DATE),
        Column(_("下次"), Kind.DATE),
        Column(_("其后未联系上"), Kind.INTEGER),
    ]
    cells = [(row.name, row.branch, row.state.last, row.state.due, len(row.state.failed)) for row in rows]
    words = {str(form.fields["q"].label): asked.search, str(form.fields["state"].label): _state_words(form, asked)}
    return list_response(_("联系核对"), columns, cells, now=request.now, filters=words, as_of=request.today)


def former(request: Request) -> HttpResponse:
    """历史党员: whose 组织关系 was here, until when, and where it went."""
    form = FormerFilterForm(request.GET)
    values = form.cleaned_data if form.is_valid() else {"q": "", "reason": ""}
    number = page_number(request.GET.get("page"))
    page = former_members_page(search=values["q"], reason=values["reason"], on=request.today, number=number)
    note_list(request, count=page.total, filters=values)
    context = {"form": form, "page": page, "filtered": any(values.values())}
    return render(request, f"org/former.html{partial_of(request)}", context)


def _contacts_asked(request: Request) -> tuple[ContactFilterForm, ContactFilter]:
    form = ContactFilterForm(request.GET)
    values = form.cleaned_data if form.is_valid() else {"q": "", "state": ""}
    return form, ContactFilter(request.today, search=values["q"], state=values["state"])


def _state_words(form: ContactFilterForm, asked: ContactFilter) -> str:
    choices = dict(getattr(form.fields["state"], "choices", ()))
    return str(choices[asked.state]) if asked.state else ""


def _values(form: TransferFilterForm) -> dict[str, str]:
    return form.cleaned_data if form.is_valid() else {"q": "", "state": ""}
