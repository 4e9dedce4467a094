"""One case: everything about it, and the few things that the viewer may do."""

from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linghang.apps.exchange.documents.printing import print_pdf, print_word
from linghang.apps.jobs.operations import run_in_child
from linghang.apps.loops import operations
from linghang.apps.loops.data import RATINGS, CaseCard, PersonOption, Step, own_pages
from linghang.apps.loops.documents import sheet_of
from linghang.apps.loops.forms import SteerForm, StepForm
from linghang.apps.loops.people import all_options
from linghang.apps.loops.queries import case_card, case_file, get_case
from linghang.apps.loops.reading import matter_of
from linghang.apps.loops.views.uploads import uploaded
from linghang.ui.web.errors import DomainError
from linghang.ui.web.reads import note_person
from linghang.ui.web.request import Request
from linghang.ui.web.routes import may_open


def case_detail(request: Request, uuid: UUID) -> HttpResponse:
    """The page of one case; a kind that a room above shows is read there."""
    page = own_pages.get(get_case(uuid).kind)
    return redirect(page(uuid)) if page else _page(request, uuid)


def _page(request: Request, uuid: UUID, *, problem: str = "", status: int = 200) -> HttpResponse:
    card = case_card(uuid, viewer=request.viewer, today=request.today)
    _note(request, card)
    people = all_options(matter_of(get_case(uuid)), on=request.today) if _names_people(card) else {}
    steps = [(step, _form_of(request, step, people, card) if step.id != "resubmit" else None) for step in card.steps]
    context = {
        "card": card,
        "steps": steps,
        "problem": problem,
        "ratings": RATINGS if card.may_rate else {},
        "people_form": StepForm(prefix="assign", people=people, initial=card.named) if card.may_assign else None,
        "steering": _steering(card),
        "may_print": may_open(request.viewer.roles, "loops:sheet"),
    }
    return render(request, "loops/case.html", context, status=status)


def _form_of(request: Request, step: Step, people: Mapping[str, Sequence[PersonOption]], card: CaseCard) -> StepForm:
    """What a step asks for; of the step that was just refused, with what was typed."""
    sent = request.POST if request.POST.get("step") == step.id else None
    named = {who: people.get(who, ()) for who in step.names}
    return StepForm(sent, prefix=step.id, asks=step, people=named, initial=card.named)


def _steering(card: CaseCard) -> dict[str, SteerForm]:
    """The forms of what somebody above decides."""
    above = card.may_pause or card.may_resume or card.may_extend
    return {action: SteerForm.shown(action) for action in ("extend", "pause", "erase")} if above else {}


def _names_people(card: CaseCard) -> bool:
    return card.may_assign or any(step.names for step in card.steps)


def _note(request: Request, card: CaseCard) -> None:
    """A case about a person is read under his name; he sees it unless the case is kept from him."""
    whom = card.subject_user or card.subject
    if whom is not None and not card.confidential and whom != request.viewer.uuid:
        note_person(request, whom)


def sheet(request: Request, uuid: UUID) -> FileResponse:
    """督办单: the case on paper, Word or PDF."""
    card = case_card(uuid, viewer=request.viewer, today=request.today)
    _note(request, card)
    document = sheet_of(card, request.today)
    word = request.GET.get("format") == "word"
    fonts = settings.ASSETS_DIR / "fonts"
    made = run_in_child(print_word, document) if word else run_in_child(print_pdf, document, fonts)
    name = f"{_('督办单')}-{card.line.number}.{'docx' if word else 'pdf'}"
    return FileResponse(BytesIO(made), as_attachment=True, filename=name)


@require_POST
def move(request: Request, uuid: UUID) -> HttpResponse:
    """Take a step; the button's value says which."""
    step = request.POST.get("step", "")
    if step in RATINGS:
        get_case(uuid)
        return _do(
            request, uuid, lambda: operations.rate(case=uuid, rating=step, actor=request.viewer, now=request.now)
        )
    card = case_card(uuid, viewer=request.viewer, today=request.today)
    people = all_options(matter_of(get_case(uuid)), on=request.today) if _names_people(card) else {}
    form = StepForm(request.POST, prefix=step, people=people)
    if not form.is_valid():
        return _page(request, uuid, problem=_("填写的内容不能用，请重新选择。"), status=422)
    return _do(
        request,
        uuid,
        lambda: operations.move(
            case=uuid,
            step=step,
            note=form.cleaned_data["note"],
            people=form.people(),
            files=uploaded(request),
            actor=request.viewer,
            now=request.now,
        ),
    )


@require_POST
def steer(request: Request, uuid: UUID) -> HttpResponse:
    """Name people, pause, resume, extend, erase words."""
    get_case(uuid)
    form = SteerForm(request.POST)
    if not form.is_valid():
        problem = " ".join(str(message) for messages_ in form.errors.values() for message in messages_)
        return _page(request, uuid, problem=problem, status=422)
    return _do(request, uuid, lambda: _steer(request, uuid, form))


def _steer(request: Request, uuid: UUID, form: SteerForm) -> None:
    note, actor, now = form.cleaned_data["note"], request.viewer, request.now
    match form.cleaned_data["action"]:
        case "pause":
            operations.pause(case=uuid, reason=note, actor=actor, now=now)
        case "resume":
            operations.resume(case=uuid, note=note, actor=actor, now=now)
        case "extend":
            days = form.cleaned_data["working_days"] or 0
            operations.extend(case=uuid, working_days=days, reason=note, actor=actor, now=now)
        case "erase":
            operations.erase_texts(case=uuid, reason=note, actor=actor, now=now)
        case _:
            people = all_options(matter_of(get_case(uuid)), on=request.today)
            named = StepForm(request.POST, prefix="assign", people=people)
            chosen = named.people() if named.is_valid() else {}
            operations.assign(case=uuid, people=chosen, note=note, actor=actor, now=now)


@require_POST
def comment(request: Request, uuid: UUID) -> HttpResponse:
    """Words that stay with the case."""
    get_case(uuid)
    note = request.POST.get("note", "")
    return _do(request, uuid, lambda: operations.comment(case=uuid, note=note, actor=request.viewer, now=request.now))


def file(request: Request, uuid: UUID, file: UUID) -> FileResponse:
    """A file of a case, always saved and never shown in place."""
    kept = case_file(uuid, file)
    if kept.about is not None and kept.about != request.viewer.uuid:
        note_person(request, kept.about)
    try:
        opened = kept.path.open("rb")
    except FileNotFoundError as error:
        words = _("这份佐证材料的文件现在读不出来，其他内容不受影响。请联系系统管理员核对备份。")
        raise DomainError("file_missing", words, status=404) from error
    response = FileResponse(opened, as_attachment=True, filename=kept.name, content_type="application/octet-stream")
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _do(request: Request, uuid: UUID, act: Callable[[], object]) -> HttpResponse:
    try:
        act()
    except DomainError as error:
        if error.status == 404:
            raise
        return _page(request, uuid, problem=str(error.message), status=error.status)
    messages.success(request, _("已办理。"))
    return redirect("loops:case", uuid)
