"""Who moves between branches that stand at different months: what came late is booked once, whatever is final first."""

from datetime import date
from uuid import UUID

import pytest

from linghang.apps.appraisal.models import Adjustment, Statement
from linghang.apps.appraisal.queries.inputs import plan_of
from linghang.apps.appraisal.tests.months_world import SCHEME, MonthUnit, at, month_unit
from linghang.apps.org import operations as org
from linghang.apps.org.data import LEAVE_REASONS, PersonChange
from linghang.engine.periods import Month
from linghang.ui.web.scope import system_scope
from linghang.ui.web.writing import SYSTEM

JAN, FEB, MARCH, APRIL, MAY = (Month(2026, m) for m in range(1, 6))


@pytest.fixture
def unit(db) -> MonthUnit:
    return month_unit()


def moves(unit: MonthUnit, person: UUID, day: date, branch: str) -> None:
    change = PersonChange(person, day, branch=unit.places[branch].uuid)
    unit.clock = max(unit.clock, at(day.year, day.month, day.day))
    with system_scope(reason="test"):
        org.change_people(rows=[change], actor=SYSTEM, now=unit.clock)


def booked(person: UUID) -> list[tuple[int, int]]:
    """The month that each final adjustment is about, and its points."""
    rows = Adjustment._base_manager.filter(subject=person, scheme=SCHEME, final=True)
    return [(Month.from_index(month).month, counted) for month, counted in rows.values_list("month", "counted")]


def settled(unit: MonthUnit, month: Month, branch: str) -> None:
    unit.clock = max(unit.clock, at((month + 1).year, (month + 1).month, 3))
    unit.open(month)
    unit.close(branch, month)
    unit.settle(month, branch)


def two_drafts(unit: MonthUnit) -> UUID:
    """Anna was in a until February and is in b since March. b is ahead of a; something of January comes late."""
    anna = unit.people["a"][0]
    unit.whole_month(JAN)
    moves(unit, anna, date(2026, 3, 1), "b")
    unit.whole_month(FEB, "b")
    unit.whole_month(MARCH, "b")
    unit.volunteered(anna, date(2026, 1, 13))
    settled(unit, APRIL, "b")
    settled(unit, FEB, "a")
    return anna


def test_late_records_are_booked_once_when_the_branch_ahead_is_final_first(unit):
    anna = two_drafts(unit)
    unit.finalise("b", APRIL)
    unit.finalise("a", FEB)
    settled(unit, MARCH, "a")
    unit.finalise("a", MARCH)
    unit.whole_month(MAY, "b")
    assert booked(anna) == [(1, 400)]


def test_late_records_are_booked_once_when_the_branch_behind_is_final_first(unit):
    anna = two_drafts(unit)
    unit.finalise("a", FEB)
    unit.finalise("b", APRIL)
    unit.whole_month(MAY, "b")
    assert booked(anna) == [(1, 400)]


def counted(unit: MonthUnit, person: UUID, month: Month) -> int:
    row = Statement._base_manager.get(subject=person, scheme=SCHEME, month=month.index)
    return row.counted or 0


def test_whose_class_is_put_right_backwards_has_the_final_month_taken_back(unit):
    """年老体弱 since New Year, as it turns out in February: January's points are booked away, and only once."""
    anna = unit.people["a"][0]
    unit.whole_month(JAN, "a")
    given = counted(unit, anna, JAN)
    assert given > 0
    exempt = plan_of(unit.binding.version.uuid, SCHEME, JAN).exempt_classes()
    change = PersonChange(anna, date(2026, 1, 1), person_class=next(iter(exempt)))
    with system_scope(reason="test"):
        org.change_people(rows=[change], actor=SYSTEM, now=unit.clock)
    unit.whole_month(FEB, "a")
    unit.whole_month(MARCH, "a")
    assert booked(anna) == [(1, -given)]


def test_who_turns_out_to_have_left_before_the_year_has_its_final_months_taken_back(unit):
    anna = unit.people["a"][0]
    unit.whole_month(JAN, "a")
    given = counted(unit, anna, JAN)
    with system_scope(reason="test"):
        org.leave(
            person=anna, organisation=unit.places["a"].uuid, kind="party", last_day=date(2025, 12, 20),
            reason=next(iter(LEAVE_REASONS)), actor=SYSTEM, now=unit.clock,
        )  # fmt: skip
    unit.whole_month(FEB, "a")
    unit.whole_month(MARCH, "a")
    assert booked(anna) == [(1, -given)]
