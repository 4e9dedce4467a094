"""Where a case begins: declare, report a problem, ask for a correction; and where many declarations are confirmed."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linghang.apps.loops import operations
from linghang.apps.loops.data import DECLARATION, Origin
from linghang.apps.loops.forms import ConfirmForm, CorrectForm, DeclareForm, ReportForm
from linghang.apps.loops.operations.declaring import Declared, redeclare
from linghang.apps.loops.people import OwnPerson, need_own_person, own_person, person_place, places_for
from linghang.apps.loops.permissions import IMPORTERS
from linghang.apps.loops.queries import batch_for, case_card, get_case
from linghang.apps.loops.versions import kind_in_force
from linghang.apps.loops.views.uploads import uploaded
from linghang.apps.loops.words import said
from linghang.apps.org.packs import pack_in_force
from linghang.engine.packs.model import FactKind
from linghang.engine.points import UNIT
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.forms import show_refusal
from linghang.ui.web.reads import note_list
from linghang.ui.web.request import Request


def declare(request: Request) -> HttpResponse:
    """First what kind of thing it was, then one short form."""
    kinds = _declarable(request.today)
    person = need_own_person(request.viewer)
    kind = kinds.get(request.GET.get("record", ""))
    if kind is None:
        lines = [(f"?record={kind.id}", said(kind.title), kind.unit) for kind in kinds.values()]
        return render(request, "loops/declare_what.html", {"kinds": lines, "person": person})
    form = DeclareForm(request.POST or None, kind=kind, today=request.today, initial={"day": request.today})
    if request.method == "POST" and form.is_valid():
        try:
            opened = operations.declare(
                what=_said(form),
                note=form.cleaned_data["note"],
                files=uploaded(request),
                actor=request.viewer,
                now=request.now,
            )
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("已申报（%(number)s），等支部确认。") % {"number": opened.number})
            return redirect("loops:case", opened.uuid)
    return _declare_page(request, form, kind)


def again(request: Request, uuid: UUID) -> HttpResponse:
    """The same form for a declaration that was returned."""
    row = get_case(uuid)
    kind = _declarable(request.today).get(row.about.get("record", ""))
    if row.kind != DECLARATION or kind is None or row.reporter is None or row.reporter.uuid != request.viewer.uuid:
        raise not_found()
    initial = {"day": date.fromisoformat(row.about["day"]), "quantity": row.about["quantity"] / UNIT}
    form = DeclareForm(
        request.POST or None, kind=kind, today=request.today, initial=initial | row.about.get("attributes", {})
    )
    if request.method == "POST" and form.is_valid():
        try:
            redeclare(
                case=uuid,
                what=_said(form),
                note=form.cleaned_data["note"],
                files=uploaded(request),
                actor=request.viewer,
                now=request.now,
            )
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("已重新申报，等支部确认。"))
            return redirect("loops:case", uuid)
    card = case_card(uuid, viewer=request.viewer, today=request.today)
    return _declare_page(request, form, kind, why=next((one.note for one in card.timeline if one.note), ""))


def _declarable(today: date) -> dict[str, FactKind]:
    known = pack_in_force(on=today).kinds
    return {name: known[name] for name in kind_in_force(DECLARATION, on=today).declares if name in known}


def _said(form: DeclareForm) -> Declared:
    return Declared(
        record=form.kind.id, day=form.cleaned_data["day"], quantity=form.amount(), attributes=form.attributes()
    )


def _declare_page(request: Request, form: DeclareForm, kind: FactKind, why: str = "") -> HttpResponse:
    context = {"form": form, "what": said(kind.title), "why": why}
    return render(request, "loops/declare.html", context, status=422 if form.errors else 200)


def confirm(request: Request) -> HttpResponse:
    """All declarations that wait for the viewer; tick and confirm them together."""
    waiting = batch_for(request.viewer, today=request.today)
    note_list(request, count=len(waiting))
    problems: tuple[tuple[str, str], ...] = ()
    if request.method == "POST":
        form = ConfirmForm(request.POST, waiting=[one.line.uuid for one in waiting])
        chosen = [UUID(text) for text in form.cleaned_data["cases"]] if form.is_valid() else []
        done = operations.confirm_many(cases=chosen, actor=request.viewer, now=request.now)
        _tell_confirmed(request, len(done.done), chosen=bool(chosen))
        problems = done.refused
        if not problems:
            return redirect("loops:confirm")
        waiting = batch_for(request.viewer, today=request.today)
    context = {"waiting": waiting, "problems": problems, "wide": True}
    return render(request, "loops/confirm.html", context, status=422 if problems else 200)


def _tell_confirmed(request: Request, count: int, *, chosen: bool) -> None:
    if count:
        words = ngettext("已确认 %(n)d 条，已记入纪实记录。", "已确认 %(n)d 条，已记入纪实记录。", count) % {"n": count}
        messages.success(request, words)
    elif not chosen:
        messages.warning(request, _("没有勾选。请勾选要确认的申报，再点确认。"))


def report(request: Request) -> HttpResponse:
    """Put a problem on the list."""
    places = places_for(request.viewer, on=request.today)
    person = own_person(request.viewer)
    form = ReportForm(
        request.POST or None,
        places=places,
        initial={"node": str(person.node) if person else None, "origin": Origin.PERSON},
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data | {"node": UUID(form.cleaned_data["node"])}
        try:
            opened = operations.report_problem(**values, files=uploaded(request), actor=request.viewer, now=request.now)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("已登记，编号 %(number)s。") % {"number": opened.number})
            return redirect("loops:case", opened.uuid)
    return render(request, "loops/report.html", {"form": form}, status=422 if form.errors else 200)


def correct(request: Request) -> HttpResponse:
    """Ask that something on record be put right: of a person (one's own when none is given), or of an import."""
    imported = request.GET.get("entry") == "import" and request.viewer.has(*IMPORTERS)
    person = None if imported else _person_asked(request)
    places = places_for(request.viewer, on=request.today) if imported else ()
    form = CorrectForm(request.POST or None, places=places, initial={"title": request.GET.get("what", "")[:120]})
    if (person or imported) and request.method == "POST" and form.is_valid():
        try:
            opened = _ask(request, form, person)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("更正申请已提交，编号 %(number)s。") % {"number": opened.number})
            return redirect("loops:case", opened.uuid)
    context = {"form": form, "person": person, "imported": imported, "may_import": request.viewer.has(*IMPORTERS)}
    return render(request, "loops/correct.html", context, status=422 if form.errors else 200)


def _ask(request: Request, form: CorrectForm, person: OwnPerson | None) -> operations.Opened:
    values = form.cleaned_data
    return operations.request_correction(
        entry="person" if person else "import",
        person=person.uuid if person else None,
        node=None if person else UUID(values["node"]),
        title=values["title"],
        body=values["body"],
        files=uploaded(request),
        actor=request.viewer,
        now=request.now,
    )


def _person_asked(request: Request) -> OwnPerson | None:
    text = request.GET.get("person", "")
    if not text:
        return own_person(request.viewer)
    try:
        return person_place(UUID(text))
    except ValueError:
        raise not_found() from None
