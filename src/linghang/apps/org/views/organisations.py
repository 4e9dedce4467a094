"""The tree of organisations: list, one of them, and the four ways to change it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from linghang.apps.org.data.organisations import GROUPS
from linghang.apps.org.data.panels import organisation_actions
from linghang.apps.org.data.posts import BRANCHES
from linghang.apps.org.forms.organisations import (
    CloseForm,
    MoveForm,
    OrganisationFilterForm,
    OrganisationForm,
    RenameForm,
)
from linghang.apps.org.operations import (
    close_organisation,
    create_organisation,
    move_organisation,
    rename_organisation,
)
from linghang.apps.org.queries import organisation_card, organisations, organisations_page
from linghang.apps.org.queries.coverage import blanks_of_organisation
from linghang.ui.web.errors import DomainError
from linghang.ui.web.forms import show_refusal
from linghang.ui.web.paging import page_number
from linghang.ui.web.request import Request
from linghang.ui.web.routes import may_open


def organisation_list(request: Request) -> HttpResponse:
    """The tree from the top down: search, filter by type, page."""
    form = OrganisationFilterForm(request.GET)
    values: dict[str, Any] = form.cleaned_data if form.is_valid() else {"q": "", "kind": "", "closed": False}
    page = organisations_page(
        search=values["q"],
        kind=values["kind"],
        on=request.today,
        with_closed=values["closed"],
        number=page_number(request.GET.get("page")),
    )
    context = {
        "form": form,
        "page": page,
        "filtered": bool(values["q"] or values["kind"]),
        "may_create": may_open(request.viewer.roles, "org:create"),
        "may_cover": may_open(request.viewer.roles, "org:coverage"),
    }
    partial = "#rows" if request.htmx and not request.htmx.boosted else ""
    return render(request, f"org/list.html{partial}", context)


def organisation_detail(request: Request, uuid: UUID) -> HttpResponse:
    """What it is, where it hangs, what hangs below it, and how it came to be."""
    card = organisation_card(uuid, on=request.today)
    roles = request.viewer.roles
    context = {
        "card": card,
        "is_branch": card.line.kind in BRANCHES and may_open(roles, "org:branch"),
        # how members are spread is what the party works with: no matter of whoever only keeps the tree
        "blanks": blanks_of_organisation(uuid, on=request.today) if may_open(roles, "org:coverage") else (),
        "is_group": card.line.kind in GROUPS and may_open(roles, "org:group"),
        "actions": organisation_actions.links(request, uuid, own=False),
        "may_shape": may_open(roles, "org:rename"),
        "may_reshape": may_open(roles, "org:merge"),
    }
    return render(request, "org/detail.html", context)


def create(request: Request) -> HttpResponse:
    """A new organisation below one that the actor shapes, or an independent top."""
    initial = {"parent": request.GET.get("parent", "")}
    form = OrganisationForm(request.POST or None, parents=organisations(on=request.today), initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data | {
            "parent": UUID(form.cleaned_data["parent"]) if form.cleaned_data["parent"] else None
        }
        try:
            uuid = create_organisation(**values, actor=request.viewer)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("组织已建立。"))
            return redirect("org:detail", uuid)
    return _form_page(request, form, _("新建组织"), None)


def rename(request: Request, uuid: UUID) -> HttpResponse:
    """Another name from a day on."""
    card = organisation_card(uuid, on=request.today)
    initial = {"name": card.line.name, "short_name": card.line.short_name, "valid_from": request.today}
    form = RenameForm(request.POST or None, initial=initial)
    return _change(
        request,
        uuid,
        form,
        _("更名"),
        lambda: rename_organisation(organisation=uuid, **form.cleaned_data, actor=request.viewer),
    )


def move(request: Request, uuid: UUID) -> HttpResponse:
    """Another parent from a day on."""
    organisation_card(uuid, on=request.today)
    others = [row for row in organisations(on=request.today) if row.uuid != uuid]
    form = MoveForm(request.POST or None, parents=others, initial={"valid_from": request.today})
    return _change(
        request,
        uuid,
        form,
        _("调整隶属"),
        lambda: move_organisation(
            organisation=uuid,
            parent=UUID(form.cleaned_data["parent"]),
            valid_from=form.cleaned_data["valid_from"],
            actor=request.viewer,
        ),
    )


def close(request: Request, uuid: UUID) -> HttpResponse:
    """Its last day."""
    organisation_card(uuid, on=request.today)
    form = CloseForm(request.POST or None, initial={"last_day": request.today})
    return _change(
        request,
        uuid,
        form,
        _("撤销组织"),
        lambda: close_organisation(organisation=uuid, last_day=form.cleaned_data["last_day"], actor=request.viewer),
    )


def _change(request: Request, uuid: UUID, form: forms.Form, title: str, operation: Callable[[], None]) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            operation()
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("已办理：%(what)s。") % {"what": title})
            return redirect("org:detail", uuid)
    return _form_page(request, form, title, uuid)


def _form_page(request: Request, form: forms.Form, title: str, uuid: UUID | None) -> HttpResponse:
    name = organisation_card(uuid, on=request.today).line.name if uuid else ""
    context = {"form": form, "heading": title, "uuid": uuid, "name": name}
    return render(request, "org/form.html", context, status=422 if form.errors else 200)
