"""Reads: a person's own jobs, as plain data."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from linghang.apps.jobs.data import FINAL_STATES, JobData, JobFile, JobLink, JobResult, JobState
from linghang.apps.jobs.models import Job
from linghang.apps.jobs.policies import may_still_see
from linghang.engine.problems import Place, Problem
from linghang.ui.web.paging import Page, page_of
from linghang.ui.web.viewer import Viewer


def job_of(*, starter: UUID, uuid: UUID) -> JobData | None:
    """The person's own job, or None: another person's job does not exist for him."""
    job = own_jobs(starter).filter(uuid=uuid).first()
    return job_data(job) if job else None


def job_for(*, viewer: Viewer, uuid: UUID) -> JobData | None:
    """The viewer's own job as he may see it today: without its outcome when his posts no longer reach its places."""
    job = own_jobs(viewer.uuid).filter(uuid=uuid).first() if viewer.uuid else None
    return _as_seen_by(viewer, job) if job else None


def _as_seen_by(viewer: Viewer, job: Job) -> JobData:
    if may_still_see(job.scope, viewer.grants):
        return job_data(job)
    return replace(job_data(job), withheld=True, result=JobResult(), problems=(), failure="", words="")


def jobs_for(*, viewer: Viewer, show: str, number: int) -> Page[JobData]:
    """One page of the viewer's jobs, newest first; `show` is all, open (not ended yet), or the name of one state."""
    jobs = own_jobs(viewer.uuid).order_by("-created_at", "-id") if viewer.uuid else Job.objects.none()
    if show == "open":
        jobs = jobs.exclude(state__in=FINAL_STATES)
    elif show in set(JobState):
        jobs = jobs.filter(state=show)
    return page_of(jobs, number, lambda job: _as_seen_by(viewer, job))


def own_jobs(starter: UUID) -> QuerySet[Job]:
    """The rows of one person; every read and every cancel of a person begins here."""
    return Job.objects.select_related("starter").filter(starter__uuid=starter)


def starter_uuid(job: Job) -> UUID:
    uuid: UUID = job.starter.uuid
    return uuid


def folder_of(uuid: UUID) -> Path:
    """The private folder of a job; it exists from the job's first file until the job expires."""
    return Path(settings.DATA_DIR) / "jobs" / str(uuid)


def file_of(*, job: JobData, name: str) -> Path | None:
    """The path of a result file by the name under which the job registered it, or None."""
    found = next((file for file in job.result.files if file.name == name), None)
    if found is None or job.purged:
        return None
    path = folder_of(job.uuid) / found.path
    return path if path.is_file() else None


def job_data(job: Job) -> JobData:
    return JobData(
        uuid=job.uuid,
        kind=job.kind,
        title=job.title,
        starter=starter_uuid(job),
        state=JobState(job.state),
        done=job.done,
        total=job.total,
        words=job.words,
        failure=job.failure,
        problems=_problems(job.problems),
        result=_result(job.result),
        created_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        expires_at=job.expires_at,
        purged=job.purged_at is not None,
    )


def _problems(stored: Sequence[dict[str, Any]]) -> tuple[Problem, ...]:
    return tuple(Problem(**(problem | {"place": Place(**problem["place"])})) for problem in stored)


def _result(stored: dict[str, Any]) -> JobResult:
    return JobResult(
        words=stored.get("words", ""),
        files=tuple(JobFile(**file) for file in stored.get("files", ())),
        links=tuple(JobLink(**link) for link in stored.get("links", ())),
        data=stored.get("data"),
    )
