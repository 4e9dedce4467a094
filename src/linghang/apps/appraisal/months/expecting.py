"""(engine) What a running month would give, subject by subject. Loads the engine's tables."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from linghang.apps.appraisal.months.asked import Facts, Inputs
from linghang.apps.appraisal.months.computing import request_of
from linghang.apps.appraisal.months.histories import parts_of
from linghang.engine.facts import FactFile
from linghang.engine.periods import Span, span_end
from linghang.engine.rules.plan import PlanGrade
from linghang.engine.settle.results import GradeState, Settlement
from linghang.engine.settle.run import settle
from linghang.engine.settle.spans import thresholds


@dataclass(frozen=True)
class ExpectedRow:
    """As the table Expected: hundredths, None where there is no total."""

    state: str
    counted: int | None
    unknown: tuple[str, ...] = ()
    grade: str = ""
    grade_state: str = ""
    total: int | None = None
    band: str = ""
    next_band: str = ""
    missing: int | None = None


def expect(inputs: Inputs, facts: Facts) -> dict[str, ExpectedRow]:
    """Code of the subject → what the month is expected to give.

    The reference reckons objects, the set-based engine a file: both give the same (law 3).
    """
    source = facts if isinstance(facts, list) else FactFile(facts, codes=True)
    engine = "reference" if isinstance(facts, list) else "duckdb"
    found: dict[str, ExpectedRow] = {}
    for part in parts_of(inputs):
        settled = settle(request_of(part.inputs), source, engine=engine, running=True)
        found |= {code: row for code, row in _rows(settled) if code in part.codes}
    return found


def _rows(settled: Settlement) -> Iterator[tuple[str, ExpectedRow]]:
    month, codes = settled.period.index, [m.code for m in settled.roster]
    unknown: dict[int, list[str]] = {}
    for row in settled.tables["unknown"].to_pylist():
        if row["month"] == month:
            unknown.setdefault(row["subject"], []).append(row["item"])
    grades, none = _grades(settled), ExpectedRow("", None)
    for row in settled.tables["months"].to_pylist():
        if row["month"] == month:
            subject = row["subject"]
            items = tuple(sorted(unknown.get(subject, ())))
            found = replace(grades.get(subject, none), state=row["state"], counted=row["counted"], unknown=items)
            yield codes[subject], found


def _grades(settled: Settlement) -> dict[int, ExpectedRow]:
    """Subject → where it stands in the scheme's grade with the shortest span."""
    order = list(Span)
    grade = min(settled.plan.grades, key=lambda each: order.index(each.span), default=None)
    if grade is None:
        return {}
    month = settled.period
    over = span_end(month, grade.span) == month
    rows = settled.tables["grades"].to_pylist()
    own = [row for row in rows if row["grade"] == grade.id and row["month"] == month.index]
    return {row["subject"]: _graded(settled, grade, row, over=over) for row in own}


def _graded(settled: Settlement, grade: PlanGrade, row: dict[str, Any], *, over: bool) -> ExpectedRow:
    total, band = row["total"], row["band"] or ""
    state = row["state"] if over else str(GradeState.EXPECTED)
    found = ExpectedRow("", None, grade=grade.id, grade_state=state, total=total, band=band)
    if not grade.is_plain or total is None:
        return found
    bands = thresholds(settled.plan, grade, settled.period)
    place = next(n for n, (_, low) in enumerate(bands) if low is None or total >= low)
    if not place or bands[place][0] != band:  # at the top, or held back by something that points do not cure
        return found
    above, low = bands[place - 1]
    if not over and bands[place][1] is None:  # the lowest band is where everybody begins: it foretells nothing
        found = replace(found, band="")
    return replace(found, next_band=above, missing=None if low is None else low - total)
