"""Begin a trial: the example in one click, or one's own files."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linghang.apps.appraisal.data.trials import SUFFIXES, PackChoice
from linghang.apps.appraisal.forms.trials import MEGABYTE, TrialForm
from linghang.apps.appraisal.operations.trials import Upload, Wanted, begin_trial
from linghang.apps.appraisal.queries.trials import pack_named, packs_to_try, trials_of
from linghang.apps.appraisal.views.shared import person
from linghang.apps.exchange.template import write_facts_template
from linghang.engine.packs.load import load_pack
from linghang.engine.periods import Month
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.paging import page_number
from linghang.ui.web.request import Request

EXAMPLE, EXAMPLE_PACK, EXAMPLE_MONTH = "qingyuan-mine", "example-4x-points/member-points", Month(2026, 3)
EXAMPLE_RECORDS = {"good": "records-2026Q1.xlsx", "errors": "records-with-errors.xlsx"}


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: Request) -> HttpResponse:
    """The form; a POST with everything it needs begins a trial."""
    packs = packs_to_try()
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    initial = {"period": f"{request.today:%Y-%m}"} | {k: request.GET[k] for k in ("pack", "period") if k in request.GET}
    form = TrialForm(*posted, packs=packs, initial=initial)
    if request.method == "POST" and form.is_valid():
        started = begin_trial(wanted=_wanted(form), uploads=list(_uploads(form)), actor=request.viewer, now=request.now)
        return redirect("appraisal:trial-page", uuid=started.uuid)
    number = page_number(request.GET.get("page"))
    context = {
        "form": form, "packs": packs, "has_example": _example_folder().is_dir(), "accept": ",".join(SUFFIXES),
        "most_megabytes": settings.UPLOAD_MAX_BYTES // MEGABYTE,
        "trials": trials_of(owner=person(request), now=request.now, number=number),
    }  # fmt: skip
    return render(request, "appraisal/begin.html", context, status=422 if posted else 200)


def _wanted(form: TrialForm) -> Wanted:
    said = form.cleaned_data
    return Wanted(
        form.packs[said["pack"]], said["period"], closed_all=said["closed_all"], keep_going=said["keep_going"]
    )


def _uploads(form: TrialForm) -> Iterator[Upload]:
    roster: UploadedFile[bytes] = form.cleaned_data["roster"]
    yield Upload("roster", roster.name or "", roster.chunks())
    for file in form.cleaned_data["records"]:
        yield Upload("records", file.name, file.chunks())


@require_POST
def example(request: Request) -> HttpResponse:
    """The invented unit in one click; `which=errors` shows what wrong rows look like."""
    folder, pack = _example_folder(), pack_named(EXAMPLE_PACK)
    records = folder / EXAMPLE_RECORDS.get(request.POST.get("which", "good"), EXAMPLE_RECORDS["good"])
    if pack is None or not records.is_file():
        words = _("这台服务器上没有装示例。请管理员检查安装目录里的 examples 和 packs，或直接上传自己的文件。")
        raise DomainError("no_example", words, status=404)
    uploads = [_upload("roster", folder / "roster.xlsx"), _upload("records", records)]
    wanted = Wanted(pack, EXAMPLE_MONTH, example=True)
    started = begin_trial(wanted=wanted, uploads=uploads, actor=request.viewer, now=request.now)
    return redirect("appraisal:trial-page", uuid=started.uuid)


def _example_folder() -> Path:
    return Path(settings.EXAMPLES_DIR) / EXAMPLE


def _upload(role: str, path: Path) -> Upload:
    return Upload(role, path.name, [path.read_bytes()])


@require_GET
def template(request: Request) -> FileResponse:
    """The empty workbook for a pack."""
    choice: PackChoice | None = pack_named(request.GET.get("pack", ""))
    if choice is None:
        raise not_found()
    pack, _problems = load_pack(Path(settings.PACKS_DIR) / choice.folder)
    if pack is None:
        raise not_found()
    made = BytesIO()
    write_facts_template(made, pack)
    made.seek(0)
    return FileResponse(made, as_attachment=True, filename=f"{_('记录表模板')}-{choice.folder}.xlsx")
