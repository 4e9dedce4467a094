"""Limits of items, categories and the total, and full marks, for many members at once.

Everything is whole numbers in arrays [node, month, member]; a rule is written once and holds for all nodes that have it
and for all members. Nothing here looks from one member to another.
"""

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np

from linghang.engine.periods import Span, span_start
from linghang.engine.points import UNIT
from linghang.engine.rules.plan import SPANS, Bounds, Plan
from linghang.engine.settle import loops
from linghang.engine.settle.backends.sql import OPEN
from linghang.engine.settle.fast import Fast, steps_for
from linghang.engine.settle.membership import Flags, Numbers, Scored


class Rules:
    """What a plan does to sums, made ready once for all parts."""

    def __init__(self, plan: Plan, rows: int = 0) -> None:
        """`rows`: about how many facts, or sums of them, there will be in all."""
        self.plan, self.rows = plan, rows
        self.further = plan.has_further
        self.full_marks = np.array([c.base for c in plan.categories], np.int64)  # [category, month]
        self.category_of = np.array([i.category if i.joint is None else -1 for i in plan.items], np.int64)
        self.joints = NodeLimits(plan, [j.bounds for j in plan.joints], rows)
        self.items = NodeLimits(plan, [i.bounds for i in plan.items], rows)
        self.categories = NodeLimits(plan, [c.bounds for c in plan.categories], rows)
        self.total = NodeLimits(plan, [plan.total], rows)


def by_month(values: Sequence[int]) -> Numbers:
    """One number for each month, to be combined with arrays [month, member]."""
    return np.array(values, np.int64)[:, None]


class Sides:
    """Floors and caps, with an axis for members; an open side lies beyond every sum. The floor has the last word."""

    def __init__(self, floor: Numbers, cap: Numbers) -> None:
        self.floor, self.cap = floor, cap
        self.has_floor, self.has_cap = bool((floor > -OPEN).any()), bool((cap < OPEN).any())
        self.keeps_nothing = bool((floor <= 0).all() and (cap >= 0).all())

    def of(self, node: int) -> "Sides":
        """Those of one node [month, 1]."""
        return self.by_node[node]

    def at(self, month: int) -> "Sides":
        """Those of one month [node, 1]."""
        return self.by_month[month]

    @cached_property
    def by_node(self) -> list["Sides"]:
        return [Sides(floor, cap) for floor, cap in zip(self.floor, self.cap, strict=True)]

    @cached_property
    def by_month(self) -> list["Sides"]:
        return [Sides(self.floor[:, n], self.cap[:, n]) for n in range(self.floor.shape[1])]

    def clamp(self, values: Numbers) -> None:
        """Bring the values within the limits, where they stand."""
        if self.has_cap:
            np.minimum(values, self.cap, out=values)
        if self.has_floor:
            np.maximum(values, self.floor, out=values)

    def within(self, values: Numbers) -> Numbers:
        """The values within the limits."""
        found = values.copy()
        self.clamp(found)
        return found


class NodeLimits:
    """Month, quarter and year limits of nodes, one after the other, each on what the one before let through."""

    def __init__(self, plan: Plan, bounds: Sequence[Bounds], rows: int = 0) -> None:
        self.plan, self.rows = plan, rows
        self.steps: list[tuple[Span, list[int], Sides]] = []
        self.carries = [b.carry for b in bounds]
        self.further = plan.has_further
        for span in SPANS:
            if nodes := [n for n, b in enumerate(bounds) if b.limited(span)]:
                self.steps.append((span, nodes, self._sides([bounds[n] for n in nodes], span)))

    def _sides(self, bounds: Sequence[Bounds], span: Span) -> Sides:
        pairs = [[b.at(n, span) for n in range(len(self.plan.months))] for b in bounds]
        floors = [by_month([-OPEN if floor is None else floor for floor, _ in row]) for row in pairs]
        caps = [by_month([OPEN if cap is None else cap for _, cap in row]) for row in pairs]
        return Sides(np.stack(floors), np.stack(caps))

    def counted(self, values: Numbers, holds: Flags, applies: Flags) -> Numbers:
        """What remains of the month values [node, month, member].

        Where a node does not hold (no fact, not scored) its value is 0 and nothing counts, not even a floor. Where the
        scheme applies [month, member], what a span before had too much may go over.
        """
        steps = steps_for(self.rows)
        if isinstance(steps, Fast) and not any(self.carries):
            return steps.limited(values, holds, self.in_one)
        counted = values.copy()
        for span, nodes, sides in self.steps:
            if any(carry and carry[0] is span for carry in self.carries):
                counted[nodes] = self._carried(span, nodes, counted[nodes], sides, applies)
            elif span is Span.MONTH:
                for n, node in enumerate(nodes):  # one by one: a node's months stay in the core's cache
                    sides.of(n).clamp(counted[node])
                    if self.further or not sides.of(n).keeps_nothing:
                        np.copyto(counted[node], 0, where=~holds[node])
            else:
                counted[nodes] = self._moved(span, counted[nodes], sides)
        return counted

    @cached_property
    def in_one(self) -> loops.Sides:
        """All limits in arrays, as `loops.limit` wants them."""
        shape = (len(SPANS), len(self.carries), len(self.plan.months))
        floor, cap, limited = np.full(shape, -OPEN), np.full(shape, OPEN), np.zeros(shape[:2], bool)
        erased = np.zeros(shape[1], bool)
        for span, nodes, sides in self.steps:
            place = SPANS.index(span)
            floor[place, nodes], cap[place, nodes], limited[place, nodes] = sides.floor[..., 0], sides.cap[..., 0], True
            if span is Span.MONTH:
                erased[nodes] = [self.further or not sides.of(n).keeps_nothing for n in range(len(nodes))]
        begins = np.array([[span_start(month, span) == month for month in self.plan.months] for span in SPANS])
        return floor, cap, limited, erased, begins

    def _carried(self, span: Span, nodes: list[int], values: Numbers, sides: Sides, applies: Flags) -> Numbers:
        """Like `_moved`, and what exceeds the cap of a span goes over by its share to the next one that is scored.

        Nodes of this span that carry nothing have a share of 0.
        """
        found = np.zeros_like(values)
        told = [self.carries[n] for n in nodes]
        share = by_month([carry[1] if carry and carry[0] is span else 0 for carry in told])
        sums, reached = np.zeros_like(values[:, 0]), np.zeros_like(values[:, 0])
        begun = np.full(values.shape[2], -1)
        for n, month in enumerate(self.plan.months):
            start = span_start(month, span).index
            opens = applies[n] & (begun != start)
            over = np.maximum(sums - reached, 0) * share  # never negative: rounds half up
            sums = np.where(opens, (2 * over + UNIT) // (2 * UNIT), sums)
            before = np.where(opens, sides.at(n).within(np.zeros_like(sums)), reached)
            begun = np.where(opens, start, begun)
            sums = sums + values[:, n]
            reached = np.where(applies[n], sides.at(n).within(sums), before)
            found[:, n] = reached - before
        return found

    def _moved(self, span: Span, values: Numbers, sides: Sides) -> Numbers:
        """What each month moves the span's running sum by, within the limits; written over the values."""
        so_far, reached = np.zeros_like(values[:, 0]), np.zeros_like(values[:, 0])
        for n, month in enumerate(self.plan.months):
            if span_start(month, span) == month:
                so_far[:] = 0
                reached = sides.at(n).within(so_far)
            so_far += values[:, n]
            before, reached = reached, sides.at(n).within(so_far)
            np.subtract(reached, before, out=values[:, n])
        return values


def moved(plan: Plan, span: Span, values: Numbers, rule: Callable[[int, Numbers], Numbers]) -> Numbers:
    """What each month moves the span's running sum by, after a rule (month number, sums → what of them counts).

    `values` are [node, month, member]; the rule sees one month.
    """
    found = np.empty_like(values)
    nothing = np.zeros_like(values[:, 0])
    so_far = reached = nothing
    for n, month in enumerate(plan.months):
        if span_start(month, span) == month:
            so_far, reached = nothing, rule(n, nothing)
        so_far, before = so_far + values[:, n], reached
        reached = rule(n, so_far)
        found[:, n] = reached - before
    return found


def full_marks(plan: Plan, base: Sequence[int], who: Scored, classes: Sequence[str] = ()) -> Numbers:
    """A category's full mark, for part of a month in proportion to its days (half away from zero; never negative).

    Given to members of the classes (of none: to everybody): by the days in them, or by the class of the last day.
    """
    marks = by_month(base)
    if plan.pro_rata:
        marks = (2 * marks * who.days_in(classes) + who.days) // (2 * who.days)
    elif classes:
        marks = np.where(who.ends_in(classes), marks, 0)
    return np.where(who.applies, marks, 0)
