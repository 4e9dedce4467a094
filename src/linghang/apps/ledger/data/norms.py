"""How often something is to be held, against what is recorded: cells of a year, rows of a comparison."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DONE, LATE, MISSING, OPEN, NONE = "done", "late", "missing", "open", "none"
LATE_DAYS = 7  # recorded later than this is marked; whether that is too late is for people to say

CELL_WORDS: dict[str, Promise] = {
    DONE: _("✓"),
    LATE: _("补录"),
    MISSING: _("缺"),
    OPEN: _("未到期"),
    NONE: _("不适用"),
}


@dataclass(frozen=True)
class Period:
    """Closed days; `months` is how many columns of a year it takes."""

    since: date
    until: date
    label: str
    months: int


@dataclass(frozen=True)
class Counted:
    """What is recorded of one subject in one month: how often, of that how often without delay, and how many days the
    latest was late."""

    kind: str
    attributes: Mapping[str, str]
    month: date
    count: int
    timely: int
    late: int


@dataclass(frozen=True)
class NormCell:
    """One period of one norm. `why` is the reason where it does not apply; `url` opens the records."""

    period: Period
    state: str
    recorded: int
    expected: int
    why: str = ""
    url: str = ""

    @property
    def word(self) -> str:
        return str(CELL_WORDS[self.state])


@dataclass(frozen=True)
class NormRow:
    """One norm over a year; a soft one only advises. `title` names what is held, `rule` how often, in full.

    `why` is there when the whole year does not apply, for one reason.
    """

    id: str
    title: str
    rule: str
    soft: bool
    source: str
    cells: tuple[NormCell, ...]

    @property
    def why(self) -> str:
        reasons = {cell.why for cell in self.cells if cell.state == NONE}
        whole = all(cell.state == NONE for cell in self.cells)
        return reasons.pop() if whole and len(reasons) == 1 else ""


@dataclass(frozen=True)
class YearOfLife:
    """组织生活 of one organisation in one year."""

    organisation: UUID
    name: str
    year: int
    rows: tuple[NormRow, ...]
    as_of: date


@dataclass(frozen=True)
class NormChoice:
    """A norm for a select."""

    id: str
    title: str


@dataclass(frozen=True)
class ReportedLine:
    """A number that was reported elsewhere, with where it stands."""

    number: int
    source: str
    who: str
    at: datetime


@dataclass(frozen=True)
class ReconcileLine:
    """One organisation: what the norm expects of the periods that are over, what was reported, what is recorded.

    `difference` is recorded − reported, or recorded − expected where nothing was reported; None where there is nothing
    to compare with: unknown is not zero.
    """

    uuid: UUID
    name: str
    expected: int | None
    reported: ReportedLine | None
    recorded: int
    latest_late: int
    why: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def difference(self) -> int | None:
        wanted = self.reported.number if self.reported else self.expected
        return None if wanted is None else self.recorded - wanted

    @property
    def short(self) -> int:
        """How many fewer are recorded; 0 when none is."""
        return max(0, -(self.difference or 0))
