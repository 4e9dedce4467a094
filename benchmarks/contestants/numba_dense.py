"""The yardstick: a dense kernel in Numba, about as fast as this work can go on this machine from Python.

Row groups are decoded by threads into plain columns, prices come from a table over all combinations, sums go into one
dense array [month, subject, item]. Laid out by month, the part in use stays in cache, since facts come in time order;
each thread owns a range of subjects, so no two write to one cell. It knows the bench scheme only: 30 items fit one
64-bit mask, a cell stays below 2³¹ hundredths, a fact matches at most two items.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from itertools import product
from pathlib import Path

import numba
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numba import njit, prange

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

THREADS = numba.config.NUMBA_DEFAULT_NUM_THREADS
SPANS = ("month", "quarter", "year")
FAR = 2**40
DAYS_BEFORE = date(1970, 1, 1).toordinal()
MATCHES = 2
CONSTANT, RATE, STEPS = 0, 1, 2


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
        prices=_prices(),
        item_limits=np.array([_bounds(i.limits) for i in ITEMS]),
        category_limits=np.array([_bounds(c.limits) for c in CATEGORIES]),
        total_limits=np.array(_bounds(TOTAL_LIMITS)),
        category=np.array([ids.index(i.category) for i in ITEMS]),
        base=np.array([c.base for c in CATEGORIES]),
    )


def _bounds(limits: Limits) -> list[tuple[int, int]]:
    pairs = [limits.get(span, (None, None)) for span in SPANS]
    return [(-FAR if floor is None else floor, FAR if cap is None else cap) for floor, cap in pairs]


def _prices() -> tuple[np.ndarray, ...]:
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


# --- facts into columns ---


@dataclass(frozen=True)
class Columns:
    """The facts, decoded: `key` is the number of the combination of kind and attribute values."""

    subject: np.ndarray
    day: np.ndarray
    key: np.ndarray
    quantity: np.ndarray


def _read(path: Path) -> Columns:
    with pq.ParquetFile(path) as file:
        sizes = [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)]
    count = sum(sizes)
    found = Columns(*(np.empty(count, t) for t in (np.int32, np.int32, np.int16, np.int64)))
    starts = np.cumsum([0, *sizes])
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda part: _read_part(path, found, sizes, starts, part), range(THREADS)))
    return found


NAMES = {"kind": [k.id for k in KINDS], **{name: [*values, None] for name, values in ATTRIBUTES.items()}}


def _read_part(path: Path, into: Columns, sizes: list[int], starts: np.ndarray, part: int) -> None:
    """Decode every THREADS-th row group into its place."""
    columns = ["subject", "occurred_on", "quantity", *NAMES]
    with pq.ParquetFile(path, read_dictionary=[*NAMES], pre_buffer=False) as file:
        for number in range(part, len(sizes), THREADS):
            table = file.read_row_group(number, columns, use_threads=False).combine_chunks()
            place = slice(starts[number], starts[number] + sizes[number])
            into.subject[place] = table["subject"].to_numpy()
            into.day[place] = table["occurred_on"].cast(pa.int32()).to_numpy()
            into.quantity[place] = table["quantity"].to_numpy()
            key = into.key[place]
            key[:] = 0
            for name, values in NAMES.items():
                column = table[name].chunk(0)
                local = np.array([values.index(v) for v in column.dictionary.to_pylist()] + [len(values) - 1], np.int16)
                codes = column.indices.fill_null(len(local) - 1).to_numpy()
                _add_code(key, codes, local, np.int16(len(values)))


@njit(nogil=True, cache=True)
def _add_code(key, codes, local, size):
    for n in range(len(key)):
        key[n] = key[n] * size + local[codes[n]]


# --- the kernel ---


@njit(parallel=True, nogil=True, cache=True)
def _price(subject, day, key, quantity, first, last, edges, prices, sums, touched, parts):
    items, ways, amounts, pers = prices
    subjects = len(first)
    month_of = np.empty(edges[12] - edges[0], np.int8)
    for m in range(12):
        month_of[edges[m] - edges[0] : edges[m + 1] - edges[0]] = m
    for part in prange(parts):
        low, high = subjects * part // parts, subjects * (part + 1) // parts
        for n in range(len(subject)):
            s = subject[n]
            if s < low or s >= high:
                continue
            d = day[n]
            if d < first[s] or d > last[s]:
                continue
            k = key[n]
            m = month_of[d - edges[0]]
            for slot in range(MATCHES):
                item = items[k, slot]
                if item < 0:
                    break
                way, points = ways[k, slot], amounts[k, slot]
                if way == STEPS:
                    points = quantity[n] // pers[k, slot] * points
                elif way == RATE:
                    per = pers[k, slot]
                    twice = 2 * abs(quantity[n] * points) + per
                    rounded = twice // (2 * per)
                    points = rounded if points >= 0 else -rounded
                sums[m, s, item] += points
                touched[m, s] |= np.uint64(1) << np.uint64(item)


@njit(inline="always")
def _clamp(value, pair):
    return min(max(value, pair[0]), pair[1])


@njit(inline="always")
def _limit(value, limits, running, m):
    """One month's value through a node's limits; `running` holds the node's sums over quarter and year."""
    value = _clamp(value, limits[0])
    for span in range(1, 3):
        if m % (3 if span == 1 else 12) == 0:
            running[span] = 0
        before = running[span]
        running[span] += value
        value = _clamp(running[span], limits[span]) - _clamp(before, limits[span])
    return value


@njit(parallel=True, nogil=True, cache=True)
def _fold(sums, touched, first, last, edges, limits, category, base, totals):
    """Limits in place: `sums` become what counts; `totals` [subject, month] get the total, or stay untouched."""
    item_limits, category_limits, total_limits = limits
    months, subjects, items = sums.shape
    rows = np.zeros(subjects, np.int64)
    for s in prange(subjects):
        running_items = np.zeros((items, 3), np.int64)
        running_categories = np.zeros((len(base), 3), np.int64)
        running_total = np.zeros(3, np.int64)
        given = np.zeros(len(base), np.int64)
        for m in range(months):
            length = edges[m + 1] - edges[m]
            scored = min(last[s], edges[m + 1] - 1) - max(first[s], edges[m]) + 1
            if scored <= 0:
                continue
            for c in range(len(base)):
                given[c] = (2 * base[c] * scored + length) // (2 * length)
            mask = touched[m, s]
            for i in range(items):
                if mask >> np.uint64(i) & np.uint64(1):
                    counted = _limit(np.int64(sums[m, s, i]), item_limits[i], running_items[i], m)
                    sums[m, s, i] = counted
                    given[category[i]] += counted
                    rows[s] += 1
                else:  # nothing moves, but a new quarter or year starts
                    _limit(0, item_limits[i], running_items[i], m)
            total = 0
            for c in range(len(base)):
                total += _limit(given[c], category_limits[c], running_categories[c], m)
            totals[s, m] = _limit(total, total_limits, running_total, m)
    return rows


@njit(parallel=True, nogil=True, cache=True)
def _emit(sums, touched, starts, january, subject, month, item, counted):
    months, subjects, items = sums.shape
    for s in prange(subjects):
        place = starts[s]
        for m in range(months):
            mask = touched[m, s]
            for i in range(items):
                if mask >> np.uint64(i) & np.uint64(1):
                    subject[place], month[place], item[place], counted[place] = s, january + m, i, sums[m, s, i]
                    place += 1


NO_TOTAL = np.iinfo(np.int64).min


def settle(prepared: Prepared, facts: Path, _out: Path) -> dict[str, pa.Table]:
    p, columns = prepared, _read(facts)
    subjects = len(p.first)
    sums = np.zeros((12, subjects, len(ITEMS)), np.int32)
    touched = np.zeros((12, subjects), np.uint64)
    totals = np.full((subjects, 12), NO_TOTAL, np.int64)
    _price(
        columns.subject,
        columns.day,
        columns.key,
        columns.quantity,
        p.first,
        p.last,
        p.edges,
        p.prices,
        sums,
        touched,
        THREADS,
    )
    limits = (p.item_limits, p.category_limits, p.total_limits)
    rows = _fold(sums, touched, p.first, p.last, p.edges, limits, p.category, p.base, totals)
    return {
        "items": _items(sums, touched, rows, p.month),
        "months": _months(totals, p.month),
        "quarters": _quarters(totals, p.month),
    }


def _items(sums: np.ndarray, touched: np.ndarray, rows: np.ndarray, january: int) -> pa.Table:
    ends = rows.cumsum()
    count = int(ends[-1])
    subject, month, item, counted = (np.empty(count, t) for t in (np.int32, np.int32, np.int8, np.int64))
    _emit(sums, touched, ends - rows, january, subject, month, item, counted)
    names = pa.DictionaryArray.from_arrays(pa.array(item), [i.id for i in ITEMS])
    return pa.table({"subject": subject, "month": month, "item": names, "counted": counted})


def _months(totals: np.ndarray, january: int) -> pa.Table:
    subject, month = np.nonzero(totals != NO_TOTAL)
    found = totals[subject, month]
    return pa.table({"subject": subject.astype(np.int32), "month": (january + month).astype(np.int32), "total": found})


def _quarters(totals: np.ndarray, january: int) -> pa.Table:
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
