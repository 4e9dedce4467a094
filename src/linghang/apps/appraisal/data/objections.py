"""What pages of the month may know of objections (异议): what they are about, how they stand, how they ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

OBJECTION = "objection"
WHOLE = "all"  # an objection to the month as a whole, not to one line of it


class Outcome(StrEnum):
    """How an objection was decided; OPEN until then."""

    OPEN = "open"
    UPHELD = "upheld"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


OUTCOMES: Mapping[str, Promise] = {
    Outcome.OPEN: _("处理中"),
    Outcome.UPHELD: _("已采纳"),
    Outcome.REJECTED: _("不采纳"),
    Outcome.WITHDRAWN: _("已撤回"),
}


@dataclass(frozen=True)
class ObjectionLine:
    """One objection as lists show it. `line` is the line's key (a record's uuid, an item, or `WHOLE`)."""

    uuid: UUID
    case: UUID
    number: str
    subject: UUID
    name: str
    month: int
    line: str
    about: str
    made_on: date
    outcome: str
    state_label: str
    ended: bool
    late: bool
    corrected_by: tuple[UUID, ...] = ()

    @property
    def outcome_label(self) -> str:
        return str(OUTCOMES[self.outcome])


@dataclass(frozen=True)
class Window:
    """Whether somebody may object now, and the sentence that says so. `until` is the last day, where there is one.

    `late` means that the month is final: what turns out to be wrong is booked in the open month.
    """

    open: bool
    words: str
    until: date | None = None
    late: bool = False


@dataclass(frozen=True)
class Correction:
    """What puts the records right: take the record back, and/or write what really happened (quantity in 1e-4)."""

    take_back: bool = False
    kind: str = ""
    day: date | None = None
    quantity: int = 0
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def writes(self) -> bool:
        return bool(self.kind)
