"""Merging organisations into one, and splitting one: what happens is said before it is done."""

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from linghang.apps.org.data.links import Merged
from linghang.apps.org.forms.links import MergeForm, SplitForm
from linghang.apps.org.operations import merge_organisations, split_organisation
from linghang.apps.org.policies import may_merge
from linghang.apps.org.queries import organisation_card, organisations
from linghang.apps.org.queries.roster import members_on
from linghang.ui.web.errors import DomainError
from linghang.ui.web.forms import show_refusal
from linghang.ui.web.request import Request


def merge(request: Request, uuid: UUID) -> HttpResponse:
    """Other organisations of the same family go into this one."""
    card = organisation_card(uuid, on=request.today)
    rows = [row for row in organisations(on=request.today) if row.uuid != uuid]
    same = [(str(row.uuid), row.name) for row in rows if may_merge(row.kind, card.line.kind)]
    form = MergeForm(request.POST or None, others=same, initial={"valid_from": request.today})
    notes = (
        _("被并入组织的人员从这一天起属于“%(name)s”，下级组织改挂过来，责任区和联系随人接续。")
        % {"name": card.line.name},
        _("被并入组织的职务同时结束，前一天是它的最后一天；以前的名称、隶属和记录都保留。"),
    )

    def run() -> Merged:
        sources = [UUID(each) for each in form.cleaned_data["sources"]]
        since = form.cleaned_data["valid_from"]
        return merge_organisations(sources=sources, into=uuid, valid_from=since, actor=request.viewer, now=request.now)

    return _do(request, uuid, form, _("合并组织"), notes, run)


def split(request: Request, uuid: UUID) -> HttpResponse:
    """Some people of this organisation form a new one."""
    card = organisation_card(uuid, on=request.today)
    people = members_on([uuid], on=request.today).get(uuid, [])
    members = [(str(row.uuid), " · ".join(part for part in (row.name, row.code) if part)) for row in people]
    form = SplitForm(request.POST or None, members=members, initial={"valid_from": request.today})
    notes = (_("新组织与“%(name)s”同类型、同上级；选中的人员从这一天起属于新组织。") % {"name": card.line.name},)

    def run() -> Merged:
        values = form.cleaned_data | {"people": [UUID(each) for each in form.cleaned_data["people"]]}
        return split_organisation(organisation=uuid, **values, actor=request.viewer, now=request.now)

    return _do(request, uuid, form, _("拆分组织"), notes, run)


def _do(
    request: Request, uuid: UUID, form: forms.Form, title: str, notes: tuple[str, ...], run: Callable[[], Merged]
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            done = run()
        except DomainError as error:
            show_refusal(form, error)
        else:
            words = _("已办理：%(title)s，涉及%(people)d人。") % {"title": title, "people": done.people}
            messages.success(request, words)
            return redirect("org:detail", done.organisations[-1])
    name = organisation_card(uuid, on=request.today).line.name
    context = {"form": form, "heading": title, "uuid": uuid, "name": name, "notes": notes}
    return render(request, "org/reshape.html", context, status=422 if form.errors else 200)
