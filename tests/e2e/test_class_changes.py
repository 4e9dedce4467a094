"""A branch that is classed anew in May: its page says so with the days, and its star shows both parts."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from linghang.apps.appraisal.operations.packs import install_shipped
from linghang.apps.appraisal.tests.months_world import MonthUnit
from linghang.apps.appraisal.tests.test_class_changes import APRIL, JUNE, MAY, classed_unit, set_class
from linghang.apps.appraisal.tests.test_stars import branch, finish, held
from linghang.engine.periods import Month, months_between
from linghang.ui.web.scope import system_scope

pytestmark = [pytest.mark.browser, pytest.mark.row("S2-25")]


@pytest.fixture
def unit(transactional_db, settings, tmp_path) -> MonthUnit:
    settings.DEMO_TODAY, settings.DATA_DIR = date(2026, 7, 20), tmp_path
    with system_scope(reason="test"):
        install_shipped(now=datetime(2025, 12, 1, tzinfo=UTC))
    return classed_unit()


def test_the_pages_of_a_branch_say_which_class_holds_since_when(page, sign_in, check_page, unit):
    set_class(unit, "production", date(2020, 1, 1))
    set_class(unit, "office", date(2026, 5, 15))
    for month, day in ((4, 10), (5, 14), (5, 15), (6, 10)):
        held(unit, "branch.outreach", date(2026, month, day))
    for month in (*months_between(Month(2026, 1), APRIL), MAY, JUNE):
        finish(unit, month)
    sign_in(page, unit.users["officer"])
    page.goto(reverse("org:branch", args=[branch(unit)]))
    expect(page.get_by_text("机关 2026年5月15日—")).to_be_visible()
    check_page(page, "class-of-a-branch")
    page.goto(reverse("org:category", args=[branch(unit)]))
    check_page(page, "class-form")
    page.goto(reverse("appraisal:star", args=[branch(unit), "branch-stars", "2026-06"]))
    expect(page.get_by_text("2026年5月15日起").first).to_be_visible()
    check_page(page, "star-of-two-classes")
