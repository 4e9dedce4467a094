"""结果运用 as pages show it: what a grade is used for, lists that leave the house, what was used about a branch."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from linghang.engine.periods import Month


@dataclass(frozen=True)
class UseRuleLine:
    """One rule: from when a band of a grade has which effect at a place, by which document."""

    uuid: UUID
    place: str
    scheme: str
    grade: str
    band: str
    effect: str
    coefficient: Decimal | None
    document: str
    since: Month
    until: Month | None


@dataclass(frozen=True)
class UseRowLine:
    """One organisation on a list; `total` in hundredths."""

    organisation: UUID
    name: str
    total: int | None
    band: str
    effect: str
    coefficient: Decimal | None


@dataclass(frozen=True)
class UseListLine:
    """One list: a draft until a second person has confirmed it."""

    uuid: UUID
    place: str
    grade: str
    scheme: str
    month: Month
    made_by: str
    made_at: datetime
    confirmed_by: str
    confirmed_at: datetime | None
    document: str
    pack_label: str

    @property
    def draft(self) -> bool:
        return self.confirmed_at is None


@dataclass(frozen=True)
class UsedLine:
    """What was used about one organisation, for its own page."""

    list: UUID
    grade: str
    month: Month
    band: str
    effect: str
    coefficient: Decimal | None
    document: str
    confirmed_at: datetime


@dataclass(frozen=True)
class NewRule:
    """A rule to be added: `band` as scheme/grade/band of what holds at the place."""

    node: UUID
    scheme: str
    grade: str
    band: str
    effect: str
    coefficient: Decimal | None
    document: str
    since: Month
