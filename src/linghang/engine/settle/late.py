"""What came late: months that are final stay as they are; the difference is booked in the open month.

Adjustment = replay of the final month with everything known now − (frozen result + what was already booked for it). So
frozen + adjustments always equals the full recompute. It stands outside the open month's limits, and frozen grades do
not move. A pack says for how many months late facts still count (`late_months`); beyond, the difference is reported.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from linghang.engine.periods import Month, Span, span_start
from linghang.engine.rules.plan import Plan
from linghang.engine.settle.results import SCHEMAS, table


@dataclass(frozen=True)
class Frozen:
    """Final results of earlier months of the year: the tables of the last settlement, and its month."""

    tables: Mapping[str, pa.Table]
    period: Month


@dataclass(frozen=True)
class LateResult:
    """Tables with the frozen months in place, the adjustments booked now, and differences that came too late."""

    tables: dict[str, pa.Table]
    too_late: list[dict[str, Any]] = field(default_factory=list)


def book_late(plan: Plan, period: Month, fresh: Mapping[str, pa.Table], frozen: Frozen | None) -> LateResult:
    """Put the frozen months, up to the frozen period, in place of recomputed ones, and book what differs.

    Raises ValueError unless the frozen period lies before `period` in the same year.
    """
    if frozen is None:
        return LateResult({**fresh, "adjustments": table("adjustments", [])})
    final = frozen.period
    if not span_start(period, Span.YEAR) <= final < period:
        raise ValueError(f"上期结果到 {final.words} 为止，不是 {period.words} 之前、同一年的结果")
    tables: dict[str, pa.Table] = {}
    for name in ("items", "categories", "months", "unknown"):
        tables[name] = pa.concat_tables(
            [_months(frozen.tables[name], last=final.index), _months(fresh[name], first=final.index + 1)]
        )
    earlier = frozen.tables["adjustments"].cast(SCHEMAS["adjustments"])
    booked: list[dict[str, Any]] = []
    too_late: list[dict[str, Any]] = []
    for (subject, month), difference in sorted(_differences(fresh, frozen).items()):
        row = {"subject": subject, "month": month, "booked": period.index, "counted": difference}
        (booked if period.index - month <= plan.scheme.late_months else too_late).append(row)
    tables["adjustments"] = pa.concat_tables([earlier, table("adjustments", booked)])
    return LateResult(tables, too_late)


def _months(found: pa.Table, *, first: int | None = None, last: int | None = None) -> pa.Table:
    import pyarrow.compute as pc

    if first is not None:
        found = found.filter(pc.greater_equal(found["month"], first))
    if last is not None:
        found = found.filter(pc.less_equal(found["month"], last))
    return found


def _differences(fresh: Mapping[str, pa.Table], frozen: Frozen) -> dict[tuple[int, int], int]:
    """(subject, month) → replay − frozen − already booked, where not zero; an exempt month counts as nothing."""
    last = frozen.period.index
    sums = _totals(_months(fresh["months"], last=last), 1)
    for key, amount in _totals(_months(frozen.tables["months"], last=last), -1).items():
        sums[key] = sums.get(key, 0) + amount
    for row in frozen.tables["adjustments"].to_pylist():
        key = (row["subject"], row["month"])
        sums[key] = sums.get(key, 0) - row["counted"]
    return {key: amount for key, amount in sums.items() if amount}


def _totals(months: pa.Table, sign: int) -> dict[tuple[int, int], int]:
    columns = (months[c].to_pylist() for c in ("subject", "month", "counted"))
    return {(s, m): sign * (c or 0) for s, m, c in zip(*columns, strict=True)}
