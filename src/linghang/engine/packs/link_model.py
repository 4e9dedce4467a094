"""Kinds of dated links (结对、联系点、责任区……): what they join, how often something is due, who is to be covered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from linghang.engine.packs.loop_model import Need
from linghang.engine.packs.model import Title
from linghang.engine.periods import Span
from linghang.engine.problems import Place


class Colour(StrEnum):
    """What a gap looks like; never of a person, always of a link, a slot, an organisation or an area."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


# what a link may join: people, types of organisations, areas. Rooms above say which of their types each word means.
PEOPLE = ("member", "person")  # a party member; anybody
AREAS = ("zone", "post", "task", "feature")
ORGANISATIONS = (
    *("branch", "party-group", "committee", "unit", "department", "workshop", "team"),
    *("project", "field-site", "study-group"),
)
ENDS = (*PEOPLE, *ORGANISATIONS, *AREAS)


class Where(StrEnum):
    """Where a record must have happened to count for a link: at its right end, or anywhere."""

    RIGHT = "right"
    ANYWHERE = "anywhere"


class Through(StrEnum):
    """What covers: a link, or people who belong there."""

    LINKS = "links"
    MEMBERSHIP = "membership"


@dataclass(frozen=True)
class Quota:
    """At least so many days with a record of the kind `counts` (subject: the left end), per calendar span or within
    the last so many months. Two records on one day count once; with `distinct: event` each event counts."""

    at_least: int
    counts: str
    per: Span | None = None
    within_months: int | None = None
    where: Where = Where.RIGHT
    distinct: str = "day"
    place: Place = field(default_factory=Place, compare=False)


@dataclass(frozen=True)
class Alert:
    """Fewer than `at_least` after the day `by` (MM-DD) has passed shows this colour; without a day, at any time."""

    at_least: int
    colour: Colour
    by: str = ""
    place: Place = field(default_factory=Place, compare=False)


@dataclass(frozen=True)
class Slot:
    """One of the places that a branch is to fill with a link of the kind, in this order."""

    order: int
    title: Title
    place: Place = field(default_factory=Place, compare=False)


@dataclass(frozen=True)
class LinkKind:
    """One kind of link. `most_per_left` bounds how many a left end has on one day; `note` is what the link says."""

    id: str
    title: Title
    left: tuple[str, ...]
    right: tuple[str, ...]
    source: str
    confidence: str
    left_title: Title = field(default_factory=dict)
    right_title: Title = field(default_factory=dict)
    quota: Quota | None = None
    alerts: tuple[Alert, ...] = ()
    slot: Slot | None = None
    most_per_left: int | None = None
    most_per_right: int | None = None
    note: Need = Need.OPTIONAL
    place: Place = field(default_factory=Place, compare=False)


@dataclass(frozen=True)
class Coverage:
    """Everybody (or everything) of a sort is to have at least one of the links `by`; the rest are gaps, by name.

    `posts` narrows people to those who hold one of these posts. `suggestions` are what can be done about a gap.
    Coverages of one `group` are shown side by side.
    """

    id: str
    title: Title
    of: str
    source: str
    confidence: str
    by: tuple[str, ...] = ()
    through: Through = Through.LINKS
    posts: tuple[str, ...] = ()
    group: str = ""
    suggestions: tuple[Title, ...] = ()
    place: Place = field(default_factory=Place, compare=False)


def sides(kind: LinkKind, end: str) -> tuple[bool, bool]:
    """Whether the word may stand at the left, and at the right, of a link of this kind."""
    return end in kind.left, end in kind.right


def slots(kinds: Mapping[str, LinkKind]) -> tuple[LinkKind, ...]:
    """The kinds that fill a branch's slots, in order."""
    filling = [kind for kind in kinds.values() if kind.slot is not None]
    return tuple(sorted(filling, key=lambda kind: kind.slot.order if kind.slot else 0))
