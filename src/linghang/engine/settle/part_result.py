"""What consecutive members get: shortfalls of norms, limits, full marks and totals, and the same in columns."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linghang.engine.settle.limits import Rules, by_month, full_marks
from linghang.engine.settle.membership import Flags, Scored
from linghang.engine.settle.results import SCHEMAS, State
from linghang.engine.settle.sums import Counts, Sums

Columns = dict[str, Callable[[], pa.Array]]  # a column is made when it is asked for


class PartResult:
    """The results of consecutive members; `table` gives them in the columns of `results`."""

    def __init__(self, rules: Rules, who: Scored, sums: Sums) -> None:
        self.rules, self.plan, self.who = rules, rules.plan, who
        self.priced, self.facts = sums.points, sums.facts
        self.present: Flags = self.facts > 0
        self.unknown: Flags = np.zeros_like(self.present)
        for item in self.plan.items:
            if item.is_norm:
                self._shortfall(item.number)
        self.counted = rules.items.counted(self.priced, self.present)
        self._combine()

    def _shortfall(self, number: int) -> None:
        """A norm gives points for what is missing in a whole month: known once it is closed, unknown before."""
        item, who = self.plan.items[number], self.who
        short = item.at_least - self.facts[number].astype(np.int64)
        missing = who.whole & (short > 0)
        self.present[number], self.unknown[number] = missing & who.closed, missing & ~who.closed
        self.priced[number] = np.where(self.present[number], by_month(item.short) * short, 0)
        self.facts[number] = 0

    def _combine(self) -> None:
        """Full marks plus what the items give, then the limits of each category, then those of the total."""
        plan, applies = self.plan, self.who.applies
        self.base = np.stack([full_marks(plan, c.base, self.who) for c in plan.categories])
        self.categories_priced = self.base.copy()
        for item in plan.items:
            self.categories_priced[item.category] += self.counted[item.number]
        everywhere = np.broadcast_to(applies, self.base.shape)
        self.categories = self.rules.categories.counted(self.categories_priced, everywhere)
        self.total_priced = self.categories.sum(axis=0)
        self.total = self.rules.total.counted(self.total_priced[None], applies[None])[0]

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
