"""What the pages of one's own points (党员积分明细) know: one month, a quarter, a year, and what came late.

Points are hundredths; None where there is no total (免评, or not settled).
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext as _

from linghang.apps.appraisal.data.objections import ObjectionLine
from linghang.engine.periods import Month
from linghang.engine.settle.explaining.classes import ClassSpan


class Sight(StrEnum):
    """As what somebody looks at another's points: the table in the permission matrix."""

    SELF = "self"  # all lines, reasons, who opened
    COMMITTEE = "committee"  # 支委: the whole branch
    GROUP = "group"  # 党小组长: his group, until the month is final
    OFFICER = "officer"  # 上级党务: own part of the tree, for a reason that the person will read

    @property
    def sees_veto(self) -> bool:
        """否决项: the reason is for the person himself and the branch committee."""
        return self in (Sight.SELF, Sight.COMMITTEE)


class Stand(StrEnum):
    """What a month's number is worth: 预计, 公示中 or 已定稿."""

    EXPECTED = "expected"
    PUBLIC = "public"
    FINAL = "final"


@dataclass(frozen=True)
class CategoryBar:
    """What a category gave in a month, its limit, and the full mark it began with."""

    id: str
    title: str
    got: int
    cap: int | None
    base: int

    @property
    def anchor(self) -> str:
        return f"category-{self.id}"


@dataclass(frozen=True)
class PricedLine:
    """One line: what for, by which clause, what it is worth, what of it counted and why not all."""

    key: str
    day: date
    title: str
    clause: str
    given: int
    counted: int
    reason: str
    category: str
    item: str
    fact: UUID | None = None
    recorder: str = ""
    confirmer: str = ""
    evidence: int = 0
    readable: bool = False
    object_url: str = ""
    year_before: int = 0  # the year whose statement it comes from


@dataclass(frozen=True)
class AdjustmentLine:
    """补计 or 更正: what became known late about `month`, booked in `booked`."""

    uuid: UUID
    month: Month
    booked: Month
    counted: int
    final: bool
    year_end: bool
    corrects: bool = False

    @property
    def words(self) -> str:
        """'补计2月' for what was missing, '更正3月' for what was put right."""
        words = _("更正%(month)d月") if self.corrects else _("补计%(month)d月")
        return words % {"month": self.month.month}


@dataclass(frozen=True)
class MonthSum:
    """A month within a quarter or a year."""

    month: Month
    total: int | None
    stand: Stand | None
    state: str = ""


@dataclass(frozen=True)
class NextStep:
    """Where somebody stands in a span that goes on, and what is missing for the next band."""

    title: str
    band: str
    next_band: str
    missing: int
    until: date


@dataclass(frozen=True)
class GradeLine:
    """A grade of a span that is over. `reason`: why there is none, for those who may know; `missed`: the band above."""

    title: str
    span: str
    month: Month
    total: int | None
    band: str
    state: str
    final: bool
    reason: str = ""
    missed: NextStep | None = None


@dataclass(frozen=True)
class SpanSum:
    """季度 = 1月 + 2月 + 3月 + 补计、更正."""

    words: str
    months: tuple[MonthSum, ...]
    adjustments: tuple[AdjustmentLine, ...]
    grades: tuple[GradeLine, ...] = ()
    steps: tuple[NextStep, ...] = ()
    url: str = ""

    @property
    def total(self) -> int | None:
        known = [m.total for m in self.months if m.total is not None]
        booked = sum(a.counted for a in self.adjustments)
        return sum(known) + booked if known or self.adjustments else None


@dataclass(frozen=True)
class Ground:
    """On what a month's numbers stand."""

    scheme: str
    pack: str
    document: str
    invented: bool
    as_of: datetime
    watermark: str
    link: str = ""


@dataclass(frozen=True)
class Shown:
    """When the month is or was shown, who takes objections, and until when (24:00)."""

    since: date
    until: date
    provisional: bool
    receiver: str
    manner: str


@dataclass(frozen=True)
class StatementPage:
    """积分明细 of one person and month; the counted points of the lines add up to `total`."""

    uuid: UUID | None
    subject: UUID
    name: str
    code: str
    place: str
    scheme_id: str
    month: Month
    stand: Stand
    state: str
    total: int | None
    sentence: str
    bars: tuple[CategoryBar, ...]
    lines: tuple[PricedLine, ...]
    unknown: tuple[str, ...]
    adjustments: tuple[AdjustmentLine, ...]
    spans: tuple[SpanSum, ...]
    ground: Ground
    shown: Shown | None = None
    book_state: str = ""
    objections: tuple[ObjectionLine, ...] = ()
    first: Month | None = None
    last: Month | None = None
    live: bool = False
    classes: tuple[ClassSpan, ...] = ()


@dataclass(frozen=True)
class YearPage:
    """A year of one person in one scheme: twelve months, four quarters, what came late, the total."""

    subject: UUID
    name: str
    code: str
    place: str
    scheme_id: str
    scheme: str
    pack: str
    year: int
    quarters: tuple[SpanSum, ...]
    whole: SpanSum
    as_of: datetime
    invented: bool = False
    halves: tuple[SpanSum, ...] = ()  # where the scheme grades half-years


@dataclass(frozen=True)
class CauseLine:
    """What one record changed in a month that was final: what it counted before and now."""

    day: date
    title: str
    clause: str
    before: int
    now: int
    fact: UUID | None
    word: str
    readable: bool = False

    @property
    def change(self) -> int:
        return self.now - self.before


@dataclass(frozen=True)
class AdjustmentPage:
    """An adjustment with the lines that make it up: Σ change = counted."""

    line: AdjustmentLine
    subject: UUID
    name: str
    place: str
    scheme_id: str
    scheme: str
    causes: tuple[CauseLine, ...]
    frozen_at: datetime
    seen_at: datetime

    @property
    def explained(self) -> int:
        return sum(cause.change for cause in self.causes)
