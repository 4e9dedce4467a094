"""The inspector's pages: what was written down late or in bulk, whether the ledger holds, samples."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.apps.access.queries import PlacesToChoose
from linghang.apps.exchange.listing import list_response
from linghang.apps.exchange.sheets import Cell, Column, Kind
from linghang.apps.jobs.operations import start_job
from linghang.apps.ledger.forms.inspecting import DrawForm, LateForm, MassForm
from linghang.apps.ledger.operations.inspecting import VERIFY, draw_sample
from linghang.apps.ledger.queries.pages_inspection import DrawLine, draw_line, drawn, draws, verifications
from linghang.apps.ledger.queries.pages_late import LateLine, MassLine, late_lines, late_page, mass_lines, note_of
from linghang.apps.ledger.queries.pages_words import kind_title, kinds_on, said
from linghang.apps.ledger.views.listing import cells, columns
from linghang.ui.web.errors import DomainError
from linghang.ui.web.forms import show_refusal
from linghang.ui.web.paging import page_number
from linghang.ui.web.reads import note_list
from linghang.ui.web.request import Request
from linghang.ui.web.routes import may_open


def tabs(request: Request, current: str) -> list[dict[str, object]]:
    """The inspector's pages that this viewer may open."""
    pages = (
        ("ledger:late", _("补录清单")),
        ("ledger:mass", _("同日集中录入")),
        ("ledger:verify", _("核验")),
        ("ledger:draws", _("抽查")),
        ("ledger:reconcile", _("对账")),
        ("audit:reads", _("访问记录")),
    )
    return [
        {"label": label, "url": reverse(name), "current": name == current}
        for name, label in pages
        if may_open(request.viewer.roles, name)
    ]


def late_list(request: Request) -> HttpResponse | FileResponse:
    """Who recorded how many days later, place by place."""
    places = PlacesToChoose("ledger:late", on=request.today)
    form = LateForm(request.GET, places=places, today=request.today)
    asked = form.filters()
    if request.GET.get("export"):
        rows = late_lines(asked)
        note_list(request, count=len(rows), filters=form.said())
        return _late_workbook(request, form, rows)
    page = late_page(asked, page_number(request.GET.get("page")))
    note_list(request, count=page.total, filters=form.said())
    context = {"form": form, "page": page, "asked": asked, "tabs": tabs(request, "ledger:late"), "wide": True}
    return _list(request, "ledger/late.html", context)


def _list(request: Request, template: str, context: dict[str, object]) -> HttpResponse:
    partial = "#rows" if request.htmx and not request.htmx.boosted else ""
    return render(request, f"{template}{partial}", context)


def _late_workbook(request: Request, form: LateForm, rows: Sequence[LateLine]) -> FileResponse:
    heads = [
        Column(_("组织")),
        Column(_("记录人")),
        Column(_("记录条数"), Kind.INTEGER),
        Column(_("其中补录"), Kind.INTEGER),
        Column(_("中位天数"), Kind.INTEGER),
        Column(_("最多天数"), Kind.INTEGER),
        Column(_("说明")),
    ]
    values: list[list[Cell]] = [[r.place, r.recorder, r.records, r.late, r.middle, r.most, note_of(r)] for r in rows]
    return list_response(_("补录清单"), heads, values, now=request.now, filters=form.said(), as_of=request.today)


def mass_list(request: Request) -> HttpResponse | FileResponse:
    """Many records of several days that were written down on one day."""
    places = PlacesToChoose("ledger:mass", on=request.today)
    form = MassForm(request.GET, places=places, today=request.today)
    asked = form.filters()
    rows = mass_lines(asked)
    note_list(request, count=len(rows), filters=form.said())
    if request.GET.get("export"):
        return _mass_workbook(request, form, rows)
    context = {"form": form, "rows": rows, "asked": asked, "tabs": tabs(request, "ledger:mass"), "wide": True}
    return _list(request, "ledger/mass.html", context)


def _mass_workbook(request: Request, form: MassForm, rows: Sequence[MassLine]) -> FileResponse:
    heads = [
        Column(_("录入日期"), Kind.DATE),
        Column(_("组织")),
        Column(_("记录人")),
        Column(_("条数"), Kind.INTEGER),
        Column(_("涉及天数"), Kind.INTEGER),
        Column(_("最早一天"), Kind.DATE),
        Column(_("最晚一天"), Kind.DATE),
        Column(_("说明")),
    ]
    values: list[list[Cell]] = [
        [r.recorded_on, r.place, r.recorder, r.records, r.days, r.first, r.last, note_of(r)] for r in rows
    ]
    return list_response(_("同日集中录入"), heads, values, now=request.now, filters=form.said(), as_of=request.today)


def verify_page(request: Request) -> HttpResponse:
    """The last verifications; starting one is a job."""
    if request.method == "POST":
        job = start_job(
            kind=VERIFY,
            title=_("核验记录"),
            arguments={},
            actor=request.viewer,
            scope=request.scope,
            now=request.now,
        )
        return redirect("jobs:job", job.uuid)
    return render(request, "ledger/verify.html", {"runs": verifications(), "tabs": tabs(request, "ledger:verify")})


def draw_list(request: Request) -> HttpResponse:
    """Samples that were drawn, and a new one."""
    places = PlacesToChoose("ledger:draws", on=request.today)
    kinds = [(kind.id, said(kind.title)) for kind in kinds_on(request.today).values()]
    first = request.today.replace(month=1, day=1)
    form = DrawForm(request.POST or None, places=places, kinds=kinds, initial={"since": first, "until": request.today})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data | {"place": UUID(form.cleaned_data["place"])}
        try:
            uuid = draw_sample(**given, actor=request.viewer, now=request.now)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("已抽出，种子已记在案。"))
            return redirect("ledger:draw", uuid)
    rows = draws()
    note_list(request, count=len(rows))
    context = {"form": form, "rows": rows, "tabs": tabs(request, "ledger:draws")}
    return render(request, "ledger/draws.html", context, status=422 if form.errors else 200)


def draw_detail(request: Request, uuid: UUID) -> HttpResponse | FileResponse:
    """One sample: the same records at every look."""
    line = draw_line(uuid)
    rows = drawn(line)
    kind = kind_title(kinds_on(request.today), line.kind) if line.kind else _("全部种类")
    note_list(request, count=len(rows), filters={_("抽样种子"): line.seed})
    if request.GET.get("export"):
        return list_response(
            _("抽查记录"), columns(), cells(rows), now=request.now, filters=_said(line, kind), as_of=request.today
        )
    context = {"line": line, "rows": rows, "kind": kind, "tabs": tabs(request, "ledger:draws"), "wide": True}
    return render(request, "ledger/draw.html", context)


def _said(line: DrawLine, kind: str) -> dict[str, str]:
    return {
        _("抽样种子"): line.seed,
        _("组织"): line.place,
        _("种类"): kind,
        _("发生日期"): f"{line.since.isoformat()} — {line.until.isoformat()}",
        _("总数"): str(line.population),
    }
