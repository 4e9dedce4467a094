"""Rows of a year's roster as settlements read them."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True)
class YearSpan:
    """What held for a member from one day to another; `branch` is the key of the organisation."""

    person: UUID
    person_key: int
    name: str
    branch: int
    standing: str
    person_class: str
    since: date
    until: date | None


@dataclass(frozen=True)
class PlaceRow:
    """An organisation with the keys that foreign keys of upper rooms need.

    `categories`: from which day on it is classed how, in the words that packs use; "" where it is classed no more.
    """

    key: int
    uuid: UUID
    name: str
    kind: str
    node_key: int
    node: UUID
    path: str
    since: date
    until: date | None
    category: str = ""
    categories: tuple[tuple[date, str], ...] = ()


@dataclass(frozen=True)
class LinkSpan:
    """A dated link: `left` answers for `right`."""

    kind: str
    left: UUID
    right: UUID
    since: date
    until: date | None
