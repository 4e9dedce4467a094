"""花名册: the list, and the same list as a workbook."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from linghang.apps.exchange.listing import list_response
from linghang.apps.exchange.sheets import Column, Kind
from linghang.apps.org.data import RosterLine
from linghang.apps.org.data.organisations import GROUPS
from linghang.apps.org.forms.people import RosterFilterForm
from linghang.apps.org.queries import (
    RosterFilter,
    members_on,
    name_on,
    organisation_card,
    person_classes,
    roster_page,
    roster_rows,
)
from linghang.apps.org.views.asking import day_asked, partial_of, uuid_asked
from linghang.ui.web.errors import not_found
from linghang.ui.web.paging import page_number
from linghang.ui.web.reads import note_list
from linghang.ui.web.request import Request
from linghang.ui.web.routes import may_open
from linghang.ui.web.scope import system_scope


def roster(request: Request) -> HttpResponse:
    """Who belongs where on a day: search, filters, pages."""
    form, asked = _asked(request)
    page = roster_page(asked, number=page_number(request.GET.get("page")))
    words = _words(form)
    note_list(request, count=page.total, filters=words)
    context = {
        "form": form,
        "page": page,
        "asked": asked,
        "past": asked.on != request.today,
        "filtered": bool(words),
        "may_add": may_open(request.viewer.roles, "org:person-add"),
        "may_merge": may_open(request.viewer.roles, "org:merges"),
    }
    return render(request, f"org/roster.html{partial_of(request)}", context)


def roster_export(request: Request) -> HttpResponseBase:
    """Exactly what the list shows, as a workbook."""
    form, asked = _asked(request)
    rows, words = roster_rows(asked), _words(form)
    note_list(request, count=len(rows), filters=words)
    columns = [
        Column(_("姓名")),
        Column(_("工号")),
        Column(_("支部")),
        Column(_("党小组")),
        Column(_("单位或部门")),
        Column(_("政治面貌")),
        Column(_("类别")),
        Column(_("职务")),
        Column(_("自"), Kind.DATE),
    ]
    return list_response(
        _("花名册"), columns, [_cells(row) for row in rows], now=request.now, filters=words, as_of=asked.on
    )


def _cells(row: RosterLine) -> tuple[Any, ...]:
    titles = "、".join(row.titles)
    return (
        row.name, row.code, row.branch, row.group, row.unit, row.standing_label, row.person_class, titles, row.since,
    )  # fmt: skip


def _asked(request: Request) -> tuple[RosterFilterForm, RosterFilter]:
    data = request.GET.copy()
    data.setdefault("on", request.today.isoformat())
    below = uuid_asked(request, "below")
    if below is not None:
        data.setdefault("place", name_on(below, request.today))
    form = RosterFilterForm(data, classes=person_classes(on=request.today))
    form.is_valid()
    values = form.cleaned_data
    return form, RosterFilter(
        on=min(values.get("on") or request.today, request.today),
        search=values.get("q", ""),
        below=below,
        place=values.get("place", ""),
        standing=values.get("standing", ""),
        person_class=values.get("person_class", ""),
        state=values.get("state", ""),
    )


def _words(form: RosterFilterForm) -> dict[str, str]:
    """What narrowed the list, in words, for the read log and the export."""
    words: dict[str, str] = {}
    for name in ("q", "place", "standing", "person_class", "state"):
        value, field = form.cleaned_data.get(name), form.fields[name]
        if value:
            said = dict(getattr(field, "choices", ())).get(value, value)
            words[str(field.label)] = str(said).strip()
    return words


def group(request: Request, uuid: UUID) -> HttpResponse:
    """Who belongs to a group on a day: 党小组长 finds his people here, others on the roster, too."""
    on = day_asked(request)
    card = organisation_card(uuid, on=on)
    if card.line.kind not in GROUPS:
        raise not_found()
    with system_scope(reason="who belongs to a group is known to whoever leads it"):
        rows = members_on([uuid], on=on)[uuid]
    note_list(request, count=len(rows))
    return render(request, "org/group.html", {"card": card, "rows": rows, "on": on})
