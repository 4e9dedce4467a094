"""What every page of a trial needs: the trial, only for its owner, and answers that are files."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from uuid import UUID

from django.http import FileResponse
from django.utils.translation import gettext as _

from linghang.apps.appraisal.data.trials import TrialData
from linghang.apps.appraisal.queries.trials import trial_of
from linghang.apps.appraisal.trials.folder import RESULT, folder_of
from linghang.apps.exchange.sheets import Stamp, Table, write_workbook
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
