"""一人一档: the file as the organisation sees it, as the person sees it, and on paper."""

from io import BytesIO
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linghang.apps.audit.queries import reads_of_person
from linghang.apps.exchange.documents.printing import print_pdf
from linghang.apps.jobs.operations import run_in_child
from linghang.apps.org.data.panels import person_actions, person_panels, person_papers
from linghang.apps.org.forms.people import ReasonForm
from linghang.apps.org.operations import confirm_own_contact, reveal_numbers
from linghang.apps.org.papers import file_of
from linghang.apps.org.queries import person_card, person_of_user
from linghang.apps.org.views.asking import day_asked
from linghang.ui.web.errors import DomainError
from linghang.ui.web.forms import show_refusal
from linghang.ui.web.reads import note_person, reading_of
from linghang.ui.web.request import Request
from linghang.ui.web.routes import may_open

LATEST_READS = 5


def person(request: Request, uuid: UUID) -> HttpResponse:
    """One file on a day. The person himself comes to his own page instead."""
    on = day_asked(request)
    card = person_card(uuid, on=on)
    if card.user is not None and card.user == request.viewer.uuid:
        return redirect("org:me")
    note_person(request, card.user or card.uuid)
    roles = request.viewer.roles
    context = {
        "card": card,
        "on": on,
        "past": on != request.today,
        "panels": person_panels.render(request, uuid, on=on, roles=roles),
        "actions": person_actions.links(request, uuid, own=False),
        "may_change": may_open(roles, "org:person-change"),
        "may_merge": may_open(roles, "org:person-merge"),
    }
    return render(request, "org/person.html", context)


def me(request: Request) -> HttpResponse:
    """His own file, with who read it and what he can do about it."""
    uuid = person_of_user(request.viewer.uuid) if request.viewer.uuid else None
    if uuid is None:
        return render(request, "org/me_none.html")
    card = person_card(uuid, on=request.today)
    context = {
        "card": card,
        "on": request.today,
        "panels": person_panels.render(request, uuid, on=request.today, roles=request.viewer.roles),
        "actions": person_actions.links(request, uuid, own=True),
        "reads": reads_of_person(request.viewer.uuid, number=1).rows[:LATEST_READS] if request.viewer.uuid else (),
        "may_confirm": card.branch_uuid is not None and card.standing in ("full_member", "probationary"),
    }
    return render(request, "org/me.html", context)


@require_POST
def confirm_contact(request: Request) -> HttpResponse:
    """One tap: he can be reached."""
    assert request.viewer.uuid is not None  # the guard lets nobody else in
    confirm_own_contact(user=request.viewer.uuid, actor=request.viewer, now=request.now)
    messages.success(request, _("已确认，下次半年后再问您。"))
    return redirect("org:me")


def person_print(request: Request, uuid: UUID) -> FileResponse:
    """The file as PDF; numbers stay masked on paper too."""
    on = day_asked(request)
    card = person_card(uuid, on=on)
    if card.user != request.viewer.uuid:
        note_person(request, card.user or card.uuid)
    document = file_of(card, on, more=person_papers.tables(request, uuid, on=on))
    made = run_in_child(print_pdf, document, settings.ASSETS_DIR / "fonts")
    return FileResponse(BytesIO(made), as_attachment=True, filename=f"{card.name}-{on.isoformat()}.pdf")


def numbers(request: Request, uuid: UUID) -> HttpResponse:
    """Both numbers in full, for a reason that the person will read."""
    card = person_card(uuid, on=request.today)
    form = ReasonForm(request.POST or None)
    context: dict[str, Any] = {"card": card, "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            context["numbers"] = reveal_numbers(
                person=uuid, reason=form.cleaned_data["reason"], reading=reading_of(request)
            )
        except DomainError as error:
            show_refusal(form, error)
    return render(request, "org/numbers.html", context, status=422 if form.errors else 200)
