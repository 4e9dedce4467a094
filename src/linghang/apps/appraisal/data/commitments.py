"""承诺践诺 as pages show it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MOST_A_YEAR = 3


class CommitmentState(StrEnum):
    """进行中 → 本人报告完成 → 由受益人所在一方或支部认定."""

    OPEN = "open"
    REPORTED = "reported"
    KEPT = "kept"
    NOT_KEPT = "not_kept"


COMMITMENT_WORDS: dict[str, Promise] = {
    CommitmentState.OPEN: _("进行中"),
    CommitmentState.REPORTED: _("待认定"),
    CommitmentState.KEPT: _("已兑现"),
    CommitmentState.NOT_KEPT: _("未兑现"),
}


@dataclass(frozen=True)
class CommitmentLine:
    """One commitment; `mine` and `may_judge` say what the viewer may do with it, `fact`
    is the record that it was kept."""

    uuid: UUID
    person: UUID
    name: str
    branch: str
    year: int
    number: int
    text: str
    measure: str
    beneficiary: str
    due: date
    overdue: bool
    midway_on: date | None
    midway_note: str
    state: str
    state_words: str
    proof: str
    judged_by: str
    judged_reason: str
    fact: UUID | None
    mine: bool
    may_judge: bool


@dataclass(frozen=True)
class Kept:
    """How many of a year's commitments were kept; `judged` leaves out those that nobody has judged yet."""

    kept: int
    judged: int
    made: int

    @property
    def percent(self) -> int | None:
        """Whole percent of the judged ones; None while nothing is judged (unknown is not zero)."""
        return (200 * self.kept + self.judged) // (2 * self.judged) if self.judged else None
