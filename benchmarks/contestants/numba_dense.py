"""The yardstick: a dense kernel in Numba, about as fast as this work can go on this machine from Python.

Row groups are decoded by threads into plain columns, prices come from a table over all combinations, sums go into one
dense array [month, subject, item]. Laid out by month, the part in use stays in cache, since facts come in time order;
each thread owns a range of subjects, so no two write to one cell. It knows the bench scheme only: 30 items fit one
64-bit mask, a cell stays below 2³¹ hundredths, a fact matches at most two items.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numba
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numba import njit, prange

from benchmarks.contestants.dense_rules import MATCHES, NAMES, NO_TOTAL, RATE, STEPS, Prepared, months_of, quarters_of
from benchmarks.contestants.dense_rules import prepare as prepare
from benchmarks.rules import ITEMS

THREADS = numba.config.NUMBA_DEFAULT_NUM_THREADS

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
        "months": months_of(totals, p.month),
        "quarters": quarters_of(totals, p.month),
    }


def _items(sums: np.ndarray, touched: np.ndarray, rows: np.ndarray, january: int) -> pa.Table:
    ends = rows.cumsum()
    count = int(ends[-1])
    subject, month, item, counted = (np.empty(count, t) for t in (np.int32, np.int32, np.int8, np.int64))
    _emit(sums, touched, ends - rows, january, subject, month, item, counted)
    names = pa.DictionaryArray.from_arrays(pa.array(item), [i.id for i in ITEMS])
    return pa.table({"subject": subject, "month": month, "item": names, "counted": counted})
