"""What somebody typed while his session ended: it comes back to the same person, and to nobody else."""

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from tests.e2e.conftest import PASSWORD

NEW = "/access/users/new/"


KEPT = "sessionStorage.getItem('linghang.kept')"


def send(page: Page) -> None:
    """Without asking the browser whether the form is complete."""
    page.locator("main form").evaluate("form => form.noValidate = true")
    page.locator("main form button[type=submit]").click()


@pytest.fixture
def typing(page: Page, people, sign_in):
    """An officer who has filled a form when his session is over, and sends it."""
    officer = people("officer", "吴秀英")
    sign_in(page, officer)
    page.goto(NEW)
    page.get_by_label("用户名").fill("new.comer")
    page.get_by_label("姓名").fill("沈一心")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    send(page)
    expect(page.get_by_text("您刚才填写的内容还留在这个窗口里")).to_be_visible()
    return officer


def enter(page: Page, user) -> None:
    page.get_by_label("用户名").fill(user.username)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录").click()


def test_whoever_signs_in_again_finds_what_he_typed_in_its_place(page: Page, typing, check_page):
    enter(page, typing)
    expect(page.get_by_label("用户名")).to_have_value("new.comer")
    expect(page.get_by_label("姓名")).to_have_value("沈一心")
    expect(page.locator("#messages")).to_contain_text("已经放回原处")
    check_page(page, "put-back")
    page.reload()
    expect(page.get_by_label("姓名")).to_have_value("")


def test_somebody_else_at_the_same_window_finds_nothing(page: Page, typing, people):
    other = people("secretary", "郑国强")
    enter(page, other)
    expect(page.get_by_label("姓名")).to_have_value("")
    assert page.evaluate(KEPT) is None


def test_what_was_sent_is_not_kept(page: Page, people, sign_in):
    sign_in(page, people("officer", "吴秀英"))
    page.goto(NEW)
    page.get_by_label("用户名").fill("x")
    send(page)
    expect(page.get_by_label("用户名")).to_have_value("x")  # refused by the server, which says what is wrong
    expect(page.locator("#messages")).not_to_contain_text("已经放回原处")
    assert page.evaluate(KEPT) is None
