"""The face of the product in a real browser, on both screens and in both languages."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

NON_SECRET = "本系统为非涉密系统，严禁存储、处理、传输涉密信息"


def test_the_sign_in_page_lets_in_who_knows_the_password(page: Page, people, check_page):
    people("secretary")
    page.goto("/")
    expect(page.get_by_text(NON_SECRET).first).to_be_visible()
    check_page(page, "sign-in", for_docs=True)
    page.get_by_label("用户名").fill("secretary-1")
    page.get_by_label("密码", exact=True).fill("a-long-enough-password-1")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("赵明")


@pytest.mark.parametrize("role", ["member", "secretary", "officer", "leader", "inspector", "system_admin", ""])
def test_home_says_what_there_is_to_do_for_each_role(page: Page, people, sign_in, check_page, role):
    sign_in(page, people(role))
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("赵明")
    expect(page.locator("#todos")).to_be_visible()
    check_page(page, f"home-{role or 'no-role'}", for_docs=role in {"secretary", "officer"})


def test_home_in_english_shows_no_chinese_but_names(page: Page, people, sign_in, speak, check_page):
    sign_in(page, people("secretary", name="Zhao Ming"))
    speak(page, "en")
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    words = page.locator("body").inner_text().replace("中文", "")
    assert re.findall("[\u4e00-\u9fff]+", words.replace("第一党支部", "")) == []
    check_page(page, "home-english")


@pytest.mark.parametrize("screen", ["wide"], indirect=True)  # a phone has its bar at the bottom
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("width", [800, 1024, 1440])
def test_nothing_covers_the_menu(page: Page, people, sign_in, speak, language, width):
    sign_in(page, people("officer"))
    speak(page, language)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/")
    edge = "(name) => document.querySelector(name).getBoundingClientRect()"
    assert page.evaluate(edge, ".main-menu")["right"] <= page.evaluate(edge, ".header-side")["left"]
    assert page.evaluate(edge, ".header-side")["right"] <= width


def test_the_language_switch_keeps_the_page(page: Page, people, sign_in):
    sign_in(page, people("member"))
    page.goto("/_ui/?sort=due")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.url.endswith("/_ui/?sort=due")


def test_all_components_fit_both_screens(page: Page, people, sign_in, check_page):
    sign_in(page, people("member"))
    page.goto("/_ui/")
    check_page(page, "components")


def test_components_on_paper_drop_the_navigation(page: Page, people, sign_in, check_page):
    sign_in(page, people("member"))
    page.goto("/_ui/")
    page.emulate_media(media="print")
    expect(page.locator(".header")).to_be_hidden()
    expect(page.locator(".tip-text").first).to_be_visible()
    check_page(page, "components-print")


def test_an_unknown_address_gets_a_page_that_says_what_to_do(page: Page, check_page):
    page.goto("/nowhere/")
    expect(page.get_by_role("heading", level=1)).to_have_text("没有找到这个页面")
    check_page(page, "error-404")


def test_the_rule_of_a_deadline_shows_on_keyboard_focus_inside_the_window(page: Page, people, sign_in, check_page):
    sign_in(page, people("member"))
    page.goto("/_ui/")
    for tip in page.locator(".tip").all():
        expect(tip.locator(".tip-text")).to_be_hidden()
        tip.locator("button").focus()
        expect(tip.locator(".tip-text")).to_be_in_viewport(ratio=1)
    check_page(page, "components-rule")


def test_the_head_of_a_list_stays_in_sight(page: Page, people, sign_in):
    if page.screen == "phone":
        return  # lists are stacked there and have no head
    sign_in(page, people("member"))
    page.goto("/_ui/")
    head = page.locator("#table thead th").first
    top = head.bounding_box()["y"]
    page.evaluate("(y) => window.scrollTo(0, y)", top + 20)
    assert 50 < head.bounding_box()["y"] < 64


def test_a_lost_connection_is_said_on_the_page(page: Page, people, sign_in):
    sign_in(page, people("member"))
    page.goto("/_ui/")
    page.route("**/lost/", lambda route: route.abort())
    page.evaluate(
        "() => { window.htmx.ajax('GET', '/lost/', {target: '#content', swap: 'innerHTML'}).catch(() => {}); }"
    )
    expect(page.locator("#messages")).to_contain_text("没有得到服务器的答复")
    expect(page.locator("#content h1")).to_be_visible()


def test_the_menu_closes_on_escape_and_gives_the_focus_back(page: Page, people, sign_in):
    sign_in(page, people("member"))
    page.goto("/")
    summary = page.locator(".header-side summary")
    summary.press("Enter")
    expect(page.locator(".header-side .menu-list")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".header-side .menu-list")).to_be_hidden()
    expect(summary).to_be_focused()
