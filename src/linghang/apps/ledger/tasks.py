"""Long work of this room: verifying the ledger; and every night files that no record names are removed."""

from django.urls import reverse
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from linghang.apps.jobs.data import JobHandle
from linghang.apps.jobs.operations import job_kind
from linghang.apps.ledger.operations import sweep_files
from linghang.apps.ledger.operations.inspecting import VERIFY, verdict, verify_and_keep
from linghang.ui.web import clock
from linghang.ui.web.viewer import Viewer


@job_kind(VERIFY)
def verify_job(job: JobHandle) -> None:
    """Verify what the starter sees; the result is one line, and every damage by name."""

    def progress(words: str, done: int, total: int) -> None:
        job.check_cancelled()
        job.progress(done, total, words)

    run = verify_and_keep(actor=Viewer(uuid=job.starter), now=clock.now(), progress=progress)
    links = {_("核验和历次结果"): reverse("ledger:verify")}
    job.set_result(words=verdict(run.passed, len(run.damages)), links=links)


@app.periodic(cron="41 3 * * *")
@app.task(name="ledger.sweep", queue="urgent", queueing_lock="ledger.sweep")
def sweep(timestamp: int) -> None:  # noqa: ARG001 -- procrastinate names the moment; files go by their age
    sweep_files()
