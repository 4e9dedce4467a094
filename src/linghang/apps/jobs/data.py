"""What other rooms may know of a job: its states, its plain data, and the register of job kinds."""

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from linghang.engine.problems import Problem

PUBLIC_FIELDS = frozenset({"uuid", "kind", "title", "state"})


class JobState(enum.StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"
    DONE = "done"
    FAILED = "failed"


FINAL_STATES = frozenset({JobState.CANCELLED, JobState.DONE, JobState.FAILED})


class Queue(enum.StrEnum):
    URGENT = "urgent"  # seconds: messages, one subject's recompute
    LONG = "long"  # minutes: import, settlement, export, posters


class JobCancelled(Exception):
    """The starter cancelled the job; the job function lets this pass and leaves nothing half-done behind."""


class JobInterrupted(Exception):
    """The worker is stopping, or another worker took the job over; it goes on later from its stored cursor."""


class JobFailed(Exception):
    """The job cannot be done, and this Chinese sentence tells its starter why and what to do."""


@dataclass(frozen=True)
class JobFile:
    """One file of the result: `name` as the person saves it, `path` relative to the job's private folder."""

    name: str
    path: str


@dataclass(frozen=True)
class JobLink:
    label: str
    url: str


@dataclass(frozen=True)
class JobResult:
    words: str = ""
    files: tuple[JobFile, ...] = ()
    links: tuple[JobLink, ...] = ()
    data: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class JobData:
    """One job as it stands now. `total` 0 means that the amount of work is not known yet.

    `withheld`: it speaks of organisations that its starter's posts of today do not reach; its outcome is left out.
    """

    uuid: UUID
    kind: str
    title: str
    starter: UUID
    state: JobState
    done: int
    total: int
    words: str
    failure: str
    problems: tuple[Problem, ...]
    result: JobResult
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    expires_at: datetime
    purged: bool
    withheld: bool = False

    @property
    def is_final(self) -> bool:
        return self.state in FINAL_STATES

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // self.total) if self.total else 0


class JobHandle(Protocol):
    """What a job function holds of its job. All of it is safe to call often; writes are at most five a second.

    A function that may be resumed stores its cursor in the same transaction as the work that the cursor speaks of:
    `with transaction.atomic(): write(batch); job.save_cursor({"row": n})`. Then nothing is done twice.
    Call `progress` outside of long transactions: nobody sees it before the commit.
    """

    @property
    def uuid(self) -> UUID: ...
    @property
    def starter(self) -> UUID: ...
    @property
    def scope(self) -> Mapping[str, Any]: ...
    @property
    def arguments(self) -> Mapping[str, Any]: ...
    @property
    def cursor(self) -> Mapping[str, Any]: ...
    @property
    def work_dir(self) -> Path: ...
    def progress(self, done: int, total: int, words: str = "") -> None: ...
    def cancelled(self) -> bool: ...
    def check_cancelled(self) -> None: ...
    def save_cursor(self, cursor: Mapping[str, Any]) -> None: ...
    def add_problem(self, problem: Problem) -> None: ...
    def set_result(
        self,
        *,
        words: str = "",
        files: Mapping[str, Path] | None = None,
        links: Mapping[str, str] | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> None: ...


JobFunction = Callable[[JobHandle], None]


@dataclass(frozen=True)
class JobKind:
    name: str
    queue: Queue
    function: JobFunction
    keep_days: int


_KINDS: dict[str, JobKind] = {}


def job_kind(name: str, *, queue: str = Queue.LONG, keep_days: int = 7) -> Callable[[JobFunction], JobFunction]:
    """Register a function as the work of one kind of job; write it in the room's `tasks.py`, heavy imports inside.

    `keep_days` is how long its files and its result can be fetched after it was started.
    """

    def register(function: JobFunction) -> JobFunction:
        if name in _KINDS:
            raise ValueError(f"job kind {name!r} is registered twice")
        _KINDS[name] = JobKind(name, Queue(queue), function, keep_days)
        return function

    return register


def kind_named(name: str) -> JobKind:
    return _KINDS[name]
