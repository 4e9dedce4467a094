"""Tables of working days: put in force when a notice appears, and taken back. They hold for the whole installation."""

import os
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.apps.exchange.models import WorkdayTable
from linghang.engine.problems import Problems
from linghang.engine.workday_table import MOST_BYTES, read_overrides
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.scope import current_scope
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.workdays import ENDING, tables_folder
from linghang.ui.web.writing import writing

NAMED = 3  # problems told at once


def put_in_force(*, name: str, content: bytes, actor: Viewer, now: datetime) -> UUID:
    """Use a table from now on; one with a wrong row is refused as a whole, with its lines."""
    with writing(actor, "put_workdays_in_force"):
        _refuse_others()
        problems = Problems()
        found = read_overrides(content[: MOST_BYTES + 1], name, problems)
        if problems.items:
            told = "；".join(f"{one.place.line}行：{one.message}（{one.hint}）" for one in problems.items[:NAMED])
            more = _("（共%(n)s处）") % {"n": len(problems.items)} if len(problems.items) > NAMED else ""
            words = _("这张表没有启用：第%(told)s%(more)s。改好后重新上传。") % {"told": told, "more": more}
            raise DomainError("workdays_unusable", words, field="file")
        if not found.days and not found.years:
            raise DomainError("workdays_empty", _("表里没有一天，没有启用。"), field="file")
        row = WorkdayTable.objects.create(
            uuid=uuid4(),
            name=name[-120:],
            days=len(found.days),
            years=sorted(found.years | {day.year for day in found.days}),
            put_at=now,
            put_by=get_user_model().objects.get(uuid=actor.uuid) if actor.uuid else None,
        )
        transaction.on_commit(lambda: _write(_file(row.uuid, now), content))
    return row.uuid


def take_back(*, table: UUID, actor: Viewer, now: datetime) -> None:
    """Stop using a table; deadlines that were set by it stay as they are."""
    with writing(actor, "take_workdays_back"):
        _refuse_others()
        row = WorkdayTable.objects.select_for_update().filter(uuid=table, taken_at__isnull=True).first()
        if row is None:
            raise not_found()
        row.taken_at, row.taken_by = now, get_user_model().objects.get(uuid=actor.uuid) if actor.uuid else None
        row.save(update_fields=["taken_at", "taken_by"])
        path = _file(row.uuid, row.put_at)
        transaction.on_commit(lambda: path.unlink(missing_ok=True))


def _refuse_others() -> None:
    if not current_scope().reaches(""):
        words = _("工作日表对整个系统生效，由管全系统的系统管理员上传。")
        raise DomainError("top_not_yours", words, status=403, field="file")


def _file(uuid: UUID, put_at: datetime) -> Path:
    """Later tables sort behind earlier ones."""
    return tables_folder() / f"{put_at:%Y%m%dT%H%M%S%f}-{uuid}{ENDING}"


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all: readers look at the folder at any moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
