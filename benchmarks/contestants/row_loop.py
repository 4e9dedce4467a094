"""The plain way: one fact after the other in ordinary Python, sums in dictionaries. What a quick script would do."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.rules import (
    ATTRIBUTES,
    CATEGORIES,
    EXEMPT_CLASSES,
    GRADE,
    GRADE_NEEDS_MONTHS,
    ITEMS,
    TOTAL_LIMITS,
    Limits,
    Row,
)

Cell = tuple[int, int, str]  # subject, month, item


@dataclass(frozen=True)
class Prepared:
    """For each member: first and last scored day, None when exempt."""

    active: list[tuple[date, date] | None]
    year: int


def prepare(roster: Path, year: int) -> Prepared:
    table = pq.read_table(roster, columns=["class", "first", "last"])
    active = [
        None if row["class"] in EXEMPT_CLASSES else (row["first"], row["last"] or date.max) for row in table.to_pylist()
    ]
    return Prepared(active, year)


def settle(prepared: Prepared, facts: Path, _out: Path) -> dict[str, pa.Table]:
    sums = _price(prepared, facts)
    counted = _limit_items(sums)
    totals = _months(prepared, counted)
    return {
        "items": _table(("subject", "month", "item", "counted"), [(*cell, points) for cell, points in counted.items()]),
        "months": _table(("subject", "month", "total"), [(*key, total) for key, total in totals.items()]),
        "quarters": _table(("subject", "month", "total", "band"), _quarters(totals)),
    }


def _price(prepared: Prepared, facts: Path) -> dict[Cell, int]:
    by_kind = defaultdict(list)
    for item in ITEMS:
        by_kind[item.kind].append(item)
    sums: dict[Cell, int] = defaultdict(int)
    for subject, day, kind, quantity, *values in _read(facts):
        span = prepared.active[subject]
        if span is None or not span[0] <= day <= span[1]:
            continue
        fact = dict(zip(ATTRIBUTES, values, strict=True))
        for item in by_kind[kind]:
            for row in item.rows:
                if all(fact[attribute] in wanted for attribute, wanted in row.where.items()):
                    sums[subject, day.year * 12 + day.month - 1, item.id] += _points(row, quantity)
                    break
    return sums


def _read(facts: Path) -> Iterator[tuple[Any, ...]]:
    columns = ["subject", "occurred_on", "kind", "quantity", *ATTRIBUTES]
    for batch in pq.ParquetFile(facts).iter_batches(columns=columns):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _points(row: Row, quantity: int) -> int:
    if not row.per:
        return row.amount
    if row.whole_steps:
        return quantity // row.per * row.amount
    return _round(quantity * row.amount, row.per)


def _round(numerator: int, denominator: int) -> int:
    """Half away from zero."""
    size = (abs(numerator) * 2 + denominator) // (2 * denominator)
    return size if numerator >= 0 else -size


def _clamp(value: int, limits: Limits, span: str) -> int:
    floor, cap = limits.get(span, (None, None))
    if floor is not None and value < floor:
        return floor
    return cap if cap is not None and value > cap else value


def _chain(values: dict[int, int], limits: Limits) -> dict[int, int]:
    """Month values through the month, quarter and year limits; each span's contributions feed the next."""
    values = {month: _clamp(value, limits, "month") for month, value in values.items()}
    for span, length in (("quarter", 3), ("year", 12)):
        if span in limits:
            sums: dict[int, int] = defaultdict(int)
            for month in sorted(values):
                start, before = month // length, sums[month // length]
                sums[start] = before + values[month]
                values[month] = _clamp(sums[start], limits, span) - _clamp(before, limits, span)
    return values


def _limit_items(sums: dict[Cell, int]) -> dict[Cell, int]:
    limits = {item.id: item.limits for item in ITEMS}
    series: dict[tuple[int, str], dict[int, int]] = defaultdict(dict)
    for (subject, month, item), points in sums.items():
        series[subject, item][month] = points
    return {
        (subject, month, item): points
        for (subject, item), values in series.items()
        for month, points in _chain(values, limits[item]).items()
    }


def _months(prepared: Prepared, counted: dict[Cell, int]) -> dict[tuple[int, int], int]:
    category = {item.id: item.category for item in ITEMS}
    given: dict[tuple[int, int, str], int] = defaultdict(int)
    for (subject, month, item), points in counted.items():
        given[subject, month, category[item]] += points
    totals = {}
    for subject, span in enumerate(prepared.active):
        if span is None:
            continue
        days = _scored_days(span, prepared.year)
        sums: dict[int, int] = dict.fromkeys(days, 0)
        for c in CATEGORIES:
            values = {
                month: _round(c.base * scored, length) + given.get((subject, month, c.id), 0)
                for month, (scored, length) in days.items()
            }
            for month, value in _chain(values, c.limits).items():
                sums[month] += value
        totals.update({(subject, month): total for month, total in _chain(sums, TOTAL_LIMITS).items()})
    return totals


def _scored_days(span: tuple[date, date], year: int) -> dict[int, tuple[int, int]]:
    """Month → (days on which the scheme applied, days of the month), for months with at least one."""
    found = {}
    for number in range(12):
        first = date(year, number + 1, 1)
        last = date(year + number // 11, (number + 1) % 12 + 1, 1) - timedelta(days=1)
        scored = (min(last, span[1]) - max(first, span[0])).days + 1
        if scored > 0:
            found[year * 12 + number] = (scored, last.day)
    return found


def _quarters(totals: dict[tuple[int, int], int]) -> list[tuple[int, int, int, str | None]]:
    sums: dict[tuple[int, int], list[int]] = defaultdict(list)
    for (subject, month), total in totals.items():
        sums[subject, month // 3 * 3 + 2].append(total)
    return [(*key, sum(found), _band(sum(found), len(found))) for key, found in sums.items()]


def _band(total: int, months: int) -> str | None:
    if months < GRADE_NEEDS_MONTHS:
        return None
    return next(band for band, low in GRADE if low is None or total >= low)


def _table(names: tuple[str, ...], rows: list[tuple[Any, ...]]) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    return pa.table({name: list(column) for name, column in zip(names, columns, strict=True)})
