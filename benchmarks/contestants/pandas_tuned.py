"""pandas as somebody writes it who has measured: one selection per kind, one numpy choice per item."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from benchmarks.contestants.pandas_way import Prepared, prepare, round_half_away
from benchmarks.contestants.pandas_way import settle as settle_by
from benchmarks.rules import ITEMS, Item, Row

__all__ = ["prepare", "settle"]


def settle(prepared: Prepared, facts: Path, _out: Path) -> dict[str, pa.Table]:
    return settle_by(prepared, facts, _out, _price)


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
    return numbers // row.per * row.amount if row.whole_steps else round_half_away(numbers * row.amount, row.per)
