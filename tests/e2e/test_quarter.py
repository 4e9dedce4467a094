"""A quarter of one branch through its pages: three months one after the other, a refused objection, what came late, the
star, the year."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from linghang.apps.access.tests.world import make_account
from linghang.apps.appraisal.operations.packs import install_shipped
from linghang.apps.appraisal.tests.months_world import SCHEME, MonthUnit, at, month_unit
from linghang.apps.org.models import Person
from linghang.engine.periods import Month
from linghang.ui.web.scope import system_scope

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("screen", ["wide"], indirect=True)]

JAN, FEB, MAR = (Month(2026, number) for number in (1, 2, 3))


class Quarter:
    """The unit, the browser and the day that it is."""

    def __init__(self, unit: MonthUnit, page: Page, settings, sign_in) -> None:
        self.unit, self.page, self.settings, self.sign_in = unit, page, settings, sign_in

    def today(self, day: date) -> None:
        self.settings.DEMO_TODAY = day
        self.unit.clock = at(day.year, day.month, day.day)

    def enter(self, who: str) -> Page:
        self.sign_in(self.page, self.unit.users[who])
        self.page.goto("/")
        return self.page

    def book(self, month: Month) -> str:
        return reverse("appraisal:book", args=[self.unit.book("a", month).uuid])

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()
        self.page.wait_for_load_state()

    def close_and_show(self, month: Month) -> None:
        """The secretary sends the sheet from his front page, looks the result through and shows it."""
        page = self.enter("a-secretary")
        page.locator("#todos li", has_text=f"报{month.month}月工作单").get_by_role("link").click()
        self.press("确认并报送")
        expect(page.get_by_text("已报送，本月记录已关账。")).to_be_visible()
        self.unit.settle(month, "a")
        self.enter("a-secretary").locator("#todos li", has_text=f"支部核对{month.month}月积分").get_by_role(
            "link"
        ).click()
        self.press("支部核对")
        receiver = page.get_by_label("异议受理人")
        receiver.select_option(receiver.locator("option", has_text="支部书记").get_attribute("value"))
        self.press("公示")
        expect(page.get_by_text("已开始公示。")).to_be_visible()

    def decide(self, month: Month) -> None:
        """After its last day two people approve the month from their front pages; it is announced."""
        until = self.unit.book("a", month).public_until
        assert until is not None
        self.today(until + timedelta(days=1))
        for who in ("a-secretary", "a-discipline"):
            self.enter(who).locator("#todos li", has_text=f"审定{month.month}月积分").get_by_role("link").click()
            self.press("审定")
        expect(self.page.get_by_role("row", name="王小川")).to_contain_text("已定稿")
        self.enter("a-secretary").goto(self.book(month))
        self.press("公布")
        expect(self.page.get_by_text("本月已经公布。", exact=False)).to_be_visible()


@pytest.fixture
def quarter(page: Page, transactional_db, settings, tmp_path, sign_in) -> Quarter:
    settings.DATA_DIR = tmp_path
    with system_scope(reason="test"):
        install_shipped(now=at(2025, 12))
    unit = month_unit(branches=1, people=2)
    unit.users["member"] = make_account("member", "member", unit.places["a"].node)
    unit.users["a-organiser"] = make_account("a-organiser", "organiser", unit.places["a"].node)
    with system_scope(reason="test"):
        Person.objects.filter(uuid=unit.people["a"][0]).update(user=unit.users["member"], name="王小川")
    for month in (JAN, FEB, MAR):
        unit.volunteered(unit.people["a"][0], month.first + timedelta(days=9))
    return Quarter(unit, page, settings, sign_in)


def _objects_in_vain(quarter: Quarter) -> None:
    """The member objects from his front page; one takes it up, another refuses and writes his reason once."""
    page = quarter.enter("member")
    page.locator("#todos li", has_text="核对自己1月的积分").get_by_role("link").click()
    page.get_by_role("link", name="对这个月有异议").click()
    page.get_by_label("哪里不对").fill("1月还参加了一次值守")
    quarter.press("提交异议")
    address = page.url
    quarter.enter("a-secretary").goto(address)
    quarter.press("受理并交复核")
    quarter.enter("a-organiser").goto(address)
    page.get_by_label("理由（就是给本人的答复）").fill("值守表上没有这一次")
    quarter.press("不采纳")
    expect(page.get_by_text("已经作为答复交给本人", exact=False)).to_be_visible()
    quarter.enter("member").goto(address)
    expect(page.get_by_text("值守表上没有这一次").first).to_be_visible()


def test_a_quarter_goes_from_the_first_sheet_to_the_star_and_the_year(quarter: Quarter, check_page):
    for month in (JAN, FEB, MAR):
        quarter.today((month + 1).first + timedelta(days=2))
        quarter.unit.open(month)
        if month == FEB:
            quarter.unit.volunteered(quarter.unit.people["a"][0], date(2026, 1, 20))  # January is final
        quarter.close_and_show(month)
        if month == JAN:
            _objects_in_vain(quarter)
        quarter.decide(month)
    page = quarter.enter("member")
    page.goto(reverse("appraisal:statement", args=[quarter.unit.people["a"][0], SCHEME, MAR]))
    check_page(page, "quarter-march")
    page.get_by_role("link", name="季度", exact=True).click()
    expect(page.get_by_text("补计1月").first).to_be_visible()
    expect(page.get_by_role("row", name="2026年2月").first).to_contain_text("82.00")
    expect(page.locator("main")).to_contain_text("季度评星（2026年1季度）：三星")
    check_page(page, "quarter-star")
    page.get_by_role("link", name="2026年积分").click()
    expect(page.locator("#parts")).to_contain_text("248.00")
    check_page(page, "quarter-year")
