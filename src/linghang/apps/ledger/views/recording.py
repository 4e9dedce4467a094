"""Recording: choose what happened, then one form with everything known filled in."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from linghang.apps.ledger.data.gathering import Attendee, PersonLine
from linghang.apps.ledger.data.occasions import Occasion, elsewhere, occasions
from linghang.apps.ledger.data.records import NewEvidence, Recorded
from linghang.apps.ledger.forms.recording import ABSENTEES, ATTENDEES, RecordForm, Roll
from linghang.apps.ledger.operations import keep_file
from linghang.apps.ledger.operations.gathering import occasion_named, record_gathering, record_one
from linghang.apps.ledger.queries.pages_people import calls_everybody, expected, hosts_of, takes_people
from linghang.apps.ledger.queries.pages_words import kinds_on, said
from linghang.apps.org.data import OrganisationLine
from linghang.ui.web.errors import DomainError
from linghang.ui.web.forms import show_refusal
from linghang.ui.web.reads import note_list
from linghang.ui.web.request import Request

FILES = 5


@dataclass(frozen=True)
class Choice:
    """One line of the chooser."""

    id: str
    title: str
    note: str
    many: bool
    single: bool


def record_page(request: Request) -> HttpResponse:
    """Without `what` the chooser, with it the form; one sent with `refresh` only asks for the list of people anew."""
    what = request.POST.get("what") or request.GET.get("what", "")
    if not what:
        return _choose(request)
    if request.method == "GET" and (page_of_another := elsewhere(request.today).get(what)):
        return redirect(page_of_another)
    occasion = occasion_named(what, request.now)
    page = _Page(request, occasion)
    if request.method == "POST" and "refresh" not in request.POST and page.form.is_valid():
        try:
            done = _record(request, page)
        except DomainError as error:
            if error.status == 404:
                raise
            show_refusal(page.form, error)
        else:
            messages.success(request, _("已录入%(n)s条记录。") % {"n": len(done.facts)})
            return redirect("ledger:event", done.event) if done.event else redirect("ledger:fact", done.facts[0])
    note_list(request, count=len(page.people))
    partial = "#people" if request.htmx and not request.htmx.boosted else ""
    status = 422 if page.form.is_bound and page.form.errors else 200
    return render(request, f"ledger/record.html{partial}", page.context(), status=status)


class _Page:
    """The form as it stands: what was asked for in the address or sent, and who belongs to it."""

    def __init__(self, request: Request, occasion: Occasion) -> None:
        sent = request.POST if request.method == "POST" else request.GET
        self.request, self.occasion = request, occasion
        self.single = single_only(occasion) or (sent.get("one") == "1" and not occasion.absentees)
        self.mode = ATTENDEES if sent.get("mode") == ATTENDEES or not occasion.absentees else ABSENTEES
        self.day = _day(sent.get("day"), request)
        self.hosts = hosts_of(occasion, on=self.day)
        self.place = _place(sent.get("place"), self.hosts, request)
        bound = request.method == "POST" and "refresh" not in request.POST
        self.form = RecordForm(
            request.POST if bound else None,
            occasion=occasion,
            hosts=self.hosts,
            single=self.single,
            initial={**_plain(sent), "day": self.day, "place": str(self.place or "")},
        )

    @cached_property
    def people(self) -> list[PersonLine]:
        """Everybody whom the occasion calls together."""
        if self.place is None or not takes_people(self.occasion):
            return []
        return expected(self.occasion, self.place, on=self.day)

    @cached_property
    def roll(self) -> Roll:
        sent = self.request.POST if self.request.method == "POST" else None
        return Roll(self.occasion, self.people, sent, self.mode)

    def attendees(self) -> list[Attendee]:
        """Of a meeting everybody, with whether he came. Otherwise who was ticked: for him nobody reads the whole
        roster, since recording asks anyway whether he belongs to the organisation."""
        if self.occasion.absentees or not calls_everybody(self.occasion):
            return self.roll.attendees()
        if self.place is None or not takes_people(self.occasion):
            return []
        return [Attendee(person, {}) for person in _uuids(self.request.POST.getlist("who"))]

    def context(self) -> dict[str, Any]:
        """What the template needs."""
        return {
            "form": self.form,
            "occasion": self.occasion,
            "title": said(self.occasion.title),
            "single": self.single,
            "roll": self.roll if takes_people(self.occasion) else None,
            "mode": self.mode,
            "place": self.place,
            "day": self.day,
            "files": FILES,
            "wide": False,
        }


def _record(request: Request, page: _Page) -> Recorded:
    uploads = request.FILES.getlist("file")[:FILES]
    evidence = [NewEvidence("file", file=keep_file(upload=upload)) for upload in uploads]
    gathering = page.form.gathering(page.attendees(), evidence)
    if page.single:
        sequence = page.form.cleaned_data["sequence"] - 1
        return record_one(gathering=gathering, sequence=sequence, actor=request.viewer, now=request.now)
    return record_gathering(gathering=gathering, actor=request.viewer, now=request.now)


def single_only(occasion: Occasion) -> bool:
    """Kinds of organisations have one subject; what must be proved is proved for each person by himself."""
    return occasion.member is None or occasion.member.evidence == "required"


def _choose(request: Request) -> HttpResponse:
    found = occasions(kinds_on(request.today))
    search = request.GET.get("q", "").strip()
    shown = [one for one in found.values() if not search or one.means(search)]
    hosted = {one.host.id for one in found.values() if one.host and one.member}
    groups = [
        (_("会议和组织生活"), [_choice(one) for one in shown if one.absentees]),
        (_("活动和个人事项"), [_choice(one) for one in shown if one.member and not one.absentees]),
        (
            _("组织名下的事项"),
            [_choice(one) for one in shown if one.member is None and (search or one.id not in hosted)],
        ),
    ]
    context = {"groups": [(title, lines) for title, lines in groups if lines], "q": search}
    partial = "#choices" if request.htmx and not request.htmx.boosted else ""
    return render(request, f"ledger/choose.html{partial}", context)


def _choice(one: Occasion) -> Choice:
    words = [] if one.absentees else [word for word in one.words if word != one.title["zh"]]
    single = single_only(one)
    return Choice(one.id, said(one.title), "、".join(words), not single, not one.absentees)


def _uuids(sent: Iterable[str]) -> list[UUID]:
    """What can name somebody, each once."""
    found: dict[UUID, None] = {}
    for text in sent:
        with suppress(ValueError):
            found[UUID(text)] = None
    return list(found)


def _day(text: str | None, request: Request) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return request.today


def _place(text: Any, hosts: Sequence[OrganisationLine], request: Request) -> UUID | None:
    """The one asked for, the only one, or the first where the viewer himself holds a post."""
    by_uuid = {str(host.uuid): host for host in hosts}
    if text in by_uuid:
        return by_uuid[text].uuid
    posts = {grant.label for grant in request.viewer.grants}
    own = [host for host in hosts if host.name in posts]
    return own[0].uuid if own else hosts[0].uuid if len(hosts) == 1 else None


def _plain(sent: Mapping[str, Any]) -> dict[str, Any]:
    """Values of the address as first values of the form."""
    assert isinstance(sent, MultiValueDict)
    return {name: value for name, value in sent.items() if name not in ("event", "csrfmiddlewaretoken")}
