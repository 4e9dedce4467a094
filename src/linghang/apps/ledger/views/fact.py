"""One record and one event: what is known of them, what rests on them, taking them back and putting them right."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linghang.apps.ledger.data.links import links_to
from linghang.apps.ledger.data.pages import EventCard, FactCard
from linghang.apps.ledger.forms.reversing import CorrectForm, ReverseForm, UndoForm
from linghang.apps.ledger.operations import correct, reverse
from linghang.apps.ledger.operations.gathering import UNDO_MINUTES
from linghang.apps.ledger.operations.gathering import undo_event as undo
from linghang.apps.ledger.queries.pages_fact import event_card, evidence_of_file, fact_card
from linghang.apps.ledger.queries.pages_words import kinds_on
from linghang.apps.ledger.queries.single import written_fact
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.forms import show_refusal
from linghang.ui.web.reads import note_list, note_person
from linghang.ui.web.request import Request
from linghang.ui.web.routes import may_open


def fact_detail(request: Request, uuid: UUID) -> HttpResponse:
    """Everything about one record."""
    return _fact_page(request, fact_card(uuid), ReverseForm())


def _fact_page(request: Request, card: FactCard, form: ReverseForm, right: CorrectForm | None = None) -> HttpResponse:
    if card.person is not None and card.person != request.viewer.uuid:
        note_person(request, card.person)
    may = may_open(request.viewer.roles, "ledger:reverse", "POST") and card.may_stand
    context = {
        "card": card,
        "form": form if may else None,
        "right": (right or _right(card)) if may else None,
        "links": links_to(card.line.uuid, request.viewer),
        "may_open_event": card.event_readable and may_open(request.viewer.roles, "ledger:event"),
        "may_open_import": may_open(request.viewer.roles, "exchange:import"),
        "may_see_list": may_open(request.viewer.roles, "ledger:list"),
    }
    wrong = form.errors or (right and right.errors)
    return render(request, "ledger/fact.html", context, status=422 if wrong else 200)


def _right(card: FactCard, data: QueryDict | None = None) -> CorrectForm | None:
    """Of a record that has something to change; one with evidence of its own is recorded anew with it."""
    kind = kinds_on(card.line.day).get(card.line.kind)
    if kind is None or not kind.attributes or card.evidence:
        return None
    return CorrectForm(data, kind=kind, was=written_fact(card.line.uuid))


@require_POST
def correct_fact(request: Request, uuid: UUID) -> HttpResponse:
    """Put one record right, for a reason: the wrong one is taken back, the right one stands in its place."""
    card = fact_card(uuid)
    form = _right(card, request.POST)
    if form is None:
        raise not_found()
    if not form.is_valid():
        return _fact_page(request, card, ReverseForm(), form)
    try:
        made = correct(
            fact=uuid,
            attributes=form.attributes(),
            quantity=form.quantity(),
            reason=form.cleaned_data["why"],
            actor=request.viewer,
            now=request.now,
        )
    except DomainError as error:
        if error.status in (403, 404, 409):
            raise
        show_refusal(form, error)
        return _fact_page(request, card, ReverseForm(), form)
    messages.success(request, _("已改正：下面是改正后的记录，原记录撤销后保留在案。"))
    return redirect("ledger:fact", made)


@require_POST
def reverse_fact(request: Request, uuid: UUID) -> HttpResponse:
    """Cancel one record, for a reason."""
    card = fact_card(uuid)
    form = ReverseForm(request.POST)
    if not form.is_valid():
        return _fact_page(request, card, form)
    given = form.cleaned_data
    try:
        reverse(fact=uuid, reason=given["reason"], code=given["code"], actor=request.viewer, now=request.now)
    except DomainError as error:
        if error.field is None:
            raise
        show_refusal(form, error)
        return _fact_page(request, card, form)
    messages.success(request, _("已撤销这条记录。原记录仍保留，并注明撤销原因。"))
    return redirect("ledger:fact", uuid)


def event_detail(request: Request, uuid: UUID) -> HttpResponse:
    """One event with everybody's records; for a while whoever recorded it can take it back at once."""
    return _event_page(request, event_card(uuid), UndoForm())


def _event_page(request: Request, card: EventCard, form: UndoForm) -> HttpResponse:
    note_list(request, count=len(card.facts))
    may = may_open(request.viewer.roles, "ledger:undo", "POST") and card.standing
    until = card.line.recorded_at + timedelta(minutes=UNDO_MINUTES)
    fresh = may and card.recorder == request.viewer.uuid and request.now <= until
    context = {"card": card, "form": form if may and not fresh else None, "fresh": fresh, "until": until}
    return render(request, "ledger/event.html", context, status=422 if form.errors else 200)


@require_POST
def undo_event(request: Request, uuid: UUID) -> HttpResponse:
    """Cancel all records of one event."""
    card = event_card(uuid)
    form = UndoForm(request.POST)
    if not form.is_valid():
        return _event_page(request, card, form)
    try:
        count = undo(event=uuid, reason=form.cleaned_data["reason"], actor=request.viewer, now=request.now)
    except DomainError as error:
        if error.field is None:
            raise
        show_refusal(form, error)
        return _event_page(request, card, form)
    messages.success(request, _("已撤销这次活动的%(n)s条记录。") % {"n": count})
    return redirect("ledger:event", uuid)


def evidence_file(request: Request, uuid: UUID) -> FileResponse:
    """A file of evidence, always saved and never shown in place; whose record it proves is noted."""
    proof = evidence_of_file(uuid)
    if proof.person is not None and proof.person != request.viewer.uuid:
        note_person(request, proof.person)
    try:
        opened = proof.path.open("rb")
    except FileNotFoundError as error:
        words = _("这份佐证材料的文件现在读不出来，其他内容不受影响。请联系系统管理员核对备份。")
        raise DomainError("file_missing", words, status=404) from error
    response = FileResponse(opened, as_attachment=True, filename=proof.name, content_type="application/octet-stream")
    response["X-Content-Type-Options"] = "nosniff"
    return response
