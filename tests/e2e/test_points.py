"""A person's points in a real browser: the month, the quarter, the year, what came late; every number opens."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from linghang.apps.appraisal.operations.months import open_books
from linghang.apps.appraisal.operations.packs import install_shipped
from linghang.apps.appraisal.tests.packs_world import SCHEME
from linghang.apps.appraisal.tests.statements_world import (
    FEBRUARY,
    JANUARY,
    MARCH,
    NOW,
    TODAY,
    PointsWorld,
    meeting,
    points_world,
    settle_month,
    volunteer,
)
from linghang.ui.web.scope import system_scope
from tests.e2e.numbers import check_numbers

pytestmark = pytest.mark.browser


@pytest.fixture
def world(transactional_db, settings, tmp_path) -> PointsWorld:
    settings.DEMO_TODAY, settings.DATA_DIR = TODAY, tmp_path
    with system_scope(reason="test"):
        install_shipped(now=datetime(2025, 12, 1, tzinfo=UTC))
    made = points_world()
    for month in (JANUARY, FEBRUARY):
        volunteer(made, 0, month.first)
    settle_month(made, JANUARY)
    volunteer(made, 0, JANUARY.last)
    settle_month(made, FEBRUARY)
    meeting(made, 0, MARCH.first)
    for day in range(2, 6):
        volunteer(made, 0, MARCH.first.replace(day=day), hours=2)
    settle_month(made, MARCH, state="public")
    with made.scope("officer"):
        open_books(month=MARCH + 1, node=made.places["parent"].node.uuid, now=NOW)
    volunteer(made, 0, (MARCH + 1).first)
    return made


def of(world: PointsWorld, name: str, *more: object) -> str:
    return reverse(f"appraisal:{name}", args=[world.people[0], SCHEME, *more])


def test_a_member_reads_his_months_and_every_number_opens(page: Page, world, sign_in, check_page, speak):
    sign_in(page, world.users["member"])
    page.goto("/appraisal/mine/")
    check_page(page, "points-now", for_docs=True)
    assert check_numbers(page, "points-now") > 5
    page.get_by_role("link", name="2026年3月正在公示，去核对").click()
    check_page(page, "points-month", for_docs=True)
    assert check_numbers(page, "points-month") > 10
    for name, address in (
        ("points-february", of(world, "statement", FEBRUARY)),
        ("points-quarter", of(world, "quarter", 2026, 1)),
        ("points-year", of(world, "year", 2026)),
    ):
        page.goto(address)
        check_page(page, name, for_docs=True)
        assert check_numbers(page, name)
    page.goto(of(world, "statement", FEBRUARY))
    page.locator("a[href*='/adjustments/']").first.click()
    check_page(page, "points-late", for_docs=True)
    assert check_numbers(page, "points-late")
    speak(page, "en")
    page.goto(of(world, "statement", MARCH))
    check_page(page, "points-month-en")


def test_from_above_a_reason_comes_first(page: Page, world, sign_in, check_page):
    sign_in(page, world.users["officer"])
    page.goto(of(world, "statement", MARCH))
    check_page(page, "points-reason", for_docs=True)
    page.get_by_label("查看理由").fill("核对3月公示中的异议")
    page.get_by_role("button", name="写明并查看").click()
    expect(page.get_by_role("heading", name="逐条明细")).to_be_visible()
    sign_in(page, world.users["member"])
    page.goto(of(world, "statement", MARCH))
    expect(page.get_by_text("核对3月公示中的异议").first).to_be_visible()


def test_a_member_without_a_month_is_told_that_he_has_nothing_to_report(page: Page, world, sign_in, check_page):
    sign_in(page, world.users["colleague"])
    page.goto("/appraisal/mine/")
    expect(page.get_by_text("会议到会由支部录入，您不用填报。")).to_be_visible()
    check_page(page, "points-none")
