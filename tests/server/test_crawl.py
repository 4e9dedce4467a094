"""The walk through the pages of a demo finds numbers without a source: tried on pages made to have some."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Route

from tests.browser import open_page
from tests.server.crawl import Crawl

pytestmark = pytest.mark.browser

HOME = "http://numbers.test"
RECORDS = "<a href='/ledger/'>记录</a>"
ROWS = "<table><tbody><tr><td>一</td></tr><tr><td>二</td></tr></tbody></table>"


@pytest.fixture
def found_on(chromium):
    """What is wrong with the numbers of a page that holds these elements."""

    def look(content: str) -> list[str]:
        pages = {
            "/": content,
            "/appraisal/books/": ROWS,
            "/notify/": "没有消息",
            "/jobs/": "<a href='/ledger/'>记录</a>",
        }

        def answer(route: Route) -> None:
            body = pages.get(urlsplit(route.request.url).path)
            page = f"<!doctype html><title>页</title><main>{body}</main>"
            route.fulfill(status=200 if body else 404, content_type="text/html; charset=utf-8", body=page)

        with open_page(chromium, HOME, "wide") as page:
            page.route("**/*", answer)
            page.goto("/")
            return list(Crawl(page, per=1).numbers_without_source())

    return look


@pytest.mark.parametrize(
    "content",
    [
        "<p>得 88.00 分</p>",
        "<td>12</td>",
        "<p>2026年3月 共 3 人</p>",
        "<span data-number>88.00</span>",
        "<a href='#parts' data-number>88.00</a>",
        "<a href='/gone/' data-number>88.00</a>",
        "<a href='/notify/' data-number>88.00</a>",
        "<a href='/appraisal/books/?state=final' data-number>3</a>",
    ],
    ids=["bare", "cell", "beside a day", "no link", "no place", "no page", "no lines", "another count"],
)
def test_a_number_without_a_source_is_found(found_on, content):
    assert found_on(content) != []


@pytest.mark.parametrize(
    "content",
    [
        "<a href='#parts' data-number>88.00</a><p id='parts'>各项</p>",
        "<a href='/jobs/' data-number>88.00</a>",
        "<a href='/appraisal/books/?state=final' data-number>2</a>",
        "<p>上限 <span data-number data-leaf>4.00</span></p>",
        "<p>2026年3月12日 09:30 · 1.0.0 · 〔2026〕7号 · 第十条第1款 · 2026-001</p>",
    ],
    ids=["on the page", "one click further", "as many rows", "leaf", "days and codes"],
)
def test_a_number_with_one_is_left_alone(found_on, content):
    assert found_on(content) == []
