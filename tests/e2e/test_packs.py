"""Packs in a real browser: what holds here, the text of a version, a draft mended, tried on a past month, bound."""

from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from linghang.apps.appraisal.models.packs import PackVersion
from linghang.apps.appraisal.tests.packs_world import NOW, SCHEME, own_version, pack_unit
from linghang.apps.jobs.models import Job
from linghang.apps.jobs.running import run_job
from linghang.apps.ledger.data import NewFact
from linghang.apps.ledger.operations import record
from linghang.apps.org.data import NewPerson
from linghang.apps.org.operations import add_people
from linghang.ui.web.scope import system_scope
from linghang.ui.web.writing import SYSTEM

pytestmark = pytest.mark.browser
NAMES = ("王小川", "刘一鸣", "陈静", "吴严", "郑东", "李文")
SINCE = date(2020, 1, 1)


@pytest.fixture
def unit(transactional_db, settings, tmp_path):
    settings.DEMO_TODAY = NOW.date()
    settings.DATA_DIR = tmp_path
    made = pack_unit()
    branch = made.places["branch"].uuid
    rows = [NewPerson(name, SINCE, branch=branch, standing="full_member", standing_from=SINCE) for name in NAMES]
    with system_scope(reason="test"):
        people = add_people(rows=rows, actor=SYSTEM, now=NOW).people
    with made.scope("officer"):
        items = [NewFact("contact.visit", people[n % 5], date(2026, 2, 1 + n)) for n in range(9)]
        record(items=items, actor=made.viewer("officer"), now=NOW)
    return made


def test_the_rules_that_hold_and_their_text(page: Page, unit, sign_in, check_page):
    unit.bind()
    sign_in(page, unit.users["member"])
    page.goto(reverse("appraisal:packs"))
    check_page(page, "packs-member")
    page.get_by_role("link", name="党员积分").first.click()
    expect(page.get_by_role("heading", name="志愿服务", exact=False).first).to_be_visible()
    check_page(page, "pack-text", for_docs=True)
    with page.expect_download() as taken:
        page.get_by_role("link", name="PDF").first.click()
    assert taken.value.suggested_filename.endswith(".pdf")


def test_a_draft_is_mended_tried_and_published_by_two(page: Page, unit, sign_in, check_page):
    first = own_version(unit)
    unit.bind(version=first)
    sign_in(page, unit.users["officer"])
    page.goto(reverse("appraisal:packs"))
    check_page(page, "packs-officer", for_docs=True)
    page.goto(reverse("appraisal:pack-import"))
    check_page(page, "pack-import")
    page.goto(reverse("appraisal:pack-copy", args=[first]))
    check_page(page, "pack-copy")
    page.get_by_role("button", name="建草稿").click()
    check_page(page, "pack-files")
    page.get_by_role("link", name="schemes/member.yaml").click()
    text = page.get_by_label("内容").input_value()
    _save(page, text.replace("category: study\n", "category: stud\n", 1))
    expect(page.get_by_text("已保存，还有问题要改。")).to_be_visible()
    check_page(page, "pack-file-problems", for_docs=True)
    _save(page, text.replace("[支部、车间, 2.00]", "[支部、车间, 2.50]", 1))
    page.wait_for_url("**/files/")
    with system_scope(reason="test"):
        draft = PackVersion.objects.get(state="draft").uuid
    _try(page, unit, first, draft, check_page)
    page.goto(reverse("appraisal:pack", args=[draft]))
    page.get_by_label("这一版改了什么、为什么").fill("金点子支部采纳 2.00 改为 2.50；增加联系点走访")
    check_page(page, "pack-draft")
    page.get_by_role("button", name="提请发布").click()
    sign_in(page, unit.users["leader"])
    page.goto(reverse("appraisal:pack", args=[draft]))
    check_page(page, "pack-offered", for_docs=True)
    page.get_by_role("button", name="发布", exact=True).click()
    expect(page.get_by_text("已发布，内容从此不变")).to_be_visible()
    _bind(page, unit, draft, sign_in, check_page)


def _save(page: Page, text: str) -> None:
    page.get_by_label("内容").fill(text)
    page.get_by_role("button", name="保存并检查").click()


def _try(page: Page, unit, first, draft, check_page) -> None:
    text = _x_item(draft)
    page.goto(reverse("appraisal:pack-file", args=[draft]) + "?name=schemes/member.yaml")
    _save(page, text)
    page.wait_for_url("**/files/")
    page.goto(reverse("appraisal:pack-simulate", args=[draft]))
    page.get_by_label("和哪一版比").select_option(str(first))
    check_page(page, "pack-simulate")
    page.get_by_role("button", name="开始试算").click()
    page.wait_for_url("**/simulations/**")
    run_job(uuid=Job.objects.latest("pk").uuid, clock=lambda: NOW)
    expect(page.get_by_text("5 人有变化，1 人不变")).to_be_visible()
    check_page(page, "pack-simulation", for_docs=True)


def _x_item(draft) -> str:
    with system_scope(reason="test"):
        text: str = PackVersion.objects.get(uuid=draft).files["schemes/member.yaml"]
    item = """
  - id: visits
    title: {zh: 联系点走访}
    clause: 第十四条
    category: x
    facts: contact.visit
    table:
      columns: [得分]
      rows:
        - [每次 0.75]
    month: {cap: 3.00}
"""
    return text.replace("\ngrades:\n", f"{item}\ngrades:\n", 1)


def _bind(page: Page, unit, draft, sign_in, check_page) -> None:
    sign_in(page, unit.users["officer"])
    page.goto(f"{reverse('appraisal:bind')}?version={draft}")
    page.get_by_label("从哪个月起").fill("2026-04")
    check_page(page, "pack-bind")
    assert page.get_by_label("办法和版本").input_value() == f"{draft}/{SCHEME}"
    page.get_by_role("button", name="提出启用").click()
    sign_in(page, unit.users["leader"])
    page.goto(reverse("appraisal:packs"))
    page.get_by_role("button", name="确认", exact=True).click()
    expect(page.get_by_text("已确认，从2026年4月起有效。")).to_be_visible()
    check_page(page, "packs-leader")
