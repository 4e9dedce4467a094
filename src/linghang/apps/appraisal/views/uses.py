"""Pages of 结果运用: the rules, the lists, one list with its export."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linghang.apps.access.queries import PlacesToChoose
from linghang.apps.appraisal.forms import uses as asks
from linghang.apps.appraisal.operations import uses as operations
from linghang.apps.appraisal.queries.uses import grades_in_force, list_card, lists_page, rules_in_scope
from linghang.apps.exchange.listing import list_response
from linghang.apps.exchange.sheets import Cell, Column, Kind
from linghang.engine.points import UNIT
from linghang.ui.web.errors import DomainError
from linghang.ui.web.forms import show_refusal
from linghang.ui.web.paging import page_number
from linghang.ui.web.reads import note_list
from linghang.ui.web.request import Request
from linghang.ui.web.routes import may_open
from linghang.ui.web.spans import month_words


def uses(request: Request) -> HttpResponse:
    """What grades are used for here, and the lists made from them."""
    page = lists_page(number=page_number(request.GET.get("page")))
    note_list(request, count=page.total)
    may_make = may_open(request.viewer.roles, "appraisal:use-make", "POST")
    context = {"page": page, "rules": rules_in_scope(), "may_make": may_make, "wide": True}
    return render(request, "appraisal/uses/list.html", context)


def _offered(request: Request, page: str) -> dict[str, Any]:
    places = PlacesToChoose(page, on=request.today)
    return {"places": places, "grades": grades_in_force(on=request.today)}


def rule(request: Request) -> HttpResponse:
    """A new rule."""
    form = asks.RuleForm(request.POST if request.method == "POST" else None, **_offered(request, "appraisal:use-rule"))
    if request.method == "POST" and form.is_valid():
        try:
            operations.add_use_rule(new=form.rule(), actor=request.viewer)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("规定已登记，从写明的月份起用。"))
            return redirect("appraisal:uses")
    context = {"form": form, "title": _("登记结果运用规定"), "button": _("登记")}
    return render(request, "appraisal/uses/form.html", context, status=422 if form.errors else 200)


def make(request: Request) -> HttpResponse:
    """A draft list from final grades."""
    form = asks.ListForm(request.POST if request.method == "POST" else None, **_offered(request, "appraisal:use-make"))
    if request.method == "POST" and form.is_valid():
        try:
            uuid = operations.make_use_list(**form.values(), actor=request.viewer, now=request.now)
        except DomainError as error:
            show_refusal(form, error)
        else:
            return redirect("appraisal:use-list", uuid)
    context = {"form": form, "title": _("生成结果运用名单"), "button": _("生成草案")}
    return render(request, "appraisal/uses/form.html", context, status=422 if form.errors else 200)


def one(request: Request, uuid: UUID) -> HttpResponse:
    """One list; a draft says so on screen and on paper."""
    return _page(request, uuid, asks.ConfirmForm())


def _page(request: Request, uuid: UUID, form: asks.ConfirmForm) -> HttpResponse:
    line, rows = list_card(uuid)
    note_list(request, count=len(rows), filters={_("名单"): line.grade})
    may_confirm = line.draft and may_open(request.viewer.roles, "appraisal:use-confirm", "POST")
    context = {"line": line, "rows": rows, "form": form, "may_confirm": may_confirm, "as_of": request.now, "wide": True}
    return render(request, "appraisal/uses/one.html", context, status=422 if form.errors else 200)


def export(request: Request, uuid: UUID) -> FileResponse:
    """The list as a workbook; until it is confirmed its title and name say 草案."""
    line, rows = list_card(uuid)
    note_list(request, count=len(rows), filters={_("名单"): line.grade})
    columns = [
        Column(_("组织")), Column(_("合计"), Kind.POINTS), Column(_("等次")), Column(_("用在哪里")),
        Column(_("系数"), Kind.QUANTITY),
    ]  # fmt: skip
    told: list[list[Cell]] = [
        [r.name, r.total, r.band, r.effect, None if r.coefficient is None else int(r.coefficient * UNIT)] for r in rows
    ]
    mark = _("（草案，未经审定，不得使用）") if line.draft else ""
    title = f"{line.grade} {month_words(line.month)} {_('结果运用名单')}{mark}"
    signed = _("草案") if line.draft else f"{line.confirmed_by} {line.document}"
    filters = {_("办法版本"): line.pack_label, _("生成"): line.made_by, _("确认"): signed}
    return list_response(title, columns, told, now=request.now, filters=filters, as_of=request.today)


@require_POST
def confirm(request: Request, uuid: UUID) -> HttpResponse:
    """The second person."""
    list_card(uuid)
    form = asks.ConfirmForm(request.POST)
    if form.is_valid():
        try:
            operations.confirm_use_list(
                list=uuid, document=form.cleaned_data["document"], actor=request.viewer, now=request.now
            )
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("名单已确认，可以送有关部门。"))
            return redirect("appraisal:use-list", uuid)
    return _page(request, uuid, form)
