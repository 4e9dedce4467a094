"""Writes: start a job, cancel a job; and the doors through which other rooms give jobs their work.

A room that has heavy work registers it in its `tasks.py`:

    @job_kind("trial.settle", queue="long")
    def settle_trial(job: JobHandle) -> None:
        from linghang.engine.settle import settle        # heavy imports only inside
        job.set_result(data=run_in_child(settle, ..., on_progress=job.progress, cancelled=job.cancelled))
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from procrastinate.contrib.django import app as queue

from linghang.apps.jobs.child import ChildDied, run_in_child
from linghang.apps.jobs.data import (
    FINAL_STATES,
    JobCancelled,
    JobData,
    JobFailed,
    JobHandle,
    JobState,
    job_kind,
    kind_named,
)
from linghang.apps.jobs.finish import on_finished, tell_finished
from linghang.apps.jobs.models import Job
from linghang.apps.jobs.policies import after_cancel
from linghang.apps.jobs.queries import job_data, own_jobs
from linghang.apps.jobs.running import run_job
from linghang.apps.jobs.scopes import scope_snapshot
from linghang.ui.web.errors import not_found
from linghang.ui.web.scope import Scope
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

__all__ = [
    "ChildDied",
    "JobCancelled",
    "JobFailed",
    "JobHandle",
    "cancel_job",
    "job_kind",
    "on_finished",
    "run_in_child",
    "run_job",
    "start_job",
]

RUN_TASK = "jobs.run"


def start_job(
    *, kind: str, title: str, arguments: Mapping[str, Any], actor: Viewer, scope: Scope, now: datetime
) -> JobData:
    """Put a job into its queue, together with whatever else the caller's transaction writes.

    `arguments` are small JSON values (ids, periods, names of files kept elsewhere); the job sees what `scope` reaches.
    Raises KeyError for a kind that no room has registered.
    """
    registered = kind_named(kind)
    if actor.uuid is None:
        raise ValueError("a job is started by a person: it is his, and it sees what he sees")
    with writing(actor, "start_job"):
        job = Job.objects.create(
            kind=kind,
            title=title,
            arguments=dict(arguments),
            starter=get_user_model().objects.get(uuid=actor.uuid),
            scope=scope_snapshot(scope),
            created_at=now,
            expires_at=now + timedelta(days=registered.keep_days),
        )
        enqueue(job)
    return job_data(job)


def enqueue(job: Job) -> None:
    """Put the job's id into its kind's queue, in the transaction of the caller."""
    job.queue_id = queue.configure_task(RUN_TASK, queue=kind_named(job.kind).queue).defer(uuid=str(job.uuid))
    job.save(update_fields=["queue_id"])


def cancel_job(*, job: UUID, actor: Viewer, now: datetime) -> JobData:
    """Cancel one's own job: at once if it has not begun, at its next look if it runs; a finished one stays as it is."""
    with writing(actor, "cancel_job"):
        row = own_jobs(actor.uuid).select_for_update(of=["self"]).filter(uuid=job).first() if actor.uuid else None
        if row is None:
            raise not_found()
        before, row.state = row.state, after_cancel(JobState(row.state))
        if row.state != before:
            _store_cancel(row, now)
        return job_data(row)


def _store_cancel(job: Job, now: datetime) -> None:
    ended = job.state in FINAL_STATES
    job.finished_at = now if ended else None
    job.save(update_fields=["state", "finished_at"])
    if ended:
        tell_finished(job, now)
