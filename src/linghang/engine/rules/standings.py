"""Validity, places and comparisons with every amount a whole number, and how far back a plan has to look."""

from collections.abc import Sequence
from dataclasses import dataclass

from linghang.engine.packs.model import Item, ItemCount, Scheme
from linghang.engine.packs.standing_model import Against, Gap, Ranking, RankStep, Renew, Slope, Versus
from linghang.engine.periods import span_start
from linghang.engine.points import UNIT, div_round
from linghang.engine.rules.prices import Resolver

LONGEST_STATE = 120  # a state that is prolonged again and again is followed for ten years
PERCENTS = 10_000  # the whole in hundredths of a per cent

Steps = tuple[tuple[int, bool, int], ...]  # (up to, whether that is a share, points)


@dataclass(frozen=True)
class Places:
    """Points by place, month by month of the plan."""

    ranking: Ranking
    first: tuple[Steps, ...]
    last: tuple[Steps, ...]

    def points(self, month_number: int, place: int, from_end: int, size: int) -> int:
        """What a place is worth among so many; the first step that holds decides, from the top before the end."""
        for steps, at in ((self.first, place), (self.last, from_end)):
            for to, is_share, worth in steps[month_number]:
                if at * UNIT <= to * size if is_share else at <= to:
                    return worth
        return 0


@dataclass(frozen=True)
class Rise:
    """What a distance gives, month by month: `points` for every `every`."""

    every: int
    whole: bool
    points: tuple[int, ...]

    def worth(self, month_number: int, distance: int, basis: int | None) -> int:
        """Points for a positive distance in hundredths; with a basis the distance is a share of it, in per cent."""
        upper, lower = (distance, self.every) if basis is None else (distance * PERCENTS, self.every * basis)
        points = self.points[month_number]
        return upper // lower * points if self.whole else div_round(upper * points, lower)


@dataclass(frozen=True)
class Comparison:
    """A comparison with resolved points."""

    versus: Versus
    above: Rise | None
    below: Rise | None
    reached: tuple[int, ...]
    proportion: tuple[int, ...] = ()

    def points(self, month_number: int, value: int, basis: int) -> int:
        """What a value is worth against its basis; no per cent of nothing, and nothing in proportion to it."""
        distance, percent = value - basis, self.versus.by is Gap.PERCENT
        worth = self.reached[month_number] if self.reached and distance >= 0 else 0
        rise = self.above if distance > 0 else self.below
        if rise and distance and not (percent and basis <= 0):
            worth += rise.worth(month_number, abs(distance), basis if percent else None)
        if self.proportion and basis > 0:
            worth += div_round(value * self.proportion[month_number], basis)
        return worth + (value if self.versus.own else 0)


def plan_places(ranking: Ranking | None, resolve: Resolver) -> Places | None:
    """Amounts as of the first month of each span."""
    if ranking is None:
        return None
    starts = [span_start(m, ranking.span) for m in resolve.months]

    def steps(of: Sequence[RankStep]) -> tuple[Steps, ...]:
        return tuple(tuple((s.to, s.is_share, resolve.amount(s.points, m)) for s in of) for m in starts)

    return Places(ranking, steps(ranking.places), steps(ranking.last))


def plan_comparison(versus: Versus | None, resolve: Resolver) -> Comparison | None:
    """Amounts as of the first month of each span."""
    if versus is None:
        return None
    starts = [span_start(m, versus.span) for m in resolve.months]

    def rise(of: Slope | None) -> Rise | None:
        return Rise(of.every, of.whole, tuple(resolve.amount(of.points, m) for m in starts)) if of else None

    reached = tuple(resolve.amount(versus.reached, m) for m in starts) if versus.reached else ()
    proportion = tuple(resolve.amount(versus.proportion, m) for m in starts) if versus.proportion else ()
    return Comparison(versus, rise(versus.above), rise(versus.below), reached, proportion)


def months_back(item: Item, scheme: Scheme) -> int:
    """How many months before the plan's first one the item's facts still matter."""
    found = counted_back(item, scheme)
    if item.valid:
        found = max(found, LONGEST_STATE if item.valid.renew is Renew.EXTEND else item.valid.months - 1)
    if item.versus and item.versus.against is Against.LAST_YEAR:
        found = max(found, 12)
    return found


def counted_back(item: Item, scheme: Scheme) -> int:
    """For how many earlier months the item's facts themselves are counted: goals of several years."""
    years = [item.norm.years] if item.norm else []
    for selection in scheme.selections:
        years += [c.years for c in selection.all_conditions if isinstance(c, ItemCount) and c.item == item.id]
    return 12 * (max(years, default=1) - 1)
