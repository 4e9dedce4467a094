"""Pages of indicators: list, one with its series, what it means, its values."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from linghang.apps.exchange.listing import list_response
from linghang.apps.exchange.sheets import Cell, Column, Kind
from linghang.apps.metrics import operations, queries
from linghang.apps.metrics.chart import chart_of
from linghang.apps.metrics.data import SPANS, IndicatorCard, IndicatorLine, NewIndicator, NewValue, ValueLine
from linghang.apps.metrics.forms import (
    DefinitionForm,
    IndicatorChangeForm,
    IndicatorCloseForm,
    IndicatorFilterForm,
    IndicatorForm,
    ReplaceForm,
    ValueForm,
)
from linghang.apps.org.queries import organisations
from linghang.engine.points import UNIT
from linghang.ui.web.errors import DomainError
from linghang.ui.web.forms import show_refusal
from linghang.ui.web.paging import page_number
from linghang.ui.web.reads import note_list
from linghang.ui.web.request import Request
from linghang.ui.web.routes import may_open


def indicator_list(request: Request) -> HttpResponse:
    """Indicators with the value of their latest period: search, filter, page."""
    form, asked = _asked(request)
    page = queries.indicators_page(**asked, number=page_number(request.GET.get("page")))
    note_list(request, count=page.total, filters=_filters(asked))
    context = {
        "form": form,
        "page": page,
        "filtered": bool(asked["search"] or asked["span"]),
        "may_create": may_open(request.viewer.roles, "metrics:create"),
    }
    partial = "#rows" if request.htmx and not request.htmx.boosted else ""
    return render(request, f"metrics/list.html{partial}", context)


def export(request: Request) -> FileResponse:
    """The filtered list as a workbook."""
    _form, asked = _asked(request)
    lines = queries.indicator_lines(**asked)
    note_list(request, count=len(lines), filters=_filters(asked))
    columns = [
        *(Column(title) for title in (_("编码"), _("名称"), _("单位"), _("周期"), _("所属组织"), _("数据来源"))),
        Column(_("最近一期")), Column(_("数值"), Kind.QUANTITY), Column(_("截至"), Kind.DATE),
    ]  # fmt: skip
    rows = [_row(line) for line in lines]
    return list_response(_("指标"), columns, rows, now=request.now, filters=_filters(asked), as_of=request.today)


def _row(line: IndicatorLine) -> list[Cell]:
    latest = line.latest
    told: list[Cell] = [latest.period, _amount(latest), latest.as_of] if latest else [None, None, None]
    return [line.code, line.name, line.unit, line.span, line.place, line.source, *told]


def _amount(value: ValueLine) -> int | None:
    """In ten-thousandths, as workbooks take quantities; None stays an empty cell."""
    return None if value.value is None else int(value.value * UNIT)


def indicator(request: Request, uuid: UUID) -> HttpResponse:
    """What it means, its series with gaps where nothing is known, and every value with its source."""
    card = queries.indicator_card(uuid)
    note_list(request, count=len(card.values), filters={_("指标"): card.line.name})
    context = {
        "card": card,
        "chart": chart_of(card.points, card.decimals),
        "open": card.line.closed_on is None or card.line.closed_on >= request.today,
        "may_shape": _reaches(request, "metrics:edit", uuid),
        "may_give": _reaches(request, "metrics:add", uuid),
    }
    return render(request, "metrics/indicator.html", context)


def _reaches(request: Request, address: str, uuid: UUID) -> bool:
    """Buttons only where the address behind them would answer: some read further than they write."""
    return queries.in_reach(uuid, viewer=request.viewer, address=address, on=request.today)


def series_export(request: Request, uuid: UUID) -> FileResponse:
    """Every value of one indicator with its source, replaced ones too."""
    card = queries.indicator_card(uuid)
    note_list(request, count=len(card.values), filters={_("指标"): card.line.name})
    columns = [
        Column(_("周期")), Column(_("数值"), Kind.QUANTITY), Column(_("单位")), Column(_("截至"), Kind.DATE),
        Column(_("来源")), Column(_("状态")), Column(_("原因")), Column(_("说明")), Column(_("登记人")),
        Column(_("登记时间"), Kind.TIME),
    ]  # fmt: skip
    rows = [
        [v.period, _amount(v), card.line.unit, v.as_of, v.source, _("已替换") if v.replaced else _("有效"), v.reason,
         v.note, v.recorded_by, v.recorded_at]
        for v in card.values
    ]  # fmt: skip
    return list_response(card.line.name, columns, rows, now=request.now, as_of=request.today)


def create(request: Request) -> HttpResponse:
    """A new indicator of an organisation."""
    places = organisations(on=request.today)
    form = IndicatorForm(request.POST or None, places=places, initial={"valid_from": request.today, "decimals": 2})

    def write() -> HttpResponse:
        values = form.cleaned_data | {"organisation": UUID(form.cleaned_data["organisation"])}
        uuid = operations.open_indicator(new=NewIndicator(**values), actor=request.viewer)
        messages.success(request, _("指标已建立，可以登记数据了。"))
        return redirect("metrics:indicator", uuid)

    return _answer(request, form, write, _("新建指标"), None)


def edit(request: Request, uuid: UUID) -> HttpResponse:
    """Its name, code, direction and source."""
    card = queries.indicator_card(uuid)
    told = {"name": card.line.name, "code": card.line.code, "source": card.line.source}
    form = IndicatorChangeForm(request.POST or None, initial=told | {"direction": card.direction_code})
    return _change(request, card, form, _("修改指标"), lambda values: operations.change_indicator(
        indicator=uuid, **values, actor=request.viewer
    ))  # fmt: skip


def redefine(request: Request, uuid: UUID) -> HttpResponse:
    """Another 口径 from a day on."""
    card = queries.indicator_card(uuid)
    form = DefinitionForm(request.POST or None, initial={"valid_from": request.today})
    return _change(request, card, form, _("更换口径"), lambda values: operations.redefine_indicator(
        indicator=uuid, **values, actor=request.viewer
    ))  # fmt: skip


def close(request: Request, uuid: UUID) -> HttpResponse:
    """Its last day."""
    card = queries.indicator_card(uuid)
    form = IndicatorCloseForm(request.POST or None, initial={"last_day": request.today})
    return _change(request, card, form, _("停用指标"), lambda values: operations.close_indicator(
        indicator=uuid, **values, actor=request.viewer
    ))  # fmt: skip


def add(request: Request, uuid: UUID) -> HttpResponse:
    """A value of a period that has none."""
    card = queries.indicator_card(uuid)
    told = {"as_of": request.today, "source": card.line.source}
    form = ValueForm(request.POST or None, span=card.span_code, unit=card.line.unit, initial=told)
    return _change(request, card, form, _("登记数据"), lambda values: operations.record_value(
        indicator=uuid, new=_new_value(values, first=values["period"]), actor=request.viewer, now=request.now
    ))  # fmt: skip


def replace(request: Request, uuid: UUID) -> HttpResponse:
    """Another value in the place of one, with the reason; the first one stays readable."""
    indicator_uuid, value = queries.current_value(uuid)
    card = queries.indicator_card(indicator_uuid)
    told = {"value": "" if value.value is None else value.shown, "as_of": request.today, "source": value.source}
    form = ReplaceForm(request.POST or None, span=card.span_code, unit=card.line.unit, initial=told)
    title = _("替换 %(period)s 的数据") % {"period": value.period}
    return _change(request, card, form, title, lambda values: operations.record_value(
        indicator=indicator_uuid, new=_new_value(values, first=value.first), actor=request.viewer, now=request.now
    ))  # fmt: skip


def _new_value(values: dict[str, Any], first: Any) -> NewValue:
    more = {name: values[name] for name in ("reason", "note") if name in values}
    return NewValue(first=first, value=values["value"], as_of=values["as_of"], source=values["source"], **more)


def _change(
    request: Request, card: IndicatorCard, form: forms.Form, title: str, operation: Callable[[dict[str, Any]], object]
) -> HttpResponse:
    def write() -> HttpResponse:
        operation(form.cleaned_data)
        messages.success(request, _("已办理：%(what)s。") % {"what": title})
        return redirect("metrics:indicator", card.line.uuid)

    return _answer(request, form, write, title, card)


def _answer(
    request: Request, form: forms.Form, write: Callable[[], HttpResponse], title: str, card: IndicatorCard | None
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            return write()
        except DomainError as error:
            show_refusal(form, error)
    context = {"form": form, "heading": title, "card": card}
    return render(request, "metrics/form.html", context, status=422 if form.errors else 200)


def _asked(request: Request) -> tuple[IndicatorFilterForm, dict[str, Any]]:
    form = IndicatorFilterForm(request.GET)
    values = form.cleaned_data if form.is_valid() else {}
    return form, {
        "search": values.get("q", ""),
        "span": values.get("span", ""),
        "with_closed": bool(values.get("closed")),
        "on": request.today,
    }


def _filters(asked: dict[str, Any]) -> dict[str, str]:
    return {
        _("名称或编码"): asked["search"],
        _("周期"): str(SPANS[asked["span"]]) if asked["span"] else "",
        _("含已停用"): _("是") if asked["with_closed"] else "",
    }
