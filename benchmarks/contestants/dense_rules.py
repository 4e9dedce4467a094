"""The bench scheme as plain arrays, for kernels that know nothing else: roster, limits, a price per combination.

Kinds and attribute values are numbers in the order of `NAMES`; a kernel gives totals [subject, month].
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import product
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.rules import (
    ATTRIBUTES,
    CATEGORIES,
    EXEMPT_CLASSES,
    GRADE,
    GRADE_NEEDS_MONTHS,
    ITEMS,
    KINDS,
    TOTAL_LIMITS,
    Item,
    Limits,
)

SPANS = ("month", "quarter", "year")
FAR = 2**40
DAYS_BEFORE = date(1970, 1, 1).toordinal()
MATCHES = 2
CONSTANT, RATE, STEPS = 0, 1, 2
NO_TOTAL = np.iinfo(np.int64).min
NAMES = {"kind": [k.id for k in KINDS], **{name: [*values, None] for name, values in ATTRIBUTES.items()}}


@dataclass(frozen=True)
class Prepared:
    """Roster and rules as arrays. Days count from 1970."""

    first: np.ndarray  # [subject] first scored day
    last: np.ndarray  # [subject] last scored day; before the first when exempt
    edges: np.ndarray  # [13] first day of each month of the year, and of the next year
    month: int  # index of January
    prices: tuple[np.ndarray, ...]
    item_limits: np.ndarray  # [item, span, floor | cap]
    category_limits: np.ndarray
    total_limits: np.ndarray
    category: np.ndarray  # [item]
    base: np.ndarray  # [category]


def prepare(roster: Path, year: int) -> Prepared:
    table = pq.read_table(roster, columns=["class", "first", "last"])
    first = table["first"].cast(pa.int32()).to_numpy()
    last = table["last"].cast(pa.int32()).fill_null(2**30).to_numpy().copy()
    last[np.isin(table["class"].to_numpy(), EXEMPT_CLASSES)] = -(2**30)
    edges = [date(year, m, 1).toordinal() - DAYS_BEFORE for m in range(1, 13)]
    ids = [c.id for c in CATEGORIES]
    return Prepared(
        first=first,
        last=last,
        edges=np.array([*edges, date(year + 1, 1, 1).toordinal() - DAYS_BEFORE], np.int32),
        month=year * 12,
        prices=prices(),
        item_limits=np.array([_bounds(i.limits) for i in ITEMS]),
        category_limits=np.array([_bounds(c.limits) for c in CATEGORIES]),
        total_limits=np.array(_bounds(TOTAL_LIMITS)),
        category=np.array([ids.index(i.category) for i in ITEMS]),
        base=np.array([c.base for c in CATEGORIES]),
    )


def _bounds(limits: Limits) -> list[tuple[int, int]]:
    pairs = [limits.get(span, (None, None)) for span in SPANS]
    return [(-FAR if floor is None else floor, FAR if cap is None else cap) for floor, cap in pairs]


def prices() -> tuple[np.ndarray, ...]:
    """For each combination of kind and attribute values, up to two matches: item, way, amount, per."""
    domains = [(*values, None) for values in ATTRIBUTES.values()]
    combinations = [dict(zip(ATTRIBUTES, found, strict=True)) for found in product(*domains)]
    found = np.full((len(KINDS) * len(combinations), MATCHES, 4), -1, np.int64)
    for place, (kind, values) in enumerate(product(KINDS, combinations)):
        matches = [match for number, item in enumerate(ITEMS) if (match := _match(number, item, kind.id, values))]
        for slot, match in enumerate(matches):
            found[place, slot] = match
    item, way, amount, per = (np.ascontiguousarray(found[:, :, n]) for n in range(4))
    return item.astype(np.int8), way.astype(np.int8), amount, np.maximum(per, 1)


def _match(number: int, item: Item, kind: str, values: Mapping[str, str | None]) -> tuple[int, int, int, int] | None:
    if item.kind != kind:
        return None
    for row in item.rows:
        if all(values[attribute] in wanted for attribute, wanted in row.where.items()):
            way = CONSTANT if not row.per else STEPS if row.whole_steps else RATE
            return number, way, row.amount, row.per
    return None


def months_of(totals: np.ndarray, january: int) -> pa.Table:
    subject, month = np.nonzero(totals != NO_TOTAL)
    found = totals[subject, month]
    return pa.table({"subject": subject.astype(np.int32), "month": (january + month).astype(np.int32), "total": found})


def quarters_of(totals: np.ndarray, january: int) -> pa.Table:
    by_quarter = totals.reshape(len(totals), 4, 3)
    scored = (by_quarter != NO_TOTAL).sum(axis=2)
    total = np.where(by_quarter == NO_TOTAL, 0, by_quarter).sum(axis=2)
    subject, quarter = np.nonzero(scored)
    found = total[subject, quarter]
    lows = np.array([low for _, low in GRADE if low is not None])
    band = (found[:, None] < lows).sum(axis=1).astype(np.int8)
    names = pa.array(band, mask=scored[subject, quarter] < GRADE_NEEDS_MONTHS)
    return pa.table(
        {
            "subject": subject.astype(np.int32),
            "month": (january + 3 * quarter + 2).astype(np.int32),
            "total": found,
            "band": pa.DictionaryArray.from_arrays(names, [b for b, _ in GRADE]),
        }
    )
