"""The list of cases: search, filters, the state in the address, and exactly what is shown as a workbook."""

from urllib.parse import urlencode

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linghang.apps.exchange.listing import list_response
from linghang.apps.exchange.sheets import Cell, Column, Kind
from linghang.apps.loops.data import CaseFilter, CaseLine
from linghang.apps.loops.forms import CaseFilterForm
from linghang.apps.loops.queries import SHOWS, cases_for_export, cases_page
from linghang.apps.loops.versions import kinds_in_force
from linghang.ui.web.paging import page_number
from linghang.ui.web.reads import note_list
from linghang.ui.web.request import Request
from linghang.ui.web.routes import may_open

SHOW_LABELS = {
    "open": gettext_lazy("未结束"),
    "mine": gettext_lazy("与我有关"),
    "overdue": gettext_lazy("已逾期"),
    "closed": gettext_lazy("已结束"),
    "all": gettext_lazy("全部"),
}
ENDS = {
    "settled": gettext_lazy("办结"),
    "refused": gettext_lazy("未予办理"),
    "withdrawn": gettext_lazy("撤回"),
}


def case_list(request: Request) -> HttpResponse:
    """What is due first stands on top."""
    form, asked = _asked(request)
    page = cases_page(asked, viewer=request.viewer, today=request.today, number=page_number(request.GET.get("page")))
    note_list(request, count=page.total, filters=_filter_words(form, asked))
    context = {
        "form": form,
        "page": page,
        "show": asked.show,
        "tabs": _tabs(request, asked),
        "filtered": bool(asked.search or asked.kind or asked.state or asked.place),
        "export_url": f"{reverse('loops:export')}?{request.GET.urlencode()}",
        "may_report": may_open(request.viewer.roles, "loops:report"),
        "may_declare": may_open(request.viewer.roles, "loops:declare"),
        "may_confirm": may_open(request.viewer.roles, "loops:confirm"),
        "wide": True,
    }
    partial = "#rows" if request.htmx and not request.htmx.boosted else ""
    return render(request, f"loops/list.html{partial}", context)


def case_export(request: Request) -> FileResponse:
    """The rows of the list, all of them, with the same filters."""
    form, asked = _asked(request)
    lines = cases_for_export(asked, viewer=request.viewer, today=request.today)
    words = _filter_words(form, asked)
    note_list(request, count=len(lines), filters=words)
    return list_response(
        _("台账"), _columns(), [_cells(line) for line in lines], now=request.now, filters=words, as_of=request.today
    )


def _asked(request: Request) -> tuple[CaseFilterForm, CaseFilter]:
    form = CaseFilterForm(request.GET, kinds=kinds_in_force(on=request.today))
    form.is_valid()  # a word that is no choice narrows nothing
    values = form.cleaned_data
    show = request.GET.get("show", "open")
    return form, CaseFilter(
        search=values.get("q", "").strip(),
        kind=values.get("kind", ""),
        state=values.get("state", ""),
        place=values.get("place", "").strip(),
        show=show if show in SHOWS else "open",
    )


def _tabs(request: Request, asked: CaseFilter) -> list[dict[str, object]]:
    kept = {name: value for name, value in request.GET.items() if name not in ("show", "page") and value}
    return [
        {"label": label, "url": f"?{urlencode({**kept, 'show': show})}", "current": show == asked.show, "count": None}
        for show, label in SHOW_LABELS.items()
    ]


def _filter_words(form: CaseFilterForm, asked: CaseFilter) -> dict[str, str]:
    values = {"kind": asked.kind, "state": asked.state}
    words = {str(_("范围")): str(SHOW_LABELS[asked.show]), str(_("编号或标题")): asked.search}
    words[str(_("组织"))] = asked.place
    for name, value in values.items():
        field = form.fields[name]
        told = dict(field.choices).get(value, "") if value else ""  # type: ignore[attr-defined]  # a ChoiceField
        words[str(field.label)] = str(told)
    return words


def _columns() -> list[Column]:
    return [
        Column(_("编号")),
        Column(_("种类")),
        Column(_("标题")),
        Column(_("组织")),
        Column(_("状态")),
        Column(_("等谁办")),
        Column(_("登记日期"), Kind.DATE),
        Column(_("期限"), Kind.DATE),
        Column(_("剩余工作日"), Kind.INTEGER),
        Column(_("超期级别")),
        Column(_("退回"), Kind.INTEGER),
        Column(_("反复"), Kind.INTEGER),
        Column(_("结束日期"), Kind.DATE),
        Column(_("结果")),
    ]


def _cells(line: CaseLine) -> list[Cell]:
    return [
        line.number,
        line.kind_label,
        line.title,
        line.place,
        _("暂停") if line.paused else line.state_label,
        line.waits,
        line.opened_on,
        line.standing.due,
        line.standing.left,
        line.standing.level_label,
        line.refused,
        line.reopened,
        line.closed_on,
        str(ENDS[line.ends]) if line.ends else "",
    ]
