"""Further mechanisms of schemes, typed: what counts by accumulation, on average, together, repeatedly, or is undone.

A scheme that writes none of them is read, hashed and compiled as if they did not exist.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from linghang.engine.periods import Span
from linghang.engine.points import UNIT
from linghang.engine.problems import Place

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import numpy.typing as npt

    from linghang.engine.packs.model import Amount, Limit, Title

Whole = TypeVar("Whole", int, "npt.NDArray[np.int64]")  # one number, or one for each member


@dataclass(frozen=True)
class Beyond:
    """So many points for each `per` of quantity below (`低于95每1% -0.10`) or above a pivot, added to a base."""

    amount: "Amount"
    pivot: int  # ten-thousandths of the kind's unit
    per: int
    below: bool
    whole_steps: bool = False
    base: "Amount | None" = None


@dataclass(frozen=True)
class Step:
    """From an accumulated count on, so many points in all."""

    at: int  # hundredths, as the item's table counts
    points: "Amount"
    place: Place = field(default_factory=Place, compare=False)


@dataclass(frozen=True)
class Accumulation:
    """The item's table counts instead of pricing; the count of a span is worth what its highest step says.

    Beyond the last step, every further full `every` gives `more`.
    """

    span: Span
    steps: tuple[Step, ...]
    every: int = 0  # hundredths; 0 = nothing beyond the last step
    more: "Amount | None" = None


@dataclass(frozen=True)
class Average:
    """The item's records of a span count as their mean, times `weight`; fewer than `least` are not enough to know.

    Where there are more than twice `drop`, so many of the highest and of the lowest are left out first.
    """

    least: int = 1
    weight: int = 10_000  # ten-thousandths: 30% = 3000
    span: Span = Span.MONTH
    drop: int = 0


@dataclass(frozen=True)
class Fall:
    """So many points for each `every` that a share lies below, or above, `at` (hundredths of a per cent)."""

    at: int
    every: int
    points: "Amount"
    whole: bool = False


@dataclass(frozen=True)
class Share:
    """The item's table counts; the mean count of a span's records, in per cent, is worth what its highest step says.

    `below` takes off (or gives) for what lies below a mark, `above` gives for what lies above one. Fewer records than
    `least` are not enough to know.
    """

    span: Span
    steps: tuple[Step, ...] = ()  # `at` in hundredths of a per cent
    below: Fall | None = None
    least: int = 1
    above: Fall | None = None


class Take(StrEnum):
    """What of last year goes over."""

    COUNTED = "counted"  # what counted in the year
    CUT = "cut"  # what limits cut of it


@dataclass(frozen=True)
class LastYear:
    """The item has no records: once a year it gives what last year's statement leaves (上年结转).

    Of the total or of a category what counted, or what limits cut: above a mark, by a share, at most so many points.
    """

    of: str = "total"
    take: Take = Take.COUNTED
    above: "Amount | None" = None
    share: int = 10_000  # ten-thousandths
    at_most: "Amount | None" = None


@dataclass(frozen=True)
class Again:
    """From which fact on points are multiplied by what."""

    since: int
    times: int  # hundredths: 2.00 = 200


@dataclass(frozen=True)
class Repeat:
    """From the n-th counted fact of a span on, points are multiplied (重复发生加倍), `later` on by something else.

    Facts are counted together whose attributes `by` are the same; all of them without any.
    """

    since: int
    times: int  # hundredths: 2.00 = 200
    span: Span
    by: tuple[str, ...] = ()
    later: tuple[Again, ...] = ()

    @property
    def steps(self) -> tuple[Again, ...]:
        """In order of facts."""
        return (Again(self.since, self.times), *self.later)


class Counts(StrEnum):
    """Where a category's points go."""

    INSIDE = "inside"  # into the total, within its limits
    OUTSIDE = "outside"  # into the total, beside its limits
    APART = "apart"  # shown, and not part of the total


@dataclass(frozen=True)
class Joint:
    """Items of one category that share limits."""

    id: str
    title: "Title"
    items: tuple[str, ...]
    limits: "Mapping[Span, Limit]"
    place: Place = field(default_factory=Place, compare=False)


@dataclass(frozen=True)
class Trigger:
    """An item has counted so many facts within the effect's span."""

    item: str
    count: int


@dataclass(frozen=True)
class Effect:
    """What an event does beyond its points, from its month to the end of the span.

    `zeroes` names an item, a category or `total`; `grade` is held at most, at least or exactly at `band`, or moved by
    so many bands (`lowers`, `raises`); `bars` are lists that the subject is not proposed for. Records only: people
    decide.
    """

    id: str
    title: "Title"
    clause: str
    when: Trigger
    span: Span
    zeroes: str = ""
    grade: str = ""
    at_most: str = ""
    at_least: str = ""
    exactly: str = ""
    bars: tuple[str, ...] = ()
    place: Place = field(default_factory=Place, compare=False)
    lowers: int = 0
    raises: int = 0

    @property
    def band(self) -> str:
        return self.at_most or self.at_least or self.exactly

    @property
    def moves(self) -> int:
        """By how many bands it moves the grade; down is positive, as bands are numbered from the highest."""
        return self.lowers - self.raises

    @property
    def turn(self) -> int:
        """When it has its say: a veto is looked at last, so it outweighs a direct grade and a raise."""
        return 3 if self.at_most else 2 if self.moves else 1 if self.exactly else 0


TOTAL = "total"
HUNDRED = 10_000  # a hundred points, in hundredths


class Fold(StrEnum):
    """How the months of a span become one number."""

    SUM = "sum"
    MEAN = "mean"  # over the scored months, rounded half away from zero
    QUARTER_MEAN = "quarter_mean"  # over the quarters with a scored month, rounded half away from zero


class Missing(StrEnum):
    """What a part of a grade is when nothing was recorded for it in the span."""

    ZERO = "zero"
    REWEIGHT = "reweight"  # the other parts carry its weight
    NOT_GRADED = "not_graded"


@dataclass(frozen=True)
class Part:
    """A weighted part of a grade's total: some categories (none = the month totals), folded over the span.

    Of a `full` mark other than a hundred the points are converted to a hundred first. What is `added` stands beside the
    weights: bonus and deduction, whole.
    """

    id: str
    title: "Title"
    categories: tuple[str, ...] = ()
    weight: int = 10_000  # ten-thousandths
    fold: Fold = Fold.SUM
    missing: Missing = Missing.ZERO
    place: Place = field(default_factory=Place, compare=False)
    full: int = HUNDRED
    added: bool = False

    @property
    def share(self) -> int:
        """Its share of the weights: nothing, when it stands beside them."""
        return 0 if self.added else self.weight


class Ties(StrEnum):
    """Who gets the last place of a quota when several have the same total."""

    ALL = "all"
    NONE = "none"


class Within(StrEnum):
    """Among whom a quota counts."""

    ORGANISATION = "organisation"
    ALL = "all"


class Reached(StrEnum):
    """Whether a band asks for its threshold and its places, or for one of them."""

    BOTH = "both"
    EITHER = "either"


@dataclass(frozen=True)
class Top:
    """The first so many, or so large a share (rounded down), of those graded; places of higher bands are counted in.

    `all_but`: everybody but the last so many, (number, False) or (ten-thousandths, True), whatever higher bands have.
    `same_class`: among those of one's own class only, within the organisation or all.
    """

    ties: Ties
    places: int | None = None
    share: int | None = None  # ten-thousandths
    within: Within = Within.ORGANISATION
    with_threshold: Reached = Reached.BOTH
    place: Place = field(default_factory=Place, compare=False)
    same_class: bool = False
    all_but: tuple[int, bool] | None = None

    def room(self, size: Whole, places: int, share: int) -> Whole:
        """Up to which place of so many; `places` and `share` are its own and those of higher bands together."""
        if self.all_but is None:
            return places + size * share // UNIT
        last, is_share = self.all_but
        return size - (size * last // UNIT if is_share else last)

    @property
    def circle(self) -> tuple[Within, bool]:
        """Among whom places are counted."""
        return self.within, self.same_class
