"""What is handed in to be recorded, and what is handed back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from linghang.apps.ledger.data.identity import new_uuid
from linghang.engine.points import UNIT
from linghang.engine.problems import Problem
from linghang.ui.web.errors import DomainError

SHOWN = 3  # sentences of a refusal; all of them are in `items`


@dataclass(frozen=True)
class StoredFile:
    """A file that `keep_file` has checked, written and synced. `name` is what it was called, cleaned."""

    uuid: UUID
    sha256: str
    name: str
    size: int
    media_type: str


@dataclass(frozen=True)
class NewEvidence:
    """Something that proves a record: kind `file` with a stored file, or `number`, `text`, `countersign` in words."""

    kind: str
    content: str = ""
    file: StoredFile | None = None


@dataclass(frozen=True)
class NewEvent:
    """One thing that happened to several subjects at once. `node`: the organisation's node uuid; None = the first
    fact's. `number` is what the unit calls it; `tags` are closed-domain labels, for example the lines that share it."""

    kind: str
    occurred_on: date
    node: UUID | None = None
    number: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    evidence: Sequence[NewEvidence] = ()
    uuid: UUID = field(default_factory=new_uuid)


@dataclass(frozen=True)
class NewFact:
    """One thing that one subject did or met with on one day.

    kind        id of a kind of the pack in force
    subject     uuid of the subject, which is that of the person, organisation or area it stands for
    node        uuid of the place where it happened; None = where the subject belongs
    quantity    ten-thousandths of the kind's unit; one occurrence is 10000
    sequence    which one of that day, where the same may happen several times (0, 1, …)
    event       the event that it stems from: a new one, the uuid of a recorded one, or none
    source      sheet!cell of an import
    """

    kind: str
    subject: UUID
    occurred_on: date
    node: UUID | None = None
    quantity: int = UNIT
    attributes: Mapping[str, str] = field(default_factory=dict)
    role: str = ""
    sequence: int = 0
    event: NewEvent | UUID | None = None
    evidence: Sequence[NewEvidence] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    uuid: UUID = field(default_factory=new_uuid)


@dataclass(frozen=True)
class Recorded:
    """Uuids of what was written, in the order given; `event` is that of the call."""

    facts: tuple[UUID, ...]
    event: UUID | None = None


@dataclass(frozen=True)
class ItemProblem:
    """What is wrong with one of the items handed in; `index` counts from 0, −1 is the whole."""

    index: int
    problem: Problem


class NotRecorded(DomainError):
    """Nothing was recorded; `items` are all problems at once."""

    def __init__(self, items: Sequence[ItemProblem], code: str = "") -> None:
        sentences = list(dict.fromkeys(item.problem.message for item in items))
        more = _("（共%(n)s处）") % {"n": len(items)} if len(sentences) > SHOWN else ""
        codes = {item.problem.code for item in items}
        super().__init__(
            code or (codes.pop() if len(codes) == 1 else "not_recorded"), "".join(sentences[:SHOWN]) + more
        )
        self.items = tuple(items)


@dataclass(frozen=True)
class Voided:
    """Undoing a batch: how many records were taken back, and what stays with the reason why."""

    reversed: int
    kept: tuple["Kept", ...]


@dataclass(frozen=True)
class Kept:
    """A record of an undone batch that something else refers to."""

    fact: UUID
    reason: str
