"""Mechanisms that look beyond the fact at hand, typed: how long a fact stays in force, places, means, last year.

A scheme that writes none of them is read, hashed and compiled as if they did not exist.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from linghang.engine.packs.mechanism_model import Ties, Within
from linghang.engine.periods import Span
from linghang.engine.problems import Place

if TYPE_CHECKING:
    from linghang.engine.packs.model import Amount


class Renew(StrEnum):
    """What a further fact of the item does to one that is still in force."""

    ADD = "add"  # both are in force, each for its own time
    RESTART = "restart"  # only the newest one is in force, from its month on; one that fits no row ends the state
    EXTEND = "extend"  # the newest one is in force, and its months are added to those that remain


@dataclass(frozen=True)
class Validity:
    """A fact counts for so many months, its own being the first: once in each month, quarter or year of them."""

    months: int
    each: Span = Span.MONTH
    renew: Renew = Renew.ADD


@dataclass(frozen=True)
class GroupSize:
    """The item counts only in months in which the member's organisation has so many scored members (`below` aside)."""

    at_least: int = 0
    below: int | None = None

    def holds(self, size: int) -> bool:
        return size >= self.at_least and (self.below is None or size < self.below)


class Absent(StrEnum):
    """What becomes of those who have no record in the span."""

    OUT = "out"  # they take no part
    ZERO = "zero"  # they take part with nothing
    MEAN = "mean"  # they stand where the mean of the others is


class Order(StrEnum):
    """Which side of the values is the first place."""

    HIGH = "high"
    LOW = "low"


@dataclass(frozen=True)
class RankStep:
    """Places up to `to`, or up to a share (ten-thousandths) of those who take part, get so many points."""

    to: int
    is_share: bool
    points: "Amount"
    place: Place = field(default_factory=Place, compare=False)


@dataclass(frozen=True)
class Ranking:
    """The item's table counts; once a span those who take part stand in order and get points by their place.

    `last` counts places from the end. A group with fewer than `least` is not put in order.
    """

    span: Span
    ties: Ties
    places: tuple[RankStep, ...] = ()
    last: tuple[RankStep, ...] = ()
    within: Within = Within.ORGANISATION
    order: Order = Order.HIGH
    missing: Absent = Absent.OUT
    least: int = 1


class Against(StrEnum):
    """What a value is held against."""

    MEAN = "group_mean"
    BEST = "group_best"  # the highest value of those who take part
    LAST_YEAR = "last_year"


class Gap(StrEnum):
    """How the distance is measured."""

    AMOUNT = "amount"
    PERCENT = "percent"


@dataclass(frozen=True)
class Slope:
    """So many points for each `every` (hundredths of a count, or of a per cent); `whole`: full steps only."""

    every: int
    points: "Amount"
    whole: bool = False


@dataclass(frozen=True)
class Versus:
    """The item's table counts; once a span the count is held against the group's mean or best, or the same last year.

    `reached` is given to who is not below; `proportion` is what equals it gets, and others in proportion; with `own`
    the count itself is points as well, and who is missing gets the mean (`missing: mean`).
    """

    span: Span
    against: Against
    above: Slope | None = None
    below: Slope | None = None
    reached: "Amount | None" = None
    by: Gap = Gap.AMOUNT
    within: Within = Within.ORGANISATION
    missing: Absent = Absent.OUT
    least: int = 1
    own: bool = False
    proportion: "Amount | None" = None
