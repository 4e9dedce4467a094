"""An officer brings her unit in from her own tables, in a real browser with a real worker: match, fix, undo, again."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from linghang.apps.access.tests.world import make_account
from linghang.apps.jobs.tests.workers import Workers
from linghang.apps.org.tests.imports.messy import Messy, make_messy
from linghang.apps.org.tests.world import make_organisation

pytestmark = pytest.mark.browser

NON_SECRET = "本系统为非涉密系统，严禁存储、处理、传输涉密信息"
# the same tables at full size come in without a browser in org/tests/imports/test_messy.py; `make soak` does both
WIDE = (1_500, 40) if os.environ.get("LINGHANG_TEST_EFFORT") == "soak" else (300, 12)
SIZES = {"wide": WIDE, "phone": (60, 4)}


@pytest.fixture
def worker(transactional_db, test_database, tmp_path, settings):
    settings.DATA_DIR = tmp_path
    crew = Workers(test_database.app_url, tmp_path)
    crew.start(LINGHANG_DATA_KEYS_FILE=str(settings.DATA_KEYS_FILE))  # the same keys as these pages
    yield crew
    crew.end()


def hand_in(page: Page, kind: str, name: str, content: bytes) -> None:
    """From the list of imports to the page on which columns are matched."""
    page.goto("/imports/")
    page.locator(".import-kinds a").filter(has_text=kind).first.click()
    expect(page.get_by_text(NON_SECRET).first).to_be_visible()
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "", "buffer": content})
    page.get_by_role("button", name="上传并对列").click()
    page.wait_for_url(re.compile("/columns/$"))


def go_on(page: Page, button: str, to: str) -> None:
    page.get_by_role("button", name=re.compile(button)).first.click()
    page.wait_for_url(re.compile(to))


def correct(page: Page, messy: Messy) -> None:
    """Write over the cells that stand on the page of problems."""
    for where, text in messy.fixes.items():
        page.goto(re.sub(r"/preview/.*", f"/preview/?show=problem&sheet={where.partition('!')[0]}", page.url))
        sheet = where.partition("!")[0]
        for other, words in messy.fixes.items():
            field = page.locator(f'input[name="cell:{other}"]')
            if other.startswith(f"{sheet}!") and field.count():
                field.first.fill(words)
        if page.locator(f'input[name="cell:{where}"]').count() and text:
            page.get_by_role("button", name="保存更正，重新核对").first.click()
            page.wait_for_url(re.compile("/preview/$"))


def test_an_officer_brings_in_her_messy_tables(page: Page, sign_in, check_page, worker, tmp_path: Path):
    people, branches = SIZES[page.screen]
    messy, bad = make_messy(people=people, branches=branches), branches // 4
    officer = make_account("officer", "officer", make_organisation("party_committee", "青塬煤矿党委", code="QY").node)
    sign_in(page, officer)
    page.goto("/imports/")
    check_page(page, "imports")

    hand_in(page, "组织", "基层党组织.xlsx", messy.organisations)
    check_page(page, "import-columns")
    go_on(page, "对应无误", "/preview/$")
    check_page(page, "import-preview-new")
    go_on(page, "确认写入", r"/imports/[^/]+/$")
    expect(page.get_by_role("heading", name="已导入")).to_be_visible()

    hand_in(page, "花名册", "党员花名册.xlsx", messy.roster)
    expect(page.get_by_role("heading", name="列都对上了")).to_be_visible()
    page.locator("details.match-sheet").first.evaluate("e => e.open = true")
    check_page(page, "import-columns-roster")
    go_on(page, "对应无误", "/preview/$")
    expect(page.get_by_role("heading", name="预览：还没有写入")).to_be_visible()
    check_page(page, "import-preview")
    correct(page, messy)
    expect(page.locator(".import-count-new strong")).to_have_text(re.compile(f"^{people + 4 * bad}$"))
    page.goto(f"{page.url.split('?')[0]}?show=new")
    check_page(page, "import-preview-roster")
    go_on(page, "写入", r"/imports/[^/]+/$")
    expect(page.get_by_role("heading", name="已导入")).to_be_visible()
    check_page(page, "import-result")

    page.get_by_label("整批撤销的原因").fill("换成最新的花名册")
    page.get_by_role("button", name="撤销这次导入").click()
    expect(page.get_by_role("heading", name="已撤销")).to_be_visible()
    expect(page.get_by_text("全部退回，库里恢复到导入以前。")).to_be_visible()
    check_page(page, "import-undone")

    hand_in(page, "花名册", "党员花名册.xlsx", messy.roster)
    expect(page.get_by_role("heading", name="照上次的列对应")).to_be_visible()
    go_on(page, "对应无误", "/preview/$")
    go_on(page, "写入", r"/imports/[^/]+/$")
    expect(page.get_by_role("heading", name="已导入")).to_be_visible()
    page.get_by_role("link", name="建账号、打印激活单").click()
    check_page(page, "accounts-of-branches")
    page.locator("input[name=branch]:enabled").first.check()
    page.get_by_role("button", name="建账号并打印激活单").click()
    expect(page.locator(".slip-code").first).to_be_visible()
    check_page(page, "slips-of-branches")


def test_the_pictures_of_the_guide_show_a_small_unit(page: Page, sign_in, check_page, worker):
    messy = make_messy(people=8, branches=4)
    officer = make_account("officer", "officer", make_organisation("party_committee", "青塬煤矿党委", code="QY").node)
    sign_in(page, officer)
    page.goto("/imports/")
    check_page(page, "imports", for_docs=True)
    hand_in(page, "组织", "基层党组织.xlsx", messy.organisations)
    go_on(page, "对应无误", "/preview/$")
    go_on(page, "确认写入", r"/imports/[^/]+/$")
    expect(page.get_by_role("heading", name="已导入")).to_be_visible()
    hand_in(page, "花名册", "党员花名册.xlsx", messy.roster)
    page.locator("details.match-sheet").nth(1).evaluate("e => e.open = true")
    check_page(page, "import-columns-roster", for_docs=True)
    go_on(page, "对应无误", "/preview/$")
    check_page(page, "import-preview", for_docs=True)
    go_on(page, "写入", r"/imports/[^/]+/$")
    expect(page.get_by_role("heading", name="已导入")).to_be_visible()
    check_page(page, "import-result", for_docs=True)
    page.get_by_role("link", name="建账号、打印激活单").click()
    check_page(page, "accounts-of-branches", for_docs=True)
