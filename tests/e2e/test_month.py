"""A branch's month in a real browser: the sheet, the steps, what members see, an objection and its decision."""

from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from linghang.apps.access.tests.world import make_account
from linghang.apps.appraisal.operations.packs import install_shipped
from linghang.apps.appraisal.operations.presets import set_preset
from linghang.apps.appraisal.queries.results import statement_of
from linghang.apps.appraisal.tests.months_world import SCHEME, MonthUnit, at, month_unit
from linghang.apps.org.models import Person
from linghang.engine.periods import Month
from linghang.ui.web.scope import system_scope

pytestmark = pytest.mark.browser

JAN = Month(2026, 1)
NAMES = ("王小川", "刘一鸣", "陈静", "吴严", "郑东", "李文")


@pytest.fixture
def unit(transactional_db, settings, tmp_path) -> MonthUnit:
    settings.DEMO_TODAY = date(2026, 2, 3)
    settings.DATA_DIR = tmp_path
    with system_scope(reason="test"):
        install_shipped(now=at(2025, 12))
    made = month_unit(branches=1, people=6)
    made.clock = at(2026, 2, 3)
    made.users["member"] = make_account("member", "member", made.places["a"].node)
    made.users["a-organiser"] = make_account("a-organiser", "organiser", made.places["a"].node)
    with system_scope(reason="test"):
        for uuid, name in zip(made.people["a"], NAMES, strict=True):
            Person.objects.filter(uuid=uuid).update(name=name)
        Person.objects.filter(uuid=made.people["a"][0]).update(user=made.users["member"])
    made.volunteered(made.people["a"][0], date(2026, 1, 10))
    made.open(JAN)
    return made


def book(unit: MonthUnit) -> str:
    return reverse("appraisal:book", args=[unit.book("a", JAN).uuid])


def test_a_secretary_sends_the_sheet_and_somebody_above_returns_it(page: Page, unit, sign_in, check_page):
    sign_in(page, unit.users["a-secretary"])
    page.goto("/")
    page.get_by_role("link", name="核对报送").first.click()
    check_page(page, "duty-sheet", for_docs=True)
    page.get_by_role("button", name="确认并报送").click()
    expect(page.get_by_text("已报送，本月记录已关账。")).to_be_visible()
    sign_in(page, unit.users["officer"])
    page.goto("/appraisal/duty/?month=2026-01")
    check_page(page, "duty-board", for_docs=True)
    page.get_by_role("link", name="第1党支部").first.click()
    page.get_by_label("审核意见").fill("请补录主题党日")
    page.get_by_role("button", name="退回", exact=True).click()
    expect(page.get_by_text("请补录主题党日").first).to_be_visible()
    check_page(page, "duty-returned")


def test_a_month_is_checked_shown_and_approved_by_two(page: Page, unit, sign_in, check_page, settings, speak):
    sign_in(page, unit.users["a-secretary"])
    page.goto(book(unit))
    check_page(page, "month-recording")
    page.get_by_role("button", name="关账").click()
    unit.settle(JAN, "a")
    page.goto(book(unit))
    check_page(page, "month-settled", for_docs=True)
    page.get_by_role("button", name="支部核对").click()
    check_page(page, "month-to-show")
    page.get_by_role("button", name="公示", exact=True).click()
    expect(page.get_by_text("已开始公示。")).to_be_visible()
    check_page(page, "month-shown", for_docs=True)
    sign_in(page, unit.users["member"])
    page.goto(reverse("appraisal:public", args=[unit.book("a", JAN).uuid]))
    check_page(page, "month-distribution")
    with unit.scope():
        set_preset(
            node=unit.places["unit"].node.uuid, preset="enterprise", since=date(2026, 2, 3), ground="职代会决议3号",
            actor=unit.viewer("officer"), now=at(2026, 2, 3),
        )  # fmt: skip
    page.reload()
    check_page(page, "month-table", for_docs=True)
    settings.DEMO_TODAY = date(2026, 2, 10)
    for who in ("a-secretary", "a-discipline"):
        sign_in(page, unit.users[who])
        page.goto(book(unit))
        page.get_by_role("button", name="审定").click()
    check_page(page, "month-final")
    speak(page, "en")
    page.goto(book(unit))
    check_page(page, "month-final-english")
    sign_in(page, unit.users["officer"])
    page.goto("/appraisal/books/?month=2026-01")
    check_page(page, "month-board-english")


def test_the_board_of_months_and_the_presets(page: Page, unit, sign_in, check_page):
    sign_in(page, unit.users["officer"])
    page.goto("/appraisal/books/?month=2026-01")
    check_page(page, "month-board", for_docs=True)
    unit.close("a", JAN)  # the branch itself, while the board is open
    page.get_by_role("checkbox", name="选 第1党支部").check()
    page.get_by_role("button", name="关账").click()
    expect(page.get_by_text("这个月已经关账，不用再关", exact=False)).to_be_visible()
    check_page(page, "month-board-refused")
    page.goto("/appraisal/presets/")
    check_page(page, "presets")


def test_a_member_objects_with_his_phone_and_somebody_else_puts_it_right(page: Page, unit, sign_in, check_page):
    unit.close("a", JAN)
    unit.settle(JAN, "a")
    unit.check("a", JAN)
    unit.publish("a", JAN)
    with unit.scope():
        statement = statement_of(unit.people["a"][0], SCHEME, JAN)
    sign_in(page, unit.users["member"])
    page.goto(reverse("appraisal:object", args=[statement.uuid, "all"]))
    page.get_by_label("哪里不对").fill("1月18日还值守了2小时，没有记")
    check_page(page, "object", for_docs=True)
    page.get_by_role("button", name="提交异议").click()
    check_page(page, "objection-raised")
    address = page.url
    sign_in(page, unit.users["a-secretary"])
    page.goto(address)
    page.get_by_role("button", name="受理并交复核").click()
    sign_in(page, unit.users["a-organiser"])
    page.goto(address + "?kind=service.volunteer")
    page.get_by_label("哪一天").fill("2026-01-18")
    page.get_by_label("多少小时").fill("2")
    page.get_by_label("角色").select_option(label="参加者")
    page.get_by_label("复核情况和理由").fill("核对了值守表")
    check_page(page, "objection-to-decide", for_docs=True)
    page.get_by_role("button", name="采纳并更正").click()
    expect(page.get_by_text("请重新核算这个支部", exact=False)).to_be_visible()
    check_page(page, "objection-upheld")
