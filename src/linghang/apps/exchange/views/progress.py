"""Where an import stands: how far a job is, what it did, and the way back."""

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linghang.apps.exchange.data import ACTION_WORDS, EffectData, ImportData, ImportState, import_actions
from linghang.apps.exchange.kinds import ImportKind
from linghang.apps.exchange.listing import list_response
from linghang.apps.exchange.operations import discard_import, undo_import
from linghang.apps.exchange.queries import all_effects, effects_page
from linghang.apps.exchange.sheets import Column
from linghang.apps.exchange.views.shared import own_import
from linghang.ui.web.paging import page_number
from linghang.ui.web.reads import note_list
from linghang.ui.web.request import Request
from linghang.ui.web.routes import may_open

PAGES = {ImportState.MATCHING: "exchange:columns", ImportState.CHECKED: "exchange:preview"}


@require_safe
@never_cache
def one_import(request: Request, uuid: UUID) -> HttpResponse:
    """The page of the step that the import has reached; while a job works, how far it is."""
    found, kind = own_import(request, uuid)
    if found.state in PAGES:
        return _go(request, reverse(PAGES[found.state], args=[uuid]))
    if request.htmx and not request.htmx.boosted and not found.busy:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    if found.busy or found.state is ImportState.REFUSED:
        template = "exchange/progress.html#live" if request.htmx else "exchange/progress.html"
        return render(request, template, {"found": found, "kind": kind})
    return _result(request, found, kind)


def _go(request: Request, url: str) -> HttpResponse:
    if not request.htmx:
        return redirect(url)
    return HttpResponse(status=204, headers={"HX-Redirect": url})


def _result(request: Request, found: ImportData, kind: ImportKind) -> HttpResponse:
    """What was written, and afterwards what an undo left and why."""
    only, q = request.GET.get("only", ""), request.GET.get("q", "").strip()[:60]
    number = page_number(request.GET.get("page"))
    page = effects_page(viewer=request.viewer, uuid=found.uuid, only=only, q=q, number=number)
    note_list(request, count=page.total, filters={"only": only, "q": q})
    context = {
        "found": found, "kind": kind, "page": page, "only": only, "q": q,
        "steps": _next_steps(request, found, kind) if found.stands else [],
        "filters": [("", _("全部")), *ACTION_WORDS.items(), ("kept", _("没有退回的"))],
    }  # fmt: skip
    return render(request, "exchange/result.html", context)


def _next_steps(request: Request, found: ImportData, kind: ImportKind) -> list[tuple[str | Promise, str]]:
    """What can be done with what was written: by the kind of import, and by rooms above."""
    own = [(label, reverse(name)) for label, name in kind.next_steps if may_open(request.viewer.roles, name)]
    return [*own, *import_actions(request.viewer, found)]


@require_safe
def effects(request: Request, uuid: UUID) -> FileResponse:
    """Everything that the import did, with what an undo left."""
    found, _kind = own_import(request, uuid)
    rows = [_cells(effect) for effect in all_effects(request.viewer, uuid)]
    note_list(request, count=len(rows))
    columns = [Column(_(title)) for title in ("对象", "做了什么", "来自", "退回", "没有退回的原因")]
    return list_response(f"{_('导入结果')} {found.title}", columns, rows, now=request.now, name=_("导入结果"))


def _cells(effect: EffectData) -> list[str]:
    undone = _("已退回") if effect.undone else ""
    return [effect.label, str(ACTION_WORDS[effect.action]), effect.source, undone, effect.kept]


@require_POST
def undo(request: Request, uuid: UUID) -> HttpResponse:
    """Take it back, with a reason."""
    own_import(request, uuid)
    undo_import(import_uuid=uuid, reason=request.POST.get("reason", ""), actor=request.viewer, now=request.now)
    return redirect("exchange:import", uuid=uuid)


@require_POST
def discard(request: Request, uuid: UUID) -> HttpResponse:
    """Throw away what was never written."""
    own_import(request, uuid)
    discard_import(import_uuid=uuid, actor=request.viewer)
    messages.success(request, _("已丢弃，文件已删除，库里没有任何改动。"))
    return redirect("exchange:list")
