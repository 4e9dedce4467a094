"""Long work of this room: verifying the ledger."""

from linghang.apps.jobs.data import JobHandle
from linghang.apps.jobs.operations import job_kind
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
    job.set_result(words=verdict(run.passed, len(run.damages)))
