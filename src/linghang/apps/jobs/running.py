"""One run of one job in a worker: claim it, call its function, write how it ended."""

import logging
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from linghang.apps.jobs.child import ChildDied
from linghang.apps.jobs.data import FINAL_STATES, JobCancelled, JobFailed, JobInterrupted, JobState, kind_named
from linghang.apps.jobs.finish import tell_finished
from linghang.apps.jobs.handle import Handle
from linghang.apps.jobs.models import Job
from linghang.apps.jobs.policies import may_follow
from linghang.apps.jobs.scopes import scope_of_snapshot
from linghang.engine.problems import ProblemsFound
from linghang.ui.web.errors import DomainError
from linghang.ui.web.scope import use_scope

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]

# a job that takes its worker down with it is not tried for ever
CRASHES_ALLOWED = 3

# the database went away: nothing can be written now, the queue tries again
LOST_DATABASE = (OperationalError, InterfaceError)


def run_job(*, uuid: UUID, clock: Clock) -> None:
    """Run the job from its stored cursor to an end; a job that has ended already is left alone.

    Raises JobInterrupted when the worker stops (the job waits again) or lost the job to another one, and the database's
    own error when it went away; the queue then runs the job again.
    """
    with translation.override(settings.LANGUAGE_CODE):  # what is stored is in the product's own language
        job = _claim(uuid, clock())
        if job is not None:
            _run(job, clock)


def _run(job: Job, clock: Clock) -> None:
    handle = Handle(job)
    try:
        with use_scope(scope_of_snapshot(job.scope)):
            kind_named(job.kind).function(handle)
    except JobInterrupted:
        _release(handle)
        raise
    except LOST_DATABASE:
        raise
    except JobCancelled:
        _finish(handle, JobState.CANCELLED, "", clock())
    except ProblemsFound as found:
        for problem in found.problems:
            handle.add_problem(problem)
        words = _("材料里有需要改正的问题，没有写入任何内容。请按下表改正后重新开始。")
        _finish(handle, JobState.FAILED, words, clock())
    except Exception as error:  # the one place where a job's error becomes a sentence; the trace goes to the log
        log.exception("job %s (%s) failed", job.uuid, job.kind)
        _finish(handle, JobState.FAILED, sentence_of(error), clock())
    else:
        _finish(handle, JobState.DONE, "", clock())


def sentence_of(error: Exception) -> str:
    """What the starter reads: the authored sentence if there is one, never a trace."""
    if isinstance(error, JobFailed):
        return str(error)
    if isinstance(error, DomainError):
        return str(error.message)
    if isinstance(error, ChildDied):
        return _("计算进程意外中断，可能是内存不足。没有写入任何结果；请减少数据后重新开始，或请管理员查看运行日志。")
    return _("处理时出现程序错误，没有完成。请重新开始一次；如果再次出现，请把任务编号告诉管理员，原因已记入运行日志。")


@transaction.atomic
def _claim(uuid: UUID, now: datetime) -> Job | None:
    """Take the job with a new run number, or None when there is nothing left to run."""
    job = Job.objects.select_for_update().filter(uuid=uuid).first()
    if job is None or job.state in FINAL_STATES:
        return None
    job.run += 1
    if job.state == JobState.CANCELLING:
        _end(job, JobState.CANCELLED, "", now)
        return None
    if job.state == JobState.RUNNING:  # nobody released it: its worker died
        job.crashes += 1
    if job.crashes >= CRASHES_ALLOWED:
        words = _("处理过程中多次意外中断，系统不再自动重试。请减少数据后重新开始，或请管理员查看运行日志。")
        _end(job, JobState.FAILED, words, now)
        return None
    job.state = JobState.RUNNING
    job.started_at = job.started_at or now
    job.save(update_fields=["run", "state", "crashes", "started_at"])
    return job


def _end(job: Job, state: JobState, failure: str, now: datetime) -> None:
    job.state, job.failure, job.finished_at = state, failure, now
    job.save(update_fields=["run", "state", "crashes", "failure", "finished_at", "problems", "result", "done"])
    tell_finished(job, now)


@transaction.atomic
def _finish(handle: Handle, state: JobState, failure: str, now: datetime) -> None:
    """Write the outcome, unless another worker holds the job by now."""
    job = Job.objects.select_for_update().filter(uuid=handle.uuid, run=handle.run).first()
    if job is None or not may_follow(JobState(job.state), state):
        log.warning("outcome %s of job %s dropped: it is no longer this worker's", state, handle.uuid)
        return
    job.problems = handle.problems
    job.result = handle.result if state is JobState.DONE else {}
    job.done = job.total if state is JobState.DONE else job.done  # nobody counts the last step of what is done
    _end(job, state, failure, now)


def _release(handle: Handle) -> None:
    """Let the job wait again; one that is being cancelled stays so and ends in the next worker."""
    Job.objects.filter(uuid=handle.uuid, run=handle.run, state=JobState.RUNNING).update(state=JobState.WAITING)
