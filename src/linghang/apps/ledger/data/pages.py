"""What pages ask of the ledger and get from it, as plain records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

STANDING, REVERSED, REVERSAL, ANY = "standing", "reversed", "reversal", "any"

STATES: dict[str, Promise] = {
    STANDING: _("有效记录"),
    REVERSED: _("已撤销的"),
    REVERSAL: _("撤销本身"),
    ANY: _("全部"),
}

REASONS: dict[str, Promise] = {
    "mistake": _("录错了"),
    "duplicate": _("重复录入"),
    "withdrawn": _("本人或支部收回"),
    "import-undone": _("整批导入已撤销"),
}


@dataclass(frozen=True)
class FactFilter:
    """What a list of records is narrowed to. Days are closed; `late` is the least number of days between what happened
    and its recording; `search` is part of a name, a code or the number of an event; `sampled` are ids of a draw."""

    kind: str = ""
    place: UUID | None = None
    since: date | None = None
    until: date | None = None
    search: str = ""
    recorder: str = ""
    late: int | None = None
    state: str = STANDING
    subject: UUID | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FactLine:
    """One row of a list of records, in words. `late` counts days from the day it happened to its recording."""

    uuid: UUID
    kind: str
    title: str
    subject: UUID
    subject_label: str
    subject_code: str
    subject_type: str
    day: date
    words: str
    quantity: str
    place: str
    home: str
    recorder: str
    recorded_at: datetime
    recorded_on: date
    late: int
    state: str
    event: UUID | None = None
    number: str = ""
    source: str = ""

    @property
    def state_label(self) -> str:
        return str(STATES[self.state])


@dataclass(frozen=True)
class FactsPage:
    """A page of a list that is never counted to its end: `total` stops at `limit`, then `more` is true."""

    rows: tuple[FactLine, ...]
    total: int
    limit: int
    newer: str = ""  # for the address: what stands before the first row
    older: str = ""

    @property
    def more(self) -> bool:
        return self.total > self.limit


@dataclass(frozen=True)
class WordsLine:
    """Words beside a record; '' and `erased_at` when they were erased."""

    uuid: UUID
    field: str
    label: str
    text: str
    erased_at: datetime | None = None
    erased_why: str = ""


@dataclass(frozen=True)
class EvidenceLine:
    """One piece of evidence; `name` of a file, `content` of a number, words or who countersigned."""

    uuid: UUID
    kind: str
    kind_label: str
    content: str
    name: str
    size: int
    media_type: str
    is_file: bool
    erased_at: datetime | None = None
    erased_why: str = ""


@dataclass(frozen=True)
class ChainLine:
    """The entry of the chain that seals a record: which one of its place, when, and the first letters of its seal."""

    seq: int
    at: datetime
    mac: str
    place: str


@dataclass(frozen=True)
class LinkLine:
    """Something that rests on a record: what it is, and where it is read ('' when the viewer may not open it)."""

    title: str
    url: str = ""


@dataclass(frozen=True)
class EventLine:
    """One thing that happened to several, in words."""

    uuid: UUID
    kind: str
    title: str
    day: date
    place: str
    number: str
    recorder: str
    recorded_at: datetime
    tags: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class FactCard:
    """Everything about one record. `person` is under whom the read log keeps the reading: his account, if he has one.

    `event_readable`: the event lies inside the scope, too; that of a joint branch may not.
    """

    line: FactLine
    attributes: tuple[tuple[str, str], ...]
    confirmer: str
    person: UUID | None
    node: UUID
    words: tuple[WordsLine, ...]
    evidence: tuple[EvidenceLine, ...]
    event: EventLine | None
    event_readable: bool
    others: tuple[FactLine, ...]
    others_count: int
    chain: ChainLine | None
    reverses: FactLine | None
    reversal: FactLine | None
    reason: str
    import_uuid: UUID | None
    import_label: str
    rule: str

    @property
    def may_stand(self) -> bool:
        return self.line.state == STANDING


@dataclass(frozen=True)
class EventCard:
    """One event with all its records."""

    line: EventLine
    node: UUID
    words: tuple[WordsLine, ...]
    evidence: tuple[EvidenceLine, ...]
    facts: tuple[FactLine, ...]
    standing: int
    recorder: UUID | None
    presence: tuple[tuple[str, int], ...] = ()  # 到会情况 in words, how many


@dataclass(frozen=True)
class ProofFile:
    """A file of evidence on disk; `person` is the one whose record it proves."""

    path: Path
    name: str
    person: UUID | None
