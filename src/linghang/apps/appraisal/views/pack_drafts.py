"""A unit's own versions: taken from a zip or copied, checked and mended; one person offers, another publishes."""

from io import BytesIO
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linghang.apps.appraisal.data.packs import READABLE, PackState
from linghang.apps.appraisal.forms.packs import CopyForm, FileForm, OfferForm, UploadForm
from linghang.apps.appraisal.operations.drafts import (
    copy_version,
    import_draft,
    offer_version,
    publish_version,
    remove_draft,
    remove_file,
    return_offer,
    withdraw_version,
    write_file,
)
from linghang.apps.appraisal.packs.workbook import texts_of_upload
from linghang.apps.appraisal.packs.zipped import is_workbook, texts_of_zip
from linghang.apps.appraisal.policies.packs import refuse_unless
from linghang.apps.appraisal.queries.drafts import VersionCard, library_here, version_card
from linghang.apps.jobs.operations import run_in_child
from linghang.engine.packs.versions import numbers
from linghang.engine.problems import Problem, ProblemsFound
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.forms import posted, show_refusal
from linghang.ui.web.request import Request
from linghang.ui.web.routes import may_open

FORM_METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(FORM_METHODS)
def take(request: Request) -> HttpResponse:
    """Hand in a pack's folder as zip, or its workbook; it becomes a draft, and everything that is wrong is told."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        try:
            files = _texts(form.cleaned_data["file"])
            made = import_draft(files=files, actor=request.viewer, now=request.now)
            return redirect("appraisal:pack-files", uuid=made.uuid)
        except ProblemsFound as found:
            problems = found.problems
    status = 422 if form.errors or problems else 200
    return render(request, "appraisal/packs/import.html", {"form": form, "problems": problems}, status=status)


def _texts(file: "UploadedFile[bytes]") -> dict[str, str]:
    """The texts of the pack in a zip or a workbook; raises ProblemsFound."""
    data = file.read()
    if is_workbook(data):
        found: dict[str, str] = run_in_child(texts_of_upload, data, (file.name or "")[:120], library_here())
        return found
    return texts_of_zip(BytesIO(data))


@require_http_methods(FORM_METHODS)
def copy(request: Request, uuid: UUID) -> HttpResponse:
    """Begin a new version, or a pack of one's own, with the texts of a published one."""
    card = version_card(uuid, drafts=True)
    refuse_unless(card.line.state, *READABLE)
    form = CopyForm(posted(request), initial=_proposed(card))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = copy_version(
                version=uuid, pack=said["pack"], number=said["version"], title=said["title"], actor=request.viewer,
                now=request.now,
            )  # fmt: skip
            messages.success(request, _("已建草稿。改好以后提请发布，发布前谁都不受影响。"))
            return redirect("appraisal:pack-files", uuid=made.uuid)
        except DomainError as error:
            show_refusal(form, error)
    context = {"form": form, "line": card.line}
    return render(request, "appraisal/packs/copy.html", context, status=422 if form.errors else 200)


def _proposed(card: VersionCard) -> dict[str, str]:
    if card.line.shipped:
        return {"pack": "", "version": "1.0.0", "title": ""}
    major, minor, _patch = numbers(card.line.version)
    return {"pack": card.line.pack, "version": f"{major}.{minor + 1}.0", "title": card.line.title}


@require_GET
def files(request: Request, uuid: UUID) -> HttpResponse:
    """The texts of a version with what the check says."""
    card = version_card(uuid, drafts=True)
    context = {
        "card": card,
        "line": card.line,
        "problems": card.report.problems,
        "errors": card.report.errors,
        "files": _counted(card),
        "is_draft": card.line.state is PackState.DRAFT,
        "may_write": may_open(request.viewer.roles, "appraisal:pack-file"),
        "offer_form": OfferForm(),
    }
    return render(request, "appraisal/packs/files.html", context)


def _counted(card: VersionCard) -> list[tuple[str, int, int]]:
    """(name, lines, errors) of every text."""
    wrong = [problem.place.file for problem in card.report.problems if problem.severity == "error"]
    return [(name, text.count("\n") + 1, wrong.count(name)) for name, text in sorted(card.files.items())]


@require_http_methods(FORM_METHODS)
def file(request: Request, uuid: UUID) -> HttpResponse:
    """One text of a draft in a box, checked when it is saved; problems stand above it with their lines."""
    card = version_card(uuid, drafts=True)
    refuse_unless(card.line.state, PackState.DRAFT)
    name = request.GET.get("name", "")
    if request.method == "POST":
        return _save(request, uuid, card)
    if name and name not in card.files:
        raise not_found()
    form = FileForm(initial={"name": name, "text": card.files.get(name, "")})
    return _edit(request, card, form, name)


def _save(request: Request, uuid: UUID, card: VersionCard) -> HttpResponse:
    form = FileForm(request.POST)
    if not form.is_valid():
        return _edit(request, card, form, "", status=422)
    name = form.cleaned_data["name"]
    if request.POST.get("step") == "remove":
        remove_file(version=uuid, name=name, actor=request.viewer)
        messages.success(request, _("已去掉 %(name)s。") % {"name": name})
        return redirect("appraisal:pack-files", uuid=uuid)
    try:
        report = write_file(version=uuid, name=name, text=form.cleaned_data["text"], actor=request.viewer)
    except ProblemsFound as found:
        return _edit(request, card, form, name, found.problems, status=422)
    here = [problem for problem in report.problems if problem.place.file == name]
    if here:
        messages.warning(request, _("已保存，还有问题要改。"))
        return _edit(request, version_card(uuid, drafts=True), form, name, here)
    messages.success(request, _("已保存 %(name)s，这个文件没有问题。") % {"name": name})
    return redirect("appraisal:pack-files", uuid=uuid)


def _edit(
    request: Request, card: VersionCard, form: FileForm, name: str, problems: "list[Problem] | None" = None,
    *, status: int = 200,
) -> HttpResponse:  # fmt: skip
    if problems is None:
        problems = [problem for problem in card.report.problems if problem.place.file == name]
    context = {
        "form": form, "line": card.line, "name": name, "problems": problems, "known": name in card.files,
        "wrong": _lines(card.files.get(name, ""), problems),
    }  # fmt: skip
    return render(request, "appraisal/packs/file.html", context, status=status)


def _lines(text: str, problems: list[Problem]) -> list[tuple[int, str]]:
    """The lines at which problems stand, so that nobody has to count them."""
    lines = text.split("\n")
    numbers_of = sorted({problem.place.line for problem in problems if 0 < problem.place.line <= len(lines)})
    return [(number, lines[number - 1].strip()) for number in numbers_of]


@require_POST
def remove(request: Request, uuid: UUID) -> HttpResponse:
    remove_draft(version=uuid, actor=request.viewer)
    messages.success(request, _("已删除草稿。"))
    return redirect("appraisal:packs")


@require_POST
def offer(request: Request, uuid: UUID) -> HttpResponse:
    """Ask that the draft be published; problems lead back to the list of texts."""
    note = request.POST.get("note", "")
    try:
        offer_version(version=uuid, note=note, actor=request.viewer, now=request.now)
    except ProblemsFound as found:
        card = version_card(uuid, drafts=True)
        context = {
            "card": card, "line": card.line, "problems": found.problems, "errors": len(found.problems),
            "files": _counted(card), "is_draft": True, "may_write": True, "offer_form": OfferForm({"note": note}),
        }  # fmt: skip
        return render(request, "appraisal/packs/files.html", context, status=422)
    messages.success(request, _("已提请发布。请另一位党务干部或班子成员核对条文后发布。"))
    return redirect("appraisal:pack", uuid=uuid)


@require_POST
def give_back(request: Request, uuid: UUID) -> HttpResponse:
    return_offer(version=uuid, actor=request.viewer)
    messages.success(request, _("已退回草稿，可以修改。"))
    return redirect("appraisal:pack", uuid=uuid)


@require_POST
def publish(request: Request, uuid: UUID) -> HttpResponse:
    publish_version(version=uuid, actor=request.viewer, now=request.now)
    messages.success(request, _("已发布，内容从此不变。要生效，请从某个月起启用。"))
    return redirect("appraisal:pack", uuid=uuid)


@require_POST
def withdraw(request: Request, uuid: UUID) -> HttpResponse:
    withdraw_version(version=uuid, actor=request.viewer)
    messages.success(request, _("已停用，只供查阅。"))
    return redirect("appraisal:pack", uuid=uuid)
