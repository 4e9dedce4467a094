"""Links, coverages and the page of a branch in a real browser, on both screens."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from linghang.apps.access.tests.world import make_account
from linghang.apps.org.models import Person
from linghang.apps.org.operations import link_account
from linghang.apps.org.operations.readings import put_on_list
from linghang.apps.org.tests.link_world import give_title, make_area, make_link, make_person, mine
from linghang.ui.web.clock import now, today
from linghang.ui.web.scope import system_scope
from linghang.ui.web.writing import SYSTEM

pytestmark = pytest.mark.browser


@pytest.fixture
def places(transactional_db):
    """A mine with some links and some gaps."""
    found = mine()
    branch, since = found["branch1"], today() - timedelta(days=40)
    leader = make_person("陈立", found["branch3"])
    give_title(leader, found["top"], "committee_member")
    make_link("contact-point", leader, branch.uuid)
    make_link("compose-leader", leader, branch.uuid)
    make_link("compose-unit", found["workshop"].uuid, branch.uuid)
    owner = make_person("王平", branch, unit=found["team"])
    make_person("李青", branch)
    make_link("zone-owner", owner, make_area("zone", "一号皮带走廊", found["workshop"]))
    make_area("zone", "二号皮带走廊", found["workshop"], since=since)
    make_link("feature", branch.uuid, make_area("feature", "安全角", branch))
    make_link("flag", owner, branch.uuid, note="当班零违章，带好一名徒弟")
    return found


@pytest.fixture
def officer(places):
    return make_account("links-officer", "officer", places["top"].node)


def test_the_committee_sees_what_is_covered_and_what_is_not(page: Page, places, officer, sign_in, check_page):
    sign_in(page, officer)
    page.goto(reverse("org:coverage"))
    expect(page.get_by_role("heading", level=1)).to_have_text("覆盖和缺口")
    check_page(page, "coverage", for_docs=True)
    page.get_by_role("link", name="1/2").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("1/2")
    expect(page.get_by_role("heading", name="近12个月")).to_be_visible()
    check_page(page, "gaps")


def test_a_branch_page_names_the_empty_slots(page: Page, places, officer, sign_in, check_page):
    sign_in(page, officer)
    page.goto(reverse("org:branch", args=[places["branch1"].uuid]))
    expect(page.get_by_text("2/5")).to_be_visible()
    check_page(page, "branch", for_docs=True)


@pytest.mark.parametrize("name", ["compositions", "quotas", "links", "areas", "categories", "link-new", "area-new"])
def test_every_list_fits_both_screens(page: Page, places, officer, sign_in, check_page, name):
    sign_in(page, officer)
    page.goto(reverse(f"org:{name}"))
    check_page(page, f"links-{name}")


def test_a_link_is_registered_in_a_minute(page: Page, places, officer, sign_in, check_page):
    sign_in(page, officer)
    page.goto(reverse("org:link-new", query={"kind": "zone-owner"}))
    page.get_by_label("责任党员", exact=True).select_option(label="李青 · 第1党支部")
    page.get_by_label("责任区", exact=True).select_option(label="二号皮带走廊 · 责任区")
    check_page(page, "link-new-form")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_text("已登记：党员责任区。")).to_be_visible()
    page.goto(reverse("org:coverage"))
    expect(page.get_by_role("link", name="2/2").first).to_be_visible()


@pytest.mark.parametrize("name", ["merge", "split", "category", "detail"])
def test_changing_a_branch_says_first_what_will_happen(page: Page, places, officer, sign_in, check_page, name):
    sign_in(page, officer)
    page.goto(reverse(f"org:{name}", args=[places["branch1"].uuid]))
    check_page(page, f"branch-{name}")


def test_the_day_before_is_one_field_away(page: Page, places, officer, sign_in):
    sign_in(page, officer)
    page.goto(reverse("org:branch", args=[places["branch1"].uuid]))
    page.get_by_label("截至日期").fill(date(2021, 3, 1).isoformat())
    page.get_by_role("button", name="筛选").click()
    expect(page.get_by_text("截至 2021年3月1日").first).to_be_visible()


def test_a_leader_records_a_visit_on_his_phone_and_the_problem_stands_on_the_list(
    page: Page, places, sign_in, check_page
):
    with system_scope(reason="test"):
        leader = Person.objects.get(name="陈立")
        user = make_account("leader", "leader", places["top"].node)
        link_account(person=leader.uuid, user=user.uuid, actor=SYSTEM, now=now())
    sign_in(page, user)
    page.goto(reverse("loops:visit"))
    expect(page.get_by_text("0/2").first).to_be_visible()
    check_page(page, "visit", for_docs=True)
    page.get_by_label("主题").fill("看班组学习")
    page.get_by_label("发现的问题").fill("更衣室漏水")
    page.get_by_role("button", name="记下").click()
    expect(page.get_by_text("发现的问题已进台账")).to_be_visible()
    expect(page.get_by_text("1/2").first).to_be_visible()
    check_page(page, "visit-done")


def test_a_study_group_reads_from_its_list_and_signs_in(page: Page, places, officer, sign_in, check_page):
    group = places["group"].uuid
    make_link("compose-study-group", group, places["branch1"].uuid)
    with system_scope(reason="test"):
        put_on_list(organisation=group, title="论学习", chapter="第二章", valid_from=today(), actor=SYSTEM)
    sign_in(page, officer)
    page.goto(reverse("ledger:study-group", args=[group]))
    check_page(page, "study-group", for_docs=True)


def test_two_entries_of_one_person_become_one_and_two_again(page: Page, places, officer, sign_in, check_page):
    kept = make_person("王平", places["branch1"])
    make_person("王平", places["branch2"])
    sign_in(page, officer)
    page.goto(reverse("org:person-merge", args=[kept]))
    page.get_by_label("去掉哪一条").select_option(index=1)
    page.get_by_label("怎样核对的").fill("经本人确认")
    check_page(page, "person-merge")
    page.get_by_role("button", name="合并", exact=True).click()
    expect(page.get_by_text("已合并")).to_be_visible()
    page.goto(reverse("org:merges"))
    check_page(page, "merges")
    page.get_by_role("button", name="撤销合并").click()
    expect(page.get_by_text("合并已撤销")).to_be_visible()


def test_an_administrator_uploads_the_working_days_of_a_year(page: Page, places, sign_in, check_page):
    sign_in(page, make_account("admin", "system_admin"))
    page.goto(reverse("exchange:workdays"))
    check_page(page, "workdays")
    table = "日期,是否上班,文号\n2041-01-05,是,示例1号\n2041,全年,示例1号\n"
    page.get_by_label("工作日表").set_input_files(
        {"name": "2041年放假.csv", "mimeType": "text/csv", "buffer": table.encode()}
    )
    page.get_by_role("button", name="启用").click()
    expect(page.get_by_text("使用中")).to_be_visible()
    check_page(page, "workdays-in-use")
    page.get_by_role("button", name="停用").click()
    expect(page.get_by_text("已停用")).to_be_visible()
