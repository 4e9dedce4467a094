"""异议: raising one on a line, reading it, and deciding it with what puts the records right."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linghang.apps.appraisal.forms.objections import CorrectionForm, ObjectForm, initial_of
from linghang.apps.appraisal.operations.objections import raise_objection, refuse_objection, uphold_objection
from linghang.apps.appraisal.queries.objections import (
    ObjectionCard,
    kinds_meant,
    objection_card,
    objections_of,
    target_of,
)
from linghang.apps.appraisal.words import title_in_language as said
from linghang.apps.ledger.data import StoredFile
from linghang.apps.ledger.operations import keep_file
from linghang.apps.loops.operations import move
from linghang.apps.loops.queries import case_card
from linghang.apps.org.packs import pack_in_force
from linghang.engine.packs.model import FactKind
from linghang.ui.web.errors import DomainError
from linghang.ui.web.forms import show_refusal
from linghang.ui.web.reads import note_person
from linghang.ui.web.request import Request

MEMBER = "member"
UPHOLD, REJECT = "uphold", "reject"


def object_to(request: Request, uuid: UUID, line: str) -> HttpResponse:
    """Object to a line of one's own month."""
    target = target_of(uuid, line, today=request.today)
    form = ObjectForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                made = raise_objection(
                    statement=uuid,
                    line=line,
                    reason=form.cleaned_data["reason"],
                    files=_uploaded(request),
                    actor=request.viewer,
                    now=request.now,
                )
            except DomainError as error:
                if error.status == 404:
                    raise
                show_refusal(form, error)
                status = error.status
            else:
                messages.success(request, _("异议已提交，处理到哪一步在这里看得到。"))
                return redirect("appraisal:objection", made)
        status = status if status != 200 else 422
    earlier = [one for one in objections_of(target.subject, month=target.month.index) if one.line == line]
    context = {"target": target, "form": form, "earlier": earlier, "as_of": request.today}
    return render(request, "appraisal/objections/object.html", context, status=status)


def objection(request: Request, uuid: UUID) -> HttpResponse:
    """One objection: what it is about, how it stands, and what the viewer may do."""
    return _page(request, objection_card(uuid))


def _page(
    request: Request, card: ObjectionCard, *, form: CorrectionForm | None = None, problem: str = "", status: int = 200
) -> HttpResponse:
    case = case_card(card.line.case, viewer=request.viewer, today=request.today)
    if card.owner != request.viewer.uuid:
        note_person(request, card.owner or card.line.subject, reason=str(_("积分异议")))
    steps = [step for step in case.steps if step.id != UPHOLD]
    decides = len(steps) != len(case.steps)
    context = {
        "card": card,
        "case": case,
        "steps": steps,
        "form": (form or _form(request, card)) if decides else None,
        "kinds": _kinds(request) if decides and card.record is None else (),
        "problem": problem,
        "typed": request.POST,
        "as_of": request.now,
    }
    return render(request, "appraisal/objections/objection.html", context, status=status)


def _form(request: Request, card: ObjectionCard) -> CorrectionForm:
    """The form of the decision: of the record's kind, or of the kind that was chosen."""
    data = request.POST if request.method == "POST" else None
    initial = initial_of(card.record) if card.record else {}
    wrong = card.record is not None and card.record.stands
    return CorrectionForm(data, kind=_kind(request, card), wrong=wrong, today=request.today, initial=initial)


def _kind(request: Request, card: ObjectionCard) -> FactKind:
    kinds = dict(pack_in_force(on=request.today).kinds)
    if card.record is not None and card.record.kind in kinds:
        return kinds[card.record.kind]
    own = [kind for kind in kinds.values() if kind.subject == MEMBER]
    asked = request.GET.get("kind", "")
    wanted = (asked,) if asked else kinds_meant(card)
    return next((kinds[each] for each in wanted if each in kinds and kinds[each] in own), own[0])


def _kinds(request: Request) -> list[tuple[str, str]]:
    kinds = pack_in_force(on=request.today).kinds.values()
    return [(kind.id, said(kind.title)) for kind in kinds if kind.subject == MEMBER]


@require_POST
def decide(request: Request, uuid: UUID) -> HttpResponse:
    """Uphold: put the records right and say why."""
    card = objection_card(uuid)
    form = _form(request, card)
    if not form.is_valid():
        return _page(request, card, form=form, problem=_("请把更正的内容填完整。"), status=422)
    try:
        uphold_objection(
            objection=uuid,
            correction=form.correction(),
            note=form.cleaned_data["note"],
            files=_uploaded(request),
            actor=request.viewer,
            now=request.now,
        )
    except DomainError as error:
        if error.status == 404:
            raise
        return _page(request, objection_card(uuid), form=form, problem=_told(error), status=error.status)
    messages.success(request, _("已采纳，记录已更正。请重新核算、重新公示，再答复本人。"))
    return redirect("appraisal:objection", uuid)


@require_POST
def step(request: Request, uuid: UUID) -> HttpResponse:
    """The other steps: take up, do not uphold, answer, withdraw."""
    card = objection_card(uuid)
    try:
        told = _taken(request, card)
    except DomainError as error:
        if error.status == 404:
            raise
        return _page(request, objection_card(uuid), problem=str(error.message), status=error.status)
    messages.success(request, told)
    return redirect("appraisal:objection", uuid)


def _taken(request: Request, card: ObjectionCard) -> str:
    """Take the step; what to say afterwards."""
    name, note = request.POST.get("step", ""), request.POST.get("note", "")
    if name == REJECT:
        refuse_objection(objection=card.line.uuid, note=note, actor=request.viewer, now=request.now)
        return _("不采纳的理由已经作为答复交给本人，这件异议办结了。")
    move(case=card.line.case, step=name, note=note, actor=request.viewer, now=request.now)
    return _("已办理。")


def _told(error: DomainError) -> str:
    """The refusal, and of the ledger what is wrong with the record."""
    items = getattr(error, "items", ())
    return " ".join([str(error.message), *(str(one.problem.message) for one in items)])


def _uploaded(request: Request) -> list[StoredFile]:
    return [keep_file(upload=upload) for upload in request.FILES.getlist("files")]
