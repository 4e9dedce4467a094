"""What the addresses of the matrix are about: for each one with an object, how to make the object that a cell means.

Add a line to `OBJECTS` for an address with parameters: a function of a `Cell` that returns the address' arguments, or
None where the cell makes no sense (then the table must say `-`). Add one to `DATA` when the object stands in the
posted form instead. The object of a cell belongs to `cell.owner`, who is at `cell.place`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings

from linghang.apps.access.models import RoleGrant, User
from linghang.apps.access.tests.world import NOW, TODAY
from linghang.apps.appraisal.tests.world import trial_for
from linghang.apps.jobs.models import Job
from linghang.apps.notify.models import Notice
from linghang.apps.org.tests.world import Place
from linghang.ui.web.scope import system_scope


@dataclass(frozen=True)
class Cell:
    """One square of the table: `name` is the column, `owner` whose object it is, `place` where he is."""

    name: str
    owner: User
    place: Place


Maker = Callable[[Cell], dict[str, Any] | None]


def _account(cell: Cell) -> dict[str, Any]:
    return {"uuid": cell.owner.uuid}


def _post(cell: Cell) -> dict[str, Any]:
    with system_scope(reason="test"):
        grant = RoleGrant.objects.filter(user=cell.owner).first()
    return {"uuid": cell.owner.uuid, "grant": grant.uuid if grant else uuid4()}


def _organisation(cell: Cell) -> dict[str, Any] | None:
    return None if cell.name == "self" else {"uuid": cell.place.uuid}


def _job(cell: Cell, **more: Any) -> dict[str, Any]:
    times = {"created_at": NOW, "expires_at": NOW + timedelta(days=7)}
    return {"uuid": Job.objects.create(kind="test", title="测试", starter=cell.owner, **times, **more).uuid}


def _job_file(cell: Cell) -> dict[str, Any]:
    done = {"state": "done", "finished_at": NOW, "result": {"files": [{"name": "a.txt", "path": "a.txt"}]}}
    arguments = _job(cell, **done)
    folder = Path(settings.DATA_DIR) / "jobs" / str(arguments["uuid"])
    folder.mkdir(parents=True)
    (folder / "a.txt").write_text("测试")
    return arguments | {"name": "a.txt"}


def _notice(cell: Cell) -> dict[str, Any]:
    notice = Notice.objects.create(user=cell.owner, kind="test", text="测试", link="/", created_at=NOW)
    return {"uuid": notice.uuid}


def _trial(cell: Cell, **more: Any) -> dict[str, Any]:
    times = {"created_at": NOW, "expires_at": NOW + timedelta(days=1)}
    return {"uuid": trial_for(cell.owner, **times).uuid, **more}


OBJECTS: dict[str, Maker] = {
    **dict.fromkeys(
        [
            "appraisal:trial-page",
            "appraisal:trial-settle",
            "appraisal:trial-keep",
            "appraisal:trial-remove",
            "appraisal:trial-columns",
            "appraisal:trial-problems",
            "appraisal:trial-problems-export",
            "appraisal:trial-result",
            "appraisal:trial-export",
        ],
        _trial,
    ),
    "appraisal:trial-mapping": lambda cell: _trial(cell, stored="roster.xlsx"),
    "appraisal:trial-file": lambda cell: _trial(cell, name="statements.xlsx"),
    "appraisal:trial-member": lambda cell: _trial(cell, code="P1"),
    "appraisal:trial-member-export": lambda cell: _trial(cell, code="P1"),
    "appraisal:trial-member-pdf": lambda cell: _trial(cell, code="P1"),
    "access:user-detail": _account,
    "access:grant": _account,
    "access:grant-end": _post,
    "access:user-state": _account,
    "access:unlock": _account,
    "access:mfa-reset": _account,
    "org:detail": _organisation,
    "org:rename": _organisation,
    "org:move": _organisation,
    "org:close": _organisation,
    "jobs:job": _job,
    "jobs:cancel": _job,
    "jobs:file": _job_file,
    "notify:open": _notice,
}

DATA: dict[str, Maker] = {
    "access:slips": lambda cell: {"user": str(cell.owner.uuid)},
    "org:close": lambda _cell: {"last_day": TODAY.isoformat()},
}
