"""What the page of recording hands in: one occasion with many people, or one record of one subject."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from linghang.apps.ledger.data.identity import new_uuid
from linghang.apps.ledger.data.records import NewEvidence
from linghang.engine.points import UNIT


@dataclass(frozen=True)
class Attendee:
    """A person at an occasion with what is his own of the attributes."""

    person: UUID
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Gathering:
    """One occasion of an organisation on a day. `attributes` are those of all people, `host_attributes` those of the
    organisation's own record; `uuid` was made when the form was opened, so that sending it twice records once."""

    occasion: str
    organisation: UUID
    day: date
    people: Sequence[Attendee] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    host_attributes: Mapping[str, str] = field(default_factory=dict)
    quantity: int = UNIT
    number: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    evidence: Sequence[NewEvidence] = ()
    uuid: UUID = field(default_factory=new_uuid)


@dataclass(frozen=True)
class PersonLine:
    """One line of the list of people on the form; `guest` names the branch of somebody whose 组织关系 is elsewhere."""

    uuid: UUID
    name: str
    code: str
    note: str
    guest: str = ""
