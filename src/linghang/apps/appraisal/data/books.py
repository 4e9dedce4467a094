"""What the page of a branch's month shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from linghang.apps.appraisal.data.months import AdjustmentData, BookCard, Step, Thin
from linghang.apps.appraisal.data.objections import ObjectionLine
from linghang.apps.appraisal.data.presets import PresetLine
from linghang.engine.periods import Month


@dataclass(frozen=True)
class Station:
    """One step of the strip. `state` is past, current or ahead; who and when once it was taken."""

    title: str
    state: str
    who: str = ""
    when: datetime | date | None = None
    note: str = ""


@dataclass(frozen=True)
class NextStep:
    """What may be done with a book now: a button with its rule in words, or why it cannot be done yet."""

    step: Step
    title: str
    rule: str
    primary: bool = False
    blocked: str = ""


@dataclass(frozen=True)
class MemberRow:
    """One member of the list; points in hundredths, None where there is no total. No rank, no order by points."""

    statement: UUID
    subject: UUID
    name: str
    code: str
    state: str
    state_label: str
    categories: Mapping[str, int]
    total: int | None
    late: int
    star: str


@dataclass(frozen=True)
class CategoryHead:
    id: str
    title: str


@dataclass(frozen=True)
class Members:
    """Everybody of a book, by the sound of the name."""

    heads: tuple[CategoryHead, ...]
    rows: tuple[MemberRow, ...]

    @property
    def totals(self) -> tuple[int, ...]:
        return tuple(row.total for row in self.rows if row.total is not None)


@dataclass(frozen=True)
class LateLine:
    """补计或更正 that is booked here."""

    data: AdjustmentData
    name: str


@dataclass(frozen=True)
class BookPage:
    """A branch's month as one viewer sees it. `members` is None where he may not, or must first say why."""

    card: BookCard
    month: Month
    preset: PresetLine
    stations: tuple[Station, ...]
    steps: tuple[NextStep, ...]
    thin: tuple[Thin, ...]
    members: Members | None
    late: tuple[LateLine, ...]
    objections: tuple[ObjectionLine, ...]


@dataclass(frozen=True)
class DayChoice:
    """So many working days of 公示, and the last one of them with its rule in words."""

    days: int
    last: date
    words: str
    provisional: bool
