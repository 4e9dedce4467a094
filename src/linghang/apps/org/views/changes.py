"""Changes to one person: each is a form, an operation and a sentence; one address serves them all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linghang.apps.access.queries import uuid_of_username
from linghang.apps.org import operations
from linghang.apps.org.data import NewPerson, PersonCard
from linghang.apps.org.forms import people as forms
from linghang.apps.org.queries import organisations, person_card, person_classes
from linghang.apps.org.queries.files import membership_of, post_of
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.forms import show_refusal
from linghang.ui.web.reads import note_person
from linghang.ui.web.request import Request

Values = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """One kind of change: its title, what is asked, what is done with the answers."""

    title: str | Promise
    form: type[forms.ChangeForm]
    run: Callable[[PersonCard, Values, Request], None]


def _who(card: PersonCard, values: Values, request: Request) -> None:
    operations.correct_person(person=card.uuid, **values, actor=request.viewer)


def _numbers(card: PersonCard, values: Values, request: Request) -> None:
    operations.set_numbers(person=card.uuid, **values, actor=request.viewer, now=request.now)


def _standing(card: PersonCard, values: Values, request: Request) -> None:
    operations.change_standing(person=card.uuid, **values, actor=request.viewer, now=request.now)


def _class(card: PersonCard, values: Values, request: Request) -> None:
    operations.change_class(person=card.uuid, **values, actor=request.viewer, now=request.now)


def _join(card: PersonCard, values: Values, request: Request) -> None:
    kind, _colon, organisation = values.pop("where").partition(":")
    place = UUID(organisation)
    operations.join(person=card.uuid, organisation=place, kind=kind, **values, actor=request.viewer, now=request.now)


def _leave(card: PersonCard, values: Values, request: Request) -> None:
    organisation, kind = membership_of(UUID(values.pop("membership")))
    operations.leave(
        person=card.uuid, organisation=organisation, kind=kind, **values, actor=request.viewer, now=request.now
    )


def _transfer(card: PersonCard, values: Values, request: Request) -> None:
    inside = values.pop("to_organisation")
    place = UUID(inside) if inside else None
    operations.open_transfer(person=card.uuid, to_organisation=place, **values, actor=request.viewer, now=request.now)


def _appoint(card: PersonCard, values: Values, request: Request) -> None:
    organisation, _colon, title = values.pop("post").partition(":")
    operations.appoint(
        person=card.uuid,
        organisation=UUID(organisation),
        title=title,
        **values,
        actor=request.viewer,
        now=request.now,
    )


def _mobility(card: PersonCard, values: Values, request: Request) -> None:
    operations.begin_mobility(person=card.uuid, **values, actor=request.viewer, now=request.now)


def _contact(card: PersonCard, values: Values, request: Request) -> None:
    reached = values.pop("outcome") == "reached"
    operations.record_contact(person=card.uuid, reached=reached, **values, actor=request.viewer, now=request.now)


def _account(card: PersonCard, values: Values, request: Request) -> None:
    user = uuid_of_username(values["username"])
    if user is None:
        words = _("您的范围内没有这个用户名，请核对。")
        raise DomainError("no_such_account", words, field="username")
    operations.link_account(person=card.uuid, user=user, actor=request.viewer, now=request.now)


CHANGES: dict[str, Change] = {
    "who": Change(gettext_lazy("更正姓名、工号"), forms.WhoForm, _who),
    "phone": Change(gettext_lazy("登记号码"), forms.NumbersForm, _numbers),
    "standing": Change(gettext_lazy("变更政治面貌"), forms.StandingForm, _standing),
    "class": Change(gettext_lazy("变更类别"), forms.ClassForm, _class),
    "join": Change(gettext_lazy("加入组织"), forms.JoinForm, _join),
    "leave": Change(gettext_lazy("离开组织"), forms.LeaveForm, _leave),
    "transfer": Change(gettext_lazy("登记转接"), forms.TransferForm, _transfer),
    "appoint": Change(gettext_lazy("任职"), forms.AppointForm, _appoint),
    "mobility": Change(gettext_lazy("登记流动、出国（境）"), forms.MobilityForm, _mobility),
    "contact": Change(gettext_lazy("登记联系"), forms.ContactForm, _contact),
    "account": Change(gettext_lazy("关联账号"), forms.AccountForm, _account),
}


def change(request: Request, uuid: UUID, what: str) -> HttpResponse:
    """One change to one person."""
    wanted = CHANGES.get(what)
    if wanted is None:
        raise not_found()
    card = person_card(uuid, on=request.today)
    note_person(request, card.user or card.uuid)
    rows, classes = organisations(on=request.today), person_classes(on=request.today)
    form = wanted.form(request.POST or None, card=card, rows=rows, classes=classes, day=request.today)
    if request.method == "POST" and form.is_valid():
        try:
            wanted.run(card, dict(form.cleaned_data), request)
        except DomainError as error:
            show_refusal(form, error)
        else:
            return _done(request, uuid, str(wanted.title))
    context = {"form": form, "card": card, "heading": wanted.title}
    return render(request, "org/person_form.html", context, status=422 if form.errors else 200)


def add(request: Request) -> HttpResponse:
    """A new person with what is known of him."""
    rows, classes = organisations(on=request.today), person_classes(on=request.today)
    begin = {"since": request.today, "branch": request.GET.get("branch", ""), "standing": "full_member"}
    form = forms.AddPersonForm(request.POST or None, rows=rows, classes=classes, initial=begin)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        for name in ("branch", "unit"):
            values[name] = UUID(values[name]) if values[name] else None
        try:
            added = operations.add_people(rows=[NewPerson(**values)], actor=request.viewer, now=request.now)
        except DomainError as error:
            show_refusal(form, error)
        else:
            return _done(request, added.people[0], _("新增人员"))
    context = {"form": form, "heading": _("新增人员")}
    return render(request, "org/person_form.html", context, status=422 if form.errors else 200)


def end_post(request: Request, uuid: UUID) -> HttpResponse:
    """The last day of a post."""
    person, line = post_of(uuid, on=request.today)
    form = forms.EndForm(request.POST or None, initial={"last_day": request.today})
    if request.method == "POST" and form.is_valid():
        try:
            operations.dismiss(post=uuid, **form.cleaned_data, actor=request.viewer, now=request.now)
        except DomainError as error:
            show_refusal(form, error)
        else:
            return _done(request, person, _("免去职务"))
    card = person_card(person, on=request.today)
    note_person(request, card.user or card.uuid)
    context = {"form": form, "card": card, "heading": _("免去职务"), "line": line}
    return render(request, "org/person_form.html", context, status=422 if form.errors else 200)


def _done(request: Request, person: UUID, title: str) -> HttpResponse:
    messages.success(request, _("已办理：%(what)s。") % {"what": title})
    return redirect("org:person", person)
