"""Zones, pioneer posts, key tasks and feature projects: list, one of them, opening, correcting, closing."""

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from linghang.apps.exchange.listing import list_response
from linghang.apps.exchange.sheets import Column, Kind
from linghang.apps.org.data.links import AREA_KINDS
from linghang.apps.org.forms.links import AreaChangeForm, AreaFilterForm, AreaForm, LastDayForm
from linghang.apps.org.operations import change_area, close_area, open_area
from linghang.apps.org.queries import all_areas, area_line, areas_page, links_of, organisations
from linghang.apps.org.queries.coverage import blanks_of_area
from linghang.apps.org.views.asking import day_asked, partial_of
from linghang.ui.web.errors import DomainError
from linghang.ui.web.forms import show_refusal
from linghang.ui.web.paging import page_number
from linghang.ui.web.reads import note_list
from linghang.ui.web.request import Request
from linghang.ui.web.routes import may_open


def area_list(request: Request) -> HttpResponse:
    """All areas with who answers for them on a day."""
    form, kind, search, closed = _filter(request)
    on = day_asked(request)
    number = page_number(request.GET.get("page"))
    page = areas_page(kind=kind, search=search, on=on, with_closed=closed, number=number)
    note_list(request, count=page.total, filters=_said(kind, search, closed=closed))
    context = {
        "form": form,
        "page": page,
        "on": on,
        "filtered": bool(kind or search),
        "may_write": may_open(request.viewer.roles, "org:area-new", "POST"),
    }
    return render(request, f"org/areas.html{partial_of(request)}", context)


def area_export(request: Request) -> HttpResponseBase:
    """The filtered list as a workbook."""
    _form, kind, search, closed = _filter(request)
    on = day_asked(request)
    lines = all_areas(kind=kind, search=search, on=on, with_closed=closed)
    said = _said(kind, search, closed=closed)
    note_list(request, count=len(lines), filters=said)
    columns = [
        Column(_("类型")),
        Column(_("编码")),
        Column(_("名称")),
        Column(_("所属组织")),
        Column(_("负责人")),
        Column(_("职责")),
        Column(_("从哪天起"), Kind.DATE),
        Column(_("到哪天止"), Kind.DATE),
    ]
    rows = [
        (x.kind_label, x.code, x.name, x.organisation_name, "、".join(x.holders), x.duties, x.valid_from, x.valid_to)
        for x in lines
    ]
    return list_response(_("责任区和岗位"), columns, rows, now=request.now, filters=said, as_of=on)


def area_detail(request: Request, uuid: UUID) -> HttpResponse:
    """What it is, who answers for it, and the days on which nobody did."""
    on = day_asked(request)
    context = {
        "area": area_line(uuid, on=on),
        "links": links_of(uuid, on=on),
        "blanks": blanks_of_area(uuid, on=on),
        "on": on,
        "may_write": may_open(request.viewer.roles, "org:area-change", "POST"),
    }
    return render(request, "org/area.html", context)


def new_area(request: Request) -> HttpResponse:
    """A new area of an organisation that the actor sees."""
    places = [(str(row.uuid), "　" * row.depth + row.name) for row in organisations(on=request.today)]
    initial = {
        "kind": request.GET.get("kind", ""),
        "organisation": request.GET.get("organisation", ""),
        "valid_from": request.today,
    }
    form = AreaForm(request.POST or None, places=places, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data | {"organisation": UUID(form.cleaned_data["organisation"])}
        try:
            uuid = open_area(**values, actor=request.viewer)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("已登记。"))
            return redirect("org:area", uuid)
    return _form_page(request, form, _("登记责任区（岗位）"), None)


def change(request: Request, uuid: UUID) -> HttpResponse:
    """Correct name, code and duties."""
    area = area_line(uuid, on=request.today)
    initial = {"name": area.name, "code": area.code, "duties": area.duties}
    form = AreaChangeForm(request.POST or None, initial=initial)
    return _do(
        request, uuid, form, _("更正"), lambda: change_area(area=uuid, **form.cleaned_data, actor=request.viewer)
    )


def close(request: Request, uuid: UUID) -> HttpResponse:
    """Its last day; who answered for it does so no more."""
    area_line(uuid, on=request.today)
    form = LastDayForm(request.POST or None, initial={"last_day": request.today})
    return _do(request, uuid, form, _("结束"), lambda: close_area(area=uuid, **form.cleaned_data, actor=request.viewer))


def _do(request: Request, uuid: UUID, form: forms.Form, title: str, operation: Callable[[], None]) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            operation()
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("已办理：%(what)s。") % {"what": title})
            return redirect("org:area", uuid)
    return _form_page(request, form, title, uuid)


def _form_page(request: Request, form: forms.Form, title: str, uuid: UUID | None) -> HttpResponse:
    name = area_line(uuid, on=request.today).name if uuid else ""
    context = {"form": form, "heading": title, "uuid": uuid, "name": name}
    return render(request, "org/area_form.html", context, status=422 if form.errors else 200)


def _filter(request: Request) -> tuple[AreaFilterForm, str, str, bool]:
    form = AreaFilterForm(request.GET)
    values = form.cleaned_data if form.is_valid() else {}
    return form, values.get("kind", ""), values.get("q", ""), values.get("closed", False)


def _said(kind: str, search: str, *, closed: bool) -> dict[str, str]:
    label = str(AREA_KINDS[kind]) if kind else ""
    return {str(_("类型")): label, str(_("查找")): search, str(_("含已结束")): str(_("是")) if closed else ""}
