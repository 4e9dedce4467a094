"""月度工作单: one sheet of a branch and a month, prefilled from what is recorded."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORKING_DAYS = 3  # 月末次日起 so many working days to send the sheet


class Verdict(StrEnum):
    """What the superior said of a version."""

    PASSED = "passed"
    RETURNED = "returned"


class SheetState(StrEnum):
    """Where a sheet stands, from its latest version."""

    OPEN = "open"  # the month runs, or the sheet is not sent and in time
    LATE = "late"  # not sent and past its day: red
    SENT = "sent"
    RETURNED = "returned"
    PASSED = "passed"


SHEET_STATES: Mapping[str, Promise] = {
    SheetState.OPEN: _("待报送"),
    SheetState.LATE: _("逾期未报"),
    SheetState.SENT: _("已报送，待审核"),
    SheetState.RETURNED: _("已退回"),
    SheetState.PASSED: _("审核通过"),
}
STATE_MARKS: Mapping[str, str] = {
    SheetState.OPEN: "yellow",
    SheetState.LATE: "red",
    SheetState.SENT: "blue",
    SheetState.RETURNED: "red",
    SheetState.PASSED: "green",
}


@dataclass(frozen=True)
class DutyLine:
    """One line of the sheet: what, how many recorded of how many asked (None: no number is asked), its state.

    `state` is ok, short, todo or none (does not apply); `words` say more, `rule` where the number comes from; `url`
    opens what the number is made of, `act` and `act_label` what is to be done.
    """

    code: str
    title: str
    state: str
    count: int
    wanted: int | None = None
    unit: str = ""
    words: str = ""
    rule: str = ""
    url: str = ""
    act: str = ""
    act_label: str = ""


@dataclass(frozen=True)
class DutyVersion:
    """One version that was sent, and what was said of it."""

    uuid: UUID
    version: int
    sent_by: str
    sent_at: datetime
    verdict: str
    remark: str
    judged_by: str
    judged_at: datetime | None
    lines: tuple[DutyLine, ...]
    note: str

    @property
    def passed(self) -> bool:
        return self.verdict == Verdict.PASSED


@dataclass(frozen=True)
class SheetCard:
    """The sheet of a branch and a month. `lines` are what is recorded now, or, once passed, what was audited."""

    place: UUID
    place_label: str
    month: int
    state: str
    due_on: date
    due_words: str
    left: int
    provisional: bool
    lines: tuple[DutyLine, ...]
    versions: tuple[DutyVersion, ...]

    @property
    def live(self) -> bool:
        """Whether the lines tell of now: what was audited is no longer what lists say."""
        return self.state != SheetState.PASSED

    @property
    def state_label(self) -> str:
        return str(SHEET_STATES[self.state])

    @property
    def mark(self) -> str:
        return STATE_MARKS[self.state]

    @property
    def latest(self) -> DutyVersion | None:
        return self.versions[0] if self.versions else None


@dataclass(frozen=True)
class SheetLine:
    """One branch on the board of sheets."""

    place: UUID
    label: str
    month: int
    state: str
    due_on: date
    left: int
    version: int

    @property
    def state_label(self) -> str:
        return str(SHEET_STATES[self.state])

    @property
    def mark(self) -> str:
        return STATE_MARKS[self.state]
