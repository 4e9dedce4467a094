"""From sums to results: shortfalls of norms, limits of items, categories and the total, for many members at once.

Everything is whole numbers in arrays [node, month, member] or [month, member]; a rule is written once, for one node,
and holds for all members. Nothing here looks from one member to another.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linghang.engine.periods import Span, span_start
from linghang.engine.rules.plan import SPANS, Bounds, Plan
from linghang.engine.settle.membership import Flags, Numbers, Scored
from linghang.engine.settle.results import SCHEMAS, State
from linghang.engine.settle.sql import OPEN, SAFE

Counts = npt.NDArray[np.int32]
Columns = dict[str, Callable[[], pa.Array]]  # a column is made when it is asked for


@dataclass(frozen=True)
class Sums:
    """What the facts are worth [item, month, member] before any limit, and how many they are."""

    points: Numbers
    facts: Counts

    def between(self, low: int, high: int) -> "Sums":
        return Sums(self.points[:, :, low:high], self.facts[:, :, low:high])


def added_up(hits: Iterable[pa.RecordBatch], shape: tuple[int, int, int]) -> Sums:
    """Sums of hits (cell, points); a cell is a place in the array. Raises OverflowError when 64 bits might not do."""
    sums = Sums(np.zeros(shape, np.int64), np.zeros(shape, np.int32))
    points, facts = sums.points.reshape(-1), sums.facts.reshape(-1)
    most = rows = 0
    for batch in hits:
        cells, given = batch["cell"].to_numpy(), batch["points"].to_numpy()
        np.add.at(points, cells, given)
        np.add.at(facts, cells, np.int32(1))
        rows += len(given)
        most = max(most, int(given.max(initial=0)), -int(given.min(initial=0)))
    if most * rows > SAFE:
        raise OverflowError(f"sums of up to {most} hundredths, {rows} times, might not fit into 64 bits")
    return sums


class PartResult:
    """The results of consecutive members; `table` gives them in the columns of `results`."""

    def __init__(self, plan: Plan, who: Scored, sums: Sums) -> None:
        self.plan, self.who = plan, who
        self.priced, self.facts = sums.points.copy(), sums.facts.copy()
        self.present: Flags = self.facts > 0
        self.unknown: Flags = np.zeros_like(self.present)
        for item in plan.items:
            if item.is_norm:
                self._shortfall(item.number)
        self._limit_items()
        self._limit_categories()

    def _shortfall(self, number: int) -> None:
        """A norm gives points for what is missing in a whole month: known once it is closed, unknown before."""
        item, who = self.plan.items[number], self.who
        short = item.at_least - self.facts[number].astype(np.int64)
        missing = who.whole & (short > 0)
        self.present[number], self.unknown[number] = missing & who.closed, missing & ~who.closed
        self.priced[number] = np.where(self.present[number], by_month(item.short) * short, 0)
        self.facts[number] = 0

    def _limit_items(self) -> None:
        self.counted = np.empty_like(self.priced)
        for item in self.plan.items:
            n = item.number
            self.counted[n] = limited(self.plan, item.bounds, self.priced[n], self.present[n])

    def _limit_categories(self) -> None:
        """Full marks plus what the items give, then the limits of each category, then those of the total."""
        plan, applies = self.plan, self.who.applies
        self.base = np.stack([full_marks(plan, c.base, self.who) for c in plan.categories])
        self.categories_priced = self.base.copy()
        for item in plan.items:
            self.categories_priced[item.category] += self.counted[item.number]
        pairs = zip(plan.categories, self.categories_priced, strict=True)
        self.categories = np.stack([limited(plan, c.bounds, priced, applies) for c, priced in pairs])
        self.total_priced = self.categories.sum(axis=0)
        self.total = limited(plan, plan.total, self.total_priced, applies)

    # --- in columns ---

    def table(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """`items`, `categories`, `months` or `unknown`, or some columns of it.

        Names are dictionary-encoded; rows stand in no promised order.
        """
        tables = {"items": self._items, "categories": self._categories, "months": self._months}
        made = (tables | {"unknown": self._unknown})[name]()
        return pa.table({column: made[column]() for column in columns or SCHEMAS[name].names})

    def _items(self) -> Columns:
        rows = _Rows(self, self.present)
        values: dict[str, npt.NDArray[Any]] = {"priced": self.priced, "counted": self.counted, "facts": self.facts}
        return rows.keys | {"item": self._item_names(rows)} | rows.columns(values)

    def _unknown(self) -> Columns:
        rows = _Rows(self, self.unknown)
        return rows.keys | {"item": self._item_names(rows)}

    def _item_names(self, rows: "_Rows") -> Callable[[], pa.Array]:
        return partial(_named, rows.node, [i.id for i in self.plan.items])

    def _categories(self) -> Columns:
        rows = _Rows(self, np.broadcast_to(self.who.applies, self.base.shape))
        values = {"base": self.base, "priced": self.categories_priced, "counted": self.categories}
        names = partial(_named, rows.node, [c.id for c in self.plan.categories])
        return rows.keys | {"category": names} | rows.columns(values)

    def _months(self) -> Columns:
        """A row for everybody in every month; who is exempt has no total."""
        exempt = ~self.who.applies
        rows = _Rows(self, np.ones_like(exempt)[None])
        states = np.where(exempt, 0, np.where(self.who.closed, 1, 2)).astype(np.int32)
        words = partial(_named, states.reshape(-1), [State.EXEMPT, State.COMPLETE, State.PROVISIONAL])
        values = {"priced": self.total_priced, "counted": self.total}
        return rows.keys | {"state": words} | rows.columns(values, null=exempt)


class _Rows:
    """The places [node, month, member] where something holds, one row each."""

    def __init__(self, result: PartResult, where: Flags) -> None:
        nodes, months, self.members = where.shape
        self.low, self.first = result.who.low, result.plan.months[0].index
        self.places = np.flatnonzero(where)
        counts = np.count_nonzero(where, axis=2)
        self.node = np.repeat(np.arange(nodes, dtype=np.int32), counts.sum(axis=1))
        self.number = np.repeat(np.tile(np.arange(months, dtype=np.int32), nodes), counts.reshape(-1))

    @property
    def keys(self) -> Columns:
        return {
            "subject": lambda: pa.array((self.places % self.members + self.low).astype(np.int32)),
            "month": lambda: pa.array(self.number + np.int32(self.first)),
        }

    def columns(self, values: Mapping[str, npt.NDArray[Any]], null: Flags | None = None) -> Columns:
        """What arrays of the same shape say at the places."""
        return {name: partial(self._at, array, null) for name, array in values.items()}

    def _at(self, values: npt.NDArray[Any], null: Flags | None) -> pa.Array:
        mask = None if null is None else null.reshape(-1)[self.places]
        return pa.array(values.reshape(-1)[self.places].astype(np.int64, copy=False), mask=mask)


def _named(codes: Counts, names: Sequence[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(codes, pa.array(names, pa.string()))


# --- rules -----------------------------------------------------------------------------------------------------------


def full_marks(plan: Plan, base: Sequence[int], who: Scored) -> Numbers:
    """A category's full mark, for part of a month in proportion to its days (half away from zero; never negative)."""
    marks = by_month(base)
    if plan.pro_rata:
        marks = (2 * marks * who.scored + who.days) // (2 * who.days)
    return np.where(who.applies, marks, 0)


def limited(plan: Plan, bounds: Bounds, values: Numbers, holds: Flags) -> Numbers:
    """One node's month values [month, member] within its month limits, then its quarter's, then its year's.

    Where the node does not hold (no fact, not scored) its value is 0 and nothing counts, not even a floor.
    """
    for span in SPANS:
        if bounds.limited(span):
            floor, cap = _sides(plan, bounds, span)
            if span is Span.MONTH:
                values = np.where(holds, _clamp(values, floor, cap), 0)
            else:
                values = _over(plan, span, values, floor, cap)
    return values


def _over(plan: Plan, span: Span, values: Numbers, floor: Numbers, cap: Numbers) -> Numbers:
    """Running sums from the span's first month, within the limits: a month counts what it moves the sum by."""
    counted = np.empty_like(values)
    nothing = np.zeros_like(values[0])
    so_far = reached = nothing
    for n, month in enumerate(plan.months):
        if span_start(month, span) == month:
            so_far, reached = nothing, _clamp(nothing, floor[n], cap[n])
        so_far, before = so_far + values[n], reached
        reached = _clamp(so_far, floor[n], cap[n])
        counted[n] = reached - before
    return counted


def _clamp(values: Numbers, floor: Numbers, cap: Numbers) -> Numbers:
    clamped: Numbers = np.maximum(floor, np.minimum(cap, values))
    return clamped


def _sides(plan: Plan, bounds: Bounds, span: Span) -> tuple[Numbers, Numbers]:
    """Floor and cap [month, 1] of the span; an open side lies beyond every sum."""
    pairs = [bounds.at(n, span) for n in range(len(plan.months))]
    floors = by_month([-OPEN if floor is None else floor for floor, _ in pairs])
    return floors, by_month([OPEN if cap is None else cap for _, cap in pairs])


def by_month(values: Sequence[int]) -> Numbers:
    """One number for each month, to be combined with arrays [month, member]."""
    return np.array(values, np.int64)[:, None]
