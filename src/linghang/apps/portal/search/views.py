"""The page of hits, grouped or of one kind, and the suggestions below the box. Nothing outside the scope is counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.apps.org.search.data import LONGEST_QUERY, HitGroup, SearchKind
from linghang.apps.org.search.queries import find, find_page, is_enough, kinds_for
from linghang.ui.web.paging import page_number
from linghang.ui.web.reads import note_list
from linghang.ui.web.request import Request

ON_PAGE, SUGGESTED = 5, 3


@dataclass(frozen=True)
class Tab:
    """One kind in the row of filters; `count` ends with a plus when there are more than are counted."""

    label: str
    url: str
    current: bool
    count: str | None = None


def search(request: Request) -> HttpResponse:
    """What the fragments of `q` find, the best of each kind, or with `kind` all of one, in pages."""
    query = request.GET.get("q", "")[:LONGEST_QUERY].strip()
    groups = find(query, viewer=request.viewer, on=request.today, each=ON_PAGE)
    kinds = kinds_for(request.viewer, on=request.today)
    chosen = next((kind for kind in kinds if kind.code == request.GET.get("kind")), None)
    page, more = None, False
    if chosen is not None:
        number = page_number(request.GET.get("page"))
        page, more = find_page(query, chosen, viewer=request.viewer, on=request.today, number=number)
    total = sum(group.count for group in groups)
    note_list(request, count=page.total if page else total, filters={_("查找"): query})
    context = {
        "query": query,
        "enough": is_enough(query),
        "groups": groups,
        "kinds": kinds,
        "chosen": chosen,
        "page": page,
        "more": more,
        "tabs": _tabs(query, groups, chosen),
    }
    return render(request, "portal/search/page.html", context)


def suggest(request: Request) -> HttpResponse:
    """The best hits while somebody types; a list without the frame of a page."""
    query = request.GET.get("q", "")[:LONGEST_QUERY].strip()
    groups = find(query, viewer=request.viewer, on=request.today, each=SUGGESTED)
    note_list(request, count=sum(len(group.hits) for group in groups), filters={_("查找"): query})
    context = {"query": query, "groups": groups, "enough": is_enough(query)}
    return render(request, "portal/search/suggestions.html", context)


def _tabs(query: str, groups: Sequence[HitGroup], chosen: SearchKind | None) -> list[Tab]:
    """All together, then each kind that has hits (and the chosen one, so that it can be left)."""
    tabs = [Tab(_("全部"), _address(query), chosen is None)]
    for group in groups:
        count = f"{group.count}{'+' if group.more else ''}"
        tabs.append(Tab(str(group.kind.label), _address(query, group.kind.code), group.kind == chosen, count))
    if chosen is not None and all(group.kind != chosen for group in groups):
        tabs.append(Tab(str(chosen.label), _address(query, chosen.code), True, "0"))
    return tabs


def _address(query: str, kind: str = "") -> str:
    words = {"q": query} | ({"kind": kind} if kind else {})
    return f"{reverse('portal:search')}?{urlencode(words)}"
