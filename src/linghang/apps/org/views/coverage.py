"""The committee's overview of coverages and gaps, the lists behind the numbers, the slots of branches."""

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linghang.apps.exchange.listing import list_response
from linghang.apps.exchange.sheets import Cell, Column, Kind
from linghang.apps.org.data.links import COLOURS, Composition
from linghang.apps.org.forms.links import DayForm, SearchDayForm
from linghang.apps.org.packs import pack_in_force
from linghang.apps.org.queries import (
    all_gaps,
    all_incomplete,
    complete_count,
    coverage,
    curve,
    gaps_page,
    incomplete_page,
)
from linghang.apps.org.queries.overview import gaps_listed, incomplete_listed
from linghang.apps.org.queries.overview import overview as overview_of
from linghang.apps.org.queries.quotas import late_links
from linghang.apps.org.views.asking import day_asked, partial_of
from linghang.apps.org.words import told
from linghang.engine.packs.link_model import Colour
from linghang.ui.web.paging import page_number
from linghang.ui.web.reads import note_list
from linghang.ui.web.request import Request

GROUPS = (
    ("three", gettext_lazy("三个全覆盖")),
    ("blank", gettext_lazy("空白班组")),
    ("contact", gettext_lazy("联系点覆盖")),
    ("feature", gettext_lazy("一支部一特色、一党员一面旗")),
)


def overview(request: Request) -> HttpResponse:
    """Everything that is to be covered, with the first gaps by name; every number opens its list."""
    on = day_asked(request)
    pack = pack_in_force(on=on).coverages
    found = overview_of(on=on)
    groups = {code: [found.lines[said.id] for said in pack.values() if said.group == code] for code, _title in GROUPS}
    note_list(request, count=sum(len(lines) for lines in groups.values()), filters={"on": on.isoformat()})
    context = {
        "on": on,
        "form": DayForm(initial={"on": on}),
        "groups": [(title, groups[code]) for code, title in GROUPS if groups[code]],
        "full": found.full,
        "branches": found.branches,
        "late": _late(request),
    }
    return render(request, "org/coverage.html", context)


def gap_list(request: Request) -> HttpResponse:
    """Who or what one coverage misses, since when, what can be done, and how it went in the past months."""
    on, search, said = day_asked(request), request.GET.get("q", "").strip()[:60], _coverage_asked(request)
    number = page_number(request.GET.get("page"))
    if search:
        line, page = coverage(said, on=on, gaps=0), gaps_page(said, on=on, number=number, search=search)
    else:
        line, page = gaps_listed(said, on=on, number=number)
    note_list(request, count=page.total, filters={str(_("覆盖")): line.title, str(_("名称")): search})
    context = {"line": line, "page": page, "on": on, "form": SearchDayForm(request.GET), "filtered": search}
    if "curve" in request.GET:  # thirteen counts: fetched once the list stands
        return render(request, "org/gaps.html#curve", {"curve": curve(said, on=on)})
    return render(request, f"org/gaps.html{partial_of(request)}", context)


def gap_export(request: Request) -> HttpResponseBase:
    """The same list as a workbook."""
    on, search, said = day_asked(request), request.GET.get("q", "").strip()[:60], _coverage_asked(request)
    line, lines = coverage(said, on=on, gaps=0), all_gaps(said, on=on, search=search)
    words = {str(_("覆盖")): line.title, str(_("名称")): search}
    note_list(request, count=len(lines), filters=words)
    columns = [
        Column(_("名称")),
        Column(_("编码")),
        Column(_("所在组织")),
        Column(_("空白自"), Kind.DATE),
        Column(_("空白天数"), Kind.INTEGER),
    ]
    rows = [(gap.line.name, gap.line.code, gap.place, gap.since, gap.days) for gap in lines]
    return list_response(_("缺口名单"), columns, rows, now=request.now, filters=words, as_of=on)


def composition_list(request: Request) -> HttpResponse:
    """Branches in which one of the slots stands empty."""
    on, search = day_asked(request), request.GET.get("q", "").strip()[:60]
    number = page_number(request.GET.get("page"))
    if search:
        page = incomplete_page(on=on, number=number, search=search)
        full, branches = complete_count(on=on)
    else:
        page, branches = incomplete_listed(on=on, number=number)
        full = branches - page.total
    note_list(request, count=page.total, filters={str(_("名称")): search})
    context = {
        "page": page,
        "on": on,
        "form": SearchDayForm(request.GET),
        "filtered": search,
        "full": full,
        "branches": branches,
    }
    return render(request, f"org/compositions.html{partial_of(request)}", context)


def composition_export(request: Request) -> HttpResponseBase:
    """The same list as a workbook."""
    on, search = day_asked(request), request.GET.get("q", "").strip()[:60]
    lines = all_incomplete(on=on, search=search)
    note_list(request, count=len(lines), filters={str(_("名称")): search})
    slots = [slot.title for slot in lines[0].slots] if lines else []
    columns = [Column(_("党支部")), Column(_("已有"), Kind.INTEGER), Column(_("共"), Kind.INTEGER), *map(Column, slots)]
    rows: list[list[Cell]] = [[line.name, line.filled, line.total, *_slot_words(line)] for line in lines]
    words = {str(_("名称")): search}
    return list_response(_("支部组成"), columns, rows, now=request.now, filters=words, as_of=on)


def _slot_words(line: Composition) -> list[str]:
    """Who fills each slot, or that it stands empty, with the colour in words."""
    return [
        "、".join(end.name for end in slot.filled) + (f"（{COLOURS[slot.colour]}）" if slot.colour else "")
        if slot.filled
        else _("空缺")
        for slot in line.slots
    ]


def _late(request: Request) -> list[tuple[str, str, int, int]]:
    """Kinds of links with a quota: (id, title, how many yellow, how many red) today."""
    kinds = pack_in_force(on=request.today).links.values()
    found = []
    for kind in kinds:
        if kind.quota is not None and kind.slot is None:
            colours = [each.colour for each in late_links(kind, on=day_asked(request))]
            found.append((kind.id, told(kind.title), colours.count(Colour.YELLOW), colours.count(Colour.RED)))
    return found


def _coverage_asked(request: Request) -> str:
    """`?of=` names a coverage of the pack; without one, the first."""
    known = pack_in_force(on=request.today).coverages
    return request.GET.get("of") or next(iter(known), "")
