"""Before anything is written: what would be new, changed and the same, and what is wrong by sheet and cell."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linghang.apps.exchange.data import OUTCOME_WORDS, ImportState, Outcome
from linghang.apps.exchange.imports.preview import PER_PAGE, Flaw, endings, flaw_groups, flaws_page, lines_page
from linghang.apps.exchange.kinds import Line
from linghang.apps.exchange.listing import list_response
from linghang.apps.exchange.operations import confirm_import, recheck_import
from linghang.apps.exchange.queries import preview_path
from linghang.apps.exchange.sheets import Column
from linghang.apps.exchange.views.shared import in_state, own_import
from linghang.ui.web.errors import not_found
from linghang.ui.web.paging import Page, page_number
from linghang.ui.web.reads import note_list
from linghang.ui.web.request import Request

CELL = "cell:"
EVERY = 1_000_000


@require_safe
@never_cache
def preview(request: Request, uuid: UUID) -> HttpResponse:
    """One part of the preview: problems first when there are any."""
    found, kind = own_import(request, uuid)
    in_state(found, ImportState.CHECKED)
    path = preview_path(uuid)
    if path is None:
        raise not_found()
    shown = request.GET.get("show", "")
    if shown not in {*Outcome, "endings"}:
        shown = _first(found.counts)
    number, q = page_number(request.GET.get("page")), request.GET.get("q", "").strip()[:60]
    sheet, code = request.GET.get("sheet", ""), request.GET.get("code", "")
    rows: Sequence[Flaw | Line]
    if shown == Outcome.PROBLEM:
        rows, total = flaws_page(path, sheet=sheet, code=code, number=number)
    elif shown == "endings":
        rows, total = [], 0
    else:
        rows, total = lines_page(path, outcome=shown, q=q, number=number)
    note_list(request, count=total, filters={"show": shown, "q": q, "sheet": sheet, "code": code})
    context = {
        "found": found, "kind": kind, "shown": shown, "page": Page(rows, number, total, PER_PAGE), "q": q,
        "sheet": sheet, "code": code, "groups": flaw_groups(path), "endings": endings(path),
        "tabs": _tabs(found.counts), "writes": found.counts["new"] + found.counts["changed"],
    }  # fmt: skip
    return render(request, "exchange/preview.html", context)


def _first(counts: Mapping[str, int]) -> str:
    if counts["errors"] or counts["warnings"]:
        return Outcome.PROBLEM
    return next((o for o in (Outcome.NEW, Outcome.CHANGED) if counts[o]), Outcome.SAME)


def _tabs(counts: Mapping[str, int]) -> list[tuple[str, str, int]]:
    tabs = [(o.value, str(OUTCOME_WORDS[o]), counts[o]) for o in (Outcome.NEW, Outcome.CHANGED, Outcome.SAME)]
    problems = (Outcome.PROBLEM.value, _("问题和提醒"), counts["errors"] + counts["warnings"])
    return [problems, *tabs, ("endings", _("表里没有的"), counts["endings"])]


@require_safe
def problems(request: Request, uuid: UUID) -> FileResponse:
    """Exactly the problems that the page shows, all of its pages."""
    found, _kind = own_import(request, uuid)
    path = preview_path(uuid)
    if path is None:
        raise not_found()
    sheet, code = request.GET.get("sheet", ""), request.GET.get("code", "")
    rows, total = flaws_page(path, sheet=sheet, code=code, number=1, most=EVERY)
    note_list(request, count=total, filters={"sheet": sheet, "code": code})
    words = {"error": _("须改正"), "warning": _("提醒")}
    columns = [Column(_(title)) for title in ("工作表", "单元格", "现在写的", "程度", "问题", "怎么办")]
    cells = [
        [f.problem.place.sheet, f.problem.place.cell, f.held, words[f.problem.severity], f.problem.message,
         f.problem.hint]
        for f in rows
    ]  # fmt: skip
    return list_response(
        f"{_('导入问题')} {found.file}", columns, cells, now=request.now,
        filters={_("工作表"): sheet, _("问题"): code}, name=_("导入问题"),
    )  # fmt: skip


@require_POST
def recheck(request: Request, uuid: UUID) -> HttpResponse:
    """Take the texts that were written over cells, and compare again."""
    own_import(request, uuid)
    written = {
        name.removeprefix(CELL): str(text)
        for name, text in request.POST.items()
        if name.startswith(CELL) and str(text) != request.POST.get(f"held:{name.removeprefix(CELL)}")
    }
    recheck_import(import_uuid=uuid, corrections=written, actor=request.viewer, now=request.now)
    return redirect("exchange:import", uuid=uuid)


@require_POST
def confirm(request: Request, uuid: UUID) -> HttpResponse:
    """Let it be written."""
    own_import(request, uuid)
    ticked = request.POST.getlist("ending")
    confirm_import(import_uuid=uuid, endings=ticked, actor=request.viewer, now=request.now)
    return redirect("exchange:import", uuid=uuid)
