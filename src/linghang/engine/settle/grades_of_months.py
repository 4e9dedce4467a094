"""Grades by thresholds alone: the months of a span summed up in arrays, one place for each subject."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linghang.engine.periods import Month, span_start
from linghang.engine.rules.plan import Plan, PlanGrade
from linghang.engine.settle.membership import Flags, Numbers
from linghang.engine.settle.results import GradeState, State
from linghang.engine.settle.spans import thresholds

STATES = (GradeState.NOT_GRADED, GradeState.EXPECTED, GradeState.GRADED)


@dataclass(frozen=True)
class MonthSums:
    """The tables `months` and `adjustments` in arrays, made ready once for all grades."""

    subject: npt.NDArray[np.int32]
    month: npt.NDArray[np.int32]
    counted: Numbers
    scored: Flags
    is_open: Flags
    adjusted: tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], Numbers]  # subject, booked, counted

    @classmethod
    def of(cls, months: pa.Table, adjustments: pa.Table) -> "MonthSums":
        subject, month = (months[name].to_numpy() for name in ("subject", "month"))
        counted = pc.fill_null(months["counted"], 0).to_numpy()
        exempt, is_open = (pc.equal(months["state"], str(s)).to_numpy() for s in (State.EXEMPT, State.PROVISIONAL))
        adjusted = tuple(adjustments[name].to_numpy() for name in ("subject", "booked", "counted"))
        return cls(subject, month, counted, ~exempt, is_open, adjusted)

    def over(self, first: Month, last: Month) -> tuple[Numbers, Numbers, Numbers]:
        """By subject: how many months of the span are scored, how many of them are open, and the total."""
        within = (self.month >= first.index) & (self.month <= last.index)
        count = int(self.subject.max(initial=-1)) + 1
        scored, is_open = (
            np.bincount(self.subject[within & flags], minlength=count) for flags in (self.scored, self.is_open)
        )
        total = np.zeros(count, np.int64)
        np.add.at(total, self.subject[within], self.counted[within])
        subject, booked, counted = self.adjusted
        known = (booked >= first.index) & (booked <= last.index) & (subject < count)
        np.add.at(total, subject[known], counted[known])
        return scored, is_open, total


def grade_months(sums: MonthSums, plan: Plan, grade: PlanGrade, last: Month) -> pa.Table:
    """The grade's rows of the table `grades` for the span that ends with `last`: the first band that is reached.

    Words are dictionary-encoded.
    """
    scored, is_open, total = sums.over(span_start(last, grade.span), last)
    who = np.flatnonzero(scored)
    scored, is_open, total = scored[who], is_open[who], total[who]
    graded = scored >= grade.needs_months
    bands = thresholds(plan, grade, last)
    band = np.full(len(who), -1, np.int32)
    for number, (_, low) in reversed(list(enumerate(bands))):
        band[np.full(len(who), True) if low is None else total >= low] = number
    states = np.where(graded, np.where(is_open > 0, 1, 2), 0)
    columns = {
        "subject": pa.array(who.astype(np.int32)),
        "month": pa.array(np.full(len(who), last.index, np.int32)),
        "grade": _words(np.zeros(len(who), np.int32), [grade.id]),
        "state": _words(states, [str(s) for s in STATES]),
        "total": pa.array(total),
        "band": _words(band, [name for name, _ in bands], null=~graded | (band < 0)),
    }
    return pa.table(columns)


def _words(codes: npt.NDArray[np.integer], words: Sequence[str], null: Flags | None = None) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32), mask=null), pa.array(words, pa.string()))
