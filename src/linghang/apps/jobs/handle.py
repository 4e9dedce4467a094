"""The job as its function holds it while a worker runs it. Every write is fenced by the run number."""

import threading
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID

from linghang.apps.jobs.data import JobCancelled, JobInterrupted, JobState
from linghang.apps.jobs.models import OPEN, Job
from linghang.apps.jobs.queries import folder_of, starter_uuid
from linghang.engine.problems import Problem

WRITE_SECONDS = 0.2
LOOK_SECONDS = 0.2
PROBLEMS_KEPT = 500

# set by the worker when it has been asked to stop; jobs then go back to their queue and resume in the next worker
worker_stopping = threading.Event()


class JobSuperseded(JobInterrupted):
    """Another worker has taken this job over (this one was taken for dead): nothing more may be written."""


class Handle:
    """See `data.JobHandle` for what a job function may rely on."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self.run = job.run
        self._wrote_at = self._looked_at = 0.0
        self._cancelling = False
        self.problems: list[dict[str, Any]] = list(job.problems)
        self.result: dict[str, Any] = dict(job.result)

    @property
    def uuid(self) -> UUID:
        return self._job.uuid

    @property
    def starter(self) -> UUID:
        return starter_uuid(self._job)

    @property
    def scope(self) -> Mapping[str, Any]:
        scope: Mapping[str, Any] = self._job.scope
        return scope

    @property
    def arguments(self) -> Mapping[str, Any]:
        arguments: Mapping[str, Any] = self._job.arguments
        return arguments

    @property
    def cursor(self) -> Mapping[str, Any]:
        cursor: Mapping[str, Any] = self._job.cursor
        return cursor

    @property
    def work_dir(self) -> Path:
        """The private folder (0700) of this job; it stays over a resume and is removed when the job expires."""
        folder = folder_of(self.uuid)
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    def progress(self, done: int, total: int, words: str = "") -> None:
        """Show how far the work is; skipped when the last one was shown a moment ago, except the end."""
        recent = time.monotonic() - self._wrote_at < WRITE_SECONDS
        if recent and done < total:
            return
        self._wrote_at = time.monotonic()
        self._write(done=done, total=total, words=words[:200])

    def cancelled(self) -> bool:
        """Whether the starter has cancelled. Raises JobInterrupted when this worker must let the job go."""
        if worker_stopping.is_set():
            raise JobInterrupted
        if time.monotonic() - self._looked_at >= LOOK_SECONDS:
            self._looked_at = time.monotonic()
            self._cancelling = self._state() == JobState.CANCELLING
        return self._cancelling

    def check_cancelled(self) -> None:
        """Raise JobCancelled or JobInterrupted when the job should stop here."""
        if self.cancelled():
            raise JobCancelled

    def save_cursor(self, cursor: Mapping[str, Any]) -> None:
        """Store where to go on after a crash, with the problems found so far; in the transaction of the work."""
        self._job.cursor = dict(cursor)
        self._write(cursor=self._job.cursor, problems=self.problems)

    def add_problem(self, problem: Problem) -> None:
        """Note a problem for the starter; the first 500 are kept."""
        if len(self.problems) < PROBLEMS_KEPT:
            self.problems.append(asdict(problem))

    def set_result(
        self,
        *,
        words: str = "",
        files: Mapping[str, Path] | None = None,
        links: Mapping[str, str] | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        """What the starter gets: a sentence, files of the work folder by their download name, links by their label.

        Raises ValueError for a file outside of the work folder.
        """
        folder = self.work_dir.resolve()
        self.result = {
            "words": words,
            "files": [
                {"name": name, "path": str(path.resolve().relative_to(folder))} for name, path in (files or {}).items()
            ],
            "links": [{"label": label, "url": url} for label, url in (links or {}).items()],
            "data": dict(data) if data is not None else None,
        }

    def _write(self, **values: Any) -> None:
        mine = Job.objects.filter(pk=self._job.pk, run=self.run, state__in=OPEN)
        if not mine.update(**values):
            raise JobSuperseded

    def _state(self) -> str:
        state = Job.objects.filter(pk=self._job.pk, run=self.run).values_list("state", flat=True).first()
        if state is None:
            raise JobSuperseded
        return state
