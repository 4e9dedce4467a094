"""The list of records: search, filters, pages, and exactly what is shown as a workbook."""

from collections.abc import Iterator

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from linghang.apps.access.queries import PlacesToChoose
from linghang.apps.exchange.listing import list_response
from linghang.apps.exchange.sheets import Cell, Column, Kind
from linghang.apps.ledger.data.pages import FactLine
from linghang.apps.ledger.forms.listing import FactFilterForm
from linghang.apps.ledger.queries.pages_list import EXPORTED, facts_for_export, facts_page
from linghang.apps.ledger.queries.pages_words import kinds_on, said
from linghang.ui.web.errors import DomainError
from linghang.ui.web.reads import note_list
from linghang.ui.web.request import Request
from linghang.ui.web.routes import may_open


def fact_list(request: Request) -> HttpResponse | FileResponse:
    """Records inside the scope, the latest day first; `export=xlsx` saves all rows of the same list."""
    form = _filter_form(request)
    filters = form.filters()
    if request.GET.get("export"):
        return _export(request, form)
    page = facts_page(filters, older_than=request.GET.get("older", ""), newer_than=request.GET.get("newer", ""))
    note_list(request, count=page.total, filters=form.said())
    context = {
        "form": form,
        "page": page,
        "filtered": bool(form.said() or filters.subject),
        "may_record": may_open(request.viewer.roles, "ledger:record"),
        "may_compare": may_open(request.viewer.roles, "ledger:reconcile"),
        "wide": True,
    }
    partial = "#rows" if request.htmx and not request.htmx.boosted else ""
    return render(request, f"ledger/list.html{partial}", context)


def _filter_form(request: Request) -> FactFilterForm:
    kinds = sorted(((kind.id, said(kind.title)) for kind in kinds_on(request.today).values()), key=lambda one: one[1])
    return FactFilterForm(request.GET, kinds=kinds, places=PlacesToChoose("ledger:list", on=request.today))


def _export(request: Request, form: FactFilterForm) -> FileResponse:
    rows = facts_for_export(form.filters())
    if len(rows) > EXPORTED:
        words = _("这份清单超过%(n)s行，一次导不出来。请按组织或日期缩小范围后再导出。") % {"n": EXPORTED}
        raise DomainError("too_many_rows", words)
    note_list(request, count=len(rows), filters=form.said())
    return list_response(_("记录清单"), columns(), cells(rows), now=request.now, filters=form.said())


def columns() -> list[Column]:
    """The columns of every exported list of records."""
    return [
        Column(_("日期"), Kind.DATE),
        Column(_("种类")),
        Column(_("对象")),
        Column(_("编码、工号")),
        Column(_("内容")),
        Column(_("数量")),
        Column(_("发生地")),
        Column(_("所在支部")),
        Column(_("活动编号")),
        Column(_("记录人")),
        Column(_("记录时间"), Kind.TIME),
        Column(_("补录天数"), Kind.INTEGER),
        Column(_("状态")),
        Column(_("来源单元格")),
    ]


def cells(rows: list[FactLine]) -> Iterator[list[Cell]]:
    """Rows for `columns`."""
    for row in rows:
        yield [
            row.day,
            row.title,
            row.subject_label,
            row.subject_code,
            row.words,
            row.quantity,
            row.place,
            row.home or row.place,
            row.number,
            row.recorder,
            row.recorded_at,
            row.late,
            row.state_label,
            row.source,
        ]
