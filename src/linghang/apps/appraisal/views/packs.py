"""The rules that hold here, and the text of a version: on the page, as Word, as PDF, as the folder that it is."""

from io import BytesIO
from uuid import UUID

from django.conf import settings
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linghang.apps.access.queries import nodes_in_scope
from linghang.apps.appraisal.data.packs import READABLE
from linghang.apps.appraisal.forms.packs import OfferForm, PlaceForm
from linghang.apps.appraisal.packs.document import document_of
from linghang.apps.appraisal.packs.workbook import workbook_bytes
from linghang.apps.appraisal.packs.zipped import zip_of_texts
from linghang.apps.appraisal.queries.drafts import (
    VersionCard,
    before,
    get_version,
    packs_held,
    version_card,
    versions_of,
)
from linghang.apps.appraisal.queries.pack_pages import bindings_of, bindings_page, rules_here
from linghang.apps.appraisal.queries.packs import pack_of
from linghang.apps.exchange.documents.blocks import Document
from linghang.apps.exchange.documents.printing import print_pdf, print_word
from linghang.apps.jobs.operations import run_in_child
from linghang.engine.packs.rule_diff import diff_texts
from linghang.engine.packs.rule_text import RuleText, rule_text
from linghang.engine.periods import Month
from linghang.engine.problems import ProblemsFound
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.request import Request
from linghang.ui.web.routes import may_open

SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def steers(request: Request) -> bool:
    """Whether the viewer's posts see drafts."""
    return may_open(request.viewer.roles, "appraisal:pack-files")


@require_GET
def packs(request: Request) -> HttpResponse:
    """What holds here, from which month on; for those who steer, what is bound below and which versions there are."""
    places = _places(request)
    asked = request.GET.copy()
    form = PlaceForm(asked, places=places)
    month = Month.of(request.today)
    chosen = places[0][0] if places else ""
    if form.is_valid():
        month, chosen = form.cleaned_data["month"] or month, form.cleaned_data["place"] or chosen
    asked["place"], asked["month"] = chosen, str(month)
    versions = packs_held(drafts=steers(request))
    context = {
        "form": form,
        "month": month,
        "rules": rules_here(chosen, month) if chosen else (),
        "place": dict(places).get(chosen, ""),
        "bindings": bindings_page(month, versions) if steers(request) else (),
        "versions": versions,
        "may_write": may_open(request.viewer.roles, "appraisal:pack-import"),
        "steers": steers(request),
        "viewer_uuid": request.viewer.uuid,
    }
    return render(request, "appraisal/packs/list.html", context)


def _places(request: Request) -> list[tuple[str, str]]:
    """(path, name): the places that the viewer's posts reach here, else those where he holds one."""
    if request.scope.subtrees:
        return [(node.path, "　" * node.depth + node.label) for node in nodes_in_scope(on=request.today)]
    held = {grant.path: grant.label for grant in request.viewer.grants if grant.path}
    return list(held.items())


@require_GET
def pack(request: Request, uuid: UUID) -> HttpResponse:
    """The text of a version: every item with clause, price and limits; who published it, and where it holds."""
    card = version_card(uuid, drafts=steers(request))
    month = _month(request, card)
    texts = _texts(card, month)
    row = get_version(uuid, drafts=steers(request))
    older = before(row) if card.pack else None
    offered_by = row.offered_by.uuid if row.offered_by else None
    context = {
        "card": card,
        "line": card.line,
        "texts": texts,
        "month": month,
        "changelog": card.files.get("CHANGELOG.md", ""),
        "versions": versions_of(row, drafts=steers(request)),
        "bindings": bindings_of(uuid) if card.line.state in READABLE else (),
        "older": older,
        "diffs": _diffs(card, older.uuid, month) if older else (),
        "offer_form": OfferForm(),
        "may": _may(request),
        "own_offer": offered_by is not None and offered_by == request.viewer.uuid,
        "errors": card.report.errors,
    }
    return render(request, "appraisal/packs/version.html", context)


def _may(request: Request) -> dict[str, bool]:
    """Which buttons make sense for the viewer."""
    names = ("copy", "files", "offer", "return", "publish", "withdraw", "remove", "simulate")
    return {name: may_open(request.viewer.roles, f"appraisal:pack-{name}", "POST") for name in names} | {
        "bind": may_open(request.viewer.roles, "appraisal:bind", "POST")
    }


def _month(request: Request, card: VersionCard) -> Month:
    """The month of the numbers: the one asked for, else this one, or the first that all numbers are known for."""
    try:
        return Month.parse(request.GET["month"]) if request.GET.get("month") else _usual(request, card)
    except ValueError:
        raise not_found() from None


def _usual(request: Request, card: VersionCard) -> Month:
    now = Month.of(request.today)
    if card.pack is None:
        return now
    firsts = [parameter.values[0].since for parameter in card.pack.parameters.values()]
    return max([now, *firsts])


def _texts(card: VersionCard, month: Month) -> list[RuleText]:
    return [rule_text(card.pack, scheme, month) for scheme in card.pack.schemes] if card.pack else []


def _diffs(card: VersionCard, older: UUID, month: Month) -> list[tuple[str, object]]:
    """(scheme, what differs from the version before) for schemes that both have."""
    old = pack_of(older)
    assert card.pack is not None
    both = [scheme for scheme in card.pack.schemes if scheme in old.schemes]
    return [
        (card.pack.schemes[s].title["zh"], diff_texts(rule_text(old, s, month), rule_text(card.pack, s, month)))
        for s in both
    ]


# --- files -----------------------------------------------------------------------------------------------------------


@require_GET
def word(request: Request, uuid: UUID) -> FileResponse:
    """The rule text as .docx."""
    document, name = _document(request, uuid)
    made = run_in_child(print_word, document)
    return FileResponse(BytesIO(made), as_attachment=True, filename=f"{name}.docx", content_type=WORD)


@require_GET
def pdf(request: Request, uuid: UUID) -> FileResponse:
    """The rule text as PDF."""
    document, name = _document(request, uuid)
    made = run_in_child(print_pdf, document, settings.ASSETS_DIR / "fonts")
    return FileResponse(BytesIO(made), as_attachment=True, filename=f"{name}.pdf", content_type="application/pdf")


def _document(request: Request, uuid: UUID) -> tuple[Document, str]:
    card = version_card(uuid, drafts=steers(request))
    if card.pack is None:
        raise DomainError("pack_has_errors", _("草稿还有问题，不能生成条文。请先改好。"), status=409)
    wanted = request.GET.get("scheme") or next(iter(card.pack.schemes), "")
    if wanted not in card.pack.schemes:
        raise not_found()
    text = rule_text(card.pack, wanted, _month(request, card))
    return document_of(text, card.line), f"{text.title}-{card.line.version}"


@require_GET
def folder(request: Request, uuid: UUID) -> FileResponse:
    """The folder of texts as zip: it can be handed in again, here or with the command line."""
    card = version_card(uuid, drafts=steers(request))
    made = zip_of_texts(card.files, folder=card.line.pack)
    name = f"{card.line.pack}-{card.line.version}.zip"
    return FileResponse(BytesIO(made), as_attachment=True, filename=name, content_type="application/zip")


@require_GET
def workbook(request: Request, uuid: UUID) -> FileResponse:
    """The pack as an Excel workbook: it can be changed and handed in again."""
    card = version_card(uuid, drafts=steers(request))
    if card.pack is None:
        raise DomainError("pack_has_errors", _("草稿还有问题，不能写成工作簿。请先改好。"), status=409)
    try:
        made = run_in_child(workbook_bytes, card.files)
    except ProblemsFound as found:  # a text that no cell can hold
        raise DomainError("pack_has_errors", str(found.problems[0].message), status=409) from None
    name = f"{card.line.pack}-{card.line.version}.xlsx"
    return FileResponse(BytesIO(made), as_attachment=True, filename=name, content_type=SHEETS)


def back(uuid: UUID) -> str:
    return reverse("appraisal:pack", args=[uuid])
