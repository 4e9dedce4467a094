"""The month of one scheme at one place: its states in the one order of every result, and what pages get of it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from linghang.engine.periods import Month


class BookState(StrEnum):
    """核算 → 支部核对 → 公示 → 审定（两人） → 定稿 → 公布. A later state never goes back once final."""

    RECORDING = "recording"  # 记录中
    CLOSED = "closed"  # 已关账: absence of a record now means that there was none
    SETTLED = "settled"  # 已核算
    CHECKED = "checked"  # 支部已核对
    PUBLIC = "public"  # 公示中, and until two people have approved
    FINAL = "final"  # 已定稿
    ANNOUNCED = "announced"  # 已公布


class RunKind(StrEnum):
    """What a settlement was made for."""

    MONTH = "month"
    YEAR_END = "year_end"  # 年终关账: what came late for the old year


FINAL_STATES = (BookState.FINAL, BookState.ANNOUNCED)


class Step(StrEnum):
    """What is done with a book; who may and from which state: `policies.months.STEPS`."""

    CLOSE = "close"
    REOPEN = "reopen"
    SETTLE = "settle"
    CHECK = "check"
    PUBLISH = "publish"
    APPROVE = "approve"
    ANNOUNCE = "announce"
    CLOSE_YEAR = "close_year"


@dataclass(frozen=True)
class Thin:
    """What looks thin before a branch closes its recording: how many, in words, and where to look."""

    code: str
    words: str
    count: int
    url: str = ""


@dataclass(frozen=True)
class Shown:
    """A 公示 of a book."""

    uuid: UUID
    run: UUID
    since: date
    until: date
    receiver: str
    manner: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Approved:
    """One of the two who approve; `stands` while the book still shows the settlement that he saw."""

    person: UUID
    name: str
    at: datetime
    stands: bool


@dataclass(frozen=True)
class RunLine:
    """One settlement: on which records and by which pack, so that it can be made again."""

    uuid: UUID
    kind: RunKind
    at: datetime
    by: str
    engine: str
    result_hash: str
    subjects: int
    watermark: Mapping[int, int]
    too_late: int

    @property
    def entries(self) -> int:
        """How many entries of the chains it stands on: the watermark in one number."""
        return sum(self.watermark.values())


@dataclass(frozen=True)
class BookLine:
    """A book in a list."""

    uuid: UUID
    scheme: str
    month: Month
    place: UUID
    place_key: int
    place_name: str
    node: UUID
    path: str
    state: BookState
    closed_at: datetime | None
    settled_at: datetime | None
    public_until: date | None
    final_at: datetime | None
    announced_at: datetime | None
    approvals: int
    version: UUID
    run: UUID | None
    year_closed_at: datetime | None

    @property
    def is_final(self) -> bool:
        return self.state in FINAL_STATES


@dataclass(frozen=True)
class BookCard:
    """A book with all that is known of it."""

    line: BookLine
    title: str
    pack: str
    version: str
    document: Mapping[str, str]
    invented: bool
    closed_by: str
    thin: tuple[Thin, ...]
    run: RunLine | None
    checked_at: datetime | None
    checked_by: str
    public_from: date | None
    provisional_deadline: bool
    receiver: UUID | None
    receiver_name: str
    manner: str
    unclosed_reason: str
    announced_by: str
    final_hash: str
    publications: tuple[Shown, ...]
    approvals: tuple[Approved, ...]
    states: Mapping[str, int]
    bands: Mapping[str, Mapping[str, int]]
    adjustments: int
    open_objections: int
    previous: BookLine | None


@dataclass(frozen=True)
class StatementData:
    """One subject's month as it stands in its book; points are hundredths.

    items {item: (priced, counted, facts)}, categories {category: (base, priced, counted)}.
    """

    uuid: UUID
    subject: UUID
    name: str
    code: str
    owner: UUID | None
    book: UUID
    book_state: BookState
    scheme: str
    month: Month
    place: UUID
    place_name: str
    state: str
    priced: int | None
    counted: int | None
    items: Mapping[str, tuple[int, int, int]]
    categories: Mapping[str, tuple[int, int, int]]
    unknown: tuple[str, ...]
    basis: Mapping[str, Any]
    final: bool
    run: UUID
    run_at: datetime


@dataclass(frozen=True)
class AdjustmentData:
    """补计或更正 of a final `month`, booked in month `booked` or, `year_end`, in the year-end closing."""

    uuid: UUID
    subject: UUID
    scheme: str
    month: Month
    booked: Month
    counted: int
    year_end: bool
    final: bool
    book: UUID
    run: UUID


@dataclass(frozen=True)
class GradeData:
    """A grade of the span that ends with `month`."""

    subject: UUID
    scheme: str
    grade: str
    month: Month
    state: str
    total: int | None
    band: str
    final: bool
    book: UUID


@dataclass(frozen=True)
class Settled:
    """What a settlement wrote."""

    books: int = 0
    subjects: int = 0
    adjustments: int = 0
    too_late: int = 0
    elsewhere: int = 0  # months of subjects that are shown or final in another place's book
    runs: tuple[UUID, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()

    def __add__(self, more: "Settled") -> "Settled":
        return Settled(
            self.books + more.books,
            self.subjects + more.subjects,
            self.adjustments + more.adjustments,
            self.too_late + more.too_late,
            self.elsewhere + more.elsewhere,
            self.runs + more.runs,
            self.refused + more.refused,
        )


@dataclass(frozen=True)
class Bulk:
    """A step for many books at once: how many took it, and (place and month, why not) of the others."""

    done: int
    refused: tuple[tuple[str, str], ...] = ()


ObjectionCounter = Callable[[Collection[UUID]], Mapping[UUID, int]]


@dataclass
class ObjectionCounters:
    """How many objections to books are open; filled where objections live."""

    _counters: dict[str, ObjectionCounter] = field(default_factory=dict)

    def register(self, name: str, counter: ObjectionCounter) -> None:
        self._counters[name] = counter

    def of(self, books: Collection[UUID]) -> dict[UUID, int]:
        """Book → open objections; books without any are missing."""
        found: dict[UUID, int] = {}
        for counter in self._counters.values():
            for book, count in counter(books).items():
                found[book] = found.get(book, 0) + count
        return {book: count for book, count in found.items() if count}


open_objections = ObjectionCounters()
