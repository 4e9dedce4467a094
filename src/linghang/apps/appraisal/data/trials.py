"""What other rooms and the pages may know of a trial (试算): plain records and states."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from linghang.engine.periods import Month

KEPT_FOR = timedelta(hours=24)
SUFFIXES = (".xlsx", ".xls", ".csv", ".parquet")
MOST_RECORDS = 8  # files of records of one trial
PAGE_OF_MEMBERS = 50


class TrialState(StrEnum):
    """Where a trial stands; a job that failed or was cancelled is read from the job itself."""

    READING = "reading"  # a job reads the headers and proposes what each column means
    MATCHING = "matching"  # a person looks at the proposal
    SETTLING = "settling"  # a job settles
    PROBLEMS = "problems"  # rows are wrong: nothing was settled
    READY = "ready"  # there is a result


@dataclass(frozen=True)
class PackChoice:
    """A scheme that can be tried: `key` is folder/scheme."""

    key: str
    folder: str
    scheme: str
    title: str
    scheme_title: str
    version: str
    invented: bool


@dataclass(frozen=True)
class TrialFile:
    """One input: `stored` is the fixed name on disk, `name` what its owner calls it."""

    role: str  # roster | records
    stored: str
    name: str


@dataclass(frozen=True)
class TrialData:
    """One trial of its owner."""

    uuid: UUID
    owner: UUID
    title: str
    pack: str
    scheme: str
    period: Month
    files: tuple[TrialFile, ...]
    closed_all: bool
    keep_going: bool
    example: bool
    state: TrialState
    job: UUID | None
    created_at: datetime
    expires_at: datetime
    kept: bool

    @property
    def pack_key(self) -> str:
        """The key of its `PackChoice`."""
        return f"{self.pack}/{self.scheme}"

    @property
    def names(self) -> dict[str, str]:
        """Fixed name on disk → the owner's name for it."""
        return {f.stored: f.name for f in self.files}

    @property
    def roster(self) -> TrialFile:
        return next(f for f in self.files if f.role == "roster")

    @property
    def records(self) -> tuple[TrialFile, ...]:
        return tuple(f for f in self.files if f.role == "records")


@dataclass(frozen=True)
class MemberRow:
    """One line of the list of results; points are hundredths, None where there is no total."""

    code: str
    name: str
    branch: str
    state: str
    total: int | None
    grade_total: int | None
    band: str
    band_state: str


@dataclass(frozen=True)
class MemberFilter:
    """What of the list is shown; every part stands in the address."""

    q: str = ""
    branch: str = ""
    band: str = ""
    state: str = ""
    sort: str = ""


@dataclass(frozen=True)
class Statement:
    """One member's month as the page shows it; `body` is what the job wrote (see `trials.writing`)."""

    code: str
    name: str
    branch: str
    month: Month
    body: Mapping[str, Any]
    months: Sequence[Month] = ()
    reach: Sequence[Mapping[str, Any]] | None = None


@dataclass(frozen=True)
class StatementLine:
    """One line: what for, by which clause, what it is worth, what counted, why not all, and where it was recorded."""

    day: date
    title: str
    clause: str
    given: int
    counted: int
    reason: str
    source: str
    extra: Mapping[str, Any] = field(default_factory=dict)
