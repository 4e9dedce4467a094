"""Cases in a real browser: a miner declares with his phone, the branch confirms, a problem goes to its end."""

import pytest
from playwright.sync_api import Page, expect

from linghang.apps.loops.tests.test_cases import handed_over, step
from linghang.apps.loops.tests.world import TODAY, make_unit

pytestmark = pytest.mark.browser


@pytest.fixture
def unit(transactional_db, settings):
    settings.DEMO_TODAY = TODAY
    return make_unit()


def test_a_member_declares_in_three_taps_and_the_secretary_confirms(page: Page, unit, sign_in, check_page):
    sign_in(page, unit.users["member"])
    page.goto("/")
    check_page(page, "home-member")
    page.get_by_role("link", name="申报").first.click()
    check_page(page, "declare-what")
    page.get_by_role("link", name="志愿服务").click()
    page.get_by_label("多少小时").fill("2")
    page.get_by_label("角色").select_option(label="参加者")
    page.get_by_label("说明").fill("井口值守")
    check_page(page, "declare", for_docs=True)
    page.get_by_role("button", name="提交申报").click()
    expect(page.get_by_text("已申报（2026-001），等支部确认。")).to_be_visible()
    check_page(page, "declared")

    sign_in(page, unit.users["secretary"])
    page.goto("/")
    check_page(page, "home-secretary-with-cases")
    page.goto("/loops/confirm/")
    page.get_by_role("checkbox").check()
    check_page(page, "confirm-declarations", for_docs=True)
    page.get_by_role("button", name="确认所选").click()
    expect(page.get_by_text("已确认 1 条")).to_be_visible()
    expect(page.get_by_text("没有等您确认的申报")).to_be_visible()
    check_page(page, "confirm-nothing")


def test_a_problem_is_handed_over_sent_back_and_closed(page: Page, unit, sign_in, check_page):
    sign_in(page, unit.users["member"])
    page.goto("/loops/report/")
    page.get_by_label("一句话说明问题").fill("井口候车室漏雨")
    check_page(page, "report")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("已登记，编号 2026-001。")).to_be_visible()

    sign_in(page, unit.users["organiser"])
    page.goto("/loops/")
    check_page(page, "case-list", for_docs=True)
    page.get_by_role("link", name="井口候车室漏雨").click()
    page.get_by_label("责任人").first.select_option(index=1)
    page.get_by_label("核验人").first.select_option(index=1)
    check_page(page, "case-to-hand-over")
    page.get_by_role("button", name="交办", exact=True).click()
    expect(page.get_by_text("已办理。")).to_be_visible()

    sign_in(page, unit.users["secretary"])
    page.goto("/")
    page.get_by_role("link", name="去办").first.click()
    page.get_by_label("理由或办理情况").first.fill("已换防水层")
    check_page(page, "case-in-hand", for_docs=True)
    page.get_by_role("button", name="申请销号").click()
    expect(page.get_by_text("现在没有要您办的。")).to_be_visible()


def test_a_second_click_on_a_button_sends_nothing_twice(page: Page, unit, sign_in):
    sign_in(page, unit.users["member"])
    page.goto("/loops/report/")
    page.get_by_label("一句话说明问题").fill("井口候车室漏雨")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.get_by_role("button", name="提交").dblclick()
    expect(page.get_by_text("已登记，编号 2026-001。")).to_be_visible()
    assert sent.count("POST") == 1


def test_somebody_above_extends_and_the_page_says_the_rule(page: Page, unit, sign_in, check_page):
    case = handed_over(unit)
    step(unit, "secretary", case, "request", note="已换防水层，见照片。")
    sign_in(page, unit.users["leader"])
    page.goto(f"/loops/{case.uuid}/")
    page.locator("summary", has_text="延期").click()
    check_page(page, "case-from-above")
    sign_in(page, unit.users["officer"])
    page.goto(f"/loops/{case.uuid}/")
    check_page(page, "case-to-verify")
    page.locator("summary", has_text="退回").click()
    page.get_by_label("理由或办理情况").fill("东侧还漏")
    page.get_by_role("button", name="确定：退回").click()
    expect(page.get_by_text("东侧还漏")).to_be_visible()
    check_page(page, "case-returned")
    page.goto("/loops/?show=closed")
    check_page(page, "case-list-empty")


def test_a_correction_is_asked_for_on_the_phone(page: Page, unit, sign_in, check_page):
    sign_in(page, unit.users["member"])
    page.goto("/loops/correct/?what=入党日期")
    expect(page.get_by_label("哪一项不对")).to_have_value("入党日期")
    page.get_by_label("应该是什么").fill("2019年7月1日，见组织关系介绍信")
    check_page(page, "correct")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("更正申请已提交")).to_be_visible()
