"""年终关账 on the pages: the board says until when the old year takes records in, and an officer closes it once."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from linghang.apps.appraisal.tests.months_world import SCHEME, MonthUnit, at, month_unit
from linghang.engine.periods import Month

pytestmark = pytest.mark.django_db
DECEMBER = Month(2026, 12)


@pytest.fixture
def unit(settings) -> MonthUnit:
    """A unit that lives by the scheme from January; only its December matters here."""
    made = month_unit(branches=1, people=2)
    for number in range(1, 13):
        made.whole_month(Month(2026, number))
    settings.DEMO_TODAY = date(2027, 1, 15)
    return made


def visit(unit: MonthUnit, who: str) -> Client:
    client = Client()
    client.force_login(unit.users[who], backend="django.contrib.auth.backends.ModelBackend")
    return client


def board(unit: MonthUnit, who: str, month: Month = DECEMBER) -> str:
    return visit(unit, who).get(reverse("appraisal:books"), {"month": str(month)}).content.decode()


def close(unit: MonthUnit, who: str, *, scheme: str = SCHEME, month: Month = DECEMBER):
    sent = {"step": "close_year", "scheme": scheme, "query": f"month={month}"}
    return visit(unit, who).post(reverse("appraisal:books-step"), sent)


def test_the_year_is_closed_from_the_board_once_its_closing_period_is_over(unit, settings):
    text = board(unit, "officer")
    assert "年终关账期到2027年1月15日24:00" in text
    assert "12月已定稿" in text
    assert f'?month=2026-12&amp;scheme={SCHEME}" data-number>1/1</a>' in text
    assert "close_year" not in text
    assert "年终关账" not in visit(unit, "officer").get("/").content.decode()
    settings.DEMO_TODAY = date(2027, 1, 18)
    assert "close_year" in board(unit, "officer")
    assert "办2026年年终关账" in visit(unit, "officer").get("/").content.decode()
    started = close(unit, "officer")
    assert "2026年年终关账" in visit(unit, "officer").get(started["Location"]).content.decode()
    unit.clock = at(2027, 1, 18)
    with unit.scope():
        unit.close_year(2026)
    text = board(unit, "officer")
    assert "办完年终关账" in text
    assert "close_year" not in text
    assert "年终关账" not in visit(unit, "officer").get("/").content.decode()


def test_only_an_officer_closes_the_year_and_only_a_december_ends_one(unit, settings):
    settings.DEMO_TODAY = date(2027, 1, 18)
    text = board(unit, "a-secretary")
    assert "由党务干部办年终关账" in text
    assert "close_year" not in text
    assert close(unit, "a-secretary").status_code == 403
    assert close(unit, "officer", month=Month(2026, 11)).status_code == 404
    assert close(unit, "officer", scheme="nothing").status_code == 404
    assert "年终关账期" not in board(unit, "officer", Month(2026, 11))
