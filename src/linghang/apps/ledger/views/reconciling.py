"""对账: reported or expected against recorded, and typing in what was reported."""

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.apps.exchange.listing import list_response
from linghang.apps.exchange.sheets import Cell, Column, Kind
from linghang.apps.ledger.data.norms import ReconcileLine
from linghang.apps.ledger.forms.inspecting import ReconcileForm, ReportForm
from linghang.apps.ledger.operations.inspecting import report_numbers
from linghang.apps.ledger.queries.pages_norms import elapsed
from linghang.apps.ledger.queries.pages_reconcile import (
    norm_choices,
    norm_named,
    organisations_for,
    reconcile_lines,
    reconcile_page,
    records_url,
    year_days,
)
from linghang.apps.ledger.queries.pages_words import said
from linghang.apps.ledger.views.inspecting import tabs
from linghang.engine.packs.model import CadenceNorm
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.forms import show_refusal
from linghang.ui.web.paging import page_number
from linghang.ui.web.reads import note_list
from linghang.ui.web.request import Request
from linghang.ui.web.routes import may_open


def reconcile(request: Request) -> HttpResponse | FileResponse:
    """Organisation by organisation: expected, reported, recorded, difference."""
    form, norm, year = _asked(request)
    if request.GET.get("export"):
        return _workbook(request, norm, year)
    page = reconcile_page(norm, year, on=request.today, number=page_number(request.GET.get("page")))
    note_list(request, count=page.total, filters=_filters(norm, year))
    context = {
        "form": form,
        "page": page,
        "lines": [(line, records_url(norm, line.uuid, year)) for line in page.rows],
        "norm": norm,
        "title": said(norm.title),
        "year": year,
        "over": sum(1 for _period in elapsed(norm, year, on=request.today)),
        "may_report": may_open(request.viewer.roles, "ledger:report"),
        "may_list": may_open(request.viewer.roles, "ledger:late"),
        "report_url": f"{reverse('ledger:report')}?norm={norm.id}&year={year}&page={page.number}",
        "tabs": tabs(request, "ledger:reconcile"),
        "wide": True,
    }
    partial = "#rows" if request.htmx and not request.htmx.boosted else ""
    return render(request, f"ledger/reconcile.html{partial}", context)


def _asked(request: Request) -> tuple[ReconcileForm, CadenceNorm, int]:
    form = ReconcileForm(request.GET, norms=norm_choices(on=request.today), today=request.today)
    name, year = form.asked()
    norm = norm_named(name, on=request.today)
    if norm is None:
        raise not_found()
    return form, norm, year


def _filters(norm: CadenceNorm, year: int) -> dict[str, str]:
    return {_("要求"): said(norm.title), _("年度"): str(year)}


def _workbook(request: Request, norm: CadenceNorm, year: int) -> FileResponse:
    lines = reconcile_lines(norm, year, organisations_for(norm, on=request.today), on=request.today)
    note_list(request, count=len(lines), filters=_filters(norm, year))
    heads = [
        Column(_("组织")),
        Column(_("应有"), Kind.INTEGER),
        Column(_("上报"), Kind.INTEGER),
        Column(_("上报来源")),
        Column(_("已录"), Kind.INTEGER),
        Column(_("相差"), Kind.INTEGER),
        Column(_("说明")),
    ]
    rows = [_cells(line) for line in lines]
    return list_response(_("对账"), heads, rows, now=request.now, filters=_filters(norm, year), as_of=request.today)


def _cells(line: ReconcileLine) -> list[Cell]:
    told = line.reported
    number, source = (told.number, told.source) if told else (None, _("未报"))
    return [line.name, line.expected, number, source, line.recorded, line.difference, line.why]


def report(request: Request) -> HttpResponse:
    """Numbers of one page of organisations, all from one source."""
    _form, norm, year = _asked(request)
    number = page_number(request.GET.get("page"))
    page = reconcile_page(norm, year, on=request.today, number=number)
    shown = [line for line in organisations_for(norm, on=request.today) if line.uuid in {row.uuid for row in page.rows}]
    told = {f"n-{row.uuid}": row.reported.number for row in page.rows if row.reported}
    form = ReportForm(request.POST or None, shown=shown, initial=told)
    back = f"{reverse('ledger:reconcile')}?norm={norm.id}&year={year}&page={page.number}"
    if request.method == "POST" and form.is_valid():
        since, until = year_days(year)
        try:
            count = report_numbers(
                norm=norm.id,
                since=since,
                until=until,
                numbers=form.numbers(),
                source=form.cleaned_data["source"],
                actor=request.viewer,
                now=request.now,
            )
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("已登记%(n)s个上报数。") % {"n": count})
            return redirect(back)
    context = {"form": form, "title": said(norm.title), "year": year, "back": back}
    return render(request, "ledger/report.html", context, status=422 if form.errors else 200)
