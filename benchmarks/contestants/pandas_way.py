"""The idiomatic pandas way: categories, one selection per kind, one numpy choice per item, group-bys for the rest."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from benchmarks.rules import (
    ATTRIBUTES,
    CATEGORIES,
    EXEMPT_CLASSES,
    GRADE,
    GRADE_NEEDS_MONTHS,
    ITEMS,
    TOTAL_LIMITS,
    Item,
    Limits,
    Row,
)

NAMES = ["kind", *ATTRIBUTES]
SPANS = {"quarter": 3, "year": 12}


@dataclass(frozen=True)
class Prepared:
    """One row per subject: first and last scored day (never, when exempt)."""

    roster: pd.DataFrame
    year: int


def prepare(roster: Path, year: int) -> Prepared:
    frame = pd.read_parquet(roster, columns=["class", "active_first", "active_last"])
    first = pd.to_datetime(frame["active_first"])
    last = pd.to_datetime(frame["active_last"]).fillna(pd.Timestamp(2200, 12, 31))
    last = last.mask(frame["class"].isin(EXEMPT_CLASSES), pd.Timestamp(1900, 1, 1))
    return Prepared(pd.DataFrame({"first": first, "last": last}), year)


def settle(prepared: Prepared, facts: Path) -> dict[str, pa.Table]:
    items = _limit_items(_price(_read(prepared, facts)))
    months = _months(prepared, items)
    return {
        "items": _arrow(items[["subject", "month", "item", "counted"]]),
        "months": _arrow(months),
        "quarters": _arrow(_quarters(months)),
    }


def _arrow(frame: pd.DataFrame) -> pa.Table:
    return pa.Table.from_pandas(frame, preserve_index=False)


# --- pricing ---


def _read(prepared: Prepared, path: Path) -> pd.DataFrame:
    facts = pd.read_parquet(path, columns=["subject", "occurred_on", "quantity", *NAMES])
    facts = facts.astype(dict.fromkeys(NAMES, "category"))
    day = pd.to_datetime(facts.pop("occurred_on"))
    facts["month"] = (day.dt.year * 12 + day.dt.month - 1).astype("int32")
    first, last = (prepared.roster[name].to_numpy()[facts["subject"]] for name in ("first", "last"))
    return facts[(day >= first) & (day <= last)]


def _price(facts: pd.DataFrame) -> pd.DataFrame:
    by_kind = dict(iter(facts.groupby("kind", observed=True)))
    parts = [_price_item(item, by_kind[item.kind]) for item in ITEMS if item.kind in by_kind]
    return pd.concat(parts, ignore_index=True)


def _price_item(item: Item, facts: pd.DataFrame) -> pd.DataFrame:
    """Points by member and month; only facts for which some row holds."""
    conditions = [_holds(row, facts) for row in item.rows]
    points = np.select(conditions, [_points(row, facts["quantity"]) for row in item.rows])
    priced = facts[["subject", "month"]].assign(priced=points)[np.logical_or.reduce(conditions)]
    summed = priced.groupby(["subject", "month"], as_index=False)["priced"].sum()
    return summed.assign(item=item.id)


def _holds(row: Row, facts: pd.DataFrame) -> np.ndarray:
    found = np.ones(len(facts), dtype=bool)
    for attribute, values in row.where.items():
        found &= facts[attribute].isin(values).to_numpy()
    return found


def _points(row: Row, quantity: pd.Series) -> np.ndarray:
    numbers = quantity.to_numpy()
    if not row.per:
        return np.full(len(numbers), row.amount)
    return numbers // row.per * row.amount if row.whole_steps else _round(numbers * row.amount, row.per)


def _round(numerator: np.ndarray, denominator: int | np.ndarray) -> np.ndarray:
    """Half away from zero."""
    return np.sign(numerator) * ((2 * np.abs(numerator) + denominator) // (2 * denominator))


# --- limits ---


def _clip(values: pd.Series, limits: Limits, span: str) -> pd.Series:
    floor, cap = limits.get(span, (None, None))
    return values.clip(lower=floor, upper=cap)


def _chain(frame: pd.DataFrame, column: str, limits: Limits) -> pd.Series:
    """The column through month, quarter and year limits; the frame has one row per subject and month, in order."""
    values = _clip(frame[column], limits, "month")
    for span, length in SPANS.items():
        if span in limits:
            running = values.groupby([frame["subject"], frame["month"] // length]).cumsum()
            values = _clip(running, limits, span) - _clip(running - values, limits, span)
    return values


def _limit_items(priced: pd.DataFrame) -> pd.DataFrame:
    groups = dict(iter(priced.groupby("item")))
    return pd.concat(
        [part.assign(counted=_chain(part, "priced", item.limits), category=item.category)
         for item in ITEMS if (part := groups.get(item.id)) is not None],
        ignore_index=True,
    )  # fmt: skip


# --- months and quarters ---


def _months(prepared: Prepared, items: pd.DataFrame) -> pd.DataFrame:
    frame = pd.concat(_scored(prepared), ignore_index=True).sort_values(["subject", "month"], ignore_index=True)
    given = items.groupby(["subject", "month", "category"])["counted"].sum().unstack("category", fill_value=0)
    frame = frame.join(given, on=["subject", "month"])
    frame["total"] = 0
    for category in CATEGORIES:
        base = _round(category.base * frame["scored"].to_numpy(), frame["days"].to_numpy())
        frame["value"] = base + frame[category.id].fillna(0).astype("int64")
        frame["total"] += _chain(frame, "value", category.limits)
    frame["total"] = _chain(frame, "total", TOTAL_LIMITS)
    return frame[["subject", "month", "total"]]


def _scored(prepared: Prepared) -> Iterator[pd.DataFrame]:
    """Month by month, the subjects to whom the scheme applied, and on how many days."""
    for month in pd.period_range(f"{prepared.year}-01", periods=12, freq="M"):
        start, end = month.start_time, month.end_time.normalize()
        last, first = prepared.roster["last"].clip(upper=end), prepared.roster["first"].clip(lower=start)
        days = (last - first).dt.days + 1
        active = days[days > 0]
        index = month.year * 12 + month.month - 1
        yield pd.DataFrame({"subject": active.index, "month": index, "scored": active, "days": end.day})


def _quarters(months: pd.DataFrame) -> pd.DataFrame:
    quarter = (months["month"] // 3 * 3 + 2).rename("month")
    found = months.groupby(["subject", quarter])["total"].agg(["sum", "size"]).reset_index()
    steps = [found["sum"] >= low for _, low in GRADE if low is not None]
    bands = np.select(steps, [band for band, low in GRADE if low is not None], GRADE[-1][0])
    found["band"] = pd.Series(bands).where(found["size"] >= GRADE_NEEDS_MONTHS, None)
    return found.rename(columns={"sum": "total"})[["subject", "month", "total", "band"]]
