"""A trial (试算) in a real browser with a real worker: the example in one click, wrong rows, one's own files."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

from linghang.apps.jobs.tests.workers import Workers

pytestmark = pytest.mark.browser

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "qingyuan-mine"
NON_SECRET = "本系统为非涉密系统，严禁存储、处理、传输涉密信息"


@pytest.fixture
def worker(transactional_db, test_database, tmp_path, settings):
    settings.DATA_DIR = tmp_path
    crew = Workers(test_database.app_url, tmp_path)
    crew.start()
    yield crew
    crew.end()


def number(text: str) -> Decimal:
    return Decimal(re.search(r"[−+]?\d[\d,]*\.\d\d", text)[0].replace("−", "-").replace("+", "").replace(",", ""))


def lines_add_up(page: Page) -> Decimal:
    """The sum of the lines as they stand on the page; it must be the total that stands there."""
    counted = page.locator("td[data-counted]").all_inner_texts()
    total = sum((number(text) for text in counted), Decimal())
    assert number(page.locator("#total").inner_text()) == total
    return total


def run_example(page: Page) -> None:
    page.goto("/appraisal/trial/")
    page.get_by_role("button", name="用示例算一次").click()
    page.wait_for_url(re.compile("/result/$"))


@pytest.mark.row("S3-24", "S3-27")
def test_a_newcomer_sees_a_result_and_every_line_behind_it(page: Page, people, sign_in, check_page, worker):
    sign_in(page, people("member"))
    page.goto("/")
    page.locator("nav summary:visible", has_text="更多").first.click()
    page.get_by_role("link", name=re.compile("试算")).locator("visible=true").first.click()
    check_page(page, "trial", for_docs=True)
    page.get_by_role("button", name="用示例算一次").click()
    expect(page.locator("progress")).to_be_visible()
    page.wait_for_url(re.compile("/result/$"))
    expect(page.get_by_text("虚构示例").first).to_be_visible()
    check_page(page, "trial-result", for_docs=True)
    page.get_by_label("姓名、编码或支部").fill("QY0507")
    page.get_by_role("button", name="筛选").click()
    expect(page.locator("#rows tbody tr")).to_have_count(1)
    page.get_by_role("link", name="王×").click()
    expect(page.locator("#reach")).to_contain_text("四星")
    expect(page.locator("#reach")).to_contain_text("距五星还差 4.50")
    assert lines_add_up(page) == Decimal("86.00")
    check_page(page, "trial-statement", for_docs=True)
    expect(page.locator("#reach")).to_contain_text("以下任一项可以达到", timeout=120_000)
    page.get_by_role("navigation", name="月份").get_by_role("link", name="2026年2月").click()
    assert lines_add_up(page) == Decimal("91.50")
    expect(page.get_by_text("本项月上限，2.00 未计")).to_be_visible()
    expect(page.locator("#reach")).not_to_contain_text("还差")
    check_page(page, "trial-statement-february")


def test_the_workbook_can_be_taken_away_and_opened(page: Page, people, sign_in, worker, tmp_path):
    sign_in(page, people("member"))
    run_example(page)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="下载积分单").first.click()
    path = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(path)
    book = CalamineWorkbook.from_path(str(path))
    assert "汇总" in book.sheet_names
    rows = book.get_sheet_by_name("汇总").to_python()
    mine = next(row for row in rows if "QY0507" in row)
    assert 86.0 in mine


def test_wrong_rows_are_all_named_by_sheet_and_cell_and_nothing_is_settled(
    page: Page, people, sign_in, check_page, worker
):
    sign_in(page, people("member"))
    page.goto("/appraisal/trial/")
    page.get_by_role("button", name="看一份有错误的记录").click()
    page.wait_for_url(re.compile("/problems/$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("有问题要改，还没有核算")
    places = page.locator("tbody th code").all_inner_texts()
    assert len(places) >= 10
    assert all(re.search(r"!\D+\d+$", place) for place in places), places
    check_page(page, "trial-problems", for_docs=True)
    page.get_by_label("哪一类问题").select_option(index=1)
    expect(page.locator("tbody tr")).not_to_have_count(len(places))
    page.get_by_role("link", name="清除").click()
    page.get_by_role("button", name="先不算这些行").click()
    page.wait_for_url(re.compile("/result/$"))
    expect(page.get_by_text("处问题没有算进去")).to_be_visible()


def upload(page: Page, roster: Path, records: Path, period: str = "2026-03") -> None:
    page.goto("/appraisal/trial/")
    expect(page.get_by_text(NON_SECRET).first).to_be_visible()
    page.get_by_label("月份").fill(period)
    page.locator("#roster").set_input_files(roster)
    page.locator("#records").set_input_files(records)
    page.get_by_role("button", name="上传并核对列").click()
    page.wait_for_url(re.compile("/columns/$"))


def test_ones_own_files_go_through_the_columns(page: Page, people, sign_in, check_page, worker):
    sign_in(page, people("officer"))
    upload(page, EXAMPLE / "roster.xlsx", EXAMPLE / "records-2026Q1.xlsx")
    check_page(page, "trial-columns", for_docs=True)
    page.locator("details.match-sheet").first.evaluate("e => e.open = true")
    check_page(page, "trial-columns-open")
    page.get_by_role("button", name="对应无误，开始核算").first.click()
    page.wait_for_url(re.compile("/result/$"))
    page.get_by_label("姓名、编码或支部").fill("QY0507")
    page.get_by_role("button", name="筛选").click()
    expect(page.locator("#rows tbody tr")).to_have_count(1)
    page.get_by_role("link", name="王×").click()
    assert lines_add_up(page) == Decimal("86.00")


def test_a_sheet_that_nobody_can_tell_is_asked_about_first(page: Page, people, sign_in, check_page, worker, tmp_path):
    roster, records = tmp_path / "名册.csv", tmp_path / "三月.csv"
    roster.write_text("工号,大名,部门\nA1,张三,一支部\nA2,李四,一支部\n", "utf-8")
    records.write_text("工号,哪天,干了什么\nA1,2026-03-05,志愿服务\n", "utf-8")
    sign_in(page, people("officer"))
    upload(page, roster, records)
    expect(page.get_by_role("heading", level=1)).to_have_text("请核对：哪一列是什么")
    page.locator("details.match-sheet").first.evaluate("e => e.open = true")
    page.get_by_label("这张表是").first.select_option("roster")
    page.get_by_label("“大名”是什么").select_option("role:name")
    page.get_by_label("“工号”是什么").first.select_option("role:code")
    page.get_by_label("“部门”是什么").select_option("role:organisation")
    page.get_by_label("这张表是").last.select_option("long")
    page.get_by_label("“工号”是什么").last.select_option("role:code")
    page.get_by_label("“哪天”是什么").select_option("role:day")
    check_page(page, "trial-columns-unsure")
    page.get_by_role("button", name="对应无误，开始核算").first.click()
    expect(page.get_by_text("没有说这张表记的是什么事项")).to_be_visible()
    check_page(page, "trial-columns-refused")
    page.get_by_label("“干了什么”是什么").select_option("role:kind")
    page.get_by_role("button", name="对应无误，开始核算").first.click()
    page.wait_for_url(re.compile("/(result|problems)/$"))
    check_page(page, "trial-own-outcome")


def test_a_trial_is_kept_or_removed_by_its_owner_only(page: Page, people, sign_in, check_page, worker):
    sign_in(page, people("officer"))
    run_example(page)
    address = page.url
    page.get_by_role("button", name="保留这次试算").click()
    expect(page.get_by_text("直到您删除它")).to_be_visible()
    page.context.clear_cookies()
    sign_in(page, people("member", name="李强"))
    assert page.goto(address).status == 404
    page.context.clear_cookies()
    from linghang.apps.access.models import User

    sign_in(page, User.objects.get(username="officer-1"))
    page.goto("/appraisal/trial/")
    expect(page.get_by_text("已保留")).to_be_visible()
    check_page(page, "trial-mine")
    page.get_by_role("button", name="删除").click()
    expect(page.get_by_text("已删除这次试算")).to_be_visible()
    assert page.goto(address).status == 404


def test_the_pages_of_a_trial_speak_english(page: Page, people, sign_in, speak, check_page, worker):
    sign_in(page, people("officer"))
    speak(page, "en")
    page.goto("/appraisal/trial/")
    check_page(page, "trial-en")
    page.get_by_role("button", name="Settle the example").click()
    page.wait_for_url(re.compile("/result/$"))
    expect(page.get_by_text("Invented example, not official measures")).to_be_visible()
    check_page(page, "trial-result-en")
    page.get_by_role("link", name="吕×舟").click()
    expect(page.get_by_role("heading", name="Line by line")).to_be_visible()
    check_page(page, "trial-statement-en")


def test_a_statement_is_printed_as_pdf_and_saved_as_excel(page: Page, people, sign_in, worker, tmp_path):
    sign_in(page, people("officer"))
    run_example(page)
    page.goto(page.url.replace("/result/", "/members/QY0507/"))
    for name, head in (("PDF", b"%PDF"), ("Excel", b"PK")):
        with page.expect_download() as waiting:
            page.get_by_role("link", name=name).click()
        path = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(path)
        assert path.read_bytes().startswith(head)
