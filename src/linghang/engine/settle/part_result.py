"""What consecutive members get: shortfalls of norms, limits, full marks and totals, and the same in columns."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linghang.engine.packs.mechanism_model import Counts as Where
from linghang.engine.packs.model import Completeness
from linghang.engine.periods import Span
from linghang.engine.rules.plan import PlanItem
from linghang.engine.settle import further
from linghang.engine.settle.fast import Fast, steps_for
from linghang.engine.settle.limits import Rules, by_month, full_marks
from linghang.engine.settle.loops import Counts, Whole
from linghang.engine.settle.membership import Flags, Numbers, Scored
from linghang.engine.settle.results import SCHEMAS, State
from linghang.engine.settle.sums import Sums

Columns = dict[str, Callable[[], pa.Array]]  # a column is made when it is asked for


class PartResult:
    """The results of consecutive members; `table` gives them in the columns of `results`."""

    def __init__(self, rules: Rules, who: Scored, sums: Sums) -> None:
        self.rules, self.plan, self.who = rules, rules.plan, who
        self.priced, self.facts = sums.points, sums.facts
        self.points_before: Numbers | None = None
        self.facts_before: Numbers | None = None
        if back := self.plan.counts_back:
            self._set_apart(back)
        self.present: Flags = self.facts > 0
        self.unknown: Flags = np.zeros_like(self.present)
        if rules.further:
            further.only_for_classes(self.plan, who, self.priced, self.facts)
            self.holds = further.conditions(self.plan, who, self.facts)
            further.only_where(self.plan, who, self.holds, self.priced, self.facts)
            self.present = self.facts > 0
            self.effects = further.holding(self.plan, self.facts)
        for item in self.plan.items:
            if item.is_norm:
                self._norm(item)
            elif item.item.average or item.share:
                self._mean(item)
            elif item.stands:
                self._stand(item)
            elif item.brings:
                self._bring(item.number)
        self.counted = self._items_counted()
        self._combine()

    def _set_apart(self, back: int) -> None:
        """Facts of earlier years are counted, and nothing else; those of items that do not ask for them are gone."""
        points, facts = self.priced[:, :back], self.facts[:, :back]
        self.priced, self.facts = self.priced[:, back:].copy(), self.facts[:, back:].copy()
        further.only_for_classes(self.plan, self.who, points, facts)
        last = [slice(back - i.counts_back, back) for i in self.plan.items]
        self.points_before = np.stack([points[n, of].sum(axis=0) for n, of in enumerate(last)])
        self.facts_before = np.stack([facts[n, of].sum(axis=0, dtype=np.int64) for n, of in enumerate(last)])

    def _earlier(self, item: PlanItem) -> Numbers | int:
        """What the years before count towards a norm of several years."""
        norm = item.item.norm
        if norm is None or norm.years == 1 or self.points_before is None or self.facts_before is None:
            return 0
        earlier: Numbers = (self.points_before if item.measured else self.facts_before)[item.number]
        return earlier

    def _norm(self, item: PlanItem) -> None:
        """A norm gives points for what is missing in a whole span: known once it is closed, unknown before."""
        norm, who, plan = item.item.norm, self.who, self.plan
        assert norm is not None
        sums = self.priced[item.number] if item.measured else self.facts[item.number].astype(np.int64)
        whole, closed = who.whole_in(item.item.classes), who.closed
        if norm.span is not Span.MONTH:
            sums = further.over_span(plan, sums, norm.span)
            whole = further.all_over_span(plan, whole, norm.span) & further.ends(plan, norm.span)
            closed = further.all_over_span(plan, closed, norm.span)
        found = sums + self._earlier(item)
        missing = np.maximum(item.wanted - found, 0)
        if item.at_most is not None:  # what is not there yet is what counts, as with what is missing
            missing = (found <= item.wanted).astype(np.int64)
        asked = whole
        if norm.years > 1 and who.earlier is not None:
            asked = asked & who.whole_before(item.item.classes)[-12 * (norm.years - 1) :].all(axis=0)
        if item.conditioned:
            asked = asked & self.holds[item.number]
        known = asked & ((missing > 0) & closed)
        if item.at_most is not None:
            points = np.where(known, by_month(item.met), 0)
            known = points != 0
        else:
            points = np.where(known, further.shortfall(item, len(plan.months), missing), 0)
        if item.met and item.at_most is None:
            points = np.where(asked & (missing == 0), by_month(item.met), points)
        self.unknown[item.number] = asked & (missing > 0) & ~closed
        self.present[item.number], self.priced[item.number] = known | (points != 0), points
        self.facts[item.number] = 0

    def _stand(self, item: PlanItem) -> None:
        """Who takes part has what `standings` found, once everybody concerned has closed the span."""
        who, plan = self.who, self.plan
        if any(plan.pack.kinds[k].complete is Completeness.BY_CLOSING for k in item.item.kinds):
            closed = who.all_closed if further.among_all(item) and who.all_closed is not None else who.closed
            closed = further.all_over_span(plan, closed, item.standing_span)
            self.unknown[item.number] = self.present[item.number] & ~closed
            self.present[item.number] &= closed
            self.priced[item.number] = np.where(closed, self.priced[item.number], 0)
        self.facts[item.number] = 0

    def _bring(self, number: int) -> None:
        """What last year gives, in the first month in which a member is scored; unknown while it is not final."""
        applies = self.who.applies
        first = applies & (np.cumsum(applies, axis=0) == 1)
        points, known = self.who.brought[number]
        self.priced[number] = np.where(first & known, points, 0)
        self.present[number], self.unknown[number] = self.priced[number] != 0, first & ~known

    def _mean(self, item: PlanItem) -> None:
        """The mean of a span's records, or what it is worth as a share, booked at the end of the span."""
        number, plan = item.number, self.plan
        sums, facts = self.priced[number], self.facts[number].astype(np.int64)
        span = item.mean_span
        if span is not Span.MONTH:
            last = further.ends(plan, span) & self.who.applies
            sums, facts = (np.where(last, further.over_span(plan, values, span), 0) for values in (sums, facts))
        if item.share:
            value, self.unknown[number] = further.shared(item.share, sums, facts, len(plan.months))
        else:
            assert item.item.average is not None
            value, self.unknown[number] = further.mean(item.item.average, sums, facts)
        self.present[number] = (facts > 0) & ~self.unknown[number]
        self.facts[number] = np.where(self.present[number], facts, 0)
        self.priced[number] = value

    def _items_counted(self) -> Numbers:
        """What the items give after steps of counts, limits and effects."""
        if not self.rules.further:
            return self.rules.items.counted(self.priced, self.present, self.who.applies)
        values = self.priced.copy()
        for item in self.plan.items:
            if item.stairs:
                values[item.number] = further.climbed(self.plan, item.stairs, values[item.number])
        within = self.rules.items.counted(values, self.present, self.who.applies)
        counted = further.undone(self.plan, self.effects, "item", within)
        self.present |= counted != 0
        return counted

    def _combine(self) -> None:
        """Full marks plus what the items give, then the limits of each category, then those of the total."""
        plan, applies = self.plan, self.who.applies
        self.base = self._full_marks()
        self.categories_priced = self.base.copy()
        steps_for(self.rules.rows).fold(self.counted, self.categories_priced, self.rules.category_of)
        self._joints()
        everywhere = np.broadcast_to(applies, self.base.shape)
        self.categories = self.rules.categories.counted(self.categories_priced, everywhere, applies)
        if self.rules.further:
            self.categories = further.undone(plan, self.effects, "category", self.categories)
        self._totals(applies)

    def _full_marks(self) -> Numbers:
        plan, who, steps = self.plan, self.who, steps_for(self.rules.rows)
        if isinstance(steps, Fast) and not any(c.classes for c in plan.categories):
            return steps.full_marks(self.rules.full_marks, who.scored, who.days, plan.pro_rata)
        return np.stack([full_marks(plan, c.base, who, c.classes) for c in plan.categories])

    def _joints(self) -> None:
        """Items that share limits enter their category together."""
        if not self.plan.joints:
            return
        sums = np.stack([self.counted[list(j.items)].sum(axis=0) for j in self.plan.joints])
        counted = self.rules.joints.counted(sums, np.broadcast_to(self.who.applies, sums.shape), self.who.applies)
        for joint in self.plan.joints:
            self.categories_priced[joint.category] += counted[joint.number]

    def _totals(self, applies: Flags) -> None:
        """The categories' sum within the limits of the total; some stand beside them, some apart."""
        beside = any(c.counts is not Where.INSIDE for c in self.plan.categories)
        inside = self._sum_of(Where.INSIDE) if beside else self.categories.sum(axis=0)
        self.total = self.rules.total.counted(inside[None], applies[None], applies)[0]
        if self.rules.further:
            self.total = further.undone(self.plan, self.effects, "total", self.total[None])[0]
        self.total_priced = inside
        if beside:
            outside = self._sum_of(Where.OUTSIDE)
            self.total_priced, self.total = inside + outside, self.total + outside

    def _sum_of(self, counts: Where) -> Numbers:
        found: Numbers = self.categories[[c.number for c in self.plan.categories if c.counts is counts]].sum(axis=0)
        return found

    # --- in columns ---

    def table(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """`items`, `categories`, `months`, `unknown` or `before`, or some columns of it.

        Names are dictionary-encoded; rows stand in no promised order.
        """
        tables = {"items": self._items, "categories": self._categories, "months": self._months}
        if name == "before":
            return self._before()
        made = (tables | {"unknown": self._unknown})[name]()
        return pa.table({column: made[column]() for column in columns or SCHEMAS[name].names})

    def _before(self) -> pa.Table:
        """Facts of earlier years (subject, item, facts), where goals of several years ask for them."""
        counts = self.facts_before if self.facts_before is not None else np.zeros((0, 0), np.int64)
        items, subjects = np.nonzero(counts)
        names = [self.plan.items[n].id for n in items.tolist()]
        subject = (subjects + self.who.low).astype(np.int32)
        return pa.table({"subject": subject, "item": pa.array(names, pa.string()), "facts": counts[items, subjects]})

    def _items(self) -> Columns:
        rows = _Rows(self, self.present)
        values: dict[str, npt.NDArray[Any]] = {"priced": self.priced, "counted": self.counted, "facts": self.facts}
        return rows.keys | {"item": self._item_names(rows)} | rows.columns(values)

    def _unknown(self) -> Columns:
        rows = _Rows(self, self.unknown)
        return rows.keys | {"item": self._item_names(rows)}

    def _item_names(self, rows: "_Rows") -> Callable[[], pa.Array]:
        return lambda: _named(rows.node, [i.id for i in self.plan.items])

    def _categories(self) -> Columns:
        rows = _Rows(self, np.broadcast_to(self.who.applies, self.base.shape))
        values = {"base": self.base, "priced": self.categories_priced, "counted": self.categories}
        ids = [c.id for c in self.plan.categories]
        return rows.keys | {"category": lambda: _named(rows.node, ids)} | rows.columns(values)

    def _is_complete(self) -> Flags:
        """Closed, and nothing unknown (a mean may lack records in a closed month, a norm an earlier closing)."""
        if not self.rules.further:
            return self.who.closed
        complete: Flags = self.who.closed & ~self.unknown.any(axis=0)
        return complete

    def _months(self) -> Columns:
        """A row for everybody in every month; who is exempt has no total."""
        exempt = ~self.who.applies
        rows = _Rows(self, np.ones_like(exempt)[None])
        states = np.where(exempt, 0, np.where(self._is_complete(), 1, 2)).astype(np.int32)
        words = partial(_named, states.reshape(-1), [State.EXEMPT, State.COMPLETE, State.PROVISIONAL])
        values = {"priced": self.total_priced, "counted": self.total}
        return rows.keys | {"state": words} | rows.columns(values, null=exempt)


class _Rows:
    """The places [node, month, member] where something holds, one row each."""

    def __init__(self, result: PartResult, where: Flags) -> None:
        self.shape, self.first = where.shape, result.plan.months[0].index
        self.steps = steps_for(result.rules.rows)
        self.places: Whole
        self.places, self.subjects, self.ends = self.steps.rows(where, result.who.low)

    @property
    def node(self) -> Counts:
        nodes, months, _ = self.shape
        return self.steps.spread(self.ends, np.repeat(np.arange(nodes, dtype=np.int32), months))

    @property
    def keys(self) -> Columns:
        nodes, months, _ = self.shape
        month = np.tile(np.arange(self.first, self.first + months, dtype=np.int32), nodes)
        return {
            "subject": lambda: pa.array(self.subjects),
            "month": lambda: pa.array(self.steps.spread(self.ends, month)),
        }

    def columns(self, values: Mapping[str, npt.NDArray[Any]], null: Flags | None = None) -> Columns:
        """What arrays of the same shape say at the places."""
        return {name: partial(self._at, array, null) for name, array in values.items()}

    def _at(self, values: npt.NDArray[Any], null: Flags | None) -> pa.Array:
        mask = None if null is None else null.reshape(-1)[self.places]
        return pa.array(self.steps.picked(values.reshape(-1), self.places), mask=mask)


def _named(codes: Counts, names: Sequence[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(codes, pa.array(names, pa.string()), safe=False)
