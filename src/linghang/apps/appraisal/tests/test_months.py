"""A month of a branch from recording to 公布, and what stands in the way."""

from datetime import date

import pytest

from linghang.apps.appraisal.data.months import BookState, open_objections
from linghang.apps.appraisal.models import Statement
from linghang.apps.appraisal.queries.months import book_of, statement_of
from linghang.apps.appraisal.queries.results import adjustments_of, grades_of, inputs_of_statement
from linghang.apps.appraisal.tests.months_world import SCHEME, MonthUnit, at, month_unit
from linghang.engine.periods import Month
from linghang.engine.settle.explain import explain
from linghang.ui.web.errors import DomainError

JAN, FEB, MARCH = Month(2026, 1), Month(2026, 2), Month(2026, 3)


@pytest.fixture(autouse=True)
def _folders(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def unit(db) -> MonthUnit:
    return month_unit()


def refused(code: str):
    class Caught:
        def __enter__(self):
            self.raises = pytest.raises(DomainError)
            self.found = self.raises.__enter__()
            return self.found

        def __exit__(self, *more):
            done = self.raises.__exit__(*more)
            assert self.found.value.code == code
            return done

    return Caught()


def total(unit: MonthUnit, person, month: Month) -> int | None:
    with unit.scope():
        found = statement_of(person, SCHEME, month)
    return found.counted if found else None


def test_a_month_goes_through_all_its_steps(unit):
    unit.clock = at(2026, 2, 2)
    assert unit.open(JAN) == 2
    assert unit.open(JAN) == 0
    anna = unit.people["a"][0]
    unit.volunteered(anna, date(2026, 1, 10))
    unit.close("a", JAN)
    settled = unit.settle(JAN, "a")
    assert (settled.books, settled.subjects) == (1, 3)
    assert total(unit, anna, JAN) == 8200  # full marks of 80.00, and 2.00
    assert total(unit, unit.people["a"][1], JAN) == 7800  # nobody served: the norm costs 2.00
    assert total(unit, unit.people["b"][0], JAN) is None
    line = unit.finalise("a", JAN)
    assert line.state is BookState.FINAL
    assert unit.announce("a", JAN).state is BookState.ANNOUNCED
    with unit.scope():
        card = book_of(line.uuid)
    assert card.states == {"complete": 3}
    assert [a.stands for a in card.approvals] == [True, True]
    assert card.final_hash
    assert Statement._base_manager.filter(final=True).count() == 3
