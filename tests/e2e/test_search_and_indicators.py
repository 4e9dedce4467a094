"""Finding from the header with the keyboard, on a phone by its own page; the card of an indicator with its chart."""

from datetime import date

import pytest
from playwright.sync_api import expect

from linghang.apps.access.tests.world import make_account
from linghang.apps.metrics.operations import redefine_indicator
from linghang.apps.metrics.tests.world import give, make_indicator
from linghang.apps.org.tests.world import two_units
from linghang.ui.web.scope import system_scope
from linghang.ui.web.writing import SYSTEM

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def units(transactional_db, settings):
    settings.DEMO_TODAY = date(2026, 3, 5)
    return two_units()


@pytest.fixture
def officer(units):
    return make_account("officer", "officer", units["parent"].node)


def search(page, query: str) -> None:
    """On a wide screen from the header, on a phone through its sign."""
    if page.screen == "wide":
        page.keyboard.press("/")
        expect(page.get_by_role("combobox")).to_be_focused()
        page.keyboard.type(query)
    else:
        page.get_by_role("link", name="查找", exact=True).click()
        page.get_by_label("要找的字、拼音或编码").fill(query)
        page.get_by_label("要找的字、拼音或编码").press("Enter")


def test_suggestions_come_while_typing_and_the_keyboard_opens_one(page, officer, sign_in, check_page):
    sign_in(page, officer)
    page.goto("/")
    search(page, "磨")
    if page.screen == "wide":
        option = page.get_by_role("option", name="磨浮党支部")
        expect(option).to_be_visible()
        check_page(page, "search-suggestions")
        page.keyboard.press("ArrowDown")
        expect(option).to_have_attribute("aria-selected", "true")
        page.keyboard.press("Escape")
        expect(option).to_be_hidden()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
    else:
        page.get_by_role("link", name="磨浮党支部").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("磨浮党支部")


def test_the_page_of_hits_groups_counts_narrows_and_says_when_there_is_nothing(
    page, units, officer, sign_in, check_page
):
    for number in range(30):
        make_indicator(units["own"], f"党建指标{number}")
    sign_in(page, officer)
    page.goto("/search/?q=党")
    expect(page.get_by_role("heading", name="组织 4")).to_be_visible()
    expect(page.get_by_role("heading", name="指标 30")).to_be_visible()
    check_page(page, "search", for_docs=True)
    page.get_by_role("link", name="指标 30").click()
    expect(page.get_by_text("1–25").or_(page.get_by_text("共 30")).first).to_be_visible()
    check_page(page, "search-kind")
    page.goto("/search/?q=量子纠缠")
    expect(page.get_by_text("没有找到")).to_be_visible()
    check_page(page, "search-nothing")
    page.goto("/search/")
    expect(page.get_by_label("要找的字、拼音或编码")).to_be_focused()
    check_page(page, "search-begin")


def test_the_box_submits_as_a_plain_form_when_nothing_is_chosen(page, officer, sign_in):
    if page.screen == "phone":
        return
    sign_in(page, officer)
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("cgwwh")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=cgwwh")
    expect(page.get_by_role("combobox")).to_have_value("cgwwh")


def test_the_card_of_an_indicator_shows_gaps_sources_and_what_was_replaced(page, units, officer, sign_in, check_page):
    indicator = make_indicator(units["own"], "处理矿量", code="KL", decimals=0)
    values = [38200, 39100, None, 40750, 41200, 39800, None, None, 42100, 42900, 43500, 41800, 40100, 42600]
    for number, value in enumerate(values):
        if value is not None:
            first = date(2025 + number // 12, number % 12 + 1, 1)
            give(indicator, first, str(value), as_of=min(date(2026, 3, 2), first.replace(day=28)))
    give(indicator, date(2026, 2, 1), "42650", reason="corrected", note="漏计夜班")
    with system_scope(reason="test"):
        redefine_indicator(indicator=indicator, definition="含外购矿石", valid_from=date(2025, 10, 1), actor=SYSTEM)
    sign_in(page, officer)
    page.goto(f"/metrics/{indicator}/")
    expect(page.get_by_role("img", name="处理矿量（吨）的走势")).to_be_visible()
    expect(page.get_by_text("3 个周期没有数据（2025年3月、2025年7月、2025年8月），图上断开")).to_be_visible()
    check_page(page, "indicator", for_docs=True)
    page.goto("/metrics/")
    check_page(page, "indicators")
    page.goto("/metrics/new/")
    check_page(page, "indicator-new")
    page.goto(f"/metrics/{indicator}/values/new/")
    page.get_by_label("周期").fill("2026-02")
    page.get_by_label("数值（吨）").fill("1")
    page.get_by_role("button", name="确认").click()
    expect(page.get_by_text("这个周期已有数据")).to_be_visible()
    check_page(page, "indicator-second-value")
