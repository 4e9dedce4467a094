"""The further mechanisms for many members at once: classes, norms and means, steps of a count, what effects undo.

Whole numbers in arrays [node, month, member]; a plan without these mechanisms never comes here.
"""

from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from linghang.engine.packs.mechanism_model import Average, Within
from linghang.engine.periods import Span, span_end, span_start
from linghang.engine.points import POINT, UNIT
from linghang.engine.rules.mechanisms import PERCENT, PlanShare, Stairs
from linghang.engine.rules.plan import Plan, PlanItem
from linghang.engine.settle.backends.sql import SAFE
from linghang.engine.settle.limits import moved
from linghang.engine.settle.membership import Flags, Numbers, Scored


def only_for_classes(plan: Plan, who: Scored, *arrays: npt.NDArray[Any]) -> None:
    """What members of other classes have under an item is nothing; whose class changes, brings none of it along."""
    for item in plan.items:
        if item.item.classes:
            others = ~who.concerned(item.item.classes)
            for array in arrays:
                array[item.number][:, others] = 0


def conditions(plan: Plan, who: Scored, facts: npt.NDArray[Any]) -> dict[int, Flags]:
    """Where items count that do not always do: the size of the group, and what else has counted [month, member]."""
    numbers = {i.id: i.number for i in plan.items}
    found: dict[int, Flags] = {}
    for item in (i for i in plan.items if i.conditioned):
        of, holds = item.item, who.applies
        if of.group_size and who.peers is not None:
            holds = holds & (who.peers >= of.group_size.at_least)
            holds = holds if of.group_size.below is None else holds & (who.peers < of.group_size.below)
        if of.given:
            holds = holds & (facts[numbers[of.given]] > 0)
        if of.unless:
            holds = holds & (facts[numbers[of.unless]] == 0)
        found[item.number] = holds
    return found


def only_where(plan: Plan, who: Scored, holds: dict[int, Flags], *arrays: npt.NDArray[Any]) -> None:
    """Nothing counts where an item's conditions do not hold, and nothing that is in force where it is for nobody."""
    for item in plan.items:
        if item.conditioned or item.item.valid:
            where = holds.get(item.number, who.applies)
            if item.item.valid and item.item.classes:
                where = where & (who.days_in(item.item.classes) > 0)
            for array in arrays:
                array[item.number][~where] = 0


def among_all(item: PlanItem) -> bool:
    """Whether a member is held against everybody, not only his own organisation."""
    told = item.places.ranking if item.places else item.comparison.versus if item.comparison else None
    return told is not None and told.within is Within.ALL


def over_span(plan: Plan, values: Numbers, span: Span) -> Numbers:
    """Running sums [month, member] from the first month of each span."""
    found = values.copy()
    for n, month in enumerate(plan.months):
        if span_start(month, span) != month:
            found[n] += found[n - 1]
    return found


def all_over_span(plan: Plan, flags: Flags, span: Span) -> Flags:
    """Whether something held in every month since the first of the span."""
    found: Flags = over_span(plan, (~flags).astype(np.int64), span) == 0
    return found


def ends(plan: Plan, span: Span) -> Flags:
    """Months [month, 1] with which a span ends."""
    return np.array([span_end(m, span) == m for m in plan.months])[:, None]


def divided(values: Numbers, factor: int, by: Numbers) -> Numbers:
    """values × factor ÷ by, rounded half away from zero; raises OverflowError where 64 bits might not do."""
    if int(np.abs(values).max(initial=0)) * factor * 2 + int(by.max(initial=0)) > SAFE:
        raise OverflowError("a product before the division might not fit into 64 bits")
    rounded: Numbers = np.sign(values) * ((2 * np.abs(values) * factor + by) // (2 * by))
    return rounded


def shared(share: PlanShare, counts: Numbers, facts: Numbers, months: int) -> tuple[Numbers, Flags]:
    """What the mean count [month, member] of so many records is worth, and where there are some but too few."""
    enough = facts >= share.share.least
    value = divided(counts, PERCENT, np.maximum(facts, 1))
    worth = np.zeros_like(value)
    for step in zip(*share.steps, strict=True):
        at, points = np.array(step, np.int64).T[:, :months, None]
        worth = np.where(value >= at, points, worth)
    for of, by_month, sign in share.slopes:
        far, points = np.maximum((value - of.at) * sign, 0), np.array(by_month[:months], np.int64)[:, None]
        full = far // of.every * points
        worth = worth + (full if of.whole else divided(far * points, 1, np.full_like(far, of.every)))
    return np.where(enough, worth, 0), (facts > 0) & ~enough


def mean(average: Average, points: Numbers, counts: Numbers) -> tuple[Numbers, Flags]:
    """The weighted mean of a month's records, and where there are some but too few of them."""
    enough = counts >= average.least
    value = np.where(enough, divided(points, average.weight, np.maximum(counts, 1) * UNIT), 0)
    return value, (counts > 0) & ~enough


def shortfall(item: PlanItem, months: int, missing: Numbers) -> Numbers:
    """What is missing of a norm in points, month by month."""
    short = np.array([item.short[n] for n in range(months)], np.int64)[:, None]
    points: Numbers = missing * short
    return divided(points, 1, np.full_like(points, POINT)) if item.measured else points


def climbed(plan: Plan, stairs: Stairs, counts: Numbers) -> Numbers:
    """What accumulated counts [month, member] are worth, as each month moves it."""

    def rule(n: int, sums: Numbers) -> Numbers:
        worth, last = np.zeros_like(sums), 0
        for last, points in stairs.steps[n]:
            worth = np.where(sums >= last, points, worth)
        if stairs.every:
            worth = worth + np.where(sums >= last, (sums - last) // stairs.every * stairs.more[n], 0)
        return worth

    found: Numbers = moved(plan, stairs.span, counts[None], rule)[0]
    return found


def holding(plan: Plan, facts: npt.NDArray[Any]) -> list[Flags]:
    """For each effect, in which months of whom it holds: [month, member]."""
    return [over_span(plan, facts[e.item].astype(np.int64), e.span) >= e.count for e in plan.effects]


def undone(plan: Plan, effects: list[Flags], what: str, values: Numbers) -> Numbers:
    """Values [node, month, member] of items, categories or the total with what effects take back."""
    for effect, holds in zip(plan.effects, effects, strict=True):
        if effect.node and effect.node[0] == what:
            node = values[effect.node[1]][None]
            values[effect.node[1]] = moved(plan, effect.span, node, partial(_unless, holds))[0]
    return values


def _unless(holds: Flags, number: int, sums: Numbers) -> Numbers:
    found: Numbers = np.where(holds[number], 0, sums)
    return found
