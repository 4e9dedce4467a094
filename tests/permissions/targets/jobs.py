from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from linghang.apps.access.tests.world import NOW
from linghang.apps.jobs.models import Job
from tests.permissions.targets.cell import Cell, Maker


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


OBJECTS: dict[str, Maker] = {"jobs:job": _job, "jobs:cancel": _job, "jobs:file": _job_file}
