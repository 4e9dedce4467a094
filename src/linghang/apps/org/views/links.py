"""Links: the list, making one, ending one, and how the quotas of leaders stand."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.apps.exchange.listing import list_response
from linghang.apps.exchange.sheets import Cell, Column, Kind
from linghang.apps.org.data.counters import recording_pages
from linghang.apps.org.data.links import COLOURS, EndLine, LinkFilter, LinkLine
from linghang.apps.org.forms.links import LastDayForm, LinkFilterForm, LinkForm, SearchDayForm
from linghang.apps.org.operations import NewLink, link, unlink
from linghang.apps.org.packs import pack_in_force
from linghang.apps.org.queries import all_links, all_quotas, link_line, links_page, quotas_page
from linghang.apps.org.queries.ends import candidates, find_end, line_of_end
from linghang.apps.org.queries.links import is_contact
from linghang.apps.org.views.asking import day_asked, partial_of, uuid_asked
from linghang.apps.org.words import told
from linghang.engine.packs.link_model import LinkKind
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.forms import show_refusal
from linghang.ui.web.paging import page_number
from linghang.ui.web.reads import note_list
from linghang.ui.web.request import Request
from linghang.ui.web.routes import may_open


def link_list(request: Request) -> HttpResponse:
    """Every link that holds on a day, by kind, with its quota."""
    form, wanted = _filter(request)
    on = day_asked(request)
    page = links_page(wanted, on=on, number=page_number(request.GET.get("page")))
    note_list(request, count=page.total, filters=_said(wanted))
    context = {
        "form": form,
        "page": page,
        "on": on,
        "filtered": bool(wanted.kind or wanted.search),
        "may_write": may_open(request.viewer.roles, "org:link-new", "POST"),
    }
    return render(request, f"org/links.html{partial_of(request)}", context)


def link_export(request: Request) -> HttpResponseBase:
    """The filtered list as a workbook."""
    _form, wanted = _filter(request)
    on = day_asked(request)
    lines = all_links(wanted, on=on)
    note_list(request, count=len(lines), filters=_said(wanted))
    rows = [_cells(line) for line in lines]
    return list_response(_("联系"), _columns(), rows, now=request.now, filters=_said(wanted), as_of=on)


def new_link(request: Request) -> HttpResponse:
    """Choose the kind, find both ends, say since when."""
    kinds = pack_in_force(on=request.today).links
    kind = kinds.get(request.GET.get("kind", ""))
    if kind is None:
        return render(request, "org/link_kinds.html", {"kinds": list(kinds.values())})
    left, right = _found(request, kind, "left"), _found(request, kind, "right")
    data = request.POST if request.method == "POST" else None
    initial = {"valid_from": request.today, **_only(left, "left"), **_only(right, "right")}
    form = LinkForm(data, kind=kind, left=left, right=right, initial=initial)
    if data is not None and form.is_valid() and _make(request, form, kind):
        return redirect(f"{reverse('org:links')}?kind={kind.id}")
    context = {
        "form": form,
        "kind": kind,
        "left_q": request.GET.get("left_q", ""),
        "right_q": request.GET.get("right_q", ""),
    }
    return render(request, "org/link_new.html", context, status=422 if form.errors else 200)


def end_link(request: Request, uuid: UUID) -> HttpResponse:
    """The last day of a link."""
    line = link_line(uuid, on=request.today)
    form = LastDayForm(request.POST or None, initial={"last_day": request.today})
    if request.method == "POST" and form.is_valid():
        try:
            unlink(link=uuid, last_day=form.cleaned_data["last_day"], actor=request.viewer)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("已结束，历史保留。"))
            return redirect("org:links")
    context = {"form": form, "line": line}
    return render(request, "org/link_end.html", context, status=422 if form.errors else 200)


def quota_list(request: Request) -> HttpResponse:
    """0/2, 1/2, 2/2 for every leader and branch, with the colour of the day and the rule."""
    kind, form = _quota_kind(request), SearchDayForm(request.GET)
    on, search = day_asked(request), request.GET.get("q", "").strip()[:60]
    page = quotas_page(kind.id, on=on, number=page_number(request.GET.get("page")), search=search)
    note_list(request, count=page.total, filters={str(_("种类")): told(kind.title), str(_("名称")): search})
    context = {"form": form, "page": page, "on": on, "kind": kind, "kinds": _quota_kinds(request), "filtered": search}
    context["record_url"] = _record_url(request, kind) if on == request.today else ""
    return render(request, f"org/quotas.html{partial_of(request)}", context)


def quota_export(request: Request) -> HttpResponseBase:
    """The same as a workbook."""
    kind, on = _quota_kind(request), day_asked(request)
    search = request.GET.get("q", "").strip()[:60]
    lines = all_quotas(kind.id, on=on, search=search)
    said = {str(_("种类")): told(kind.title), str(_("名称")): search}
    note_list(request, count=len(lines), filters=said)
    return list_response(_("联系次数"), _columns(), [_cells(x) for x in lines], now=request.now, filters=said, as_of=on)


def _filter(request: Request) -> tuple[LinkFilterForm, LinkFilter]:
    form = LinkFilterForm(request.GET, kinds=pack_in_force(on=request.today).links.values())
    values = form.cleaned_data if form.is_valid() else {}
    wanted = LinkFilter(
        kind=values.get("kind", ""),
        search=values.get("q", ""),
        organisation=uuid_asked(request, "organisation"),
        with_ended=values.get("ended", False),
    )
    return form, wanted


def _said(wanted: LinkFilter) -> dict[str, str]:
    ended = str(_("是")) if wanted.with_ended else ""
    return {str(_("种类")): wanted.kind, str(_("查找")): wanted.search, str(_("含已结束")): ended}


def _columns() -> list[Column]:
    return [
        Column(_("种类")),
        Column(_("联系人（组织）")),
        Column(_("编码")),
        Column(_("被联系的")),
        Column(_("编码")),
        Column(_("从哪天起"), Kind.DATE),
        Column(_("到哪天止"), Kind.DATE),
        Column(_("已办次数"), Kind.INTEGER),
        Column(_("要求次数"), Kind.INTEGER),
        Column(_("颜色")),
        Column(_("说明")),
    ]


def _cells(line: LinkLine) -> list[Cell]:
    stand = line.counted
    colour = str(COLOURS[stand.colour]) if stand and stand.colour else ""
    return [
        line.title,
        line.left.name,
        line.left.code,
        line.right.name,
        line.right.code,
        line.valid_from,
        line.valid_to,
        stand.done if stand else None,
        stand.wanted if stand else None,
        colour,
        line.note,
    ]


def _found(request: Request, kind: LinkKind, side: str) -> list[EndLine]:
    """What the search of one side found; what the address or the form names comes first."""
    words = kind.left if side == "left" else kind.right
    named = _named(request.POST.get(side) or request.GET.get(side, ""), words, request)
    if named is not None:
        return [named]
    return candidates(words, search=request.GET.get(f"{side}_q", "").strip()[:60], on=request.today)


def _named(text: str, words: tuple[str, ...], request: Request) -> EndLine | None:
    """The end of that id, if it lies inside the scope."""
    try:
        return line_of_end(find_end(UUID(text), words, on=request.today))
    except (ValueError, DomainError):
        return None


def _only(lines: list[EndLine], side: str) -> dict[str, str]:
    return {side: str(lines[0].uuid)} if len(lines) == 1 else {}


def _make(request: Request, form: LinkForm, kind: LinkKind) -> bool:
    values = dict(form.cleaned_data)
    replace = values.pop("replace", False)
    new = NewLink(kind=kind.id, **values | {"left": UUID(values["left"]), "right": UUID(values["right"])})
    try:
        link(new=new, replace=replace, actor=request.viewer)
    except DomainError as error:
        show_refusal(form, error)
        return False
    messages.success(request, _("已登记：%(kind)s。") % {"kind": told(kind.title)})
    return True


def _record_url(request: Request, kind: LinkKind) -> str:
    """Where the viewer may record one more of what the quota counts, if a room above has such a page."""
    names = [name for name in recording_pages.values() if may_open(request.viewer.roles, name, "POST")]
    return reverse(names[0]) if names and is_contact(kind) else ""


def _quota_kinds(request: Request) -> list[LinkKind]:
    return [kind for kind in pack_in_force(on=request.today).links.values() if kind.quota is not None]


def _quota_kind(request: Request) -> LinkKind:
    """The kind asked for; without one, the first whose left end is a person."""
    kinds = _quota_kinds(request)
    asked = request.GET.get("kind", "")
    found = next((kind for kind in kinds if kind.id == asked or (not asked and kind.left == ("member",))), None)
    if found is None:
        raise not_found()
    return found
