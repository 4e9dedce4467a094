"""What a fact is worth and within which limits sums are kept: resolved to whole numbers, month by month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from linghang.engine.packs.mechanism_model import Beyond
from linghang.engine.packs.model import Amount, Constant, Judged, Limit, Pack, Rate, Row
from linghang.engine.periods import CALENDAR, Month, Span, span_start
from linghang.engine.points import POINT, UNIT, div_round

SPANS = tuple(Span)  # in the order in which limits hold, the shorter first
JUDGED_PER = UNIT // POINT  # an award is written in points: ten-thousandths become hundredths


@dataclass(frozen=True)
class Priced:
    """A resolved price: `constant`, and `rate` for every `per` of quantity, counted above or below a `pivot`.

    A judged award stays within `low`…`high`.
    """

    constant: int = 0
    rate: int = 0
    per: int = 1
    whole_steps: bool = False
    low: int | None = None
    high: int | None = None
    pivot: int = field(default=0, repr=False)
    below: bool = field(default=False, repr=False)

    def points(self, quantity: int) -> int:
        """Points in hundredths for a quantity in ten-thousandths (never negative)."""
        if not self.rate:
            return self.constant
        beyond = self.pivot - quantity if self.below else quantity - self.pivot
        if self.whole_steps:
            return self.constant + max(0, beyond) // self.per * self.rate
        return self.constant + div_round(max(0, beyond) * self.rate, self.per)

    def accepts(self, points: int) -> bool:
        """Whether a judged award lies within its range; other prices accept everything."""
        return (self.low is None or points >= self.low) and (self.high is None or points <= self.high)

    def times(self, factor: int) -> "Priced":
        """The price multiplied by a factor in hundredths; a rate stays exact, a constant is rounded to a hundredth."""
        return replace(
            self, constant=div_round(self.constant * factor, POINT), rate=self.rate * factor, per=self.per * POINT
        )


NOTHING = Priced()
LAPSE = -1  # stands for a row: none fits, and that ends a state


@dataclass(frozen=True)
class Match:
    """An item that a fact counts for: which row decided, at which price, or that it is excused."""

    item: int
    row: int
    price: Priced
    excuse: bool


@dataclass(frozen=True)
class TruthRow:
    """One line of the truth table: a kind, values in the order of `Plan.attributes`, a quantity bucket, an epoch."""

    epoch: int
    kind: str
    values: tuple[str | None, ...]
    bucket: int
    match: Match


@dataclass(frozen=True)
class Bounds:
    """Resolved limits of one node, month by month of the plan: (floor, cap) for each span of the calendar.

    `carry`: of which span what exceeds the cap goes over to the next one, and which share of it (ten-thousandths).
    `half`: those of half-years, () where there are none; it stands apart so that older plans are what they were.
    """

    by_month: tuple[tuple[tuple[int | None, int | None], ...], ...]
    carry: tuple[Span, int] | None = field(default=None, repr=False)
    half: tuple[tuple[int | None, int | None], ...] = field(default=(), repr=False)

    def at(self, month_number: int, span: Span) -> tuple[int | None, int | None]:
        if span is Span.HALF:
            return self.half[month_number] if self.half else (None, None)
        return self.by_month[month_number][CALENDAR.index(span)]

    def limited(self, span: Span) -> bool:
        """Whether this node has any limit over that span."""
        return any(self.at(number, span) != (None, None) for number in range(len(self.by_month)))


def resolve_amount(pack: Pack, amount: Amount, month: Month) -> int:
    """The points that an amount means in a month; raises LookupError when its parameter has no value yet."""
    if not amount.parameter:
        return amount.value
    held = pack.parameters[amount.parameter].on(month)
    if held is None:
        raise LookupError(f"参数 {amount.parameter} 在 {month.words} 还没有值")
    return held.value


class Resolver:
    """Turns authored amounts into numbers, month by month."""

    def __init__(self, pack: Pack, months: Sequence[Month]) -> None:
        self.pack = pack
        self.months = months

    def amount(self, amount: Amount | None, month: Month) -> int:
        return 0 if amount is None else resolve_amount(self.pack, amount, month)

    def optional(self, amount: Amount | None, month: Month) -> int | None:
        return None if amount is None else self.amount(amount, month)

    def bounds(self, limits: Mapping[Span, Limit]) -> Bounds:
        """Limits as of the first month of each span."""
        rows = tuple(tuple(self._sides(limits, span, month) for span in CALENDAR) for month in self.months)
        carry = next(((span, limits[span].carry) for span in SPANS if span in limits and limits[span].carry), None)
        halves = tuple(self._sides(limits, Span.HALF, month) for month in self.months) if Span.HALF in limits else ()
        return Bounds(rows, carry, halves)

    def _sides(self, limits: Mapping[Span, Limit], span: Span, month: Month) -> tuple[int | None, int | None]:
        limit, start = limits.get(span, Limit()), span_start(month, span)
        return self.optional(limit.floor, start), self.optional(limit.cap, start)

    def price(self, row: Row, month: Month) -> Priced:
        match row.price:
            case Constant(amount):
                return Priced(constant=self.amount(amount, month))
            case Rate(amount, per, whole_steps):
                return Priced(rate=self.amount(amount, month), per=per, whole_steps=whole_steps)
            case Judged(low, high):
                least, most = self.amount(low, month), self.amount(high, month)
                return Priced(rate=-1 if least < 0 else 1, per=JUDGED_PER, low=least, high=most)
            case Beyond(amount, pivot, per, below, whole_steps, base):
                rate, constant = self.amount(amount, month), self.amount(base, month)
                return Priced(constant, rate, per, whole_steps, pivot=pivot, below=below)
            case None:
                return NOTHING
