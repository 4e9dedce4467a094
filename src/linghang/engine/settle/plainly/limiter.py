"""Running sums for the reference: each amount leaves as what it moves the sum by, after every rule of its node.

So amounts use a cap up, climb steps and are undone in their order, and a month's total does not depend on that order.
"""

from collections.abc import Callable, Sequence
from functools import partial

from linghang.engine.periods import Month, Span, span_start
from linghang.engine.points import UNIT, clamp, div_round
from linghang.engine.rules.mechanisms import Stairs
from linghang.engine.rules.plan import SPANS, Bounds, Plan
from linghang.engine.settle.lines import Cut


class Happened:
    """Which effects hold: their item has counted so many facts since the span began."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.counts = [0] * len(plan.effects)

    def month(self, number: int, counted: Sequence[int]) -> None:
        """Take in how many facts each item has counted in a month."""
        month = self.plan.months[number]
        for n, effect in enumerate(self.plan.effects):
            if span_start(month, effect.span) == month:
                self.counts[n] = 0
            self.counts[n] += counted[effect.item]

    def holds(self, effect: int) -> bool:
        return self.counts[effect] >= self.plan.effects[effect].count


Zeroing = tuple[int, Happened]
Rule = Callable[[int, int], int]  # month number, sum of the span → what of it counts


class _Step:
    """One rule over one span."""

    def __init__(self, span: Span, reason: str, rule: Rule, months: Sequence[Month]) -> None:
        self.span, self.reason, self.rule, self.months = span, reason, rule, months
        self.start: Month | None = None
        self.sum = self.reached = 0

    def move(self, amount: int, number: int) -> int:
        start = span_start(self.months[number], self.span)
        if self.start != start:
            self.start, self.sum, self.reached = start, 0, self.rule(number, 0)
        self.sum += amount
        now = self.rule(number, self.sum)
        moved, self.reached = now - self.reached, now
        return moved

    def over(self, number: int, share: int) -> int:
        """What the last span had too much, by its share, when a new span begins; asked for once, before any move."""
        if self.start is None or self.start == span_start(self.months[number], self.span):
            return 0
        return div_round(max(0, self.sum - self.reached) * share, UNIT)


class Limiter:
    """The rules of one node, one after the other: steps of a count, month, quarter and year limits, zeroing."""

    def __init__(
        self, name: str, plan: Plan, bounds: Bounds, zeroing: Sequence[Zeroing] = (), stairs: Stairs | None = None
    ) -> None:
        months = plan.months
        self.steps = [_Step(stairs.span, "accumulate", stairs.value, months)] if stairs else []
        limited = [span for span in SPANS if bounds.limited(span)]
        by_span = {s: _Step(s, f"{name}.{s}", partial(_within, bounds, s), months) for s in limited}
        self.steps += by_span.values()
        self.carry = bounds.carry
        self.carrying = by_span.get(bounds.carry[0]) if bounds.carry else None
        self.steps += [
            _Step(plan.effects[n].span, "zeroed", partial(_unless, happened, n), months) for n, happened in zeroing
        ]

    def carried(self, month_number: int) -> int:
        """What goes over from the span before; to be asked for first in every month, and taken in at once."""
        return self.carrying.over(month_number, self.carry[1]) if self.carrying and self.carry else 0

    def take(self, amount: int, month_number: int) -> tuple[int, list[Cut]]:
        """What of the amount passes all rules, and what each of them cut (negative: a floor gave back)."""
        cuts = []
        for step in self.steps:
            counted = step.move(amount, month_number)
            if counted != amount:
                cuts.append(Cut(step.reason, amount - counted))
            amount = counted
        return amount, cuts


def _within(bounds: Bounds, span: Span, number: int, total: int) -> int:
    return clamp(total, *bounds.at(number, span))


def _unless(happened: Happened, effect: int, _number: int, total: int) -> int:
    return 0 if happened.holds(effect) else total
