"""The other cards of “三分钟看懂”, click by click in a real demo: what each card says can be shown is there.

The story of 青塬 has a page of its own in the tutorials, see test_demo_story.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from linghang.demo.content import units
from tests.browser import SCREENS, check, open_page

pytestmark = pytest.mark.browser

CARDS = {unit.code: unit.card for unit in units()}


def by_menu(page: Page, name: str) -> None:
    """Where the menu leads; on a phone the entry may lie behind 更多."""
    link = page.locator("nav a, header a").filter(has_text=re.compile(rf"^\s*{name}\s*$")).first
    page.goto(link.get_attribute("href") or "")


def branch(page: Page, name: str) -> None:
    """组织, the name in the search, and the branch's own page."""
    by_menu(page, "组织")
    page.goto(f"{page.url}?q={name}")
    page.get_by_role("link", name=name, exact=True).first.click()
    page.get_by_role("link", name="支部主页").click()


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("code", ["YL", "XL", "TL", "WS"])
def test_a_card_leads_through_its_story(chromium, running_demo, enter, code, screen):
    with open_page(chromium, running_demo.home, screen) as page:
        page.goto("/access/sign-in/")
        page.get_by_role("link", name="三分钟看懂").click()
        expect(page.get_by_role("heading", name=CARDS[code].title)).to_be_visible()
        enter(page, CARDS[code].account)
        TOLD[code](page)


def test_every_card_is_followed_by_a_test():
    assert {*TOLD, "QY"} == set(CARDS)
    assert len(CARDS) == 5


def _yiling(page: Page) -> None:
    by_menu(page, "台账")
    page.get_by_role("link", name="全部", exact=True).click()
    page.get_by_role("link", name="报销要跑五个科室").first.click()
    expect(page.get_by_text("反映人表示没有变化，只发通知不算办结。").first).to_be_visible()
    expect(page.get_by_text("五个环节并为两个").first).to_be_visible()
    check(page, "story-yiling-case")
    with page.expect_download() as paper:
        page.get_by_role("link", name="督办单 PDF").click()
    assert paper.value.suggested_filename.endswith(".pdf")
    by_menu(page, "指标")
    page.get_by_role("link", name="外业报销平均时长").click()
    expect(page.locator("svg.chart")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="2026年10月").first).to_contain_text(re.compile(r"7\.\d"))
    expect(page.get_by_text("不按 0 计").first).to_be_visible()
    check(page, "story-yiling-indicator")
    branch(page, "第二勘察队党支部")
    expect(page.get_by_text("4/5").first).to_be_visible()
    expect(page.get_by_text("空缺，自 2026年7月1日").first).to_be_visible()
    check(page, "story-yiling-branch")


def _xiangling(page: Page) -> None:
    branch(page, "第二党支部")
    meetings = page.get_by_role("row").filter(has_text="党小组会").first
    expect(meetings).to_contain_text("1/2")
    check(page, "story-xiangling-branch")
    page.get_by_role("link", name="95.00").first.click()  # its last star: what took the five points
    expect(page.get_by_role("row").filter(has_text="不足").first).to_contain_text("−5.00")
    check(page, "story-xiangling-star")


def _tuoling(page: Page) -> None:
    by_menu(page, "指标")
    page.get_by_role("link", name="镍回收率（一系列）").click()
    expect(page.locator("svg.chart")).to_be_visible()
    expect(page.get_by_text("1 个周期没有数据").first).to_be_visible()
    expect(page.get_by_text("不按 0 计").first).to_be_visible()
    check(page, "story-tuoling-indicator")


TODAY = "“今天”是"


def _wanshui(page: Page) -> None:
    _coverage(page)
    for covered in ("6/6", "6/9"):
        expect(page.get_by_role("link", name=covered).first).to_be_visible()
    check(page, "story-wanshui-coverage")
    page.get_by_role("link", name="6/9").first.click()
    expect(page.locator("#rows tbody tr")).to_have_count(3)  # nobody of the leaders visits these
    check(page, "story-wanshui-gaps")
    said = page.get_by_role("note").inner_text()
    set_day = "-".join(f"{int(part):02}" for part in re.findall(r"\d+", said.partition(TODAY)[2])[:3])
    try:
        _day(page, "2026-07-01")
        _coverage(page)
        expect(page.get_by_text("该去未去").first).to_be_visible()
        check(page, "story-wanshui-day")
    finally:
        _day(page, set_day)  # the others of this demo find the day that they had


def _coverage(page: Page) -> None:
    by_menu(page, "组织")
    page.get_by_role("link", name="覆盖和缺口").first.click()


def _day(page: Page, day: str) -> None:
    """Pretend that it is this day; returns when the page says so."""
    year, month, of_month = (int(part) for part in day.split("-"))
    page.get_by_role("link", name="换一天").first.click()
    page.get_by_label("今天是").fill(day)
    page.get_by_role("button", name="换到这一天").click()
    expect(page.get_by_role("note")).to_contain_text(f"{TODAY} {year}年{month}月{of_month}日")


TOLD: dict[str, Callable[[Page], None]] = {"YL": _yiling, "XL": _xiangling, "TL": _tuoling, "WS": _wanshui}
