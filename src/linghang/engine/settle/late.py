"""What came late: months that are final stay as they are; the difference is booked in the open month.

Adjustment = replay of the final month with everything known now − (frozen result + what was already booked for it). So
frozen + adjustments always equals the full recompute. It stands outside the open month's limits, and frozen grades do
not move. A pack says for how many months late facts still count (`late_months`); beyond, the difference is reported.
At the end of the year, when December is final, too, what came late since then is booked in December (年终关账).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from linghang.engine.periods import Month, Span, span_start
from linghang.engine.roster import Member
from linghang.engine.rules.plan import Plan
from linghang.engine.settle.results import SCHEMAS, table

_PLACES = 2**20  # more than there are months: subject and month as one number


@dataclass(frozen=True)
class Frozen:
    """Final results of the year's months.

    Without `period`, a month of a subject is final when it has a row in the table `months` (a row without a total for
    who was counted nowhere): subjects may stand at different months, and what came late is booked in the month after
    a subject's last final one. With `period`, everybody's months up to it are, and it is booked in the settled month.
    """

    tables: Mapping[str, pa.Table]
    period: Month | None = None

    def final(self, found: pa.Table) -> pa.Table:
        """The rows of a table with subject and month that speak of final months."""
        return found.filter(self._is_final(found))

    def open(self, found: pa.Table) -> pa.Table:
        """The other rows."""
        return found.filter(pc.invert(self._is_final(found)))

    def _is_final(self, found: pa.Table) -> pa.ChunkedArray:
        if self.period is not None:
            return pc.less_equal(found["month"], self.period.index)
        return pc.is_in(_keys(found), value_set=_keys(self.tables["months"]).combine_chunks())


@dataclass(frozen=True)
class LateResult:
    """Tables with the frozen months in place, the adjustments booked now, and differences that came too late."""

    tables: dict[str, pa.Table]
    too_late: list[dict[str, Any]] = field(default_factory=list)


def book_late(
    plan: Plan,
    period: Month,
    fresh: Mapping[str, pa.Table],
    frozen: Frozen | None,
    *,
    year_end: bool = False,
    roster: Sequence[Member] = (),
) -> LateResult:
    """Put final months in place of recomputed ones, and book what differs, after what was booked before.

    With the `roster`, a month in which somebody is scored and that is not final, though a later one is (he moved on
    from a branch that is behind), takes what comes late for the months before it: it is booked there and nowhere else.
    Raises ValueError for final months that do not lie before `period` (at the end of the year: up to it) in its year.
    """
    if frozen is None:
        return LateResult({**fresh, "adjustments": table("adjustments", [])})
    _check(frozen, period, year_end=year_end)
    tables: dict[str, pa.Table] = {}
    for name in ("items", "categories", "months", "unknown"):
        tables[name] = pa.concat_tables(
            [frozen.final(frozen.tables[name]).cast(SCHEMAS[name]), frozen.open(fresh[name]).cast(SCHEMAS[name])]
        )
    earlier = frozen.tables["adjustments"].cast(SCHEMAS["adjustments"])
    booked: list[dict[str, Any]] = []
    too_late: list[dict[str, Any]] = []
    booked_in = _booking(frozen, period, [plan.as_scored(m) for m in roster], year_end=year_end)
    for (subject, month), difference in sorted(_differences(fresh, frozen).items()):
        open_month = booked_in(subject, month)
        if open_month > period.index:
            continue  # this subject's month is final, too: it is booked with his next one
        row = {"subject": subject, "month": month, "booked": open_month, "counted": difference}
        (booked if open_month - month <= plan.scheme.late_months else too_late).append(row)
    tables["adjustments"] = pa.concat_tables([earlier, table("adjustments", booked)])
    return LateResult(tables, too_late)


def _check(frozen: Frozen, period: Month, *, year_end: bool) -> None:
    first = span_start(period, Span.YEAR)
    if year_end and not period.ends_year:
        raise ValueError(f"年终关账只能在12月之后，不是 {period.words}")
    if frozen.period is not None:
        months = [frozen.period]
    else:
        months = [Month.from_index(m) for m in pc.unique(frozen.tables["months"]["month"]).to_pylist()]
    for final in months:
        too_far = final > period or (final == period and frozen.period is not None and not year_end)
        if final < first or too_far:
            raise ValueError(f"上期结果到 {final.words} 为止，不是 {period.words} 之前、同一年的结果")


def _booking(frozen: Frozen, period: Month, roster: Sequence[Member], *, year_end: bool) -> Callable[[int, int], int]:
    """In which month what came late about a month of a subject is booked."""
    if year_end or frozen.period is not None:
        return lambda _subject, _month: period.index
    final: dict[int, set[int]] = {}
    for subject, month in zip(*(frozen.tables["months"][c].to_pylist() for c in ("subject", "month")), strict=True):
        final.setdefault(subject, set()).add(month)

    def booked_in(subject: int, month: int) -> int:
        own = final.get(subject)
        if not own:
            return period.index
        behind = (m for m in range(month + 1, max(own)) if m not in own and _scored(roster, subject, m))
        return next(behind, max(own) + 1)

    return booked_in


def _scored(roster: Sequence[Member], subject: int, month: int) -> bool:
    return subject < len(roster) and roster[subject].scored_days(Month.from_index(month)) > 0


def _differences(fresh: Mapping[str, pa.Table], frozen: Frozen) -> dict[tuple[int, int], int]:
    """(subject, month) → replay − frozen − already booked, where not zero; an exempt month counts as nothing."""
    sums = _totals(frozen.final(fresh["months"]), 1)
    for key, amount in _totals(frozen.final(frozen.tables["months"]), -1).items():
        sums[key] = sums.get(key, 0) + amount
    for row in frozen.tables["adjustments"].to_pylist():
        key = (row["subject"], row["month"])
        sums[key] = sums.get(key, 0) - row["counted"]
    return {key: amount for key, amount in sums.items() if amount}


def _totals(months: pa.Table, sign: int) -> dict[tuple[int, int], int]:
    columns = (months[c].to_pylist() for c in ("subject", "month", "counted"))
    return {(s, m): sign * (c or 0) for s, m, c in zip(*columns, strict=True)}


def _keys(found: pa.Table) -> pa.ChunkedArray:
    return pc.add(pc.multiply(found["subject"].cast(pa.int64()), _PLACES), found["month"].cast(pa.int64()))
