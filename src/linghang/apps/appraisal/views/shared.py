"""What pages of this room share: the trial, only for its owner, and answers that are files."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.http import FileResponse
from django.utils.translation import gettext as _

from linghang.apps.appraisal.data.trials import TrialData
from linghang.apps.appraisal.queries.trials import trial_of
from linghang.apps.appraisal.trials.children import print_pdf
from linghang.apps.appraisal.trials.folder import RESULT, folder_of
from linghang.apps.exchange.documents.blocks import Document
from linghang.apps.exchange.documents.pdf import NoChineseFont
from linghang.apps.exchange.sheets import Stamp, Table, write_workbook
from linghang.apps.jobs.operations import run_in_child
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.request import Request


def person(request: Request) -> UUID:
    if request.viewer.uuid is None:
        raise not_found()
    return request.viewer.uuid


def own_trial(request: Request, uuid: UUID) -> TrialData:
    """The viewer's own trial; anybody else's, and an expired one, is a 404."""
    found = trial_of(owner=person(request), uuid=uuid, now=request.now)
    if found is None:
        raise not_found()
    return found


def settled(request: Request, uuid: UUID) -> tuple[TrialData, Path]:
    """A trial with a result, and where the result lies."""
    found = own_trial(request, uuid)
    folder = folder_of(uuid)
    if not (folder / RESULT).is_file():
        raise DomainError("no_result", _("这次试算还没有结果。请回到试算页面，看它进行到哪一步。"), status=404)
    return found, folder


def workbook_response(tables: Sequence[Table], stamp: Stamp, name: str) -> FileResponse:
    """The tables as a workbook to save."""
    made = BytesIO()
    write_workbook(made, tables, stamp)
    made.seek(0)
    return FileResponse(made, as_attachment=True, filename=name)


def pdf_response(document: Document, name: str) -> FileResponse:
    """A document as PDF to save; says what is missing where there is no Chinese font."""
    try:
        content = run_in_child(print_pdf, document, settings.ASSETS_DIR / "fonts")
    except NoChineseFont as missing:
        words = _("这台服务器上没有中文字体，印不出 PDF。可以先下载 Excel；请管理员安装 fonts-noto-cjk。")
        raise DomainError("no_font", words, status=503) from missing
    return FileResponse(BytesIO(content), as_attachment=True, filename=name)
