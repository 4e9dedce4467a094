"""The pandas way: facts merged with the decision table, then group-bys, clips and running sums over whole columns.

The same steps as a set-based engine takes. `pandas_tuned` prices kind by kind instead, which is faster and longer.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
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
    KINDS,
    TOTAL_LIMITS,
    Limits,
)

NAMES = ["kind", *ATTRIBUTES]
SPANS = {"quarter": 3, "year": 12}


@dataclass(frozen=True)
class Prepared:
    """One row per subject: first and last scored day (never, when exempt)."""

    roster: pd.DataFrame
    year: int


def prepare(roster: Path, year: int) -> Prepared:
    frame = pd.read_parquet(roster, columns=["class", "first", "last"])
    first = pd.to_datetime(frame["first"])
    last = pd.to_datetime(frame["last"]).fillna(pd.Timestamp(2200, 12, 31))
    last = last.mask(frame["class"].isin(EXEMPT_CLASSES), pd.Timestamp(1900, 1, 1))
    return Prepared(pd.DataFrame({"first": first, "last": last}), year)


Pricing = Callable[[pd.DataFrame], pd.DataFrame]


def settle(prepared: Prepared, facts: Path, _out: Path, pricing: Pricing | None = None) -> dict[str, pa.Table]:
    items = _limit_items((pricing or price)(_read(prepared, facts)))
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


def price(facts: pd.DataFrame) -> pd.DataFrame:
    """Points by member, month and item; only facts for which some row of an item holds."""
    table = _decision_table().astype({name: facts[name].dtype for name in NAMES})
    hits = facts.merge(table, on=NAMES)
    quantity, amount, per = (hits[name].to_numpy() for name in ("quantity", "amount", "per"))
    rate = np.where(hits["whole_steps"], quantity // per * amount, round_half_away(quantity * amount, per))
    hits["priced"] = np.where(hits["constant"], amount, rate)
    return hits.groupby(["subject", "month", "item"], as_index=False)["priced"].sum()


def _decision_table() -> pd.DataFrame:
    """For each item, what each combination of attribute values of its kind is worth: the first row that holds."""
    rows = []
    for item in ITEMS:
        kind = next(k for k in KINDS if k.id == item.kind)
        domains = [values if a in kind.attributes else (None,) for a, values in ATTRIBUTES.items()]
        for values in product(*domains):
            named = dict(zip(ATTRIBUTES, values, strict=True))
            holding = (r for r in item.rows if all(named[a] in wanted for a, wanted in r.where.items()))
            if row := next(holding, None):
                rows.append((kind.id, *values, item.id, row.amount, max(row.per, 1), not row.per, row.whole_steps))
    return pd.DataFrame(rows, columns=[*NAMES, "item", "amount", "per", "constant", "whole_steps"])


def round_half_away(numerator: np.ndarray, denominator: int | np.ndarray) -> np.ndarray:
    """Whole numbers, rounded half away from zero."""
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
        base = round_half_away(category.base * frame["scored"].to_numpy(), frame["days"].to_numpy())
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
