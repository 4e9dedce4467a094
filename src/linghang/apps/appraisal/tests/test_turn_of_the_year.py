"""What a person finds of last year once a new one has begun, and what a quarter that is over says of the next star."""

from datetime import date
from types import SimpleNamespace
from uuid import uuid4

import pytest

from linghang.apps.appraisal.data.statements import GradeLine, MonthSum, NextStep, Sight, SpanSum, Stand
from linghang.apps.appraisal.queries.sight import Rows
from linghang.apps.appraisal.queries.spans import graded
from linghang.apps.appraisal.views.statements import last_year_settled, month_tabs
from linghang.engine.periods import Month

DECEMBER, JANUARY = Month(2026, 12), Month(2027, 1)
MISSED = NextStep("季度评星", "未评星级", "三星", 200, date(2026, 12, 31))


def page_of(month: Month) -> SimpleNamespace:
    return SimpleNamespace(subject=uuid4(), scheme_id="member-points", month=month)


def rows_with(*months: Month) -> Rows:
    return Rows(Sight.SELF, tuple(SimpleNamespace(month=month.index) for month in months), (), ())


def test_in_january_the_year_before_is_the_first_tab():
    page = page_of(JANUARY)
    tabs = month_tabs(page, rows_with(DECEMBER))
    assert [tab["label"] for tab in tabs] == ["2026年", "1月"]
    assert tabs[0]["url"].endswith("/member-points/2026/")


@pytest.mark.parametrize(
    ("settled", "year"), [((DECEMBER,), 2026), ((DECEMBER, JANUARY), 2027), ((), None)], ids=["last", "this", "none"]
)
def test_the_way_up_leads_to_a_year_that_there_is(settled, year):
    assert last_year_settled(page_of(JANUARY), rows_with(*settled)) == year


def star(total: int, reason: str = "") -> GradeLine:
    return GradeLine("季度评星", "2026年4季度", DECEMBER, total, "", "graded", True, reason)


def quarter() -> SpanSum:
    return SpanSum("2026年4季度", (MonthSum(DECEMBER, 23800, Stand.FINAL),), ())


def test_a_quarter_that_is_over_says_by_how_much_the_next_star_was_missed():
    found = graded(quarter(), [star(23800)], [MISSED])
    assert (found.grades[0].missed, found.steps) == (MISSED, ())


def test_nothing_is_said_of_a_distance_where_a_reason_stands_or_the_total_moved_afterwards():
    assert graded(quarter(), [star(23800, "本期不评星")], [MISSED]).grades[0].missed is None
    assert graded(quarter(), [star(23500)], [MISSED]).grades[0].missed is None


def test_while_a_quarter_goes_on_it_says_what_is_missing():
    assert graded(quarter(), [], [MISSED]).steps == (MISSED,)
