"""Accumulation, joint limits, effects and quotas with every name resolved and every amount a whole number."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from linghang.engine.packs.mechanism_model import TOTAL, Accumulation, Effect, Fall, Joint, LastYear, Share, Take
from linghang.engine.packs.model import Item, Scheme
from linghang.engine.periods import Span, span_start
from linghang.engine.points import UNIT, div_round
from linghang.engine.roster import Balance
from linghang.engine.rules.prices import Bounds, Resolver

PERCENT = 100  # hundredths of a count become hundredths of a per cent


@dataclass(frozen=True)
class Stairs:
    """What an accumulated count is worth, month by month of the plan: steps, and what every further `every` adds."""

    span: Span
    steps: tuple[tuple[tuple[int, int], ...], ...]  # [month] → (from, points in all), ascending
    every: int
    more: tuple[int, ...]

    def value(self, month_number: int, count: int) -> int:
        """The points of a count in hundredths."""
        worth = last = 0
        for last, points in self.steps[month_number]:
            if count < last:
                return worth
            worth = points
        return worth + (max(0, count - last) // self.every * self.more[month_number] if self.every else 0)


@dataclass(frozen=True)
class PlanJoint:
    """Items, by number, that share limits."""

    number: int
    id: str
    title: str
    items: tuple[int, ...]
    category: int
    bounds: Bounds


@dataclass(frozen=True)
class PlanEffect:
    """An effect with its trigger's item and the node that it zeroes: ("item" | "category" | "total", number)."""

    effect: Effect
    item: int
    node: tuple[str, int] | None

    @property
    def id(self) -> str:
        return self.effect.id

    @property
    def title(self) -> str:
        return self.effect.title["zh"]

    @property
    def span(self) -> Span:
        return self.effect.span

    @property
    def count(self) -> int:
        return self.effect.when.count

    @property
    def decided(self) -> tuple[object, ...]:
        """Everything but words."""
        of = self.effect
        held = (of.at_most, of.at_least, of.exactly, of.moves)
        return self.item, self.node, of.span, of.when, of.grade, *held, of.bars


@dataclass(frozen=True)
class PlanShare:
    """What a share is worth, month by month of the plan; all shares in hundredths of a per cent."""

    share: Share
    steps: tuple[tuple[tuple[int, int], ...], ...]  # [month] → (from, points), ascending
    fall: tuple[int, ...]  # [month] points for each `every` below the mark
    rise: tuple[int, ...] = ()  # [month] points for each `every` above the mark

    def points(self, month_number: int, value: int) -> int:
        """The points of a share."""
        worth = 0
        for at, points in self.steps[month_number]:
            worth = points if value >= at else worth
        for of, points_by_month, sign in self.slopes:
            far = max(0, (value - of.at) * sign)
            points = points_by_month[month_number]
            worth += far // of.every * points if of.whole else div_round(far * points, of.every)
        return worth

    @property
    def slopes(self) -> Iterator[tuple[Fall, tuple[int, ...], int]]:
        """What lies below a mark, and what above one: (mark, points by month, side)."""
        sides = ((self.share.below, self.fall, -1), (self.share.above, self.rise, 1))
        return ((of, points, sign) for of, points, sign in sides if of)


def plan_share(share: Share | None, resolve: Resolver) -> PlanShare | None:
    """Amounts as of the first month of each span."""
    if share is None:
        return None
    starts = [span_start(m, share.span) for m in resolve.months]
    steps = tuple(tuple((s.at, resolve.amount(s.points, m)) for s in share.steps) for m in starts)
    fall = tuple(resolve.amount(share.below.points, m) for m in starts) if share.below else ()
    rise = tuple(resolve.amount(share.above.points, m) for m in starts) if share.above else ()
    return PlanShare(share, steps, fall, rise)


@dataclass(frozen=True)
class PlanBrought:
    """What last year's statement gives this year."""

    told: LastYear
    above: int
    at_most: int | None

    def points(self, balance: Balance) -> int:
        """The points of a balance; never negative."""
        counted, cut = balance.of(self.told.of)
        basis = max(0, (cut if self.told.take is Take.CUT else counted) - self.above)
        points = div_round(basis * self.told.share, UNIT)
        return points if self.at_most is None else min(points, self.at_most)


def plan_brought(told: LastYear | None, resolve: Resolver) -> PlanBrought | None:
    """Amounts as of the plan's first month."""
    if told is None:
        return None
    first = resolve.months[0]
    return PlanBrought(told, resolve.amount(told.above, first), resolve.optional(told.at_most, first))


def plan_stairs(accumulation: Accumulation | None, resolve: Resolver) -> Stairs | None:
    """Amounts as of the first month of each span."""
    if accumulation is None:
        return None
    starts = [span_start(m, accumulation.span) for m in resolve.months]
    steps = tuple(tuple((s.at, resolve.amount(s.points, m)) for s in accumulation.steps) for m in starts)
    more = tuple(resolve.amount(accumulation.more, m) for m in starts)
    return Stairs(accumulation.span, steps, accumulation.every, more)


def plan_joints(
    joints: Sequence[Joint], items: Sequence[Item], places: Mapping[str, int], resolve: Resolver
) -> tuple[PlanJoint, ...]:
    """Joint limits; all items of one stand in one category."""
    numbers = {item.id: number for number, item in enumerate(items)}
    return tuple(
        PlanJoint(
            number=number,
            id=joint.id,
            title=joint.title["zh"],
            items=tuple(numbers[i] for i in joint.items),
            category=places[items[numbers[joint.items[0]]].category],
            bounds=resolve.bounds(joint.limits),
        )
        for number, joint in enumerate(joints)
    )


def plan_effects(scheme: Scheme) -> tuple[PlanEffect, ...]:
    """Effects with their names resolved; an item's id goes before a category's."""
    items = {item.id: ("item", number) for number, item in enumerate(scheme.items)}
    categories = {c.id: ("category", number) for number, c in enumerate(scheme.categories)}
    nodes = categories | items | {TOTAL: ("total", 0)}
    return tuple(PlanEffect(e, items[e.when.item][1], nodes.get(e.zeroes)) for e in scheme.effects)
