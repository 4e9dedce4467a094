"""Records about people that other rooms get or hand in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# why a membership ended
LEAVE_REASONS: dict[str, Promise] = {
    "transferred": _("转出组织关系"),
    "left": _("离职、退休离开本单位"),
    "stopped": _("停止党籍"),
    "removed": _("党籍终止"),
    "died": _("去世"),
    "ended": _("组织撤销或任务结束"),
    "other": _("其他"),
}

TERM_STATES: dict[str, Promise] = {
    "overdue": _("已届满"),
    "soon": _("半年内届满"),
    "serving": _("任期内"),
    "none": _("未登记"),
}

# where a member went, or came from: out and in are 流动党员, who keep their 组织关系 where it is
DIRECTIONS: dict[str, Promise] = {"out": _("流出"), "in": _("流入"), "abroad": _("出国（境）")}

CONTACT_METHODS: dict[str, Promise] = {
    "self": _("本人确认"),
    "phone": _("电话"),
    "visit": _("上门或当面"),
    "message": _("短信或即时通信"),
}


@dataclass(frozen=True)
class PersonNumbers:
    """Telephone and ID number of one person, masked or, for a stated reason, in full; '' where there is none."""

    phone: str = field(repr=False)
    id_number: str = field(repr=False)


@dataclass(frozen=True)
class NewPerson:
    """One person to be added. `branch` and `unit` are organisations, at least one of them; dates are first days.

    `standing` and `person_class` hold from `standing_from` and from `since`; numbers are optional.
    """

    name: str
    since: date
    branch: UUID | None = None
    unit: UUID | None = None
    group: UUID | None = None
    code: str = ""
    aliases: tuple[str, ...] = ()
    born_year: int | None = None
    standing: str = ""
    standing_from: date | None = None
    person_class: str = ""
    came_from: str = ""
    phone: str = field(default="", repr=False)
    id_number: str = field(default="", repr=False)
    user: UUID | None = None


@dataclass(frozen=True)
class PersonChange:
    """What is other from `since` on; None leaves it. `name`, `code`, `aliases`, `born_year` are corrections."""

    person: UUID
    since: date
    branch: UUID | None = None
    unit: UUID | None = None
    group: UUID | None = None
    standing: str | None = None
    person_class: str | None = None
    name: str | None = None
    code: str | None = None
    aliases: tuple[str, ...] | None = None
    born_year: int | None = None


@dataclass(frozen=True)
class Effect:
    """What an operation did to one row: `table` is a name of this room's, `before` the columns as they were.

    `after` are columns as the operation left them: where they say something else by now, it is not taken back.
    """

    table: str
    uuid: UUID
    action: str  # created | changed
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Undone:
    """What was taken back, and what was kept, each with the reason."""

    voided: tuple[Effect, ...]
    kept: tuple[tuple[Effect, str], ...]


@dataclass(frozen=True)
class SoughtPerson:
    """How a table names a person: by code, else by name and, if two have it, by branch."""

    code: str = ""
    name: str = ""
    branch: str = ""


@dataclass(frozen=True)
class FoundPerson:
    """`state` is found, ambiguous or unknown; `candidates` are those among whom a person must choose."""

    state: str
    uuid: UUID | None = None
    candidates: tuple["PersonName", ...] = ()


@dataclass(frozen=True)
class PersonName:
    """Enough to tell two people of the same name apart."""

    uuid: UUID
    name: str
    code: str
    branch: str


@dataclass(frozen=True)
class RosterLine:
    """One row of the roster on a day. `uuid` opens the file only where `readable`: he may be elsewhere today."""

    uuid: UUID
    name: str
    code: str
    branch: str
    unit: str
    group: str
    standing: str
    standing_label: str
    person_class: str
    titles: tuple[str, ...]
    since: date
    until: date | None
    readable: bool
    home: UUID


@dataclass(frozen=True)
class DatedLine:
    """One dated line of a person's file or of a register: what, where, from, to."""

    uuid: UUID
    title: str
    where: str
    since: date
    until: date | None
    note: str = ""
    open: bool = False
    person: UUID | None = None


@dataclass(frozen=True)
class PersonCard:
    """The file of one person as it stands on a day, with everything dated behind it."""

    uuid: UUID
    name: str
    code: str
    aliases: tuple[str, ...]
    born_year: int | None
    user: UUID | None
    top_key: int
    node_key: int
    home: str
    home_uuid: UUID | None
    branch: str
    branch_uuid: UUID | None
    unit: str
    group: str
    standing: str
    standing_label: str
    person_class: str
    titles: tuple[str, ...]
    present: bool
    numbers: PersonNumbers
    standings: tuple[DatedLine, ...]
    classes: tuple[DatedLine, ...]
    memberships: tuple[DatedLine, ...]
    posts: tuple[DatedLine, ...]
    transfers: tuple["TransferLine", ...]
    mobility: tuple[DatedLine, ...]
    contact: "ContactState"


@dataclass(frozen=True)
class TransferLine:
    """One transfer; `state` is on_the_way, overdue, received or cancelled, seen from a day."""

    uuid: UUID
    person: UUID
    name: str
    came_from: str
    went_to: str
    document_number: str
    sent_on: date
    due_on: date
    received_on: date | None
    receipt_number: str
    state: str
    state_label: str
    incoming: bool = False


@dataclass(frozen=True)
class ContactState:
    """When a person last was in touch and when the next check is due; `failed` are attempts since then."""

    last: date | None
    due: date | None
    failed: tuple[date, ...]
    overdue: bool


@dataclass(frozen=True)
class ContactLine:
    """One row of the register of contact checks."""

    uuid: UUID
    name: str
    branch: str
    state: ContactState
    away: bool


@dataclass(frozen=True)
class TermLine:
    """One term of a committee; `ends_on` is the day that counts, extended or not, `left` the days to it."""

    uuid: UUID
    organisation: UUID
    name: str
    number: int
    elected_on: date
    approved_on: date | None
    ends_on: date
    extended: bool
    extension_document: str
    left: int
    state: str
    current: bool
    full_members: int | None = None
    path: str = ""
