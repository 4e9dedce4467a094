"""“我的分为什么少了”, click by click: the story of 青塬 in a real demo at both widths, with pictures for its page."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from linghang.demo.content import units
from tests.browser import SCREENS, check, open_page

pytestmark = pytest.mark.browser

CARD = next(unit.card for unit in units() if unit.code == "QY")


def line_of(page: Page, words: str) -> Locator:
    """The row of a statement that speaks of something."""
    return page.get_by_role("row").filter(has_text=words)


@pytest.mark.parametrize("screen", SCREENS)
def test_a_member_finds_out_why_his_points_became_fewer(chromium, running_demo, enter, screen):
    with open_page(chromium, running_demo.home, screen) as page:
        _the_card(page)
        enter(page, CARD.account)
        page.goto("/appraisal/mine/")
        _february(page)
        _march(page)
        _april(page)
        _quarter(page)


def _the_card(page: Page) -> None:
    page.goto("/access/sign-in/")
    page.get_by_role("link", name="三分钟看懂").click()
    expect(page.get_by_role("heading", name=CARD.title)).to_be_visible()
    expect(page.get_by_text(CARD.account)).to_be_visible()
    check(page, "stories", for_docs=True)


def _february(page: Page) -> None:
    page.get_by_role("link", name="2月", exact=True).click()
    expect(page.locator("#total")).to_have_text("91.50")
    over = line_of(page, "本项月上限，2.00 未计")
    expect(over).to_contain_text("志愿服务")
    expect(over).to_contain_text("0.00")
    expect(line_of(page, "志愿服务：")).to_have_count(3)
    check(page, "story-february", for_docs=True)
    over.get_by_role("link", name=re.compile("第.+条")).click()
    anchor = page.url.partition("#")[2]
    expect(page.locator(f"[id='{anchor}']")).to_contain_text("志愿服务")
    expect(page.locator(f"[id='{anchor}']")).to_contain_text("4")
    check(page, "story-clause")  # the whole text of the measures is too long for a picture
    page.go_back()


def _march(page: Page) -> None:
    page.get_by_role("link", name="3月", exact=True).click()
    expect(page.locator("#total")).to_have_text("86.00")
    expect(page.get_by_text("党小组会缺席 −3.50").first).to_be_visible()
    expect(line_of(page, "参加组织生活")).to_contain_text("−3.50")
    check(page, "story-march", for_docs=True)
    page.get_by_role("link", name=re.compile("2026年3月积分异议")).click()
    expect(page.get_by_text("3月12日那天井下变电所抢修").first).to_be_visible()
    expect(page.get_by_text("查到当天抢修派工单，属于公差，不扣分。").first).to_be_visible()
    check(page, "story-objection", for_docs=True)
    page.go_back()


def _april(page: Page) -> None:
    page.get_by_role("link", name="4月", exact=True).click()
    put_right = page.get_by_role("listitem").filter(has_text="更正3月")
    expect(put_right).to_contain_text("+3.50")
    check(page, "story-april", for_docs=True)
    put_right.get_by_role("link", name="+3.50").click()
    expect(page.get_by_text("已撤销").first).to_be_visible()
    check(page, "story-correction", for_docs=True)
    page.go_back()


def _quarter(page: Page) -> None:
    page.get_by_role("link", name="3月", exact=True).click()
    page.get_by_role("link", name="265.50").first.click()
    for number in ("88.00", "91.50", "86.00", "265.50"):
        expect(page.get_by_role("link", name=number).first).to_be_visible()
    expect(page.get_by_text("四星").first).to_be_visible()
    check(page, "story-quarter", for_docs=True)
