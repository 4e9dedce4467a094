"""What the worker runs for rooms that do not know jobs: the steps of an import."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from linghang.apps.access.scope import viewer_on
from linghang.apps.exchange.data import STATE_WORDS, Work
from linghang.apps.exchange.operations import do_work, purge_imports
from linghang.apps.jobs.data import JobHandle, job_kind
from linghang.apps.jobs.operations import run_in_child
from linghang.ui.web import clock


def _run(work: Work, job: JobHandle) -> None:
    uuid, now = UUID(job.arguments["import"]), clock.now()
    starter = get_user_model().objects.get(uuid=job.starter)

    def child(function: Callable[..., Any], *arguments: Any) -> Any:
        return run_in_child(function, *arguments, on_progress=job.progress, cancelled=job.cancelled)

    state = do_work(
        work=work,
        import_uuid=uuid,
        job=job.uuid,
        actor=viewer_on(job.starter, starter.get_full_name(), on=clock.day_of(now)),
        progress=job.progress,
        child=child,
        now=now,
    )
    job.set_result(words=str(STATE_WORDS[state]), links={_("打开这次导入"): reverse("exchange:import", args=[uuid])})


@job_kind(Work.READ, queue="urgent", keep_days=7)
def read_import(job: JobHandle) -> None:
    """Open a file and propose its columns."""
    _run(Work.READ, job)


@job_kind(Work.CHECK, queue="urgent", keep_days=7)
def check_import(job: JobHandle) -> None:
    """Compare the rows with what is stored."""
    _run(Work.CHECK, job)


@job_kind(Work.WRITE, keep_days=30)
def write_import(job: JobHandle) -> None:
    """Write what was confirmed."""
    _run(Work.WRITE, job)


@job_kind(Work.UNDO, keep_days=30)
def undo_import(job: JobHandle) -> None:
    """Take an import back."""
    _run(Work.UNDO, job)


@app.periodic(cron="47 * * * *")
@app.task(name="exchange.purge-imports", queue="urgent", queueing_lock="exchange.purge-imports")
def purge(timestamp: int) -> None:  # noqa: ARG001 -- procrastinate names the moment; the clock is ours
    purge_imports(now=clock.now())
