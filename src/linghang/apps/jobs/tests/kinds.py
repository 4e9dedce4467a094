"""Kinds of jobs that the tests run in a real worker."""

import os
import time
from datetime import timedelta
from pathlib import Path

from linghang.apps.jobs.data import JobFailed, JobHandle, job_kind
from linghang.engine.problems import Place, Problem


@job_kind("test.count")
def count_rows(job: JobHandle) -> None:
    """Writes numbered rows, each with the cursor in one transaction; a row written twice would be refused.

    After each it pauses; with `file` only as long as that file is there: a test can then look before it ends.
    """
    from django.contrib.sessions.models import Session
    from django.db import transaction
    from django.utils import timezone

    rows, later = job.arguments["rows"], timezone.now() + timedelta(days=1)  # sessions that have ended are removed
    for row in range(job.cursor.get("row", 0), rows):
        job.check_cancelled()
        with transaction.atomic():
            Session.objects.create(session_key=f"row-{row}", session_data=str(os.getpid()), expire_date=later)
            job.save_cursor({"row": row + 1})
        job.progress(row + 1, rows, f"第{row + 1}行")
        if "file" not in job.arguments or Path(job.arguments["file"]).exists():
            time.sleep(job.arguments["pause"])
    job.set_result(words=f"共{rows}行")


@job_kind("test.crash")
def crash(job: JobHandle) -> None:
    raise RuntimeError("traceback-word")


@job_kind("test.refuse")
def refuse(job: JobHandle) -> None:
    job.add_problem(Problem(Place(sheet="名册", cell="B7"), "bad_date", "“2026-13-01”不是日期", "改成年-月-日"))
    raise JobFailed("名册里有一处日期不对，没有写入任何内容。请改正后重新开始。")


@job_kind("test.file", keep_days=1)
def write_file(job: JobHandle) -> None:
    path = job.work_dir / "out.txt"
    path.write_text("合计 86.00")
    job.set_result(words="核算完成", files={"积分单.txt": path}, links={"查看明细": "/"})


@job_kind("test.outside")
def leak_file(job: JobHandle) -> None:
    job.set_result(files={"passwd": Path("/etc/passwd")})


@job_kind("test.child")
def sum_in_child(job: JobHandle) -> None:
    from linghang.apps.jobs.operations import run_in_child
    from linghang.apps.jobs.tests.children import slow_sum

    total = run_in_child(
        slow_sum, job.arguments["n"], job.arguments["pause"], on_progress=job.progress, cancelled=job.cancelled
    )
    job.set_result(data={"total": total})


@job_kind("test.killed-child")
def child_that_dies(job: JobHandle) -> None:
    from linghang.apps.jobs.operations import run_in_child
    from linghang.apps.jobs.tests.children import die

    run_in_child(die)


@job_kind("test.poison")
def take_the_worker_down(job: JobHandle) -> None:
    os._exit(9)


@job_kind("test.scope")
def look_at_scope(job: JobHandle) -> None:
    from linghang.ui.web.scope import current_scope

    job.set_result(data={"subtrees": list(current_scope().subtrees)})


@job_kind("test.urgent", queue="urgent")
def nothing(job: JobHandle) -> None:
    job.progress(1, 1)


@job_kind("test.hungry")
def eat(job: JobHandle) -> None:
    from linghang.apps.jobs.operations import run_in_child
    from linghang.apps.jobs.tests.children import fill

    job.set_result(data={"bytes": run_in_child(fill, 400)})
