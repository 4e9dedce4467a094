"""What other rooms may know of cases: records, words, and the registry of what happens together with a step."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linghang.apps.ledger.data import NewEvidence
from linghang.ui.web.viewer import Viewer

PUBLIC_FIELDS = {"Case": ("uuid", "number", "kind", "state", "node", "title")}

DECLARATION, CORRECTION, PROBLEM, CONTACT_LOST = "declaration", "correction", "problem", "contact-lost"


class Origin(StrEnum):
    """来源: how a case came to be."""

    PERSON = "person"
    MUTUAL = "mutual"
    MEETING = "meeting"
    INSPECTION = "inspection"
    VISIT = "visit"
    SYSTEM = "system"


ORIGINS: dict[str, Promise] = {
    Origin.PERSON: _("个人反映"),
    Origin.MUTUAL: _("互查"),
    Origin.MEETING: _("会议"),
    Origin.INSPECTION: _("检查"),
    Origin.VISIT: _("走访调研"),
    Origin.SYSTEM: _("系统提示"),
}

ROLE_LABELS: dict[str, Promise] = {
    "reporter": _("发起人"),
    "responsible": _("责任人"),
    "tracker": _("跟踪人"),
    "verifier": _("核验人"),
    "superior": _("上级"),
    "officer": _("党务干部"),
    "system": _("系统"),
}

LEVELS: dict[str, Promise] = {"remind": _("催办"), "supervise": _("督办"), "listed": _("挂牌督办")}


class Built(StrEnum):
    """Steps that every kind has; they leave the state as it is."""

    COMMENT = "comment"
    ASSIGN = "assign-people"
    PAUSE = "pause"
    RESUME = "resume"
    EXTEND = "extend"
    ERASE = "erase"
    SATISFIED = "satisfied"
    FAIRLY = "fairly-satisfied"
    DISSATISFIED = "dissatisfied"


RATINGS: dict[str, Promise] = {
    Built.SATISFIED: _("满意"),
    Built.FAIRLY: _("基本满意"),
    Built.DISSATISFIED: _("不满意"),
}
BUILT_LABELS: dict[str, Promise] = {
    Built.COMMENT: _("说明"),
    Built.ASSIGN: _("指定人员"),
    Built.PAUSE: _("暂停"),
    Built.RESUME: _("恢复"),
    Built.EXTEND: _("延期"),
    Built.ERASE: _("清除文字"),
    Built.SATISFIED: _("反映人评价：满意"),
    Built.FAIRLY: _("反映人评价：基本满意"),
    Built.DISSATISFIED: _("反映人评价：不满意"),
    **LEVELS,
}


@dataclass(frozen=True)
class Standing:
    """How a case stands against its deadline: working days left (negative = overdue), None when nothing runs."""

    due: date | None
    words: str
    left: int | None
    provisional: bool
    level: str = ""

    @property
    def overdue(self) -> bool:
        return self.left is not None and self.left < 0

    @property
    def level_label(self) -> str:
        return str(LEVELS[self.level]) if self.level else ""


@dataclass(frozen=True)
class CaseLine:
    """One row of a list. `waits` says for whom, in words; `ends` is "" while something is to be done."""

    uuid: UUID
    number: str
    kind: str
    kind_label: str
    title: str
    state_label: str
    ends: str
    place: str
    waits: str
    opened_on: date
    closed_on: date | None
    standing: Standing
    refused: int
    reopened: int
    paused: bool


@dataclass(frozen=True)
class StripStep:
    """One station of the strip on top of a case. `state` is past, current or ahead; `days` are working days there."""

    title: str
    state: str
    days: int | None = None


@dataclass(frozen=True)
class Happened:
    """One line of the timeline."""

    title: str
    when: datetime
    who: str
    note: str
    erased: bool = False
    state: str = ""
    acting_as: str = ""
    words: str = ""  # the note without what the system adds


@dataclass(frozen=True)
class CaseFileLine:
    uuid: UUID
    name: str
    size: int
    added_at: datetime
    step: str


@dataclass(frozen=True)
class Step:
    """Something that the viewer may do now. `reason` and `evidence` are none, optional or required."""

    id: str
    title: str
    reason: str
    evidence: str
    names: tuple[str, ...] = ()
    primary: bool = False
    danger: bool = False


@dataclass(frozen=True)
class CaseCard:
    """One case as its page shows it. `about` are pairs of words: what was declared, which entry is to be corrected."""

    line: CaseLine
    origin: str
    body: str
    about: tuple[tuple[str, str], ...]
    strip: tuple[StripStep, ...]
    people: tuple[tuple[str, str], ...]
    named: Mapping[str, UUID | None]
    working_days: int
    extended: int
    timeline: tuple[Happened, ...]
    files: tuple[CaseFileLine, ...]
    answer: str
    confidential: bool
    steps: tuple[Step, ...]
    may_assign: bool
    may_pause: bool
    may_resume: bool
    may_extend: bool
    may_comment: bool
    subject: UUID | None
    subject_user: UUID | None
    facts: tuple[UUID, ...] = ()
    rating: str = ""
    may_rate: bool = False


@dataclass(frozen=True)
class CaseFilter:
    """What narrows a list of cases; empty values narrow nothing. `show` is open, mine, overdue, closed or all.

    `place` is part of an organisation's name; what hangs below it is meant, too.
    """

    search: str = ""
    kind: str = ""
    state: str = ""
    place: str = ""
    show: str = "open"


@dataclass(frozen=True)
class BatchLine:
    """A declaration as the page of confirmations shows it; `note` are the words of the one who declared."""

    line: CaseLine
    who: str
    about: tuple[tuple[str, str], ...]
    note: str


@dataclass(frozen=True)
class PersonOption:
    """Somebody who may be named for a case."""

    uuid: UUID
    name: str
    note: str


@dataclass(frozen=True)
class Moved:
    """What an operation registered for a step gets to know. `case` is the key of the case, `about` what it is about."""

    case: UUID
    number: str
    kind: str
    step: str
    state: str
    node: UUID
    title: str
    about: Mapping[str, Any]
    subject: UUID | None
    reporter: UUID | None
    actor: Viewer
    now: datetime
    note: str = ""
    evidence: Sequence[NewEvidence] = ()


@dataclass(frozen=True)
class Told:
    """What an operation gives back to the case: keys to remember with it, such as the record that it wrote."""

    about: Mapping[str, Any] = field(default_factory=dict)


Operation = Callable[[Moved], Told | None]
_registered: dict[tuple[str, str], list[Operation]] = {}


def on_transition(kind: str, step: str) -> Callable[[Operation], Operation]:
    """Register an operation of a room above (or of this one) for a step of a kind, in `AppConfig.ready`.

    It runs in the transaction of the step. A DomainError that it raises refuses the step; nothing of it stays.
    """

    def register(operation: Operation) -> Operation:
        known = _registered.setdefault((kind, step), [])
        if operation not in known:
            known.append(operation)
        return operation

    return register


own_pages: dict[str, Callable[[UUID], str]] = {}  # kind → address of the page of a room above that shows its cases


def operations_on(kind: str, step: str) -> tuple[Operation, ...]:
    """What was registered for a step, in the order of registration."""
    return tuple(_registered.get((kind, step), ()))
